"""Sheets and ballots are written as the planner says: at the start, and whenever panel, quorum or set change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, islice
from typing import Any, Final, NamedTuple
from typing import cast as typed
from uuid import UUID

from sqlalchemy import String, Table, bindparam, func, insert, or_, select, update

from contest.calls.queries import contest_by_id, jury
from contest.entries import blind
from contest.judging.actions.terms import commit_terms
from contest.judging.models import Ballot, BallotKind, Round, RoundEntry, Sheet
from contest.judging.queries import RoundFacts, chain, declared
from contest.judging.rules.drawing import drawing, drawing_all
from contest.judging.rules.order import own_order
from contest.judging.rules.planning import JurorSeat, Plan, PlanState, Seated, plan
from contest.judging.rules.settings import Mode
from contest.kernel.bulk import uncollected
from contest.kernel.db import UuidDigits, Work
from contest.kernel.errors import Conflict
from contest.kernel.ids import new_id
from contest.kernel.prepared import Prepared

_ballot: Final = typed("Table", Ballot.__table__)
_sheet: Final = typed("Table", Sheet.__table__)
_DEALT: Final = Prepared(
    insert(_ballot).values(
        id=bindparam("ballot", type_=UuidDigits()),
        sheet_id=bindparam("sheet", type_=UuidDigits()),
        entry_id=bindparam("entry"),
        rival_id=bindparam("rival"),
        kind=bindparam("what_for", type_=String()),
        position=bindparam("place"),
    )
)
# So many ids at a time in one statement that cancels or revives.
_BATCH: Final = 2000
# 20 works make 190 pairs; a comparison tells less than a mark, so pairs are for the last places (judging.md 4.2).
PAIRED_MAX: Final = 20
# So many works lie between the first look at one and the hidden second one (judging.md 8).
REPEAT_AFTER: Final = 50


class _Place(NamedTuple):
    """What a ballot is for, before it has an order."""

    entry_id: UUID
    kind: BallotKind = BallotKind.COUNTED
    rival_id: UUID | None = None

    @property
    def thing(self) -> bytes:
        """Write down what tells it from the other places of the same juror."""
        rival = b"" if self.rival_id is None else self.rival_id.bytes
        return self.entry_id.bytes + rival + self.kind.encode()


@dataclass(frozen=True, kw_only=True)
class _Panel:
    """What dealing needs to know of a round.

    Attributes:
        practice: The works by which everybody finds the scale: the same ones for all.
        conflicts: (juror, entry) pairs that must not be: too near, or marked already in a pooled round.
    """

    key: str
    seed: str
    practice: Sequence[UUID]
    conflicts: Collection[tuple[UUID, UUID]]


def seat_jurors(work: Work, row: RoundFacts, juror_ids: Collection[UUID]) -> None:
    """Give jurors who have none yet an empty sheet; whoever had a letter in this contest keeps it.

    New letters are drawn, so that none tells whose place in the list it is.
    """
    session = work.session
    known: dict[UUID, int] = dict(
        session.execute(
            select(Sheet.juror_id, func.max(Sheet.seat))
            .join(Round, Round.id == Sheet.round_id)
            .where(Round.contest_id == row.contest_id)
            .group_by(Sheet.juror_id)
        ).all()
    )
    here = set(session.scalars(select(Sheet.juror_id).where(Sheet.round_id == row.id)))
    free = max(known.values(), default=0)
    seed = _seed(work, row)
    for juror_id in own_order(set(juror_ids) - here, key=seed, seed=seed, juror_id=row.contest_id):
        seat = known.get(juror_id)
        if seat is None:
            free += 1
            seat = free
        session.execute(
            insert(_sheet),
            {"id": new_id(), "round_id": row.id, "juror_id": juror_id, "seat": seat, "ballots": 0},
        )


@uncollected()
def deal(work: Work, row: RoundFacts, *, at: datetime, only: Collection[UUID] | None = None) -> int:
    """Bring a round's ballots to what its set, panel and settings ask for; give how many seats nobody can take.

    Args:
        only: The entries that a change touches; all by default.
    """
    if only is None:
        commit_terms(work, row, at=at)
    if row.mode is Mode.PAIRS:
        return _deal_pairs(work, row, at=at)
    session = work.session
    rows = session.execute(
        select(Sheet.id, Sheet.juror_id, Sheet.left_at, Sheet.limit, Sheet.ballots).where(Sheet.round_id == row.id)
    )
    sheets = {one.juror_id: one for one in rows}
    panel = _panel_of(work, row, at=at)
    entries = _entries(work, row, only)
    ballots = _seated(work, row, entries if only is not None else None)
    ours = set(entries)
    seated_here: dict[UUID, int] = defaultdict(int)
    for one in ballots:
        seated_here[one.juror] += not (one.is_cancelled or one.is_recused)
    planned = plan(
        PlanState(
            entries=entries,
            jurors=[
                JurorSeat(
                    id=juror_id,
                    is_active=sheet.left_at is None,
                    limit=sheet.limit,
                    elsewhere=0 if only is None else max(0, sheet.ballots - seated_here[juror_id]),
                )
                for juror_id, sheet in sorted(sheets.items())
            ],
            conflicts=[pair for pair in panel.conflicts if pair[1] in ours and pair[0] in sheets],
            ballots=ballots,
            quorum=row.settings.quorum,
            seed=panel.seed,
        )
    )
    _apply(work, row, planned, sheets={juror_id: sheet.id for juror_id, sheet in sheets.items()}, panel=panel)
    return planned.unseated


def _panel_of(work: Work, row: RoundFacts, *, at: datetime) -> _Panel:
    units = {seat.person_id: seat.unit_id for seat in jury(work.session, row.contest_id) if seat.votes}
    seated = work.session.scalars(select(Sheet.juror_id).where(Sheet.round_id == row.id))
    jurors = {juror_id: units.get(juror_id) for juror_id in seated}
    key, seed = contest_by_id(work.session, row.contest_id, at).blind_key, _seed(work, row)
    practice = row.settings.practice
    return _Panel(
        key=key,
        seed=seed,
        practice=own_order(_entries(work, row, None), key=key, seed=seed, juror_id=row.contest_id)[:practice]
        if practice
        else (),
        conflicts=blind.conflicts(work.session, row.contest_id, jurors)
        | _said(work, row)
        # In this round the ballots themselves say it, but where late works make new pairs.
        | declared(work.session, row.contest_id, besides=None if row.mode is Mode.PAIRS else row.id),
    )


def _said(work: Work, row: RoundFacts) -> set[tuple[UUID, UUID]]:
    """Give who has marked what in the rounds whose votes stay in this one's model: nobody is asked twice."""
    earlier = [one.id for one in chain(work.session, row)[1:]]
    if not earlier:
        return set()
    rows = work.session.execute(
        select(Sheet.juror_id, Ballot.entry_id)
        .join(Sheet, Sheet.id == Ballot.sheet_id)
        .where(Sheet.round_id.in_(earlier), Ballot.kind == BallotKind.COUNTED, Ballot.score.is_not(None))
    )
    return {(juror_id, entry_id) for juror_id, entry_id in rows}


