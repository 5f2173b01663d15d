"""Works that jurors took themselves off: a declared conflict holds for the whole contest."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.judging.models import Ballot, Round, Sheet


def declared(session: Session, contest_id: UUID, *, besides: UUID | None = None) -> set[tuple[UUID, UUID]]:
    """Give who declared a conflict with what, as (juror, entry).

    In pairs the ballots tell which of two works was meant: it is the one on which none is left to her.

    Args:
        besides: A round that is not asked.
    """
    ballots = (
        select(Ballot.sheet_id, Sheet.juror_id, Ballot.entry_id, Ballot.rival_id, Ballot.recused)
        .join(Sheet, Sheet.id == Ballot.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(Round.contest_id == contest_id)
    )
    if besides is not None:
        ballots = ballots.where(Round.id != besides)
    recused = session.execute(ballots.where(Ballot.recused)).all()
    found = {(one.juror_id, one.entry_id) for one in recused if one.rival_id is None}
    sheets = {one.sheet_id for one in recused if one.rival_id is not None}
    left = defaultdict[tuple[UUID, UUID, UUID], list[bool]](list)
    for one in session.execute(ballots.where(Ballot.sheet_id.in_(sheets), ~Ballot.cancelled)) if sheets else ():
        for entry_id in (one.entry_id, one.rival_id):
            left[one.sheet_id, one.juror_id, entry_id].append(one.recused)
    return found | {(juror_id, entry_id) for (_sheet, juror_id, entry_id), each in left.items() if all(each)}
