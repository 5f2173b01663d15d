"""The judging room in a real browser: one key a mark, step back, lost connections, a phone, no script."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.serving import make_server

from contest.accounts.models import Person, RoleKind
from contest.entries.models import Picture
from contest.inspection.sizes import SIZES, fitted
from contest.judging import actions, queries
from contest.judging.models import Ballot, ScoreLine
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.platform.store import FolderStore, derivative_key
from tests.judging import open_round
from tests.makers import make_contest, make_entry, make_person, make_role
from tests.photos import encode, make_pixels
from tests.visitor import Visitor

pytestmark = pytest.mark.journey

WORKS = 6
ROOM = "/contests/cup/judging/1/room"


@dataclass
class Panel:
    """A served contest in its round, its juror, and a way to look into the tables."""

    address: str
    database: Database
    contest_id: UUID
    juror: Person
    cookie: str

    def handles(self) -> list[str]:
        with self.database.reading() as session:
            return [one.handle for one in queries.queue(session, self.contest_id, 1, self.juror.id, count=WORKS)[1]]

    def round_id(self) -> UUID:
        with self.database.reading() as session:
            return queries.round_numbered(session, self.contest_id, 1).id

    def scores(self) -> list[int]:
        """Give the juror's scores in her own order."""
        with self.database.reading() as session:
            found = session.scalars(select(Ballot.score).order_by(Ballot.position))
            return [score for score in found if score is not None]

    def lines(self) -> int:
        with self.database.reading() as session:
            return len(list(session.scalars(select(ScoreLine.seq))))


@pytest.fixture
def panel(
    app: Flask, sqlite_database: Database, store: FolderStore, visitor: Callable[[], Visitor], now: datetime
) -> Iterator[Panel]:
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup", state=State.PRESCREEN)
        juror, organizer = make_person(work), make_person(work)
        make_role(work, contest, juror, RoleKind.JUROR)
        for number in range(WORKS):
            make_entry(work, contest, pictures=3 if number == 0 else 1)
        work.session.expire_all()
        pictures = select(Picture).options(selectinload(Picture.derivatives)).order_by(Picture.sha256)
        for number, picture in enumerate(work.session.scalars(pictures)):
            pixels = make_pixels(width_px=1500, height_px=1000, seed=number)
            for row, side in zip(picture.derivatives, SIZES, strict=True):
                row.width_px, row.height_px = fitted(1500, 1000, long_side_px=side)
                small = encode(pixels.resize((row.width_px, row.height_px)))
                store.put(derivative_key(picture.id, side), BytesIO(small))
        open_round(work, contest_id=contest.id, actor_id=organizer.id, at=now, seed="seed")
        contest_id = contest.id
        work.session.expunge_all()
    signed_in = visitor().sign_in(juror)
    cookie = signed_in.client.get_cookie("contest")
    assert cookie is not None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Panel(f"http://127.0.0.1:{server.port}", sqlite_database, contest_id, juror, cookie.value)
    server.shutdown()
    thread.join()
    server.server_close()


def _context(
    browser: Browser, panel: Panel, *, width: int = 1440, height: int = 900, script: bool = True
) -> BrowserContext:
    context = browser.new_context(
        base_url=panel.address, viewport={"width": width, "height": height}, java_script_enabled=script
    )
    context.set_default_timeout(15_000)
    context.add_cookies(
        [
            {"name": "contest", "value": panel.cookie, "url": panel.address},
            {"name": "language", "value": "en", "url": panel.address},
        ]
    )
    return context


@pytest.fixture
def page(browser: Browser, panel: Panel) -> Iterator[Page]:
    context = _context(browser, panel)
    errors: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(ROOM)
    opened.wait_for_selector("[data-do=zoom]:visible")
    opened.wait_for_function("() => document.querySelector('#stage img').dataset.width")
    yield opened
    context.close()
    assert errors == []


def _close(panel: Panel) -> None:
    with panel.database.changing() as work:
        at = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
        actions.close(work, round_id=panel.round_id(), actor_id=panel.juror.id, at=at, reason="enough marks")


