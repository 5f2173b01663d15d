"""Rounds, their sets, sheets and ballots. No column here names an author."""

import json
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    TypeDecorator,
    UniqueConstraint,
    text,
    type_coerce,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from contest.judging.rules.deliberation import Question, TableAct
from contest.judging.rules.order import handle_of, named_by
from contest.judging.rules.settings import Mode, RoundSettings, settings_from
from contest.kernel.db import Base, StoredUuid, append_only


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
    FLAG = "flag"


class Origin(StrEnum):
    """How an entry got into a round's set."""

    ELIGIBLE = "eligible"
    ADVANCED = "advanced"
    RESCUED = "rescued"
    BY_HAND = "by_hand"
    LATE = "late"


class BallotKind(StrEnum):
    """What a ballot is for: only counted ones are ranked; the juror cannot tell a repeat from the first look."""

    COUNTED = "counted"
    PRACTICE = "practice"
    REPEAT = "repeat"


class FlagKind(StrEnum):
    """What a juror points out about a work."""

    AI = "ai"
    COMPOSITE = "composite"
    PLAGIARISM = "plagiarism"
    OFF_THEME = "off_theme"
    AUTHOR_VISIBLE = "author_visible"


class StoredSettings(TypeDecorator[RoundSettings]):
    """A round's settings, kept as JSON; of a database that gives the text of it, the same text is read once.

    Every vote looks at its round's settings, and reading them cost a thirtieth of it.
    """

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: RoundSettings | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Write plain JSON values."""
        return None if value is None else value.to_dict()

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], RoundSettings]:  # noqa: ARG002 - SQLAlchemy's signature
        """Give what reads a value of the database: a text, or the values already."""
        return lambda kept: _settings_of(kept) if isinstance(kept, str) else settings_from(kept)


@lru_cache(maxsize=256)
def _settings_of(text: str) -> RoundSettings:
    return settings_from(json.loads(text))


class Round(Base):
    """One round of judging: a set of entries of one category or of all, a panel, a mode.

    Attributes:
        seed: Fixes every juror's order and handles; secret until the result is sealed.
        seed_commitment: SHA-256 of the seed, hexadecimal; public before the round opens.
        source_id: The round from which the set came, None for one taken from what is admitted to judging.
        source: How the set was made: ``{"by": …}`` and what `rules.advance` needs for it.
        closes_at: What people are told; None while the chair decides.
        taken_until: From this moment on the database refuses votes: ``closes_at`` and the grace after it.
        root: Root of the round's Merkle tree, hexadecimal, once it is closed.
    """

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        CheckConstraint("number > 0", name="number_is_positive"),
        CheckConstraint("(closes_at IS NULL) = (taken_until IS NULL)", name="end_has_grace"),
        CheckConstraint("state = 'draft' OR opened_at IS NOT NULL", name="opened_has_time"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id"))
    number: Mapped[int]
    name_zh: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    mode: Mapped[Mode]
    settings: Mapped[RoundSettings] = mapped_column(StoredSettings)
    state: Mapped[RoundState]
    seed: Mapped[str]
    seed_commitment: Mapped[str]
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("round.id"))
    source: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    taken_until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    close_reason: Mapped[str] = mapped_column(default="")
    reopenings: Mapped[int] = mapped_column(default=0)
    reopen_reason: Mapped[str] = mapped_column(default="")
    root: Mapped[str] = mapped_column(default="")


class TermKind(StrEnum):
    """What a round is bound to before its first vote."""

    RULES = "rules"
    ENTRIES = "entries"
    JURORS = "jurors"


class RoundTerm(Base):
    """What a round was bound to from a moment on; only ``digest`` is public until the result is.

    A new row says that panel, set or quorum changed while votes were taken; the database keeps the old ones.

    Attributes:
        text: Canonical JSON; see `queries.record`.
        digest: `rules.ledger.commitment` of the text.
    """

    __tablename__ = "round_term"

    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[TermKind] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    text: Mapped[str]
    digest: Mapped[str]


class RoundEntry(Base):
    """An entry in a round's set; ``held`` while it shows its author and the chair has not decided about its votes."""

    __tablename__ = "round_entry"
    # Held entries are few, and every fetch asks for them: without an index of theirs it would walk the whole set.
    __table_args__ = (
        Index("ix_round_entry_held", "round_id", sqlite_where=text("held = 1"), postgresql_where=text("held")),
    )

    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id"), primary_key=True, index=True)
    origin: Mapped[Origin]
    origin_reason: Mapped[str] = mapped_column(default="")
    held: Mapped[bool] = mapped_column(default=False)


