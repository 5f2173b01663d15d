"""The three looks of an album: margins, density, ground, head and foot, as data."""

from dataclasses import dataclass
from typing import Final, Literal

ThemeKey = Literal["gallery", "black", "press"]


@dataclass(frozen=True, kw_only=True)
class Theme:
    """One look.

    Attributes:
        margins_mm: Inner, outer, top and bottom margin of a page of 210 x 285 mm; other formats in proportion.
        most_per_page: How many works a page may hold, by tier from the best; the last holds for the rest.
        below_mm: From a caption to the photograph under it; ``beside_mm`` between the photographs of a series.
        is_dark: Whether photographs stand on the dark ground.
        is_ruled: Whether running heads stand between rules, as a newspaper's do.
        has_band: Whether the sponsors' names run along the foot of the pages that show works.
    """

    margins_mm: tuple[float, float, float, float]
    most_per_page: tuple[int, ...]
    below_mm: float
    beside_mm: float
    is_dark: bool = False
    is_ruled: bool = False
    has_band: bool = False


THEMES: Final[dict[ThemeKey, Theme]] = {
    # 馆藏: white, wide margins, the caption under the photograph.
    "gallery": Theme(margins_mm=(26.0, 22.0, 26.0, 30.0), most_per_page=(1, 1, 2, 4), below_mm=9.0, beside_mm=7.0),
    # 黑卡: photographs glow on a ground of black ink alone.
    "black": Theme(
        margins_mm=(22.0, 18.0, 22.0, 25.0), most_per_page=(1, 1, 2, 4), below_mm=9.0, beside_mm=6.0, is_dark=True
    ),
    # 报刊: many photographs to a page, ruled heads, the sponsors along the foot.
    "press": Theme(
        margins_mm=(18.0, 14.0, 24.0, 31.0),
        most_per_page=(1, 2, 4, 4),
        below_mm=6.0,
        beside_mm=4.0,
        is_ruled=True,
        has_band=True,
    ),
}
