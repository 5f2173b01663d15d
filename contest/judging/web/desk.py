"""The jury desk: how far everybody is, and the round's own acts. Never a score, never a standing."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from contest.calls.queries import ContestFacts, jury
from contest.calls.rules import day_and_clock
from contest.calls.web import this_contest
from contest.entries import blind
from contest.judging import actions, queries
from contest.judging.forms import CloseForm, TimeForm
from contest.judging.queries import Progress
from contest.judging.web.relating import pages
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import ContestError
from contest.kernel.ids import new_token
from contest.web.access import access
from contest.web.forms import focus_first_wrong, tell
from contest.web.services import changing, now, person_id, reading, services, standing


@dataclass(frozen=True, kw_only=True)
class Seated:
    """One person at the panel's table, as the desk shows her."""

    name: Bilingual
    title: Bilingual
    kind: str
    progress: Progress | None
    last_act_at: datetime | None


@pages.get("/contests/<short_name>/desk/jury")
@access("juror.list_identity")
def desk(short_name: str) -> ResponseReturnValue:
    """Show the panel, its progress in counts, and what can be done with the round."""
    return _desk(short_name)


@pages.post("/contests/<short_name>/desk/jury/open")
@access("round.open")
def open_round(short_name: str) -> ResponseReturnValue:
    """Open the round."""
    form = TimeForm(prefix="open")
    try:
        if not form.validate_on_submit():
            return _desk(short_name, opening=form), 422
        with changing() as work:
            actions.open_round(
                work,
                contest_id=this_contest().id,
                actor_id=person_id(),
                at=now(),
                seed=new_token(),
                closes_at=form.taken(this_contest().zone),
            )
    except ContestError as error:
        tell(form.day, error)
        return _desk(short_name, opening=form), 422
    flash(_("The round is open. Every juror finds her works under “Judging”."), "good")
    return _to_desk(short_name)


@pages.post("/contests/<short_name>/desk/jury/pause")
@access("round.close")
def pause(short_name: str) -> ResponseReturnValue:
    """Stop taking votes for a while."""
    with changing() as work:
        actions.pause(work, contest_id=this_contest().id, actor_id=person_id(), at=now())
    flash(_("The round is paused: no mark is taken until it is resumed."), "good")
    return _to_desk(short_name)


@pages.post("/contests/<short_name>/desk/jury/resume")
@access("round.close")
def resume(short_name: str) -> ResponseReturnValue:
    """Take votes again."""
    with changing() as work:
        actions.resume(work, contest_id=this_contest().id, actor_id=person_id(), at=now())
    flash(_("The round goes on."), "good")
    return _to_desk(short_name)


@pages.post("/contests/<short_name>/desk/jury/end")
@access("round.close")
def reschedule(short_name: str) -> ResponseReturnValue:
    """Move the moment from which votes are refused."""
    form = TimeForm(prefix="end")
    try:
        if not form.validate_on_submit():
            return _desk(short_name, end=form), 422
        with changing() as work:
            actions.reschedule(
                work,
                contest_id=this_contest().id,
                closes_at=form.taken(this_contest().zone),
                actor_id=person_id(),
                at=now(),
            )
    except ContestError as error:
        tell(form.day, error)
        return _desk(short_name, end=form), 422
    flash(_("The end of judging is moved."), "good")
    return _to_desk(short_name)


@pages.post("/contests/<short_name>/desk/jury/close")
@access("round.close")
def close(short_name: str) -> ResponseReturnValue:
    """Close the round; with marks missing only for a reason."""
    form = CloseForm(prefix="close")
    if not form.validate_on_submit():
        return _desk(short_name, closing=form), 422
    try:
        with changing() as work:
            actions.close(work, contest_id=this_contest().id, actor_id=person_id(), at=now(), reason=form.taken())
    except ContestError as error:
        if error.code != "judging.gaps":
            raise
        tell(form.reason, error)
        return _desk(short_name, closing=form), 422
    flash(_("The round is closed. The result can be worked out now."), "good")
    if standing().may("score.read_others") or standing().may_some_day("score.read_others"):
        return redirect(url_for("awards.results", short_name=short_name), 303)
    return _to_desk(short_name)


@pages.post("/contests/<short_name>/desk/jury/remind")
@access("mail.send_bulk")
def remind(short_name: str) -> ResponseReturnValue:
    """Write to everybody who still has works to judge."""
    with changing() as work:
        count = actions.remind(work, services().queue, contest_id=this_contest().id, actor_id=person_id(), at=now())
    flash(ngettext("%(num)d reminder is on its way.", "%(num)d reminders are on their way.", count), "good")
    return _to_desk(short_name)


def _desk(
    short_name: str,
    *,
    opening: TimeForm | None = None,
    end: TimeForm | None = None,
    closing: CloseForm | None = None,
) -> str:
    contest = this_contest()
    with reading() as session:
        round_ = queries.latest_round(session, contest.id)
        may_count = standing().may("score.read_progress_count") or standing().may("score.read_others")
        covered = queries.coverage(session, contest.id) if may_count else []
        seats = jury(session, contest.id)
        works = len(blind.eligible(session, contest.id))
        unready = blind.unready(session, contest.id)
    by_juror = {one.juror_id: one for one in covered}
    seated = [
        Seated(
            name=seat.name or Bilingual(zh=seat.email, en=seat.email),
            title=seat.title,
            kind=str(seat.kind),
            progress=by_juror[seat.person_id].progress if seat.person_id in by_juror else None,
            last_act_at=by_juror[seat.person_id].last_act_at if seat.person_id in by_juror else None,
        )
        for seat in seats
    ]
    for form in (opening, end, closing):
        if form is not None:
            focus_first_wrong(form)
    missing = [one.progress.remaining for one in covered if one.progress.remaining]
    return render_template(
        "judging/desk.html",
        contest=contest,
        short_name=short_name,
        round=round_,
        seated=seated,
        voters=len({seat.person_id for seat in seats if seat.votes}),
        works=works,
        unready=unready,
        missing=sum(missing),
        late=len(missing),
        opening=opening or _ending(contest, "open", contest.judging_until),
        end=end or _ending(contest, "end", round_.closes_at if round_ else None),
        closing=closing or CloseForm(prefix="close"),
        is_taking_votes=round_ is not None and round_.is_open(now()),
        bare=FlaskForm(),
    )


def _ending(contest: ContestFacts, prefix: str, at: datetime | None) -> TimeForm:
    """Give a form that proposes a moment, unless it has passed."""
    if at is None or at <= now():
        return TimeForm(prefix=prefix)
    day, clock = day_and_clock(at, zone=contest.zone, is_end=True)
    return TimeForm(prefix=prefix, data={"day": day, "clock": clock})


def _to_desk(short_name: str) -> ResponseReturnValue:
    return redirect(url_for("judging.desk", short_name=short_name), 303)
