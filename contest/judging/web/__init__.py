"""Pages of judging: briefing, room, own marks, jury desk; and whose a ballot is."""

from contest.calls.desk import PROVIDERS
from contest.entries.blind import READ
from contest.judging import queries
from contest.judging.rules.settings import points
from contest.judging.web import (
    acts,
    changes,
    deliberation,
    desk,
    disclosure,
    panel,
    paper,
    record,
    room,
    standing,
    works,
)
from contest.judging.web.figures import figures
from contest.judging.web.relating import pages, relate

__all__ = [
    "acts",
    "changes",
    "deliberation",
    "desk",
    "disclosure",
    "pages",
    "panel",
    "paper",
    "record",
    "relate",
    "room",
    "standing",
    "works",
]

PROVIDERS.append(figures)
READ[:] = [queries.read_by_jurors]
pages.add_app_template_filter(points, "points")
