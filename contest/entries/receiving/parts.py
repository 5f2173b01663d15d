"""The bytes of uploads under way: one temporary file each, and a lock beside it."""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple
from uuid import UUID

from contest.inspection.sniff import SNIFFED_BYTES
from contest.kernel.errors import Conflict, Invalid
from contest.platform.faults import fault

CHUNK_BYTES: Final = 256 * 1024
# What must stay free for the database, which on a full disk can neither commit nor shrink its log.
RESERVE_BYTES: Final = 512 * 1024 * 1024


def part_path(incoming: Path, upload_id: UUID) -> Path:
    """Give the place of an upload's bytes until they are received."""
    return incoming / upload_id.hex


def lock_path(incoming: Path, upload_id: UUID) -> Path:
    """Give the place of the file that is locked while the bytes are written or moved."""
    return incoming / f"{upload_id.hex}.lock"


class Sealed(NamedTuple):
    """What lies on the disk: its SHA-256, its size in bytes, and its first bytes."""

    sha256: str
    size: int
    head: bytes


def append(upload_id: UUID, offset: int, stream: BinaryIO, *, incoming: Path, declared_bytes: int) -> int:
    """Add what ``stream`` gives to an upload. If the stream breaks, what had arrived stays.

    Every piece is checked against the file's size under a lock that is held for its writing only: of two senders one
    goes on and the other is told, and a connection that hangs holds up nobody.

    Args:
        offset: How many bytes the sender takes to be here already.
        stream: The bytes from there on.
        incoming: The folder of temporary files, on the store's filesystem.
        declared_bytes: Size of the whole file; ask `progress` first.

    Returns:
        The new offset.

    Raises:
        Conflict: ``upload.offset`` with what is ``expected``; ``upload.no_room`` when the disk is nearly full.
        Invalid: ``upload.longer``, more came than was declared; the upload starts anew.
    """
    incoming.mkdir(parents=True, exist_ok=True)
    fault("start")
    path = part_path(incoming, upload_id)
    with path.open("ab", buffering=0) as part:
        _check_offset(part, path, offset)
        if shutil.disk_usage(incoming).free < RESERVE_BYTES + declared_bytes - offset:
            raise Conflict("upload.no_room")
        while chunk := stream.read(min(CHUNK_BYTES, declared_bytes - offset + 1)):
            with alone(incoming, upload_id):
                _check_offset(part, path, offset)
                if offset + len(chunk) > declared_bytes:
                    part.truncate(0)
                    raise Invalid("upload.longer", declared=declared_bytes)
                _write(part, chunk)
            offset += len(chunk)
            fault("mid_write")
    return offset


def seal(part: Path) -> Sealed:
    """Bring the bytes to the disk and read them back: what counts is what is there, not what was sent."""
    digest, size, head = hashlib.sha256(), 0, b""
    with part.open("rb") as file:
        os.fsync(file.fileno())
        while chunk := file.read(CHUNK_BYTES):
            head = head or chunk[:SNIFFED_BYTES]
            digest.update(chunk)
            size += len(chunk)
    return Sealed(digest.hexdigest(), size, head)


def _check_offset(part: BinaryIO, path: Path, offset: int) -> None:
    """Refuse bytes that do not belong at the end of what lies at ``path``.

    The open file may have become the received original meanwhile: another sender of the same upload was quicker.
    """
    try:
        is_still_there = os.path.samestat(path.stat(), os.fstat(part.fileno()))
    except FileNotFoundError:
        is_still_there = False
    size = size_of(path)
    if not is_still_there or size != offset:
        raise Conflict("upload.offset", expected=size)


def _write(part: BinaryIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    try:
        while rest:
            rest = rest[part.write(rest) :]
    except OSError as full:
        if full.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Conflict("upload.no_room") from full
        raise


def size_of(path: Path) -> int:
    """Give a file's size in bytes, 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def alone(incoming: Path, upload_id: UUID) -> Iterator[None]:
    """Keep other threads and processes from this upload.

    The lock is a file beside the bytes, since those move away under the lock.
    """
    with lock_path(incoming, upload_id).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
