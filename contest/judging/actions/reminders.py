"""Letters that ask jurors to go on."""

from datetime import datetime
from typing import Final
from uuid import UUID

from contest.judging import queries
from contest.judging.actions.noting import noted
from contest.kernel.db import Work
from contest.kernel.errors import Conflict
from contest.platform.queue import Queue

REMINDER_JOB: Final = "judging.reminder"


def remind(work: Work, queue: Queue, *, round_id: UUID, actor_id: UUID, at: datetime) -> int:
    """Order a letter to every juror of a round who still has works to judge; give their number.

    The job carries ids only; whoever has finished by the time it runs gets no letter.

    Raises:
        Conflict: ``judging.not_open``, the round takes no votes; ``judging.nobody_late``, everybody is done.
    """
    row = queries.round_by_id(work.session, round_id)
    if not row.is_open(at):
        raise Conflict("judging.not_open")
    covered = queries.coverage(work.session, row.contest_id, row.number)
    late = [one.juror_id for one in covered if one.left_at is None and one.progress.remaining]
    if not late:
        raise Conflict("judging.nobody_late")
    for juror_id in late:
        queue.enqueue(
            work,
            REMINDER_JOB,
            {"round_id": str(row.id), "juror_id": str(juror_id), "ordered_at": at.isoformat()},
            key=f"{REMINDER_JOB}:{row.id}:{juror_id}",
            at=at,
            contest_id=row.contest_id,
        )
    noted(work, row, "round.remind", actor_id=actor_id, at=at, letters=len(late))
    return len(late)
