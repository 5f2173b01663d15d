"""Original files that the organizer asks of finalists: kept like every upload, but no picture of the entry.

Nothing is drawn from them and no page of judging knows of them; only what they say about themselves is read.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from sqlalchemy.orm import Session

from contest.entries.drawing import PoisonError
from contest.entries.models import OriginalsRequest, Upload
from contest.entries.receiving.checks import check_content, find_upload
from contest.entries.receiving.intents import LASTS, abandon, check_size, checked_digest
from contest.entries.receiving.parts import alone, append, part_path, seal
from contest.entries.rules import shown_file_name
from contest.inspection.sandbox import Sandbox, SandboxBroken
from contest.inspection.terms import PHOTO_FORMATS, PhotoTerms
from contest.kernel.db import Database, Work
from contest.kernel.errors import Conflict, ContestError, Missing
from contest.kernel.ids import new_id
from contest.platform.queue import Queue
from contest.platform.store import FileStore, original_key

READ_ORIGINAL: Final = "read_original"


def begin_original(
    work: Work,
    *,
    entry_id: UUID,
    picture_id: UUID,
    person_id: UUID,
    file_name: str,
    declared_bytes: int,
    declared_sha256: str | None,
    at: datetime,
    limit_bytes: int,
) -> Upload:
    """Note the intent to send the original of one picture; it may come in pieces within 24 hours, until it is due.

    Raises:
        Missing: ``originals``, none was asked for.
        Conflict: ``originals.too_late``, ``originals.settled``.
        Invalid: ``upload.empty``, ``upload.too_large``, ``upload.bad_hash``.
    """
    request = _open_request(work.session, entry_id, picture_id, at)
    check_size(declared_bytes, limit_bytes=limit_bytes)
    upload = Upload(
        id=new_id(),
        contest_id=request.contest_id,
        entry_id=entry_id,
        person_id=person_id,
        file_name=shown_file_name(file_name),
        declared_bytes=declared_bytes,
        declared_sha256=checked_digest(declared_sha256),
        created_at=at,
        expires_at=min(at + LASTS, request.due_at),
        original_of=picture_id,
    )
    work.session.add(upload)
    work.session.flush()
    return upload


def finish_original(
    database: Database,
    store: FileStore,
    queue: Queue,
    *,
    upload_id: UUID,
    picture_id: UUID,
    person_id: UUID,
    incoming: Path,
    at: datetime,
) -> None:
    """Take a whole file in as the original of one picture; one sent before is replaced.

    Raises:
        Missing: ``upload``, ``originals``.
        Conflict: ``originals.too_late``, ``originals.settled``, ``upload.again``.
        Invalid: ``upload.differs``, ``upload.not_a_photo``; cameras' own formats are photographs.
    """
    part = part_path(incoming, upload_id)
    with alone(incoming, upload_id):
        with database.reading() as session:
            upload = find_upload(session, upload_id, person_id, original_of=picture_id)
            _open_request(session, upload.entry_id, picture_id, at)
        sealed = seal(part)
        kind = check_content(sealed, upload, PhotoTerms(formats=PHOTO_FORMATS))
        store.adopt(original_key(sealed.sha256), part)
        with database.changing() as work:
            request = _open_request(work.session, upload.entry_id, picture_id, at)
            if store.stat(original_key(sealed.sha256)) is None:  # the sweeper was quicker
                raise Conflict("upload.again")
            request.sha256, request.bytes, request.format = sealed.sha256, sealed.size, kind
            request.file_name, request.sent_at, request.sent_by = upload.file_name, at, person_id
            request.facts, request.read_at = {}, None
            abandon(work, upload_id=upload_id, person_id=person_id, incoming=incoming, original_of=picture_id)
            queue.enqueue(
                work,
                READ_ORIGINAL,
                {"request_id": str(request.id)},
                key=f"{READ_ORIGINAL}:{request.id}",
                at=at,
                contest_id=request.contest_id,
            )


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
    limit_bytes: int,
) -> None:
    """Take in a whole file at once, as plain forms do; the steps and errors are those above, and nothing is left."""
    with database.changing() as work:
        upload_id = begin_original(
            work,
            entry_id=entry_id,
            picture_id=picture_id,
            person_id=person_id,
            file_name=file_name,
            declared_bytes=size_bytes,
            declared_sha256=None,
            at=at,
            limit_bytes=limit_bytes,
        ).id
    try:
        append(upload_id, 0, source, incoming=incoming, declared_bytes=size_bytes)
        finish_original(
            database,
            store,
            queue,
            upload_id=upload_id,
            picture_id=picture_id,
            person_id=person_id,
            incoming=incoming,
            at=at,
        )
    except ContestError:
        with database.changing() as work:
            abandon(work, upload_id=upload_id, person_id=person_id, incoming=incoming, original_of=picture_id)
        raise


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


def _open_request(session: Session, entry_id: UUID, picture_id: UUID, at: datetime) -> OriginalsRequest:
    request = session.get(OriginalsRequest, picture_id)
    if request is None or request.entry_id != entry_id:
        raise Missing("originals")
    if request.verdict is not None:
        raise Conflict("originals.settled")
    if at >= request.due_at:
        raise Conflict("originals.too_late")
    return request
