"""An album is ordered with its job, built from the frozen result alone, and says why where it cannot be built."""

import re
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from contest.awards.record import Record
from contest.kernel.db import Database
from contest.kernel.errors import Conflict, Missing
from contest.platform.models import Job, JobState
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore, original_key
from contest.platform.worker import drain
from contest.publishing import actions, queries
from contest.publishing.album.editions import Edition
from contest.publishing.jobs import STAGES, handlers, percent
from contest.publishing.models import Build, BuildState
from contest.publishing.progress import Progress
from contest.publishing.sentences import remarks
from contest.settings import Settings
from contest.web.services import Services
from tests.makers import make_contest, make_person
from tests.records import make_record, make_result, with_originals
from tests.visitor import SetClock


class Desk:
    """A contest with a sealed result, its queue, and a worker to call."""

    def __init__(self, database: Database, store: FolderStore, settings: Settings, clock: SetClock) -> None:
        self.database, self.store, self.clock = database, store, clock
        self.queue = EmbeddedQueue(database)
        self.record: Record = with_originals(make_record(), store)
        with database.changing() as work:
            contest = make_contest(work, short_name="cup")
            make_result(work, contest, self.record, announced=False)
            self.contest_id, self.person_id = contest.id, make_person(work).id
        self.handlers = handlers(
            Services(
                settings=settings,
                clock=clock,
                database=database,
                store=store,
                queue=self.queue,
                mail=None,  # type: ignore[arg-type]  # albums send no letters
            )
        )

    def order(self, edition: Edition = Edition.PRESS, **more: Any) -> queries.BuildFacts:
        with self.database.changing() as work:
            found = actions.order_build(
                work,
                self.queue,
                contest_id=self.contest_id,
                edition=edition,
                actor_id=self.person_id,
                at=self.clock(),
                **more,
            )
        return self.facts(found)

    def facts(self, build_id: object) -> queries.BuildFacts:
        with self.database.reading() as session:
            return queries.build(session, self.contest_id, build_id)  # type: ignore[arg-type]

    def work_off(self) -> None:
        drain(self.queue, self.handlers, clock=self.clock)


@pytest.fixture
def desk(sqlite_database: Database, store: FolderStore, settings: Settings, clock: SetClock) -> Desk:
    return Desk(sqlite_database, store, settings, clock)


def test_an_ordered_album_becomes_a_checked_file(desk: Desk, settings: Settings) -> None:
    ordered = desk.order()
    assert (ordered.state, ordered.progress) == (BuildState.QUEUED, 0)

    desk.work_off()

    built = desk.facts(ordered.id)
    with desk.store.open(built.key) as file:
        written = file.read()
    assert built.state is BuildState.READY
    assert built.progress == 100
    assert built.result_version == 1
    assert built.sha256 == sha256(written).hexdigest()
    assert built.bytes == len(written)
    with pikepdf.open(desk.store.path(built.key)) as pdf:
        assert built.pages == len(pdf.pages)
    # Pictures of 1,500 px do not print sharply; the desk can say so of each work by its number, the worst first.
    said = remarks(built.report["findings"], "en")
    assert {remark.severity for remark in said} == {"warning"}
    assert re.match(r"Work B-0011 prints at only 1\d\d pixels per inch", said[0].said)
    assert remarks(built.report["findings"], "zh_Hans")
    assert list(settings.instance.glob("album-*")) == []


def test_ordering_twice_gives_the_album_under_way(desk: Desk) -> None:
    first, second = desk.order(), desk.order()

    assert first.id == second.id
    with desk.database.reading() as session:
        assert session.query(Job).count() == 1


def test_a_job_that_runs_twice_builds_once(desk: Desk, clock: SetClock) -> None:
    ordered = desk.order()
    desk.work_off()
    built = desk.facts(ordered.id)

    desk.handlers[actions.ALBUM_JOB].run({"build_id": ordered.id.hex}, clock() + timedelta(hours=1))

    assert desk.facts(ordered.id) == built


def test_a_try_that_died_before_it_was_told_is_followed_by_the_same_bytes(desk: Desk, clock: SetClock) -> None:
    ordered = desk.order()
    desk.work_off()
    built = desk.facts(ordered.id)
    with desk.database.changing() as work:
        row = work.session.get(Build, ordered.id)
        assert row is not None
        row.state, row.progress, row.finished_at = BuildState.RUNNING, 70, None

    desk.handlers[actions.ALBUM_JOB].run({"build_id": ordered.id.hex}, clock())

    again = desk.facts(ordered.id)
    assert (again.state, again.sha256) == (BuildState.READY, built.sha256)