def _seed(work: Work, row: RoundFacts) -> str:
    return work.session.scalars(select(Round.seed).where(Round.id == row.id)).one()


def _entries(work: Work, row: RoundFacts, only: Collection[UUID] | None) -> dict[UUID, bool]:
    """Give the set, and whether each entry counts now.

    What left the contest is left out altogether: its ballots wait untouched, in case it is admitted again.
    """
    statement = select(RoundEntry.entry_id).where(RoundEntry.round_id == row.id, blind.is_judged(RoundEntry.entry_id))
    if only is not None:
        statement = statement.where(RoundEntry.entry_id.in_(only))
    return dict.fromkeys(work.session.scalars(statement.order_by(RoundEntry.entry_id)), True)


def _seated(work: Work, row: RoundFacts, entries: Mapping[UUID, bool] | None) -> list[Seated]:
    """Give the counted ballots of entries that are judged."""
    statement = (
        select(Ballot.id, Sheet.juror_id, Ballot.entry_id, Ballot.score, Ballot.recused, Ballot.cancelled)
        .join(Sheet, Sheet.id == Ballot.sheet_id)
        .where(
            Sheet.round_id == row.id,
            Ballot.kind == BallotKind.COUNTED,
            blind.is_judged(Ballot.entry_id) if entries is None else Ballot.entry_id.in_(entries),
        )
    )
    return [
        Seated(ballot_id, juror_id, entry_id, score is not None, is_recused, is_cancelled)
        for ballot_id, juror_id, entry_id, score, is_recused, is_cancelled in work.session.execute(statement)
    ]


