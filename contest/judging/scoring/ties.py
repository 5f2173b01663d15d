"""Ties at a prize line: which entries the votes do not settle, and what each declared way of deciding says.

Plain means tie across the prize line in 82 to 96 % of contests, calibrated scores in 0 to 7 % (judging.md 4.8); and a
lead of which the model is less than 60 % sure is none to build on. Never id, time or file name decide.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

import numpy as np

from contest.judging.scoring.chance import lot
from contest.judging.scoring.results import EntryScore, TieGroup, chance_above
from contest.judging.scoring.tallies import majority
from contest.judging.scoring.votes import Votes

SETTLED: Final = 0.6


def ties_of(
    votes: Votes, scored: Sequence[EntryScore], *, lines: Sequence[int], methods: Sequence[str], seed: str
) -> tuple[TieGroup, ...]:
    """Find the ties at prize lines.

    Args:
        scored: From the best.
        lines: Each the number of places above it.
        methods: Ways to decide, in the declared order.
    """
    groups = []
    for line in sorted({line for line in lines if 0 < line < len(scored)}):
        above, below = scored[line - 1], scored[line]
        is_equal = above.rank == below.rank
        group = [one for one in scored if one.rank == above.rank] if is_equal else [above, below]
        by_strength = sorted(group, key=lambda one: -one.strength)
        last = line - (above.rank - 1) if is_equal else 1
        best, next_best = by_strength[last - 1], by_strength[last]
        first, second = (best, next_best) if is_equal else (above, below)
        p_beats = chance_above(first.strength - second.strength, first.strength_sd**2 + second.strength_sd**2)
        if not is_equal and p_beats >= SETTLED:
            continue
        entries = tuple(one.entry for one in group)
        judged = usual_judgment(votes, entries)
        applicable = {
            "extra_votes": any(one.n < len(votes.jurors) for one in group),
            "usual_judgment": len(judged) > 1,
        }
        groups.append(
            TieGroup(
                line=line,
                entries=entries,
                is_equal=is_equal,
                p_beats=p_beats,
                methods=tuple(method for method in methods if applicable.get(method, True)),
                by_judgment=judged,
                by_lot=lot(seed, entries),
            )
        )
    return tuple(groups)


def usual_judgment(votes: Votes, entries: tuple[Any, ...]) -> tuple[tuple[Any, ...], ...]:
    """Order entries by usual judgment on the marks of the last round that all of them were in.

    Returns:
        The entries in groups, best first; one group: it does not tell them apart.
    """
    if votes.rival_index is not None:
        return (entries,)
    place = {entry: number for number, entry in enumerate(votes.entries)}
    wanted = np.array([place[entry] for entry in entries])
    mine = np.flatnonzero(np.isin(votes.entry_index, wanted))
    latest = mine[votes.round_index[mine] == votes.round_index[mine].max()]
    if len(np.unique(votes.entry_index[latest])) == len(entries):
        mine = latest
    scores = np.round(majority(votes)(mine, votes.entry_index[mine], len(votes.entries)), 6)[wanted]
    ordered = sorted(zip(scores.tolist(), entries, strict=True), key=lambda pair: -pair[0])
    return tuple(tuple(entry for _score, entry in same) for _key, same in groupby(ordered, key=lambda pair: pair[0]))
