"""Labels to stand beside pictures on a wall: A4 sheets to be cut, or pre-cut ones, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from contest.awards.record import Record, WorkRecord
from contest.publishing.album.compositor import Compositor, Frame
from contest.publishing.album.design import inks
from contest.publishing.album.labels import tier_name
from contest.publishing.album.plan import Ground, Page, TextBox
from contest.publishing.album.preflight.report import Finding, error, warning
from contest.publishing.prints import words
from contest.publishing.prints.codes import code
from contest.publishing.prints.orders import PrintOrder
from contest.publishing.prints.paper import Line, Prints, column, glyph_findings, leading, writer

TICK_MM: Final = 5.0
TICK_OFF_MM: Final = 2.0
# What a label goes without, one after the other, where not even the smallest type makes room; before all of them the
# unit's name in the second language.
SPARED: Final = ("", "origin", "title-2", "unit", "author-2")


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Where labels lie on a sheet, in mm; ``gap`` is between columns, rows touch."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap: float
    is_cut: bool

    @property
    def count(self) -> int:
        """Give how many labels a sheet holds."""
        return self.columns * self.rows

    def frame(self, index: int) -> Frame:
        """Give a label's own place, counted row by row from 0."""
        row, at = divmod(index, self.columns)
        return Frame(
            x=self.left + at * (self.width + self.gap),
            y=self.top + row * self.height,
            width=self.width,
            height=self.height,
        )


GRIDS: Final = {
    "10": Grid(columns=2, rows=5, width=90.0, height=50.0, left=15.0, top=23.5, gap=0.0, is_cut=True),
    # Pre-cut sheets of 3 x 7 have these sizes from every maker.
    "21": Grid(columns=3, rows=7, width=63.5, height=38.1, left=7.2, top=15.15, gap=2.55, is_cut=False),
}


def labels(record: Record, works: Sequence[WorkRecord], order: PrintOrder, *, address: str) -> Prints:
    """Draw the labels of works, in their order; ``address`` is the service's own, without a slash at the end."""
    book, grid = writer(record, order.language), GRIDS[order.size]
    pages, findings = [], []
    for number, sheet in enumerate(_batches(works, grid.count), start=1):
        texts: list[TextBox] = []
        grounds: list[Ground] = list(_ticks(grid)) if grid.is_cut else []
        for index, work in enumerate(sheet):
            said, drawn, found = _label(book, work, grid.frame(index), page=str(number), address=address)
            texts += said
            grounds += drawn
            findings += found
        pages.append(Page(kind="labels", label=str(number), grounds=tuple(grounds), texts=tuple(texts)))
    width, height = order.size_mm
    return Prints(
        title=f"{record.name.in_(leading(book))} · {words.LABELS.in_(leading(book))}",
        language=leading(book),
        width_mm=width,
        height_mm=height,
        inks=inks(record.accent),
        pages=tuple(pages),
        findings=(*findings, *glyph_findings(book)),
    )


def _batches(works: Sequence[WorkRecord], size: int) -> list[Sequence[WorkRecord]]:
    return [works[at : at + size] for at in range(0, len(works), size)]


def _label(
    book: Compositor, work: WorkRecord, place: Frame, *, page: str, address: str
) -> tuple[tuple[TextBox, ...], tuple[Ground, ...], list[Finding]]:
    s = place.height / 50
    edge, side = 5.5 * s, 19.0 * max(s, 0.85)
    record = book.record
    tier = tier_name(record, next(tier for tier in record.tiers if tier.key == work.tier))
    titles, authors, small = book.ordered(work.title), book.ordered(work.author), max(6.5, 8 * s)
    inner = Frame(
        x=place.x + edge,
        y=place.y + edge,
        width=place.width - 2 * edge - side - 1.5 * s,
        height=place.height - 2 * edge,
    )
    lines = {
        "tier": Line(text=book.joined(tier), style="print-accent", size_pt=max(6.5, 8.5 * s), lines=1),
        "title": Line(text=titles[0], style="print", size_pt=14 * s, above_mm=1.6 * s, lines=2),
        "title-2": Line(text=titles[1], style="print-italic", size_pt=max(7.0, 9.5 * s), above_mm=0.4 * s, lines=2),
        "author": Line(text=authors[0], style="print", size_pt=max(7.5, 10.5 * s), above_mm=2.0 * s, lines=1),
        "author-2": Line(text=authors[1], style="print-grey", size_pt=max(6.5, 8.5 * s), above_mm=0.2 * s, lines=1),
        "unit": Line(text=book.joined(work.unit), style="print-grey", size_pt=small, above_mm=0.8 * s, lines=1),
        "origin": Line(text=words.origin(book, work), style="print-grey", size_pt=small, above_mm=0.2 * s, lines=1),
    }
    texts, over_mm = column(book, list(lines.values()), inner, anchor="middle")
    findings = [warning("label_shortened", page, work=work.number)] if over_mm else []
    lines["unit"] = replace(lines["unit"], text=book.ordered(work.unit)[0])
    for spared in SPARED if over_mm else ():
        lines.pop(spared, None)
        texts, over_mm = column(book, list(lines.values()), inner, anchor="middle")
        if not over_mm:
            break
    else:
        findings += [error("text_overflow", page, over_mm=over_mm)] if over_mm else []
    at = Frame(x=place.right - edge - side + 2, y=place.y + (place.height - side) / 2 - 1.5, width=side, height=side)
    number = Frame(x=at.x, y=at.bottom - 1, width=side, height=3.5)
    foot, _ = column(book, [Line(text=work.number, style="print-mark", size_pt=6.5, lines=1)], number, align="center")
    target = f"{address}/contests/{record.short_name}/gallery/{work.number}"
    return (*texts, *foot), code(target, x=at.x, y=at.y, side=side), findings


def _ticks(grid: Grid) -> list[Ground]:
    """Draw where to cut, outside the labels."""
    right, bottom = grid.left + grid.columns * grid.width, grid.top + grid.rows * grid.height
    over = (grid.top - TICK_OFF_MM - TICK_MM, bottom + TICK_OFF_MM)
    beside = (grid.left - TICK_OFF_MM - TICK_MM, right + TICK_OFF_MM)
    columns = [grid.left + number * grid.width - 0.06 for number in range(grid.columns + 1)]
    rows = [grid.top + number * grid.height - 0.06 for number in range(grid.rows + 1)]
    return [
        *(Ground(x_mm=x, y_mm=y, width_mm=0.12, height_mm=TICK_MM, ink="ink") for x in columns for y in over),
        *(Ground(x_mm=x, y_mm=y, width_mm=TICK_MM, height_mm=0.12, ink="ink") for y in rows for x in beside),
    ]
