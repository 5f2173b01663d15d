"""What is said of a panel and its jurors: agreement by printed examples, the gate, and what stands out."""

import random
from typing import Any

import numpy as np
import pytest

from contest.judging.scoring import Evaluation, Vote, Votes, evaluate
from contest.judging.scoring.reliability import intraclass, kendall_w, krippendorff_alpha, more_jurors, spearman_brown

# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)


def test_intraclass_correlations_are_the_printed_ones() -> None:
    single, panel = intraclass(SHROUT_FLEISS)

    assert single == pytest.approx(0.29, abs=0.005)
    assert panel == pytest.approx(0.91, abs=0.005)


def test_krippendorffs_alpha_is_the_printed_one() -> None:
    # Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": four observers, twelve units, gaps.
    observers = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
    rows = [(unit, float(mark)) for marks in observers for unit, mark in enumerate(marks) if mark != "."]
    entry, score = (np.array(column) for column in zip(*rows, strict=True))

    assert krippendorff_alpha(entry.astype(int), score, entries=12) == pytest.approx(0.849, abs=0.0005)


def test_kendalls_w_is_the_printed_one() -> None:
    # Siegel and Castellan: three executives rank six applicants.
    ranks = np.array([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]], float).T

    assert kendall_w(ranks) == pytest.approx(0.162, abs=0.0005)
    assert kendall_w(np.array([[1.0, 1.0], [2.0, 2.0], [2.0, 2.0]])) == pytest.approx(1.0)


@pytest.mark.parametrize(("single", "votes", "panel"), [(0.2, 3, 0.43), (0.3, 5, 0.68), (0.45, 9, 0.88)])
def test_more_votes_make_a_panel_more_reliable_as_foretold(single: float, votes: int, panel: float) -> None:
    assert spearman_brown(single, votes) == pytest.approx(panel, abs=0.005)
    needed = votes + (more_jurors(spearman_brown(single, votes), votes) or 0)
    assert spearman_brown(single, needed) >= 0.8 - 1e-9
    assert needed == votes or spearman_brown(single, needed - 1) < 0.8


def _rows(jurors: int, entries: int, *, seed: int = 1, noise: float = 1.0) -> list[Vote]:
    chance = random.Random(seed)
    quality = [chance.gauss(0, 1) for _entry in range(entries)]
    severity = [chance.gauss(0, 0.8) for _juror in range(jurors)]
    return [
        Vote(
            f"j{juror}", entry, round(5 + severity[juror] + quality[entry] + chance.gauss(0, noise), 1), 1, entry + 1
        )
        for juror in range(jurors)
        for entry in range(entries)
    ]


def _evaluated(rows: list[Vote], **units: Any) -> Evaluation:
    return evaluate(Votes.of(rows, **units), top=10, seed="s")


@pytest.mark.parametrize(("noise", "word"), [(3.0, "poor"), (1.6, "moderate"), (1.0, "good"), (0.3, "excellent")])
def test_a_panels_agreement_is_said_in_koo_and_lis_words(noise: float, word: str) -> None:
    assert _evaluated(_rows(5, 200, noise=noise)).reliability.word == word


def test_gaps_make_the_model_say_how_reliable_a_vote_is() -> None:
    rows = _rows(6, 300)
    thinned = [row for row in rows if random.Random(f"{row.juror}{row.entry}").random() < 0.6]

    whole, gaps = _evaluated(rows).reliability, _evaluated(thinned).reliability

    assert gaps.kendall_w is None
    assert whole.kendall_w is not None
    assert gaps.panel == pytest.approx(spearman_brown(0.5, 3.2), abs=0.06)


def test_one_juror_tells_nothing_of_agreement() -> None:
    found = _evaluated(_rows(1, 50))

    assert (found.reliability.panel, found.reliability.word, found.gate.reason) == (None, "unknown", "one_juror")


def test_the_gate_opens_where_jurors_differ_and_votes_show_it() -> None:
    gate = _evaluated(_rows(5, 100)).gate

    assert (gate.is_calibrated, gate.reason, gate.is_random, gate.is_connected) == (True, "helps", None, True)
    assert gate.gain is not None
    assert gate.gain > 0


def test_too_few_entries_a_juror_leave_the_plain_mean() -> None:
    gate = _evaluated(_rows(7, 12)).gate

    assert (gate.is_calibrated, gate.reason, gate.entries_per_juror) == (False, "too_few", 12)


def test_sub_panels_that_share_nothing_leave_the_plain_mean() -> None:
    rows = [row for row in _rows(6, 120) if (row.juror in {"j0", "j1", "j2"}) == (row.entry < 60)]

    gate = _evaluated(rows).gate

    assert (gate.reason, gate.is_connected, gate.connectivity) == ("not_connected", False, 0.0)


def test_specialists_leave_the_plain_mean_and_random_gaps_do_not() -> None:
    rows = _rows(8, 300)
    chance = random.Random(3)
    specialists = [
        row
        for row in rows
        if chance.random() < (0.9 if (row.juror in {"j0", "j1", "j2", "j3"}) == (row.entry < 150) else 0.2)
    ]
    by_chance = [row for row in rows if chance.random() < 0.5]

    assert _evaluated(specialists).gate.reason == "not_random"
    assert _evaluated(by_chance).gate.reason == "helps"


