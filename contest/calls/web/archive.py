"""Into the archive and out of it."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.calls import actions
from contest.calls.forms import ReasonForm
from contest.calls.web.relating import pages, this_contest
from contest.kernel.errors import ContestError
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell
from contest.web.services import changing, now, person_id


@pages.get("/contests/<short_name>/desk/archive")
@access("contest.archive")
def archive(short_name: str) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Say what the archive is, and take the contest in or out."""
    return _show(ReasonForm(formdata=None))


@pages.post("/contests/<short_name>/desk/archive")
@access("contest.archive")
def put_into_archive(short_name: str) -> ResponseReturnValue:
    """Put the contest into the archive."""
    return _moved(short_name, actions.archive, _("The contest is in the archive."))


@pages.post("/contests/<short_name>/desk/archive/restore")
@access("contest.archive")
def restore(short_name: str) -> ResponseReturnValue:
    """Take the contest out of the archive."""
    return _moved(short_name, actions.restore, _("The contest is back on the lists, as it was."))


def _moved(short_name: str, act: Callable[..., None], told: str) -> ResponseReturnValue:
    form = ReasonForm()
    try:
        with changing() as work:
            act(work, contest_id=this_contest().id, reason=form.reason.data or "", actor_id=person_id(), at=now())
    except ContestError as refused:
        tell(form.reason, refused)
        return _show(form), status_of(refused)
    flash(told, "good")
    return redirect(url_for(".archive", short_name=short_name), 303)


def _show(form: ReasonForm) -> str:
    focus_first_wrong(form)
    return render_template("calls/archive.html", contest=this_contest(), form=form)
