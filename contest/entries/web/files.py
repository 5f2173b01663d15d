"""Previews and originals of pictures, for those who may see them, and for no cache."""

from uuid import UUID

from flask import Response, send_file
from flask.typing import ResponseReturnValue

from contest.entries import queries
from contest.entries.queries import EntryFacts, PictureFacts
from contest.entries.web.blueprint import pages
from contest.entries.web.standing import tie
from contest.entries.web.uploads import picture_of
from contest.kernel.errors import Missing
from contest.platform.store import derivative_key, original_key
from contest.web.access import access
from contest.web.services import reading, services

# By what the file is, not by what it was called.
_ENDINGS = {"jpeg": "jpg", "tiff": "tif", "bigtiff": "tif", "heif": "heic"}


@pages.get("/contests/<short_name>/pictures/<uuid:picture_id>/<int:long_side>.jpg")
@access("image.preview_private")
def preview(short_name: str, picture_id: UUID, long_side: int) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Show a preview made from bare pixels."""
    _entry, picture = _found(picture_id)
    if long_side not in picture.steps:
        raise Missing("picture")
    file = services().store.open(derivative_key(picture_id, long_side))
    return private(send_file(file, mimetype="image/jpeg", download_name=f"preview-{long_side}.jpg"))


@pages.get("/contests/<short_name>/pictures/<uuid:picture_id>/original")
@access("entry.read_original")
def original(short_name: str, picture_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Hand out the file as it was received, byte for byte, to be saved and never shown in the page."""
    entry, picture = _found(picture_id)
    name = f"{entry.number or 'draft'}-{picture.position + 1}.{_ENDINGS.get(picture.format, picture.format or 'bin')}"
    file = services().store.open(original_key(picture.sha256))
    response = send_file(file, mimetype="application/octet-stream", as_attachment=True, download_name=name)
    # It is an entrant's file: should a browser open it all the same, nothing in it may run.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return private(response)


def _found(picture_id: UUID) -> tuple[EntryFacts, PictureFacts]:
    with reading() as session:
        entry = queries.entry_facts(session, tie().id)
    return entry, picture_of(entry, picture_id)


def private(response: Response) -> Response:
    """Let no cache keep it."""
    response.headers["Cache-Control"] = "private, no-store"
    return response
