"""What every print is put together with: columns of texts that make themselves fit, and pages with pictures."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from contest.awards.record import PictureRecord, Record
from contest.publishing.album.compositor import Compositor, Frame, box, height_mm
from contest.publishing.album.design import Design, Ink
from contest.publishing.album.plan import Align, Anchor, Language, Page, TextBox
from contest.publishing.album.preflight.report import Finding, error, warning
from contest.publishing.album.styles import MM_PER_PT, fitting_size

FIT_LEAST: Final = 0.7  # a line that is too long is set smaller, down to this share of its size; then it breaks
LEAST_PT: Final = 6.0  # nothing smaller is printed; what does not fit then is reported
# The steps in which a whole column shrinks until it fits its frame.
SHRINKS: Final = tuple(round(1 - 0.05 * step, 2) for step in range(11))
SLACK: Final = 0.15  # of a line: what the typesetter may be higher than it is measured here


@dataclass(frozen=True, kw_only=True)
class Line:
    """One text of a column.

    Attributes:
        above_mm: Free paper over it, unless it is the first.
        lines: How many lines it may take before it is set smaller, down to 70 %; None for as many as it needs.
    """

    text: str
    style: str
    size_pt: float
    above_mm: float = 0.0
    lines: int | None = None


@dataclass(frozen=True, kw_only=True)
class Prints:
    """Everything that is printed, before type is set and a file is opened; lengths in mm.

    Attributes:
        language: What the file says it begins in, "zh" or "en".
        pictures: What is known of each picture on the pages, by its id there.
        numbers: What a person calls the work of each picture.
        names: Of each page, what its file is called when it becomes one of its own.
    """

    title: str
    language: str
    width_mm: float
    height_mm: float
    inks: Mapping[str, Ink]
    pages: tuple[Page, ...]
    bleed_mm: float = 0.0
    marks: bool = False
    pictures: Mapping[str, PictureRecord] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def digest(self) -> str:
        """Hash what is on the pages with SHA-256, hexadecimal: the same pages, the same digest."""
        shown = [self.title, self.width_mm, self.height_mm, self.bleed_mm, [asdict(page) for page in self.pages]]
        text = json.dumps([shown, dict(self.inks)], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def writer(record: Record, language: Language) -> Compositor:
    """Give what cleans texts and remembers the characters that no typeface shows."""
    return Compositor(record=record, design=Design(), language=language)


def column(
    book: Compositor, lines: Sequence[Line], frame: Frame, *, align: Align = "left", anchor: Anchor = "top"
) -> tuple[tuple[TextBox, ...], float]:
    """Set texts one under the other in a frame, all smaller together until they fit.

    Returns:
        The boxes, and by how many mm they are too high even at half their size; 0 where they fit.
    """
    kept = [line for line in lines if line.text]
    boxes, over = _stack(book, kept, frame, 1.0, align=align)
    for shrink in SHRINKS[1:]:
        if over <= 0:
            break
        boxes, over = _stack(book, kept, frame, shrink, align=align)
    down = {"top": 0.0, "middle": -over / 2, "bottom": -over}[anchor] if over < 0 else 0.0
    return tuple(_lowered(each, down) for each in boxes), round(max(over, 0.0), 2)


def _stack(
    book: Compositor, lines: Sequence[Line], frame: Frame, shrink: float, *, align: Align
) -> tuple[list[TextBox], float]:
    boxes: list[TextBox] = []
    y = frame.y
    for index, line in enumerate(lines):
        size = fitted_pt(book, line, width=frame.width, shrink=shrink)
        paragraphs = book.line(line.text, line.style, size_pt=size)
        height = height_mm(paragraphs, width=frame.width) + SLACK * size * MM_PER_PT
        y += line.above_mm * shrink if index else 0.0
        boxes += box(paragraphs, x=frame.x, y=y, width=frame.width, height=height, align=align)
        y += height
    return boxes, y - frame.bottom


def fitted_pt(book: Compositor, line: Line, *, width: float, shrink: float = 1.0) -> float:
    """Give the size at which a line is set: its own, or smaller so that it takes no more lines than it may."""
    size = round(max(line.size_pt * shrink, LEAST_PT), 1)
    if line.lines is None:
        return size
    shown = book.settable(line.text, style=line.style)
    return fitting_size(
        shown,
        line.style,
        language="zh",
        width_mm=width,
        lines=line.lines,
        least_pt=round(max(FIT_LEAST * size, LEAST_PT), 1),
        most_pt=size,
    )


def _lowered(each: TextBox, down_mm: float) -> TextBox:
    return replace(each, y_mm=round(each.y_mm + down_mm, 3))


def glyph_findings(book: Compositor) -> list[Finding]:
    """Report the characters that are replaced, and those that come from another face."""
    return [
        *(error("glyph_missing", character=char, text=text) for char, text in book.lacking.items()),
        *(
            warning("glyph_rare", character=char, text=text)
            for char, text in book.rare.items()
            if char not in book.lacking
        ),
    ]


def leading(book: Compositor) -> str:
    """Give the language that comes first, "zh" or "en"."""
    return (book.record.language if book.language == "both" else book.language)[:2]
