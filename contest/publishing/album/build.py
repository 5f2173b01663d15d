"""Builds one edition of an album: from a plan and its originals to one checked file, all or nothing.

Called alike by the job and by the command line. No picture is decoded in this process: markers are read here,
type is set and pictures are converted in child processes. Same plan, originals, printer and moment: same bytes.
"""

import json
import os
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
from contest.kernel.ids import new_code
from contest.publishing.album.design import Ink
from contest.publishing.album.editions import Edition, Printer, Recipe, recipe_of
from contest.publishing.album.finish import Photograph, finish, identity
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.preflight import PictureLine, Preflight, inspect
from contest.publishing.album.sandbox import run_child
from contest.publishing.album.sheets import Sheets, sheets_of, spine_mm
from contest.publishing.album.sources import MM_PER_INCH, Measure, Source, gather
from contest.publishing.album.splice import Payload, splice
from contest.publishing.album.typeset import set_type

SOFTWARE: Final = (
    "typst",
    "pikepdf",
    "pillow",
    "pylopdf-fonts-zh-cn",
    "manimgx-fonts-cjk",
    "fontpkg-source-serif-4",
)
SHOW_LIMITS: Final = {"seconds": 30, "memory_mib": 2048, "file_mib": 1}

# Told after every step: the stage ("pictures", "typeset", "write", "check"), how much of it is done, of how much. It
# may raise to stop the build: then nothing is left behind.
Progress = Callable[[str, int, int], None]


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
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - nobody listens
) -> AlbumReport:
    """Build one edition of a plan.

    Args:
        record: The sealed result that the plan shows.
        original: Gives the path of a picture's original file.
        target: Where the file appears, whole, when all is done; replaced when it is there.
        built_at: Aware moment, written into the file.
        printer: What the printer asks for; None for the usual.
        withheld: Why a work must not be printed, by its id: "withdrawn", "disqualified". The preflight objects.
        measures: What earlier editions for the same printer measured, by SHA-256 of the original; the press edition
            and the cover, which touch no photograph, report from them.
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
            pictures={picture.id: picture for work in record.works for picture in work.pictures},
            recipe=recipe,
            printer=printer,
            original=original,
            folder=folder,
            progress=lambda done, total: progress("pictures", done, total),
        )
        progress("typeset", 0, 1)
        set_ = set_type(
            sheets,
            inks=_inks(plan, recipe=recipe, printer=printer, folder=folder),
            recipe=recipe,
            orientations={picture: source.facts.orientation for picture, source in sources.items()},
            folder=folder,
            built_at=built_at,
        )
        photographs = {picture: _photograph(source) for picture, source in sources.items()}
        ids = identity(plan, photographs, edition=edition, printer=printer, built_at=built_at)
        finished, markers = finish(
            set_.parts,
            sheets=sheets,
            recipe=recipe,
            output=printer.profile,
            photographs=photographs,
            ids=ids,
            built_at=built_at,
        )
        progress("typeset", 1, 1)
        written = target.parent / f".album-{new_code()}.part"
        try:
            with written.open("xb") as out:
                spliced = splice(
                    finished,
                    payloads={markers[picture]: _payload(source) for picture, source in sources.items()},
                    ids=ids,
                    out=out,
                    progress=lambda done, total: progress("write", done, total),
                )
                out.flush()
                os.fsync(out.fileno())
            progress("check", 0, 1)
            checked = inspect(
                written,
                plan=plan,
                sheets=sheets,
                record=record,
                edition=edition,
                printer=printer,
                withheld=withheld or {},
                pictures=tuple(_lines(plan, record, sources, measures or {})),
                places=spliced.places,
                overflows=set_.overflows,
            )
            progress("check", 1, 1)
            written.replace(target)
        finally:
            written.unlink(missing_ok=True)
    _sync_folder(target.parent)
    return AlbumReport(
        title=plan.title,
        edition=edition,
        claim=recipe.claim,
        sha256=spliced.sha256,
        bytes=spliced.bytes,
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


def _inks(plan: AlbumPlan, *, recipe: Recipe, printer: Printer, folder: Path) -> Mapping[str, tuple[float, ...]]:
    """Give the inks as printing inks, or as light in percent: as they look on the press, or as they were meant."""
    if recipe.is_inked:
        return plan.inks
    if recipe.space == "screen":
        return {name: _light(ink) for name, ink in plan.inks.items()}
    profile = folder / "output.icc"
    profile.write_bytes(printer.profile.data)
    shown = run_child(
        "show",
        {"inks": plan.inks, "profile": str(profile), "limits": SHOW_LIMITS},
        failure="album.typeset_failed",
    )
    return {name: tuple(parts) for name, parts in shown.items()}


def _light(ink: Ink) -> tuple[float, ...]:
    """Turn an ink back into the colour that was asked for: the plain conversion of ``design``, the other way."""
    *colours, black = (part / 100 for part in ink)
    return tuple(round(100 * (1 - part) * (1 - black), 2) for part in colours)


def _photograph(source: Source) -> Photograph:
    facts = source.facts
    return Photograph(
        width_px=facts.width_px,
        height_px=facts.height_px,
        components=facts.components,
        profile=source.profile,
        is_inverted=facts.components == 4 and facts.is_adobe,  # noqa: PLR2004 - CMYK
        digest=source.sha256,
    )


def _payload(source: Source) -> Payload:
    return Payload(
        picture=source.picture.id,
        path=source.path,
        pieces=source.facts.pieces,
        length=source.facts.kept_bytes,
        sha256=source.sha256,
    )


def _lines(
    plan: AlbumPlan, record: Record, sources: Mapping[str, Source], measures: Mapping[str, Measure]
) -> list[PictureLine]:
    pages = {spot: page.label for page in plan.pages for spot in page.placements}
    numbers = {work.id: work.number for work in record.works}
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


def _sync_folder(folder: Path) -> None:
    """Make the new name durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
