"""Pure checks: facts and a contest's terms in, findings out.

A finding is a code, a severity and parameters; `sentences` has the words for it. What each code means, where the
rule comes from and which traps it must not fall into stands at its function.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from contest.inspection.checks import blindness, capture, file, origin
from contest.inspection.checks.duplicates import Earlier, find_duplicates
from contest.inspection.checks.finding import Finding
from contest.inspection.checks.severities import DEFAULTS, FIXED, OFF, severity_of
from contest.inspection.report import Report
from contest.inspection.terms import PhotoTerms

__all__ = ["DEFAULTS", "FIXED", "Earlier", "Finding", "check", "find_duplicates"]

_OF_THE_FILE: tuple[Callable[[Report], Iterable[file.Said]], ...] = (
    file.pixels_there,
    file.nothing_behind,
    file.one_picture,
    file.colours,
    file.profile,
    capture.camera_data,
    origin.declared_source,
    origin.generator_traces,
    origin.aigc_label,
    blindness.identity,
)


def check(
    report: Report,
    terms: PhotoTerms,
    *,
    received_at: datetime | None = None,
    file_name: str | None = None,
) -> list[Finding]:
    """Hold a report against a contest's terms.

    Args:
        report: The sandbox's.
        terms: The category's or contest's.
        received_at: When the upload was complete, aware; None leaves out that no photograph is taken later.
        file_name: As the photographer's machine called it; only ever a hint.

    Returns:
        Findings, the gravest first. A file of the wrong type, or one that cannot be read at all, gets that one
        finding: whatever else could be said of it would be noise.
    """
    said = list(file.format_accepted(report, terms)) or list(file.readable(report, terms))
    if not said:
        said = [*file.bytes_within(report, terms), *file.sides_within(report, terms)]
        said += [found for one in _OF_THE_FILE for found in one(report)]
        said += capture.capture_date(report, terms, received_at)
        said += file.messenger_copy(report, file_name)
    found = []
    for code, params in said:
        severity = severity_of(code, chosen=terms.severities)
        if severity != OFF:
            found.append(Finding(code=code, severity=severity, params=params))
    return sorted(found, key=lambda one: ("reject", "flag", "note").index(one.severity))
