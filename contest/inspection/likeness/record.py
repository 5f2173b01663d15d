"""What is kept of a picture to find its like again, and what a comparison tells."""

from dataclasses import dataclass
from typing import Final, NamedTuple

LIKENESS_VERSION: Final = 1
"""Raised whenever the same preview would give other hashes or features; older ones are then made anew."""

SEEN_PX: Final = 640
"""Long side of the preview that hashes and features are taken from; positions are in its pixels."""

TURNS: Final = 8
HASH_BYTES: Final = 32

Matrix = tuple[float, float, float, float, float, float]
"""An affine map as SVG writes it, (a, b, c, d, e, f): x' = ax + cy + e, y' = bx + dy + f."""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """A picture's hashes and features.

    Attributes:
        pdq: Eight PDQ hashes of 32 bytes, one behind the other: the picture as it is and in the seven other positions
            into which quarter turns and mirrors bring it, in the order of `hashes.turned`.
        phash: The same eight of a hash that also hears the slowest changes; for pictures of little detail.
        quality: PDQ's own, 0 to 100; below 50 a picture has too little detail for it.
        features: ORB's, packed as `shortlist.FEATURE` says; empty where there is nothing to hold on to.
        width_px, height_px: Of the preview they were taken from.
    """

    pdq: bytes
    phash: bytes
    quality: int
    features: bytes
    width_px: int
    height_px: int


class Match(NamedTuple):
    """How a part of one picture was found in another.

    Attributes:
        inliers: Points that agree; the more, the surer.
        matrix: From the other's preview to this one's.
    """

    inliers: int
    matrix: Matrix


class Nearest(NamedTuple):
    """How near a whole picture is to another.

    Attributes:
        at: The other's place in the sequence searched.
        distance: Bits of 256 that differ, in the most favourable position.
        turn: That position, 0 to 7: how this picture must be turned to be like the other.
    """

    at: int
    distance: int
    turn: int


def inverse(matrix: Matrix) -> Matrix:
    """Give the map back."""
    a, b, c, d, e, f = matrix
    by = a * d - b * c
    return d / by, -b / by, -c / by, a / by, (c * f - d * e) / by, (b * e - a * f) / by
