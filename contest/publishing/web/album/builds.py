"""What was built of an album: its history, each build's preflight, who takes its warnings, and its release."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from contest.kernel.errors import ContestError, Missing
from contest.publishing import actions, queries
from contest.publishing.album.editions import FOR_PRINTERS
from contest.publishing.forms import AcceptForm
from contest.publishing.queries import BuildFacts
from contest.publishing.sentences import EDITIONS
from contest.publishing.web.album.book import ALBUM
from contest.publishing.web.album.opened import contest_id, opened
from contest.publishing.web.blueprint import pages
from contest.publishing.web.shown import Shown
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import tell
from contest.web.language import language
from contest.web.sentences import sentence
from contest.web.services import changing, now, person_id, reading

BUILD: Final = f"{ALBUM}/builds/<uuid:build_id>"


@pages.get(f"{ALBUM}/builds")
@access("album.build")
def album_builds(short_name: str) -> ResponseReturnValue:
    """List what was built, from which plan and result, who ordered it and when; order another edition."""
    album = opened()
    with reading() as session:
        builds = queries.builds(session, contest_id())
        released = {build.id: queries.signatures(session, build.id).released for build in builds}
    return render_template(
        "publishing/album_builds.html",
        short_name=short_name,
        album=album,
        builds=[Shown(build) for build in builds],
        released=released,
        editions=EDITIONS,
        is_under_way=any(build.is_under_way for build in builds),
    )


@pages.get(BUILD)
@access("album.build")
def album_build(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Show one build: its file, what the preflight found, who took what, and whose files are too small."""
    return _build(short_name, build_id, AcceptForm())


def _build(short_name: str, build_id: UUID, form: AcceptForm) -> str:
    with reading() as session:
        build = _album(session, build_id)
        signed = queries.signatures(session, build_id)
        newest = queries.frozen_result(session, contest_id())
    return render_template(
        "publishing/album_build.html",
        short_name=short_name,
        shown=Shown(build),
        signed=signed,
        form=form,
        editions=EDITIONS,
        is_for_printers=build.edition in FOR_PRINTERS,
        is_newest=newest is not None and newest.id == build.result_set_id,
    )


@pages.post(f"{BUILD}/accept")
@access("album.build")
def album_accept(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Take warnings upon oneself, by name and with a reason."""
    form = AcceptForm()
    try:
        if not form.validate():
            return _build(short_name, build_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
        with changing() as work:
            build = _album(work.session, build_id)
            actions.accept(
                work,
                contest_id=contest_id(),
                build_id=build_id,
                findings=_taken(build),
                reason=form.reason.data or "",
                actor_id=person_id(),
                at=now(),
            )
    except ContestError as refused:
        if isinstance(refused, Missing):
            raise
        tell(form.reason, refused)
        return _build(short_name, build_id, form), status_of(refused)
    flash(_("Accepted in your name."), "good")
    return redirect(url_for("publishing.album_build", short_name=short_name, build_id=build_id), 303)


def _taken(build: BuildFacts) -> list[str]:
    """Give the keys of the warnings that were ticked; of one kind, or of all, where a button says so."""
    warnings = [each for each in build.findings if each["severity"] == "warning"]
    if "all" in request.form:
        return [each["key"] for each in warnings]
    if "kind" in request.form:
        return [each["key"] for each in warnings if each["code"] == request.form["kind"]]
    return request.form.getlist("finding")


@pages.post(f"{BUILD}/release")
@access("album.build")
def album_release(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Release a file to the printer."""
    try:
        with changing() as work:
            actions.release(work, contest_id=contest_id(), build_id=build_id, actor_id=person_id(), at=now())
    except ContestError as refused:
        if isinstance(refused, Missing):
            raise
        flash(sentence(refused.code, refused.facts, language()), "bad")
    else:
        flash(_("Released to the printer in your name."), "good")
    return redirect(url_for("publishing.album_build", short_name=short_name, build_id=build_id), 303)


@pages.get(f"{BUILD}/plan.json")
@access("album.build")
def album_plan(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Give the plan that a build was made from, for `contest album --plan`.

    Raises:
        Missing: ``build``, it has none yet.
    """
    with reading() as session:
        build = _album(session, build_id)
        plan = queries.plan(session, build_id)
    if plan is None:
        raise Missing("build")
    name = f"{short_name}-plan-{build.plan_digest[:8]}.json"
    return Response(
        plan.to_json(),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _album(session: Session, build_id: UUID) -> BuildFacts:
    """Read one build of the album; anything else that was built has pages of its own."""
    build = queries.build(session, contest_id(), build_id)
    if build.edition not in EDITIONS:
        raise Missing("build")
    return build
