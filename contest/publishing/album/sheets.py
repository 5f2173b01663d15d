"""From the plan's single pages to what one edition prints: pages, spreads, or a cover in one piece."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from contest.publishing.album.editions import Edition, Printer
from contest.publishing.album.fonts import is_han, language_of
from contest.publishing.album.plan import AlbumPlan, Heading, Page, Paragraph, Placement, TextBox
from contest.publishing.album.styles import MM_PER_PT, STYLES

MARKS_MM: Final = 8.0
COVER_PAGES: Final = 4
SPINE_TEXT_MM: Final = 6.0  # on a narrower spine a text would run over its edges when the binder is a millimetre off
SPINE_EDGE_MM: Final = 15.0
SPINE_STYLE: Final = "spine"
SPINE_FILL: Final = 0.72
DIGIT_EM: Final = 0.52  # how wide a digit of the serif face is, at most


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One page, or the spine, at its place on a sheet; what bleeds does so where the panel has no neighbour."""

    page: Page
    x_mm: float = 0.0
    bleeds_left: bool = True
    bleeds_right: bool = True


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One page of the file; ``name`` is what the printer reads beside the marks."""

    label: str
    panels: tuple[Panel, ...]
    name: str = ""

    def placements(self) -> tuple[Placement, ...]:
        """Give the photographs in the order in which they are drawn."""
        return tuple(spot for panel in self.panels for spot in panel.page.placements)


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """What an edition consists of: sheets of one size, in millimetres.

    Attributes:
        language: What a reader aloud begins with, "zh" or "en".
        contents: Where its parts begin; the file's outline.
        folds_mm: Where a sheet is folded, from its left edge.
        is_bound: Whether the sheets are a book's, which lie two by two when it is open.
    """

    title: str
    language: str
    width_mm: float
    height_mm: float
    bleed_mm: float
    marks: bool
    sheets: tuple[Sheet, ...]
    contents: tuple[Heading, ...] = ()
    folds_mm: tuple[float, ...] = ()
    is_bound: bool = True

    @property
    def margin_mm(self) -> float:
        """Give the paper around the trim in the file: the bleed, and room for the marks when there are any."""
        return self.bleed_mm + (MARKS_MM if self.marks else 0.0)

    def outline(self) -> Iterator[tuple[Heading, int]]:
        """Give each line of the contents whose page is here, with the index of its sheet."""
        at = {panel.page.label: index for index, sheet in enumerate(self.sheets) for panel in sheet.panels}
        yield from ((heading, at[heading.page]) for heading in self.contents if heading.page in at)


def sheets_of(plan: AlbumPlan, *, edition: Edition, printer: Printer, language: str) -> Sheets:
    """Choose and join the pages that an edition prints.

    Press files hold the inside as single pages; the cover is back, spine and front in one piece, the outside first,
    then the inside; the proof shows the book as it lies open; the screen shows every page, trimmed.
    """
    design, code = plan.design, plan.digest()[:8]
    width = design.width_mm
    front, inside, back = plan.pages[:2], plan.pages[2:-2], plan.pages[-2:]
    marks, bleed = design.marks, design.bleed_mm
    folds: tuple[float, ...] = ()
    if edition is Edition.SCREEN:
        marks, bleed = False, 0.0
        sheets = [_single(page) for page in plan.pages]
    elif edition is Edition.PROOF:
        marks, folds = True, (width,)
        lying = [(back[1], front[0]), *list(pairwise((front[1], *inside, back[0])))[::2]]
        sheets = [_joined(left, right, at_mm=width) for left, right in lying]
    elif edition is Edition.COVER:
        spine = spine_mm(plan, printer)
        folds = (width, width + spine)
        outside, within = (
            _joined(left, right, at_mm=width + spine) for left, right in ((back[1], front[0]), (front[1], back[0]))
        )
        middle = Panel(page=_spine(plan, width_mm=spine), x_mm=width, bleeds_left=False, bleeds_right=False)
        sheets = [replace(outside, panels=(*outside.panels, middle)), within]
    else:
        sheets = [_single(page) for page in inside]
    return Sheets(
        title=plan.title,
        language=language,
        width_mm=width + (folds[-1] if folds else 0.0),
        height_mm=design.height_mm,
        bleed_mm=bleed,
        marks=marks,
        sheets=tuple(replace(sheet, name=f"{plan.title}   {sheet.label}   {code}") for sheet in sheets),
        contents=plan.contents,
        folds_mm=folds,
    )


def spine_mm(plan: AlbumPlan, printer: Printer) -> float:
    """Give the spine's width: a leaf of the inside for every two pages."""
    return round((len(plan.pages) - COVER_PAGES) / 2 * printer.leaf_mm, 2)


def _single(page: Page) -> Sheet:
    return Sheet(label=page.label, panels=(Panel(page=page),))


def _joined(left: Page, right: Page, *, at_mm: float) -> Sheet:
    return Sheet(
        label=f"{left.label}–{right.label}",
        panels=(Panel(page=left, bleeds_right=False), Panel(page=right, x_mm=at_mm, bleeds_left=False)),
    )


def _spine(plan: AlbumPlan, *, width_mm: float) -> Page:
    """Make the spine: the front's ground, and where there is room the title.

    Chinese stands upright from top to bottom, anything else is turned a quarter clockwise.
    """
    front, height = plan.pages[0], plan.design.height_mm
    grounds = tuple(replace(ground, width_mm=width_mm) for ground in front.grounds if ground.bleeds)
    spine = Page(kind="spine", label="", grounds=grounds, is_dark=front.is_dark)
    if width_mm <= SPINE_TEXT_MM:
        return spine
    size_pt = min(STYLES[SPINE_STYLE].size_pt, round(0.55 * width_mm / MM_PER_PT, 1))
    is_upright = all((is_han(char) and char.isalpha()) or char in " ·0123456789" for char in plan.title)
    lines = _stacked(plan.title) if is_upright else [plan.title]
    language = language_of(plan.title)
    title = TextBox(
        x_mm=0.0,
        y_mm=SPINE_EDGE_MM,
        width_mm=width_mm,
        height_mm=height - 2 * SPINE_EDGE_MM,
        paragraphs=tuple(
            Paragraph(text=line, style=SPINE_STYLE, language=language, size_pt=_across(line, size_pt, width_mm))
            for line in lines
        ),
        align="center" if is_upright else "left",
        anchor="top" if is_upright else "middle",
        turned=not is_upright,
    )
    return replace(spine, texts=(title,))


def _across(line: str, size_pt: float, width_mm: float) -> float:
    """Give the size at which a year that stands across the spine leaves paper at its edges."""
    if not line.isdigit():
        return size_pt
    return min(size_pt, round(SPINE_FILL * width_mm / (DIGIT_EM * len(line)) / MM_PER_PT, 1))


def _stacked(text: str) -> list[str]:
    """Part a text into what stands one under the other: each Han character, and each number as a whole."""
    parts: list[str] = []
    for char in text.replace(" · ", "\u3000").replace(" ", ""):
        if parts and char.isdigit() and parts[-1].isdigit():
            parts[-1] += char
        else:
            parts.append(char)
    return parts
