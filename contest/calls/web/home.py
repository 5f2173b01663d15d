"""The contest's home: its notice (征稿启事), made from the settings."""

from flask import render_template
from flask.typing import ResponseReturnValue

from contest.accounts.models import RoleKind
from contest.calls import queries
from contest.calls.rules import remaining
from contest.calls.web.relating import pages, this_contest
from contest.web.access import access
from contest.web.services import now, reading


@pages.get("/contests/<short_name>/")
@access("contest.read_public")
def home(short_name: str) -> ResponseReturnValue:  # noqa: ARG001 - `relate` has read it
    """Show the notice, the dates, prizes, jury, terms and the one thing to do."""
    contest = this_contest()
    with reading() as session:
        jury = queries.jury(session, contest.id)
        page = {
            "notice": queries.notice(session, contest.id),
            "categories": queries.categories(session, contest.id),
            "tiers": queries.tiers(session, contest.id),
            "jury": [seat for seat in jury if seat.kind is not RoleKind.SECRETARY and seat.name],
        }
    return render_template(
        "calls/home.html",
        contest=contest,
        left=remaining(contest.closes_at, at=now()),
        has_begun=now() >= contest.opens_at,
        **page,
    )
