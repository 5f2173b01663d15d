"""What counts, and what it adds up to: the one definition that results, desk, export and record share."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from contest.entries import blind
from contest.judging.models import Ballot, BallotKind, RoundEntry, ScoreLine, Sheet
from contest.judging.queries.facts import RoundFacts, rounds
from contest.judging.rules.ledger import LedgerLine, first_broken
from contest.judging.rules.ranking import Ranked
from contest.judging.rules.ranking import ranking as ranked


def finals(session: Session, contest_id: UUID) -> list[RoundFacts]:
    """List the last rounds of the contest's chains: those that no other round took its set from."""
    known = rounds(session, contest_id)
    sources = {one.source_id for one in known}
    return [one for one in known if one.id not in sources]


def ranking(session: Session, round_id: UUID) -> list[Ranked]:
    """Rank the entries of a round by the mean of the votes that count.

    A vote counts while its entry is judged and not held, its ballot is a counted one, and its juror is not recused.
    """
    votes = session.execute(
        select(Ballot.entry_id, Ballot.score).where(
            Ballot.round_id == round_id,
            Ballot.kind == BallotKind.COUNTED,
            Ballot.score.is_not(None),
            blind.is_judged(Ballot.entry_id),
            ~exists().where(
                RoundEntry.round_id == Ballot.round_id, RoundEntry.entry_id == Ballot.entry_id, RoundEntry.held
            ),
        )
    )
    return ranked((entry_id, score) for entry_id, score in votes if score is not None)


def broken_ledgers(session: Session, round_id: UUID) -> dict[UUID, int]:
    """Check every ledger of a round; give the jurors whose ledger does not hold, with the first line that fails."""
    broken = {}
    for sheet_id, juror_id in session.execute(select(Sheet.id, Sheet.juror_id).where(Sheet.round_id == round_id)):
        lines = session.scalars(select(ScoreLine).where(ScoreLine.sheet_id == sheet_id).order_by(ScoreLine.seq))
        told = [(line_of(row), row.seal) for row in lines]
        standing = session.execute(
            select(Ballot.id, Ballot.score).where(Ballot.sheet_id == sheet_id, Ballot.score.is_not(None))
        )
        found = first_broken(told, {ballot_id: score for ballot_id, score in standing if score is not None})
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
