"""Which previews there are, and how large each becomes; pure, so that everybody may ask."""

SIZES = (320, 640, 1280, 2560)
"""Long sides in pixels; a smaller picture keeps its own size under each of these names."""

RECIPE_VERSION = 1
"""Raised whenever the same original would give other bytes."""

SIDEWAYS = frozenset({5, 6, 7, 8})
"""EXIF orientations that swap width and height."""


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
