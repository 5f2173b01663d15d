"""Builds one edition of an album: from a plan and its originals to one checked file, all or nothing.

Called alike by the job and by the command line. No picture is decoded in this process: markers are read here,
type is set and pictures are converted in child processes. Same plan, originals, printer and moment: same bytes.
"""

import json
import resource
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from contest.awards.record import PictureRecord, Record
from contest.kernel.errors import Conflict
from contest.publishing.album.editions import Edition, Printer, recipe_of
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.preflight import PictureLine, Preflight, inspect
from contest.publishing.album.printing import Progress, printed
from contest.publishing.album.sheets import Sheets, sheets_of, spine_mm
from contest.publishing.album.sources import MM_PER_INCH, Measure, Source, gather

SOFTWARE: Final = (
    "typst",
    "pikepdf",
    "pillow",
    "pylopdf-fonts-zh-cn",
    "manimgx-fonts-cjk",
    "fontpkg-source-serif-4",
)


@dataclass(frozen=True, kw_only=True)
class AlbumReport:
    """What was built.

    Attributes:
        sha256: Of the file, hexadecimal; ``bytes`` its size.
        pages: Of the file: of a proof, spreads.
        seconds_cpu: Processor time of this process and its children, in seconds.
        profile: What the output profile is called; ``profile_md5``, by which print portals tell it.
        spine_mm: Of the whole book on this printer's paper.
    """

    title: str
    edition: Edition
    claim: str
    sha256: str
    bytes: int
    pages: int
    pictures: int
    record_digest: str
    plan_digest: str
    profile: str
    profile_md5: str
    ink_limit_percent: int
    spine_mm: float
    built_at: str
    versions: Mapping[str, str]
    missing: tuple[tuple[str, str], ...]
    preflight: Preflight
    seconds_cpu: float

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain values: for a table, for JSON, for ``report.page``."""
        plain = asdict(self)
        del plain["preflight"]
        return {
            **plain,
            "findings": [finding.to_dict() for finding in self.preflight.findings],
            "lines": [line.to_dict() for line in self.preflight.pictures],
        }

    def to_json(self) -> str:
        """Write the report for a file, keys sorted, UTF-8 left as it is."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, indent=1)


def build_plan(
    plan: AlbumPlan,
    *,
    edition: Edition,
    record: Record,
    original: Callable[[PictureRecord], Path],
    target: Path,
    built_at: datetime,
    printer: Printer | None = None,
    withheld: Mapping[str, str] | None = None,
    measures: Mapping[str, Measure] | None = None,
    larger: Mapping[str, PictureRecord] | None = None,
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - nobody listens
) -> AlbumReport:
    """Build one edition of a plan.

    Args:
        record: The sealed result that the plan shows.
        original: Gives the path of a picture's original file.
        target: Where the file appears, whole, when all is done; replaced when it is there.
        built_at: Aware moment, written into the file.
        printer: What the printer asks for; None for the usual.
        withheld: Why a work must not be printed, by its id, as `clearance.withheld` tells. The preflight objects.
        measures: What earlier editions for the same printer measured, by SHA-256 of the original; the press edition
            and the cover, which touch no photograph, report from them.
        larger: Larger files that are printed in place of judged ones, by the picture's id.
        progress: Is told how far it is; may raise to stop.

    Raises:
        Invalid: ``album.picture_unreadable``, ``album.picture_shape``, ``album.typeset_failed``.
        Conflict: ``album.plan_outdated``, the plan shows another record; ``album.original_changed``,
            ``album.too_large``.
        OSError: an original is missing, or the target cannot be written.
    """
    if plan.record_digest != record.digest():
        raise Conflict("album.plan_outdated")
    started = _seconds()
    printer = printer or Printer()
    recipe = recipe_of(edition, printer)
    sheets = sheets_of(
        plan,
        edition=edition,
        printer=printer,
        language=(record.language if plan.language == "both" else plan.language)[:2],
    )
    with tempfile.TemporaryDirectory(prefix="album-") as name:
        folder = Path(name)
        sources = gather(
            {ident: spot for ident, spot in plan.largest().items() if ident in _shown(sheets)},
            pictures={picture.id: picture for work in record.works for picture in work.pictures} | dict(larger or {}),
            recipe=recipe,
            printer=printer,
            original=original,
            folder=folder,
            progress=lambda done, total: progress("pictures", done, total),
        )
        with printed(
            sheets,
            sources=sources,
            inks=plan.inks,
            recipe=recipe,
            printer=printer,
            digest=plan.digest(),
            asked=_asked(edition, printer),
            folder=folder,
            target=target,
            built_at=built_at,
            progress=progress,
        ) as made:
            checked = inspect(
                made.path,
                plan=plan,
                sheets=sheets,
                record=record,
                edition=edition,
                printer=printer,
                withheld=withheld or {},
                pictures=tuple(_lines(plan, record, sources, measures or {})),
                places=made.spliced.places,
                overflows=made.overflows,
            )
    return AlbumReport(
        title=plan.title,
        edition=edition,
        claim=recipe.claim,
        sha256=made.spliced.sha256,
        bytes=made.spliced.bytes,
        pages=len(sheets.sheets),
        pictures=len(sources),
        record_digest=plan.record_digest,
        plan_digest=plan.digest(),
        profile=printer.profile.name,
        profile_md5=printer.profile.md5,
        ink_limit_percent=printer.ink_limit_percent,
        spine_mm=spine_mm(plan, printer),
        built_at=built_at.isoformat(),
        versions={name: version(name) for name in SOFTWARE},
        missing=plan.missing,
        preflight=checked,
        seconds_cpu=round(_seconds() - started, 2),
    )


def _shown(sheets: Sheets) -> frozenset[str]:
    return frozenset(spot.picture for sheet in sheets.sheets for spot in sheet.placements())


def _asked(edition: Edition, printer: Printer) -> str:
    """Write down what, beside plan and photographs, an edition's bytes depend on."""
    return f"{edition} {printer.profile.sha256} {printer.ink_limit_percent} {printer.leaf_mm} {printer.only_inks}"


def _lines(
    plan: AlbumPlan, record: Record, sources: Mapping[str, Source], measures: Mapping[str, Measure]
) -> list[PictureLine]:
    pages = {spot: page.label for page in plan.pages for spot in page.placements}
    numbers = {work.id: work.number for work in record.works}
    judged = {picture.id: picture.sha256 for work in record.works for picture in work.pictures}
    lines = []
    for ident, spot in plan.largest().items():
        if ident not in sources:
            continue
        source = sources[ident]
        picture = source.picture
        width, height = picture.width_px, picture.height_px
        lines.append(
            PictureLine(
                picture=ident,
                work=spot.work,
                number=numbers[spot.work],
                page=pages[spot],
                sha256=picture.sha256,
                judged_sha256=judged[ident],
                width_px=width,
                height_px=height,
                width_mm=spot.width_mm,
                height_mm=spot.height_mm,
                ppi=round(min(width / spot.width_mm, height / spot.height_mm) * MM_PER_INCH, 1),
                colour=source.colour,
                profile=source.profile_name,
                derivative=source.converted,
                derivative_sha256=source.sha256 if source.converted else "",
                measure=source.measure or measures.get(picture.sha256),
            )
        )
    return lines


def _seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
