"""Whether to even out the jurors' scales: only where the votes show that it helps (judging.md 4.7).

Normalizing hurt on three real data sets in which jurors hardly differ, judge few works, or do not judge by chance.
"""

from typing import Final

import numpy as np

from contest.judging.scoring.calibration import ROUGH, fit, fit_as_one
from contest.judging.scoring.chance import generator
from contest.judging.scoring.results import Gate
from contest.judging.scoring.votes import Floats, Ints, Votes

ENTRIES_PER_JUROR_MIN: Final = 30
FOLDS: Final = 5
TRIED_VOTES: Final = 30_000
"""In simulated panels so many gave the gain of 100,000 votes to .005 nats, in a third of the time."""
CHANCE_Z: Final = 3.1
"""Assignment counts as not random where chance would do so in one of a thousand cases."""
FITTING_STEPS: Final = 50
EIGEN_JURORS_MAX: Final = 500
CHUNK_NUMBERS: Final = 4_000_000
CALIBRATING: Final = ("calibrated_equal", "calibrated_weighted")


def gate_of(votes: Votes, *, aggregator: str, asked: str, seed: str) -> Gate:
    """Decide whether scores are calibrated.

    Args:
        asked: "auto", "on" or "off", as declared.
        seed: Deals the votes into the five parts that are held out in turn.
    """
    shared, links = seen_together(votes)
    linked, second = connectivity(links)
    dealt = looks_random(shared) if votes.is_random is None else votes.is_random
    is_random = None if votes.is_complete else dealt
    per_juror = float(np.median(np.bincount(votes.juror_index, minlength=1)))
    gain: float | None = None
    if votes.rival_index is not None:
        reason = "pairs"
    elif aggregator not in CALIBRATING:
        reason = "not_asked"
    elif len(votes.jurors) < 2:  # noqa: PLR2004 - one alone has nobody to be evened out with
        reason = "one_juror"
    elif asked != "auto":
        reason = f"declared_{asked}"
    elif not linked:
        reason = "not_connected"
    elif is_random is False:
        reason = "not_random"
    elif per_juror < ENTRIES_PER_JUROR_MIN:
        reason = "too_few"
    else:
        gain = held_out_gain(votes, seed=seed)
        reason = "helps" if gain > 0 else "no_gain"
    return Gate(
        is_calibrated=reason in {"helps", "declared_on"},
        reason=reason,
        is_connected=linked,
        is_random=is_random,
        connectivity=second,
        entries_per_juror=per_juror,
        gain=gain,
    )


def held_out_gain(votes: Votes, *, seed: str) -> float:
    """Tell by how many nats a vote calibration foretells votes better that it has not seen, rounded to 1e-6.

    Each fifth of the votes is foretold from the others, by the model with the jurors' own scales and by the one
    that knows a single scale. Of very many votes those on entries drawn by chance are tried.
    """
    chance = generator(seed, "gate")
    tried = _tried(votes, chance)
    kept_entries, entry = np.unique(votes.entry_index[tried], return_inverse=True)
    juror, score = votes.juror_index[tried], votes.merit[tried]
    part = np.empty(len(score), np.int64)
    part[chance.permutation(len(part))] = np.arange(len(part)) % FOLDS
    gained = 0.0
    nobody = np.zeros_like(juror)
    entries, jurors = len(kept_entries), len(votes.jurors)
    for held in range(FOLDS):
        kept, out = part != held, part == held
        own = fit(entry[kept], juror[kept], score[kept], entries=entries, jurors=jurors, tolerance=ROUGH)
        one = fit_as_one(entry[kept], score[kept], entries=entries, tolerance=ROUGH)
        better = own.density(entry[out], juror[out], score[out]) - one.density(entry[out], nobody[out], score[out])
        gained += float(np.bincount(np.zeros(len(better), np.int64), better, minlength=1)[0])
    return round(gained / max(len(part), 1), 6)


def _tried(votes: Votes, chance: np.random.Generator) -> Ints:
    """Give the numbers of the votes to try on, whole entries at a time: all, or about `TRIED_VOTES`."""
    count, entries = len(votes.score), len(votes.entries)
    if count <= TRIED_VOTES:
        return np.arange(count)
    drawn = np.zeros(entries, bool)
    drawn[chance.permutation(entries)[: entries * TRIED_VOTES // count]] = True
    return np.flatnonzero(drawn[votes.entry_index])


def connectivity(linked: Floats) -> tuple[bool, float | None]:
    """Tell whether all jurors are linked by entries judged in common, and how well.

    Args:
        linked: The weights of the jurors' graph, of shape (jurors, jurors), as `seen_together` gives them.

    Returns:
        Whether they are linked, and the second smallest eigenvalue of the graph, rounded to 1e-3.
    """
    jurors = len(linked)
    if jurors < 2:  # noqa: PLR2004 - one alone is linked
        return True, None
    reached = np.zeros(jurors, bool)
    reached[0] = True
    while (more := reached | (linked[reached] > 0).any(axis=0)).sum() > reached.sum():
        reached = more
    if jurors > EIGEN_JURORS_MAX:
        return bool(reached.all()), None
    laplacian = np.diag(linked.sum(axis=1)) - linked
    return bool(reached.all()), max(0.0, round(float(np.linalg.eigvalsh(laplacian)[1]), 3))


def looks_random(shared: Floats) -> bool:
    """Tell whether the votes look as if chance had dealt the entries.

    Where it had, two jurors share as many entries as their numbers of votes make one expect (quasi-independence);
    sub-panels, and specialists of a subject, share far more with each other and less with the rest.

    Args:
        shared: How many entries every two jurors have in common, of shape (jurors, jurors).
    """
    jurors, of_juror = len(shared), shared.sum(axis=1)
    if jurors < 4 or not of_juror.all():  # noqa: PLR2004 - three pairs always fit three jurors' numbers
        return True
    weight = np.sqrt(of_juror)
    for _step in range(FITTING_STEPS):
        weight = np.sqrt(weight * of_juror / np.maximum(weight.sum() - weight, 1e-12))
    expected = np.outer(weight, weight)
    square = float(np.triu((shared - expected) ** 2 / expected, 1).sum())
    freedom = jurors * (jurors - 3) / 2
    # Wilson and Hilferty: the cube root of chi squared is as good as normal.
    spread = 2 / (9 * freedom)
    return bool((square / freedom) ** (1 / 3) < 1 - spread + CHANCE_Z * spread**0.5)


def seen_together(votes: Votes) -> tuple[Floats, Floats]:
    """Count what every two jurors have judged in common.

    Returns:
        Twice shape (jurors, jurors) with a diagonal of zeros: the number of entries, and the same with each entry
        as one over the number of its votes: the graph whose Laplacian D - C' N^-1 C the two-way model has.
    """
    jurors, entries = len(votes.jurors), len(votes.entries)
    shared, linked = np.zeros((jurors, jurors)), np.zeros((jurors, jurors))
    chunk = max(1, CHUNK_NUMBERS // max(jurors, 1))
    for start in range(0, entries, chunk):
        first, last = np.searchsorted(votes.entry_index, [start, start + chunk])
        judged = np.zeros((jurors, min(chunk, entries - start)))
        judged[votes.juror_index[first:last], votes.entry_index[first:last] - start] = 1.0
        shared += judged @ judged.T
        linked += (judged / np.maximum(judged.sum(axis=0), 1.0)) @ judged.T
    np.fill_diagonal(shared, 0.0)
    np.fill_diagonal(linked, 0.0)
    return shared, linked
