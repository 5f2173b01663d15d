"""Ranks, means and paces; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """An entry's place: 1 for the best, shared where the exact means are equal."""

    entry_id: UUID
    rank: int
    mean: Fraction
    votes: int


def ranking(votes: Iterable[tuple[UUID, int]]) -> list[Ranked]:
    """Rank entries by the exact mean of their scores.

    Args:
        votes: (entry, score) pairs, in hundredths of a point, any order; only those that count.

    Returns:
        One place for each entry that has a vote, best first; equal means share a rank and the next rank is
        skipped (1, 2, 2, 4). Inside a rank the order is by id and means nothing.
    """
    sums: Counter[UUID] = Counter()
    counts: Counter[UUID] = Counter()
    for entry_id, score in votes:
        sums[entry_id] += score
        counts[entry_id] += 1
    means = {entry_id: Fraction(sums[entry_id], count) for entry_id, count in counts.items()}
    placed: list[Ranked] = []
    for place, entry_id in enumerate(sorted(means, key=lambda one: (-means[one], one)), start=1):
        mean = means[entry_id]
        rank = placed[-1].rank if placed and placed[-1].mean == mean else place
        placed.append(Ranked(entry_id=entry_id, rank=rank, mean=mean, votes=counts[entry_id]))
    return placed


def printed(mean: Fraction) -> str:
    """Write a mean of hundredths with two decimals, halves up, such as "8.40"; for printing, never for comparing."""
    hundredths = (2 * mean.numerator + mean.denominator) // (2 * mean.denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def histogram(scores: Iterable[int], steps: Sequence[int]) -> list[int]:
    """Count the scores of each step of the scale, in the order of ``steps``."""
    counts = Counter(scores)
    return [counts[step] for step in steps]


def minutes_left(moments: Sequence[datetime], remaining: int) -> int | None:
    """Estimate how long the rest takes from the pace of the latest votes, a pause counted as one minute at most.

    Args:
        moments: When the latest votes were cast, in order.
        remaining: Works still to judge.

    Returns:
        Whole minutes, at least 1 while anything remains; None before there is a pace.
    """
    if remaining <= 0 or len(moments) < 5:  # noqa: PLR2004 - fewer votes show no pace
        return None
    gaps = [min((later - earlier).total_seconds(), 60.0) for earlier, later in pairwise(moments)]
    return max(1, round(remaining * sum(gaps) / len(gaps) / 60))