def _press(page: Page, key: str) -> None:
    """Press a key that leads on, and wait until another work is on the stage."""
    before = page.evaluate("document.querySelector('#stage img').src")
    page.keyboard.press(key)
    page.wait_for_function(
        "before => document.querySelector('#stage img')?.src !== before || !location.pathname.endsWith('room')",
        arg=before,
    )


def _saved(page: Page, panel: Panel, count: int) -> None:
    page.wait_for_function("() => document.getElementById('saved').textContent.startsWith('saved')")
    page.wait_for_function(
        "count => document.getElementById('progress-words').textContent.startsWith(`${count} /`)", arg=count
    )
    assert len(panel.scores()) == count


def test_a_key_is_a_mark_and_brings_the_next_work_at_once(page: Page, panel: Panel) -> None:
    for key in "7805":
        _press(page, key)
    _saved(page, panel, 4)

    assert panel.scores() == [7, 8, 10, 5]
    assert "5: 1; 7: 1; 8: 1; 10: 1;" in page.text_content("#bars-title")  # type: ignore[operator]


def test_stepping_back_shows_the_mark_and_lets_it_be_changed(page: Page, panel: Panel) -> None:
    _press(page, "7")
    _press(page, "ArrowLeft")

    assert page.get_attribute(".scale button[value='7']", "aria-pressed") == "true"
    _press(page, "3")
    _saved(page, panel, 1)
    page.wait_for_timeout(300)

    assert panel.scores() == [3]


def test_undo_goes_back_to_the_work_and_takes_its_mark_away(page: Page, panel: Panel) -> None:
    _press(page, "7")
    _saved(page, panel, 1)
    _press(page, "z")
    page.wait_for_function("() => document.getElementById('progress-words').textContent.startsWith('0 /')")

    assert panel.scores() == []
    assert page.get_attribute(".scale button[value='7']", "aria-pressed") == "false"


def test_marks_given_while_offline_are_sent_once_when_the_connection_is_back(page: Page, panel: Panel) -> None:
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    _press(page, "7")
    _press(page, "8")
    page.wait_for_function("() => document.getElementById('saved').textContent.startsWith('offline: 2')")
    assert panel.scores() == []

    page.context.set_offline(False)
    _saved(page, panel, 2)

    assert panel.scores() == [7, 8]
    assert panel.lines() == 2


def test_marks_that_wait_survive_closing_the_tab(page: Page, panel: Panel) -> None:
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    _press(page, "7")
    page.wait_for_function("() => document.getElementById('saved').textContent.startsWith('offline')")
    context = page.context
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(ROOM)
    _saved(again, panel, 1)

    assert panel.scores() == [7]


def test_two_tabs_keep_both_what_waits(page: Page, panel: Panel) -> None:
    other = page.context.new_page()
    other.goto(ROOM)
    other.wait_for_function("() => document.querySelector('#stage img').dataset.width")
    for tab in (page, other):
        tab.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.keyboard.press("7")
    page.wait_for_function("() => document.getElementById('saved').textContent.startsWith('offline: 1')")
    other.keyboard.press("s")
    other.wait_for_function("() => document.getElementById('saved').textContent.startsWith('offline: 1')")
    context = page.context
    page.close()
    other.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(ROOM)
    again.wait_for_function("() => Object.keys(localStorage).every(name => !name.startsWith('contest.judging'))")

    assert panel.scores() == [7]


def test_a_mark_whose_answer_was_lost_before_the_round_closed_is_told_as_saved(page: Page, panel: Panel) -> None:
    page.wait_for_load_state("networkidle")
    page.route("**/judging/1/cast", lambda route: (route.fetch(), route.abort()))
    _press(page, "7")
    page.wait_for_function("() => document.getElementById('saved').textContent.startsWith('offline: 1')")
    page.unroute("**/judging/1/cast")
    page.context.set_offline(True)
    _press(page, "8")
    _close(panel)
    page.context.set_offline(False)

    page.wait_for_selector("#trouble:visible")

    assert panel.scores() == [7]
    assert page.locator("#trouble").inner_text().startswith("Not saved:")
    assert page.locator("#saved").inner_text() == ""
    _press(page, "ArrowLeft")
    assert page.locator(".scale [aria-pressed=true]").count() == 0
    _press(page, "ArrowLeft")
    assert page.locator(".scale [aria-pressed=true]").get_attribute("value") == "7"


