"""The juror's pages: briefing, judging room, own marks; and what the room fetches."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.calls.web import this_contest
from contest.entries import blind
from contest.judging import queries
from contest.judging.queries import Progress, Work
from contest.judging.rules.order import seat_name
from contest.judging.rules.ranking import histogram, minutes_left
from contest.judging.web.relating import entry_id, pages
from contest.kernel import audit
from contest.kernel.errors import Missing
from contest.web.access import access
from contest.web.headers import POLICY, nonce
from contest.web.language import said
from contest.web.services import changing, now, person_id, reading, services

AHEAD_MAX: Final = 12
RECENT_MAX: Final = 50
MARKS_PAGE: Final = 120
# A juror may go back to a picture within the hour without fetching it again; the address is hers alone.
PICTURE_SECONDS: Final = 3600


@pages.get("/contests/<short_name>/judging/")
@access("score.read_own")
def rounds(short_name: str) -> ResponseReturnValue:
    """List the juror's rounds with her progress; a single one is shown at once."""
    contest = this_contest()
    with reading() as session:
        seats = queries.own_seats(session, contest.id, person_id())
    if len(seats) == 1:
        return redirect(url_for("judging.briefing", short_name=short_name, number=seats[0].round.number), 303)
    return render_template("judging/rounds.html", contest=contest, seats=seats, short_name=short_name)


@pages.get("/contests/<short_name>/judging/<int:number>/")
@access("score.read_own")
def briefing(short_name: str, number: int) -> ResponseReturnValue:
    """Say what is judged and how, and how far the juror is."""
    contest = this_contest()
    with reading() as session:
        seat = queries.seat(session, contest.id, number, person_id())
    if seat is None:
        raise Missing("round")
    return render_template("judging/briefing.html", contest=contest, seat=seat, short_name=short_name)


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
    """Show one work on grey: the next of the juror's own order, or the one she asks for by ``work``."""
    contest = this_contest()
    wished = request.args.get("work", "")
    with reading() as session:
        seat, waiting = queries.queue(session, contest.id, number, person_id(), count=1)
        if seat is None:
            raise Missing("ballot")
        shown = (
            queries.work(session, contest.id, number, person_id(), wished) if wished else next(iter(waiting), None)
        )
        given = queries.own_scores(session, contest.id, number, person_id())
        pace = queries.pace(session, contest.id, number, person_id())
    if wished and shown is None:
        raise Missing("ballot")
    is_open = seat.round.is_open(now())
    if shown is None and is_open:
        flash(_("You have judged every work. Look over your marks here; you can change them until the round closes."))
        return redirect(url_for("judging.marks", short_name=short_name, number=number), 303)
    answer = current_app.make_response(
        render_template(
            "judging/room.html",
            contest=contest,
            short_name=short_name,
            seat=seat,
            # Under this name the browser keeps what it could not send yet: hers alone, and of this round alone.
            outbox=seat_name(contest.blind_key, number=seat.round.number, juror_id=person_id()),
            work=shown if is_open else None,
            histogram=[given.get(step, 0) for step in seat.round.steps],
            minutes=minutes_left(pace, seat.progress.remaining),
            is_asking_conflict="conflict" in request.args,
        )
    )
    # Nothing in the room turns text into markup, and no other script could.
    answer.headers["Content-Security-Policy"] = (
        f"{POLICY.format(nonce=nonce())}; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return answer


@pages.get("/contests/<short_name>/judging/<int:number>/next.json")
@access("entry.read_juror_view")
def next_works(short_name: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Give the next works, and with ``recent`` those marked last, for the room's script."""
    contest, juror_id = this_contest(), person_id()
    count = min(max(request.args.get("count", 4, int), 1), AHEAD_MAX)
    recent = min(max(request.args.get("recent", 0, int), 0), RECENT_MAX)
    with reading() as session:
        seat, works = queries.queue(session, contest.id, number, juror_id, count=count)
        if seat is None:
            raise Missing("ballot")
        behind = queries.recent_works(session, contest.id, number, juror_id, count=recent) if recent else []
    return jsonify(
        is_open=seat.round.is_open(now()),
        progress=_progress(seat.progress),
        works=[_work(work) for work in works],
        recent=[_work(work) for work in behind],
    )


@pages.get("/contests/<short_name>/judging/<int:number>/works/<handle>.json")
@access("entry.read_juror_view")
def one_work(short_name: str, number: int, handle: str) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Give one work of the juror's own, for the room's script."""
    with reading() as session:
        found = queries.work(session, this_contest().id, number, person_id(), handle)
    if found is None:
        raise Missing("ballot")
    return jsonify(_work(found))


@pages.get("/contests/<short_name>/judging/<int:number>/marks")
@access("score.read_own")
def marks(short_name: str, number: int) -> ResponseReturnValue:
    """Show the juror's own marks as a contact sheet in her own order, all or those of one mark."""
    contest = this_contest()
    page = max(request.args.get("page", 1, int), 1)
    mark = request.args.get("mark", None, int)
    with reading() as session:
        seat = queries.seat(session, contest.id, number, person_id())
        works = queries.own_works(session, contest.id, number, person_id())
    if seat is None:
        raise Missing("ballot")
    scores = [work.score for work in works if work.score is not None]
    chosen = [work for work in works if mark is None or work.score == mark]
    return render_template(
        "judging/marks.html",
        contest=contest,
        short_name=short_name,
        seat=seat,
        works=chosen[(page - 1) * MARKS_PAGE : page * MARKS_PAGE],
        mark=mark,
        page=page,
        pages=max(1, -(-len(chosen) // MARKS_PAGE)),
        histogram=histogram(scores, seat.round.steps),
        is_open=seat.round.is_open(now()),
    )


@pages.get("/contests/<short_name>/judging/<int:number>/pictures/<handle>/<int:index>-<int:long_side>.jpg")
@access("image.preview_private")
def picture(short_name: str, number: int, handle: str, index: int, long_side: int) -> ResponseReturnValue:  # noqa: ARG001 - name contest and ballot
    """Give one picture of a work: no date, no tag and no name that could tell one file from another."""
    with reading() as session:
        key = blind.picture_key(session, entry_id(), index=index, long_side_px=long_side)
    with services().store.open(key) as file:
        answer = Response(file.read(), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = f"private, max-age={PICTURE_SECONDS}, immutable"
    return answer


def saved_at(at: datetime) -> str:
    """Write a moment to the second in the contest's zone, as the room's "saved" line shows it."""
    return f"{at.astimezone(ZoneInfo(this_contest().zone)):%H:%M:%S}"


def _progress(progress: Progress) -> dict[str, int]:
    return {"scored": progress.scored, "total": progress.total, "recused": progress.recused}


def _work(work: Work) -> dict[str, Any]:
    """Give exactly what a juror may know of a work; whatever is not listed here does not leave the service."""
    return {
        "handle": work.handle,
        "code": work.code,
        "kind": str(work.entry.kind),
        "category": said(work.entry.category),
        "score": work.score,
        "pictures": [{"width": picture.width_px, "height": picture.height_px} for picture in work.entry.pictures],
    }
