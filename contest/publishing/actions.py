"""What happens to a build: ordered, under way, ready, failed or stopped, its warnings accepted, released."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy import select

from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, ContestError, Invalid, Missing, Refused
from contest.kernel.ids import new_id
from contest.platform.queue import Queue
from contest.platform.store import FileStore, profile_key
from contest.publishing import drafts, queries
from contest.publishing.album.editions import FOR_PRINTERS, Edition
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.profiles import OutputProfile
from contest.publishing.models import Acceptance, Build, BuildState, PrinterProfile, Release
from contest.publishing.queries import PrinterOrder

ALBUM_JOB = "album"
_UNDER_WAY = (BuildState.QUEUED, BuildState.RUNNING)


def order_build(
    work: Work,
    queue: Queue,
    *,
    contest_id: UUID,
    edition: Edition,
    actor_id: UUID | None,
    at: datetime,
    plan: AlbumPlan | None = None,
    printer: PrinterOrder | None = None,
) -> UUID:
    """Order one edition of an album; the build's row and its job are there together or not at all.

    Args:
        plan: What to build; None for the newest frozen result as the contest's album is decided when the job runs.
        printer: What the printer asks for; None for what is decided now.

    Returns:
        The build's id; of the one under way where the same has been ordered already.

    Raises:
        Missing: ``result``, nothing has been sealed; ``profile``, the contest has none of this digest.
        Conflict: ``album.plan_outdated``, the plan shows another result than the newest.
    """
    result = queries.frozen_result(work.session, contest_id)
    if result is None:
        raise Missing("result")
    if plan is not None and plan.record_digest != result.digest:
        raise Conflict("album.plan_outdated")
    printer = printer or drafts.draft(work.session, contest_id).printer
    if printer.profile:
        queries.printer_profile(work.session, contest_id, printer.profile)
    digest = plan.digest() if plan else ""
    waiting = work.session.scalars(
        select(Build).where(
            Build.result_set_id == result.id,
            Build.kind == queries.ALBUM,
            Build.edition == edition,
            Build.state.in_(_UNDER_WAY),
        )
    )
    for build in waiting:
        if PrinterOrder(**build.printer) == printer and digest in {"", build.plan_digest}:
            return build.id
    row = Build(
        id=new_id(),
        contest_id=contest_id,
        result_set_id=result.id,
        kind=queries.ALBUM,
        edition=edition,
        plan=plan.to_json() if plan else "",
        plan_digest=digest,
        printer=asdict(printer),
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
        edition=edition,
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
        work, action=f"{row.kind}.stop", at=at, actor_id=actor_id, contest_id=contest_id, thing=f"build {build_id}"
    )


def begin(work: Work, build_id: UUID) -> Build | None:
    """Mark a build as running and give it; None where there is nothing left to do for it."""
    row = work.session.get(Build, build_id)
    if row is None or row.state not in _UNDER_WAY:
        return None
    row.state, row.progress = BuildState.RUNNING, 0
    return row


def note_plan(work: Work, *, build_id: UUID, plan: AlbumPlan) -> None:
    """Keep the plan that a build uses where none was given with the order."""
    row = work.session.get_one(Build, build_id)
    row.plan, row.plan_digest = plan.to_json(), plan.digest()


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
        action=f"{row.kind}.ready",
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


def accept(
    work: Work,
    *,
    contest_id: UUID,
    build_id: UUID,
    findings: Collection[str],
    reason: str,
    actor_id: UUID,
    at: datetime,
) -> None:
    """Take warnings of a build's preflight upon oneself; those accepted before stay as they are.

    Args:
        findings: Their keys, as in the report.
        reason: Why the book may be printed all the same.

    Raises:
        Missing: ``build``; ``acceptance.finding``, the report has no such warning: errors cannot be accepted.
        Invalid: ``acceptance.nothing_ticked``; ``acceptance.reason_missing``.
    """
    build = queries.build(work.session, contest_id, build_id)
    warnings = {each["key"] for each in build.findings if each["severity"] == "warning"}
    if not findings:
        raise Invalid("acceptance.nothing_ticked")
    if not set(findings) <= warnings:
        raise Missing("acceptance.finding")
    if not reason.strip():
        raise Invalid("acceptance.reason_missing")
    taken = queries.signatures(work.session, build_id).accepted
    for key in sorted(set(findings) - set(taken)):
        work.session.add(
            Acceptance(
                id=new_id(),
                build_id=build_id,
                finding=key,
                reason=reason.strip(),
                accepted_by=actor_id,
                accepted_at=at,
            )
        )
    audit.record(
        work,
        action="album.accept",
        at=at,
        actor_id=actor_id,
        contest_id=contest_id,
        thing=f"build {build_id}",
        findings=sorted(findings),
        reason=reason.strip(),
    )


def release(work: Work, *, contest_id: UUID, build_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Release a built file to the printer.

    Raises:
        Missing: ``build``.
        Conflict: ``release.done``, it was released before; ``build.not_ready``.
        Refused: ``release.not_for_printers``, the edition is for readers; ``release.has_errors`` and
            ``release.has_warnings``, with how many, the preflight found errors, or warnings nobody has accepted.
    """
    build = queries.build(work.session, contest_id, build_id)
    if build.state is not BuildState.READY:
        raise Conflict("build.not_ready")
    if build.edition not in FOR_PRINTERS:
        raise Refused("release.not_for_printers")
    signed = queries.signatures(work.session, build_id)
    if signed.released is not None:
        raise Conflict("release.done")
    errors = sum(each["severity"] == "error" for each in build.findings)
    if errors:
        raise Refused("release.has_errors", count=errors)
    waiting = sum(each["key"] not in signed.accepted for each in build.findings)
    if waiting:
        raise Refused("release.has_warnings", count=waiting)
    work.session.add(Release(build_id=build_id, released_by=actor_id, released_at=at))
    audit.record(
        work,
        action="album.release",
        at=at,
        actor_id=actor_id,
        contest_id=contest_id,
        thing=f"build {build_id}",
        sha256=build.sha256,
    )


def keep_profile(
    work: Work, store: FileStore, *, contest_id: UUID, profile: OutputProfile, actor_id: UUID | None, at: datetime
) -> str:
    """Keep a printer's examined profile for a contest's albums; the same one again changes nothing.

    Returns:
        Its SHA-256, by which a ``PrinterOrder`` names it.
    """
    known = select(PrinterProfile.id).where(
        PrinterProfile.contest_id == contest_id, PrinterProfile.sha256 == profile.sha256
    )
    if work.session.scalar(known) is None:
        store.put(profile_key(profile.sha256), BytesIO(profile.data))
        work.session.add(
            PrinterProfile(
                id=new_id(),
                contest_id=contest_id,
                sha256=profile.sha256,
                md5=profile.md5,
                name=profile.name,
                bytes=len(profile.data),
                uploaded_by=actor_id,
                uploaded_at=at,
            )
        )
        audit.record(
            work,
            action="album.profile",
            at=at,
            actor_id=actor_id,
            contest_id=contest_id,
            thing=f"profile {profile.sha256}",
        )
    return profile.sha256


def _fail(row: Build, failure: ContestError, at: datetime) -> None:
    row.state, row.finished_at, row.failure = BuildState.FAILED, at, failure.code
    row.report = {"failure": dict(failure.facts)}
