"""The organizer asks a finalist for the original; it is sent, compared, decided on, and no juror ever meets it."""

import base64
import html
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from contest.accounts.models import OutgoingLetter, Person, RoleKind
from contest.calls.models import Contest
from contest.entries import blind, queries
from contest.entries.jobs import handlers
from contest.entries.models import Entry, EntryState, OriginalsRequest, OriginalVerdict, Picture
from contest.entries.sweeping import sweep
from contest.inspection.facts import Facts
from contest.inspection.sandbox import Sandbox
from contest.kernel.db import Database
from contest.kernel.errors import Missing
from contest.kernel.permissions import State
from contest.platform.mail import FolderMail
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore, original_key
from contest.platform.worker import drain
from contest.settings import Settings
from contest.web.services import Services
from tests.makers import make_contest, make_entry, make_person, make_role
from tests.photos import make_jpeg
from tests.visitor import SetClock, Visitor

CAPTURED = "2026-10-17T17:42:00"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(work_dir=tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


class Desk:
    """A contest in deliberation with one finalist's work of two pictures."""

    def __init__(self, database: Database, store: FolderStore, settings: Settings, clock: SetClock) -> None:
        self.database, self.store, self.settings, self.clock = database, store, settings, clock
        self.queue = EmbeddedQueue(database)
        with database.changing() as work:
            contest = make_contest(work, short_name="cup", state=State.DELIB)
            self.organizer = make_person(work)
            make_role(work, contest, self.organizer, RoleKind.ORGANIZER)
            self.entrant = make_person(work, email="li@example.org")
            self.entry_id = make_entry(work, contest, entrant=self.entrant, pictures=2, number="A-0107").id
            entry = work.session.get_one(Entry, self.entry_id)
            self.pictures = [picture.id for picture in entry.pictures]
            for picture in entry.pictures:
                picture.facts = Facts(captured_at=CAPTURED).to_json()
            work.session.flush()
            work.session.expunge_all()
        self.page = f"/contests/cup/desk/works/{self.entry_id}/originals"
        self.own = f"/contests/cup/works/{self.entry_id}/originals"

    def work_off(self, sandbox: Sandbox) -> None:
        services = Services(
            settings=self.settings,
            clock=self.clock,
            database=self.database,
            store=self.store,
            queue=self.queue,
            mail=FolderMail(folder=self.settings.data / "mail", sender="contest@example.org"),
        )
        drain(self.queue, handlers(services, sandbox=sandbox), clock=self.clock)

    def asked(self) -> list[queries.OriginalFacts]:
        with self.database.reading() as session:
            return queries.originals_of(session, self.entry_id)


@pytest.fixture
def desk(sqlite_database: Database, store: FolderStore, settings: Settings, clock: SetClock) -> Desk:
    return Desk(sqlite_database, store, settings, clock)


@pytest.fixture
def organizer(desk: Desk, visitor: Callable[[], Visitor]) -> Visitor:
    return visitor().sign_in(desk.organizer).speak("en")


@pytest.fixture
def entrant(desk: Desk, visitor: Callable[[], Visitor]) -> Visitor:
    return visitor().sign_in(desk.entrant).speak("en")


def ask(desk: Desk, organizer: Visitor, day: str = "2026-11-25") -> None:
    answer = organizer.post(desk.page, {"due_on": day})
    assert answer.status_code == 303, answer.get_data(as_text=True)


def test_asking_writes_to_the_entrant_with_the_day_and_the_page(desk: Desk, organizer: Visitor) -> None:
    ask(desk, organizer)

    with desk.database.reading() as session:
        (letter,) = session.query(OutgoingLetter).all()
    assert letter.to == "li@example.org"
    assert desk.own in letter.text
    assert "2026-11-25 24:00" in letter.text
    assert [(one.place, one.sent_at) for one in desk.asked()] == [(1, None), (2, None)]


def test_what_is_sent_is_compared_and_decided_on(
    desk: Desk, organizer: Visitor, entrant: Visitor, sandbox: Sandbox
) -> None:
    ask(desk, organizer)
    same = make_jpeg(width_px=900, height_px=600, exif={"captured_at": "2026:10:17 17:42:00"})
    other = make_jpeg(width_px=900, height_px=600, seed=3, exif={"captured_at": "2026:10:18 09:00:00"})

    answer = entrant.post(
        desk.own,
        {
            f"original-{desk.pictures[0]}": (io.BytesIO(same), "DSC 1.JPG"),
            f"original-{desk.pictures[1]}": (io.BytesIO(other), "../../DSC 2.JPG"),
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    desk.work_off(sandbox)

    first, second = desk.asked()
    assert (first.found and first.found.code, second.found and second.found.code) == (
        "R01.same_capture",
        "R01.differs",
    )
    assert second.file_name == "DSC 2.JPG"
    page = html.unescape(organizer.get(desk.page).get_data(as_text=True))
    assert "2026-10-18 09:00:00" in page
    assert 'class="differs"' in page
    assert "Entry and original file agree in what they say of the exposure: Taken." in page
    answer = organizer.get(f"{desk.page}/{desk.pictures[0]}/file", buffered=True)
    assert (answer.data, answer.mimetype) == (same, "application/octet-stream")
    verdict = {"verdict": "differs", "note": "Another evening"}
    assert organizer.post(f"{desk.page}/{desk.pictures[1]}/verdict", verdict).status_code == 303
    assert [(one.verdict, one.note) for one in desk.asked()] == [
        (None, ""),
        (OriginalVerdict.DIFFERS, "Another evening"),
    ]


def test_it_is_no_picture_of_the_entry_and_no_jurors_page_knows_it(
    desk: Desk, organizer: Visitor, entrant: Visitor
) -> None:
    ask(desk, organizer)
    entrant.post(
        desk.own,
        {f"original-{desk.pictures[0]}": (io.BytesIO(make_jpeg()), "a.jpg")},
        content_type="multipart/form-data",
    )

    with desk.database.reading() as session:
        assert session.query(Picture).count() == 2
        with pytest.raises(Missing):
            blind.picture_key(session, desk.entry_id, index=2, long_side_px=640)
        digest = session.query(OriginalsRequest.sha256).filter(OriginalsRequest.sha256.is_not(None)).scalar()
    # Nor does the sweeper take it for an orphan.
    sweep(
        desk.database, desk.store, incoming=desk.settings.uploads / "incoming", now=desk.clock() + timedelta(days=2)
    )
    assert desk.store.stat(original_key(digest)) is not None


def send_piece(entrant: Visitor, address: str, offset: int, piece: bytes) -> TestResponse:
    return entrant.send(
        "PATCH",
        address,
        data=piece,
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)},
        content_type="application/offset+octet-stream",
    )


def begin_sending(desk: Desk, entrant: Visitor, picture: int, size: int) -> TestResponse:
    return entrant.send(
        "POST",
        f"{desk.own}/{desk.pictures[picture]}/uploads",
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(size),
            "Upload-Metadata": f"filename {base64.b64encode('原片.jpg'.encode()).decode()}",
        },
    )


