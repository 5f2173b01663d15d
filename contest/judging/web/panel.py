"""A round's page on the jury desk: how far everybody is, and the round's own acts. Never a score or a standing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms.fields import SelectChoice

from contest.calls.queries import ContestFacts, JurorFacts, jury
from contest.calls.rules import day_and_clock
from contest.calls.web import this_contest
from contest.entries import blind
from contest.judging import actions, queries
from contest.judging.forms import (
    CloseForm,
    JoinForm,
    LeaveForm,
    LimitForm,
    QuorumForm,
    ReasonForm,
    RemarkForm,
    SeatForm,
    TimeForm,
)
from contest.judging.queries import Coverage, RoundFacts
from contest.judging.sentences import REMARKS
from contest.judging.web.relating import pages
from contest.judging.web.works import shown
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import ContestError
from contest.web.access import access
from contest.web.forms import focus_first_wrong, tell, tell_at_top
from contest.web.language import language, said
from contest.web.sentences import translate
from contest.web.services import changing, now, person_id, reading, services, standing


@dataclass(frozen=True, kw_only=True)
class Seated:
    """One person at the panel's table, as the desk shows her."""

    name: Bilingual
    title: Bilingual
    kind: str
    part: Coverage | None


@pages.get("/contests/<short_name>/desk/jury/<int:number>/")
@access("juror.list_identity")
def panel(short_name: str, number: int) -> ResponseReturnValue:
    """Show the panel, its progress in counts, and what can be done with the round."""
    return panel_page(short_name, number)


@pages.post("/contests/<short_name>/desk/jury/<int:number>/open")
@access("round.open")
def open_round(short_name: str, number: int) -> ResponseReturnValue:
    """Open the round."""
    form = TimeForm(prefix="open")
    try:
        if not form.validate_on_submit():
            return panel_page(short_name, number, opening=form), 422
        with changing() as work:
            actions.open_round(
                work,
                round_id=_round_id(number),
                actor_id=person_id(),
                at=now(),
                closes_at=form.taken(this_contest().zone),
            )
    except ContestError as error:
        tell(form.day, error)
        return panel_page(short_name, number, opening=form), 422
    flash(_("The round is open. Every juror finds her works under “Judging”."), "good")
    return to_panel(short_name, number)


@pages.post("/contests/<short_name>/desk/jury/<int:number>/pause")
@access("round.close")
def pause(short_name: str, number: int) -> ResponseReturnValue:
    """Stop taking votes for a while."""
    with changing() as work:
        actions.pause(work, round_id=_round_id(number), actor_id=person_id(), at=now())
    flash(_("The round is paused: no mark is taken until it is resumed."), "good")
    return to_panel(short_name, number)


@pages.post("/contests/<short_name>/desk/jury/<int:number>/resume")
@access("round.close")
def resume(short_name: str, number: int) -> ResponseReturnValue:
    """Take votes again."""
    with changing() as work:
        actions.resume(work, round_id=_round_id(number), actor_id=person_id(), at=now())
    flash(_("The round goes on."), "good")
    return to_panel(short_name, number)


@pages.post("/contests/<short_name>/desk/jury/<int:number>/end")
@access("round.close")
def reschedule(short_name: str, number: int) -> ResponseReturnValue:
    """Move the moment from which votes are refused."""
    form = TimeForm(prefix="end")
    try:
        if not form.validate_on_submit():
            return panel_page(short_name, number, end=form), 422
        with changing() as work:
            actions.reschedule(
                work,
                round_id=_round_id(number),
                closes_at=form.taken(this_contest().zone),
                actor_id=person_id(),
                at=now(),
            )
    except ContestError as error:
        tell(form.day, error)
        return panel_page(short_name, number, end=form), 422
    flash(_("The end of judging is moved."), "good")
    return to_panel(short_name, number)


@pages.post("/contests/<short_name>/desk/jury/<int:number>/close")
@access("round.close")
def close(short_name: str, number: int) -> ResponseReturnValue:
    """Close the round; with marks missing only for a reason."""
    form = CloseForm(prefix="close")
    if not form.validate_on_submit():
        return panel_page(short_name, number, closing=form), 422
    try:
        with changing() as work:
            actions.close(work, round_id=_round_id(number), actor_id=person_id(), at=now(), reason=form.taken())
    except ContestError as error:
        if error.code not in {"judging.gaps", "judging.short"}:
            raise
        tell(form.reason, error)
        return panel_page(short_name, number, closing=form), 422
    return _to_what_follows(short_name, number)


