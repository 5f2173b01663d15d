"""How each juror marks: for chair and organizer, to talk with her, never for shaming her."""

from collections.abc import Sequence
from math import fsum
from statistics import NormalDist, median
from typing import Any, Final, NamedTuple

import numpy as np

from contest.judging.scoring.calibration import Fit
from contest.judging.scoring.results import Affinity, JurorDiagnosis
from contest.judging.scoring.votes import Floats, Ints, Votes

# Where something stands out (judging.md 5; the share of agreement: benchmarks/scoring.py).
AGREEMENT_MIN: Final = 0.1
AGREEMENT_SHARE: Final = 0.5
FLAGGED_VOTES_MIN: Final = 10
AGREEMENT_JURORS_MIN: Final = 4
OUTFIT_HIGH: Final = 1.5
OUTFIT_LOW: Final = 0.5
DRIFT_T: Final = 3.0
DRIFT_VOTES_MIN: Final = 10
AFFINITY_CHANCE: Final = 0.05
# So few marks on a side say nothing, however far apart they lie.
AFFINITY_VOTES_MIN: Final = 5
HASTY_S: Final = 1.0
HASTY_SHARE: Final = 0.2
MODAL_SHARE: Final = 0.8


class _Residuals(NamedTuple):
    """Each vote against what the others' votes on its entry let expect.

    Attributes:
        off, standardized: In points, and in what the panel scatters by; of shape (votes,).
        noise: Of each juror, in points, of shape (jurors,).
    """

    off: Floats
    standardized: Floats
    noise: Floats


def diagnoses(votes: Votes, fitted: Fit) -> tuple[JurorDiagnosis, ...]:
    """Diagnose every juror, in the order of ``votes.jurors``.

    Args:
        fitted: The model with each juror's own scale, also where scores are not calibrated.
    """
    if votes.rival_index is not None:
        return tuple(_of_pairs(votes, juror) for juror in range(len(votes.jurors)))
    residuals = _residuals(votes, fitted)
    agreements = _agreements(votes, fitted)
    critical = _critical_t(votes)
    lowest = _stands_apart(agreements, np.bincount(votes.juror_index, minlength=len(votes.jurors)))
    return tuple(
        _diagnosis(
            votes,
            fitted,
            residuals,
            juror,
            agreement=agreements[juror],
            is_lowest=juror == lowest,
            critical_t=critical,
        )
        for juror in range(len(votes.jurors))
    )


def _diagnosis(
    votes: Votes,
    fitted: Fit,
    residuals: _Residuals,
    juror: int,
    *,
    agreement: float | None,
    is_lowest: bool,
    critical_t: float,
) -> JurorDiagnosis:
    hers = np.flatnonzero(votes.juror_index == juror)
    count = len(hers)
    marks = votes.score[hers]
    noise = float(fitted.noise[juror])
    drift, drift_se = _drift(votes, residuals, hers, noise)
    affinity = _affinity(votes, residuals, juror, hers, critical_t=critical_t)
    retest, retest_difference = _retest(votes, juror)
    seconds = votes.seconds[hers][~np.isnan(votes.seconds[hers])]
    hasty = float((seconds < HASTY_S).mean()) if len(seconds) else None
    outfit = fsum(residuals.standardized[hers] ** 2) / count if count else None
    modal = float(np.unique(marks, return_counts=True)[1].max()) / count if count else 0.0
    standing_out = {
        "agreement": agreement is not None
        and count >= FLAGGED_VOTES_MIN
        and (agreement < AGREEMENT_MIN or is_lowest),
        "outfit_high": outfit is not None and count >= FLAGGED_VOTES_MIN and outfit > OUTFIT_HIGH,
        "outfit_low": outfit is not None and count >= FLAGGED_VOTES_MIN and outfit < OUTFIT_LOW,
        "drift": drift is not None and drift_se is not None and abs(drift) > DRIFT_T * drift_se,
        "affinity": any(one.is_flagged for one in affinity),
        "hasty": hasty is not None and hasty > HASTY_SHARE,
        "modal": count >= FLAGGED_VOTES_MIN and modal > MODAL_SHARE,
    }
    return JurorDiagnosis(
        juror=votes.jurors[juror],
        n=count,
        mean=round(fsum(marks) / count, 4) if count else 0.0,
        severity=round(float(fitted.severity[juror]) - fitted.panel_severity, 4) + 0.0,
        severity_se=round(noise / max(count, 1) ** 0.5, 4),
        spread=round(float(fitted.spread[juror]) / fitted.panel_spread, 4),
        noise=round(noise / fitted.panel_noise, 4),
        agreement=_rounded(agreement),
        outfit=_rounded(outfit),
        drift=_rounded(drift),
        drift_se=_rounded(drift_se),
        affinity=affinity,
        retest=_rounded(retest),
        retest_difference=_rounded(retest_difference),
        seconds=_rounded(float(median(seconds.tolist())) if len(seconds) else None),
        hasty_share=_rounded(hasty),
        modal_share=round(modal, 4),
        flags=tuple(flag for flag, holds in standing_out.items() if holds),
    )


