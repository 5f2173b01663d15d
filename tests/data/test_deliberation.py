"""Deliberation and paper on both databases: answers race with showing them, decisions are made once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from contest.accounts.models import Person, RoleKind
from contest.calls.models import Contest
from contest.judging import actions, queries
from contest.judging.models import Ballot, Origin, RoundEntry, Sheet, TableAct, TableLine
from contest.judging.rules.advance import By, Rule
from contest.judging.rules.deliberation import NO, YES, Question
from contest.kernel.db import Database, Work
from contest.kernel.errors import Conflict, ContestError, Refused
from contest.kernel.permissions import State
from tests.judging import open_round
from tests.makers import make_author, make_contest, make_entry, make_person, make_role


class Panel:
    """A contest with a chair, two jurors and three works; the round is open."""

    def __init__(self, work: Work, at: datetime) -> None:
        contest = make_contest(work, state=State.PRESCREEN)
        self.chair, self.one, self.two = (make_person(work) for _ in range(3))
        make_role(work, contest, self.chair, RoleKind.CHAIR)
        for juror in (self.one, self.two):
            make_role(work, contest, juror, RoleKind.JUROR)
        self.own = make_entry(work, contest, author=make_author(work, contest, person_id=self.two.id)).id
        self.entries = [self.own, *(make_entry(work, contest).id for _ in range(2))]
        self.contest_id = contest.id
        self.round_id = open_round(work, contest_id=contest.id, actor_id=self.chair.id, at=at)
        work.session.expunge_all()

    def close(self, work: Work, at: datetime) -> None:
        actions.close(work, round_id=self.round_id, actor_id=self.chair.id, at=at, reason="The evening is over")

    def ask(self, work: Work, at: datetime, *entry_ids: UUID, kind: Question = Question.KEEP) -> int:
        return actions.ask(
            work,
            round_id=self.round_id,
            kind=kind,
            entry_ids=entry_ids,
            question="",
            actor_id=self.chair.id,
            at=at,
        )

    def answer(self, work: Work, at: datetime, juror: Person, choice: str) -> None:
        actions.answer(work, round_id=self.round_id, number=1, juror_id=juror.id, choice=[choice], at=at)

    def reveal(self, work: Work, at: datetime) -> None:
        actions.reveal(work, round_id=self.round_id, number=1, actor_id=self.chair.id, at=at)


def _at_once(*acts: Callable[[], None]) -> list[str]:
    """Do things at the same moment; give the code of each one's error, or ""."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], None]) -> str:
        barrier.wait()
        try:
            act()
        except ContestError as error:
            return error.code
        return ""

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_an_answer_that_comes_while_all_are_shown_is_in_or_is_refused(database: Database, now: datetime) -> None:
    with database.changing() as work:
        panel = Panel(work, now)
        panel.close(work, now)
        panel.ask(work, now, panel.entries[1])
        panel.answer(work, now, panel.chair, YES)

    def answer() -> None:
        with database.changing() as work:
            panel.answer(work, now, panel.one, NO)

    def reveal() -> None:
        with database.changing() as work:
            panel.reveal(work, now)

    answered, shown = _at_once(answer, reveal)

    with database.reading() as session:
        item = queries.table_item(session, panel.round_id, 1)
    assert shown == ""
    assert answered in {"", "table.revealed"}
    assert len(item.answers) == (2 if answered == "" else 1)


def test_an_answer_that_is_changed_stays_written_down(database: Database, now: datetime) -> None:
    with database.changing() as work:
        panel = Panel(work, now)
        panel.close(work, now)
        panel.ask(work, now, panel.entries[1])
        for answer in (YES, NO):
            panel.answer(work, now, panel.one, answer)

        assert queries.table_item(work.session, panel.round_id, 1).answers == {panel.one.id: [NO]}
        assert work.session.scalars(select(TableLine.choice).order_by(TableLine.seq)).all()[1:] == [[YES], [NO]]

    for statement in ("UPDATE table_line SET words = 'x'", "DELETE FROM table_line"):
        with pytest.raises(DBAPIError, match="append-only"), database.changing() as work:
            work.session.execute(text(statement))


