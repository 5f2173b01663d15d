"""Which works go on to the next round; pure, so that a preview and the act itself cannot differ."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from contest.kernel.errors import Invalid

# A juror's personal best few are rescued only where she saw enough works to have a best few.
RESCUE_FROM_WORKS: Final = 20
PERCENT_MAX: Final = 100


class By(StrEnum):
    """How a round's set is made."""

    ALL = "all"
    THRESHOLD = "threshold"
    TOP = "top"
    SHARE = "share"
    PICKED = "picked"
    HAND = "hand"
    TIED = "tied"


@dataclass(frozen=True, kw_only=True)
class Scored:
    """An entry of the closed round: its official score, and the place it shares with its equals."""

    entry_id: UUID
    official: float
    rank: int


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One juror's counted mark, in hundredths of a point; larger is better."""

    juror: str
    entry_id: UUID
    score: int


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How the works of the next round are chosen.

    Attributes:
        points: For a threshold, the lowest official score that goes on, in points.
        count: For the top so many; for a re-vote, the number of places above the line.
        percent: For a share of all works; ``at_least`` as many go on in any case.
        jurors, mark: For works picked by so many jurors, each with at least this mark, in hundredths.
        entries: For a list by hand.
        rescue_percent: Whatever one juror has in this best share of her own works goes on as well; 0 for nobody.
    """

    by: By = By.ALL
    points: float = 0.0
    count: int = 0
    percent: float = 0.0
    at_least: int = 0
    jurors: int = 0
    mark: int = 0
    entries: tuple[UUID, ...] = ()
    rescue_percent: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Write plain JSON values, without what says nothing."""
        plain = {
            "points": self.points,
            "count": self.count,
            "percent": self.percent,
            "at_least": self.at_least,
            "jurors": self.jurors,
            "mark": self.mark,
            "entries": [one.hex for one in self.entries],
            "rescue_percent": self.rescue_percent,
        }
        return {"by": str(self.by)} | {name: value for name, value in plain.items() if value}


def rule_from(raw: Mapping[str, Any]) -> Rule:
    """Read what `Rule.to_dict` wrote; raises TypeError, KeyError or ValueError for anything else."""
    given = dict(raw)
    entries = tuple(UUID(hex=one) for one in given.pop("entries", ()))
    return Rule(by=By(given.pop("by")), entries=entries, **given)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Who goes on.

    Attributes:
        advanced: By the rule itself, best first.
        rescued: One juror's best that the rule left behind, with the letters of those jurors.
        kept: What else the panel decided to keep in.
        dropped: What the panel decided to leave behind, and the rule would have let go on.
        tied: Works whose score equals that of the last place that the rule asked for. They all go on.
        of: How many there were.
    """

    advanced: tuple[UUID, ...]
    rescued: Mapping[UUID, tuple[str, ...]]
    kept: tuple[UUID, ...]
    dropped: tuple[UUID, ...]
    tied: tuple[UUID, ...]
    of: int

    @property
    def count(self) -> int:
        """Give how many go on."""
        return len(self.advanced) + len(self.rescued) + len(self.kept)


def select(
    scored: Sequence[Scored],
    marks: Iterable[Mark],
    rule: Rule,
    *,
    decided: Mapping[UUID, bool] = MappingProxyType({}),
) -> Selection:
    """Choose the works of the next round.

    Works that tie with the last one to go on go on as well: no work stays behind one of its equals. What the panel
    decided about a work stands above any rule, but another vote is on the works that tie and on no other.

    Args:
        scored: By rank.
        marks: Those that count; needed for works picked, and for the rescue.
        decided: For works that the panel deliberated on, whether they stay in.

    Raises:
        Invalid: ``judging.advance_rule``, a number is missing; ``judging.advance_share``, a percentage is out of
            range; ``judging.advance_entries``, a work of the list by hand is not in the round.
    """
    kept = list(marks)
    by_rank = [one.entry_id for one in scored]
    match rule.by:
        case By.THRESHOLD:
            advanced = [one.entry_id for one in scored if _reaches(one.official, rule.points, scored)]
        case By.TOP:
            advanced = _first(scored, _positive(rule.count))
        case By.SHARE:
            if not 0 < rule.percent <= PERCENT_MAX:
                raise Invalid("judging.advance_share")
            advanced = _first(scored, max(ceil(len(scored) * rule.percent / 100), rule.at_least))
        case By.PICKED:
            picks = Counter(mark.entry_id for mark in kept if mark.score >= rule.mark)
            wanted = _positive(rule.jurors)
            advanced = [entry_id for entry_id in by_rank if picks[entry_id] >= wanted]
        case By.HAND:
            chosen = set(rule.entries)
            if not chosen <= set(by_rank):
                raise Invalid("judging.advance_entries")
            advanced = [entry_id for entry_id in by_rank if entry_id in chosen]
        case By.TIED:
            advanced = _tied(scored, _positive(rule.count))
        case _:
            advanced = by_rank
    said = {} if rule.by is By.TIED else decided
    dropped = [entry_id for entry_id in advanced if said.get(entry_id) is False]
    advanced = [entry_id for entry_id in advanced if said.get(entry_id) is not False]
    gone_on = set(advanced)
    kept_in = [entry_id for entry_id in by_rank if said.get(entry_id) and entry_id not in gone_on]
    saved = _rescued(kept, rule.rescue_percent, known=set(by_rank))
    rescued = {
        entry_id: letters for entry_id, letters in saved.items() if entry_id not in gone_on and entry_id not in said
    }
    return Selection(
        advanced=tuple(advanced),
        rescued={entry_id: rescued[entry_id] for entry_id in by_rank if entry_id in rescued},
        kept=tuple(kept_in),
        dropped=tuple(dropped),
        tied=tuple(_tied(scored, _asked(rule, len(scored)))) if rule.by in {By.TOP, By.SHARE} else (),
        of=len(scored),
    )


def _reaches(official: float, points: float, scored: Sequence[Scored]) -> bool:
    """Tell whether a score is at least as good; where the best has the smallest, as with tiers, small is good."""
    is_small_best = scored[0].official < scored[-1].official
    return official <= points if is_small_best else official >= points


def _positive(number: int) -> int:
    if number < 1:
        raise Invalid("judging.advance_rule")
    return number


def _asked(rule: Rule, of: int) -> int:
    return rule.count if rule.by is By.TOP else max(ceil(of * rule.percent / 100), rule.at_least)


def _first(scored: Sequence[Scored], count: int) -> list[UUID]:
    if count >= len(scored):
        return [one.entry_id for one in scored]
    last = scored[count - 1].rank
    return [one.entry_id for one in scored if one.rank <= last]


def _tied(scored: Sequence[Scored], count: int) -> list[UUID]:
    """Give the works that share a place across a line with so many places above it; none where it cuts cleanly."""
    if count >= len(scored) or scored[count - 1].rank != scored[count].rank:
        return []
    return [one.entry_id for one in scored if one.rank == scored[count].rank]


def _rescued(marks: Collection[Mark], percent: float, *, known: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Find each juror's personal best share; where equal marks would double it, only what lies above them."""
    if not percent:
        return {}
    own = defaultdict[str, list[Mark]](list)
    for mark in marks:
        own[mark.juror].append(mark)
    found = defaultdict[UUID, list[str]](list)
    for juror, given in sorted(own.items()):
        if len(given) < RESCUE_FROM_WORKS:
            continue
        count = max(1, int(len(given) * percent / 100))
        cut = sorted((mark.score for mark in given), reverse=True)[count - 1]
        best = [mark for mark in given if mark.score >= cut]
        if len(best) > 2 * count:
            best = [mark for mark in best if mark.score > cut]
        for mark in best:
            if mark.entry_id in known:
                found[mark.entry_id].append(juror)
    return {entry_id: tuple(letters) for entry_id, letters in found.items()}
