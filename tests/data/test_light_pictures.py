"""The pictures of a public gallery are drawn in the lighter format when nothing else waits; no others are."""

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from contest.entries import jobs as entry_jobs
from contest.entries.drawing import DRAW
from contest.entries.models import Picture
from contest.inspection.sandbox import Sandbox
from contest.inspection.sizes import SIZES
from contest.kernel.db import Database, Work
from contest.platform.mail import FolderMail
from contest.platform.models import Job
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore, derivative_key, original_key
from contest.platform.worker import drain
from contest.publishing import jobs, queries
from contest.settings import Settings
from contest.web.services import Services
from tests.makers import make_contest, make_entry
from tests.photos import make_jpeg
from tests.records import make_record, make_result
from tests.visitor import SetClock


def shown_picture(work: Work, name: str, *, announced: bool) -> Picture:
    """Make a contest whose result shows one picture that is in the database."""
    contest = make_contest(work, short_name=name)
    row = make_entry(work, contest).pictures[0]
    record = make_record()
    first = record.works[0]
    shown = replace(first, pictures=(replace(first.pictures[0], id=row.id.hex),))
    make_result(work, contest, replace(record, works=(shown,)), announced=announced)
    return row


def ordered(work: Work) -> list[str]:
    return sorted(job.payload["picture_id"] for job in work.session.query(Job).filter_by(kind=DRAW))


def test_what_is_public_is_ordered_once_and_what_is_sealed_is_not(database: Database, now: datetime) -> None:
    queue = EmbeddedQueue(database)
    with database.changing() as work:
        public = shown_picture(work, "cup", announced=True)
        shown_picture(work, "sealed", announced=False)

        for _twice in range(2):
            jobs.order_light_pictures(work, queue, at=now)

        assert ordered(work) == [str(public.id)]
        public.has_light = True
        work.session.flush()
        assert queries.to_lighten(work.session) == []


def test_a_gallery_gets_its_lighter_pictures_with_nobody_asking(
    sqlite_database: Database, store: FolderStore, settings: Settings, clock: SetClock, tmp_path: Path
) -> None:
    queue = EmbeddedQueue(sqlite_database)
    services = Services(
        settings=settings,
        clock=clock,
        database=sqlite_database,
        store=store,
        queue=queue,
        mail=FolderMail(folder=tmp_path / "mail", sender="contest@example.org"),
    )
    with sqlite_database.changing() as work:
        picture = shown_picture(work, "cup", announced=True)
        store.put(original_key(picture.sha256), io.BytesIO(make_jpeg(width_px=800, height_px=500)))
        jobs.order_lightening(work, queue, at=clock())
        picture_id = picture.id

    with Sandbox(work_dir=tmp_path) as sandbox:
        handlers = {**jobs.handlers(services), **entry_jobs.handlers(services, sandbox=sandbox)}
        drain(queue, handlers, clock=clock)

    with sqlite_database.reading() as session:
        assert session.get_one(Picture, picture_id).has_light
    assert all(store.stat(derivative_key(picture_id, side, ending="avif")) for side in SIZES)
