"""The last step: a whole file becomes a picture, and only then is there a receipt."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.entries.models import Entry, EntryKind, EntryState, Picture, PictureState, Upload
from contest.entries.receiving.checks import (
    check_content,
    check_in_time,
    check_not_twice,
    check_room,
    find_entry,
    find_upload,
)
from contest.entries.receiving.intents import begin
from contest.entries.receiving.parts import Sealed, alone, append, lock_path, part_path, seal, size_of
from contest.entries.receiving.receipts import FileReceipt, sign_file_receipt
from contest.kernel.db import Database, Work
from contest.kernel.errors import Conflict, Invalid
from contest.kernel.ids import new_id
from contest.platform.faults import fault
from contest.platform.queue import Queue
from contest.platform.store import FileStore, original_key

INSPECT: Final = "inspect"


@dataclass(frozen=True, kw_only=True)
class Received:
    """What was taken in; ``receipt`` is for the entrant to keep."""

    picture_id: UUID
    entry_id: UUID
    position: int
    sha256: str
    bytes: int
    format: str
    received_at: datetime
    receipt: str


def finish(
    database: Database,
    store: FileStore,
    queue: Queue,
    *,
    upload_id: UUID,
    person_id: UUID,
    incoming: Path,
    secret: str,
    at: datetime,
    replacing: bool = False,
) -> Received:
    """Take the file in for good and give its receipt; asked again, give the same receipt.

    Args:
        secret: Signs the receipt.
        at: The moment of receipt, by the service's clock.
        replacing: As it was given to `begin`.

    Raises:
        Missing: ``upload``.
        Conflict: ``upload.expired``, ``upload.incomplete`` with ``expected`` and ``received`` bytes,
            ``upload.already_yours`` with the ``number`` of the entry, ``upload.again`` (it has to be sent again),
            ``entry.closed``, ``entry.not_editable``, ``entry.full``.
        Invalid: ``upload.differs``, ``upload.not_a_photo``, ``upload.format``; the bytes are gone then.
    """
    incoming.mkdir(parents=True, exist_ok=True)
    part = part_path(incoming, upload_id)
    with alone(incoming, upload_id):
        with database.reading() as session:
            upload = find_upload(session, upload_id, person_id)
            if (done := _received(session, upload)) is not None:
                return done
            entry, contest = find_entry(session, upload.entry_id, at)
            check_in_time(upload, contest, at)
            check_room(session, entry, contest, replacing=replacing)
        if size_of(part) < upload.declared_bytes:
            raise Conflict("upload.incomplete", expected=upload.declared_bytes, received=size_of(part))
        fault("written")
        sealed = seal(part)
        fault("synced")
        try:
            kind = check_content(sealed, upload, contest.terms)
            with database.reading() as session:
                check_not_twice(session, entry, sealed.sha256)
        except (Conflict, Invalid):
            part.unlink()
            raise
        store.adopt(original_key(sealed.sha256), part)
        with database.changing() as work:
            received = _take_in(
                work,
                store,
                queue,
                upload_id=upload_id,
                sealed=sealed,
                kind=kind,
                secret=secret,
                at=at,
                replacing=replacing,
            )
            fault("inserted")
        fault("committed")
        lock_path(incoming, upload_id).unlink(missing_ok=True)
    return received


def take(
    database: Database,
    store: FileStore,
    queue: Queue,
    source: BinaryIO,
    *,
    entry_id: UUID,
    person_id: UUID,
    file_name: str,
    declared_bytes: int,
    declared_sha256: str | None,
    incoming: Path,
    secret: str,
    at: datetime,
    limit_bytes: int,
    replacing: bool = False,
) -> Received:
    """Take in a whole file at once, as plain forms and imports do; the steps and errors are those above."""
    with database.changing() as work:
        upload_id = begin(
            work,
            entry_id=entry_id,
            person_id=person_id,
            file_name=file_name,
            declared_bytes=declared_bytes,
            declared_sha256=declared_sha256,
            at=at,
            limit_bytes=limit_bytes,
            replacing=replacing,
        ).id
    append(upload_id, 0, source, incoming=incoming, declared_bytes=declared_bytes)
    return finish(
        database,
        store,
        queue,
        upload_id=upload_id,
        person_id=person_id,
        incoming=incoming,
        secret=secret,
        at=at,
        replacing=replacing,
    )


def _take_in(
    work: Work,
    store: FileStore,
    queue: Queue,
    *,
    upload_id: UUID,
    sealed: Sealed,
    kind: str,
    secret: str,
    at: datetime,
    replacing: bool,
) -> Received:
    """Add the picture and its job. What was checked before is checked again, now that nobody else writes."""
    upload = work.session.get_one(Upload, upload_id)
    fault("begun")
    entry, contest = find_entry(work.session, upload.entry_id, at)
    taken = check_room(work.session, entry, contest, replacing=replacing)
    check_not_twice(work.session, entry, sealed.sha256)
    # The sweeper sets files without a row aside, also in a transaction: now it cannot, and it has not.
    if store.stat(original_key(sealed.sha256)) is None:
        raise Conflict("upload.again")
    receipt = FileReceipt(
        contest_id=contest.id, entry_id=entry.id, sha256=sealed.sha256, bytes=sealed.size, received_at=at
    )
    picture = Picture(
        id=new_id(),
        entry_id=entry.id,
        position=_next_position(work.session, entry),
        sha256=sealed.sha256,
        bytes=sealed.size,
        file_name=upload.file_name,
        received_at=at,
        receipt=sign_file_receipt(receipt, secret=secret),
        state=PictureState.RECEIVED,
        format=kind,
    )
    work.session.add(picture)
    work.session.flush()
    upload.picture_id = picture.id
    if taken:
        entry.kind = EntryKind.SERIES
    if entry.state is not EntryState.DRAFT:
        entry.state = EntryState.SUBMITTED  # what was screened has changed and is looked at again
    queue.enqueue(
        work,
        INSPECT,
        {"picture_id": str(picture.id)},
        key=f"{INSPECT}:{picture.id}",
        at=at,
        contest_id=contest.id,
    )
    return _as_received(picture)


def _received(session: Session, upload: Upload) -> Received | None:
    if upload.picture_id is None:
        return None
    return _as_received(session.get_one(Picture, upload.picture_id))


def _as_received(picture: Picture) -> Received:
    return Received(
        picture_id=picture.id,
        entry_id=picture.entry_id,
        position=picture.position,
        sha256=picture.sha256,
        bytes=picture.bytes,
        format=picture.format,
        received_at=picture.received_at,
        receipt=picture.receipt,
    )


def _next_position(session: Session, entry: Entry) -> int:
    last = session.scalar(select(func.max(Picture.position)).where(Picture.entry_id == entry.id))
    return 0 if last is None else last + 1
