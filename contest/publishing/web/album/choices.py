"""What an organizer decides about the whole book: its look, its printer, its texts."""

from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.kernel.errors import ContestError
from contest.publishing import actions, queries
from contest.publishing.album.printers import output_profile
from contest.publishing.forms import LookForm, ProfileForm, TextsForm, look_as_kept, texts_as_kept
from contest.publishing.web.album.book import ALBUM
from contest.publishing.web.album.opened import Opened, contest_id, keep, opened
from contest.publishing.web.blueprint import pages
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell
from contest.web.language import language
from contest.web.sentences import sentence
from contest.web.services import changing, now, person_id, reading, services


@pages.route(f"{ALBUM}/look", methods=["GET", "POST"])
@access("album.build")
def album_look(short_name: str) -> ResponseReturnValue:
    """Choose theme, format, language, sections, and what the printer asks for."""
    album = opened()
    form = _look_form(album)
    if not form.is_submitted():
        return _look(short_name, album, form)
    if not form.validate():
        return _look(short_name, album, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        keep(form.seen_number(), form.taken)
    except ContestError as refused:
        return _look(short_name, album, form, refused=refused), status_of(refused)
    flash(_("The book is laid out anew."), "good")
    return redirect(url_for("publishing.album_book", short_name=short_name), HTTPStatus.SEE_OTHER)


@pages.post(f"{ALBUM}/profile")
@access("album.build")
def album_profile(short_name: str) -> ResponseReturnValue:
    """Take in a printer's ICC profile, examined in the child process, and use it from now on."""
    album, form = opened(), ProfileForm()
    try:
        if not form.validate():
            return _look(short_name, album, _look_form(album, is_fresh=True), profile=form), 422
        with TemporaryDirectory(prefix="profile-") as folder:
            path = Path(folder) / "profile.icc"
            form.file.data.save(path)
            profile = output_profile(path)
        with changing() as work:
            digest = actions.keep_profile(
                work, services().store, contest_id=contest_id(), profile=profile, actor_id=person_id(), at=now()
            )
        keep(form.seen_number(), lambda draft: (draft.options, replace(draft.printer, profile=digest)))
    except ContestError as refused:
        tell(form.file, refused)
        return _look(short_name, album, _look_form(album, is_fresh=True), profile=form), status_of(refused)
    flash(_("The profile “%(name)s” is used from now on.", name=profile.name), "good")
    return redirect(url_for("publishing.album_look", short_name=short_name), HTTPStatus.SEE_OTHER)


def _look_form(album: Opened, *, is_fresh: bool = False) -> LookForm:
    with reading() as session:
        profiles = [(row.sha256, row.name) for row in queries.printer_profiles(session, contest_id())]
    is_sent = request.method == "POST" and not is_fresh
    form = LookForm(request.form if is_sent else None, data=look_as_kept(album.draft))
    form.offer(album.draft, profiles)
    return form


def _look(
    short_name: str,
    album: Opened,
    form: LookForm,
    *,
    profile: ProfileForm | None = None,
    refused: ContestError | None = None,
) -> str:
    focus_first_wrong(profile or form)
    if refused is not None:
        form.seen.data = str(opened().draft.number)
    return render_template(
        "publishing/album_look.html",
        short_name=short_name,
        album=album,
        form=form,
        profile=profile or ProfileForm(None, data={"seen": album.draft.number}),
        refusal=sentence(refused.code, refused.facts, language()) if refused else "",
    )


@pages.route(f"{ALBUM}/texts", methods=["GET", "POST"])
@access("album.build")
def album_texts(short_name: str) -> ResponseReturnValue:
    """Write preface, afterword, epigraph, colophon and what jurors say, in both languages."""
    album = opened()
    form = TextsForm(data=texts_as_kept(album.draft, album.result.record.jury))
    if not form.is_submitted():
        return _texts(short_name, album, form)
    if not form.validate():
        focus_first_wrong(form)
        return _texts(short_name, album, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        keep(
            form.seen_number(),
            lambda draft: (replace(draft.options, texts=form.taken(draft.options.texts)), draft.printer),
        )
    except ContestError as refused:
        form.seen.data = str(opened().draft.number)
        return _texts(short_name, album, form, refused=refused), status_of(refused)
    flash(_("The texts are kept and the book is laid out anew."), "good")
    return redirect(url_for("publishing.album_texts", short_name=short_name), HTTPStatus.SEE_OTHER)


def _texts(short_name: str, album: Opened, form: TextsForm, *, refused: ContestError | None = None) -> str:
    return render_template(
        "publishing/album_texts.html",
        short_name=short_name,
        album=album,
        form=form,
        refusal=sentence(refused.code, refused.facts, language()) if refused else "",
    )
