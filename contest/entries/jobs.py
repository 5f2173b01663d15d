"""Work on entries that is done outside a request: examining pictures, clearing away."""

import atexit
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from contest.calls.queries import ContestFacts, contest_by_id
from contest.entries.drawing import DRAW, PoisonError, draw_picture, examined, keep_files, keep_rows, order_drawing
from contest.entries.findings import keep_findings
from contest.entries.models import Entry, Picture, PictureState
from contest.entries.names import NAMES, mark_names
from contest.entries.originals import READ_ORIGINAL, read_original
from contest.entries.receiving import INSPECT
from contest.entries.sweeping import sweep
from contest.entries.twins import mark_twins, orders
from contest.inspection.checks import Finding, check
from contest.inspection.sandbox import Examined, Sandbox
from contest.inspection.sizes import PREVIEWS, WHOLE
from contest.kernel.db import Database, Work
from contest.platform.queue import Handler, Queue
from contest.platform.store import FileStore, original_key

if TYPE_CHECKING:
    from contest.web.services import Services

SWEEP: Final = "sweep"
SWEEP_EVERY: Final = timedelta(hours=1)
DONE_JOBS_STAY: Final = timedelta(days=30)
TRIES: Final = 3
# What the checks of one file may say; D codes speak of other files as well, B02 of texts.
_OF_THE_FILE: Final = ("F", "C", "E", "B01.", "B03.", "B04.")
_SET_ASIDE: Final = Finding(code="F02.unreadable", severity="reject")

_log = logging.getLogger(__name__)


def handlers(services: "Services", *, sandbox: Sandbox | None = None) -> dict[str, Handler]:
    """Give what does each kind of job of this capability.

    Args:
        sandbox: Where pictures are examined and compared; by default two of its own, whose children start with the
            first picture.
    """
    database, store, settings = services.database, services.store, services.settings
    comparing = orders.handlers(services, sandbox=sandbox)
    if sandbox is None:
        settings.instance.mkdir(parents=True, exist_ok=True)
        sandbox = Sandbox(work_dir=settings.instance)
        atexit.register(sandbox.close)
    examining = sandbox

    def inspect(payload: Mapping[str, Any], at: datetime) -> None:
        inspect_picture(database, store, services.queue, examining, picture_id=UUID(payload["picture_id"]), at=at)

    def draw(payload: Mapping[str, Any], _at: datetime) -> None:
        draw_picture(database, store, examining, payload)

    def read(payload: Mapping[str, Any], at: datetime) -> None:
        read_original(database, store, examining, payload, at)

    def names(payload: Mapping[str, Any], at: datetime) -> None:
        with database.changing() as work:
            look_for_names(work, entry_id=UUID(payload["entry_id"]), at=at)

    def clear(_payload: Mapping[str, Any], at: datetime) -> None:
        with database.changing() as work:  # first, so that a sweep that fails is not the last one
            order_sweep(work, services.queue, at=at + SWEEP_EVERY)
            orders.order_where_closed(work, services.queue, at=at)
        report = sweep(database, store, incoming=settings.uploads / "incoming", now=at)
        services.queue.forget(before=at - DONE_JOBS_STAY)
        if report.lost:
            _log.error("originals are missing from the store: %s", ", ".join(map(str, report.lost)))
        if any(vars(report).values()):
            _log.info("swept: %s", report)

    return {
        INSPECT: Handler(
            run=inspect, tries=TRIES, pause_s=5, limit_s=300, give_up=set_aside, give_up_on=(PoisonError,)
        ),
        DRAW: Handler(run=draw, tries=TRIES, limit_s=300),
        READ_ORIGINAL: Handler(run=read, tries=TRIES, limit_s=300),
        NAMES: Handler(run=names, limit_s=60),
        **comparing,
        SWEEP: Handler(run=clear, limit_s=3600),
    }


def order_sweep(work: Work, queue: Queue, *, at: datetime) -> None:
    """Order the next sweep, unless one is ordered already; each one orders its successor."""
    queue.enqueue(work, SWEEP, {}, key=SWEEP, at=at, urgency=-1)


def inspect_picture(
    database: Database, store: FileStore, queue: Queue, sandbox: Sandbox, *, picture_id: UUID, at: datetime
) -> None:
    """Examine a received picture, keep its previews, write down what is known and found, and order the rest.

    Doing it again gives the same rows and files, or those of a newer inspector. A picture removed meanwhile is left.

    Raises:
        PoisonError: The sandbox's child died or hung over it; to be tried again.
        SandboxBroken: ``sandbox.unavailable``, no child could be started; the picture has no part in that.
        Missing: ``file``, the original is not in the store.
    """
    with database.reading() as session:
        found = _find(session, picture_id, at)
        if found is None:
            return
        picture, _contest = found
        digest = picture.sha256
    with TemporaryDirectory(prefix="inspect-") as folder:
        with store.local(original_key(digest)) as original:
            known = examined(sandbox, original, Path(folder), drawing=PREVIEWS)
        if known.derived is not None:
            keep_files(store, picture_id, known.derived, Path(folder))
    with database.changing() as work:
        found = _find(work.session, picture_id, at)
        if found is None:
            return
        _write_down(work, *found, known)
        if known.derived is not None:
            order_drawing(work, queue, picture_id=picture_id, drawing=WHOLE, at=at)
            orders.order_comparing(work, queue, picture_id=picture_id, contest_id=found[1].id, at=at)


def look_for_names(work: Work, *, entry_id: UUID, at: datetime) -> None:
    """Look through an entry whose texts or author were changed; one that is gone meanwhile has none."""
    entry = work.session.get(Entry, entry_id)
    if entry is not None:
        mark_names(work, entry_id=entry_id, contest=contest_by_id(work.session, entry.contest_id, at))


def set_aside(work: Work, payload: Mapping[str, Any], _at: datetime) -> None:
    """Call a picture unreadable that the decoder broke on at every try; the file stays, the queue goes on."""
    picture = work.session.get(Picture, UUID(payload["picture_id"]))
    if picture is not None:
        picture.state = PictureState.UNREADABLE
        keep_findings(work, picture, [_SET_ASIDE], among=_OF_THE_FILE)


def _find(session: Session, picture_id: UUID, at: datetime) -> tuple[Picture, ContestFacts] | None:
    picture = session.get(Picture, picture_id)
    if picture is None:
        return None
    entry = session.get_one(Entry, picture.entry_id)
    return picture, contest_by_id(session, entry.contest_id, at)


def _write_down(work: Work, picture: Picture, contest: ContestFacts, known: Examined) -> None:
    """Put into the rows what was found out, in place of what stood there."""
    report, derived = known
    picture.format = report.format or picture.format
    picture.width_px, picture.height_px = report.width_px or 0, report.height_px or 0
    picture.facts = report.facts.to_json()
    picture.inspector_version = report.inspector_version
    picture.placeholder = derived.colour if derived else ""
    picture.state = PictureState.READY if derived else PictureState.UNREADABLE
    keep_rows(work, picture.id, derived, drawing=PREVIEWS)
    said = check(report, contest.terms, received_at=picture.received_at, file_name=picture.file_name)
    keep_findings(work, picture, said, among=_OF_THE_FILE)
    mark_names(work, entry_id=picture.entry_id, contest=contest)
    mark_twins(work, contest=contest, sha256=picture.sha256)
