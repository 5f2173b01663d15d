"""Votes: written down once, in a chain, and only while they may be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from contest.accounts.models import RoleKind
from contest.calls.models import Contest
from contest.entries.models import Entry, EntryState
from contest.judging import actions, queries
from contest.judging.actions.votes.writing import seat_at, write
from contest.judging.models import Act, Ballot, FlagKind, ScoreLine, Sheet
from contest.judging.rules.ledger import Receipt
from contest.judging.rules.settings import Criterion, RoundSettings
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database, Work
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.kernel.permissions import State
from tests.judging import open_round
from tests.makers import make_contest, make_entry, make_person, make_role

SEED = "a seed of a test"


@dataclass
class Panel:
    """A contest in its round: three works, two jurors, an organizer."""

    database: Database
    contest_id: UUID
    round_id: UUID
    juror_id: UUID
    other_id: UUID
    organizer_id: UUID
    at: datetime

    def handles(self, juror_id: UUID | None = None) -> list[str]:
        with self.database.reading() as session:
            _seat, works = queries.queue(session, self.contest_id, 1, juror_id or self.juror_id, count=50)
        return [work.handle for work in works]

    def cast(
        self, handle: str, score: int, key: str = "", *, juror_id: UUID | None = None, after_s: int = 0
    ) -> Receipt:
        with self.database.changing() as work:
            return actions.cast(
                work,
                contest_id=self.contest_id,
                number=1,
                juror_id=juror_id or self.juror_id,
                handle=handle,
                score=score,
                request_key=key or f"cast-{handle}-{score}-{after_s}",
                at=self.at + timedelta(seconds=after_s),
            )

    def undo(self, key: str) -> Receipt:
        with self.database.changing() as work:
            return actions.undo(
                work, contest_id=self.contest_id, number=1, juror_id=self.juror_id, request_key=key, at=self.at
            )

    def skip(self, handle: str, key: str) -> Receipt:
        with self.database.changing() as work:
            return actions.skip(
                work,
                contest_id=self.contest_id,
                number=1,
                juror_id=self.juror_id,
                handle=handle,
                request_key=key,
                at=self.at,
            )

    def recuse(self, handle: str, key: str = "recuse-1") -> Receipt:
        with self.database.changing() as work:
            return actions.recuse(
                work,
                contest_id=self.contest_id,
                number=1,
                juror_id=self.juror_id,
                handle=handle,
                reason="I know the author",
                request_key=key,
                at=self.at,
            )

    def scores(self) -> dict[str, int | None]:
        with self.database.reading() as session:
            mine = select(Ballot.handle, Ballot.score).join(Sheet, Sheet.id == Ballot.sheet_id)
            return dict(session.execute(mine.where(Sheet.juror_id == self.juror_id)).all())

    def lines(self) -> list[ScoreLine]:
        with self.database.reading() as session:
            return list(session.scalars(select(ScoreLine).order_by(ScoreLine.sheet_id, ScoreLine.seq)))

    def progress(self) -> queries.Progress:
        with self.database.reading() as session:
            seat = queries.seat(session, self.contest_id, 1, self.juror_id)
        assert seat is not None
        return seat.progress


def open_panel(
    database: Database,
    now: datetime,
    *,
    works: int = 3,
    closes_at: datetime | None = None,
    settings: RoundSettings | None = None,
) -> Panel:
    with database.changing() as work:
        contest = make_contest(work, state=State.PRESCREEN)
        juror, other, organizer = make_person(work), make_person(work), make_person(work)
        make_role(work, contest, juror, RoleKind.JUROR)
        make_role(work, contest, other, RoleKind.CHAIR)
        make_role(work, contest, organizer, RoleKind.ORGANIZER)
        for _ in range(works):
            make_entry(work, contest)
        round_id = open_round(
            work,
            contest_id=contest.id,
            actor_id=organizer.id,
            at=now,
            seed=SEED,
            closes_at=closes_at,
            settings=settings,
        )
        return Panel(database, contest.id, round_id, juror.id, other.id, organizer.id, now)


@pytest.fixture
def panel(database: Database, now: datetime) -> Panel:
    return open_panel(database, now)


def test_a_vote_is_kept_and_leaves_the_queue(panel: Panel) -> None:
    first, second, third = panel.handles()

    receipt = panel.cast(first, 700)

    assert (receipt.handle, receipt.score, receipt.seq, receipt.scored) == (first, 700, 1, 1)
    assert panel.scores() == {first: 700, second: None, third: None}
    assert panel.handles() == [second, third]
    assert (panel.progress().scored, panel.progress().total) == (1, 3)


def test_a_vote_sent_twice_is_written_once_and_answered_alike(panel: Panel) -> None:
    handle = panel.handles()[0]

    receipts = [panel.cast(handle, 700, "the-same-key"), panel.cast(handle, 700, "the-same-key", after_s=5)]

    assert receipts[0] == receipts[1]
    assert len(panel.lines()) == 1


def test_a_key_cannot_stand_for_two_different_votes(panel: Panel) -> None:
    first, second, _third = panel.handles()
    panel.cast(first, 700, "the-same-key")

    for handle, score in ((first, 800), (second, 700)):
        with pytest.raises(Conflict) as refused:
            panel.cast(handle, score, "the-same-key")
        assert refused.value.code == "judging.key_reused"

    assert panel.scores()[first] == 700


def test_a_key_cannot_stand_for_two_remarks_reasons_or_sets_of_marks(
    sqlite_database: Database, now: datetime
) -> None:
    name = Bilingual("一项", "One")
    criteria = (Criterion(key="idea", name=name), Criterion(key="craft", name=name))
    panel = open_panel(sqlite_database, now, settings=RoundSettings(criteria=criteria))
    handle = panel.handles()[0]
    given = {"contest_id": panel.contest_id, "number": 1, "juror_id": panel.juror_id, "handle": handle, "at": now}
    acts: list[tuple[Callable[..., Receipt], dict[str, object], dict[str, object]]] = [
        (actions.flag, {"kind": FlagKind.AI, "note": ""}, {"kind": FlagKind.AUTHOR_VISIBLE, "note": ""}),
        # Their means are equal.
        (actions.cast, {"marks": {"idea": 900, "craft": 500}}, {"marks": {"idea": 500, "craft": 900}}),
        (actions.recuse, {"reason": "a friend"}, {"reason": "a pupil"}),
    ]

    for place, (act, first, other) in enumerate(acts):
        key = {"request_key": f"the-same-key-{place}"} | ({"score": None} if act is actions.cast else {})
        with panel.database.changing() as work:
            receipt = act(work, **given, **key, **first)
            again = act(work, **given, **key, **first)
            with pytest.raises(Conflict) as refused:
                act(work, **given, **key, **other)
        assert again == receipt
        assert refused.value.code == "judging.key_reused"


def test_a_changed_vote_keeps_what_it_was_before(panel: Panel) -> None:
    handle = panel.handles()[0]
    panel.cast(handle, 700)

    panel.cast(handle, 400)

    assert [(line.score, line.previous_score, line.scored) for line in panel.lines()] == [
        (700, None, 1),
        (400, 700, 1),
    ]
    assert panel.scores()[handle] == 400


def test_undo_walks_back_act_by_act(panel: Panel) -> None:
    first, second, third = panel.handles()
    panel.cast(first, 700, "act-00001")
    panel.cast(second, 500, "act-00002")
    panel.cast(first, 900, "act-00003")

    assert panel.undo("undo-0001").handle == first
    assert panel.scores() == {first: 700, second: 500, third: None}
    panel.undo("undo-0002")
    assert panel.scores() == {first: 700, second: None, third: None}
    panel.cast(third, 300, "act-00004")
    panel.undo("undo-0003")
    panel.undo("undo-0004")
    assert panel.scores() == {first: None, second: None, third: None}
    with pytest.raises(Conflict) as refused:
        panel.undo("undo-0005")

    assert refused.value.code == "judging.nothing_to_undo"
    assert panel.progress().scored == 0


def test_an_undo_sent_twice_takes_back_one_act(panel: Panel) -> None:
    first, second, _third = panel.handles()
    panel.cast(first, 700)
    panel.cast(second, 500)

    assert panel.undo("undo-0001") == panel.undo("undo-0001")

    assert panel.scores()[first] == 700


def test_works_put_off_come_last_in_the_order_of_their_number_of_times(panel: Panel) -> None:
    first, second, third = panel.handles()

    panel.skip(first, "skip-0001")
    panel.skip(second, "skip-0002")
    panel.skip(first, "skip-0003")

    assert panel.handles() == [third, second, first]
    panel.undo("undo-0001")
    assert panel.handles() == [third, first, second]


def test_a_work_that_has_a_score_is_not_put_off(panel: Panel) -> None:
    handle = panel.handles()[0]
    panel.cast(handle, 700)

    with pytest.raises(Conflict) as refused:
        panel.skip(handle, "skip-0001")

    assert refused.value.code == "judging.scored"


def test_a_conflict_takes_the_work_and_its_score_away(panel: Panel) -> None:
    first, second, third = panel.handles()
    panel.cast(first, 700)

    panel.recuse(first)

    assert panel.handles() == [second, third]
    assert panel.scores()[first] is None
    assert (panel.progress().scored, panel.progress().total, panel.progress().recused) == (0, 2, 1)
    with pytest.raises(Conflict) as refused:
        panel.cast(first, 900)
    assert refused.value.code == "judging.recused"


def test_a_conflict_pressed_by_mistake_is_undone_with_its_score(panel: Panel) -> None:
    first = panel.handles()[0]
    panel.cast(first, 700)
    panel.recuse(first)

    panel.undo("undo-0001")

    assert panel.scores()[first] == 700
    assert (panel.progress().scored, panel.progress().total, panel.progress().recused) == (1, 3, 0)


def test_a_conflict_needs_a_reason(panel: Panel) -> None:
    with pytest.raises(Invalid) as refused, panel.database.changing() as work:
        actions.recuse(
            work,
            contest_id=panel.contest_id,
            number=1,
            juror_id=panel.juror_id,
            handle=panel.handles()[0],
            reason="  ",
            request_key="recuse-1",
            at=panel.at,
        )

    assert refused.value.code == "judging.reason"


@pytest.mark.parametrize("score", [0, 1100, -100, 725])
def test_a_score_off_the_scale_is_refused(panel: Panel, score: int) -> None:
    with pytest.raises(Invalid) as refused:
        panel.cast(panel.handles()[0], score, "key-00001")

    assert refused.value.code == "judging.off_scale"
    assert panel.lines() == []


def test_another_jurors_handle_leads_nowhere(panel: Panel) -> None:
    foreign = panel.handles(panel.other_id)[0]

    with pytest.raises(Missing):
        panel.cast(foreign, 700)
    with pytest.raises(Missing):
        panel.cast("no-such-handle", 700)

    assert foreign not in panel.handles()


def test_nothing_is_taken_from_the_closing_moment_on(database: Database, now: datetime) -> None:
    panel = open_panel(database, now, closes_at=now + timedelta(minutes=5))
    first, second, _third = panel.handles()
    panel.cast(first, 700, after_s=299)

    with pytest.raises(Conflict) as refused:
        panel.cast(second, 700, after_s=300)

    assert refused.value.code == "judging.late"
    assert panel.scores()[second] is None


def test_an_answer_lost_before_the_close_can_be_asked_for_after_it(panel: Panel) -> None:
    handle = panel.handles()[0]
    receipt = panel.cast(handle, 700, "the-same-key")
    with panel.database.changing() as work:
        actions.close(
            work, round_id=panel.round_id, actor_id=panel.organizer_id, at=panel.at, reason="Enough is seen"
        )

    assert panel.cast(handle, 700, "the-same-key") == receipt
    with pytest.raises(Conflict) as refused:
        panel.cast(handle, 800)
    assert refused.value.code == "judging.closed"


def test_a_paused_round_takes_no_vote_until_it_is_resumed(panel: Panel) -> None:
    handle = panel.handles()[0]
    names = {"round_id": panel.round_id, "actor_id": panel.organizer_id, "at": panel.at}
    with panel.database.changing() as work:
        actions.pause(work, **names)

    with pytest.raises(Conflict) as refused:
        panel.cast(handle, 700)
    with panel.database.changing() as work:
        actions.resume(work, **names)
    panel.cast(handle, 700, "key-00002")

    assert refused.value.code == "judging.paused"
    assert panel.scores()[handle] == 700


def test_a_work_that_left_the_contest_takes_no_vote_and_is_not_waited_for(panel: Panel) -> None:
    first, second, third = panel.handles()
    panel.cast(first, 700)
    with panel.database.changing() as work:
        _leave(work, panel, first)
        _leave(work, panel, second)

    with pytest.raises(Conflict) as refused:
        panel.cast(second, 700)

    assert refused.value.code == "judging.left"
    assert panel.handles() == [third]
    assert (panel.progress().scored, panel.progress().total) == (0, 1)


def test_a_ballot_that_is_taken_from_her_while_she_votes_is_hers_no_more(panel: Panel, now: datetime) -> None:
    handle = panel.handles()[0]
    with panel.database.changing() as work:
        names: dict[str, object] = {"contest_id": panel.contest_id, "number": 1, "juror_id": panel.juror_id}
        found = seat_at(work, **names, handle=handle, request_key="key-00000001")
        work.session.execute(update(Ballot).where(Ballot.handle == handle).values(cancelled=True))

        with pytest.raises(Missing, match="ballot"):
            write(work, found, ballot=found, act=Act.CAST, score=700, request_key="key-00000001", at=now)


def _leave(work: Work, panel: Panel, handle: str) -> None:
    entry = work.session.scalars(
        select(Entry).join(Ballot, Ballot.entry_id == Entry.id).where(Ballot.handle == handle)
    ).one()
    entry.state = EntryState.WITHDRAWN


def test_each_jurors_ledger_is_a_chain_of_her_own(panel: Panel) -> None:
    mine, theirs = panel.handles(), panel.handles(panel.other_id)
    panel.cast(mine[0], 700)
    panel.cast(theirs[0], 300, juror_id=panel.other_id)
    panel.cast(mine[1], 800)

    assert sorted(line.seq for line in panel.lines()) == [1, 1, 2]
    with panel.database.reading() as session:
        assert queries.broken_ledgers(session, panel.round_id) == {}


@pytest.mark.parametrize("statement", ["UPDATE score_line SET score = 10", "DELETE FROM score_line"])
def test_the_database_refuses_to_change_or_delete_a_line(panel: Panel, statement: str) -> None:
    panel.cast(panel.handles()[0], 700)

    with pytest.raises(Exception, match="append-only"), panel.database.changing() as work:
        work.session.execute(text(statement))

    assert [line.score for line in panel.lines()] == [700]


@pytest.mark.parametrize(
    ("tampering", "found_at"),
    [
        ("UPDATE ballot SET score = 1000 WHERE score = 700", 3),
        ("DELETE FROM score_line WHERE seq = 2", 2),
        ("UPDATE score_line SET score = 1000 WHERE seq = 1", 1),
    ],
)
def test_scores_changed_behind_the_service_are_found(
    sqlite_database: Database, now: datetime, tampering: str, found_at: int
) -> None:
    panel = open_panel(sqlite_database, now)
    first, second, _third = panel.handles()
    panel.cast(first, 700)
    panel.cast(second, 500)
    with sqlite_database.changing() as work:
        work.session.execute(text("DROP TRIGGER score_line_no_UPDATE"))
        work.session.execute(text("DROP TRIGGER score_line_no_DELETE"))
        work.session.execute(text(tampering))

    with sqlite_database.reading() as session:
        assert queries.broken_ledgers(session, panel.round_id) == {panel.juror_id: found_at}


def test_acts_carry_their_kind_into_the_ledger(panel: Panel) -> None:
    first, second, _third = panel.handles()
    panel.cast(first, 700)
    panel.skip(second, "skip-0001")
    panel.recuse(first)
    panel.undo("undo-0001")

    assert [line.act for line in panel.lines()] == [Act.CAST, Act.SKIP, Act.RECUSE, Act.UNDO]
    assert panel.lines()[2].reason == "I know the author"


def test_a_contest_of_another_name_does_not_know_the_handle(panel: Panel) -> None:
    with panel.database.changing() as work:
        elsewhere: Contest = make_contest(work)
        elsewhere_id = elsewhere.id
    handle = panel.handles()[0]

    with pytest.raises(Missing), panel.database.changing() as work:
        actions.cast(
            work,
            contest_id=elsewhere_id,
            number=1,
            juror_id=panel.juror_id,
            handle=handle,
            score=700,
            request_key="key-00001",
            at=panel.at,
        )
