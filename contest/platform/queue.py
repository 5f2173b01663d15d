"""The port to work done outside a request, and the queue that needs nothing but our own database.

Whoever causes work orders it inside its own transaction: the job is there if and only if its cause is. A handler is
given ids only, holds no transaction while it works, and may run twice; any engine that can promise "at least once"
can stand behind the port.
"""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import CursorResult, and_, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from contest.kernel.db import Database, Work
from contest.kernel.errors import Missing
from contest.kernel.ids import new_id
from contest.platform.models import Job, JobState

ERROR_CHARACTERS: Final = 500
PAUSE_S_MAX: Final = 1800


@dataclass(frozen=True, kw_only=True)
class Handler:
    """How jobs of one kind are done.

    Attributes:
        run: Does the work, given the payload and the moment it was started.
        tries: How often it may be tried; a worker that dies counts as a try.
        pause_s: Wait before the second try; each further wait is four times as long, half an hour at most.
        limit_s: How long one try may take; after that its lease is no longer renewed and another worker may start.
        give_up: Records, in the transaction that buries the job, what that means; given the payload and the moment.
        give_up_on: What the last try must have raised for ``give_up`` to be called; it also is when the workers died.
    """

    run: Callable[[Mapping[str, Any], datetime], None]
    tries: int = 3
    pause_s: int = 10
    limit_s: int = 900
    give_up: Callable[[Work, Mapping[str, Any], datetime], None] | None = None
    give_up_on: tuple[type[Exception], ...] = (Exception,)

    def next_try(self, tries: int, now: datetime) -> datetime | None:
        """Say when to try again after ``tries`` failures, None for never."""
        if tries >= self.tries:
            return None
        return now + timedelta(seconds=min(self.pause_s * 4 ** (tries - 1), PAUSE_S_MAX))


@dataclass(frozen=True, kw_only=True)
class DeadJob:
    """A job that failed too often and waits for a person."""

    id: UUID
    kind: str
    payload: Mapping[str, Any]
    tries: int
    last_error: str
    died_at: datetime | None


