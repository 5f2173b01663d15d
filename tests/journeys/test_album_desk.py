"""The album desk in a real browser: works are dragged and moved by keys, with script and without, on any width."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from contest.accounts.models import RoleKind
from contest.calls.models import Contest
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore
from contest.platform.worker import drain
from contest.publishing import drafts
from contest.publishing.gallery import view
from contest.publishing.jobs import handlers
from tests.journeys.rules import broken_rules
from tests.journeys.serving import served
from tests.makers import make_contest, make_person, make_role
from tests.records import make_record, make_result, make_work_record, put_previews, with_originals
from tests.visitor import SetClock, Visitor

pytestmark = pytest.mark.journey

ALBUM = "/contests/cup/desk/publishing/album"


@dataclass
class Desk:
    """A served instance with a sealed contest, and its organizer's cookie."""

    address: str
    cookie: str
    build: str
    database: Database

    def pinned(self) -> list[tuple[int, int]]:
        """Give page and place of what was placed by hand."""
        with self.database.reading() as session:
            found = drafts.draft(session, session.query(Contest).one().id)
        return [(pin.page, pin.slot) for pin in found.options.overrides.pins]


@pytest.fixture
def desk(
    app: Flask, sqlite_database: Database, store: FolderStore, clock: SetClock, visitor: Callable[[], Visitor]
) -> Iterator[Desk]:
    record = make_record()
    more = [
        make_work_record(f"A-04{n:02}", rank=6 + n, tier="second", title=Bilingual(f"潮{n}", f"Tide {n}"))
        for n in range(1, 5)
    ]
    record = with_originals(replace(record, works=(*record.works, *more)), store)
    put_previews(store, view.pictures(view.awarded(record)))
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup")
        make_result(work, contest, record, announced=False)
        person = make_person(work)
        make_role(work, contest, person, RoleKind.ORGANIZER)
        work.session.expunge(person)
    organizer = visitor().sign_in(person)
    organizer.post(ALBUM, {"edition": "proof"})
    drain(EmbeddedQueue(sqlite_database), handlers(app.extensions["contest"]), clock=clock)
    build = organizer.get(f"{ALBUM}/builds").get_data(as_text=True).partition(f'href="{ALBUM}/builds/')[2][:36]
    cookie = organizer.client.get_cookie("contest")
    assert cookie is not None
    with served(app) as address:
        yield Desk(address, cookie.value, build, sqlite_database)


@pytest.fixture
def opened(browser: Browser, desk: Desk) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def visit(*, script: bool = True, width: int = 1440, language: str = "en") -> Page:
        context = browser.new_context(
            base_url=desk.address, java_script_enabled=script, viewport={"width": width, "height": 900}
        )
        context.set_default_timeout(20_000)
        context.add_cookies(
            [
                {"name": "contest", "value": desk.cookie, "url": desk.address},
                {"name": "language", "value": language, "url": desk.address},
            ]
        )
        contexts.append(context)
        return context.new_page()

    yield visit
    for context in contexts:
        context.close()


def label_of(page: Page, number: str) -> str:
    return str(page.locator(f"ol.works:has(#w-{number})").get_attribute("data-page"))


def test_a_work_is_dragged_to_another_page_and_moved_on_by_a_key(desk: Desk, opened: Callable[..., Page]) -> None:
    page = opened()
    page.goto(ALBUM)
    old, new = label_of(page, "A-0401"), label_of(page, "A-0404")
    assert old != new

    name = page.locator("#w-A-0401 .name")
    name.scroll_into_view_if_needed()
    name.hover()
    page.mouse.down()
    target = page.locator("#w-A-0404")
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 4, steps=12)
    page.mouse.move(box["x"] + 40, box["y"] + 8, steps=4)
    with page.expect_navigation():
        page.mouse.up()

    assert label_of(page, "A-0401") == new
    assert len(desk.pinned()) == 1
    expect(page.locator("#w-A-0401 button").first).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Take back the last change").click()
    page.get_by_role("button", name="Take back the last change").click()
    assert label_of(page, "A-0401") == old
    assert desk.pinned() == []


def test_without_script_a_page_takes_what_is_chosen(desk: Desk, opened: Callable[..., Page]) -> None:
    page = opened(script=False)
    page.goto(ALBUM)
    page.click(f"#p-{label_of(page, 'A-0404')} > a")

    page.select_option("#to-A-0404", index=0)
    page.select_option("#slot-A-0404", "1")
    page.click("button[name=place][value='A-0404']")

    assert desk.pinned() == [(1, 1)]
    expect(page.locator("#w-A-0404 .tag")).to_have_text("placed by hand")
    page.click("button[name=lock]")
    expect(page.get_by_role("button", name="Unlock the page")).to_be_visible()


@pytest.mark.parametrize(("width", "language"), [(390, "zh_Hans"), (1440, "en")])
def test_every_page_of_the_desk_is_accessible_and_fits(
    desk: Desk, opened: Callable[..., Page], width: int, language: str
) -> None:
    page, found = opened(width=width, language=language), []
    page.goto(ALBUM)
    label = label_of(page, "A-0401")

    for path in ("", f"/pages/{label}", "/look", "/texts", "/builds", f"/builds/{desk.build}"):
        page.goto(f"{ALBUM}{path}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path}: wider than {width} px")
        broken = broken_rules(page)
        found += [f"{path}: {rule['id']}: {rule['nodes'][0]['html']}" for rule in broken]

    assert found == []
