"""What pages and other capabilities read of judging."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from contest.entries import blind
from contest.entries.blind import BlindEntry
from contest.judging import rules
from contest.judging.models import Act, Ballot, Round, RoundState, ScoreLine, Sheet
from contest.judging.rules import LedgerLine, Ranked, Receipt

PACE_VOTES: Final = 20


@dataclass(frozen=True, kw_only=True)
class RoundFacts:
    """A round as pages and other capabilities see it."""

    id: UUID
    number: int
    state: RoundState
    scale_min: int
    scale_max: int
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    close_reason: str

    def is_open(self, at: datetime) -> bool:
        """Tell whether votes are taken at a moment."""
        return self.state is RoundState.OPEN and (self.closes_at is None or at < self.closes_at)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far one juror is: of ``total`` works that she can judge, ``scored`` have her mark."""

    scored: int
    total: int
    recused: int

    @property
    def remaining(self) -> int:
        """Give how many works still wait."""
        return self.total - self.scored


@dataclass(frozen=True, kw_only=True)
class Work:
    """One work before one juror: the name she knows it by, what may be shown, and her own mark."""

    handle: str
    entry: BlindEntry
    score: int | None

    @property
    def code(self) -> str:
        """Give the code by which she may speak of it."""
        return rules.spoken_code(self.handle)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One juror's part in the contest's latest round; ``lines`` counts the lines of her ledger."""

    round: RoundFacts
    progress: Progress
    lines: int


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How far one juror is, for the jury desk: counts only, never a score."""

    juror_id: UUID
    progress: Progress
    last_act_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """The ballot behind a handle; ids for our own use, never for a page."""

    entry_id: UUID
    is_recused: bool


_shown: Final = blind.shown_rows().subquery("shown")
_latest: Final = select(func.max(Round.number)).where(Round.contest_id == bindparam("contest_id")).scalar_subquery()
_last: Final = aliased(ScoreLine, name="last")
_last_seq: Final = (
    select(func.max(ScoreLine.seq)).where(ScoreLine.sheet_id == Sheet.id).correlate(Sheet).scalar_subquery()
)
# Works that left the contest after the round had opened: they count neither as done nor as waiting.
_gone: Final = select(
    func.count(), func.count(Ballot.score), func.coalesce(func.sum(Ballot.recused.cast(Integer)), 0)
).where(Ballot.sheet_id == Sheet.id, Ballot.entry_id.in_(blind.left(bindparam("contest_id"))))


def _gone_figure(figure: Any) -> Any:
    return _gone.with_only_columns(figure).correlate(Sheet).scalar_subquery()


_SEAT_COLUMNS: Final = (
    Round.id.label("round_id"),
    Round.number,
    Round.state,
    Round.scale_min,
    Round.scale_max,
    Round.opened_at,
    Round.closes_at,
    Round.closed_at,
    Round.close_reason,
    Sheet.juror_id,
    Sheet.ballots,
    func.coalesce(_last.seq, 0).label("lines"),
    func.coalesce(_last.scored, 0).label("scored"),
    func.coalesce(_last.recused, 0).label("recused"),
    _last.at.label("last_act_at"),
    _gone_figure(func.count()).label("gone"),
    _gone_figure(func.count(Ballot.score)).label("gone_scored"),
    _gone_figure(func.coalesce(func.sum(Ballot.recused.cast(Integer)), 0)).label("gone_recused"),
)


def _seats() -> Select[Any]:
    statement: Select[Any] = select(*_SEAT_COLUMNS).select_from(Round)
    return (
        statement.join(Sheet, Sheet.round_id == Round.id)
        .outerjoin(_last, and_(_last.sheet_id == Sheet.id, _last.seq == _last_seq))
        .where(Round.contest_id == bindparam("contest_id"), Round.number == _latest)
    )


