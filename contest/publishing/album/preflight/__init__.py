"""Checks a built file as a print shop would: opens what was written and reports what would go wrong on press.

Errors block a release to the printer; warnings want a name and a reason. The list follows ISO 15930-4 and -7, the
shops' own sheets, and what a juried work may never suffer: cropping, squeezing, a wrong name.
"""

from collections.abc import Mapping
from pathlib import Path

import pikepdf

from contest.awards.record import Record
from contest.publishing.album.editions import Edition, Printer, recipe_of
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.preflight.filed import data_findings, file_findings
from contest.publishing.album.preflight.pages import page_findings
from contest.publishing.album.preflight.planned import picture_findings, plan_findings
from contest.publishing.album.preflight.report import Finding, PictureLine, Preflight, error
from contest.publishing.album.sheets import Sheets

__all__ = ["Finding", "PictureLine", "Preflight", "inspect"]


def inspect(
    path: Path,
    *,
    plan: AlbumPlan,
    sheets: Sheets,
    record: Record,
    edition: Edition,
    printer: Printer,
    withheld: Mapping[str, str],
    pictures: tuple[PictureLine, ...],
    places: Mapping[str, tuple[int, int, int]],
    overflows: tuple[tuple[int, float], ...],
) -> Preflight:
    """Check a written file against its plan, its record and its printer.

    Args:
        sheets: What was set.
        withheld: Why a work must not be printed, by its id.
        pictures: One line per photograph.
        places: Where each picture's data stand in the file: offset, length, CRC-32 of what was written.
        overflows: Sheet index and excess in mm of texts that do not fit.
    """
    recipe = recipe_of(edition, printer)
    numbers = {picture.id: work.number for work in record.works for picture in work.pictures}
    findings = [
        *(error("text_overflow", sheets.sheets[index].label, over_mm=over) for index, over in overflows),
        *plan_findings(plan, record, withheld),
        *picture_findings(pictures, edition=edition, printer=printer),
        *data_findings(path, places, numbers),
    ]
    with pikepdf.open(path) as pdf:
        findings += [
            *file_findings(pdf, sheets=sheets, recipe=recipe, output=printer.profile),
            *page_findings(pdf, sheets=sheets, recipe=recipe, printer=printer, numbers=numbers),
        ]
    return Preflight(findings=tuple(findings), pictures=pictures)
