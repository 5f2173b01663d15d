"""Who organizes, judges and recommends."""

from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from contest.accounts.actions import letter
from contest.accounts.models import RoleKind
from contest.accounts.queries import units
from contest.accounts.rules import address
from contest.calls import actions, queries
from contest.calls.forms import RoleForm, RoleTyped, UnitForm
from contest.calls.web.relating import pages, this_contest
from contest.kernel.errors import ContestError
from contest.kernel.permissions import State
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell
from contest.web.language import said
from contest.web.services import changing, now, person, person_id, reading, services, standing

_FIELD_OF: Final = {"role.needs_unit": "unit_id", "unit": "unit_id"}


@pages.route("/contests/<short_name>/desk/people", methods=["GET", "POST"])
@access("user.manage_roles")
def jury(short_name: str) -> ResponseReturnValue:
    """List people and units; give somebody a task and write to them."""
    form = _role_form()
    if not form.validate_on_submit():
        return _show(form, UnitForm(formdata=None)), 422 if form.is_submitted() else 200
    try:
        _invite(form.taken())
    except ContestError as refused:
        field = "email" if refused.code == "email.unusable" else _FIELD_OF.get(refused.code, "kind")
        tell(form[field], refused)
        return _show(form, UnitForm(formdata=None)), status_of(refused)
    flash(_("Added. A letter with the invitation is on its way."), "good")
    return redirect(url_for("calls.jury", short_name=short_name), 303)


@pages.post("/contests/<short_name>/desk/people/<uuid:role_id>/end")
@access("user.manage_roles")
def end_role(short_name: str, role_id: UUID) -> ResponseReturnValue:
    """Take a task away from somebody."""
    with changing() as work:
        actions.end_role(work, contest_id=this_contest().id, role_id=role_id, actor_id=person_id(), at=now())
    flash(_("The task is ended; the account stays."), "good")
    return redirect(url_for("calls.jury", short_name=short_name), 303)


@pages.post("/contests/<short_name>/desk/units")
@access("user.manage_roles")
def add_unit(short_name: str) -> ResponseReturnValue:
    """Add a unit."""
    form = UnitForm()
    try:
        if not form.validate():
            return _show(_role_form(empty=True), form), 422
        with changing() as work:
            actions.add_unit(work, contest_id=this_contest().id, name=form.taken(), actor_id=person_id(), at=now())
    except ContestError as refused:
        tell(form.unit_zh, refused)
        return _show(_role_form(empty=True), form), status_of(refused)
    flash(_("The unit is on the list."), "good")
    return redirect(url_for("calls.jury", short_name=short_name), 303)


@pages.post("/contests/<short_name>/desk/units/<uuid:unit_id>/remove")
@access("user.manage_roles")
def remove_unit(short_name: str, unit_id: UUID) -> ResponseReturnValue:
    """Take a unit off the list."""
    with changing() as work:
        actions.remove_unit(work, contest_id=this_contest().id, unit_id=unit_id, actor_id=person_id(), at=now())
    flash(_("The unit is off the list."), "good")
    return redirect(url_for("calls.jury", short_name=short_name), 303)


def _invite(typed: RoleTyped) -> None:
    """Give the task and write the invitation, in the contest's language: the person may never have been here."""
    contest = this_contest()
    email = address(typed.email)
    with changing() as work:
        actions.add_role(
            work,
            contest_id=contest.id,
            kind=typed.kind,
            email=email,
            name=typed.name,
            title=typed.title,
            unit_id=UUID(typed.unit_id) if typed.unit_id else None,
            actor_id=person_id(),
            at=now(),
        )
        endpoint = _FIRST_PAGE.get(typed.kind, "calls.home")
        with force_locale(contest.language):
            letter(
                work,
                services().queue,
                to=email,
                subject=_("Invitation: %(contest)s", contest=contest.name.in_(contest.language)),
                text=render_template(
                    "mail/invitation.txt",
                    contest=contest,
                    kind=typed.kind.value,
                    host=person().name.in_(contest.language) or person().email,
                    page=services().settings.address + url_for(endpoint, short_name=contest.short_name),
                ),
                at=now(),
                contest_id=contest.id,
            )


_FIRST_PAGE: Final = {
    RoleKind.ORGANIZER: "calls.desk",
    RoleKind.JUROR: "judging.rounds",
    RoleKind.CHAIR: "judging.desk",
    RoleKind.SECRETARY: "judging.desk",
    RoleKind.DELEGATE: "entries.mine",
}


def _role_form(*, empty: bool = False) -> RoleForm:
    form = RoleForm(formdata=None) if empty else RoleForm()
    with reading() as session:
        found = units(session, this_contest().id)
    form.unit_id.choices = [
        SelectChoice("", "—"),
        *(SelectChoice(str(unit.id), said(unit.name)) for unit in found),
    ]
    return form


def _show(form: RoleForm, unit_form: UnitForm) -> str:
    focus_first_wrong(form)
    focus_first_wrong(unit_form)
    contest = this_contest()
    with reading() as session:
        seats = queries.seats(session, contest.id)
        found = units(session, contest.id)
    is_judged = standing().state not in {State.DRAFT, State.OPEN, State.GRACE, State.PRESCREEN}
    return render_template(
        "calls/people.html",
        contest=contest,
        form=form,
        unit_form=unit_form,
        seats=seats,
        units=found,
        panel_is_fixed=is_judged,
    )
