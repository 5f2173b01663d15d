"""Prints are ordered with their job; contact sheets are the same, byte for byte, whoever took the pictures."""

import subprocess
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest

from contest.calls.models import Contest
from contest.calls.queries import contest_by_id
from contest.entries.models import Entry, EntryState
from contest.judging.models import Origin, Round, RoundEntry, RoundState
from contest.judging.rules.settings import Mode, RoundSettings
from contest.kernel.db import Database
from contest.kernel.errors import Conflict, Missing
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore, derivative_key
from contest.platform.worker import drain
from contest.publishing import actions, queries
from contest.publishing.jobs import handlers
from contest.publishing.models import BuildState
from contest.publishing.prints.ordering import PrintFacts, order_print, print_named, prints
from contest.publishing.prints.orders import Kind, PrintOrder
from contest.publishing.prints.printing import make_contact_sheets
from contest.publishing.prints.reading import PREVIEW_PX, contact_of
from contest.settings import Settings
from contest.web.services import Services
from tests.guards.blindness.decoding import readings
from tests.makers import make_author, make_contest, make_entry, make_person, make_unit
from tests.photos import encode, make_pixels
from tests.records import make_record, make_result, with_originals
from tests.visitor import SetClock

WORKS = 7
SHEET = PrintOrder(kind=Kind.CONTACT, round=1, per_page=6, boxes=3)


class Office:
    """A contest with its queue and a worker to call."""

    def __init__(self, database: Database, store: FolderStore, settings: Settings, clock: SetClock) -> None:
        self.database, self.store, self.clock = database, store, clock
        self.queue = EmbeddedQueue(database)
        with database.changing() as work:
            contest = make_contest(work, short_name="cup", id=UUID(int=1), blind_key="blind")
            self.contest_id, self.person_id = contest.id, make_person(work).id
            self.category_id = contest.categories[0].id
        self.handlers = handlers(
            Services(
                settings=settings,
                clock=clock,
                database=database,
                store=store,
                queue=self.queue,
                mail=None,  # type: ignore[arg-type]  # prints send no letters
            )
        )

    def seal(self) -> None:
        record = with_originals(make_record(), self.store)
        with self.database.changing() as work:
            make_result(work, work.session.get_one(Contest, self.contest_id), record, announced=False)

    def order(self, order: PrintOrder) -> UUID:
        with self.database.changing() as work:
            return order_print(
                work, self.queue, contest_id=self.contest_id, order=order, actor_id=self.person_id, at=self.clock()
            )

    def found(self, build_id: UUID, *, contact: bool = False) -> PrintFacts:
        with self.database.reading() as session:
            return print_named(session, self.contest_id, build_id, contact=contact)

    def work_off(self) -> None:
        drain(self.queue, self.handlers, clock=self.clock)

    def hold_round(self, whose: str) -> None:
        """Put works into a round; everything but the works' pictures and ids differs with ``whose``."""
        with self.database.changing() as work:
            contest = work.session.get_one(Contest, self.contest_id)
            unit = make_unit(work, contest, name_zh=f"{whose}单位")
            for number in range(WORKS):
                author = make_author(
                    work, contest, name_zh=f"{whose}甲{number}", name_en=f"{whose} {number}", unit_id=unit.id
                )
                entry = make_entry(
                    work,
                    contest,
                    id=UUID(int=100 + number),
                    category_id=self.category_id,
                    author=author,
                    pictures=3 if number == 0 else 1,
                    number=f"{whose[0].upper()}-{number:04d}",
                    title_zh=f"{whose}的作品{number}",
                )
                for picture in entry.pictures:
                    picture.file_name = f"{whose}-{number}.jpg"
                    picture.sha256 = sha256(f"{whose} {number} {picture.position}".encode()).hexdigest()
                    preview = encode(make_pixels(width_px=1280, height_px=853, seed=10 * number + picture.position))
                    self.store.put(derivative_key(picture.id, PREVIEW_PX), BytesIO(preview))
            work.session.add(
                Round(
                    id=UUID(int=2),
                    contest_id=contest.id,
                    number=1,
                    name_zh="初评",
                    name_en="First Round",
                    mode=Mode.SCORE,
                    settings=RoundSettings(),
                    state=RoundState.DRAFT,
                    seed="seed",
                    seed_commitment="",
                    source={},
                )
            )
            work.session.flush()
            for number in range(WORKS):
                work.session.add(
                    RoundEntry(round_id=UUID(int=2), entry_id=UUID(int=100 + number), origin=Origin.ELIGIBLE)
                )

    def sheets(self, target: Path, at: datetime) -> bytes:
        with self.database.reading() as session:
            contest = contest_by_id(session, self.contest_id, at)
            drawn, keys = contact_of(session, self.store, contest, SHEET)
        report = make_contact_sheets(
            drawn, keys, store=self.store, target=target, built_at=at, progress=lambda *_: None
        )
        assert report.findings == ()
        return target.read_bytes()


@pytest.fixture
def office(sqlite_database: Database, store: FolderStore, settings: Settings, clock: SetClock) -> Office:
    return Office(sqlite_database, store, settings, clock)


