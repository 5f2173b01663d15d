"""Compare a finalist's original file with the entry, by what both files say. Row R01, its metadata part."""

from collections.abc import Mapping

from contest.inspection.checks.finding import Finding, Said
from contest.inspection.checks.severities import weighed
from contest.inspection.facts import Facts

_SAME_CAPTURE = (
    "captured_at",
    "subsec",
    "make",
    "model",
    "serial_number",
    "lens_model",
    "image_unique_id",
    "exposure_s",
    "f_number",
    "iso",
    "focal_length_mm",
)
"""Exporting keeps all of these or drops them; only another exposure changes them."""

_TELLING = frozenset({"captured_at", "image_unique_id"})
_ROUNDING = 0.01


def compare_original(entry: Facts, original: Facts, *, severities: Mapping[str, str] | None = None) -> list[Finding]:
    """R01: do both files speak of the same exposure?

    What one of them leaves out is no difference. The pixels are not compared: two exposures of one second with the
    same settings look alike here.

    Returns:
        One finding: R01.same_capture, R01.differs with the fields, or R01.nothing_to_compare.
    """
    both = [
        (name, getattr(entry, name), getattr(original, name))
        for name in _SAME_CAPTURE
        if getattr(entry, name) is not None and getattr(original, name) is not None
    ]
    differing = [name for name, one, other in both if not _same(name, one, other)]
    said: Said = "R01.same_capture", {"fields": ", ".join(name for name, _, _ in both)}
    if differing:
        said = "R01.differs", {"fields": ", ".join(differing)}
    elif _TELLING.isdisjoint(name for name, _, _ in both):
        said = "R01.nothing_to_compare", {}
    return weighed([said], chosen=severities or {})


def _same(name: str, one: object, other: object) -> bool:
    """Compare two values; a number that a program rounded is the same, and so is "42" for "420" of a second."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= _ROUNDING * max(abs(one), abs(other))
    if name == "subsec":
        return str(one).rstrip("0") == str(other).rstrip("0")
    return one == other
