"""The promise of an upload under SIGKILL: what was acknowledged is there, whole; no row is without its whole file."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from contest.entries.models import Picture
from contest.entries.receiving import verify_file_receipt
from contest.entries.sweeping import sweep
from contest.kernel.clock import system_clock
from contest.kernel.db import Database
from contest.platform.models import Job
from tests.uploading import SECRET, Desk, digest, make_desk, photo, send_without_end

POINTS = (
    *("start", "mid_write", "written", "synced", "renamed", "dirsynced", "begun", "inserted", "committed", "acked"),
)
ROOT = Path(__file__).parents[2]
SEND = """
import sys
from tests.uploading import photo, send_and_acknowledge
address, folder, person_id, entry_id, upload_id, acknowledged = sys.argv[1:]
send_and_acknowledge(address, folder, person_id, entry_id, upload_id, photo(7, size=700_000), acknowledged)
"""


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Desk:
    return make_desk(sqlite_database, tmp_path / "uploads", series_max=100_000)


def address_of(desk: Desk) -> str:
    return desk.database.engine.url.render_as_string(hide_password=False)


def rows_and_files(desk: Desk) -> list[str]:
    """The SHA-256 of every picture; fails if one has no whole file or no job."""
    with desk.database.reading() as session:
        pictures = session.execute(select(Picture.id, Picture.sha256, Picture.bytes)).all()
        jobs = set(session.scalars(select(Job.key)).all())
    for _picture_id, sha256, size in pictures:
        data = desk.stored(sha256)
        assert (digest(data), len(data)) == (sha256, size)
    assert jobs == {f"inspect:{picture_id}" for picture_id, _sha256, _size in pictures}
    return [sha256 for _picture_id, sha256, _size in pictures]


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_step_an_upload_is_whole_or_can_be_finished(desk: Desk, tmp_path: Path, point: str) -> None:
    data = photo(7, size=700_000)
    acknowledged = tmp_path / "acknowledged"
    upload_id = desk.begin(data)

    killed = subprocess.run(
        [
            *(sys.executable, "-c", SEND, address_of(desk), str(desk.folder)),
            *(str(desk.person_id), str(desk.entry_id), str(upload_id), str(acknowledged)),
        ],
        env={**os.environ, "CONTEST_KILL_AT": point, "PYTHONPATH": str(ROOT)},
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert acknowledged.exists() == (point == "acked")
    committed = point in {"committed", "acked"}
    assert rows_and_files(desk) == ([digest(data)] if committed else [])
    # The sender comes back, asks how far it had come, sends the rest and gets its receipt.
    offset = desk.progress(upload_id).offset
    assert offset == {"start": 0, "mid_write": 262_144, "written": 700_000, "synced": 700_000}.get(
        point, 700_000 if committed else 0
    )
    if not committed:
        desk.append(upload_id, offset, data[offset:])
    received = desk.finish(upload_id)
    assert rows_and_files(desk) == [digest(data)]
    assert verify_file_receipt(received.receipt, secret=SECRET).sha256 == digest(data)
    if point == "acked":
        assert acknowledged.read_text().split() == [received.sha256, str(received.picture_id), received.receipt]
    assert desk.waiting_files == []


@pytest.mark.slow
def test_killed_at_sixty_random_moments_nothing_acknowledged_is_lost(desk: Desk, tmp_path: Path) -> None:
    acknowledged = tmp_path / "acknowledged"
    acknowledged.touch()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.uploading"])
    chance = random.Random(64)
    least = 0

    for moment in range(60):
        before = _lines(acknowledged)
        wanted = chance.randint(0, 5)
        least += wanted
        ready = context.Event()
        sender = context.Process(
            target=send_without_end,
            args=(
                *(address_of(desk), str(desk.folder), str(desk.person_id), str(desk.entry_id)),
                *(moment * 1000, str(acknowledged), ready),
            ),
        )
        sender.start()
        assert ready.wait(30)
        deadline = time.monotonic() + 60
        while _lines(acknowledged) < before + wanted:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        sender.join(chance.uniform(0, 0.05))
        sender.kill()
        sender.join()
        assert sender.exitcode == -signal.SIGKILL

    receipts = [line.split() for line in acknowledged.read_text().splitlines()]
    there = rows_and_files(desk)
    assert len(receipts) >= least
    assert {sha256 for sha256, _picture_id, _receipt in receipts} <= set(there)
    assert len(there) == len(set(there))
    with desk.database.reading() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    # A day later the sweeper clears away what the kills left, and nothing else.
    left = len(desk.waiting_files)
    named = {f"originals/{sha256[:2]}/{sha256[2:4]}/{sha256}" for sha256 in there}
    orphans = {stored.key for stored in desk.store.list("originals")} - named
    report = sweep(desk.database, desk.store, incoming=desk.incoming, now=system_clock() + timedelta(hours=25))
    assert (report.parts, set(report.set_aside), report.lost) == (left, orphans, ())
    assert desk.waiting_files == []
    assert sorted(rows_and_files(desk)) == sorted(there)
    month = sweep(desk.database, desk.store, incoming=desk.incoming, now=system_clock() + timedelta(days=31))
    assert month.deleted == len(orphans)
    assert {stored.key for stored in desk.store.list("originals")} == named


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")
