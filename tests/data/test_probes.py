"""The corner cases in which the strongest peer went wrong, by the letters of its study, asserted on outcomes."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from contest.accounts.models import Person, RoleKind
from contest.awards import actions as awards
from contest.awards import queries as results
from contest.calls.models import Category, Contest
from contest.entries.models import Entry, EntryState
from contest.judging import actions, queries
from contest.judging.models import Ballot, FlagKind, Origin, Round, RoundEntry, RoundState, ScoreLine, Sheet
from contest.judging.presets import preset
from contest.judging.rules.advance import By, Rule
from contest.judging.rules.settings import Mode, RoundSettings, TableTier, usual
from contest.kernel.audit import AuditLine
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database, Work
from contest.kernel.errors import ContestError
from contest.kernel.permissions import State
from tests.judging import open_round
from tests.makers import make_author, make_contest, make_entry, make_person, make_role, make_unit


@dataclass
class Scene:
    """A contest with jurors and works, before its first round or in one."""

    database: Database
    contest_id: UUID
    organizer_id: UUID
    jurors: list[UUID]
    entries: list[UUID]
    at: datetime
    round_id: UUID = field(default_factory=lambda: UUID(int=0))

    def open(self, *, mode: Mode = Mode.SCORE, settings: RoundSettings | None = None, **given: Any) -> UUID:
        with self.database.changing() as work:
            self.round_id = open_round(
                work,
                contest_id=self.contest_id,
                actor_id=self.organizer_id,
                at=self.at,
                mode=mode,
                settings=settings,
                **given,
            )
        return self.round_id

    def act(self, name: str, **given: Any) -> Any:
        """Do an organizer's act on the round."""
        with self.database.changing() as work:
            return getattr(actions, name)(
                work, **{"round_id": self.round_id, "actor_id": self.organizer_id, "at": self.at, **given}
            )

    def live(self) -> list[tuple[UUID, UUID]]:
        """Give every live seat as (juror, entry)."""
        with self.database.reading() as session:
            rows = session.execute(
                select(Sheet.juror_id, Ballot.entry_id)
                .join(Sheet, Sheet.id == Ballot.sheet_id)
                .where(Sheet.round_id == self.round_id, ~Ballot.cancelled, ~Ballot.recused)
            )
            return [(juror_id, entry_id) for juror_id, entry_id in rows]

    def loads(self) -> Counter[UUID]:
        return Counter(juror_id for juror_id, _entry_id in self.live())

    def handles(self, juror_id: UUID) -> dict[UUID, str]:
        """Give a juror's open ballots: handle by entry, in her own order."""
        with self.database.reading() as session:
            rows = session.execute(
                select(Ballot.entry_id, Ballot.handle)
                .join(Sheet, Sheet.id == Ballot.sheet_id)
                .where(Sheet.round_id == self.round_id, Sheet.juror_id == juror_id, ~Ballot.cancelled)
                .order_by(Ballot.position)
            )
            return dict(rows.all())

    def cast(self, juror_id: UUID, entry_id: UUID, score: int, *, after_s: int = 0, key: str = "") -> Any:
        handle = self.handles(juror_id)[entry_id]
        with self.database.changing() as work:
            return actions.cast(
                work,
                contest_id=self.contest_id,
                number=self.number(),
                juror_id=juror_id,
                handle=handle,
                score=score,
                request_key=key or f"{handle}-{score}-{after_s}",
                at=self.at + timedelta(seconds=after_s),
            )

    def cast_all(self, score_of: Callable[[UUID, UUID], int]) -> None:
        for juror_id in self.jurors:
            for entry_id in self.handles(juror_id):
                self.cast(juror_id, entry_id, score_of(juror_id, entry_id))

    def number(self) -> int:
        with self.database.reading() as session:
            return queries.round_by_id(session, self.round_id).number

    def standing(self) -> dict[UUID, tuple[int, float, int]]:
        """Give (rank, official score, votes) by entry."""
        with self.database.reading() as session:
            found = queries.standing(session, self.round_id)
        return {one.entry: (one.rank, one.official, one.n) for one in found.entries}

    def rows(self, statement: Any) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(statement))

    def leave(self, entry_id: UUID, state: EntryState) -> None:
        with self.database.changing() as work:
            work.session.execute(update(Entry).where(Entry.id == entry_id).values(state=state))


