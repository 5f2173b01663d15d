"""Rows of text that run over as many pages as they need: contents, lists, the index, prose."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contest.publishing.album.compositor import Compositor, box, rule
from contest.publishing.album.plan import Align, Ground, Paragraph, TextBox


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Paragraphs at a place in the row: offset and width in mm from the table's left edge."""

    x: float
    width: float
    paragraphs: tuple[Paragraph, ...]
    align: Align = "left"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row.

    Attributes:
        above_mm: Space before it, left out at the top of a column.
        stays_with_next: Whether it must not be the last of a column, as a heading must not.
        ruled: Whether a hairline runs over it.
        runs_on: Whether it is one more paragraph of the box before it, so that the typesetter alone spaces them.
    """

    cells: tuple[Cell, ...]
    above_mm: float = 2.4
    stays_with_next: bool = False
    ruled: bool = False
    runs_on: bool = False


@dataclass(frozen=True, kw_only=True)
class Column:
    """The rows of one column with the distance of each from the column's top, in mm."""

    rows: tuple[tuple[Row, float], ...]
    height: float


def flow(book: Compositor, rows: Sequence[Row], *, first_mm: float, next_mm: float) -> tuple[Column, ...]:
    """Break rows into columns; a heading stays with the row that follows it.

    Args:
        first_mm: Height of the first column; ``next_mm`` of every later one.
    """
    columns: list[Column] = []
    placed: list[tuple[Row, float]] = []
    y, room = 0.0, first_mm
    index = 0
    while index < len(rows):
        bundle = [rows[index]]
        while bundle[-1].stays_with_next and index + len(bundle) < len(rows):
            bundle.append(rows[index + len(bundle)])
        heights = [row_height(book, row) for row in bundle]
        needed = sum(heights) + sum(row.above_mm for row in bundle) - (0 if placed else bundle[0].above_mm)
        if placed and y + needed > room:
            columns.append(Column(rows=tuple(placed), height=y))
            placed, y, room = [], 0.0, next_mm
        for row, height in zip(bundle, heights, strict=True):
            y += row.above_mm if placed else 0.0
            placed.append((row, y))
            y += height
        index += len(bundle)
    if placed:
        columns.append(Column(rows=tuple(placed), height=y))
    return tuple(columns)


def row_height(book: Compositor, row: Row) -> float:
    """Measure a row: its highest cell, in mm."""
    return max((book.height(cell.paragraphs, width=cell.width) for cell in row.cells), default=0.0)


def drawn(
    book: Compositor, column: Column, *, x: float, y: float, width: float
) -> tuple[tuple[Ground, ...], tuple[TextBox, ...]]:
    """Give a column's rules and texts with its top left at ``x``, ``y``, in mm."""
    grounds: list[Ground] = []
    texts: list[TextBox] = []
    for row, down in column.rows:
        if row.ruled:
            grounds.append(rule(x=x, y=y + down - 0.5 * row.above_mm, width=width))
        if row.runs_on and texts:
            texts[-1] = _continued(texts[-1], row, down=y + down + row_height(book, row) + 0.6)
            continue
        for cell in row.cells:
            height = book.height(cell.paragraphs, width=cell.width) + 0.6
            texts += box(cell.paragraphs, x=x + cell.x, y=y + down, width=cell.width, height=height, align=cell.align)
    return tuple(grounds), tuple(texts)


def _continued(box: TextBox, row: Row, *, down: float) -> TextBox:
    """Add a row's paragraphs to a box and let it reach down to ``down``, in mm."""
    more = tuple(line for cell in row.cells for line in cell.paragraphs)
    return replace(box, paragraphs=box.paragraphs + more, height_mm=round(down - box.y_mm, 3))
