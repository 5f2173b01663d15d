"""Every main page in a real browser: no rule of accessibility broken, nothing wider than a phone, a quiet console."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from contest.accounts.models import Person, RoleKind
from contest.entries.models import EntryState
from contest.kernel import audit
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.platform.store import FolderStore
from contest.publishing.gallery import view
from tests.journeys.rules import broken_rules
from tests.journeys.serving import served
from tests.makers import make_contest, make_entry, make_person, make_role, make_unit
from tests.records import SEALED_AT, make_record, make_result, put_previews
from tests.visitor import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.slow]

PHONE, DESK = 390, 1440
PAGES = {
    "anybody": (
        *("/", "/archive", "/sign-in", "/sign-in/code", "/contests/open/", "/contests/done/", "/nowhere"),
        *(f"/contests/done/gallery/{name}" for name in ("", "A-0107", "B-0011", "slideshow")),
    ),
    "photographer": (
        *("/account", "/contests/open/works/", "/contests/open/works/{entry}"),
        "/contests/open/works/{entry}/receipt",
    ),
    "organizer": (
        *("/contests/draft/desk/", "/contests/draft/desk/settings", "/contests/open/desk/"),
        *("/contests/open/desk/people", "/contests/open/desk/settings", "/contests/open/desk/works/{entry}"),
        *(f"/contests/waiting/desk/{name}" for name in ("", "works", "look-alikes", "jury")),
        *(
            f"/contests/done/desk/{name}"
            for name in ("", "works", "jury", "results", "publishing", "audit", "archive")
        ),
    ),
    "administrator": ("/", "/contests/new", "/contests/demo"),
}


@dataclass
class House:
    """A served instance with contests in several states, and its people's cookies."""

    address: str
    entry_id: UUID
    cookies: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def house(
    app: Flask, sqlite_database: Database, store: FolderStore, visitor: Callable[[], Visitor]
) -> Iterator[House]:
    record = make_record()
    people: dict[str, Person] = {}
    entries: dict[str, UUID] = {}
    with sqlite_database.changing() as work:
        for name in ("organizer", "photographer", "administrator"):
            people[name] = make_person(work, is_administrator=name == "administrator")
        states = {"draft": State.DRAFT, "open": State.OPEN, "waiting": State.PRESCREEN, "done": State.ANNOUNCED}
        for name, state in states.items():
            contest = make_contest(work, short_name=name, state=state)
            make_unit(work, contest)
            make_role(work, contest, people["organizer"], RoleKind.ORGANIZER)
            make_role(work, contest, make_person(work), RoleKind.CHAIR)
            make_role(work, contest, make_person(work), RoleKind.JUROR)
            entry = make_entry(work, contest, entrant=people["photographer"], state=EntryState.SUBMITTED)
            entries[name] = entry.id
            if state is State.ANNOUNCED:
                make_result(work, contest, record)
                told = {"at": SEALED_AT, "actor_id": people["organizer"].id, "contest_id": contest.id}
                audit.record(work, action="round.close", thing="round 1", reason="late", **told)
        work.session.expunge_all()
    put_previews(store, view.pictures(view.awarded(record)))
    cookies = {}
    for name, person in people.items():
        cookie = visitor().sign_in(person).client.get_cookie("contest")
        assert cookie is not None
        cookies[name] = cookie.value
    with served(app) as address:
        yield House(address, entries["open"], cookies)


@pytest.fixture
def contexts(browser: Browser, house: House) -> Iterator[Callable[..., BrowserContext]]:
    opened: list[BrowserContext] = []

    def make(person: str | None) -> BrowserContext:
        context = browser.new_context(base_url=house.address)
        context.set_default_timeout(15_000)
        if person:
            context.add_cookies([{"name": "contest", "value": house.cookies[person], "url": house.address}])
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


def _heard(page: Page) -> list[str]:
    """Collect what a page says on the console from now on."""
    found: list[str] = []

    def heard(kind: str, text: str) -> None:
        if kind == "error" and "status of" not in text:  # an answer of 404 is told on the console too
            found.append(f"{page.url}: console: {text}")

    page.on("console", lambda told: heard(told.type, told.text))
    page.on("pageerror", lambda error: found.append(f"{page.url}: script: {error}"))
    return found


def _faults(page: Page, address: str, path: str) -> list[str]:
    """Look at a page on a phone by day in Chinese, and at a desk by night in English; give all that is wrong."""
    found: list[str] = []
    for width, language in ((PHONE, "zh_Hans"), (DESK, "en")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="light" if width == PHONE else "dark")
        page.context.add_cookies([{"name": "language", "value": language, "url": address}])
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == (404 if path == "/nowhere" else 200), path
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path}: wider than {width} px")
        broken = broken_rules(page)
        found += [f"{path}: {rule['id']} at {width} px: {rule['nodes'][0]['html']}" for rule in broken]
    return found


@pytest.mark.parametrize("person", PAGES)
def test_every_page_is_accessible_and_fits_a_phone(
    contexts: Callable[..., BrowserContext], house: House, person: str
) -> None:
    page = contexts(None if person == "anybody" else person).new_page()
    heard = _heard(page)

    paths = [path.format(entry=house.entry_id) for path in PAGES[person]]
    assert [fault for path in paths for fault in _faults(page, house.address, path)] == []
    assert heard == []
