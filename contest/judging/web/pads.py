"""How a juror gives a mark in each mode, and how her marks are drawn as bars; the same with and without script."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import pgettext

from contest.judging.queries import RoundFacts
from contest.judging.rules.settings import MAYBE, NO, POINT, YES, Criterion, Mode, points

# More buttons than these are no quicker than typing the number.
BUTTONS_MAX: Final = 11
BARS_MAX: Final = 20


@dataclass(frozen=True, kw_only=True)
class Step:
    """One button: its score in hundredths, what stands on it, its key where that is another, what it means."""

    score: int
    label: str
    key: str = ""
    meaning: str = ""


@dataclass(frozen=True, kw_only=True)
class Pad:
    """Where a mark is given.

    Attributes:
        kind: "buttons"; "typed", a number; "criteria", a row of buttons for each.
        steps: The buttons, in the order in which they stand.
        has_half: Whether half a point may be added to a button's mark.
        has_words: Whether words under the buttons say what they mean.
        low, high, step: Of the scale, in hundredths of a point.
    """

    kind: str
    steps: tuple[Step, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    has_half: bool = False
    has_words: bool = False
    low: int
    high: int
    step: int


@dataclass(frozen=True, kw_only=True)
class Bar:
    """How often the juror gave a mark from ``low`` to ``high``, in hundredths of a point."""

    low: int
    high: int
    label: str
    count: int


def pad_of(round_: RoundFacts) -> Pad:
    """Give the pad of a round whose works are judged one after the other: yes and no, marks, or pairs."""
    scale = round_.steps
    low, high, step = scale[0], scale[-1], scale[1] - scale[0]
    settings = round_.settings
    if round_.mode is Mode.YESNO:
        answers = [
            Step(score=NO, label=pgettext("judging", "No"), key="N"),
            Step(score=YES, label=pgettext("judging", "Yes"), key="Y"),
        ]
        if settings.has_maybe:
            answers.insert(1, Step(score=MAYBE, label=pgettext("judging", "Maybe"), key="M"))
        return Pad(kind="buttons", steps=tuple(answers), low=low, high=high, step=step)
    if round_.mode is Mode.PAIRS:
        sides = (
            Step(score=100, label=pgettext("judging", "Left / top"), key="←"),
            Step(score=50, label=pgettext("judging", "Equal"), key="↓"),
            Step(score=0, label=pgettext("judging", "Right / bottom"), key="→"),
        )
        return Pad(kind="buttons", steps=sides, low=low, high=high, step=step)
    has_half = step == POINT // 2
    whole = [score for score in scale if score % POINT == 0] if has_half else list(scale)
    if settings.criteria:
        rows = tuple(Step(score=score, label=points(score)) for score in (whole if len(whole) <= BUTTONS_MAX else ()))
        return Pad(kind="criteria", steps=rows, criteria=settings.criteria, low=low, high=high, step=step)
    if len(whole) > BUTTONS_MAX or any(score % POINT for score in whole):
        return Pad(kind="typed", low=low, high=high, step=step)
    said = meanings(low=low, high=high)
    buttons = tuple(Step(score=score, label=points(score), meaning=said.get(score, "")) for score in whole)
    return Pad(kind="buttons", steps=buttons, has_half=has_half, has_words=True, low=low, high=high, step=step)


def meanings(*, low: int, high: int) -> dict[int, str]:
    """Say in words what four marks of a scale mean: 2, 5, 8 and 10 on the usual one, the same parts of any other.

    Source of the anchors: judging.md section 8.
    """
    words = {1: _("clearly weak"), 4: _("solid work"), 7: _("deserves a place"), 9: _("outstanding")}
    return {low + (high - low) * ninths // (9 * POINT) * POINT: word for ninths, word in words.items()}


def mark_words(round_: RoundFacts, score: int) -> str:
    """Write a mark as the juror knows it: "8.5", "Yes", "left"."""
    if round_.mode is Mode.SCORE:
        return points(score)
    if round_.mode in {Mode.YESNO, Mode.PAIRS}:
        return next(step.label for step in pad_of(round_).steps if step.score == score)
    return points(score)


def bars(round_: RoundFacts, given: Mapping[int, int]) -> list[Bar]:
    """Draw a juror's own marks: one bar for each step of the scale, or of a long one for each of twenty parts.

    Args:
        given: How often she gave each mark.
    """
    if round_.mode not in {Mode.SCORE, Mode.YESNO}:
        return []
    scale = round_.steps
    wide = -(-len(scale) // BARS_MAX)
    parts = [scale[place : place + wide] for place in range(0, len(scale), wide)]
    ends = [*(part[0] for part in parts[1:]), scale[-1] + 1]
    return [
        Bar(
            low=part[0],
            high=end - 1,
            label=mark_words(round_, part[0]) if wide == 1 else f"{points(part[0])}–{points(part[-1])}",
            count=sum(count for score, count in given.items() if part[0] <= score < end),
        )
        for part, end in zip(parts, ends, strict=True)
    ]
