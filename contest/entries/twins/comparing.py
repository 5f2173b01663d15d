"""Find what a picture resembles: the whole of it at once, its parts in the author's own works, and everywhere later.

Works in three steps, so that no transaction waits for the sandbox: read rows, compare, write rows. Doing any of it
again gives the same pairs, with what was decided about them.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from contest.calls.queries import contest_by_id
from contest.entries.models import ArchivePicture, Entry, EntryState, Likeness, Pair, Picture, PictureState
from contest.entries.twins.pairs import mark_pairs
from contest.entries.twins.series import mark_series
from contest.inspection.likeness.comparing import likeness_of, matches, mirrored_points
from contest.inspection.likeness.record import LIKENESS_VERSION, SEEN_PX, Match, Matrix, Nearest, inverse
from contest.inspection.likeness.search import Whole, alike, turn_matrix
from contest.inspection.likeness.shortlist import LIKELIEST, PICTURES_AT_ONCE, Index
from contest.inspection.sandbox import Sandbox
from contest.kernel.db import Database, Work
from contest.kernel.ids import new_id
from contest.platform.store import FileStore, derivative_key

SLICE_S: Final = 60.0
"""How long `compare_widely` works before it lets other jobs in; it goes on where it was."""

_DUE_AT_ONCE: Final = 40
"""Pictures that one reading of all points serves."""

_NOT_HANDED_IN: Final = (EntryState.DRAFT, EntryState.WITHDRAWN)


class Other(NamedTuple):
    """Another picture that this one is compared with: of its contest, or of an earlier year."""

    id: UUID
    is_archived: bool
    whole: Whole
    size_px: tuple[int, int]
    is_own: bool


class Found(NamedTuple):
    """Another picture that looks alike: as a whole, in a part, or both."""

    other: Other
    nearest: Nearest | None
    match: Match | None


def compare_picture(
    database: Database, store: FileStore, sandbox: Sandbox, *, picture_id: UUID, at: datetime
) -> None:
    """Learn what a picture looks like, and find its like in its contest and in earlier years.

    The whole is compared with everything; parts (crops, borders) with the author's own works alone, which takes a
    moment: `compare_widely` looks further once the contest has closed. A picture that is gone meanwhile, or cannot
    be read, is left.

    Args:
        sandbox: One that compares, see ``inspection.likeness.comparing``.

    Raises:
        SandboxBroken: The child died or hung over it.
        Missing: ``file``, the preview is not in the store.
    """
    with database.reading() as session:
        picture = session.get(Picture, picture_id)
        if picture is None or picture.state is not PictureState.READY:
            return
        seen = session.get(Likeness, picture_id)
        is_seen = seen is not None and seen.version == LIKENESS_VERSION
    with store.local(derivative_key(picture_id, SEEN_PX)) as preview:
        if not is_seen:
            _see(database, sandbox, preview, picture_id=picture_id, at=at)
        _compare(database, sandbox, preview, picture_id=picture_id, at=at)


def compare_widely(
    database: Database,
    store: FileStore,
    sandbox: Sandbox,
    *,
    contest_id: UUID,
    at: datetime,
    slice_s: float = SLICE_S,
) -> bool:
    """Look for parts of a contest's pictures in all others and in earlier years; tell whether all is done.

    Each picture that was looked for everywhere is remembered as such, so that work goes on where it stopped, and a
    picture that came later is compared with all others, but not they once more among themselves.

    Args:
        slice_s: Seconds after which no further picture is begun; one is compared in any case.

    Raises:
        SandboxBroken, Missing: As `compare_picture`.
    """
    until = time.monotonic() + slice_s
    while due := _due(database, contest_id):
        likeliest = _likeliest(database, store, sandbox, due, contest_id=contest_id)
        for picture_id in due:
            with store.local(derivative_key(picture_id, SEEN_PX)) as preview:
                _compare(database, sandbox, preview, picture_id=picture_id, at=at, among=likeliest[picture_id])
            if time.monotonic() > until:
                return False
    return True


def _due(database: Database, contest_id: UUID) -> Sequence[UUID]:
    """Read the next of a contest's pictures that were not looked for everywhere."""
    with database.reading() as session:
        return session.scalars(
            select(Likeness.picture_id)
            .join(Picture, Picture.id == Likeness.picture_id)
            .join(Entry, Entry.id == Picture.entry_id)
            .where(Entry.contest_id == contest_id, Entry.state.not_in(_NOT_HANDED_IN), Likeness.compared_at.is_(None))
            .order_by(Likeness.picture_id)
            .limit(_DUE_AT_ONCE)
        ).all()


