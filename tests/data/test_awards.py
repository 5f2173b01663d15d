"""From the closed round to the public result: worked out, decided, sealed by one person, announced by another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from contest.accounts.models import RoleKind
from contest.awards import actions, queries
from contest.awards.models import ResultSet, ResultState, TieRuling
from contest.awards.record import Record
from contest.awards.scores import as_xlsx, score_table
from contest.calls.queries import contest_by_id
from contest.entries.models import Author, Entry, EntryState
from contest.judging import actions as judging
from contest.judging.models import Ballot, Round, RoundState, Sheet
from contest.judging.rules.deliberation import Question
from contest.judging.rules.settings import Mode, usual
from contest.judging.scoring import lot
from contest.kernel.audit import AuditLine
from contest.kernel.db import Database
from contest.kernel.errors import Conflict, ContestError, Invalid, Refused
from contest.kernel.permissions import State
from contest.kernel.tables import as_csv
from tests.judging import open_round
from tests.makers import make_author, make_contest, make_entry, make_person, make_role


@dataclass
class Jury:
    """A contest whose round is closed; works A-1, A-2 ... in the order of the scores given."""

    database: Database
    contest_id: UUID
    round_id: UUID
    chair_id: UUID
    organizer_id: UUID
    entries: list[UUID]
    at: datetime

    def draft(self) -> queries.ResultFacts:
        with self.database.changing() as work:
            actions.draft(work, contest_id=self.contest_id, actor_id=self.organizer_id, at=self.at)
        return self.result()

    def rule(
        self,
        rank: int,
        order: list[UUID],
        *,
        way: str = "head_to_head",
        by: UUID | None = None,
        reason: str = "By 4 votes to 1",
    ) -> None:
        with self.database.changing() as work:
            actions.rule(
                work,
                contest_id=self.contest_id,
                rank=rank,
                way=way,
                order=order,
                reason=reason,
                actor_id=by or self.organizer_id,
                at=self.at,
            )

    def seal(self) -> Record:
        with self.database.changing() as work:
            return actions.seal(work, contest_id=self.contest_id, actor_id=self.chair_id, at=self.at)

    def announce(self, *, by: UUID | None = None) -> None:
        with self.database.changing() as work:
            actions.announce(work, contest_id=self.contest_id, actor_id=by or self.organizer_id, at=self.at)

    def result(self) -> queries.ResultFacts:
        with self.database.reading() as session:
            found = queries.result(session, self.contest_id)
        assert found is not None
        return found

    def tiers(self) -> list[str | None]:
        by_entry = {work.entry_id: work.tier for work in self.result().works}
        return [by_entry[entry_id] for entry_id in self.entries]

    def trail(self) -> list[tuple[str, bool]]:
        """Give the ways that were tried on ties, and whether they decided."""
        return [(one.method, one.decides) for one in self.result().rulings]

    def state(self) -> State:
        with self.database.reading() as session:
            return contest_by_id(session, self.contest_id, self.at).state


def judged(
    database: Database,
    at: datetime,
    scores: Sequence[int | Sequence[int]],
    *,
    authors: str = "",
    one_person: bool = False,
    ties: tuple[str, ...] | None = None,
) -> Jury:
    """Let a panel judge works; equal letters in ``authors`` mean one author.

    Args:
        scores: For each work its mark by the chair alone, or the marks of the chair and further jurors.
        ties: The declared ways to decide ties, where not the usual ones.
    """
    marks = [[score] if isinstance(score, int) else list(score) for score in scores]
    with database.changing() as work:
        contest = make_contest(
            work, state=State.PRESCREEN, one_person=one_person, hosts_zh="甲局\n乙局", hosts_en="A\n"
        )
        chair, organizer = make_person(work), make_person(work)
        make_role(work, contest, chair, RoleKind.CHAIR)
        make_role(work, contest, organizer, RoleKind.ORGANIZER)
        known: dict[str, Author] = {}
        entries = []
        for place, _score in enumerate(scores):
            letter = authors[place] if authors else str(place)
            author = known.setdefault(letter, make_author(work, contest))
            entries.append(make_entry(work, contest, author=author, entrant=make_person(work)).id)
        panel = [chair, *(make_person(work) for _juror in marks[0][1:])]
        for juror in panel[1:]:
            make_role(work, contest, juror, RoleKind.JUROR)
        settings = usual(Mode.SCORE) if ties is None else replace(usual(Mode.SCORE), ties=ties)
        round_id = open_round(
            work, contest_id=contest.id, actor_id=organizer.id, at=at, seed="seed", settings=settings
        )
        dealt = select(Sheet.juror_id, Ballot.entry_id, Ballot.handle).join(Ballot, Ballot.sheet_id == Sheet.id)
        for juror_id, entry_id, handle in work.session.execute(dealt).all():
            place = [person.id for person in panel].index(juror_id)
            judging.cast(
                work,
                contest_id=contest.id,
                number=1,
                juror_id=juror_id,
                handle=handle,
                score=100 * marks[entries.index(entry_id)][place],
                request_key=f"key-{handle}",
                at=at,
            )
        judging.close(work, round_id=round_id, actor_id=organizer.id, at=at)
        return Jury(database, contest.id, round_id, chair.id, organizer.id, entries, at)


def _refusal(kind: type[ContestError], act: object, *given: object, **named: object) -> str:
    with pytest.raises(kind) as refused:
        act(*given, **named)  # type: ignore[operator]
    return refused.value.code


def test_prizes_follow_the_ranking(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 7, 8, 5])

    result = jury.draft()

    assert jury.tiers() == ["first", "second", "second", None]
    assert [(work.rank, work.score, work.votes) for work in result.works] == [
        (1, "9.00", 1),
        (2, "8.00", 1),
        (3, "7.00", 1),
        (4, "5.00", 1),
    ]


def test_an_author_wins_one_prize_and_the_next_work_moves_up(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 8, 7, 6], authors="aabc")

    result = jury.draft()

    assert jury.tiers() == ["first", None, "second", "second"]
    assert result.works[1].skip is not None
    assert result.works[1].skip.tiers == ("first",)


def test_a_tie_at_a_prize_line_waits_for_the_jury(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 9, 7, 6])

    tie = jury.draft().tie

    assert tie is not None
    assert set(tie.tie.entry_ids) == set(jury.entries[:2])
    assert jury.tiers() == [None] * 4
    assert _refusal(Conflict, jury.seal) == "awards.open_tie"

    jury.rule(1, [jury.entries[1], jury.entries[0]])

    assert jury.tiers() == ["second", "first", "second", None]
    assert jury.result().tie is None
    with database.reading() as session:
        ruling = session.scalars(select(TieRuling).where(TieRuling.ruled_by.is_not(None))).one()
        assert (ruling.method, ruling.reason, ruling.ruled_by) == (
            "head_to_head",
            "By 4 votes to 1",
            jury.organizer_id,
        )
        assert (
            session.scalar(
                select(func.count()).select_from(AuditLine).where(AuditLine.action == "result.rule_on_tie")
            )
            == 1
        )


def test_ways_that_need_nobody_decide_in_the_declared_order(database: Database, now: datetime) -> None:
    jury = judged(database, now, [[9, 8, 4], [7, 7, 7], [7, 7, 7], [5, 5, 5]], ties=("usual_judgment", "lot"))

    result = jury.draft()

    assert result.tie is None
    # The first has the higher median, though the plain means are the same; the other two win the same anyhow.
    assert [work.score for work in result.works] == ["7.00", "7.00", "7.00", "5.00"]
    assert jury.tiers() == ["first", "second", "second", None]
    assert jury.trail() == [("usual_judgment", True)]
    jury.draft()
    assert jury.trail() == [("usual_judgment", True)]


def test_the_lot_decides_what_the_marks_do_not_and_says_so(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 9, 9, 9], ties=("usual_judgment", "lot"))

    result = jury.draft()

    drawn = lot("seed", tuple(jury.entries))
    assert [work.entry_id for work in result.works] == list(drawn)
    assert [work.tier for work in result.works] == ["first", "second", "second", None]
    assert jury.trail() == [("usual_judgment", False), ("lot", True)]
    jury.seal()


def test_a_way_that_did_not_decide_is_written_down_and_the_next_has_its_turn(
    database: Database, now: datetime
) -> None:
    jury = judged(database, now, [9, 9, 7])
    tie = jury.draft().tie
    assert tie is not None
    assert (tie.way, tie.may_pass) == ("head_to_head", True)

    jury.rule(1, [], reason="2 votes to 2")

    tie = jury.result().tie
    assert tie is not None
    assert tie.way == "chair"
    assert jury.trail() == [("extra_votes", False), ("head_to_head", False), ("usual_judgment", False)]
    assert _refusal(Conflict, jury.rule, 1, jury.entries[:2]) == "awards.no_tie"
    jury.rule(1, [jury.entries[1], jury.entries[0]], way="chair", reason="The light")
    jury.draft()
    assert jury.tiers() == ["second", "first", "second"]
    assert jury.trail()[-1] == ("chair", True)


def test_the_last_way_has_to_decide(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 9], ties=("usual_judgment",))
    tie = jury.draft().tie

    assert tie is not None
    assert (tie.way, tie.may_pass) == ("chair", False)
    assert _refusal(Conflict, jury.rule, 1, [], way="chair") == "awards.last_way"


def test_a_vote_of_the_deliberation_is_the_vote_between_tied_works(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 9, 7])
    first, second, _third = jury.entries
    with database.changing() as work:
        given = {"round_id": jury.round_id, "actor_id": jury.chair_id, "at": now}
        judging.ask(work, kind=Question.CHOOSE, entry_ids=[first, second], question="", **given)
        judging.answer(work, round_id=jury.round_id, number=1, juror_id=jury.chair_id, choice=[second.hex], at=now)
        judging.reveal(work, number=1, **given)
        judging.decide(work, number=1, decision=[second.hex], reason="1 to 0", **given)

    jury.draft()

    assert jury.tiers() == ["second", "first", "second"]
    assert jury.trail() == [("extra_votes", False), ("head_to_head", True)]
    assert jury.result().rulings[-1].reason == "1 to 0"


def test_a_planned_round_is_held_or_taken_out_before_prizes_are_worked_out(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 7, 8, 5])
    given = {"actor_id": jury.organizer_id, "at": now}
    with database.changing() as work:
        planned = judging.draft(
            work, contest_id=jury.contest_id, seed="later", mode=Mode.SCORE, source_id=jury.round_id, **given
        )

    with pytest.raises(Conflict) as refused:
        jury.draft()
    assert (refused.value.code, refused.value.facts) == ("awards.planned", {"rounds": "2"})

    with database.changing() as work:
        judging.discard(work, round_id=planned, **given)
    jury.draft()
    assert jury.tiers() == ["first", "second", "second", None]


def test_somebody_who_has_not_judged_tied_works_is_asked_first(database: Database, now: datetime) -> None:
    jury = judged(database, now, [[9, 9], [9, 9], [7, 7]])
    with database.changing() as work:
        seat = select(Ballot.id).where(Ballot.entry_id == jury.entries[0]).limit(1)
        work.session.execute(
            update(Ballot).where(Ballot.id == seat.scalar_subquery()).values(score=None, scored_at=None)
        )

    tie = jury.draft().tie

    assert tie is not None
    assert tie.way == "extra_votes"


def test_a_decision_names_every_tied_work_once_and_says_how(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 9, 7])
    jury.draft()
    first, second, third = jury.entries

    assert _refusal(Invalid, jury.rule, 1, [first]) == "awards.order"
    assert _refusal(Invalid, jury.rule, 1, [first, third]) == "awards.order"
    assert _refusal(Invalid, jury.rule, 1, [first, second], reason=" ") == "awards.reason"
    assert _refusal(Conflict, jury.rule, 3, [third]) == "awards.no_tie"


def test_who_is_tied_to_a_work_does_not_decide_about_it(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 9, 7])
    jury.draft()
    with database.changing() as work:
        work.session.get_one(Entry, jury.entries[0]).entrant_id = jury.chair_id

    assert _refusal(Refused, jury.rule, 1, jury.entries[:2], by=jury.chair_id) == "awards.ruling_conflict"
    jury.rule(1, jury.entries[:2])


def test_decisions_are_kept_when_the_prizes_are_worked_out_again(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 9, 7, 6])
    jury.draft()
    jury.rule(1, [jury.entries[1], jury.entries[0]])

    jury.draft()

    assert jury.tiers() == ["second", "first", "second", None]
    assert jury.result().version == 1


def test_the_sealed_record_holds_what_is_printed_and_never_changes(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 7, 8])
    jury.draft()

    record = jury.seal()

    with database.reading() as session:
        row = session.scalars(select(ResultSet)).one()
        entry = session.get_one(Entry, jury.entries[0])
        assert (row.state, row.record, row.digest) == (ResultState.SEALED, record.to_json(), record.digest())
        assert Record.from_json(row.record) == record == queries.record_of(session, jury.contest_id)
        assert queries.announced(session, jury.contest_id) is None
        assert session.scalars(select(Round)).one().state is RoundState.SEALED
        assert record.works[0].number == entry.number
    assert [(work.rank, work.score, work.tier) for work in record.works] == [
        (1, "9.00", "first"),
        (2, "8.00", "second"),
        (3, "7.00", "second"),
    ]
    assert [host.zh for host in record.hosts] == ["甲局", "乙局"]
    assert (record.figures.entries, record.figures.jurors) == (3, 1)
    assert [(row.category, row.country, row.works) for row in record.received] == [("A", "", 3)]
    assert jury.state() is State.SEALED
    assert _refusal(Conflict, jury.draft) == "awards.no_round"
    assert _refusal(Conflict, jury.seal) == "awards.no_draft"


def test_a_withdrawal_after_the_draft_must_be_seen_before_sealing(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 8, 7, 6])
    jury.draft()
    with database.changing() as work:
        work.session.get_one(Entry, jury.entries[0]).state = EntryState.WITHDRAWN

    assert _refusal(Conflict, jury.seal) == "awards.stale"
    jury.draft()
    record = jury.seal()

    assert [work.tier for work in record.works] == ["first", "second", "second"]


def test_a_ledger_that_was_tampered_with_is_not_sealed(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 8])
    with database.changing() as work:
        work.session.scalars(select(Ballot).where(Ballot.score == 800)).one().score = 1000
    jury.draft()

    assert _refusal(Conflict, jury.seal) == "awards.ledger_broken"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Sheet)) == 1


def test_the_result_is_announced_by_somebody_else_and_once(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 8])
    jury.draft()
    assert _refusal(Conflict, jury.announce) == "awards.not_sealed"
    record = jury.seal()

    assert _refusal(Refused, jury.announce, by=jury.chair_id) == "awards.two_people"
    jury.announce()
    assert _refusal(Conflict, jury.announce) == "awards.not_sealed"

    assert jury.state() is State.ANNOUNCED
    with database.reading() as session:
        assert queries.announced(session, jury.contest_id) == record
        line = session.scalars(select(AuditLine).where(AuditLine.action == "result.announce")).one()
        assert line.facts == {"one_person": False}


def test_a_result_is_taken_back_from_the_public_and_announced_again_as_it_was(
    database: Database, now: datetime
) -> None:
    jury = judged(database, now, [9, 8])
    jury.draft()
    record = jury.seal()

    def take_back(reason: str = "a name is wrong") -> None:
        with database.changing() as work:
            actions.unpublish(work, contest_id=jury.contest_id, reason=reason, actor_id=jury.organizer_id, at=jury.at)

    assert _refusal(Conflict, take_back) == "awards.not_announced"
    jury.announce()
    assert _refusal(Invalid, take_back, "") == "contest.reason"
    take_back()

    assert _refusal(Conflict, take_back) == "awards.not_announced"
    assert _refusal(Conflict, jury.draft) == "awards.no_round"
    assert jury.state() is State.SEALED
    with database.reading() as session:
        assert queries.announced(session, jury.contest_id) is None
        assert queries.record_of(session, jury.contest_id) == record
        line = session.scalars(select(AuditLine).where(AuditLine.action == "result.unpublish")).one()
        assert line.facts == {"announced_at": jury.at.isoformat(), "reason": "a name is wrong"}

    assert _refusal(Refused, jury.announce, by=jury.chair_id) == "awards.two_people"
    jury.announce()

    assert jury.state() is State.ANNOUNCED
    with database.reading() as session:
        assert queries.announced(session, jury.contest_id) == record


def test_a_contest_may_let_one_person_do_both_and_says_so_in_the_record(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 8], one_person=True)
    jury.draft()
    jury.seal()

    jury.announce(by=jury.chair_id)

    with database.reading() as session:
        line = session.scalars(select(AuditLine).where(AuditLine.action == "result.announce")).one()
        assert line.facts == {"one_person": True}


def test_the_table_of_scores_has_every_vote_under_its_jurors_letter(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 7, 8])
    with database.changing() as work:
        work.session.get_one(Entry, jury.entries[0]).title_en = "=HYPERLINK(0)"
    jury.draft()

    with database.reading() as session:
        rows = list(score_table(session, jury.contest_id, language="en"))
        text = b"".join(as_csv(iter(rows))).decode("utf-8-sig")
        with as_xlsx(iter(rows)) as file:
            sheet = load_workbook(file).active

    assert rows[0][-2:] == ["Remarks of jurors", "Juror A"]
    assert [(row[1], row[6], row[7], row[8], row[9], row[11]) for row in rows[1:]] == [
        ("1", "First prize", "9.00", "9.00", "1", "9"),
        ("2", "Second prize", "8.00", "8.00", "1", "8"),
        ("3", "Second prize", "7.00", "7.00", "1", "7"),
    ]
    assert "'=HYPERLINK(0)" in text
    assert sheet is not None
    assert (sheet.cell(2, 4).value, sheet.cell(2, 4).data_type) == ("=HYPERLINK(0)", "s")


def test_there_is_no_table_before_the_prizes_are_worked_out(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9])

    with database.reading() as session:
        assert (
            _refusal(Conflict, lambda: next(score_table(session, jury.contest_id, language="en")))
            == "awards.no_draft"
        )
