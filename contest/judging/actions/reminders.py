"""Letters that ask jurors to go on."""

from datetime import datetime
from typing import Final
from uuid import UUID

from contest.judging import queries
from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Conflict
from contest.platform.queue import Queue

REMINDER_JOB: Final = "judging.reminder"


def remind(work: Work, queue: Queue, *, contest_id: UUID, actor_id: UUID, at: datetime) -> int:
    """Order a letter to every juror who still has works to judge; give their number.

    The job carries ids only; whoever has finished by the time it runs gets no letter.

    Raises:
        Conflict: ``judging.not_open``, no round takes votes; ``judging.nobody_late``, everybody is done.
    """
    latest = queries.latest_round(work.session, contest_id)
    if latest is None or not latest.is_open(at):
        raise Conflict("judging.not_open")
    late = [one.juror_id for one in queries.coverage(work.session, contest_id) if one.progress.remaining]
    if not late:
        raise Conflict("judging.nobody_late")
    for juror_id in late:
        queue.enqueue(
            work,
            REMINDER_JOB,
            {"contest_id": str(contest_id), "juror_id": str(juror_id), "ordered_at": at.isoformat()},
            key=f"{REMINDER_JOB}:{latest.id}:{juror_id}",
            at=at,
            contest_id=contest_id,
        )
    audit.record(
        work,
        action="round.remind",
        at=at,
        actor_id=actor_id,
        thing=f"round {latest.number}",
        contest_id=contest_id,
        letters=len(late),
    )
    return len(late)
