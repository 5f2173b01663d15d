"""The plan itself, made on arrays of jurors and entries."""

import hashlib
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from contest.judging.rules.planning.state import Cancel, Insert, Move, Plan, PlanState, Revive, Seated

_Bools = NDArray[np.bool_]
_Ints = NDArray[np.int64]

# What a juror's ballot for an entry is; SPENT is one that she recused herself from, which never comes back.
_NONE, _CANCELLED, _OPEN, _CAST, _SPENT = range(5)
_NO_LIMIT: Final = 1 << 40  # of which many may be added up
# How often seats that fell on somebody who cannot take them are dealt again before they are placed one by one.
_DEALS: Final = 3
# Among so many open seats two are looked for that link jurors; where it takes more there are links enough.
_EXCHANGES: Final = 60


def plan(state: PlanState) -> Plan:
    """Plan what makes a round's ballots right, and as little as that takes.

    Afterwards every entry that counts has exactly min(quorum, jurors who may judge it) live ballots, or as many as
    were cast if those are more; no juror has one that conflicts, nor two for one entry; no ballot that was cast or
    recused is touched; no chain of hand-overs of open ballots can bring the loads of two active jurors closer; and
    where loads are even and two jurors can exchange open ballots to that end, entries in common link all jurors.
    The same state and seed give the same plan in any order of the input, and the plan of a planned state is empty.

    New seats are dealt in blocks, each a random permutation of the jurors, as judging.md 4.4 measured: loads are
    even and every pair of jurors meets, so that one juror's severity can be told from her works.

    Raises:
        KeyError: a ballot or conflict names an entry or juror that the state does not have.
    """
    table = _Table(state)
    table.respect_limits()
    table.take_surplus()
    unseated = table.fill()
    table.level()
    table.connect()
    return table.difference(unseated)


