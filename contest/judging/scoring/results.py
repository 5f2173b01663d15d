"""What an evaluation says: plain values, the same on every machine; `as_plain` writes them as JSON takes them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from math import erf, sqrt
from typing import Any, Final, NamedTuple

AGGREGATORS: Final = (
    "calibrated_equal",
    "calibrated_weighted",
    "raw",
    "trimmed",
    "sum",
    "z",
    "borda",
    "copeland",
    "schulze",
    "majority",
    "bradley_terry",
)
TRIMS: Final = ("auto", "0", "1")
GATES: Final = ("auto", "on", "off")
TIE_METHODS: Final = ("extra_votes", "head_to_head", "usual_judgment", "chair", "lot")
"""In the order in which they are used, unless a contest declared another (judging.md 6)."""

# Zones of P(top) (judging.md 6).
SURE: Final = 0.9
LIKELY: Final = 0.6
OPEN: Final = 0.1


@dataclass(frozen=True, kw_only=True)
class Method:
    """How votes become the official score; declared before the first vote.

    Attributes:
        aggregator: One of `AGGREGATORS`.
        trim: "1" leaves out the highest and the lowest vote on an entry, "0" none; "auto" leaves them out of five
            or more calibrated votes, a far-off one alone.
        gate: "on" calibrates in any case, "off" never, "auto" where the votes show that it helps.
    """

    aggregator: str = "calibrated_equal"
    trim: str = "auto"
    gate: str = "auto"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Whether the jurors' scales were evened out, and why.

    Attributes:
        is_calibrated: Whether they were.
        reason: "helps", "declared_on", "declared_off", "not_asked" (the aggregator needs none), "pairs" (every
            aggregator of marks becomes Bradley-Terry's strengths), "one_juror", "not_connected", "not_random",
            "too_few" or "no_gain".
        is_connected: Whether all jurors are linked by entries that they judged in common.
        is_random: Whether chance chose who judges what; None where every juror judged everything.
        connectivity: The second smallest eigenvalue of the jurors' graph, in votes: above 0 when connected; None for
            one juror, and for more than 500.
        entries_per_juror: The median.
        gain: By how much calibration foretells held-out votes better, in nats a vote; None where not tried.
    """

    is_calibrated: bool
    reason: str
    is_connected: bool
    is_random: bool | None
    connectivity: float | None
    entries_per_juror: float
    gain: float | None


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """How far the panel agrees; 0 for not at all, 1 for wholly; None where it cannot be said.

    Attributes:
        single: Of one vote: the intraclass correlation (Shrout and Fleiss), from the two-way table where every
            juror judged everything, else from the model's variances.
        panel: Of the mean of all votes on an entry.
        word: "poor", "moderate", "good" or "excellent" for ``panel``, after Koo and Li; "unknown".
        votes_per_entry: The harmonic mean.
        more_jurors: How many more would bring ``panel`` to .80; 0 when it is there.
        alpha: Krippendorff's, for interval data.
        kendall_w: Kendall's W, where every juror judged everything.
    """

    single: float | None
    panel: float | None
    word: str
    votes_per_entry: float
    more_jurors: int | None
    alpha: float | None
    kendall_w: float | None


class EntryScore(NamedTuple):
    """One entry's result.

    Attributes:
        raw: The plain mean of its scores; in pairs the share won.
        official: What decides, rounded to 1e-6; equal numbers are a tie. In points where the aggregator has points.
        n: Votes on it.
        rank: 1 for the best; equal official scores share one and the next is skipped.
        rank_low, rank_high: Its true place lies between these with a chance of nine in ten.
        p_top: The chance that it belongs among the top K.
        zone: "sure", "likely", "open" or "out", by ``p_top``.
        strength, strength_sd: The model's estimate of its quality and how unsure it is; all entries together have
            mean 0 and standard deviation 1.
    """

    entry: Any
    raw: float
    official: float
    n: int
    rank: int
    rank_low: int
    rank_high: int
    p_top: float
    zone: str
    strength: float
    strength_sd: float


@dataclass(frozen=True, kw_only=True)
class Affinity:
    """How a juror marks entries of her own unit, against the others, in points; ``t`` above 0 favours them."""

    unit: str
    n: int
    difference: float
    t: float
    is_flagged: bool