def _apply(work: Work, row: RoundFacts, planned: Plan, *, sheets: Mapping[UUID, UUID], panel: _Panel) -> None:
    """Write a plan.

    A ballot that goes to somebody else is cancelled here and made anew there: lines of the first juror's ledger may
    speak of it.
    """
    session = work.session
    moved = {move.ballot_id: move.to_juror for move in planned.moves}
    gone = [*moved, *(cancel.ballot_id for cancel in planned.cancels)]
    for ids, is_cancelled in ((gone, True), ([one.ballot_id for one in planned.revives], False)):
        for batch in _batches(ids):
            session.execute(update(_ballot).where(_ballot.c.id.in_(batch)).values(cancelled=is_cancelled))
    wanted: dict[UUID, list[UUID]] = defaultdict(list)
    for insertion in planned.inserts:
        wanted[insertion.juror].append(insertion.entry)
    if moved:
        rows = session.execute(select(Ballot.id, Ballot.entry_id).where(Ballot.id.in_(moved)))
        for ballot_id, entry_id in rows:
            wanted[moved[ballot_id]].append(entry_id)
    for juror_id, entry_ids in sorted(wanted.items()):
        _write(work, row, juror_id, sheets[juror_id], entry_ids, panel=panel)
    live = select(func.count()).where(Ballot.sheet_id == Sheet.id, ~Ballot.cancelled).scalar_subquery()
    session.execute(
        update(Sheet).where(Sheet.round_id == row.id).values(ballots=live),
        execution_options={"synchronize_session": False},
    )


def _write(
    work: Work, row: RoundFacts, juror_id: UUID, sheet_id: UUID, entry_ids: Sequence[UUID], *, panel: _Panel
) -> None:
    """Append ballots to a juror's order; on an empty sheet with what is judged first, or twice."""
    order = own_order(entry_ids, key=panel.key, seed=panel.seed, juror_id=juror_id)
    last = work.session.scalar(select(func.max(Ballot.position)).where(Ballot.sheet_id == sheet_id))
    places = (
        _sequence(row, juror_id, order, panel=panel) if last is None else [_Place(entry_id) for entry_id in order]
    )
    named = list(zip(_ids(panel, juror_id, places), places, strict=True))
    _insert(work, sheet_id, named, first=0 if last is None else last + 1)


def _sequence(row: RoundFacts, juror_id: UUID, order: Sequence[UUID], *, panel: _Panel) -> list[_Place]:
    """Put a juror's works into a row: the practice first, the hidden second looks far behind the first ones."""
    settings = row.settings
    first = [entry_id for entry_id in panel.practice if (juror_id, entry_id) not in panel.conflicts]
    if settings.practice_counts:
        hers = set(order)
        first = [entry_id for entry_id in first if entry_id in hers]
        rest = [entry_id for entry_id in order if entry_id not in set(first)]
        return _with_repeats([*first, *rest], settings.repeats_percent)
    practice = [_Place(entry_id, BallotKind.PRACTICE) for entry_id in first]
    return [*practice, *_with_repeats(order, settings.repeats_percent)]


