"""The one tally: from votes to an evaluation."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from contest.judging.scoring import comparing, tallies
from contest.judging.scoring.audit import (
    decisive_by_ranking_again,
    decisive_votes,
    robust_changes,
    without_each_vote,
)
from contest.judging.scoring.calibration import Fit, fit, fit_as_one
from contest.judging.scoring.chance import chances
from contest.judging.scoring.diagnosis import diagnoses
from contest.judging.scoring.gate import gate_of
from contest.judging.scoring.reliability import reliability_of
from contest.judging.scoring.results import (
    AGGREGATORS,
    GATES,
    TIE_METHODS,
    TRIMS,
    Audit,
    EntryScore,
    Evaluation,
    Gate,
    Method,
    zone_of,
)
from contest.judging.scoring.tallies import Tally
from contest.judging.scoring.ties import ties_of
from contest.judging.scoring.votes import Floats, Ints, Votes
from contest.kernel.errors import Invalid

DECIMALS: Final = 6
"""Official scores are rounded to these before they are ordered, so that every machine finds the same ties."""
COMPARING: Final[dict[str, Callable[[Floats], Floats]]] = {
    "copeland": comparing.copeland,
    "schulze": comparing.schulze,
    "bradley_terry": comparing.strengths,
}
IN_POINTS: Final = {"raw", "trimmed", "sum", "calibrated_equal", "calibrated_weighted", "majority"}
"""Aggregators whose scores read as the jurors' marks do: small again where small is best."""


def evaluate(
    votes: Votes,
    *,
    method: Method = Method(),  # noqa: B008 - frozen
    top: int,
    seed: str,
    ties: Sequence[str] = TIE_METHODS,
    lines: Sequence[int] | None = None,
    ranked: Collection[Any] | None = None,
) -> Evaluation:
    """Score, rank and explain.

    Args:
        votes: All that count; with ``pooled`` rounds also those of earlier rounds.
        method: As declared before the first vote.
        top: How many places the chances are about, at least 1.
        seed: The round's published seed; draws chances, folds and lots.
        ties: Ways to decide a tie, in the declared order.
        lines: Prize lines, each the number of places above it, such as 1, 4, 10; ``(top,)`` by default.
        ranked: The entries that are in the running; others' votes only help to know the jurors. All by default.

    Raises:
        Invalid: ``scoring.aggregator``; ``scoring.top``; ``scoring.too_many_to_compare`` for an aggregator that
            compares every two entries.
    """
    if method.aggregator not in AGGREGATORS or method.trim not in TRIMS or method.gate not in GATES:
        raise Invalid("scoring.aggregator", known=", ".join(AGGREGATORS))
    if top < 1:
        raise Invalid("scoring.top")
    running = _running(votes, ranked)
    scoring = _scoring(votes, method=method, seed=seed)
    official = np.round(scoring.score_of(np.arange(len(votes.score))), DECIMALS) + 0.0
    order = running[np.lexsort((running, -official[running]))]
    lines = (top,) if lines is None else tuple(lines)
    chance = chances(scoring.strength[order], scoring.variance[order], top=top, seed=seed)
    raw, counts = _raw(votes)
    sign = -1.0 if votes.low_is_best and method.aggregator in IN_POINTS else 1.0
    p_top = chance.p_top.tolist()
    scored = tuple(
        map(
            EntryScore,
            [votes.entries[entry] for entry in order.tolist()],
            np.round(raw[order], DECIMALS).tolist(),
            (sign * official[order] + 0.0).tolist(),
            counts[order].tolist(),
            _ranks(official[order]),
            chance.rank_low.tolist(),
            chance.rank_high.tolist(),
            p_top,
            map(zone_of, p_top),
            (np.round(scoring.strength[order], DECIMALS) + 0.0).tolist(),
            np.round(np.sqrt(scoring.variance[order]), DECIMALS).tolist(),
        )
    )
    return Evaluation(
        method=method,
        top=top,
        gate=scoring.gate,
        reliability=reliability_of(votes, scoring.own, gate=scoring.gate),
        entries=scored,
        judges=diagnoses(votes, scoring.own),
        ties=ties_of(votes, scored, lines=lines, methods=ties, seed=seed),
        audit=_audit(votes, scoring, official, order, method=method, top=top, lines=lines),
    )


class _Scoring(NamedTuple):
    """How this evaluation scores.

    Attributes:
        own: The model with each juror's own scale.
        strength, variance: The posterior that goes with the official score, of shape (entries,).
        score_of: The scores of all entries from the votes of these numbers; larger is better, NaN without a vote.
        tally: The same for any choice of votes; None where entries are compared with each other.
    """

    gate: Gate
    own: Fit
    strength: Floats
    variance: Floats
    score_of: Callable[[Ints], Floats]
    tally: Tally | None


