"""Clearing away what interrupted uploads and deleted rows leave behind, and finding what should be there but is not.

Safe while uploads run: only what has lain still for a day is touched, and a file is set aside inside a transaction,
as the only writer, after looking once more for a row that names it. `receiving` looks for the file in its
transaction, so the two cannot miss each other.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select

from contest.entries.models import OriginalsRequest, Picture, Upload
from contest.kernel.db import Database, Work
from contest.platform.store import FileStore, Stored, original_key

STILL: Final = timedelta(hours=24)
SET_ASIDE: Final = timedelta(days=30)
ORPHANS: Final = "orphans"


@dataclass(frozen=True, kw_only=True)
class SweepReport:
    """What a sweep did and found.

    Attributes:
        parts: Unfinished files removed from the incoming folder.
        uploads: Intents removed that expired, or whose picture has long been received.
        set_aside: Originals that no picture names, moved to ``orphans/`` for 30 days.
        deleted: Orphans whose 30 days were over.
        previews: Previews of pictures that are gone, removed.
        lost: Pictures whose original is missing. Never empty without a reason to worry: restore the files from the
            backup, or ask the authors for them; the SHA-256 tells whether a file is the right one.
    """

    parts: int
    uploads: int
    set_aside: tuple[str, ...]
    deleted: int
    previews: int
    lost: tuple[UUID, ...]


def sweep(database: Database, store: FileStore, *, incoming: Path, now: datetime) -> SweepReport:
    """Clear away and look for losses; see `SweepReport`. Running it twice, or while uploads run, is fine.

    Args:
        incoming: The folder of unfinished uploads.
    """
    parts = _remove_parts(incoming, before=now - STILL)
    with database.changing() as work:
        uploads = _remove_uploads(work, now)
    originals = list(store.list("originals"))
    known, rows = _named(database)
    set_aside = [
        stored.key
        for stored in originals
        if stored.modified_at < now - STILL and stored.key not in known and _set_aside(database, store, stored)
    ]
    present = {stored.key for stored in originals}
    lost = [
        picture_id
        for picture_id, key in rows
        # What came in since the listing is looked for by itself.
        if key not in present and store.stat(key) is None
    ]
    return SweepReport(
        parts=parts,
        uploads=uploads,
        set_aside=tuple(set_aside),
        deleted=_delete_old(store, ORPHANS, before=now - SET_ASIDE),
        previews=_remove_previews(store, {picture_id.hex for picture_id, _key in rows}, before=now - STILL),
        lost=tuple(lost),
    )


def _remove_parts(incoming: Path, *, before: datetime) -> int:
    removed = 0
    for path in incoming.glob("*"):
        try:
            if datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) < before:
                path.unlink()
                removed += path.suffix != ".lock"
        except FileNotFoundError:
            continue  # received or given up in this very moment
    return removed


def _remove_uploads(work: Work, now: datetime) -> int:
    over: ColumnElement[bool] = or_(
        and_(Upload.picture_id.is_(None), Upload.expires_at < now - STILL), Upload.created_at < now - SET_ASIDE
    )
    return len(work.session.scalars(delete(Upload).where(over).returning(Upload.id)).all())


def _named(database: Database) -> tuple[set[str], list[tuple[UUID, str]]]:
    with database.reading() as session:
        rows = [
            (picture_id, original_key(digest))
            for picture_id, digest in session.execute(select(Picture.id, Picture.sha256))
        ]
        asked = session.scalars(select(OriginalsRequest.sha256).where(OriginalsRequest.sha256.is_not(None)))
        sent = {original_key(digest) for digest in asked if digest is not None}
    return {key for _picture_id, key in rows} | sent, rows


def _set_aside(database: Database, store: FileStore, stored: Stored) -> bool:
    """Move an original that no picture names; False if one does by now."""
    with database.changing() as work:
        digest = stored.key.rpartition("/")[2]
        named = (
            select(Picture.id).where(Picture.sha256 == digest),
            select(OriginalsRequest.id).where(OriginalsRequest.sha256 == digest),
        )
        if any(work.session.scalar(query.limit(1)) is not None for query in named):
            return False
        store.move(stored.key, f"{ORPHANS}/{stored.key}")
    return True


def _delete_old(store: FileStore, folder: str, *, before: datetime) -> int:
    old = [stored.key for stored in store.list(folder) if stored.modified_at < before]
    for key in old:
        store.delete(key)
    return len(old)


def _remove_previews(store: FileStore, pictures: set[str], *, before: datetime) -> int:
    gone = [
        stored.key
        for stored in store.list("derivatives")
        if stored.modified_at < before and stored.key.split("/")[1] not in pictures
    ]
    for key in gone:
        store.delete(key)
    return len(gone)
