"""The one place that reads the clock; everything else takes a moment as an argument."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Gives the present moment, aware and in UTC."""

    def __call__(self) -> datetime:
        """Give the present moment."""


def system_clock() -> datetime:
    """Read the machine's clock as an aware UTC moment."""
    return datetime.now(tz=UTC)  # noqa: TID251 - this is the one place