def make_scene(database: Database, at: datetime, *, jurors: int = 4, works: int = 12) -> Scene:
    with database.changing() as work:
        contest = make_contest(work, state=State.PRESCREEN)
        organizer = make_person(work)
        make_role(work, contest, organizer, RoleKind.ORGANIZER)
        people = [_join(work, contest) for _ in range(jurors)]
        entries = [make_entry(work, contest).id for _ in range(works)]
        return Scene(database, contest.id, organizer.id, [one.id for one in people], entries, at)


def _join(work: Work, contest: Contest) -> Person:
    person = make_person(work)
    make_role(work, contest, person, RoleKind.JUROR)
    return person


def join(scene: Scene, **given: Any) -> UUID:
    """Add somebody to the panel's list, not yet to a round."""
    with scene.database.changing() as work:
        contest = work.session.get_one(Contest, scene.contest_id)
        person = make_person(work)
        make_role(work, contest, person, RoleKind.JUROR, **given)
        return person.id


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(ContestError) as refused:
        act()
    return refused.value.code


def test_a_every_two_jurors_share_works_each_in_an_own_order(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=6, works=40)
    scene.open(settings=RoundSettings(quorum=3))

    seats = scene.live()
    shared = {
        pair: {entry for juror, entry in seats if juror == pair[0]}
        & {entry for juror, entry in seats if juror == pair[1]}
        for pair in combinations(scene.jurors, 2)
    }
    assert all(shared.values())
    assert max(scene.loads().values()) - min(scene.loads().values()) <= 1
    orders = {juror_id: list(scene.handles(juror_id)) for juror_id in scene.jurors}
    assert any(
        [one for one in orders[first] if one in common] != [one for one in orders[second] if one in common]
        for (first, second), common in shared.items()
    )


def test_b_a_higher_quorum_deals_exactly_the_seats_that_are_missing(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=5, works=20)
    scene.open(settings=RoundSettings(quorum=3))
    before = set(scene.live())

    scene.act("set_quorum", quorum=4)

    after = scene.live()
    assert (len(before), len(after), len(set(after))) == (60, 80, 80)
    assert Counter(entry for _juror, entry in after) == dict.fromkeys(scene.entries, 4)


def test_b_a_lower_quorum_takes_back_open_seats_and_no_vote(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=4, works=8)
    scene.open(settings=RoundSettings(quorum=3))
    first = scene.entries[0]
    for juror_id, entry_id in scene.live():
        if entry_id == first:
            scene.cast(juror_id, entry_id, 700)

    scene.act("set_quorum", quorum=2)

    counts = Counter(entry for _juror, entry in scene.live())
    assert counts[first] == 3
    assert all(counts[entry_id] == 2 for entry_id in scene.entries[1:])
    assert scene.standing()[first][2] == 3


def test_c_two_jurors_are_swapped_for_two_and_nobody_is_stranded(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=4, works=12)
    scene.open(settings=RoundSettings(quorum=2))
    newcomers = [join(scene), join(scene)]

    for old, new in zip(scene.jurors[:2], newcomers, strict=True):
        scene.act("swap_juror", juror_id=old, new_juror_id=new, reason="ill")

    loads = scene.loads()
    assert set(loads) == {*scene.jurors[2:], *newcomers}
    assert max(loads.values()) - min(loads.values()) <= 1
    assert Counter(entry for _juror, entry in scene.live()) == dict.fromkeys(scene.entries, 2)


