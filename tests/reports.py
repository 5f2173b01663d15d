"""Reports of pictures that were never there, for checks that see nothing but reports."""

from typing import Any

from contest.inspection.facts import Facts
from contest.inspection.report import Look, Report, Structure


def report(
    *,
    facts: dict[str, Any] | None = None,
    structure: dict[str, Any] | None = None,
    look: dict[str, Any] | None = None,
    **fields: Any,
) -> Report:
    """Make the report of a faultless camera JPEG, but for what is given."""
    sound = {"make": "Contoso", "model": "Camera 7", "captured_at": "2026-10-17T17:42:00", "exif_state": "read"}
    sound |= {"captured_at_source": "exif.original", "icc_profile": "sRGB", "icc_space": "RGB", "icc_state": "read"}
    whole = {"color": "rgb", "bits": 8, "scans": 1, "pixel_bytes": 5_900_000, "quality": 92}
    given = {"format": "jpeg", "bytes": 6_000_000, "width_px": 6000, "height_px": 4000, "decodes": True}
    return Report(
        **{**given, **fields},
        facts=Facts(**{**sound, **(facts or {})}),
        structure=Structure(**{**whole, **(structure or {})}),
        look=Look(**(look or {})),
    )