def test_a_closed_room_says_which_marks_came_too_late(page: Page, panel: Panel) -> None:
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    _press(page, "7")
    page.wait_for_function("() => document.getElementById('saved').textContent.startsWith('offline')")
    context = page.context
    page.close()
    _close(panel)
    context.set_offline(False)

    again = context.new_page()
    again.goto(ROOM)
    again.wait_for_selector("#trouble:visible")

    assert again.locator("#trouble").inner_text().startswith("Not saved:")
    assert panel.scores() == []


def test_a_conflict_takes_one_key_and_a_confirmation(page: Page, panel: Panel) -> None:
    first = panel.handles()[0]
    page.keyboard.press("x")
    page.wait_for_selector("#conflict[open]")
    before = page.evaluate("document.querySelector('#stage img').src")
    page.click("[data-do=recuse]")
    page.wait_for_function("before => document.querySelector('#stage img').src !== before", arg=before)
    page.wait_for_function("() => document.getElementById('saved').textContent.startsWith('saved')")

    assert first not in panel.handles()
    assert page.inner_text("#progress-words") == f"0 / {WORKS - 1}"


def test_space_shows_every_pixel_in_place_and_nothing_else_moves(page: Page) -> None:
    dock = page.evaluate("document.querySelector('.dock').getBoundingClientRect().toJSON()")
    page.keyboard.press(" ")
    page.wait_for_selector(".stage.zoomed")

    assert page.evaluate("document.querySelector('#stage img.chosen').getBoundingClientRect().width") == 1500
    assert page.evaluate("document.querySelector('.dock').getBoundingClientRect().toJSON()") == dock
    page.keyboard.press(" ")
    assert page.query_selector(".stage.zoomed") is None


def test_no_picture_is_cropped_or_covered(page: Page) -> None:
    for _ in range(WORKS - 1):
        shown = page.evaluate(
            """[...document.querySelectorAll('#stage img')].map(image => {
                const box = image.getBoundingClientRect();
                const stage = document.getElementById('stage').getBoundingClientRect();
                return box.left >= stage.left - 1 && box.right <= stage.right + 1 && box.top >= stage.top - 1
                    && box.bottom <= stage.bottom + 1 && getComputedStyle(image).objectFit === 'contain';
            })"""
        )
        assert shown
        assert all(shown)
        _press(page, "6")


def test_after_the_last_work_the_own_marks_are_shown(page: Page, panel: Panel) -> None:
    for _ in range(WORKS - 1):
        _press(page, "6")
    page.keyboard.press("6")
    page.wait_for_url("**/judging/1/marks")

    assert len(panel.scores()) == WORKS
    assert page.locator(".contacts li").count() == WORKS


def test_on_a_phone_everything_is_within_reach_of_a_finger(browser: Browser, panel: Panel) -> None:
    context = _context(browser, panel, width=390, height=844)
    page = context.new_page()
    page.goto(ROOM)
    page.wait_for_selector("[data-do=zoom]:visible")

    small = page.evaluate(
        """[...document.querySelectorAll('button')].filter(one => one.offsetParent)
            .map(one => one.getBoundingClientRect()).filter(box => box.width < 44 || box.height < 44).length"""
    )
    wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()

    assert (small, wider) == (0, False)


def test_without_script_plain_forms_do_the_same(browser: Browser, panel: Panel) -> None:
    context = _context(browser, panel, script=False)
    page = context.new_page()
    page.goto(ROOM)
    page.click(".scale button[value='9']")
    page.click("[data-do=undo]")
    page.click(".scale button[value='4']")
    page.click("[data-do=skip]")
    page.click("[data-do=conflict]")
    page.click("[data-do=recuse]")
    context.close()

    assert panel.scores() == [4]
    assert panel.lines() == 5


@pytest.mark.parametrize("path", ["", "room", "marks"])
def test_the_pages_break_no_rule_of_accessibility(page: Page, path: str) -> None:
    _press(page, "7")
    page.wait_for_function("() => document.getElementById('saved').textContent.startsWith('saved')")
    page.goto(f"/contests/cup/judging/{path}")
    page.wait_for_load_state("networkidle")

    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
