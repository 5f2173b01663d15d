"""In which state a contest is, and from where it may move on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from contest.kernel.bilingual import Bilingual
from contest.kernel.permissions import State

# From where each decided state may be reached. Grace and prescreen follow from the clock.
PREDECESSORS: Final[Mapping[State, frozenset[State]]] = {
    State.OPEN: frozenset({State.DRAFT}),
    State.ROUND: frozenset({State.PRESCREEN, State.DELIB}),
    State.DELIB: frozenset({State.ROUND}),
    State.SEALED: frozenset({State.DELIB, State.ANNOUNCED}),
    State.ANNOUNCED: frozenset({State.SEALED, State.ARCHIVED}),
    State.ARCHIVED: frozenset({State.ANNOUNCED}),
}


def state_at(decided: State, *, closes_at: datetime, grace_minutes: int, at: datetime) -> State:
    """Give the state of a contest at a moment.

    Args:
        decided: What the organizer last decided. While it is "open", the clock does the rest.
        closes_at: End of the window for entries, half open: at this very moment it is closed.
        grace_minutes: How long uploads begun in time may still finish.
        at: The moment.

    Returns:
        ``decided``, or grace or prescreen where an open contest's window has closed by ``at``.
    """
    if decided is not State.OPEN or at < closes_at:
        return decided
    return State.GRACE if at < closes_at + timedelta(minutes=grace_minutes) else State.PRESCREEN


def missing_to_open(
    *,
    name: Bilingual,
    notice: Bilingual,
    categories: int,
    tiers: int,
    has_organizer: bool,
    has_two_sides: bool,
    closes_at: datetime,
    at: datetime,
) -> list[str]:
    """List what a draft still needs before entries may come in.

    Args:
        has_two_sides: Whether somebody organizes and judges though the contest does not let one person do both.

    Returns:
        Codes of sentences, the most basic first; empty when the contest may open.
    """
    needs = {
        "contest.needs_name": not name,
        "contest.needs_notice": not notice,
        "contest.needs_category": categories == 0,
        "contest.needs_tier": tiers == 0,
        "contest.needs_future": closes_at <= at,
        "contest.needs_organizer": not has_organizer,
        "contest.needs_one_side": has_two_sides,
    }
    return [code for code, is_missing in needs.items() if is_missing]
