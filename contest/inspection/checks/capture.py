"""Checks of the capture: camera data, date, window. Rows C01 to C05 of the catalogue."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from contest.inspection.checks.file import Said
from contest.inspection.facts import ABSENT, BROKEN
from contest.inspection.report import Report
from contest.inspection.terms import PhotoTerms

_ZONES_REACH = timedelta(hours=14)
"""A camera's clock shows some place's time, mostly without saying which: no two differ by more."""

_CLOCK_GRACE = timedelta(hours=36)
_FIRST_YEAR = 1990
_DEAD_CLOCKS = frozenset({date(1970, 1, 1), date(1980, 1, 1), date(2000, 1, 1)})
"""Where cameras start counting after their battery was changed."""


def camera_data(report: Report) -> Iterator[Said]:
    """C01, C02: there is camera data, and it can be read; absent and broken are different answers."""
    facts = report.facts
    told = (facts.make, facts.model, facts.captured_at_raw, facts.exposure_s, facts.f_number, facts.iso)
    from_exif = (facts.captured_at_source or "").startswith("exif")
    if facts.exif_state == BROKEN:
        yield "C02.camera_data_damaged", {}
    elif facts.exif_state == ABSENT or (not from_exif and all(value is None for value in told)):
        yield "C01.no_camera_data", {}


def capture_date(report: Report, terms: PhotoTerms, received_at: datetime | None) -> Iterator[Said]:
    """C03, C04, C05: a date of capture is there, can be true, and lies within the contest's window."""
    facts = report.facts
    if facts.captured_at is None:
        raw = facts.captured_at_raw
        if raw is None:
            yield "C03.no_date", {}
        else:
            yield "C05.implausible_date", {"given": raw}
        return
    taken = datetime.fromisoformat(facts.captured_at)
    shown = facts.captured_at.replace("T", " ")
    if not _can_be_true(taken, received_at):
        yield "C05.implausible_date", {"given": shown}
        return
    if terms.captured_from is not None:
        early = _midnight(terms.captured_from) - taken
        if early > timedelta(0):
            near = early <= _ZONES_REACH
            yield (
                "C04.near_the_edge" if near else "C04.before_the_window",
                {"taken": shown, "edge": terms.captured_from.isoformat()},
            )
    if terms.captured_until is not None:
        late = taken - _midnight(terms.captured_until)
        if late >= timedelta(0):
            near = late <= _ZONES_REACH
            last = terms.captured_until - timedelta(days=1)
            yield (
                "C04.near_the_edge" if near else "C04.after_the_window",
                {"taken": shown, "edge": last.isoformat()},
            )


def _can_be_true(taken: datetime, received_at: datetime | None) -> bool:
    if taken.year < _FIRST_YEAR or taken.date() in _DEAD_CLOCKS:
        return False
    if received_at is None:
        return True
    return taken <= received_at.astimezone(UTC).replace(tzinfo=None) + _CLOCK_GRACE


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - compared with a clock that knows no zone
