"""Works that something stands in the way of: no consent, too small a file, left out; and what clears each."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.awards.record import PictureRecord, WorkRecord
from contest.calls.rules import moment_of
from contest.entries.actions import ask_for_originals
from contest.entries.queries import OriginalFacts, originals_of
from contest.kernel.errors import ContestError, Missing
from contest.platform.store import original_key
from contest.publishing import clearance
from contest.publishing.album.sources import MM_PER_INCH
from contest.publishing.clearance import ConsentFacts
from contest.publishing.forms import ConsentForm, SeenForm
from contest.publishing.web.album.book import ALBUM
from contest.publishing.web.album.opened import Opened, opened
from contest.publishing.web.blueprint import pages
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell
from contest.web.language import language
from contest.web.sentences import sentence
from contest.web.services import changing, now, person_id, reading, services

WORK: Final = f"{ALBUM}/works/<number>"
ENOUGH_PPI: Final = 300
DAYS_TO_SEND: Final = 7


@dataclass(frozen=True, kw_only=True)
class FileSeen:
    """One photograph's files: the judged one, the larger one that is printed, the one that was asked for.

    Attributes:
        ppi: Of the file that is printed, at its largest place in the book; None where the book does not show it.
    """

    place: int
    judged: PictureRecord
    larger: PictureRecord | None
    asked: OriginalFacts | None
    ppi: int | None

    @property
    def is_small(self) -> bool:
        """Tell whether it has too few pixels for its place."""
        return self.ppi is not None and self.ppi < ENOUGH_PPI


@dataclass(frozen=True, kw_only=True)
class WorkSeen:
    """One work for the page; ``withheld`` says why it may not be printed, or is ""."""

    work: WorkRecord
    withheld: str
    is_left_out: bool
    consent: ConsentFacts | None
    files: tuple[FileSeen, ...]

    @property
    def entry_id(self) -> UUID:
        """Give the id of its entry."""
        return UUID(hex=self.work.id)

    @property
    def is_told(self) -> bool:
        """Tell whether there is anything to say of it."""
        return bool(
            self.withheld
            or self.is_left_out
            or self.consent
            or any(file.is_small or file.larger for file in self.files)
        )


@pages.get(f"{ALBUM}/works")
@access("album.build")
def album_works(short_name: str) -> ResponseReturnValue:
    """List the works that need somebody: those not cleared, those too small, and what was decided of either."""
    return _works(short_name, opened())


def _works(short_name: str, album: Opened, *, typed: dict[str, ConsentForm] | None = None) -> str:
    with reading() as session:
        consents = clearance.consents(session, album.result.record)
        asked = {one.picture_id.hex: one for ident in album.works for one in originals_of(session, UUID(hex=ident))}
    largest = album.plan.largest()
    seen = []
    for work in album.works.values():
        files = []
        for place, judged in enumerate(work.pictures, start=1):
            larger, spot = album.larger.get(judged.id), largest.get(judged.id)
            pixels = (larger or judged).width_px
            files.append(
                FileSeen(
                    place=place,
                    judged=judged,
                    larger=larger,
                    asked=asked.get(UUID(hex=judged.id).hex),
                    ppi=round(pixels / spot.width_mm * MM_PER_INCH) if spot else None,
                )
            )
        seen.append(
            WorkSeen(
                work=work,
                withheld=album.withheld.get(work.id, ""),
                is_left_out=work.id in album.plan.without,
                consent=consents.get(work.id),
                files=tuple(files),
            )
        )
    told = [each for each in seen if each.is_told]
    forms = {
        each.work.number: (typed or {}).get(each.work.number) or ConsentForm(None, prefix=f"{each.work.number}-")
        for each in told
    }
    return render_template(
        "publishing/album_works.html",
        short_name=short_name,
        album=album,
        told=told,
        forms=forms,
        form=SeenForm(data={"seen": album.draft.number}),
        days=DAYS_TO_SEND,
    )


@pages.post(f"{WORK}/consent")
@access("album.build")
def album_consent(short_name: str, number: str) -> ResponseReturnValue:
    """Record the consent to print a work that came on paper."""
    album = opened()
    shown, form = album.work(number), ConsentForm(prefix=f"{number}-")
    status: HTTPStatus | int = HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if form.validate():
            with changing() as work:
                clearance.record_consent(
                    work,
                    shown=shown,
                    given_by=(form.given_by.data or "").strip(),
                    given_on=form.given_on.data,
                    note=(form.note.data or "").strip(),
                    actor_id=person_id(),
                    at=now(),
                )
            flash(_("The consent for work %(work)s is recorded in your name.", work=number), "good")
            return _back(short_name, number)
    except ContestError as refused:
        tell(form.given_by, refused)
        status = status_of(refused)
    focus_first_wrong(form)
    return _works(short_name, album, typed={number: form}), status


@pages.post(f"{WORK}/consent/back")
@access("album.build")
def album_consent_back(short_name: str, number: str) -> ResponseReturnValue:
    """Strike a recorded consent out."""
    shown = opened().work(number)
    with changing() as work:
        clearance.take_consent_back(work, shown=shown, actor_id=person_id(), at=now())
    flash(_("The consent for work %(work)s is struck out.", work=number), "good")
    return _back(short_name, number)


@pages.post(f"{WORK}/ask")
@access("entry.request_raw")
def album_ask(short_name: str, number: str) -> ResponseReturnValue:
    """Ask the entrant of a work whose file is too small for a larger one, by letter."""
    album = opened()
    shown = album.work(number)
    due_on = (now() + timedelta(days=DAYS_TO_SEND)).date()
    try:
        with changing() as work:
            ask_for_originals(
                work,
                services().queue,
                entry_id=UUID(hex=shown.id),
                due_at=moment_of(due_on, "24:00", zone=album.result.record.zone),
                actor_id=person_id(),
                at=now(),
                address=services().settings.address,
            )
    except ContestError as refused:
        flash(sentence(refused.code, refused.facts, language()), "bad")
    else:
        flash(_("The entrant of work %(work)s is asked by mail.", work=number), "good")
    return _back(short_name, number)


@pages.post(f"{WORK}/file")
@access("album.build")
def album_file(short_name: str, number: str) -> ResponseReturnValue:
    """Print the larger file of a picture that was sent, once it proves to be the same picture; or the judged one."""
    shown = opened().work(number)
    is_larger = "larger" in request.form
    judged = _picture(shown, request.form.get("larger" if is_larger else "judged", ""))
    try:
        if is_larger:
            with reading() as session:
                digest = clearance.sent_file(session, judged)
            with ExitStack() as held:
                before, sent = (
                    held.enter_context(services().store.local(original_key(each))) for each in (judged.sha256, digest)
                )
                larger = clearance.examined_file(judged, judged=before, sent=sent, sha256=digest)
            with changing() as work:
                clearance.use_larger(work, shown=shown, larger=larger, actor_id=person_id(), at=now())
            flash(_("Work %(work)s is printed from the larger file from now on.", work=number), "good")
        else:
            with changing() as work:
                clearance.use_judged(work, shown=shown, picture=judged, actor_id=person_id(), at=now())
            flash(_("Work %(work)s is printed from the judged file again.", work=number), "good")
    except ContestError as refused:
        flash(sentence(refused.code, refused.facts, language()), "bad")
    return _back(short_name, number)


def _picture(work: WorkRecord, place: str) -> PictureRecord:
    """Give the picture of a work at a place from 1."""
    for count, picture in enumerate(work.pictures, start=1):
        if str(count) == place:
            return picture
    raise Missing("album.work")


def _back(short_name: str, number: str) -> ResponseReturnValue:
    return redirect(
        url_for("publishing.album_works", short_name=short_name, _anchor=f"w-{number}"), HTTPStatus.SEE_OTHER
    )
