"""Files on their way in from a request: the steps that forms and uploads share."""

from typing import IO, BinaryIO, cast
from uuid import UUID

from flask import request
from werkzeug.datastructures import FileStorage

from contest.entries import actions, receiving
from contest.entries.actions import AuthorGiven
from contest.entries.receiving import Received
from contest.entries.web.standing import contest_facts, own_unit
from contest.kernel.db import Work
from contest.kernel.errors import ContestError
from contest.web.language import language
from contest.web.sentences import sentence
from contest.web.services import changing, now, person_id, services

# With these the file itself is the reason: sending it again would end the same.
FINAL = frozenset(
    {
        "upload.not_a_photo",
        "upload.format",
        "upload.already_yours",
        "entry.full",
        "entry.not_editable",
        "entry.closed",
        "upload.expired",
        "originals.settled",
        "originals.too_late",
    }
)


def begin_draft(work: Work, *, author: AuthorGiven, category_id: UUID | None) -> UUID:
    """Begin a draft of the signed-in person."""
    contest = contest_facts()
    found = actions.author_for(work, contest_id=contest.id, person_id=person_id(), unit_id=own_unit(), given=author)
    entry = actions.create(
        work, contest_id=contest.id, entrant_id=person_id(), author=found, category_id=category_id, at=now()
    )
    return entry.id


def take_whole(
    source: IO[bytes], *, entry_id: UUID, file_name: str, size: int, digest: str | None = None
) -> Received:
    """Take in a file whose bytes are all here or come in this request; the same durable way as every other."""
    parts = services()
    return receiving.take(
        parts.database,
        parts.store,
        parts.queue,
        cast("BinaryIO", source),
        entry_id=entry_id,
        person_id=person_id(),
        file_name=file_name,
        declared_bytes=size,
        declared_sha256=digest,
        incoming=parts.settings.uploads / "incoming",
        secret=parts.settings.secret,
        at=now(),
        limit_bytes=parts.settings.upload_bytes_max,
    )


def take_as_draft(file: FileStorage, *, author: AuthorGiven, category_id: UUID | None) -> UUID:
    """Make one file of a form a draft of its own; where the file is refused, no empty draft is left."""
    with changing() as work:
        entry_id = begin_draft(work, author=author, category_id=category_id)
    try:
        take_form_file(file, entry_id=entry_id)
    except ContestError:
        discard_empty(entry_id)
        raise
    return entry_id


def take_form_file(file: FileStorage, *, entry_id: UUID) -> Received:
    """Take in one file of a form."""
    return take_whole(file.stream, entry_id=entry_id, file_name=file.filename or "", size=size_of(file))


def discard_empty(entry_id: UUID) -> None:
    """Remove a draft that was only begun for a file which was then refused."""
    with changing() as work:
        actions.discard_empty(work, entry_id=entry_id, actor_id=person_id())


def form_files(name: str) -> list[FileStorage]:
    """Give the files of a form's field; a field left empty gives none."""
    return [file for file in request.files.getlist(name) if file.filename]


def said(error: ContestError) -> str:
    """Give an error's sentence in the reader's language."""
    return sentence(error.code, error.facts, language())


def size_of(file: FileStorage) -> int:
    """Give the size of a form's file in bytes."""
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    return size
