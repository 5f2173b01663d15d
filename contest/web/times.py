"""Moments as people read them: in the contest's zone, and with the zone in words."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask_babel import get_locale

from contest.kernel.bilingual import Bilingual

# Babel says "China Standard Time", which nobody in China calls it.
ZONE_NAMES: Final = {
    "Asia/Shanghai": Bilingual("北京时间", "Beijing time"),
    "UTC": Bilingual("协调世界时", "Universal time"),
}


def moment(at: datetime, zone: str, language: str | None = None) -> str:
    """Write a moment to the minute, such as "2026-12-03 09:12 北京时间 (UTC+8)"."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone_in_words(zone, at, language)}"


def closing(at: datetime, zone: str, language: str | None = None) -> str:
    """Write the end of a half-open window: midnight is 24:00 of the day before, as notices say it."""
    local = at.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute) == (0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00 {zone_in_words(zone, at, language)}"
    return moment(at, zone, language)


def short(at: datetime, zone: str) -> str:
    """Write a moment for a table whose head names the zone, such as "12-03 09:12"."""
    return f"{at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}"


def day(at: datetime, zone: str) -> str:
    """Write a day, such as "2026-12-03"."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d}"


def zone_in_words(zone: str, at: datetime, language: str | None = None) -> str:
    """Name a zone and its offset at a moment, such as "Beijing time (UTC+8)"."""
    spoken = language or str(get_locale())
    named = ZONE_NAMES.get(zone)
    name = named.in_(spoken) if named else get_timezone_name(ZoneInfo(zone), locale=spoken)
    offset = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    hours, minutes = divmod(int(offset.total_seconds()) // 60, 60)
    return f"{name} (UTC{hours:+d}{f':{minutes:02d}' if minutes else ''})"