class Queue(Protocol):
    """What the rest of the program asks of any engine."""

    def enqueue(
        self,
        work: Work,
        kind: str,
        payload: Mapping[str, Any],
        *,
        key: str,
        at: datetime,
        contest_id: UUID | None = None,
        urgency: int = 0,
    ) -> UUID:
        """Order work; it is there once ``work`` is committed.

        Args:
            kind: Names the handler.
            payload: Plain JSON values, ids only.
            key: Says what the work is: while a job with this key waits, ordering it again gives that job.
            at: Not before this moment.
            contest_id: Whose organizers see it when it dies.
            urgency: Larger goes first.

        Returns:
            The job's id.
        """

    def waiting(
        self, session: Session, *, contest_id: UUID | None = None, kinds: Collection[str] | None = None
    ) -> int:
        """Count the jobs that are not done yet, dead ones apart; of one contest, of some kinds, or all of them."""

    def dead(self, session: Session, *, contest_id: UUID | None = None) -> list[DeadJob]:
        """List the jobs that failed too often, the latest first; of one contest or of all."""

    def retry(self, work: Work, job_id: UUID, *, at: datetime) -> None:
        """Let a dead job be tried afresh; raises ``Missing("job")`` where none is dead by that id."""

    def forget(self, *, before: datetime) -> int:
        """Delete the jobs done before a moment; dead ones stay. Give their number."""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A job on loan to one worker until its lease ends; ``tries`` counts this one."""

    id: UUID
    kind: str
    payload: Mapping[str, Any]
    tries: int
    lease: str


class EmbeddedQueue:
    """Jobs as rows of the application's own database, on SQLite as on PostgreSQL.

    A worker borrows a job for a time and extends the loan while it works. If the worker dies, the loan runs out and
    the job comes back. Two jobs of the same key never run at the same time.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def enqueue(
        self,
        work: Work,
        kind: str,
        payload: Mapping[str, Any],
        *,
        key: str,
        at: datetime,
        contest_id: UUID | None = None,
        urgency: int = 0,
    ) -> UUID:
        """Order work; see `Queue.enqueue`.

        A job that already runs does not count as waiting: it may have read what has changed since.
        """
        waiting = work.session.scalar(
            select(Job.id).where(Job.key == key, Job.kind == kind, Job.state == JobState.QUEUED)
        )
        if waiting is not None:
            return waiting
        job = Job(
            id=new_id(),
            kind=kind,
            payload=dict(payload),
            key=key,
            contest_id=contest_id,
            state=JobState.QUEUED,
            urgency=urgency,
            available_at=at,
            created_at=at,
        )
        work.session.add(job)
        work.session.flush()
        return job.id

    def waiting(
        self, session: Session, *, contest_id: UUID | None = None, kinds: Collection[str] | None = None
    ) -> int:
        """Count the jobs not done yet; see `Queue.waiting`."""
        query = select(func.count()).where(Job.state.in_((JobState.QUEUED, JobState.LEASED)))
        if contest_id is not None:
            query = query.where(Job.contest_id == contest_id)
        if kinds is not None:
            query = query.where(Job.kind.in_(kinds))
        return session.scalar(query) or 0

    def dead(self, session: Session, *, contest_id: UUID | None = None) -> list[DeadJob]:
        """List the dead jobs; see `Queue.dead`."""
        query = select(Job).where(Job.state == JobState.DEAD).order_by(Job.finished_at.desc(), Job.id)
        if contest_id is not None:
            query = query.where(Job.contest_id == contest_id)
        return [
            DeadJob(
                id=job.id,
                kind=job.kind,
                payload=job.payload,
                tries=job.tries,
                last_error=job.last_error,
                died_at=job.finished_at,
            )
            for job in session.scalars(query)
        ]

    def retry(self, work: Work, job_id: UUID, *, at: datetime) -> None:
        """Let a dead job be tried afresh; see `Queue.retry`."""
        job = work.session.scalar(select(Job).where(Job.id == job_id, Job.state == JobState.DEAD))
        if job is None:
            raise Missing("job")
        job.state, job.tries, job.available_at, job.finished_at = JobState.QUEUED, 0, at, None

    def claim(self, kinds: Collection[str], *, now: datetime, lease_s: int) -> Claimed | None:
        """Borrow the most urgent job that may run now, one whose lease ran out included.

        Args:
            kinds: The kinds that this worker can do; others are left for a worker that can.

        Returns:
            The job, or None when there is nothing to do.
        """
        with self.database.reading() as session:  # idle workers should not queue up among the writers
            if _next_job(session, kinds, now) is None:
                return None
        with self.database.changing() as work:
            job = _next_job(work.session, kinds, now)
            if job is None:
                return None
            if job.state == JobState.LEASED:
                job.last_error = "the worker died or took too long"
            job.state = JobState.LEASED
            job.lease = secrets.token_hex(16)
            job.leased_until = now + timedelta(seconds=lease_s)
            job.tries += 1
            return Claimed(id=job.id, kind=job.kind, payload=job.payload, tries=job.tries, lease=job.lease)

    def extend(self, job: Claimed, *, now: datetime, lease_s: int) -> bool:
        """Keep the loan for longer; False if it has been lost to another worker."""
        with self.database.changing() as work:
            return _change(work, job, leased_until=now + timedelta(seconds=lease_s))

    def finish(self, job: Claimed, *, now: datetime) -> bool:
        """Mark the job done; False if the loan has been lost to another worker, who will say so instead."""
        with self.database.changing() as work:
            return _change(work, job, state=JobState.DONE, leased_until=None, finished_at=now, last_error="")

    def fail(
        self,
        job: Claimed,
        *,
        error: str,
        now: datetime,
        next_try: datetime | None,
        give_up: Callable[[Work], None] | None = None,
    ) -> bool:
        """Give the job back with what went wrong, to be tried at ``next_try`` or, with None, to be buried.

        ``give_up`` is called in the transaction that buries it.

        Returns:
            False if the loan has been lost to another worker; nothing is changed then.
        """
        told = error[:ERROR_CHARACTERS]
        with self.database.changing() as work:
            if next_try is not None:
                return _change(
                    work, job, state=JobState.QUEUED, leased_until=None, available_at=next_try, last_error=told
                )
            buried = _change(work, job, state=JobState.DEAD, leased_until=None, finished_at=now, last_error=told)
            if buried and give_up is not None:
                give_up(work)
            return buried

    def forget(self, *, before: datetime) -> int:
        """Delete what was done long ago; see `Queue.forget`."""
        with self.database.changing() as work:
            return _rows(work, delete(Job).where(Job.state == JobState.DONE, Job.finished_at < before))


def _next_job(session: Session, kinds: Collection[str], now: datetime) -> Job | None:
    """Find the job to run now: first one that a worker did not bring to its end, then the most urgent."""
    other = aliased(Job)
    same_is_running = (
        select(other.id)
        .where(other.key == Job.key, other.state == JobState.LEASED, other.leased_until > now)
        .exists()
    )
    ours = and_(Job.kind.in_(sorted(kinds)), ~same_is_running)
    left = select(Job).where(ours, Job.state == JobState.LEASED, Job.leased_until <= now).order_by(Job.leased_until)
    due = and_(ours, Job.state == JobState.QUEUED, Job.available_at <= now)
    # Asked for apart, so that the index gives both in order and a long queue costs no more than a short one.
    highest = select(Job.urgency).where(due).order_by(Job.urgency.desc()).limit(1).scalar_subquery()
    first = select(Job).where(due, Job.urgency == highest).order_by(Job.available_at)
    return session.scalar(left.limit(1)) or session.scalar(first.limit(1))


def _change(work: Work, job: Claimed, **values: Any) -> bool:
    """Change the job's row if the loan still stands."""
    mine = update(Job).where(Job.id == job.id, Job.state == JobState.LEASED, Job.lease == job.lease)
    return _rows(work, mine.values(**values)) == 1


def _rows(work: Work, statement: Any) -> int:
    result = work.session.execute(statement, execution_options={"synchronize_session": False})
    if not isinstance(result, CursorResult):
        raise TypeError(type(result).__name__)
    return int(result.rowcount)
