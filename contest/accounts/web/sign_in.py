"""Signing in and out."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user

from contest.accounts import actions, passwords, queries, rules
from contest.accounts.forms import CodeForm, PressForm, SignInForm
from contest.accounts.web.asking import SignedIn, pages
from contest.accounts.web.this_machine import is_this_machine
from contest.kernel.errors import ContestError, Invalid, Refused
from contest.kernel.ids import new_token
from contest.web.access import access, own_path
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell
from contest.web.language import COOKIE
from contest.web.services import changing, now, person_id, reading, services, standing

NONCE: Final = "asked"  # in the session cookie: ties a link to the browser that asked for it
EMAIL: Final = "email"  # shown on the page that waits for the code
LANGUAGE_KEPT: Final = timedelta(days=365)


@pages.route("/sign-in", methods=["GET", "POST"])
@access("site.sign_in")
def sign_in() -> ResponseReturnValue:
    """Ask for an address; send a link, or take the password."""
    next_path = own_path(request.values.get("next"))
    if standing().person is not None:
        return redirect(next_path, 303)
    form = SignInForm()
    if not form.is_submitted():
        return _ask(form, next_path=next_path)
    if not form.validate():
        return _ask(form, next_path=next_path), 422
    typed = form.taken()
    try:
        email = rules.address(typed.email)
        if typed.password:
            return _with_password(email, typed.password, next_path=next_path)
        return _with_link(email, next_path=next_path)
    except ContestError as refused:
        tell(form.email if refused.code == "email.unusable" else form.password, refused)
        return _ask(form, next_path=next_path), status_of(refused)


@pages.route("/sign-in/code", methods=["GET", "POST"])
@access("site.sign_in")
def code() -> ResponseReturnValue:
    """Say that a letter is on its way, and take the code from it."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _wait_for_letter(form), 422 if form.is_submitted() else 200
    with changing() as work:
        opened = actions.open_code(work, browser_nonce=session.get(NONCE, ""), code=form.taken(), at=now())
    if opened is None:
        tell(form.code, Invalid("code.wrong"))
        return _wait_for_letter(form), 422
    return begin(opened.person_id, how="code", next_path=opened.next_path)


@pages.route("/sign-in/<token>", methods=["GET", "POST"])
@access("site.sign_in")
def link(token: str) -> ResponseReturnValue:
    """Show a button for the link, and use the link up when it is pressed: mail scanners only look."""
    nonce = session.get(NONCE, "")
    with reading() as found:
        asked = queries.sign_in_link(found, token, now())
    is_here = bool(nonce) and asked.browser_hash == queries.hashed(nonce)
    form = PressForm() if is_here else CodeForm()
    if form.validate_on_submit():
        typed = form.taken() if isinstance(form, CodeForm) else ""
        with changing() as work:
            opened = actions.open_link(work, token=token, browser_nonce=nonce, code=typed, at=now())
        if opened is not None:
            return begin(opened.person_id, how="link", next_path=opened.next_path)
        if isinstance(form, CodeForm):
            tell(form.code, Invalid("code.wrong"))
    focus_first_wrong(form)
    page = render_template("accounts/link.html", form=form, email=asked.email, is_here=is_here)
    return page, 422 if form.is_submitted() else 200


@pages.post("/sign-out")
@access("site.sign_out")
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in, in the database and in the browser."""
    with changing() as work:
        actions.end(work, token=current_user.token, person_id=person_id(), at=now())
    session.clear()
    flash(_("You are signed out."), "good")
    return redirect(url_for("calls.front"), 303)


@pages.get("/language/<code>")
@access("site.read")
def choose_language(code: str) -> ResponseReturnValue:
    """Remember the language that the reader chose, in this browser."""
    response = current_app.make_response(redirect(own_path(request.args.get("next")), 303))
    if code in services().settings.languages:
        response.set_cookie(
            COOKIE,
            code,
            max_age=LANGUAGE_KEPT,
            secure=services().settings.is_https,
            httponly=True,
            samesite="Lax",
        )
    return response


def begin(person_id: UUID, *, how: str, next_path: str, attempt_ids: tuple[UUID, ...] = ()) -> ResponseReturnValue:
    """Sign a person in with a session of its own, and go where she was going."""
    browser = rules.browser_name(request.user_agent.string)
    with changing() as work:
        token = actions.start(work, person_id=person_id, how=how, browser=browser, at=now(), attempt_ids=attempt_ids)
    with reading() as asked:
        found = queries.signed_in(asked, token, now())
    if found is None:
        raise LookupError("a sign-in that was just started is not there")
    person, roles = found
    session.clear()  # whatever an earlier reader of this browser left behind, her CSRF token too
    session.permanent = True
    login_user(SignedIn(token, person, roles))
    session.pop("_id", None)  # Flask-Login's digest of network and browser; nobody reads it
    if not person.name and next_path == "/":
        flash(_("You are signed in. Please tell us your name."), "good")
        return redirect(url_for("accounts.own_account"), 303)
    return redirect(next_path, 303)


def _with_link(email: str, *, next_path: str) -> ResponseReturnValue:
    nonce = session.get(NONCE) or new_token()
    with changing() as work:
        asked = actions.ask_link(
            work,
            email=email,
            browser_nonce=nonce,
            network=request.remote_addr or "",
            next_path=next_path,
            at=now(),
        )
        facts = {
            "address": services().settings.address + url_for("accounts.link", token=asked.token),
            "code": f"{asked.code[:4]}-{asked.code[4:]}",
            "minutes": rules.LINK_LIFE // timedelta(minutes=1),
        }
        actions.letter(
            work,
            services().queue,
            to=email,
            subject=_("Your link to sign in"),
            text=render_template("mail/sign_in.txt", **facts),
            at=now(),
        )
    session[NONCE] = nonce
    session[EMAIL] = email
    return redirect(url_for("accounts.code"), 303)


def _with_password(email: str, password: str, *, next_path: str) -> ResponseReturnValue:
    with changing() as work:
        tried = actions.try_password(work, email=email, network=request.remote_addr or "", at=now())
    if not passwords.matches(tried.password_hash, password) or tried.person_id is None:
        raise Refused("password.wrong")
    return begin(tried.person_id, how="password", next_path=next_path, attempt_ids=tried.attempt_ids)


def _ask(form: SignInForm, *, next_path: str) -> str:
    focus_first_wrong(form)
    return render_template("accounts/sign_in.html", form=form, next_path=next_path, letters_folder=_letters_folder())


def _wait_for_letter(form: CodeForm) -> str:
    focus_first_wrong(form)
    return render_template(
        "accounts/code.html",
        form=form,
        email=session.get(EMAIL, ""),
        letters_folder=_letters_folder(),
        minutes=rules.LINK_LIFE // timedelta(minutes=1),
    )


def _letters_folder() -> str:
    """Say where letters land on a trial, to somebody at this very machine; empty otherwise."""
    settings = services().settings
    if settings.mail != "folder" or not is_this_machine():
        return ""
    return str(settings.instance / "mail")
