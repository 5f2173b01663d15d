"""How sure the order is: draws from the model's posterior.

Bootstrapping the votes lies where there are few (it called 98 % winners that were right in 69 %); draws of the model
are honest (judging.md 4.8).
"""

import hashlib
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contest.judging.scoring.votes import Floats, Ints

DRAWS: Final = 2000
RANKED_NUMBERS: Final = 4_000_000
"""Ranks are taken of as many draws as hold this many numbers, and of at least 200: enough for nine in ten."""
RANKED_DRAWS_MIN: Final = 200
CHUNK_NUMBERS: Final = 200_000
INTERVAL: Final = 0.9
FAR_SD: Final = 3.7
"""Beyond so many standard deviations lies one draw in ten thousand."""


class Chances(NamedTuple):
    """Of shape (entries,) each: the chance to be among the top, and the places that hold nine draws in ten."""

    p_top: Floats
    rank_low: Ints
    rank_high: Ints


def generator(seed: str, purpose: str) -> np.random.Generator:
    """Give chance that depends on the round's published seed alone, another for each purpose."""
    digest = hashlib.sha256(f"{purpose}\0{seed}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest)))


def lot(seed: str, entries: tuple[Any, ...]) -> tuple[Any, ...]:
    """Draw an order from the published seed, so that everybody can draw it again."""
    return tuple(sorted(entries, key=lambda entry: hashlib.sha256(f"lot\0{seed}\0{entry}".encode()).digest()))


def chances(strength: Floats, variance: Floats, *, top: int, seed: str) -> Chances:
    """Draw strengths 2,000 times and count; works that the posterior does not tell apart are told the same.

    Args:
        strength, variance: The posterior, of shape (entries,).
        top: How many places count as the top.
    """
    entries = len(strength)
    if not entries:
        return Chances(np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64))
    chosen = min(top, entries)
    chance = generator(seed, "chances")
    mean, deviation = strength.astype(np.float32), np.sqrt(variance).astype(np.float32)
    among = np.zeros(entries, np.int64)
    to_rank = min(DRAWS, max(RANKED_DRAWS_MIN, RANKED_NUMBERS // entries))
    ranks = np.empty((to_rank, entries), np.int32)
    places = np.arange(1, entries + 1, dtype=np.int32)
    chunk = max(1, CHUNK_NUMBERS // entries)
    drawn_now, lowest_cut = np.arange(entries), np.inf
    for start in range(0, DRAWS, chunk):
        if start >= to_rank:
            # The rest of the draws is about the top alone: who is far from any cut so far need not be drawn.
            drawn_now = np.flatnonzero((mean + FAR_SD * deviation > lowest_cut) | (among > 0))
        drawn = chance.standard_normal((min(chunk, DRAWS - start), len(drawn_now)), dtype=np.float32)
        drawn *= deviation[drawn_now]
        drawn += mean[drawn_now]
        cut = np.partition(drawn, -chosen, axis=1)[:, -chosen]
        lowest_cut = min(lowest_cut, float(cut.min()))
        is_top = np.flatnonzero(drawn >= cut[:, None]) % len(drawn_now)
        among[drawn_now] += np.bincount(is_top, minlength=len(drawn_now))
        if start < to_rank:
            order = _from_the_best(drawn[: to_rank - start])
            ranks[np.arange(start, start + len(order))[:, None], order] = places
    ranks.sort(axis=0)
    outside = int(to_rank * (1 - INTERVAL) / 2)
    alike = np.unique(mean.view(np.int32).astype(np.int64) << 32 | deviation.view(np.int32), return_inverse=True)[1]
    how_many = np.bincount(alike)

    def shared(counted: NDArray[Any]) -> Floats:
        """Give each work the mean of those that are like it."""
        return (np.bincount(alike, counted) / how_many)[alike]

    low, high = (np.rint(shared(ranks[place])).astype(np.int64) for place in (outside, to_rank - 1 - outside))
    return Chances(np.round(shared(among) / DRAWS, 4), low, high)


def _from_the_best(drawn: NDArray[np.float32]) -> Ints:
    """Order each row of draws from the highest, equal ones by their number.

    One sort of whole numbers, the draw before and its number behind, has a single outcome whatever way a machine
    sorts, and takes a third of a stable `argsort`.
    """
    bits = (-drawn).view(np.int32)
    rising = bits ^ (bits >> 31 & 0x7FFFFFFF)  # whole numbers in the order of the floats whose bits they are
    keys = (rising.astype(np.int64) << 32) | np.arange(drawn.shape[1])
    keys.sort(axis=1)
    return keys & 0xFFFFFFFF
