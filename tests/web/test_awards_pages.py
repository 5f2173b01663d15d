"""The results page: who sees what, and the acts that end a contest."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from contest.accounts.models import Person, RoleKind
from contest.awards import queries
from contest.calls.queries import contest_by_id
from contest.entries.models import Entry, EntryState, Picture
from contest.judging import actions as judging
from contest.judging import queries as judging_queries
from contest.judging.models import Ballot, Sheet
from contest.judging.rules.advance import By, Rule
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.platform.store import FolderStore, derivative_key
from tests.judging import open_round
from tests.makers import make_author, make_contest, make_entry, make_person, make_role
from tests.visitor import Visitor

PAGE = "/contests/cup/desk/results"
NUMBER = re.compile(r"\bA-\d{4,}\b")


@dataclass
class Result:
    database: Database
    contest_id: UUID
    people: dict[str, Person]
    browser: Callable[[], Visitor]

    def visit(self, name: str) -> Visitor:
        return self.browser().sign_in(self.people[name]).speak("en")

    def facts(self) -> queries.ResultFacts:
        with self.database.reading() as session:
            found = queries.result(session, self.contest_id)
        assert found is not None
        return found

    def places(self, page: str, *typed: str) -> dict[str, str]:
        """What a tie's form sends when these places are typed, in the order of the page."""
        way = re.findall(r'name="tie-way" value="([^"]+)"', page)
        return dict(zip(["tie-way", *re.findall(r'name="(place-[^"]+)"', page)], [*way, *typed], strict=True))

    def seal(self, name: str, *, typed: str = "cup") -> TestResponse:
        """Seal what the page shows."""
        browser = self.visit(name)
        shown = re.findall(r'name="seal-shown" value="([^"]+)"', browser.get(PAGE).get_data(as_text=True))
        return browser.post(f"{PAGE}/seal", data={"seal-confirmation": typed, "seal-shown": "".join(shown)})

    def state(self, at: datetime) -> State:
        with self.database.reading() as session:
            return contest_by_id(session, self.contest_id, at).state


@pytest.fixture
def judged(sqlite_database: Database, visitor: Callable[[], Visitor], now: datetime) -> Result:
    """Four works by other authors, the first two with the same mark; one person organizes, another one chairs."""
    people = {}
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup", state=State.PRESCREEN)
        for name, kind in (
            ("organizer", RoleKind.ORGANIZER),
            ("chair", RoleKind.CHAIR),
            ("juror", RoleKind.JUROR),
            ("secretary", RoleKind.SECRETARY),
        ):
            people[name] = make_person(work)
            make_role(work, contest, people[name], kind)
        scores = {}
        for place, score in enumerate((900, 900, 700, 500)):
            author = make_author(work, contest, name_en=f"Hidden Author {place}", name_zh=f"隐名{place}")
            scores[make_entry(work, contest, author=author).id] = score
        round_id = open_round(work, contest_id=contest.id, actor_id=people["organizer"].id, at=now, seed="seed")
        for name in ("chair", "juror"):
            with_handles = (
                select(Ballot.entry_id, Ballot.handle)
                .join(Sheet, Sheet.id == Ballot.sheet_id)
                .where(Sheet.juror_id == people[name].id)
            )
            for entry_id, handle in work.session.execute(with_handles).all():
                judging.cast(
                    work,
                    contest_id=contest.id,
                    number=1,
                    juror_id=people[name].id,
                    handle=handle,
                    score=scores[entry_id],
                    request_key=f"key-{handle}",
                    at=now,
                )
        judging.close(work, round_id=round_id, actor_id=people["organizer"].id, at=now)
        contest_id = contest.id
        work.session.expunge_all()
    return Result(sqlite_database, contest_id, people, visitor)


@pytest.fixture
def decided(judged: Result) -> Result:
    """The same with its tie decided."""
    chair = judged.visit("chair")
    chair.post(f"{PAGE}/draft")
    page = chair.get(PAGE).get_data(as_text=True)
    chair.post(f"{PAGE}/tie", data={"tie-rank": "1", "tie-reason": "Show of hands", **judged.places(page, "2", "1")})
    return judged


def test_the_chair_sees_the_ladder_without_authors_the_organizer_with_them(judged: Result) -> None:
    judged.visit("chair").post(f"{PAGE}/draft")

    for name, sees in (("chair", False), ("organizer", True)):
        page = judged.visit(name).get(PAGE).get_data(as_text=True)
        assert "9.00" in page
        assert ("Hidden Author" in page, bool(NUMBER.search(page))) == (sees, sees)


def test_nobody_else_reaches_the_results(judged: Result) -> None:
    for name in ("juror", "secretary"):
        assert judged.visit(name).get(PAGE).status_code == 404


