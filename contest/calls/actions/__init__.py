"""What organizers do with a contest."""

from contest.calls.actions.people import add_role, add_unit, end_role, remove_unit
from contest.calls.actions.settings import draft_contest, edit
from contest.calls.actions.states import advance, archive, checked_reason, extend_deadline, restore

__all__ = [
    "add_role",
    "add_unit",
    "advance",
    "archive",
    "checked_reason",
    "draft_contest",
    "edit",
    "end_role",
    "extend_deadline",
    "remove_unit",
    "restore",
]