class _Table:
    """The seats as arrays: a row for each entry, a column for each juror.

    Attributes:
        state: What each pair's ballot is now.
        eligible: Whom each entry may go to.
        fixed: Ballots that were cast and count.
        seat: The live seats as planned so far; starts with those that may stay.
        load: Live ballots of each juror, with those elsewhere.
        room: The most that each may have.
        luck: A random number for each row, distinct for all purposes.
    """

    def __init__(self, given: PlanState) -> None:
        self.entry_ids = sorted(given.entries, key=lambda one: one.int)
        jurors = sorted(given.jurors, key=lambda one: one.id.int)
        self.juror_ids = [one.id for one in jurors]
        row_of = {entry_id: row for row, entry_id in enumerate(self.entry_ids)}
        column_of = {juror_id: column for column, juror_id in enumerate(self.juror_ids)}
        shape = (len(row_of), len(column_of))
        self.seed = given.seed
        self.state = np.zeros(shape, dtype=np.int8)
        self.ballot = np.full(shape, -1, dtype=np.int32)
        self.ballot_ids = [one.ballot_id for one in given.ballots]
        rows = _ints(row_of[one.entry] for one in given.ballots)
        columns = _ints(column_of[one.juror] for one in given.ballots)
        self.state[rows, columns] = _ints(_state_of(one) for one in given.ballots)
        self.ballot[rows, columns] = np.arange(len(rows))

        countable = np.fromiter((given.entries[one] for one in self.entry_ids), np.bool_, len(row_of))
        self.active = np.fromiter((one.is_active for one in jurors), np.bool_, len(jurors))
        apart = np.zeros(shape, dtype=np.bool_)
        apart[
            _ints(row_of[entry] for _juror, entry in given.conflicts),
            _ints(column_of[juror] for juror, _entry in given.conflicts),
        ] = True
        self.eligible = countable[:, None] & self.active & ~apart & (self.state != _SPENT)
        self.fixed = countable[:, None] & ~apart & (self.state == _CAST)
        self.seat = self.fixed | (self.eligible & (self.state == _OPEN))
        able = (self.eligible | self.fixed).sum(axis=1)
        self.need = able if given.quorum is None else np.minimum(given.quorum, able)
        self.load = self.seat.sum(axis=0) + _ints(one.elsewhere for one in jurors)
        self.room = _ints(_NO_LIMIT if one.limit is None else one.limit for one in jurors)
        self.luck = self._chance("rows", len(row_of))

    def respect_limits(self) -> None:
        """Take open seats from whoever has more than she wants."""
        for column in np.flatnonzero(self.active & (self.load > self.room)):
            open_rows = self._shuffled(np.flatnonzero(self.seat[:, column] & ~self.fixed[:, column]))
            self._take(open_rows[: self.load[column] - self.room[column]], column)

    def take_surplus(self) -> None:
        """Take open seats beyond the quorum, each from the entry's most burdened juror."""
        surplus = self.seat.sum(axis=1) - self.need
        load = self.load.tolist()
        taken = list[tuple[int, int]]()
        for row in self._shuffled(np.flatnonzero(surplus > 0)).tolist():
            mine = np.flatnonzero(self.seat[row] & ~self.fixed[row]).tolist()
            turn = int(self.luck[row]) % len(load)
            for _ in range(min(int(surplus[row]), len(mine))):
                most = max(mine, key=lambda one: (load[one], (one + turn) % len(load)))
                mine.remove(most)
                load[most] -= 1
                taken.append((row, most))
        self._take(_ints(row for row, _ in taken), _ints(column for _, column in taken))

    def fill(self) -> int:
        """Give every entry the seats it lacks; tell how many nobody can take."""
        for deal in range(_DEALS):
            self._deal(self._lacking(), deal)
        for row in self._lacking().tolist():
            takers = np.flatnonzero(self.eligible[row] & ~self.seat[row] & (self.load < self.room))
            if len(takers):
                self._give(row, int(takers[np.argmin(self.load[takers])]))
        # Whoever is free for what is left is at her limit.
        passable, unseated = self._passable(), 0
        for row in self._lacking().tolist():
            if self._make_room(row, passable):
                passable = self._passable()
            else:
                unseated += 1
        return unseated

    def level(self) -> None:
        """Hand open seats over, along chains of jurors where it takes one, until no chain evens the loads further."""
        active = np.flatnonzero(self.active)
        while len(active) and self.load[active].max() - self.load[active].min() > 1:
            passable = self._passable()
            target = _level_of(self.load, self.fixed.sum(axis=0), self.room, active)
            for giver in active[np.lexsort((active, -self.load[active]))]:
                route = _route(passable, int(giver), self._lighter(int(giver)), self.load)
                if route:
                    break
            else:
                return
            taker = route[-1]
            gap = int(self.load[giver] - self.load[taker])
            over, under = self.load[giver] - target[giver], target[taker] - self.load[taker]
            # Towards the common level where that is possible, else as far as it evens these two.
            wanted = int(min(over, under)) if min(over, under) > 0 else gap // 2
            most = int(self.room[taker] - self.load[taker])
            self._pass_along(route, min(wanted, most, *(int(passable[one]) for one in _steps(route))))

    def connect(self) -> None:
        """Let jurors exchange open seats until entries in common link all: nothing else compares their scales.

        A few works dealt to many can fall apart. Loads stay as they are. Where they are uneven nothing is done, since
        an exchange could open a way to even them, nor where the state has a part of the entries only.
        """
        active = np.flatnonzero(self.active & (self.load > 0))
        is_part = bool(np.any(self.load != self.seat.sum(axis=0)))
        if is_part or not len(active) or self.load[active].max() - self.load[active].min() > 1:
            return
        group = self._groups()
        while len(found := set(group[active].tolist())) > 1 and self._exchange(group, len(found)):
            group = self._groups()

    def _exchange(self, group: _Ints, parts: int) -> bool:
        """Exchange one seat between two groups so that there are fewer of them; tell whether that is possible."""
        shared = self.seat.sum(axis=1) > 1
        rows, columns = np.nonzero(self._open() & shared[:, None])
        free = self._free()
        order = np.lexsort((columns, self.luck[rows]))
        seats = list(zip(rows[order].tolist(), columns[order].tolist(), strict=True))[:_EXCHANGES]
        for (row, mine), (other_row, other) in combinations(seats, 2):
            if group[mine] == group[other] or not (free[row, other] and free[other_row, mine]):
                continue
            self._swap(row, mine, other_row, other)
            joined = self._groups()
            if len(set(joined[self.active & (self.load > 0)].tolist())) < parts:
                return True
            self._swap(row, other, other_row, mine)
        return False

    def _swap(self, row: int, mine: int, other_row: int, other: int) -> None:
        self.seat[row, mine] = self.seat[other_row, other] = False
        self.seat[row, other] = self.seat[other_row, mine] = True

    def _groups(self) -> _Ints:
        """Number the jurors whom entries in common link, directly or through others, alike."""
        seat = self.seat.astype(np.float32)
        reached = (seat.T @ seat) > 0
        for _step in range(len(self.juror_ids).bit_length()):
            reached = (reached.astype(np.float32) @ reached.astype(np.float32)) > 0
        first: _Ints = np.argmax(reached, axis=1)
        return first

    def difference(self, unseated: int) -> Plan:
        """Tell what turns the ballots that are into the seats as planned."""
        gained = self.seat & (self.state != _OPEN) & ~self.fixed
        lost = (self.state == _OPEN) & ~self.seat
        revived = gained & (self.state == _CANCELLED)
        to_rows, to_columns = np.nonzero(gained & ~revived)
        from_rows, from_columns = np.nonzero(lost)
        # The first seat that an entry loses becomes the first one it gains, and so on.
        _, moving_to, moving_from = np.intersect1d(
            _numbered(to_rows, len(self.juror_ids)), _numbered(from_rows, len(self.juror_ids)), return_indices=True
        )
        fresh = np.setdiff1d(np.arange(len(to_rows)), moving_to)
        stale = np.setdiff1d(np.arange(len(from_rows)), moving_from)
        lost_ballots = self.ballot[from_rows, from_columns]
        return Plan(
            inserts=tuple(
                map(
                    Insert,
                    [self.juror_ids[column] for column in to_columns[fresh].tolist()],
                    [self.entry_ids[row] for row in to_rows[fresh].tolist()],
                )
            ),
            moves=tuple(
                Move(self.ballot_ids[ballot], self.juror_ids[column])
                for ballot, column in zip(
                    lost_ballots[moving_from].tolist(), to_columns[moving_to].tolist(), strict=True
                )
            ),
            cancels=tuple(Cancel(self.ballot_ids[ballot]) for ballot in lost_ballots[stale].tolist()),
            revives=tuple(Revive(self.ballot_ids[ballot]) for ballot in self.ballot[revived].tolist()),
            unseated=unseated,
        )

    def _deal(self, rows: _Ints, deal: int) -> None:
        """Deal seats of these rows to jurors in blocks; whoever cannot take hers leaves it lacking."""
        counts = _level_of(self.load, self.load, self.room, np.flatnonzero(self.active), more=len(rows)) - self.load
        columns = np.repeat(np.arange(len(counts)), counts)
        # A juror's n-th new seat of c falls anywhere in the n-th of c equal stretches: equal c make whole blocks.
        turn = np.concatenate([np.arange(count) for count in counts]) if len(counts) else columns
        spread = (turn + self._chance(f"deal {deal}", len(turn)) / 2.0**64) / np.maximum(counts[columns], 1)
        columns = columns[np.argsort(spread, kind="stable")]
        rows = rows[: len(columns)]
        _, first = np.unique(rows * len(counts) + columns, return_index=True)
        rows, columns = rows[first], columns[first]
        takes = self.eligible[rows, columns] & ~self.seat[rows, columns]
        self.seat[rows[takes], columns[takes]] = True
        self.load += np.bincount(columns[takes], minlength=len(counts))

    def _make_room(self, row: int, passable: _Ints) -> bool:
        """Seat an entry by letting one of its free jurors, all at their limits, hand on a ballot; tell if one can."""
        below = self.active & (self.load < self.room)
        for juror in np.flatnonzero(self.eligible[row] & ~self.seat[row]):
            route = _route(passable, int(juror), below, self.load)
            if route:
                self._pass_along(route, 1)
                self._give(row, int(juror))
                return True
        return False

    def _pass_along(self, route: Sequence[int], count: int) -> None:
        """Hand ``count`` open seats over along each step of a route."""
        free = self._free()
        passes = list[tuple[int, int, _Ints]]()
        for giver, taker in _steps(route):
            rows = self._shuffled(np.flatnonzero(self._open()[:, giver] & free[:, taker]))
            # Seats dealt just now before ballots that a juror may have begun to look at.
            passes.append((giver, taker, rows[np.argsort(self.state[rows, giver] == _OPEN, kind="stable")][:count]))
        for giver, taker, rows in passes:
            self._take(rows, giver)
            self.seat[rows, taker] = True
            self.load[taker] += len(rows)

    def _passable(self) -> _Ints:
        """Count, for each two jurors, the open seats of the first that the second may take."""
        return np.rint(self._open().T.astype(np.float32) @ self._free().astype(np.float32)).astype(np.int64)

    def _lighter(self, giver: int) -> _Bools:
        """Tell who is so much less burdened that a seat more is an improvement, and wants one more."""
        lighter: _Bools = self.active & (self.load + 1 < self.load[giver]) & (self.load < self.room)
        return lighter

    def _lacking(self) -> _Ints:
        """List the rows that lack seats, once for each seat, in random order."""
        lack = self.need - self.seat.sum(axis=1)
        rows = self._shuffled(np.flatnonzero(lack > 0))
        return np.repeat(rows, lack[rows])

    def _give(self, row: int, column: int) -> None:
        self.seat[row, column] = True
        self.load[column] += 1

    def _take(self, rows: _Ints, columns: Any) -> None:
        self.seat[rows, columns] = False
        np.subtract.at(self.load, np.broadcast_to(columns, rows.shape), 1)

    def _open(self) -> _Bools:
        is_open: _Bools = self.seat & ~self.fixed
        return is_open

    def _free(self) -> _Bools:
        is_free: _Bools = self.eligible & ~self.seat
        return is_free

    def _shuffled(self, rows: _Ints) -> _Ints:
        return rows[np.argsort(self.luck[rows], kind="stable")]

    def _chance(self, label: str, count: int) -> NDArray[np.uint64]:
        """Give random numbers of 64 bits, the same on every machine and with every version of any library."""
        stream = hashlib.shake_256(f"{label}\0{self.seed}".encode()).digest(8 * count)
        return np.frombuffer(stream, dtype="<u8").astype(np.uint64)


