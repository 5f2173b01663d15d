"""Outputs that were built, with what they were built from."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from contest.kernel.db import Base


class BuildState(StrEnum):
    """How far a build has come."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class Build(Base):
    """One output file made from one result set: ``key`` names it in the store, ``report`` is its preflight."""

    __tablename__ = "build"
    __table_args__ = (CheckConstraint("state <> 'ready' OR sha256 <> ''", name="ready_has_file"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    result_set_id: Mapped[UUID] = mapped_column(ForeignKey("result_set.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    state: Mapped[BuildState]
    progress: Mapped[int] = mapped_column(default=0)
    ordered_at: Mapped[datetime]
    ordered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    finished_at: Mapped[datetime | None]
    key: Mapped[str] = mapped_column(default="")
    bytes: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(default="")
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failure: Mapped[str] = mapped_column(default="")
