"""Checks of what the pixels show. Rows E07, B03 and B04 of the catalogue."""

from collections.abc import Iterator

from contest.inspection.checks.finding import Said
from contest.inspection.report import Report

_LEAST_BORDER_PX = 6
"""Salons allow a line of up to five pixels (PSA)."""

_ALIKE_BITS = 20
"""Of 64; unrelated pictures differ in some 32, a real camera's thumbnail hardly ever in more than 16."""


def thumbnail(report: Report) -> Iterator[Said]:
    """E07: the thumbnail shows another picture; weak evidence, since some programs do not renew it after a crop."""
    distance = report.look.thumbnail_distance
    if distance is not None and distance > _ALIKE_BITS:
        yield "E07.thumbnail_differs", {"bits": distance}


def border(report: Report) -> Iterator[Said]:
    """B03, B04: an even border on four sides, or a band with lettering below, such as phones add."""
    look = report.look
    if look.border_px is not None and look.border_px >= _LEAST_BORDER_PX:
        yield "B03.border", {"given_px": look.border_px}
    elif look.band_colour is not None:
        yield "B04.phone_frame", {}
