"""Original files of finalists: asked for by the organizer, sent by the entrant, laid beside the entry."""

from http import HTTPStatus
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.calls.rules import moment_of
from contest.entries import actions, queries
from contest.entries.forms import DueForm, PressForm, VerdictForm
from contest.entries.originals import take_original
from contest.entries.queries import OriginalFacts
from contest.entries.web import intake
from contest.entries.web.blueprint import pages
from contest.entries.web.exif import compared_rows, comparison_told
from contest.entries.web.scripts import tus_address
from contest.entries.web.standing import contest_facts
from contest.kernel.errors import ContestError, Invalid, Missing
from contest.platform.store import original_key
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell, tell_at_top
from contest.web.services import changing, now, person_id, reading, services, standing

ORGANIZERS = "/contests/<short_name>/desk/works/<uuid:entry_id>/originals"
OWN = "/contests/<short_name>/works/<uuid:entry_id>/originals"


@pages.get(ORGANIZERS)
@access("entry.list_others")
def originals(short_name: str, entry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Show what was asked for of a work, and each file that came beside the entry's."""
    return _desk(entry_id)


@pages.post(ORGANIZERS)
@access("entry.request_raw")
def ask_for_originals(short_name: str, entry_id: UUID) -> ResponseReturnValue:
    """Ask for the originals of all pictures of a work, by letter."""
    form, parts = DueForm(), services()
    try:
        if not form.validate():
            return _desk(entry_id, due=form), HTTPStatus.UNPROCESSABLE_ENTITY
        with changing() as work:
            actions.ask_for_originals(
                work,
                parts.queue,
                entry_id=entry_id,
                due_at=moment_of(form.due_on.data, "24:00", zone=contest_facts().zone),
                actor_id=person_id(),
                at=now(),
                address=parts.settings.address,
            )
    except ContestError as error:
        tell(form.due_on, error)
        return _desk(entry_id, due=form), status_of(error)
    flash(_("The entrant is asked by mail."), "good")
    return redirect(url_for(".originals", short_name=short_name, entry_id=entry_id), HTTPStatus.SEE_OTHER)


@pages.post(f"{ORGANIZERS}/<uuid:picture_id>/verdict")
@access("entry.request_raw")
def decide_on_original(short_name: str, entry_id: UUID, picture_id: UUID) -> ResponseReturnValue:
    """Record the organizer's verdict on one original."""
    form = VerdictForm()
    try:
        if not form.validate():
            return _desk(entry_id, verdicts={picture_id: form}), HTTPStatus.UNPROCESSABLE_ENTITY
        with changing() as work:
            actions.decide_on_original(
                work,
                entry_id=entry_id,
                picture_id=picture_id,
                verdict=form.taken(),
                note=form.note.data or "",
                actor_id=person_id(),
                at=now(),
            )
    except ContestError as error:
        tell(form.verdict, error)
        return _desk(entry_id, verdicts={picture_id: form}), status_of(error)
    flash(_("The verdict is recorded."), "good")
    return redirect(url_for(".originals", short_name=short_name, entry_id=entry_id), HTTPStatus.SEE_OTHER)


@pages.get(f"{ORGANIZERS}/<uuid:picture_id>/file")
@access("entry.read_original")
def sent_original(short_name: str, entry_id: UUID, picture_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Hand out the file that was sent, byte for byte, to be saved and never shown in the page."""
    with reading() as session:
        found = [one for one in queries.originals_of(session, entry_id) if one.picture_id == picture_id]
    if not found or found[0].sha256 is None:
        raise Missing("originals")
    response: Response = send_file(
        services().store.open(original_key(found[0].sha256)),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=found[0].file_name,
    )
    # It is an entrant's file: should a browser open it all the same, nothing in it may run.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.get(OWN)
@access("entry.read_own_view")
def own_originals(short_name: str, entry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Show an entrant what is asked of her, and where to send it."""
    return _own(entry_id)


@pages.post(OWN)
@access("entry.send_original")
def send_originals(short_name: str, entry_id: UUID) -> ResponseReturnValue:
    """Take in the original of one picture or of several."""
    parts, taken = services(), 0
    try:
        for name in request.files:
            for file in intake.form_files(name):
                take_original(
                    parts.database,
                    parts.store,
                    parts.queue,
                    file.stream,  # type: ignore[arg-type]  # what werkzeug keeps a file in reads like one
                    entry_id=entry_id,
                    picture_id=_picture_id(name),
                    person_id=person_id(),
                    file_name=file.filename or "",
                    size_bytes=intake.size_of(file),
                    incoming=parts.settings.uploads / "incoming",
                    at=now(),
                    limit_bytes=parts.settings.upload_bytes_max,
                )
                taken += 1
        if not taken:
            raise Invalid("originals.no_file")
    except ContestError as error:
        return _own(entry_id, error), status_of(error)
    flash(_("Received. Thank you; nothing more is needed unless the organizer writes."), "good")
    return redirect(url_for(".own_originals", short_name=short_name, entry_id=entry_id), HTTPStatus.SEE_OTHER)


def _picture_id(field: str) -> UUID:
    try:
        return UUID(field.removeprefix("original-"))
    except ValueError as malformed:
        raise Missing("originals") from malformed


def _desk(entry_id: UUID, *, due: DueForm | None = None, verdicts: dict[UUID, VerdictForm] | None = None) -> str:
    with reading() as session:
        entry = queries.entry_facts(session, entry_id)
        asked = queries.originals_of(session, entry_id)
    typed = verdicts or {}
    forms = {one.picture_id: typed.get(one.picture_id) or _as_kept(one) for one in asked}
    for wrong in (due, *typed.values()):
        if wrong is not None:
            focus_first_wrong(wrong)
            tell_at_top(wrong)
    return render_template(
        "entries/originals.html",
        contest=contest_facts(),
        entry=entry,
        asked=asked,
        due=due or DueForm(formdata=None),
        forms=forms,
        may_ask=standing().may("entry.request_raw"),
        rows=compared_rows,
        comparison_told=comparison_told,
    )


def _as_kept(one: OriginalFacts) -> VerdictForm:
    return VerdictForm(formdata=None, data={"verdict": one.verdict and str(one.verdict), "note": one.note})


def _own(entry_id: UUID, error: ContestError | None = None) -> str:
    with reading() as session:
        entry = queries.entry_facts(session, entry_id)
        asked = queries.originals_of(session, entry_id)
    if not asked:
        raise Missing("originals")
    return render_template(
        "entries/own_originals.html",
        contest=contest_facts(),
        entry=entry,
        asked=asked,
        press=PressForm(formdata=None),
        tus=tus_address(),
        error=intake.said(error) if error else None,
        may_send=standing().may("entry.send_original"),
    )