def _to_what_follows(short_name: str, number: int) -> ResponseReturnValue:
    """Send whoever closed a round to what comes next: who goes on, the round where they tied, or the prizes."""
    with reading() as session:
        row = queries.round_numbered(session, this_contest().id, number)
        planned = next(iter(queries.followers(session, row)), None)
        before = queries.round_by_id(session, row.source_id) if row.is_revote and row.source_id else None
    if before is not None:
        flash(_("The vote is closed. Its order counts in round %(number)s.", number=before.number), "good")
        return to_panel(short_name, before.number)
    if planned is not None:
        flash(_("The round is closed. Next, works are chosen for round %(number)s.", number=planned.number), "good")
        if not standing().may_some_day("round.configure"):
            return to_panel(short_name, number)
        return redirect(url_for("judging.next_round", short_name=short_name, number=number), 303)
    flash(_("The round is closed. The result can be worked out now."), "good")
    if standing().may_some_day("score.read_others"):
        return redirect(url_for("awards.results", short_name=short_name), 303)
    return to_panel(short_name, number)


@pages.post("/contests/<short_name>/desk/jury/<int:number>/remind")
@access("mail.send_bulk")
def remind(short_name: str, number: int) -> ResponseReturnValue:
    """Write to everybody who still has works to judge."""
    with changing() as work:
        count = actions.remind(work, services().queue, round_id=_round_id(number), actor_id=person_id(), at=now())
    flash(ngettext("%(num)d reminder is on its way.", "%(num)d reminders are on their way.", count), "good")
    return to_panel(short_name, number)


def _round_id(number: int) -> UUID:
    """Give the id of the round in the address; raises ``Missing("round")``."""
    with reading() as session:
        return queries.round_numbered(session, this_contest().id, number).id


def panel_page(short_name: str, number: int, **tried: Any) -> str:
    """Render a round's page; ``tried`` are forms that could not be taken, by the name the template has for them."""
    contest = this_contest()
    with reading() as session:
        round_ = queries.round_numbered(session, contest.id, number)
        may_count = standing().may("score.read_progress_count") or standing().may("score.read_others")
        covered = queries.coverage(session, contest.id, number) if may_count else []
        seats = jury(session, contest.id)
        is_draft = round_.opened_at is None
        # Only a round that waits to be opened needs to know; both are counts over the whole contest.
        works = _works(session, round_) if is_draft else 0
        unready = blind.unready(session, contest.id, round_.category_id) if is_draft else 0
        read = queries.read_by_jurors(session, contest.id, number)
        unreleased = blind.unreleased_count(session, read) if is_draft else 0
        source = queries.round_by_id(session, round_.source_id) if round_.source_id else None
        missing = [one.progress.remaining for one in covered if one.left_at is None and one.progress.remaining]
        followers = queries.followers(session, round_)
        went_to = queries.went_to(session, followers)
        is_followed = any(
            one.source_id == round_.id and one.opened_at is not None for one in queries.rounds(session, contest.id)
        )
        remarked = queries.flagged(session, round_.id) if standing().may("flag.resolve") else []
        seen = shown(session, round_, [one.entry_id for one in remarked]) if remarked else {}
    for form in tried.values():
        focus_first_wrong(form)
        tell_at_top(form)
    changes_panel = round_.is_running and standing().may("round.assign_juror")
    chosen = _chosen(covered, tried.get("leaving") or tried.get("limiting")) if changes_panel else None
    forms: dict[str, FlaskForm] = {
        "opening": _ending(contest, "open", contest.judging_until),
        "end": _ending(contest, "end", round_.closes_at),
        "closing": CloseForm(prefix="close"),
        "reopening": ReasonForm(prefix="reopen", formdata=None),
        "quorum": QuorumForm(prefix="quorum", formdata=None, data={"quorum": round_.settings.quorum}),
        "lateness": ReasonForm(prefix="late", formdata=None),
        "remarking": RemarkForm(prefix="remark", formdata=None),
    }
    if changes_panel:
        about = {"seat": chosen.seat, "limit": chosen.limit} if chosen else {}
        forms |= {
            "joining": join_form(number, is_empty=True),
            "leaving": leave_form(number, data=about),
            "limiting": LimitForm(prefix="limit", formdata=None, data=about),
            "returning": SeatForm(prefix="return", formdata=None),
        }
    return render_template(
        "judging/panel.html",
        contest=contest,
        short_name=short_name,
        round=round_,
        seated=_seated(seats, covered),
        voters=len({seat.person_id for seat in seats if seat.votes}),
        works=works,
        source=source,
        tied_in=source if round_.is_revote else None,
        next_planned=None if went_to else next(iter(followers), None),
        went_to=went_to,
        is_followed=is_followed,
        unready=unready,
        unreleased=unreleased,
        reads_texts=read.titles or read.captions,
        missing=sum(missing),
        late=len(missing),
        remarked=[(one, seen[one.entry_id]) for one in remarked],
        remark_words={kind: translate(words, language()) for kind, words in REMARKS.items()},
        changes_panel=changes_panel,
        chosen=chosen,
        is_taking_votes=round_.is_open(now()),
        bare=FlaskForm(),
        **forms | tried,
    )