def _state_of(ballot: Seated) -> int:
    if ballot.is_recused:
        return _SPENT
    if ballot.is_cast:
        return _CAST
    return _CANCELLED if ballot.is_cancelled else _OPEN


def _level_of(load: _Ints, floor: _Ints, room: _Ints, active: _Ints, *, more: int = 0) -> _Ints:
    """Spread all that active jurors have, and ``more``, as evenly as can be between each one's floor and room."""
    level = load.copy()
    low, high = floor[active], np.maximum(room[active], floor[active])
    total = min(int(load[active].sum()) + more, int(high.sum()))
    bottom, top = 0, total
    while bottom < top:  # the highest water mark that the total fills
        mark = (bottom + top + 1) // 2
        bottom, top = (mark, top) if int(np.clip(mark, low, high).sum()) <= total else (bottom, mark - 1)
    level[active] = np.clip(bottom, low, high)
    # What is left over goes, one each, to those who are at the mark and may have more.
    rest = total - int(level[active].sum())
    more_of = active[(level[active] == bottom) & (level[active] < np.maximum(room, floor)[active])]
    level[more_of[np.argsort(-load[more_of], kind="stable")][:rest]] += 1
    return level


def _route(passable: _Ints, start: int, goals: _Bools, load: _Ints) -> list[int]:
    """Find a shortest chain of hand-overs from a juror to the least burdened goal in reach; empty if none is."""
    came_from = {start: start}
    frontier = [start]
    while frontier:
        reached = list[int]()
        for juror in frontier:
            for other in np.flatnonzero(passable[juror]).tolist():
                if other not in came_from:
                    came_from[other] = juror
                    reached.append(other)
        frontier = reached
    ends = [juror for juror in came_from if goals[juror] and juror != start]
    if not ends:
        return []
    route = [min(ends, key=lambda one: (load[one], one))]
    while route[-1] != start:
        route.append(came_from[route[-1]])
    return route[::-1]


def _steps(route: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(route))


def _numbered(rows: _Ints, width: int) -> _Ints:
    """Number the repetitions of each value in sorted rows: 3 3 5 gives 3w, 3w + 1, 5w."""
    return rows * width + np.arange(len(rows)) - np.searchsorted(rows, rows)


def _ints(values: Any) -> _Ints:
    return np.fromiter(values, np.int64)
