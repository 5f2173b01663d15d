"""QR codes as printing ink: rectangles that stay sharp at any size, no picture.

Source: ISO/IEC 18004; segno makes the symbol, with the quiet zone of four modules that the standard asks for.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

import segno

from contest.publishing.album.plan import Ground

# Neighbours overlap by so much: where they only touched, readers of PDF draw a hairline between them.
OVERLAP_MM: Final = 0.01


def code(address: str, *, x: float, y: float, side: float) -> tuple[Ground, ...]:
    """Draw an address as a QR code that still reads when 15 % of it is lost; black on the paper.

    Args:
        x: Of the top left corner, quiet zone included, in mm; ``y`` likewise.
        side: Of the square, quiet zone included, in mm.
    """
    symbol = segno.make(address, error="m", micro=False, boost_error=False)
    rows = [bytes(row) for row in symbol.matrix_iter(border=4)]
    module = side / len(rows)
    return tuple(
        Ground(
            x_mm=round(x + left * module, 4),
            y_mm=round(y + top * module, 4),
            width_mm=round(width * module + OVERLAP_MM, 4),
            height_mm=round(height * module + OVERLAP_MM, 4),
            ink="ink",
        )
        for left, top, width, height in _blocks(rows)
    )


def _blocks(rows: list[bytes]) -> Iterator[tuple[int, int, int, int]]:
    """Part the dark modules into rectangles: runs of a row, and equal runs under each other as one."""
    open_: dict[tuple[int, int], int] = {}  # the first column and width of a run -> the row in which it began
    for number, row in enumerate([*rows, b""]):
        runs = set(_runs(row))
        for run in [run for run in open_ if run not in runs]:
            top = open_.pop(run)
            yield run[0], top, run[1], number - top
        for run in sorted(runs):
            open_.setdefault(run, number)


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    for is_dark, modules in groupby(row):
        width = len(list(modules))
        if is_dark:
            yield at, width
        at += width
