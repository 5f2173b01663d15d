"""How sure a ranking is: chances, intervals, ties at a line, and votes that alone decide."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.judging.scoring import Evaluation, Method, Vote, Votes, evaluate
from contest.judging.scoring.chance import chances

RAW = Method(aggregator="raw")


def _evaluated(rows: list[Any], *, method: Method = RAW, top: int = 1, **more: Any) -> Evaluation:
    return evaluate(Votes.of(rows), method=method, top=top, seed="s", **more)


def _rows(table: dict[str, list[float]]) -> list[tuple[str, str, float]]:
    return [(f"j{juror}", entry, mark) for entry, marks in table.items() for juror, mark in enumerate(marks)]


def test_the_chances_of_all_entries_add_up_to_the_places() -> None:
    strength = np.linspace(-2, 2, 50)

    found = chances(strength, np.full(50, 0.3), top=7, seed="s")

    assert found.p_top.sum() == pytest.approx(7, abs=0.01)
    assert (np.diff(found.p_top) > -0.05).all()
    assert (found.rank_low <= found.rank_high).all()


def test_entries_of_which_nothing_tells_apart_have_equal_chances() -> None:
    found = chances(np.zeros(10), np.ones(10), top=3, seed="s")

    assert [len(set(told.tolist())) for told in found] == [1, 1, 1]
    assert found.p_top[0] == 0.3


def test_all_places_for_everybody_are_certain() -> None:
    assert chances(np.zeros(4), np.ones(4), top=9, seed="s").p_top.tolist() == [1, 1, 1, 1]


def test_the_same_seed_draws_the_same_and_another_nearly_the_same() -> None:
    strength, variance = np.linspace(0, 1, 200), np.full(200, 0.1)

    one, again, other = (chances(strength, variance, top=20, seed=seed) for seed in ("a", "a", "b"))

    assert one.p_top.tolist() == again.p_top.tolist()
    assert one.p_top.tolist() != other.p_top.tolist()
    assert other.p_top == pytest.approx(one.p_top, abs=0.06)


def test_nine_true_places_in_ten_lie_in_the_interval() -> None:
    chance = np.random.default_rng(4)
    strength, inside = chance.normal(0, 1, 120), []
    for _world in range(40):
        true = strength + chance.normal(0, 0.5, 120)
        found = chances(strength, np.full(120, 0.25), top=10, seed="s")
        rank = 1 + (true[:, None] < true[None, :]).sum(axis=1)
        inside.append(((found.rank_low <= rank) & (rank <= found.rank_high)).mean())

    assert 0.87 <= np.mean(inside) <= 0.94


def test_leaving_out_who_is_far_from_the_top_changes_no_chance_that_matters() -> None:
    # Above 2,000 entries only the first draws hold everybody.
    chance = np.random.default_rng(9)
    strength = np.r_[chance.normal(0, 1, 300), np.full(21_000, -30.0)]
    variance = np.full(len(strength), 0.2)

    large, small = (chances(strength[:count], variance[:count], top=20, seed="s") for count in (len(strength), 300))

    assert large.p_top[:300] == pytest.approx(small.p_top, abs=0.05)
    assert large.p_top[300:].sum() == 0


def test_a_tie_across_the_line_names_all_who_share_it_and_how_to_decide() -> None:
    found = _evaluated(_rows({"a": [9, 9], "b": [8, 6], "c": [7, 7], "d": [6, 8], "e": [1, 1]}), top=2)

    (tie,) = found.ties
    assert (tie.line, set(tie.entries), tie.is_equal) == (2, {"b", "c", "d"}, True)
    assert tie.methods == ("head_to_head", "usual_judgment", "chair", "lot")
    # Of two marks the lower counts: 7 before 6 and 6; each of those has one above.
    assert tie.by_judgment == (("c",), ("b", "d"))
    assert sorted(tie.by_lot) == ["b", "c", "d"]


def test_who_has_not_judged_a_tied_entry_may_give_an_extra_vote() -> None:
    found = _evaluated([("a", "x", 7), ("b", "x", 7), ("a", "y", 7)], ties=("extra_votes", "lot"))

    assert found.ties[0].methods == ("extra_votes", "lot")


def test_a_tie_that_no_line_crosses_is_none() -> None:
    assert _evaluated(_rows({"a": [9] * 9, "b": [9] * 9, "c": [1] * 9}), top=2).ties == ()


def test_a_lead_that_the_model_does_not_trust_is_told_as_close() -> None:
    chance = random.Random(2)
    table = {f"e{number}": [chance.gauss(5, 2) for _juror in range(4)] for number in range(30)}

    found = _evaluated(_rows(table), top=10)

    (tie,) = found.ties
    assert (tie.is_equal, tie.entries) == (False, tuple(one.entry for one in found.entries[9:11]))
    assert 0.5 <= tie.p_beats < 0.6
    assert found.p_beats(*tie.entries) == tie.p_beats


def test_who_stands_on_the_less_likely_side_of_the_line_is_to_be_talked_about() -> None:
    # Without the highest and the lowest mark y stands above x; all marks together say the opposite.
    table = {"x": [10, 7, 7, 7, 6], "y": [8, 8, 7, 8, 1], "z": [2, 2, 2, 2, 2], "far": [1, 1, 1, 1, 1]}

    found = _evaluated(_rows(table), method=Method(aggregator="trimmed"), top=1)

    first, second = found.entries[:2]
    assert (first.entry, first.zone, second.entry, second.zone) == ("y", "open", "x", "likely")
    assert [one.entry for one in found.undecided] == ["y", "x"]


def test_every_declared_line_is_looked_at() -> None:
    found = _evaluated(
        _rows({name: [mark] * 3 for name, mark in zip("abcdef", [9, 9, 5, 3, 3, 1], strict=True)}), lines=(1, 2, 4)
    )

    assert [(tie.line, tie.entries) for tie in found.ties] == [(1, ("a", "b")), (4, ("d", "e"))]


def test_the_lot_is_drawn_from_the_seed_alone() -> None:
    rows = _rows({name: [5, 5] for name in "abcdefgh"})

    lots = {seed: evaluate(Votes.of(rows), method=RAW, top=1, seed=seed).ties[0].by_lot for seed in ("1", "2", "3")}

    assert evaluate(Votes.of(rows[::-1]), method=RAW, top=1, seed="2").ties[0].by_lot == lots["2"]
    assert len(set(lots.values())) == 3


def test_a_vote_without_which_the_prize_would_go_elsewhere_is_named() -> None:
    found = _evaluated(_rows({"x": [10, 5, 5], "y": [6, 6, 6], "z": [1, 1, 1]}))

    assert found.audit.decisive is not None
    assert [(one.juror, one.entry, one.leaves, one.enters) for one in found.audit.decisive] == [("j0", "x", "x", "y")]


def test_a_vote_that_keeps_an_entry_down_is_named_too() -> None:
    found = _evaluated(_rows({"x": [9, 9, 1], "y": [7, 7, 7]}))

    assert found.audit.decisive is not None
    assert ("j2", "x", "y", "x") in [(one.juror, one.entry, one.leaves, one.enters) for one in found.audit.decisive]


marks = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(0, 4)),
    st.integers(2, 20).map(lambda mark: mark / 2),
    min_size=3,
    max_size=14,
)


@given(
    table=marks,
    aggregator=st.sampled_from(["raw", "trimmed", "copeland", "schulze"]),
    line=st.integers(1, 4),
)
@settings(max_examples=20, deadline=None)
def test_the_audit_finds_what_leaving_each_vote_out_finds(
    table: dict[tuple[int, int], float], aggregator: str, line: int
) -> None:
    rows = [(juror, entry, mark) for (juror, entry), mark in sorted(table.items())]
    method = Method(aggregator=aggregator)

    def above(kept: list[tuple[int, int, float]]) -> set[Any] | None:
        found = evaluate(Votes.of(kept), method=method, top=1, seed="s").entries
        is_tied = len(found) > line and found[line - 1].official == found[line].official
        return None if is_tied or len(found) <= line else {one.entry for one in found[:line]}

    whole = above(rows)
    found = evaluate(Votes.of(rows), method=method, top=1, seed="s", lines=(line,)).audit.decisive
    assert found is not None
    told = {(one.juror, one.entry) for one in found}
    for row in rows:
        without = above([other for other in rows if other != row])
        is_only = sum(other[1] == row[1] for other in rows) == 1
        if whole is not None and without is not None and not is_only:
            assert ((row[0], row[1]) in told) == (without != whole)


def test_votes_at_a_line_through_a_tie_are_left_to_the_tie() -> None:
    # Everybody finds a better than b, b better than c, and c better than a.
    rows = [
        Vote(f"j{juror}", better, 1, rival=worse)
        for juror in range(3)
        for better, worse in (("a", "b"), ("b", "c"), ("c", "a"))
    ]

    found = evaluate(Votes.of(rows), method=Method(aggregator="bradley_terry"), top=1, seed="s")

    assert [(one.line, one.is_equal) for one in found.ties] == [(1, True)]
    assert found.audit.decisive == ()


def test_a_sum_is_audited_as_if_the_vote_had_been_the_entrys_mean() -> None:
    assert _evaluated(_rows({"x": [8, 8, 8], "y": [7, 7, 7]}), method=Method(aggregator="sum")).audit.decisive == ()


def test_votes_far_off_are_seen_by_the_robust_model_and_change_no_score() -> None:
    chance = random.Random(8)
    quality = [chance.gauss(0, 1) for _entry in range(80)]
    rows = [
        Vote(f"j{juror}", entry, 5 + quality[entry] + chance.gauss(0, 0.5))
        for juror in range(5)
        for entry in range(80)
    ]
    order = sorted(range(80), key=lambda entry: -quality[entry])
    friend = order[14]
    lobbied = [row._replace(score=14.0) if (row.juror, row.entry) == ("j0", friend) else row for row in rows]

    found = _evaluated(lobbied, method=Method(trim="0", gate="on"), top=10)

    assert friend in {one.entry for one in found.entries[:10]}
    assert friend in found.audit.robust_leaves
    assert len(found.audit.robust_enters) == len(found.audit.robust_leaves)
