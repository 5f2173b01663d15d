"""Pages that bring matter to its side and the book to its number of pages: never blank, never by chance."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contest.kernel.bilingual import Bilingual
from contest.publishing.album import labels
from contest.publishing.album.compositor import Compositor, box, rule, whole_page
from contest.publishing.album.options import NO_TEXT
from contest.publishing.album.plan import Page
from contest.publishing.album.sections import HEADING_MM, heading_box

LONGEST_QUOTE: Final = 120  # characters; longer words are read where they stand, not alone on a page
LINE_MM: Final = 9.0  # between the lines that invite a pencil


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A few words and whose they are."""

    text: Bilingual
    by: Bilingual = NO_TEXT


def quotes(book: Compositor) -> Iterator[Quote]:
    """Give what may stand alone on a page: the epigraph, then what the jury says, short things only."""
    said = [Quote(text=book.texts.epigraph)]
    for juror in book.record.jury:
        text = book.texts.statements.get(juror.name.zh or juror.name.en, Bilingual())
        said.append(Quote(text=text, by=juror.name))
    for work in book.record.works:
        said += [Quote(text=one.text, by=one.by) for one in book.texts.comments.get(work.id, ())]
    return (each for each in said if each.text and max(map(len, each.text)) <= LONGEST_QUOTE)


def quiet_page(book: Compositor, quote: Quote, *, folio: int, kind: str = "quiet") -> Page:
    """Make a tinted page of a few words."""
    frame = book.frame(on_recto=folio % 2 == 1)
    paragraphs = (
        *book.say(quote.text, "quiet", "quiet-2"),
        *book.line(book.joined(quote.by), "quiet-by"),
    )
    width = 0.72 * frame.width
    height = min(book.height(paragraphs, width=width) + 1.0, 0.6 * frame.height)
    return Page(
        kind=kind,
        label=str(folio),
        grounds=() if book.design.look.is_dark else (whole_page(book, ink="tint"),),
        texts=box(
            paragraphs,
            x=frame.x + 0.14 * frame.width,
            y=frame.y + 0.42 * (frame.height - height),
            width=width,
            height=height,
            align="center",
        ),
    )


def notes_page(book: Compositor, *, folio: int) -> Page:
    """Make a ruled page for the reader's own notes."""
    frame = book.frame(on_recto=folio % 2 == 1)
    drop = HEADING_MM * book.scale
    lines = int((frame.height - drop) // LINE_MM) + 1
    return Page(
        kind="notes",
        label=str(folio),
        grounds=tuple(
            rule(x=frame.x, y=frame.y + drop + number * LINE_MM, width=frame.width) for number in range(lines)
        ),
        texts=heading_box(book, labels.NOTES, frame, level=0),
    )
