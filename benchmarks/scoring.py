"""Whether the tally is as good and as fast as promised, on simulated contests whose truth is known.

    python -m benchmarks.scoring                    about twenty-five minutes on an idle machine
    python -m benchmarks.scoring --quick            fewer contests
    python -m benchmarks.scoring --only precision   one part

Prints a line a goal: what was measured, its standard error, the bound, and whether the goal is met or missed. Within
two standard errors of the bound it is neither, but "not shown": so many contests cannot tell. Differences are over
the same contests (paired seeds). Ends with exit code 1 when a goal is missed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from benchmarks.simulation import (
    OFFICIAL,
    RAW,
    Panel,
    World,
    alike,
    best,
    best_by_plain_mean,
    full_panel,
    funnel,
    hits,
    kendall_tau,
    lobbied,
    tallied,
)
from contest.judging.scoring import Method, Votes, evaluate
from contest.judging.scoring.calibration import fit
from contest.judging.scoring.chance import chances
from contest.judging.scoring.comparing import preferences, schulze

TOP: Final = 20


@dataclass(frozen=True)
class Goal:
    """A number that was measured, and the least or most that it may be."""

    name: str
    measured: float
    least: float = float("-inf")
    most: float = float("inf")
    error: float = 0.0  # the standard error

    @property
    def verdict(self) -> str:
        """Say "met" or "missed" where two standard errors leave no doubt, "not shown" else; "" without a bound."""
        room = min(self.measured - self.least, self.most - self.measured)
        if np.isinf(room):
            return ""
        if abs(room) < 2 * self.error:
            return "not shown"
        return "met" if room >= 0 else "missed"


def mean_goal(name: str, values: list[float], *, least: float = float("-inf"), most: float = float("inf")) -> Goal:
    array = np.array(values, float)
    return Goal(name, float(array.mean()), least, most, float(array.std() / len(array) ** 0.5))


def calibrating(entries: int, jurors: int, runs: int) -> Iterator[Goal]:
    """Hold the full panel's official score and the model's estimate against its plain mean."""
    better, estimated = [], []
    for seed in range(runs):
        world = World.of(entries, Panel(jurors=jurors), seed)
        cast = full_panel(world)
        raw = hits(best_by_plain_mean(cast, TOP), world, TOP)
        better.append(hits(best(tallied(cast, top=TOP)), world, TOP) - raw)
        by_model = tallied(cast, method=Method(aggregator="calibrated_weighted"), top=TOP)
        estimated.append(hits(best(by_model), world, TOP) - raw)
    yield mean_goal(f"full panel, official less plain mean, p@{TOP}, N={entries}", better, least=0.0)
    yield mean_goal(f"full panel, model's estimate less plain mean, p@{TOP}, N={entries}", estimated, least=0.03)


def precision(entries: int, jurors: int, runs: int, *, share: float, top: int = TOP) -> Iterator[Goal]:
    """Hold the funnel as it is shipped against the same panel's judging everything, by the plain mean."""
    full, better, votes = [], [], []
    for seed in range(runs):
        world = World.of(entries, Panel(jurors=jurors), seed)
        everything = full_panel(world)
        full.append(hits(best_by_plain_mean(everything, top), world, top))
        again = World.of(entries, Panel(jurors=jurors), seed)
        cast, found = funnel(again, top)
        better.append(hits(best(found), again, top) - full[-1])
        votes.append(cast.count / everything.count)
    yield mean_goal(f"full panel's plain mean, p@{top}, N={entries}", full)
    yield mean_goal(f"funnel less full panel's plain mean, p@{top}, N={entries}", better, least=-0.02)
    yield mean_goal(f"funnel, share of the full panel's votes, N={entries}", votes, most=share)


def gate(runs: int) -> Iterator[Goal]:
    """Hold the official score against the plain mean where jurors barely differ, in Kendall's tau with the truth."""
    shapes = {"12 x 7": (12, 7, 7), "40 x 7": (40, 7, 7), "300 x 7": (300, 7, 7), "300, 3 of 9": (300, 9, 3)}
    for name, (entries, jurors, each) in shapes.items():
        lost = []
        for seed in range(runs):
            world = World.of(entries, alike(Panel(jurors=jurors, agreement=0.6, conflicts=0.0)), seed)
            rows = full_panel(world, votes_each=each)
            raw, official = (tallied(rows, method=method, top=TOP) for method in (RAW, Method()))
            lost.append(kendall_tau(official, world.quality) - kendall_tau(raw, world.quality))
        yield mean_goal(f"gate: tau of official less plain mean, jurors alike, {name}", lost, least=-0.02)


def lobbying(runs: int) -> Iterator[Goal]:
    """Let one juror of nine give a friend the highest mark; in every fourth contest also the best 20 the lowest."""
    methods = {"plain mean": RAW, "highest and lowest always left out": Method(trim="1"), "official": OFFICIAL}
    succeeds: dict[str, list[float]] = {name: [] for name in methods}
    still_found: dict[str, list[float]] = {name: [] for name in methods}
    caught, falsely = [], []
    for seed in range(runs):
        world, friend = lobbied(300, Panel(jurors=9), seed, top=TOP)
        chosen = best(tallied(full_panel(world), top=TOP))[:TOP]
        succeeds["official"].append(float(friend in chosen))
        if seed % 4:
            continue
        again, _friend = lobbied(300, Panel(jurors=9), seed, top=TOP)
        cast = full_panel(again)
        for name in ("plain mean", "highest and lowest always left out"):
            succeeds[name].append(float(friend in best(tallied(cast, method=methods[name], top=TOP))[:TOP]))
        gross, _friend = lobbied(300, Panel(jurors=9), seed, top=TOP, gross=True)
        gross_cast = full_panel(gross)
        for name, method in methods.items():
            attacked = tallied(gross_cast, method=method, top=TOP)
            still_found[name].append(hits(best(attacked), gross, TOP))
        caught.append(float("agreement" in attacked.judges[0].flags))
        honest = tallied(full_panel(World.of(300, Panel(jurors=9), seed)), top=TOP)
        falsely.append(float(any("agreement" in one.flags for one in honest.judges)))
    for name, succeeded in succeeds.items():
        most = 0.15 if name == "official" else np.inf
        yield mean_goal(f"one lobbyist of nine succeeds, {name}", succeeded, most=most)
    for name, kept in still_found.items():
        yield mean_goal(f"precision at {TOP} after a gross attack, {name}", kept)
    yield mean_goal("gross attacker flagged", caught, least=0.95)
    yield mean_goal("honest contests with a flag on agreement", falsely, most=0.05)


def ties_and_chances(runs: int) -> Iterator[Goal]:
    """Count exact ties at the prize line, and hold P(top) against how often it came true."""
    foretold: dict[int, list[float]] = {3: [], 7: []}
    came_true: dict[int, list[float]] = {3: [], 7: []}
    tied, tied_raw = [], []
    for seed in range(runs):
        for each in (3, 7):
            world = World.of(300, Panel(jurors=7, conflicts=0.0), seed)
            rows = full_panel(world, votes_each=each)
            found = tallied(rows, top=TOP)
            truly = world.best(TOP)
            foretold[each] += [one.p_top for one in found.entries]
            came_true[each] += [float(one.entry in truly) for one in found.entries]
            tied.append(float(found.entries[TOP - 1].rank == found.entries[TOP].rank))
            raw = tallied(rows, method=RAW, top=TOP)
            tied_raw.append(float(raw.entries[TOP - 1].rank == raw.entries[TOP].rank))
    yield mean_goal("ties across the prize line, plain mean", tied_raw)
    yield mean_goal("ties across the prize line", tied, most=0.02)
    for each in (3, 7):
        p, true = np.array(foretold[each]), np.array(came_true[each])
        edges = [0.05, 0.25, 0.45, 0.7, 0.9, 1.01]
        off = [
            (abs(float(p[inside].mean() - true[inside].mean())), float(true[inside].std() / inside.sum() ** 0.5))
            for low, high in pairwise(edges)
            if (inside := (p >= low) & (p < high)).sum() >= 30
        ]
        worst, error = max(off)
        yield Goal(f"P(top {TOP}) off by, worst of {len(off)} bins, {each} votes", worst, most=0.05, error=error)


