"""Take the README's pictures from a demonstration contest: `.venv/bin/python scripts/screenshots.py docs/pictures`.

The contest is built and served in a folder of its own, with a clock that goes through its year: the last days of
entries (home, a photographer on a phone), the days of judging (the judging room), the announcement (gallery, album).
"""

import argparse
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import delete, select, text, update
from werkzeug.serving import make_server

from contest.accounts.models import Person
from contest.calls.models import Contest
from contest.cli import Parts
from contest.demo.story import CALL
from contest.entries.models import Entry, Picture
from contest.judging.models import Ballot, Round, RoundState, ScoreLine, Sheet
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.settings import Settings

HOME = "/contests/demo"
WIDTH_PX = 1440
BYTES_MAX = 250_000
JUDGED = 14  # works that the pictured juror has judged
SPREAD = (22, 23)  # two pages of the album with works of the last tier
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Build, serve, look."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=["zh_Hans", "en"], default="zh_Hans")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="contest-pictures-") as name:
        data = Path(name)
        done = json.loads(_run("demo", "--json", data=data))
        watch = _Watch(CALL.announced_at + timedelta(days=1))
        with _served(data, watch) as (address, database), _browser() as browser:
            visit = _Visits(browser, address, language=given.language, password=done["password"])
            _keep(_album(Path(done["album"])), given.folder / "album.jpg")
            _keep(_seen(visit.at(f"{HOME}/gallery/")), given.folder / "gallery.jpg")
            watch.at = CALL.closes_at - timedelta(days=9, hours=5)
            take_entries(database)
            _keep(_seen(visit.at(f"{HOME}/")), given.folder / "home.jpg")
            _keep(_phones(visit, database, _of(done, "photographer")), given.folder / "works.jpg")
            watch.at = CALL.judged_from + timedelta(days=2)
            juror = _of(done, "juror")
            work = judge(database, juror)
            _keep(_seen(visit.at(f"{HOME}/judging/1/room?work={work}", who=juror)), given.folder / "judging.jpg")


@dataclass
class _Watch:
    """The served instance's clock."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


def take_entries(database: Database) -> None:
    """Put the contest back to its days of entries."""
    with database.changing() as work:
        work.session.execute(update(Contest).values(state=State.OPEN))


def judge(database: Database, email: str) -> str:
    """Put the contest back to its round after `JUDGED` of the juror's works; give a landscape that waits for her."""
    with database.changing() as work:
        work.session.execute(update(Contest).values(state=State.ROUND))
        work.session.execute(update(Round).values(state=RoundState.OPEN))
        sheet = select(Sheet.id).join(Person, Person.id == Sheet.juror_id).where(Person.email == email)
        later = (ScoreLine.sheet_id.in_(sheet), ScoreLine.seq > JUDGED)
        undone = select(ScoreLine.ballot_id).where(*later)
        work.session.execute(update(Ballot).where(Ballot.id.in_(undone)).values(score=None, scored_at=None))
        # The ledger refuses this everywhere else; this copy of it is thrown away.
        work.session.execute(text("DROP TRIGGER score_line_no_DELETE"))
        work.session.execute(delete(ScoreLine).where(*later))
        waiting = (
            select(Ballot.handle)
            .join(Entry, Entry.id == Ballot.entry_id)
            .join(Picture, Picture.entry_id == Entry.id)
            .where(Ballot.sheet_id.in_(sheet), Ballot.score.is_(None), Entry.number.startswith("A"))
            .where(Picture.width_px > Picture.height_px)
            .order_by(Entry.number)
        )
        return work.session.scalars(waiting).first() or ""


class _Visits:
    """Open pages as somebody, in one language."""

    def __init__(self, browser: Browser, address: str, *, language: str, password: str) -> None:
        self.browser = browser
        self.address = address
        self.language = language
        self.password = password

    def at(self, path: str, *, who: str | None = None, phone: bool = False) -> Page:
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": 390, "height": 844} if phone else {"width": WIDTH_PX, "height": 900},
            locale="en-GB" if self.language == "en" else "zh-CN",
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": "language", "value": self.language, "url": self.address}])
        page = context.new_page()
        if who:
            page.goto("/sign-in")
            page.fill("[name=email]", who)
            page.fill("[name=password]", self.password)
            page.click("main form button.primary")
            page.locator("a[href='/account']").wait_for()
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page


def _seen(page: Page) -> Image.Image:
    taken = Image.open(BytesIO(page.screenshot())).convert("RGB")
    page.context.close()
    return taken


def _phones(visit: _Visits, database: Database, email: str) -> Image.Image:
    """Lay three pages of a photographer side by side: the notice, the own works, one of them."""
    with database.reading() as session:
        entrant = select(Person.id).where(Person.email == email).scalar_subquery()
        entry_id = session.scalars(select(Entry.id).where(Entry.entrant_id == entrant).order_by(Entry.number)).first()
    paths = (f"{HOME}/", f"{HOME}/works/", f"{HOME}/works/{entry_id}")
    shown = [_seen(visit.at(path, who=email, phone=True)) for path in paths]
    table = Image.new("RGB", (WIDTH_PX, 900), "#d9d5cc")
    gap = (WIDTH_PX - sum(one.width for one in shown)) // (len(shown) + 1)
    for place, one in enumerate(shown):
        table.paste(one, (gap + place * (one.width + gap), (table.height - one.height) // 2))
    return table


def _album(pdf: Path) -> Image.Image:
    with tempfile.TemporaryDirectory() as folder:
        first, last = (str(page) for page in SPREAD)
        subprocess.run(
            [
                "pdftoppm",
                "-f",
                first,
                "-l",
                last,
                "-scale-to-x",
                str(WIDTH_PX // 2),
                "-scale-to-y",
                "-1",
                "-png",
                pdf,
                f"{folder}/p",
            ],
            check=True,
        )
        left, right = (Image.open(path).convert("RGB") for path in sorted(Path(folder).glob("p*.png")))
    spread = Image.new("RGB", (left.width + right.width, left.height))
    spread.paste(left, (0, 0))
    spread.paste(right, (left.width, 0))
    return spread


def _keep(picture: Image.Image, path: Path) -> None:
    """Write a JPEG that is small enough for a README."""
    held = BytesIO()
    for quality in range(88, 40, -6):
        held = BytesIO()
        picture.save(held, "JPEG", quality=quality, optimize=True, progressive=True, subsampling=0)
        if held.tell() < BYTES_MAX:
            break
    path.write_bytes(held.getvalue())
    print(f"{path}  {picture.width} × {picture.height} px, {held.tell() // 1000} kB")


def _of(done: dict[str, Any], role: str) -> str:
    return next(str(found["email"]) for found in done["roles"] if found["role"] == role)


def _run(*words: str, data: Path) -> str:
    return subprocess.run(
        [sys.executable, "-m", "contest.cli", *words],
        env={**os.environ, "CONTEST_DATA": str(data)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


@contextmanager
def _served(data: Path, watch: _Watch) -> Iterator[tuple[str, Database]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    parts = Parts(Settings.from_env({"CONTEST_DATA": str(data), "PORT": str(port)}), clock=watch)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, parts.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield parts.settings.address, parts.database
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        parts.database.dispose()


@contextmanager
def _browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        sys.exit("No Chromium is installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


if __name__ == "__main__":
    main()
