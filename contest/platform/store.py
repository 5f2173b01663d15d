"""The port to files: originals, derivatives, builds.

A key is a path of plain lower-case parts, such as ``originals/ab/cd/<sha256>``; a file is written once and never
changed. The port is small on purpose, and an object store fits it as it is:

- multipart upload is the store's own way of carrying out `put` and `adopt` for a large local file;
- a browser that sends straight to a bucket is given ``signed_url(key, method="PUT")`` for a key under ``incoming/``,
  and what arrived is hashed through `open` and put under its content's key like any other stream;
- whoever needs a real path (the sandbox, a PDF builder) asks for `local`, which may download.
"""

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, Literal, Protocol
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from contest.kernel.errors import Conflict, Invalid, Missing
from contest.platform.faults import fault
from contest.settings import Settings

Method = Literal["GET", "PUT"]

CHUNK_BYTES: Final = 1024 * 1024
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9]+)*)+")


def original_key(digest: str) -> str:
    """Name an original by the SHA-256 of its bytes, in hexadecimal; two levels keep folders small."""
    return f"originals/{digest[:2]}/{digest[2:4]}/{digest}"


def derivative_key(picture_id: UUID, long_side_px: int, *, ending: str = "jpg") -> str:
    """Name a picture's preview of one step, 320 to 2560, or the whole picture; "avif" is the lighter format."""
    return f"derivatives/{picture_id.hex}/{long_side_px}.{ending}"


def archive_key(picture_id: UUID) -> str:
    """Name the preview of a picture of an earlier year."""
    return f"archive/{picture_id.hex}.jpg"


def build_key(build_id: UUID, suffix: str = "pdf") -> str:
    """Name something built, such as an album."""
    return f"builds/{build_id.hex}.{suffix}"


def profile_key(digest: str) -> str:
    """Name a printer's colour profile by the SHA-256 of its bytes, in hexadecimal."""
    return f"profiles/{digest}.icc"


