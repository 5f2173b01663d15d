"""Orders to compare pictures, and how a worker carries them out."""

import atexit
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import select

from contest.calls.models import Contest
from contest.calls.queries import contest_by_id
from contest.entries.models import Entry, Picture, PictureState
from contest.entries.queries import compared
from contest.inspection.sandbox import Sandbox
from contest.kernel.db import Work
from contest.kernel.permissions import State
from contest.platform.queue import Handler, Queue

if TYPE_CHECKING:
    from contest.web.services import Services

COMPARE: Final = "compare"
COMPARE_ALL: Final = "compare_all"
_AFTER_CLOSING: Final = frozenset({State.PRESCREEN, State.ROUND, State.DELIB, State.SEALED})
_A_MOMENT: Final = timedelta(seconds=1)


def order_comparing(work: Work, queue: Queue, *, picture_id: UUID, contest_id: UUID, at: datetime) -> None:
    """Order that a picture, once it has its previews, is compared; it goes behind examining others."""
    queue.enqueue(
        work,
        COMPARE,
        {"picture_id": str(picture_id)},
        key=f"{COMPARE}:{picture_id}",
        at=at,
        contest_id=contest_id,
        urgency=-1,
    )


def order_comparing_all(work: Work, queue: Queue, *, contest_id: UUID, at: datetime) -> None:
    """Order that all pictures of a contest are compared part by part; one order at a time, behind all other work."""
    queue.enqueue(
        work,
        COMPARE_ALL,
        {"contest_id": str(contest_id)},
        key=f"{COMPARE_ALL}:{contest_id}",
        at=at,
        contest_id=contest_id,
        urgency=-3,
    )


def order_where_closed(work: Work, queue: Queue, *, at: datetime) -> None:
    """Order comparing everything for each contest that has closed and has pictures that were not looked for yet."""
    for contest_id in work.session.scalars(select(Contest.id)).all():
        contest = contest_by_id(work.session, contest_id, at)
        done, of = compared(work.session, contest_id)
        if contest.state in _AFTER_CLOSING and done < of:
            order_comparing_all(work, queue, contest_id=contest_id, at=at)


def order_anew(work: Work, queue: Queue, *, at: datetime) -> int:
    """Order that every picture of contests not yet announced is compared once more; give how many there are.

    For when something came that they were not compared with: another archive.
    """
    number = 0
    for contest_id in work.session.scalars(select(Contest.id)).all():
        if contest_by_id(work.session, contest_id, at).state in {State.ANNOUNCED, State.ARCHIVED}:
            continue
        pictures = select(Picture.id).join(Entry, Entry.id == Picture.entry_id).where(Entry.contest_id == contest_id)
        for picture_id in work.session.scalars(pictures.where(Picture.state == PictureState.READY)).all():
            order_comparing(work, queue, picture_id=picture_id, contest_id=contest_id, at=at)
            number += 1
    return number


def handlers(services: "Services", *, sandbox: Sandbox | None = None) -> dict[str, Handler]:
    """Give how comparing is done.

    Args:
        sandbox: Where; by default one of its own, whose child starts with the first picture.
    """
    database, store, queue = services.database, services.store, services.queue
    if sandbox is None:
        services.settings.instance.mkdir(parents=True, exist_ok=True)
        sandbox = Sandbox(work_dir=services.settings.instance)
        atexit.register(sandbox.close)
    comparing = sandbox

    def compare(payload: Mapping[str, Any], at: datetime) -> None:
        # Only where it is done: it loads numpy, for which no page and few commands have use.
        from contest.entries.twins.comparing import compare_picture  # noqa: PLC0415 - see above

        compare_picture(database, store, comparing, picture_id=UUID(payload["picture_id"]), at=at)

    def compare_all(payload: Mapping[str, Any], at: datetime) -> None:
        from contest.entries.twins.comparing import compare_widely  # noqa: PLC0415 - as above

        contest_id = UUID(payload["contest_id"])
        if not compare_widely(database, store, comparing, contest_id=contest_id, at=at):
            with database.changing() as work:
                order_comparing_all(work, queue, contest_id=contest_id, at=at + _A_MOMENT)

    return {COMPARE: Handler(run=compare, limit_s=600), COMPARE_ALL: Handler(run=compare_all, limit_s=900)}