def test_d_a_juror_who_leaves_and_returns_judges_nothing_twice(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=3, works=9)
    scene.open(settings=RoundSettings(quorum=2))
    juror_id = scene.jurors[0]
    done = list(scene.handles(juror_id))[:3]
    for entry_id in done:
        scene.cast(juror_id, entry_id, 600)

    scene.act("drop_juror", juror_id=juror_id, reason="travels")
    assert refusal(lambda: scene.cast(juror_id, done[0], 900)) == "judging.dropped"
    scene.act("return_juror", juror_id=juror_id)

    seats = scene.live()
    assert len(seats) == len(set(seats)) == 18
    assert {entry for juror, entry in seats if juror == juror_id} >= set(done)
    assert all(scene.standing()[entry_id][2] == 1 for entry_id in done)


def test_e_a_panel_smaller_than_the_quorum_is_told_with_both_numbers(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=3, works=4)
    scene.open(settings=RoundSettings(quorum=2))

    with pytest.raises(ContestError) as refused:
        scene.act("set_quorum", quorum=5)

    assert (refused.value.code, dict(refused.value.facts)) == ("judging.quorum_above", {"quorum": 5, "jurors": 3})


def test_f_a_requalified_work_has_its_votes_again(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=2, works=5)
    scene.open()
    scene.cast_all(lambda _juror, entry: 500 + 50 * scene.entries.index(entry))
    scene.act("close")
    complete = scene.standing()
    out = scene.entries[2]

    scene.leave(out, EntryState.DISQUALIFIED)
    with database.reading() as session:
        preview = actions.advance_preview(session, actions.judged(session, scene.round_id), Rule(by=By.TOP, count=5))
    assert out not in preview.advanced
    assert (preview.count, len(scene.standing())) == (4, 4)
    scene.leave(out, EntryState.ELIGIBLE)

    assert scene.standing() == complete


def test_g_and_h_a_round_with_gaps_closes_only_for_a_reason_and_on_the_record(
    database: Database, now: datetime
) -> None:
    scene = make_scene(database, now, jurors=2, works=5)
    scene.open()
    scene.cast(scene.jurors[0], scene.entries[0], 700)

    assert refusal(lambda: scene.act("close")) == "judging.gaps"
    scene.act("close", reason="two jurors are ill")

    (line,) = scene.rows(select(AuditLine).where(AuditLine.action == "round.close"))
    (row,) = scene.rows(select(Round))
    assert (row.state, row.closed_at, row.close_reason) == (RoundState.CLOSED, now, "two jurors are ill")
    assert (line.facts["missing_votes"], line.facts["reason"]) == (9, "two jurors are ill")


@pytest.mark.parametrize("mode", [Mode.RANK, Mode.TOKENS, Mode.PAIRS, Mode.SCORE])
def test_i_a_juror_added_late_gets_a_full_ballot_in_every_mode(database: Database, now: datetime, mode: Mode) -> None:
    scene = make_scene(database, now, jurors=2, works=6)
    scene.open(mode=mode)
    newcomer = join(scene)

    scene.act("add_juror", juror_id=newcomer)

    assert scene.loads() == dict.fromkeys([*scene.jurors, newcomer], 15 if mode is Mode.PAIRS else 6)


def test_j_what_the_round_does_not_show_is_not_read_for_the_juror(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=1, works=2)
    scene.open()

    with database.reading() as session:
        _seat, works = queries.queue(session, scene.contest_id, 1, scene.jurors[0], count=2)

    assert [(one.entry.title, one.entry.caption) for one in works] == [(Bilingual(), "")] * 2


def test_k_own_works_are_never_dealt_to_jurors_who_come_later(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=3, works=6)
    with database.changing() as work:
        contest = work.session.get_one(Contest, scene.contest_id)
        unit = make_unit(work, contest)
        own = make_person(work)
        make_role(work, contest, own, RoleKind.JUROR, unit_id=unit.id)
        category_id = work.session.scalars(select(Category.id)).one()
        mine = make_entry(work, contest, category_id=category_id, entrant=own).id
        of_unit = make_entry(
            work, contest, category_id=category_id, author=make_author(work, contest, unit_id=unit.id)
        ).id
        own_id = own.id
    scene.open(settings=RoundSettings(quorum=2))
    scene.act("drop_juror", juror_id=own_id, reason="late")
    scene.act("return_juror", juror_id=own_id)
    scene.act("drop_juror", juror_id=scene.jurors[0], reason="ill")

    seats = scene.live()
    assert not {(own_id, mine), (own_id, of_unit)} & set(seats)
    assert set(Counter(entry for _juror, entry in seats).values()) == {2}


