"""Between the contest's wall clock, as notices write it, and moments."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from contest.kernel.errors import Invalid

_CLOCK: Final = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)")


@dataclass(frozen=True, kw_only=True)
class Remaining:
    """How long until a moment, each part a whole number; all 0 when it has come."""

    days: int
    hours: int
    minutes: int


def moment_of(day: date, clock: str, *, zone: str) -> datetime:
    """Read a day and a wall-clock time of a zone as a UTC moment.

    Args:
        clock: "HH:MM"; "24:00" is the start of the next day, as notices mean it.

    Raises:
        Invalid: ``date.unusable``, the clock shows no such time; ``zone.unknown``.
    """
    if not is_zone(zone):
        raise Invalid("zone.unknown")
    found = _CLOCK.fullmatch(clock.strip())
    if found is None:
        raise Invalid("date.unusable")
    hour, minute = int(found[1]), int(found[2])
    if hour == 24:  # noqa: PLR2004 - the one hour that is not on a clock
        if minute:
            raise Invalid("date.unusable")
        day, hour = day + timedelta(days=1), 0
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day_and_clock(at: datetime, *, zone: str, is_end: bool) -> tuple[date, str]:
    """Write a moment as a day and a wall-clock time; the end of a window at midnight is 24:00 of the day before."""
    local = at.astimezone(ZoneInfo(zone))
    if is_end and (local.hour, local.minute) == (0, 0):
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"


def remaining(until: datetime, *, at: datetime) -> Remaining:
    """Say how long it is until a moment, in whole minutes, rounded up so that it never says 0 too early."""
    minutes = max(0, -((at - until) // timedelta(minutes=1)))
    days, rest = divmod(minutes, 24 * 60)
    return Remaining(days=days, hours=rest // 60, minutes=rest % 60)


@cache
def zones() -> frozenset[str]:
    """Give the names of all time zones, which the machine keeps in hundreds of files."""
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Tell whether there is a time zone of this name, such as "Asia/Shanghai"."""
    return name in zones()
