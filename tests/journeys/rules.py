"""The rules of accessibility, asked in a real browser."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()


def broken_rules(page: Page) -> list[dict[str, Any]]:
    """Give the rules that a page breaks, as axe tells them; what it obeys stays in the browser, which is quicker."""
    page.evaluate(_AXE.axe_script)
    told: list[dict[str, Any]] = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
    )
    return told
