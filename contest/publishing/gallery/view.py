"""The gallery as it is looked at: who stands on which shelf, in which order, in which sizes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from contest.awards.record import CategoryRecord, PictureRecord, Record, TierRecord, WorkRecord
from contest.inspection.sizes import SIZES, fitted
from contest.kernel.errors import Missing

# How wide a row is for its height, by shelf: 2.9 times for the best one, so that better prizes hang larger.
SPANS: Final = (2.9, 3.8, 4.6)


@dataclass(frozen=True, kw_only=True)
class Row:
    """Works side by side, equally high and uncropped; ``span`` is the row's width by its height."""

    works: tuple[WorkRecord, ...]
    span: float


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One tier with what won it, best first; the best tier's only work is grand and stands alone."""

    tier: TierRecord
    category: CategoryRecord | None
    works: tuple[WorkRecord, ...]
    rows: tuple[Row, ...]
    is_grand: bool
    has_series: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A category to look at by itself, and how many awarded works it holds."""

    category: CategoryRecord
    count: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """One size in which a picture is served: ``long_side`` names it, width and height are what is sent."""

    long_side: int
    width_px: int
    height_px: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """An awarded work with its surroundings: its tier, its category, and the works before and after it."""

    work: WorkRecord
    tier: TierRecord
    category: CategoryRecord | None
    before: WorkRecord | None
    after: WorkRecord | None


def shelves(record: Record, *, category: str | None = None) -> tuple[Shelf, ...]:
    """Set the winners out by tier, best first; empty tiers are left out.

    Args:
        category: Key of the one category to show, or None for all.
    """
    found: list[Shelf] = []
    for tier in record.tiers:
        works = tuple(work for work in record.winners(tier.key) if category in {None, work.category})
        if works:
            smaller = sum(not shelf.is_grand for shelf in found)
            found.append(
                Shelf(
                    tier=tier,
                    category=category_of(record, tier.category),
                    works=works,
                    rows=rows(works, span=SPANS[min(smaller, len(SPANS) - 1)]),
                    is_grand=not found and len(works) == 1,
                    has_series=any(len(work.pictures) > 1 for work in works),
                )
            )
    return tuple(found)


def rows(works: tuple[WorkRecord, ...], *, span: float) -> tuple[Row, ...]:
    """Break works into rows that are all as near to ``span`` as their order allows.

    A row filled to the page's width is as high as the width divided by its pictures' aspects: so even rows mean
    pictures of about the same size. Found by dynamic programming over the last break, as paragraphs are set (Knuth
    and Plass 1981), with the squared relative deviation from ``span`` as the badness.
    """
    aspects = [aspect(work.pictures[0]) for work in works]
    best: list[tuple[float, int]] = [(0.0, 0)]  # for the first n works: badness, and where the last row starts
    for end in range(1, len(works) + 1):
        wide, found_here = 0.0, []
        for start in range(end - 1, -1, -1):
            wide += aspects[start]
            found_here.append((best[start][0] + (wide / span - 1) ** 2, start))
            if wide > 2 * span:  # a longer row is worse than the two that it could be
                break
        best.append(min(found_here))
    found: list[Row] = []
    end = len(works)
    while end:
        start = best[end][1]
        found.append(Row(works=works[start:end], span=round(sum(aspects[start:end]), 4)))
        end = start
    return tuple(reversed(found))


def choices(record: Record) -> tuple[Choice, ...]:
    """Give the categories that have awarded works; nothing to choose from when there is only one."""
    works = awarded(record)
    found = [
        Choice(category=category, count=sum(work.category == category.key for work in works))
        for category in record.categories
    ]
    found = [choice for choice in found if choice.count]
    return tuple(found) if len(found) > 1 else ()


def awarded(record: Record) -> tuple[WorkRecord, ...]:
    """Give all winners in the order of the shelves."""
    return tuple(work for tier in record.tiers for work in record.winners(tier.key))


def place(record: Record, number: str) -> Place:
    """Find an awarded work by its entry number.

    Raises:
        Missing: ``gallery.work``; there is none, or it won nothing.
    """
    works = awarded(record)
    at = next((index for index, work in enumerate(works) if work.number == number), None)
    if at is None:
        raise Missing("gallery.work")
    work = works[at]
    return Place(
        work=work,
        tier=next(tier for tier in record.tiers if tier.key == work.tier),
        category=category_of(record, work.category),
        before=works[at - 1] if at > 0 else None,
        after=works[at + 1] if at + 1 < len(works) else None,
    )


def pictures(works: Iterable[WorkRecord]) -> tuple[PictureRecord, ...]:
    """Give the pictures of works, in order."""
    return tuple(picture for work in works for picture in work.pictures)


def steps(picture: PictureRecord) -> tuple[Step, ...]:
    """Give the sizes in which a picture is served, smallest first; never larger than it is, none twice."""
    found: list[Step] = []
    for long_side in SIZES:
        width_px, height_px = fitted(picture.width_px, picture.height_px, long_side_px=long_side)
        if not found or width_px > found[-1].width_px or height_px > found[-1].height_px:
            found.append(Step(long_side=long_side, width_px=width_px, height_px=height_px))
    return tuple(found)


def aspect(picture: PictureRecord) -> float:
    """Give width by height, to four places: a row of pictures is justified by these alone."""
    return round(picture.width_px / picture.height_px, 4)


def category_of(record: Record, key: str | None) -> CategoryRecord | None:
    """Find a category by its key."""
    return next((category for category in record.categories if category.key == key), None)
