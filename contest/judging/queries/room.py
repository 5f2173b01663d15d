"""What a juror's own pages read: her works, her marks, her pace; nothing of anybody else's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from contest.entries import blind
from contest.entries.blind import BlindEntry
from contest.judging.models import Act, Ballot, BallotKind, Round, RoundEntry, ScoreLine, Sheet
from contest.judging.queries.facts import Seat, seat_of, seats
from contest.judging.rules.ledger import Receipt
from contest.judging.rules.order import spoken_code
from contest.judging.rules.settings import Mode, RoundSettings
from contest.kernel.prepared import Prepared

PACE_VOTES: Final = 20


@dataclass(frozen=True, kw_only=True)
class BallotView:
    """One work before one juror: the name she knows it by, what may be shown, and her own mark.

    Attributes:
        rival: What it stands against, in pairs.
        score: Her mark in hundredths of a point, None before she gave one.
        marks: Her single marks, where the round has criteria.
        is_practice: Whether it is one of the works by which everybody finds the scale.
    """

    handle: str
    entry: BlindEntry
    rival: BlindEntry | None = None
    score: int | None
    marks: Mapping[str, int] | None = None
    is_favourite: bool
    is_practice: bool

    @property
    def code(self) -> str:
        """Give the code by which she may speak of it."""
        return spoken_code(self.handle)


@dataclass(frozen=True, kw_only=True)
class Place:
    """The ballot behind a handle; ids for our own use, never for a page."""

    entry_id: UUID
    rival_id: UUID | None
    is_recused: bool


_shown: Final = blind.shown_rows().subquery("shown")
_SEAT: Final = Prepared(
    seats().where(
        Round.number == bindparam("number"), Sheet.juror_id == bindparam("juror_id"), Sheet.left_at.is_(None)
    )
)
_WORK_COLUMNS: Final = tuple(_shown.c[name] for name in blind.SHOWN)
_BALLOT_COLUMNS: Final = (
    Ballot.handle,
    Ballot.entry_id,
    Ballot.rival_id,
    Ballot.kind.label("ballot_kind"),
    Ballot.skipped,
    Ballot.position,
    Ballot.score,
    Ballot.favourite,
)
_IS_HELD: Final = exists().where(
    Sheet.id == Ballot.sheet_id,
    RoundEntry.round_id == Sheet.round_id,
    RoundEntry.entry_id.in_([Ballot.entry_id, Ballot.rival_id]),
    RoundEntry.held,
)


def _own(*selected: Any) -> Select[Any]:
    """Select from a juror's own ballots of one round that are not taken from her and not held."""
    statement: Select[Any] = select(*selected)
    return (
        statement.join(Sheet, Sheet.id == Ballot.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(
            Round.contest_id == bindparam("contest_id"),
            Round.number == bindparam("number"),
            Sheet.juror_id == bindparam("juror_id"),
            Sheet.left_at.is_(None),
            ~Ballot.recused,
            ~Ballot.cancelled,
            ~_IS_HELD,
        )
    )


# By the sheet that `_SEAT` found: joined into that statement, its sums would be made anew for every picture.
_waiting: Final = (
    select(*_BALLOT_COLUMNS)
    .where(
        Ballot.sheet_id == bindparam("sheet_id"),
        Ballot.score.is_(None),
        ~Ballot.recused,
        ~Ballot.cancelled,
        ~_IS_HELD,
        blind.is_judged(Ballot.entry_id),
        Ballot.rival_id.is_(None) | blind.is_judged(Ballot.rival_id),
    )
    .order_by(Ballot.skipped, Ballot.position)
    .limit(bindparam("count"))
    .subquery("waiting")
)
_NEXT: Final = Prepared(
    select(
        _waiting.c.handle,
        _waiting.c.rival_id,
        _waiting.c.ballot_kind,
        _waiting.c.score,
        _waiting.c.favourite,
        *_WORK_COLUMNS,
    )
    .join(_shown, _shown.c.entry_id == _waiting.c.entry_id)
    .order_by(_waiting.c.skipped, _waiting.c.position, _shown.c.place)
)
_latest_marks: Final = (
    select(ScoreLine.marks)
    .where(ScoreLine.ballot_id == Ballot.id, ScoreLine.act.in_([Act.CAST, Act.UNDO]))
    .order_by(ScoreLine.seq.desc())
    .limit(1)
    .scalar_subquery()
)
_MINE: Final = _own(
    Ballot.handle,
    Ballot.rival_id,
    Ballot.kind.label("ballot_kind"),
    Ballot.score,
    Ballot.favourite,
    _latest_marks.label("marks"),
    Round.mode,
    Round.settings,
    *_WORK_COLUMNS,
).join(_shown, _shown.c.entry_id == Ballot.entry_id)
_OWN_SHEET: Final = (
    select(Sheet.id)
    .join(Round, Round.id == Sheet.round_id)
    .where(
        Round.contest_id == bindparam("contest_id"),
        Round.number == bindparam("number"),
        Sheet.juror_id == bindparam("juror_id"),
    )
    .scalar_subquery()
)
_COUNTS: Final = (
    select(Ballot.score, func.count())
    .where(Ballot.sheet_id == _OWN_SHEET, Ballot.score.is_not(None))
    .group_by(Ballot.score)
)
_PACE: Final = (
    select(ScoreLine.at)
    .where(ScoreLine.sheet_id == _OWN_SHEET, ScoreLine.act == Act.CAST)
    .order_by(ScoreLine.seq.desc())
    .limit(PACE_VOTES)
)


def own_seats(session: Session, contest_id: UUID, juror_id: UUID) -> list[Seat]:
    """List a person's parts in the rounds of a contest, the latest round first."""
    statement = seats().where(Sheet.juror_id == juror_id, Sheet.left_at.is_(None)).order_by(Round.number.desc())
    return [seat_of(row) for row in session.execute(statement, {"contest_id": contest_id})]


def seat(session: Session, contest_id: UUID, number: int, juror_id: UUID) -> Seat | None:
    """Give a person's part in a round, None where she has none."""
    row = _SEAT.row(session, _names(contest_id, number, juror_id))
    return None if row is None else seat_of(row)


def queue(
    session: Session, contest_id: UUID, number: int, juror_id: UUID, *, count: int
) -> tuple[Seat | None, list[BallotView]]:
    """Give a juror's seat and the next works in her own order, those put off last.

    Two statements; a third one for the rivals of pairs.
    """
    row = _SEAT.row(session, _names(contest_id, number, juror_id))
    if row is None:
        return None, []
    found = seat_of(row)
    rows = _NEXT.rows(session, {"sheet_id": row.sheet_id, "count": count})
    return found, _works(session, rows, found.round.mode, found.round.settings)


def ballot_view(session: Session, contest_id: UUID, number: int, juror_id: UUID, handle: str) -> BallotView | None:
    """Give one of a juror's own works, None where the handle is not hers or the work is not judged."""
    statement = _MINE.where(Ballot.handle == handle).order_by(_shown.c.place)
    found = _marked(session, statement, _names(contest_id, number, juror_id))
    return found[0] if found else None


def own_works(session: Session, contest_id: UUID, number: int, juror_id: UUID) -> list[BallotView]:
    """List all that a juror has marked, in her own order.

    Without the works that she unknowingly judged twice: side by side a repeat would give itself away.
    """
    statement = _MINE.where(Ballot.score.is_not(None), Ballot.kind != BallotKind.REPEAT).order_by(
        Ballot.position, _shown.c.place
    )
    return _marked(session, statement, _names(contest_id, number, juror_id))


def table(session: Session, contest_id: UUID, number: int, juror_id: UUID) -> list[BallotView]:
    """List all of a juror's works, marked or not, in her own order: what lies on a light table."""
    statement = _MINE.order_by(Ballot.position, _shown.c.place)
    return _marked(session, statement, _names(contest_id, number, juror_id))


def recent_works(session: Session, contest_id: UUID, number: int, juror_id: UUID, *, count: int) -> list[BallotView]:
    """List the works that a juror marked last, the latest at the end, so that she can step back."""
    latest = (
        select(Ballot.id)
        .where(Ballot.sheet_id == _OWN_SHEET, Ballot.score.is_not(None))
        .order_by(Ballot.scored_at.desc(), Ballot.position)
        .limit(count)
    )
    statement = _MINE.where(Ballot.id.in_(latest)).order_by(Ballot.scored_at, Ballot.position, _shown.c.place)
    return _marked(session, statement, _names(contest_id, number, juror_id))


def own_scores(session: Session, contest_id: UUID, number: int, juror_id: UUID) -> dict[int, int]:
    """Count a juror's own marks of a round by mark, for the mirror in her room."""
    rows = session.execute(_COUNTS, _names(contest_id, number, juror_id))
    return {score: count for score, count in rows if score is not None}


def pace(session: Session, contest_id: UUID, number: int, juror_id: UUID) -> list[datetime]:
    """Give the moments of a juror's latest votes, in order, from which the time left is estimated."""
    return sorted(session.scalars(_PACE, _names(contest_id, number, juror_id)))


def place(session: Session, contest_id: UUID, number: int, juror_id: UUID, handle: str) -> Place | None:
    """Find the ballot behind a handle, None unless it is this juror's in this round."""
    row = session.execute(
        select(Ballot.entry_id, Ballot.rival_id, Ballot.recused)
        .join(Sheet, Sheet.id == Ballot.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(
            Ballot.handle == handle,
            Sheet.juror_id == juror_id,
            Round.contest_id == contest_id,
            Round.number == number,
            ~Ballot.cancelled,
        )
    ).one_or_none()
    return None if row is None else Place(entry_id=row.entry_id, rival_id=row.rival_id, is_recused=row.recused)


def kept(session: Session, contest_id: UUID, number: int, juror_id: UUID, request_key: str) -> Receipt | None:
    """Give what is written down under a key that a juror's browser chose, None where nothing is."""
    found = session.execute(
        select(Ballot.handle, ScoreLine.act, ScoreLine.score, ScoreLine.at, ScoreLine.seq, ScoreLine.scored)
        .join(Ballot, Ballot.id == ScoreLine.ballot_id)
        .join(Sheet, Sheet.id == ScoreLine.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(
            Round.contest_id == contest_id,
            Round.number == number,
            Sheet.juror_id == juror_id,
            ScoreLine.request_key == request_key,
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else Receipt(**row)


def _names(contest_id: UUID, number: int, juror_id: UUID) -> dict[str, Any]:
    return {"contest_id": contest_id, "number": number, "juror_id": juror_id}


def _marked(session: Session, statement: Select[Any], names: dict[str, Any]) -> list[BallotView]:
    """Read works from a statement made of `_MINE`, whose rows tell of their round as well."""
    rows = session.execute(statement, names).all()
    return _works(session, rows, rows[0].mode, rows[0].settings) if rows else []


def _works(session: Session, rows: Iterable[Any], mode: Mode, settings: RoundSettings) -> list[BallotView]:
    """Read works from rows that stand together by handle; rivals are fetched by one more statement."""
    grouped = [(handle, list(kept)) for handle, kept in groupby(rows, key=lambda row: row.handle)]
    rivals = dict[UUID, BlindEntry]()
    if mode is Mode.PAIRS:
        rivals = blind.shown(session, [pictures[0].rival_id for _handle, pictures in grouped])
    return [
        BallotView(
            handle=handle,
            entry=_texts_as_set(blind.entry_of(pictures), settings),
            rival=None if pictures[0].rival_id is None else _texts_as_set(rivals[pictures[0].rival_id], settings),
            score=pictures[0].score,
            marks=getattr(pictures[0], "marks", None),
            is_favourite=pictures[0].favourite,
            is_practice=pictures[0].ballot_kind is BallotKind.PRACTICE,
        )
        for handle, pictures in grouped
        if pictures[0].rival_id is None or pictures[0].rival_id in rivals
    ]


def _texts_as_set(entry: BlindEntry, settings: RoundSettings) -> BlindEntry:
    """Leave away the texts that this round's jurors do not read."""
    return entry.with_texts(title=settings.shows_title, caption=settings.shows_caption)
