"""The job that makes a print, and the one way to make one for browser and command line."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from contest.awards.record import PictureRecord, Record
from contest.calls.queries import contest_by_id
from contest.kernel.db import Database
from contest.kernel.errors import Conflict, ContestError, Missing
from contest.platform.store import FileStore, build_key, original_key, seal_key
from contest.publishing import actions, clearance, queries
from contest.publishing.prints.make import FOR_PRESS, ON_CONTACT, PrintReport, make_prints
from contest.publishing.prints.orders import Kind, PrintOrder
from contest.publishing.prints.paper import Prints
from contest.publishing.prints.reading import contact_of, prints_of
from contest.publishing.prints.seals import kept_seal
from contest.publishing.progress import Progress

# Each stage's share of the bar, in percent.
STAGES: Final = {"pictures": (0, 50), "typeset": (50, 70), "write": (70, 95), "check": (95, 99)}


def make_result_prints(
    record: Record,
    order: PrintOrder,
    *,
    address: str,
    withheld: Mapping[str, str],
    larger: Mapping[str, PictureRecord],
    store: FileStore,
    target: Path,
    built_at: datetime,
    progress: Callable[[str, int, int], None],
    seal: tuple[PictureRecord, Path] | None = None,
) -> PrintReport:
    """Make prints of a result from originals in a store; the one way for browser and command line.

    Args:
        seal: Of certificates: what is known of the seal's picture, and its file.

    Raises:
        Missing: ``album.original_missing``, with the work's number.
        ContestError: as `prints_of` and `make_prints`.
    """
    drawn = prints_of(
        record, order, address=address, withheld=withheld, larger=larger, seal=seal[0] if seal else None
    )
    with ExitStack() as held:

        def original(picture: PictureRecord) -> Path:
            if seal and picture is seal[0]:
                return seal[1]
            try:
                return held.enter_context(store.local(original_key(picture.sha256)))
            except Missing as absent:
                raise Missing("album.original_missing", work=drawn.numbers[picture.id]) from absent

        return make_prints(
            drawn,
            recipe=FOR_PRESS,
            original=original,
            target=target,
            built_at=built_at,
            singles=order.singles,
            progress=progress,
        )


def make_contact_sheets(
    drawn: Prints,
    keys: Mapping[str, str],
    *,
    store: FileStore,
    target: Path,
    built_at: datetime,
    progress: Callable[[str, int, int], None],
) -> PrintReport:
    """Make contact sheets from previews in a store; ``keys`` as `contact_of` gives them. Errors as `make_prints`."""
    with ExitStack() as held:
        return make_prints(
            drawn,
            recipe=ON_CONTACT,
            original=lambda picture: held.enter_context(store.local(keys[picture.id])),
            target=target,
            built_at=built_at,
            progress=progress,
        )


def make_print(
    build_id: UUID,
    *,
    database: Database,
    store: FileStore,
    scratch: Path,
    address: str,
    clock: Callable[[], datetime],
    at: datetime,
) -> None:
    """Make the print that was ordered as ``build_id``, put it into the store and say so.

    Safe to run twice, as `jobs.make_album` is.

    Args:
        scratch: Folder with room for the file while it is made.
        address: The service's own, without a slash at the end.
        at: The moment at which this try began.
    """
    with database.changing() as work:
        row = actions.begin(work, build_id)
        if row is None:
            return  # done by an earlier try, or stopped
        order, contest_id, ordered_at = PrintOrder.from_json(row.plan), row.contest_id, row.ordered_at
        result_set_id = row.result_set_id
    key = build_key(build_id, order.suffix)

    progress = Progress(database, build_id, percent)
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="print-", dir=scratch) as folder, ExitStack() as held:
        target = Path(folder) / f"print.{order.suffix}"
        try:
            with database.reading() as session:
                if order.kind is Kind.CONTACT:
                    contest = contest_by_id(session, contest_id, at)
                    make = partial(make_contact_sheets, *contact_of(session, store, contest, order))
                else:
                    record = queries.result_by_id(session, result_set_id).record
                    seal = kept_seal(session, contest_id, order.seal) if order.seal else None
                    make = partial(
                        make_result_prints,
                        record,
                        order,
                        address=address,
                        withheld=clearance.withheld(session, record),
                        larger=clearance.larger_files(session, record),
                        seal=(seal, held.enter_context(store.local(seal_key(seal.sha256)))) if seal else None,
                    )
            report = make(store=store, target=target, built_at=ordered_at, progress=progress)
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


def percent(stage: str, done: int, total: int) -> int:
    """Turn a step of one stage into percent of the whole."""
    first, last = STAGES[stage]
    return first + (last - first) * done // max(total, 1)
