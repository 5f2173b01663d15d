"""The organizer's publishing desk: what can be made of the frozen result, and what was made."""

from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.kernel.errors import Invalid, Missing
from contest.publishing import actions, clearance, drafts, queries
from contest.publishing.album.editions import Edition
from contest.publishing.gallery import view
from contest.publishing.sentences import EDITIONS
from contest.publishing.web.blueprint import pages
from contest.publishing.web.shown import Shown
from contest.web.access import access
from contest.web.services import changing, now, person_id, reading, services, standing


@pages.get("/contests/<short_name>/desk/publishing")
@access("album.build")
def desk(short_name: str) -> ResponseReturnValue:
    """Show what can be published, what it was made from, and what to look at before it goes out."""
    with reading() as session:
        result = queries.frozen_result(session, _contest_id())
        if result is None:
            raise Missing("result")
        builds = queries.builds(session, result.contest_id)
        public = queries.public_album(session, result.contest_id)
    works = view.awarded(result.record)
    return render_template(
        "publishing/desk.html",
        short_name=short_name,
        result=result,
        works=len(works),
        pictures=len(view.pictures(works)),
        latest=Shown(builds[0]) if builds else None,
        public=public,
        editions=EDITIONS,
    )


@pages.post("/contests/<short_name>/desk/publishing/album")
@access("album.build")
def order_album(short_name: str) -> ResponseReturnValue:
    """Order an edition of the album of the newest frozen result, as it stands on the desk."""
    edition = request.form.get("edition", Edition.PRESS)
    if edition not in list(Edition):
        raise Invalid("album.edition_unknown")
    with changing() as work:
        result = queries.frozen_result(work.session, _contest_id())
        if result is None:
            raise Missing("result")
        draft = drafts.draft(work.session, _contest_id())
        actions.order_build(
            work,
            services().queue,
            contest_id=_contest_id(),
            edition=Edition(edition),
            actor_id=person_id(),
            at=now(),
            # What nobody has touched is laid out by the job.
            plan=drafts.laid_out(
                result.record, draft.options, larger=clearance.larger_files(work.session, result.record)
            )
            if draft.number
            else None,
            printer=draft.printer,
        )
    flash(_("The album is being built. You may close this page; the result will be here."), "good")
    return redirect(url_for("publishing.album_builds", short_name=short_name), 303)


@pages.post("/contests/<short_name>/desk/publishing/builds/<uuid:build_id>/stop")
@access("album.build")
def stop(short_name: str, build_id: UUID) -> ResponseReturnValue:
    """Stop a build that waits or runs."""
    with changing() as work:
        actions.stop(work, contest_id=_contest_id(), build_id=build_id, actor_id=person_id(), at=now())
    return redirect(url_for("publishing.album_builds", short_name=short_name), 303)


@pages.get("/contests/<short_name>/desk/publishing/builds/<uuid:build_id>.json")
@access("album.build")
def progress(short_name: str, build_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - in standing
    """Say how far a build is, for the page that waits for it."""
    with reading() as session:
        build = queries.build(session, _contest_id(), build_id)
    return jsonify(state=build.state, progress=build.progress, is_under_way=build.is_under_way)


def _contest_id() -> UUID:
    contest: Any = standing().contest
    if contest is None:
        raise Missing("contest")
    return UUID(str(contest.id))