def test_an_original_goes_on_where_the_connection_was_lost(
    desk: Desk, organizer: Visitor, entrant: Visitor, sandbox: Sandbox
) -> None:
    ask(desk, organizer)
    file = make_jpeg(width_px=900, height_px=600)
    address = begin_sending(desk, entrant, 0, len(file)).headers["Location"]
    send_piece(entrant, address, 0, file[:20_000])

    reached = entrant.client.head(address, headers={"Tus-Resumable": "1.0.0"}).headers["Upload-Offset"]
    done = send_piece(entrant, address, int(reached), file[20_000:])
    desk.work_off(sandbox)

    assert (reached, done.status_code, done.headers["Upload-Offset"]) == ("20000", 204, str(len(file)))
    first, second = desk.asked()
    assert (first.file_name, first.bytes, first.found and first.found.code) == (
        "原片.jpg",
        len(file),
        "R01.same_capture",
    )
    assert second.sent_at is None
    assert list((desk.settings.uploads / "incoming").glob("*")) == []
    page = entrant.get(f"/contests/cup/works/{desk.entry_id}").get_data(as_text=True)
    assert "has not arrived completely" not in page


def test_an_original_in_pieces_keeps_to_the_same_terms(desk: Desk, organizer: Visitor, entrant: Visitor) -> None:
    unasked = begin_sending(desk, entrant, 0, 10)
    ask(desk, organizer)
    empty = begin_sending(desk, entrant, 0, 0)
    address = begin_sending(desk, entrant, 0, 4).headers["Location"]
    no_photograph = send_piece(entrant, address, 0, b"MZ!!")
    gone = entrant.client.head(address, headers={"Tus-Resumable": "1.0.0"})
    address = begin_sending(desk, entrant, 1, 1000).headers["Location"]
    of_the_other = address.replace(str(desk.pictures[1]), str(desk.pictures[0]))
    strangers = send_piece(entrant, of_the_other, 0, b"x")
    given_up = entrant.send("DELETE", address, headers={"Tus-Resumable": "1.0.0"})
    desk.clock.at += timedelta(days=6)
    late = begin_sending(desk, entrant, 1, 1000)

    assert (unasked.status_code, empty.status_code, late.status_code) == (404, 422, 409)
    assert (no_photograph.status_code, gone.status_code, strangers.status_code) == (415, 404, 404)
    assert "could be sent is over" in late.get_json()["sentence"]
    assert given_up.status_code == 204
    assert list((desk.settings.uploads / "incoming").glob("*")) == []
    assert [one.sent_at for one in desk.asked()] == [None, None]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [(b"", "Choose the original file first"), (b"MZ no photograph", "not a photograph")],
)
def test_what_is_no_photograph_is_refused_and_leaves_nothing(
    desk: Desk, organizer: Visitor, entrant: Visitor, file: bytes, sentence: str
) -> None:
    ask(desk, organizer)

    given = {f"original-{desk.pictures[0]}": (io.BytesIO(file), "a.jpg" if file else "")}
    answer = entrant.post(desk.own, given, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert sentence in html.unescape(answer.get_data(as_text=True))
    assert list((desk.settings.uploads / "incoming").glob("*")) == []
    assert list(desk.store.list("originals")) == []


def test_after_the_day_or_the_verdict_nothing_is_taken(desk: Desk, organizer: Visitor, entrant: Visitor) -> None:
    ask(desk, organizer)
    assert organizer.post(f"{desk.page}/{desk.pictures[0]}/verdict", {"verdict": "not_sent"}).status_code == 303
    given = {f"original-{desk.pictures[0]}": (io.BytesIO(make_jpeg()), "a.jpg")}

    settled = entrant.post(desk.own, given, content_type="multipart/form-data")
    desk.clock.at += timedelta(days=6)
    given = {f"original-{desk.pictures[1]}": (io.BytesIO(make_jpeg()), "a.jpg")}
    late = entrant.post(desk.own, given, content_type="multipart/form-data")

    assert (settled.status_code, late.status_code) == (409, 409)
    assert "has decided on this original already" in settled.get_data(as_text=True)
    assert "time to send it is over" in late.get_data(as_text=True)
    assert [one.sent_at for one in desk.asked()] == [None, None]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"due_on": ""}, "Please fill this in"),
        ({"due_on": "2026-11-01"}, "Choose a day that is still to come"),
    ],
)
def test_a_day_that_cannot_be_meant_is_told(
    desk: Desk, organizer: Visitor, change: dict[str, str], sentence: str
) -> None:
    answer = organizer.post(desk.page, change)

    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert desk.asked() == []


