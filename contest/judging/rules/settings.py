"""How one round is judged: its mode and everything that may be chosen about it; pure, and written as plain JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from contest.judging.scoring.results import AGGREGATORS, GATES, TIE_METHODS, TRIMS
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid

# Scores are integers in hundredths of a point in every mode.
POINT: Final = 100
YES: Final = 100
MAYBE: Final = 50
NO: Final = 0
CHIP: Final = 100
# A scale with more steps is no better: 0-100 gains .002 over 1-10 in half steps (judging.md 4.5).
STEPS_MAX: Final = 101
CRITERIA_MAX: Final = 6
TIERS_MAX: Final = 9
# Of a criterion's weight and a tier's places: more than any contest has works.
ROW_NUMBER_MAX: Final = 99_999
REPEATS_MAX: Final = 10
PRACTICE_MAX: Final = 50
SESSION_MINUTES_MAX: Final = 240
GRACE_MINUTES_MAX: Final = 24 * 60


class Mode(StrEnum):
    """What a juror does with a work."""

    YESNO = "yesno"
    SCORE = "score"
    RANK = "rank"
    TOKENS = "tokens"
    PAIRS = "pairs"


class Discloses(StrEnum):
    """What a juror is shown of a closed round."""

    NEVER = "never"
    COUNTS = "counts"
    OWN_RANK = "own_rank"
    SCORES = "scores"


# What each mode's votes become by default.
USUAL: Final = {
    Mode.YESNO: "raw",
    Mode.SCORE: "calibrated_equal",
    Mode.RANK: "borda",
    Mode.TOKENS: "sum",
    Mode.PAIRS: "bradley_terry",
}
_SCORES: Final = frozenset(AGGREGATORS) - {"bradley_terry"}
# Marks of one overall scale may be anything; pairs only have strengths, chips are counted.
FITTING: Final = {
    Mode.YESNO: _SCORES,
    Mode.SCORE: _SCORES,
    Mode.RANK: _SCORES - {"sum"},
    Mode.TOKENS: frozenset({"sum", "raw"}),
    Mode.PAIRS: frozenset({"bradley_terry"}),
}


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One of several weighted marks of a work; ``weight`` in any unit, all of a round together count as one."""

    key: str
    name: Bilingual
    weight: int = 1


@dataclass(frozen=True, kw_only=True)
class TableTier:
    """A tier of a light table, best first; at most ``capacity`` works of one juror lie in it, None for any number."""

    name: Bilingual
    capacity: int | None = None