_SEAT: Final = _seats().where(Sheet.juror_id == bindparam("juror_id"))
_WORK_COLUMNS: Final = (
    _shown.c.kind,
    _shown.c.category_zh,
    _shown.c.category_en,
    _shown.c.place,
    _shown.c.width_px,
    _shown.c.height_px,
    _shown.c.placeholder,
)
_waiting: Final = (
    select(Ballot.id, Ballot.handle, Ballot.entry_id, Ballot.sheet_id, Ballot.skipped, Ballot.position, Ballot.score)
    .join(Sheet, Sheet.id == Ballot.sheet_id)
    .join(Round, Round.id == Sheet.round_id)
    .where(
        Round.contest_id == bindparam("contest_id"),
        Round.number == _latest,
        Sheet.juror_id == bindparam("juror_id"),
        Ballot.score.is_(None),
        ~Ballot.recused,
        blind.is_judged(Ballot.entry_id),
    )
    .order_by(Ballot.skipped, Ballot.position)
    .limit(bindparam("count"))
    .subquery("waiting")
)
_QUEUE: Final = (
    _SEAT.join(_waiting, _waiting.c.sheet_id == Sheet.id)
    .join(_shown, _shown.c.entry_id == _waiting.c.entry_id)
    .add_columns(_waiting.c.handle, _waiting.c.score, *_WORK_COLUMNS)
    .order_by(_waiting.c.skipped, _waiting.c.position, _shown.c.place)
)
_MINE: Final = (
    select(Ballot.handle, Ballot.score, *_WORK_COLUMNS)
    .join(Sheet, Sheet.id == Ballot.sheet_id)
    .join(Round, Round.id == Sheet.round_id)
    .join(_shown, _shown.c.entry_id == Ballot.entry_id)
    .where(
        Round.contest_id == bindparam("contest_id"),
        Round.number == _latest,
        Sheet.juror_id == bindparam("juror_id"),
        ~Ballot.recused,
    )
)


