"""How far a panel agrees: intraclass correlation, Krippendorff's alpha, Kendall's W, in one word."""

from math import ceil, fsum
from typing import Final

import numpy as np

from contest.judging.scoring.calibration import Fit
from contest.judging.scoring.results import Gate, Reliability
from contest.judging.scoring.votes import Floats, Ints, Votes

WANTED: Final = 0.8
# Koo and Li's words for an intraclass correlation.
MODERATE: Final = 0.5
GOOD: Final = 0.75
EXCELLENT: Final = 0.9


def reliability_of(votes: Votes, fitted: Fit, *, gate: Gate) -> Reliability:
    """Say how far the panel agrees; of one juror, one entry or pairs nothing can be said."""
    counts = np.bincount(votes.entry_index, minlength=1)
    counts = counts[counts > 0]
    per_entry = len(counts) / fsum(1 / counts) if len(counts) else 0.0
    single = panel = alpha = concordance = None
    if votes.rival_index is None and len(votes.jurors) > 1 and len(votes.entries) > 1:
        alpha = krippendorff_alpha(votes.entry_index, votes.score, entries=len(votes.entries))
        if votes.is_complete:
            table = votes.score.reshape(len(votes.entries), len(votes.jurors))
            single, panel = intraclass(table)
            concordance = kendall_w(table)
        else:
            wanted = fitted.panel_spread**2
            severity = 0.0 if gate.is_calibrated else fitted.severity_sd**2
            single = wanted / (wanted + severity + fitted.panel_noise**2)
            panel = spearman_brown(single, per_entry)
    # An estimate below 0 says no more than that nothing is agreed on.
    single, panel = (None if one is None else max(one, 0.0) for one in (single, panel))
    return Reliability(
        single=_rounded(single),
        panel=_rounded(panel),
        word=word_of(panel),
        votes_per_entry=round(per_entry, 4),
        more_jurors=more_jurors(panel, per_entry),
        alpha=_rounded(alpha),
        kendall_w=_rounded(concordance),
    )


def word_of(panel: float | None) -> str:
    """Give Koo and Li's word for a reliability."""
    if panel is None:
        return "unknown"
    if panel < MODERATE:
        return "poor"
    if panel < GOOD:
        return "moderate"
    return "good" if panel <= EXCELLENT else "excellent"


def spearman_brown(single: float, votes: float) -> float:
    """Foretell the reliability of the mean of several votes from that of one."""
    return votes * single / (1 + (votes - 1) * single)


def more_jurors(panel: float | None, votes: float) -> int | None:
    """Tell how many more votes an entry bring the reliability to .80; None where no number would."""
    if panel is None or panel <= 0:
        return None
    if panel >= WANTED:
        return 0
    return max(1, ceil(round(votes * (WANTED * (1 - panel)) / ((1 - WANTED) * panel) - votes, 6)))


def intraclass(table: Floats) -> tuple[float | None, float | None]:
    """Give ICC(A,1) and ICC(C,k) of McGraw and Wong, from two-way mean squares.

    Args:
        table: Scores of shape (entries, jurors), without gaps.

    Returns:
        Agreement of one vote, consistency of the panel's mean; None without any variance.
    """
    entries, jurors = table.shape
    grand = fsum(table.ravel()) / table.size
    by_entry, by_juror = table.mean(axis=1), table.mean(axis=0)
    rows = jurors * fsum((by_entry - grand) ** 2) / (entries - 1)
    columns = entries * fsum((by_juror - grand) ** 2) / (jurors - 1)
    rest = table - by_entry[:, None] - by_juror[None, :] + grand
    error = fsum((rest**2).ravel()) / ((entries - 1) * (jurors - 1))
    below = rows + (jurors - 1) * error + jurors * (columns - error) / entries
    return ((rows - error) / below if below > 0 else None), ((rows - error) / rows if rows > 0 else None)


def krippendorff_alpha(entry: Ints, score: Floats, *, entries: int) -> float | None:
    """Give Krippendorff's alpha for interval data with gaps, in closed form; None without any variance.

    Args:
        entry, score: The votes, of shape (votes,).
    """
    counts = np.bincount(entry, minlength=entries)
    pairable = counts[entry] > 1
    entry, score = entry[pairable], score[pairable]
    if not len(score):
        return None
    score = score - fsum(score) / len(score)  # alpha does not change, its last digits hold
    counts = np.bincount(entry, minlength=entries)
    sums, squares = np.bincount(entry, score, minlength=entries), np.bincount(entry, score * score, minlength=entries)
    used, total = counts > 1, len(score)
    observed = fsum(2 * (counts[used] * squares[used] - sums[used] ** 2) / (counts[used] - 1)) / total
    expected = 2 * (total * fsum(squares) - fsum(sums) ** 2) / (total * (total - 1))
    return 1 - observed / expected if expected > 0 else None


def kendall_w(table: Floats) -> float | None:
    """Give Kendall's W of complete rankings with ties.

    Args:
        table: Scores of shape (entries, jurors), without gaps.

    Returns:
        0 to 1; None when every juror holds all entries equal.
    """
    entries, jurors = table.shape
    ranks = np.empty_like(table)
    tied = 0.0
    for juror in range(jurors):
        _values, inverse, counts = np.unique(table[:, juror], return_inverse=True, return_counts=True)
        ranks[:, juror] = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
        tied += float((counts.astype(np.float64) ** 3 - counts).sum())
    sums = ranks.sum(axis=1)
    below = jurors**2 * entries * (entries**2 - 1) - jurors * tied
    above = 12 * fsum(sums**2) - 3 * jurors**2 * entries * (entries + 1) ** 2
    return above / below if below > 0 else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