def seal_key(digest: str) -> str:
    """Name the picture of an organizer's seal by the SHA-256 of its bytes, in hexadecimal."""
    return f"seals/{digest}"


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A file in the store; ``modified_at`` is when it got its key."""

    key: str
    bytes: int
    modified_at: datetime


class FileStore(Protocol):
    """Where files live. Every write is durable when the call returns.

    All methods raise ``Invalid("file.key")`` for a key that is none, so that nothing can point outside.
    """

    def put(self, key: str, source: Path | BinaryIO) -> Stored:
        """Write a copy of ``source`` under ``key``, whole or not at all.

        Raises:
            Conflict: ``file.exists``, other bytes are there already; the same bytes are fine.
        """

    def adopt(self, key: str, file: Path) -> Stored:
        """Take over a local file whose bytes are already synced to the disk; nothing stays at ``file``.

        Cheaper than `put` where store and file share a filesystem.

        Raises:
            Conflict: ``file.exists`` as in `put`; ``file`` then stays.
        """

    def open(self, key: str) -> BinaryIO:
        """Open for reading; raises ``Missing("file")``."""

    def local(self, key: str) -> AbstractContextManager[Path]:
        """Give a path to read from, valid inside the ``with`` only; raises ``Missing("file")``."""

    def stat(self, key: str) -> Stored | None:
        """Tell size and age, or None where there is nothing."""

    def list(self, folder: str) -> Iterator[Stored]:
        """Go through everything below a first part such as "originals", in no order."""

    def move(self, key: str, to: str) -> Stored:
        """Give a file another key; its ``modified_at`` starts anew. Raises ``Missing("file")``."""

    def delete(self, key: str) -> None:
        """Remove a file; removing nothing is fine."""

    def signed_url(self, key: str, *, expires_at: datetime, method: Method = "GET") -> str:
        """Give an address that works without signing in until ``expires_at``.

        The address shows the key to whoever holds it, so it is for entrants and organizers, never for jurors.
        """


class FolderStore:
    """Files below one folder of the local disk.

    Each is first written beside its place, in ``incoming/`` of the same filesystem, and renamed once its bytes are
    on the disk; then the folders are synced, so that the name survives a power cut as well.

    Args:
        root: The folder; made when needed.
        secret: Signs addresses.
        address: The service's public address without a slash at the end; signed addresses start with it.
    """

    def __init__(self, root: Path, *, secret: str, address: str = "") -> None:
        self.root = root
        self.incoming = root / "incoming"
        self._address = address
        self._signer = URLSafeSerializer(
            secret, salt="contest.file", signer_kwargs={"key_derivation": "hmac", "digest_method": sha256}
        )

    def path(self, key: str) -> Path:
        """Give the place of ``key``, whether or not anything is there."""
        if not _KEY.fullmatch(key):
            raise Invalid("file.key", key=key)
        return self.root / key

    def put(self, key: str, source: Path | BinaryIO) -> Stored:
        """Write a copy of ``source`` under ``key``; see `FileStore.put`."""
        target = self.path(key)
        self.incoming.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix="put-", dir=self.incoming)
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                _copy(source, file)
                file.flush()
                os.fsync(file.fileno())
            return self._settle(part, target, key=key)
        finally:
            part.unlink(missing_ok=True)

    def adopt(self, key: str, file: Path) -> Stored:
        """Take over ``file``; see `FileStore.adopt`."""
        target = self.path(key)
        self.root.mkdir(parents=True, exist_ok=True)
        if file.stat().st_dev != self.root.stat().st_dev:
            stored = self.put(key, file)
        else:
            os.utime(file)  # its age counts from now on, however long it lay in the incoming folder
            stored = self._settle(file, target, key=key)
        file.unlink(missing_ok=True)
        return stored

    def open(self, key: str) -> BinaryIO:
        """Open for reading; see `FileStore.open`."""
        try:
            return self.path(key).open("rb")
        except FileNotFoundError as absent:
            raise Missing("file") from absent

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """Give the file's own path; see `FileStore.local`."""
        path = self.path(key)
        if not path.is_file():
            raise Missing("file")
        yield path

    def stat(self, key: str) -> Stored | None:
        """Tell size and age; see `FileStore.stat`."""
        return _stat(self.path(key), key)

    def list(self, folder: str) -> Iterator[Stored]:
        """Go through a folder; see `FileStore.list`. What vanishes meanwhile is left out."""
        for place, _folders, names in os.walk(self.root / folder):
            for name in names:
                path = Path(place, name)
                key = path.relative_to(self.root).as_posix()
                found = _stat(path, key) if _KEY.fullmatch(key) else None
                if found is not None:
                    yield found

    def move(self, key: str, to: str) -> Stored:
        """Give a file another key; see `FileStore.move`."""
        source, target = self.path(key), self.path(to)
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            try:
                os.utime(source)
                source.rename(target)
            except FileNotFoundError as absent:
                raise Missing("file") from absent
            stored = _found(target, to)
        self._sync_folders(target.parent)
        self._sync_folders(source.parent)
        return stored

    def delete(self, key: str) -> None:
        """Remove a file; see `FileStore.delete`."""
        path = self.path(key)
        if not path.exists():
            return
        with self._alone():
            path.unlink(missing_ok=True)
        self._sync_folders(path.parent)

    def signed_url(self, key: str, *, expires_at: datetime, method: Method = "GET") -> str:
        """Give an address on this service's ``/files/``; see `FileStore.signed_url`."""
        self.path(key)
        return f"{self._address}/files/{self._signer.dumps([key, method, int(expires_at.timestamp())])}"

    def verify_signature(self, token: str, *, now: datetime, method: Method = "GET") -> str:
        """Give the key that a signed address stands for.

        Args:
            token: The last part of the address.

        Raises:
            Missing: ``file``; forged, expired and meant for another method look alike.
        """
        try:
            key, signed_for, expires = self._signer.loads(token)
        except BadData as forged:
            raise Missing("file") from forged
        if signed_for != method or now.timestamp() >= expires:
            raise Missing("file")
        return str(key)

    def _settle(self, part: Path, target: Path, *, key: str) -> Stored:
        """Give a synced file its name, once, and make the name durable."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():  # rename replaces silently: looking and renaming must be one act
            if target.exists():
                if not _same_bytes(part, target):
                    raise Conflict("file.exists", key=key)
            else:
                part.rename(target)
            stored = _found(target, key)
        fault("renamed")
        # Also where another process has just made the name: it may not have come to syncing it yet.
        self._sync_folders(target.parent)
        fault("dirsynced")
        return stored

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads and processes from naming, moving and removing files meanwhile."""
        with (self.root / ".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _sync_folders(self, folder: Path) -> None:
        """Sync ``folder`` and those above it up to the root, any of which may be new."""
        while True:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if folder == self.root:
                return
            folder = folder.parent


def open_store(settings: Settings) -> FolderStore:
    """Open the store that the settings ask for."""
    return FolderStore(settings.uploads, secret=settings.secret, address=settings.address)


def _copy(source: Path | BinaryIO, target: BinaryIO) -> None:
    if isinstance(source, Path):
        with source.open("rb") as file:
            _copy(file, target)
        return
    while chunk := source.read(CHUNK_BYTES):
        target.write(chunk)


def _same_bytes(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while chunk := left.read(CHUNK_BYTES):
            if chunk != right.read(CHUNK_BYTES):
                return False
    return True


def _stat(path: Path, key: str) -> Stored | None:
    try:
        return _found(path, key)
    except FileNotFoundError:
        return None


def _found(path: Path, key: str) -> Stored:
    status = path.stat()
    return Stored(key=key, bytes=status.st_size, modified_at=datetime.fromtimestamp(status.st_mtime, tz=UTC))
