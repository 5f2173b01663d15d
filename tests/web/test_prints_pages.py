"""The organizer orders prints in the browser, the secretary contact sheets; anybody verifies a certificate."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from flask import Flask
from PIL import Image, ImageDraw

from contest.accounts.models import Person, RoleKind
from contest.awards.models import ResultSet, ResultState
from contest.awards.record import Record
from contest.calls.models import Contest
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore
from contest.platform.worker import drain
from contest.publishing import cli
from contest.publishing.jobs import handlers
from contest.publishing.models import Build
from contest.publishing.prints.orders import PrintOrder
from contest.publishing.prints.serials import serial
from tests.contracts.album.books import images
from tests.makers import make_contest, make_person, make_role
from tests.records import ANNOUNCED_AT, make_record, make_result, with_originals
from tests.visitor import SetClock, Visitor
from tests.web.test_publishing_commands import Parts

DESK = "/contests/cup/desk/publishing/prints"
CONTACT = "/contests/cup/desk/contact-sheets"
VERIFY = "/contests/cup/certificates/"


@pytest.fixture
def record(store: FolderStore) -> Record:
    return with_originals(make_record(), store)


@pytest.fixture
def organizer(sqlite_database: Database, record: Record) -> Person:
    """The organizer of the sealed contest "cup"."""
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


def announce(database: Database) -> None:
    with database.changing() as work:
        for result in work.session.query(ResultSet):
            result.state, result.announced_at = ResultState.ANNOUNCED, ANNOUNCED_AT
        work.session.query(Contest).one().state = State.ANNOUNCED


def test_certificates_are_ordered_followed_and_downloaded_and_the_command_makes_the_same(
    app: Flask,
    sqlite_database: Database,
    clock: SetClock,
    store: FolderStore,
    desk: Visitor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ordered = desk.post(DESK, {"kind": "certificates", "size-certificates": "A4", "language": "zh"})
    assert (ordered.status_code, ordered.headers["Location"]) == (303, DESK)
    waiting = re.search(r'data-progress="([^"]+)"', desk.get(DESK).get_data(as_text=True))
    assert waiting is not None
    assert desk.get(waiting.group(1)).json == {"is_under_way": True, "progress": 0, "state": "queued"}

    drain(EmbeddedQueue(sqlite_database), handlers(app.extensions["contest"]), clock=clock)

    page = desk.get(DESK).get_data(as_text=True)
    link = re.search(rf'href="({DESK}/[0-9a-f-]+)"', page)
    assert link is not None
    assert "5 pages" in page
    answer = desk.get(link.group(1), buffered=True)
    assert answer.mimetype == "application/pdf"
    with sqlite_database.reading() as session:
        moment = int(session.query(Build).one().ordered_at.timestamp())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(moment))
    target = tmp_path / "cup.pdf"
    ran = CliRunner().invoke(
        cli.print_,
        ["certificates", "cup", "-o", str(target), "--language", "zh"],
        obj=Parts(clock, sqlite_database, store, app),
    )
    assert ran.exit_code == 0, ran.output
    assert target.read_bytes() == answer.data


def test_a_seal_is_taken_in_once_and_stands_on_every_certificate_from_then_on(
    app: Flask, sqlite_database: Database, clock: SetClock, desk: Visitor
) -> None:
    def order(seal: bytes | None, **more: str) -> tuple[int, str]:
        form = {"kind": "certificates", "language": "zh", **more}
        files = {} if seal is None else {"seal": (io.BytesIO(seal), "seal.png")}
        answer = desk.post(DESK, {**form, **files}, content_type="multipart/form-data")
        return answer.status_code, answer.get_data(as_text=True)

    status, page = order(b"no picture")
    assert (status, "The seal is no picture that can be read." in page) == (422, True)
    picture = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((20, 20, 380, 380), outline=(200, 20, 20, 255), width=24)
    out = io.BytesIO()
    picture.save(out, "PNG")

    assert order(out.getvalue())[0] == 303
    drain(EmbeddedQueue(sqlite_database), handlers(app.extensions["contest"]), clock=clock)
    page = desk.get(DESK).get_data(as_text=True)
    assert 'name="with_seal"' in page
    assert order(None, with_seal="on", size="A3")[0] == 303

    link = re.search(rf'href="({DESK}/[0-9a-f-]+)"', page)
    assert link is not None
    with pikepdf.open(io.BytesIO(desk.get(link.group(1), buffered=True).data)) as pdf:
        [image] = images(pdf)
        assert (int(image.Width), int(image.Height)) == (400, 400)
        seen = pikepdf.PdfImage(image).as_pil_image().convert("RGB")
    # What is transparent is paper, not black; what is red stays red.
    assert min(seen.getpixel((200, 200))) > 245
    assert seen.getpixel((200, 32))[0] > 150 > seen.getpixel((200, 32))[1]
    with sqlite_database.reading() as session:
        orders = [PrintOrder.from_json(row.plan) for row in session.query(Build)]
        assert len({each.seal for each in orders}) == 1
        assert "" not in {each.seal for each in orders}


def test_what_was_typed_stays_and_the_mistake_is_said(desk: Visitor) -> None:
    answer = desk.post(DESK, {"kind": "panels", "size-panels": "7x7", "language": "en"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "There is no size “7x7” of this." in page
    assert '<option value="en" selected>' in page
    assert desk.post(DESK, {"kind": "contact"}).status_code == 422


def test_prints_and_contact_sheets_are_kept_apart(desk: Visitor, sqlite_database: Database) -> None:
    desk.post(DESK, {"kind": "labels"})
    with sqlite_database.reading() as session:
        build_id = session.query(Build).one().id

    assert desk.get(f"{DESK}/{build_id}").status_code == 409
    assert desk.get(f"{CONTACT}/{build_id}").status_code in {403, 404}
    assert desk.post(f"{DESK}/{build_id}/stop").status_code == 303
    assert "It was stopped before it was finished." in desk.get(DESK).get_data(as_text=True)


def test_the_secretary_orders_contact_sheets_and_a_juror_does_not(
    visitor: Callable[[], Visitor], sqlite_database: Database
) -> None:
    people = {}
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup", state=State.ROUND)
        for kind in (RoleKind.SECRETARY, RoleKind.JUROR, RoleKind.ORGANIZER):
            people[kind] = make_person(work)
            make_role(work, contest, people[kind], kind)
        for person in people.values():
            work.session.expunge(person)

    secretary = visitor().sign_in(people[RoleKind.SECRETARY]).speak("en")
    assert "There is no round yet." in secretary.get(CONTACT).get_data(as_text=True)
    answer = secretary.post(CONTACT, {"round": "3", "per_page": "12", "boxes": "1"})
    assert answer.status_code == 422
    assert "Choose one of the rounds." in answer.get_data(as_text=True)
    assert visitor().sign_in(people[RoleKind.JUROR]).get(CONTACT).status_code in {403, 404}
    assert visitor().get(CONTACT).status_code in {302, 303, 401, 403, 404}


def test_a_certificate_is_verified_by_anybody_once_the_result_is_public_and_not_before(
    visitor: Callable[[], Visitor], organizer: Person, sqlite_database: Database, record: Record
) -> None:
    del organizer
    number = serial(record, record.works[0])
    reader = visitor().speak("en")
    assert reader.get(VERIFY + number).status_code == 403

    announce(sqlite_database)

    page = reader.get(VERIFY + number).get_data(as_text=True)
    assert "This certificate is genuine, and the award stands." in page
    assert "Li Ming" in page
    assert "Clear after rain" in page
    assert "/contests/cup/gallery/A-0107" in page
    sent = reader.get(f"{VERIFY}?number=%20{number.lower()}")
    assert sent.status_code == 303
    assert "genuine" in reader.get(sent.headers["Location"]).get_data(as_text=True)
    wrong = reader.get(VERIFY + number[:-1] + ("2" if number[-1] != "2" else "3"))
    assert wrong.status_code == 404
    assert "No certificate has this number." in wrong.get_data(as_text=True)
    assert f'value="{number[:-1]}' in wrong.get_data(as_text=True)
    chinese = visitor().speak("zh").get(VERIFY + number).get_data(as_text=True)
    assert "此证书真实，奖项有效。" in chinese


def test_a_certificate_of_an_award_that_was_taken_back_says_so(
    visitor: Callable[[], Visitor], organizer: Person, sqlite_database: Database, record: Record
) -> None:
    del organizer
    number = serial(record, record.works[0])
    later = replace(record, version=2, works=(replace(record.works[0], tier=None), *record.works[1:]))
    with sqlite_database.changing() as work:
        make_result(work, work.session.query(Contest).one(), later)
    announce(sqlite_database)

    page = visitor().speak("en").get(VERIFY + number).get_data(as_text=True)

    assert "the award is no longer part of the result" in page
    assert "/contests/cup/gallery/A-0107" not in page