def test_only_works_that_take_part_are_asked_for(desk: Desk, organizer: Visitor, sqlite_database: Database) -> None:
    with sqlite_database.changing() as work:
        work.session.get_one(Entry, desk.entry_id).state = EntryState.INELIGIBLE

    answer = organizer.post(desk.page, {"due_on": "2026-11-25"})

    assert answer.status_code == 409
    assert "Accept the work first" in answer.get_data(as_text=True)


def test_a_verdict_on_a_file_that_never_came_is_refused(desk: Desk, organizer: Visitor) -> None:
    ask(desk, organizer)

    answer = organizer.post(f"{desk.page}/{desk.pictures[0]}/verdict", {"verdict": "same", "note": "typed"})

    assert answer.status_code == 409
    assert "No file was sent" in answer.get_data(as_text=True)
    assert "typed</textarea>" in answer.get_data(as_text=True)


def test_another_entrant_does_not_find_the_page(
    desk: Desk, organizer: Visitor, visitor: Callable[[], Visitor], sqlite_database: Database
) -> None:
    ask(desk, organizer)
    with sqlite_database.changing() as work:
        stranger: Person = make_person(work)
        assert work.session.query(Contest).count() == 1

    assert visitor().sign_in(stranger).get(desk.own).status_code == 404


def test_a_photographer_sees_in_the_own_work_that_something_is_asked(
    desk: Desk, organizer: Visitor, entrant: Visitor, tmp_path: Path
) -> None:
    ask(desk, organizer)

    page = entrant.get(f"/contests/cup/works/{desk.entry_id}").get_data(as_text=True)

    assert f'href="{desk.own}"' in page
    assert "until 2026-11-25 24:00" in page
