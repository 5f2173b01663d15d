"""The sweeper: what it clears away, what it leaves alone, and what it raises the alarm about."""

import io
import os
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from contest.entries.models import Picture, Upload
from contest.entries.sweeping import SweepReport, sweep
from contest.kernel.clock import system_clock
from contest.kernel.db import Database
from contest.kernel.errors import Conflict
from contest.platform.store import derivative_key, original_key
from tests.uploading import NOW, Desk, digest, make_desk, photo

HOUR = timedelta(hours=1)
NOTHING = SweepReport(parts=0, uploads=0, set_aside=(), deleted=0, previews=0, lost=())


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return make_desk(database, tmp_path / "uploads", series_max=500)


def swept(desk: Desk, *, now: datetime | None = None) -> SweepReport:
    return sweep(desk.database, desk.store, incoming=desk.incoming, now=now or system_clock())


def last_touched(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


def remove_rows(desk: Desk) -> None:
    with desk.database.changing() as work:
        for picture in work.session.scalars(select(Picture)):
            work.session.delete(picture)


def test_where_all_is_well_nothing_is_done_however_old(desk: Desk) -> None:
    received = desk.send(photo())
    desk.store.put(derivative_key(received.picture_id, 320), io.BytesIO(b"preview"))

    for stored in [*desk.store.list("originals"), *desk.store.list("derivatives")]:
        last_touched(desk.store.path(stored.key), NOW)

    report = swept(desk, now=NOW + timedelta(days=29))

    assert report == NOTHING
    assert desk.stored(received.sha256) == photo()
    assert desk.store.stat(derivative_key(received.picture_id, 320)) is not None


def test_nothing_is_done_in_an_instance_without_files(sqlite_database: Database, tmp_path: Path) -> None:
    assert swept(make_desk(sqlite_database, tmp_path / "uploads")) == NOTHING


def test_unfinished_bytes_go_after_a_day_without_any_and_not_before(desk: Desk) -> None:
    upload_id = desk.begin(photo())
    desk.append(upload_id, 0, photo()[:500])

    for path in desk.incoming.iterdir():
        last_touched(path, NOW)

    assert swept(desk, now=NOW + 24 * HOUR).parts == 0
    assert desk.progress(upload_id).offset == 500
    assert swept(desk, now=NOW + 25 * HOUR).parts == 1
    assert list(desk.incoming.iterdir()) == []


def test_intents_go_a_day_after_they_expired_and_finished_ones_after_a_month(desk: Desk) -> None:
    desk.begin(photo(1))
    desk.send(photo(2))

    def left(now: datetime) -> int:
        swept(desk, now=now)
        with desk.database.reading() as session:
            return len(session.scalars(select(Upload.id)).all())

    assert left(NOW + 48 * HOUR) == 2
    assert left(NOW + 49 * HOUR) == 1
    assert left(NOW + timedelta(days=30)) == 1
    assert left(NOW + timedelta(days=31)) == 0


def test_an_original_without_a_picture_is_set_aside_after_a_day_and_deleted_after_a_month_there(desk: Desk) -> None:
    key = original_key(desk.send(photo()).sha256)
    remove_rows(desk)

    assert swept(desk, now=system_clock() + 23 * HOUR).set_aside == ()
    assert swept(desk, now=system_clock() + 25 * HOUR).set_aside == (key,)
    assert desk.store.stat(key) is None

    assert swept(desk, now=system_clock() + timedelta(days=29)).deleted == 0
    with desk.store.open(f"orphans/{key}") as file:
        assert file.read() == photo()
    assert swept(desk, now=system_clock() + timedelta(days=31)).deleted == 1
    assert desk.store.stat(f"orphans/{key}") is None


def test_an_old_original_that_lost_its_picture_today_still_waits_a_month(desk: Desk) -> None:
    key = original_key(desk.send(photo()).sha256)
    last_touched(desk.store.path(key), system_clock() - timedelta(days=300))
    remove_rows(desk)

    report = swept(desk)

    assert (report.set_aside, report.deleted) == ((key,), 0)
    assert swept(desk).deleted == 0


def test_an_orphan_that_is_sent_again_is_an_original_again(desk: Desk) -> None:
    key = original_key(desk.send(photo()).sha256)
    last_touched(desk.store.path(key), system_clock() - timedelta(days=2))
    remove_rows(desk)

    desk.send(photo())

    assert swept(desk).set_aside == ()
    assert desk.stored(digest(photo())) == photo()


def test_previews_of_a_removed_picture_go_after_a_day(desk: Desk) -> None:
    received = desk.send(photo())
    for step in (320, 640):
        desk.store.put(derivative_key(received.picture_id, step), io.BytesIO(b"preview"))
    remove_rows(desk)

    assert swept(desk, now=system_clock() + 23 * HOUR).previews == 0
    assert swept(desk, now=system_clock() + 25 * HOUR).previews == 2
    assert list(desk.store.list("derivatives")) == []


def test_a_picture_whose_original_is_missing_is_named_every_time(desk: Desk) -> None:
    kept, lost = desk.send(photo(1)), desk.send(photo(2))
    desk.store.delete(original_key(lost.sha256))

    assert swept(desk).lost == (lost.picture_id,)
    assert swept(desk).lost == (lost.picture_id,)
    assert desk.stored(kept.sha256) == photo(1)


def test_sweeping_while_uploads_run_loses_none_of_them(database: Database, tmp_path: Path) -> None:
    """To every sweep all files are two days old, so that only the rows decide."""
    later = system_clock() + timedelta(days=2)
    desk = make_desk(
        database, tmp_path / "uploads", series_max=500, opens_at=system_clock(), closes_at=later + timedelta(days=9)
    )
    stop = threading.Event()
    reports: list[SweepReport] = []

    def sweep_on() -> None:
        while not stop.is_set():
            reports.append(sweep(desk.database, desk.store, incoming=desk.folder / "nowhere", now=later))

    sweeper = threading.Thread(target=sweep_on)
    sweeper.start()
    received, refusals = [], []
    try:
        for number in range(40):
            try:
                received.append((number, desk.send(photo(number), at=later)))
            except Conflict as refused:
                refusals.append(refused.code)
    finally:
        stop.set()
        sweeper.join()

    assert received
    assert len(received) + len(refusals) == 40
    assert set(refusals) <= {"upload.again"}
    for number, one in received:
        assert desk.stored(one.sha256) == photo(number)
    assert all(report.lost == () for report in reports)
