"""Which previews there are, and how large each becomes; pure, so that everybody may ask."""

from dataclasses import dataclass

SIZES = (320, 640, 1280, 2560)
"""Long sides in pixels; a smaller picture keeps its own size under each of these names."""

FULL = 65_535
"""The longest side a JPEG can have, so that nothing is scaled: the picture itself, to be judged pixel by pixel."""

RECIPE_VERSION = 1
"""Raised whenever the same original would give other bytes."""

SIDEWAYS = frozenset({5, 6, 7, 8})
"""EXIF orientations that swap width and height."""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One set of files that is drawn from an original.

    Attributes:
        name: By which the sandbox is asked for it.
        sizes: Long sides in pixels, smallest first.
        ending: Of the files, which also says in which format they are: "jpg" or "avif".
        quality: The encoder's own scale.
        subsampling: Of the colours; "4:4:4" keeps them whole.
    """

    name: str
    sizes: tuple[int, ...]
    ending: str
    quality: int
    subsampling: str


PREVIEWS = Drawing(name="previews", sizes=SIZES, ending="jpg", quality=82, subsampling="4:2:0")
"""What every page shows; drawn when a picture comes in."""

WHOLE = Drawing(name="whole", sizes=(FULL,), ending="jpg", quality=90, subsampling="4:4:4")
"""The picture in its own size; see docs/adr/0004-whole-pictures.md."""

LIGHT = Drawing(name="light", sizes=SIZES, ending="avif", quality=60, subsampling="4:2:0")
"""The previews once more for the public gallery, in two thirds of the bytes for many times the work."""

DRAWINGS = {drawing.name: drawing for drawing in (PREVIEWS, WHOLE, LIGHT)}


def fitted(width_px: int, height_px: int, *, long_side_px: int) -> tuple[int, int]:
    """Give the size that fits a long side; never larger than the picture, never empty."""
    longest = max(width_px, height_px)
    if longest <= long_side_px:
        return width_px, height_px

    def scaled(side_px: int) -> int:
        return max(1, (2 * side_px * long_side_px + longest) // (2 * longest))

    return scaled(width_px), scaled(height_px)


def upright(width_px: int, height_px: int, *, orientation: int | None) -> tuple[int, int]:
    """Give width and height as seen, from those stored."""
    return (height_px, width_px) if orientation in SIDEWAYS else (width_px, height_px)
