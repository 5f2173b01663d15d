"""What counts, and what it adds up to: the one definition that results, desk, export and record share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain as joined
from itertools import compress, groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Boolean, and_, bindparam, func, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from contest.calls import queries as calls
from contest.entries import blind
from contest.judging.models import Act, Ballot, BallotKind, Round, RoundEntry, ScoreLine, Sheet
from contest.judging.queries.facts import RoundFacts, round_by_id, rounds
from contest.judging.rules.ledger import LedgerLine, first_broken
from contest.judging.rules.order import alias
from contest.judging.rules.ranking import Groups, split
from contest.judging.rules.settings import POINT, Mode
from contest.judging.scoring import Evaluation, Method, Votes, evaluate
from contest.kernel.bulk import uncollected
from contest.kernel.db import UuidDigits, uuid_of
from contest.kernel.prepared import Prepared

_COUNTED = Prepared(
    select(
        Sheet.seat,
        type_coerce(Ballot.entry_id, UuidDigits).label("entry"),
        Ballot.score,
        (Ballot.position + 1).label("position"),
        type_coerce(Ballot.id, UuidDigits).label("ballot"),
        (Ballot.kind == BallotKind.REPEAT).label("is_repeat"),
        type_coerce(Ballot.rival_id, UuidDigits).label("rival"),
    )
    .join(Sheet, Sheet.id == Ballot.sheet_id)
    .where(
        Sheet.round_id == bindparam("round_id"),
        Ballot.kind != BallotKind.PRACTICE,
        ~Ballot.recused,
        ~Ballot.cancelled,
        or_(Ballot.score.is_not(None), bindparam("with_unsaid", type_=Boolean)),
    )
)
_RUNS = and_(~RoundEntry.held, blind.is_judged(RoundEntry.entry_id))
_GONE = Prepared(
    select(type_coerce(RoundEntry.entry_id, UuidDigits).label("entry")).where(
        RoundEntry.round_id == bindparam("round_id"), ~_RUNS
    )
)


@dataclass(frozen=True, kw_only=True)
class Final:
    """The last round of a chain, its votes, and what they say; ``seed`` draws its lots."""

    round: RoundFacts
    category_id: UUID | None
    seed: str
    votes: Votes
    evaluation: Evaluation


def chain(session: Session, round_: RoundFacts) -> list[RoundFacts]:
    """Give the rounds whose votes are in a round's model, the round itself first.

    Earlier rounds of its chain come in while the settings pool them and the marks are of one kind: what was said in
    yes and no tells nothing about a juror's scale.
    """
    found = [round_]
    while found[-1].settings.pooled and found[-1].source_id is not None:
        earlier = round_by_id(session, found[-1].source_id)
        if (earlier.mode, earlier.steps) != (round_.mode, round_.steps):
            break
        found.append(earlier)
    return found


@uncollected()
def votes_of(session: Session, round_: RoundFacts, *, with_seconds: bool = False) -> Votes:
    """Collect the votes that count in a round's model; scores in points, jurors by their letter.

    A vote counts while its entry is judged and not held, its ballot is a counted one, and its juror is not recused
    from it; what a juror cast who has left since counts on. In a token round a work without a chip has a 0 from
    everybody who gave any.
    """
    members = chain(session, round_)
    is_tokens = round_.mode is Mode.TOKENS
    parts = [_counted(session, one, with_unsaid=is_tokens) for one in members]
    columns = [list(joined.from_iterable(column)) for column in zip(*parts, strict=True)]
    seats, entries, scores, numbers, positions, ballots, repeats, rivals = columns
    if is_tokens:
        giving = {seat for seat, score in zip(seats, scores, strict=True) if score}
        says = [score is not None or seat in giving for seat, score in zip(seats, scores, strict=True)]
        seats, entries, scores, numbers, positions, ballots, repeats, rivals = (
            list(compress(column, says)) for column in columns
        )
        scores = [score or 0 for score in scores]
    seconds = _seconds(session, [one.id for one in members]) if with_seconds else {}
    votes = Votes.of_columns(
        (
            list(map(alias, seats)),
            entries,
            (np.array(scores, np.float64) / POINT).tolist(),
            numbers,
            positions,
            list(map(seconds.get, ballots)),
            repeats,
            rivals,
        ),
        is_random=True,
        low_is_best=round_.mode is Mode.RANK,
    )
    return replace(votes, entries=tuple(map(uuid_of, votes.entries)))


def _counted(session: Session, round_: RoundFacts, *, with_unsaid: bool) -> list[Sequence[Any]]:
    """Give a round's votes on works that are judged and not held, by column; in place of seconds the ballots.

    Args:
        with_unsaid: Also the ballots without a score.
    """
    found = _COUNTED.columns(session, {"round_id": round_.id, "with_unsaid": with_unsaid})
    seats, entries, *_others, rivals = found
    found.insert(3, [round_.number] * len(seats))  # behind the scores
    (gone,) = map(set, _GONE.columns(session, {"round_id": round_.id}))
    if not gone:
        return found
    runs = [not (entry in gone or rival in gone) for entry, rival in zip(entries, rivals, strict=True)]
    return [list(compress(column, runs)) for column in found]


@uncollected()
def standing(
    session: Session,
    round_id: UUID,
    *,
    lines: Sequence[int] | None = None,
    with_seconds: bool = False,
    votes: Votes | None = None,
) -> Evaluation:
    """Say what a round's votes say so far: the one tally.

    Args:
        lines: Prize lines, each the number of places above it; the number of winners by default.
        with_seconds: Whether the jurors' times are worth another statement.
        votes: What `votes_of` gave for this round, where the caller has it already.
    """
    round_ = round_by_id(session, round_id)
    settings = round_.settings
    top = settings.winners or sum(tier.count for tier in calls.tiers(session, round_.contest_id)) or 1
    return evaluate(
        votes or votes_of(session, round_, with_seconds=with_seconds),
        method=Method(aggregator=settings.aggregator, trim=settings.trim, gate=settings.gate),
        top=top,
        seed=session.scalars(select(Round.seed).where(Round.id == round_id)).one(),
        ties=settings.ties,
        lines=lines,
        # Every vote is on a work in the running, but for those of earlier rounds.
        ranked=_running(session, round_id) if len(chain(session, round_)) > 1 else None,
    )


def revotes(session: Session, round_: RoundFacts) -> list[Groups]:
    """Give what the closed votes on ties of a round said, in the order of their numbers."""
    return [
        split(_groups(standing(session, one.id)), revotes(session, one))
        for one in rounds(session, round_.contest_id)
        if one.is_revote and one.source_id == round_.id and one.is_ranked
    ]


def revoted(session: Session, round_: RoundFacts, works: Sequence[UUID]) -> Groups | None:
    """Give works that tie in a round as other votes on them ordered them, None where no vote was on all of them."""
    said = [one for one in revotes(session, round_) if set(joined.from_iterable(one)).issuperset(works)]
    return split([works], said) if said else None


def _groups(evaluation: Evaluation) -> Groups:
    by_rank = groupby(evaluation.entries, key=attrgetter("rank"))
    return [[one.entry for one in equals] for _rank, equals in by_rank]


def final_rounds(session: Session, contest_id: UUID) -> list[RoundFacts]:
    """List the last rounds of the contest's chains: those that no opened round took its set from.

    Another vote on works that tie is none: it orders them in the round that it follows.
    """
    known = [one for one in rounds(session, contest_id) if not one.is_revote]
    opened = [one for one in known if one.opened_at is not None]
    sources = {one.source_id for one in opened}
    return [one for one in opened if one.id not in sources]


def finals(session: Session, contest_id: UUID) -> list[Final]:
    """Give the last round of every chain with what its votes say, once nothing is voted on any more; else none."""
    if any(one.is_running for one in rounds(session, contest_id)):
        return []
    return [_final(session, one) for one in final_rounds(session, contest_id)]


def _final(session: Session, round_: RoundFacts) -> Final:
    votes = votes_of(session, round_)
    return Final(
        round=round_,
        category_id=round_.category_id,
        seed=session.scalars(select(Round.seed).where(Round.id == round_.id)).one(),
        votes=votes,
        evaluation=standing(session, round_.id, lines=prize_lines(session, round_), votes=votes),
    )


def prize_lines(session: Session, round_: RoundFacts) -> tuple[int, ...]:
    """Give the prize lines of a final: how many places lie above the end of each tier."""
    counts = [tier.count for tier in calls.tiers(session, round_.contest_id)]
    return tuple(sum(counts[: place + 1]) for place in range(len(counts)))


def _running(session: Session, round_id: UUID) -> set[UUID]:
    """Give the works of a round that are judged and not held."""
    return set(session.scalars(select(RoundEntry.entry_id).where(RoundEntry.round_id == round_id, _RUNS)))


def short_of_marks(session: Session, round_: RoundFacts) -> list[UUID]:
    """List the works that fewer jurors judge than the round asks for, at least one; none in a round of chips.

    Jurors who are off them, limits and a panel too small leave such works behind; nobody's progress tells of them.
    """
    if round_.mode is Mode.TOKENS:
        return []
    sides = (Ballot.entry_id, Ballot.rival_id) if round_.mode is Mode.PAIRS else (Ballot.entry_id,)
    seats = union_all(
        *(
            select(side.label("entry_id"))
            .join(Sheet, Sheet.id == Ballot.sheet_id)
            .where(
                Sheet.round_id == round_.id,
                Ballot.kind == BallotKind.COUNTED,
                ~Ballot.recused,
                ~Ballot.cancelled,
                or_(Ballot.score.is_not(None), Sheet.left_at.is_(None)),
            )
            for side in sides
        )
    ).subquery()
    enough = select(seats.c.entry_id).group_by(seats.c.entry_id).having(func.count() >= (round_.settings.quorum or 1))
    short = select(RoundEntry.entry_id).where(RoundEntry.round_id == round_.id, _RUNS)
    return list(session.scalars(short.where(RoundEntry.entry_id.not_in(enough))))


def _seconds(session: Session, round_ids: Sequence[UUID]) -> dict[str, float]:
    """Give how long each ballot's work was looked at, by the digits of the ballot's id."""
    rows = session.execute(
        select(type_coerce(ScoreLine.ballot_id, UuidDigits), func.sum(ScoreLine.viewed_ms))
        .join(Sheet, Sheet.id == ScoreLine.sheet_id)
        .where(Sheet.round_id.in_(round_ids), ScoreLine.act == Act.CAST, ScoreLine.viewed_ms.is_not(None))
        .group_by(ScoreLine.ballot_id)
    )
    return {ballot_id: viewed / 1000 for ballot_id, viewed in rows if viewed is not None}


def broken_ledgers(session: Session, round_id: UUID) -> dict[UUID, int]:
    """Check every ledger of a round; give the jurors whose ledger does not hold, with the first line that fails."""
    broken = {}
    for sheet_id, juror_id in session.execute(select(Sheet.id, Sheet.juror_id).where(Sheet.round_id == round_id)):
        lines = session.scalars(select(ScoreLine).where(ScoreLine.sheet_id == sheet_id).order_by(ScoreLine.seq))
        told = [(line_of(row), row.seal) for row in lines]
        scored = session.execute(
            select(Ballot.id, Ballot.score).where(Ballot.sheet_id == sheet_id, Ballot.score.is_not(None))
        )
        found = first_broken(told, {ballot_id: score for ballot_id, score in scored if score is not None})
        if found is not None:
            broken[juror_id] = found
    return broken


def line_of(row: Any) -> LedgerLine:
    """Give a row of the ledger as what its seal covers."""
    return LedgerLine(
        sheet_id=row.sheet_id,
        seq=row.seq,
        ballot_id=row.ballot_id,
        kind=str(row.kind),
        act=str(row.act),
        score=row.score,
        previous_score=row.previous_score,
        marks=row.marks,
        viewed_ms=row.viewed_ms,
        reason=row.reason,
        scored=row.scored,
        recused=row.recused,
        below=row.below,
        at=row.at,
        request_key=row.request_key,
    )
