"""The first start of an empty instance."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from contest.accounts import actions, passwords, queries, rules
from contest.accounts.forms import SetUpForm
from contest.accounts.web.asking import pages
from contest.accounts.web.sign_in import begin
from contest.accounts.web.this_machine import is_this_machine
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell
from contest.web.language import language
from contest.web.services import changing, now, reading


@pages.post("/set-up")
@access("site.set_up")
def offer_set_up() -> ResponseReturnValue:
    """Make a set-up link and follow it, for somebody at this very machine."""
    if not is_this_machine():
        raise Missing("page")
    with changing() as work:
        token = actions.offer_set_up(work, at=now())
    return redirect(url_for("accounts.set_up", token=token), 303)


@pages.route("/set-up/<token>", methods=["GET", "POST"])
@access("site.set_up")
def set_up(token: str) -> ResponseReturnValue:
    """Create the administrator and sign her in."""
    with reading() as session:
        if queries.has_administrator(session):
            raise Conflict("set_up.done")
        queries.set_up_link(session, token, now())
    form = SetUpForm()
    if not form.validate_on_submit():
        return _show(form), 422 if form.is_submitted() else 200
    typed = form.taken()
    try:
        email = rules.address(typed.email)
    except Invalid as wrong:
        tell(form.email, wrong)
        return _show(form), status_of(wrong)
    weakness = rules.password_fault(typed.password, email=email)
    if weakness is not None:
        tell(form.password, weakness)
        return _show(form), status_of(weakness)
    secret = passwords.hash_password(typed.password)
    with changing() as work:
        person_id = actions.set_up(
            work,
            token=token,
            email=email,
            name=rules.name_of(typed.name),
            password_hash=secret,
            language=language(),
            at=now(),
        )
    return begin(person_id, how="set_up", next_path=url_for("calls.front"))


def _show(form: SetUpForm) -> str:
    focus_first_wrong(form)
    return render_template("accounts/set_up.html", form=form, password_min=rules.PASSWORD_CHARACTERS[0])
