"""What pairs of pictures that look alike mean for each of the two: findings D02 (same pixels), D03, D04 and D05."""

from collections import defaultdict
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from contest.calls.queries import ContestFacts
from contest.entries.findings import keep_findings
from contest.entries.models import ArchivePicture, Derivative, Entry, EntryState, Finding, Pair, PairVerdict, Picture
from contest.inspection.checks import find_resemblances
from contest.inspection.checks.resemblances import Resembling
from contest.inspection.sizes import SIZES
from contest.kernel.db import Work

CODES: Final = ("D02.same_pixels", "D03.", "D04.", "D05.")


class _Side(NamedTuple):
    """One picture of a pair and what it belongs to."""

    picture: Picture
    entry: Entry

    @property
    def shown(self) -> str:
        return self.entry.number or self.picture.file_name


def mark_pairs(work: Work, *, contest: ContestFacts) -> None:
    """Say on every picture of a contest what it resembles, in place of what was said.

    Withdrawn entries do not count, nor do pairs that the organizer called unrelated, nor other authors' drafts. To be
    called whenever a pair was found, decided or lost a picture, and when an entry got its number.
    """
    said: dict[UUID, list[Resembling]] = defaultdict(list)
    pictures: dict[UUID, Picture] = {}
    for pair, one, other in _pairs(work, contest.id):
        sides = [(one, other), (other, one)] if isinstance(other, _Side) else [(one, other)]
        for mine, theirs in sides:
            pictures[mine.picture.id] = mine.picture
            if resembling := _resembling(work, pair, mine, theirs):
                said[mine.picture.id].append(resembling)
    for picture in work.session.scalars(_marked(contest.id)):
        pictures.setdefault(picture.id, picture)
    for picture_id, picture in pictures.items():
        found = find_resemblances(said[picture_id], severities=contest.terms.severities)
        keep_findings(work, picture, found, among=CODES)


def _resembling(work: Work, pair: Pair, mine: _Side, theirs: "_Side | ArchivePicture") -> Resembling | None:
    if isinstance(theirs, ArchivePicture):
        return Resembling("archive", f"{theirs.archive}: {theirs.name}")
    if mine.picture.sha256 == theirs.picture.sha256:
        return None  # D01 and D02 say more
    if mine.entry.author_id == theirs.entry.author_id:
        return Resembling("same_author", theirs.shown)
    if theirs.entry.state is EntryState.DRAFT:
        return None
    same = pair.distance == 0 and have_same_pixels(work, mine.picture.id, theirs.picture.id)
    return Resembling("same_pixels" if same else "other_author", theirs.shown)


def have_same_pixels(work: Work, one: UUID, other: UUID) -> bool:
    """Tell whether two pictures are equal pixel for pixel: their largest previews, and then the originals, are.

    A preview is made from the pixels and the profile alone, so that files that differ in their metadata give the
    same bytes.
    """
    pictures = [work.session.get_one(Picture, picture_id) for picture_id in (one, other)]
    if len({(picture.width_px, picture.height_px) for picture in pictures}) != 1:
        return False
    digests = work.session.scalars(
        select(Derivative.sha256).where(Derivative.picture_id.in_((one, other)), Derivative.long_side_px == SIZES[-1])
    ).all()
    return len(digests) == len(pictures) and len(set(digests)) == 1


def _pairs(work: Work, contest_id: UUID) -> "list[tuple[Pair, _Side, _Side | ArchivePicture]]":
    """Read a contest's pairs that count."""
    one, its = aliased(Picture), aliased(Entry)
    other, others = aliased(Picture), aliased(Entry)
    rows = work.session.execute(
        select(Pair, one, its, other, others, ArchivePicture)
        .join(one, one.id == Pair.picture_id)
        .join(its, its.id == one.entry_id)
        .outerjoin(other, other.id == Pair.other_id)
        .outerjoin(others, others.id == other.entry_id)
        .outerjoin(ArchivePicture, ArchivePicture.id == Pair.archived_id)
        .where(
            Pair.contest_id == contest_id,
            or_(Pair.verdict.is_(None), Pair.verdict != PairVerdict.UNRELATED),
            its.state != EntryState.WITHDRAWN,
            or_(others.id.is_(None), others.state != EntryState.WITHDRAWN),
            or_(others.id.is_(None), others.id != its.id),
        )
        .order_by(Pair.found_at, Pair.id)
    )
    found: list[tuple[Pair, _Side, _Side | ArchivePicture]] = []
    for pair, picture, entry, second, second_entry, archived in rows:
        theirs = archived if pair.other_id is None else _Side(second, second_entry)
        found.append((pair, _Side(picture, entry), theirs))
    return found


def _marked(contest_id: UUID) -> Any:
    """Select the pictures on which something is said that may no longer hold."""
    marked = (
        select(Finding.picture_id)
        .join(Entry, Entry.id == Finding.entry_id)
        .where(Entry.contest_id == contest_id, or_(*(Finding.code.startswith(code) for code in CODES)))
    )
    return select(Picture).where(Picture.id.in_(marked))
