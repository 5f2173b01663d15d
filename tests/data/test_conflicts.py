"""A juror who declares a conflict is off the work for good: off every ballot on it, in this round and later."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import or_, select

from contest.calls.models import Category, Contest
from contest.entries.models import Entry
from contest.judging import actions, queries
from contest.judging.models import Ballot, BallotKind, ScoreLine, Sheet
from contest.judging.rules.advance import By, Rule
from contest.judging.rules.ledger import Receipt
from contest.judging.rules.settings import Mode, RoundSettings, usual
from contest.kernel.db import Database
from contest.kernel.errors import Conflict
from tests.data.test_probes import Scene, make_scene
from tests.makers import make_entry


def _recuse(scene: Scene, handle: str, *, key: str = "conflict-1", **given: object) -> Receipt:
    with scene.database.changing() as work:
        return actions.recuse(
            work,
            contest_id=scene.contest_id,
            number=scene.number(),
            juror_id=scene.jurors[0],
            handle=handle,
            reason="My pupil",
            request_key=key,
            at=scene.at,
            **given,  # type: ignore[arg-type]
        )


def _undo(scene: Scene, key: str) -> Receipt:
    with scene.database.changing() as work:
        return actions.undo(
            work,
            contest_id=scene.contest_id,
            number=scene.number(),
            juror_id=scene.jurors[0],
            request_key=key,
            at=scene.at,
        )


def _left(scene: Scene, entry_id: UUID) -> list[tuple[BallotKind, bool, int | None]]:
    """Give what she has of a work: kind, whether she is off it, score."""
    mine = (
        select(Ballot.kind, Ballot.recused, Ballot.score)
        .join(Sheet, Sheet.id == Ballot.sheet_id)
        .where(
            Sheet.round_id == scene.round_id,
            Sheet.juror_id == scene.jurors[0],
            or_(Ballot.entry_id == entry_id, Ballot.rival_id == entry_id),
        )
    )
    with scene.database.reading() as session:
        return [(kind, is_recused, score) for kind, is_recused, score in session.execute(mine)]


def _assert_whole(scene: Scene) -> None:
    with scene.database.reading() as session:
        assert queries.broken_ledgers(session, scene.round_id) == {}


def test_the_practice_and_the_counted_look_go_together(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=2, works=4)
    scene.open(settings=RoundSettings(practice=2))
    with database.reading() as session:
        _seat, works = queries.queue(session, scene.contest_id, 1, scene.jurors[0], count=9)
    handle = works[0].handle
    (entry_id,) = scene.rows(select(Ballot.entry_id).where(Ballot.handle == handle))
    scene.cast(scene.jurors[0], entry_id, 900)

    receipt = _recuse(scene, handle)
    assert _recuse(scene, handle) == receipt

    assert sorted(_left(scene, entry_id)) == [(BallotKind.COUNTED, True, None), (BallotKind.PRACTICE, True, None)]
    _assert_whole(scene)
    assert _undo(scene, "take-back").handle == handle
    assert sorted(_left(scene, entry_id)) == [(BallotKind.COUNTED, False, 900), (BallotKind.PRACTICE, False, None)]
    _assert_whole(scene)
    # The one before it is the mark that she gave.
    _undo(scene, "take-back-2")
    assert min(_left(scene, entry_id)) == (BallotKind.COUNTED, False, None)


@pytest.mark.parametrize(("sides", "off"), [(["left"], (True, False)), (["right"], (False, True))])
def test_in_pairs_she_says_which_work_and_never_sees_it_again(
    database: Database, now: datetime, sides: list[str], off: tuple[bool, bool]
) -> None:
    scene = make_scene(database, now, jurors=2, works=5)
    scene.open(mode=Mode.PAIRS, settings=usual(Mode.PAIRS))
    with database.reading() as session:
        _seat, works = queries.queue(session, scene.contest_id, 1, scene.jurors[0], count=9)
        pair = session.execute(select(Ballot.entry_id, Ballot.rival_id).where(Ballot.handle == works[0].handle)).one()

    _recuse(scene, works[0].handle, sides=sides)

    for entry_id, is_off in zip(pair, off, strict=True):
        recused = [is_recused for _kind, is_recused, _score in _left(scene, entry_id)]
        assert recused.count(True) == (4 if is_off else 1)
        with database.reading() as session:
            assert ((scene.jurors[0], entry_id) in queries.declared(session, scene.contest_id)) == is_off
    _assert_whole(scene)
    before = len(scene.rows(select(ScoreLine.seq)))
    _undo(scene, "take-back")
    assert all(not is_recused for entry_id in pair for _kind, is_recused, _score in _left(scene, entry_id))
    assert (before, len(scene.rows(select(ScoreLine.seq)))) == (4, 8)
    _assert_whole(scene)
    with pytest.raises(Conflict, match=r"judging\.nothing_to_undo"):
        _undo(scene, "take-back-2")


def test_a_later_round_does_not_deal_it_to_her(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=3, works=4)
    scene.open()
    entry_id, handle = next(iter(scene.handles(scene.jurors[0]).items()))
    _recuse(scene, handle)
    for entry in scene.entries:
        scene.cast(scene.jurors[1], entry, 700)
    scene.act("close", reason="Enough")
    with database.changing() as work:
        given = {"actor_id": scene.organizer_id, "at": now}
        following = actions.advance(work, round_id=scene.round_id, rule=Rule(by=By.ALL), seed="later", **given)
        actions.open_round(work, round_id=following, **given)

    dealt = (
        select(Sheet.juror_id)
        .join(Ballot, Ballot.sheet_id == Sheet.id)
        .where(Sheet.round_id == following, Ballot.entry_id == entry_id)
    )
    assert set(scene.rows(dealt)) == set(scene.jurors[1:])


def test_what_the_planner_took_back_does_not_stand_in_the_way_of_an_undo(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=3, works=3)
    scene.open(settings=RoundSettings(quorum=3))
    first, second, _third = scene.handles(scene.jurors[0])
    scene.cast(scene.jurors[0], first, 700)
    with database.changing() as work:
        actions.skip(
            work,
            contest_id=scene.contest_id,
            number=1,
            juror_id=scene.jurors[0],
            handle=scene.handles(scene.jurors[0])[second],
            request_key="skip-0001",
            at=now,
        )
    with database.changing() as work:
        work.session.get_one(Ballot, scene.rows(select(Ballot.id).where(Ballot.skipped == 1))[0]).cancelled = True

    _undo(scene, "take-back")

    assert _left(scene, first) == [(BallotKind.COUNTED, False, None)]
    _assert_whole(scene)


def test_a_work_that_nobody_may_judge_is_not_closed_away_in_silence(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=1, works=3)
    scene.open()
    entry_id, handle = next(iter(scene.handles(scene.jurors[0]).items()))
    _recuse(scene, handle)
    for entry in scene.entries:
        if entry != entry_id:
            scene.cast(scene.jurors[0], entry, 700)

    with pytest.raises(Conflict) as refused:
        scene.act("close")
    assert (refused.value.code, refused.value.facts) == ("judging.short", {"works": 1})

    scene.act("close", reason="Everybody knows this one")
    with database.reading() as session:
        row = queries.round_by_id(session, scene.round_id)
        assert queries.short_of_marks(session, row) == [entry_id]
    assert row.close_reason == "Everybody knows this one"


def test_pairs_with_a_work_that_became_her_own_are_taken_back(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=2, works=4)
    scene.open(mode=Mode.PAIRS, settings=usual(Mode.PAIRS))
    own = scene.entries[0]
    with database.changing() as work:
        work.session.get_one(Entry, own).entrant_id = scene.jurors[0]

    scene.act("set_quorum", quorum=None)

    with database.reading() as session:
        waiting = queries.queue(session, scene.contest_id, 1, scene.jurors[0], count=50)[1]
        seat = queries.seat(session, scene.contest_id, 1, scene.jurors[0])
    assert len(waiting) == 3
    assert seat is not None
    assert seat.progress.total == 3
    with pytest.raises(Conflict, match=r"judging\.pairs_for_all"):
        scene.act("limit_juror", juror_id=scene.jurors[1], limit=2)


def test_a_late_work_makes_no_pair_with_a_work_that_she_is_off(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=2, works=4)
    scene.open(mode=Mode.PAIRS, settings=usual(Mode.PAIRS))
    entry_id, handle = next(iter(scene.handles(scene.jurors[0]).items()))
    _recuse(scene, handle, sides=["left"])
    with database.changing() as work:
        contest = work.session.get_one(Contest, scene.contest_id)
        late = make_entry(work, contest, category_id=work.session.scalars(select(Category.id)).one()).id

    scene.act("late_entries")

    # Three pairs that she is off; the late work meets the three others only.
    assert sorted(is_off for _kind, is_off, _score in _left(scene, entry_id)) == [True] * 3
    assert len(_left(scene, late)) == 3
    with database.reading() as session:
        assert queries.declared(session, scene.contest_id) == {(scene.jurors[0], entry_id)}
        assert queries.short_of_marks(session, queries.round_by_id(session, scene.round_id)) == []
    _undo(scene, "take-back")
    assert not any(is_off for _kind, is_off, _score in _left(scene, entry_id))
