"""Contests whose truth is known: entries, jurors, designs and attacks, all from a seed; for benchmarks and tests.

The model of judging.md 3: an entry has a quality; a juror sees it through her persistent taste (60 % of what is not
quality) and the occasion (40 %), and puts it on her own scale: severity (sd .45 points), slope (log sd .25), noise
(spread 25 %, one juror in ten 1.8 times as noisy), a drift over her order (sd .4) and a contrast to the picture
before (-.1); 3 % of the pairs are conflicts. Marks are rounded to the scale's step.

Two things are fixed so that panels are as they were measured, however the jurors were drawn: the mean square of the
jurors' noise is such that two of them correlate by ``agreement``, and marks scatter as the votes of AVA did (1.60
points: .727 between pictures, 1.43 within), which says how far from the others' marks a friend's 10 is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contest.judging.presets import Preset, preset
from contest.judging.rules.advance import Mark, Rule, Scored, select
from contest.judging.scoring import Evaluation, Method, Votes, evaluate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
QUALITY_MEAN, QUALITY_SD, MARKS_SD = 5.4, 0.727, 1.60
TASTE_SHARE, CONTRAST, CONFLICTS = 0.6, -0.1, 0.03
POOR = 1.8
RAW = Method(aggregator="raw")
OFFICIAL = Method()
FUNNEL = preset("funnel")


@dataclass(frozen=True, kw_only=True)
class Panel:
    """How jurors differ; standard deviations in points unless said otherwise."""

    jurors: int
    agreement: float = 0.30  # correlation of two jurors
    severity_sd: float = 0.45
    log_slope_sd: float = 0.25
    noise_spread: float = 0.25
    poor_share: float = 0.1
    drift_sd: float = 0.4
    common_drift: float = 0.0
    conflicts: float = CONFLICTS

    @property
    def noise_sd(self) -> float:
        """Give what jurors see beside the quality, in the unit of the qualities, for the middle juror."""
        square = np.exp(2 * self.noise_spread**2) * (1 + self.poor_share * (POOR**2 - 1))
        return float(QUALITY_SD * np.sqrt((1 - self.agreement) / self.agreement / square))

    @property
    def points(self) -> float:
        """Give how many points of a mark a unit of quality is."""
        seen2 = QUALITY_SD**2 / self.agreement * np.exp(2 * self.log_slope_sd**2)
        return float(np.sqrt((MARKS_SD**2 - self.severity_sd**2) / seen2))


@dataclass
class World:
    """One contest: what is true, and what each juror would say of each entry; all of shape (entries, jurors)."""

    panel: Panel
    chance: np.random.Generator
    quality: Floats
    taste: Floats
    is_conflict: NDArray[np.bool_]
    severity: Floats
    slope: Floats
    noise: Floats
    drift: Floats
    step: float = 1.0
    forced: dict[tuple[int, int], float] = field(default_factory=dict)  # (juror, entry) -> mark: an attack

    @classmethod
    def of(cls, entries: int, panel: Panel, seed: int, *, step: float = 1.0) -> "World":
        """Draw a contest; the same seed gives the same."""
        chance = np.random.default_rng(seed)
        noise = panel.noise_sd * np.exp(chance.normal(0, panel.noise_spread, panel.jurors))
        noise *= np.where(chance.random(panel.jurors) < panel.poor_share, POOR, 1.0)
        return cls(
            panel=panel,
            chance=chance,
            quality=chance.normal(QUALITY_MEAN, QUALITY_SD, entries),
            taste=chance.normal(0, np.sqrt(TASTE_SHARE), (entries, panel.jurors)) * noise,
            is_conflict=chance.random((entries, panel.jurors)) < panel.conflicts,
            severity=chance.normal(0, panel.severity_sd, panel.jurors),
            slope=np.exp(chance.normal(0, panel.log_slope_sd, panel.jurors)),
            noise=noise,
            drift=panel.common_drift + chance.normal(0, panel.drift_sd, panel.jurors),
            step=step,
        )

    @property
    def entries(self) -> int:
        """Count the entries."""
        return len(self.quality)

    def best(self, count: int) -> set[int]:
        """Give the entries that truly are the best."""
        return set(np.argsort(-self.quality)[:count].tolist())

    def judged(self, juror: int, entries: Ints, *, number: int = 1) -> "Cast":
        """Let a juror judge entries in an order of her own."""
        order = self.chance.permutation(entries)
        occasion = self.chance.normal(0, 1, len(order)) * self.noise[juror] * np.sqrt(1 - TASTE_SHARE)
        seen = self.quality[order] - QUALITY_MEAN + self.taste[order, juror] + occasion
        way = (np.arange(len(order)) + 0.5) / max(len(order), 1) - 0.5
        before = np.r_[0.0, self.quality[order][:-1] - QUALITY_MEAN]
        said = QUALITY_MEAN + self.severity[juror] + self.drift[juror] * way
        said += self.panel.points * (self.slope[juror] * seen + CONTRAST * before)
        marks = np.clip(np.round(said / self.step) * self.step, 1, 10)
        for (lobbyist, entry), mark in self.forced.items():
            if lobbyist == juror:
                marks[order == entry] = mark
        same = np.ones(len(order), np.int64)
        return Cast(juror * same, order, marks, number * same, np.arange(len(order)) + 1)


class Cast(NamedTuple):
    """Votes in columns, each of shape (votes,): jurors and entries are numbers."""

    juror: Ints
    entry: Ints
    score: Floats
    number: Ints
    position: Ints

    def __add__(self, others: "Cast") -> "Cast":
        return _joined([self, others])

    @property
    def count(self) -> int:
        """Count the votes."""
        return len(self.score)

    def votes(self) -> Votes:
        """Give them as `Votes.of` would, without a tuple for each."""
        order = np.lexsort((self.juror, self.entry))
        jurors, juror_index = np.unique(self.juror[order], return_inverse=True)
        entries, entry_index = np.unique(self.entry[order], return_inverse=True)
        nothing = np.zeros(0, np.int64)
        return Votes(
            jurors=tuple(jurors.tolist()),
            entries=tuple(entries.tolist()),
            juror_index=juror_index,
            entry_index=entry_index,
            score=self.score[order],
            round_index=self.number[order],
            position=self.position[order].astype(np.float64),
            seconds=np.full(len(order), np.nan),
            rival_index=None,
            repeats=(nothing, nothing, np.zeros(0)),
            juror_units=("",) * len(jurors),
            entry_units=("",) * len(entries),
            is_random=True,
            low_is_best=False,
        )


def _joined(casts: Sequence[Cast]) -> Cast:
    return Cast(*map(np.concatenate, zip(*casts, strict=True)))


NOTHING: Final = Cast(*(np.zeros(0, np.int64),) * 2, np.zeros(0), *(np.zeros(0, np.int64),) * 2)


def dealt(world: World, entries: Ints, each: int, taken: NDArray[np.bool_]) -> list[Ints]:
    """Deal entries to jurors in balanced blocks: ``each`` jurors an entry, none twice, none in conflict.

    Every pass gives each entry one juror, from permutations of all; who may not judge it hands it to the least loaded
    who may.

    Args:
        taken: Who has had which entry before or may not, of shape (entries, jurors); the new ones are added.
    """
    jurors = world.panel.jurors
    load = np.zeros(jurors, np.int64)
    before = taken.copy()
    for _pass in range(min(each, jurors)):
        order = world.chance.permutation(entries)
        blocks = -(-len(order) // jurors)
        juror = world.chance.permuted(np.tile(np.arange(jurors), (blocks, 1)), axis=1).ravel()[: len(order)]
        may = ~taken[order, juror]
        taken[order[may], juror[may]] = True
        load += np.bincount(juror[may], minlength=jurors)
        for entry in order[~may].tolist():
            free = np.flatnonzero(~taken[entry])
            if len(free):
                chosen = free[np.lexsort((world.chance.random(len(free)), load[free]))[0]]
                taken[entry, chosen] = True
                load[chosen] += 1
    return [np.flatnonzero(mine) for mine in (taken & ~before).T]


def round_of(world: World, entries: Ints, each: int, taken: NDArray[np.bool_], *, number: int = 1) -> Cast:
    return _joined(
        [world.judged(juror, mine, number=number) for juror, mine in enumerate(dealt(world, entries, each, taken))]
    )


def every(world: World) -> Ints:
    return np.arange(world.entries)


def full_panel(world: World, *, votes_each: int | None = None) -> Cast:
    """Everybody judges everything, or so many jurors each entry."""
    return round_of(world, every(world), votes_each or world.panel.jurors, world.is_conflict.copy())


def tallied(
    cast: Cast, *, method: Method = OFFICIAL, top: int, ranked: set[int] | None = None, seed: str = "s"
) -> Evaluation:
    return evaluate(cast.votes(), method=method, top=top, seed=seed, ranked=ranked)


def funnel(world: World, top: int, *, way: Preset = FUNNEL) -> tuple[Cast, Evaluation]:
    """Judge as a preset plans it, the pooled funnel as it is shipped by default.

    Returns:
        All votes, and the official evaluation of the final set.
    """
    taken = world.is_conflict.copy()
    ranked = set(range(world.entries))
    cast = NOTHING
    for number, planned in enumerate(way.rounds, start=1):
        if number > 1:
            found = tallied(cast, top=top, ranked=ranked)
            ranked = _gone_on(found, cast, planned.rule_for(top))
        each = planned.settings.quorum or world.panel.jurors
        cast += round_of(world, np.array(sorted(ranked)), each, taken, number=number)
    return cast, tallied(cast, top=top, ranked=ranked)


def _gone_on(found: Evaluation, cast: Cast, rule: Rule) -> set[int]:
    scored = [Scored(entry_id=one.entry, official=one.official, rank=one.rank) for one in found.entries]
    said = zip(cast.juror.tolist(), cast.entry.tolist(), cast.score.tolist(), strict=True)
    marks = [Mark(juror=str(juror), entry_id=entry, score=round(100 * score)) for juror, entry, score in said]
    selection = select(scored, marks, rule)
    return {*selection.advanced, *selection.rescued}


def best(found: Evaluation) -> list[int]:
    """Give the entries, the best first."""
    return [one.entry for one in found.entries]


def best_by_plain_mean(cast: Cast, top: int) -> list[int]:
    """Give the entries of the highest plain means; equal ones by their number, which says nothing about them."""
    counts = np.bincount(cast.entry)
    means = np.bincount(cast.entry, cast.score) / np.maximum(counts, 1)
    return np.argsort(-np.round(means, 6), kind="stable")[:top].tolist()


def hits(chosen: Sequence[int], world: World, top: int) -> float:
    """Give the share of the true top among the chosen."""
    return len(set(chosen[:top]) & world.best(top)) / top


def kendall_tau(found: Evaluation, truth: Floats) -> float:
    """Give Kendall's tau-a of the official scores with the truth."""
    score = np.array([one.official for one in found.entries])
    true = truth[[one.entry for one in found.entries]]
    above = np.sign(score[:, None] - score[None, :]) * np.sign(true[:, None] - true[None, :])
    return float(above.sum() / (len(score) * (len(score) - 1)))


def lobbied(entries: int, panel: Panel, seed: int, *, top: int, gross: bool = False) -> tuple[World, int]:
    """Make a contest in which juror 0 gives 10 to a friend of true rank 40 to 80; gross: and 1 to the best 20."""
    world = World.of(entries, panel, seed)
    order = np.argsort(-world.quality)
    friend = int(order[world.chance.integers(2 * top - 1, 4 * top)])
    world.forced[0, friend] = 10.0
    world.is_conflict[friend, 0] = False
    if gross:
        for entry in order[:top].tolist():
            world.forced[0, entry] = 1.0
    return world, friend


def alike(panel: Panel) -> Panel:
    """Give a panel whose jurors barely differ, as trained sport judges do."""
    return replace(
        panel,
        severity_sd=0.12 * panel.points * QUALITY_SD,
        log_slope_sd=0.05,
        noise_spread=0.1,
        poor_share=0.0,
        drift_sd=0.0,
    )
