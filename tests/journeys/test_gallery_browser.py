"""The gallery in a real browser: large view, slideshow, print, accessibility, and the folder without a server."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from contest.inspection.sizes import SIZES
from contest.kernel.db import Database
from contest.platform.store import FolderStore, derivative_key
from contest.publishing.gallery import view
from contest.publishing.gallery.folder import export_gallery
from contest.publishing.web.gallery import SWIPING
from tests.journeys.rules import broken_rules
from tests.journeys.serving import served
from tests.makers import make_contest
from tests.photos import make_pixels
from tests.records import make_record, make_result, put_previews

pytestmark = pytest.mark.journey

STATIC = Path(__file__).parents[2] / "contest" / "static"
SHOWN = ".slide.on img[data-key='{}']"


@dataclass
class Window:
    """A browser's page on the announced gallery, with what went wrong in it."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        """Give the accessibility rules that the page breaks."""
        return [found["id"] for found in broken_rules(self.page)]


@pytest.fixture
def gallery(app: Flask, sqlite_database: Database, store: FolderStore) -> Iterator[str]:
    """Serve the announced contest "cup"; give its gallery's address."""
    record = make_record()
    with sqlite_database.changing() as work:
        make_result(work, make_contest(work, short_name="cup"), record)
    put_previews(store, view.pictures(view.awarded(record)))
    with served(app) as address:
        yield f"{address}/contests/cup/gallery/"


def _open(context: BrowserContext, address: str) -> Window:
    window = Window(context.new_page(), address)
    window.page.on("pageerror", lambda error: window.errors.append(str(error)))
    window.page.on("console", lambda told: window.errors.append(told.text) if told.type == "error" else None)
    window.page.on("request", lambda request: window.asked.append(request.url))
    window.page.goto(address)
    return window


@pytest.fixture
def window(browser: Browser, gallery: str) -> Iterator[Window]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "language", "value": "en", "url": gallery}])
    opened = _open(context, gallery)
    yield opened
    context.close()
    assert opened.errors == []


@pytest.mark.skipif(
    not all((STATIC / name).is_file() for name in SWIPING), reason="scripts/vendor.py could not fetch PhotoSwipe"
)
def test_every_picture_can_be_seen_large_and_has_an_address(window: Window) -> None:
    page = window.page
    page.wait_for_load_state("networkidle")  # a click before the script is there leads to the work's page
    page.locator("#A-0032 a.lead").click()
    page.wait_for_url("**/#view=A-0032/1")
    page.locator(".pswp__caption b", has_text="Dusk at the reservoir").wait_for()
    page.wait_for_timeout(600)  # the large view takes keys once it has stopped growing
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/#view=B-0011/1")
    page.keyboard.press("Escape")
    page.wait_for_url(window.address)

    page.goto(f"{window.address}#view=B-0011/3")
    page.reload()

    page.locator(".pswp__caption b", has_text="A day of fishermen, picture 3 of 3").wait_for()


def test_without_a_script_the_pictures_lead_to_their_works(browser: Browser, gallery: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(gallery)

    page.locator("#B-0011 a.lead").click()

    page.wait_for_url("**/gallery/B-0011")
    assert page.locator("figure img").count() == 3
    page.locator("a[rel=next]").click()
    page.wait_for_url("**/gallery/A-0215")
    context.close()


def test_nothing_moves_while_pictures_arrive(window: Window) -> None:
    page = window.page
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => { for (const shift of list.getEntries())"
        " moved += shift.value }).observe({ type: 'layout-shift', buffered: true })"
    )
    page.goto(window.address)
    page.wait_for_load_state("networkidle")
    page.mouse.wheel(0, 5000)
    page.wait_for_load_state("networkidle")

    assert page.evaluate("moved") == 0
    rows = page.evaluate(
        "[...document.querySelectorAll('.line')].map((line) => [...line.querySelectorAll('.lead > img')]"
        ".map((image) => image.getBoundingClientRect().height))"
    )
    assert [max(heights) - min(heights) < 1 for heights in rows] == [True] * len(rows)


def test_a_kept_page_keeps_its_look(window: Window) -> None:
    with window.page.expect_response(window.address) as answer:
        window.page.reload()

    assert answer.value.status in {200, 304}
    aspect = "getComputedStyle(document.querySelector('#A-0107')).getPropertyValue('--a')"
    assert window.page.evaluate(aspect).strip() == "1.5"


def test_the_pages_break_no_rule_of_accessibility(window: Window) -> None:
    broken, too_wide = {}, []
    for width in (390, 1440):
        window.page.set_viewport_size({"width": width, "height": 900})
        for place in ("", "B-0011", "A-0107", "slideshow"):
            window.page.goto(window.address + place)
            window.page.wait_for_load_state("networkidle")
            broken[(width, place)] = window.violations()
            if window.page.evaluate("document.documentElement.scrollWidth") > width:
                too_wide.append((width, place))

    assert {where: rules for where, rules in broken.items() if rules} == {}
    assert too_wide == []


def test_the_slideshow_plays_by_itself_and_obeys_keys(window: Window) -> None:
    page = window.page
    page.clock.install()  # so that nobody waits for the seconds
    page.goto(f"{window.address}slideshow?seconds=2")

    page.locator(SHOWN.format("A-0107/1")).wait_for()
    page.clock.run_for(2500)
    page.locator(SHOWN.format("A-0032/1")).wait_for()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.locator(SHOWN.format("A-0107/1")).wait_for()
    page.clock.run_for(2500)
    assert page.locator(SHOWN.format("A-0107/1")).count() == 1


def test_readers_who_want_no_motion_see_none(browser: Browser, gallery: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{gallery}slideshow")
    page.locator(SHOWN.format("A-0107/1")).wait_for()

    lasts = page.evaluate("getComputedStyle(document.querySelector('.slide.on')).transitionDuration")

    assert set(lasts.split(", ")) == {"0s"}
    context.close()


def test_the_folder_opens_and_plays_without_a_network(
    browser: Browser, app: Flask, store: FolderStore, tmp_path: Path
) -> None:
    record = make_record()
    put_previews(store, view.pictures(view.awarded(record)))
    lead = record.works[0].pictures[0]
    for side in SIZES:
        store.put(derivative_key(UUID(hex=lead.id), side, ending="avif"), _light_picture())
    export_gallery(record, colours={}, light=frozenset({lead.id}), app=app, store=store, target=tmp_path / "gallery")
    context = browser.new_context(offline=True, viewport={"width": 1440, "height": 900})
    window = _open(context, (tmp_path / "gallery" / "index.html").as_uri())

    window.page.locator("#A-0107 a.lead").click()
    window.page.locator("a[hreflang=en]").click()
    assert window.page.locator("h1").inner_text() == "Clear after rain"
    picture = window.page.locator("img[data-key='A-0107/1']")
    assert picture.evaluate("async seen => (await seen.decode(), seen.currentSrc.split('.').pop())") == "avif"
    window.page.goto((tmp_path / "gallery" / "slideshow.html").as_uri() + "?seconds=2")
    window.page.locator(SHOWN.format("A-0032/1")).wait_for()

    assert window.errors == []
    assert {url.partition(":")[0] for url in window.asked} == {"file"}
    context.close()


def _light_picture() -> BytesIO:
    out = BytesIO()
    make_pixels(width_px=480, height_px=320).save(out, "AVIF", max_threads=1)
    out.seek(0)
    return out
