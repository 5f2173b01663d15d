"""The result set: a ranking turned into prizes, sealed, then announced."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.kernel.db import Base


class ResultState(StrEnum):
    """How far a result set has come; from sealed on nothing in it changes."""

    DRAFT = "draft"
    SEALED = "sealed"
    ANNOUNCED = "announced"


class ResultSet(Base):
    """One version of a contest's results. ``record`` is the canonical JSON of `awards.record.Record` once sealed."""

    __tablename__ = "result_set"
    __table_args__ = (
        UniqueConstraint("contest_id", "version"),
        CheckConstraint("state = 'draft' OR (record <> '' AND digest <> '')", name="sealed_has_record"),
        CheckConstraint("(state = 'announced') = (announced_at IS NOT NULL)", name="announced_has_time"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    state: Mapped[ResultState]
    record: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]
    sealed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    announced_at: Mapped[datetime | None]
    announced_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    awards: Mapped[list["Award"]] = relationship(
        order_by="Award.final, Award.rank, Award.position", cascade="all, delete-orphan", lazy="raise"
    )


class Award(Base):
    """One ranked entry of a result set; ``tier_id`` is None where it won nothing, ``skip_reason`` may say why.

    Attributes:
        round_id: The final that ranked it; ``final`` is that round's number, and orders finals.
        position: Orders entries of one rank as the jury ruled, so that a printed list has one order.
        score: The official score as it is printed; ``raw`` is the plain mean, to stand beside it.
    """

    __tablename__ = "award"
    __table_args__ = (UniqueConstraint("result_set_id", "entry_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    result_set_id: Mapped[UUID] = mapped_column(ForeignKey("result_set.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id"), index=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id"))
    final: Mapped[int]
    tier_id: Mapped[UUID | None] = mapped_column(ForeignKey("prize_tier.id"))
    rank: Mapped[int]
    position: Mapped[int]
    score: Mapped[str]
    raw: Mapped[str]
    votes: Mapped[int]
    skip_reason: Mapped[str] = mapped_column(default="")


class TieRuling(Base):
    """What one of the declared ways said about a tie that decides who wins what.

    Attributes:
        method: One of `scoring.TIE_METHODS`.
        order: The entries' ids in groups, best first; one group: this way did not decide.
        ruled_by: Who wrote it down; None where it follows from the votes, the lot or the deliberation, and is worked
            out anew with the prizes.
    """

    __tablename__ = "tie_ruling"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    result_set_id: Mapped[UUID] = mapped_column(ForeignKey("result_set.id", ondelete="CASCADE"), index=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id"))
    rank: Mapped[int]
    method: Mapped[str]
    order: Mapped[list[Any]]
    reason: Mapped[str]
    ruled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ruled_at: Mapped[datetime]
