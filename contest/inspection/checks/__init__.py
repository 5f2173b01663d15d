"""Pure checks: facts and a contest's terms in, findings out.

A finding is a code, a severity and parameters; `sentences` has the words for it. What each code means, where the
rule comes from and which traps it must not fall into stands at its function.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from contest.inspection.checks import blindness, camera, capture, file, origin, pixels
from contest.inspection.checks.blindness import find_names
from contest.inspection.checks.duplicates import Earlier, find_duplicates
from contest.inspection.checks.finding import Finding, Said
from contest.inspection.checks.originals import compare_original
from contest.inspection.checks.resemblances import find_resemblances
from contest.inspection.checks.series import Frame, check_series
from contest.inspection.checks.severities import DEFAULTS, FIXED, weighed
from contest.inspection.checks.size import size_within
from contest.inspection.report import Report
from contest.inspection.terms import PhotoTerms

__all__ = [
    "DEFAULTS",
    "FIXED",
    "Earlier",
    "Finding",
    "Frame",
    "check",
    "check_series",
    "compare_original",
    "find_duplicates",
    "find_names",
    "find_resemblances",
]

_OF_THE_FILE: tuple[Callable[[Report], Iterable[Said]], ...] = (
    file.pixels_there,
    file.nothing_behind,
    file.one_picture,
    file.colours,
    file.profile,
    file.turned,
    file.compression,
    capture.camera_data,
    capture.dates_agree,
    origin.edited,
    origin.merged,
    origin.declared_source,
    origin.content_credentials,
    origin.generator_traces,
    origin.aigc_label,
    pixels.thumbnail,
    pixels.border,
    blindness.identity,
)
_BY_TERMS: tuple[Callable[[Report, PhotoTerms], Iterable[Said]], ...] = (
    file.print_size,
    camera.camera_named,
    camera.place_within,
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
        said = list(size_within(report, terms.limits))
        said += [found for one in _OF_THE_FILE for found in one(report)]
        said += [found for one in _BY_TERMS for found in one(report, terms)]
        said += capture.capture_date(report, terms, received_at)
        said += file.messenger_copy(report, file_name)
    return sorted(
        weighed(said, chosen=terms.severities), key=lambda one: ("reject", "flag", "note").index(one.severity)
    )
