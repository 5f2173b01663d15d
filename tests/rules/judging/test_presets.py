"""Ways to judge: what each plans for so many works and prizes."""

import pytest

from contest.judging.presets import costs, preset, presets
from contest.judging.rules.advance import By


@pytest.mark.parametrize("winners", [0, 3, 60])
def test_no_last_round_asks_for_fewer_works_than_prizes(winners: int) -> None:
    for way in presets():
        rule = way.rounds[-1].rule_for(winners)

        assert rule.by is By.ALL or max(rule.count, rule.at_least) >= max(1, winners)


def test_few_prizes_leave_a_last_round_its_own_size() -> None:
    assert [preset(name).rounds[-1].rule_for(3).count for name in ("montage", "expo")] == [20, 10]


@pytest.mark.parametrize(
    ("works", "winners", "sets"),
    [
        # As measured, docs/reference/scoring.md.
        (300, 20, [300, 75, 50]),
        (2_000, 20, [2_000, 500, 75]),
        (20_000, 20, [20_000, 5_000, 750]),
        # Where prizes are many for the works, the first cut is the milder.
        (400, 40, [400, 150, 100]),
        (500, 60, [500, 225, 150]),
        (60, 20, [60, 60, 50]),
    ],
)
def test_the_funnel_narrows_less_where_prizes_are_many_for_the_works(
    works: int, winners: int, sets: list[int]
) -> None:
    assert [one.works for one in costs(preset("funnel"), works=works, jurors=9, winners=winners)] == sets
