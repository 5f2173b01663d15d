"""What an organizer may choose about an album's look, and the accent colour as ink."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from contest.kernel.errors import Invalid

Ink = tuple[float, float, float, float]

INK: Final[Ink] = (0, 0, 0, 100)
GREY: Final[Ink] = (0, 0, 0, 62)
HAIR: Final[Ink] = (0, 0, 0, 28)
PAPER: Final[Ink] = (0, 0, 0, 0)

SIDES_MM: Final = (140.0, 420.0)
MULTIPLES: Final = (2, 4, 8)


@dataclass(frozen=True, kw_only=True)
class Design:
    """The choices that shape a book; the defaults make the usual 大16开 album.

    Attributes:
        width_mm: Trimmed page width.
        height_mm: Trimmed page height.
        bleed_mm: How far coloured grounds run over the trim; photographs never touch it. 0 for none.
        marks: Whether crop marks are drawn, outside the bleed.
        multiple: The page count is padded to a multiple of this, with designed pages: 2, 4 or 8.
        most_per_page: How many works a page may hold, by tier from the best; the last holds for the rest.
    """

    width_mm: float = 210.0
    height_mm: float = 285.0
    bleed_mm: float = 3.0
    marks: bool = False
    multiple: int = 2
    most_per_page: tuple[int, ...] = (1, 1, 2, 4)

    def __post_init__(self) -> None:
        """Refuse what no press or no reader could use.

        Raises:
            Invalid: ``album.design_impossible`` with the field's name.
        """
        shortest, longest = SIDES_MM
        wrong = {
            "width_mm": not shortest <= self.width_mm <= longest,
            "height_mm": not shortest <= self.height_mm <= longest,
            "bleed_mm": not 0 <= self.bleed_mm <= 10,  # noqa: PLR2004 - the widest bleed any printer asks for
            "multiple": self.multiple not in MULTIPLES,
            "most_per_page": not self.most_per_page or not all(1 <= n <= 4 for n in self.most_per_page),  # noqa: PLR2004 - five photographs on a page are stamps
        }
        for field, is_wrong in wrong.items():
            if is_wrong:
                raise Invalid("album.design_impossible", field=field)

    @property
    def margin_mm(self) -> float:
        """Give the paper around the trim in the file: the bleed, and room for the marks when there are any."""
        return self.bleed_mm + (8.0 if self.marks else 0.0)

    def limit(self, tier_index: int) -> int:
        """Give how many works of a tier may share a page; ``tier_index`` counts from 0, the best tier."""
        return self.most_per_page[min(tier_index, len(self.most_per_page) - 1)]

    def to_dict(self) -> dict[str, Any]:
        """Give the choices as plain values, for a table or a JSON file."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> "Design":
        """Read what ``to_dict`` gave.

        Raises:
            Invalid: ``album.design_impossible``.
            TypeError: unknown field.
        """
        return cls(**{**raw, "most_per_page": tuple(raw.get("most_per_page", cls.most_per_page))})


def inks(accent: str) -> dict[str, Ink]:
    """Turn the contest's colour into the inks of the book, each as C, M, Y, K in percent.

    The plain conversion with full black replacement keeps every build under 200 % ink. A colour too light to
    be read as text on white is darkened for text; on a ground of the accent, paper or black is chosen
    by which reads better (relative luminance, WCAG 2.2).

    Args:
        accent: ``#rrggbb``.

    Raises:
        Invalid: ``album.accent_invalid``.
    """
    try:
        red, green, blue = (int(accent.removeprefix("#")[at : at + 2], 16) / 255 for at in (0, 2, 4))
    except ValueError as problem:
        raise Invalid("album.accent_invalid", accent=accent) from problem
    text = (red, green, blue)
    while _luminance(text) > 0.2:  # noqa: PLR2004 - 4.2 : 1 against white, enough for the sizes used
        text = (text[0] * 0.9, text[1] * 0.9, text[2] * 0.9)
    is_dark = _luminance((red, green, blue)) < 0.35  # noqa: PLR2004 - below this white reads better than black
    return {
        "ink": INK,
        "grey": GREY,
        "hair": HAIR,
        "paper": PAPER,
        "accent": _build((red, green, blue)),
        "accent_text": _build(text),
        "on_accent": PAPER if is_dark else INK,
        "tint": (0, 0, 0, 5),
    }


def _build(colour: tuple[float, float, float]) -> Ink:
    black = 1 - max(colour)
    if black >= 1:
        return INK
    cyan, magenta, yellow = ((1 - part - black) / (1 - black) for part in colour)
    return tuple(round(100 * part, 1) for part in (cyan, magenta, yellow, black))  # type: ignore[return-value]  # four parts


def _luminance(colour: tuple[float, float, float]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]  # noqa: PLR2004 - IEC 61966-2-1
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