def _scoring(votes: Votes, *, method: Method, seed: str) -> _Scoring:
    is_pairs = votes.rival_index is not None
    gate = gate_of(votes, aggregator=method.aggregator, asked=method.gate, seed=seed)
    entries = len(votes.entries)
    own = fit(votes.entry_index, votes.juror_index, votes.merit, entries=entries, jurors=len(votes.jurors))
    if is_pairs:
        strength, variance = comparing.bradley_terry(comparing.preferences(votes, np.arange(len(votes.score))))
    elif gate.is_calibrated:
        strength, variance = own.strength, own.variance
    else:
        one = fit_as_one(votes.entry_index, votes.merit, entries=entries)
        strength, variance = one.strength, one.variance
    if is_pairs or method.aggregator in COMPARING:
        # A pair holds no marks that any other aggregator could take.
        compare = COMPARING.get(method.aggregator, COMPARING["bradley_terry"])

        def compared(chosen: Ints) -> Floats:
            return compare(comparing.preferences(votes, chosen))

        return _Scoring(gate, own, strength, variance, compared, None)
    tally = _tally(votes, own, method=method, gate=gate)

    def tallied(chosen: Ints) -> Floats:
        return tally(chosen, votes.entry_index[chosen], entries)

    return _Scoring(gate, own, strength, variance, tallied, tally)


def _tally(votes: Votes, own: Fit, *, method: Method, gate: Gate) -> Tally:  # noqa: PLR0911 - a table
    trimmed_from = tallies.TRIM_VOTES_MIN if method.trim == "1" else None
    match method.aggregator:
        case "sum":
            return tallies.total(votes.merit)
        case "trimmed":
            return tallies.plain(votes.merit, trimmed_from=tallies.TRIM_VOTES_MIN)
        case "z":
            return tallies.plain(tallies.standardized(votes), trimmed_from=trimmed_from)
        case "borda":
            return tallies.plain(tallies.percentiles(votes), trimmed_from=trimmed_from)
        case "majority":
            return tallies.majority(votes)
        case "calibrated_equal" if gate.is_calibrated:
            if method.trim == "auto":
                return tallies.calibrated(votes, own, trimmed_from=tallies.TRIM_VOTES, far=tallies.FAR)
            return tallies.calibrated(votes, own, trimmed_from=trimmed_from)
        case "calibrated_weighted" if gate.is_calibrated:
            return tallies.weighted(votes, own)
        case _:  # raw, and calibration that the gate has refused
            return tallies.plain(votes.merit, trimmed_from=trimmed_from)


def _audit(
    votes: Votes, scoring: _Scoring, official: Floats, order: Ints, *, method: Method, top: int, lines: Sequence[int]
) -> Audit:
    if scoring.tally is None:
        decisive = decisive_by_ranking_again(votes, scoring.score_of, official, order, lines=lines)
    else:
        is_sum = method.aggregator == "sum"  # a vote is then left out as if it had been its entry's mean
        left_out = without_each_vote(votes, tallies.plain(votes.merit) if is_sum else scoring.tally)
        if is_sum and left_out is not None:
            left_out *= np.bincount(votes.entry_index)[votes.entry_index]
        decisive = (
            None
            if left_out is None
            else decisive_votes(votes, np.round(left_out, DECIMALS), official, order, lines=lines)
        )
    leaves, enters = ((), ()) if votes.rival_index is not None else robust_changes(votes, scoring.own, order, top=top)
    return Audit(decisive=decisive, robust_leaves=leaves, robust_enters=enters)


def _running(votes: Votes, ranked: Collection[Any] | None) -> Ints:
    """Give the numbers of the entries in the running that have a vote."""
    _means, counts = _raw(votes)
    has = counts > 0
    if ranked is not None:
        chosen = set(ranked)
        has &= np.array([entry in chosen for entry in votes.entries], bool)
    return np.flatnonzero(has)


def _raw(votes: Votes) -> tuple[Floats, Ints]:
    """Give each entry's plain mean, in pairs the share that it won, and its votes."""
    entry, score = votes.entry_index, votes.score
    if votes.rival_index is not None:
        entry, score = np.r_[entry, votes.rival_index], np.r_[score, 1 - score]
    counts = np.bincount(entry, minlength=len(votes.entries))
    with np.errstate(invalid="ignore"):
        return np.bincount(entry, score, minlength=len(votes.entries)) / counts, counts


def _ranks(official: Floats) -> list[int]:
    """Give places to scores that come from the best: equal ones share a place and the next is skipped."""
    is_first = np.r_[True, official[1:] != official[:-1]][: len(official)]
    places: list[int] = (np.flatnonzero(is_first)[np.cumsum(is_first) - 1] + 1).tolist()
    return places
