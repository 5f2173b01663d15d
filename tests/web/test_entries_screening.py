"""The organizer's table, its exports, and what is decided about a work."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from contest.accounts.models import OutgoingLetter, Person, RoleKind
from contest.calls.models import Contest
from contest.entries.models import Entry, EntryState, Finding, Picture, PictureState
from contest.inspection.sandbox import Sandbox
from contest.kernel import audit
from contest.kernel.db import Database, Work
from contest.kernel.ids import new_id
from contest.kernel.permissions import State
from tests.entering import Place, fill, make_place, sandbox, send_form
from tests.makers import CLOSES, make_author, make_entry, make_person, make_role, make_unit
from tests.photos import make_jpeg
from tests.statements import listening
from tests.visitor import SetClock, Visitor

__all__ = ["sandbox"]


@pytest.fixture
def place(app: Flask, sqlite_database: Database, sandbox: Sandbox) -> Place:
    return make_place(app, sqlite_database, sandbox)


@pytest.fixture
def organizer(visitor: Callable[[], Visitor], place: Place) -> Visitor:
    return visitor().sign_in(place.organizer).speak("en")


def add(place: Place, number: str, *, findings: tuple[str, ...] = (), **given: object) -> Entry:
    """Make a work that was handed in, with flags by their codes."""
    with place.database.changing() as work:
        entry = make_entry(
            work,
            place.contest,
            number=number,
            **{"state": EntryState.SUBMITTED, **given},  # type: ignore[arg-type]
        )
        for code in findings:
            _find(work, entry, code)
        work.session.flush()
        work.session.expunge_all()
    return entry


def _find(work: Work, entry: Entry, code: str) -> None:
    severity = "reject" if code.startswith("F06") else "flag"
    params = {"given_px": 900, "limit_px": 3000} if severity == "reject" else {}
    work.session.add(
        Finding(
            id=new_id(),
            entry_id=entry.id,
            picture_id=entry.pictures[0].id,
            code=code,
            severity=severity,
            params=params,
        )
    )


def test_an_empty_table_says_what_to_do(organizer: Visitor, place: Place) -> None:
    assert "No works yet. Share the address" in organizer.get(place.desk).get_data(as_text=True)


def test_the_table_names_findings_in_words_and_obeys_its_address(organizer: Visitor, place: Place) -> None:
    add(place, "A-0001", title_zh="晨雾", findings=("C03.no_date",))
    add(place, "A-0002", title_zh="归港")

    everything = organizer.get(place.desk).get_data(as_text=True)
    waiting = organizer.get(f"{place.desk}?finding=open").get_data(as_text=True)
    searched = organizer.get(f"{place.desk}?q=归港").get_data(as_text=True)
    nonsense = organizer.get(f"{place.desk}?state=nothing&page=x&unit=1&finding=all")

    assert "The date of capture is missing." in everything
    assert ("A-0001" in waiting, "A-0002" in waiting) == (True, False)
    assert ("A-0001" in searched, "A-0002" in searched) == (False, True)
    assert nonsense.status_code == 200
    assert "2 works" in nonsense.get_data(as_text=True)


def test_works_of_another_contest_are_never_listed(
    organizer: Visitor, place: Place, app: Flask, sqlite_database: Database, sandbox: Sandbox
) -> None:
    other = make_place(app, sqlite_database, sandbox)
    entry = add(other, "A-0009")

    assert "A-0009" not in organizer.get(place.desk).get_data(as_text=True)
    assert organizer.get(f"{place.desk}/{entry.id}").status_code == 404
    assert organizer.get(other.desk).status_code == 404


def test_a_long_table_comes_in_pages(organizer: Visitor, place: Place) -> None:
    with place.database.changing() as work:
        for number in range(1, 53):
            make_entry(work, place.contest, number=f"A-{number:04d}", state=EntryState.SUBMITTED)

    first, second = (organizer.get(f"{place.desk}?page={n}").get_data(as_text=True) for n in (1, 2))

    assert ("A-0050" in first, "A-0051" in first) == (True, False)
    assert ("A-0050" in second, "A-0052" in second) == (False, True)
    assert "page 2 of 2" in second


def test_all_clean_works_are_accepted_at_once_and_only_these(organizer: Visitor, place: Place) -> None:
    add(place, "A-0001")
    add(place, "A-0002", findings=("C03.no_date",))
    unexamined = add(place, "A-0003")
    with place.database.changing() as work:
        picture = work.session.scalars(select(Picture).where(Picture.entry_id == unexamined.id)).one()
        picture.state = PictureState.RECEIVED

    page = organizer.get(place.desk).get_data(as_text=True)
    organizer.post(f"{place.desk}/accept-clean")

    assert "1 work is examined and has no open finding." in page
    assert {entry.number: entry.state for entry in place.entries()} == {
        "A-0001": EntryState.ELIGIBLE,
        "A-0002": EntryState.SUBMITTED,
        "A-0003": EntryState.SUBMITTED,
    }


def test_hundreds_are_accepted_in_steps_that_let_others_write(organizer: Visitor, place: Place) -> None:
    with place.database.changing() as work:
        for number in range(1, 121):
            make_entry(work, place.contest, number=f"A-{number:04d}", state=EntryState.SUBMITTED)

    answer = organizer.post(f"{place.desk}/accept-clean", follow_redirects=True)

    assert "120 works accepted." in answer.get_data(as_text=True)
    assert {entry.state for entry in place.entries()} == {EntryState.ELIGIBLE}


@pytest.mark.parametrize("page", ["desk", "works"])
def test_a_list_asks_the_database_as_often_for_many_works_as_for_few(
    organizer: Visitor, place: Place, page: str
) -> None:
    asked: list[str] = []
    address = getattr(place, page)

    def count(works: int) -> int:
        for _ in range(works):
            with place.database.changing() as work:
                number = f"A-{len(place.entries()) + 1:04d}"
                entrant = work.session.get_one(Person, place.organizer.id)
                make_entry(work, place.contest, entrant=entrant, number=number, state=EntryState.SUBMITTED)
        asked.clear()
        with listening(place.database, asked.append):
            assert organizer.get(address).status_code == 200
        return len(asked)

    assert 0 < count(2) == count(9)


def test_a_waived_finding_stands_in_the_way_no_more_and_its_reason_is_kept(organizer: Visitor, place: Place) -> None:
    entry = add(place, "A-0001", findings=("F06.long_side_too_small",))
    address = f"{place.desk}/{entry.id}"
    finding = place.entry().findings[0]

    refused = organizer.post(f"{address}/decision", data={"decision": "accept"})
    without_reason = organizer.post(f"{address}/findings/{finding.id}/waiver", data={"reason": " "})
    organizer.post(f"{address}/findings/{finding.id}/waiver", data={"reason": "胶片扫描"})
    organizer.post(f"{address}/decision", data={"decision": "accept"})

    assert refused.status_code == 422
    assert "A finding forbids this work to take part." in refused.get_data(as_text=True)
    assert without_reason.status_code == 422
    assert "Waived: 胶片扫描" in organizer.get(address).get_data(as_text=True)
    assert place.entry().state is EntryState.ELIGIBLE


def test_who_is_not_eligible_is_told_why_and_may_mend_it(
    organizer: Visitor, visitor: Callable[[], Visitor], place: Place
) -> None:
    with place.database.changing() as work:
        entrant = make_person(work, email="li@example.org", language="en")
        author = make_author(work, place.contest, person_id=entrant.id)
        entry = make_entry(
            work, place.contest, entrant=entrant, author=author, number="A-0001", state=EntryState.SUBMITTED
        )
        work.session.flush()
        work.session.expunge_all()

    without = organizer.post(f"{place.desk}/{entry.id}/decision", data={"decision": "refuse", "reason": ""})
    organizer.post(f"{place.desk}/{entry.id}/decision", data={"decision": "refuse", "reason": "有边框"})

    assert without.status_code == 422
    assert (place.entry().state, place.entry().state_reason) == (EntryState.INELIGIBLE, "有边框")
    with place.database.reading() as session:
        (letter,) = session.scalars(select(OutgoingLetter)).all()
    assert letter.to == "li@example.org"
    assert "Reason: 有边框" in letter.text
    assert "You can mend it and hand it in again until 2026-12-01 24:00 Beijing time (UTC+8)" in letter.text
    photographer = visitor().sign_in(entrant).speak("en")
    assert "有边框" in photographer.get(place.works).get_data(as_text=True)
    photographer.post(f"{place.works}{entry.id}", data={"title_zh": "无边框", "author_zh": "李"})
    assert place.entry().state is EntryState.SUBMITTED


def test_a_decision_leads_on_to_the_next_work_that_waits(organizer: Visitor, place: Place) -> None:
    first, second = add(place, "A-0001"), add(place, "A-0002")

    answer = organizer.post(f"{place.desk}/{first.id}/decision", data={"decision": "accept"})
    last = organizer.post(f"{place.desk}/{second.id}/decision", data={"decision": "accept"})

    assert answer.headers["Location"] == f"{place.desk}/{second.id}"
    assert last.headers["Location"] == place.desk


def test_every_decision_is_in_the_audit_record(organizer: Visitor, place: Place) -> None:
    first, second = add(place, "A-0001"), add(place, "A-0002")
    organizer.post(f"{place.desk}/{first.id}/decision", data={"decision": "accept"})
    organizer.post(f"{place.desk}/{second.id}/decision", data={"decision": "disqualify", "reason": "抄袭"})

    with place.database.reading() as session:
        lines = session.scalars(select(audit.AuditLine).order_by(audit.AuditLine.seq)).all()
        assert audit.verify(session) is None
    assert [(line.action, line.thing, line.actor_id) for line in lines] == [
        ("entry.accept", "entry A-0001", place.organizer.id),
        ("entry.disqualify", "entry A-0002", place.organizer.id),
    ]


def test_once_a_round_is_near_nothing_is_accepted_any_more(organizer: Visitor, place: Place, clock: SetClock) -> None:
    entry = add(place, "A-0001")
    with place.database.changing() as work:
        work.session.get_one(Contest, place.contest.id).state = State.DELIB
    clock.at = CLOSES + timedelta(days=5)

    accepted = organizer.post(f"{place.desk}/{entry.id}/decision", data={"decision": "accept"})
    disqualified = organizer.post(
        f"{place.desk}/{entry.id}/decision", data={"decision": "disqualify", "reason": "合成"}
    )

    assert accepted.status_code == 422
    assert disqualified.status_code == 303
    assert place.entry().state is EntryState.DISQUALIFIED


def test_a_work_that_comes_late_is_accepted_while_a_round_is_open_and_one_on_ballots_not_sent_back(
    organizer: Visitor, place: Place, clock: SetClock
) -> None:
    late, judged = add(place, "A-0001"), add(place, "A-0002", state=EntryState.ELIGIBLE)
    with place.database.changing() as work:
        work.session.get_one(Contest, place.contest.id).state = State.ROUND
    clock.at = CLOSES + timedelta(days=5)

    accepted = organizer.post(f"{place.desk}/{late.id}/decision", data={"decision": "accept"})
    sent_back = organizer.post(f"{place.desk}/{judged.id}/decision", data={"decision": "refuse", "reason": "小"})

    assert accepted.status_code == 303
    assert sent_back.status_code == 422
    assert "cannot be screened at this stage" in sent_back.get_data(as_text=True)
    with place.database.reading() as session:
        states = dict(session.execute(select(Entry.number, Entry.state)).all())
    assert states == {"A-0001": EntryState.ELIGIBLE, "A-0002": EntryState.ELIGIBLE}


@pytest.mark.parametrize(
    ("state", "becomes"), [(State.OPEN, EntryState.SUBMITTED), (State.ROUND, EntryState.ELIGIBLE)]
)
def test_a_disqualification_is_taken_back_with_a_reason(
    organizer: Visitor, place: Place, state: State, becomes: EntryState
) -> None:
    entry = add(place, "A-0001", state=EntryState.DISQUALIFIED, state_reason="合成")
    with place.database.changing() as work:
        work.session.get_one(Contest, place.contest.id).state = state
    decision = f"{place.desk}/{entry.id}/decision"

    wordless = organizer.post(decision, data={"decision": "requalify", "reason": ""})
    taken_back = organizer.post(decision, data={"decision": "requalify", "reason": "原图证明没有合成"})
    again = organizer.post(decision, data={"decision": "requalify", "reason": "x"})

    assert (wordless.status_code, taken_back.status_code, again.status_code) == (422, 303, 422)
    assert (place.entry().state, place.entry().state_reason) == (becomes, "")
    with place.database.reading() as session:
        letter = session.scalars(select(OutgoingLetter)).one()
        line = session.scalars(select(audit.AuditLine)).one()
    assert "原图证明没有合成" in letter.text
    assert (line.action, line.facts["reason"]) == ("entry.requalify", "原图证明没有合成")


FORMULAS = ("=HYPERLINK(1)", "+1", "-1", "@SUM", "＝1", "＋1", "－1", "＠a")


def test_exports_hold_what_is_shown_and_no_formula(organizer: Visitor, place: Place) -> None:
    for number, title in enumerate(FORMULAS, start=1):
        add(place, f"A-{number:04d}", title_zh=title)
    add(place, "A-0100", title_zh="草稿之外", state=EntryState.WITHDRAWN)

    plain = organizer.get(f"{place.desk}.csv")
    book = organizer.get(f"{place.desk}.xlsx?q=A-0001")

    assert plain.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(plain.data.decode("utf-8-sig"))))
    assert [row[3] for row in rows[1:]] == [f"'{title}" for title in FORMULAS]
    assert plain.headers["Content-Disposition"].startswith("attachment")
    sheet = load_workbook(io.BytesIO(book.data)).worksheets[0]
    assert [(cell.value, cell.data_type) for cell in sheet["D"]] == [
        ("Title in Chinese", "s"),
        ("=HYPERLINK(1)", "s"),
    ]


def test_filters_know_the_units(organizer: Visitor, place: Place) -> None:
    with place.database.changing() as work:
        unit = make_unit(work, place.contest, name_zh="市文化馆", name_en="Culture Bureau")
        author = make_author(work, place.contest, unit_id=unit.id)
        make_entry(work, place.contest, author=author, number="A-0001", state=EntryState.SUBMITTED)
        make_entry(work, place.contest, number="A-0002", state=EntryState.SUBMITTED)
        unit_id = unit.id

    page = organizer.get(f"{place.desk}?unit={unit_id}").get_data(as_text=True)

    assert ("A-0001" in page, "A-0002" in page) == (True, False)
    assert "Culture Bureau" in page


def test_a_delegate_hands_in_for_an_author_of_the_unit(
    visitor: Callable[[], Visitor], place: Place, organizer: Visitor
) -> None:
    with place.database.changing() as work:
        unit = make_unit(work, place.contest)
        person, colleague = make_person(work), make_person(work)
        make_role(work, place.contest, person, RoleKind.DELEGATE, unit_id=unit.id)
        make_role(work, place.contest, colleague, RoleKind.DELEGATE, unit_id=unit.id)
        work.session.flush()
        work.session.expunge_all()
    delegate = visitor().sign_in(person).speak("en")

    send_form(delegate, place, ("one.jpg", make_jpeg()), author="new", author_zh="王五")
    place.examine()
    entry = place.entry()
    answer = fill(delegate, place, entry.id, "/submission", author=str(entry.author.id), author_zh="")

    assert answer.status_code == 303
    entry = place.entry()
    assert (entry.author.name.zh, entry.author.unit_id, entry.author.person_id) == ("王五", unit.id, None)
    assert entry.entrant_id == person.id
    assert "王五" in visitor().sign_in(colleague).get(place.works).get_data(as_text=True)


def test_a_chair_who_disqualifies_learns_nobodys_name(
    visitor: Callable[[], Visitor], place: Place, sqlite_database: Database
) -> None:
    """The page with the form is the organizer's: a chair who errs is told why, without it."""
    with sqlite_database.changing() as work:
        work.session.get_one(Contest, place.contest.id).state = State.DELIB
        chair = make_person(work)
        make_role(work, place.contest, chair, RoleKind.CHAIR)
        author = make_author(work, place.contest, name_zh="隐名", name_en="Hidden Author")
        entry = make_entry(work, place.contest, number="A-0107", author=author, state=EntryState.ELIGIBLE)
        work.session.expunge_all()
    browser = visitor().sign_in(chair).speak("en")
    address = f"{place.desk}/{entry.id}/decision"

    refused = browser.post(address, data={"decision": "disqualify", "reason": ""})
    done = browser.post(address, data={"decision": "disqualify", "reason": "A composite of two pictures."})
    shown = browser.get(done.headers["Location"])

    assert refused.status_code == 422
    assert (done.status_code, shown.status_code) == (303, 200)
    for answer in (refused, shown):
        assert "Hidden Author" not in answer.get_data(as_text=True)
        assert "A-0107" not in answer.get_data(as_text=True)
    with sqlite_database.reading() as session:
        assert session.get_one(Entry, entry.id).state is EntryState.DISQUALIFIED
