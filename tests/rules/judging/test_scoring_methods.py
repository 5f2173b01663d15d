"""Aggregators against values worked out by hand or printed in the literature."""

import numpy as np
import pytest

from contest.judging.scoring import Evaluation, Method, Vote, Votes, evaluate
from contest.judging.scoring.calibration import ROUNDS_MAX, TOLERANCE, Fit, fit_as_one
from contest.judging.scoring.comparing import bradley_terry, copeland, schulze
from contest.judging.scoring.tallies import calibrated


def _evaluated(
    table: dict[str, list[float | None]], aggregator: str, *, trim: str = "auto", gate: str = "auto"
) -> Evaluation:
    rows = [
        (f"j{juror}", entry, mark)
        for entry, marks in table.items()
        for juror, mark in enumerate(marks)
        if mark is not None
    ]
    return evaluate(Votes.of(rows), method=Method(aggregator=aggregator, trim=trim, gate=gate), top=1, seed="s")


def _official(table: dict[str, list[float | None]], aggregator: str, *, trim: str = "auto") -> dict[str, float]:
    return {one.entry: one.official for one in _evaluated(table, aggregator, trim=trim).entries}


def test_a_mean_needs_no_full_panel_and_a_sum_does() -> None:
    table: dict[str, list[float | None]] = {"x": [9, 9, None], "y": [7, 7, 7]}

    assert _official(table, "raw") == {"x": 9, "y": 7}
    assert _official(table, "sum") == {"y": 21, "x": 18}


def test_trimming_leaves_out_one_highest_and_one_lowest_of_three_or_more() -> None:
    table: dict[str, list[float | None]] = {"x": [10, 5, 5, 6], "y": [9, 4, None, None], "z": [1, 10, 8, None]}

    assert _official(table, "trimmed") == {"x": 5.5, "y": 6.5, "z": 8}
    assert _official(table, "raw", trim="1") == _official(table, "trimmed")
    assert _official(table, "raw")["x"] == 6.5


def test_a_far_off_mark_is_left_out_alone_and_takes_no_honest_one_with_it() -> None:
    # Everybody's marks scatter by 1, noise .8 of it: far is more than 2.4 from the mean of the others.
    jurors = 5
    fitted = Fit(
        strength=np.zeros(5),
        variance=np.ones(5),
        severity=np.zeros(jurors),
        spread=np.full(jurors, 0.6),
        noise=np.full(jurors, 0.8),
        panel_severity=5.0,
        panel_spread=0.6,
        panel_noise=0.8,
        severity_sd=0.1,
    )
    table = {
        "a friend's": [4.0, 0.3, 0.2, 0.1, -0.6],
        "a rival's": [-4.0, -0.3, -0.2, -0.1, 0.6],
        "divided": [4.0, -4.0, 0.2, 0.1, 0.3],
        "near": [2.0, 0.3, 0.2, 0.1, -0.6],
    }
    rows = [(juror, entry, mark) for entry, marks in table.items() for juror, mark in enumerate(marks)]
    votes = Votes.of(rows)

    scores = dict(
        zip(
            votes.entries,
            calibrated(votes, fitted, trimmed_from=5, far=3.0)(
                np.arange(len(rows)), votes.entry_index, len(votes.entries)
            ).tolist(),
            strict=True,
        )
    )

    assert scores == pytest.approx({"a friend's": 5.0, "a rival's": 5.0, "divided": 5.2, "near": 5.2})


def test_z_measures_each_mark_in_its_jurors_own_deviations() -> None:
    # j0: mean 5, sd 4; j1: mean 5, sd 1.
    table: dict[str, list[float | None]] = {"x": [9, 4], "y": [1, 6]}

    assert _official(table, "z") == {"x": 0.0, "y": 0.0}


def test_borda_counts_the_share_of_works_below_with_ties_in_the_middle() -> None:
    table: dict[str, list[float | None]] = {"x": [9, 8], "y": [7, 8], "z": [7, 2], "w": [1, 2]}

    # j0: w .125, y and z .5, x .875; j1: w and z .25, x and y .75
    assert _official(table, "borda") == {"x": 0.8125, "y": 0.625, "z": 0.375, "w": 0.1875}