@dataclass(frozen=True, kw_only=True)
class RoundSettings:
    """Everything that may be chosen about a round besides its mode.

    Attributes:
        scale_low, scale_high, scale_step: In hundredths of a point, for the mode score.
        has_maybe: Whether a yes/no round knows a third answer.
        criteria: Weighted marks that make up the score; none for one overall mark.
        chips: How many works a juror may give a chip, in a token round.
        tiers: Of the light table, best first.
        quorum: How many jurors judge each work, None for everybody.
        pooled: Whether the votes of the chain's earlier rounds stay in the model.
        aggregator: One of `FITTING` for the mode: how votes become the official score.
        trim: Whether the highest and lowest vote are left out: "1", of three or more; "auto", of five or more
            calibrated ones; or "0".
        gate: Whether calibration has to show that it helps: "auto", always "on", or "off".
        winners: How many works the round chooses, which is what P(top) is about; None for the places of the tiers.
        repeats_percent: Share of a juror's works that she unknowingly judges twice.
        practice: How many works everybody judges first, to find the scale.
        practice_counts: Whether those first marks count.
        session_minutes: After how long a break is proposed, 0 for never.
        grace_minutes: How long after the end marks are still taken that were on their way.
        shows_title, shows_caption: Whether jurors read the texts that the organizer has released.
        discloses: What jurors see of the round once it is closed.
        ties: Methods for ties at a prize line, in order.
    """

    scale_low: int = 100
    scale_high: int = 1000
    scale_step: int = 50
    has_maybe: bool = False
    criteria: tuple[Criterion, ...] = ()
    chips: int = 10
    tiers: tuple[TableTier, ...] = ()
    quorum: int | None = None
    pooled: bool = False
    aggregator: str = "calibrated_equal"
    trim: str = "auto"
    gate: str = "auto"
    winners: int | None = None
    repeats_percent: int = 0
    practice: int = 0
    practice_counts: bool = False
    session_minutes: int = 30
    grace_minutes: int = 0
    shows_title: bool = False
    shows_caption: bool = False
    discloses: Discloses = Discloses.NEVER
    ties: tuple[str, ...] = TIE_METHODS

    def steps(self, mode: Mode) -> tuple[int, ...]:
        """Give the scores that a ballot can take in a mode, lowest first, in hundredths of a point."""
        match mode:
            case Mode.SCORE:
                return tuple(range(self.scale_low, self.scale_high + 1, self.scale_step))
            case Mode.YESNO:
                return (NO, MAYBE, YES) if self.has_maybe else (NO, YES)
            case Mode.RANK:
                return tuple(POINT * place for place in range(1, len(self.tiers) + 1))
            case Mode.TOKENS:
                return (0, CHIP)
            case Mode.PAIRS:
                return (0, 50, 100)

    def room_for(self, mode: Mode, score: int) -> int | None:
        """Give how many works of one juror may carry this score: k chips, a tier's capacity; None for any number."""
        if mode is Mode.TOKENS and score == CHIP:
            return self.chips
        if mode is Mode.RANK and 0 < score <= POINT * len(self.tiers):
            return self.tiers[score // POINT - 1].capacity
        return None

    def to_dict(self) -> dict[str, Any]:
        """Write plain JSON values; `settings_from` reads them."""
        return asdict(self) | {"discloses": str(self.discloses)}


_KNOWN: Final = frozenset(one.name for one in fields(RoundSettings))


def settings_from(raw: Mapping[str, Any]) -> RoundSettings:
    """Read what `RoundSettings.to_dict` wrote, or a part of it; what is absent is as by default.

    Raises:
        TypeError, KeyError, ValueError: it is not such a thing; only a file of ours can be wrong in this way.
    """
    if unknown := raw.keys() - _KNOWN:
        raise ValueError(f"unknown settings of a round: {sorted(unknown)}")
    given = dict(raw)
    if "criteria" in given:
        given["criteria"] = tuple(
            Criterion(key=one["key"], name=Bilingual(*one["name"]), weight=one.get("weight", 1))
            for one in given["criteria"]
        )
    if "tiers" in given:
        given["tiers"] = tuple(
            TableTier(name=Bilingual(*one["name"]), capacity=one.get("capacity")) for one in given["tiers"]
        )
    if "discloses" in given:
        given["discloses"] = Discloses(given["discloses"])
    if "ties" in given:
        given["ties"] = tuple(given["ties"])
    return RoundSettings(**given)


def usual(mode: Mode) -> RoundSettings:
    """Give what a round of a mode starts with."""
    tiers = tuple(
        TableTier(name=name)
        for name in (Bilingual("一档", "Tier 1"), Bilingual("二档", "Tier 2"), Bilingual("三档", "Tier 3"))
    )
    return RoundSettings(aggregator=USUAL[mode], tiers=tiers if mode is Mode.RANK else ())


def faults(mode: Mode, settings: RoundSettings) -> list[tuple[str, Invalid]]:
    """List what is wrong with a round's settings, as pairs of a field's name and what to say there."""
    span = settings.scale_high - settings.scale_low
    keys = [one.key for one in settings.criteria]
    checks = (
        (
            "scale_high",
            mode is not Mode.SCORE or 0 <= settings.scale_low < settings.scale_high,
            "judging.scale_order",
        ),
        (
            "scale_step",
            mode is not Mode.SCORE
            or (
                settings.scale_step > 0
                and span % settings.scale_step == 0
                and span // settings.scale_step < STEPS_MAX
            ),
            "judging.scale_steps",
        ),
        ("criteria", not settings.criteria or mode is Mode.SCORE, "judging.criteria_mode"),
        (
            "criteria",
            len(keys) == len(set(keys)) <= CRITERIA_MAX
            and all(0 < one.weight <= ROW_NUMBER_MAX and one.name for one in settings.criteria),
            "judging.criteria",
        ),
        ("chips", mode is not Mode.TOKENS or settings.chips > 0, "judging.chips"),
        (
            "tiers",
            mode is not Mode.RANK
            or (
                1 < len(settings.tiers) <= TIERS_MAX
                and all(
                    one.name and (one.capacity is None or 0 < one.capacity <= ROW_NUMBER_MAX)
                    for one in settings.tiers
                )
                and settings.tiers[-1].capacity is None
            ),
            "judging.tiers",
        ),
        ("quorum", settings.quorum is None or settings.quorum > 0, "judging.quorum"),
        ("quorum", settings.quorum is None or mode in {Mode.YESNO, Mode.SCORE}, "judging.quorum_mode"),
        ("aggregator", settings.aggregator in FITTING[mode], "judging.aggregator"),
        ("trim", settings.trim in TRIMS, "judging.aggregator"),
        ("gate", settings.gate in GATES, "judging.aggregator"),
        ("winners", settings.winners is None or settings.winners > 0, "judging.winners"),
        ("repeats_percent", 0 <= settings.repeats_percent <= REPEATS_MAX, "judging.repeats"),
        ("practice", 0 <= settings.practice <= PRACTICE_MAX, "judging.practice"),
        ("session_minutes", 0 <= settings.session_minutes <= SESSION_MINUTES_MAX, "judging.session"),
        ("grace_minutes", 0 <= settings.grace_minutes <= GRACE_MINUTES_MAX, "judging.grace"),
        ("ties", bool(settings.ties) and set(settings.ties) <= set(TIE_METHODS), "judging.ties"),
    )
    return [(name, Invalid(code)) for name, holds, code in checks if not holds]


def checked(mode: Mode, settings: RoundSettings) -> RoundSettings:
    """Give back settings that can be used; raises the first of `faults`."""
    for _field, fault in faults(mode, settings):
        raise fault
    return settings


def checked_score(score: int, *, mode: Mode, settings: RoundSettings) -> int:
    """Give back a score that a ballot can take.

    Raises:
        Invalid: ``judging.off_scale``, ``judging.no_mark``.
    """
    steps = settings.steps(mode)
    if mode is Mode.SCORE and settings.criteria:
        # A weighted mean falls between the steps.
        on_scale = settings.scale_low <= score <= settings.scale_high
    else:
        on_scale = score in steps
    if on_scale:
        return score
    if mode is Mode.SCORE:
        raise Invalid(
            "judging.off_scale", low=points(steps[0]), high=points(steps[-1]), step=points(settings.scale_step)
        )
    raise Invalid("judging.no_mark")


def weighted(marks: Mapping[str, int], settings: RoundSettings) -> int:
    """Give the weighted mean of the marks of every criterion, in hundredths, halves up.

    Raises:
        Invalid: ``judging.criterion_missing``; ``judging.off_scale``.
    """
    if marks.keys() != {one.key for one in settings.criteria}:
        raise Invalid("judging.criterion_missing")
    for mark in marks.values():
        plain = RoundSettings(
            scale_low=settings.scale_low, scale_high=settings.scale_high, scale_step=settings.scale_step
        )
        checked_score(mark, mode=Mode.SCORE, settings=plain)
    total = sum(one.weight for one in settings.criteria)
    return (2 * sum(one.weight * marks[one.key] for one in settings.criteria) + total) // (2 * total)


@lru_cache(maxsize=4096)
def points(hundredths: int) -> str:
    """Write hundredths of a point as people write them: "8", "8.5", "0.25"."""
    whole, rest = divmod(hundredths, POINT)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