def _of_pairs(votes: Votes, juror: int) -> JurorDiagnosis:
    """Say of somebody who compared pairs how often she chose; they tell nothing of a scale."""
    marks = votes.score[votes.juror_index == juror]
    return JurorDiagnosis(
        juror=votes.jurors[juror],
        n=len(marks),
        mean=round(fsum(marks) / len(marks), 4),
        severity=None,
        severity_se=None,
        spread=None,
        noise=None,
        agreement=None,
        outfit=None,
        drift=None,
        drift_se=None,
        affinity=(),
        retest=None,
        retest_difference=None,
        seconds=None,
        hasty_share=None,
        modal_share=round(float(np.unique(marks, return_counts=True)[1].max()) / len(marks), 4),
        flags=(),
    )


def _residuals(votes: Votes, fitted: Fit) -> _Residuals:
    """Take each vote from its entry's posterior and hold it against the rest; in the panel's noise, not her own."""
    entry, juror = votes.entry_index, votes.juror_index
    severity, spread, noise2 = fitted.severity[juror], fitted.spread[juror], fitted.noise[juror] ** 2
    precision = 1.0 / fitted.variance[entry]
    rest = np.maximum(precision - spread**2 / noise2, 1.0)
    expected = (precision * fitted.strength[entry] - spread * (votes.merit - severity) / noise2) / rest
    off = votes.merit - severity - spread * expected
    standardized = off / np.sqrt(fitted.panel_noise**2 + fitted.panel_spread**2 / rest)
    return _Residuals(off, standardized, fitted.noise)


def _agreements(votes: Votes, fitted: Fit) -> list[float | None]:
    """Correlate each juror's calibrated marks with the mean of the others' on the same entries."""
    entry, juror, jurors = votes.entry_index, votes.juror_index, len(votes.jurors)
    own = (votes.merit - fitted.severity[juror]) / np.sqrt(fitted.spread**2 + fitted.noise**2)[juror]
    counts = np.bincount(entry, minlength=len(votes.entries))[entry]
    shared = counts > 1
    sums = np.bincount(entry, own, minlength=len(votes.entries))[entry]
    own, juror = own[shared], juror[shared]
    others = (sums[shared] - own) / (counts[shared] - 1)
    n = np.maximum(np.bincount(juror, minlength=jurors), 1)
    own = own - (np.bincount(juror, own, minlength=jurors) / n)[juror]
    others = others - (np.bincount(juror, others, minlength=jurors) / n)[juror]
    both = np.bincount(juror, own * others, minlength=jurors)
    norm2 = np.bincount(juror, own * own, minlength=jurors) * np.bincount(juror, others * others, minlength=jurors)
    return [float(both[one] / norm2[one] ** 0.5) if norm2[one] > 0 else None for one in range(jurors)]