def test_what_is_ordered_of_a_result_becomes_files_that_are_kept_with_their_hash(office: Office) -> None:
    office.seal()
    orders = [
        PrintOrder(kind=Kind.CERTIFICATES),
        PrintOrder(kind=Kind.CERTIFICATES, singles=True),
        PrintOrder(kind=Kind.PANELS, size="600x900"),
        PrintOrder(kind=Kind.LABELS, language="en"),
    ]
    ordered = [office.order(order) for order in orders]

    assert office.order(orders[0]) == ordered[0], "the same is not made twice at a time"
    office.work_off()

    for build_id, order in zip(ordered, orders, strict=True):
        made = office.found(build_id)
        assert made.order == order
        assert (made.build.state, made.build.progress) == (BuildState.READY, 100)
        with office.store.open(made.build.key) as file:
            assert sha256(file.read()).hexdigest() == made.build.sha256
        assert made.build.key.endswith(order.suffix)
    with office.database.reading() as session:
        assert queries.builds(session, office.contest_id) == [], "prints are no albums"
        assert len(prints(session, office.contest_id, contact=False)) == 4
        assert prints(session, office.contest_id, contact=True) == []


def test_a_stopped_print_stays_stopped_and_nothing_is_made_before_a_result(office: Office) -> None:
    with pytest.raises(Missing, match="result"):
        office.order(PrintOrder(kind=Kind.LABELS))
    office.seal()
    build_id = office.order(PrintOrder(kind=Kind.LABELS))
    with office.database.changing() as work:
        actions.stop(
            work, contest_id=office.contest_id, build_id=build_id, actor_id=office.person_id, at=office.clock()
        )

    office.work_off()

    assert office.found(build_id).build.failure == "build.stopped"


def test_contact_sheets_come_from_a_round_before_there_is_any_result(office: Office) -> None:
    office.hold_round("lin")
    build_id = office.order(SHEET)

    office.work_off()

    made = office.found(build_id, contact=True).build
    assert (made.state, made.pages, made.result_set_id) == (BuildState.READY, 2, None)
    with pytest.raises(Missing):
        office.found(build_id)
    lost = office.order(replace(SHEET, round=9))
    office.work_off()
    assert office.found(lost, contact=True).build.failure == "round"


def test_contact_sheets_of_two_worlds_that_differ_in_the_authors_alone_are_the_same_bytes(
    office: Office,
    store: FolderStore,
    tmp_path: Path,
    postgres_database: Database,
    settings: Settings,
    clock: SetClock,
) -> None:
    other = Office(postgres_database, store, settings, clock)
    office.hold_round("lin")
    other.hold_round("wang")

    one, two = office.sheets(tmp_path / "one.pdf", clock()), other.sheets(tmp_path / "two.pdf", clock())

    assert one == two


def test_nothing_in_a_contact_sheet_can_be_read_as_a_secret(office: Office, tmp_path: Path, clock: SetClock) -> None:
    office.hold_round("lin")
    written = office.sheets(tmp_path / "sheet.pdf", clock())

    told = list(readings(written))
    shown = subprocess.run(
        ["pdftotext", str(tmp_path / "sheet.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode()
    secrets = ["lin甲", "lin单位", "lin的作品", "l-000", ".jpg", "exif", UUID(int=100).hex]
    secrets += [sha256(f"lin {number} 0".encode()).hexdigest() for number in range(WORKS)]
    for secret in secrets:
        assert not any(secret in text for text in told), secret
        assert secret not in shown.lower()
    with pikepdf.open(tmp_path / "sheet.pdf") as pdf:
        for page in pdf.pages:
            for image in page.resources.XObject.values():
                coded = image.read_raw_bytes()
                assert b"Exif" not in coded
                assert b"http" not in coded
                assert b"\xff\xfe" not in coded[:200], "no comment"
    with office.database.reading() as session:
        drawn, _ = contact_of(session, office.store, contest_by_id(session, office.contest_id, clock()), SHEET)
    codes = [spot.work for page in drawn.pages for spot in page.placements]
    assert len(set(codes)) == WORKS
    assert all(code in shown for code in codes)
    assert "初评" in shown


def test_a_withdrawn_work_and_one_that_is_held_are_not_on_the_sheets(office: Office, clock: SetClock) -> None:
    office.hold_round("lin")
    with office.database.changing() as work:
        work.session.get_one(Entry, UUID(int=101)).state = EntryState.WITHDRAWN
        work.session.get_one(RoundEntry, (UUID(int=2), UUID(int=102))).held = True

    with office.database.reading() as session:
        drawn, _ = contact_of(session, office.store, contest_by_id(session, office.contest_id, clock()), SHEET)

    assert len({spot.work for page in drawn.pages for spot in page.placements}) == WORKS - 2


def test_an_empty_round_has_nothing_to_print(office: Office, clock: SetClock) -> None:
    office.hold_round("lin")
    with office.database.changing() as work:
        work.session.query(RoundEntry).delete()

    with office.database.reading() as session, pytest.raises(Conflict, match=r"print\.nothing"):
        contact_of(session, office.store, contest_by_id(session, office.contest_id, clock()), SHEET)
