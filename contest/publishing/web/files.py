"""The files that leave the house: awarded pictures and the album."""

from typing import Final
from uuid import UUID
from wsgiref.types import WSGIEnvironment

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers

from contest.inspection.sizes import RECIPE_VERSION, SIZES
from contest.kernel.errors import Conflict, Missing
from contest.platform.store import derivative_key
from contest.publishing import queries
from contest.publishing.models import BuildState
from contest.publishing.queries import BuildFacts
from contest.publishing.web.blueprint import pages
from contest.web.access import access
from contest.web.services import reading, services, standing

# A week: long enough to cost nothing, short enough that a prize taken back does not stay for ever.
PICTURE_AGE_S: Final = 7 * 24 * 3600
_PICTURE: Final = "/contests/<short_name>/gallery/pictures/<uuid:shown_id>/<int:long_side>"
_KINDS: Final = {"jpg": "image/jpeg", "avif": "image/avif"}


class ForEverybody(Response):
    """The same bytes whoever asks: a shared cache keeps one copy for all, not one for each cookie."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """Give the headers as they are sent, without what varies by cookie elsewhere on this service."""
        headers = super().get_wsgi_headers(environ)
        headers.remove("Vary")
        return headers


@pages.get(f"{_PICTURE}.jpg")
@access("image.public_winner")
def picture(short_name: str, shown_id: UUID, long_side: int) -> ResponseReturnValue:  # noqa: ARG001 - in standing
    """Give one size of an awarded picture; of no other picture, and never the original."""
    return _picture(shown_id, long_side, ending="jpg")


@pages.get(f"{_PICTURE}.avif")
@access("image.public_winner")
def light_picture(short_name: str, shown_id: UUID, long_side: int) -> ResponseReturnValue:  # noqa: ARG001 - in standing
    """Give the same in the lighter format, where it has been drawn."""
    return _picture(shown_id, long_side, ending="avif")


def _picture(shown_id: UUID, long_side: int, *, ending: str) -> ResponseReturnValue:
    with reading() as found:
        result = queries.announced_result(found, _contest_id())
    if result is None or long_side not in SIZES or shown_id not in result.shown:
        raise Missing("gallery.picture")
    etag = f"{shown_id.hex}-{long_side}-{ending}-{RECIPE_VERSION}"
    if etag in request.if_none_match:
        response = ForEverybody(status=304)
    else:
        with services().store.open(derivative_key(shown_id, long_side, ending=ending)) as file:
            response = ForEverybody(file.read(), mimetype=_KINDS[ending])
    response.set_etag(etag)
    response.headers["Cache-Control"] = f"public, max-age={PICTURE_AGE_S}, immutable"
    return response


@pages.get("/contests/<short_name>/album.pdf")
@access("album.download_public")
def album(short_name: str) -> ResponseReturnValue:
    """Give the public the newest album of the announced result."""
    with reading() as found:
        built = queries.public_album(found, _contest_id())
    if built is None:
        raise Missing("album")
    return _pdf(built, name=f"{short_name}.pdf", to_keep=False)


@pages.get("/contests/<short_name>/desk/publishing/builds/<uuid:build_id>.pdf")
@access("album.download_press")
def press(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Give the organizer one built album."""
    with reading() as found:
        built = queries.build(found, _contest_id(), build_id)
    if built.state is not BuildState.READY:
        raise Conflict("build.not_ready")
    return _pdf(built, name=f"{short_name}-v{built.result_version}-{built.sha256[:8]}.pdf", to_keep=True)


def _pdf(built: BuildFacts, *, name: str, to_keep: bool) -> Response:
    """Answer with a built album: to be saved, as a printer's file is, or to be read in the browser."""
    response = send_file(
        services().store.open(built.key),
        mimetype="application/pdf",
        download_name=name,
        as_attachment=to_keep,
        etag=built.sha256,
        last_modified=built.finished_at,
        conditional=False,
    )
    response.content_length = built.bytes
    response.headers["Cache-Control"] = "private, no-cache"
    # No ranges: twenty readers that ask for one and then stop reading hold every thread of the server.
    response.make_conditional(request)
    return response


def _contest_id() -> UUID:
    contest = standing().contest
    if contest is None:
        raise Missing("contest")
    return contest.id
