"""What is said of a work beside its photograph."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contest.awards.record import WorkRecord
from contest.kernel.countries import country_name
from contest.publishing.album import labels
from contest.publishing.album.compositor import Compositor, height_mm
from contest.publishing.album.plan import Paragraph
from contest.publishing.album.styles import fitting_size

CAPTION_SHARE: Final = 0.45  # the most of a page's height that a caption may take from its photograph
ABOVE_CAPTION_MM: Final = 4.0


@dataclass(frozen=True)
class CaptionHeight:
    """How high a work's caption is at a width: compares by its text, so that a page laid out once is known again."""

    paragraphs: tuple[Paragraph, ...]
    most_mm: float

    def __call__(self, width_mm: float) -> float:
        """Give the height with the space above it, in mm."""
        return min(self.most_mm, ABOVE_CAPTION_MM + height_mm(self.paragraphs, width=width_mm) + 0.5)


def caption(book: Compositor, work: WorkRecord, *, is_small: bool) -> tuple[Paragraph, ...]:
    """Write a work's caption: title, author, unit and place, the author's own words, the jury's."""
    small = "-small" if is_small else ""
    first, second = book.ordered(work.title)
    return (
        *book.line(first, f"title{small}", level=2),
        *book.line(second, f"title{small}-2"),
        *book.line(book.joined(work.author), f"author{small}"),
        *book.line(_details(book, work), f"detail{small}"),
        *book.line(work.caption, f"note{small}"),
        *_comments(book, work, style=f"note{small}", head=f"comment{small}"),
    )


def grand_caption(book: Compositor, work: WorkRecord, *, width: float) -> tuple[Paragraph, ...]:
    """Write the caption of a work that has a page of words to itself, a long title in smaller type."""
    first, second = book.ordered(work.title)
    size = fitting_size(first, "grand-title", language="zh", width_mm=width, lines=2, least_pt=14)
    return (
        *book.line(first, "grand-title", size_pt=size, level=2),
        *book.line(second, "grand-title-2"),
        *book.line(book.joined(work.author), "grand-author"),
        *book.line(_details(book, work), "detail"),
        *book.line(work.caption, "note"),
        *_comments(book, work, style="note", head="comment"),
    )


def _details(book: Compositor, work: WorkRecord) -> str:
    """Say in one line whose unit, from which country, where, with what, and whether it is a series."""
    count = len(work.pictures)
    parts = (
        book.joined(work.unit),
        book.joined(country_name(work.country)) if work.country else "",
        work.place,
        (work.pictures[0].camera or "") if book.texts.shows_camera else "",
        book.joined(labels.series_of(count)) if count > 1 else "",
    )
    return " · ".join(part for part in parts if part)


def _comments(book: Compositor, work: WorkRecord, *, style: str, head: str) -> Iterator[Paragraph]:
    """Write what jurors say of a work, each under its name."""
    for comment in book.texts.comments.get(work.id, ()):
        by = book.joined(comment.by)
        said = " · ".join(part for part in (book.joined(labels.COMMENT), by) if part)
        words = book.say(comment.text, style, style)
        if words:
            yield from book.line(said, head)
            yield from words
