"""Checks of what would tell a juror whose picture it is. Row B01."""

from collections.abc import Iterator

from contest.inspection.checks.file import Said
from contest.inspection.report import Report

_CARRIERS = (
    "artist",
    "copyright",
    "xp_author",
    "owner_name",
    "serial_number",
    "iptc_byline",
    "iptc_copyright",
    "xmp_creators",
    "xmp_rights",
    "latitude",
)


def identity(report: Report) -> Iterator[Said]:
    """B01: fields that name a person, a camera or a place; the finding names the fields, never their content."""
    carriers = [name for name in _CARRIERS if getattr(report.facts, name)]
    if carriers:
        yield "B01.identity_in_metadata", {"fields": ", ".join(carriers)}
