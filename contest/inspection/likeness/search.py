"""Find the nearest hashes among many: brute force, which for ten thousand takes a few milliseconds."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contest.inspection.likeness.record import HASH_BYTES, TURNS, Matrix, Nearest

ALIKE_BITS: Final = 70
"""Of 256; of 44,253 pairs of unrelated photographs none is nearer than 80 (../docs/reference/inspection.md)."""

ALIKE_PHASH_BITS: Final = 56
"""The same for the slower hash, whose nearest unrelated pair lies at 76; it is asked where PDQ's quality is low."""

QUALITY_LEAST: Final = 50


class Whole(NamedTuple):
    """A picture's hashes as searched: eight positions each, or one of another's."""

    pdq: bytes
    phash: bytes
    quality: int


def alike(one: Whole, others: Sequence[Whole]) -> list[Nearest]:
    """Find the pictures whose whole is like this one's, turned or mirrored perhaps, the nearest first.

    Args:
        one: With the hashes of all eight positions.
        others: With those of the upright one first; what follows is not looked at.
    """
    if not others:
        return []
    rough = np.array([min(one.quality, other.quality) < QUALITY_LEAST for other in others])
    pdq = _distances(one.pdq, [other.pdq for other in others])
    phash = _distances(one.phash, [other.phash for other in others])
    distances = np.where(rough, phash, pdq)
    turns = distances.argmin(axis=0)
    least = distances.min(axis=0)
    near = np.flatnonzero(least <= np.where(rough, ALIKE_PHASH_BITS, ALIKE_BITS))
    return sorted((Nearest(int(at), int(least[at]), int(turns[at])) for at in near), key=lambda found: found.distance)


def turn_matrix(turn: int, *, from_px: tuple[int, int], to_px: tuple[int, int]) -> Matrix:
    """Give the map that lays another picture's preview on this one's, given how this one must be turned.

    Args:
        turn: As in `Nearest`: transposed (4), then upside down (2), then mirrored (1).
        from_px, to_px: Width and height of the other's preview and of this one's.
    """
    flips = np.array([[-1 if turn & 1 else 1, 0], [0, -1 if turn & 2 else 1]])
    swap = np.array([[0, 1], [1, 0]]) if turn & 4 else np.eye(2)
    # In coordinates from -1/2 to 1/2 the turn is its matrix, and undone by its transpose.
    back = (flips @ swap).T
    linear = np.diag(to_px) @ back @ np.diag([1 / from_px[0], 1 / from_px[1]])
    shift = np.array(to_px) / 2 - linear @ np.array(from_px) / 2
    a, b, c, d = (float(value) for value in linear.T.ravel())
    return a, b, c, d, float(shift[0]), float(shift[1])


def _distances(eight: bytes, others: Sequence[bytes]) -> NDArray[np.int64]:
    """Count the bits that differ: positions down, others across."""
    mine = np.frombuffer(eight, np.uint64).reshape(TURNS, -1)
    theirs = np.frombuffer(b"".join(other[:HASH_BYTES] for other in others), np.uint64).reshape(len(others), -1)
    counts: NDArray[np.int64] = np.bitwise_count(mine[:, None, :] ^ theirs[None, :, :]).sum(axis=2, dtype=np.int64)
    return counts
