"""How a run of works falls into pages: the cheapest sequence of all, by dynamic programming.

As Knuth and Plass break a paragraph into lines, so a tier's works are broken into pages all at once: what a page
costs by itself, and what it costs beside the page it faces and after the page before it. Pages that were decided by
hand are fixed points that the rest flows around.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from contest.publishing.album.layout import Arrangement, Block, arrange

# Costs between pages: the same layout twice running, a page emptier than its tier's after better works had to share,
# a last page on the wrong side, a dark photograph facing a pale one, a tall photograph facing a wide one, a series of
# two pages that is not a spread. The wrong side costs so much because a page of mere words must follow: at 0.8 the
# demonstration has 41 of those in its 15 books, at 1.8 16, in as many pages and with larger photographs.
REPEAT: Final = 0.06
LATE: Final = 0.15
WRONG_SIDE: Final = 1.8
TONES: Final = 0.12
TURNED: Final = 0.04
TORN: Final = 0.5
CALM: Final = 2  # layouts of at most so many photographs may be repeated
NEAR_TONES: Final = 25.0  # L*: two photographs nearer than this go together
SQUARISH: Final = 1.12


@dataclass(frozen=True, kw_only=True)
class Item:
    """One work of a run.

    Attributes:
        work: Its id.
        block: Its photograph; None for a series, which has pages of its own.
        pages: How many those are; 1 for a single photograph.
        tone: Mean lightness of its photograph, L* from 0 to 100; None where it is not known.
    """

    work: str
    block: Block | None
    pages: int = 1
    tone: float | None = None


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """What is decided of one page beforehand.

    Attributes:
        slots: Work ids with their places on it, from 1.
        count: How many works it holds; None for any number.
        is_full: Whether it holds those of ``slots`` and no other.
        layout: The layout it must have, or "".
        white_mm: Paper left free inside the frame, on each side.
    """

    slots: tuple[tuple[str, int], ...] = ()
    count: int | None = None
    is_full: bool = False
    layout: str = ""
    white_mm: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Room:
    """Where the photographs of a page stand: its frame and the space between them, in mm."""

    width_mm: float
    height_mm: float
    gap_mm: float

    def within(self, white_mm: float) -> "Room":
        """Give the frame with paper left free on each side."""
        return replace(self, width_mm=self.width_mm - 2 * white_mm, height_mm=self.height_mm - 2 * white_mm)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One page of the run, or all the pages of a series: the works on it and how they are arranged.

    Attributes:
        arrangement: None for a series.
        pages: How many pages it takes.
    """

    items: tuple[Item, ...]
    arrangement: Arrangement | None
    white_mm: float = 0.0
    pages: int = 1

    @property
    def tone(self) -> float | None:
        """Give the mean lightness of its photographs, L*, where all are known."""
        tones = [item.tone for item in self.items if item.tone is not None]
        return sum(tones) / len(tones) if len(tones) == len(self.items) else None


class _Key(NamedTuple):
    """Where the run has come to: the next page's number, from 1, and the layout before it."""

    page: int
    layout: str


class _Reached(NamedTuple):
    cost: float
    start: int
    before: _Key | None
    sheet: Sheet | None


