"""Aggregators that score each entry from its own votes: means, trimmed, calibrated, Borda, majority judgment.

A tally turns a choice of votes into scores. That one function gives the official scores and, called with every vote
left out in turn, the audit.
"""

from collections.abc import Callable
from math import fsum
from typing import Final, TypeAlias

import numpy as np

from contest.judging.scoring.calibration import Fit
from contest.judging.scoring.votes import Floats, Ints, Votes

Tally: TypeAlias = Callable[[Ints, Ints, int], Floats]
"""``tally(chosen, owner, count)``: the score of each of ``count`` entries from the votes of these numbers; ``owner``,
sorted, of the shape of ``chosen``, says whose each is. NaN for an entry without a vote."""

TRIM_VOTES: Final = 5
"""Calibrated scores leave out the highest and the lowest of so many votes or more (judging.md 5)."""
TRIM_VOTES_MIN: Final = 3


def plain(values: Floats, *, trimmed_from: int | None = None) -> Tally:
    """Tally the mean of one value a vote, without the highest and lowest where there are ``trimmed_from`` or more."""

    def tally(chosen: Ints, owner: Ints, count: int) -> Floats:
        return _mean(values[chosen], owner, count, trimmed_from=trimmed_from)

    return tally


def total(values: Floats) -> Tally:
    """Tally the sum."""

    def tally(chosen: Ints, owner: Ints, count: int) -> Floats:
        votes = np.bincount(owner, minlength=count)
        return np.where(votes > 0, np.bincount(owner, values[chosen], minlength=count), np.nan)

    return tally


def standardized(votes: Votes) -> Floats:
    """Give each vote as z: its distance from its juror's mean in her standard deviations.

    Dangerous where jurors judge few entries or not by chance; there for who has to use it (judging.md 4.7).
    """
    jurors = len(votes.jurors)
    counts = np.maximum(np.bincount(votes.juror_index, minlength=jurors), 1)
    means = np.bincount(votes.juror_index, votes.merit, minlength=jurors) / counts
    off = votes.merit - means[votes.juror_index]
    deviations = np.sqrt(np.bincount(votes.juror_index, off * off, minlength=jurors) / counts)
    return off / np.where(deviations > 0, deviations, 1.0)[votes.juror_index]


def percentiles(votes: Votes) -> Floats:
    """Give each vote as the share of its juror's works that lie below, equal ones half (Borda's count, 0 to 1)."""
    share = np.empty(len(votes.score))
    for juror in range(len(votes.jurors)):
        hers = np.flatnonzero(votes.juror_index == juror)
        _marks, which, counts = np.unique(votes.merit[hers], return_inverse=True, return_counts=True)
        share[hers] = ((np.cumsum(counts) - counts / 2) / len(hers))[which]
    return share


def calibrated(votes: Votes, fitted: Fit, *, trimmed_from: int | None) -> Tally:
    """Tally calibrated votes, all of equal weight, given on the panel's scale of points.

    A vote counts by how far it lies from what its juror gives on average, in units of how far her votes scatter.
    Fewer votes than the most judged entry has pull an entry towards the middle, by as much as they know less.
    """
    scatter2 = fitted.spread**2 + fitted.noise**2
    values = (votes.merit - fitted.severity[votes.juror_index]) / np.sqrt(scatter2)[votes.juror_index]
    likeness = fsum(fitted.spread**2 / scatter2) / len(scatter2)
    pull = (1 - likeness) / likeness
    most = np.bincount(votes.entry_index, minlength=1).max()
    unit = (fsum(scatter2) / len(scatter2)) ** 0.5

    def tally(chosen: Ints, owner: Ints, count: int) -> Floats:
        counts = np.bincount(owner, minlength=count)
        known = counts / (counts + pull) * (most + pull) / most
        means = _mean(values[chosen], owner, count, trimmed_from=trimmed_from)
        scores: Floats = fitted.panel_severity + unit * known * means
        return scores

    return tally


def weighted(votes: Votes, fitted: Fit) -> Tally:
    """Tally the model's own estimate, in which the marks of reliable jurors weigh more, on the scale of points."""
    values = (votes.merit - fitted.severity[votes.juror_index]) / fitted.spread[votes.juror_index]
    weights = (fitted.spread**2 / fitted.noise**2)[votes.juror_index]

    def tally(chosen: Ints, owner: Ints, count: int) -> Floats:
        known = np.bincount(owner, weights[chosen], minlength=count)
        pulled = np.bincount(owner, (weights * values)[chosen], minlength=count)
        strength = np.where(known > 0, pulled / (1.0 + known), np.nan)
        return fitted.panel_severity + fitted.panel_spread * strength

    return tally


def majority(votes: Votes) -> Tally:
    """Tally the median mark, moved by at most half a step by usual judgment.

    Of an even number of marks the lower middle one counts. With the shares p above and q below the median, usual
    judgment (Fabre) adds (p - q) / (2 (1 - p - q)) steps; the step is the smallest distance of two marks in use.
    """
    used = np.unique(votes.merit)
    step = float(np.min(np.diff(used))) if len(used) > 1 else 1.0

    def tally(chosen: Ints, owner: Ints, count: int) -> Floats:
        order = np.lexsort((votes.merit[chosen], owner))
        merit, owner = votes.merit[chosen][order], owner[order]
        counts = np.bincount(owner, minlength=count)
        has = counts > 0
        median = np.full(count, np.nan)
        median[has] = merit[(np.cumsum(counts) - counts + (counts - 1) // 2)[has]]
        above = np.bincount(owner, merit > median[owner], minlength=count)
        below = np.bincount(owner, merit < median[owner], minlength=count)
        with np.errstate(invalid="ignore"):
            scores: Floats = median + step * (above - below) / (2 * (counts - above - below))
        return scores

    return tally


def _mean(values: Floats, owner: Ints, count: int, *, trimmed_from: int | None) -> Floats:
    counts = np.bincount(owner, minlength=count)
    sums = np.bincount(owner, values, minlength=count)
    if trimmed_from is not None and len(values):
        has = np.flatnonzero(counts)
        begins = (np.cumsum(counts) - counts)[has]
        long = counts[has] >= trimmed_from
        ends = np.maximum.reduceat(values, begins) + np.minimum.reduceat(values, begins)
        sums[has[long]] -= ends[long]
        counts = counts.copy()
        counts[has[long]] -= 2
    with np.errstate(invalid="ignore"):
        means: Floats = sums / counts
    return means
