"""Makes the file of a print: pictures gathered, type set, spliced and checked as an album's edition is."""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pikepdf

from contest.awards.record import PictureRecord
from contest.publishing.album.editions import Edition, Printer, Recipe, recipe_of
from contest.publishing.album.jpeg import file_digest
from contest.publishing.album.plan import Page
from contest.publishing.album.preflight.filed import data_findings, file_findings
from contest.publishing.album.preflight.pages import page_findings
from contest.publishing.album.preflight.report import Finding, error
from contest.publishing.album.printing import Printed, Progress, printed
from contest.publishing.album.sheets import Panel, Sheet, Sheets
from contest.publishing.album.sources import Source, gather
from contest.publishing.prints.paper import Prints

# What people who are to recognize a picture need, and no more: nobody prints a work from a contact sheet.
ON_CONTACT: Final = Recipe(
    version="1.7", claim="", space="screen", ppi=150.0, quality=82, subsampling=2, is_inked=False
)
FOR_PRESS: Final = recipe_of(Edition.PRESS, Printer())
# What a ZIP says of each member's age, so that the same prints make the same bytes.
ZIP_MOMENT: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class PrintReport:
    """What was made; ``findings`` in plain values, as an album's report has them."""

    title: str
    sha256: str
    bytes: int
    pages: int
    built_at: str
    findings: tuple[Mapping[str, Any], ...]

    @property
    def has_errors(self) -> bool:
        """Tell whether anything should be put right before it is printed."""
        return any(finding["severity"] == "error" for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain values."""
        return {**asdict(self), "findings": list(self.findings)}


def make_prints(
    prints: Prints,
    *,
    recipe: Recipe,
    original: Callable[[PictureRecord], Path],
    target: Path,
    built_at: datetime,
    singles: bool = False,
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - nobody listens
) -> PrintReport:
    """Make one PDF of all pages, or a ZIP of one PDF for each.

    Args:
        recipe: `FOR_PRESS` or `ON_CONTACT`.
        original: Gives the path of a picture's file.
        target: Where the file appears, whole, when all is done; replaced when it is there.
        built_at: Aware moment, written into the file. Same prints, files and moment: same bytes.
        progress: Is told how far it is; may raise to stop.

    Raises:
        Invalid: ``album.picture_unreadable``, ``album.picture_shape``, ``album.typeset_failed``.
        Conflict: ``album.original_changed``, ``album.too_large``.
        OSError: a picture's file is missing, or the target cannot be written.
    """
    with TemporaryDirectory(prefix="print-", dir=target.parent) as name:
        folder = Path(name)
        sources = gather(
            {spot.picture: spot for page in prints.pages for spot in page.placements},
            pictures=prints.pictures,
            recipe=recipe,
            printer=Printer(),
            original=original,
            folder=folder,
            progress=lambda done, total: progress("pictures", done, total),
        )
        maker = _Maker(prints, recipe=recipe, sources=sources, built_at=built_at)
        if singles:
            findings = maker.zipped(folder, target, progress=progress)
        else:
            findings = maker.whole(prints.pages, folder, target, progress=progress)
    return PrintReport(
        title=prints.title,
        sha256=file_digest(target),
        bytes=target.stat().st_size,
        pages=len(prints.pages),
        built_at=built_at.isoformat(),
        findings=tuple(finding.to_dict() for finding in (*prints.findings, *findings)),
    )


class _Maker:
    """Makes files of some or all pages, from pictures gathered once."""

    def __init__(self, prints: Prints, *, recipe: Recipe, sources: Mapping[str, Source], built_at: datetime) -> None:
        self.prints, self.recipe, self.sources, self.built_at = prints, recipe, sources, built_at

    def whole(self, pages: tuple[Page, ...], folder: Path, target: Path, *, progress: Progress) -> list[Finding]:
        """Make one PDF of pages and check it."""
        part = replace(self.prints, pages=pages)
        sheets = sheets_of(part)
        shown = {spot.picture for page in pages for spot in page.placements}
        with printed(
            sheets,
            sources={picture: source for picture, source in self.sources.items() if picture in shown},
            inks=part.inks,
            recipe=self.recipe,
            printer=Printer(),
            digest=part.digest(),
            asked=self.recipe.space,
            folder=folder,
            target=target,
            built_at=self.built_at,
            progress=progress,
        ) as made:
            return list(self._check(made, sheets))

    def zipped(self, folder: Path, target: Path, *, progress: Progress) -> list[Finding]:
        """Make one PDF of each page, each under its own name in a ZIP."""
        findings: list[Finding] = []
        packed = folder / "prints.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for number, (page, name) in enumerate(zip(self.prints.pages, self.prints.names, strict=True), start=1):
                with TemporaryDirectory(prefix="single-", dir=folder) as own:
                    single = Path(own) / "single.pdf"
                    findings += self.whole((page,), Path(own), single, progress=_unheard)
                    progress("write", number, len(self.prints.pages))
                    member = zipfile.ZipInfo(f"{name}.pdf", date_time=ZIP_MOMENT)
                    archive.writestr(member, single.read_bytes())
        packed.replace(target)
        return findings

    def _check(self, made: Printed, sheets: Sheets) -> Iterator[Finding]:
        for index, over_mm in made.overflows:
            yield error("text_overflow", sheets.sheets[index].label, over_mm=over_mm)
        numbers = self.prints.numbers
        yield from data_findings(made.path, made.spliced.places, numbers)
        with pikepdf.open(made.path) as pdf:
            yield from file_findings(pdf, sheets=sheets, recipe=self.recipe, output=Printer().profile)
            yield from page_findings(pdf, sheets=sheets, recipe=self.recipe, printer=Printer(), numbers=numbers)


def _unheard(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody: of many small files only the number made is news."""


def sheets_of(prints: Prints) -> Sheets:
    """Give the pages as what the typesetter sets."""
    code = prints.digest()[:8]
    return Sheets(
        title=prints.title,
        language=prints.language,
        width_mm=prints.width_mm,
        height_mm=prints.height_mm,
        bleed_mm=prints.bleed_mm,
        marks=prints.marks,
        sheets=tuple(
            Sheet(label=page.label, panels=(Panel(page=page),), name=f"{prints.title}   {page.label}   {code}")
            for page in prints.pages
        ),
        is_bound=False,
    )
