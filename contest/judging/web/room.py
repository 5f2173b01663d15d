"""The juror's pages: her rounds, the briefing, the judging room or the light table, her own marks."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.calls.queries import ContestFacts
from contest.calls.web import this_contest
from contest.entries import blind
from contest.entries.blind import BlindEntry, BlindPicture
from contest.judging import queries
from contest.judging.queries import BallotView, RoundFacts, Seat
from contest.judging.rules.order import seat_name
from contest.judging.rules.ranking import minutes_left
from contest.judging.rules.settings import POINT, Mode
from contest.judging.web.pads import bars, mark_words, meanings, pad_of
from contest.judging.web.relating import entry_id, pages, rival_id
from contest.kernel import audit
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Missing
from contest.web.access import access
from contest.web.headers import policy
from contest.web.language import language
from contest.web.services import changing, now, person_id, reading, services

AHEAD_MAX: Final = 12
RECENT_MAX: Final = 50
MARKS_PAGE: Final = 120
# A juror may go back to a picture within the hour without fetching it again; the address is hers alone.
PICTURE_SECONDS: Final = 3600
# On these all works lie at once.
LIGHT_TABLE: Final = frozenset({Mode.RANK, Mode.TOKENS})


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A tier of the light table with the juror's works in it; ``mark`` is the score that a work gets there."""

    mark: int
    name: Bilingual
    capacity: int | None
    works: list[BallotView]


@dataclass(frozen=True, kw_only=True)
class Given:
    """The works to which a juror gave one mark, in her own order."""

    score: int
    label: str
    works: list[BallotView]


@pages.get("/contests/<short_name>/judging/")
@access("score.read_own")
def rounds(short_name: str) -> ResponseReturnValue:
    """List the juror's rounds with her progress; a single one is shown at once."""
    contest = this_contest()
    with reading() as session:
        seats = queries.own_seats(session, contest.id, person_id())
    if len(seats) == 1:
        return redirect(url_for("judging.briefing", short_name=short_name, number=seats[0].round.number), 303)
    return render_template(
        "judging/rounds.html",
        contest=contest,
        seats=[(seat, _outbox(contest, seat.round)) for seat in seats],
        short_name=short_name,
    )


@pages.get("/contests/<short_name>/judging/<int:number>/")
@access("score.read_own")
def briefing(short_name: str, number: int) -> ResponseReturnValue:
    """Say what is judged and how, and how far the juror is."""
    contest = this_contest()
    with reading() as session:
        seat = queries.seat(session, contest.id, number, person_id())
    if seat is None:
        raise Missing("round")
    return render_template(
        "judging/briefing.html",
        contest=contest,
        seat=seat,
        short_name=short_name,
        outbox=_outbox(contest, seat.round),
        pad=None if seat.round.mode in LIGHT_TABLE else pad_of(seat.round),
        meanings=meanings(low=seat.round.steps[0], high=seat.round.steps[-1]),
    )


@pages.post("/contests/<short_name>/judging/<int:number>/begin")
@access("score.write_own")
def begin(short_name: str, number: int) -> ResponseReturnValue:
    """Write down that the juror has read the briefing and declares her conflicts as they come; open the room."""
    contest = this_contest()
    with changing() as work:
        seat = queries.seat(work.session, contest.id, number, person_id())
        if seat is None:
            raise Missing("ballot")
        audit.record(
            work,
            action="juror.begin",
            at=now(),
            actor_id=person_id(),
            thing=f"round {seat.round.number}",
            contest_id=contest.id,
        )
    return redirect(url_for("judging.room", short_name=short_name, number=number), 303)


