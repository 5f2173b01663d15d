"""What answers add up to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.judging.rules.deliberation import Question, checked_answer, outcome
from contest.kernel.errors import Invalid

WORKS = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("kind", "answers", "counts", "decision"),
    [
        (Question.KEEP, [["yes"], ["yes"], ["no"]], {"yes": 2, "no": 1}, ("yes",)),
        (Question.KEEP, [["yes"], ["no"]], {"yes": 1, "no": 1}, ()),
        (Question.CHOOSE, [["b"], ["b"], ["a"]], {"a": 1, "b": 2, "c": 0}, ("b",)),
        (Question.CHOOSE, [["b"], ["a"]], {"a": 1, "b": 1, "c": 0}, ()),
        (
            Question.ORDER,
            [["c", "a", "b"], ["c", "b", "a"], ["a", "c", "b"]],
            {"a": 3, "b": 1, "c": 5},
            ("c", "a", "b"),
        ),
        (Question.ORDER, [["a", "b", "c"], ["c", "b", "a"]], {"a": 2, "b": 2, "c": 2}, ()),
        (Question.KEEP, [], {"yes": 0, "no": 0}, ()),
        (Question.ORDER, [], {"a": 0, "b": 0, "c": 0}, ()),
    ],
)
def test_answers_add_up(
    kind: Question, answers: list[list[str]], counts: dict[str, int], decision: tuple[str, ...]
) -> None:
    found = outcome(kind, WORKS, answers)

    assert (dict(found.counts), found.decision) == (counts, decision)


@given(st.lists(st.permutations(WORKS), min_size=1))
def test_an_order_decides_only_what_can_be_answered(answers: list[list[str]]) -> None:
    found = outcome(Question.ORDER, WORKS, answers)

    assert sum(points for _work, points in found.counts) == 3 * len(answers)
    assert not found.decision or checked_answer(Question.ORDER, WORKS, found.decision)


@pytest.mark.parametrize(
    ("kind", "answer", "code"),
    [
        (Question.KEEP, ["maybe"], "table.answer"),
        (Question.KEEP, [], "table.answer"),
        (Question.CHOOSE, ["d"], "table.answer"),
        (Question.CHOOSE, ["a", "b"], "table.answer"),
        (Question.ORDER, ["a", "b"], "table.order"),
        (Question.ORDER, ["a", "b", "b"], "table.order"),
        (Question.DISCUSS, ["a"], "table.answer"),
    ],
)
def test_what_fits_no_answer_is_refused(kind: Question, answer: list[str], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_answer(kind, WORKS, answer)

    assert refused.value.code == code
