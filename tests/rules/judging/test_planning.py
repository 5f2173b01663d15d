"""The planner of a round's ballots: montage.md's probes by letter, and every promise after random histories."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from uuid import UUID

import numpy as np
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contest.judging.rules.order import own_order
from contest.judging.rules.planning import Insert, JurorSeat, Plan, PlanState, Seated, plan


@dataclass
class Round:
    """A round's ballots in memory, which plans are applied to under the database's own rules."""

    quorum: int | None
    seed: str = "seed"
    entries: dict[UUID, bool] = field(default_factory=dict)
    jurors: dict[UUID, JurorSeat] = field(default_factory=dict)
    conflicts: set[tuple[UUID, UUID]] = field(default_factory=set)
    ballots: dict[UUID, Seated] = field(default_factory=dict)
    made: int = 0

    def new_id(self) -> UUID:
        self.made += 1
        return UUID(int=self.made * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)

    def with_entries(self, count: int) -> list[UUID]:
        ids = [self.new_id() for _ in range(count)]
        self.entries |= dict.fromkeys(ids, True)
        return ids

    def with_jurors(self, count: int) -> list[UUID]:
        ids = [self.new_id() for _ in range(count)]
        self.jurors |= {juror_id: JurorSeat(id=juror_id) for juror_id in ids}
        return ids

    def state(self) -> PlanState:
        return PlanState(
            entries=self.entries,
            jurors=list(self.jurors.values()),
            conflicts=self.conflicts,
            ballots=list(self.ballots.values()),
            quorum=self.quorum,
            seed=self.seed,
        )

    def settle(self) -> Plan:
        """Plan and apply; refuse what the database would refuse."""
        made = plan(self.state())
        for ballot_id in [*(one.ballot_id for one in made.cancels), *(one.ballot_id for one in made.moves)]:
            ballot = self.ballots[ballot_id]
            assert (ballot.is_cast, ballot.is_recused, ballot.is_cancelled) == (False, False, False)
        for cancelled in made.cancels:
            self.ballots[cancelled.ballot_id] = self.ballots[cancelled.ballot_id]._replace(is_cancelled=True)
        for revived in made.revives:
            assert self.ballots[revived.ballot_id].is_cancelled
            self.ballots[revived.ballot_id] = self.ballots[revived.ballot_id]._replace(is_cancelled=False)
        for moved in made.moves:
            self.ballots[moved.ballot_id] = self.ballots[moved.ballot_id]._replace(juror=moved.to_juror)
        for inserted in made.inserts:
            ballot_id = self.new_id()
            self.ballots[ballot_id] = Seated(ballot_id, inserted.juror, inserted.entry)
        pairs = [(one.juror, one.entry) for one in self.ballots.values()]
        assert len(pairs) == len(set(pairs))
        return made

    def cast(self, ballots: Iterable[Seated]) -> None:
        for ballot in ballots:
            self.ballots[ballot.ballot_id] = ballot._replace(is_cast=True)

    def waiting(self, juror: UUID | None = None) -> list[Seated]:
        return [
            one
            for one in self.ballots.values()
            if juror in {None, one.juror} and not (one.is_cast or one.is_recused or one.is_cancelled)
        ]

    def counted(self) -> list[Seated]:
        """Ballots that were cast and count."""
        return [
            one
            for one in self.ballots.values()
            if one.is_cast and self.entries[one.entry] and (one.juror, one.entry) not in self.conflicts
        ]

    def live(self) -> list[Seated]:
        return self.counted() + self.waiting()

    def loads(self) -> Counter[UUID]:
        loads = Counter({juror_id: 0 for juror_id, one in self.jurors.items() if one.is_active})
        loads.update(one.juror for one in self.live() if one.juror in loads)
        return loads

    def load_range(self) -> int:
        loads = self.loads().values()
        return max(loads) - min(loads)

    def able(self, entry: UUID) -> set[UUID]:
        """Tell who may judge an entry: whoever is on the panel and not too near to it."""
        spent = {one.juror for one in self.ballots.values() if one.entry == entry and one.is_recused}
        return {
            juror_id
            for juror_id, one in self.jurors.items()
            if one.is_active and (juror_id, entry) not in self.conflicts and juror_id not in spent
        }

    def wanted(self, entry: UUID) -> int:
        """Tell how many live ballots an entry should have."""
        cast = {one.juror for one in self.counted() if one.entry == entry}
        may = len(self.able(entry) | cast)
        return max(len(cast), may if self.quorum is None else min(self.quorum, may))


def started(*, entries: int, jurors: int, quorum: int | None) -> tuple[Round, list[UUID], list[UUID]]:
    it = Round(quorum=quorum)
    entry_ids, juror_ids = it.with_entries(entries), it.with_jurors(jurors)
    it.settle()
    return it, entry_ids, juror_ids


def seats_by_entry(it: Round) -> dict[UUID, set[UUID]]:
    by_entry = defaultdict[UUID, set[UUID]](set)
    for one in it.live():
        by_entry[one.entry].add(one.juror)
    return by_entry


def algebraic_connectivity(it: Round) -> float:
    """Give lambda2 of the jurors' graph (judging.md 5): 0 when some jurors' severities cannot be told apart."""
    jurors = {juror_id: column for column, juror_id in enumerate(it.jurors)}
    rows = {entry_id: row for row, entry_id in enumerate(it.entries)}
    seats = np.zeros((len(rows), len(jurors)))
    for one in it.live():
        seats[rows[one.entry], jurors[one.juror]] = 1
    laplacian = np.diag(seats.sum(axis=0)) - (seats / seats.sum(axis=1, keepdims=True)).T @ seats
    return float(np.sort(np.linalg.eigvalsh(laplacian))[1])


def test_a_start_seats_every_entry_evenly_and_all_pairs_of_jurors_meet() -> None:
    it, entry_ids, juror_ids = started(entries=1000, jurors=10, quorum=3)

    by_entry = seats_by_entry(it)
    assert {len(by_entry[entry]) for entry in entry_ids} == {3}
    assert set(it.loads().values()) == {300}
    # Probe A: montage lets 20 of 45 pairs share works, and 10 of 120 triples.
    pairs = Counter(pair for jurors in by_entry.values() for pair in combinations(sorted(jurors), 2))
    assert len(pairs) == 45
    assert min(pairs.values()) > 30
    assert len({frozenset(jurors) for jurors in by_entry.values()}) > 110
    # Complete mixing of 1,000 works and 10 jurors in threes reaches 1000 * (1 - 1/3) * 3 / 9 = 222.
    assert algebraic_connectivity(it) > 190
    assert len(juror_ids) == 10


@pytest.mark.parametrize(("works", "jurors", "quorum"), [(5, 5, 2), (8, 6, 2), (12, 8, 2), (30, 15, 2), (12, 7, 3)])
def test_a_few_works_link_all_jurors(works: int, jurors: int, quorum: int) -> None:
    for seed in range(40):
        it = Round(quorum=quorum, seed=str(seed))
        it.with_entries(works)
        it.with_jurors(jurors)
        it.settle()

        assert algebraic_connectivity(it) > 1e-6
        assert {len(panel) for panel in seats_by_entry(it).values()} == {quorum}
        assert it.load_range() <= 1


def test_probe_a_neighbours_in_one_jurors_order_are_no_neighbours_in_anothers() -> None:
    it, entry_ids, juror_ids = started(entries=200, jurors=2, quorum=None)
    one, other = (own_order(entry_ids, key="k", seed=it.seed, juror_id=juror) for juror in juror_ids)

    follows = set(pairwise(one))

    assert len(follows & set(pairwise(other))) < 10


def test_probe_b_a_quorum_raised_by_one_makes_one_new_ballot_for_each_work() -> None:
    it, _entries, _jurors = started(entries=100, jurors=10, quorum=3)
    it.cast(it.waiting()[::2])
    it.quorum = 4

    made = it.settle()

    assert (len(made.inserts), len(made.cancels), len(it.live())) == (100, 0, 400)
    assert it.load_range() <= 1


def test_a_quorum_lowered_takes_open_ballots_alone_and_gives_them_back() -> None:
    it, _entries, _jurors = started(entries=100, jurors=6, quorum=3)
    cast = it.waiting()[::3]
    it.cast(cast)
    it.quorum = 2
    lowered = it.settle()
    kept = {one.ballot_id for one in cast}
    assert len(it.live()) == 200
    assert kept <= {one.ballot_id for one in it.live()}
    assert kept.isdisjoint(one.ballot_id for one in lowered.cancels)

    it.quorum = 3
    raised = it.settle()

    assert len(it.live()) == 300
    assert len(raised.revives) > 0


def test_probe_c_two_swapped_jurors_leave_all_they_had_to_the_two_who_come() -> None:
    it, _entries, (first, second, *others) = started(entries=150, jurors=5, quorum=2)
    for juror in (first, second):
        it.jurors[juror] = it.jurors[juror]._replace(is_active=False)
    newcomers = it.with_jurors(2)

    made = it.settle()

    assert [it.loads()[juror] for juror in newcomers] == [60, 60]
    assert [it.loads()[juror] for juror in others] == [60, 60, 60]
    assert not it.waiting(first)
    assert not it.waiting(second)
    assert (len(made.inserts), len(made.cancels)) == (0, 0)
    # A few of the others' ballots may change hands too, where both newcomers already judge a work.
    assert 120 <= len(made.moves) <= 130


def test_probe_d_a_juror_who_leaves_and_returns_judges_no_work_twice() -> None:
    it, _entries, (first, *_rest) = started(entries=90, jurors=6, quorum=3)
    it.cast(it.waiting(first)[:20])
    it.jurors[first] = it.jurors[first]._replace(is_active=False)
    it.settle()
    assert len([one for one in it.counted() if one.juror == first]) == 20

    it.jurors[first] = it.jurors[first]._replace(is_active=True)
    it.settle()

    assert Counter(Counter((one.juror, one.entry) for one in it.ballots.values()).values()).keys() == {1}
    assert it.loads()[first] == 45
    assert {it.wanted(entry) for entry in it.entries} == {3}


def test_probe_e_a_panel_below_the_quorum_gives_each_work_everybody() -> None:
    it, entry_ids, juror_ids = started(entries=20, jurors=2, quorum=3)

    assert all(seats_by_entry(it)[entry] == set(juror_ids) for entry in entry_ids)


def test_probe_f_a_work_disqualified_and_admitted_again_keeps_its_votes_and_its_jurors() -> None:
    it, (entry, *_others), _jurors = started(entries=30, jurors=6, quorum=3)
    before = seats_by_entry(it)[entry]
    it.cast([next(one for one in it.waiting() if one.entry == entry)])

    it.entries[entry] = False
    out = it.settle()
    assert len(out.cancels) >= 2
    assert entry not in seats_by_entry(it)

    it.entries[entry] = True
    it.settle()
    assert len([one for one in it.counted() if one.entry == entry]) == 1
    assert len(seats_by_entry(it)[entry]) == 3
    assert len(seats_by_entry(it)[entry] & before) >= 1


def test_probe_i_a_juror_who_comes_to_a_round_that_everybody_judges_gets_a_full_ballot() -> None:
    it, entry_ids, _jurors = started(entries=25, jurors=4, quorum=None)
    (newcomer,) = it.with_jurors(1)

    made = it.settle()

    assert made.inserts == tuple(Insert(newcomer, entry) for entry in sorted(entry_ids))
    assert not made.moves


def test_probe_k_a_juror_who_comes_later_never_gets_a_work_too_near_to_her() -> None:
    it, entry_ids, _jurors = started(entries=60, jurors=4, quorum=2)
    (newcomer,) = it.with_jurors(1)
    own = set(entry_ids[:7])
    it.conflicts |= {(newcomer, entry) for entry in own}

    it.settle()

    assert {one.entry for one in it.ballots.values() if one.juror == newcomer}.isdisjoint(own)
    assert it.load_range() <= 1


def test_a_conflict_declared_late_hands_the_open_ballot_to_somebody_else() -> None:
    it, _entries, (first, *_others) = started(entries=30, jurors=5, quorum=2)
    near = it.waiting(first)[0]
    it.conflicts.add((first, near.entry))

    it.settle()

    taken = seats_by_entry(it)[near.entry]
    assert first not in taken
    assert len(taken) == 2


def test_a_recusal_can_be_planned_from_its_one_work() -> None:
    it, _entries, (first, *others) = started(entries=30, jurors=5, quorum=2)
    spent = it.waiting(first)[0]
    it.ballots[spent.ballot_id] = spent._replace(is_recused=True)
    loads = it.loads()
    alone = PlanState(
        entries={spent.entry: it.entries[spent.entry]},
        jurors=[
            JurorSeat(juror, elsewhere=loads[juror] - (juror in seats_by_entry(it)[spent.entry]))
            for juror in (first, *others)
        ],
        conflicts=(),
        ballots=[one for one in it.ballots.values() if one.entry == spent.entry],
        quorum=2,
        seed=it.seed,
    )

    made = plan(alone)

    (insert,) = made.inserts
    assert insert.entry == spent.entry
    assert insert.juror in set(others) - seats_by_entry(it)[spent.entry]
    assert loads[insert.juror] == min(loads[one] for one in set(others) - seats_by_entry(it)[spent.entry])


def test_a_jurors_own_limit_holds_and_the_rest_take_what_she_leaves() -> None:
    it, _entries, (first, *_others) = started(entries=100, jurors=5, quorum=2)
    it.jurors[first] = it.jurors[first]._replace(limit=10)

    made = it.settle()

    assert it.loads()[first] == 10
    assert sorted(it.loads().values()) == [10, 47, 47, 48, 48]
    assert made.unseated == 0


def test_seats_that_no_limit_leaves_room_for_are_counted() -> None:
    it, _entries, juror_ids = started(entries=10, jurors=3, quorum=2)
    for juror in juror_ids:
        it.jurors[juror] = it.jurors[juror]._replace(limit=5)

    made = it.settle()

    assert set(it.loads().values()) == {5}
    assert made.unseated == 5
    assert not plan(it.state())


def test_one_jurors_full_hands_pass_a_work_on_so_that_another_finds_a_juror() -> None:
    """Only the first may judge the late work; she is at her limit, so she hands one on to make room."""
    it, _entries, (first, second) = started(entries=4, jurors=2, quorum=1)
    it.jurors[first] = it.jurors[first]._replace(limit=2)
    (late,) = it.with_entries(1)
    it.conflicts.add((second, late))

    made = it.settle()

    assert made.unseated == 0
    assert seats_by_entry(it)[late] == {first}
    assert it.loads() == {first: 2, second: 3}


def test_loads_are_evened_through_a_third_juror_where_two_share_nothing_to_hand_over() -> None:
    """A may give only to B, B only to C: the load of C rises by two hand-overs."""
    it = Round(quorum=1)
    heavy, middle = it.with_entries(4), it.with_entries(2)
    a, b, c = it.with_jurors(3)
    it.conflicts |= {(c, entry) for entry in heavy} | {(a, entry) for entry in middle}
    for juror, entries in ((a, heavy), (b, middle)):
        for entry in entries:
            ballot_id = it.new_id()
            it.ballots[ballot_id] = Seated(ballot_id, juror, entry)

    it.settle()

    assert it.loads() == {a: 2, b: 2, c: 2}


def test_the_same_state_gives_the_same_plan_in_any_order_of_its_parts() -> None:
    it, _entries, (first, *_rest) = started(entries=60, jurors=6, quorum=2)
    it.cast(it.waiting()[:40])
    it.jurors[first] = it.jurors[first]._replace(is_active=False)
    state = it.state()
    turned = replace(
        state,
        entries=dict(reversed(list(state.entries.items()))),
        jurors=list(reversed(state.jurors)),
        ballots=list(reversed(state.ballots)),
    )

    assert plan(turned) == plan(state)
    assert plan(replace(state, seed="another")) != plan(state)


def test_a_start_is_the_same_on_every_machine() -> None:
    """A change of this plan is a change of what a published seed proves: it needs a decision, not a new literal."""
    it = Round(quorum=2)
    entry_ids, juror_ids = it.with_entries(6), it.with_jurors(3)
    names = dict(zip(juror_ids, "ABC", strict=True))

    made = plan(it.state())

    seats = defaultdict[UUID, str](str)
    for juror, entry in made.inserts:
        seats[entry] += names[juror]
    assert ["".join(sorted(seats[entry])) for entry in entry_ids] == ["AB", "AC", "BC", "AC", "BC", "AB"]


def test_a_ballot_of_somebody_unknown_is_a_fault_of_the_caller() -> None:
    it, _entries, _jurors = started(entries=2, jurors=2, quorum=1)
    stray = Seated(it.new_id(), it.new_id(), next(iter(it.entries)))

    with pytest.raises(KeyError):
        plan(replace(it.state(), ballots=[*it.ballots.values(), stray]))


def most_seats(wanted: Mapping[UUID, set[UUID]], need: Mapping[UUID, int], room: Mapping[UUID, int]) -> int:
    """Tell how many seats can be filled at most, by augmenting paths: an oracle that knows nothing of the planner."""
    held = {juror: set[UUID]() for juror in room}

    def seat(entry: UUID, seen: set[UUID]) -> bool:
        for juror in sorted(wanted[entry] - seen):
            if entry in held[juror]:
                continue
            seen.add(juror)
            if len(held[juror]) < room[juror]:
                held[juror].add(entry)
                return True
            for other in sorted(held[juror]):
                held[juror].remove(other)
                held[juror].add(entry)
                if seat(other, seen):
                    return True
                held[juror].remove(entry)
                held[juror].add(other)
        return False

    return sum(seat(entry, set()) for entry, count in need.items() for _ in range(count))


class Histories(RuleBasedStateMachine):
    """Random histories of a round; after each act that the planner follows, all of its promises are checked."""

    def __init__(self) -> None:
        super().__init__()
        self.round = Round(quorum=None)
        self.made: Plan | None = None

    @initialize(
        entries=st.integers(0, 25), jurors=st.integers(1, 6), quorum=st.none() | st.integers(1, 4), seed=st.text()
    )
    def start(self, entries: int, jurors: int, quorum: int | None, seed: str) -> None:
        self.round = Round(quorum=quorum, seed=seed)
        self.round.with_entries(entries)
        self.round.with_jurors(jurors)
        self.settle()

    def settle(self) -> None:
        before = {one.ballot_id: one for one in self.round.ballots.values() if one.is_cast or one.is_recused}
        self.made = self.round.settle()
        assert before.items() <= self.round.ballots.items()

    def pick_juror(self, data: st.DataObject, *, active: bool) -> UUID | None:
        known = [juror_id for juror_id, one in self.round.jurors.items() if one.is_active is active]
        return data.draw(st.sampled_from(known)) if known else None

    @rule(data=st.data())
    def cast(self, data: st.DataObject) -> None:
        waiting = self.round.waiting()
        if waiting:
            self.round.cast(data.draw(st.lists(st.sampled_from(waiting), max_size=12)))
        self.settle()

    @rule(quorum=st.none() | st.integers(1, 6))
    def set_quorum(self, quorum: int | None) -> None:
        self.round.quorum = quorum
        self.settle()

    @rule(count=st.integers(1, 2), near=st.integers(0, 4))
    def add_jurors(self, count: int, near: int) -> None:
        for juror in self.round.with_jurors(count):
            self.round.conflicts |= {(juror, entry) for entry in list(self.round.entries)[:near]}
        self.settle()

    @rule(data=st.data())
    def drop_juror(self, data: st.DataObject) -> None:
        if juror := self.pick_juror(data, active=True):
            self.round.jurors[juror] = self.round.jurors[juror]._replace(is_active=False)
        self.settle()

    @rule(data=st.data())
    def return_juror(self, data: st.DataObject) -> None:
        if juror := self.pick_juror(data, active=False):
            self.round.jurors[juror] = self.round.jurors[juror]._replace(is_active=True)
        self.settle()

    @rule(data=st.data())
    def swap_jurors(self, data: st.DataObject) -> None:
        if juror := self.pick_juror(data, active=True):
            self.round.jurors[juror] = self.round.jurors[juror]._replace(is_active=False)
            self.round.with_jurors(1)
        self.settle()

    @rule(data=st.data(), limit=st.none() | st.integers(0, 15))
    def limit_juror(self, data: st.DataObject, limit: int | None) -> None:
        if juror := self.pick_juror(data, active=True):
            self.round.jurors[juror] = self.round.jurors[juror]._replace(limit=limit)
        self.settle()

    @rule(count=st.integers(1, 5))
    def import_late(self, count: int) -> None:
        self.round.with_entries(count)
        self.settle()

    @precondition(lambda self: self.round.entries)
    @rule(data=st.data())
    def disqualify_or_admit_again(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from(sorted(self.round.entries)))
        self.round.entries[entry] = not self.round.entries[entry]
        self.settle()

    @rule(data=st.data())
    def recuse(self, data: st.DataObject) -> None:
        live = self.round.live()
        if live:
            ballot = data.draw(st.sampled_from(live))
            self.round.ballots[ballot.ballot_id] = ballot._replace(is_recused=True, is_cast=False)
        self.settle()

    @rule(data=st.data())
    def declare_conflict(self, data: st.DataObject) -> None:
        juror = self.pick_juror(data, active=True)
        if juror and self.round.entries:
            entry = data.draw(st.sampled_from(sorted(self.round.entries)))
            self.round.conflicts.add((juror, entry))
        self.settle()

    @invariant()
    def every_entry_has_the_seats_it_should_have(self) -> None:
        if self.made is None:
            return
        it = self.round
        have = Counter(one.entry for one in it.live())
        short = 0
        for entry, is_countable in it.entries.items():
            wanted = it.wanted(entry) if is_countable else 0
            assert have[entry] <= wanted
            short += wanted - have[entry]
        assert short == self.made.unseated

    @invariant()
    def seats_are_missing_only_where_no_plan_could_seat_them(self) -> None:
        if self.made is None or not self.made.unseated:
            return
        it = self.round
        cast = {entry: {one.juror for one in it.counted() if one.entry == entry} for entry in it.entries}
        counts = Counter(one.juror for one in it.counted())
        able = {entry: it.able(entry) - cast[entry] for entry, is_countable in it.entries.items() if is_countable}
        need = {entry: it.wanted(entry) - len(cast[entry]) for entry in able}
        room = {
            juror: max(0, one.limit - counts[juror]) if one.limit is not None else len(it.entries)
            for juror, one in it.jurors.items()
            if one.is_active
        }
        assert len(it.waiting()) == most_seats(able, need, room)

    @invariant()
    def nobody_waits_for_what_is_not_hers(self) -> None:
        it = self.round
        for one in it.waiting():
            assert one.juror in it.able(one.entry)
            assert it.entries[one.entry]

    @invariant()
    def no_limit_is_passed_but_by_votes_already_cast(self) -> None:
        cast = Counter(one.juror for one in self.round.counted())
        for juror, load in self.round.loads().items():
            limit = self.round.jurors[juror].limit
            assert limit is None or load <= max(limit, cast[juror])

    @invariant()
    def loads_are_as_even_as_can_be(self) -> None:
        """Nothing else gives everybody fewer than the heaviest has who could still hand something over."""
        it = self.round
        waiting = it.waiting()
        if not waiting or self.made is None:
            return
        loads, cast = it.loads(), Counter(one.juror for one in it.counted())
        most = max(loads[one.juror] for one in waiting)
        by_entry = Counter(one.entry for one in waiting)
        counted = {(one.juror, one.entry) for one in it.counted()}
        able = {entry: {juror for juror in it.able(entry) if (juror, entry) not in counted} for entry in by_entry}
        limits = {juror: one.limit if one.limit is not None else most for juror, one in it.jurors.items()}
        room = {juror: max(0, min(limits[juror], most - 1) - cast[juror]) for juror in loads}
        assert most_seats(able, by_entry, room) < len(waiting)

    @invariant()
    def a_planned_round_needs_no_further_plan(self) -> None:
        if self.made is not None:
            assert not plan(self.round.state())


Histories.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking such a history takes minutes
)
test_every_promise_holds_after_any_history = Histories.TestCase
