"""What somebody is to judging, and to the ballot that an address names."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint
from sqlalchemy.orm import Session

from contest.judging import queries
from contest.kernel.errors import Missing
from contest.kernel.permissions import Subject
from contest.web import services
from contest.web.standing import Standing

pages = Blueprint("judging", __name__)


def relate(session: Session, standing: Standing, names: Mapping[str, Any], _at: datetime) -> Standing:
    """Complete the standing with what the person is to judging and to the ballot named ``handle``.

    A chair votes as well, so she is a juror too. On a ballot's own page she is that and nothing else: what she may
    see there follows from the ballot alone.

    Raises:
        Missing: ``ballot``, it is somebody else's, or there is none.
    """
    if standing.contest is None or standing.person is None:
        return standing
    subjects = standing.subjects
    if Subject.CHAIR in subjects:
        subjects |= {Subject.JUROR_ASG}
    if "handle" not in names:
        return replace(standing, subjects=subjects)
    place = queries.place(session, standing.contest.id, names["number"], standing.person.id, names["handle"])
    if place is None:
        raise Missing("ballot")
    return replace(
        standing,
        subjects=frozenset({Subject.JUROR_RECUSED}) if place.is_recused else subjects & _PANEL,
        tied=place.is_recused,
        about={**standing.about, "entry_id": place.entry_id, "rival_id": place.rival_id},
    )


def entry_id() -> UUID:
    """Give the entry behind the address's handle; never for a page to show."""
    found: UUID = services.standing().about["entry_id"]
    return found


def rival_id() -> UUID | None:
    """Give the entry that stands against it in a pair, None where it stands alone; never for a page to show."""
    found: UUID | None = services.standing().about["rival_id"]
    return found


_PANEL = frozenset({Subject.JUROR_ASG, Subject.CHAIR})
