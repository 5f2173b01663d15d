"""The contest desk: where the contest stands today, and the one thing to do next."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.accounts.models import VOTING, RoleKind
from contest.calls import actions, queries
from contest.calls.desk import figures
from contest.calls.rules import next_step, remaining, timeline
from contest.calls.web.relating import pages, this_contest
from contest.kernel.permissions import State
from contest.web.access import access
from contest.web.language import language
from contest.web.sentences import sentence
from contest.web.services import changing, now, person_id, reading, services


@pages.get("/contests/<short_name>/desk/")
@access("contest.edit_texts")
def desk(short_name: str) -> ResponseReturnValue:
    """Show today's step, the next action and the counts."""
    contest = this_contest()
    with reading() as session:
        needs = queries.draft_needs(session, contest.id, now()) if contest.state is State.DRAFT else []
        counted = figures(session, contest)
        seats = queries.seats(session, contest.id)
        stuck = services().queue.dead(session, contest_id=contest.id)
    jurors = len({seat.person_id for seat in seats if seat.kind in VOTING})
    return render_template(
        "calls/desk.html",
        contest=contest,
        step=next_step(
            state=contest.state,
            is_complete=not needs,
            opens_at=contest.opens_at,
            jurors=jurors,
            figures=counted,
            at=now(),
        ),
        stages=timeline(
            state=contest.state,
            opens_at=contest.opens_at,
            closes_at=contest.closes_at,
            judging_until=contest.judging_until,
            announces_at=contest.announces_at,
        ),
        needs=[sentence(code, {}, language()) for code in needs],
        figures=counted,
        jurors=jurors,
        chairs=sum(seat.kind is RoleKind.CHAIR for seat in seats),
        left=remaining(contest.closes_at, at=now()),
        stuck=stuck,
        home=services().settings.address + url_for("calls.home", short_name=short_name),
    )


@pages.post("/contests/<short_name>/desk/open")
@access("contest.advance_state")
def open_to_entries(short_name: str) -> ResponseReturnValue:
    """Open the draft: from now on everybody sees it, and its rules are settled."""
    with changing() as work:
        actions.advance(work, contest_id=this_contest().id, to=State.OPEN, actor_id=person_id(), at=now())
    flash(_("The contest is open. Its rules cannot be changed any more."), "good")
    return redirect(url_for("calls.desk", short_name=short_name), 303)