def test_l_nobody_flags_or_keeps_a_work_that_is_not_hers(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=2, works=2)
    scene.open()
    foreign = next(iter(scene.handles(scene.jurors[1]).values()))
    names = {"contest_id": scene.contest_id, "number": 1, "juror_id": scene.jurors[0], "handle": foreign, "at": now}

    def flag() -> None:
        with database.changing() as work:
            actions.flag(work, **names, kind=FlagKind.AI, note="", request_key="key-00001")

    def keep() -> None:
        with database.changing() as work:
            actions.favourite(work, **names, is_favourite=True)

    assert (refusal(flag), refusal(keep)) == ("ballot", "ballot")
    assert scene.rows(select(Ballot.id).where(Ballot.favourite)) == []


@pytest.mark.parametrize(
    ("mode", "score", "code"),
    [
        (Mode.SCORE, 725, "judging.off_scale"),
        (Mode.SCORE, 1050, "judging.off_scale"),
        (Mode.YESNO, 50, "judging.no_mark"),
        (Mode.RANK, 400, "judging.no_mark"),
        (Mode.TOKENS, 200, "judging.no_mark"),
        (Mode.PAIRS, 75, "judging.no_mark"),
    ],
)
def test_m_values_off_the_scale_are_refused(
    database: Database, now: datetime, mode: Mode, score: int, code: str
) -> None:
    scene = make_scene(database, now, jurors=1, works=2)
    scene.open(mode=mode)
    (entry_id, *_rest) = scene.handles(scene.jurors[0])

    assert refusal(lambda: scene.cast(scene.jurors[0], entry_id, score)) == code
    assert scene.rows(select(ScoreLine.seq)) == []


def test_n_a_disqualified_work_takes_no_vote(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=1, works=2)
    scene.open()
    scene.leave(scene.entries[0], EntryState.DISQUALIFIED)

    assert refusal(lambda: scene.cast(scene.jurors[0], scene.entries[0], 700)) == "judging.left"
    assert scene.rows(select(Ballot.score).where(Ballot.score.is_not(None))) == []


def test_o_after_the_deadline_only_the_grace_takes_votes(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=1, works=3)
    scene.open(settings=RoundSettings(grace_minutes=2), closes_at=now + timedelta(minutes=5))
    juror_id = scene.jurors[0]

    scene.cast(juror_id, scene.entries[0], 700, after_s=5 * 60 + 119)
    late = refusal(lambda: scene.cast(juror_id, scene.entries[1], 700, after_s=7 * 60))

    assert late == "judging.late"
    with database.reading() as session:
        assert not queries.round_by_id(session, scene.round_id).is_open(now + timedelta(minutes=5))
    assert len(scene.rows(select(ScoreLine.seq))) == 1


def test_p_a_planned_round_can_be_taken_out_and_planned_again(database: Database, now: datetime) -> None:
    scene = make_scene(database, now)
    with database.changing() as work:
        round_id = actions.draft(work, contest_id=scene.contest_id, actor_id=scene.organizer_id, at=now, seed="seed")
    scene.act("discard", round_id=round_id)

    assert scene.rows(select(Round.id)) == []
    scene.open()
    assert refusal(lambda: scene.act("discard")) == "judging.not_draft"


