"""One entry of one's own: texts, pictures, submission, receipt.

Everything on the page is one form: whichever button is pressed, what was typed is kept.
"""

from http import HTTPStatus
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.calls.presets import preset
from contest.calls.queries import categories
from contest.entries import actions, queries
from contest.entries.confirmation import Confirmation, sign
from contest.entries.forms import EntryForm, PressForm
from contest.entries.models import Author, EntryState
from contest.entries.web import intake, prefill, scripts
from contest.entries.web.blueprint import pages
from contest.entries.web.standing import contest_facts, own_unit, takes_entries, tie
from contest.kernel.db import Work
from contest.kernel.errors import ContestError, Invalid, Missing
from contest.web.access import access
from contest.web.errors import wants_page
from contest.web.forms import focus_first_wrong, tell
from contest.web.language import language
from contest.web.services import changing, now, person_id, reading, services, standing
from contest.web.times import moment

ADDRESS = "/contests/<short_name>/works/<uuid:entry_id>"
# Which field an error belongs to; all others are told above the form.
_FIELDS = {
    "entry.no_title": "title_zh",
    "entry.no_author": "author_zh",
    "country.unknown": "author_country",
    "entry.no_declaration": "declared",
}


@pages.get(ADDRESS)
@access("entry.read_own_view")
def edit(short_name: str, entry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Show an entry with everything that can still be changed."""
    return _page(entry_id)


@pages.post(ADDRESS)
@access("entry.edit_meta")
def save(short_name: str, entry_id: UUID) -> ResponseReturnValue:
    """Keep what was typed, then do what else the pressed button says."""
    form = EntryForm()
    try:
        _save(entry_id, form)
        _take_files(entry_id)
        _arrange(entry_id, request.form.get("do", ""))
    except ContestError as error:
        if not wants_page():
            return jsonify(code=error.code, sentence=intake.said(error)), HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(entry_id, form, error)
    if not wants_page():
        return jsonify(saved=moment(now(), contest_facts().zone))
    flash(_("Saved."), "good")
    return redirect(url_for(".edit", short_name=short_name, entry_id=entry_id), HTTPStatus.SEE_OTHER)


@pages.post(f"{ADDRESS}/submission")
@access("entry.finish_upload")
def submit(short_name: str, entry_id: UUID) -> ResponseReturnValue:
    """Hand the entry in; what was typed is kept even where it cannot be handed in yet."""
    form = EntryForm()
    parts = services()
    try:
        if standing().may("entry.edit_meta") and tie().state is EntryState.DRAFT:
            _save(entry_id, form)
        _take_files(entry_id)
        with changing() as work:
            done = actions.submit(
                work,
                parts.queue,
                entry_id=entry_id,
                actor_id=person_id(),
                declared=bool(form.declared.data),
                at=now(),
                secret=parts.settings.secret,
                address=parts.settings.address,
                text=form.text(),
                author=_author(work, entry_id, form),
            )
    except ContestError as error:
        return _page(entry_id, form, error)
    if not done.is_new:
        flash(_("The changes to %(number)s have been saved.", number=done.number), "good")
    return redirect(url_for(".receipt", short_name=short_name, entry_id=entry_id), HTTPStatus.SEE_OTHER)


@pages.get(f"{ADDRESS}/receipt")
@access("entry.read_own_view")
def receipt(short_name: str, entry_id: UUID) -> ResponseReturnValue:
    """Show the receipt of an entry that was handed in."""
    with reading() as session:
        entry = queries.entry_facts(session, entry_id)
    if entry.number is None or entry.submitted_at is None:
        raise Missing("page")
    confirmation = Confirmation(
        contest=short_name,
        number=entry.number,
        submitted_at=entry.submitted_at,
        digests=tuple(picture.sha256 for picture in entry.pictures),
    )
    return render_template(
        "entries/receipt.html",
        contest=contest_facts(),
        entry=entry,
        signature=sign(confirmation, secret=services().settings.secret),
        is_open=takes_entries(),
    )


def _save(entry_id: UUID, form: EntryForm) -> None:
    with changing() as work:
        author = _author(work, entry_id, form)
        actions.save(
            work,
            services().queue,
            entry_id=entry_id,
            text=form.text(),
            author=author,
            actor_id=person_id(),
            at=now(),
        )


def _author(work: Work, entry_id: UUID, form: EntryForm) -> Author:
    """Find or make the author whom the form names; an author's own entry that a unit handed in stays hers."""
    unit_id = own_unit()
    if unit_id is None and tie().author_person_id != person_id():
        return actions.author_of(work, entry_id=entry_id)
    return actions.author_for(
        work,
        contest_id=contest_facts().id,
        person_id=person_id(),
        unit_id=unit_id,
        given=form.author_given(is_delegate=unit_id is not None),
    )


def _take_files(entry_id: UUID) -> None:
    """Take in the files that a plain form brought along: further pictures, or one in the place of another."""
    for name in request.files:
        for file in intake.form_files(name):
            with changing() as work:
                actions.reopen(work, entry_id=entry_id, actor_id=person_id(), at=now())
            received = intake.take_form_file(file, entry_id=entry_id)
            if name.startswith("replace-"):
                with changing() as work:
                    actions.put_in_place(
                        work,
                        entry_id=entry_id,
                        picture_id=received.picture_id,
                        replaced_id=_picture_id(name.removeprefix("replace-")),
                        actor_id=person_id(),
                        at=now(),
                    )


def _arrange(entry_id: UUID, what: str) -> None:
    """Do what a picture's button says: "remove:<id>", "earlier:<id>", "later:<id>"."""
    act, _colon, which = what.partition(":")
    if not act:
        return
    with changing() as work:
        if act == "remove":
            actions.remove_picture(
                work, entry_id=entry_id, picture_id=_picture_id(which), actor_id=person_id(), at=now()
            )
        elif act in {"earlier", "later"}:
            step = -1 if act == "earlier" else 1
            actions.move_picture(
                work, entry_id=entry_id, picture_id=_picture_id(which), step=step, actor_id=person_id(), at=now()
            )
        else:
            raise Invalid("request.malformed")


def _picture_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as malformed:
        raise Missing("picture") from malformed


def _page(entry_id: UUID, form: EntryForm | None = None, error: ContestError | None = None) -> ResponseReturnValue:
    contest = contest_facts()
    unit_id = own_unit()
    with reading() as session:
        entry = queries.entry_facts(session, entry_id)
        originals = queries.originals_of(session, entry_id)
        offered = categories(session, contest.id)
        authors = queries.authors_of_unit(session, contest.id, unit_id) if unit_id else []
    if form is None:
        form = EntryForm(formdata=None)
        form.fill(entry, is_delegate=unit_id is not None, language=language())
        prefill.suggest(form, entry)
    form.offer(offered, language())
    form.offer_authors(authors, language())
    if error is not None:
        form.validate()
        if error.code in _FIELDS:
            tell(form[_FIELDS[error.code]], error)
        focus_first_wrong(form)
    page = render_template(
        "entries/edit.html",
        contest=contest,
        entry=entry,
        originals=originals,
        form=form,
        press=PressForm(formdata=None),
        error=intake.said(error) if error and error.code not in _FIELDS else None,
        gaps=entry.lacks(contest),
        is_delegate=unit_id is not None,
        asks_country=preset(contest.preset).asks_country
        and (unit_id is not None or entry.author.person_id == person_id()),
        is_open=takes_entries() and entry.state in actions.OPEN_STATES,
        may_finish=standing().may("entry.finish_upload") and entry.state is EntryState.DRAFT,
        tus=scripts.tus_address(),
    )
    return page, HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY
