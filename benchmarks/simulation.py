"""Contests whose truth is known: entries, jurors, designs and attacks, all from a seed; for benchmarks and tests.

The model of judging.md 3: an entry has a quality; a juror sees it through her persistent taste (60 % of what is not
quality) and the occasion (40 %), and puts it on her own scale: severity (sd .45 points), slope (log sd .25), noise
(spread 25 %, one juror in ten 1.8 times as noisy), a drift over her order (sd .4) and a contrast to the picture
before (-.1); 3 % of the pairs are conflicts. Marks are rounded to the scale's step.

Two things are fixed so that panels are as they were measured, however the jurors were drawn: the mean square of the
jurors' noise is such that two of them correlate by ``agreement``, and marks scatter as the votes of AVA did (1.60
points: .727 between pictures, 1.43 within), which says how far from the others' marks a friend's 10 is.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from contest.judging.scoring import Evaluation, Method, Vote, Votes, evaluate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
QUALITY_MEAN, QUALITY_SD, MARKS_SD = 5.4, 0.727, 1.60
TASTE_SHARE, CONTRAST, CONFLICTS = 0.6, -0.1, 0.03
POOR = 1.8
RAW = Method(aggregator="raw")
OFFICIAL = Method()


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

    def judged(self, juror: int, entries: Ints, *, number: int = 1) -> list[Vote]:
        """Let a juror judge entries in an order of her own."""
        order = self.chance.permutation(entries)
        occasion = self.chance.normal(0, 1, len(order)) * self.noise[juror] * np.sqrt(1 - TASTE_SHARE)
        seen = self.quality[order] - QUALITY_MEAN + self.taste[order, juror] + occasion
        way = (np.arange(len(order)) + 0.5) / max(len(order), 1) - 0.5
        before = np.r_[0.0, self.quality[order][:-1] - QUALITY_MEAN]
        said = QUALITY_MEAN + self.severity[juror] + self.drift[juror] * way
        said += self.panel.points * (self.slope[juror] * seen + CONTRAST * before)
        marks = np.clip(np.round(said / self.step) * self.step, 1, 10)
        return [
            Vote(juror, entry, self.forced.get((juror, entry), mark), number, place)
            for place, (entry, mark) in enumerate(zip(order.tolist(), marks.tolist(), strict=True), start=1)
        ]


def dealt(world: World, entries: Ints, each: int, taken: set[tuple[int, int]]) -> list[Ints]:
    """Deal entries to jurors in balanced blocks: ``each`` jurors an entry, none twice, none in conflict.

    Args:
        taken: (juror, entry) pairs that were dealt before; the new ones are added.
    """
    jurors = world.panel.jurors
    load = np.zeros(jurors, np.int64)
    hers: list[list[int]] = [[] for _juror in range(jurors)]
    for entry in world.chance.permutation(entries).tolist():
        free = [one for one in range(jurors) if (one, entry) not in taken and not world.is_conflict[entry, one]]
        tied = world.chance.random(jurors)
        for juror in sorted(free, key=lambda one: (load[one], tied[one]))[:each]:
            taken.add((juror, entry))
            load[juror] += 1
            hers[juror].append(entry)
    return [np.array(sorted(mine), np.int64) for mine in hers]


def round_of(world: World, entries: Ints, each: int, taken: set[tuple[int, int]], *, number: int = 1) -> list[Vote]:
    return [
        vote
        for juror, mine in enumerate(dealt(world, entries, each, taken))
        for vote in world.judged(juror, mine, number=number)
    ]


def every(world: World) -> Ints:
    return np.arange(world.entries)


def full_panel(world: World, *, votes_each: int | None = None) -> list[Vote]:
    """Everybody judges everything, or so many jurors each entry."""
    return round_of(world, every(world), votes_each or world.panel.jurors, set())


def tallied(
    rows: list[Vote], *, method: Method = OFFICIAL, top: int, ranked: set[int] | None = None, seed: str = "s"
) -> Evaluation:
    return evaluate(Votes.of(rows, is_random=True), method=method, top=top, seed=seed, ranked=ranked)


def funnel(
    world: World, top: int, *, cut: float = 0.20, first: int = 2, second: int = 3, final: float = 3.0
) -> tuple[list[Vote], Evaluation]:
    """Run the pooled funnel: two votes for all, three more for the best 20 %, the whole panel for 3 K.

    A juror's personal top 3 % are rescued from the first cut. Cuts go by the model's strengths, places by the
    official score: weights may steer who is looked at again, not who wins.

    Returns:
        All votes, and the official evaluation of the final set.
    """
    taken: set[tuple[int, int]] = set()
    rows = round_of(world, every(world), first, taken)
    found = tallied(rows, top=top)
    kept = _strongest(found, max(int(cut * world.entries), round(2.5 * top))) | rescued(rows, found)
    rows += round_of(world, np.array(sorted(kept)), second, taken, number=2)
    finalists = _strongest(tallied(rows, top=top, ranked=kept), max(30, round(final * top)))
    rows += round_of(world, np.array(sorted(finalists)), world.panel.jurors, taken, number=3)
    return rows, tallied(rows, top=top, ranked=finalists)


def _strongest(found: Evaluation, keep: int) -> set[int]:
    return {one.entry for one in sorted(found.entries, key=lambda one: -one.strength)[:keep]}


def rescued(rows: list[Vote], found: Evaluation, share: float = 0.03) -> set[int]:
    """Give each juror's personal top 3 % of a round; of her equal marks those that the panel places higher."""
    place = {one.entry: number for number, one in enumerate(found.entries)}
    saved: set[int] = set()
    for juror in sorted({row.juror for row in rows}):
        hers = sorted((row for row in rows if row.juror == juror), key=lambda row: (-row.score, place[row.entry]))
        saved |= {row.entry for row in hers[: round(share * len(hers))]}
    return saved


def hits(found: Evaluation, world: World, top: int) -> float:
    """Give the share of the true top among the chosen."""
    return len({one.entry for one in found.entries[:top]} & world.best(top)) / top


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
