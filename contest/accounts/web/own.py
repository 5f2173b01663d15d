"""A person's own account."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from contest.accounts import actions, passwords, queries, rules
from contest.accounts.forms import AccountForm, PasswordForm
from contest.accounts.web.asking import pages
from contest.kernel.errors import Refused
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell
from contest.web.language import COOKIE, language
from contest.web.services import changing, now, person, person_id, reading


@pages.route("/account", methods=["GET", "POST"])
@access("site.own_account")
def own_account() -> ResponseReturnValue:
    """Show the account; take a new name and language."""
    form = AccountForm(data=_as_kept())
    if not form.validate_on_submit():
        return _show(form, PasswordForm(formdata=None)), 422 if form.is_submitted() else 200
    typed = form.taken()
    with changing() as work:
        actions.describe(work, person_id=person_id(), name=typed.name, language=typed.language, at=now())
    flash(_("Saved."), "good")
    response = redirect(url_for("accounts.own_account"), 303)
    response.delete_cookie(COOKIE)  # the account's choice is the newer one
    return response


@pages.post("/account/password")
@access("site.own_account")
def own_password() -> ResponseReturnValue:
    """Set or change the password."""
    form = PasswordForm()
    account = AccountForm(formdata=None, data=_as_kept())
    if not form.validate():
        return _show(account, form), 422
    typed = form.taken()
    weakness = rules.password_fault(typed.new, email=person().email)
    if weakness is not None:
        tell(form.new, weakness)
        return _show(account, form), status_of(weakness)
    if _must_show_present() and not _is_present(typed.present):
        wrong = Refused("password.present_wrong")
        tell(form.present, wrong)
        return _show(account, form), status_of(wrong)
    secret = passwords.hash_password(typed.new)
    with changing() as work:
        actions.set_password(work, person_id=person_id(), password_hash=secret, token=current_user.token, at=now())
    flash(_("The password is set. Every other browser was signed out."), "good")
    return redirect(url_for("accounts.own_account"), 303)


@pages.post("/account/sign-ins")
@access("site.own_account")
def end_others() -> ResponseReturnValue:
    """Sign out of every other browser."""
    with changing() as work:
        actions.end_others(work, token=current_user.token, person_id=person_id(), at=now())
    flash(_("Every other browser was signed out."), "good")
    return redirect(url_for("accounts.own_account"), 303)


def _as_kept() -> dict[str, str]:
    seen = person()
    return {"name_zh": seen.name.zh, "name_en": seen.name.en, "language": seen.language or language()}


def _must_show_present() -> bool:
    """Tell whether the old password is asked for: not right after signing in, when it may be what was forgotten."""
    with reading() as session:
        if queries.password_hash_of(session, person_id()) is None:
            return False
        this = [
            found
            for found in queries.sign_ins(session, person_id=person_id(), token=current_user.token, at=now())
            if found.is_this
        ]
    return all(found.created_at + rules.FRESH <= now() for found in this)


def _is_present(given: str) -> bool:
    """Compare with the password in use; counts like a sign-in, so that nobody can try at leisure."""
    with changing() as work:
        tried = actions.try_password(work, email=person().email, network=request.remote_addr or "", at=now())
    return passwords.matches(tried.password_hash, given)


def _show(form: AccountForm, password_form: PasswordForm) -> str:
    focus_first_wrong(form)
    focus_first_wrong(password_form)
    with reading() as session:
        found = queries.sign_ins(session, person_id=person_id(), token=current_user.token, at=now())
        has_password = queries.password_hash_of(session, person_id()) is not None
    return render_template(
        "accounts/own_account.html",
        form=form,
        password_form=password_form,
        sign_ins=found,
        has_password=has_password,
        asks_present=_must_show_present(),
        password_min=rules.PASSWORD_CHARACTERS[0],
    )
