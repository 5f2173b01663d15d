"""What a panel answers about works on the table, and what its answers add up to; pure.

Works go by any text that names them. An answer is a list: ``["yes"]`` or ``["no"]``, the work chosen, or all works,
best first.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contest.kernel.errors import Invalid

YES: Final = "yes"
NO: Final = "no"


class Question(StrEnum):
    """What the chair asks: to look together, whether a work stays, which is best, in which order they stand."""

    DISCUSS = "discuss"
    KEEP = "keep"
    CHOOSE = "choose"
    ORDER = "order"


# The fewest and the most works that a question is about: more do not fit on a screen side by side.
WORKS: Final = {
    Question.DISCUSS: range(1, 9),
    Question.KEEP: range(1, 2),
    Question.CHOOSE: range(2, 9),
    Question.ORDER: range(2, 9),
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the votes say.

    Attributes:
        counts: For each answer, in the order in which it was offered, its votes; for an order the points of each
            work, one for every work that a juror puts behind it (Borda).
        decision: What they decide, as an answer; empty where they are equal.
    """

    counts: tuple[tuple[str, int], ...]
    decision: tuple[str, ...]


def offered(kind: Question, works: Sequence[str]) -> tuple[str, ...]:
    """Give what an answer is made of."""
    return (YES, NO) if kind is Question.KEEP else () if kind is Question.DISCUSS else tuple(works)


def checked_answer(kind: Question, works: Sequence[str], answer: Sequence[str]) -> list[str]:
    """Give an answer that fits the question; raises ``Invalid("table.answer")`` or ``Invalid("table.order")``."""
    choices = offered(kind, works)
    if kind is Question.ORDER:
        if sorted(answer) != sorted(choices):
            raise Invalid("table.order")
    elif len(answer) != 1 or answer[0] not in choices:
        raise Invalid("table.answer")
    return list(answer)


def outcome(kind: Question, works: Sequence[str], answers: Collection[Sequence[str]]) -> Outcome:
    """Add up the answers."""
    choices = offered(kind, works)
    counts = Counter[str]()
    for answer in answers:
        if kind is Question.ORDER:
            counts.update({work: len(answer) - place for place, work in enumerate(answer, start=1)})
        else:
            counts.update(answer)
    ranked = sorted(choices, key=lambda choice: -counts[choice])
    decided = ranked if kind is Question.ORDER else ranked[:1]
    levels = [counts[choice] for choice in ranked]
    is_clear = bool(answers) and (
        len(set(levels)) == len(levels) if kind is Question.ORDER else levels[:1] != levels[1:2]
    )
    return Outcome(
        counts=tuple((choice, counts[choice]) for choice in choices), decision=tuple(decided) if is_clear else ()
    )