def order(runs: int) -> Iterator[Goal]:
    """Let everybody become a point stricter on the way, each in an order of her own: the first half must not win."""
    first = []
    for seed in range(runs):
        world = World.of(300, Panel(jurors=7, common_drift=-1.0), seed)
        found = tallied(full_panel(world), top=TOP)
        first.append(float(np.mean([one.entry < 150 for one in found.entries[:TOP]])))
    yield mean_goal("share of winners from the first half under a drift of -1", first, least=0.45, most=0.55)


def _cpu_s(act: Callable[[], object], runs: int = 5) -> float:
    """Give the least processor time of several runs, in seconds."""
    times = []
    for _run in range(runs):
        began = time.process_time()
        act()
        times.append(time.process_time() - began)
    return min(times)


def speed() -> Iterator[Goal]:
    """Time the fit, the chances, the whole evaluation, and Schulze."""
    entries, jurors = 20_000, 15
    world = World.of(entries, Panel(jurors=jurors, conflicts=0.0), 1)
    cast = full_panel(world, votes_each=5)
    rows = list(zip(cast.juror.tolist(), cast.entry.tolist(), cast.score.tolist(), strict=True))
    votes = cast.votes()
    entry, juror, score = votes.entry_index, votes.juror_index, votes.score
    fitted = fit(entry, juror, score, entries=entries, jurors=jurors)
    small = World.of(100, Panel(jurors=10, conflicts=0.0), 1)
    few = full_panel(small).votes()
    yield Goal(
        "fit 100,000 votes, s", _cpu_s(lambda: fit(entry, juror, score, entries=entries, jurors=jurors)), most=0.5
    )
    yield Goal(
        "P(top 100) of 20,000, 2,000 draws, s",
        _cpu_s(lambda: chances(fitted.strength, fitted.variance, top=100, seed="s"), 3),
        most=2.0,
    )
    yield Goal("collect 100,000 votes, s", _cpu_s(lambda: Votes.of(rows), 3))
    yield Goal("evaluate 100,000 votes, all of it, s", _cpu_s(lambda: evaluate(votes, top=100, seed="s"), 3))
    yield Goal(
        "Schulze, 100 works x 10 ballots, s",
        _cpu_s(lambda: schulze(preferences(few, np.arange(len(few.score))))),
        most=0.1,
    )


def _all_sizes(*, quick: bool) -> Iterator[Goal]:
    yield from precision(300, 7, 30 if quick else 400, share=0.45)
    # Every tenth work wins a prize: nobody promised how few votes that takes.
    yield from precision(400, 9, 10 if quick else 80, share=float("inf"), top=40)
    yield from precision(2_000, 9, 5 if quick else 200, share=0.32)
    yield from precision(20_000, 15, 1 if quick else 100, share=0.20)


def _calibrating(*, quick: bool) -> Iterator[Goal]:
    yield from calibrating(300, 7, 30 if quick else 150)
    yield from calibrating(2_000, 9, 3 if quick else 60)


PARTS: Final[dict[str, Callable[[bool], Iterator[Goal]]]] = {
    "speed": lambda quick: speed(),  # noqa: ARG005 - all parts are called alike
    "precision": lambda quick: _all_sizes(quick=quick),
    "calibrating": lambda quick: _calibrating(quick=quick),
    "gate": lambda quick: gate(10 if quick else 60),
    "lobbying": lambda quick: lobbying(40 if quick else 2_400),
    "ties": lambda quick: ties_and_chances(30 if quick else 150),
    "order": lambda quick: order(15 if quick else 60),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=PARTS)
    given = parser.parse_args()
    missed = 0
    for goal in (goal for name, part in PARTS.items() if given.only in {None, name} for goal in part(given.quick)):
        missed += goal.verdict == "missed"
        bounds = " ".join(
            f"{sign} {bound:g}" for sign, bound in ((">=", goal.least), ("<=", goal.most)) if np.isfinite(bound)
        )
        error = f" +- {goal.error:.3f}" if goal.error else ""
        print(f"{goal.verdict:9} {goal.name}: {goal.measured:.3f}{error}  {bounds}", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
