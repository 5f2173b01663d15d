"""The model of how jurors mark: score = severity + spread x strength + noise, each juror's own.

After Platt and Burges and Ge, Welling and Ghahramani (the NeurIPS calibrations), with the spread added: it is what
matters, since a juror who uses 3 to 10 otherwise outvotes one who uses 5 to 7 (judging.md 4.1, 5). Strengths of
entries have a standard normal prior; a juror's three numbers have priors around the panel's, so that a few votes move
nobody far. Sums run in one fixed order (`np.bincount`, `np.cumsum`, `math.fsum`; never `np.sum`, whose order depends
on the processor), so that every machine gets the same.
"""

from dataclasses import dataclass
from math import fsum, pi
from typing import Final

import numpy as np

from contest.judging.scoring.votes import Floats, Ints

# Prior weights of judging.md 5: a juror's spread lies within a quarter of the panel's, her noise counts as 8 votes.
SPREAD_SD: Final = 0.25
NOISE_VOTES: Final = 8
ROUNDS_MAX: Final = 60
TOLERANCE: Final = 1e-4
ROUGH: Final = 1e-3
"""What is enough where the model does not score."""
FLOOR: Final = 1e-4
FREEDOM: Final = 4.0
"""Degrees of freedom of Student's t, for the audit."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """The fitted model; everything but ``strength`` and its ``variance`` is in points.

    Attributes:
        strength, variance: Posterior of the entries' strengths, of shape (entries,).
        severity, spread, noise: Of each juror, of shape (jurors,); noise is a standard deviation.
        panel_severity, panel_spread, panel_noise, severity_sd: Of the panel.
    """

    strength: Floats
    variance: Floats
    severity: Floats
    spread: Floats
    noise: Floats
    panel_severity: float
    panel_spread: float
    panel_noise: float
    severity_sd: float

    def density(self, entry: Ints, juror: Ints, score: Floats) -> Floats:
        """Give the log density in which the model expected these votes, in nats."""
        spread = self.spread[juror]
        variance = self.noise[juror] ** 2 + spread**2 * self.variance[entry]
        off = score - self.severity[juror] - spread * self.strength[entry]
        density: Floats = -0.5 * (np.log(2 * pi * variance) + off**2 / variance)
        return density


def fit(
    entry: Ints,
    juror: Ints,
    score: Floats,
    *,
    entries: int,
    jurors: int,
    tolerance: float = TOLERANCE,
    robust_from: Fit | None = None,
) -> Fit:
    """Fit the model by expectation and maximisation.

    Args:
        entry, juror, score: The votes, each of shape (votes,); larger scores are better.
        entries, jurors: How many there are; those without a vote stay at their prior.
        tolerance: Stops when no strength moves by more.
        robust_from: The plain model of these votes; from it on, votes that lie far off weigh less (Student's t).
    """
    y, centre, unit = _standard(score)
    strength: Floats = np.zeros(entries)
    variance: Floats = np.ones(entries)
    severity: Floats = np.zeros(jurors)
    spread: Floats = np.full(jurors, 0.6)
    noise2: Floats = np.full(jurors, 0.64)
    panel_a, panel_b, panel_s2, severity_var = 0.0, 0.6, 0.64, 0.1
    if robust_from is not None:
        strength, variance = robust_from.strength, robust_from.variance
        severity, spread = (robust_from.severity - centre) / unit, robust_from.spread / unit
        noise2 = (robust_from.noise / unit) ** 2
        panel_a, panel_b = (robust_from.panel_severity - centre) / unit, robust_from.panel_spread / unit
        panel_s2, severity_var = (robust_from.panel_noise / unit) ** 2, (robust_from.severity_sd / unit) ** 2
    weight: Floats = np.ones(len(y))
    votes_of = np.bincount(juror, minlength=jurors)
    weighted = _sums(juror, weight, y, jurors)
    for _round in range(ROUNDS_MAX):
        if robust_from is not None:
            off = y - severity[juror] - spread[juror] * strength[entry]
            square = off**2 + spread[juror] ** 2 * variance[entry]
            weight = (FREEDOM + 1) / (FREEDOM + square / noise2[juror])
            weighted = _sums(juror, weight, y, jurors)
        gain = weight * (spread / noise2)[juror]
        precision = 1.0 + np.bincount(entry, gain * spread[juror], minlength=entries)
        pulled = np.bincount(entry, gain * (y - severity[juror]), minlength=entries) / precision
        moved = float(np.max(np.abs(pulled - strength), initial=0.0))
        strength, variance = pulled, np.reciprocal(precision, dtype=np.float64)
        m, m2 = strength[entry], (strength**2 + variance)[entry]

        sum_1, sum_y, sum_y2 = weighted
        sum_m = np.bincount(juror, weight * m, minlength=jurors)
        sum_m2 = np.bincount(juror, weight * m2, minlength=jurors)
        sum_ym = np.bincount(juror, weight * y * m, minlength=jurors)
        spread_var = (SPREAD_SD * panel_b) ** 2
        a11, a12, a22 = sum_1 / noise2 + 1 / severity_var, sum_m / noise2, sum_m2 / noise2 + 1 / spread_var
        b1, b2 = sum_y / noise2 + panel_a / severity_var, sum_ym / noise2 + panel_b / spread_var
        determinant = a11 * a22 - a12 * a12
        severity = (a22 * b1 - a12 * b2) / determinant
        spread = np.maximum((a11 * b2 - a12 * b1) / determinant, FLOOR)
        squares = (
            sum_y2
            - 2 * (severity * sum_y + spread * sum_ym - severity * spread * sum_m)
            + severity**2 * sum_1
            + spread**2 * sum_m2
        )
        noise2 = np.maximum((squares + NOISE_VOTES * panel_s2) / (votes_of + NOISE_VOTES), FLOOR)
        if jurors:
            panel_a, panel_b = fsum(severity) / jurors, max(fsum(spread) / jurors, FLOOR)
            severity_var = max(fsum((severity - panel_a) ** 2 + a22 / determinant) / jurors, FLOOR)
            panel_s2 = jurors / fsum(1 / noise2)
        if moved < tolerance:
            break
    # What the strengths are, given the last severities.
    gain = weight * (spread / noise2)[juror]
    precision = 1.0 + np.bincount(entry, gain * spread[juror], minlength=entries)
    strength = np.bincount(entry, gain * (y - severity[juror]), minlength=entries) / precision
    return Fit(
        strength=strength,
        variance=np.reciprocal(precision, dtype=np.float64),
        severity=centre + unit * severity,
        spread=unit * spread,
        noise=unit * np.sqrt(noise2),
        panel_severity=centre + unit * panel_a,
        panel_spread=unit * panel_b,
        panel_noise=unit * panel_s2**0.5,
        severity_sd=unit * severity_var**0.5,
    )


def fit_as_one(entry: Ints, score: Floats, *, entries: int, tolerance: float = TOLERANCE) -> Fit:
    """Fit the model as if one person had cast all votes: plain means, shrunken where there are few votes."""
    y, centre, unit = _standard(score)
    votes_of = np.bincount(entry, minlength=entries)
    sum_y = np.bincount(entry, y, minlength=entries)
    # A strength is pull x sum - rest, with one pull and one rest for all entries of equally many votes: the fit needs
    # of these how many they are, their sums, and the lowest and highest sum, which move the most.
    votes, kind = np.unique(votes_of, return_inverse=True)
    count, sums, squared = (np.bincount(kind, value, minlength=len(votes)) for value in (None, sum_y, sum_y**2))
    ends = np.full((2, len(votes)), [[np.inf], [-np.inf]])
    np.minimum.at(ends[0], kind, sum_y)
    np.maximum.at(ends[1], kind, sum_y)
    severity, spread, noise2 = 0.0, 0.6, 0.64
    pull, rest, variance = np.zeros(len(votes)), np.zeros(len(votes)), np.ones(len(votes))
    for _round in range(ROUNDS_MAX):
        before = pull * ends - rest
        variance = np.reciprocal(1.0 + votes * spread**2 / noise2, dtype=np.float64)
        pull = variance * spread / noise2
        rest = pull * votes * severity
        if float(np.max(np.abs(pull * ends - rest - before), initial=0.0)) < tolerance:
            break
        strengths = pull * sums - rest * count
        strengths2 = pull**2 * squared - 2 * pull * rest * sums + rest**2 * count
        sum_m, sum_m2 = _total(votes * strengths), _total(votes * (strengths2 + variance * count))
        sum_ym = _total(pull * squared - rest * sums)
        # y is centred and has variance 1: its sum is 0, the sum of its squares the number of votes.
        spread = max(sum_ym / (sum_m2 - sum_m**2 / len(y)), FLOOR)
        severity = -spread * sum_m / len(y)
        squares = len(y) * (1.0 - severity**2) - 2 * spread * sum_ym + spread**2 * sum_m2
        noise2 = max(squares / len(y), FLOOR)
    return Fit(
        strength=pull[kind] * sum_y - rest[kind],
        variance=variance[kind],
        severity=np.array([centre + unit * severity]),
        spread=np.array([unit * spread]),
        noise=np.array([unit * noise2**0.5]),
        panel_severity=centre + unit * severity,
        panel_spread=unit * spread,
        panel_noise=unit * noise2**0.5,
        severity_sd=0.0,
    )


def _standard(score: Floats) -> tuple[Floats, float, float]:
    """Give scores with mean 0 and standard deviation 1, and their mean and deviation; equal scores as zeros."""
    votes = max(len(score), 1)
    centre = _total(score) / votes
    unit = (_total((score - centre) ** 2) / votes) ** 0.5
    if unit <= FLOOR**2:
        return np.zeros(len(score)), centre, 1.0
    return (score - centre) / unit, centre, unit


def _total(values: Floats) -> float:
    """Sum many numbers from the first to the last, thirty times as fast as `fsum`."""
    return float(np.cumsum(values)[-1]) if len(values) else 0.0


def _sums(juror: Ints, weight: Floats, y: Floats, jurors: int) -> tuple[Floats, Floats, Floats]:
    """Sum each juror's weights, weighted scores and their squares."""
    ones, scores, squares = (
        np.bincount(juror, value, minlength=jurors).astype(np.float64)
        for value in (weight, weight * y, weight * y * y)
    )
    return ones, scores, squares
