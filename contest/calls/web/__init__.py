"""Pages of a contest: front door, home, settings, desk; and which contest an address names."""

from contest.calls.web import archive, audit, desk, front, home, people, settings
from contest.calls.web.relating import pages, relate, this_contest

__all__ = ["archive", "audit", "desk", "front", "home", "pages", "people", "relate", "settings", "this_contest"]