def _likeliest(
    database: Database, store: FileStore, sandbox: Sandbox, due: Sequence[UUID], *, contest_id: UUID
) -> dict[UUID, set[UUID]]:
    """Find for each picture the few others, of other authors and of earlier years, that share points with it."""
    mirrored: dict[UUID, bytes] = {}
    for picture_id in due:
        with store.local(derivative_key(picture_id, SEEN_PX)) as preview:
            mirrored[picture_id] = mirrored_points(sandbox, preview)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    with database.reading() as session:
        mine = session.execute(
            select(Likeness.picture_id, Entry.author_id, Likeness.features)
            .join(Picture, Picture.id == Likeness.picture_id)
            .join(Entry, Entry.id == Picture.entry_id)
            .where(Likeness.picture_id.in_(due))
        ).all()
        for others in _in_parts(session, contest_id):
            index = Index([features for _id, _author_id, features in others])
            for picture_id, author_id, features in mine:
                ranked = (others[at] for at in index.ranked([features, mirrored[picture_id]]))
                likely = (other_id for other_id, other_author, _features in ranked if other_author != author_id)
                found[picture_id].update(islice(likely, LIKELIEST))
    return found


def _in_parts(session: Session, contest_id: UUID) -> Iterator[Sequence[tuple[UUID, UUID | None, bytes]]]:
    """Read id, author and points of a contest's pictures and of earlier years' in parts that memory holds."""
    entered = (
        select(Likeness.picture_id, Entry.author_id, Likeness.features)
        .join(Picture, Picture.id == Likeness.picture_id)
        .join(Entry, Entry.id == Picture.entry_id)
        .where(
            Entry.contest_id == contest_id,
            Entry.state.not_in(_NOT_HANDED_IN),
            Likeness.version == LIKENESS_VERSION,
        )
    )
    archived = select(ArchivePicture.id, literal(None), ArchivePicture.features).where(
        ArchivePicture.version == LIKENESS_VERSION
    )
    for rows in (entered, archived):
        for part in session.execute(rows, execution_options={"yield_per": PICTURES_AT_ONCE}).partitions():
            yield [tuple(row) for row in part]


def _see(database: Database, sandbox: Sandbox, preview: Path, *, picture_id: UUID, at: datetime) -> None:
    """Hash a picture and keep what was found."""
    seen = likeness_of(sandbox, preview)
    with database.changing() as work:
        if work.session.get(Picture, picture_id) is not None:
            row = Likeness(picture_id=picture_id, made_at=at, compared_at=None, version=LIKENESS_VERSION)
            for name, value in vars(seen).items():
                setattr(row, name, value)
            work.session.merge(row)


def _compare(
    database: Database,
    sandbox: Sandbox,
    preview: Path,
    *,
    picture_id: UUID,
    at: datetime,
    among: Collection[UUID] | None = None,
) -> None:
    """Compare a picture, its parts with its author's own and with those named; naming any means: with everything."""
    with database.reading() as session:
        mine = session.get(Likeness, picture_id)
        if mine is None:
            return
        others = _others(session, picture_id)
        near = {found.at: found for found in alike(_whole(mine), [other.whole for other in others])}
        # Those that are alike as a whole are matched as well: that is what lays one exactly on the other.
        asked = [at for at, other in enumerate(others) if at in near or other.is_own or other.id in (among or ())]
        points = _points(session, [others[at] for at in asked])
    parts = dict(zip(asked, matches(sandbox, preview, points), strict=True))
    found = [Found(others[at], near.get(at), parts[at]) for at in asked if at in near or parts[at] is not None]
    with database.changing() as work:
        picture = work.session.get(Picture, picture_id)
        if picture is None:
            return
        entry = work.session.get_one(Entry, picture.entry_id)
        for one in found:
            _keep_pair(work, entry.contest_id, picture_id, one, size_px=(mine.width_px, mine.height_px), at=at)
        if among is not None:
            work.session.get_one(Likeness, picture_id).compared_at = at
        work.session.flush()
        contest = contest_by_id(work.session, entry.contest_id, at)
        mark_pairs(work, contest=contest)
        mark_series(work, entry_id=entry.id, contest=contest)


