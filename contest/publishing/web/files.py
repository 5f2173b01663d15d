"""The files that leave the house: awarded pictures and the album."""

import json
from io import BytesIO
from typing import Final
from uuid import UUID
from wsgiref.types import WSGIEnvironment

from flask import Response, current_app, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import Headers

from contest.inspection.sizes import RECIPE_VERSION, SIZES
from contest.kernel.errors import Conflict, Missing
from contest.platform.store import derivative_key
from contest.publishing import queries
from contest.publishing.models import BuildState
from contest.publishing.queries import BuildFacts
from contest.publishing.report import report_page
from contest.publishing.web.blueprint import pages
from contest.web.access import access
from contest.web.language import language
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
        built = _ready(found, build_id)
    return _pdf(
        built, name=f"{short_name}-v{built.result_version}-{built.edition}-{built.sha256[:8]}.pdf", to_keep=True
    )


@pages.get("/contests/<short_name>/desk/publishing/builds/<uuid:build_id>/preflight.html")
@access("album.download_press")
def preflight(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Give the organizer a build's preflight as a page to keep, with who accepted what."""
    with reading() as found:
        built = _ready(found, build_id)
        zone = queries.result_by_id(found, built.result_set_id).record.zone
        signed = queries.signatures(found, build_id)
    page = report_page(built.report, app=current_app, language=language(), zone=zone, signed=signed)
    return _kept(page, mimetype="text/html", name=f"{short_name}-{built.edition}-{built.sha256[:8]}.html")


@pages.get("/contests/<short_name>/desk/publishing/builds/<uuid:build_id>/preflight.json")
@access("album.download_press")
def preflight_data(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Give the same as data, for a printer's programs."""
    with reading() as found:
        built = _ready(found, build_id)
    text = json.dumps(built.report, ensure_ascii=False, sort_keys=True, indent=1)
    return _kept(text, mimetype="application/json", name=f"{short_name}-{built.edition}-{built.sha256[:8]}.json")


def _ready(session: Session, build_id: UUID) -> BuildFacts:
    built = queries.build(session, _contest_id(), build_id)
    if built.state is not BuildState.READY:
        raise Conflict("build.not_ready")
    return built


def _kept(text: str, *, mimetype: str, name: str) -> Response:
    return send_file(BytesIO(text.encode()), mimetype=mimetype, download_name=name, as_attachment=True)


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
