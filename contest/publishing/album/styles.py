"""The book's type: one table of styles, used both to measure a text and to set it."""

from dataclasses import dataclass
from typing import Final

from contest.publishing.album.fonts import Family, line_count
from contest.publishing.album.plan import TextBox

MM_PER_PT: Final = 25.4 / 72
# The column that is counted with is a little narrower than the real one, so a line more is reserved
# rather than one too few where the typesetter breaks differently.
CAUTION: Final = 0.97
DOUBT: Final = 0.9  # where a text might not fit this share of its width, the typesetter is asked


@dataclass(frozen=True, kw_only=True)
class Style:
    """How one kind of paragraph looks.

    Attributes:
        pitch: Distance from line to line, in em.
        ink: Name of an ink of the plan.
        above_mm: Space before it, unless it is the first in its box.
        indent: Whether the first line is set in by two characters, as Chinese prose is.
    """

    family: Family
    size_pt: float
    pitch: float = 1.4
    ink: str = "ink"
    above_mm: float = 0.0
    justify: bool = False
    indent: bool = False
    italic: bool = False
    tracking_em: float = 0.0


STYLES: Final[dict[str, Style]] = {
    "cover-title": Style(family="serif", size_pt=34, pitch=1.3),
    "cover-title-2": Style(family="serif", size_pt=16, pitch=1.3, ink="grey", above_mm=4.5),
    "cover-line": Style(family="serif", size_pt=11.5, pitch=1.5, above_mm=5.0),
    "cover-small": Style(family="serif", size_pt=9, pitch=1.5, ink="grey", above_mm=1.8),
    "half-title": Style(family="serif", size_pt=16, pitch=1.4),
    "half-title-2": Style(family="serif", size_pt=10.5, pitch=1.4, ink="grey", above_mm=3.0),
    "spine": Style(family="serif", size_pt=11.5, pitch=1.25),
    "accent-line": Style(family="serif", size_pt=12, pitch=1.5, ink="on_accent", above_mm=1.0),
    "accent-small": Style(family="serif", size_pt=9, pitch=1.5, ink="on_accent", above_mm=1.8),
    "section": Style(family="serif", size_pt=22, pitch=1.3),
    "section-2": Style(family="serif", size_pt=11.5, pitch=1.3, ink="grey", above_mm=2.6),
    "tier": Style(family="serif", size_pt=30, pitch=1.3, ink="accent_text"),
    "tier-2": Style(family="serif", size_pt=14, pitch=1.3, ink="accent_text", above_mm=4.0),
    "tier-note": Style(family="serif", size_pt=9.5, pitch=1.5, ink="grey", above_mm=5.0),
    "grand-title": Style(family="serif", size_pt=24, pitch=1.3),
    "grand-title-2": Style(family="serif", size_pt=14, pitch=1.3, italic=True, above_mm=3.0),
    "grand-author": Style(family="serif", size_pt=12, pitch=1.4, above_mm=5.0),
    "title": Style(family="serif", size_pt=13, pitch=1.3),
    "title-2": Style(family="serif", size_pt=10.5, pitch=1.3, italic=True, above_mm=1.4),
    "author": Style(family="serif", size_pt=9.5, pitch=1.4, above_mm=2.4),
    "detail": Style(family="serif", size_pt=8.5, pitch=1.4, ink="grey", above_mm=1.4),
    "note": Style(family="serif", size_pt=9, pitch=1.55, justify=True, above_mm=3.0),
    "title-small": Style(family="serif", size_pt=10, pitch=1.3),
    "title-small-2": Style(family="serif", size_pt=8.5, pitch=1.3, italic=True, above_mm=0.9),
    "author-small": Style(family="serif", size_pt=8.5, pitch=1.35, above_mm=1.5),
    "detail-small": Style(family="serif", size_pt=7.5, pitch=1.35, ink="grey", above_mm=0.9),
    "note-small": Style(family="serif", size_pt=7.5, pitch=1.5, above_mm=1.8),
    "comment": Style(family="sans", size_pt=7.5, pitch=1.4, ink="accent_text", above_mm=4.5),
    "comment-small": Style(family="sans", size_pt=7, pitch=1.4, ink="accent_text", above_mm=2.4),
    "frame-number": Style(family="sans", size_pt=7, pitch=1.2, ink="grey"),
    "quiet": Style(family="serif", size_pt=12, pitch=1.9, ink="grey"),
    "quiet-2": Style(family="serif", size_pt=9.5, pitch=1.7, ink="grey", above_mm=4.0),
    "quiet-by": Style(family="serif", size_pt=8.5, pitch=1.5, ink="grey", above_mm=5.0),
    "band": Style(family="sans", size_pt=7.5, pitch=1.3, ink="on_accent"),
    "sign": Style(family="serif", size_pt=9.5, pitch=1.5, above_mm=7.0),
    "statement": Style(family="serif", size_pt=9, pitch=1.6, justify=True, above_mm=2.4),
    "cell": Style(family="serif", size_pt=8.5, pitch=1.3),
    "cell-head": Style(family="sans", size_pt=7, pitch=1.35, ink="grey"),
    "prose": Style(family="serif", size_pt=10, pitch=1.75, justify=True, above_mm=4.4),
    "prose-zh": Style(family="serif", size_pt=10, pitch=1.75, justify=True, indent=True, above_mm=2.65),
    "label": Style(family="sans", size_pt=7.5, pitch=1.4, ink="accent_text"),
    "name": Style(family="serif", size_pt=11, pitch=1.45, above_mm=0.8),
    "name-2": Style(family="serif", size_pt=9, pitch=1.4, ink="grey", above_mm=1.0),
    "figure": Style(family="serif", size_pt=44, pitch=1.1),
    "row": Style(family="serif", size_pt=9.5, pitch=1.35),
    "row-2": Style(family="serif", size_pt=8, pitch=1.35, ink="grey", above_mm=0.7),
    "row-head": Style(family="serif", size_pt=11.5, pitch=1.3, ink="accent_text"),
    "row-head-2": Style(family="serif", size_pt=9, pitch=1.3, ink="accent_text", above_mm=0.9),
    "letter": Style(family="serif", size_pt=13, pitch=1.2, ink="accent_text"),
    "head": Style(family="sans", size_pt=7, pitch=1.2, ink="accent_text"),
    "foot": Style(family="sans", size_pt=7, pitch=1.2, ink="grey"),
    # What is printed beside the book comes in many sizes: each text is given its own.
    "print": Style(family="serif", size_pt=12, pitch=1.3),
    "print-grey": Style(family="serif", size_pt=12, pitch=1.35, ink="grey"),
    "print-accent": Style(family="serif", size_pt=12, pitch=1.3, ink="accent_text"),
    "print-italic": Style(family="serif", size_pt=12, pitch=1.3, italic=True),
    "print-mark": Style(family="sans", size_pt=7, pitch=1.35, ink="grey"),
    "imprint": Style(family="serif", size_pt=7.5, pitch=1.5, ink="grey", above_mm=1.2),
}


