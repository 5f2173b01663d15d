"""Earlier years: a folder of pictures is indexed, so that what was handed in can be compared with it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import func, select

from contest.entries.models import ArchivePicture
from contest.inspection.likeness.comparing import likeness_of
from contest.inspection.likeness.record import LIKENESS_VERSION, SEEN_PX, Likeness
from contest.inspection.sandbox import Sandbox, SandboxBroken
from contest.kernel.db import Database
from contest.kernel.errors import Invalid, Missing
from contest.kernel.ids import new_id
from contest.platform.store import FileStore, archive_key

NAME_CHARACTERS_MAX: Final = 80
_CHUNK_BYTES: Final = 1024 * 1024


@dataclass(kw_only=True)
class Indexed:
    """What indexing a folder came to, in names within it.

    Attributes:
        added: Pictures that are new or were changed.
        kept: How many were indexed before and are the same.
        left: Files that are no picture that can be opened.
    """

    added: list[str] = field(default_factory=list)
    kept: int = 0
    left: list[str] = field(default_factory=list)


def index_folder(
    database: Database,
    store: FileStore,
    examining: Sandbox,
    comparing: Sandbox,
    *,
    folder: Path,
    archive: str,
    at: datetime,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Indexed:
    """Index every picture of a folder and of those in it; again gives the same, and takes in what is new.

    The service keeps of each a preview of `SEEN_PX` and what it looks like; the folder may go away afterwards.

    Args:
        examining, comparing: Sandboxes, see ``inspection.likeness.comparing``.
        archive: What the organizer calls it, such as "2025 winners".
        told: Called after each file with how many are done and how many there are.

    Raises:
        Invalid: ``archive.name``, the name is empty or too long.
        Missing: ``folder``, there is none.
        SandboxBroken: ``sandbox.unavailable``.
    """
    name = " ".join(archive.split())
    if not 0 < len(name) <= NAME_CHARACTERS_MAX:
        raise Invalid("archive.name", limit=NAME_CHARACTERS_MAX)
    if not folder.is_dir():
        raise Missing("folder", folder=str(folder))
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    done = Indexed()
    for number, path in enumerate(files, start=1):
        _index(database, store, examining, comparing, done=done, path=path, folder=folder, archive=name, at=at)
        told(number, len(files))
    return done


def archives(database: Database) -> list[tuple[str, int]]:
    """List the archives and how many pictures each has."""
    with database.reading() as session:
        rows = session.execute(
            select(ArchivePicture.archive, func.count())
            .group_by(ArchivePicture.archive)
            .order_by(ArchivePicture.archive)
        )
        return [(row[0], row[1]) for row in rows]


def forget_archive(database: Database, store: FileStore, *, archive: str) -> int:
    """Remove an archive with its previews and the pairs it has part in; give how many pictures it had.

    Raises:
        Missing: ``archive``.
    """
    with database.changing() as work:
        rows = work.session.scalars(select(ArchivePicture).where(ArchivePicture.archive == archive)).all()
        if not rows:
            raise Missing("archive", archive=archive)
        ids = [row.id for row in rows]
        for row in rows:
            work.session.delete(row)
    for picture_id in ids:
        store.delete(archive_key(picture_id))
    return len(ids)


def _index(
    database: Database,
    store: FileStore,
    examining: Sandbox,
    comparing: Sandbox,
    *,
    done: Indexed,
    path: Path,
    folder: Path,
    archive: str,
    at: datetime,
) -> None:
    name = path.relative_to(folder).as_posix()
    digest = _digest(path)
    known = select(ArchivePicture).where(ArchivePicture.archive == archive, ArchivePicture.name == name)
    with database.reading() as session:
        before = session.scalar(known)
        if before is not None and (before.sha256, before.version) == (digest, LIKENESS_VERSION):
            done.kept += 1
            return
    with TemporaryDirectory(prefix="archive-") as place:
        seen = _seen(examining, comparing, path, Path(place))
        if seen is None:
            done.left.append(name)
            return
        picture_id = new_id()
        store.put(archive_key(picture_id), Path(place) / f"{SEEN_PX}.jpg")
    with database.changing() as work:
        replaced = work.session.scalar(known)
        if replaced is not None:
            work.session.delete(replaced)
            work.session.flush()
        work.session.add(
            ArchivePicture(
                id=picture_id,
                archive=archive,
                name=name,
                sha256=digest,
                indexed_at=at,
                version=LIKENESS_VERSION,
                **vars(seen),
            )
        )
    if replaced is not None:
        store.delete(archive_key(replaced.id))
    done.added.append(name)


def _seen(examining: Sandbox, comparing: Sandbox, path: Path, place: Path) -> Likeness | None:
    """Draw a file's preview and see what it looks like; None for what is no picture, or breaks the decoder."""
    try:
        if examining.examine(path, place).derived is None:
            return None
        return likeness_of(comparing, place / f"{SEEN_PX}.jpg")
    except SandboxBroken as broken:
        if broken.code == "sandbox.unavailable":
            raise
        return None


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
