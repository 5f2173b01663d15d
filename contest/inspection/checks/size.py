"""Checks of a file's size in bytes and pixels, with alternatives. Rows F05 and F06 of the catalogue."""

from collections.abc import Iterator
from typing import Any

from contest.inspection.checks.finding import Said
from contest.inspection.checks.numbers import MEGABYTE, tenths_down, tenths_up
from contest.inspection.report import Report
from contest.inspection.terms import Limits, either_of


def size_within(report: Report, limits: Limits) -> Iterator[Said]:
    """F05, F06: every limit holds, and of alternatives at least one."""
    yield from _bytes_within(report, limits)
    yield from _sides_within(report, limits)
    for one in limits.all_of:
        yield from size_within(report, one)
    if limits.any_of and all(any(True for _ in size_within(report, one)) for one in limits.any_of):
        yield _none_holds(report, limits.any_of)


def _bytes_within(report: Report, limits: Limits) -> Iterator[Said]:
    if limits.bytes_min is not None and report.bytes < limits.bytes_min:
        yield (
            "F05.too_few_bytes",
            {"limit_mb": tenths_up(limits.bytes_min, MEGABYTE), "given_mb": tenths_down(report.bytes, MEGABYTE)},
        )
    if limits.bytes_max is not None and report.bytes > limits.bytes_max:
        yield (
            "F05.too_many_bytes",
            {"limit_mb": tenths_down(limits.bytes_max, MEGABYTE), "given_mb": tenths_up(report.bytes, MEGABYTE)},
        )


def _sides_within(report: Report, limits: Limits) -> Iterator[Said]:
    """Compare the sides in pixels, as the picture is seen."""
    if report.width_px is None or report.height_px is None:
        return
    short, long = sorted((report.width_px, report.height_px))
    compared = (
        ("F06.long_side_too_small", long, limits.long_side_min_px, -1),
        ("F06.long_side_too_large", long, limits.long_side_max_px, 1),
        ("F06.short_side_too_small", short, limits.short_side_min_px, -1),
        ("F06.too_wide", report.width_px, limits.width_max_px, 1),
        ("F06.too_high", report.height_px, limits.height_max_px, 1),
    )
    for code, given, limit, direction in compared:
        if limit is not None and (given - limit) * direction > 0:
            yield code, {"limit_px": limit, "given_px": given}


def _none_holds(report: Report, alternatives: tuple[Limits, ...]) -> Said:
    """Say that no alternative holds: in words for the usual pair, in signs for any other."""
    given_mb = tenths_down(report.bytes, MEGABYTE)
    usual = either_of(alternatives)
    if usual is not None:
        params: dict[str, Any] = {"limit_mb": tenths_up(usual[0], MEGABYTE), "limit_px": usual[1]}
        given_px = max(report.width_px or 0, report.height_px or 0)
        return "F05.bytes_or_long_side", {**params, "given_mb": given_mb, "given_px": given_px}
    given = f"{given_mb} MB, {report.width_px or 0} × {report.height_px or 0} px"
    return "F05.no_alternative", {"given": given, "accepted": " / ".join(map(_signs, alternatives))}


def _signs(limits: Limits) -> str:
    """Write limits in signs that need no translation: "≥ 5 MB, max(w, h) ≥ 3000 px"."""
    pixels = (
        ("max(w, h) ≥", limits.long_side_min_px),
        ("max(w, h) ≤", limits.long_side_max_px),
        ("min(w, h) ≥", limits.short_side_min_px),
        ("w ≤", limits.width_max_px),
        ("h ≤", limits.height_max_px),
    )
    parts = [f"≥ {tenths_up(limits.bytes_min, MEGABYTE)} MB"] if limits.bytes_min is not None else []
    parts += [f"≤ {tenths_down(limits.bytes_max, MEGABYTE)} MB"] if limits.bytes_max is not None else []
    parts += [f"{sign} {limit} px" for sign, limit in pixels if limit is not None]
    parts += [_signs(one) for one in limits.all_of]
    parts += [f"({' / '.join(map(_signs, limits.any_of))})"] if limits.any_of else []
    return ", ".join(parts)
