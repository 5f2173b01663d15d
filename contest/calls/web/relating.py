"""Which contest an address names, and what the person who asks is to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from flask import Blueprint
from sqlalchemy.orm import Session

from contest.accounts.queries import subjects_of
from contest.calls import queries
from contest.calls.queries import ContestFacts
from contest.web import services
from contest.web.standing import Standing

pages = Blueprint("calls", __name__)


def relate(session: Session, standing: Standing, names: Mapping[str, Any], at: datetime) -> Standing:
    """Complete the standing with the contest that the address names ``short_name``, and what the person is to it."""
    if "short_name" not in names:
        return standing
    contest = queries.contest_named(session, names["short_name"], at)
    return replace(
        standing,
        contest=contest,
        state=contest.state,
        subjects=subjects_of(standing.person, standing.about.get("roles", ()), contest.id),
    )


def this_contest() -> ContestFacts:
    """Give the contest that the address names; only for pages below ``/contests/<short_name>``."""
    return cast("ContestFacts", services.standing().contest)
