"""The organizer's page of the texts for the jury."""

from datetime import datetime

import pytest
from sqlalchemy import select

from contest.entries.models import Author, Entry, ReleasedText
from contest.judging import actions
from contest.judging.rules.settings import RoundSettings
from tests.web.test_judging_pages import WORKS, Room, screened

__all__ = ["screened"]

TEXTS = "/contests/cup/desk/jury/1/texts"


@pytest.fixture
def drafted(screened: Room, now: datetime) -> Room:
    """Draft a round whose jurors read titles; one title names its author."""
    with screened.database.changing() as work:
        entry = work.session.scalars(select(Entry).order_by(Entry.number)).first()
        assert entry is not None
        author = work.session.get_one(Author, entry.author_id)
        entry.title_zh, author.name_zh = "老王的黄河", "老王"
        actions.draft(
            work,
            contest_id=screened.contest_id,
            actor_id=screened.people["organizer"].id,
            at=now,
            seed="seed",
            settings=RoundSettings(shows_title=True),
        )
    return screened


def _first(room: Room) -> tuple[str, str]:
    """Give the address of the form of the work that names its author, and its number."""
    with room.database.reading() as session:
        entry = session.scalars(select(Entry).where(Entry.title_zh == "老王的黄河")).one()
    return f"{TEXTS}/{entry.id}", entry.number or ""


def test_what_could_tell_is_listed_first_with_what_was_found(drafted: Room) -> None:
    desk = drafted.visit("organizer")

    panel = desk.get("/contests/cup/desk/jury/1/").get_data(as_text=True)
    page = desk.get(TEXTS).get_data(as_text=True)

    assert f"{WORKS} works have titles or captions that are not released to the jury" in panel
    assert f'href="{TEXTS}"' in panel
    assert "a name <mark>老王</mark>" in page
    assert page.count('class="tells"') == 1
    assert f"Release {WORKS - 1} texts in which nothing was found" in page


def test_the_round_opens_once_every_text_is_released(drafted: Room) -> None:
    desk = drafted.visit("organizer")
    address, _number = _first(drafted)
    refused = desk.post("/contests/cup/desk/jury/1/open")

    clean = desk.post(f"{TEXTS}/clean")
    held = desk.post(address, data={"title_zh": "老王的河", "caption": "typed"})
    changed = desk.post(address, data={"title_zh": "黄河", "caption": ""})
    opened = desk.post("/contests/cup/desk/jury/1/open")
    juror = drafted.visit("juror").get("/contests/cup/judging/1/next.json?count=9").get_data(as_text=True)

    assert refused.status_code == 422
    assert "are not released yet" in refused.get_data(as_text=True)
    assert (clean.status_code, held.status_code, changed.status_code, opened.status_code) == (303, 422, 303, 303)
    kept = held.get_data(as_text=True)
    assert "This could tell who made the work: 老王." in kept
    assert 'value="老王的河"' in kept
    assert "typed</textarea>" in kept
    assert "老王" not in juror
    with drafted.database.reading() as session:
        assert len(session.scalars(select(ReleasedText)).all()) == WORKS


def test_the_organizer_may_say_that_it_tells_nobody(drafted: Room) -> None:
    desk = drafted.visit("organizer")
    address, number = _first(drafted)

    approved = desk.post(address, data={"title_zh": "老王的黄河", "approve": "1"})
    page = desk.get(f"{TEXTS}?show=released").get_data(as_text=True)

    assert approved.status_code == 303
    assert f'id="text-{number}"' in page


def test_a_text_that_is_too_long_stays_in_its_field(drafted: Room) -> None:
    answer = drafted.visit("organizer").post(_first(drafted)[0], data={"title_zh": "长" * 500})

    assert answer.status_code == 422
    assert "长" * 500 in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", ["juror", "chair", "secretary", "photographer"])
def test_nobody_but_the_organizer_has_the_page(drafted: Room, name: str) -> None:
    browser = drafted.visit(name)

    assert browser.get(TEXTS).status_code == 404
    assert browser.post(_first(drafted)[0], data={"title_zh": "x", "approve": "1"}).status_code == 404
    assert browser.post(f"{TEXTS}/clean").status_code == 404
