"""What every caller of the tally builds on."""

import json
import random
from dataclasses import replace
from uuid import UUID

import pytest

from contest.judging.scoring import AGGREGATORS, Method, Vote, Votes, as_plain, evaluate
from contest.kernel.errors import Invalid

RAW = Method(aggregator="raw")


def _marks(jurors: int, entries: int, seed: int = 1) -> list[tuple[str, str, float]]:
    chance = random.Random(seed)
    return [
        (f"j{juror}", f"e{entry:03}", min(10.0, max(1.0, round(5 + entry / entries * 3 + chance.gauss(0, 1.5)))))
        for juror in range(jurors)
        for entry in range(entries)
    ]


def test_the_raw_mean_ranks_from_the_best_and_ties_share_a_place() -> None:
    votes = Votes.of([("a", "x", 8), ("b", "x", 9), ("a", "y", 9), ("b", "y", 8), ("a", "z", 9.5), ("b", "z", 9)])

    found = evaluate(votes, method=RAW, top=1, seed="s")

    assert [(one.entry, one.rank, one.raw, one.official, one.n) for one in found.entries] == [
        ("z", 1, 9.25, 9.25, 2),
        ("x", 2, 8.5, 8.5, 2),
        ("y", 2, 8.5, 8.5, 2),
    ]


@pytest.mark.parametrize("aggregator", AGGREGATORS)
def test_the_order_in_which_votes_come_changes_nothing(aggregator: str) -> None:
    rows = _marks(5, 40)
    shuffled = random.Random(7).sample(rows, len(rows))

    one, two = (
        evaluate(Votes.of(given), method=Method(aggregator=aggregator), top=5, seed="s") for given in (rows, shuffled)
    )

    assert json.dumps(as_plain(one)) == json.dumps(as_plain(two))


def test_an_evaluation_is_plain_json_with_ids_as_text() -> None:
    entry, juror = UUID(int=1), UUID(int=2)

    plain = json.loads(json.dumps(as_plain(evaluate(Votes.of([(juror, entry, 7.5)]), top=1, seed="s"))))

    assert plain["entries"][0]["entry"] == str(entry)
    assert plain["judges"][0]["juror"] == str(juror)
    assert plain["gate"]["reason"] == "one_juror"


def test_no_votes_are_an_evaluation_without_entries() -> None:
    found = evaluate(Votes.of([]), top=3, seed="s")

    assert (found.entries, found.judges, found.ties) == ((), (), ())


def test_a_later_rounds_mark_takes_the_place_of_the_jurors_earlier_one() -> None:
    votes = Votes.of([("a", "x", 3, 1), ("a", "x", 9, 2), ("b", "x", 5, 1)])

    assert evaluate(votes, method=RAW, top=1, seed="s").entries[0].raw == 7.0


def test_two_marks_of_one_juror_in_one_round_are_refused_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        Votes.of([("a", "x", 3), ("a", "x", 9)])

    assert (refused.value.code, dict(refused.value.facts)) == ("scoring.twice", {"juror": "a", "entry": "x"})


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_score_that_is_no_number_is_refused_by_name(score: float) -> None:
    with pytest.raises(Invalid) as refused:
        Votes.of([("a", "x", score)])

    assert (refused.value.code, dict(refused.value.facts)) == ("scoring.not_a_number", {"juror": "a", "entry": "x"})


def test_votes_and_pairs_do_not_mix() -> None:
    with pytest.raises(Invalid, match=r"scoring\.mixed"):
        Votes.of([("a", "x", 3), Vote("a", "x", 1, rival="y")])


def test_only_entries_in_the_running_are_ranked_and_others_votes_still_count_for_the_jurors() -> None:
    rows = _marks(4, 60)

    all_ranked = evaluate(Votes.of(rows), top=3, seed="s", method=Method(gate="on"))
    some = evaluate(Votes.of(rows), top=3, seed="s", method=Method(gate="on"), ranked={"e001", "e050", "e059"})

    assert {one.entry for one in some.entries} == {"e001", "e050", "e059"}
    assert {one.rank for one in some.entries} <= {1, 2, 3}
    official = {one.entry: one.official for one in all_ranked.entries}
    assert all(official[one.entry] == one.official for one in some.entries)


def test_places_and_tiers_are_best_when_small() -> None:
    votes = Votes.of([("a", "x", 1), ("b", "x", 2), ("a", "y", 3), ("b", "y", 1)], low_is_best=True)

    for method in (RAW, Method(aggregator="borda"), Method(aggregator="majority"), Method(aggregator="schulze")):
        assert evaluate(votes, method=method, top=1, seed="s").entries[0].entry == "x"
    assert evaluate(votes, method=RAW, top=1, seed="s").entries[0].official == 1.5


def test_pairs_are_scored_by_the_strengths_that_explain_them() -> None:
    rows = [
        Vote("a", "x", 1, rival="y"),
        Vote("a", "x", 1, rival="z"),
        Vote("a", "y", 1, rival="z"),
        Vote("b", "x", 0.5, rival="y"),
        Vote("b", "z", 0, rival="y"),
    ]

    found = evaluate(Votes.of(rows), top=1, seed="s")

    assert [one.entry for one in found.entries] == ["x", "y", "z"]
    assert (found.gate.reason, found.entries[0].raw, found.entries[0].n) == ("pairs", round(2.5 / 3, 6), 3)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"aggregator": "best"}, "scoring.aggregator"), ({"trim": "2"}, "scoring.aggregator"), ({}, "scoring.top")],
)
def test_a_method_that_there_is_not_is_refused(change: dict[str, str], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        evaluate(Votes.of([("a", "x", 1)]), method=replace(RAW, **change), top=0 if not change else 1, seed="s")

    assert refused.value.code == code


def test_comparing_every_two_entries_has_a_limit_and_says_it() -> None:
    votes = Votes.of([("a", number, 1) for number in range(1001)])

    with pytest.raises(Invalid) as refused:
        evaluate(votes, method=Method(aggregator="schulze"), top=1, seed="s")

    assert (refused.value.code, dict(refused.value.facts)) == ("scoring.too_many_to_compare", {"limit": 1000})
