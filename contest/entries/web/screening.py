"""The organizer's table of all works, its export, and screening one work after another."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from contest.accounts.queries import units
from contest.calls.queries import categories
from contest.entries import actions, queries
from contest.entries.forms import PressForm, ReasonForm, filters_from
from contest.entries.models import EntryState
from contest.entries.web import intake
from contest.entries.web.blueprint import pages
from contest.entries.web.exif import exif_rows
from contest.entries.web.standing import contest_facts, tie
from contest.entries.web.words import SEVERITIES, STATES
from contest.kernel.errors import ContestError, Invalid
from contest.kernel.permissions import State
from contest.web.access import access
from contest.web.forms import focus_first_wrong, tell
from contest.web.services import changing, now, person_id, reading, services, standing

_HANDED_IN: Final = frozenset({EntryState.SUBMITTED, EntryState.ELIGIBLE, EntryState.INELIGIBLE})
_WITH_REASON: Final = {
    "refuse": actions.refuse,
    "disqualify": actions.disqualify,
    "requalify": actions.requalify,
}
ONE = "/contests/<short_name>/desk/works/<uuid:entry_id>"


@pages.get("/contests/<short_name>/desk/works")
@access("entry.list_others")
def screening(short_name: str) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Show the table of all works, as far as the address filters it."""
    contest = contest_facts()
    asked = filters_from(request.args.to_dict())
    with reading() as session:
        page = queries.table(session, contest.id, asked.filters, page=asked.page)
        numbers = queries.numbers_by_state(session, contest.id)
        clean = len(queries.clean_entries(session, contest.id))
        offered = categories(session, contest.id)
        known_units = units(session, contest.id)
    return render_template(
        "entries/screening.html",
        contest=contest,
        page=page,
        filters=asked.filters,
        numbers=numbers,
        states=[state for state in STATES if numbers.get(state)],
        severities=list(SEVERITIES),
        categories=offered,
        units=known_units,
        clean=clean if may_screen() else 0,
        press=PressForm(formdata=None),
        query={name: value for name, value in request.args.items() if name != "page" and value},
    )


@pages.post("/contests/<short_name>/desk/works/accept-clean")
@access("entry.disqualify")
def accept_clean(short_name: str) -> ResponseReturnValue:
    """Accept everything that has nothing open."""
    number = 0
    while True:
        with changing() as work:
            accepted = actions.accept_clean(work, contest_id=contest_facts().id, actor_id=person_id(), at=now())
        if accepted == 0:
            break
        number += accepted
    flash(ngettext("%(num)s work accepted.", "%(num)s works accepted.", number), "good")
    if not standing().may("entry.list_others"):
        return redirect(url_for("calls.desk", short_name=short_name), HTTPStatus.SEE_OTHER)
    return redirect(url_for(".screening", short_name=short_name), HTTPStatus.SEE_OTHER)


