"""What people do on the pages, one function a deed; a journey strings them together."""

import re
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Page, expect
from sqlalchemy import update

from contest.calls.models import Contest
from contest.kernel.db import open_database
from tests.journeys.conftest import Service

Found = TypeVar("Found")
PASSWORD = "a lake before sunrise"


def create_administrator(page: Page, link: str, email: str) -> None:
    """Follow the one-time link of the terminal."""
    page.goto(link)
    page.fill("[name=name]", "管理员")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button.primary")
    expect(page.locator("a[href='/contests/new']").first).to_be_visible()


def open_draft(page: Page, short_name: str, *, preset: str) -> None:
    """Fill in the first form of a contest: its preset, names and dates."""
    today = datetime.now(tz=UTC).date()  # noqa: TID251 - the running service has the machine's clock
    page.goto("/contests/new")
    page.check(f"[name=preset][value={preset}]")
    page.fill("[name=name_zh]", "真实影像大赛")
    page.fill("[name=name_en]", "Real Pictures Contest")
    page.fill("[name=short_name]", short_name)
    page.fill("[name=opens_on]", str(today - timedelta(days=2)))
    page.fill("[name=closes_on]", str(today + timedelta(days=20)))
    page.click("main form button.primary")
    expect(page).to_have_url(re.compile(f"/contests/{short_name}/desk/"))


def press_next(page: Page, short_name: str) -> None:
    """Press the desk's one next button."""
    page.goto(f"/contests/{short_name}/desk/")
    page.click("section.next .button.primary")


def add_person(page: Page, short_name: str, *, kind: str, email: str, zh: str, en: str, unit: str = "") -> None:
    """Invite somebody on the page of people."""
    page.goto(f"/contests/{short_name}/desk/people")
    form = page.locator("form[action$='/desk/people']")
    form.locator("[name=kind]").select_option(kind)
    if unit:
        form.locator("[name=unit_id]").select_option(label=unit)
    form.locator("[name=email]").fill(email)
    form.locator("[name=name_zh]").fill(zh)
    form.locator("[name=name_en]").fill(en)
    form.locator("button.primary").click()
    expect(page.locator("table.people")).to_contain_text(email)


def sign_in_by_letter(page: Page, service: Service, email: str) -> None:
    """Ask for a link, open the letter's link in the same browser, press its button."""
    before = len(service.letters(email))
    page.goto("/sign-in")
    page.fill("[name=email]", email)
    page.click("main form button.primary")
    letter = wait_for(lambda: service.letters(email)[before:], what=f"a letter to {email}")[-1]
    found = re.search(r"http://\S+/sign-in/\S+", letter.replace("=\n", ""))
    assert found is not None, letter
    page.goto(found.group(0))
    page.click("main form button.primary")
    expect(page.locator("a[href='/account']")).to_be_visible()


def wait_for(look: Callable[[], Found], *, what: str, limit_s: float = 60) -> Found:
    """Look again until there is something."""
    limit = time.monotonic() + limit_s
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < limit, f"{what} did not come in {limit_s} s"
        time.sleep(0.1)


def let_the_deadline_pass(service: Service, short_name: str) -> None:
    """Move the contest's deadline into the past: the one thing that a journey cannot wait for."""
    database = open_database(f"sqlite:///{service.data / 'instance' / 'contest.sqlite'}")
    yesterday = datetime.now(tz=UTC) - timedelta(days=1)  # noqa: TID251 - as above
    with database.changing() as work:
        work.session.execute(update(Contest).where(Contest.short_name == short_name).values(closes_at=yesterday))
    database.dispose()


def pages_as_pictures(pdf: Path, folder: Path, *, dpi: int) -> list[Path]:
    """Render a PDF's pages."""

    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(folder / "page")], check=True)
    return sorted(folder.glob("page*.png"))
