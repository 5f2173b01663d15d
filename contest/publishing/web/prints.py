"""Desks on which prints are ordered and collected: those of the result, and the panel's contact sheets."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.calls.web import this_contest
from contest.judging.queries import rounds
from contest.kernel.errors import Conflict, ContestError, Invalid, Missing
from contest.publishing import actions, queries
from contest.publishing.models import BuildState
from contest.publishing.prints import seals
from contest.publishing.prints.ordering import PrintFacts, order_print, print_named, prints
from contest.publishing.prints.orders import OF_RESULT, SIZES, Kind, PrintOrder
from contest.publishing.sentences import PRINT_SIZES, PRINTS
from contest.publishing.web.blueprint import pages
from contest.publishing.web.shown import Shown
from contest.web.access import access
from contest.web.language import language
from contest.web.sentences import sentence
from contest.web.services import changing, now, person_id, reading, services

_PRINTS: Final = "/contests/<short_name>/desk/publishing/prints"
_CONTACT: Final = "/contests/<short_name>/desk/contact-sheets"
_TYPES: Final = {"pdf": "application/pdf", "zip": "application/zip"}


@pages.get(_PRINTS)
@access("album.build")
def print_desk(short_name: str) -> ResponseReturnValue:
    """Show what can be printed of the result beside the album, and what was."""
    return _desk(short_name, contact=False)


@pages.post(_PRINTS)
@access("album.build")
def order_prints(short_name: str) -> ResponseReturnValue:
    """Order certificates, panels or labels of the newest frozen result."""
    return _order(short_name, contact=False)


@pages.get(f"{_PRINTS}/<uuid:build_id>.json")
@access("album.build")
def print_progress(short_name: str, build_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - in standing
    """Say how far a print is, for the page that waits for it."""
    return _progress(build_id, contact=False)


@pages.post(f"{_PRINTS}/<uuid:build_id>/stop")
@access("album.build")
def stop_print(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Stop a print that waits or is made."""
    return _stop(short_name, build_id, contact=False)