def test_of_two_decisions_at_once_one_is_written(database: Database, now: datetime) -> None:
    with database.changing() as work:
        panel = Panel(work, now)
        panel.close(work, now)
        panel.ask(work, now, panel.entries[1])
        panel.answer(work, now, panel.one, YES)
        panel.reveal(work, now)

    def decide(answer: str) -> Callable[[], None]:
        def act() -> None:
            with database.changing() as work:
                actions.decide(
                    work,
                    round_id=panel.round_id,
                    number=1,
                    decision=[answer],
                    reason=f"They said {answer}",
                    actor_id=panel.chair.id,
                    at=now,
                )

        return act

    codes = _at_once(decide(YES), decide(NO))

    assert sorted(codes) == ["", "table.decided"]
    with database.reading() as session:
        (item,) = queries.table_items(session, panel.round_id)
        assert session.scalar(select(func.count()).where(TableLine.act == TableAct.DECIDE)) == 1
    assert item.reason == f"They said {item.decision[0]}"


def test_who_is_tied_to_a_work_neither_answers_nor_counts(database: Database, now: datetime) -> None:
    with database.changing() as work:
        panel = Panel(work, now)
        panel.close(work, now)
        panel.ask(work, now, *panel.entries, kind=Question.ORDER)
        item = queries.table_item(work.session, panel.round_id, 1)
        row = queries.round_by_id(work.session, panel.round_id)

        assert queries.voters(work.session, row, item) == {panel.chair.id, panel.one.id}
        with pytest.raises(Refused) as refused:
            actions.answer(work, round_id=panel.round_id, number=1, juror_id=panel.two.id, choice=item.works, at=now)
        assert refused.value.code == "table.no_vote"
        assert queries.table_item(work.session, panel.round_id, 1).answers == {}


def test_a_choice_between_two_is_an_order_of_both(database: Database, now: datetime) -> None:
    with database.changing() as work:
        panel = Panel(work, now)
        panel.close(work, now)
        first, second = panel.entries[1:]
        panel.ask(work, now, first, second, kind=Question.CHOOSE)
        panel.answer(work, now, panel.one, second.hex)
        panel.reveal(work, now)
        actions.decide(
            work,
            round_id=panel.round_id,
            number=1,
            decision=[second.hex],
            reason="By vote",
            actor_id=panel.chair.id,
            at=now,
        )

        (ordered,) = queries.decided_orders(work.session, panel.round_id)
        assert (ordered.order, ordered.is_by_vote, ordered.entry_ids) == ([second, first], True, {first, second})


def test_marks_from_paper_are_all_taken_or_none(database: Database, now: datetime) -> None:
    with database.changing() as work:
        panel = Panel(work, now)
        row = queries.round_by_id(work.session, panel.round_id)
        key = work.session.get_one(Contest, panel.contest_id).blind_key
        codes = queries.paper_codes(work.session, panel.round_id, key=key)
        lines = [["judge", "entry", "score"], *([panel.one.email, codes[one], "8"] for one in panel.entries)]
        tied = [*lines, [panel.two.email, codes[panel.own], "10"]]
        good = queries.paper_of(work.session, row, lines, key=key)
        bad = queries.paper_of(work.session, row, tied, key=key)
        panel.close(work, now)

    assert (len(good.marks), [fault.code for fault in good.faults]) == (3, [])
    assert [(fault.code, fault.facts["line"]) for fault in bad.faults] == [("paper.not_assigned", 5)]
    with pytest.raises(Conflict) as refused, database.changing() as work:
        actions.take_paper(
            work, round_id=panel.round_id, marks=good.marks, sha256="0" * 64, actor_id=panel.chair.id, at=now
        )
    assert refused.value.code == "judging.closed"
    with database.reading() as session:
        assert sum(one.progress.scored for one in queries.coverage(session, panel.contest_id, 1)) == 0


