"""What an organizer may choose about an album's look, and the accent colour as ink."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from contest.kernel.errors import Invalid
from contest.publishing.album.themes import THEMES, Theme, ThemeKey

Ink = tuple[float, float, float, float]

INK: Final[Ink] = (0, 0, 0, 100)
GREY: Final[Ink] = (0, 0, 0, 62)
HAIR: Final[Ink] = (0, 0, 0, 28)
PAPER: Final[Ink] = (0, 0, 0, 0)

# Near-black of black ink alone: on coated paper deeper than it looks, and far below any press's limit of ink.
DARK: Final[Ink] = (0, 0, 0, 95)

# Width and height in mm of the formats on offer; any other size within the limits may be typed.
FORMATS: Final = ((210.0, 285.0), (210.0, 297.0), (285.0, 285.0), (210.0, 210.0), (285.0, 210.0))
SIDES_MM: Final = (140.0, 420.0)
MULTIPLES: Final = (2, 4, 8, 16)


@dataclass(frozen=True, kw_only=True)
class Design:
    """The choices that shape a book; the defaults make the usual 大16开 album.

    Attributes:
        width_mm: Trimmed page width.
        height_mm: Trimmed page height.
        bleed_mm: How far coloured grounds run over the trim; photographs never touch it. 0 for none.
        marks: Whether crop marks are drawn, outside the bleed.
        multiple: The page count is padded to a multiple of this, with designed pages: 2, 4, 8 or 16.
        theme: Key of the look, see `themes.THEMES`.
        most_per_page: How many works a page may hold, by tier from the best; the last holds for the rest. None
            for the theme's own.
    """

    width_mm: float = 210.0
    height_mm: float = 285.0
    bleed_mm: float = 3.0
    marks: bool = False
    multiple: int = 2
    theme: ThemeKey = "gallery"
    most_per_page: tuple[int, ...] | None = None

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
            "theme": self.theme not in THEMES,
            "most_per_page": self.most_per_page is not None
            and not (self.most_per_page and all(1 <= n <= 4 for n in self.most_per_page)),  # noqa: PLR2004 - five photographs on a page are stamps
        }
        for field, is_wrong in wrong.items():
            if is_wrong:
                raise Invalid("album.design_impossible", field=field)

    @property
    def margin_mm(self) -> float:
        """Give the paper around the trim in the file: the bleed, and room for the marks when there are any."""
        return self.bleed_mm + (8.0 if self.marks else 0.0)

    @property
    def look(self) -> Theme:
        """Give the theme."""
        return THEMES[self.theme]

    @property
    def scale(self) -> float:
        """Give the page's size against the usual 210 x 285 mm, for margins."""
        return min(self.width_mm / 210, self.height_mm / 285)

    def limit(self, tier_index: int) -> int:
        """Give how many works of a tier may share a page; ``tier_index`` counts from 0, the best tier."""
        most = self.most_per_page or self.look.most_per_page
        return most[min(tier_index, len(most) - 1)]

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
        most = raw.get("most_per_page")
        return cls(**{**raw, "most_per_page": None if most is None else tuple(most)})


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
        "dark": DARK,
        # What the names mean on the dark ground: one ink alone, so that small type cannot blur out of register.
        "dark_ink": (0, 0, 0, 4),
        "dark_grey": (0, 0, 0, 34),
        "dark_hair": (0, 0, 0, 68),
        "dark_accent_text": (0, 0, 0, 20),
        "dark_accent": _build(_lighter((red, green, blue))),
    }


def _lighter(colour: tuple[float, float, float]) -> tuple[float, float, float]:
    """Lighten a colour until it shows on the dark ground."""
    while _luminance(colour) < 0.25:  # noqa: PLR2004 - 5 : 1 against near-black
        colour = (0.9 * colour[0] + 0.1, 0.9 * colour[1] + 0.1, 0.9 * colour[2] + 0.1)
    return colour


def _build(colour: tuple[float, float, float]) -> Ink:
    black = 1 - max(colour)
    if black >= 1:
        return INK
    cyan, magenta, yellow = ((1 - part - black) / (1 - black) for part in colour)
    return tuple(round(100 * part, 1) for part in (cyan, magenta, yellow, black))  # type: ignore[return-value]  # four parts


def _luminance(colour: tuple[float, float, float]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]  # noqa: PLR2004 - IEC 61966-2-1
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lightness(colour: str) -> float:
    """Give how light a colour ``#rrggbb`` is: L* of CIE 1976, 0 for black to 100 for white."""
    red, green, blue = (int(colour.removeprefix("#")[at : at + 2], 16) / 255 for at in (0, 2, 4))
    luminance = _luminance((red, green, blue))
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance  # noqa: PLR2004 - CIE 15
