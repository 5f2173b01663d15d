"""Deliberation and paper on both databases: answers race with showing them, decisions are made once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select

from contest.accounts.models import Person, RoleKind
from contest.calls.models import Contest
from contest.judging import actions, queries
from contest.judging.models import TableItem, TableVote
from contest.judging.rules.deliberation import NO, YES, Question
from contest.judging.rules.sheet import read_marks
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
        row = session.scalars(select(TableItem)).one()
    assert row.reason == f"They said {row.decision[0]}"


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
        assert not work.session.scalars(select(TableVote)).all()


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
        good = queries.paper_of(work.session, row, read_marks(lines), key=key)
        bad = queries.paper_of(work.session, row, read_marks(tied), key=key)
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