def test_whoever_dealt_the_entries_by_chance_may_say_so() -> None:
    # A replaced juror shares no entry with the one who took her place.
    rows = [row for row in _rows(5, 200) if row.juror not in {"j0", "j1"} or (row.juror == "j0") == (row.entry < 100)]

    assert _evaluated(rows, is_random=True).gate.reason == "helps"


def test_jurors_who_hardly_differ_leave_the_plain_mean() -> None:
    chance = random.Random(1)
    quality = [chance.gauss(0, 1) for _entry in range(200)]
    rows = [
        Vote(f"j{one}", entry, 5 + quality[entry] + chance.gauss(0, 1)) for one in range(5) for entry in range(200)
    ]

    gate = _evaluated(rows).gate

    assert (gate.is_calibrated, gate.reason) == (False, "no_gain")
    assert gate.gain is not None
    assert gate.gain <= 0


def _flags(rows: list[Vote], juror: str = "j0", **units: Any) -> tuple[str, ...]:
    return next(one for one in _evaluated(rows, **units).judges if one.juror == juror).flags


def test_nothing_stands_out_among_honest_jurors() -> None:
    assert [one.flags for one in _evaluated(_rows(6, 150)).judges] == [()] * 6


def test_a_handful_of_marks_says_nothing_about_a_juror() -> None:
    rows = [Vote(juror, entry, mark) for juror, mark in (("a", 8), ("b", 9), ("c", 1)) for entry in range(9)]

    assert [one.flags for one in _evaluated(rows).judges] == [()] * 3


def test_jurors_who_contradict_each_other_have_no_reliability_not_less_than_none() -> None:
    rows = [Vote("a", entry, entry) for entry in range(8)] + [Vote("b", entry, 4 - entry / 2) for entry in range(8)]

    found = _evaluated(rows).reliability

    assert (found.single, found.panel, found.word, found.more_jurors) == (0.0, 0.0, "poor", None)


def test_a_juror_who_agrees_with_nobody_stands_out() -> None:
    chance = random.Random(4)
    rows = [row._replace(score=chance.uniform(1, 9)) if row.juror == "j0" else row for row in _rows(6, 150)]

    assert "agreement" in _flags(rows)


def test_who_gives_nearly_everything_one_mark_stands_out() -> None:
    rows = [row._replace(score=5.0 if row.entry % 10 else 8.0) if row.juror == "j0" else row for row in _rows(6, 150)]

    assert "modal" in _flags(rows)


def test_a_juror_who_becomes_strict_on_the_way_stands_out_with_the_points_that_it_makes() -> None:
    rows = [
        row._replace(score=row.score - 2 * row.entry / 150) if row.juror == "j0" else row for row in _rows(6, 150)
    ]

    found = next(one for one in _evaluated(rows).judges if one.juror == "j0")

    assert found.drift == pytest.approx(-2, abs=0.6)
    assert "drift" in found.flags
    assert found.drift_se == pytest.approx((12 / 150) ** 0.5, rel=0.25)


def test_a_juror_who_favours_her_own_unit_stands_out() -> None:
    rows = [
        row._replace(score=row.score + 2.5) if row.juror == "j0" and row.entry < 8 else row for row in _rows(6, 150)
    ]
    units = {
        "juror_units": {"j0": "Nanchang", "j1": "Shanghai"},
        "entry_units": dict.fromkeys(range(8), "Nanchang") | dict.fromkeys(range(8, 16), "Shanghai"),
    }

    found = _evaluated(rows, **units).judges

    assert [one.unit for one in found[0].affinity] == ["Nanchang"]
    assert found[0].affinity[0].difference == pytest.approx(2.5, abs=0.8)
    assert ("affinity" in found[0].flags, "affinity" in found[1].flags) == (True, False)


@pytest.mark.parametrize(("own", "is_flagged"), [(1, False), (4, False), (5, True)])
def test_a_few_marks_for_her_own_unit_are_told_but_do_not_stand_out(own: int, is_flagged: bool) -> None:
    rows = [
        row._replace(score=row.score + 6) if row.juror == "j0" and row.entry < own else row for row in _rows(6, 60)
    ]

    found = _evaluated(rows, juror_units={"j0": "Nanchang"}, entry_units=dict.fromkeys(range(own), "Nanchang"))

    (told,) = found.judges[0].affinity
    assert (told.n, told.is_flagged) == (own, is_flagged)
    assert told.t > 2
    assert ("affinity" in found.judges[0].flags) == is_flagged


def test_hidden_repeats_tell_how_far_a_juror_repeats_herself_and_count_in_nothing() -> None:
    rows = _rows(5, 100)
    hers = [row for row in rows if row.juror == "j0"][:10]
    repeats = [row._replace(score=row.score + 0.5, is_repeat=True) for row in hers]

    plain, repeated = _evaluated(rows), _evaluated(rows + repeats)

    assert (repeated.judges[0].retest, repeated.judges[0].retest_difference) == (1.0, 0.5)
    assert repeated.judges[1].retest is None
    assert [one.official for one in plain.entries] == [one.official for one in repeated.entries]


def test_the_time_that_a_juror_takes_is_told_and_haste_stands_out() -> None:
    rows = [row._replace(seconds=0.4 if row.juror == "j0" and row.entry % 3 else 6.0) for row in _rows(4, 60)]

    found = _evaluated(rows).judges

    assert (found[0].seconds, found[1].seconds) == (0.4, 6.0)
    assert ("hasty" in found[0].flags, found[1].hasty_share) == (True, 0.0)
