"""Pictures of one work in one frame: whole, in order, in rows of one height, as large as they go."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Final

from contest.publishing.album.compositor import Frame

FEW: Final = 12  # up to here every way of breaking rows is tried: 2,048 of them


def tiles(aspects: Sequence[float], frame: Frame, *, gap: float) -> tuple[Frame, ...]:
    """Place pictures in the middle of a frame so that they cover as much of it as they can.

    Args:
        aspects: Width over height of each, in order; at least one.
        gap: Between pictures, in mm.
    """
    found = max((_set(rows, frame, gap=gap) for rows in _breaks(list(aspects))), key=_area)
    low = max(each.bottom for each in found)
    down = (frame.bottom - low) / 2
    return tuple(Frame(x=each.x, y=each.y + down, width=each.width, height=each.height) for each in found)


def _area(frames: Sequence[Frame]) -> float:
    # The smallest counts as well: a row of stamps under one large picture is no series.
    return sum(each.width * each.height for each in frames) + len(frames) * min(e.width * e.height for e in frames)


def _breaks(aspects: list[float]) -> Iterator[list[list[float]]]:
    count = len(aspects)
    if count <= FEW:
        ways = (cuts for number in range(count) for cuts in combinations(range(1, count), number))
    else:
        ways = (tuple(range(per_row, count, per_row)) for per_row in range(1, count + 1))
    for cuts in ways:
        edges = [0, *cuts, count]
        yield [aspects[start:end] for start, end in pairwise(edges)]


def _set(rows: Sequence[Sequence[float]], frame: Frame, *, gap: float) -> tuple[Frame, ...]:
    """Fill each row to the frame's width, then make all smaller by one factor where they are too high together."""
    heights = [(frame.width - gap * (len(row) - 1)) / sum(row) for row in rows]
    room = frame.height - gap * (len(rows) - 1)
    shrink = min(1.0, room / sum(heights))
    found, y = [], frame.y
    for row, full in zip(rows, heights, strict=True):
        height = full * shrink
        x = frame.x + (frame.width - height * sum(row) - gap * (len(row) - 1)) / 2
        for aspect in row:
            found.append(Frame(x=x, y=y, width=height * aspect, height=height))
            x += height * aspect + gap
        y += height + gap
    return tuple(found)