def test_majority_judgment_takes_the_lower_median_and_usual_judgment_breaks_ties() -> None:
    table: dict[str, list[float | None]] = {
        "x": [8, 7, 7, 5, 7],  # one above, one below: 7
        "y": [9, 8, 7, 7, 6],  # two above, one below of five, two at it: 7 + .5 x (2 - 1) / 2
        "z": [8, 6, None, None, None],  # lower middle: 6, one above of two: 6 + half a step
    }

    assert _official(table, "majority") == {"y": 7.25, "x": 7.0, "z": 6.5}


# 45 voters of the example on Schulze's method that everybody prints: the strongest paths order E A C B D.
SCHULZE = {"ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8}


def test_schulze_orders_the_printed_example_as_printed() -> None:
    rows = [
        (f"{order}{voter}", work, place)
        for order, voters in SCHULZE.items()
        for voter in range(voters)
        for place, work in enumerate(order, start=1)
    ]
    votes = Votes.of(rows, low_is_best=True)

    found = evaluate(votes, method=Method(aggregator="schulze"), top=1, seed="s")

    assert "".join(one.entry for one in found.entries) == "EACBD"
    assert [one.rank for one in found.entries] == [1, 2, 3, 4, 5]


def test_copeland_and_schulze_elect_who_beats_everybody() -> None:
    # Tennessee's capital: Nashville beats every other town, though Memphis has most first places.
    ballots = {"MNCK": 42, "NCKM": 26, "CKNM": 15, "KCNM": 17}
    preferred = np.zeros((4, 4))
    for order, voters in ballots.items():
        for place, town in enumerate(order):
            for below in order[place + 1 :]:
                preferred["MNCK".index(town), "MNCK".index(below)] += voters

    assert copeland(preferred).tolist() == [-3.0, 3.0, 1.0, -1.0]
    assert schulze(preferred).tolist() == [-3.0, 3.0, 1.0, -1.0]


def test_bradley_terry_finds_the_strengths_that_made_the_choices() -> None:
    truth = np.array([1.2, 0.4, 0.0, -0.6, -1.0])
    chance = 1 / (1 + np.exp(truth[None, :] - truth[:, None]))
    preferred = 4000 * chance * (1 - np.eye(5))

    strength, variance = bradley_terry(preferred)

    assert strength - strength.mean() == pytest.approx(truth - truth.mean(), abs=0.005)
    assert (variance > 0).all()


def test_bradley_terry_keeps_one_who_always_won_from_running_away() -> None:
    strength, _variance = bradley_terry(np.array([[0.0, 5.0], [0.0, 0.0]]))

    assert 0.5 < strength[0] < 4
    assert strength[0] == pytest.approx(-strength[1])


def test_pairs_may_be_counted_by_duels_won() -> None:
    rows = [Vote(f"j{one}", "a", 1, rival="b") for one in range(3)] + [
        Vote("k", "a", 0, rival="c"),
        Vote("k", "b", 1, rival="c"),
    ]

    found = evaluate(Votes.of(rows), method=Method(aggregator="copeland"), top=1, seed="s")

    assert {one.entry: one.official for one in found.entries} == {"a": 0.0, "b": 0.0, "c": 0.0}


def _panel(severity: list[float], spread: list[float], *, entries: int = 60) -> dict[str, list[float | None]]:
    """Make marks that differ by the jurors' scales and by a little noise that is the same on every machine."""
    return {
        f"e{entry:02}": [
            round(5 + a + b * (entry / entries - 0.5) * 3 + 0.6 * np.sin(7.0 * entry + 31.0 * juror), 2)
            for juror, (a, b) in enumerate(zip(severity, spread, strict=True))
        ]
        for entry in range(entries)
    }


def test_calibration_finds_severity_and_spread() -> None:
    found = _evaluated(_panel([-1.0, 0.0, 1.0, 0.0], [1.0, 1.0, 1.0, 2.0]), "calibrated_equal")

    assert found.gate.reason == "helps"
    assert [one.severity for one in found.judges] == pytest.approx([-1.0, 0.0, 1.0, 0.0], abs=0.1)
    spreads = [one.spread for one in found.judges]
    assert spreads[3] is not None
    assert spreads[0] is not None
    assert spreads[3] / spreads[0] == pytest.approx(2.0, rel=0.15)


def test_calibration_undoes_a_strict_jurors_luck_of_the_draw() -> None:
    # Two works of equal quality; only one of them met the strict juror.
    table = _panel([0.0, 0.0, -3.0, 0.0, 0.0, 0.0], [1.0] * 6)
    table["met"] = [7.0, 7.0, 4.0, None, 7.0, None]
    table["spared"] = [7.0, 7.0, None, 7.0, 7.0, None]

    raw = {one.entry: one.raw for one in _evaluated(table, "raw").entries}
    even = _evaluated(table, "calibrated_equal").by_entry

    assert raw["spared"] - raw["met"] == 0.75
    assert abs(even["spared"].official - even["met"].official) < 0.1


def test_equal_weights_trim_five_votes_and_more_and_the_declared_trim_overrules() -> None:
    table = _panel([0.0] * 5, [1.0] * 5)
    table["e30"] = [5.0, 5.0, 5.0, 5.0, 1.0]

    auto, untrimmed = (
        _evaluated(table, "calibrated_equal", trim=trim, gate="on").by_entry["e30"] for trim in ("auto", "0")
    )

    assert auto.official > untrimmed.official + 0.5


def test_a_gate_declared_off_leaves_the_plain_mean() -> None:
    found = _evaluated(_panel([-1.0, 1.0], [1.0, 2.0]), "calibrated_equal", gate="off")

    assert found.gate.reason == "declared_off"
    assert all(one.official == pytest.approx(one.raw) for one in found.entries)


def test_a_fuller_panel_counts_no_differently_from_one_short_of_a_recusal_but_for_a_small_pull() -> None:
    table = _panel([0.0] * 9, [1.0] * 9)
    table["all"], table["recused"] = [8.0] * 9, [8.0] * 8 + [None]

    found = _evaluated(table, "calibrated_equal", gate="on").by_entry

    assert 0 < found["all"].official - found["recused"].official < 0.05


def test_one_person_casting_all_votes_is_fitted_as_if_vote_by_vote() -> None:
    chance = np.random.default_rng(7)
    for _panel in range(25):
        entries = int(chance.integers(12, 40))
        entry = np.repeat(np.arange(entries), chance.integers(0, 7, entries))
        score = np.round(2 * chance.normal(chance.normal(6, 1.5, entries)[entry], 1.0)) / 2
        y = (score - score.mean()) / score.std()
        severity, spread, noise2, strength = 0.0, 0.6, 0.64, np.zeros(entries)
        for _round in range(ROUNDS_MAX):
            before = strength
            variance = 1 / (1 + np.bincount(entry, np.full(len(y), spread**2 / noise2), minlength=entries))
            strength = variance * np.bincount(entry, (y - severity) * spread / noise2, minlength=entries)
            if np.abs(strength - before).max() < TOLERANCE:
                break
            m, m2 = strength[entry], (strength**2 + variance)[entry]
            # The line through (strength, mark) that explains the votes best, and what is left over.
            spread = (m * (y - y.mean())).sum() / (m2.sum() - m.sum() ** 2 / len(y))
            severity = y.mean() - spread * m.mean()
            noise2 = ((y - severity) ** 2 - 2 * (y - severity) * spread * m + spread**2 * m2).mean()

        fitted = fit_as_one(entry, score, entries=entries)

        assert fitted.strength == pytest.approx(strength, abs=1e-9)
        assert fitted.variance == pytest.approx(variance, abs=1e-9)
        assert fitted.severity == pytest.approx([score.mean() + score.std() * severity])
        assert fitted.spread == pytest.approx([score.std() * spread])
        assert fitted.noise == pytest.approx([score.std() * noise2**0.5])
