"""The minutes: what was done and decided, read back out of the PDF; no author before the result is public."""

import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from contest.calls.models import Contest
from contest.entries import blind
from contest.entries.models import Author
from contest.judging import actions as judging
from contest.judging import queries as judging_queries
from contest.judging.rules.advance import By, Rule
from contest.judging.rules.order import desk_handle, spoken_code
from contest.judging.rules.settings import Criterion, RoundSettings
from contest.kernel.bilingual import Bilingual
from contest.kernel.permissions import State
from tests.web.test_deliberation_pages import TABLE, Room, closed, room, screened

__all__ = ["closed", "room", "screened"]

MINUTES = "/contests/cup/desk/jury/minutes-{code}.pdf"


def _text(room: Room, name: str, code: str, folder: Path) -> str:
    answer = room.visit(name).get(MINUTES.format(code=code))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    path = folder / "minutes.pdf"
    path.write_bytes(answer.data)
    ran = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return ran.stdout.decode()


def _deliberated(room: Room) -> str:
    """Decide about a work, write a note; give the work's code."""
    with room.database.reading() as session:
        key = session.get_one(Contest, room.contest_id).blind_key
        handle = desk_handle(key, blind.eligible(session, room.contest_id)[0])
    chair = room.visit("chair")
    chair.post(
        "/contests/cup/desk/jury/1/deliberation",
        data={"ask-kind": "keep", "ask-question": "Is the horizon level?", "work": [handle]},
    )
    room.visit("juror").post(f"{TABLE}/1/vote", data={"choice": "yes"})
    chair.post(f"{TABLE}/1/reveal")
    chair.post(f"{TABLE}/1/decide", data={"choice": "yes", "decide-words": "One vote to none"})
    room.visit("secretary").post(f"{TABLE}/note", data={"note-words": "The panel met at nine. #let x = 1"})
    return spoken_code(handle)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "en",
            [
                "Minutes of the judging",
                "The panel",
                "Marks given",
                "Signatures",
                "yes 1, no 0",
                "1 to 10 in steps of 0.5",
                "all admitted to judging",
            ],
        ),
        ("zh", ["评审纪要", "评委会", "已给评分", "签名"]),
    ],
)
def test_the_minutes_say_what_was_done_and_decided(closed: Room, tmp_path: Path, code: str, words: list[str]) -> None:
    work = _deliberated(closed)

    text = _text(closed, "secretary", code, tmp_path)

    plain = "".join(text.split())
    assert all("".join(word.split()) in plain for word in words), text
    with closed.database.reading() as session:
        (row,) = judging_queries.rounds(session, closed.contest_id)
        seal = judging_queries.table_seal(session, row.id)
    assert seal is not None
    for word in (work, seal, "Is the horizon level?", "One vote to none", "#let x = 1"):
        assert "".join(word.split()) in plain
    assert closed.people["chair"].name_en.replace(" ", "") in plain or closed.people["chair"].name_zh in plain


def test_the_minutes_say_by_which_rule_works_went_on_and_what_counted_how_much(
    closed: Room, now: datetime, tmp_path: Path
) -> None:
    criteria = (Criterion(key="idea", name=Bilingual("立意", "Idea"), weight=2),)
    with closed.database.changing() as work:
        names = {"actor_id": closed.people["organizer"].id, "at": now}
        (first,) = judging_queries.final_rounds(work.session, closed.contest_id)
        rule = Rule(by=By.SHARE, percent=50, rescue_percent=25)
        settings = RoundSettings(criteria=criteria)
        second = judging.advance(work, round_id=first.id, rule=rule, settings=settings, seed="second", **names)
        judging.open_round(work, round_id=second, **names)
        judging.close(work, round_id=second, reason="enough", **names)

    plain = "".join(_text(closed, "secretary", "en", tmp_path).split())

    for words in ("the best 50 % of round 1; each juror's own best 25 %", "Idea × 2"):
        assert "".join(words.split()) in plain.replace("’", "'")


def test_no_author_and_no_letter_stands_in_them_before_the_result_is_public(closed: Room, tmp_path: Path) -> None:
    with closed.database.reading() as session:
        authors = [(one.name_zh, one.name_en) for one in session.scalars(select(Author))]

    for name in ("chair", "secretary", "organizer"):
        text = _text(closed, name, "en", tmp_path)
        assert all(zh not in text and en not in text for zh, en in authors)
        assert "Letter in the record" not in text


def test_once_public_they_tell_letters_and_prizes(closed: Room, tmp_path: Path) -> None:
    with closed.database.changing() as work:
        work.session.execute(update(Contest).values(state=State.ANNOUNCED))

    assert "Letter in the record" in " ".join(_text(closed, "chair", "en", tmp_path).split())


def test_the_same_minutes_have_the_same_bytes(closed: Room) -> None:
    secretary = closed.visit("secretary")

    assert secretary.get(MINUTES.format(code="en")).data == secretary.get(MINUTES.format(code="en")).data


def test_they_are_for_those_who_sign_or_keep_them(closed: Room) -> None:
    assert closed.visit("juror").get(MINUTES.format(code="en")).status_code == 404
    assert closed.visit("photographer").get(MINUTES.format(code="en")).status_code == 404
