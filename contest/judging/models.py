"""Rounds, sheets and ballots. No column here names an author, and none is readable from another juror's page."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from contest.kernel.db import Base


class RoundState(StrEnum):
    """Where a round stands. A closed round is ranked; a sealed one is part of a result set."""

    DRAFT = "draft"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    SEALED = "sealed"


class Act(StrEnum):
    """What a juror can do with a ballot."""

    CAST = "cast"
    SKIP = "skip"
    RECUSE = "recuse"
    UNDO = "undo"


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
    """One juror's part in one round: how many ballots she was given. It is never changed.

    How far she is stands in the last line of her own ledger, so that one juror's work never shows in another's
    numbers and a vote needs no counter that others wait for.
    """

    __tablename__ = "sheet"
    __table_args__ = (UniqueConstraint("round_id", "juror_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    juror_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    ballots: Mapped[int]


# A queue must not get slower the more of it is done: only the ballots that wait are in its index.
# Each database recognizes its own way of writing what SQLAlchemy makes of ``score IS NULL AND NOT recused``.
_WAITS_SQLITE: Final = text("score IS NULL AND recused = 0")
_WAITS_POSTGRESQL: Final = text("score IS NULL AND NOT recused")


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
        Index(
            "ix_ballot_waiting",
            "sheet_id",
            "skipped",
            "position",
            sqlite_where=_WAITS_SQLITE,
            postgresql_where=_WAITS_POSTGRESQL,
        ),
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
    """One line of a juror's ledger; each seals the one before it, and the database refuses to change or delete any.

    Attributes:
        score: What the ballot's score is after the line; None where it has none.
        previous_score: What it was before.
        reason: Why she recused herself.
        scored: How many of her ballots have a score after the line.
        recused: How many she is recused from after the line.
        below: For undoing: number of the act that the next undo takes back once this one is taken back; 0 for none.
    """

    __tablename__ = "score_line"
    __table_args__ = (UniqueConstraint("sheet_id", "request_key"),)

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballot.id"), index=True)
    act: Mapped[Act]
    score: Mapped[int | None]
    previous_score: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    scored: Mapped[int]
    recused: Mapped[int]
    below: Mapped[int]
    at: Mapped[datetime]
    request_key: Mapped[str]
    seal: Mapped[str]


_SQLITE_TRIGGER: Final = """
CREATE TRIGGER score_line_no_{act} BEFORE {act} ON score_line
BEGIN SELECT RAISE(ABORT, 'the ledger of scores is append-only'); END
"""
APPEND_ONLY: Final = {
    "sqlite": (_SQLITE_TRIGGER.format(act="UPDATE"), _SQLITE_TRIGGER.format(act="DELETE")),
    "postgresql": (
        """
        CREATE FUNCTION score_line_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the ledger of scores is append-only'; END $$
        """,
        """
        CREATE TRIGGER score_line_append_only BEFORE UPDATE OR DELETE ON score_line
        FOR EACH ROW EXECUTE FUNCTION score_line_refuse()
        """,
    ),
}


@event.listens_for(ScoreLine.__table__, "after_create")
def _append_only(_table: object, connection: Connection, **_options: object) -> None:
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.execute(text(statement))
