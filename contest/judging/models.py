"""Rounds, sheets and ballots. No column here names an author, and none is readable from another juror's page."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contest.kernel.db import Base


class RoundState(StrEnum):
    """Where a round stands. A closed round is ranked; a sealed one is part of a result set."""

    DRAFT = "draft"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    SEALED = "sealed"


class Round(Base):
    """One round of judging with marks from ``scale_min`` to ``scale_max``; ``seed`` fixes every juror's order."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        CheckConstraint("scale_min < scale_max", name="scale_ascends"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    state: Mapped[RoundState]
    scale_min: Mapped[int]
    scale_max: Mapped[int]
    seed: Mapped[str]
    closes_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    close_reason: Mapped[str] = mapped_column(default="")


class Sheet(Base):
    """One juror's part in one round: how much is done, and the head of the juror's own chain of score lines.

    Counting and chaining per juror keeps one juror's work from showing in another's numbers.
    """

    __tablename__ = "sheet"
    __table_args__ = (UniqueConstraint("round_id", "juror_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    juror_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    ballots: Mapped[int]
    scored: Mapped[int]
    lines: Mapped[int]
    head: Mapped[str]


class Ballot(Base):
    """One juror's place for one entry in one round; ``handle`` is all that she ever sees of the entry.

    ``position`` is the place in her own random order. ``skipped`` counts how often it was put off: those come last.
    A recused ballot counts for nothing and is never shown again.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("sheet_id", "entry_id"),
        UniqueConstraint("handle"),
        CheckConstraint("(score IS NULL) = (scored_at IS NULL)", name="score_has_time"),
        CheckConstraint("NOT (recused AND score IS NOT NULL)", name="recused_has_no_score"),
        Index("ix_ballot_queue", "sheet_id", "skipped", "position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id", ondelete="CASCADE"))
    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id"), index=True)
    handle: Mapped[str]
    position: Mapped[int]
    skipped: Mapped[int] = mapped_column(default=0)
    recused: Mapped[bool] = mapped_column(default=False)
    score: Mapped[int | None]
    scored_at: Mapped[datetime | None]


class ScoreLine(Base):
    """One line of a juror's append-only ledger; ``score`` is None where the line takes a score back or recuses."""

    __tablename__ = "score_line"
    __table_args__ = (UniqueConstraint("sheet_id", "request_key"),)

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballot.id"), index=True)
    act: Mapped[str]
    score: Mapped[int | None]
    previous_score: Mapped[int | None]
    at: Mapped[datetime]
    request_key: Mapped[str]
    seal: Mapped[str]
