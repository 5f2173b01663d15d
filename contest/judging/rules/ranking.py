"""Printed scores, paces, and ties that were voted on again; pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from uuid import UUID

Groups = Sequence[Sequence[UUID]]
"""Works in order, the best first; those of one group are equal."""


def printed(score: float) -> str:
    """Write a score in points with two decimals, halves up, such as "8.40"; for printing, never for comparing."""
    # By way of its shortest spelling: 8.125 is exactly that, 8.115 is not what a computer holds for it.
    return str(Decimal(repr(score)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


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


def split(ranked: Groups, revotes: Iterable[Groups]) -> list[list[UUID]]:
    """Order works that tie as other votes on them said; a vote that was not on all of them says nothing.

    Args:
        ranked: As the round itself said.
        revotes: What each other vote said, in the order in which they were held.
    """
    found = [list(group) for group in ranked]
    for said in revotes:
        asked = {work for group in said for work in group}
        found = [
            part
            for group in found
            for part in (_in_order(group, said) if len(group) > 1 and asked.issuperset(group) else [group])
        ]
    return found


def _in_order(group: Sequence[UUID], said: Groups) -> list[list[UUID]]:
    parts = ([work for work in group if work in part] for part in said)
    return [part for part in parts if part]