def _decided(panel: Panel, database: Database, now: datetime, entry_id: UUID, answer: str, number: int = 1) -> None:
    """Let the panel vote on whether a work stays in, and write that down."""
    with database.changing() as work:
        panel.ask(work, now, entry_id)
        names = {"round_id": panel.round_id, "number": number, "at": now}
        actions.answer(work, **names, juror_id=panel.one.id, choice=[answer])
        actions.reveal(work, **names, actor_id=panel.chair.id)
        actions.decide(work, **names, decision=[answer], reason="Vote 1 to 0", actor_id=panel.chair.id)


def _next_set(database: Database, round_id: UUID) -> dict[UUID, tuple[Origin, str]]:
    with database.reading() as session:
        rows = session.scalars(select(RoundEntry).where(RoundEntry.round_id == round_id))
        return {row.entry_id: (row.origin, row.origin_reason) for row in rows}


def _advance(panel: Panel, database: Database, now: datetime, count: int) -> UUID:
    """Let the best go on: by the marks 9, 8 and 7 of `marked` the first works."""
    with database.changing() as work:
        rule = Rule(by=By.TOP, count=count)
        return actions.advance(work, round_id=panel.round_id, rule=rule, actor_id=panel.chair.id, at=now, seed="next")


@pytest.fixture
def marked(database: Database, now: datetime) -> Panel:
    """The panel's closed round, in which its works have 9, 8 and 7 from everybody who may judge them."""
    with database.changing() as work:
        panel = Panel(work, now)
        ballots = work.session.execute(
            select(Ballot.entry_id, Ballot.handle, Sheet.juror_id).join(Sheet, Sheet.id == Ballot.sheet_id)
        )
        for entry_id, handle, juror_id in ballots.all():
            actions.cast(
                work,
                contest_id=panel.contest_id,
                number=1,
                juror_id=juror_id,
                handle=handle,
                score=900 - 100 * panel.entries.index(entry_id),
                request_key=f"key-{handle}",
                at=now,
            )
        panel.close(work, now)
    return panel


def test_a_work_that_the_panel_keeps_goes_on_with_the_decision(
    marked: Panel, database: Database, now: datetime
) -> None:
    best, _second, last = marked.entries
    _decided(marked, database, now, last, YES)

    found = _next_set(database, _advance(marked, database, now, 1))

    assert found == {best: (Origin.ADVANCED, ""), last: (Origin.RESCUED, "1: Vote 1 to 0")}


def test_a_decision_after_the_works_were_chosen_moves_them_as_well(
    marked: Panel, database: Database, now: datetime
) -> None:
    best, second, last = marked.entries
    following = _advance(marked, database, now, 2)
    _decided(marked, database, now, best, NO, 1)
    _decided(marked, database, now, last, YES, 2)
    _decided(marked, database, now, last, YES, 3)

    assert _next_set(database, following) == {
        second: (Origin.ADVANCED, ""),
        last: (Origin.RESCUED, "2: Vote 1 to 0"),
    }


def test_what_the_panel_left_behind_is_not_advanced_by_any_rule(
    marked: Panel, database: Database, now: datetime
) -> None:
    best, second, _last = marked.entries
    _decided(marked, database, now, best, NO)
    with database.reading() as session:
        judged = actions.judged(session, marked.round_id)
        by_hand = actions.advance_preview(session, judged, Rule(by=By.HAND, entries=(best, second)))
        rescue = actions.advance_preview(session, judged, Rule(by=By.TOP, count=2, rescue_percent=50))

    assert (by_hand.advanced, by_hand.dropped) == ((second,), (best,))
    assert best not in {*rescue.advanced, *rescue.rescued, *rescue.kept}


def test_once_the_next_round_is_open_nothing_is_moved_any_more(
    marked: Panel, database: Database, now: datetime
) -> None:
    following = _advance(marked, database, now, 1)
    with database.changing() as work:
        actions.open_round(work, round_id=following, actor_id=marked.chair.id, at=now)
        actions.close(work, round_id=following, actor_id=marked.chair.id, at=now, reason="The evening is over")

    with database.changing() as work, pytest.raises(Conflict) as refused:
        marked.ask(work, now, marked.entries[2])

    assert refused.value.code == "table.went_on"