class Sheet(Base):
    """One juror's part in one round; ``seat`` names her where her votes are shown without her name (1 is A).

    How far she is stands in the last line of her own ledger, so that one juror's work never shows in another's
    numbers and a vote needs no counter that others wait for.

    Attributes:
        ballots: How many she has that are not cancelled; only the planner's caller writes it.
        left_at: When she left the panel; what she cast before stays and counts.
        limit: The most ballots she wants, None for her even share.
    """

    __tablename__ = "sheet"
    __table_args__ = (UniqueConstraint("round_id", "juror_id"), UniqueConstraint("round_id", "seat"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    juror_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    seat: Mapped[int]
    ballots: Mapped[int]
    left_at: Mapped[datetime | None]
    left_reason: Mapped[str] = mapped_column(default="")
    limit: Mapped[int | None]


# A queue must not get slower the more of it is done: only the ballots that wait are in its index.
# Each database recognizes its own way of writing what SQLAlchemy makes of ``score IS NULL AND NOT recused ...``.
_WAITS_SQLITE: Final = text("score IS NULL AND recused = 0 AND cancelled = 0")
_WAITS_POSTGRESQL: Final = text("score IS NULL AND NOT recused AND NOT cancelled")


class Handle(TypeDecorator[str]):
    """A ballot's id as pages write it: `rules.order.handle_of`."""

    impl = StoredUuid
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> UUID | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Read a handle; what is none is no ballot's."""
        return None if value is None else named_by(value)

    def process_result_value(self, value: UUID | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Write an id as a handle."""
        return None if value is None else handle_of(value)


class Ballot(Base):
    """One juror's place for one entry in one round; ``handle`` is all that she ever sees of the entry.

    The id is drawn from the contest's key, the round's seed, the juror and what the ballot is for, so that a second
    one for the same has the same id and is refused; the handle is the id in other letters.

    ``position`` is the place in her own random order. ``skipped`` counts how often it was put off: those come last.
    A recused ballot counts for nothing and is never shown again; a cancelled one was taken from her before she
    voted, and may be given back.

    Attributes:
        rival_id: In pairs, the entry it stands against.
        score: In hundredths of a point: a mark of 8.5 is 850; yes, maybe, no are 100, 50, 0; tier t of a light table
            is 100 t; a chip is 100; in pairs the entry wins with 100, its rival with 0, 50 is equal.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        CheckConstraint("(score IS NULL) = (scored_at IS NULL)", name="score_has_time"),
        CheckConstraint("score IS NULL OR score >= 0", name="score_not_negative"),
        CheckConstraint("NOT (recused AND score IS NOT NULL)", name="recused_has_no_score"),
        CheckConstraint("NOT (cancelled AND score IS NOT NULL)", name="cancelled_has_no_score"),
        # A round has 100,000 rows, so each index has to earn its place: these two also count a juror's marks and find
        # her ballots of a few works.
        Index("ix_ballot_sheet_score", "sheet_id", "score"),
        Index("ix_ballot_entry_sheet", "entry_id", "sheet_id"),
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
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id"))
    rival_id: Mapped[UUID | None] = mapped_column(ForeignKey("entry.id"))
    kind: Mapped[BallotKind]
    position: Mapped[int]
    skipped: Mapped[int] = mapped_column(server_default=text("0"))
    recused: Mapped[bool] = mapped_column(server_default=text("false"))
    cancelled: Mapped[bool] = mapped_column(server_default=text("false"))
    favourite: Mapped[bool] = mapped_column(server_default=text("false"))
    score: Mapped[int | None]
    scored_at: Mapped[datetime | None]
    handle: Mapped[str] = column_property(type_coerce(id, Handle).label("handle"))  # noqa: A003 - the column


class ScoreLine(Base):
    """One line of a juror's ledger; each seals the one before it, and the database refuses to change or delete any.

    Attributes:
        kind: The ballot's.
        score: What the ballot's score is after the line, in hundredths of a point; None where it has none.
        previous_score: What it was before.
        marks: The single marks by criterion, in hundredths, where the round has criteria.
        viewed_ms: How long the work was on the screen, as the room measured it.
        reason: Why she recused herself, what she pointed out, or from which sheet of paper her mark was taken.
        scored: How many of her ballots have a score after the line; in a token round how many chips are placed.
        recused: How many she is recused from after the line.
        below: For undoing: number of the act that the next undo takes back once this one is taken back; 0 for none.
    """

    __tablename__ = "score_line"
    __table_args__ = (UniqueConstraint("sheet_id", "request_key"),)

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballot.id"), index=True)
    kind: Mapped[BallotKind]
    act: Mapped[Act]
    score: Mapped[int | None]
    previous_score: Mapped[int | None]
    marks: Mapped[dict[str, Any] | None]
    viewed_ms: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    scored: Mapped[int]
    recused: Mapped[int]
    below: Mapped[int]
    at: Mapped[datetime]
    request_key: Mapped[str]
    seal: Mapped[str]


class EntryFlag(Base):
    """What a juror pointed out about a work, and what became of it."""

    __tablename__ = "entry_flag"
    __table_args__ = (
        UniqueConstraint("round_id", "entry_id", "juror_id", "kind"),
        CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="resolved_by_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id"), index=True)
    juror_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[FlagKind]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    resolution: Mapped[str] = mapped_column(default="")


class TableLine(Base):
    """One line of what was said at a round's table: a question, a juror's answer, what was decided, the minutes.

    Each seals the one before it, and the database refuses to change or delete any: a juror who changes her answer
    adds another one. `rules.deliberation` reads from them what lies on the table.

    Attributes:
        item, kind, choice, words: As in `rules.deliberation.Said`; works as 32 hexadecimal digits.
        seat: Hers on the round's panel when she said it; None for whoever had none.
        seal: Over this line and the one before it, as `integrity.RecordSaid` writes them.
    """

    __tablename__ = "table_line"

    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[TableAct]
    item: Mapped[int]
    kind: Mapped[Question | None]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    seat: Mapped[int | None]
    choice: Mapped[list[Any]]
    words: Mapped[str]
    at: Mapped[datetime]
    seal: Mapped[str]


APPEND_ONLY: Final = append_only("score_line", "round_term")
TABLE_APPEND_ONLY: Final = append_only("table_line")
