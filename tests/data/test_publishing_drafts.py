"""An album on the desk keeps every state, says when somebody else was quicker, and goes back step by step."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from contest.kernel.db import Database
from contest.kernel.errors import Conflict
from contest.publishing import drafts
from contest.publishing.album.design import Design
from contest.publishing.album.options import AlbumOptions
from contest.publishing.models import AlbumDraft
from contest.publishing.queries import PrinterOrder
from tests.makers import make_contest, make_person

BLACK = AlbumOptions(design=Design(theme="black"))


@pytest.fixture
def ids(database: Database) -> tuple[UUID, UUID]:
    with database.changing() as work:
        return make_contest(work, short_name="cup").id, make_person(work).id


def keep(database: Database, ids: tuple[UUID, UUID], at: datetime, *, seen: int, options: AlbumOptions) -> int:
    with database.changing() as work:
        return drafts.change(
            work,
            contest_id=ids[0],
            seen=seen,
            options=options,
            printer=PrinterOrder(leaf_mm=0.2),
            actor_id=ids[1],
            at=at,
        )


def read(database: Database, contest_id: UUID) -> drafts.Draft:
    with database.reading() as session:
        return drafts.draft(session, contest_id)


def test_an_untouched_album_is_the_usual_one(database: Database, ids: tuple[UUID, UUID]) -> None:
    assert read(database, ids[0]) == drafts.Draft()


def test_a_state_is_kept_and_taken_back(database: Database, ids: tuple[UUID, UUID], now: datetime) -> None:
    assert keep(database, ids, now, seen=0, options=BLACK) == 1
    assert keep(database, ids, now, seen=1, options=BLACK) == 1, "what changes nothing is no step"
    assert keep(database, ids, now, seen=1, options=replace(BLACK, language="zh")) == 2
    found = read(database, ids[0])
    assert (found.options.language, found.printer.leaf_mm) == ("zh", 0.2)

    with database.changing() as work:
        drafts.undo(work, contest_id=ids[0], seen=2)

    assert (read(database, ids[0]).number, read(database, ids[0]).options) == (1, BLACK)


def test_who_comes_second_is_told(database: Database, ids: tuple[UUID, UUID], now: datetime) -> None:
    keep(database, ids, now, seen=0, options=BLACK)

    with pytest.raises(Conflict, match=r"album\.draft_changed"):
        keep(database, ids, now, seen=0, options=replace(BLACK, language="en"))
    with pytest.raises(Conflict, match=r"album\.draft_changed"), database.changing() as work:
        drafts.undo(work, contest_id=ids[0], seen=5)

    assert read(database, ids[0]).options == BLACK


def test_nothing_is_before_the_beginning(database: Database, ids: tuple[UUID, UUID]) -> None:
    with pytest.raises(Conflict, match=r"album\.nothing_to_undo"), database.changing() as work:
        drafts.undo(work, contest_id=ids[0], seen=0)


def test_only_the_newest_states_are_kept(database: Database, ids: tuple[UUID, UUID], now: datetime) -> None:
    for seen in range(drafts.STEPS_KEPT + 3):
        bleed = Design(bleed_mm=seen % 10)
        keep(database, ids, now, seen=seen, options=AlbumOptions(design=bleed))

    with database.reading() as session:
        numbers = sorted(row.number for row in session.query(AlbumDraft))
    assert numbers == list(range(4, drafts.STEPS_KEPT + 4))