@pages.get("/contests/<short_name>/judging/<int:number>/room")
@access("entry.read_juror_view")
def room(short_name: str, number: int) -> ResponseReturnValue:
    """Show one work on grey, the next of the juror's order or the one she asks for by ``work``; or all at once."""
    contest = this_contest()
    wished = request.args.get("work", "")
    with reading() as session:
        seat, waiting = queries.queue(session, contest.id, number, person_id(), count=1)
        if seat is None:
            raise Missing("ballot")
        if seat.round.mode in LIGHT_TABLE:
            return _light_table(contest, seat, queries.table(session, contest.id, number, person_id()))
        shown = (
            queries.ballot_view(session, contest.id, number, person_id(), wished)
            if wished
            else next(iter(waiting), None)
        )
        given = queries.own_scores(session, contest.id, number, person_id())
        pace = queries.pace(session, contest.id, number, person_id())
    if wished and shown is None:
        raise Missing("ballot")
    is_open = seat.round.is_open(now())
    if shown is None and is_open:
        flash(_("You have judged every work. Look over your marks here; you can change them until the round closes."))
        return redirect(url_for("judging.marks", short_name=short_name, number=number), 303)
    settings = seat.round.settings
    return _guarded(
        render_template(
            "judging/room.html",
            contest=contest,
            short_name=short_name,
            seat=seat,
            outbox=_outbox(contest, seat.round),
            work=shown if is_open else None,
            told=partial(_work, spoken=language()),
            pad=pad_of(seat.round),
            bars=bars(seat.round, given),
            shows_text=settings.shows_title or settings.shows_caption,
            minutes=minutes_left(pace, seat.progress.remaining),
            asked=request.args.get("ask", ""),
            goes_back=request.args.get("then") == "marks",
        )
    )