def test_a_tie_is_decided_on_the_page(judged: Result) -> None:
    chair = judged.visit("chair")
    chair.post(f"{PAGE}/draft")
    asked = chair.get(PAGE).get_data(as_text=True)
    wrong = chair.post(
        f"{PAGE}/tie", data={"tie-rank": "1", "tie-reason": "Show of hands", **judged.places(asked, "1", "1")}
    )

    right = chair.post(
        f"{PAGE}/tie", data={"tie-rank": "1", "tie-reason": "Show of hands", **judged.places(asked, "2", "1")}
    )

    assert "rank 1 is shared across a prize line" in asked
    assert wrong.status_code == 422
    assert "Show of hands" in wrong.get_data(as_text=True)
    assert right.status_code == 303
    assert [work.tier for work in judged.facts().works] == ["first", "second", "second", None]


def test_a_way_that_did_not_decide_gives_the_next_its_turn_on_the_page(judged: Result) -> None:
    chair = judged.visit("chair")
    chair.post(f"{PAGE}/draft")
    asked = chair.get(PAGE).get_data(as_text=True)
    passed = {"tie-rank": "1", "tie-reason": "2 votes to 2", "tie-passes": "1", **judged.places(asked, "", "")}

    first, second = (chair.post(f"{PAGE}/tie", data=passed) for _time in range(2))
    page = chair.get(PAGE).get_data(as_text=True)

    assert "a vote between them by all jurors" in asked
    assert (first.status_code, second.status_code) == (303, 409)
    assert "2 votes to 2</textarea>" in second.get_data(as_text=True), "what was typed is kept on the page"
    assert "the chair, with a written reason" in page
    assert "2 votes to 2" in page


def test_a_page_from_before_a_withdrawal_puts_no_other_work_in_its_place(judged: Result) -> None:
    """Three works share the first rank; one that the page still shows leaves before the decision is sent."""
    with judged.database.changing() as work:
        entry_ids = list(work.session.scalars(select(Ballot.entry_id).where(Ballot.score == 700)))
        work.session.execute(update(Ballot).where(Ballot.entry_id.in_(entry_ids)).values(score=900))
    chair = judged.visit("chair")
    chair.post(f"{PAGE}/draft")
    asked = chair.get(PAGE).get_data(as_text=True)
    typed = judged.places(asked, "2", "1", "3")
    with judged.database.changing() as work:
        first_shown = judged.facts().works[0].entry_id
        work.session.get_one(Entry, first_shown).state = EntryState.WITHDRAWN
    chair.post(f"{PAGE}/draft")

    late = chair.post(f"{PAGE}/tie", data={"tie-rank": "1", "tie-reason": "Show of hands", **typed})

    assert late.status_code == 422
    assert "Show of hands" in late.get_data(as_text=True)
    assert {work.tier for work in judged.facts().works[:2]} == {None}


def test_prizes_of_a_round_that_works_went_on_from_are_not_shown_as_the_result(judged: Result, now: datetime) -> None:
    chair = judged.visit("chair")
    chair.post(f"{PAGE}/draft")
    asked = chair.get(PAGE).get_data(as_text=True)
    with judged.database.changing() as work:
        names = {"actor_id": judged.people["organizer"].id, "at": now}
        (first,) = judging_queries.final_rounds(work.session, judged.contest_id)
        rule = Rule(by=By.TOP, count=2)
        second = judging.advance(work, round_id=first.id, rule=rule, seed="second", **names)
        judging.open_round(work, round_id=second, **names)
        judging.close(work, round_id=second, reason="enough", **names)

    page = chair.get(PAGE).get_data(as_text=True)
    typed = {"tie-rank": "1", "tie-reason": "Show of hands", **judged.places(asked, "2", "1")}
    late = chair.post(f"{PAGE}/tie", data=typed)
    chair.post(f"{PAGE}/draft")
    again = chair.get(PAGE).get_data(as_text=True)

    assert "Works went on to a later round since the prizes were worked out." in page
    assert "Work out the prizes" in page
    assert "tie-rank" not in page
    assert late.status_code == 409
    assert "No tie has to be decided at this rank by this way." in late.get_data(as_text=True)
    assert "Works went on to a later round" in late.get_data(as_text=True), "and the page says what to do"
    assert "<td" not in page
    assert "Works went on" not in again


@pytest.mark.parametrize("rank", ["", "first", "9" * 5000])
def test_a_rank_that_is_none_is_refused(judged: Result, rank: str) -> None:
    chair = judged.visit("chair")
    chair.post(f"{PAGE}/draft")
    typed = judged.places(chair.get(PAGE).get_data(as_text=True), "1", "2")

    answer = chair.post(f"{PAGE}/tie", data={"tie-rank": rank, "tie-reason": "Show of hands", **typed})

    assert answer.status_code == 409


