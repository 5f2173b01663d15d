"""Marks from paper: the empty sheet, what is wrong with one line by line, and votes in the jurors' ledgers."""

import csv
import hashlib
import io
import re
from datetime import datetime

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from contest.accounts.models import Person
from contest.judging import queries
from contest.judging.models import ScoreLine, Sheet
from contest.judging.rules.settings import Criterion, Mode, RoundSettings
from contest.kernel.audit import AuditLine
from contest.kernel.bilingual import Bilingual
from tests.judging import open_round
from tests.visitor import Visitor
from tests.web.test_judging_pages import JSON, WORKS, Room, room, screened

__all__ = ["room", "screened"]

PAPER = "/contests/cup/desk/jury/1/paper"


def _sheet(browser: Visitor) -> list[list[str]]:
    text = browser.get(f"{PAPER}.csv").data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def _csv(lines: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def _look(browser: Visitor, raw: bytes, name: str = "marks.csv") -> TestResponse:
    """Send a sheet as a browser does; written out, for the test client would leave a large one open."""
    head = f'--edge\r\nContent-Disposition: form-data; name="sheet"; filename="{name}"\r\n\r\n'
    body = head.encode() + raw + b"\r\n--edge--\r\n"
    return browser.post(PAPER, data=body, content_type="multipart/form-data; boundary=edge")


def _take(browser: Visitor, page: str) -> TestResponse:
    found = re.search(r'name="marks" value="([^"]+)"', page)
    assert found, page
    return browser.post(f"{PAPER}/take", data={"marks": found.group(1)})


def _filled(lines: list[list[str]]) -> list[list[str]]:
    """Give every work 7 and 8.5 by the two jurors."""
    return [lines[0], *([line[0], "7", "8.5"] for line in lines[1:])]


def test_a_filled_sheet_becomes_votes_that_say_where_they_came_from(room: Room) -> None:
    secretary = room.visit("secretary")
    raw = _csv(_filled(_sheet(secretary)))

    page = _look(secretary, raw).get_data(as_text=True)
    before = room.scores()
    taken = _take(secretary, page)

    digest = hashlib.sha256(raw).hexdigest()
    assert f"{2 * WORKS} new marks." in page
    assert before == []
    assert taken.status_code == 303
    assert sorted(room.scores()) == [700] * WORKS + [850] * WORKS
    with room.database.reading() as session:
        lines = session.scalars(select(ScoreLine)).all()
        audited = session.scalars(select(AuditLine).where(AuditLine.action == "score.import")).one()
        assert not queries.broken_ledgers(session, room.round_id())
        assert len(session.scalars(select(Sheet)).all()) == 2
    assert {line.reason for line in lines} == {f"paper {digest}"}
    assert (audited.actor_id, audited.facts["sha256"], audited.facts["marks"]) == (
        room.people["secretary"].id,
        digest,
        2 * WORKS,
    )


def _table(page: str) -> list[list[str]]:
    """Give the cells of what was read."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]


def test_what_was_read_stands_by_work_and_juror_before_anything_is_taken(room: Room) -> None:
    desk = room.visit("organizer")
    _head, first, second, *_more = _sheet(desk)

    # The columns changed places, and one is headed by an e-mail address.
    juror, chair = room.people["juror"], room.people["chair"]
    swapped = [["Work", chair.name_en, juror.email], [first[0], "7", "8.5"], [second[0], "", "9"]]
    page = _look(desk, _csv(swapped)).get_data(as_text=True)

    by_name = [dict(zip(_table(page)[0], row, strict=True)) for row in _table(page)[1:]]
    assert by_name == [
        {"Work": first[0], chair.name_en: "7", juror.name_en: "8.5"},
        {"Work": second[0], chair.name_en: "–", juror.name_en: "9"},
    ]


def test_the_same_sheet_again_changes_nothing(room: Room) -> None:
    desk = room.visit("organizer")
    raw = _csv(_filled(_sheet(desk)))
    page = _look(desk, raw).get_data(as_text=True)
    _take(desk, page)

    again = _look(desk, raw).get_data(as_text=True)
    replayed = _take(desk, page)

    assert f"{2 * WORKS} stand in the round already." in again
    assert "There is nothing to take." in again
    assert replayed.status_code == 303
    with room.database.reading() as session:
        assert len(session.scalars(select(ScoreLine)).all()) == 2 * WORKS


def test_a_mark_that_its_juror_took_back_is_taken_from_the_same_sheet_again(room: Room) -> None:
    desk = room.visit("organizer")
    code, juror = _sheet(desk)[1][0], room.people["juror"].name_en
    raw = _csv([["judge", "entry", "score"], [juror, code, "8"]])
    page = _look(desk, raw).get_data(as_text=True)
    _take(desk, page)
    room.visit("juror").post("/contests/cup/judging/1/undo", data={"key": "undo-00001"}, headers=JSON)

    replayed = _take(desk, page)
    left = room.scores()
    taken = _take(desk, _look(desk, raw).get_data(as_text=True))

    assert (replayed.status_code, left) == (303, [])
    assert taken.status_code == 303
    assert room.scores() == [800]


def test_a_workbook_is_read_in_a_child_and_long_lines_are_understood(room: Room) -> None:
    desk = room.visit("organizer")
    lines = _sheet(desk)
    book = Workbook()
    for row in (["评委", "作品", "分数"], [room.people["juror"].email, lines[1][0].lower(), 7.5]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)

    page = _look(desk, file.getvalue(), "marks.xlsx").get_data(as_text=True)
    taken = _take(desk, page)

    assert taken.status_code == 303
    assert room.scores() == [750]


def test_every_line_at_fault_is_named_and_nothing_is_taken(room: Room) -> None:
    desk = room.visit("organizer")
    code = _sheet(desk)[1][0]
    handle = room.handles("juror")[0]
    room.visit("juror").post(
        "/contests/cup/judging/1/cast", data={"handle": handle, "score": "900", "key": "k-0000001"}, headers=JSON
    )
    juror, chair = room.people["juror"].name_en, room.people["chair"].name_en
    every = [[juror, line[0], "5"] for line in _sheet(desk)[1:]]
    raw = _csv(
        [
            ["judge", "entry", "score"],
            ["Nobody", code, "7"],
            [chair, "ZZZZZ", "7"],
            [chair, code, "7.25"],
            [chair, code, "seven"],
            *every,
        ]
    )

    answer = _look(desk, raw)

    page = answer.get_data(as_text=True)
    assert "Line 2: “Nobody” is no juror of this round" in page
    assert "Line 3: no work of this round has the code “ZZZZZ”" in page
    assert f"Line 4, juror {chair}: 7.25 is no mark of this round. Marks go from 1 to 10 in steps of 0.5." in page
    assert f"Line 5, juror {chair}: “seven” is not a mark." in page
    assert page.count("has given work") == 1
    assert 'name="marks"' not in page
    assert room.scores() == [900]


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"", "marks.pdf", "neither .csv nor .xlsx"),
        (b"PK\x03\x04 no workbook", "marks.xlsx", "marks.xlsx"),
        (b"a,b\n1,2\n", "marks.csv", "These columns are missing"),
        (b"x" * (5 * 1024 * 1024 + 1), "marks.csv", "larger than 5 MB"),
    ],
)
def test_what_is_no_sheet_is_told_beside_the_field(room: Room, raw: bytes, name: str, words: str) -> None:
    answer = _look(room.visit("organizer"), raw, name)

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_a_page_that_was_tampered_with_takes_nothing(room: Room) -> None:
    answer = room.visit("organizer").post(f"{PAPER}/take", data={"marks": "WyJhIl0.forged"})

    assert answer.status_code == 422
    assert "nothing was taken" in answer.get_data(as_text=True)
    assert room.scores() == []


def test_a_paused_round_takes_none_and_a_juror_has_no_such_page(room: Room) -> None:
    desk = room.visit("organizer")
    page = _look(desk, _csv(_filled(_sheet(desk)))).get_data(as_text=True)
    desk.post("/contests/cup/desk/jury/1/pause")

    refused = _take(desk, page)

    assert refused.status_code == 409
    assert "The round is paused." in refused.get_data(as_text=True)
    assert room.scores() == []
    for name in ("juror", "chair", "photographer"):
        assert room.visit(name).get(PAPER).status_code == 404


@pytest.fixture
def criteria(screened: Room, now: datetime) -> Room:
    """A round of marks from 1 to 10 for an idea, which weighs twice, and for craft."""
    settings = RoundSettings(
        scale_step=100,
        criteria=(
            Criterion(key="c1", name=Bilingual("立意", "Idea"), weight=2),
            Criterion(key="c2", name=Bilingual("技术", "Craft")),
        ),
    )
    names = {"contest_id": screened.contest_id, "actor_id": screened.people["organizer"].id, "at": now}
    with screened.database.changing() as work:
        open_round(work, settings=settings, **names)
    return screened


def test_a_sheet_of_criteria_becomes_votes_with_their_single_marks(criteria: Room) -> None:
    desk = criteria.visit("secretary")
    lines = _sheet(desk)
    filled = [
        ["Work", "Juror", "技术", "Idea"],
        *([code, juror, "6", "9"] for juror, code, *_ in lines[1:3]),
        *lines[3:],
    ]

    page = _look(desk, _csv(filled)).get_data(as_text=True)
    taken = _take(desk, page)

    assert lines[0] == ["Juror", "Work", "Idea", "Craft"]
    assert len(lines) == 1 + 2 * WORKS
    assert "2 new marks." in page
    assert taken.status_code == 303
    assert criteria.scores() == [800, 800]
    with criteria.database.reading() as session:
        assert [line.marks for line in session.scalars(select(ScoreLine))] == [{"c1": 900, "c2": 600}] * 2


def test_what_is_wrong_with_a_sheet_of_criteria_is_told_by_line(criteria: Room) -> None:
    desk = criteria.visit("secretary")
    lines = _sheet(desk)
    (juror, first, *_), (_juror, second, *_) = lines[1:3]
    missing = _look(desk, _csv([["Juror", "Work", "Idea"], [juror, first, "9"]]))
    wrong = _look(
        desk, _csv([lines[0], [juror, first, "9", ""], [juror, second, "9", "11"], ["Nobody", second, "1", "2"]])
    )

    assert "These columns are missing" in missing.get_data(as_text=True)
    assert "技术" in missing.get_data(as_text=True)
    page = wrong.get_data(as_text=True)
    assert page.count("Line 2 has no mark.") == 1
    assert f"Line 3, juror {juror}: 9 / 11 is no mark" in page
    assert page.count("Line 4: “Nobody” is no juror") == 1
    assert 'name="marks"' not in page


def test_pairs_say_why_no_sheet_can_be_taken(screened: Room, now: datetime) -> None:
    names = {"contest_id": screened.contest_id, "actor_id": screened.people["organizer"].id, "at": now}
    with screened.database.changing() as work:
        open_round(work, mode=Mode.PAIRS, **names)

    answer = screened.visit("organizer").get(PAPER)

    assert answer.status_code == 409
    assert "each juror has pairs of her own" in answer.get_data(as_text=True)


def test_the_sheet_names_no_author_and_no_number(room: Room) -> None:
    lines = _sheet(room.visit("secretary"))

    assert len(lines) == WORKS + 1
    assert all(re.fullmatch(r"[2-9A-Z]{4,}", line[0]) for line in lines[1:])


def test_a_name_like_a_formula_is_none_on_the_sheet_and_is_known_again(room: Room) -> None:
    with room.database.changing() as work:
        juror = work.session.get_one(Person, room.people["juror"].id)
        juror.name_zh = juror.name_en = "=HYPERLINK(1)"
    secretary = room.visit("secretary")
    head, *lines = _sheet(secretary)

    page = _look(secretary, _csv([head, *([line[0], "7", "8.5"] for line in lines)])).get_data(as_text=True)

    assert "'=HYPERLINK(1)" in head
    assert "=HYPERLINK(1)" not in head
    assert f"{2 * WORKS} new marks." in page
