"""Ways to judge: what each plans for so many works and prizes."""

import pytest

from contest.judging.presets import preset, presets
from contest.judging.rules.advance import By


@pytest.mark.parametrize("winners", [0, 3, 60])
def test_no_last_round_asks_for_fewer_works_than_prizes(winners: int) -> None:
    for way in presets():
        rule = way.rounds[-1].rule_for(winners)

        assert rule.by is By.ALL or max(rule.count, rule.at_least) >= max(1, winners)


def test_few_prizes_leave_a_last_round_its_own_size() -> None:
    assert [preset(name).rounds[-1].rule_for(3).count for name in ("montage", "expo")] == [20, 10]