def text_height_mm(
    text: str,
    style: str,
    *,
    language: str,
    width_mm: float,
    size_pt: float | None = None,
    caution: float = CAUTION,
) -> float:
    """Measure one paragraph in a column ``width_mm`` wide, in mm, without the space above it.

    Args:
        caution: Share of the width that is counted with; the smaller, the more lines.
    """
    look = STYLES[style]
    size = size_pt or look.size_pt
    lead_in = "\u3000\u3000" if look.indent else ""
    measure = round(caution * width_mm / (size * MM_PER_PT), 2)
    lines = line_count(lead_in + text, look.family, language, measure)
    return size * MM_PER_PT * (lines * look.pitch - (look.pitch - 1))


def fitting_size(
    text: str,
    style: str,
    *,
    language: str,
    width_mm: float,
    lines: int,
    least_pt: float,
    most_pt: float | None = None,
) -> float:
    """Find the largest size that takes ``lines`` at most, in half points.

    Args:
        least_pt: The smallest; a text that is longer still takes more lines.
        most_pt: The largest; None for the style's own.
    """
    look = STYLES[style]
    size = most_pt or look.size_pt
    while size > least_pt:
        measure = CAUTION * width_mm / (size * MM_PER_PT)
        if line_count(text, look.family, language, round(measure, 2)) <= lines:
            return size
        size -= 0.5
    return least_pt


def fits_surely(box: TextBox) -> bool:
    """Tell whether a box holds its paragraphs even if they ran a tenth wider than they are measured here."""
    total = 0.0
    for index, each in enumerate(box.paragraphs):
        total += STYLES[each.style].above_mm if index else 0.0
        total += text_height_mm(
            each.text,
            each.style,
            language=each.language,
            width_mm=box.width_mm,
            size_pt=each.size_pt,
            caution=DOUBT,
        )
    return total <= box.height_mm
