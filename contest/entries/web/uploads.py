"""Files arrive: resumable by tus, whole by PUT; and what became of them.

Which entry a file is for stands in the address that it is sent to, so that every way of sending can say it:
``entry`` for one that exists, else ``category`` and the author's fields for a new draft; ``replaces`` names a picture
whose place the file takes.
"""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

from flask import Response, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue

from contest.entries import actions, queries, receiving, tus
from contest.entries.actions import AuthorGiven
from contest.entries.forms import HERSELF, author_from
from contest.entries.models import PictureState
from contest.entries.queries import EntryFacts, PictureFacts
from contest.entries.web import intake, words
from contest.entries.web.blueprint import pages
from contest.entries.web.standing import contest_facts, own_unit, spoken_units, tie
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.errors import ContestError, Invalid, Missing, Refused
from contest.web.access import access
from contest.web.services import changing, now, person_id, reading, services

COLLECTION: Final = "/contests/<short_name>/uploads"
ONE: Final = "/contests/<short_name>/uploads/<uuid:upload_id>"
THUMBNAIL_PX: Final = 320
# tus has no status for this kind of refusal; the web's own says it best.
_STATUS: Final = {
    "upload.not_a_photo": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "upload.format": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}


@pages.route(COLLECTION, methods=["OPTIONS"], provide_automatic_options=False)
@access("entry.create")
def upload_abilities(short_name: str) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Say which uploads are spoken here."""
    return answer(HTTPStatus.NO_CONTENT, tus.abilities(services().settings.upload_bytes_max))


@pages.post(COLLECTION)
@access("entry.create")
def begin_upload(short_name: str) -> ResponseReturnValue:
    """Note the intent to send one file and say where its bytes go."""
    try:
        asked = tus.read_creation(headers())
        with changing() as work:
            entry_id, is_fresh = _entry_asked_for(work)
            upload = receiving.begin(
                work,
                entry_id=entry_id,
                person_id=person_id(),
                file_name=asked.file_name,
                declared_bytes=asked.declared_bytes,
                declared_sha256=asked.declared_sha256,
                at=now(),
                limit_bytes=services().settings.upload_bytes_max,
            )
            upload_id, expires_at = upload.id, upload.expires_at
        address = url_for(
            ".upload_progress",
            short_name=short_name,
            upload_id=upload_id,
            fresh="1" if is_fresh else None,
            replaces=request.args.get("replaces"),
        )
        offset = _append(upload_id, entry_id, 0, is_fresh=is_fresh) if asked.has_body else 0
    except ContestError as error:
        return refused(error)
    return answer(HTTPStatus.CREATED, tus.created(address, offset=offset, expires_at=expires_at))


@pages.put(COLLECTION)
@access("entry.create")
def put_whole(short_name: str) -> ResponseReturnValue:
    """Take a whole file in one request, its name in ``name``; for senders without tus."""
    try:
        size = request.content_length
        if size is None:
            raise Invalid("upload.no_length")
        with changing() as work:
            entry_id, is_fresh = _entry_asked_for(work)
        try:
            received = intake.take_whole(
                request.stream,
                entry_id=entry_id,
                file_name=request.args.get("name", ""),
                size=size,
                digest=request.args.get("sha256"),
            )
        except ContestError:
            if is_fresh:
                intake.discard_empty(entry_id)
            raise
        _put_in_place(entry_id, received.picture_id)
    except ContestError as error:
        return refused(error)
    return _said(HTTPStatus.CREATED, _told(short_name, entry_id, received.picture_id))


@pages.get(ONE)
@access("entry.finish_upload")
def upload_progress(short_name: str, upload_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Say how far an upload has come; asked by HEAD."""
    return answer(HTTPStatus.OK, tus.state(progress_of(upload_id)))


