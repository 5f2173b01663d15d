"""The public gallery, its works and its slideshow, all from the announced record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from contest.awards.record import PictureRecord, WorkRecord
from contest.kernel.errors import Missing
from contest.publishing import queries
from contest.publishing.gallery import view
from contest.publishing.queries import Result
from contest.publishing.web import fresh
from contest.publishing.web.blueprint import pages
from contest.web.access import access
from contest.web.services import reading, services, standing

# The part of others' JavaScript that lets one swipe; the gallery works without it.
SWIPING: Final = ("vendor/photoswipe-lightbox.esm.min.js", "vendor/photoswipe.esm.min.js", "vendor/photoswipe.css")
SECONDS_MIN, SECONDS_USUAL, SECONDS_MAX = 2, 8, 120


@dataclass(frozen=True)
class Addresses:
    """Where the gallery's pages and pictures are on this service; ``root`` ends with a slash.

    ``light`` holds the ids of pictures that are there as AVIF, too. A kept page may know of fewer: it shows JPEGs.
    Built by hand from one `url_for`: a gallery of 300 works asks for two thousand addresses.
    """

    root: str
    light: frozenset[str] = frozenset()

    def work(self, work: WorkRecord) -> str:
        """Give the page of a work."""
        return f"{self.root}{work.number}"

    def picture(self, picture: PictureRecord, long_side: int, ending: str = "jpg") -> str:
        """Give one size of a picture."""
        return f"{self.root}pictures/{UUID(hex=picture.id)}/{long_side}.{ending}"


@pages.get("/contests/<short_name>/gallery/")
@access("gallery.read")
def gallery(short_name: str) -> ResponseReturnValue:
    """Show the awarded works by tier, all or those of one category."""
    with reading() as session:
        result = _announced(session)
        album = queries.public_album(session, result.contest_id)
        category = request.args.get("category") or None
        if category is not None and view.category_of(result.record, category) is None:
            raise Missing("gallery.category")
        kept = fresh.unchanged(result.digest, category, album and album.sha256)
        if kept is not None:
            return kept
        shelves = view.shelves(result.record, category=category)
        waiting = _waiting(session, _pictures(shelf.works for shelf in shelves))
    page = render_template(
        "publishing/gallery.html",
        shelves=shelves,
        choices=view.choices(result.record),
        category=category,
        album=album,
        **_common(short_name, result, waiting),
    )
    return fresh.answer(page, result.digest, category, album and album.sha256)


@pages.get("/contests/<short_name>/gallery/<number>")
@access("gallery.read")
def work(short_name: str, number: str) -> ResponseReturnValue:
    """Show one awarded work, a series as a strip, with the works before and after it."""
    with reading() as session:
        result = _announced(session)
        place = view.place(result.record, number)
        kept = fresh.unchanged(result.digest, number)
        if kept is not None:
            return kept
        waiting = _waiting(session, place.work.pictures)
    page = render_template(
        "publishing/work.html",
        place=place,
        site=services().settings.address,
        **_common(short_name, result, waiting),
    )
    return fresh.answer(page, result.digest, number)


@pages.get("/contests/<short_name>/gallery/slideshow")
@access("gallery.read")
def slideshow(short_name: str) -> ResponseReturnValue:
    """Play the awarded works on a screen; ``seconds`` is how long each picture stands."""
    wished = request.args.get("seconds", default=SECONDS_USUAL, type=int)
    seconds = min(max(wished, SECONDS_MIN), SECONDS_MAX)
    with reading() as session:
        result = _announced(session)
        kept = fresh.unchanged(result.digest, seconds)
        if kept is not None:
            return kept
        shelves = view.shelves(result.record)
        waiting = _waiting(session, _pictures(shelf.works for shelf in shelves))
    page = render_template(
        "publishing/slideshow.html", shelves=shelves, seconds=seconds, **_common(short_name, result, waiting)
    )
    return fresh.answer(page, result.digest, seconds)


def _announced(session: Any) -> Result:
    contest = standing().contest
    result = queries.announced_result(session, contest.id) if contest is not None else None
    if result is None:
        raise Missing("gallery")
    return result


def _pictures(groups: Iterable[tuple[WorkRecord, ...]]) -> list[PictureRecord]:
    return [picture for works in groups for picture in view.pictures(works)]


def _waiting(session: Session, shown: Sequence[PictureRecord]) -> tuple[dict[str, str], frozenset[str]]:
    return queries.placeholders(session, shown), queries.light(session, shown)


def _common(short_name: str, result: Result, waiting: tuple[dict[str, str], frozenset[str]]) -> dict[str, Any]:
    """Give what every page of the gallery shows pictures with."""
    colours, light = waiting
    return {
        "record": result.record,
        "result": result,
        "to": Addresses(url_for("publishing.gallery", short_name=short_name), light),
        "colours": colours,
        "aspect": view.aspect,
        "steps": view.steps,
        "swiping": _swiping(),
    }


def _swiping() -> bool:
    """Tell whether others' scripts were fetched when this instance was set up."""
    static = Path(current_app.root_path) / "static"
    return all((static / name).is_file() for name in SWIPING)
