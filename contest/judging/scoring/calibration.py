"""The model of how jurors mark: score = severity + spread x strength + noise, each juror's own.

After Platt and Burges and Ge, Welling and Ghahramani (the NeurIPS calibrations), with the spread added: it is what
matters, since a juror who uses 3 to 10 otherwise outvotes one who uses 5 to 7 (judging.md 4.1, 5). Strengths of
entries have a standard normal prior; a juror's three numbers have priors around the panel's, so that a few votes move
nobody far. Sums run in one fixed order (`np.bincount`, `math.fsum`), so that every machine gets the same.
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
    robust: bool = False,
) -> Fit:
    """Fit the model by expectation and maximisation.

    Args:
        entry, juror, score: The votes, each of shape (votes,); larger scores are better.
        entries, jurors: How many there are; those without a vote stay at their prior.
        tolerance: Stops when no strength moves by more.
        robust: Weighs votes that lie far off less (Student's t).
    """
    centre = fsum(score) / max(len(score), 1)
    unit = (fsum((score - centre) ** 2) / max(len(score), 1)) ** 0.5 or 1.0
    y = (score - centre) / unit
    votes_of = np.bincount(juror, minlength=jurors).astype(np.float64)
    severity: Floats = np.zeros(jurors)
    spread: Floats = np.full(jurors, 0.6)
    noise2: Floats = np.full(jurors, 0.64)
    panel_a, panel_b, panel_s2, severity_var = 0.0, 0.6, 0.64, 0.1
    strength: Floats = np.zeros(entries)
    variance: Floats = np.ones(entries)
    weight: Floats = np.ones(len(y))
    for _round in range(ROUNDS_MAX):
        gain = spread / noise2
        precision = 1.0 + np.bincount(entry, weight * (spread * gain)[juror], minlength=entries)
        pulled = np.bincount(entry, weight * gain[juror] * (y - severity[juror]), minlength=entries)
        moved = float(np.max(np.abs(pulled / precision - strength), initial=0.0))
        strength = pulled / precision
        variance = np.reciprocal(precision)

        m, v = strength[entry], variance[entry]
        on_one = np.bincount(juror, weight, minlength=jurors)
        on_m = np.bincount(juror, weight * m, minlength=jurors)
        on_m2 = np.bincount(juror, weight * (m * m + v), minlength=jurors)
        y_one = np.bincount(juror, weight * y, minlength=jurors)
        y_m = np.bincount(juror, weight * y * m, minlength=jurors)
        spread_var = (SPREAD_SD * panel_b) ** 2
        a11, a12, a22 = on_one / noise2 + 1 / severity_var, on_m / noise2, on_m2 / noise2 + 1 / spread_var
        r1, r2 = y_one / noise2 + panel_a / severity_var, y_m / noise2 + panel_b / spread_var
        determinant = a11 * a22 - a12 * a12
        severity = (a22 * r1 - a12 * r2) / determinant
        spread = np.maximum((a11 * r2 - a12 * r1) / determinant, FLOOR)

        off = y - severity[juror] - spread[juror] * m
        square = off * off + spread[juror] ** 2 * v
        squares = np.bincount(juror, weight * square, minlength=jurors)
        noise2 = np.maximum((squares + NOISE_VOTES * panel_s2) / (votes_of + NOISE_VOTES), FLOOR)
        if robust:
            weight = (FREEDOM + 1) / (FREEDOM + square / noise2[juror])
        if jurors:
            panel_a, panel_b = fsum(severity) / jurors, max(fsum(spread) / jurors, FLOOR)
            severity_var = max(fsum((severity - panel_a) ** 2 + a22 / determinant) / jurors, FLOOR)
            panel_s2 = jurors / fsum(1 / noise2)
        if moved < tolerance:
            break
    return Fit(
        strength=strength,
        variance=variance,
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
    return fit(entry, np.zeros_like(entry), score, entries=entries, jurors=1, tolerance=tolerance)
