"""What follows from a contest's dates and decisions; pure."""

from datetime import datetime, timedelta

from contest.kernel.permissions import State


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