def test_the_chair_seals_what_she_saw_or_nothing(decided: Result, now: datetime) -> None:
    chair = decided.visit("chair")
    page = chair.get(PAGE).get_data(as_text=True)
    shown = re.findall(r'name="seal-shown" value="([^"]+)"', page)
    with decided.database.changing() as work:
        work.session.get_one(Entry, decided.facts().works[-1].entry_id).state = EntryState.DISQUALIFIED
    decided.visit("organizer").post(f"{PAGE}/draft")

    late = chair.post(f"{PAGE}/seal", data={"seal-confirmation": "cup", "seal-shown": shown[0]})

    assert late.status_code == 422
    assert "Something has changed" in late.get_data(as_text=True)
    assert decided.state(now) is State.DELIB
    assert decided.seal("chair").status_code == 303


def test_a_thumbnail_is_of_the_work_that_the_row_names(decided: Result, store: FolderStore) -> None:
    chair = decided.visit("chair")
    with decided.database.reading() as session:
        first = session.scalars(select(Picture.id).where(Picture.entry_id == decided.facts().works[0].entry_id)).one()
    store.put(derivative_key(first, 320), BytesIO(b"the first"))
    addresses = re.findall(rf'src="({PAGE}/pictures/0-320.jpg\?of=[^"]+)"', chair.get(PAGE).get_data(as_text=True))

    assert chair.get(addresses[0]).get_data() == b"the first"
    assert chair.get(addresses[0].replace("/0-320", "/1-320")).status_code == 404
    assert chair.get(f"{PAGE}/pictures/99-320.jpg").status_code == 404


def test_sealing_needs_the_name_typed_and_the_chair(decided: Result, now: datetime) -> None:
    assert decided.seal("organizer").status_code == 404
    assert decided.seal("chair", typed="cap").status_code == 422
    assert decided.state(now) is State.DELIB

    sealed = decided.seal("chair")

    assert sealed.status_code == 303
    assert decided.state(now) is State.SEALED
    panel = decided.visit("organizer").get("/contests/cup/desk/jury/1/").get_data(as_text=True)
    assert "Round 1: sealed" in panel
    assert "Closed on" in panel


def test_announcing_makes_it_public_once(decided: Result, now: datetime) -> None:
    decided.seal("chair")
    organizer = decided.visit("organizer")

    first = organizer.post(f"{PAGE}/announce", data={"announce-confirmation": "cup"})
    again = organizer.post(f"{PAGE}/announce", data={"announce-confirmation": "cup"})

    assert (first.status_code, again.status_code) == (303, 403)
    assert decided.state(now) is State.ANNOUNCED
    assert "Hidden Author" in decided.visit("chair").get(PAGE).get_data(as_text=True)


def test_the_chair_does_not_see_the_marks_of_a_work_she_is_tied_to(decided: Result) -> None:
    with decided.database.changing() as work:
        third = decided.facts().works[2].entry_id
        work.session.get_one(Entry, third).entrant_id = decided.people["chair"].id

    page = decided.visit("chair").get(PAGE).get_data(as_text=True)
    picture = decided.visit("chair").get(f"{PAGE}/pictures/2-320.jpg")

    assert "You are tied to this work" in page
    assert "7.00" not in page
    assert picture.status_code == 404


def test_a_photographer_reads_what_became_of_her_works_once_it_is_public(decided: Result) -> None:
    own = "/contests/cup/works/results"
    with decided.database.changing() as work:
        entries = work.session.execute(select(Entry.number, Entry.entrant_id).order_by(Entry.number)).all()
        entrants = [work.session.get_one(Person, entrant_id) for _number, entrant_id in entries]
        work.session.expunge_all()
    first = decided.browser().sign_in(entrants[0]).speak("en")
    before = (first.get(own).status_code, own in first.get("/contests/cup/works/").get_data(as_text=True))

    decided.seal("chair")
    organizer = decided.visit("organizer")
    organizer.post(f"{PAGE}/announce", data={"announce-confirmation": "cup"})

    assert before == (403, False)
    assert own in first.get("/contests/cup/works/").get_data(as_text=True)
    page = first.get(own).get_data(as_text=True)
    assert re.findall(NUMBER, page)[0] == entries[0].number
    won = {work.number: work.tier for work in decided.facts().works}  # of two equals either may be listed first
    assert {"first": "First prize", "second": "Second prize"}[won[entries[0].number] or ""] in page
    assert "Official mark 9.00, rank 1" in page
    last = decided.browser().sign_in(entrants[3]).speak("zh_Hans").get(own).get_data(as_text=True)
    assert entries[0].number not in last
    assert "5.00" in last
