"""The intent to send a file: given, asked for, given up."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from contest.entries.actions.drafts import check_open
from contest.entries.models import Upload
from contest.entries.receiving.checks import check_not_twice, check_room, find_entry, find_upload
from contest.entries.receiving.parts import lock_path, part_path, size_of
from contest.entries.rules import shown_file_name
from contest.kernel.db import Work
from contest.kernel.errors import Invalid
from contest.kernel.ids import new_id

LASTS: Final = timedelta(hours=24)
MIB: Final = 1024 * 1024
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an upload has come; ``picture_id`` once it is received."""

    upload_id: UUID
    offset: int
    declared_bytes: int
    expires_at: datetime
    picture_id: UUID | None


def begin(
    work: Work,
    *,
    entry_id: UUID,
    person_id: UUID,
    file_name: str,
    declared_bytes: int,
    declared_sha256: str | None,
    at: datetime,
    limit_bytes: int,
    replacing: bool = False,
) -> Upload:
    """Note the intent to send one file; it may then come in within 24 hours, if need be during the grace period.

    Args:
        file_name: Kept to be shown only; it never becomes a path.
        declared_bytes: Size of the file in bytes.
        declared_sha256: What its bytes will hash to, in hexadecimal, where the sender can tell.
        limit_bytes: The instance's limit; the contest's own may be lower.
        replacing: Whether the picture is to take another's place, so that one more than allowed is none too many.

    Raises:
        Missing: ``entry``.
        Conflict: ``entry.too_early``, ``entry.closed``, ``entry.not_editable``, ``entry.full``,
            ``upload.already_yours``.
        Invalid: ``upload.empty``, ``upload.too_large``, ``upload.bad_hash``.
    """
    entry, contest = find_entry(work.session, entry_id, at)
    check_open(contest, at)
    check_room(work.session, entry, contest, replacing=replacing)
    check_size(declared_bytes, limit_bytes=min(limit_bytes, contest.terms.bytes_max or limit_bytes))
    declared_sha256 = checked_digest(declared_sha256)
    if declared_sha256 is not None:
        check_not_twice(work.session, entry, declared_sha256)
    upload = Upload(
        id=new_id(),
        contest_id=contest.id,
        entry_id=entry.id,
        person_id=person_id,
        file_name=shown_file_name(file_name),
        declared_bytes=declared_bytes,
        declared_sha256=declared_sha256,
        created_at=at,
        expires_at=min(at + LASTS, contest.closes_at + timedelta(minutes=contest.grace_minutes)),
    )
    work.session.add(upload)
    work.session.flush()
    return upload


def check_size(declared_bytes: int, *, limit_bytes: int) -> None:
    """Refuse a file by its size.

    Raises:
        Invalid: ``upload.empty``, ``upload.too_large``.
    """
    if declared_bytes <= 0:
        raise Invalid("upload.empty")
    if declared_bytes > limit_bytes:
        given_mib, limit_mib = (round(size / MIB, 1) for size in (declared_bytes, limit_bytes))
        raise Invalid("upload.too_large", limit=limit_bytes, limit_mib=limit_mib, given_mib=given_mib)


def checked_digest(declared_sha256: str | None) -> str | None:
    """Give a declared SHA-256 in small letters; raises ``Invalid("upload.bad_hash")`` for anything else."""
    if declared_sha256 is None:
        return None
    if not _SHA256.fullmatch(declared_sha256.lower()):
        raise Invalid("upload.bad_hash")
    return declared_sha256.lower()


def progress(
    session: Session, *, upload_id: UUID, person_id: UUID, incoming: Path, original_of: UUID | None = None
) -> Progress:
    """Tell how far an upload of a picture, or of one's original, has come.

    Raises:
        Missing: ``upload``; somebody else's counts as none.
    """
    upload = find_upload(session, upload_id, person_id, original_of=original_of)
    finished = upload.picture_id is not None
    return Progress(
        upload_id=upload.id,
        offset=upload.declared_bytes if finished else size_of(part_path(incoming, upload.id)),
        declared_bytes=upload.declared_bytes,
        expires_at=upload.expires_at,
        picture_id=upload.picture_id,
    )


def abandon(work: Work, *, upload_id: UUID, person_id: UUID, incoming: Path, original_of: UUID | None = None) -> None:
    """Give an unfinished upload up; its bytes go once that is committed.

    One that was received stays with its picture: it tells that the file was begun in time.

    Raises:
        Missing: ``upload``.
    """
    upload = find_upload(work.session, upload_id, person_id, original_of=original_of)
    if upload.picture_id is not None:
        return
    work.session.delete(upload)
    for path in (part_path(incoming, upload_id), lock_path(incoming, upload_id)):
        work.after_commit.append(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]  # bound early
