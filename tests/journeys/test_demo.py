"""The demonstration contest, built by the command and looked at as its people."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Browser, Service, started
from tests.pace import pace_s

pytestmark = [pytest.mark.journey, pytest.mark.slow]
# As strict as 80 seconds at the clock of a quick hour (0.72 s a pace); it took 75 to 84 paces.
PACES_MAX = 110


def _demo(data: Path, *words: str) -> tuple[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "contest.cli", "demo", *words],
        env={**os.environ, "CONTEST_DATA": str(data)},
        check=True,
        capture_output=True,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_demonstration_is_whole_quick_and_built_once(
    tmp_path: Path, browser: Browser, visit_at: Callable[..., Page]
) -> None:
    data = tmp_path / "data"

    before_s = pace_s()
    told, cpu_s = _demo(data)
    again, _ = _demo(data, "--json")

    done = json.loads(again)
    assert cpu_s < PACES_MAX * (before_s + pace_s()) / 2
    assert done["password"] in told
    assert Path(done["album"]).read_bytes()[:5] == b"%PDF-"
    assert done["album_pages"] >= 20
    roles = {role["role"] for role in done["roles"]}
    assert roles == {"administrator", "organizer", "chair", "juror", "secretary", "delegate", "photographer"}
    with started(data) as service:
        _look(service, visit_at, done)


def _look(service: Service, visit_at: Callable[..., Page], done: dict[str, object]) -> None:
    """Sign in as each of them and open the page where the work begins."""
    gallery = visit_at(service)
    gallery.goto("/contests/demo/gallery/")
    assert gallery.locator("main figure img").count() >= 19
    gallery.context.close()
    roles = done["roles"]
    assert isinstance(roles, list)
    for role in {role["role"]: role for role in roles}.values():
        page = visit_at(service)
        page.goto("/sign-in")
        page.fill("[name=email]", role["email"])
        page.fill("[name=password]", str(done["password"]))
        page.click("main form button.primary")
        expect(page.locator("a[href='/account']")).to_be_visible()
        answer = page.goto(role["path"])
        assert answer is not None
        assert answer.status == 200, role
        if role["role"] == "organizer":
            page.goto("/contests/demo/desk/look-alikes")
            expect(page.locator("main h2 a[href*='/look-alikes/']")).to_have_count(2)
        # Pictures further down may still load: a page that outlived the service would report them as lost.
        page.context.close()