@pages.get("/contests/<short_name>/judging/<int:number>/next.json")
@access("entry.read_juror_view")
def next_works(short_name: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Give the next works, and with ``recent`` those marked last and the juror's own marks, for the room's script."""
    contest, juror_id = this_contest(), person_id()
    count = min(max(request.args.get("count", 4, int), 1), AHEAD_MAX)
    recent = min(max(request.args.get("recent", 0, int), 0), RECENT_MAX)
    with reading() as session:
        seat, works = queries.queue(session, contest.id, number, juror_id, count=count)
        if seat is None:
            raise Missing("ballot")
        behind = queries.recent_works(session, contest.id, number, juror_id, count=recent) if recent else []
        given = queries.own_scores(session, contest.id, number, juror_id) if "counts" in request.args else {}
    progress, spoken = seat.progress, language()
    return jsonify(
        is_open=seat.round.is_open(now()),
        progress={"scored": progress.scored, "total": progress.total, "recused": progress.recused, "counts": given},
        works=[_work(work, spoken) for work in works],
        recent=[_work(work, spoken) for work in behind],
    )


@pages.get("/contests/<short_name>/judging/<int:number>/works/<handle>.json")
@access("entry.read_juror_view")
def one_work(short_name: str, number: int, handle: str) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Give one work of the juror's own, for the room's script."""
    with reading() as session:
        found = queries.ballot_view(session, this_contest().id, number, person_id(), handle)
    if found is None:
        raise Missing("ballot")
    return jsonify(_work(found, language()))


@pages.get("/contests/<short_name>/judging/<int:number>/marks")
@access("score.read_own")
def marks(short_name: str, number: int) -> ResponseReturnValue:
    """Show the juror's own marks as a contact sheet: those of one mark together, the highest first."""
    contest = this_contest()
    page = max(request.args.get("page", 1, int), 1)
    mark = request.args.get("mark", None, int)
    with reading() as session:
        seat = queries.seat(session, contest.id, number, person_id())
        works = queries.own_works(session, contest.id, number, person_id())
    if seat is None:
        raise Missing("ballot")
    given = _by_mark(seat.round, works)
    chosen = [work for one in given if mark is None or one.score == mark for work in one.works]
    shown = chosen[(page - 1) * MARKS_PAGE : page * MARKS_PAGE]
    return _guarded(
        render_template(
            "judging/marks.html",
            contest=contest,
            short_name=short_name,
            seat=seat,
            outbox=_outbox(contest, seat.round),
            given=given,
            shown=_by_mark(seat.round, shown),
            told=partial(_work, spoken=language()),
            mark=mark,
            page=page,
            pages=max(1, -(-len(chosen) // MARKS_PAGE)),
            bars=bars(seat.round, {one.score: len(one.works) for one in given}),
            is_open=seat.round.is_open(now()),
        )
    )


@pages.get("/contests/<short_name>/judging/<int:number>/pictures/<handle>/<int:index>-<int:long_side>.jpg")
@access("image.preview_private")
def picture(short_name: str, number: int, handle: str, index: int, long_side: int) -> ResponseReturnValue:  # noqa: ARG001 - name contest and ballot
    """Give one picture of a work, in a pair those of its rival after its own.

    No date, no tag and no name could tell one file from another.
    """
    shown, rival = entry_id(), rival_id()
    with reading() as session:
        if rival is not None:
            own = blind.shown(session, [shown]).get(shown)
            if own is not None and index >= len(own.pictures):
                shown, index = rival, index - len(own.pictures)
        key = blind.picture_key(session, shown, index=index, long_side_px=long_side)
    with services().store.open(key) as file:
        answer = Response(file.read(), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = f"private, max-age={PICTURE_SECONDS}, immutable"
    return answer


def saved_at(at: datetime) -> str:
    """Write a moment to the second in the contest's zone, as the room's "saved" line shows it."""
    return f"{at.astimezone(ZoneInfo(this_contest().zone)):%H:%M:%S}"


def _light_table(contest: ContestFacts, seat: Seat, works: list[BallotView]) -> Response:
    """Lay all works out: in the tiers where they have a place, in the tray where not; with chips all in the tray."""
    settings = seat.round.settings
    tiers = [
        Laid(
            mark=POINT * place,
            name=tier.name,
            capacity=tier.capacity,
            works=[work for work in works if work.score == POINT * place],
        )
        for place, tier in enumerate(settings.tiers if seat.round.mode is Mode.RANK else (), start=1)
    ]
    return _guarded(
        render_template(
            "judging/light.html",
            contest=contest,
            short_name=contest.short_name,
            seat=seat,
            outbox=_outbox(contest, seat.round),
            tiers=tiers,
            tray=[work for work in works if not tiers or work.score is None],
            chips_left=settings.chips - sum(1 for work in works if work.score == POINT),
            told=partial(_work, spoken=language()),
            is_open=seat.round.is_open(now()),
            # Whether others' scripts were fetched when this instance was set up.
            can_drag=(Path(current_app.root_path) / "static" / "vendor" / "Sortable.min.js").is_file(),
        )
    )


def _by_mark(round_: RoundFacts, works: list[BallotView]) -> list[Given]:
    """Put the works of one mark together, the highest first; inside a mark they keep the juror's own order."""
    marked = sorted((work for work in works if work.score is not None), key=lambda work: -(work.score or 0))
    return [
        Given(score=score, label=mark_words(round_, score), works=list(group))
        for score, group in groupby(marked, key=lambda work: work.score or 0)
    ]


def _outbox(contest: ContestFacts, round_: RoundFacts) -> str:
    """Name what the browser keeps and could not send yet: hers alone, and of this round alone."""
    return seat_name(contest.blind_key, number=round_.number, juror_id=person_id())


def _guarded(page: str) -> Response:
    """Give a page on which nothing turns text into markup, and no other script could."""
    answer = current_app.make_response(page)
    answer.headers["Content-Security-Policy"] = (
        f"{policy()}; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return answer


def _work(work: BallotView, spoken: str) -> dict[str, Any]:
    """Give exactly what a juror may know of a work; whatever is not listed here does not leave the service."""
    return {
        "handle": work.handle,
        "code": work.code,
        "score": work.score,
        "marks": work.marks,
        "is_favourite": work.is_favourite,
        "is_practice": work.is_practice,
        **_entry(work.entry, spoken),
        "rival": None if work.rival is None else _entry(work.rival, spoken),
    }


def _entry(entry: BlindEntry, spoken: str) -> dict[str, Any]:
    return {
        "kind": str(entry.kind),
        "category": entry.category.in_(spoken),
        "title": entry.title.in_(spoken),
        "caption": entry.caption,
        "pictures": [_picture(picture) for picture in entry.pictures],
    }


def _picture(picture: BlindPicture) -> dict[str, Any]:
    """Give a picture's size; and where it is drawn whole, that file's size and the step that names it."""
    told: dict[str, Any] = {"width": picture.width_px, "height": picture.height_px}
    if picture.whole_px is not None:
        width, height = picture.whole_px
        told["full"] = {"width": width, "height": height, "side": blind.WHOLE}
    return told
