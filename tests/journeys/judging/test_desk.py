"""The jury desk in a real browser: every page on a phone and on a large screen, and three people at a table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from contest.accounts.models import Person, RoleKind
from contest.entries.models import Picture
from contest.judging import actions, queries
from contest.judging.models import FlagKind
from contest.judging.rules.deliberation import Question
from contest.judging.rules.settings import Discloses, Mode, RoundSettings
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.platform.store import FolderStore
from tests.journeys.judging.conftest import draw
from tests.journeys.rules import broken_rules
from tests.journeys.serving import served
from tests.makers import make_contest, make_entry, make_person, make_role
from tests.visitor import Visitor

pytestmark = pytest.mark.journey

DESK = "/contests/cup/desk/jury/"
JURY = "/contests/cup/judging/1/"
WORKS = 5
OF_MODES = ("has_maybe", "scale_low", "criteria", "tiers", "chips", *(f"way_{mode}" for mode in Mode))
READS = RoundSettings(shows_title=True, shows_caption=True)
PEOPLE = {
    "organizer": RoleKind.ORGANIZER,
    "chair": RoleKind.CHAIR,
    "anna": RoleKind.JUROR,
    "boris": RoleKind.JUROR,
    "secretary": RoleKind.SECRETARY,
}


@dataclass
class Desk:
    """A served contest with its people, and a browser for each."""

    address: str
    database: Database
    contest_id: UUID
    round_id: UUID
    people: dict[str, Person]
    cookies: dict[str, str]
    browser: Browser
    at: datetime
    contexts: list[BrowserContext]
    errors: list[str]

    def visit(self, name: str, *, language: str = "en") -> Page:
        context = self.browser.new_context(base_url=self.address)
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        for cookie, value in (("contest", self.cookies[name]), ("language", language)):
            context.add_cookies([{"name": cookie, "value": value, "url": self.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def act(self, action: str, /, **given: Any) -> None:
        """Do one of `judging.actions` with the round, by the chair."""
        names = {"round_id": self.round_id, "actor_id": self.people["chair"].id, "at": self.at}
        with self.database.changing() as work:
            getattr(actions, action)(work, **names | given)

    def judge(self) -> None:
        """Let everybody mark her first works with 7, so that all are tied, and close the round."""
        for juror in ("chair", "anna", "boris"):
            with self.database.reading() as session:
                _seat, works = queries.queue(session, self.contest_id, 1, self.people[juror].id, count=WORKS)
            names = {"contest_id": self.contest_id, "number": 1, "juror_id": self.people[juror].id, "at": self.at}
            with self.database.changing() as work:
                for one in works:
                    actions.cast(work, **names, handle=one.handle, score=700, request_key=f"key-{one.handle}")
        self.act("close")


@pytest.fixture
def desk(
    app: Flask,
    sqlite_database: Database,
    store: FolderStore,
    visitor: Callable[[], Visitor],
    browser: Browser,
    now: datetime,
) -> Iterator[Desk]:
    """Serve a contest with a drafted round in which jurors read titles."""
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup", state=State.PRESCREEN)
        people = {name: make_person(work) for name in PEOPLE}
        for name, kind in PEOPLE.items():
            make_role(work, contest, people[name], kind)
        for number in range(WORKS):
            make_entry(
                work, contest, pictures=3 if number == 0 else 1, caption="见 www.example.org" if number else ""
            )
        work.session.expire_all()
        draw(list(work.session.scalars(select(Picture).options(selectinload(Picture.derivatives)))), store)
        round_id = actions.draft(
            work,
            contest_id=contest.id,
            actor_id=people["organizer"].id,
            at=now,
            seed="seed",
            settings=RoundSettings(discloses=Discloses.SCORES),
        )
        contest_id = contest.id
        for person in people.values():
            work.session.refresh(person)
        work.session.expunge_all()
    cookies = {}
    for name, person in people.items():
        cookie = visitor().sign_in(person).client.get_cookie("contest")
        assert cookie is not None
        cookies[name] = cookie.value
    contexts: list[BrowserContext] = []
    errors: list[str] = []
    with served(app) as address:
        yield Desk(address, sqlite_database, contest_id, round_id, people, cookies, browser, now, contexts, errors)
        for context in contexts:
            context.close()
    assert errors == []


def _look(page: Page, *addresses: str) -> None:
    """Open pages on a large screen, then on a phone: each fits, and breaks no rule of accessibility."""
    for address in addresses:
        page.set_viewport_size({"width": 1440, "height": 900})
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, width)
        _accessible(page)


def _accessible(page: Page) -> None:
    found = [one["id"] for one in broken_rules(page)]
    assert (page.url, found) == (page.url, [])


def test_the_desk_before_a_round(desk: Desk) -> None:
    desk.act("edit", mode=Mode.SCORE, settings=READS, name=Bilingual("初评", "First"))

    _look(desk.visit("organizer", language="zh_Hans"), f"{DESK}1/", f"{DESK}1/settings", f"{DESK}1/texts")


def test_settings_show_what_the_chosen_kind_of_round_needs(desk: Desk) -> None:
    page = desk.visit("organizer")
    page.goto(f"{DESK}1/settings")
    seen: dict[str, list[str]] = {}
    for mode in Mode:
        page.select_option("[name=mode]", mode)
        seen[mode] = [name for name in OF_MODES if page.locator(f"[name={name}]").is_visible()]

    assert seen == {
        "yesno": ["has_maybe", "way_yesno"],
        "score": ["scale_low", "criteria", "way_score"],
        "rank": ["tiers", "way_rank"],
        "tokens": ["chips", "way_tokens"],
        "pairs": ["way_pairs"],
    }
    page.select_option("[name=mode]", "tokens")
    page.fill("[name=chips]", "")
    page.select_option("[name=mode]", "score")
    assert page.locator("[name=chips]").is_visible()  # the browser would not send it, and could not say why


def test_the_desk_during_a_round(desk: Desk) -> None:
    desk.act("open_round")
    with desk.database.changing() as work:
        anna = desk.people["anna"].id
        _seat, works = queries.queue(work.session, desk.contest_id, 1, anna, count=1)
        names = {"contest_id": desk.contest_id, "number": 1, "juror_id": anna, "at": desk.at}
        actions.flag(
            work, **names, handle=works[0].handle, kind=FlagKind.AI, note="six fingers", request_key="flag-00001"
        )
    page = desk.visit("organizer")

    _look(page, DESK, f"{DESK}1/?seat=1", f"{DESK}1/paper")
    with page.expect_download() as empty:
        page.click("a[download]")
    heading, *codes = Path(empty.value.path()).read_text(encoding="utf-8-sig").splitlines()
    filled = "\n".join([heading, *(f"{code},7" for code in codes)])
    page.set_input_files("[name=sheet]", {"name": "a.csv", "mimeType": "text/csv", "buffer": filled.encode()})
    page.click("main form button")
    page.wait_for_selector("#found")
    _accessible(page)


def test_the_desk_after_a_round(desk: Desk) -> None:
    desk.act("open_round")
    desk.judge()
    with desk.database.reading() as session:
        works = queries.set_of(session, desk.round_id)
    desk.act("ask", kind=Question.ORDER, entry_ids=works[:3], question="Which stand first?")

    _look(desk.visit("chair"), f"{DESK}1/", f"{DESK}1/standing", f"{JURY}deliberation")
    _look(desk.visit("anna", language="zh_Hans"), f"{JURY}deliberation", f"{JURY}outcome")
    _look(desk.visit("secretary"), f"{JURY}deliberation")
    _look(desk.visit("organizer", language="zh_Hans"), f"{DESK}1/next", f"{DESK}1/next?by=top&number=2")


def test_everybody_at_the_table_follows_the_chair(desk: Desk) -> None:
    desk.act("open_round")
    desk.judge()
    chair, anna, boris = (desk.visit(name) for name in ("chair", "anna", "boris"))
    for page in (anna, boris):
        page.goto(f"{JURY}deliberation")
    chair.goto(f"{DESK}1/standing")

    chair.locator("#decide .tick input").nth(0).check()
    chair.locator("#decide .tick input").nth(1).check()
    chair.select_option("[name=ask-kind]", "choose")
    chair.click("#ask button")
    for page in (anna, boris):
        expect(page.locator(".laid li")).to_have_count(2)
    codes = anna.locator(".laid .num").all_inner_texts()
    assert boris.locator(".laid .num").all_inner_texts() == codes

    anna.locator("[name=choice]").nth(0).check()
    anna.click(".answering button")
    expect(chair.locator("#votes")).to_have_text("1")
    # Boris has chosen and not sent yet: his screen is left alone, and he is told.
    boris.locator("[name=choice]").nth(1).check()
    assert "The votes say" not in anna.inner_text("main")
    chair.get_by_role("button", name="Show all answers").click()
    expect(anna.locator(".outcome")).to_contain_text(f"The votes say: {codes[0]}")
    expect(boris.locator("#changed")).to_be_visible()
    boris.click("#changed a")
    expect(boris.locator(".outcome")).to_contain_text(f"The votes say: {codes[0]}")

    chair.fill("[name=decide-words]", "One vote to none")
    chair.get_by_role("button", name="Decide so").click()
    for page in (anna, boris):
        expect(page.locator(".outcome").first).to_contain_text("One vote to none")