def test_a_lost_original_is_named_by_its_work_and_can_be_tried_again(desk: Desk) -> None:
    picture = desk.record.works[1].pictures[0]
    with desk.store.open(original_key(picture.sha256)) as file:
        original = file.read()
    desk.store.delete(original_key(picture.sha256))
    first = desk.order()
    desk.work_off()

    failed = desk.facts(first.id)
    assert (failed.state, failed.failure) == (BuildState.FAILED, "album.original_missing")
    assert failed.failure_facts == {"work": "A-0032"}

    place = desk.store.path(original_key(picture.sha256))
    place.write_bytes(original)
    second = desk.order()
    desk.work_off()
    assert second.id != first.id
    assert desk.facts(second.id).state is BuildState.READY


def test_a_changed_original_is_refused_by_its_works_number(desk: Desk) -> None:
    place: Path = desk.store.path(original_key(desk.record.works[0].pictures[0].sha256))
    changed = bytearray(place.read_bytes())
    changed[len(changed) // 2] ^= 1
    place.write_bytes(changed)
    ordered = desk.order()

    desk.work_off()

    failed = desk.facts(ordered.id)
    assert (failed.state, failed.failure) == (BuildState.FAILED, "album.original_changed")
    assert failed.failure_facts["work"] == "A-0107"


def test_what_nobody_foresaw_is_tried_again_and_then_told(
    desk: Desk, clock: SetClock, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.instance.parent.mkdir(parents=True, exist_ok=True)
    settings.instance.write_text("a file where the scratch folder should be")
    ordered = desk.order()

    for _ in range(3):
        desk.work_off()
        clock.at += timedelta(hours=1)

    failed = desk.facts(ordered.id)
    assert (failed.state, failed.failure) == (BuildState.FAILED, "build.failed")
    with desk.database.reading() as session:
        job = session.query(Job).one()
        assert (job.state, job.tries) == (JobState.DEAD, 3)


def test_a_stopped_build_stays_stopped(desk: Desk, now: datetime) -> None:
    ordered = desk.order()
    with desk.database.changing() as work:
        actions.stop(work, contest_id=desk.contest_id, build_id=ordered.id, actor_id=desk.person_id, at=now)

    desk.work_off()

    stopped = desk.facts(ordered.id)
    assert (stopped.state, stopped.failure, stopped.key) == (BuildState.FAILED, "build.stopped", "")
    with pytest.raises(Conflict) as over, desk.database.changing() as work:
        actions.stop(work, contest_id=desk.contest_id, build_id=ordered.id, actor_id=desk.person_id, at=now)
    assert over.value.code == "build.over"


def test_a_build_notices_at_its_next_step_that_it_was_stopped(desk: Desk, now: datetime) -> None:
    ordered = desk.order()
    with desk.database.changing() as work:
        actions.begin(work, ordered.id)
    progress = Progress(desk.database, ordered.id, partial(percent, Edition.PRESS))
    progress("pictures", 1, 2)
    assert desk.facts(ordered.id).progress == 16
    with desk.database.changing() as work:
        actions.stop(work, contest_id=desk.contest_id, build_id=ordered.id, actor_id=desk.person_id, at=now)

    with pytest.raises(Conflict):
        Progress(desk.database, ordered.id, partial(percent, Edition.PRESS))("write", 1, 2)


def test_progress_is_written_at_most_twice_a_second(desk: Desk) -> None:
    ordered = desk.order()
    with desk.database.changing() as work:
        actions.begin(work, ordered.id)
    progress = Progress(desk.database, ordered.id, partial(percent, Edition.PRESS))

    for done in range(500):
        progress("write", done, 500)

    # The first of five hundred quick steps is written, the others wait for the half second to pass.
    assert desk.facts(ordered.id).progress == 60


@pytest.mark.parametrize("edition", Edition)
def test_the_bar_never_goes_back(edition: Edition) -> None:
    steps = [percent(edition, stage, done, 10) for stage in STAGES[edition] for done in range(11)]

    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0, 99)
    assert percent(edition, "plan", 0, 0) == 0


def test_without_a_sealed_result_nothing_is_ordered(desk: Desk, now: datetime) -> None:
    with pytest.raises(Missing) as refused, desk.database.changing() as work:
        other = make_contest(work)
        actions.order_build(
            work, desk.queue, contest_id=other.id, edition=Edition.PRESS, actor_id=desk.person_id, at=now
        )

    assert refused.value.code == "result"


def test_the_public_gets_the_newest_album_once_the_result_is_announced(desk: Desk, clock: SetClock) -> None:
    first = desk.order(Edition.SCREEN)
    desk.work_off()
    clock.at += timedelta(minutes=5)
    second = desk.order(Edition.SCREEN)
    desk.work_off()
    with desk.database.reading() as session:
        assert queries.public_album(session, desk.contest_id) is None

    with desk.database.changing() as work:
        result = work.session.query(queries.ResultSet).one()
        result.state, result.announced_at = queries.ResultState.ANNOUNCED, clock()

    with desk.database.reading() as session:
        public = queries.public_album(session, desk.contest_id)
    assert first.id != second.id
    assert public is not None
    assert public.id == second.id
