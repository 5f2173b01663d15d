"""The queue's rows, in the application's own database: a job is there if and only if its cause is."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from contest.kernel.db import Base


class JobState(StrEnum):
    """Where a job stands; a dead one failed too often and waits for a person."""

    QUEUED = "queued"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


class Job(Base):
    """A piece of work to be done outside a request. ``payload`` holds ids only; a handler may run twice.

    ``key`` makes ordering the same work twice one job while the first is still waiting.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("(state = 'leased') = (leased_until IS NOT NULL)", name="lease_has_end"),
        # In the order in which jobs are taken, so that a long queue costs no more than a short one.
        Index("ix_job_queue", "state", "urgency", "available_at"),
        Index("ix_job_key_state", "key", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    key: Mapped[str]
    contest_id: Mapped[UUID | None] = mapped_column(index=True)
    state: Mapped[JobState]
    urgency: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    lease: Mapped[str] = mapped_column(default="")
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
