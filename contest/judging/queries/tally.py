"""What counts, and what it adds up to: the one definition that results, desk, export and record share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import Session

from contest.calls import queries as calls
from contest.entries import blind
from contest.judging.models import Act, Ballot, BallotKind, Round, RoundEntry, ScoreLine, Sheet
from contest.judging.queries.facts import RoundFacts, round_by_id, rounds
from contest.judging.rules.ledger import LedgerLine, first_broken
from contest.judging.rules.order import alias
from contest.judging.rules.settings import POINT, Mode
from contest.judging.scoring import Evaluation, Method, Votes, evaluate
from contest.kernel.db import UuidDigits, columns


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


def votes_of(session: Session, round_: RoundFacts, *, with_seconds: bool = False) -> Votes:
    """Collect the votes that count in a round's model; scores in points, jurors by their letter.

    A vote counts while its entry is judged and not held, its ballot is a counted one, and its juror is not recused
    from it; what a juror cast who has left since counts on. In a token round a work without a chip has a 0 from
    everybody who gave any.
    """
    members = [one.id for one in chain(session, round_)]
    is_tokens = round_.mode is Mode.TOKENS
    found = columns(
        session,
        select(
            Sheet.seat,
            type_coerce(Ballot.entry_id, UuidDigits),
            Ballot.score,
            Round.number,
            Ballot.position + 1,
            type_coerce(Ballot.id, UuidDigits),
            Ballot.kind == BallotKind.REPEAT,
            type_coerce(Ballot.rival_id, UuidDigits),
        )
        .join(Sheet, Sheet.id == Ballot.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(
            Round.id.in_(members),
            Ballot.kind != BallotKind.PRACTICE,
            ~Ballot.recused,
            ~Ballot.cancelled,
            *([] if is_tokens else [Ballot.score.is_not(None)]),
        ),
    ).all()
    running = _running(session, members)
    rows = [row for row in found if (row[3], row[1]) in running and (row[3], row[7] or row[1]) in running]
    if is_tokens:
        giving = {row[0] for row in rows if row[2]}
        rows = [row for row in rows if row[2] is not None or row[0] in giving]
    seats, entries, scores, numbers, positions, ballots, repeats, rivals = (
        zip(*rows, strict=True) if rows else ((),) * 8
    )
    seconds = _seconds(session, members) if with_seconds else {}
    votes = Votes.of_columns(
        (
            [alias(seat) for seat in seats],
            entries,
            [(score or 0) / POINT for score in scores],
            numbers,
            positions,
            [seconds.get(ballot) for ballot in ballots],
            repeats,
            rivals,
        ),
        is_random=True,
        low_is_best=round_.mode is Mode.RANK,
    )
    return replace(votes, entries=tuple(UUID(entry) for entry in votes.entries))


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
        ranked={UUID(entry) for _number, entry in _running(session, [round_id])},
    )


def final_rounds(session: Session, contest_id: UUID) -> list[RoundFacts]:
    """List the last rounds of the contest's chains: those that no opened round took its set from."""
    known = rounds(session, contest_id)
    opened = [one for one in known if one.opened_at is not None]
    sources = {one.source_id for one in opened}
    return [one for one in opened if one.id not in sources]


def finals(session: Session, contest_id: UUID) -> list[Final]:
    """Give the last round of every chain with what its votes say, once all of them are closed; else none."""
    last = final_rounds(session, contest_id)
    if not all(one.is_ranked for one in last):
        return []
    return [_final(session, one) for one in last]


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


def _running(session: Session, round_ids: Sequence[UUID]) -> set[tuple[int, str]]:
    """Give the works of some rounds that are judged and not held, as (the round's number, digits of the id)."""
    rows = columns(
        session,
        select(Round.number, type_coerce(RoundEntry.entry_id, UuidDigits))
        .join(Round, Round.id == RoundEntry.round_id)
        .where(Round.id.in_(round_ids), ~RoundEntry.held, blind.is_judged(RoundEntry.entry_id)),
    )
    return {(number, entry) for number, entry in rows}


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
