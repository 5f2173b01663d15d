"""A place where files can be sent to, for tests; its functions also run in processes that tests kill."""

import hashlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from contest.accounts.models import Person
from contest.calls.models import Contest
from contest.entries.models import Author, Entry, EntryKind, EntryState
from contest.entries.receiving import Received, append, begin, finish, progress, take
from contest.kernel.db import Database, Work, open_database
from contest.platform.faults import fault
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore, original_key
from tests.makers import make_author, make_contest, make_entry, make_person

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SECRET = "s" * 40
LIMIT_BYTES = 4 * 1024 * 1024


def photo(number: int = 1, *, size: int = 1000) -> bytes:
    """Bytes that begin like a JPEG and differ by ``number``; nobody decodes them here."""
    head = b"\xff\xd8\xff\xe0" + number.to_bytes(8, "big")
    return head + hashlib.shake_128(head).digest(size - len(head))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Desk:
    """A database, a folder of files, and one entry that waits for its pictures."""

    database: Database
    folder: Path
    person_id: UUID
    entry_id: UUID

    @property
    def store(self) -> FolderStore:
        return FolderStore(self.folder, secret=SECRET)

    @property
    def queue(self) -> EmbeddedQueue:
        return EmbeddedQueue(self.database)

    @property
    def incoming(self) -> Path:
        return self.folder / "incoming"

    @property
    def waiting_files(self) -> list[str]:
        """What lies in the incoming folder, locks aside."""
        return sorted(path.name for path in self.incoming.glob("*") if path.suffix != ".lock")

    def begin(self, data: bytes, *, at: datetime = NOW, **given: Any) -> UUID:
        with self.database.changing() as work:
            return begin(
                work,
                **{
                    "entry_id": self.entry_id,
                    "person_id": self.person_id,
                    "file_name": "DSC_0001.JPG",
                    "declared_bytes": len(data),
                    "declared_sha256": digest(data),
                    "at": at,
                    "limit_bytes": LIMIT_BYTES,
                    **given,
                },
            ).id

    def append(self, upload_id: UUID, offset: int, data: bytes) -> int:
        return append(
            upload_id,
            offset,
            io.BytesIO(data),
            incoming=self.incoming,
            declared_bytes=self.progress(upload_id).declared_bytes,
        )

    def progress(self, upload_id: UUID) -> Any:
        with self.database.reading() as session:
            return progress(session, upload_id=upload_id, person_id=self.person_id, incoming=self.incoming)

    def finish(self, upload_id: UUID, *, at: datetime = NOW, **given: Any) -> Received:
        return finish(
            self.database,
            self.store,
            self.queue,
            **{
                "upload_id": upload_id,
                "person_id": self.person_id,
                "incoming": self.incoming,
                "secret": SECRET,
                "at": at,
                **given,
            },
        )

    def send(self, data: bytes, *, at: datetime = NOW, **given: Any) -> Received:
        return take(
            self.database,
            self.store,
            self.queue,
            io.BytesIO(data),
            **{
                "entry_id": self.entry_id,
                "person_id": self.person_id,
                "file_name": "DSC_0001.JPG",
                "declared_bytes": len(data),
                "declared_sha256": digest(data),
                "incoming": self.incoming,
                "secret": SECRET,
                "at": at,
                "limit_bytes": LIMIT_BYTES,
                **given,
            },
        )

    def stored(self, sha256: str) -> bytes:
        with self.store.open(original_key(sha256)) as file:
            return file.read()


def make_desk(
    database: Database,
    folder: Path,
    *,
    change: Callable[[Contest], None] = lambda _contest: None,
    **given: Any,
) -> Desk:
    """Make a contest that takes entries, and a draft without pictures; ``given`` goes to the contest."""
    with database.changing() as work:
        contest = make_contest(work, **given)
        change(contest)
        person = make_person(work)
        entry = make_draft(work, contest, person)
        return Desk(database, folder, person.id, entry.id)


def make_draft(work: Work, contest: Contest, person: Person, author: Author | None = None, **given: Any) -> Entry:
    """Make a draft without pictures."""
    author = author or make_author(work, contest, person_id=person.id)
    return make_entry(
        work,
        contest,
        entrant=person,
        author=author,
        pictures=0,
        **{
            "kind": EntryKind.SINGLE,
            "state": EntryState.DRAFT,
            "number": None,
            "submitted_at": None,
            **given,
        },
    )


def send_and_acknowledge(
    address: str, folder: str, person_id: str, entry_id: str, upload_id: str, data: bytes, acknowledged: str
) -> None:
    """Send the bytes of a begun upload and note the receipt in a file, as an answer to the sender would."""
    database = open_database(address)
    desk = Desk(database, Path(folder), UUID(person_id), UUID(entry_id))
    desk.append(UUID(upload_id), 0, data)
    _acknowledge(Path(acknowledged), desk.finish(UUID(upload_id)))
    fault("acked")


def send_without_end(
    address: str, folder: str, person_id: str, entry_id: str, first: int, acknowledged: str, ready: Any
) -> None:
    """Send one picture after another until killed, noting each receipt."""
    database = open_database(address)
    desk = Desk(database, Path(folder), UUID(person_id), UUID(entry_id))
    with database.reading() as session:
        session.get(Entry, UUID(entry_id))
    ready.set()
    number = first
    while True:
        _acknowledge(Path(acknowledged), desk.send(photo(number, size=60_000)))
        number += 1


def _acknowledge(path: Path, received: Received) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, f"{received.sha256} {received.picture_id} {received.receipt}\n".encode())
    os.close(descriptor)
