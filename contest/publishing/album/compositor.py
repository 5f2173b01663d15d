"""From texts to measured boxes: what every page of the book is put together with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from contest.awards.record import Record
from contest.kernel.bilingual import Bilingual
from contest.publishing.album.design import Design
from contest.publishing.album.fonts import MISSING_MARK, clean, is_han, language_of, missing, rare
from contest.publishing.album.options import AlbumTexts
from contest.publishing.album.plan import Align, Anchor, Ground, Language, Paragraph, Remark, TextBox
from contest.publishing.album.styles import STYLES, text_height_mm

LONGEST_UNBROKEN: Final = 40  # characters without a space, such as an address, before a break is allowed in them
BREAK_HERE: Final = "\u200b"
BAND_MARGIN_MM: Final = 27.0  # the least foot of a page with a band: the band, the folio above it, and air


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Where a page's matter stands, in mm from the trim's top left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Give the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Give the lower edge."""
        return self.y + self.height


@dataclass(frozen=True, kw_only=True)
class Compositor:
    """Sets texts of one record in one design; remembers what no font can show and what could not be done."""

    record: Record
    design: Design
    language: Language
    texts: AlbumTexts = field(default_factory=AlbumTexts)
    remarks: list[Remark] = field(default_factory=list)
    rare: dict[str, str] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)

    @property
    def scale(self) -> float:
        """Give the page's size against the usual 210 x 285 mm, for margins."""
        return self.design.scale

    def frame(self, *, on_recto: bool) -> Frame:
        """Give the type area of a right-hand or left-hand page; the inner margin is the wider one."""
        inner, outer, top, bottom = (self.scale * part for part in self.design.look.margins_mm)
        bottom = max(bottom, BAND_MARGIN_MM) if self.design.look.has_band else bottom
        return Frame(
            x=round(inner if on_recto else outer, 3),
            y=round(top, 3),
            width=round(self.design.width_mm - inner - outer, 3),
            height=round(self.design.height_mm - top - bottom, 3),
        )

    def say(
        self,
        text: Bilingual,
        style: str,
        second: str | None = None,
        *,
        size_pt: float | None = None,
        level: int = 0,
    ) -> tuple[Paragraph, ...]:
        """Set a text in the book's language, or in both, the contest's own first.

        Args:
            second: Style of the second language; None leaves that one out.
            size_pt: In place of the first style's size.
        """
        first, other = self.ordered(text)
        paragraphs = self.line(first, style, size_pt=size_pt, level=level)
        return paragraphs + (self.line(other, second) if second and other else ())

    def ordered(self, text: Bilingual) -> tuple[str, str]:
        """Give the text in the leading language and, in a book of both, the other one where it differs."""
        leading = self.record.language if self.language == "both" else self.language
        first = text.in_(leading)
        both = {text.zh, text.en} - {first, ""}
        return first, (both.pop() if both and self.language == "both" else "")

    def full_title(self) -> str:
        """Give the book's name in the leading language, with the edition."""
        name = self.record.cup or self.record.name
        return " · ".join(part for part in (self.ordered(name)[0], self.record.edition) if part)

    def motto(self) -> Bilingual:
        """Give the words that the book falls back on where none were written for it: the cup's name."""
        return self.record.cup or self.record.name

    def joined(self, text: Bilingual, *, between: str = " ") -> str:
        """Give the text in both languages on one line, or in the book's one."""
        return between.join(part for part in self.ordered(text) if part)

    def line(self, text: str, style: str, *, size_pt: float | None = None, level: int = 0) -> tuple[Paragraph, ...]:
        """Set one text as it is, by the rules of the language it is in; nothing for an empty one."""
        shown = self.settable(text, style=style)
        if not shown:
            return ()
        return (Paragraph(text=shown, style=style, language=language_of(shown), size_pt=size_pt, level=level),)

    def settable(self, text: str, *, style: str) -> str:
        """Clean a text and put 〓 for what no font can show; remember that, and what only the last face has."""
        shown = clean(text)
        for char in rare(shown, STYLES[style].family):
            self.rare.setdefault(char, shown)
        for char in missing(shown, STYLES[style].family):
            self.lacking.setdefault(char, shown)
            shown = shown.replace(char, MISSING_MARK)
        return " ".join(_breakable(word) for word in shown.split(" "))

    def height(self, paragraphs: Sequence[Paragraph], *, width: float) -> float:
        """Measure paragraphs one under the other in a column, in mm."""
        return height_mm(paragraphs, width=width)


def height_mm(paragraphs: Sequence[Paragraph], *, width: float) -> float:
    """Measure paragraphs one under the other in a column ``width`` wide, in mm."""
    total = 0.0
    for index, each in enumerate(paragraphs):
        total += STYLES[each.style].above_mm if index else 0.0
        total += text_height_mm(each.text, each.style, language=each.language, width_mm=width, size_pt=each.size_pt)
    return total


def box(
    paragraphs: Iterable[Paragraph],
    *,
    x: float,
    y: float,
    width: float,
    height: float,
    align: Align = "left",
    anchor: Anchor = "top",
) -> tuple[TextBox, ...]:
    """Put paragraphs in a box, in mm; no paragraphs make no box."""
    kept = tuple(paragraphs)
    if not kept:
        return ()
    return (
        TextBox(
            x_mm=round(x, 3),
            y_mm=round(y, 3),
            width_mm=round(width, 3),
            height_mm=round(height, 3),
            paragraphs=kept,
            align=align,
            anchor=anchor,
        ),
    )


def rule(*, x: float, y: float, width: float, thickness: float = 0.12, ink: str = "hair") -> Ground:
    """Draw a horizontal rule, in mm; the thinnest is a third of a point, which every press holds."""
    return Ground(x_mm=round(x, 3), y_mm=round(y, 3), width_mm=round(width, 3), height_mm=thickness, ink=ink)


def whole_page(book: Compositor, *, ink: str) -> Ground:
    """Cover the page with one ink, over the trim on all sides."""
    return Ground(
        x_mm=0, y_mm=0, width_mm=book.design.width_mm, height_mm=book.design.height_mm, ink=ink, bleeds=True
    )


def _breakable(word: str) -> str:
    """Allow a line break inside a run that has none, such as a long address."""
    if len(word) <= LONGEST_UNBROKEN or any(is_han(char) for char in word):
        return word
    return BREAK_HERE.join(word[at : at + LONGEST_UNBROKEN] for at in range(0, len(word), LONGEST_UNBROKEN))
