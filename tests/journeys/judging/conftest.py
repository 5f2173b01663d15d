"""A served contest in its round, one juror's browser, and a way to look into the tables."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from contest.accounts.models import Person, RoleKind
from contest.entries.models import Derivative, Picture
from contest.inspection.sizes import FULL, fitted
from contest.judging import actions, queries
from contest.judging.models import Ballot, EntryFlag, ScoreLine
from contest.judging.rules.settings import Mode, RoundSettings
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.platform.store import FolderStore, derivative_key
from tests.journeys.judging.doing import ready
from tests.journeys.serving import served
from tests.judging import open_round
from tests.makers import make_contest, make_entry, make_person, make_role
from tests.photos import encode, make_pixels
from tests.visitor import Visitor

WORKS = 6
ROOM = "/contests/cup/judging/1/room"
WHOLE_PX = (2400, 1600)
CLOSES = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


@dataclass
class Panel:
    """A served contest in its round, its juror, and a way to look into the tables."""

    address: str
    database: Database
    contest_id: UUID
    round_id: UUID
    juror: Person
    cookie: str

    def handles(self) -> list[str]:
        """Give the handles of the works that wait, in the juror's own order."""
        with self.database.reading() as session:
            return [one.handle for one in queries.queue(session, self.contest_id, 1, self.juror.id, count=WORKS)[1]]

    def scores(self) -> list[int]:
        """Give the juror's scores in her own order, in hundredths."""
        with self.database.reading() as session:
            found = session.scalars(select(Ballot.score).order_by(Ballot.position))
            return [score for score in found if score is not None]

    def lines(self) -> list[ScoreLine]:
        """Give the juror's ledger."""
        with self.database.reading() as session:
            return list(session.scalars(select(ScoreLine).order_by(ScoreLine.seq)))

    def flags(self) -> list[tuple[str, str]]:
        """Give what was pointed out: (kind, note)."""
        with self.database.reading() as session:
            return [(str(one.kind), one.note) for one in session.scalars(select(EntryFlag))]

    def favourites(self) -> list[str]:
        """Give the handles of the juror's favourites."""
        with self.database.reading() as session:
            return list(session.scalars(select(Ballot.handle).where(Ballot.favourite).order_by(Ballot.position)))

    def close(self) -> None:
        """Close the round with gaps."""
        with self.database.changing() as work:
            actions.close(work, round_id=self.round_id, actor_id=self.juror.id, at=CLOSES, reason="enough marks")


Serve = Callable[..., Panel]


@pytest.fixture
def serve(
    app: Flask, sqlite_database: Database, store: FolderStore, visitor: Callable[[], Visitor], now: datetime
) -> Iterator[Serve]:
    """Serve a round: `serve(mode=Mode.YESNO, settings=RoundSettings(has_maybe=True))`; its first work is a series."""
    running = ExitStack()

    def start(
        *, mode: Mode = Mode.SCORE, settings: RoundSettings | None = None, has_whole: bool = False, **given: Any
    ) -> Panel:
        with sqlite_database.changing() as work:
            contest = make_contest(work, short_name="cup", state=State.PRESCREEN)
            juror, organizer = make_person(work), make_person(work)
            make_role(work, contest, juror, RoleKind.JUROR)
            for number in range(WORKS):
                make_entry(work, contest, pictures=3 if number == 0 else 1)
            work.session.expire_all()
            pictures = list(work.session.scalars(select(Picture).options(selectinload(Picture.derivatives))))
            if has_whole:
                for picture in pictures:
                    picture.derivatives.append(
                        Derivative(long_side_px=FULL, width_px=0, height_px=0, bytes=1, sha256="0" * 64)
                    )
            draw(pictures, store)
            names = {"contest_id": contest.id, "actor_id": organizer.id, "at": now}
            round_id = open_round(work, mode=mode, settings=settings, **names, **given)
            contest_id = contest.id
            work.session.expunge_all()
        signed_in = visitor().sign_in(juror)
        cookie = signed_in.client.get_cookie("contest")
        assert cookie is not None
        address = running.enter_context(served(app))
        return Panel(address, sqlite_database, contest_id, round_id, juror, cookie.value)

    with running:
        yield start


def draw(pictures: Any, store: FolderStore) -> None:
    """Draw the previews of pictures, and write down their sizes."""
    for number, picture in enumerate(sorted(pictures, key=lambda one: one.sha256)):
        for row in picture.derivatives:
            row.width_px, row.height_px, drawn = _drawn(number, row.long_side_px)
            store.put(derivative_key(picture.id, row.long_side_px), BytesIO(drawn))


@cache
def _drawn(number: int, side: int) -> tuple[int, int, bytes]:
    """Draw a picture in one step: width, height, file."""
    size = WHOLE_PX if side == FULL else fitted(1500, 1000, long_side_px=side)
    return *size, encode(_pixels(number).resize(size))


@cache
def _pixels(number: int) -> Image.Image:
    return make_pixels(width_px=1500, height_px=1000, seed=number)


@pytest.fixture
def panel(serve: Serve) -> Panel:
    """Serve a round of marks from 1 to 10 in half steps."""
    return serve()


Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, serve: Serve) -> Iterator[Enter]:
    """Open the juror's room: `enter(panel, width=390)`; what a page throws fails the test at its end."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(panel: Panel, *, path: str = ROOM, width: int = 1440, height: int = 900, **given: Any) -> Page:
        context = browser.new_context(base_url=panel.address, viewport={"width": width, "height": height}, **given)
        context.set_default_timeout(15_000)
        contexts.append(context)
        context.add_cookies(
            [
                {"name": "contest", "value": panel.cookie, "url": panel.address},
                {"name": "language", "value": "en", "url": panel.address},
            ]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        if given.get("java_script_enabled", True) and path == ROOM:
            ready(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(enter: Enter, panel: Panel) -> Page:
    """Open the juror's room of `panel`."""
    return enter(panel)
