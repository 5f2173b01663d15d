"""Checks of the capture: camera data, date, window. Rows C01 to C06 and C09 of the catalogue."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from contest.inspection.checks.finding import Said
from contest.inspection.devices import SCANNER, device
from contest.inspection.facts import ABSENT, BROKEN, Facts
from contest.inspection.report import Report
from contest.inspection.terms import PhotoTerms

_ZONES_REACH = timedelta(hours=14)
"""A camera's clock shows some place's time, mostly without saying which: no two differ by more."""

_DATES_REACH = timedelta(hours=26)
"""GPS says UTC and the camera some place's time: 14 hours, and half a day for a clock nobody set for the journey."""

_SCANNED_SOURCES = frozenset({"negativeFilm", "positiveFilm", "print"})
_CLOCK_GRACE = timedelta(hours=36)
_FIRST_YEAR = 1990
_DEAD_CLOCKS = frozenset({date(1970, 1, 1), date(1980, 1, 1), date(2000, 1, 1)})
"""Where cameras start counting after their battery was changed."""


def camera_data(report: Report) -> Iterator[Said]:
    """C01, C02: there is camera data, and it can be read; absent and broken are different answers."""
    facts = report.facts
    told = (facts.make, facts.model, facts.captured_at_raw, facts.exposure_s, facts.f_number, facts.iso)
    from_exif = (facts.captured_at_source or "").startswith("exif")
    broken = [name for name in ("xmp", "iptc") if getattr(facts, f"{name}_state") == BROKEN]
    if broken:
        yield "C02.texts_damaged", {"blocks": ", ".join(broken).upper()}
    if facts.exif_state == BROKEN:
        yield "C02.camera_data_damaged", {}
    elif facts.exif_state == ABSENT or (not from_exif and all(value is None for value in told)):
        yield "C01.no_camera_data", {}


def capture_date(report: Report, terms: PhotoTerms, received_at: datetime | None) -> Iterator[Said]:
    """C03, C04, C05, C09: a date of capture is there, can be true, and lies within the contest's window.

    A scan's date may be that of the scanning: then it is asked for and compared with nothing.
    """
    facts = report.facts
    scan = is_scan(facts)
    if scan:
        yield ("C09.scan_without_date" if _scanners_date(facts) else "C09.scan"), {}
    if facts.captured_at is None or (scan and _scanners_date(facts)):
        raw = facts.captured_at_raw
        if raw is not None:
            yield "C05.implausible_date", {"given": raw}
        elif not scan:
            yield "C03.no_date", {}
        return
    taken = _moment(facts.captured_at)
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


def dates_agree(report: Report) -> Iterator[Said]:
    """C06: the date of capture against GPS, XMP and the dates of change; a scan's dates differ by nature."""
    facts = report.facts
    if facts.captured_at is None or is_scan(facts):
        return
    taken, from_exif = _moment(facts.captured_at), (facts.captured_at_source or "").startswith("exif")
    said = {"taken": facts.captured_at.replace("T", " ")}
    if facts.gps_at is not None and from_exif and abs(_moment(facts.gps_at) - taken) > _DATES_REACH:
        yield "C06.gps_differs", {**said, "other": facts.gps_at.replace("T", " ")}
    changes = [text for text in (facts.modified_at, facts.history_from) if text is not None]
    first = min(changes, key=_moment, default=None)
    if first is not None and taken - _moment(first) > _DATES_REACH:
        yield "C06.changed_before_taken", {**said, "other": first.replace("T", " ")}
    if facts.xmp_captured_at is not None and from_exif and abs(_moment(facts.xmp_captured_at) - taken) > _DATES_REACH:
        yield "C06.xmp_differs", {**said, "other": facts.xmp_captured_at.replace("T", " ")}


def is_scan(facts: Facts) -> bool:
    """Tell a scanned film or print, by its scanner or by its own declaration."""
    source = (facts.digital_source_type or "").rstrip("/").rpartition("/")[2]
    return source in _SCANNED_SOURCES or device(facts.make, facts.model, software=facts.software) == SCANNER


def _scanners_date(facts: Facts) -> bool:
    """Tell whether a scan's date is missing or is that of the scanning."""
    if facts.captured_at is None or facts.captured_at_source == "exif.digitized":
        return True
    return facts.captured_at_source == "exif.original" and facts.digitized_at in (None, facts.captured_at)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _can_be_true(taken: datetime, received_at: datetime | None) -> bool:
    if taken.year < _FIRST_YEAR or taken.date() in _DEAD_CLOCKS:
        return False
    if received_at is None:
        return True
    return taken <= received_at.astimezone(UTC).replace(tzinfo=None) + _CLOCK_GRACE


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - compared with a clock that knows no zone
