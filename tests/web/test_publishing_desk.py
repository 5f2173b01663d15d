"""The organizer orders an album in the browser, follows it, and gets the file; nobody else does."""

import re
from collections.abc import Callable
from hashlib import sha256

import pytest
from flask import Flask

from contest.accounts.models import Person, RoleKind
from contest.awards.models import ResultSet, ResultState
from contest.calls.models import Contest
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore
from contest.platform.worker import drain
from contest.publishing.jobs import handlers
from contest.publishing.models import Build
from tests.makers import make_contest, make_person, make_role
from tests.records import ANNOUNCED_AT, make_record, make_result, with_originals
from tests.visitor import SetClock, Visitor

DESK = "/contests/cup/desk/publishing"


@pytest.fixture
def organizer(sqlite_database: Database, store: FolderStore) -> Person:
    """The organizer of the sealed contest "cup"."""
    record = with_originals(make_record(), store)
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup")
        make_result(work, contest, record, announced=False)
        person = make_person(work)
        make_role(work, contest, person, RoleKind.ORGANIZER)
        work.session.expunge(person)
    return person


@pytest.fixture
def desk(visitor: Callable[[], Visitor], organizer: Person) -> Visitor:
    return visitor().sign_in(organizer).speak("en")


def _work_off(app: Flask, database: Database, clock: SetClock) -> None:
    drain(EmbeddedQueue(database), handlers(app.extensions["contest"]), clock=clock)


def _announce(database: Database) -> None:
    with database.changing() as work:
        result = work.session.query(ResultSet).one()
        result.state, result.announced_at = ResultState.ANNOUNCED, ANNOUNCED_AT
        work.session.query(Contest).one().state = State.ANNOUNCED


def test_an_album_is_ordered_followed_and_downloaded(
    app: Flask, sqlite_database: Database, clock: SetClock, desk: Visitor
) -> None:
    assert "Build the album" in desk.get(DESK).get_data(as_text=True)

    ordered = desk.post(f"{DESK}/album")
    assert (ordered.status_code, ordered.headers["Location"]) == (303, f"{DESK}/album/builds")
    page = desk.get(DESK).get_data(as_text=True)
    followed = re.search(r'data-progress="([^"]+)"', page)
    assert followed is not None
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert desk.get(followed.group(1)).json == {"is_under_way": True, "progress": 0, "state": "queued"}

    _work_off(app, sqlite_database, clock)

    assert desk.get(followed.group(1)).json == {"is_under_way": False, "progress": 100, "state": "ready"}
    page = desk.get(DESK).get_data(as_text=True)
    link = re.search(r'href="([^"]+\.pdf)">Download the PDF', page)
    digest = re.search(r"<code>([0-9a-f]{64})</code>", page)
    assert link is not None
    assert digest is not None
    assert "Work A-0107 prints at" in page
    download = desk.get(link.group(1), buffered=True)
    assert download.mimetype == "application/pdf"
    assert sha256(download.data).hexdigest() == digest.group(1)
    assert download.headers["ETag"] == f'"{digest.group(1)}"'
    part = desk.get(link.group(1), headers={"Range": "bytes=0-4"}, buffered=True)
    assert part.status_code == 200, "a range would be read from the store by the request's own thread"
    assert part.data[:5] == b"%PDF-"


def test_a_failed_build_says_why_and_can_be_tried_again(
    app: Flask, sqlite_database: Database, clock: SetClock, store: FolderStore, desk: Visitor
) -> None:
    for original in list(store.list("originals")):
        store.delete(original.key)
    desk.post(f"{DESK}/album")
    _work_off(app, sqlite_database, clock)

    english = desk.get(DESK).get_data(as_text=True)

    assert "The album was not built." in english
    assert "is not in the store. Bring it back from a backup" in english
    assert "Try again" in english


def test_a_build_can_be_stopped(sqlite_database: Database, desk: Visitor) -> None:
    desk.post(f"{DESK}/album")
    stop = re.search(r'action="([^"]+/stop)"', desk.get(DESK).get_data(as_text=True))
    assert stop is not None

    assert desk.post(stop.group(1)).status_code == 303

    assert "It was stopped before it was finished." in desk.get(DESK).get_data(as_text=True)
    assert desk.post(stop.group(1)).status_code == 409


