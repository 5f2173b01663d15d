"""What organizers do with a contest."""

from contest.calls.actions.states import advance

__all__ = ["advance"]
