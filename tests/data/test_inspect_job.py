"""From a received file to a picture with previews, facts and findings, through the real sandbox."""

import io
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from contest.accounts.models import Person
from contest.calls.models import Contest
from contest.calls.queries import contest_by_id
from contest.entries import blind
from contest.entries.drawing import PoisonError, order_drawing
from contest.entries.jobs import handlers, inspect_picture, order_sweep
from contest.entries.models import Author, Derivative, Entry, EntryState, Finding, Picture, PictureState
from contest.entries.names import mark_names
from contest.entries.twins import mark_twins
from contest.inspection.bare import bare_avif_size, bare_size
from contest.inspection.report import INSPECTOR_VERSION
from contest.inspection.sandbox import Sandbox
from contest.inspection.sizes import FULL, LIGHT, SIZES
from contest.kernel.db import Database
from contest.kernel.errors import Missing
from contest.platform.mail import FolderMail
from contest.platform.models import Job, JobState
from contest.platform.store import derivative_key, original_key
from contest.platform.worker import drain, run_one
from contest.settings import Settings
from contest.web.services import Services
from tests.makers import make_author, make_person
from tests.photos import make_jpeg, make_pixels
from tests.uploading import NOW, SECRET, Desk, digest, make_desk, make_draft, photo

STEPS = (320, 640, 1280, 2560, FULL)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(work_dir=tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return make_desk(database, tmp_path / "uploads")


def services_of(desk: Desk) -> Services:
    return Services(
        settings=Settings(data=desk.folder.parent, database="sqlite://", secret=SECRET),
        clock=lambda: NOW,
        database=desk.database,
        store=desk.store,
        queue=desk.queue,
        mail=FolderMail(folder=desk.folder.parent / "mail", sender="contest@example.org"),
    )


def work_off(desk: Desk, sandbox: Sandbox, *, at: datetime = NOW) -> int:
    return drain(desk.queue, handlers(services_of(desk), sandbox=sandbox), clock=lambda: at)


def picture_of(desk: Desk, picture_id: UUID) -> Picture:
    with desk.database.reading() as session:
        return session.get_one(Picture, picture_id)


def findings_of(desk: Desk, picture_id: UUID) -> dict[str, tuple[str, dict[str, Any]]]:
    with desk.database.reading() as session:
        rows = session.scalars(select(Finding).where(Finding.picture_id == picture_id))
        return {row.code: (row.severity, row.params) for row in rows}


def test_an_authors_name_is_found_in_title_text_and_file_name_however_it_is_written(
    desk: Desk, sandbox: Sandbox
) -> None:
    with desk.database.changing() as work:
        entry = work.session.get_one(Entry, desk.entry_id)
        author = work.session.get_one(Author, entry.author_id)
        author.name_zh, author.name_en, author.phone = "欧阳明月", "", "139 1234 5678"
        entry.title_zh, entry.caption = "黄河日出", "欧阳明月摄，电话13912345678"
    received = desk.send(photo(), file_name="Mingyue_Ouyang 01.jpg")

    work_off(desk, sandbox)

    found = {code: severity for code, (severity, _) in findings_of(desk, received.picture_id).items()}
    assert {code: found[code] for code in found if code.startswith("B02")} == {
        "B02.name_in_caption": "flag",
        "B02.name_in_file_name": "note",
    }


def test_a_name_taken_out_of_the_title_is_found_no_more(desk: Desk, sandbox: Sandbox) -> None:
    with desk.database.changing() as work:
        entry = work.session.get_one(Entry, desk.entry_id)
        work.session.get_one(Author, entry.author_id).name_zh = "张伟"
        entry.title_zh = "张伟作品"
    received = desk.send(photo())
    work_off(desk, sandbox)
    before = findings_of(desk, received.picture_id)

    with desk.database.changing() as work:
        entry = work.session.get_one(Entry, desk.entry_id)
        entry.title_zh = "黄河日出"
        mark_names(work, entry_id=entry.id, contest=contest_by_id(work.session, entry.contest_id, NOW))

    after = findings_of(desk, received.picture_id)
    assert set(before) - set(after) == {"B02.name_in_title"}


def derivatives_of(desk: Desk, picture_id: UUID) -> list[Derivative]:
    with desk.database.reading() as session:
        query = select(Derivative).where(Derivative.picture_id == picture_id).order_by(Derivative.long_side_px)
        return list(session.scalars(query))


def preview(desk: Desk, picture_id: UUID, step: int) -> bytes:
    with desk.store.open(derivative_key(picture_id, step)) as file:
        return file.read()


def another_author(desk: Desk) -> Desk:
    """A second person's draft in the same contest."""
    with desk.database.changing() as work:
        mine = work.session.get_one(Entry, desk.entry_id)
        contest = work.session.get_one(Contest, mine.contest_id)
        person: Person = make_person(work)
        author = make_author(work, contest, person_id=person.id)
        draft = make_draft(work, contest, person, author, category_id=mine.category_id)
        return Desk(desk.database, desk.folder, person.id, draft.id)


def test_a_photograph_becomes_ready_with_previews_facts_and_size(desk: Desk, sandbox: Sandbox) -> None:
    received = desk.send(make_jpeg(width_px=1200, height_px=800, orientation=6, artist="Li Lei"))

    assert work_off(desk, sandbox) == 3  # the picture, its like, its whole size

    picture = picture_of(desk, received.picture_id)
    assert (picture.state, picture.format, picture.inspector_version) == (
        PictureState.READY,
        "jpeg",
        INSPECTOR_VERSION,
    )
    assert (picture.width_px, picture.height_px) == (800, 1200)
    assert picture.placeholder.startswith("#")
    assert picture.facts["captured_at"] == "2026-10-17T17:42:00"
    assert picture.facts["artist"] == "Li Lei"
    rows = derivatives_of(desk, received.picture_id)
    assert [row.long_side_px for row in rows] == list(STEPS)
    assert [(row.width_px, row.height_px) for row in rows] == [(213, 320), (427, 640), *[(800, 1200)] * 3]
    for row in rows:
        data = preview(desk, received.picture_id, row.long_side_px)
        assert (len(data), digest(data)) == (row.bytes, row.sha256)
        assert Image.open(io.BytesIO(data)).size == (row.width_px, row.height_px)
        assert b"Li Lei" not in data
    assert "B01.identity_in_metadata" in findings_of(desk, received.picture_id)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # it asks about pixels
def test_a_juror_gets_the_whole_picture_pixel_by_pixel_and_nothing_else_of_the_file(
    desk: Desk, sandbox: Sandbox
) -> None:
    pixels = make_pixels(width_px=3000, height_px=2000)
    desk.send(make_jpeg(pixels=pixels, quality=95, artist="Li Lei", trailer=b"Li Lei"))
    with desk.database.changing() as work:
        entry = work.session.get_one(Entry, desk.entry_id)
        entry.state, entry.number = EntryState.ELIGIBLE, "A-0001"
        with pytest.raises(Missing):
            blind.picture_key(work.session, entry.id, index=0, long_side_px=FULL)

    work_off(desk, sandbox)

    with desk.database.reading() as session:
        key = blind.picture_key(session, desk.entry_id, index=0, long_side_px=FULL)
    with desk.store.open(key) as file:
        whole = file.read()
    assert bare_size(whole) == (3000, 2000)
    assert b"Li Lei" not in whole
    seen, taken = (np.asarray(picture).astype(int) for picture in (Image.open(io.BytesIO(whole)), pixels))
    assert np.abs(seen - taken).mean() < 4


def test_a_picture_that_waits_is_drawn_whole_before_any_is_drawn_light(desk: Desk, sandbox: Sandbox) -> None:
    received = desk.send(make_jpeg(width_px=900, height_px=600))
    with desk.database.changing() as work:
        order_drawing(work, desk.queue, picture_id=received.picture_id, drawing=LIGHT, at=NOW)
    done = handlers(services_of(desk), sandbox=sandbox)

    seen = []
    while run_one(desk.queue, done, clock=lambda: NOW):
        drawn = derivatives_of(desk, received.picture_id)
        seen.append((picture_of(desk, received.picture_id).has_light, len(drawn)))

    assert list(dict.fromkeys(seen)) == [(False, 4), (False, 5), (True, 5)]
    for step in SIZES:
        with desk.store.open(derivative_key(received.picture_id, step, ending="avif")) as file:
            assert max(bare_avif_size(file.read())) == min(step, 900)


def test_a_picture_that_is_gone_or_unreadable_is_not_drawn(desk: Desk, sandbox: Sandbox) -> None:
    received = desk.send(photo(1, size=5000))
    with desk.database.changing() as work:
        for picture_id in (received.picture_id, UUID(int=7)):
            order_drawing(work, desk.queue, picture_id=picture_id, drawing=LIGHT, at=NOW)

    assert work_off(desk, sandbox) == 3

    assert not picture_of(desk, received.picture_id).has_light
    assert list(desk.store.list("derivatives")) == []


def test_the_contests_terms_decide_what_is_found(desk: Desk, sandbox: Sandbox) -> None:
    received = desk.send(make_jpeg(width_px=900, height_px=600))

    work_off(desk, sandbox)

    severity, params = findings_of(desk, received.picture_id)["F06.long_side_too_small"]
    assert severity == "reject"
    assert 900 in params.values()


def test_inspecting_again_changes_nothing_and_keeps_what_was_decided(desk: Desk, sandbox: Sandbox) -> None:
    received = desk.send(make_jpeg(width_px=900, height_px=600))
    work_off(desk, sandbox)
    with desk.database.changing() as work:
        for row in work.session.scalars(select(Finding)):
            row.waived_by, row.waived_at = desk.person_id, NOW
    before = {row.id for row in _all(desk, Finding)}
    previews = {step: preview(desk, received.picture_id, step) for step in STEPS}

    inspect_picture(desk.database, desk.store, desk.queue, sandbox, picture_id=received.picture_id, at=NOW)

    after = _all(desk, Finding)
    assert {row.id for row in after} == before
    assert {row.waived_at for row in after} == {NOW}
    assert {step: preview(desk, received.picture_id, step) for step in STEPS} == previews
    assert len(derivatives_of(desk, received.picture_id)) == len(STEPS)


def test_inspecting_again_after_the_terms_changed_replaces_the_findings(desk: Desk, sandbox: Sandbox) -> None:
    received = desk.send(make_jpeg(width_px=900, height_px=600))
    work_off(desk, sandbox)
    with desk.database.changing() as work:
        contest = work.session.scalars(select(Contest)).one()
        contest.terms = {**contest.terms, "long_side_min_px": 500}

    inspect_picture(desk.database, desk.store, desk.queue, sandbox, picture_id=received.picture_id, at=NOW)

    assert "F06.long_side_too_small" not in findings_of(desk, received.picture_id)


def test_a_preview_that_an_older_recipe_drew_is_drawn_anew(desk: Desk, sandbox: Sandbox) -> None:
    received = desk.send(make_jpeg())
    desk.store.put(derivative_key(received.picture_id, 320), io.BytesIO(b"an older one"))

    work_off(desk, sandbox)

    assert preview(desk, received.picture_id, 320) != b"an older one"
    assert picture_of(desk, received.picture_id).state is PictureState.READY


def test_a_file_that_only_begins_like_a_photograph_is_unreadable_with_a_finding(desk: Desk, sandbox: Sandbox) -> None:
    received = desk.send(photo(1, size=5000))

    work_off(desk, sandbox)

    assert picture_of(desk, received.picture_id).state is PictureState.UNREADABLE
    (code,) = findings_of(desk, received.picture_id)
    assert code.startswith("F02.")
    assert derivatives_of(desk, received.picture_id) == []
    assert desk.stored(received.sha256) == photo(1, size=5000)
    assert {job.state for job in _all(desk, Job)} == {JobState.DONE}


def test_a_picture_removed_before_its_turn_is_left(desk: Desk, sandbox: Sandbox) -> None:
    received = desk.send(make_jpeg())
    with desk.database.changing() as work:
        work.session.delete(work.session.get_one(Picture, received.picture_id))

    work_off(desk, sandbox)

    assert {job.state for job in _all(desk, Job)} == {JobState.DONE}
    assert _all(desk, Derivative) == []


class TestTheSameFileOfTwoAuthors:
    def test_is_flagged_on_both_for_the_organizer_alone(self, desk: Desk, sandbox: Sandbox) -> None:
        other, data = another_author(desk), make_jpeg()
        first, second = desk.send(data, file_name="a.jpg"), other.send(data, file_name="b.jpg")

        work_off(desk, sandbox)

        assert findings_of(desk, first.picture_id)["D02.same_file_other_author"] == ("flag", {"entry": "b.jpg"})
        assert findings_of(desk, second.picture_id)["D02.same_file_other_author"] == ("flag", {"entry": "a.jpg"})

    def test_is_named_by_the_entry_number_once_there_is_one(self, desk: Desk, sandbox: Sandbox) -> None:
        other, data = another_author(desk), make_jpeg()
        first, second = desk.send(data), other.send(data)
        work_off(desk, sandbox)

        with desk.database.changing() as work:
            entry = work.session.get_one(Entry, desk.entry_id)
            entry.state, entry.number = EntryState.SUBMITTED, "A-0107"
            work.session.flush()
            mark_twins(work, contest=contest_by_id(work.session, entry.contest_id, NOW), sha256=first.sha256)

        assert findings_of(desk, second.picture_id)["D02.same_file_other_author"][1] == {"entry": "A-0107"}

    def test_is_not_flagged_once_one_was_withdrawn(self, desk: Desk, sandbox: Sandbox) -> None:
        other, data = another_author(desk), make_jpeg()
        desk.send(data)
        second = other.send(data)
        with desk.database.changing() as work:
            work.session.get_one(Entry, desk.entry_id).state = EntryState.WITHDRAWN

        work_off(desk, sandbox)

        assert "D02.same_file_other_author" not in findings_of(desk, second.picture_id)


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox in which no picture can be examined in time, as one that hangs the decoder cannot."""
    with Sandbox(work_dir=tmp_path, wall_s=0.000_001) as sandbox:
        yield sandbox


class TestAPoisonedPicture:
    def set_aside(self, desk: Desk, hasty: Sandbox) -> UUID:
        poison = desk.send(make_jpeg())
        for minutes in range(4):
            work_off(desk, hasty, at=NOW + timedelta(minutes=minutes))
        return poison.picture_id

    def test_raises_so_that_the_queue_counts(self, desk: Desk, hasty: Sandbox) -> None:
        received = desk.send(make_jpeg())

        with pytest.raises(PoisonError, match="timed_out"):
            inspect_picture(desk.database, desk.store, desk.queue, hasty, picture_id=received.picture_id, at=NOW)

        assert picture_of(desk, received.picture_id).state is PictureState.RECEIVED

    def test_is_set_aside_after_three_tries_with_its_file_kept(self, desk: Desk, hasty: Sandbox) -> None:
        picture_id = self.set_aside(desk, hasty)

        picture = picture_of(desk, picture_id)
        assert picture.state is PictureState.UNREADABLE
        assert findings_of(desk, picture_id) == {"F02.unreadable": ("reject", {})}
        assert desk.store.stat(original_key(picture.sha256)) is not None
        with desk.database.reading() as session:
            (dead,) = desk.queue.dead(session, contest_id=session.get_one(Entry, desk.entry_id).contest_id)
        assert (dead.tries, dead.last_error.split(":")[0]) == (3, "PoisonError")

    def test_does_not_hold_up_the_next(self, desk: Desk, hasty: Sandbox, sandbox: Sandbox) -> None:
        self.set_aside(desk, hasty)
        healthy = desk.send(make_jpeg(seed=2))

        assert work_off(desk, sandbox) == 3

        assert picture_of(desk, healthy.picture_id).state is PictureState.READY

    def test_can_be_tried_afresh_when_the_decoder_was_mended(
        self, desk: Desk, hasty: Sandbox, sandbox: Sandbox
    ) -> None:
        picture_id = self.set_aside(desk, hasty)

        with desk.database.changing() as work:
            (dead,) = desk.queue.dead(work.session)
            desk.queue.retry(work, dead.id, at=NOW)
        work_off(desk, sandbox)

        assert picture_of(desk, picture_id).state is PictureState.READY
        assert "F02.unreadable" not in findings_of(desk, picture_id)


def test_a_picture_whose_original_is_gone_is_not_called_unreadable(desk: Desk, sandbox: Sandbox) -> None:
    received = desk.send(make_jpeg())
    desk.store.delete(original_key(received.sha256))

    with pytest.raises(Missing):
        inspect_picture(desk.database, desk.store, desk.queue, sandbox, picture_id=received.picture_id, at=NOW)
    for minutes in range(4):
        work_off(desk, sandbox, at=NOW + timedelta(minutes=minutes))

    assert picture_of(desk, received.picture_id).state is PictureState.RECEIVED
    with desk.database.reading() as session:
        assert len(desk.queue.dead(session)) == 1


def test_a_sweep_orders_the_next_one(desk: Desk, sandbox: Sandbox) -> None:
    for _twice in range(2):
        with desk.database.changing() as work:
            order_sweep(work, desk.queue, at=NOW)

    assert work_off(desk, sandbox) == 1

    waiting = [job for job in _all(desk, Job) if job.state is JobState.QUEUED]
    assert [(job.kind, job.available_at) for job in waiting] == [("sweep", NOW + timedelta(hours=1))]


WORKER = """
import sys
from pathlib import Path
from contest.entries.jobs import handlers
from contest.inspection.sandbox import Sandbox
from contest.kernel.db import open_database
from contest.platform.worker import drain
from tests.data.test_inspect_job import NOW, services_of
from tests.uploading import Desk
desk = Desk(open_database(sys.argv[1]), Path(sys.argv[2]), None, None)
with Sandbox(work_dir=Path(sys.argv[2]).parent) as sandbox:
    drain(desk.queue, handlers(services_of(desk), sandbox=sandbox), clock=lambda: NOW)
"""


@pytest.mark.parametrize("point", ["job.claimed", "renamed", "job.done"])
def test_a_worker_killed_over_a_picture_leaves_it_to_the_next(
    sqlite_database: Database, tmp_path: Path, sandbox: Sandbox, point: str
) -> None:
    desk = make_desk(sqlite_database, tmp_path / "uploads")
    received = desk.send(make_jpeg())
    root = str(Path(__file__).parents[2])

    killed = subprocess.run(
        [sys.executable, "-c", WORKER, desk.database.engine.url.render_as_string(), str(desk.folder)],
        env={"CONTEST_KILL_AT": point, "PYTHONPATH": root, "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert work_off(desk, sandbox, at=NOW + timedelta(minutes=5)) == 3

    assert picture_of(desk, received.picture_id).state is PictureState.READY
    rows = derivatives_of(desk, received.picture_id)
    assert [digest(preview(desk, received.picture_id, row.long_side_px)) for row in rows] == [
        row.sha256 for row in rows
    ]
    assert {job.state for job in _all(desk, Job)} == {JobState.DONE}


def _all(desk: Desk, table: Any) -> list[Any]:
    with desk.database.reading() as session:
        return list(session.scalars(select(table)))
