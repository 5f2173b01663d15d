"""Ways to judge a contest: one TOML file each, in this folder, and what each costs a juror."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any, Final

from contest.judging.rules.advance import By, Rule, rule_from
from contest.judging.rules.settings import Mode, RoundSettings, checked, settings_from, usual
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid

FOLDER: Final = Path(__file__).parent
# Nobody has measured how long jurors look at a photograph; the planning page says that this is assumed.
SECONDS_A_WORK: Final = 5
# Up to so many votes a juror, everybody scores everything; above, rounds narrow down (judging.md 9).
VOTES_MAX: Final = 400


@dataclass(frozen=True, kw_only=True)
class PlannedRound:
    """One round of a way to judge.

    Attributes:
        rule: How its set is made of the round before.
        per_winner, at_least: The fewest works that go on: so many for each prize, and so many in any case.
        assumed_percent: What share a rule lets through whose effect nobody can know beforehand.
    """

    name: Bilingual
    mode: Mode
    settings: RoundSettings
    rule: Rule
    per_winner: float
    at_least: int
    assumed_percent: float

    def rule_for(self, winners: int) -> Rule:
        """Give the rule with its numbers for so many prizes, of which none is left without a work."""
        fewest = max(self.at_least, ceil(self.per_winner * winners))
        if self.rule.by is By.TOP:
            return replace(self.rule, count=max(self.rule.count, fewest, winners, 1))
        if self.rule.by is By.SHARE:
            return replace(self.rule, at_least=max(self.rule.at_least, fewest))
        return self.rule

    def works_of(self, works: int, *, winners: int) -> int:
        """Estimate how many of so many works it has."""
        rule = self.rule_for(winners)
        match rule.by:
            case By.ALL:
                return works
            case By.TOP:
                return min(works, rule.count)
            case By.SHARE:
                return min(works, max(ceil(works * rule.percent / 100), rule.at_least))
            case _:
                return ceil(works * self.assumed_percent / 100)


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A way to judge: its rounds, in order."""

    name: str
    title: Bilingual
    about: Bilingual
    rounds: tuple[PlannedRound, ...]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a round asks of one juror."""

    works: int
    votes: int


def costs(preset: Preset, *, works: int, jurors: int, winners: int) -> list[Cost]:
    """Estimate what each round of a way to judge asks of one juror."""
    found: list[Cost] = []
    left, seen = works, 0.0
    for planned in preset.rounds:
        left = planned.works_of(left, winners=winners)
        quorum = planned.settings.quorum
        # Of a work that she marked in a pooled round before she is not asked again.
        fresh = jurors - seen if planned.settings.pooled else float(jurors)
        asked = fresh if quorum is None else min(float(quorum), fresh)
        seen = seen + asked if planned.settings.pooled else asked
        votes = left * (left - 1) / 2 if planned.mode is Mode.PAIRS else left * asked / max(1, jurors)
        found.append(Cost(works=left, votes=ceil(votes)))
    return found


def recommended(*, works: int, jurors: int) -> str:
    """Name the way to judge that is the fairest for so many works."""
    if jurors == 1:
        return "single_judge"
    return "everybody" if works <= VOTES_MAX else "funnel"


@cache
def presets() -> tuple[Preset, ...]:
    """Read every way to judge, the two general ones first."""
    found = [_read(path) for path in sorted(FOLDER.glob("*.toml"))]
    return tuple(sorted(found, key=lambda one: one.name not in {"everybody", "funnel"}))


def preset(name: str) -> Preset:
    """Give one way to judge; raises ``Invalid("judging.preset")``."""
    for found in presets():
        if found.name == name:
            return found
    raise Invalid("judging.preset")


def _read(path: Path) -> Preset:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return Preset(
        name=path.stem,
        title=Bilingual(**raw["title"]),
        about=Bilingual(**raw["about"]),
        rounds=tuple(_round(one) for one in raw["rounds"]),
    )


def _round(raw: dict[str, Any]) -> PlannedRound:
    mode = Mode(raw["mode"])
    start = usual(mode).to_dict()
    return PlannedRound(
        name=Bilingual(**raw["name"]),
        mode=mode,
        settings=checked(mode, settings_from(start | raw.get("settings", {}))),
        rule=rule_from(raw.get("rule", {"by": "all"})),
        per_winner=raw.get("per_winner", 0.0),
        at_least=raw.get("at_least", 0),
        assumed_percent=raw.get("assumed_percent", 100.0),
    )
