"""Sections of running text: a heading, then rows or prose over as many pages as they need."""

import re
from collections.abc import Sequence
from typing import Final

from contest.kernel.bilingual import Bilingual
from contest.publishing.album.compositor import Compositor, Frame, box
from contest.publishing.album.fonts import language_of
from contest.publishing.album.plan import Page, TextBox
from contest.publishing.album.styles import STYLES
from contest.publishing.album.tables import Cell, Row, drawn, flow

HEADING_MM: Final = 34.0  # from the frame's top to the first line under a section's heading
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


def heading_box(book: Compositor, heading: Bilingual, frame: Frame) -> tuple[TextBox, ...]:
    """Set a section's heading at the top of its first page; it enters the outline."""
    return box(
        book.say(heading, "section", "section-2", level=1),
        x=frame.x,
        y=frame.y,
        width=frame.width,
        height=HEADING_MM * book.scale - 8,
    )


def prose_rows(book: Compositor, text: Bilingual, *, signed: Bilingual | None = None) -> list[Row]:
    """Make the rows of running prose: one paragraph each, the leading language first, each signed on the right."""
    width = book.frame(on_recto=True).width
    rows: list[Row] = []
    for number, words in enumerate(filter(None, book.ordered(text))):
        is_next_language = bool(rows)
        for paragraph in pieces(words):
            style = "prose-zh" if language_of(paragraph) == "zh" else "prose"
            rows.append(
                Row(
                    cells=(Cell(x=0, width=width, paragraphs=book.line(paragraph, style)),),
                    above_mm=11.0 if is_next_language else STYLES[style].above_mm,
                    runs_on=bool(rows) and not is_next_language,
                )
            )
            is_next_language = False
        name = book.ordered(signed or Bilingual())
        signature = book.line(name[number] or name[0], "sign")
        if signature:
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
