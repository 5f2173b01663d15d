"""Building an album outside a request."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from contest.awards.record import PictureRecord, Record
from contest.entries.drawing import order_drawing
from contest.inspection.sizes import LIGHT
from contest.kernel.db import Database, Work
from contest.kernel.errors import Conflict, ContestError, Invalid, Missing
from contest.platform.queue import Handler, Queue
from contest.platform.store import FileStore, build_key, original_key
from contest.publishing import actions, clearance, drafts, queries
from contest.publishing.album.editions import Edition, Printer
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.sources import Measure
from contest.publishing.prints.ordering import PRINT_JOB
from contest.publishing.progress import Progress

if TYPE_CHECKING:
    from contest.publishing.album.build import AlbumReport
    from contest.web.services import Services

LIGHTEN: Final = "lighten"
LIGHTEN_EVERY: Final = timedelta(hours=1)
LIMIT_S: Final = 3600
# Each stage's share of the bar, in percent, from measured runs: where photographs are passed on as they are, setting
# type and writing the file take longest; where they are converted, that does.
_PASSED: Final = {"plan": (0, 2), "pictures": (2, 30), "typeset": (30, 60), "write": (60, 94), "check": (94, 99)}
_CONVERTED: Final = {"plan": (0, 1), "pictures": (1, 90), "typeset": (90, 94), "write": (94, 98), "check": (98, 99)}
STAGES: Final = {edition: _PASSED if edition in {Edition.PRESS, Edition.COVER} else _CONVERTED for edition in Edition}


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

    def print_(payload: Mapping[str, Any], at: datetime) -> None:
        # Its PDF library takes a tenth of the service's start.
        from contest.publishing.prints.printing import make_print  # noqa: PLC0415 - see above

        make_print(
            UUID(hex=payload["build_id"]),
            database=services.database,
            store=services.store,
            scratch=services.settings.instance,
            address=services.settings.address,
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
        PRINT_JOB: Handler(run=print_, limit_s=LIMIT_S, give_up=give_up),
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
        contest_id, result_set_id, ordered_at = row.contest_id, row.result_set_id, row.ordered_at
        edition, order, key = Edition(row.edition), queries.PrinterOrder(**row.printer), build_key(build_id)
    with database.reading() as session:
        record = queries.result_by_id(session, result_set_id).record
        plan, options = queries.plan(session, build_id), drafts.draft(session, contest_id).options
        asked = asked_of(session, store, contest_id=contest_id, record=record, order=order)
    progress = Progress(database, build_id, partial(percent, edition))
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="album-", dir=scratch) as folder:
        target = Path(folder) / "album.pdf"
        try:
            if plan is None:
                plan = drafts.laid_out(record, options, larger=asked.larger)
                with database.changing() as work:
                    actions.note_plan(work, build_id=build_id, plan=plan)
            progress("plan", 1, 1)
            report = build_edition(
                plan,
                edition=edition,
                record=record,
                asked=asked,
                store=store,
                target=target,
                built_at=ordered_at,
                progress=progress,
            )
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
                report=report.to_dict(),
                at=clock(),
            )
    except Conflict:
        store.delete(key)  # stopped at the last moment: the row says so, and the file is not wanted


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a build needs beside plan and record, as `album.build.build_plan` takes it."""

    printer: Printer
    withheld: Mapping[str, str]
    measures: Mapping[str, Measure]
    larger: Mapping[str, PictureRecord]


def asked_of(
    session: Session, store: FileStore, *, contest_id: UUID, record: Record, order: queries.PrinterOrder
) -> Asked:
    """Read it for one order.

    Raises:
        Missing: ``profile``.
    """
    return Asked(
        printer=queries.printer(session, store, contest_id=contest_id, order=order),
        withheld=clearance.withheld(session, record),
        measures=queries.measures(session, contest_id=contest_id, order=order),
        larger=clearance.larger_files(session, record),
    )


def build_edition(
    plan: AlbumPlan,
    *,
    edition: Edition,
    record: Record,
    asked: Asked,
    store: FileStore,
    target: Path,
    built_at: datetime,
    progress: Callable[[str, int, int], None],
) -> "AlbumReport":
    """Build one edition from originals in a store; the one way for browser and command line.

    Raises:
        Missing: ``album.original_missing``, with the work's number.
        ContestError: as `album.build.build_plan`.
    """
    # Its PDF library takes a tenth of the service's start.
    from contest.publishing.album.build import build_plan  # noqa: PLC0415 - see above

    numbers = {picture.id: work.number for work in record.works for picture in work.pictures}
    with ExitStack() as held:

        def original(picture: PictureRecord) -> Path:
            try:
                return held.enter_context(store.local(original_key(picture.sha256)))
            except Missing as absent:
                raise Missing("album.original_missing", work=numbers[picture.id]) from absent

        try:
            return build_plan(
                plan,
                edition=edition,
                record=record,
                original=original,
                target=target,
                built_at=built_at,
                printer=asked.printer,
                withheld=asked.withheld,
                measures=asked.measures,
                larger=asked.larger,
                progress=progress,
            )
        except (Conflict, Invalid) as refused:
            if refused.facts.get("picture") not in numbers:
                raise
            # People know works by their numbers, not pictures by their ids.
            raise type(refused)(
                refused.code, **{**refused.facts, "work": numbers[refused.facts["picture"]]}
            ) from refused


def percent(edition: Edition, stage: str, done: int, total: int) -> int:
    """Turn a step of one stage into percent of the whole."""
    first, last = STAGES[edition][stage]
    return first + (last - first) * done // max(total, 1)