def test_q_of_two_simultaneous_openings_one_deals_and_one_is_told(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=3, works=10)
    with database.changing() as work:
        round_id = actions.draft(work, contest_id=scene.contest_id, actor_id=scene.organizer_id, at=now, seed="seed")
    together = Barrier(2)

    def open_it(_number: int) -> str:
        together.wait()
        try:
            with database.changing() as work:
                actions.open_round(work, round_id=round_id, actor_id=scene.organizer_id, at=now)
        except ContestError as refused:
            return refused.code
        return "opened"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(open_it, range(2))) == ["judging.not_draft", "opened"]
    assert len(scene.rows(select(Ballot.id))) == 30


# -- modes


def test_chips_are_counted_by_the_statement_that_writes(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=1, works=5)
    scene.open(mode=Mode.TOKENS, settings=RoundSettings(chips=2, aggregator="sum"))
    juror_id = scene.jurors[0]
    for entry_id in scene.entries[:2]:
        scene.cast(juror_id, entry_id, 100)

    assert refusal(lambda: scene.cast(juror_id, scene.entries[2], 100)) == "judging.no_room"
    scene.cast(juror_id, scene.entries[0], 0)
    scene.cast(juror_id, scene.entries[2], 100)

    with database.reading() as session:
        seat = queries.seat(session, scene.contest_id, 1, juror_id)
    assert seat is not None
    assert (seat.progress.scored, seat.progress.total, seat.progress.remaining) == (2, 2, 0)
    assert {entry for entry, (_rank, official, _n) in scene.standing().items() if official == 1.0} == {
        scene.entries[1],
        scene.entries[2],
    }


def test_works_that_tie_for_the_last_chip_are_voted_on_again(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=2, works=5)
    scene.open(mode=Mode.TOKENS, settings=RoundSettings(chips=2, aggregator="sum"))
    one, other = scene.jurors
    best, left, right = scene.entries[:3]
    for juror_id, chosen in ((one, (best, left)), (other, (best, right))):
        for entry_id in chosen:
            scene.cast(juror_id, entry_id, 100)
    scene.act("close")

    again = scene.act("advance", rule=Rule(by=By.TIED, count=2), seed="next")

    assert set(scene.rows(select(RoundEntry.entry_id).where(RoundEntry.round_id == again))) == {left, right}


def test_a_tier_takes_as_many_works_as_it_has_places(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=1, works=4)
    tiers = (TableTier(name=Bilingual("金", "Gold"), capacity=1), TableTier(name=Bilingual("其余", "Rest")))
    scene.open(mode=Mode.RANK, settings=RoundSettings(tiers=tiers, aggregator="borda"))
    juror_id = scene.jurors[0]
    scene.cast(juror_id, scene.entries[0], 100)

    assert refusal(lambda: scene.cast(juror_id, scene.entries[1], 100)) == "judging.no_room"
    for entry_id in scene.entries[1:]:
        scene.cast(juror_id, entry_id, 200)
    scene.act("close")

    ranks = {entry_id: rank for entry_id, (rank, _official, _n) in scene.standing().items()}
    assert ranks == {entry_id: 1 if entry_id == scene.entries[0] else 2 for entry_id in scene.entries}


def test_pairs_rank_by_who_beats_whom(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=2, works=4)
    scene.open(mode=Mode.PAIRS, settings=usual(Mode.PAIRS))
    with database.reading() as session:
        seats = session.execute(
            select(Sheet.juror_id, Ballot.handle, Ballot.entry_id, Ballot.rival_id).join(
                Sheet, Sheet.id == Ballot.sheet_id
            )
        ).all()
    for juror_id, handle, entry_id, rival_id in seats:
        wins = scene.entries.index(entry_id) < scene.entries.index(rival_id)
        with database.changing() as work:
            actions.cast(
                work,
                contest_id=scene.contest_id,
                number=1,
                juror_id=juror_id,
                handle=handle,
                score=100 if wins else 0,
                request_key=f"key-{handle}",
                at=now,
            )
    scene.act("close")

    assert len(seats) == 12
    assert sorted(scene.entries, key=lambda entry: scene.standing()[entry][0]) == scene.entries


# -- from round to round


