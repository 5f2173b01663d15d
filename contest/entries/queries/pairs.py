"""Pairs of pictures that look alike, as the organizer sees them."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from contest.accounts.models import Unit
from contest.entries.models import (
    ArchivePicture,
    Author,
    Derivative,
    Entry,
    EntryState,
    Likeness,
    Pair,
    PairVerdict,
    Picture,
    PictureState,
)
from contest.inspection.likeness.record import Matrix, inverse
from contest.inspection.sizes import SIZES
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Missing

PAGE_PAIRS: Final = 30
OPEN: Final = "open"
_NEARLY_IDENTICAL_BITS: Final = 31
_UNMISTAKABLE_INLIERS: Final = 40
_STRAIGHT_DEGREES: Final = 45
_NOT_HANDED_IN: Final = (EntryState.DRAFT, EntryState.WITHDRAWN)


class Relation(StrEnum):
    """Whose the second picture is, seen from the first."""

    SAME_AUTHOR = "same_author"
    OTHER_AUTHOR = "other_author"
    EARLIER_YEAR = "earlier_year"


class Likeliness(StrEnum):
    """How alike two pictures are, in steps that have words."""

    SAME_FILE = "same_file"
    SAME_PIXELS = "same_pixels"
    NEARLY_IDENTICAL = "nearly_identical"
    VERY_ALIKE = "very_alike"
    PART_SURE = "part_sure"
    PART_LIKELY = "part_likely"


class PairFilters(NamedTuple):
    """What of the queue is shown: a relation or all, a verdict, "open" for none yet, or "" for all."""

    relation: Relation | None = None
    verdict: str = OPEN


@dataclass(frozen=True, kw_only=True)
class Side:
    """One picture of a pair, with its preview's width and height in pixels.

    Attributes:
        entry_id, number, title, author, unit: Of its entry; for a picture of an earlier year all are empty.
        archived: Its archive and name in it; empty for a picture of this contest.
    """

    picture_id: UUID
    width_px: int
    height_px: int
    entry_id: UUID | None = None
    number: str = ""
    title: Bilingual = field(default_factory=Bilingual)
    author: Bilingual = field(default_factory=Bilingual)
    unit: Bilingual = field(default_factory=Bilingual)
    archived: str = ""


@dataclass(frozen=True, kw_only=True)
class PairFacts:
    """Two pictures that look alike; the first shows as much as the second, or more.

    Attributes:
        distance: Bits of 256 in which the whole differs, None where only parts agree.
        inliers: Points of the parts that agree.
        matrix: Lays the second's preview on the first's, as SVG writes it.
        verdict: None until somebody decided.
    """

    id: UUID
    first: Side
    second: Side
    relation: Relation
    likeliness: Likeliness
    distance: int | None
    inliers: int
    matrix: Matrix
    verdict: PairVerdict | None
    note: str
    decided_at: datetime | None

    @property
    def is_mirrored(self) -> bool:
        """Tell whether the second is a mirror image."""
        a, b, c, d, _, _ = self.matrix
        return a * d - b * c < 0

    @property
    def turned_degrees(self) -> int:
        """Give how far the second is turned, in quarter turns clockwise: 0, 90, 180 or 270; a mirror image 0."""
        if self.is_mirrored:
            return 0
        angle = math.degrees(math.atan2(self.matrix[1], self.matrix[0]))
        return round(angle / (2 * _STRAIGHT_DEGREES)) * 2 * _STRAIGHT_DEGREES % 360


class PairPage(NamedTuple):
    """One page of the queue, the first is 1; ``found`` counts all pages' pairs."""

    pairs: tuple[PairFacts, ...]
    found: int
    number: int
    pages: int


_one, _its, _author, _unit = aliased(Picture), aliased(Entry), aliased(Author), aliased(Unit)
_other, _others, _other_author, _other_unit = aliased(Picture), aliased(Entry), aliased(Author), aliased(Unit)
_seen, _other_seen = aliased(Likeness), aliased(Likeness)
_drawn, _other_drawn = aliased(Derivative), aliased(Derivative)