_OWN_SHEET: Final = (
    select(Sheet.id)
    .join(Round, Round.id == Sheet.round_id)
    .where(
        Round.contest_id == bindparam("contest_id"),
        Round.number == _latest,
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


def seat(session: Session, contest_id: UUID, juror_id: UUID) -> Seat | None:
    """Give a person's part in the latest round, None where she has none."""
    row = session.execute(_SEAT, {"contest_id": contest_id, "juror_id": juror_id}).one_or_none()
    return None if row is None else _seat_of(row)


def queue(session: Session, contest_id: UUID, juror_id: UUID, *, count: int) -> tuple[Seat | None, list[Work]]:
    """Give a juror's seat and the next works in her own order, those put off last.

    One statement; a second one only where nothing waits.
    """
    names = {"contest_id": contest_id, "juror_id": juror_id, "count": count}
    rows = session.execute(_QUEUE, names).all()
    if not rows:
        return seat(session, contest_id, juror_id), []
    return _seat_of(rows[0]), _works(rows)


def work(session: Session, contest_id: UUID, juror_id: UUID, handle: str) -> Work | None:
    """Give one of a juror's own works, None where the handle is not hers or the work is not judged."""
    statement = _MINE.where(Ballot.handle == bindparam("handle")).order_by(_shown.c.place)
    rows = session.execute(statement, {"contest_id": contest_id, "juror_id": juror_id, "handle": handle}).all()
    found = _works(rows)
    return found[0] if found else None


def own_works(session: Session, contest_id: UUID, juror_id: UUID) -> list[Work]:
    """List all that a juror has marked, in her own order."""
    statement = _MINE.where(Ballot.score.is_not(None)).order_by(Ballot.position, _shown.c.place)
    return _works(session.execute(statement, {"contest_id": contest_id, "juror_id": juror_id}).all())


def recent_works(session: Session, contest_id: UUID, juror_id: UUID, *, count: int) -> list[Work]:
    """List the works that a juror marked last, the latest at the end, so that she can step back."""
    latest = (
        select(Ballot.id)
        .where(Ballot.sheet_id == _OWN_SHEET, Ballot.score.is_not(None))
        .order_by(Ballot.scored_at.desc(), Ballot.position)
        .limit(count)
    )
    statement = _MINE.where(Ballot.id.in_(latest)).order_by(Ballot.scored_at, Ballot.position, _shown.c.place)
    return _works(session.execute(statement, {"contest_id": contest_id, "juror_id": juror_id}).all())


def own_scores(session: Session, contest_id: UUID, juror_id: UUID) -> dict[int, int]:
    """Count a juror's own marks of the latest round by mark, for the mirror in her room."""
    rows = session.execute(_COUNTS, {"contest_id": contest_id, "juror_id": juror_id})
    return {score: count for score, count in rows if score is not None}


def pace(session: Session, contest_id: UUID, juror_id: UUID) -> list[datetime]:
    """Give the moments of a juror's latest votes, in order, from which the time left is estimated."""
    return sorted(session.scalars(_PACE, {"contest_id": contest_id, "juror_id": juror_id}))


def place(session: Session, contest_id: UUID, juror_id: UUID, handle: str) -> Place | None:
    """Find the ballot behind a handle, None unless it is this juror's in this contest."""
    row = session.execute(
        select(Ballot.entry_id, Ballot.recused)
        .join(Sheet, Sheet.id == Ballot.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(Ballot.handle == handle, Sheet.juror_id == juror_id, Round.contest_id == contest_id)
    ).one_or_none()
    return None if row is None else Place(entry_id=row.entry_id, is_recused=row.recused)


def kept(session: Session, contest_id: UUID, juror_id: UUID, request_key: str) -> Receipt | None:
    """Give what is written down under a key that a juror's browser chose, None where nothing is."""
    found = session.execute(
        select(Ballot.handle, ScoreLine.act, ScoreLine.score, ScoreLine.at, ScoreLine.seq, ScoreLine.scored)
        .join(Ballot, Ballot.id == ScoreLine.ballot_id)
        .join(Sheet, Sheet.id == ScoreLine.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(Round.contest_id == contest_id, Sheet.juror_id == juror_id, ScoreLine.request_key == request_key)
        .order_by(Round.number.desc())
        .limit(1)
    )
    row = found.mappings().one_or_none()
    return None if row is None else Receipt(**row)


def latest_round(session: Session, contest_id: UUID) -> RoundFacts | None:
    """Give a contest's latest round, None before the first."""
    statement = select(Round).where(Round.contest_id == contest_id).order_by(Round.number.desc()).limit(1)
    row = session.scalar(statement)
    return None if row is None else _facts_of(row.id, row)


def coverage(session: Session, contest_id: UUID) -> list[Coverage]:
    """Tell how far every juror of the latest round is, those with most left first."""
    rows = session.execute(_seats(), {"contest_id": contest_id}).all()
    found = [Coverage(juror_id=row.juror_id, progress=_progress_of(row), last_act_at=row.last_act_at) for row in rows]
    return sorted(found, key=lambda one: (-one.progress.remaining, one.juror_id))


def ranking(session: Session, contest_id: UUID) -> list[Ranked]:
    """Rank the entries of the latest closed round; empty where none is closed.

    A vote counts while its entry is judged and its juror is not recused from it: the one definition of what counts.
    """
    closed = closed_round(session, contest_id)
    if closed is None:
        return []
    votes = session.execute(
        select(Ballot.entry_id, Ballot.score).where(
            Ballot.round_id == closed.id, Ballot.score.is_not(None), blind.is_judged(Ballot.entry_id)
        )
    )
    return rules.ranking((entry_id, score) for entry_id, score in votes if score is not None)


def closed_round(session: Session, contest_id: UUID) -> RoundFacts | None:
    """Give the latest round, if it is closed: only then is there anything to rank."""
    latest = latest_round(session, contest_id)
    return latest if latest is not None and latest.state in {RoundState.CLOSED, RoundState.SEALED} else None


def broken_ledgers(session: Session, round_id: UUID) -> dict[UUID, int]:
    """Check every ledger of a round; give the jurors whose ledger does not hold, with the first line that fails."""
    broken = {}
    for sheet_id, juror_id in session.execute(select(Sheet.id, Sheet.juror_id).where(Sheet.round_id == round_id)):
        lines = session.scalars(select(ScoreLine).where(ScoreLine.sheet_id == sheet_id).order_by(ScoreLine.seq))
        told = [(line_of(row), row.seal) for row in lines]
        standing = session.execute(
            select(Ballot.id, Ballot.score).where(Ballot.sheet_id == sheet_id, Ballot.score.is_not(None))
        )
        found = rules.first_broken(told, {ballot_id: score for ballot_id, score in standing if score is not None})
        if found is not None:
            broken[juror_id] = found
    return broken


def line_of(row: ScoreLine) -> LedgerLine:
    """Give a row of the ledger as what its seal covers."""
    return LedgerLine(
        sheet_id=row.sheet_id,
        seq=row.seq,
        ballot_id=row.ballot_id,
        act=str(row.act),
        score=row.score,
        previous_score=row.previous_score,
        reason=row.reason,
        scored=row.scored,
        recused=row.recused,
        below=row.below,
        at=row.at,
        request_key=row.request_key,
    )


def _facts_of(round_id: UUID, row: Any) -> RoundFacts:
    return RoundFacts(
        id=round_id,
        number=row.number,
        state=row.state,
        scale_min=row.scale_min,
        scale_max=row.scale_max,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        close_reason=row.close_reason,
    )


def _progress_of(row: Any) -> Progress:
    return Progress(
        scored=row.scored - row.gone_scored,
        total=row.ballots - row.recused - row.gone + row.gone_recused,
        recused=row.recused,
    )


def _seat_of(row: Any) -> Seat:
    return Seat(round=_facts_of(row.round_id, row), progress=_progress_of(row), lines=row.lines)


def _works(rows: Iterable[Any]) -> list[Work]:
    """Read works from rows that stand together by handle."""
    found = []
    for handle, kept in groupby(rows, key=lambda row: row.handle):
        pictures = list(kept)
        found.append(Work(handle=handle, entry=blind.entry_of(pictures), score=pictures[0].score))
    return found
