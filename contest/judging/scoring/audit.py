"""What would decide otherwise: single votes, and votes that lie far off. Shown, never scored."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from contest.judging.scoring.calibration import ROUGH, Fit, fit
from contest.judging.scoring.results import Decisive
from contest.judging.scoring.tallies import Tally
from contest.judging.scoring.votes import Floats, Ints, Votes

TRIED_NUMBERS_MAX: Final = 5_000_000
"""Leaving every vote out in turn holds so many numbers at most."""
RERANKED_MAX: Final = 20_000
"""Votes times entries, where every vote left out means comparing all entries again."""
ROBUST_JURORS_MIN: Final = 3


def without_each_vote(votes: Votes, tally: Tally) -> Floats | None:
    """Score each vote's entry without that vote, the jurors' scales held as they are.

    Returns:
        Shape (votes,), minus infinity where no vote is left; None where it would take too long.
    """
    counts = np.bincount(votes.entry_index, minlength=len(votes.entries))
    others = counts[votes.entry_index] - 1
    if int(others.sum()) > TRIED_NUMBERS_MAX:
        return None
    owner = np.repeat(np.arange(len(others)), others)
    first = (np.cumsum(counts) - counts)[votes.entry_index]
    step = np.arange(len(owner)) - np.repeat(np.cumsum(others) - others, others)
    chosen = first[owner] + step
    chosen += chosen >= owner
    scores = tally(chosen, owner, len(others))
    return np.where(np.isnan(scores), -np.inf, scores)


def decisive_votes(
    votes: Votes, left_out: Floats, official: Floats, order: Ints, *, lines: Sequence[int]
) -> tuple[Decisive, ...]:
    """Name the votes that alone hold an entry above a prize line, or keep one below it.

    Args:
        left_out: As of `without_each_vote`, rounded as official scores are.
        official: Of all entries, larger is better.
        order: Numbers of the entries in the running, from the best.
        lines: Each the number of places above it; lines that run through a tie are left to the tie, where one vote
            more or less on any of its entries decides.
    """
    place = np.full(len(votes.entries), len(votes.entries))
    place[order] = np.arange(len(order))
    found = []
    for line in _clear_lines(official, order, lines):
        last, first = int(order[line - 1]), int(order[line])
        mine = place[votes.entry_index]
        falls = (mine < line) & (left_out < official[first])
        climbs = (mine >= line) & (mine < len(order)) & (left_out > official[last])
        for vote in np.flatnonzero(falls | climbs):
            entry = int(votes.entry_index[vote])
            leaves, enters = (entry, first) if falls[vote] else (last, entry)
            found.append(_decisive(votes, int(vote), line, leaves, enters))
    return tuple(found)


def decisive_by_ranking_again(
    votes: Votes, score_of: Callable[[Ints], Floats], official: Floats, order: Ints, *, lines: Sequence[int]
) -> tuple[Decisive, ...] | None:
    """Do the same where entries are compared with each other: rank again without each vote; None if too many."""
    if len(votes.score) * len(votes.entries) > RERANKED_MAX:
        return None
    clear = _clear_lines(official, order, lines)
    if not clear:
        return ()
    found = []
    for vote in range(len(votes.score)):
        scores = np.round(score_of(np.delete(np.arange(len(votes.score)), vote)), 6)[order]
        again = order[np.argsort(-scores, kind="stable")]
        for line in clear:
            leaves = [one for one in order[:line] if one not in again[:line]]
            enters = [one for one in again[:line] if one not in order[:line]]
            if leaves:
                found.append(_decisive(votes, vote, line, int(leaves[0]), int(enters[0])))
    return tuple(sorted(found, key=lambda one: one.line))


def robust_changes(votes: Votes, own: Fit, order: Ints, *, top: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Name the entries that leave and enter the top when far-off votes weigh little.

    Both lists are about robustness alone: the plain model agrees with the official top there.
    """
    if len(votes.jurors) < ROBUST_JURORS_MIN or top >= len(order):
        return (), ()
    robust = fit(
        votes.entry_index,
        votes.juror_index,
        votes.merit,
        entries=len(votes.entries),
        jurors=len(votes.jurors),
        tolerance=ROUGH,
        robust_from=own,
    )

    def best(strength: Floats) -> set[int]:
        return set(order[np.argsort(-strength[order], kind="stable")][:top].tolist())

    official, plain, steady = set(order[:top].tolist()), best(own.strength), best(robust.strength)
    leaving, entering = (official & plain) - steady, steady - plain - official
    return (
        tuple(votes.entries[one] for one in order.tolist() if one in leaving),
        tuple(votes.entries[one] for one in order.tolist() if one in entering),
    )


def _clear_lines(official: Floats, order: Ints, lines: Sequence[int]) -> list[int]:
    """Give the lines that run through no tie, from the first."""
    inside = sorted({line for line in lines if 0 < line < len(order)})
    return [line for line in inside if official[order[line - 1]] != official[order[line]]]


def _decisive(votes: Votes, vote: int, line: int, leaves: int, enters: int) -> Decisive:
    return Decisive(
        line=line,
        juror=votes.jurors[int(votes.juror_index[vote])],
        entry=votes.entries[int(votes.entry_index[vote])],
        score=float(votes.score[vote]),
        leaves=votes.entries[leaves],
        enters=votes.entries[enters],
    )
