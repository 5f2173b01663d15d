"""Checks a built book as a print shop would: opens the written file and reports what would go wrong on press.

Errors block a release to the printer; warnings want a look. First cut of the list in ISO 15930-7, the shops'
own sheets and what a juror's work may never suffer: cropping, squeezing, a wrong name.
"""

import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from contest.awards.record import Record
from contest.publishing.album.finish import PDF_X, PT_PER_MM
from contest.publishing.album.jpeg import BLOCK
from contest.publishing.album.plan import AlbumPlan, Page, Placement, TextBox

Severity = Literal["error", "warning"]

AMBER_PPI: Final = 300.0
RED_PPI: Final = 200.0
ASPECT_ERROR: Final = 0.001
SAFE_MM: Final = 5.0
BOX_TOLERANCE_PT: Final = 0.02
RGB_OPERATORS: Final = frozenset({"rg", "RG"})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found.

    Attributes:
        code: Such as "ppi_low"; ``facts`` make its sentence exact.
        page: Label of the page, or "" for the file.
    """

    code: str
    severity: Severity
    page: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class PictureLine:
    """What became of one photograph, at its largest.

    Attributes:
        colour: "own" profile, "srgb" assumed, or "press" CMYK.
        derivative: Why the original could not go in as it is, or None when it did.
    """

    picture: str
    work: str
    page: str
    sha256: str
    width_px: int
    height_px: int
    width_mm: float
    height_mm: float
    ppi: float
    colour: str
    derivative: str | None


@dataclass(frozen=True, kw_only=True)
class Preflight:
    """The whole report."""

    findings: tuple[Finding, ...]
    pictures: tuple[PictureLine, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Give what blocks a release."""
        return tuple(each for each in self.findings if each.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Give what wants a look."""
        return tuple(each for each in self.findings if each.severity == "warning")

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing blocks a release."""
        return not self.errors


def inspect(
    path: Path,
    *,
    plan: AlbumPlan,
    record: Record,
    pictures: tuple[PictureLine, ...],
    places: Mapping[str, tuple[int, int, int]],
    overflows: tuple[tuple[int, float], ...],
) -> Preflight:
    """Check a written book against its plan and its record.

    Args:
        pictures: One line per photograph.
        places: Where each picture's data stand in the file: offset, length, CRC-32 of what was written.
        overflows: Page index and excess in mm of texts that do not fit.
    """
    findings = [
        *(_error("text_overflow", plan.pages[index], over_mm=over) for index, over in overflows),
        *(_error("glyph_missing", None, character=char, text=text) for char, text in plan.missing),
        *_plan_findings(plan, record),
        *_picture_findings(pictures),
        *_data_findings(path, places),
    ]
    with pikepdf.open(path) as pdf:
        findings += [*_file_findings(pdf, plan), *_page_findings(pdf, plan)]
    return Preflight(findings=tuple(findings), pictures=pictures)


def _error(code: str, page: Page | None, **facts: Any) -> Finding:
    return Finding(code=code, severity="error", page=page.label if page else "", facts=facts)


def _warning(code: str, page: str, **facts: Any) -> Finding:
    return Finding(code=code, severity="warning", page=page, facts=facts)


def _plan_findings(plan: AlbumPlan, record: Record) -> Iterator[Finding]:
    """Winners missing or shown twice, matter too near the trim, a wrong number of pages."""
    if len(plan.pages) % 2 or (len(plan.pages) - 4) % plan.design.multiple:
        yield _error("page_count", None, pages=len(plan.pages), multiple=plan.design.multiple)
    shown = [spot.picture for page in plan.pages if page.kind != "cover" for spot in page.placements]
    for tier in record.tiers:
        for work in record.winners(tier.key):
            for picture in work.pictures:
                if shown.count(picture.id) != 1:
                    yield _error("winner_not_once", None, number=work.number, times=shown.count(picture.id))
    design = plan.design
    for page in plan.pages:
        boxes: tuple[Placement | TextBox, ...] = (*page.placements, *page.texts)
        for box in boxes:
            right, bottom = design.width_mm - box.x_mm - box.width_mm, design.height_mm - box.y_mm - box.height_mm
            nearest = min(box.x_mm, box.y_mm, right, bottom)
            if nearest < SAFE_MM - 1e-3:
                yield _error("near_trim", page, distance_mm=round(nearest, 2))


def _picture_findings(pictures: tuple[PictureLine, ...]) -> Iterator[Finding]:
    for line in pictures:
        if line.ppi < AMBER_PPI:
            code = "ppi_very_low" if line.ppi < RED_PPI else "ppi_low"
            yield _warning(code, line.page, picture=line.picture, work=line.work, ppi=round(line.ppi))
        if line.colour == "srgb":
            yield _warning("profile_assumed", line.page, picture=line.picture, work=line.work)
        if line.derivative:
            yield _warning("derivative_used", line.page, picture=line.picture, work=line.work, reason=line.derivative)


def _data_findings(path: Path, places: Mapping[str, tuple[int, int, int]]) -> Iterator[Finding]:
    """Read each photograph's data back from the written file."""
    with path.open("rb") as file:
        for picture, (offset, length, expected) in places.items():
            file.seek(offset)
            checksum, left = 0, length
            while left and (block := file.read(min(BLOCK, left))):
                checksum = zlib.crc32(block, checksum)
                left -= len(block)
            if left or checksum != expected:
                yield _error("picture_data", None, picture=picture)


def _file_findings(pdf: Pdf, plan: AlbumPlan) -> Iterator[Finding]:
    if len(pdf.pages) != len(plan.pages):
        yield _error("page_count", None, pages=len(pdf.pages), multiple=plan.design.multiple)
    intents = [each for each in pdf.Root.get("/OutputIntents", []) if each.get("/S") == Name.GTS_PDFX]
    profile = intents[0].get("/DestOutputProfile") if len(intents) == 1 else None
    header = profile.read_bytes()[:40] if isinstance(profile, pikepdf.Stream) else b""
    if header[12:20] != b"prtrCMYK":
        yield _error("output_intent", None)
    metadata = bytes(pdf.Root.Metadata.read_bytes()) if "/Metadata" in pdf.Root else b""
    needed = {
        "GTS_PDFXVersion": f">{PDF_X}<".encode() in metadata,
        "xmpMM:DocumentID": b"xmpMM:DocumentID" in metadata,
        "pdf:Trapped": b"pdf:Trapped" in metadata,
        "ID": len(pdf.trailer.get("/ID", [])) == 2,  # noqa: PLR2004 - of the book and of this making
        "Trapped": pdf.docinfo.get("/Trapped") in {Name("/True"), Name("/False")},
        "Title": bool(pdf.docinfo.get("/Title")),
    }
    for key, is_there in needed.items():
        if not is_there:
            yield _error("identity", None, key=key)
    names = pdf.Root.get("/Names", Dictionary())
    forbidden = {
        "encryption": pdf.is_encrypted,
        "forms": "/AcroForm" in pdf.Root,
        "javascript": "/JavaScript" in names or "/OpenAction" in pdf.Root,
        "embedded_files": "/EmbeddedFiles" in names,
    }
    for what, is_there in forbidden.items():
        if is_there:
            yield _error("forbidden", None, what=what)


def _page_findings(pdf: Pdf, plan: AlbumPlan) -> Iterator[Finding]:
    checked_fonts: set[tuple[int, int]] = set()
    for sheet, page in zip(pdf.pages, plan.pages, strict=False):
        yield from _box_findings(sheet, page, plan)
        if "/Annots" in sheet.obj:
            yield _error("forbidden", page, what="annotations")
        for font in sheet.resources.get("/Font", Dictionary()).values():
            if font.objgen not in checked_fonts:
                checked_fonts.add(font.objgen)
                yield from _font_findings(font, page)
        yield from _content_findings(sheet, page)


def _box_findings(sheet: pikepdf.Page, page: Page, plan: AlbumPlan) -> Iterator[Finding]:
    design = plan.design
    boxes = {}
    for name in ("/MediaBox", "/BleedBox", "/TrimBox"):
        if name not in sheet.obj:
            yield _error("box", page, box=name[1:])
            return
        boxes[name] = [float(value) for value in sheet.obj[name]]
    trim, bleed, media = boxes["/TrimBox"], boxes["/BleedBox"], boxes["/MediaBox"]
    sizes = (trim[2] - trim[0], trim[3] - trim[1])
    wanted = (design.width_mm * PT_PER_MM, design.height_mm * PT_PER_MM)
    if any(abs(one - two) > BOX_TOLERANCE_PT for one, two in zip(sizes, wanted, strict=True)):
        yield _error("box", page, box="TrimBox")
    signs = (1, 1, -1, -1)
    bleeds = [sign * (one - two) / PT_PER_MM for sign, one, two in zip(signs, trim, bleed, strict=True)]
    if any(abs(each - design.bleed_mm) > 0.01 for each in bleeds):  # noqa: PLR2004 - hundredths of a millimetre
        yield _error("box", page, box="BleedBox")
    if any(sign * (one - two) < -BOX_TOLERANCE_PT for sign, one, two in zip(signs, bleed, media, strict=True)):
        yield _error("box", page, box="MediaBox")


def _font_findings(font: pikepdf.Object, page: Page) -> Iterator[Finding]:
    name = str(font.get("/BaseFont", "?"))
    if font.get("/Subtype") == Name.Type3:
        yield _error("font", page, font=name, what="type3")
        return
    described = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    descriptor = described.get("/FontDescriptor", Dictionary())
    if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
        yield _error("font", page, font=name, what="not_embedded")
    if "/ToUnicode" not in font:
        yield _error("font", page, font=name, what="no_unicode")


def _content_findings(sheet: pikepdf.Page, page: Page) -> Iterator[Finding]:
    """Check the page's operators: RGB colours, and each photograph under the matrix it is drawn with."""
    steps = [(list(step.operands), str(step.operator)) for step in pikepdf.parse_content_stream(sheet)]
    if any(operator in RGB_OPERATORS for _, operator in steps):
        yield _error("rgb_ink", page)
    images = sheet.resources.get("/XObject", Dictionary())
    placed = [(images[name], under) for name, under in _drawn(steps)]
    if len(placed) != len(page.placements):
        yield _error("picture_count", page, found=len(placed), planned=len(page.placements))
        return
    for (image, under), spot in zip(placed, page.placements, strict=True):
        if image.ColorSpace == Name.DeviceRGB:
            yield _error("rgb_picture", page, picture=spot.picture)
        wide, high = math.hypot(under.a, under.b), math.hypot(under.c, under.d)
        error = abs(wide / high * float(image.Height) / float(image.Width) - 1)
        if error > ASPECT_ERROR:
            yield _error("aspect", page, picture=spot.picture, percent=round(100 * error, 2))


def _drawn(steps: list[tuple[list[Any], str]]) -> Iterator[tuple[Name, pikepdf.Matrix]]:
    """Follow the graphics state and give each drawn object's name with the matrix in force."""
    matrix, saved = pikepdf.Matrix(), []
    for operands, operator in steps:
        if operator == "q":
            saved.append(matrix)
        elif operator == "Q":
            matrix = saved.pop()
        elif operator == "cm":
            matrix = pikepdf.Matrix(*(float(value) for value in operands)) @ matrix
        elif operator == "Do":
            yield operands[0], matrix
