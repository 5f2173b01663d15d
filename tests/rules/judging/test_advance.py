"""Which works go on, by every rule."""

import re
from uuid import UUID

import pytest

from contest.judging.rules.advance import By, Mark, Rule, Scored, select
from contest.kernel.errors import Invalid

WORKS = [UUID(int=number) for number in range(5)]
FALLING = [
    Scored(entry_id=work, official=official, rank=rank)
    for work, official, rank in zip(WORKS, (9.0, 7.0, 7.0, 6.0, 4.0), (1, 2, 2, 4, 5), strict=True)
]
# Tiers of a light table: the first is the best.
RISING = [
    Scored(entry_id=work, official=official, rank=rank)
    for work, official, rank in zip(WORKS, (1.0, 1.5, 1.5, 2.0, 3.0), (1, 2, 2, 4, 5), strict=True)
]


@pytest.mark.parametrize(
    ("rule", "advanced"),
    [
        (Rule(), 5),
        (Rule(by=By.THRESHOLD, points=7.0), 3),
        (Rule(by=By.THRESHOLD, points=7.5), 1),
        (Rule(by=By.TOP, count=2), 3),
        (Rule(by=By.TOP, count=9), 5),
        (Rule(by=By.SHARE, percent=20), 1),
        (Rule(by=By.SHARE, percent=20, at_least=4), 4),
    ],
)
def test_the_best_go_on_with_their_equals(rule: Rule, advanced: int) -> None:
    assert select(FALLING, [], rule).advanced == tuple(WORKS[:advanced])


@pytest.mark.parametrize(("points", "advanced"), [(1.0, 1), (1.5, 3), (2.5, 4), (0.5, 0)])
def test_where_the_first_tier_is_the_best_a_threshold_lets_the_small_scores_go_on(
    points: float, advanced: int
) -> None:
    assert select(RISING, [], Rule(by=By.THRESHOLD, points=points)).advanced == tuple(WORKS[:advanced])


def test_another_vote_is_on_the_works_that_tie_across_the_line_and_on_no_other() -> None:
    assert select(FALLING, [], Rule(by=By.TIED, count=2)).advanced == tuple(WORKS[1:3])
    assert select(FALLING, [], Rule(by=By.TIED, count=3), decided={WORKS[4]: True}).count == 0


def test_a_list_names_works_of_the_round_alone() -> None:
    assert select(FALLING, [], Rule(by=By.HAND, entries=(WORKS[3], WORKS[0]))).advanced == (WORKS[0], WORKS[3])
    with pytest.raises(Invalid, match=r"judging\.advance_entries"):
        select(FALLING, [], Rule(by=By.HAND, entries=(UUID(int=99),)))


def test_works_that_enough_jurors_chose_go_on() -> None:
    marks = [Mark(juror=juror, entry_id=WORKS[4], score=800) for juror in "AB"]
    marks += [Mark(juror="A", entry_id=WORKS[0], score=800), Mark(juror="B", entry_id=WORKS[0], score=700)]

    assert select(FALLING, marks, Rule(by=By.PICKED, jurors=2, mark=800)).advanced == (WORKS[4],)


def test_what_the_panel_decided_stands_above_the_line() -> None:
    found = select(FALLING, [], Rule(by=By.TOP, count=1), decided={WORKS[0]: False, WORKS[3]: True})

    assert (found.advanced, found.dropped, found.kept, found.count) == ((), (WORKS[0],), (WORKS[3],), 1)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (Rule(by=By.TOP), "judging.advance_rule"),
        (Rule(by=By.SHARE, percent=0), "judging.advance_share"),
        (Rule(by=By.SHARE, percent=101), "judging.advance_share"),
        (Rule(by=By.PICKED), "judging.advance_rule"),
        (Rule(by=By.TIED), "judging.advance_rule"),
    ],
)
def test_a_rule_needs_its_number(rule: Rule, code: str) -> None:
    with pytest.raises(Invalid, match=re.escape(code)):
        select(FALLING, [], rule)