def test_ties_at_the_cut_all_go_on_and_the_count_is_the_one_that_was_shown(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=2, works=6)
    scene.open(mode=Mode.YESNO, settings=usual(Mode.YESNO))
    scene.cast_all(lambda _juror, entry: 100 if scene.entries.index(entry) < 4 else 0)
    scene.act("close")
    rule = Rule(by=By.TOP, count=3)

    with database.reading() as session:
        judged = actions.judged(session, scene.round_id)
        shown = actions.advance_preview(session, judged, rule)
        counted = actions.choices(judged)
    second = scene.act("advance", rule=rule, seed="next", mode=Mode.SCORE)

    went_on = scene.rows(select(RoundEntry.entry_id).where(RoundEntry.round_id == second))
    assert set(went_on) == set(shown.advanced) == set(shown.tied) == set(scene.entries[:4])
    assert counted.thresholds == ((1.0, 4), (0.0, 6))
    assert counted.picked == ((2, 4), (1, 4))
    assert refusal(lambda: scene.act("advance", rule=rule, seed="again")) == "judging.advanced"


def test_three_rounds_lead_from_yes_to_marks_to_a_ranking_and_each_may_end_the_contest(
    database: Database, now: datetime
) -> None:
    scene = make_scene(database, now, jurors=3, works=8)
    scene.open(mode=Mode.YESNO, settings=usual(Mode.YESNO))
    scene.cast_all(lambda _juror, entry: 100 if scene.entries.index(entry) < 5 else 0)
    scene.act("close")
    for mode, rule in (
        (Mode.SCORE, Rule(by=By.PICKED, jurors=2, mark=100)),
        (Mode.RANK, Rule(by=By.TOP, count=3)),
    ):
        following = scene.act("advance", rule=rule, seed=f"seed of {mode}", mode=mode)
        scene.act("open_round", round_id=following)
        scene.round_id = following
        if mode is Mode.SCORE:
            scene.cast_all(lambda _juror, entry: 1000 - 50 * scene.entries.index(entry))
        else:
            scene.cast_all(lambda _juror, entry: 100 + 100 * scene.entries.index(entry))
        with database.reading() as session:
            assert queries.finals(session, scene.contest_id) == []
        scene.act("close")

    with database.reading() as session:
        (final,) = queries.finals(session, scene.contest_id)
    assert final.round.mode is Mode.RANK
    assert [one.entry for one in final.evaluation.entries] == scene.entries[:3]


