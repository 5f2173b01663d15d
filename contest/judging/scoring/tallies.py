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
FAR: Final = 3.0
"""A mark so many standard deviations of the panel's noise from the others is left out alone: see `calibrated`."""


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


def calibrated(votes: Votes, fitted: Fit, *, trimmed_from: int | None, far: float = float("inf")) -> Tally:
    """Tally calibrated votes, all of equal weight, given on the panel's scale of points.

    A vote counts by how far it lies from what its juror gives on average, in units of how far her votes scatter.
    Fewer votes than the most judged entry has pull an entry towards the middle, by as much as they know less.

    Args:
        trimmed_from: Of so many votes or more the highest and the lowest are left out.
        far: Where one of the two lies further than so many standard deviations of the panel's noise from the rest
            and the other does not, only that one is left out. Were both, a friend's 10 would still help: it would
            take away his lowest mark; and a rival's 1 would take away the other's highest.
    """
    scatter2 = fitted.spread**2 + fitted.noise**2
    values = (votes.merit - fitted.severity[votes.juror_index]) / np.sqrt(scatter2)[votes.juror_index]
    likeness = fsum(fitted.spread**2 / scatter2) / len(scatter2)
    pull, noise = (1 - likeness) / likeness, (1 - likeness) ** 0.5
    most = np.bincount(votes.entry_index, minlength=1).max()
    unit = (fsum(scatter2) / len(scatter2)) ** 0.5

    def tally(chosen: Ints, owner: Ints, count: int) -> Floats:
        counts = np.bincount(owner, minlength=count)
        known = counts / (counts + pull) * (most + pull) / most
        means = _mean(values[chosen], owner, count, trimmed_from=trimmed_from, far=far * noise)
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


def _mean(values: Floats, owner: Ints, count: int, *, trimmed_from: int | None, far: float = float("inf")) -> Floats:
    """Give the mean of each owner's values, NaN where there are none.

    Args:
        trimmed_from: Of so many values or more the highest and the lowest are left out; None for never.
        far: Where one of the two lies further than this from the mean of the rest and the other does not, it goes
            alone.
    """
    counts = np.bincount(owner, minlength=count)
    sums = np.bincount(owner, values, minlength=count)
    if trimmed_from is not None and len(values):
        has = np.flatnonzero(counts)
        long = counts[has] >= trimmed_from
        begins, which = (np.cumsum(counts) - counts)[has], has[long]
        highest, lowest = np.maximum.reduceat(values, begins)[long], np.minimum.reduceat(values, begins)[long]
        middle = (sums[which] - highest - lowest) / (counts[which] - 2)
        high_is_far, low_is_far = highest - middle > far, middle - lowest > far
        without_high, without_low = high_is_far | ~low_is_far, low_is_far | ~high_is_far
        sums[which] -= highest * without_high + lowest * without_low
        counts[which] -= without_high.astype(np.int64) + without_low
    with np.errstate(invalid="ignore"):
        means: Floats = sums / counts
    return means