def test_the_album_is_public_with_the_result_and_not_before(
    app: Flask, sqlite_database: Database, clock: SetClock, desk: Visitor, visitor: Callable[[], Visitor]
) -> None:
    desk.post(f"{DESK}/album", {"edition": "screen"})
    _work_off(app, sqlite_database, clock)
    reader = visitor().speak("en")
    assert reader.get("/contests/cup/album.pdf").status_code == 403

    _announce(sqlite_database)

    album = reader.get("/contests/cup/album.pdf", buffered=True)
    assert album.status_code == 200
    assert album.data.startswith(b"%PDF-")
    assert "cup.pdf" in album.headers["Content-Disposition"]
    assert "Album (PDF, " in reader.get("/contests/cup/gallery/").get_data(as_text=True)


def test_earlier_builds_stay_in_sight(app: Flask, sqlite_database: Database, clock: SetClock, desk: Visitor) -> None:
    for _ in range(2):
        desk.post(f"{DESK}/album")
        _work_off(app, sqlite_database, clock)

    page = desk.get(f"{DESK}/album/builds").get_data(as_text=True)

    assert len(set(re.findall(r"/builds/([0-9a-f-]{36})\.pdf", page))) == 2


def test_another_contests_build_is_not_there(
    app: Flask, sqlite_database: Database, clock: SetClock, desk: Visitor, organizer: Person
) -> None:
    desk.post(f"{DESK}/album")
    _work_off(app, sqlite_database, clock)
    link = re.search(r"/builds/([0-9a-f-]{36})\.pdf", desk.get(DESK).get_data(as_text=True))
    assert link is not None
    with sqlite_database.changing() as work:
        other = make_contest(work, short_name="other")
        make_result(work, other, make_record())
        make_role(work, other, organizer, RoleKind.ORGANIZER)

    base = f"/contests/other/desk/publishing/builds/{link.group(1)}"

    assert [desk.get(f"{base}{ending}").status_code for ending in (".pdf", ".json")] == [404, 404]
    assert desk.post(f"{base}/stop").status_code == 404


def test_before_the_announcement_the_desk_says_that_nothing_is_public(desk: Visitor) -> None:
    page = desk.get(DESK).get_data(as_text=True)

    assert "Waits for the announcement" in page
    assert "/contests/cup/gallery/" not in page


def test_after_a_new_result_the_old_album_is_marked(
    app: Flask, sqlite_database: Database, clock: SetClock, desk: Visitor
) -> None:
    desk.post(f"{DESK}/album")
    _work_off(app, sqlite_database, clock)
    with sqlite_database.changing() as work:
        make_result(work, work.session.query(Contest).one(), make_record(version=2), announced=False)

    assert "which is not the newest; build it again" in desk.get(DESK).get_data(as_text=True)


def test_the_preflight_is_downloaded_as_a_page_and_as_data(
    app: Flask, sqlite_database: Database, clock: SetClock, desk: Visitor, visitor: Callable[[], Visitor]
) -> None:
    desk.post(f"{DESK}/album", {"edition": "proof"})
    with sqlite_database.reading() as session:
        address = f"{DESK}/builds/{session.query(Build).one().id}/preflight"
    assert desk.get(f"{address}.html").status_code == 409
    _work_off(app, sqlite_database, clock)

    page, data = desk.get(f"{address}.html", buffered=True), desk.get(f"{address}.json", buffered=True)

    assert page.headers["Content-Disposition"].startswith("attachment; filename=cup-proof-")
    assert "Spreads to look over" in page.get_data(as_text=True)
    assert {line["number"] for line in data.get_json()["lines"]} >= {"A-0107", "B-0011"}
    assert visitor().get(f"{address}.json").status_code in {302, 303, 401, 403}


def test_an_edition_that_is_none_is_refused_in_words(sqlite_database: Database, desk: Visitor) -> None:
    answer = desk.post(f"{DESK}/album", {"edition": "leather"})

    assert answer.status_code == 422
    assert "There is no such edition" in answer.get_data(as_text=True)
    with sqlite_database.reading() as session:
        assert session.query(Build).count() == 0
