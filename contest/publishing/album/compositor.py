"""From texts to measured boxes: what every page of the book is put together with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from contest.awards.record import Record
from contest.kernel.bilingual import Bilingual
from contest.publishing.album.design import Design
from contest.publishing.album.fonts import MISSING_MARK, clean, is_han, language_of, missing
from contest.publishing.album.plan import Align, Anchor, Ground, Language, Paragraph, TextBox
from contest.publishing.album.styles import STYLES, text_height_mm

LONGEST_UNBROKEN: Final = 40  # characters without a space, such as an address, before a break is allowed in them
BREAK_HERE: Final = "\u200b"


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
    """Sets texts of one record in one design; remembers the characters that no font can show."""

    record: Record
    design: Design
    language: Language
    lacking: dict[str, str] = field(default_factory=dict)

    @property
    def scale(self) -> float:
        """Give the page's size against the usual 210 x 285 mm, for margins."""
        return min(self.design.width_mm / 210, self.design.height_mm / 285)

    def frame(self, *, on_recto: bool) -> Frame:
        """Give the type area of a right-hand or left-hand page; the inner margin is the wider one."""
        inner, outer, top, bottom = (self.scale * part for part in (24.0, 18.0, 24.0, 27.0))
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
        """Clean a text and put 〓 for what no font can show, remembering it."""
        shown = clean(text)
        for char in missing(shown, STYLES[style].family):
            self.lacking.setdefault(char, shown)
            shown = shown.replace(char, MISSING_MARK)
        return " ".join(_breakable(word) for word in shown.split(" "))

    def height(self, paragraphs: Sequence[Paragraph], *, width: float) -> float:
        """Measure paragraphs one under the other in a column, in mm."""
        total = 0.0
        for index, each in enumerate(paragraphs):
            total += STYLES[each.style].above_mm if index else 0.0
            total += text_height_mm(
                each.text, each.style, language=each.language, width_mm=width, size_pt=each.size_pt
            )
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


def _breakable(word: str) -> str:
    """Allow a line break inside a run that has none, such as a long address."""
    if len(word) <= LONGEST_UNBROKEN or any(is_han(char) for char in word):
        return word
    return BREAK_HERE.join(word[at : at + LONGEST_UNBROKEN] for at in range(0, len(word), LONGEST_UNBROKEN))