def join_form(number: int, *, is_empty: bool = False) -> JoinForm:
    """Give the form by which somebody joins a round, with those who could."""
    form = JoinForm(prefix="join", **{"formdata": None} if is_empty else {})
    form.juror.choices = _candidates(number)
    return form


def leave_form(number: int, *, data: dict[str, Any] | None = None) -> LeaveForm:
    """Give the form by which a juror leaves a round, with those who could take her place; empty where ``data`` is."""
    form = LeaveForm(prefix="leave", **{} if data is None else {"formdata": None, "data": data})
    form.instead.choices = [SelectChoice("", _("nobody: the others share her works")), *_candidates(number)]
    return form


def _candidates(number: int) -> list[SelectChoice]:
    """List those who vote in the contest and have no part in the round now."""
    contest_id = this_contest().id
    with reading() as session:
        taken = {one.juror_id for one in queries.coverage(session, contest_id, number)}
        free = {seat.person_id: seat for seat in jury(session, contest_id) if seat.votes}
    return [
        SelectChoice(str(person_id), said(_name(seat))) for person_id, seat in free.items() if person_id not in taken
    ]


def _chosen(covered: list[Coverage], tried: SeatForm | None) -> Coverage | None:
    """Give the juror whose part is to be changed: by the form that failed, else by the address."""
    seat = request.args.get("seat", 0, int) if tried is None else tried.taken_seat()
    return next((one for one in covered if one.seat == seat and one.left_at is None), None)


def _seated(seats: list[JurorFacts], covered: list[Coverage]) -> list[Seated]:
    """Give the people at the table, each with her part in the round."""
    by_juror = {one.juror_id: one for one in covered}
    return [
        Seated(name=_name(seat), title=seat.title, kind=str(seat.kind), part=by_juror.get(seat.person_id))
        for seat in seats
    ]


def _name(seat: JurorFacts) -> Bilingual:
    return seat.name or Bilingual(zh=seat.email, en=seat.email)


def _works(session: Session, round_: RoundFacts) -> int:
    """Count the works that a draft would open with."""
    if round_.source_id is None:
        return blind.admitted(session, round_.contest_id, round_.category_id)
    return queries.set_sizes(session, round_.contest_id).get(round_.id, 0)


def _ending(contest: ContestFacts, prefix: str, at: datetime | None) -> TimeForm:
    """Give a form that proposes a moment, unless it has passed."""
    if at is None or at <= now():
        return TimeForm(prefix=prefix)
    day, clock = day_and_clock(at, zone=contest.zone, is_end=True)
    return TimeForm(prefix=prefix, data={"day": day, "clock": clock})


def to_panel(short_name: str, number: int) -> ResponseReturnValue:
    """Lead back to a round's page."""
    return redirect(url_for("judging.panel", short_name=short_name, number=number), 303)
