"""What a juror does in her room, and what she waits for."""

from typing import TYPE_CHECKING

from playwright.sync_api import Page

if TYPE_CHECKING:
    from tests.journeys.judging.conftest import Panel

SHOWN = "document.querySelector('#stage img')?.src"


def ready(page: Page) -> None:
    """Wait until the room's script, or the light table's, runs; in the room its own picture is on the stage then."""
    page.wait_for_selector("#grey:visible")
    page.wait_for_function(
        "() => !document.getElementById('mark') || document.querySelector('#stage img').dataset.width"
    )


def press(page: Page, *keys: str) -> None:
    """Press keys that lead on, one after the other, and wait each time until another work is on the stage."""
    for key in keys:
        before = page.evaluate(SHOWN)
        page.keyboard.press(key)
        page.wait_for_function(f"before => {SHOWN} !== before || !location.pathname.endsWith('room')", arg=before)


def offline(page: Page, count: int) -> None:
    """Wait until the page says that so many marks wait."""
    page.wait_for_function(
        "count => document.getElementById('saved').textContent.startsWith(`offline: ${count} `)", arg=count
    )


def all_saved(page: Page) -> None:
    """Wait until nothing waits any more."""
    page.wait_for_function("() => document.getElementById('saved').textContent.startsWith('saved')")


def saved(page: Page, panel: "Panel", count: int) -> None:
    """Wait until so many marks are saved and shown as such."""
    all_saved(page)
    page.wait_for_function(
        "count => document.getElementById('progress-words').textContent.startsWith(`${count} /`)", arg=count
    )
    assert len(panel.scores()) == count