@pages.get(ONE)
@access("entry.list_others")
def screen(short_name: str, entry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Show one work with all that was found about it."""
    return _page(entry_id, ReasonForm(formdata=None))


@pages.post(f"{ONE}/decision")
@access("entry.disqualify")
def decide(short_name: str, entry_id: UUID) -> ResponseReturnValue:
    """Accept, send back, disqualify or requalify a work, then go on to the next."""
    form = ReasonForm()
    parts = services()
    given = request.form.get("decision", "")
    try:
        with changing() as work:
            if given == "accept":
                entry = actions.accept(work, entry_id=entry_id, actor_id=person_id(), at=now())
            elif given in _WITH_REASON:
                entry = _WITH_REASON[given](
                    work,
                    parts.queue,
                    entry_id=entry_id,
                    reason=form.taken(),
                    actor_id=person_id(),
                    at=now(),
                    address=parts.settings.address,
                )
            else:
                raise Invalid("request.malformed")
            following = queries.next_to_screen(work.session, entry.contest_id, after=entry.number)
            number = entry.number
    except ContestError as error:
        return _page(entry_id, form, error, decision=given)
    if not standing().may("entry.list_others"):
        # A chair who disqualifies: neither the number nor the next work is for her.
        return redirect(url_for("judging.desk", short_name=short_name), HTTPStatus.SEE_OTHER)
    said = {
        "accept": _("%(number)s takes part."),
        "refuse": _("%(number)s is not eligible; the entrant is told by mail."),
        "disqualify": _("%(number)s is disqualified; the entrant is told by mail."),
        "requalify": _("%(number)s is no longer disqualified; the entrant is told by mail."),
    }
    flash(said[given] % {"number": number}, "good")
    if following is None:
        return redirect(url_for(".screening", short_name=short_name), HTTPStatus.SEE_OTHER)
    return redirect(url_for(".screen", short_name=short_name, entry_id=following), HTTPStatus.SEE_OTHER)


@pages.post(f"{ONE}/findings/<uuid:finding_id>/waiver")
@access("entry.disqualify")
def waive(short_name: str, entry_id: UUID, finding_id: UUID) -> ResponseReturnValue:
    """Decide that a finding does not stand in the way."""
    form = ReasonForm()
    try:
        with changing() as work:
            actions.waive(
                work,
                entry_id=entry_id,
                finding_id=finding_id,
                reason=form.taken(),
                actor_id=person_id(),
                at=now(),
            )
    except ContestError as error:
        return _page(entry_id, ReasonForm(formdata=None), error, waiving=(finding_id, form))
    flash(_("The finding has been waived."), "good")
    if not standing().may("entry.list_others"):
        return redirect(url_for("judging.desk", short_name=short_name), HTTPStatus.SEE_OTHER)
    return redirect(url_for(".screen", short_name=short_name, entry_id=entry_id), HTTPStatus.SEE_OTHER)


def may_screen() -> bool:
    """Tell whether works can be accepted and sent back at this moment; in a round only those that come late."""
    states = {State.OPEN, State.GRACE, State.PRESCREEN, State.ROUND}
    return standing().may("entry.disqualify") and standing().state in states


def _screened(state: State) -> frozenset[EntryState]:
    """Give the states of works that can be accepted and sent back; what is on ballots cannot."""
    return _HANDED_IN - {EntryState.ELIGIBLE} if state is State.ROUND else _HANDED_IN


def _page(
    entry_id: UUID,
    form: ReasonForm,
    error: ContestError | None = None,
    *,
    decision: str = "",
    waiving: tuple[UUID, ReasonForm] | None = None,
) -> ResponseReturnValue:
    if error is not None and not standing().may("entry.list_others"):
        raise error  # a chair may disqualify; the page shows whose the work is
    contest = contest_facts()
    concerned = waiving[1] if waiving else form
    if error is not None and error.code in {"entry.reason_missing", "text.too_long"}:
        tell(concerned.reason, error)
        focus_first_wrong(concerned)
        error_above = None
    else:
        error_above = intake.said(error) if error else None
    with reading() as session:
        entry = queries.entry_facts(session, entry_id)
        following = queries.next_to_screen(session, contest.id, after=tie().number)
    page = render_template(
        "entries/screen.html",
        contest=contest,
        entry=entry,
        form=form,
        waiving=dict([waiving]) if waiving else {},
        new_reason=lambda: ReasonForm(formdata=None),
        decision=decision,
        error=error_above,
        exif_rows=exif_rows,
        places={picture.id: place for place, picture in enumerate(entry.pictures, start=1)},
        following=following,
        may_screen=may_screen() and entry.state in _screened(contest.state),
        may_disqualify=standing().may("entry.disqualify") and entry.state in _HANDED_IN,
        may_requalify=standing().may("entry.disqualify") and entry.state is EntryState.DISQUALIFIED,
    )
    return page, HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY
