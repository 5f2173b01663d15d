"""From a ranking to prizes; pure."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Final
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A ranked entry and whose it is; ``author`` is anything that tells authors apart."""

    entry_id: UUID
    rank: int
    author: Hashable


@dataclass(frozen=True, kw_only=True)
class Tier:
    """A prize tier that at most ``count`` entries win."""

    key: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Skip:
    """Why an entry won nothing although its rank would have: its author holds the most prizes allowed already.

    Attributes:
        limit: How many prizes an author may win.
        tiers: Keys of the tiers that the author's other entries won, best first.
    """

    limit: int
    tiers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What an entry got: a tier, or none, maybe with a reason. ``position`` orders the entries of one rank."""

    entry_id: UUID
    rank: int
    position: int
    tier: str | None
    skip: Skip | None = None


@dataclass(frozen=True, kw_only=True)
class TieAtLine:
    """Entries of equal rank of which the order decides who wins what; the declared ways break it, in their order.

    Attributes:
        entry_ids: The entries to be put in order.
        places: Tiers with places left, best first, as (key, places).
    """

    rank: int
    entry_ids: tuple[UUID, ...]
    places: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """What is given so far; with a ``tie``, nothing at or below its rank is given yet."""

    given: tuple[Given, ...]
    tie: TieAtLine | None = None


NOTHING_WON: Final[Mapping[Hashable, Sequence[str]]] = MappingProxyType({})


@dataclass
class _Desk:
    """Prizes still to give, best first, and what each author has."""

    left: dict[str, int]
    limit: int | None
    won: defaultdict[Hashable, list[str]] = field(default_factory=lambda: defaultdict(list))

    def places(self) -> tuple[tuple[str, int], ...]:
        return tuple((key, count) for key, count in self.left.items() if count)

    def is_full(self, author: Hashable) -> bool:
        return self.limit is not None and len(self.won[author]) >= self.limit


def allocate(
    contenders: Sequence[Contender],
    tiers: Sequence[Tier],
    *,
    limit: int | None,
    rulings: Mapping[frozenset[UUID], Sequence[Sequence[UUID]]],
    won: Mapping[Hashable, Sequence[str]] = NOTHING_WON,
) -> Allocation:
    """Give the tiers by rank, the best first, to at most ``limit`` entries of one author.

    A tie is left alone while its order makes no difference: all win the same tier, or nothing. Where it does make
    one, a ruling about exactly these entries decides; where there is none, the allocation stops and asks.

    Args:
        contenders: Ordered by rank; equal ranks are ties.
        tiers: Best first.
        limit: How many prizes one author may win; None for any number.
        rulings: For tied entries these in groups, best first; inside a group they stay tied.
        won: What authors have won already, in other finals of the contest.

    Returns:
        Every contender in order, or those above the tie that has to be decided.

    Raises:
        ValueError: the contenders are not in the order of their ranks.
    """
    if any(one.rank > other.rank for one, other in pairwise(contenders)):
        raise ValueError("contenders must come in the order of their ranks")
    desk = _Desk(left={tier.key: tier.count for tier in tiers}, limit=limit)
    for author, keys in won.items():
        desk.won[author] += keys
    given: list[Given] = []
    for _rank, members in groupby(contenders, key=lambda one: one.rank):
        ranked: list[Given] = []
        tie = _settle(list(members), desk, rulings, ranked)
        if tie is not None:
            return Allocation(given=tuple(given), tie=tie)
        given += ranked
    return Allocation(given=tuple(given))


def _settle(
    group: Sequence[Contender],
    desk: _Desk,
    rulings: Mapping[frozenset[UUID], Sequence[Sequence[UUID]]],
    given: list[Given],
) -> TieAtLine | None:
    """Add to ``given`` what equals get, or give the tie that has to be decided before."""
    asked = frozenset(one.entry_id for one in group if not desk.is_full(one.author))
    if not _order_matters([one for one in group if one.entry_id in asked], desk):
        given += _give(group, desk, first=len(given))
        return None
    order = rulings.get(asked)
    if order is None:
        return TieAtLine(rank=group[0].rank, entry_ids=tuple(sorted(asked)), places=desk.places())
    level = {entry_id: number for number, equals in enumerate(order) for entry_id in equals}

    def place(one: Contender) -> int:
        # Those who can win nothing anyhow stand behind those whom the jury put in order.
        return level.get(one.entry_id, len(order))

    parts = groupby(sorted(group, key=place), key=place)
    return next((tie for _level, part in parts if (tie := _settle(list(part), desk, rulings, given))), None)


def _order_matters(asked: Sequence[Contender], desk: _Desk) -> bool:
    """Tell whether two orders of these equally ranked entries would give somebody something else."""
    places = desk.places()
    if len(asked) < 2 or not places:  # noqa: PLR2004 - one alone has one order
        return False
    counts = Counter(one.author for one in asked)
    runs_into_limit = desk.limit is not None and any(
        len(desk.won[author]) + count > desk.limit for author, count in counts.items()
    )
    return runs_into_limit or len(asked) > places[0][1]


def _give(group: Sequence[Contender], desk: _Desk, *, first: int) -> Iterator[Given]:
    for position, one in enumerate(group, start=first):
        tier, skip = None, None
        places = desk.places()
        if places and desk.is_full(one.author):
            skip = Skip(limit=desk.limit or 0, tiers=tuple(desk.won[one.author]))
        elif places:
            tier = places[0][0]
            desk.left[tier] -= 1
            desk.won[one.author].append(tier)
        yield Given(entry_id=one.entry_id, rank=one.rank, position=position, tier=tier, skip=skip)
