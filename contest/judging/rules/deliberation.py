"""What a panel answers about works on the table, and what its answers add up to; pure.

Works go by any text that names them. An answer is a list: ``["yes"]`` or ``["no"]``, the work chosen, or all works,
best first.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Generic, TypeVar
from uuid import UUID

from contest.kernel.errors import Conflict, Invalid, Missing

YES: Final = "yes"
NO: Final = "no"


# How whoever speaks is named: a person's id, or a letter in the record of the judging.
Who = TypeVar("Who", UUID, str)


class TableAct(StrEnum):
    """What can be done at the table."""

    ASK = "ask"
    ANSWER = "answer"
    REVEAL = "reveal"
    DECIDE = "decide"
    NOTE = "note"


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
class Said(Generic[Who]):
    """One line of what was said at a table.

    Attributes:
        item: Number of the question, from 1; 0 for a line of the minutes.
        kind: What is asked; None unless something is.
        choice: The works asked about, the answer, or what was decided; empty where nothing was.
        words: The question, the reason of a decision, or the line of the minutes.
    """

    act: TableAct
    item: int
    by: Who
    kind: Question | None
    choice: Sequence[str]
    words: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Item(Generic[Who]):
    """One question of a deliberation.

    Attributes:
        number: Counts a round's questions from 1.
        works: In the order in which they lie on the table.
        revealed_at: When the answers were shown, all at once; none is taken from then on.
        answers: The latest of each juror, in no meaningful order; read them only once ``is_revealed``.
        decision: What was decided, as an answer; empty where nothing was.
    """

    number: int
    kind: Question
    works: Sequence[str]
    question: str
    asked_at: datetime
    answers: Mapping[Who, Sequence[str]]
    revealed_at: datetime | None = None
    decision: Sequence[str] = ()
    reason: str = ""
    decided_by: Who | None = None
    decided_at: datetime | None = None

    @property
    def entry_ids(self) -> list[UUID]:
        """Give the works where they go by the digits of their ids."""
        return [UUID(hex=name) for name in self.works]

    @property
    def is_revealed(self) -> bool:
        """Tell whether the votes lie open."""
        return self.revealed_at is not None

    @property
    def outcome(self) -> "Outcome | None":
        """Give what the votes say, once they lie open."""
        return outcome(self.kind, self.works, list(self.answers.values())) if self.is_revealed else None


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


def told(lines: Iterable[Said[Who]]) -> list[Item[Who]]:
    """Give the questions as they stand after what was said, the first first; raises what `after` raises."""
    items = dict[int, Item[Who]]()
    for line in lines:
        if line.act is not TableAct.NOTE:
            items[line.item] = after(items.get(line.item), line)
    return list(items.values())


def after(item: Item[Who] | None, line: Said[Who]) -> Item[Who]:
    """Give a question as it stands after one more line; None is one that is not asked yet.

    Raises:
        Missing: ``item``; Invalid: ``table.answer``, ``table.order``; ``table.one_work``, ``table.works`` with the
            ``least`` and the ``most``.
        Conflict: ``table.revealed``, ``table.decided``, it comes too late; ``table.no_answer``, there is nothing to
            show; ``table.not_revealed``, the votes are still secret.
    """
    if line.act is TableAct.ASK and line.kind is not None and item is None:
        works = _checked_works(line.kind, line.choice)
        return Item(number=line.item, kind=line.kind, works=works, question=line.words, asked_at=line.at, answers={})
    if item is None:
        raise Missing("item")
    if line.act is TableAct.ANSWER:
        if item.is_revealed or item.decided_at is not None:
            raise Conflict("table.revealed")
        answers = {**item.answers, line.by: checked_answer(item.kind, item.works, line.choice)}
        # Sorted, so that nobody reads from them who answered first.
        return replace(item, answers=dict(sorted(answers.items())))
    if item.decided_at is not None:
        raise Conflict("table.decided")
    if line.act is TableAct.REVEAL:
        if item.is_revealed:
            raise Conflict("table.revealed")
        if not item.answers:
            raise Conflict("table.no_answer")
        return replace(item, revealed_at=line.at)
    if line.choice and not item.is_revealed:
        raise Conflict("table.not_revealed")
    decision = checked_answer(item.kind, item.works, line.choice) if line.choice else []
    return replace(item, decision=decision, reason=line.words, decided_by=line.by, decided_at=line.at)


def _checked_works(kind: Question, works: Sequence[str]) -> list[str]:
    """Give the works asked about, each once; raises ``Invalid("table.one_work")`` or ``Invalid("table.works")``."""
    wanted = list(dict.fromkeys(works))
    if len(wanted) not in WORKS[kind]:
        least, most = WORKS[kind].start, WORKS[kind].stop - 1
        raise Invalid("table.one_work") if least == most else Invalid("table.works", least=least, most=most)
    return wanted