def pairs(session: Session, contest_id: UUID, filters: PairFilters, *, page: int = 1) -> PairPage:
    """Read the pairs that the filters let through, the most alike first.

    Args:
        page: Which page of `PAGE_PAIRS`; beyond the last one gives the last.
    """
    chosen = _chosen(contest_id, filters)
    found = session.scalar(_joined(select(func.count())).where(chosen)) or 0
    pages = max(1, -(-found // PAGE_PAIRS))
    at = min(max(page, 1), pages)
    rows = session.execute(_with_all().where(chosen).limit(PAGE_PAIRS).offset((at - 1) * PAGE_PAIRS))
    return PairPage(tuple(_facts(*row) for row in rows), found, at, pages)


def pair_facts(session: Session, contest_id: UUID, pair_id: UUID) -> PairFacts:
    """Read one pair of a contest; raises ``Missing("pair")``."""
    row = session.execute(_with_all().where(Pair.id == pair_id, _counts(contest_id))).one_or_none()
    if row is None:
        raise Missing("pair")
    return _facts(*row)


def next_pair(session: Session, contest_id: UUID, *, after: UUID, filters: PairFilters) -> UUID | None:
    """Give the pair that follows in the queue, and after the last one the first; None where there is no other."""
    order = list(
        session.scalars(_joined(select(Pair.id)).where(_chosen(contest_id, filters)).order_by(*_most_alike()))
    )
    place = order.index(after) + 1 if after in order else 0
    following = [one for one in (*order[place:], *order[:place]) if one != after]
    return following[0] if following else None


def open_pairs(session: Session, contest_id: UUID) -> int:
    """Count the pairs that wait for a decision."""
    return session.scalar(_joined(select(func.count())).where(_chosen(contest_id, PairFilters()))) or 0


def archived_in(session: Session, contest_id: UUID, pair_id: UUID) -> UUID:
    """Give the picture of an earlier year that a pair of this contest is with; raises ``Missing("picture")``."""
    found = session.scalar(select(Pair.archived_id).where(Pair.id == pair_id, Pair.contest_id == contest_id))
    if found is None:
        raise Missing("picture")
    return found


def compared(session: Session, contest_id: UUID) -> tuple[int, int]:
    """Count the pictures handed in whose parts were looked for everywhere, and all of them."""
    done, of = session.execute(
        select(func.count(Likeness.compared_at), func.count())
        .select_from(Picture)
        .join(Entry, Entry.id == Picture.entry_id)
        .outerjoin(Likeness, Likeness.picture_id == Picture.id)
        .where(
            Entry.contest_id == contest_id, Entry.state.not_in(_NOT_HANDED_IN), Picture.state == PictureState.READY
        )
    ).one()
    return done, of


def _joined(statement: Any) -> Any:
    return (
        statement.select_from(Pair)
        .join(_one, _one.id == Pair.picture_id)
        .join(_its, _its.id == _one.entry_id)
        .outerjoin(_other, _other.id == Pair.other_id)
        .outerjoin(_others, _others.id == _other.entry_id)
    )


def _with_all() -> Any:
    return (
        _joined(
            select(
                Pair,
                _one,
                _its,
                _author,
                _unit,
                _seen,
                _other,
                _others,
                _other_author,
                _other_unit,
                _other_seen,
                ArchivePicture,
                _drawn.sha256,
                _other_drawn.sha256,
            )
        )
        .join(_author, _author.id == _its.author_id)
        .outerjoin(_unit, _unit.id == _author.unit_id)
        .join(_seen, _seen.picture_id == _one.id)
        .outerjoin(_other_author, _other_author.id == _others.author_id)
        .outerjoin(_other_unit, _other_unit.id == _other_author.unit_id)
        .outerjoin(_other_seen, _other_seen.picture_id == _other.id)
        .outerjoin(ArchivePicture, ArchivePicture.id == Pair.archived_id)
        .outerjoin(_drawn, and_(_drawn.picture_id == _one.id, _drawn.long_side_px == SIZES[-1]))
        .outerjoin(_other_drawn, and_(_other_drawn.picture_id == _other.id, _other_drawn.long_side_px == SIZES[-1]))
        .order_by(*_most_alike())
    )


def _most_alike() -> tuple[Any, ...]:
    """Other authors' first, then the nearest whole, then the surest part."""
    own = case((_its.author_id == _others.author_id, 1), else_=0)
    return own, func.coalesce(Pair.distance, 256), Pair.inliers.desc(), Pair.id


def _counts(contest_id: UUID) -> ColumnElement[bool]:
    """Keep a contest's pairs of two entries, both of which were handed in and not withdrawn."""
    return and_(
        Pair.contest_id == contest_id,
        _its.state.not_in(_NOT_HANDED_IN),
        or_(_others.id.is_(None), _others.state.not_in(_NOT_HANDED_IN)),
        or_(_others.id.is_(None), _others.id != _its.id),
    )


def _chosen(contest_id: UUID, filters: PairFilters) -> ColumnElement[bool]:
    wanted = [_counts(contest_id)]
    match filters.relation:
        case Relation.SAME_AUTHOR:
            wanted.append(_its.author_id == _others.author_id)
        case Relation.OTHER_AUTHOR:
            wanted.append(_its.author_id != _others.author_id)
        case Relation.EARLIER_YEAR:
            wanted.append(Pair.archived_id.is_not(None))
    if filters.verdict == OPEN:
        wanted.append(Pair.verdict.is_(None))
    elif filters.verdict:
        wanted.append(Pair.verdict == filters.verdict)
    return and_(*wanted)


def _facts(  # noqa: PLR0917 - a row's columns
    pair: Pair,
    one: Picture,
    its: Entry,
    author: Author,
    unit: Unit | None,
    seen: Likeness,
    other: Picture | None,
    others: Entry | None,
    other_author: Author | None,
    other_unit: Unit | None,
    other_seen: Likeness | None,
    archived: ArchivePicture | None,
    drawn: str | None,
    other_drawn: str | None,
) -> PairFacts:
    first = _side(one, its, author, unit, seen)
    if archived is not None:
        relation = Relation.EARLIER_YEAR
        second = Side(
            picture_id=archived.id,
            width_px=archived.width_px,
            height_px=archived.height_px,
            archived=f"{archived.archive}: {archived.name}",
        )
        digest = archived.sha256
    elif other is None or others is None or other_author is None or other_seen is None:
        raise Missing("pair")
    else:
        relation = Relation.SAME_AUTHOR if its.author_id == others.author_id else Relation.OTHER_AUTHOR
        second = _side(other, others, other_author, other_unit, other_seen)
        digest = other.sha256
    matrix: Matrix = tuple(pair.matrix)
    a, b, c, d, _, _ = matrix
    if abs(a * d - b * c) * second.width_px * second.height_px > first.width_px * first.height_px:
        first, second, matrix = second, first, inverse(matrix)
    return PairFacts(
        id=pair.id,
        first=first,
        second=second,
        relation=relation,
        likeliness=_likeliness(pair, same_file=digest == one.sha256, same_pixels=drawn == other_drawn is not None),
        distance=pair.distance,
        inliers=pair.inliers,
        matrix=matrix,
        verdict=pair.verdict,
        note=pair.note,
        decided_at=pair.decided_at,
    )


def _side(picture: Picture, entry: Entry, author: Author, unit: Unit | None, seen: Likeness) -> Side:
    return Side(
        picture_id=picture.id,
        width_px=seen.width_px,
        height_px=seen.height_px,
        entry_id=entry.id,
        number=entry.number or "",
        title=entry.title,
        author=author.name,
        unit=unit.name if unit else Bilingual(),
    )


def _likeliness(pair: Pair, *, same_file: bool, same_pixels: bool) -> Likeliness:
    if same_file:
        return Likeliness.SAME_FILE
    if pair.distance is None:
        return Likeliness.PART_SURE if pair.inliers >= _UNMISTAKABLE_INLIERS else Likeliness.PART_LIKELY
    if pair.distance == 0 and same_pixels:
        return Likeliness.SAME_PIXELS
    return Likeliness.NEARLY_IDENTICAL if pair.distance <= _NEARLY_IDENTICAL_BITS else Likeliness.VERY_ALIKE
