"""The front door: all contests, the first start, a new contest, the demonstration."""

import json
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from contest.accounts.models import RoleKind
from contest.accounts.queries import has_administrator
from contest.accounts.web.this_machine import is_this_machine
from contest.calls import actions, queries
from contest.calls.forms import OpenForm
from contest.calls.presets import presets
from contest.calls.rules import remaining, zones
from contest.calls.web.relating import pages
from contest.kernel.errors import ContestError, Missing
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell
from contest.web.language import language, said
from contest.web.services import changing, now, person_id, reading, services, standing

DEMONSTRATION: Final = "demo"  # kind of its job and short name of its contest
_FIELD_OF: Final = {
    "contest.short_name": "short_name",
    "contest.name_taken": "short_name",
    "zone.unknown": "zone",
    "date.unusable": "closes_clock",
    "dates.order": "closes_on",
}
_ZONES: Final = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Europe/London")


@pages.get("/")
@access("site.read")
def front() -> ResponseReturnValue:
    """List the contests that the reader may know of; help with the first start."""
    person = standing().person
    with reading() as session:
        is_new = not has_administrator(session)
        if person is not None and person.is_administrator:
            drafts_of = None
        else:
            roles = standing().about.get("roles", ())
            drafts_of = {role.contest_id for role in roles if role.kind is RoleKind.ORGANIZER}
        found = queries.contests(session, at=now(), with_drafts_of=drafts_of, archived=False)
        has_archive = bool(queries.contests(session, at=now(), archived=True))
    return render_template(
        "calls/front.html",
        contests=found,
        has_archive=has_archive,
        left={line.short_name: remaining(line.closes_at, at=now()) for line in found},
        is_new=is_new,
        is_here=is_this_machine(),
    )


@pages.get("/archive")
@access("site.read")
def archived() -> ResponseReturnValue:
    """List the contests that were put into the archive; their results stay public."""
    with reading() as session:
        found = queries.contests(session, at=now(), archived=True)
    return render_template("calls/archived.html", contests=found)


@pages.route("/contests/new", methods=["GET", "POST"])
@access("site.open_contest")
def open_contest() -> ResponseReturnValue:
    """Open a draft from a preset."""
    form = OpenForm(data=_first_values())
    form.preset.choices = [SelectChoice(preset.name, said(preset.title)) for preset in presets()]
    if not form.validate_on_submit():
        return _ask(form), 422 if form.is_submitted() else 200
    try:
        typed = form.taken()
        with changing() as work:
            actions.draft_contest(
                work,
                preset_name=typed.preset,
                short_name=typed.short_name,
                name=typed.name,
                language=typed.language,
                zone=typed.zone,
                opens_at=typed.opens_at,
                closes_at=typed.closes_at,
                organizer_id=person_id(),
                at=now(),
            )
    except ContestError as refused:
        tell(form[_FIELD_OF.get(refused.code, "preset")], refused)
        return _ask(form), status_of(refused)
    flash(_("The draft is made. Nobody else sees it until you open it."), "good")
    return redirect(url_for("calls.desk", short_name=typed.short_name), 303)


@pages.post("/contests/demo")
@access("site.open_contest")
def order_demonstration() -> ResponseReturnValue:
    """Order the demonstration contest, or try again what failed; a worker builds it."""
    queue = services().queue
    with changing() as work:
        failed = [job.id for job in queue.dead(work.session) if job.kind == DEMONSTRATION]
        if failed:
            queue.retry(work, failed[0], at=now())
        else:
            queue.enqueue(work, DEMONSTRATION, {}, key=DEMONSTRATION, at=now(), urgency=5)
    return redirect(url_for("calls.demonstration"), 303)


@pages.get("/contests/demo")
@access("site.open_contest")
def demonstration() -> ResponseReturnValue:
    """Show how far the demonstration contest is and, once it is there, how to sign in as each of its people."""
    with reading() as session:
        is_waiting = services().queue.waiting(session, kinds={DEMONSTRATION}) > 0
        has_failed = any(job.kind == DEMONSTRATION for job in services().queue.dead(session))
        try:
            contest = queries.contest_named(session, DEMONSTRATION, now())
        except Missing:
            contest = None
    # Written by the builder when it is through; only an administrator comes to this page.
    kept = services().settings.instance / "demonstration.json"
    people = json.loads(kept.read_text()) if kept.exists() else None
    return render_template(
        "calls/demonstration.html", contest=contest, is_waiting=is_waiting, has_failed=has_failed, people=people
    )


def _first_values() -> dict[str, object]:
    zone = "Asia/Shanghai" if language().startswith("zh") else "UTC"
    today: date = now().astimezone(ZoneInfo(zone)).date()
    return {
        "preset": "cn-district" if language().startswith("zh") else "club",
        "language": language(),
        "zone": zone,
        "opens_on": today,
        "opens_clock": "00:00",
        "closes_on": today + timedelta(days=30),
        "closes_clock": "24:00",
    }


def _ask(form: OpenForm) -> str:
    focus_first_wrong(form)
    offered = [*_ZONES, *sorted(zones() - set(_ZONES))]
    return render_template("calls/open_contest.html", form=form, presets=presets(), zones=offered)
