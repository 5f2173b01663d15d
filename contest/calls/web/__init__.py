"""Pages of a contest: front door, home, settings, desk; and which contest an address names."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from contest.accounts.queries import roles_of, subjects_of
from contest.calls import queries
from contest.web.standing import Standing

pages = Blueprint("calls", __name__)


def relate(session: Session, standing: Standing, names: Mapping[str, Any], at: datetime) -> Standing:
    """Complete the standing with the contest that the address names ``short_name``, and the person's roles in it."""
    if "short_name" not in names:
        return standing
    contest = queries.contest_named(session, names["short_name"], at)
    roles = [] if standing.person is None else roles_of(session, standing.person.id)
    return replace(
        standing,
        contest=contest,
        state=contest.state,
        subjects=subjects_of(standing.person, roles, contest.id),
        about={**standing.about, "roles": roles},
    )