@dataclass(frozen=True, kw_only=True)
class JurorDiagnosis:
    """How one juror marks, for chair and organizer; None where the votes, such as pairs, do not say.

    Attributes:
        n: Entries that she marked.
        mean: Of her marks.
        severity: By how many points her marks of the same work lie above the panel's; below 0 for the strict.
        severity_se: Its standard error, in points.
        spread: How far apart she sets works, against the panel's 1.
        noise: How much of her marks nobody else's marks explain, against the panel's 1.
        agreement: Correlation of her marks with the mean of the others' on the same works.
        outfit: Mean squared standardized residual; near 1 as expected.
        drift: Points by which her marks move from the first to the last work of her order.
        drift_se: Its standard error.
        affinity: For her own unit.
        retest: Correlation of first and second look at hidden repeats.
        retest_difference: Mean distance of the two, in points.
        seconds: Median time a work.
        hasty_share: Share of works looked at for less than a second.
        modal_share: Share of her most frequent mark.
        flags: What stands out: "agreement", "outfit_high", "outfit_low", "drift", "affinity", "hasty", "modal".
    """

    juror: Any
    n: int
    mean: float
    severity: float | None
    severity_se: float | None
    spread: float | None
    noise: float | None
    agreement: float | None
    outfit: float | None
    drift: float | None
    drift_se: float | None
    affinity: tuple[Affinity, ...]
    retest: float | None
    retest_difference: float | None
    seconds: float | None
    hasty_share: float | None
    modal_share: float
    flags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TieGroup:
    """Entries at a prize line whose order the votes do not settle.

    Attributes:
        line: How many places lie above the line.
        entries: In the order of their spelling when equal, else the one above the line first.
        is_equal: Whether their official scores are equal; else the lead is only too small to trust.
        p_beats: The chance that the last above the line truly is better than the first below; at least .5.
        methods: Ways to decide, in the declared order.
        by_judgment: The entries in groups, best first, as usual judgment orders them; one group: it cannot either.
        by_lot: The entries in the order that the published seed draws.
    """

    line: int
    entries: tuple[Any, ...]
    is_equal: bool
    p_beats: float
    methods: tuple[str, ...]
    by_judgment: tuple[tuple[Any, ...], ...]
    by_lot: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Decisive:
    """One vote without which another entry would stand above a prize line.

    Attributes:
        line: How many places lie above the line.
        juror, entry, score: The vote.
        leaves, enters: The entries that would change places over the line.
    """

    line: int
    juror: Any
    entry: Any
    score: float
    leaves: Any
    enters: Any


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What would decide otherwise; nothing here changes a score.

    Attributes:
        decisive: Votes that alone decide a line; None where trying all takes too long.
        robust_leaves, robust_enters: Entries that change places over the top K when far-off votes weigh little
            (Student's t with 4 degrees of freedom): a sign of lobbying, or of a work that divides the panel.
    """

    decisive: tuple[Decisive, ...] | None
    robust_leaves: tuple[Any, ...]
    robust_enters: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """All that a round's votes say; ``entries`` from the best, ties in the order of their spelling."""

    method: Method
    top: int
    gate: Gate
    reliability: Reliability
    entries: tuple[EntryScore, ...]
    judges: tuple[JurorDiagnosis, ...]
    ties: tuple[TieGroup, ...]
    audit: Audit

    @cached_property
    def by_entry(self) -> Mapping[Any, EntryScore]:
        """Give the scores by entry."""
        return {one.entry: one for one in self.entries}

    def p_beats(self, entry: Any, other: Any) -> float:
        """Give the chance that one entry truly is better than another."""
        one, two = self.by_entry[entry], self.by_entry[other]
        return chance_above(one.strength - two.strength, one.strength_sd**2 + two.strength_sd**2)

    @property
    def undecided(self) -> tuple[EntryScore, ...]:
        """Give the entries that a jury should talk about, from the best.

        The open zone, and those of which the official score and the chance say opposite things: in the top K and
        rather not among them, or below and rather among them.
        """
        return tuple(
            one
            for place, one in enumerate(self.entries)
            if OPEN <= one.p_top < LIKELY or (place < self.top) != (one.p_top >= LIKELY)
        )


def chance_above(mean: float, variance: float) -> float:
    """Give the chance that a normal number is above 0, rounded to 1e-4; a half where there is nothing to go by."""
    if variance <= 0:
        return 0.5 if mean == 0 else float(mean > 0)
    return round(0.5 + 0.5 * erf(mean / sqrt(2 * variance)), 4)


def zone_of(p_top: float) -> str:
    """Name the zone of a chance to be among the top K."""
    return "sure" if p_top >= SURE else "likely" if p_top >= LIKELY else "open" if p_top >= OPEN else "out"


def as_plain(value: Any) -> Any:
    """Give results as plain JSON values: dataclasses and entries' scores as objects, tuples as lists, ids as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, EntryScore):
        return {name: as_plain(one) for name, one in value._asdict().items()}
    if isinstance(value, tuple):
        return [as_plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
