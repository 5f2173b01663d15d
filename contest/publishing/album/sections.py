"""Sections of running text: a heading, then rows or prose over as many pages as they need."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from contest.kernel.bilingual import Bilingual
from contest.publishing.album.compositor import Compositor, Frame, box
from contest.publishing.album.fonts import language_of
from contest.publishing.album.plan import Page, TextBox
from contest.publishing.album.styles import STYLES
from contest.publishing.album.tables import Cell, Column, Row, drawn, flow

HEADING_MM: Final = 34.0  # from the frame's top to the first line under a section's heading
BETWEEN_COLUMNS_MM: Final = 10.0
WIDEST_PROSE_MM: Final = 190.0  # a frame wider than this sets prose in two columns
MEASURE_MM: Final = 138.0  # 39 Han characters of prose, which the eye still leads back from
LONGEST_PARAGRAPH: Final = 420  # characters; a longer one is cut at a sentence's end so that it can run over pages


def section_pages(
    book: Compositor, *, kind: str, heading: Bilingual, rows: Sequence[Row], first_folio: int
) -> list[Page]:
    """Run rows over pages under one heading, which stands on the first."""
    frame = book.frame(on_recto=True)
    drop = HEADING_MM * book.scale
    pages = []
    columns = flow(book, rows, first_mm=frame.height - drop, next_mm=frame.height)
    for number, column in enumerate(columns):
        folio = first_folio + number
        here = book.frame(on_recto=folio % 2 == 1)
        top = here.y + (0 if number else drop)
        grounds, texts = drawn(book, column, x=here.x, y=top, width=here.width)
        title = () if number else heading_box(book, heading, here)
        pages.append(Page(kind=kind, label=str(folio), grounds=grounds, texts=(*title, *texts)))
    return pages


def column_width(book: Compositor) -> float:
    """Give the width of one of two columns, in mm."""
    return (book.frame(on_recto=True).width - BETWEEN_COLUMNS_MM) / 2


def column_pages(
    book: Compositor, rows: Sequence[Row], *, kind: str, heading: Bilingual, first_folio: int
) -> list[Page]:
    """Run rows as wide as ``column_width`` over pages of two columns under one heading."""
    frame, width = book.frame(on_recto=True), column_width(book)
    columns = _paired(book, rows, first_mm=frame.height - HEADING_MM * book.scale, next_mm=frame.height)
    pages = []
    for number, start in enumerate(range(0, len(columns), 2)):
        folio = first_folio + number
        here = book.frame(on_recto=folio % 2 == 1)
        top = here.y + (0 if number else HEADING_MM * book.scale)
        texts = [] if number else [*heading_box(book, heading, here)]
        for side, column in enumerate(columns[start : start + 2]):
            x = here.x + side * (width + BETWEEN_COLUMNS_MM)
            texts += drawn(book, column, x=x, y=top, width=width)[1]
        pages.append(Page(kind=kind, label=str(folio), texts=tuple(texts)))
    return pages


def _paired(book: Compositor, rows: Sequence[Row], *, first_mm: float, next_mm: float) -> list[Column]:
    """Break rows into columns, two to a page; the two on the last page are made about equally long."""
    columns: list[Column] = []
    room = first_mm
    while True:
        rest = rows[sum(len(column.rows) for column in columns) :]
        flowed = flow(book, rest, first_mm=room, next_mm=room)
        if len(flowed) <= 2:  # noqa: PLR2004 - what is left fits on one page
            shortest = sum(column.height for column in flowed) / 2
            while len(flow(book, rest, first_mm=shortest, next_mm=shortest)) > 2 and shortest < room:  # noqa: PLR2004 - as above
                shortest += 2.0
            return [*columns, *flow(book, rest, first_mm=shortest, next_mm=room)]
        columns += flowed[:2]
        room = next_mm


def heading_box(book: Compositor, heading: Bilingual, frame: Frame, *, level: int = 1) -> tuple[TextBox, ...]:
    """Set a section's heading at the top of its first page; it enters the outline unless ``level`` is 0."""
    return box(
        book.say(heading, "section", "section-2", level=level),
        x=frame.x,
        y=frame.y,
        width=frame.width,
        height=HEADING_MM * book.scale - 8,
    )


def is_wide(book: Compositor) -> bool:
    """Tell whether a line across the frame would be too long to read."""
    return book.frame(on_recto=True).width > WIDEST_PROSE_MM


def prose_rows(
    book: Compositor, text: Bilingual, *, signed: Bilingual | None = None, size_pt: float | None = None
) -> list[Row]:
    """Make the rows of running prose: one paragraph each, the leading language first, each signed on the right.

    Args:
        size_pt: None for the style's own.
    """
    width = column_width(book) if is_wide(book) else min(MEASURE_MM, book.frame(on_recto=True).width)
    rows: list[Row] = []
    for number, words in enumerate(filter(None, book.ordered(text))):
        is_next_language = bool(rows)
        for paragraph in pieces(words):
            style = "prose-zh" if language_of(paragraph) == "zh" else "prose"
            rows.append(
                Row(
                    cells=(Cell(x=0, width=width, paragraphs=book.line(paragraph, style, size_pt=size_pt)),),
                    above_mm=11.0 if is_next_language else STYLES[style].above_mm,
                    runs_on=bool(rows) and not is_next_language,
                )
            )
            is_next_language = False
        name = book.ordered(signed or Bilingual())
        signature = book.line(name[number] or name[0], "sign")
        if signature:
            rows[-1] = replace(rows[-1], stays_with_next=True)
            cell = Cell(x=0, width=width, paragraphs=signature, align="right")
            rows.append(Row(cells=(cell,), above_mm=STYLES["sign"].above_mm))
    return rows


def pieces(text: str) -> list[str]:
    """Cut a text at its line ends, and a very long paragraph at the ends of sentences."""
    found: list[str] = []
    for paragraph in text.splitlines():
        piece = ""
        for sentence in re.split(r"(?<=[。！？；])|(?<=[.!?;])\s+", paragraph.strip()):
            if piece and len(piece) + len(sentence) > LONGEST_PARAGRAPH:
                found.append(piece)
                piece = ""
            gap = " " if piece and piece[-1] in ".!?;" else ""
            piece += gap + sentence
        if piece:
            found.append(piece)
    return found
