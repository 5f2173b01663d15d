"""A person's own works: the list, and new ones by a plain form."""

from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.calls.queries import categories
from contest.entries import actions, queries
from contest.entries.forms import HandInForm, PressForm
from contest.entries.web import intake, scripts
from contest.entries.web.blueprint import pages
from contest.entries.web.standing import contest_facts, own_unit, spoken_units, takes_entries, tie
from contest.kernel.errors import ContestError, Invalid
from contest.web.access import access
from contest.web.language import language
from contest.web.services import changing, now, person_id, reading


@pages.get("/contests/<short_name>/works/")
@access("entry.read_own_view")
def mine(short_name: str) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """List the person's works and take new ones."""
    return _page(HandInForm(formdata=None))


@pages.post("/contests/<short_name>/works/")
@access("entry.create")
def hand_in(short_name: str) -> ResponseReturnValue:
    """Make each file of a plain form a draft, or begin an empty one for a series."""
    form = HandInForm()
    author, category_id = form.author_given(is_delegate=own_unit() is not None), form.category_id()
    if "series" in request.form:
        with changing() as work:
            entry_id = intake.begin_draft(work, author=author, category_id=category_id)
        return redirect(url_for(".edit", short_name=short_name, entry_id=entry_id), HTTPStatus.SEE_OTHER)
    files = intake.form_files("files")
    if not files:
        return _page(form, Invalid("upload.none"))
    made: list[UUID] = []
    for file in files:
        try:
            made.append(intake.take_as_draft(file, author=author, category_id=category_id))
        except ContestError as error:
            flash(f"{file.filename}: {intake.said(error)}", "bad")
        else:
            flash(_("%(name)s has been received. Give it a title and hand it in.", name=file.filename), "good")
    if len(files) == len(made) == 1:
        return redirect(url_for(".edit", short_name=short_name, entry_id=made[0]), HTTPStatus.SEE_OTHER)
    return redirect(url_for(".mine", short_name=short_name), HTTPStatus.SEE_OTHER)


@pages.post("/contests/<short_name>/works/<uuid:entry_id>/withdrawal")
@access("entry.withdraw")
def withdraw(short_name: str, entry_id: UUID) -> ResponseReturnValue:
    """Withdraw an entry; until the deadline it can be put back."""
    try:
        with changing() as work:
            entry = actions.withdraw(
                work, entry_id=entry_id, actor_id=person_id(), at=now(), typed=request.form.get("typed", "")
            )
            named = entry.number or entry.title.in_(language()) or _("The draft")
    except ContestError as error:
        flash(intake.said(error), "bad")
        return redirect(url_for(".edit", short_name=short_name, entry_id=entry_id), HTTPStatus.SEE_OTHER)
    if takes_entries():
        flash(_("%(name)s has been withdrawn. Until the deadline you can put it back below.", name=named), "good")
    else:
        flash(_("%(name)s has been withdrawn.", name=named), "good")
    return redirect(url_for(".mine", short_name=short_name), HTTPStatus.SEE_OTHER)


@pages.post("/contests/<short_name>/works/<uuid:entry_id>/return")
@access("entry.edit_meta")
def put_back(short_name: str, entry_id: UUID) -> ResponseReturnValue:
    """Put a withdrawn entry back."""
    try:
        with changing() as work:
            actions.restore(work, entry_id=tie().id, actor_id=person_id(), at=now())
    except ContestError as error:
        flash(intake.said(error), "bad")
        return redirect(url_for(".mine", short_name=short_name), HTTPStatus.SEE_OTHER)
    flash(_("It is back as it was."), "good")
    return redirect(url_for(".edit", short_name=short_name, entry_id=entry_id), HTTPStatus.SEE_OTHER)


def _page(form: HandInForm, error: ContestError | None = None) -> ResponseReturnValue:
    contest = contest_facts()
    unit_id = own_unit()
    with reading() as session:
        found = queries.entries_of(session, contest.id, person_id=person_id(), unit_ids=spoken_units())
        offered = categories(session, contest.id)
        authors = queries.authors_of_unit(session, contest.id, unit_id) if unit_id else []
    form.offer(offered, language())
    form.offer_authors(authors, language())
    shown = render_template(
        "entries/mine.html",
        contest=contest,
        works=found,
        lacking={entry.id: entry.lacks(contest) for entry in found},
        form=form,
        press=PressForm(formdata=None),
        error=intake.said(error) if error else None,
        is_delegate=unit_id is not None,
        is_open=takes_entries(),
        tus=scripts.tus_address(),
    )
    return shown, HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
