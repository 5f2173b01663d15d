"""Read the ways in which metadata write a date; none of them is trusted to be one."""

import re
from datetime import datetime

_MOMENT = re.compile(
    r"\s*(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):\s?(\d{1,2})(?::\s?(\d{1,2})(?:[.,](\d+))?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?\s*"
)
_MIDNIGHT, _LEAP_SECOND = "24", "60"
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{2})([+-]\d{4})?")


def read_moment(text: str | None) -> tuple[str, str | None] | None:
    """Read a local moment as EXIF ("2026:10:17 17:42:00") or XMP (ISO 8601) writes it.

    Returns:
        ISO text without a zone, date alone where no time was given, and the offset "+08:00" or None; None
        where there is no such day or time.
    """
    found = _MOMENT.fullmatch(text or "")
    if found is None:
        return None
    year, month, day, hour, minute, second, _fraction, zone = found.groups()
    hour = "00" if hour == _MIDNIGHT else hour  # of the same day, by phones that count hours from 1 to 24
    second = "59" if second == _LEAP_SECOND else second
    try:
        moment = datetime(  # noqa: DTZ001 - a camera's clock knows no zone
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
    except ValueError:
        return None
    return (moment.isoformat() if hour else moment.date().isoformat()), read_offset(zone)


def read_offset(text: str | None) -> str | None:
    """Give a UTC offset as "+08:00"; None for anything else."""
    if text is None:
        return None
    if text.strip() == "Z":
        return "+00:00"
    found = re.fullmatch(r"\s*([+-])(\d{1,2}):?(\d{2})\s*", text)
    return f"{found[1]}{found[2]:0>2}:{found[3]}" if found else None


def read_iptc_moment(date: str | None, time: str | None) -> tuple[str, str | None] | None:
    """Read IPTC's digits: date "20261017", time "174200+0800", the latter optional."""
    day = _DIGITS.fullmatch(date or "")
    if day is None:
        return None
    clock = _TIME_DIGITS.fullmatch(time or "")
    if clock is None:
        return read_moment("{}-{}-{}".format(*day.groups()))
    return read_moment("{}-{}-{} {}:{}:{}{}".format(*day.groups(), clock[1], clock[2], clock[3], clock[4] or ""))
