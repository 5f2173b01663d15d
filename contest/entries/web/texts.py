"""The organizer's page of the texts that a round's jurors would read: each is released, changed or left away."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from contest.entries import actions, blind, queries
from contest.entries.forms import PressForm, TextForm
from contest.entries.identity import Tell
from contest.entries.queries import TextFacts
from contest.entries.web.blueprint import pages
from contest.entries.web.standing import contest_facts
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import ContestError, Invalid
from contest.web.access import access
from contest.web.forms import tell
from contest.web.language import language
from contest.web.sentences import N_, translate
from contest.web.services import changing, now, person_id, reading

TEXTS: Final = "/contests/<short_name>/desk/jury/<int:number>/texts"
PAGE: Final = 30
TELLS: Final = {
    Tell.NAME: N_("a name"),
    Tell.EMAIL: N_("an e-mail address"),
    Tell.WEB: N_("a web address"),
    Tell.ACCOUNT: N_("an account"),
    Tell.PHONE: N_("a telephone number"),
    Tell.CREDIT: N_("a credit"),
}
HELD, CLEAN, RELEASED = "held", "clean", "released"


@pages.get(TEXTS)
@access("text.release")
def texts(short_name: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Show the texts: those that could tell who made a work, those in which nothing was found, those released."""
    return _page(number)


@pages.post(f"{TEXTS}/clean")
@access("text.release")
def release_clean(short_name: str, number: int) -> ResponseReturnValue:
    """Release all in which nothing was found."""
    contest = contest_facts()
    with changing() as work:
        read = _read(number)
        count = actions.release_clean(work, contest_id=contest.id, read=read, actor_id=person_id(), at=now())
    flash(
        ngettext(
            "The jury may read the text of %(num)d work.", "The jury may read the texts of %(num)d works.", count
        ),
        "good",
    )
    return redirect(url_for(".texts", short_name=short_name, number=number), HTTPStatus.SEE_OTHER)


@pages.post(f"{TEXTS}/unread")
@access("text.release_unread")
def release_unread(short_name: str, number: int) -> ResponseReturnValue:
    """Release what waits without showing it: for who organizes and judges."""
    with changing() as work:
        released, left_away = actions.release_unread(
            work, contest_id=contest_facts().id, read=_read(number), actor_id=person_id(), at=now()
        )
    flash(
        _("Texts released: %(released)s; left away: %(left_away)s.", released=released, left_away=left_away), "good"
    )
    return redirect(url_for("judging.panel", short_name=short_name, number=number), HTTPStatus.SEE_OTHER)


@pages.post(f"{TEXTS}/<uuid:entry_id>")
@access("text.release")
def release_text(short_name: str, number: int, entry_id: UUID) -> ResponseReturnValue:
    """Release the texts of one work as they stand in the form."""
    form = TextForm()
    if not form.validate_on_submit():
        return _page(number, tried={entry_id: form}), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with changing() as work:
            actions.release_text(
                work,
                contest_id=contest_facts().id,
                entry_id=entry_id,
                title=Bilingual(form.title_zh.data or "", form.title_en.data or ""),
                caption=form.caption.data or "",
                is_approved="approve" in request.form,
                round_number=number,
                actor_id=person_id(),
                at=now(),
            )
    except Invalid as error:
        return _page(number, tried={entry_id: form}, error=error), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The jury may read this text as you left it."), "good")
    show = request.args.get("show", "")
    return redirect(url_for(".texts", short_name=short_name, number=number, show=show or None), HTTPStatus.SEE_OTHER)


def _read(number: int) -> blind.Read:
    (read,) = blind.READ
    with reading() as session:
        return read(session, contest_facts().id, number)


def _page(number: int, *, tried: dict[UUID, TextForm] | None = None, error: ContestError | None = None) -> str:
    contest = contest_facts()
    read = _read(number)
    with reading() as session:
        found = queries.texts(session, contest.id, read.entries)
        waiting = blind.unreleased_count(session, read)
    sorted_: dict[str, list[TextFacts]] = {HELD: [], CLEAN: [], RELEASED: []}
    for one in found:
        sorted_[RELEASED if one.is_released else HELD if one.told else CLEAN].append(one)
    usual = next((name for name, kept in sorted_.items() if kept), HELD)
    show = request.args.get("show", "") if request.args.get("show", "") in sorted_ else usual
    page = max(request.args.get("page", 1, int), 1)
    listed = sorted_[show][(page - 1) * PAGE : page * PAGE]
    listed = [one for one in found if one.entry_id in (tried or {})] or listed
    forms = {one.entry_id: TextForm.of(one) for one in listed} | (tried or {})
    for form in (tried or {}).values():
        if error is not None:
            tell(form.caption, error)
    return render_template(
        "entries/texts.html",
        contest=contest,
        number=number,
        read=read,
        counts={name: len(kept) for name, kept in sorted_.items()},
        waiting=waiting,
        show=show,
        page=page,
        pages=max(1, -(-len(sorted_[show]) // PAGE)),
        listed=[(one, forms[one.entry_id]) for one in listed],
        tells={kind: translate(words, language()) for kind, words in TELLS.items()},
        press=PressForm(formdata=None),
    )
