"""Originals of finalists arrive by tus, so that a large raw file goes on where the connection was lost."""

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from contest.entries import tus
from contest.entries.originals import begin_original, finish_original
from contest.entries.web import intake, uploads
from contest.entries.web.blueprint import pages
from contest.entries.web.originals import OWN
from contest.kernel.errors import ContestError
from contest.web.access import access
from contest.web.services import changing, now, person_id, services

COLLECTION: Final = f"{OWN}/<uuid:picture_id>/uploads"
ONE: Final = f"{COLLECTION}/<uuid:upload_id>"


@pages.post(COLLECTION)
@access("entry.send_original")
def begin_original_upload(short_name: str, entry_id: UUID, picture_id: UUID) -> ResponseReturnValue:
    """Note the intent to send the original of one picture and say where its bytes go."""
    try:
        asked = tus.read_creation(uploads.headers())
        with changing() as work:
            upload = begin_original(
                work,
                entry_id=entry_id,
                picture_id=picture_id,
                person_id=person_id(),
                file_name=asked.file_name,
                declared_bytes=asked.declared_bytes,
                declared_sha256=asked.declared_sha256,
                at=now(),
                limit_bytes=services().settings.upload_bytes_max,
            )
            upload_id, expires_at = upload.id, upload.expires_at
        offset = _append(upload_id, picture_id, 0) if asked.has_body else 0
    except ContestError as error:
        return uploads.refused(error)
    address = url_for(
        ".original_progress",
        short_name=short_name,
        entry_id=entry_id,
        picture_id=picture_id,
        upload_id=upload_id,
    )
    return uploads.answer(HTTPStatus.CREATED, tus.created(address, offset=offset, expires_at=expires_at))


@pages.get(ONE)
@access("entry.send_original")
def original_progress(
    short_name: str,  # noqa: ARG001 - names the contest
    entry_id: UUID,  # noqa: ARG001 - checked with the others
    picture_id: UUID,
    upload_id: UUID,
) -> ResponseReturnValue:
    """Say how far the original has come; asked by HEAD."""
    return uploads.answer(HTTPStatus.OK, tus.state(uploads.progress_of(upload_id, original_of=picture_id)))


@pages.patch(ONE)
@access("entry.send_original")
def send_original_bytes(
    short_name: str,  # noqa: ARG001 - names the contest
    entry_id: UUID,  # noqa: ARG001 - checked with the others
    picture_id: UUID,
    upload_id: UUID,
) -> ResponseReturnValue:
    """Take the next bytes of an original; with the last ones it is received."""
    try:
        progress = uploads.progress_of(upload_id, original_of=picture_id)
        reached = _append(upload_id, picture_id, tus.read_offset(uploads.headers()))
    except ContestError as error:
        return uploads.refused(error)
    return uploads.answer(HTTPStatus.NO_CONTENT, tus.state(replace(progress, offset=reached)))


@pages.delete(ONE)
@access("entry.send_original")
def give_up_original(
    short_name: str,  # noqa: ARG001 - names the contest
    entry_id: UUID,  # noqa: ARG001 - checked with the others
    picture_id: UUID,
    upload_id: UUID,
) -> ResponseReturnValue:
    """Give an unfinished original up."""
    uploads.abandon(upload_id, original_of=picture_id)
    return uploads.answer(HTTPStatus.NO_CONTENT, tus.spoken())


def _append(upload_id: UUID, picture_id: UUID, offset: int) -> int:
    """Add the request's bytes; once all are there, receive the original. Give the new offset."""
    parts = services()
    reached, is_whole = uploads.take_bytes(uploads.progress_of(upload_id, original_of=picture_id), offset)
    if is_whole:
        try:
            finish_original(
                parts.database,
                parts.store,
                parts.queue,
                upload_id=upload_id,
                picture_id=picture_id,
                person_id=person_id(),
                incoming=uploads.incoming(),
                at=now(),
            )
        except ContestError as error:
            if error.code in intake.FINAL:
                uploads.abandon(upload_id, original_of=picture_id)
            raise
    return reached
