"""Where photographs go: whole, never cropped, by slicing trees on a page and dynamic programming over the book.

A page of n photographs is one of the ordered binary trees of side-by-side and one-above-the-other cuts (1, 2, 8, 40
for n = 1 to 4). With captions of fixed height under the photographs, each node's height is an affine
function of its width, h = a w + b, so a page is solved exactly, without search and without cropping.
The book is the cheapest sequence of pages, found by dynamic programming as Knuth and Plass break paragraphs
into lines.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

LEAST_SIDE_MM: Final = 38.0
PLENTY_PPI: Final = 300.0
HAIR_MM, NEAR_MM = 0.1, 12.0  # two edges between these apart look as if they were meant to meet
WIDE_ENOUGH = 0.6  # of the frame's width
TREES_REFINED: Final = 3  # trees per choice of photographs whose captions are measured exactly

# What the parts of a page's cost weigh against each other: paper left white, photographs of unequal size, a page
# emptier or fuller than the tier asks for, the same layout twice running, resolution below 300 ppi, edges that
# miss each other by a hair and look like a mistake, a thin column in a wide page, a page emptier than its tier's
# after better works had to share, a last page on the wrong side.
WHITE: Final = 1.0
UNEQUAL: Final = 0.6
DENSITY: Final = 0.35
REPEAT: Final = 0.06
LATE: Final = 0.15
SOFT: Final = 0.8
RAGGED: Final = 0.12
NARROW: Final = 1.2
WRONG_SIDE: Final = 0.3

Tree = int | tuple[str, "Tree", "Tree"]


@dataclass(frozen=True, kw_only=True)
class Block:
    """One work to place: its proportions and how high its caption is at a given width.

    Attributes:
        aspect: Width over height as seen.
        width_px: Width as seen, which limits how large it prints well.
        caption_mm: Gives the height of the caption, space above it included, in mm, for a width in mm.
    """

    aspect: float
    width_px: int
    caption_mm: Callable[[float], float]


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where one photograph stands in its frame; the caption hangs below it, as wide and ``caption_mm`` high."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    caption_mm: float


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """One solved page: what it is made by, its spots in reading order, and what it costs."""

    layout: str
    spots: tuple[Spot, ...]
    cost: float


_State = tuple[str, int]
_Reached = tuple[float, int, _State, Arrangement | None]


@lru_cache(maxsize=8)
def trees(count: int) -> tuple[Tree, ...]:
    """List every ordered binary tree of cuts over ``count`` photographs; "H" stacks, "V" sets side by side."""

    def over(first: int, last: int) -> list[Tree]:
        if last - first == 1:
            return [first]
        return [
            (cut, left, right)
            for middle in range(first + 1, last)
            for left in over(first, middle)
            for right in over(middle, last)
            for cut in ("H", "V")
        ]

    return tuple(over(0, count))


def name_of(tree: Tree) -> str:
    """Write a tree in short, such as "VHab"."""
    if isinstance(tree, int):
        return chr(ord("a") + tree)
    return tree[0] + name_of(tree[1]) + name_of(tree[2])


def arrange(
    blocks: Sequence[Block], *, width_mm: float, height_mm: float, gap_mm: float, wanted: int | None = None
) -> tuple[Arrangement, ...]:
    """Lay one page out in every sensible way, cheapest first.

    Args:
        blocks: The 1 to 4 works of the page in reading order.
        width_mm: Of the frame; ``height_mm`` likewise.
        gap_mm: Between photographs side by side, and between a caption and the photograph under it.
        wanted: How many works a page of this tier should hold; None when any number is as good.

    Returns:
        At most three arrangements; none when the works cannot share this page at a decent size.
    """
    frame = _Frame(width_mm=width_mm, height_mm=height_mm, gap_mm=gap_mm)
    rough = []
    caption = max(block.caption_mm(width_mm / min(2, len(blocks))) for block in blocks)
    for index, tree in enumerate(trees(len(blocks))):
        spots = frame.solve(tree, blocks, caption_mm=caption)
        if spots:
            rough.append((frame.cost(spots, blocks, wanted=wanted), index, tree, spots))
    found = []
    for _, _, tree, spots in sorted(rough, key=lambda each: each[:2])[:TREES_REFINED]:
        exact = frame.settle(tree, blocks, spots)
        if exact:
            cost = frame.cost(exact, blocks, wanted=wanted)
            found.append(Arrangement(layout=f"{len(blocks)}:{name_of(tree)}", spots=exact, cost=cost))
    return tuple(sorted(found, key=lambda each: (each.cost, each.layout)))


@dataclass(frozen=True, kw_only=True)
class _Frame:
    width_mm: float
    height_mm: float
    gap_mm: float

    def settle(self, tree: Tree, blocks: Sequence[Block], spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
        """Solve again with the captions measured at the widths found, until they agree."""
        for _ in range(4):
            caption = max(block.caption_mm(spot.width_mm) for block, spot in zip(blocks, spots, strict=True))
            if caption <= spots[0].caption_mm:
                return spots
            spots = self.solve(tree, blocks, caption_mm=caption)
            if not spots:
                return ()
        return ()

    def solve(self, tree: Tree, blocks: Sequence[Block], *, caption_mm: float) -> tuple[Spot, ...]:
        """Place the photographs by one tree; empty when one would become smaller than is decent."""
        known: dict[int, tuple[float, float]] = {}
        rise, base = self._affine(tree, blocks, caption_mm, known)
        width = min(self.width_mm, (self.height_mm - base) / rise)
        if len(blocks) == 1:
            # A photograph alone may be printed smaller, but not tiny, to keep its 300 ppi.
            sharp = blocks[0].width_px / PLENTY_PPI * 25.4
            width = min(width, max(sharp, 0.6 * width))
        spots: dict[int, Spot] = {}
        if width <= 0 or not self._place(tree, blocks, caption_mm, known, spots, x=0, y=0, width=width):
            return ()
        if len(spots) > 1 and min(min(s.width_mm, s.height_mm) for s in spots.values()) < LEAST_SIDE_MM:
            return ()
        return self._centred([spots[index] for index in range(len(blocks))], width)

    def cost(self, spots: Sequence[Spot], blocks: Sequence[Block], *, wanted: int | None) -> float:
        """Weigh a page: less is better."""
        areas = [spot.width_mm * spot.height_mm for spot in spots]
        white = 1 - sum(areas) / (self.width_mm * self.height_mm)
        unequal = 1 - min(areas) / max(areas)
        soft = sum(
            max(0.0, 1 - block.width_px / (spot.width_mm / 25.4) / PLENTY_PPI)
            for spot, block in zip(spots, blocks, strict=True)
        ) / len(spots)
        edges = [[s.y_mm for s in spots], [s.y_mm + s.height_mm for s in spots], [s.x_mm for s in spots]]
        ragged = sum(HAIR_MM < abs(one - two) < NEAR_MM for level in edges for one, two in combinations(level, 2))
        used = max(s.x_mm + s.width_mm for s in spots) - min(s.x_mm for s in spots)
        narrow = max(0.0, WIDE_ENOUGH - used / self.width_mm)
        density = 0 if wanted is None else abs(wanted - len(spots))
        return WHITE * white + UNEQUAL * unequal + SOFT * soft + RAGGED * ragged + NARROW * narrow + DENSITY * density

    def _affine(
        self, tree: Tree, blocks: Sequence[Block], caption: float, known: dict[int, tuple[float, float]]
    ) -> tuple[float, float]:
        if isinstance(tree, int):
            result = (1 / blocks[tree].aspect, caption)
        else:
            cut, one, two = tree
            (a1, b1), (a2, b2) = (self._affine(part, blocks, caption, known) for part in (one, two))
            if cut == "H":
                result = (a1 + a2, b1 + b2 + self.gap_mm)
            else:
                rise = 1 / (1 / a1 + 1 / a2)
                result = (rise, rise * (b1 / a1 + b2 / a2 - self.gap_mm))
        known[id(tree)] = result
        return result

    def _place(
        self,
        tree: Tree,
        blocks: Sequence[Block],
        caption: float,
        known: dict[int, tuple[float, float]],
        spots: dict[int, Spot],
        *,
        x: float,
        y: float,
        width: float,
    ) -> bool:
        if isinstance(tree, int):
            spots[tree] = Spot(
                x_mm=x, y_mm=y, width_mm=width, height_mm=width / blocks[tree].aspect, caption_mm=caption
            )
            return width > 0
        cut, one, two = tree
        (a1, b1), (a2, b2) = known[id(one)], known[id(two)]
        if cut == "H":
            below = y + a1 * width + b1 + self.gap_mm
            return self._place(one, blocks, caption, known, spots, x=x, y=y, width=width) and self._place(
                two, blocks, caption, known, spots, x=x, y=below, width=width
            )
        rise, base = known[id(tree)]
        height = rise * width + base
        left, right = (height - b1) / a1, (height - b2) / a2
        return self._place(one, blocks, caption, known, spots, x=x, y=y, width=left) and self._place(
            two, blocks, caption, known, spots, x=x + left + self.gap_mm, y=y, width=right
        )

    def _centred(self, spots: Sequence[Spot], width: float) -> tuple[Spot, ...]:
        """Set the group in its frame: middle across, and a little above the middle in height."""
        across = (self.width_mm - width) / 2
        bottom = max(spot.y_mm + spot.height_mm + spot.caption_mm for spot in spots)
        down = (self.height_mm - bottom) * (0.38 if len(spots) == 1 else 0.3)
        return tuple(
            Spot(
                x_mm=spot.x_mm + across,
                y_mm=spot.y_mm + down,
                width_mm=spot.width_mm,
                height_mm=spot.height_mm,
                caption_mm=spot.caption_mm,
            )
            for spot in spots
        )


def paginate(
    blocks: Sequence[Block],
    *,
    limit: int,
    width_mm: float,
    height_mm: float,
    gap_mm: float,
    ends_on_odd: bool | None = None,
) -> tuple[Arrangement, ...]:
    """Break a run of works into pages, all at once, so that the whole sequence is best.

    Args:
        blocks: The works in their order, which is kept.
        limit: The most works on a page, 1 to 4.
        ends_on_odd: Whether an odd number of pages is liked better, or an even one; None for no matter.

    Returns:
        The pages in order; each takes as many works as it has spots.

    Raises:
        ValueError: a work does not fit a page even alone (its caption leaves no room for it).
    """
    wanted = limit - 1 if limit > 2 else limit  # noqa: PLR2004 - three to a page where four may be
    # A state is the works placed, the last layout and the parity of the pages; it remembers how it was reached.
    best: list[dict[_State, _Reached]] = [{} for _ in range(len(blocks) + 1)]
    best[0][("", 0)] = (0.0, 0, ("", 0), None)
    for start in range(len(blocks)):
        for count in range(1, min(limit, len(blocks) - start) + 1):
            some = blocks[start : start + count]
            late = LATE * start / len(blocks) if count < wanted else 0.0
            for option in arrange(some, width_mm=width_mm, height_mm=height_mm, gap_mm=gap_mm, wanted=wanted):
                for state, (cost, *_) in best[start].items():
                    is_repeated = state[0] == option.layout and count > 2  # noqa: PLR2004 - two alike are calm
                    total = cost + option.cost + late + (REPEAT if is_repeated else 0)
                    key = (option.layout, 1 - state[1])
                    known = best[start + count].get(key)
                    if known is None or total < known[0] - 1e-12:
                        best[start + count][key] = (total, start, state, option)
    if not best[-1]:
        message = "a work's caption leaves no room for its photograph"
        raise ValueError(message)

    def weighed(state: _State) -> tuple[float, _State]:
        misses = ends_on_odd is not None and ends_on_odd != (state[1] == 1)
        return (best[-1][state][0] + (WRONG_SIDE if misses else 0), state)

    return tuple(_traced(best, min(best[-1], key=weighed)))[::-1]


def _traced(best: Sequence[dict[_State, _Reached]], state: _State) -> Iterator[Arrangement]:
    at = len(best) - 1
    while at:
        _, at, state, arrangement = best[at][state]
        if arrangement is not None:
            yield arrangement


def grid(
    aspects: Sequence[float], *, width_mm: float, height_mm: float, gap_mm: float
) -> tuple[tuple[Spot, ...], ...]:
    """Lay a series out over as few pages as keep each photograph decent: at most four to a page, evenly shared.

    Args:
        aspects: Width over height of each photograph, in order.

    Returns:
        One tuple of spots per page.
    """
    pages = math.ceil(len(aspects) / 4)
    while True:
        shares = [len(aspects) * (page + 1) // pages - len(aspects) * page // pages for page in range(pages)]
        laid: list[tuple[Spot, ...]] = []
        start = 0
        for share in shares:
            blocks = [
                Block(aspect=aspect, width_px=10**6, caption_mm=lambda _: 0.0)
                for aspect in aspects[start : start + share]
            ]
            found = arrange(blocks, width_mm=width_mm, height_mm=height_mm, gap_mm=gap_mm)
            if not found:
                break
            laid.append(found[0].spots)
            start += share
        if len(laid) == pages:
            return tuple(laid)
        pages += 1
