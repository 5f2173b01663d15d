"""Rounds as pages and other capabilities see them, and how far everybody is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from contest.entries import blind
from contest.judging.models import Ballot, Round, RoundEntry, RoundState, ScoreLine, Sheet
from contest.judging.rules.advance import By
from contest.judging.rules.settings import Mode, RoundSettings
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Missing


@dataclass(frozen=True, kw_only=True)
class RoundFacts:
    """A round as pages and other capabilities see it; see `models.Round`."""

    id: UUID
    contest_id: UUID
    category_id: UUID | None
    number: int
    name: Bilingual
    mode: Mode
    settings: RoundSettings
    state: RoundState
    seed_commitment: str
    source_id: UUID | None
    source: Mapping[str, Any]
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    close_reason: str
    reopenings: int
    reopen_reason: str
    root: str

    def is_open(self, at: datetime) -> bool:
        """Tell whether works are given out at a moment; votes on their way may be taken a little longer."""
        return self.state is RoundState.OPEN and (self.closes_at is None or at < self.closes_at)

    @property
    def is_running(self) -> bool:
        """Tell whether the round is neither before nor after its voting."""
        return self.state in {RoundState.OPEN, RoundState.PAUSED}

    @property
    def is_ranked(self) -> bool:
        """Tell whether there is anything to rank: only once it is closed."""
        return self.state in {RoundState.CLOSED, RoundState.SEALED}

    @property
    def is_revote(self) -> bool:
        """Tell whether it is another vote on works that tied in the round it follows: it orders them, no more."""
        return self.source.get("by") == By.TIED

    @property
    def steps(self) -> tuple[int, ...]:
        """Give the scores that a ballot can take, lowest first, in hundredths of a point."""
        return self.settings.steps(self.mode)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far one juror is: of ``total`` works that she can judge, ``scored`` have her mark.

    In a token round they count her chips.
    """

    scored: int
    total: int
    recused: int

    @property
    def remaining(self) -> int:
        """Give how many works still wait."""
        return max(0, self.total - self.scored)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One juror's part in a round; ``lines`` counts the lines of her ledger."""

    round: RoundFacts
    progress: Progress
    lines: int


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How far one juror is, for the jury desk: counts only, never a score.

    Attributes:
        seat: Her place at the table, 1 for A.
        left_at: When she left the panel, None while she is on it.
    """

    juror_id: UUID
    seat: int
    progress: Progress
    last_act_at: datetime | None
    left_at: datetime | None
    left_reason: str
    limit: int | None


ROUND_COLUMNS: Final = (
    Round.id.label("round_id"),
    Round.contest_id,
    Round.category_id,
    Round.number,
    Round.name_zh,
    Round.name_en,
    Round.mode,
    Round.settings,
    Round.state,
    Round.seed_commitment,
    Round.source_id,
    Round.source,
    Round.opened_at,
    Round.closes_at,
    Round.closed_at,
    Round.close_reason,
    Round.reopenings,
    Round.reopen_reason,
    Round.root,
)
_last: Final = aliased(ScoreLine, name="last")
_last_seq: Final = (
    select(func.max(ScoreLine.seq)).where(ScoreLine.sheet_id == Sheet.id).correlate(Sheet).scalar_subquery()
)
# A ballot that counts as done; see `models.ScoreLine.scored`.
_IS_DONE: Final = and_(Ballot.score.is_not(None), or_(Round.mode != Mode.TOKENS, Ballot.score > 0))


def _gone_count(which: Any) -> Any:
    """Count a juror's ballots for works that left the contest or are held: neither done nor waiting.

    In pairs either work may have left; else only the work's own index is asked, or every fetch would walk all of the
    juror's ballots.
    """
    gone = union_all(
        blind.left(Round.contest_id).correlate(Round),
        select(RoundEntry.entry_id).where(RoundEntry.round_id == Round.id, RoundEntry.held).correlate(Round),
    )
    # What is counted does not choose the rows: SQLite would go by the scores then.
    counted = select(func.count(case((which, 1)))).where(Ballot.sheet_id == Sheet.id, ~Ballot.cancelled)
    alone, paired = (
        counted.where(is_gone).correlate(Sheet, Round).scalar_subquery()
        for is_gone in (Ballot.entry_id.in_(gone), or_(Ballot.entry_id.in_(gone), Ballot.rival_id.in_(gone)))
    )
    return case((Round.mode == Mode.PAIRS, paired), else_=alone)


SEAT_COLUMNS: Final = (
    *ROUND_COLUMNS,
    Sheet.id.label("sheet_id"),
    Sheet.juror_id,
    Sheet.seat,
    Sheet.ballots,
    Sheet.left_at,
    Sheet.left_reason,
    Sheet.limit,
    func.coalesce(_last.seq, 0).label("lines"),
    func.coalesce(_last.scored, 0).label("scored"),
    func.coalesce(_last.recused, 0).label("recused"),
    _last.at.label("last_act_at"),
    _gone_count(~Ballot.recused).label("gone"),
    _gone_count(_IS_DONE).label("gone_scored"),
)


def seats() -> Select[Any]:
    """Give the statement of a round's seats, for rounds of ``contest_id``."""
    statement: Select[Any] = select(*SEAT_COLUMNS).select_from(Round)
    return (
        statement.join(Sheet, Sheet.round_id == Round.id)
        .outerjoin(_last, and_(_last.sheet_id == Sheet.id, _last.seq == _last_seq))
        .where(Round.contest_id == bindparam("contest_id"))
    )