@pages.get(f"{_PRINTS}/<uuid:build_id>")
@access("album.download_press")
def print_file(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Give the organizer a finished print."""
    return _file(short_name, build_id, contact=False)


@pages.get(_CONTACT)
@access("round.print")
def contact_desk(short_name: str) -> ResponseReturnValue:
    """Show whose contact sheets can be printed for a panel that marks on paper, and what was."""
    return _desk(short_name, contact=True)


@pages.post(_CONTACT)
@access("round.print")
def order_contact(short_name: str) -> ResponseReturnValue:
    """Order the contact sheets of a round."""
    return _order(short_name, contact=True)


@pages.get(f"{_CONTACT}/<uuid:build_id>.json")
@access("round.print")
def contact_progress(short_name: str, build_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - in standing
    """Say how far contact sheets are, for the page that waits for them."""
    return _progress(build_id, contact=True)


@pages.post(f"{_CONTACT}/<uuid:build_id>/stop")
@access("round.print")
def stop_contact(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Stop contact sheets that wait or are made."""
    return _stop(short_name, build_id, contact=True)


@pages.get(f"{_CONTACT}/<uuid:build_id>")
@access("round.print")
def contact_file(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Give finished contact sheets; nothing in them tells whose a work is."""
    return _file(short_name, build_id, contact=True)


class _Print:
    """A print as the page shows it."""

    def __init__(self, facts: PrintFacts) -> None:
        self.order, self.shown = facts.order, Shown(facts.build)
        self.build = facts.build


def _desk(short_name: str, *, contact: bool, refused: ContestError | None = None) -> ResponseReturnValue:
    contest = this_contest()
    with reading() as session:
        result = queries.frozen_result(session, contest.id)
        if result is None and not contact:
            raise Missing("result")
        made = [_Print(each) for each in prints(session, contest.id, contact=contact)]
        numbered = rounds(session, contest.id) if contact else []
        seal = None if contact else seals.newest_seal(session, contest.id)
    page = render_template(
        "publishing/contact.html" if contact else "publishing/prints.html",
        short_name=short_name,
        result=result,
        made=made,
        rounds=numbered,
        seal=seal,
        kinds={kind: PRINTS[kind] for kind in OF_RESULT},
        names=PRINTS,
        sizes=SIZES,
        said=PRINT_SIZES,
        typed=request.form,
        ends={sort: f"publishing.{name}" for sort, name in _ENDS[contact].items()},
        refused=sentence(refused.code, refused.facts, language()) if refused else "",
    )
    return page, 422 if refused else 200


_ENDS: Final = {
    True: {"progress": "contact_progress", "stop": "stop_contact", "file": "contact_file"},
    False: {"progress": "print_progress", "stop": "stop_print", "file": "print_file"},
}


def _order(short_name: str, *, contact: bool) -> ResponseReturnValue:
    try:
        order = _typed(contact=contact)
        if order.kind is Kind.CERTIFICATES:
            order = replace(order, seal=_seal())
    except Invalid as refused:
        return _desk(short_name, contact=contact, refused=refused)
    with changing() as work:
        order_print(work, services().queue, contest_id=this_contest().id, order=order, actor_id=person_id(), at=now())
    flash(_("It is being made. You may close this page; the result will be here."), "good")
    return redirect(url_for(_home(contact=contact), short_name=short_name), 303)


def _seal() -> str:
    """Take in the seal that was sent, or give the one that is kept, as asked; "" for none.

    Raises:
        Invalid: as `seals.read_seal`.
    """
    file = request.files.get("seal")
    if file is not None and file.filename:
        with TemporaryDirectory(prefix="seal-") as folder:
            path = Path(folder) / "seal"
            file.save(path)
            seal = seals.read_seal(path)
            with changing() as work:
                seals.keep_seal(
                    work,
                    services().store,
                    contest_id=this_contest().id,
                    seal=seal,
                    path=path,
                    actor_id=person_id(),
                    at=now(),
                )
        return seal.sha256
    if "with_seal" not in request.form:
        return ""
    with reading() as session:
        kept = seals.newest_seal(session, this_contest().id)
    return kept.sha256 if kept else ""


def _typed(*, contact: bool) -> PrintOrder:
    """Read the form.

    Raises:
        Invalid: as `PrintOrder`; ``print.kind_unknown``, ``print.round_unknown``.
    """
    kind = Kind.CONTACT if contact else request.form.get("kind", "")
    if kind not in list(Kind) or (kind == Kind.CONTACT) is not contact:
        raise Invalid("print.kind_unknown")
    number = request.form.get("round", 0, type=int)
    if contact:
        with reading() as session:
            if number not in {each.number for each in rounds(session, this_contest().id)}:
                raise Invalid("print.round_unknown")
    return PrintOrder(
        kind=Kind(kind),
        size=request.form.get(f"size-{kind}", ""),
        language=request.form.get("language", "both"),  # type: ignore[arg-type]  # the order refuses any other
        singles=kind == Kind.CERTIFICATES and "singles" in request.form,
        round=number if contact else 0,
        per_page=request.form.get("per_page", 12 if not contact else 0, type=int),
        boxes=request.form.get("boxes", 1 if not contact else -1, type=int),
    )


def _home(*, contact: bool) -> str:
    return "publishing.contact_desk" if contact else "publishing.print_desk"


def _progress(build_id: UUID, *, contact: bool) -> ResponseReturnValue:
    with reading() as session:
        build = print_named(session, this_contest().id, build_id, contact=contact).build
    return jsonify(state=build.state, progress=build.progress, is_under_way=build.is_under_way)


def _stop(short_name: str, build_id: UUID, *, contact: bool) -> ResponseReturnValue:
    with changing() as work:
        print_named(work.session, this_contest().id, build_id, contact=contact)
        actions.stop(work, contest_id=this_contest().id, build_id=build_id, actor_id=person_id(), at=now())
    return redirect(url_for(_home(contact=contact), short_name=short_name), 303)


def _file(short_name: str, build_id: UUID, *, contact: bool) -> ResponseReturnValue:
    with reading() as session:
        found = print_named(session, this_contest().id, build_id, contact=contact)
    if found.build.state is not BuildState.READY:
        raise Conflict("build.not_ready")
    order, build = found.order, found.build
    about = f"round-{order.round}" if contact else f"v{build.result_version}"
    response = send_file(
        services().store.open(build.key),
        mimetype=_TYPES[order.suffix],
        download_name=f"{short_name}-{about}-{order.kind}-{order.size}-{build.sha256[:8]}.{order.suffix}",
        as_attachment=True,
        etag=build.sha256,
        conditional=False,
    )
    response.content_length = build.bytes
    response.headers["Cache-Control"] = "private, no-cache"
    return response
