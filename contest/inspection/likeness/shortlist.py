"""Find the few of many pictures that are worth matching part by part: those that share rare points.

Multi-index hashing (Norouzi, Punjani and Fleet, CVPR 2012): every sixteen of a point's 256 bits are a key, so that
two points of which some bits differ still meet under a key that they share. Matching all 2,000 pictures of a contest
with one another takes an hour and a half of CPU; matching the likeliest of each takes minutes, and finds the same
(benchmarks/likeness.py).
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FEATURE: Final = np.dtype([("x", "<u2"), ("y", "<u2"), ("bits", "u1", 32)])
"""One point: its place in 64ths of a pixel, and ORB's 256 bits."""

PICTURES_AT_ONCE: Final = 1000
"""For one index: some 60 MiB with 500 points each."""

LIKELIEST: Final = 10
"""Pictures of an index that are worth matching; in 992 the right one was never below the fifth place."""

_KEYS, _KEY_VALUES = 16, 1 << 16
_NEAR_BITS = 40
# Under a key that more points of a thousand pictures share lies what all pictures have: lattices, leaves, print.
_SHARED_BY_MOST = 100


class Index:
    """The points of up to `PICTURES_AT_ONCE` pictures, by their keys.

    Args:
        pictures: Each one's ``Likeness.features``.
    """

    def __init__(self, pictures: Sequence[bytes]) -> None:
        points = np.frombuffer(b"".join(pictures), FEATURE)
        self._count = len(pictures)
        self._owners = np.repeat(np.arange(self._count), [len(packed) // FEATURE.itemsize for packed in pictures])
        keys, self._words = _keys_and_words(points)
        self._by_key = [np.argsort(keys[:, key], kind="stable").astype(np.uint32) for key in range(_KEYS)]
        self._starts = [
            np.concatenate([[0], np.bincount(keys[:, key], minlength=_KEY_VALUES).cumsum()]) for key in range(_KEYS)
        ]

    def ranked(self, positions: Sequence[bytes]) -> list[int]:
        """Give the places of the pictures that share points with another one, the likeliest first.

        Args:
            positions: That other one's points, as it is and mirrored: each position is looked for by itself.
        """
        shares = np.max([self._shares(np.frombuffer(packed, FEATURE)) for packed in positions], axis=0)
        return [int(at) for at in np.argsort(-shares, kind="stable") if shares[at] > 0]

    def _shares(self, mine: NDArray[Any]) -> NDArray[np.float64]:
        """Let each point vote for the pictures in which one is near it, one vote in all."""
        narrow, words = _keys_and_words(mine)
        keys = narrow.astype(np.int64)
        votes = [np.empty(0, np.int64)]
        for key, (order, starts) in enumerate(zip(self._by_key, self._starts, strict=True)):
            first = starts[keys[:, key]]
            counts = starts[keys[:, key] + 1] - first
            counts[counts > _SHARED_BY_MOST] = 0
            voter = np.repeat(np.arange(len(mine)), counts)
            other = order[np.arange(len(voter)) + np.repeat(first - counts.cumsum() + counts, counts)]
            near = np.bitwise_count(words[voter] ^ self._words[other]).sum(axis=1, dtype=np.uint16) <= _NEAR_BITS
            votes.append(voter[near] * self._count + self._owners[other[near]])
        voters, pictures = np.divmod(np.unique(np.concatenate(votes)), self._count)
        shares = np.zeros(self._count)
        np.add.at(shares, pictures, 1 / np.bincount(voters)[voters])
        return shares


def _keys_and_words(points: NDArray[Any]) -> tuple[NDArray[np.uint16], NDArray[np.uint64]]:
    """Give the bits of points as sixteen keys each, and as four words for counting."""
    bits = np.ascontiguousarray(points["bits"])
    return bits.view(np.uint16), bits.view(np.uint64)