def _others(session: Session, picture_id: UUID) -> list[Other]:
    """Read the hashes of all pictures of the same contest, but of the same entry, and of earlier years."""
    entry = session.scalars(select(Entry).join(Picture).where(Picture.id == picture_id)).one()
    size = (Likeness.width_px, Likeness.height_px)
    rows = session.execute(
        select(Likeness.picture_id, Entry.author_id, Likeness.pdq, Likeness.phash, Likeness.quality, *size)
        .join(Picture, Picture.id == Likeness.picture_id)
        .join(Entry, Entry.id == Picture.entry_id)
        .where(
            Entry.contest_id == entry.contest_id,
            Entry.id != entry.id,
            Entry.state != EntryState.WITHDRAWN,
            Likeness.version == LIKENESS_VERSION,
        )
    )
    found = [
        Other(other_id, False, Whole(pdq, phash, quality), (width_px, height_px), author_id == entry.author_id)
        for other_id, author_id, pdq, phash, quality, width_px, height_px in rows
    ]
    archived = session.scalars(select(ArchivePicture).where(ArchivePicture.version == LIKENESS_VERSION))
    found += [Other(row.id, True, _whole(row), (row.width_px, row.height_px), False) for row in archived]
    return found


def _points(session: Session, others: list[Other]) -> list[bytes]:
    """Read the points of some pictures, in their order."""
    found: dict[UUID, bytes] = {}
    for table, key, wanted in (
        (Likeness, Likeness.picture_id, [other.id for other in others if not other.is_archived]),
        (ArchivePicture, ArchivePicture.id, [other.id for other in others if other.is_archived]),
    ):
        for start in range(0, len(wanted), _ROWS_AT_ONCE):
            some = wanted[start : start + _ROWS_AT_ONCE]
            found.update(
                (row[0], row[1]) for row in session.execute(select(key, table.features).where(key.in_(some)))
            )
    return [found[other.id] for other in others]


_ROWS_AT_ONCE: Final = 500


def _whole(row: Likeness | ArchivePicture) -> Whole:
    return Whole(row.pdq, row.phash, row.quality)


def _keep_pair(
    work: Work, contest_id: UUID, picture_id: UUID, found: Found, *, size_px: tuple[int, int], at: datetime
) -> None:
    """Write a pair down, or better what is known of it; what was decided stays."""
    other = found.other
    matrix: Matrix
    if found.match is not None:
        matrix = found.match.matrix
    else:
        turn = found.nearest.turn if found.nearest else 0
        matrix = turn_matrix(turn, from_px=other.size_px, to_px=size_px)
    first, second = picture_id, other.id
    if not other.is_archived and second.int < first.int:
        first, second, matrix = second, first, inverse(matrix)
    is_other = Pair.archived_id == second if other.is_archived else Pair.other_id == second
    pair = work.session.scalar(select(Pair).where(Pair.picture_id == first, is_other))
    if pair is None:
        pair = Pair(
            id=new_id(),
            contest_id=contest_id,
            picture_id=first,
            other_id=None if other.is_archived else second,
            archived_id=second if other.is_archived else None,
            found_at=at,
        )
        work.session.add(pair)
    pair.distance = found.nearest.distance if found.nearest else None
    pair.inliers = found.match.inliers if found.match else 0
    pair.matrix = [round(number, 5) for number in matrix]