def _stands_apart(agreements: Sequence[float | None], counts: Ints) -> int | None:
    """Give the juror who agrees least, if less than half as much as the others do, by more than chance.

    Chance is one standard error of a correlation. Deviations from the mean of the others would not do: where these
    agree alike by luck, every noisy but honest juror stands out.
    """
    known = [(value, juror) for juror, value in enumerate(agreements) if value is not None]
    if len(known) < AGREEMENT_JURORS_MIN:
        return None
    least, juror = min(known)
    others = median(value for value, other in known if other != juror)
    by_chance = int(counts[juror]) ** -0.5
    return juror if least + by_chance < AGREEMENT_SHARE * others else None


def _drift(votes: Votes, residuals: _Residuals, hers: Ints, noise: float) -> tuple[float | None, float | None]:
    """Give the slope of her residuals over her own order, from its first work to its last, and its standard error."""
    hers = hers[~np.isnan(votes.position[hers])]
    if len(hers) < DRIFT_VOTES_MIN:
        return None, None
    way = np.empty(len(hers))
    for number in np.unique(votes.round_index[hers]):
        part = votes.round_index[hers] == number
        order = np.argsort(np.argsort(votes.position[hers][part], kind="stable"), kind="stable")
        way[part] = order / max(len(order) - 1, 1)
    way -= fsum(way) / len(way)
    sign = -1.0 if votes.low_is_best else 1.0
    square = fsum(way * way)
    if square <= 0:
        return None, None
    return sign * fsum(way * residuals.off[hers]) / square, noise / square**0.5


def _affinity(
    votes: Votes, residuals: _Residuals, juror: int, hers: Ints, *, critical_t: float
) -> tuple[Affinity, ...]:
    unit = votes.juror_units[juror]
    own = np.array([bool(unit) and votes.entry_units[entry] == unit for entry in votes.entry_index[hers]], bool)
    inside, outside = residuals.off[hers[own]], residuals.off[hers[~own]]
    if not len(inside) or not len(outside):
        return ()
    noise = float(residuals.noise[juror])
    difference = fsum(inside) / len(inside) - fsum(outside) / len(outside)
    t = difference / (noise * (1 / len(inside) + 1 / len(outside)) ** 0.5)
    are_enough = len(hers) >= FLAGGED_VOTES_MIN and min(len(inside), len(outside)) >= AFFINITY_VOTES_MIN
    return (
        Affinity(
            unit=unit,
            n=len(inside),
            difference=round(difference, 4),
            t=round(t, 4),
            is_flagged=are_enough and t > critical_t,
        ),
    )


def _critical_t(votes: Votes) -> float:
    """Give the value that one in twenty honest panels passes, over all jurors tested (Bonferroni)."""
    tested = sum(bool(unit) and unit in votes.entry_units for unit in votes.juror_units)
    return NormalDist().inv_cdf(1 - AFFINITY_CHANCE / max(tested, 1))


def _retest(votes: Votes, juror: int) -> tuple[float | None, float | None]:
    again_juror, again_entry, again_score = votes.repeats
    if juror not in again_juror:
        return None, None
    first = {
        int(entry): float(score)
        for entry, score in zip(
            votes.entry_index[votes.juror_index == juror], votes.score[votes.juror_index == juror], strict=True
        )
    }
    pairs = [
        (first[int(entry)], float(score))
        for entry, score in zip(again_entry[again_juror == juror], again_score[again_juror == juror], strict=True)
        if int(entry) in first
    ]
    if not pairs:
        return None, None
    return _correlation(pairs), fsum(abs(one - two) for one, two in pairs) / len(pairs)


def _correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    count = len(pairs)
    one, two = fsum(a for a, _b in pairs) / count, fsum(b for _a, b in pairs) / count
    norm2 = fsum((a - one) ** 2 for a, _b in pairs) * fsum((b - two) ** 2 for _a, b in pairs)
    return fsum((a - one) * (b - two) for a, b in pairs) / norm2**0.5 if norm2 > 0 else None


def _rounded(value: Any) -> float | None:
    return None if value is None else round(float(value), 4) + 0.0