@pages.patch(ONE)
@access("entry.finish_upload")
def send_bytes(short_name: str, upload_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Take the next bytes of an upload; with the last ones the file is received."""
    try:
        _append(upload_id, tie().id, tus.read_offset(headers()), is_fresh="fresh" in request.args)
    except ContestError as error:
        return refused(error)
    return answer(HTTPStatus.NO_CONTENT, tus.state(progress_of(upload_id)))


@pages.delete(ONE)
@access("entry.finish_upload")
def give_up_upload(short_name: str, upload_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Give an unfinished upload up."""
    abandon(upload_id)
    if "fresh" in request.args:
        intake.discard_empty(tie().id)
    return answer(HTTPStatus.NO_CONTENT, tus.spoken())


@pages.get(f"{ONE}/verdict")
@access("entry.read_own_view")
def upload_verdict(short_name: str, upload_id: UUID) -> ResponseReturnValue:
    """Say what became of a file that was sent."""
    with reading() as session:
        upload = queries.upload_facts(session, upload_id)
    if upload.picture_id is None:
        return jsonify(state="uploading", findings=[], sentence="", thumbnail=None)
    return jsonify(_told(short_name, upload.entry_id, upload.picture_id))


@pages.get("/contests/<short_name>/pictures/<uuid:picture_id>/verdict")
@access("entry.read_own_view")
def picture_verdict(short_name: str, picture_id: UUID) -> ResponseReturnValue:
    """Say what was found out about a picture."""
    return jsonify(_told(short_name, tie().id, picture_id))


def _told(short_name: str, entry_id: UUID, picture_id: UUID) -> dict[str, Any]:
    """Give the verdict on a picture as a script wants it, sentences in the reader's language."""
    with reading() as session:
        entry = queries.entry_facts(session, entry_id)
    picture = picture_of(entry, picture_id)
    said = words.verdict(picture, list(entry.findings))
    is_ready = picture.state is PictureState.READY
    return {
        "state": str(picture.state),
        "name": picture.file_name,
        "sentence": " ".join(sentence for _tone, sentence in said),
        "findings": [{"tone": tone, "sentence": sentence} for tone, sentence in said],
        "thumbnail": url_for(".preview", short_name=short_name, picture_id=picture_id, long_side=THUMBNAIL_PX)
        if is_ready
        else None,
        "width_px": picture.width_px,
        "height_px": picture.height_px,
        "picture": str(picture_id),
        "entry": url_for(".edit", short_name=short_name, entry_id=entry_id),
        "verdict": url_for(".picture_verdict", short_name=short_name, picture_id=picture_id),
    }


def picture_of(entry: EntryFacts, picture_id: UUID) -> PictureFacts:
    """Give one picture of an entry; raises ``Missing("picture")``."""
    found = next((picture for picture in entry.pictures if picture.id == picture_id), None)
    if found is None:
        raise Missing("picture")
    return found


def _entry_asked_for(work: Work) -> tuple[UUID, bool]:
    """Give the entry that the file is for, and whether it was begun for this file just now.

    Raises:
        Missing: ``entry``; somebody else's counts as none. ``author``, ``category``.
        Conflict: ``entry.too_early``, ``entry.closed``, ``entry.not_editable``.
    """
    asked = request.args.get("entry")
    if asked is None:
        return intake.begin_draft(work, author=_author_asked_for(), category_id=_id("category")), True
    entry_id = _id("entry")
    found = queries.tie(work.session, entry_id=entry_id) if entry_id is not None else None
    if found is None or not may_change(found):
        raise Missing("entry")
    actions.reopen(work, entry_id=found.id, actor_id=person_id(), at=now())
    return found.id, False


def may_change(found: queries.EntryTie) -> bool:
    """Tell whether the signed-in person is the entry's entrant or author, or speaks for the author's unit."""
    return found.contest_id == contest_facts().id and (
        person_id() in {found.entrant_id, found.author_person_id} or found.unit_id in spoken_units()
    )


def _author_asked_for() -> AuthorGiven:
    name = Bilingual(request.args.get("author_zh", ""), request.args.get("author_en", ""))
    return author_from(request.args.get("author", HERSELF), name, is_delegate=own_unit() is not None)


def headers() -> Mapping[str, str]:
    """Give the request's headers, whose names may be in any case."""
    return cast("Mapping[str, str]", request.headers)


def _id(name: str) -> UUID | None:
    given = request.args.get(name)
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError:
        return UUID(int=0)  # the id that nothing has


def progress_of(upload_id: UUID, *, original_of: UUID | None = None) -> receiving.Progress:
    """Tell how far an upload of a picture, or of one's original, is.

    Raises:
        Refused: ``upload.not_yours``, somebody else of the unit, or the author herself, began it.
    """
    with reading() as session:
        if queries.upload_facts(session, upload_id).person_id != person_id():
            raise Refused("upload.not_yours")
        return receiving.progress(
            session, upload_id=upload_id, person_id=person_id(), incoming=incoming(), original_of=original_of
        )


def _append(upload_id: UUID, entry_id: UUID, offset: int, *, is_fresh: bool) -> int:
    """Add the request's bytes; once all are there, receive the file. Give the new offset."""
    parts = services()
    reached, is_whole = take_bytes(progress_of(upload_id), offset)
    if not is_whole:
        return reached
    try:
        received = receiving.finish(
            parts.database,
            parts.store,
            parts.queue,
            upload_id=upload_id,
            person_id=person_id(),
            incoming=incoming(),
            secret=parts.settings.secret,
            at=now(),
        )
    except ContestError as error:
        if error.code in intake.FINAL:
            abandon(upload_id)
            if is_fresh:
                intake.discard_empty(entry_id)
        raise
    _put_in_place(entry_id, received.picture_id)
    return reached


def _put_in_place(entry_id: UUID, picture_id: UUID) -> None:
    replaced_id = _id("replaces")
    if replaced_id is not None:
        with changing() as work:
            actions.put_in_place(
                work,
                entry_id=entry_id,
                picture_id=picture_id,
                replaced_id=replaced_id,
                actor_id=person_id(),
                at=now(),
            )


def take_bytes(progress: receiving.Progress, offset: int) -> tuple[int, bool]:
    """Add the request's bytes to an upload; give the new offset and whether all are there."""
    reached = receiving.append(
        progress.upload_id,
        offset,
        cast("BinaryIO", request.stream),
        incoming=incoming(),
        declared_bytes=progress.declared_bytes,
    )
    return reached, reached >= progress.declared_bytes


def abandon(upload_id: UUID, *, original_of: UUID | None = None) -> None:
    """Give an unfinished upload of the signed-in person up."""
    progress_of(upload_id, original_of=original_of)
    with changing() as work:
        receiving.abandon(
            work, upload_id=upload_id, person_id=person_id(), incoming=incoming(), original_of=original_of
        )


def incoming() -> Path:
    """Give the folder of temporary files, on the store's filesystem."""
    return services().settings.uploads / "incoming"


def answer(status: HTTPStatus, headers: dict[str, str]) -> Response:
    """Answer with nothing but headers."""
    response = make_response("", status)
    response.headers.update(headers)
    return response


def _said(status: HTTPStatus, told: dict[str, Any]) -> Response:
    response = jsonify(told)
    response.status_code = status
    return response


def refused(error: ContestError) -> Response:
    """Refuse in a way that scripts understand: tus's status, the code, and the sentence to show."""
    response = jsonify(code=error.code, sentence=intake.said(error), is_final=error.code in intake.FINAL)
    response.status_code = _STATUS.get(error.code) or tus.status_of(error)
    response.headers.update(tus.spoken())
    return response
