"""Votes as arrays, in an order that does not depend on how they came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from contest.kernel.errors import Invalid

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]


class Vote(NamedTuple):
    """One juror's mark of one entry.

    Attributes:
        juror, entry: Anything that tells them apart and has one spelling as text: ids, aliases, names.
        score: In points as people read them (8.5), larger is better unless the votes say otherwise.
        round: Later rounds have larger numbers; a juror's later mark of an entry takes the place of her earlier one.
        position: Where in her own order she came to it, counted from 1; for drift.
        seconds: How long she looked.
        is_repeat: Whether it is her second, hidden look at an entry: never counted, shows how she repeats herself.
        rival: The other entry of a pair; the score is then 1, 0 or 0.5, for ``entry`` wins, loses, equal.
    """

    juror: Any
    entry: Any
    score: float
    round: int = 1
    position: int | None = None
    seconds: float | None = None
    is_repeat: bool = False
    rival: Any = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Votes:
    """Votes that count, ordered by entry and then by juror; make them with `Votes.of`.

    Attributes:
        jurors, entries: Ids, in the order of their spelling; the arrays hold numbers of places in them.
        juror_index, entry_index, score, round_index: One element for each vote, of shape (votes,).
        position, seconds: As in `Vote`, NaN where unknown; shape (votes,).
        rival_index: The other entry of each pair; None where entries are judged one at a time.
        repeats: Hidden second looks, as (juror index, entry index, score), each of shape (repeats,).
        juror_units, entry_units: Whom each belongs to, "" for nobody; in the order of ``jurors`` and ``entries``.
        is_random: Whether chance chose who judges what: True where our planner did, None where that has to be
            seen from the votes.
        low_is_best: Whether a smaller score is better, as with places and tiers.
    """

    jurors: tuple[Any, ...]
    entries: tuple[Any, ...]
    juror_index: Ints
    entry_index: Ints
    score: Floats
    round_index: Ints
    position: Floats
    seconds: Floats
    rival_index: Ints | None
    repeats: tuple[Ints, Ints, Floats]
    juror_units: tuple[str, ...]
    entry_units: tuple[str, ...]
    is_random: bool | None
    low_is_best: bool

    @classmethod
    def of(
        cls,
        rows: Iterable[Sequence[Any]],
        *,
        juror_units: Mapping[Any, str] | None = None,
        entry_units: Mapping[Any, str] | None = None,
        is_random: bool | None = None,
        low_is_best: bool = False,
    ) -> "Votes":
        """Collect votes from `Vote`s or tuples of its first three or more attributes, in any order.

        Raises:
            Invalid: ``scoring.twice`` with juror and entry, when one juror marks an entry twice in one round;
                ``scoring.not_a_number`` with juror and entry, for a score that is infinite or not a number;
                ``scoring.mixed``, when only some votes compare two entries.
        """
        votes = [Vote(*row) for row in rows]
        return cls.of_columns(
            list(zip(*votes, strict=True)) if votes else ((),) * len(Vote._fields),
            juror_units=juror_units,
            entry_units=entry_units,
            is_random=is_random,
            low_is_best=low_is_best,
        )

    @classmethod
    def of_columns(
        cls,
        columns: Sequence[Sequence[Any]],
        *,
        juror_units: Mapping[Any, str] | None = None,
        entry_units: Mapping[Any, str] | None = None,
        is_random: bool | None = None,
        low_is_best: bool = False,
    ) -> "Votes":
        """Collect votes as `of` does, from one column for each attribute of `Vote`: for 100,000 of them."""
        juror, entry, score, number, position, seconds, is_repeat, rival = columns
        jurors = tuple(sorted(set(juror), key=str))
        entries = tuple(sorted({*entry, *rival} - {None}, key=str))
        juror_place = {one: place for place, one in enumerate(jurors)}
        entry_place: dict[Any, int] = {one: place for place, one in enumerate(entries)} | {None: -1}
        table = _Table(
            juror=np.fromiter(map(juror_place.__getitem__, juror), np.int64, len(juror)),
            entry=np.fromiter(map(entry_place.__getitem__, entry), np.int64, len(juror)),
            rival=np.fromiter(map(entry_place.__getitem__, rival), np.int64, len(juror)),
            number=np.array(number, np.int64),
            score=np.array(score, np.float64),
            position=np.array(position, np.float64),
            seconds=np.array(seconds, np.float64),
        )
        if not np.isfinite(table.score).all():
            place = int(np.flatnonzero(~np.isfinite(table.score))[0])
            raise Invalid("scoring.not_a_number", juror=str(juror[place]), entry=str(entry[place]))
        repeated = np.array(is_repeat, bool)
        again, counted = (
            table.taken(np.flatnonzero(repeated)).sorted(),
            table.taken(np.flatnonzero(~repeated)).sorted(),
        )
        counted = counted.latest()
        if (twice := counted.twice()) is not None:
            raise Invalid(
                "scoring.twice", juror=str(jurors[counted.juror[twice]]), entry=str(entries[counted.entry[twice]])
            )
        paired = counted.rival >= 0
        if paired.any() and not paired.all():
            raise Invalid("scoring.mixed")
        return cls(
            jurors=jurors,
            entries=entries,
            juror_index=counted.juror,
            entry_index=counted.entry,
            score=counted.score,
            round_index=counted.number,
            position=counted.position,
            seconds=counted.seconds,
            rival_index=counted.rival if paired.any() else None,
            repeats=(again.juror, again.entry, again.score),
            juror_units=tuple((juror_units or {}).get(one, "") for one in jurors),
            entry_units=tuple((entry_units or {}).get(one, "") for one in entries),
            is_random=is_random,
            low_is_best=low_is_best,
        )

    @property
    def merit(self) -> Floats:
        """Give the scores turned so that larger is better."""
        return -self.score if self.low_is_best else self.score

    @property
    def is_complete(self) -> bool:
        """Tell whether every juror has marked every entry."""
        return self.rival_index is None and len(self.score) == len(self.jurors) * len(self.entries)


class _Table(NamedTuple):
    """Columns of votes on their way into `Votes`."""

    juror: Ints
    entry: Ints
    rival: Ints
    number: Ints
    score: Floats
    position: Floats
    seconds: Floats

    def taken(self, places: Ints) -> "_Table":
        return _Table(
            juror=self.juror[places],
            entry=self.entry[places],
            rival=self.rival[places],
            number=self.number[places],
            score=self.score[places],
            position=self.position[places],
            seconds=self.seconds[places],
        )

    def sorted(self) -> "_Table":
        return self.taken(np.lexsort((self.score, self.number, self.juror, self.rival, self.entry)))

    def _is_next_the_same(self, *columns: Ints) -> NDArray[np.bool_]:
        same = np.ones(max(len(self.juror) - 1, 0), bool)
        for column in columns:
            same &= column[1:] == column[:-1]
        return same

    def latest(self) -> "_Table":
        """Keep of one juror's marks of an entry those of the latest round."""
        same = self._is_next_the_same(self.entry, self.rival, self.juror)
        superseded = np.zeros(len(self.juror), bool)
        superseded[:-1] = same & (self.number[1:] > self.number[:-1]) if len(self.juror) else False
        return self.taken(np.flatnonzero(~superseded))

    def twice(self) -> int | None:
        places = np.flatnonzero(self._is_next_the_same(self.entry, self.rival, self.juror))
        return int(places[0]) if len(places) else None
