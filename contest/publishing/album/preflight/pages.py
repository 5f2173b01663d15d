"""What stands on each page of the written file: boxes, fonts, inks, type, and each photograph as it is drawn."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pikepdf
from pikepdf import Dictionary, Matrix, Name, Pdf

from contest.publishing.album.editions import Printer, Recipe
from contest.publishing.album.finish import PT_PER_MM
from contest.publishing.album.preflight.planned import HAIR_PT
from contest.publishing.album.preflight.report import Finding, error, warning
from contest.publishing.album.sheets import Sheet, Sheets

ASPECT_ERROR: Final = 0.001
BOX_TOLERANCE_PT: Final = 0.02
LEAST_TEXT_PT: Final = 6.0
LEAST_REVERSE_PT: Final = 7.0
LEAST_RICH_PT: Final = 12.0
PAPER_LIKE: Final = 0.3  # less ink than this, of four, is a light text on a dark ground
BLACK: Final = (0.0, 0.0, 0.0, 1.0)
RGB_OPERATORS: Final = frozenset({"rg", "RG"})
SHOWING: Final = frozenset({"Tj", "TJ", "'", '"'})
STROKING: Final = frozenset({"S", "s", "B", "B*", "b", "b*"})
INKS: Final = (Name.DeviceCMYK, Name.DeviceGray)


def page_findings(
    pdf: Pdf, *, sheets: Sheets, recipe: Recipe, printer: Printer, numbers: Mapping[str, str]
) -> Iterator[Finding]:
    """Check every page against the sheet it was made from.

    Args:
        numbers: The work's number of each picture.
    """
    checked_fonts: set[tuple[int, int]] = set()
    for page, sheet in zip(pdf.pages, sheets.sheets, strict=False):
        yield from _box_findings(page, sheet, sheets)
        if "/Annots" in page.obj:
            yield error("forbidden", sheet.label, what="annotations")
        for font in page.resources.get("/Font", Dictionary()).values():
            if font.objgen not in checked_fonts:
                checked_fonts.add(font.objgen)
                yield from _font_findings(font, sheet)
        if recipe.claim == "PDF/X-1a:2003" and _is_transparent(page):
            yield error("transparency", sheet.label)
        seen = _Seen(page)
        seen.walk()
        yield from _content_findings(seen, sheet, recipe=recipe, printer=printer)
        yield from _drawn_findings(seen.drawn, sheet, recipe=recipe, numbers=numbers)


def _box_findings(page: pikepdf.Page, sheet: Sheet, sheets: Sheets) -> Iterator[Finding]:
    boxes = {}
    for name in ("/MediaBox", "/BleedBox", "/TrimBox"):
        if name not in page.obj:
            yield error("box", sheet.label, box=name[1:])
            return
        boxes[name] = [float(value) for value in page.obj[name]]
    trim, bleed, media = boxes["/TrimBox"], boxes["/BleedBox"], boxes["/MediaBox"]
    sizes = (trim[2] - trim[0], trim[3] - trim[1])
    wanted = (sheets.width_mm * PT_PER_MM, sheets.height_mm * PT_PER_MM)
    if any(abs(one - two) > BOX_TOLERANCE_PT for one, two in zip(sizes, wanted, strict=True)):
        yield error("box", sheet.label, box="TrimBox")
    signs = (1, 1, -1, -1)
    bleeds = [sign * (one - two) / PT_PER_MM for sign, one, two in zip(signs, trim, bleed, strict=True)]
    if any(abs(each - sheets.bleed_mm) > 0.01 for each in bleeds):  # noqa: PLR2004 - hundredths of a millimetre
        yield error("box", sheet.label, box="BleedBox")
    if any(sign * (one - two) < -BOX_TOLERANCE_PT for sign, one, two in zip(signs, bleed, media, strict=True)):
        yield error("box", sheet.label, box="MediaBox")


def _font_findings(font: pikepdf.Object, sheet: Sheet) -> Iterator[Finding]:
    name = str(font.get("/BaseFont", "?"))
    if font.get("/Subtype") == Name.Type3:
        yield error("font", sheet.label, font=name, what="type3")
        return
    described = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    descriptor = described.get("/FontDescriptor", Dictionary())
    if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
        yield error("font", sheet.label, font=name, what="not_embedded")
    if name[7:8] != "+":
        yield error("font", sheet.label, font=name, what="not_subset")
    if "/ToUnicode" not in font:
        yield error("font", sheet.label, font=name, what="no_unicode")


def _is_transparent(page: pikepdf.Page) -> bool:
    """Tell whether anything on a page, or the page itself, lets through what is under it (ISO 32000-1, 11.6)."""
    states = page.resources.get("/ExtGState", Dictionary()).values()
    images = page.resources.get("/XObject", Dictionary()).values()
    return (
        "/Group" in page.obj
        or any("/SMask" in each or "/Group" in each for each in images)
        or any(float(state.get(key, 1)) < 1 for state in states for key in ("/ca", "/CA"))
        or any(state.get("/SMask", Name.None_) != Name.None_ for state in states)
        or any(state.get("/BM", Name.Normal) not in {Name.Normal, Name.Compatible} for state in states)
    )


@dataclass(frozen=True, kw_only=True)
class _State:
    """The part of the graphics state that is looked at."""

    matrix: Matrix = field(default_factory=Matrix)
    fill: tuple[float, ...] = ()
    stroke_pt: float = 1.0
    overprints: bool = False


def _content_findings(seen: "_Seen", sheet: Sheet, *, recipe: Recipe, printer: Printer) -> Iterator[Finding]:
    if recipe.is_inked:
        if seen.has_rgb:
            yield error("rgb_ink", sheet.label)
        percent = round(100 * seen.most_ink)
        if percent > printer.ink_limit_percent:
            yield warning("ground_ink", sheet.label, percent=percent, limit=printer.ink_limit_percent)
    for code, facts in seen.remarks:
        if recipe.is_inked or code in {"text_small", "glyph_blank"}:
            yield (error if code == "glyph_blank" else warning)(code, sheet.label, **facts)


def _drawn_findings(
    drawn: Sequence[tuple[Any, Matrix]], sheet: Sheet, *, recipe: Recipe, numbers: Mapping[str, str]
) -> Iterator[Finding]:
    """Compare each photograph, under the matrix it is drawn with, with its placement."""
    spots = sheet.placements()
    if len(drawn) != len(spots):
        yield error("picture_count", sheet.label, found=len(drawn), planned=len(spots))
        return
    for (image, under), spot in zip(drawn, spots, strict=True):
        is_fit = image.ColorSpace in INKS if recipe.space == "press" else image.ColorSpace != Name.DeviceRGB
        if not is_fit:
            yield error("rgb_picture", sheet.label, work=numbers[spot.picture])
        wide, high = math.hypot(under.a, under.b), math.hypot(under.c, under.d)
        off = abs(wide / high * float(image.Height) / float(image.Width) - 1)
        if off > ASPECT_ERROR:
            yield error("aspect", sheet.label, work=numbers[spot.picture], percent=round(100 * off, 2))


class _Seen:
    """Follows a page's operators and keeps what matters."""

    def __init__(self, page: pikepdf.Page) -> None:
        self.page = page
        self.state = _State()
        self.saved: list[_State] = []
        self.has_rgb = False
        self.most_ink = 0.0
        self.drawn: list[tuple[Any, Matrix]] = []
        self.text_matrix, self.font_pt = Matrix(), 0.0
        self._remarks: dict[tuple[str, tuple[tuple[str, Any], ...]], None] = {}

    @property
    def remarks(self) -> list[tuple[str, dict[str, Any]]]:
        """Give what was remarked, each once."""
        return [(code, dict(facts)) for code, facts in self._remarks]

    def _remark(self, code: str, **facts: Any) -> None:
        self._remarks[code, tuple(facts.items())] = None

    def walk(self) -> None:
        """Read the page."""
        for step in pikepdf.parse_content_stream(self.page):
            operands, operator = list(step.operands), str(step.operator)
            if operator in SHOWING:
                self._show(operands)
            elif operator in STROKING:
                self._stroke()
            else:
                self._move(operands, operator)

    def _move(self, operands: list[Any], operator: str) -> None:
        """Take a step that changes the state, or draws a photograph."""
        state = self.state
        match operator:
            case "q":
                self.saved.append(state)
            case "Q":
                self.state = self.saved.pop()
            case "cm":
                self.state = replace(state, matrix=_matrix(operands) @ state.matrix)
            case "w":
                self.state = replace(state, stroke_pt=float(operands[0]))
            case "gs":
                chosen = self.page.resources.ExtGState[operands[0]]
                self.state = replace(state, overprints=bool(chosen.get("/op", state.overprints)))
            case "Do":
                self.drawn.append((self.page.resources.XObject[operands[0]], state.matrix))
            case "BT" | "Tf" | "Tm":
                self._set_type(operands, operator)
            case _:
                self._paint(operands, operator)

    def _set_type(self, operands: list[Any], operator: str) -> None:
        if operator == "Tf":
            self.font_pt = float(operands[1])
        else:
            self.text_matrix = _matrix(operands)

    def _paint(self, operands: list[Any], operator: str) -> None:
        """Take note of a colour; only one in four inks is known further on."""
        if operator in {"k", "K"}:
            parts = tuple(float(value) for value in operands)
            self.most_ink = max(self.most_ink, sum(parts))
            if operator == "k":
                self.state = replace(self.state, fill=parts)
        elif operator in RGB_OPERATORS or (operator in {"cs", "CS"} and operands[0] not in INKS):
            self.has_rgb = True
            self.state = replace(self.state, fill=())

    def _stroke(self) -> None:
        width = self.state.stroke_pt * _scale(self.state.matrix)
        if width < HAIR_PT - 1e-6:
            self._remark("stroke_thin", width_pt=round(width, 2))

    def _show(self, operands: list[Any]) -> None:
        size = round(self.font_pt * _scale(self.text_matrix @ self.state.matrix), 1)
        fill = self.state.fill
        if size < LEAST_TEXT_PT:
            self._remark("text_small", size_pt=size)
        elif fill and sum(fill) < PAPER_LIKE and size < LEAST_REVERSE_PT:
            self._remark("text_reverse_small", size_pt=size)
        if len(fill) == 4 and all(fill) and size < LEAST_RICH_PT:  # noqa: PLR2004 - cyan, magenta, yellow, black
            self._remark("text_rich", size_pt=size)
        if fill == BLACK and not self.state.overprints:
            self._remark("text_knocks_out")
        if any(_has_blank(each) for each in _strings(operands)):
            self._remark("glyph_blank")


def _matrix(operands: list[Any]) -> Matrix:
    """Read six operands; none are the matrix that changes nothing."""
    return Matrix(*(float(value) for value in operands))


def _scale(matrix: Matrix) -> float:
    return math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))


def _strings(operands: list[Any]) -> Iterator[bytes]:
    for operand in operands:
        if isinstance(operand, pikepdf.Array):
            yield from (bytes(part) for part in operand if isinstance(part, pikepdf.String))
        elif isinstance(operand, pikepdf.String):
            yield bytes(operand)


def _has_blank(codes: bytes) -> bool:
    """Tell whether glyph 0, the box that stands for a missing character, is among two-byte codes."""
    return any(codes[at : at + 2] == b"\0\0" for at in range(0, len(codes), 2))
