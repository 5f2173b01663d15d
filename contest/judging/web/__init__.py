"""Pages of judging: briefing, room, own marks, jury desk; and whose a ballot is."""

from contest.calls.desk import PROVIDERS
from contest.judging.web import acts, desk, room
from contest.judging.web.figures import figures
from contest.judging.web.relating import pages, relate

__all__ = ["acts", "desk", "pages", "relate", "room"]

PROVIDERS.append(figures)
