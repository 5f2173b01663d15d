"""Aggregators that set every two entries against each other: Copeland, Schulze, Bradley-Terry."""

from typing import Final

import numpy as np

from contest.judging.scoring.votes import Floats, Ints, Votes
from contest.kernel.errors import Invalid

COMPARED_MAX: Final = 1000
"""Every two of so many entries make a million comparisons; more belong into a round of marks first."""
RIDGE: Final = 0.5
"""Weight of the normal prior in Bradley-Terry, which keeps an entry that always won from running away."""
NEWTON_MAX: Final = 50
NEWTON_ENOUGH: Final = 1e-10


def preferences(votes: Votes, chosen: Ints) -> Floats:
    """Count, in the votes of these numbers, how many jurors prefer each entry to each other.

    Who holds two equal gives half to both.

    Returns:
        Shape (entries, entries): row before column. Only what one juror has seen both of is compared.

    Raises:
        Invalid: ``scoring.too_many_to_compare`` with the most that can be.
    """
    count = len(votes.entries)
    if count > COMPARED_MAX:
        raise Invalid("scoring.too_many_to_compare", limit=COMPARED_MAX)
    preferred = np.zeros((count, count))
    if votes.rival_index is not None:
        entry, rival, won = votes.entry_index[chosen], votes.rival_index[chosen], votes.score[chosen]
        np.add.at(preferred, (entry, rival), won)
        np.add.at(preferred, (rival, entry), 1 - won)
        return preferred
    for juror in range(len(votes.jurors)):
        hers = chosen[votes.juror_index[chosen] == juror]
        merit, entries = votes.merit[hers], votes.entry_index[hers]
        better = (merit[:, None] > merit[None, :]) + 0.5 * (merit[:, None] == merit[None, :])
        np.fill_diagonal(better, 0.0)
        preferred[np.ix_(entries, entries)] += better
    return preferred


def copeland(preferred: Floats) -> Floats:
    """Score each entry by the entries it beats by a majority, less those that beat it."""
    return _wins_less_losses(preferred)


def schulze(preferred: Floats) -> Floats:
    """Score each entry by the entries it beats over strongest paths (winning votes), less those that beat it."""
    path = np.where(preferred > preferred.T, preferred, 0.0)
    for through in range(len(path)):
        np.maximum(path, np.minimum(path[:, through, None], path[None, through, :]), out=path)
    np.fill_diagonal(path, 0.0)
    return _wins_less_losses(path)


def bradley_terry(preferred: Floats) -> tuple[Floats, Floats]:
    """Fit strengths with P(i before k) = 1 / (1 + exp(t_k - t_i)) and a normal prior, by Newton's steps.

    Returns:
        Strengths and their variances, each of shape (entries,).
    """
    count = len(preferred)
    met = preferred + preferred.T
    strength = np.zeros(count)
    curvature = RIDGE * np.eye(count)
    for _step in range(NEWTON_MAX):
        chance = 1.0 / (1.0 + np.exp(strength[None, :] - strength[:, None]))
        slope = (preferred - met * chance).sum(axis=1) - RIDGE * strength
        bend = met * chance * (1.0 - chance)
        curvature = np.diag(bend.sum(axis=1) + RIDGE) - bend
        move = np.linalg.solve(curvature, slope)
        strength = strength + move
        if np.max(np.abs(move), initial=0.0) < NEWTON_ENOUGH:
            break
    return strength, np.diag(np.linalg.inv(curvature)).copy()


def strengths(preferred: Floats) -> Floats:
    """Score each entry by its Bradley-Terry strength."""
    return bradley_terry(preferred)[0]


def _wins_less_losses(one_over_other: Floats) -> Floats:
    beats = one_over_other > one_over_other.T
    score: Floats = beats.sum(axis=1) - beats.sum(axis=0).astype(np.float64)
    return score
