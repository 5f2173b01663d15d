"""The story of the demonstration contest as plain data, and the scores its jury gives."""

import random

from contest.demo.story.call import CALL, ZONE, Call, Category, Tier
from contest.demo.story.cast import AUTHORS, JURY, UNITS, VOTING, Author, Juror, Unit
from contest.demo.story.works import COPY, WORKS, Copy, Exposure, Work

__all__ = [
    "AUTHORS",
    "CALL",
    "COPY",
    "JUDGED",
    "JURY",
    "SEED",
    "UNITS",
    "VOTING",
    "WORKS",
    "ZONE",
    "Author",
    "Call",
    "Category",
    "Copy",
    "Exposure",
    "Juror",
    "Tier",
    "Unit",
    "Work",
    "scores",
]

JUDGED = tuple(work for work in WORKS if work.flaw is None)
# With this seed no two works tie across a prize line, so that the demonstration runs through by itself.
SEED = 18


def scores(seed: int = SEED) -> dict[tuple[str, str], int]:
    """Draw what each voting juror gives each eligible work.

    A juror's own works and those of the juror's unit are left out, as the panel never assigns them.

    Args:
        seed: Chooses the draw.

    Returns:
        (juror's key, work's key) to a whole score, 1..10.
    """
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated, nothing secret
    units = {author.key: author.unit for author in AUTHORS}
    drawn: dict[tuple[str, str], int] = {}
    for juror in VOTING:
        for work in JUDGED:
            given = 2.6 + 6.6 * work.quality + juror.severity + chance.gauss(0, juror.spread)
            if juror.unit is None or units[work.author] != juror.unit:
                drawn[juror.key, work.key] = min(10, max(1, round(given)))
    return drawn