def _with_repeats(order: Sequence[UUID], percent: int) -> list[_Place]:
    """Show some works again, each at least `REPEAT_AFTER` works later, spread over the row."""
    places = [_Place(entry_id) for entry_id in order]
    count = min(len(order) * percent // 100, max(0, len(order) - REPEAT_AFTER))
    step = max(1, (len(order) - REPEAT_AFTER) // count) if count else 0
    for repeat in reversed(range(count)):
        at = repeat * step
        places.insert(at + REPEAT_AFTER + 1, _Place(order[at], BallotKind.REPEAT))
    return places


def _deal_pairs(work: Work, row: RoundFacts, *, at: datetime) -> int:
    """Give every juror every pair of works that she may judge, in her own order and with sides drawn.

    Pairs that wait for her with a work that has come too near to her since are taken back.
    """
    session = work.session
    panel = _panel_of(work, row, at=at)
    entries = list(_entries(work, row, None))
    if len(entries) > PAIRED_MAX:
        raise Conflict("judging.too_many_pairs", limit=PAIRED_MAX)
    sheets = session.execute(
        select(Sheet.id, Sheet.juror_id).where(Sheet.round_id == row.id, Sheet.left_at.is_(None))
    ).all()
    for sheet_id, juror_id in sheets:
        mine = [entry_id for entry_id in entries if (juror_id, entry_id) not in panel.conflicts]
        near = set(entries) - set(mine)
        session.execute(
            update(_ballot)
            .where(
                _ballot.c.sheet_id == sheet_id,
                _ballot.c.score.is_(None),
                ~_ballot.c.recused,
                or_(_ballot.c.entry_id.in_(near), _ballot.c.rival_id.in_(near)),
            )
            .values(cancelled=True)
        )
        known = {
            frozenset(pair)
            for pair in session.execute(select(Ballot.entry_id, Ballot.rival_id).where(Ballot.sheet_id == sheet_id))
        }
        places = []
        order = own_order(mine, key=panel.key, seed=panel.seed, juror_id=juror_id)
        for number, pair in enumerate(combinations(order, 2)):
            if frozenset(pair) not in known:
                entry_id, rival_id = pair if number % 2 else pair[::-1]
                places.append(_Place(entry_id, rival_id=rival_id))
        by_chance = sorted(zip(_ids(panel, juror_id, places), places, strict=True))
        _insert(work, sheet_id, by_chance, first=len(known))
        live = select(func.count()).where(Ballot.sheet_id == sheet_id, ~Ballot.cancelled).scalar_subquery()
        session.execute(update(_sheet).where(_sheet.c.id == sheet_id).values(ballots=live))
    return 0


def _insert(work: Work, sheet_id: UUID, named: Sequence[tuple[str, _Place]], *, first: int) -> None:
    """Add ballots to a sheet: the id and the place of each, in the juror's order from ``first`` on."""
    if named:
        ids, places = zip(*named, strict=True)
        columns: dict[str, Sequence[Any]] = {
            "ballot": ids,
            "sheet": [sheet_id.hex] * len(places),
            "entry": [place.entry_id for place in places],
            "rival": [place.rival_id for place in places],
            "what_for": [str(place.kind) for place in places],
            "place": range(first, first + len(places)),
        }
        _DEALT.write_all(work.session, columns)


def _ids(panel: _Panel, juror_id: UUID, places: Iterable[_Place]) -> list[str]:
    """Draw a juror's ids: other ones for what she judges twice, for practice and for each rival."""
    labels = ("ballot", panel.seed, juror_id.hex)
    usual = drawing_all(panel.key, *labels)(place.entry_id.bytes for place in places)
    other = drawing(panel.key, *labels)
    return [
        drawn.hex() if place.kind is BallotKind.COUNTED and place.rival_id is None else other(place.thing).hex()
        for place, drawn in zip(places, usual, strict=True)
    ]


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while batch := list(islice(rest, _BATCH)):
        yield batch