@dataclass(frozen=True, kw_only=True)
class Run:
    """A tier's works in their order, to be broken into pages. The first page is a right-hand one.

    Attributes:
        limit: The most works on a page, 1 to 4.
        fixed: What is decided of pages beforehand, by their number from 1. Works named in it come from ``items``.
        ends_right: Whether the last page is liked on the right, where a tier follows, or on the left.
    """

    items: Sequence[Item]
    room: Room
    limit: int
    fixed: Mapping[int, Fixed] = field(default_factory=dict)
    ends_right: bool = True

    def pages(self) -> tuple[Sheet, ...] | None:
        """Find the cheapest pages.

        Returns:
            Each page once, a series as one sheet of several; None where what is decided cannot be met.

        Raises:
            ValueError: a work does not fit a page even alone (its caption leaves no room for it).
        """
        held = {work for page in self.fixed.values() for work, _ in page.slots}
        free = [item for item in self.items if item.work not in held]
        table: list[dict[_Key, _Reached]] = [{} for _ in range(len(free) + 1)]
        table[0][_Key(1, "")] = _Reached(0.0, 0, None, None)
        for start in range(len(free) + 1):
            # A page full of fixed works leads on without taking any of the free ones: so page by page.
            for number in range(1, self._last + 3):
                keys = [key for key in table[start] if key.page == number]
                for sheet, taken, cost in self._choices(free, start, number) if keys else ():
                    for key in keys:
                        self._go_on(table, start, key, sheet, taken=taken, cost=cost)
        ends = {key: reached for key, reached in table[-1].items() if key.page > self._last}
        if not ends:
            if not self.fixed:
                message = "a work's caption leaves no room for its photograph"
                raise ValueError(message)
            return None

        def weighed(key: _Key) -> tuple[float, _Key]:
            is_left = key.page % 2 == 1  # the next page would be a right-hand one
            return ends[key].cost + (WRONG_SIDE if is_left == self.ends_right else 0), key

        return tuple(_traced(table, min(ends, key=weighed)))[::-1]

    @property
    def _last(self) -> int:
        return max(self.fixed, default=0)

    @property
    def _wanted(self) -> int:
        """Give how many works a page should hold: three where four may be."""
        return self.limit - 1 if self.limit > CALM else self.limit

    def _number(self, page: int) -> int:
        """Give a page's number as far as it matters: behind the last fixed page, only its side."""
        behind = page - self._last - 1
        return page if behind < 0 else self._last + 1 + behind % 2

    def _go_on(
        self, table: list[dict[_Key, _Reached]], start: int, key: _Key, sheet: Sheet, *, taken: int, cost: float
    ) -> None:
        """Let a page follow, if that is the cheapest way known to come so far."""
        here = table[start][key]
        total = here.cost + cost + self._beside(here.sheet, sheet, page=key.page)
        if sheet.arrangement and len(sheet.items) < self._wanted:
            total += LATE * start / (len(table) - 1 or 1)
        after = _Key(self._number(key.page + sheet.pages), sheet.arrangement.layout if sheet.arrangement else "")
        known = table[start + taken].get(after)
        if known is None or total < known.cost - 1e-12:
            table[start + taken][after] = _Reached(total, start, key, sheet)

    def _choices(self, free: Sequence[Item], start: int, page: int) -> Iterator[tuple[Sheet, int, float]]:
        """Give each sheet that may be page number ``page``, how many of the free works it takes, and its cost."""
        fixed = self.fixed.get(page, Fixed())
        by_id = {item.work: item for item in self.items} if fixed.slots else {}
        pinned = [(by_id[work], slot) for work, slot in sorted(fixed.slots, key=lambda each: each[1])]
        series = next((item for item, _ in pinned if item.block is None), None)
        ahead = free[start] if start < len(free) else None
        if series is None and not pinned and ahead is not None and ahead.block is None:
            series = ahead
        if series is not None:
            pages = range(page + 1, page + series.pages)
            if len(pinned) <= 1 and fixed.count in {None, 1} and not any(number in self.fixed for number in pages):
                torn = TORN if series.pages == 2 and page % 2 else 0.0  # noqa: PLR2004 - two pages make a spread
                sheet = Sheet(items=(series,), arrangement=None, pages=series.pages, white_mm=fixed.white_mm)
                yield sheet, 0 if pinned else 1, torn
            return
        most = max(self.limit, len(pinned)) if fixed.count is None else fixed.count
        for taken in range(0 if fixed.is_full else most - len(pinned) + 1):
            some = free[start : start + taken]
            if len(some) < taken or any(item.block is None for item in some):
                break
            yield from self._arranged(pinned, some, fixed)
        if fixed.is_full:
            yield from self._arranged(pinned, [], fixed)

    def _arranged(
        self, pinned: Sequence[tuple[Item, int]], some: Sequence[Item], fixed: Fixed
    ) -> Iterator[tuple[Sheet, int, float]]:
        items = list(some)
        for item, slot in pinned:
            items.insert(min(slot - 1, len(items)), item)
        if not items or (fixed.count is not None and len(items) != fixed.count):
            return
        room = self.room.within(fixed.white_mm)
        for found in arrange(
            tuple(item.block for item in items if item.block),
            width_mm=room.width_mm,
            height_mm=room.height_mm,
            gap_mm=room.gap_mm,
            wanted=self._wanted,
            layout=fixed.layout,
        ):
            sheet = Sheet(items=tuple(items), arrangement=found, white_mm=fixed.white_mm)
            yield sheet, len(some), found.cost

    def _beside(self, before: Sheet | None, sheet: Sheet, *, page: int) -> float:
        """Weigh a page against the one before it, which it faces where it stands on the right."""
        if before is None or before.arrangement is None or sheet.arrangement is None:
            return 0.0
        layout = sheet.arrangement.layout
        cost = REPEAT if before.arrangement.layout == layout and len(sheet.items) > CALM else 0.0
        if page % 2 == 0:
            return cost
        one, two = before.tone, sheet.tone
        if one is not None and two is not None:
            cost += TONES * max(0.0, abs(one - two) - NEAR_TONES) / 50
        if len(before.items) == len(sheet.items) == 1 and _turn(before) * _turn(sheet) < 0:
            cost += TURNED
        return cost


def _turn(sheet: Sheet) -> int:
    """Give 1 for a wide photograph, -1 for a tall one, 0 for one that is nearly square."""
    block = sheet.items[0].block
    aspect = block.aspect if block else 1.0
    return (aspect > SQUARISH) - (aspect < 1 / SQUARISH)


def _traced(table: Sequence[Mapping[_Key, _Reached]], key: _Key) -> Iterator[Sheet]:
    at, here = len(table) - 1, key
    while True:
        _, start, before, sheet = table[at][here]
        if before is None or sheet is None:
            return
        yield sheet
        at, here = start, before
