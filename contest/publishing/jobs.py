"""Building an album outside a request."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from contest.awards.record import PictureRecord, Record
from contest.entries.drawing import order_drawing
from contest.inspection.sizes import LIGHT
from contest.kernel.db import Database, Work
from contest.kernel.errors import Conflict, ContestError, Invalid, Missing
from contest.platform.queue import Handler, Queue
from contest.platform.store import FileStore, build_key, original_key
from contest.publishing import actions, queries
from contest.publishing.gallery.view import awarded

if TYPE_CHECKING:
    from contest.publishing.album.build import AlbumReport
    from contest.web.services import Services

LIGHTEN: Final = "lighten"
LIGHTEN_EVERY: Final = timedelta(hours=1)
LIMIT_S: Final = 3600
PAUSE_S: Final = 0.5
# Each stage's share of the bar, in percent, from measured runs: setting type and writing the file take longest.
STAGES: Final = {"plan": (0, 2), "pictures": (2, 30), "typeset": (30, 60), "write": (60, 94), "check": (94, 99)}


def handlers(services: "Services") -> dict[str, Handler]:
    """Give what does each kind of job of this capability."""

    def album(payload: Mapping[str, Any], at: datetime) -> None:
        make_album(
            UUID(hex=payload["build_id"]),
            database=services.database,
            store=services.store,
            scratch=services.settings.instance,
            clock=services.clock,
            at=at,
        )

    def give_up(work: Work, payload: Mapping[str, Any], at: datetime) -> None:
        failure = ContestError("build.failed")
        actions.mark_failed(work, build_id=UUID(hex=payload["build_id"]), failure=failure, at=at)

    def lighten(_payload: Mapping[str, Any], at: datetime) -> None:
        with services.database.changing() as work:
            order_light_pictures(work, services.queue, at=at)

    return {
        actions.ALBUM_JOB: Handler(run=album, limit_s=LIMIT_S, give_up=give_up),
        LIGHTEN: Handler(run=lighten, limit_s=60),
    }


def order_lightening(work: Work, queue: Queue, *, at: datetime) -> None:
    """Order the next look at what the galleries lack; each one orders its successor."""
    queue.enqueue(work, LIGHTEN, {}, key=LIGHTEN, at=at, urgency=-1)


def order_light_pictures(work: Work, queue: Queue, *, at: datetime) -> None:
    """Order every picture that a public gallery shows in the lighter format, to be drawn when nothing else waits."""
    order_lightening(work, queue, at=at + LIGHTEN_EVERY)
    for picture_id in queries.to_lighten(work.session):
        order_drawing(work, queue, picture_id=picture_id, drawing=LIGHT, at=at)


def make_album(
    build_id: UUID,
    *,
    database: Database,
    store: FileStore,
    scratch: Path,
    clock: Callable[[], datetime],
    at: datetime,
) -> None:
    """Build the album that was ordered as ``build_id``, put it into the store and say so.

    Safe to run twice: the moment of the order is written into the file, so that a second try makes the same bytes.
    What the contest can be told about ends the build with its reason; anything else is raised, to be tried again.

    Args:
        scratch: Folder with room for the file while it is made.
        at: The moment at which this try began.
    """
    with database.changing() as work:
        row = actions.begin(work, build_id)
        if row is None:
            return  # done by an earlier try, or stopped
        result_set_id, ordered_at, key = row.result_set_id, row.ordered_at, build_key(build_id)
    with database.reading() as session:
        record = queries.result_by_id(session, result_set_id).record
    progress = Progress(database, build_id)
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="album-", dir=scratch) as folder:
        target = Path(folder) / "album.pdf"
        try:
            report = press_album(record, store=store, target=target, built_at=ordered_at, progress=progress)
        except ContestError as failure:
            # A stopped build has said so already, and `mark_failed` leaves it as it is.
            with database.changing() as work:
                actions.mark_failed(work, build_id=build_id, failure=failure, at=at)
            return
        # A try that died here left a file that nobody was told about; ours is the one that counts.
        store.delete(key)
        store.adopt(key, target)
    try:
        with database.changing() as work:
            actions.mark_ready(
                work,
                build_id=build_id,
                key=key,
                size_bytes=report.bytes,
                pages=report.pages,
                sha256=report.sha256,
                report=summary(report, record),
                at=clock(),
            )
    except Conflict:
        store.delete(key)  # stopped at the last moment: the row says so, and the file is not wanted


def press_album(
    record: Record,
    *,
    store: FileStore,
    target: Path,
    built_at: datetime,
    progress: Callable[[str, int, int], None],
    language: Any = "both",
) -> "AlbumReport":
    """Build an album from originals in a store; the one way for browser and command line.

    Raises:
        Missing: ``album.original_missing``, with the work's number.
        ContestError: as `album.build.build_album`.
    """
    # Its PDF library takes a tenth of the service's start.
    from contest.publishing.album.build import build_album  # noqa: PLC0415 - see above

    numbers = {picture.id: work.number for work in record.works for picture in work.pictures}
    with ExitStack() as held:

        def original(picture: PictureRecord) -> Path:
            try:
                return held.enter_context(store.local(original_key(picture.sha256)))
            except Missing as absent:
                raise Missing("album.original_missing", work=numbers[picture.id]) from absent

        try:
            return build_album(
                record,
                original=original,
                target=target,
                built_at=built_at,
                progress=progress,
                language=language,
            )
        except (Conflict, Invalid) as refused:
            if refused.facts.get("picture") not in numbers:
                raise
            # People know works by their numbers, not pictures by their ids.
            raise type(refused)(
                refused.code, **{**refused.facts, "work": numbers[refused.facts["picture"]]}
            ) from refused


def summary(report: "AlbumReport", record: Record) -> dict[str, Any]:
    """Give the part of a report that the desk shows: counts, and each finding with its page and work."""
    numbers = {picture.id: work.number for work in awarded(record) for picture in work.pictures}
    return {
        "pictures": report.pictures,
        "seconds_cpu": report.seconds_cpu,
        "record_digest": report.record_digest,
        "versions": dict(report.versions),
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "page": finding.page,
                "facts": {
                    **finding.facts,
                    **(
                        {"work": numbers[finding.facts["picture"]]} if finding.facts.get("picture") in numbers else {}
                    ),
                },
            }
            for finding in report.preflight.findings
        ],
    }


@dataclass
class Progress:
    """Writes down how far a build is, at most twice a second; raises ``Conflict`` once it was stopped."""

    database: Database
    build_id: UUID
    _written_at: float = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take a step that `build_album` tells."""
        moment = time.monotonic()
        if moment - self._written_at < PAUSE_S:
            return
        self._written_at = moment
        with self.database.changing() as work:
            actions.note_progress(work, build_id=self.build_id, percent=percent(stage, done, total))


def percent(stage: str, done: int, total: int) -> int:
    """Turn a step of one stage into percent of the whole."""
    first, last = STAGES[stage]
    return first + (last - first) * done // max(total, 1)
