"""What happens to a build: ordered, under way, ready, failed, stopped."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, ContestError, Missing
from contest.kernel.ids import new_id
from contest.platform.queue import Queue
from contest.publishing import queries
from contest.publishing.models import Build, BuildState

ALBUM_JOB = "album"
_UNDER_WAY = (BuildState.QUEUED, BuildState.RUNNING)


def order_album(work: Work, queue: Queue, *, contest_id: UUID, actor_id: UUID | None, at: datetime) -> UUID:
    """Order an album of the newest frozen result; the build's row and its job are there together or not at all.

    Returns:
        The build's id; of the one under way where the same album has been ordered already.

    Raises:
        Missing: ``result``, nothing has been sealed.
    """
    result = queries.frozen_result(work.session, contest_id)
    if result is None:
        raise Missing("result")
    waiting = work.session.scalar(
        select(Build.id).where(
            Build.result_set_id == result.id, Build.kind == queries.ALBUM, Build.state.in_(_UNDER_WAY)
        )
    )
    if waiting is not None:
        return waiting
    row = Build(
        id=new_id(),
        contest_id=contest_id,
        result_set_id=result.id,
        kind=queries.ALBUM,
        state=BuildState.QUEUED,
        ordered_at=at,
        ordered_by=actor_id,
        report={},
    )
    work.session.add(row)
    work.session.flush()
    queue.enqueue(work, ALBUM_JOB, {"build_id": row.id.hex}, key=f"album {row.id.hex}", at=at, contest_id=contest_id)
    audit.record(
        work,
        action="album.build",
        at=at,
        actor_id=actor_id,
        contest_id=contest_id,
        thing=f"build {row.id}",
        result_version=result.version,
    )
    return row.id


def stop(work: Work, *, contest_id: UUID, build_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Stop a build that waits or runs; the worker notices at its next step.

    Raises:
        Missing: ``build``, the contest has none by this id.
        Conflict: ``build.over``, it has ended already.
    """
    row = work.session.get(Build, build_id)
    if row is None or row.contest_id != contest_id:
        raise Missing("build")
    if row.state not in _UNDER_WAY:
        raise Conflict("build.over")
    _fail(row, ContestError("build.stopped"), at)
    audit.record(
        work, action="album.stop", at=at, actor_id=actor_id, contest_id=contest_id, thing=f"build {build_id}"
    )


def begin(work: Work, build_id: UUID) -> Build | None:
    """Mark a build as running and give it; None where there is nothing left to do for it."""
    row = work.session.get(Build, build_id)
    if row is None or row.state not in _UNDER_WAY:
        return None
    row.state, row.progress = BuildState.RUNNING, 0
    return row


def note_progress(work: Work, *, build_id: UUID, percent: int) -> None:
    """Write down how far a build is.

    Raises:
        Conflict: ``build.over``, it was stopped meanwhile; whoever builds should stop too.
    """
    row = work.session.get(Build, build_id)
    if row is None or row.state is not BuildState.RUNNING:
        raise Conflict("build.over")
    row.progress = percent


def mark_ready(
    work: Work,
    *,
    build_id: UUID,
    key: str,
    size_bytes: int,
    pages: int,
    sha256: str,
    report: Mapping[str, Any],
    at: datetime,
) -> None:
    """Say that a build's file is in the store under ``key``.

    Raises:
        Conflict: ``build.over``, it was stopped meanwhile.
    """
    row = work.session.get(Build, build_id)
    if row is None or row.state is not BuildState.RUNNING:
        raise Conflict("build.over")
    row.state, row.progress, row.finished_at = BuildState.READY, 100, at
    row.key, row.bytes, row.pages, row.sha256 = key, size_bytes, pages, sha256
    row.report = dict(report)
    audit.record(
        work,
        action="album.ready",
        at=at,
        actor_id=None,
        contest_id=row.contest_id,
        thing=f"build {build_id}",
        sha256=sha256,
    )


def mark_failed(work: Work, *, build_id: UUID, failure: ContestError, at: datetime) -> None:
    """Say why a build came to nothing; one that has already ended stays as it is."""
    row = work.session.get(Build, build_id)
    if row is not None and row.state in _UNDER_WAY:
        _fail(row, failure, at)


def _fail(row: Build, failure: ContestError, at: datetime) -> None:
    row.state, row.finished_at, row.failure = BuildState.FAILED, at, failure.code
    row.report = {"failure": dict(failure.facts)}
