"""The promises that carry the design, on a few simulated contests; `benchmarks/scoring.py` measures them."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from benchmarks.simulation import (
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
from contest.judging.scoring import Method

pytestmark = pytest.mark.slow

SEEDS = range(6)
TOP = 20


def _mean(values: Iterator[float]) -> float:
    return float(np.mean(list(values)))


def test_evening_out_finds_more_of_the_truly_best_than_plain_means() -> None:
    def gains() -> Iterator[float]:
        for seed in SEEDS:
            world = World.of(300, Panel(jurors=7), seed)
            cast = full_panel(world)
            yield hits(best(tallied(cast, top=TOP)), world, TOP) - hits(best_by_plain_mean(cast, TOP), world, TOP)

    assert _mean(gains()) > 0.01


def test_the_funnel_keeps_the_precision_of_the_full_panel_with_less_than_half_of_its_votes() -> None:
    lost, votes = [], []
    for seed in SEEDS:
        world = World.of(300, Panel(jurors=7), seed)
        everything = full_panel(world)
        raw = hits(best_by_plain_mean(everything, TOP), world, TOP)
        again = World.of(300, Panel(jurors=7), seed)
        cast, found = funnel(again, TOP)
        lost.append(raw - hits(best(found), again, TOP))
        votes.append(cast.count / everything.count)

    assert max(votes) <= 0.45
    assert np.mean(lost) < 0.06


def test_one_lobbying_juror_of_nine_rarely_succeeds_and_a_gross_one_stands_out() -> None:
    raw, official, flagged, found_by = [], [], [], {"1": [], "auto": []}
    for seed in range(8):
        world, friend = lobbied(300, Panel(jurors=9), seed, top=TOP)
        rows = full_panel(world)
        for found, method in ((raw, RAW), (official, Method())):
            found.append(friend in {one.entry for one in tallied(rows, method=method, top=TOP).entries[:TOP]})
        gross, _friend = lobbied(300, Panel(jurors=9), seed, top=TOP, gross=True)
        gross_rows = full_panel(gross)
        for trim, found in found_by.items():
            attacked = tallied(gross_rows, method=Method(trim=trim), top=TOP)
            found.append(hits(best(attacked), gross, TOP))
        flagged.append("agreement" in attacked.judges[0].flags)

    assert np.mean(official) <= 0.25
    assert np.mean(official) < np.mean(raw)
    # A far-off mark that goes alone takes nothing else with it.
    assert np.mean(found_by["auto"]) > np.mean(found_by["1"]) + 0.04
    assert np.mean(flagged) >= 0.9


@pytest.mark.parametrize(("entries", "each"), [(12, 7), (150, 7), (150, 3)])
def test_where_jurors_barely_differ_the_official_score_loses_nothing_to_the_plain_mean(
    entries: int, each: int
) -> None:
    panel = alike(Panel(jurors=7, agreement=0.6, conflicts=0.0))

    def losses() -> Iterator[float]:
        for seed in SEEDS:
            world = World.of(entries, panel, seed)
            rows = full_panel(world, votes_each=each)
            raw, official = (tallied(rows, method=method, top=5) for method in (RAW, Method()))
            yield kendall_tau(raw, world.quality) - kendall_tau(official, world.quality)

    assert _mean(losses()) <= 0.02


def test_official_scores_hardly_ever_tie_across_the_line_where_plain_means_do() -> None:
    def tied(method: Method) -> float:
        def ties() -> Iterator[float]:
            for seed in SEEDS:
                entries = tallied(
                    full_panel(World.of(300, Panel(jurors=7), seed), votes_each=3), method=method, top=TOP
                ).entries
                yield entries[TOP - 1].rank == entries[TOP].rank

        return _mean(ties())

    assert tied(Method()) < 0.2
    assert tied(RAW) > 0.5


def test_what_is_foretold_with_three_votes_comes_true_as_often() -> None:
    foretold, true = [], []
    for seed in range(15):
        world = World.of(300, Panel(jurors=7), seed)
        for one in tallied(full_panel(world, votes_each=3), top=TOP).entries:
            foretold.append(one.p_top)
            true.append(one.entry in world.best(TOP))
    p, came = np.array(foretold), np.array(true)

    inside: Callable[[float, float], np.ndarray] = lambda low, high: (p >= low) & (p < high)  # noqa: E731
    for low, high in ((0.05, 0.3), (0.3, 0.7)):
        assert abs(p[inside(low, high)].mean() - came[inside(low, high)].mean()) < 0.1