def test_one_jurors_best_is_rescued(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=3, works=24)
    scene.open()
    darling = scene.entries[-1]
    scene.cast_all(
        lambda juror, entry: (
            1000
            if (juror, entry) == (scene.jurors[0], darling)
            else 100
            if entry == darling
            else 900 - 50 * (scene.entries.index(entry) // 2)
        )
    )
    scene.act("close")

    second = scene.act("advance", rule=Rule(by=By.TOP, count=5, rescue_percent=4), seed="next")

    origins = {
        row.entry_id: row.origin for row in scene.rows(select(RoundEntry).where(RoundEntry.round_id == second))
    }
    assert origins[darling] is Origin.RESCUED
    assert sum(origin is Origin.ADVANCED for origin in origins.values()) >= 5


def test_pooled_rounds_ask_nobody_twice_and_keep_every_vote(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=5, works=10)
    scene.open(settings=RoundSettings(quorum=2, aggregator="raw"))
    scene.cast_all(lambda _juror, entry: 900 - 50 * scene.entries.index(entry))
    first = set(scene.live())
    scene.act("close")

    second = scene.act(
        "advance",
        rule=Rule(by=By.TOP, count=4),
        seed="next",
        mode=Mode.SCORE,
        settings=RoundSettings(pooled=True, aggregator="raw"),
    )
    scene.act("open_round", round_id=second)
    scene.round_id = second

    assert not first & set(scene.live())
    assert Counter(entry for _juror, entry in scene.live()) == dict.fromkeys(scene.entries[:4], 3)
    scene.cast_all(lambda _juror, _entry: 500)
    scene.act("close")
    assert {entry: n for entry, (_rank, _official, n) in scene.standing().items()} == dict.fromkeys(
        scene.entries[:4], 5
    )


def test_a_closed_round_opens_again_for_a_reason_until_another_follows_it(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=1, works=3)
    scene.open()
    scene.cast_all(lambda _juror, _entry: 500)
    scene.act("close")

    assert refusal(lambda: scene.act("reopen", reason=" ")) == "judging.reopen_reason"
    scene.act("reopen", reason="the projector was broken")
    scene.cast(scene.jurors[0], scene.entries[0], 900)
    scene.act("close")
    (line,) = scene.rows(select(AuditLine).where(AuditLine.action == "round.reopen"))
    assert line.facts["reason"] == "the projector was broken"
    following = scene.act("advance", rule=Rule(by=By.TOP, count=2), seed="next")
    scene.act("open_round", round_id=following)

    assert refusal(lambda: scene.act("reopen", reason="once more")) == "judging.followed"


# -- the set and the panel change


def test_late_works_are_dealt_and_the_others_stay(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=4, works=8)
    scene.open(settings=RoundSettings(quorum=2))
    before = set(scene.live())
    with database.changing() as work:
        contest = work.session.get_one(Contest, scene.contest_id)
        category_id = work.session.scalars(select(Entry.category_id)).first()
        late = make_entry(work, contest, category_id=category_id).id

    assert scene.act("late_entries") == 1
    assert refusal(lambda: scene.act("late_entries")) == "judging.nothing_late"

    after = set(scene.live())
    assert before <= after
    assert {entry for _juror, entry in after - before} == {late}
    assert len(after - before) == 2


def test_a_conflict_gives_the_work_to_somebody_else(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=4, works=8)
    scene.open(settings=RoundSettings(quorum=2))
    juror_id = scene.jurors[0]
    entry_id, handle = next(iter(scene.handles(juror_id).items()))

    with database.changing() as work:
        names = {"contest_id": scene.contest_id, "number": 1, "juror_id": juror_id, "at": now}
        actions.recuse(work, **names, handle=handle, reason="own", request_key="recuse-1")
    judging = [juror for juror, entry in scene.live() if entry == entry_id]
    assert len(judging) == 2
    assert juror_id not in judging

    with database.changing() as work:
        actions.undo(work, **names, request_key="undo-0001")
    back = [juror for juror, entry in scene.live() if entry == entry_id]
    assert len(back) == 2
    assert juror_id in back


def test_two_who_see_the_author_hold_a_work_until_the_chair_releases_it(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=3, works=3)
    scene.open()
    seen = scene.entries[0]
    scene.cast(scene.jurors[2], seen, 900)
    for juror_id in scene.jurors[:2]:
        with database.changing() as work:
            actions.flag(
                work,
                contest_id=scene.contest_id,
                number=1,
                juror_id=juror_id,
                handle=scene.handles(juror_id)[seen],
                kind=FlagKind.AUTHOR_VISIBLE,
                note="a signature",
                request_key="flag-0001",
                at=now,
            )

    assert refusal(lambda: scene.cast(scene.jurors[0], seen, 700)) == "judging.held"
    assert seen not in scene.standing()
    with database.reading() as session:
        seat, works = queries.queue(session, scene.contest_id, 1, scene.jurors[0], count=9)
    assert seat is not None
    assert (len(works), seat.progress.total) == (2, 2)
    scene.act("release", entry_id=seen, reason="it is a shop sign")

    scene.cast(scene.jurors[0], seen, 700)
    assert scene.standing()[seen][2] == 2


def test_practice_comes_first_and_hidden_repeats_much_later_and_neither_counts(
    database: Database, now: datetime
) -> None:
    scene = make_scene(database, now, jurors=1, works=80)
    scene.open(settings=RoundSettings(practice=3, repeats_percent=5, aggregator="raw"))
    with database.reading() as session:
        rows = session.execute(select(Ballot.kind, Ballot.entry_id).order_by(Ballot.position)).all()

    kinds = [str(kind) for kind, _entry in rows]
    assert kinds[:3] == ["practice"] * 3
    assert Counter(kinds) == {"counted": 80, "practice": 3, "repeat": 4}
    for place, (kind, entry_id) in enumerate(rows):
        if str(kind) == "repeat":
            first = next(at for at, one in enumerate(rows) if one == ("counted", entry_id))
            assert place - first >= 50
    scene.cast(scene.jurors[0], scene.entries[0], 700)
    assert sum(n for _rank, _official, n in scene.standing().values()) <= 1


def test_rounds_of_categories_run_side_by_side_and_each_gives_all_prizes(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=2, works=3)
    with database.changing() as work:
        contest = work.session.get_one(Contest, scene.contest_id)
        people = Category(
            id=UUID(int=77), contest_id=contest.id, key="B", name_zh="人文", name_en="People", position=1
        )
        work.session.add(people)
        work.session.flush()
        portraits = [make_entry(work, contest, category_id=people.id).id for _ in range(2)]
        landscape = work.session.scalars(select(Category.id).where(Category.key == "A")).one()
    for category_id in (landscape, UUID(int=77)):
        scene.open(category_id=category_id, settings=RoundSettings(aggregator="raw"))
        order = scene.entries if category_id == landscape else portraits
        scene.cast_all(lambda _juror, entry, order=order: 900 - 100 * order.index(entry))
    with database.reading() as session:
        rounds = queries.rounds(session, scene.contest_id)
    scene.act("close", round_id=rounds[0].id)
    with database.reading() as session:
        assert queries.finals(session, scene.contest_id) == []
    scene.act("close", round_id=rounds[1].id)

    with database.changing() as work:
        awards.draft(work, contest_id=scene.contest_id, actor_id=scene.organizer_id, at=now)
        record = awards.seal(work, contest_id=scene.contest_id, actor_id=scene.organizer_id, at=now)
        shown = results.result(work.session, scene.contest_id)

    assert [(tier.key, tier.category, tier.name.en) for tier in record.tiers] == [
        ("first-a", "A", "Landscape: First prize"),
        ("second-a", "A", "Landscape: Second prize"),
        ("first-b", "B", "People: First prize"),
        ("second-b", "B", "People: Second prize"),
    ]
    assert [(work.category, work.rank, work.tier) for work in record.works] == [
        ("A", 1, "first-a"),
        ("A", 2, "second-a"),
        ("A", 3, "second-a"),
        ("B", 1, "first-b"),
        ("B", 2, "second-b"),
    ]
    assert shown is not None
    assert shown.finals == 2


def test_the_funnel_is_planned_with_its_numbers_and_filled_as_it_goes(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=5, works=20)
    seeds = iter(f"seed {place}" for place in range(9))
    with database.changing() as work:
        planned: Sequence[UUID] = actions.plan_rounds(
            work,
            contest_id=scene.contest_id,
            preset=preset("funnel"),
            category_ids=[None],
            winners=3,
            actor_id=scene.organizer_id,
            at=now,
            new_seed=lambda: next(seeds),
        )
    scene.round_id = planned[0]
    scene.act("open_round")
    scene.cast_all(lambda _juror, entry: 950 - 50 * (scene.entries.index(entry) // 2))
    scene.act("close")
    with database.reading() as session:
        rule = queries.round_by_id(session, planned[1]).source

    filled = scene.act(
        "advance", rule=Rule(by=By(rule["by"]), percent=rule["percent"], at_least=rule["at_least"]), seed=""
    )

    assert rule == {"by": "share", "percent": 25, "at_least": 12, "rescue_percent": 3}
    assert filled == planned[1]
    assert len(scene.rows(select(RoundEntry.entry_id).where(RoundEntry.round_id == filled))) == 12
    assert scene.rows(select(func.count()).select_from(Round)) == [3]
