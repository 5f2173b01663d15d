"""Where a leak is planted: one answer of the real application, and all that the database knows of its work."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Response, make_response
from sqlalchemy import select, text

from contest.accounts.models import Unit
from contest.entries.models import Author, Entry, Picture
from contest.judging.models import Ballot
from contest.kernel.permissions import State
from contest.platform.store import original_key
from tests.guards.blindness.world import VOTED, Variant, World

ROOM, NEXT, WORK, PICTURE, BRIEFING, MARKS = (
    f"judging.{name}" for name in ("room", "next_works", "one_work", "picture", "briefing", "marks")
)
TABLE, TABLE_STATE, STANDING, PAPER, PAPER_SHEET = (
    f"judging.{name}" for name in ("table", "table_state", "round_standing", "paper", "paper_sheet")
)
AUTHORS, VOTES, SILENCE = Variant(authors="other"), Variant(votes="other"), Variant(votes=None)
_HANDLE = re.compile(r'data-handle="([^"]+)"')


@dataclass
class Scene:
    """One answer about to be sent, and all that the database knows about the work in it."""

    world: World
    answer: Response
    handle: str
    known: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def author(self) -> Author:
        return self._row(select(Author).join(Entry, Entry.author_id == Author.id))

    @cached_property
    def entry(self) -> Entry:
        return self._row(select(Entry))

    @cached_property
    def picture(self) -> Picture:
        return self._row(select(Picture).join(Entry, Entry.id == Picture.entry_id).order_by(Picture.position))

    @cached_property
    def unit(self) -> str:
        with self.world.database.reading() as session:
            unit = session.get(Unit, self.author.unit_id) if self.author.unit_id else None
        return unit.name_en if unit else ""

    @cached_property
    def original(self) -> bytes:
        with self.world.store.open(original_key(self.picture.sha256)) as file:
            return file.read()

    def number(self, statement: str) -> float:
        """Give the one number that a statement counts; ``:entry`` is the work's id."""
        with self.world.database.reading() as session:
            return float(session.execute(text(statement), {"entry": self.entry.id.hex}).scalar() or 0)

    def votes(self) -> list[int]:
        """Give everybody's votes on the work."""
        with self.world.database.reading() as session:
            return [
                score
                for score in session.scalars(select(Ballot.score).where(Ballot.entry_id == self.entry.id))
                if score is not None
            ]

    def put(self, markup: str) -> None:
        """Put something at the end of the page."""
        page = self.answer.get_data(as_text=True)
        self.answer.set_data(page.replace("</body>", f"{markup}</body>"))

    def put_bytes(self, more: bytes) -> None:
        """Put bytes behind the answer."""
        self.answer.set_data(self.answer.get_data() + more)

    def tell(self, name: str, value: object) -> None:
        """Put a field into the answer's JSON."""
        told = self.answer.get_json()
        told[name] = value
        self.answer.set_data(json.dumps(told))

    def sort(self, key: Callable[[Entry, Author], Any]) -> None:
        """Sort the works of the answer's JSON by what the database knows of them."""
        told = self.answer.get_json()
        told["works"].sort(key=lambda work: key(*_entry_and_author(self.world, work["handle"])))
        self.answer.set_data(json.dumps(told))

    def _row(self, statement: Any) -> Any:
        with self.world.database.reading() as session:
            joined = statement.join(Ballot, Ballot.entry_id == Entry.id).where(Ballot.handle == self.handle)
            return session.scalars(joined.limit(1)).one()


Spoil = Callable[[Scene], None]


@dataclass(frozen=True)
class Plant:
    """A leak: which page it spoils, how, who would see it and when, and which worlds it should set apart."""

    name: str
    endpoint: str
    against: Variant
    spoil: Spoil
    subject: str
    state: State


PLANTS: list[Plant] = []


def leak(
    endpoint: str = ROOM, *, against: Variant = AUTHORS, subject: str = "juror", state: State = State.ROUND
) -> Callable[[Spoil], Spoil]:
    """Add a leak to the list."""

    def add(spoil: Spoil) -> Spoil:
        PLANTS.append(Plant(spoil.__name__, endpoint, against, spoil, subject, state))
        return spoil

    return add


@contextmanager
def planted(world: World, plant: Plant) -> Iterator[None]:
    """Let one page of a world leak for a while."""
    honest = world.app.view_functions[plant.endpoint]

    def leaking(**names: Any) -> Response:
        answer = make_response(honest(**names))
        if answer.status_code == 200:
            answer.direct_passthrough = False
            plant.spoil(Scene(world, answer, names.get("handle") or _handle_in(world, answer)))
        return answer

    leaking.action = honest.action  # type: ignore[attr-defined]
    world.app.view_functions[plant.endpoint] = leaking
    try:
        yield
    finally:
        world.app.view_functions[plant.endpoint] = honest


def _handle_in(world: World, answer: Response) -> str:
    found, known = _HANDLE.search(answer.get_data(as_text=True)), world.handles("juror")
    return found.group(1) if found and found.group(1) in known else known[VOTED]


def _entry_and_author(world: World, handle: str) -> tuple[Entry, Author]:
    with world.database.reading() as session:
        entry, author = session.execute(
            select(Entry, Author)
            .join(Author, Author.id == Entry.author_id)
            .join(Ballot, Ballot.entry_id == Entry.id)
            .where(Ballot.handle == handle)
        ).one()
        return entry, author
