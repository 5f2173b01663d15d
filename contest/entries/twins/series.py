"""A series as a whole: finding S02."""

from uuid import UUID

from sqlalchemy import select

from contest.calls.queries import ContestFacts
from contest.entries.findings import keep_entry_findings
from contest.entries.models import Likeness, Picture
from contest.inspection.checks import Frame, check_series
from contest.inspection.facts import Facts
from contest.inspection.likeness.record import HASH_BYTES
from contest.kernel.db import Work

CODES = ("S02.",)


def mark_series(work: Work, *, entry_id: UUID, contest: ContestFacts) -> None:
    """Say of an entry which of its pictures are nearly the same, and what else they do not have in common.

    To be called after its pictures came, went, changed places or were compared. How many there must be is for
    handing in to say (`rules.gaps`).
    """
    rows = work.session.execute(
        select(Picture, Likeness.pdq)
        .outerjoin(Likeness, Likeness.picture_id == Picture.id)
        .where(Picture.entry_id == entry_id)
        .order_by(Picture.position)
    ).all()
    frames = [Frame(Facts.from_json(picture.facts), pdq[:HASH_BYTES].hex() if pdq else None) for picture, pdq in rows]
    found = check_series(
        frames, least=contest.series_min, most=contest.series_max, severities=contest.terms.severities
    )
    keep_entry_findings(work, entry_id, [one for one in found if one.code.startswith(CODES)], among=CODES)
