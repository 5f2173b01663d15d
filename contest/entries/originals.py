"""Original files that the organizer asks of finalists: kept like every upload, but no picture of the entry.

Nothing is drawn from them and no page of judging knows of them; only what they say about themselves is read.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from contest.entries.drawing import PoisonError
from contest.entries.models import OriginalsRequest
from contest.entries.receiving.parts import append, lock_path, part_path, seal
from contest.entries.rules import shown_file_name
from contest.inspection.sandbox import Sandbox, SandboxBroken
from contest.inspection.sniff import sniff
from contest.inspection.terms import PHOTO_FORMATS
from contest.kernel.db import Database, Work
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.kernel.ids import new_id
from contest.platform.queue import Queue
from contest.platform.store import FileStore, original_key

READ_ORIGINAL: Final = "read_original"


def take_original(
    database: Database,
    store: FileStore,
    queue: Queue,
    source: BinaryIO,
    *,
    entry_id: UUID,
    picture_id: UUID,
    person_id: UUID,
    file_name: str,
    size_bytes: int,
    incoming: Path,
    at: datetime,
) -> None:
    """Take in the original of one picture, in the steps of every upload; a file sent before is replaced.

    Args:
        source: The whole file.
        incoming: The folder of temporary files, on the store's filesystem.

    Raises:
        Missing: ``originals``, none was asked for.
        Conflict: ``originals.too_late``, ``originals.settled``, ``upload.no_room``, ``upload.again``.
        Invalid: ``upload.empty``, ``upload.not_a_photo``; camera's own formats are photographs.
    """
    with database.changing() as work:
        _open_request(work, entry_id, picture_id, at)
    if not size_bytes:
        raise Invalid("upload.empty")
    upload_id = new_id()
    part = part_path(incoming, upload_id)
    try:
        append(upload_id, 0, source, incoming=incoming, declared_bytes=size_bytes)
        sealed = seal(part)
        kind = sniff(sealed.head)
        if kind not in PHOTO_FORMATS:
            raise Invalid("upload.not_a_photo")
        store.adopt(original_key(sealed.sha256), part)
    finally:
        part.unlink(missing_ok=True)
        lock_path(incoming, upload_id).unlink(missing_ok=True)
    with database.changing() as work:
        request = _open_request(work, entry_id, picture_id, at)
        if store.stat(original_key(sealed.sha256)) is None:  # the sweeper was quicker
            raise Conflict("upload.again")
        request.sha256, request.bytes, request.format = sealed.sha256, sealed.size, kind or ""
        request.file_name, request.sent_at, request.sent_by = shown_file_name(file_name), at, person_id
        request.facts, request.read_at = {}, None
        queue.enqueue(
            work,
            READ_ORIGINAL,
            {"request_id": str(request.id)},
            key=f"{READ_ORIGINAL}:{request.id}",
            at=at,
            contest_id=request.contest_id,
        )


def read_original(
    database: Database, store: FileStore, sandbox: Sandbox, payload: Mapping[str, Any], at: datetime
) -> None:
    """Read what a file that was sent says about itself; raw files are read, too, and nothing is decoded.

    Raises:
        PoisonError, SandboxBroken, Missing: As `jobs.inspect_picture`.
    """
    request_id = UUID(payload["request_id"])
    with database.reading() as session:
        request = session.get(OriginalsRequest, request_id)
        if request is None or request.sha256 is None:
            return
        digest = request.sha256
    with store.local(original_key(digest)) as file:
        try:
            report = sandbox.inspect(file, decode=False)
        except SandboxBroken as broken:
            if broken.code == "sandbox.unavailable":
                raise
            raise PoisonError(str(broken)) from broken
    with database.changing() as work:
        request = work.session.get(OriginalsRequest, request_id)
        if request is not None and request.sha256 == digest:
            request.facts, request.read_at = report.facts.to_json(), at
            request.format = report.format or request.format
            request.width_px, request.height_px = report.width_px or 0, report.height_px or 0


def _open_request(work: Work, entry_id: UUID, picture_id: UUID, at: datetime) -> OriginalsRequest:
    request = work.session.get(OriginalsRequest, picture_id)
    if request is None or request.entry_id != entry_id:
        raise Missing("originals")
    if request.verdict is not None:
        raise Conflict("originals.settled")
    if at >= request.due_at:
        raise Conflict("originals.too_late")
    return request
