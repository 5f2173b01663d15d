"""See what a small version of a picture shows: its hash, a border, a band below; in the sandbox's child alone.

Plain Python on some hundred thousand grey values: the child need not load a numeric library for that.
"""

import functools
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from contest.inspection.report import Look

LOOKED_AT_PX = 640
"""Long side of the version looked at."""

_EVEN = 12  # steps of grey within which JPEG leaves an even area
_UNLIKE = 24
_EDGE_SHARE = 0.5
_SIDES_WITH_EDGE = 3
_WIDEST_BORDER = 0.25
_BAND_LEAST, _BAND_MOST = 0.04, 0.22
_BAND_EVEN_SHARE, _BAND_MARGIN_SHARE, _BAND_BEHIND_SHARE = 0.5, 0.95, 0.3
_BAND_LETTERING = (0.004, 0.4)
_BAND_BRIGHT, _BAND_DARK = 225, 30
_HASHED_PX, _WAVES = 32, 8
_DARK_BAR = 24

Rows = list[bytes]
Waves = list[list[float]]


@dataclass(frozen=True, kw_only=True)
class _Side:
    """The even rows along one side: how many, of which grey, and whether they end in a straight edge."""

    rows: int
    grey: int
    ends_sharply: bool


def look_at(small: Image.Image, *, scale: float, thumbnail: Image.Image | None) -> Look:
    """Look at a picture.

    Args:
        small: Upright, grey or in colour, of about ``LOOKED_AT_PX``.
        scale: Pixels of the picture for one of ``small``.
        thumbnail: The one embedded in the file, in whatever position.
    """
    grey = small.convert("L")
    waves = _waves(grey)
    border = _border(grey)
    return Look(
        phash=f"{_hash(waves):016x}",
        thumbnail_distance=None if thumbnail is None else _distance(waves, thumbnail.convert("L"), grey.size),
        border_px=round(border[0] * scale) if border else None,
        border_colour=border[1] if border else None,
        band_colour=None if border else _band(_rows(grey)),
    )


def _rows(grey: Image.Image) -> Rows:
    width, data = grey.width, grey.tobytes()
    return [data[at : at + width] for at in range(0, len(data), width)]


def _border(grey: Image.Image) -> tuple[int, int] | None:
    """Give width and grey of a border: even rows on all four sides that end in a straight edge.

    A night sky or a white studio is even at the sides, too, but what stands in it ends in no straight edge. One
    side may have none: a dark corner of the picture itself.
    """
    across, along = _rows(grey), _rows(grey.transpose(Image.Transpose.TRANSPOSE))
    sides = [_side(rows) for rows in (across, across[::-1], along, along[::-1])]
    if any(not side.rows for side in sides):
        return None
    if max(side.grey for side in sides) - min(side.grey for side in sides) > _UNLIKE:
        return None
    if sum(side.ends_sharply for side in sides) < _SIDES_WITH_EDGE:
        return None
    return min(side.rows for side in sides), sides[0].grey


def _side(rows: Rows) -> _Side:
    grey = round(statistics.median(rows[0]))
    limit = int(len(rows) * _WIDEST_BORDER)
    count = 0
    while count < limit and max(rows[count]) - grey <= _EVEN and grey - min(rows[count]) <= _EVEN:
        count += 1
    # The row at the edge itself may be a mixture of both.
    inside = rows[count + 1] if count + 1 < len(rows) else rows[-1]
    unlike = sum(abs(value - grey) > _UNLIKE for value in inside[count : len(inside) - count])
    share = unlike / max(1, len(inside) - 2 * count)
    return _Side(rows=count, grey=grey, ends_sharply=0 < count < limit and share >= _EDGE_SHARE)


def _band(rows: Rows) -> int | None:
    """Give the grey of a bright or dark band below the picture that holds lettering and ends in a straight edge."""
    last = rows[-1]
    grey = round(statistics.median(last))
    if max(last) - min(last) > _EVEN or _BAND_DARK < grey < _BAND_BRIGHT:
        return None
    even = [sum(abs(value - grey) <= _EVEN for value in row) / len(row) for row in _lowest(rows)]
    height = next((count for count, share in enumerate(even) if share < _BAND_EVEN_SHARE), len(even))
    if not len(rows) * _BAND_LEAST <= height <= len(rows) * _BAND_MOST:
        return None
    lettering = 1 - sum(even[:height]) / height
    if not _BAND_LETTERING[0] <= lettering <= _BAND_LETTERING[1]:
        return None
    # Snow fades into the picture; a band keeps a margin around its lettering and ends from one row to the next.
    margin, behind = even[max(0, height - 2)], even[height + 1 : height + 4]
    sharp = margin >= _BAND_MARGIN_SHARE and max(behind, default=1.0) <= _BAND_BEHIND_SHARE
    return grey if sharp else None


def _lowest(rows: Rows) -> Iterator[bytes]:
    """Give the rows from the lowest up, as far as a band may reach and a little further."""
    yield from rows[: -int(len(rows) * _BAND_MOST) - 8 : -1]


@functools.cache
def _cosines() -> tuple[tuple[float, ...], ...]:
    step = math.pi / _HASHED_PX
    return tuple(tuple(math.cos((n + 0.5) * k * step) for n in range(_HASHED_PX)) for k in range(_WAVES))


def _waves(grey: Image.Image) -> Waves:
    """Give the lowest frequencies of a discrete cosine transform, rows down, columns across."""
    rows = _rows(grey.resize((_HASHED_PX, _HASHED_PX), Image.Resampling.BOX))
    across = [[sum(map(float.__mul__, wave, map(float, row))) for wave in _cosines()] for row in rows]
    down = list(zip(*across, strict=True))
    return [[sum(map(float.__mul__, wave, column)) for column in down] for wave in _cosines()]


def _hash(waves: Waves) -> int:
    """Give 64 bits: which of the frequencies are above their median; the mean itself is left out of it."""
    values = [value for row in waves for value in row]
    middle = statistics.median(values[1:])
    return sum((value > middle) << place for place, value in enumerate(values))


def _positions(waves: Waves) -> Iterator[Waves]:
    """Give the frequencies of a picture turned and mirrored in all eight ways: odd waves change their sign."""
    for turned in (waves, [list(column) for column in zip(*waves, strict=True)]):
        for down in (1, -1):
            for across in (1, -1):
                yield [
                    [value * (down if y % 2 else 1) * (across if x % 2 else 1) for x, value in enumerate(row)]
                    for y, row in enumerate(turned)
                ]


def _distance(waves: Waves, thumbnail: Image.Image, size: tuple[int, int]) -> int:
    """Give the least distance of a thumbnail, as it is and without black bars, in any position."""
    expected = _hash(waves)
    candidates = [thumbnail, *_without_bars(thumbnail, max(size) / min(size))]
    found = [_hash(position) for candidate in candidates for position in _positions(_waves(candidate))]
    return min((expected ^ one).bit_count() for one in found)


def _without_bars(thumbnail: Image.Image, aspect: float) -> Sequence[Image.Image]:
    """Cut a thumbnail to the picture's shape where cameras fill it up with black."""
    width, height = thumbnail.size
    long_side, short_side = max(width, height), min(width, height)
    kept = round(long_side / aspect)
    if kept >= short_side:
        return []
    cut = (short_side - kept) // 2
    box = (0, cut, width, height - cut) if width >= height else (cut, 0, width - cut, height)
    bar = thumbnail.crop((0, 0, width, max(1, cut)) if width >= height else (0, 0, max(1, cut), height))
    return [thumbnail.crop(box)] if statistics.fmean(bar.tobytes()) < _DARK_BAR else []