_COVERED: Final = seats().where(Round.number == bindparam("number"))
_ROUNDS: Final = select(*ROUND_COLUMNS).where(Round.contest_id == bindparam("contest_id")).order_by(Round.number)


def rounds(session: Session, contest_id: UUID) -> list[RoundFacts]:
    """List a contest's rounds by number."""
    return [facts_of(row) for row in session.execute(_ROUNDS, {"contest_id": contest_id})]


def round_numbered(session: Session, contest_id: UUID, number: int) -> RoundFacts:
    """Give one round; raises ``Missing("round")``."""
    found = session.execute(_ROUNDS.where(Round.number == number), {"contest_id": contest_id}).one_or_none()
    if found is None:
        raise Missing("round")
    return facts_of(found)


def round_by_id(session: Session, round_id: UUID) -> RoundFacts:
    """Give one round; raises ``Missing("round")``."""
    found = session.execute(select(*ROUND_COLUMNS).where(Round.id == round_id)).one_or_none()
    if found is None:
        raise Missing("round")
    return facts_of(found)


def coverage(session: Session, contest_id: UUID, number: int) -> list[Coverage]:
    """Tell how far every juror of a round is, those with most left first and those who left last."""
    rows = session.execute(_COVERED, {"contest_id": contest_id, "number": number})
    found = [
        Coverage(
            juror_id=row.juror_id,
            seat=row.seat,
            progress=progress_of(row),
            last_act_at=row.last_act_at,
            left_at=row.left_at,
            left_reason=row.left_reason,
            limit=row.limit,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.left_at is not None, -one.progress.remaining, one.seat))


def followers(session: Session, round_: RoundFacts) -> list[RoundFacts]:
    """List the rounds that a round's works go on to, planned ones as well; another vote on some of them is none."""
    return [one for one in rounds(session, round_.contest_id) if one.source_id == round_.id and not one.is_revote]


def went_to(session: Session, planned: Sequence[RoundFacts]) -> RoundFacts | None:
    """Give which of the rounds that follow one has its works already, None before any went on."""
    filled = set_sizes(session, planned[0].contest_id) if planned else {}
    return next((one for one in planned if one.id in filled), None)


def set_sizes(session: Session, contest_id: UUID) -> dict[UUID, int]:
    """Count the works in each round's set; a draft that takes all that is admitted has none before it opens."""
    counts = select(RoundEntry.round_id, func.count()).join(Round, Round.id == RoundEntry.round_id)
    return dict(session.execute(counts.where(Round.contest_id == contest_id).group_by(RoundEntry.round_id)).all())


def read_by_jurors(session: Session, contest_id: UUID, number: int) -> blind.Read:
    """Tell what the jurors of a round read of which works; raises ``Missing("round")``.

    A round that takes all that is admitted may still take in what comes late.
    """
    row = round_numbered(session, contest_id, number)
    own = select(RoundEntry.entry_id).where(RoundEntry.round_id == row.id)
    return blind.Read(
        round=row.number,
        entries=blind.eligible_ids(contest_id, row.category_id) if row.source_id is None else own,
        titles=row.settings.shows_title,
        captions=row.settings.shows_caption,
    )


def juror_count(session: Session, contest_id: UUID) -> int:
    """Count the people who had a part in any round."""
    jurors = select(func.count(func.distinct(Sheet.juror_id))).join(Round, Round.id == Sheet.round_id)
    return session.scalar(jurors.where(Round.contest_id == contest_id)) or 0


def facts_of(row: Any) -> RoundFacts:
    """Read a round from a row of `ROUND_COLUMNS`."""
    return RoundFacts(
        id=row.round_id,
        contest_id=row.contest_id,
        category_id=row.category_id,
        number=row.number,
        name=Bilingual(row.name_zh, row.name_en),
        mode=row.mode,
        settings=row.settings,
        state=row.state,
        seed_commitment=row.seed_commitment,
        source_id=row.source_id,
        source=row.source,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        close_reason=row.close_reason,
        reopenings=row.reopenings,
        reopen_reason=row.reopen_reason,
        root=row.root,
    )


def progress_of(row: Any) -> Progress:
    """Read a juror's progress from a row of `SEAT_COLUMNS`."""
    total = row.ballots - row.recused - row.gone
    if row.mode is Mode.TOKENS:
        total = min(total, row.settings.chips)
    return Progress(scored=row.scored - row.gone_scored, total=total, recused=row.recused)


def seat_of(row: Any) -> Seat:
    """Read a juror's seat from a row of `SEAT_COLUMNS`."""
    return Seat(round=facts_of(row), progress=progress_of(row), lines=row.lines)
