"""Where photographs go on a page: whole, never cropped, by slicing trees.

A page of n photographs is one of the ordered binary trees of side-by-side and one-above-the-other cuts (1, 2, 8, 40
for n = 1 to 4). With captions of fixed height under the photographs, each node's height is an affine
function of its width, h = a w + b, so a page is solved exactly, without search and without cropping.
"""

import math
from collections.abc import Callable, Sequence
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
# emptier or fuller than the tier asks for, resolution below 300 ppi, edges that miss each other by a hair and look
# like a mistake, a thin column in a wide page.
WHITE: Final = 1.0
UNEQUAL: Final = 0.6
DENSITY: Final = 0.35
SOFT: Final = 0.8
RAGGED: Final = 0.12
NARROW: Final = 1.2

Tree = int | tuple[str, "Tree", "Tree"]


@dataclass(frozen=True, kw_only=True)
class Block:
    """One work to place: its proportions and how high its caption is at a given width.

    Attributes:
        aspect: Width over height as seen.
        width_px: Width as seen, which limits how large it prints well.
        caption_mm: Gives the height of the caption, space above it included, in mm, for a width in mm. Pages are
            remembered by their blocks: one that compares by its text makes a second layout cost next to nothing.
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


@lru_cache(maxsize=8192)
def arrange(
    blocks: tuple[Block, ...],
    *,
    width_mm: float,
    height_mm: float,
    gap_mm: float,
    wanted: int | None = None,
    layout: str = "",
) -> tuple[Arrangement, ...]:
    """Lay one page out in every sensible way, cheapest first.

    Args:
        blocks: The 1 to 4 works of the page in reading order.
        width_mm: Of the frame; ``height_mm`` likewise.
        gap_mm: Between photographs side by side, and between a caption and the photograph under it.
        wanted: How many works a page of this tier should hold; None when any number is as good.
        layout: The one layout that is wanted, as an arrangement names it; empty for the best ones.

    Returns:
        At most three arrangements; none when the works cannot share this page at a decent size.
    """
    frame = _Frame(width_mm=width_mm, height_mm=height_mm, gap_mm=gap_mm)
    rough = []
    caption = max(block.caption_mm(width_mm / min(2, len(blocks))) for block in blocks)
    for index, tree in enumerate(trees(len(blocks))):
        if layout not in {"", f"{len(blocks)}:{name_of(tree)}"}:
            continue
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


def grid(
    aspects: Sequence[float], *, width_mm: float, height_mm: float, gap_mm: float, number_mm: float = 0.0
) -> tuple[tuple[Spot, ...], ...]:
    """Lay a series out over as few pages as keep each photograph decent: at most four to a page, evenly shared.

    Args:
        aspects: Width over height of each photograph, in order.
        number_mm: Height under each photograph for its number.

    Returns:
        One tuple of spots per page.
    """
    pages = math.ceil(len(aspects) / 4)
    caption = _Same(number_mm)
    while True:
        shares = [len(aspects) * (page + 1) // pages - len(aspects) * page // pages for page in range(pages)]
        laid: list[tuple[Spot, ...]] = []
        start = 0
        for share in shares:
            blocks = tuple(
                Block(aspect=aspect, width_px=10**6, caption_mm=caption) for aspect in aspects[start : start + share]
            )
            found = arrange(blocks, width_mm=width_mm, height_mm=height_mm, gap_mm=gap_mm)
            if not found:
                break
            laid.append(found[0].spots)
            start += share
        if len(laid) == pages:
            return tuple(laid)
        pages += 1


@dataclass(frozen=True)
class _Same:
    """A caption as high at every width."""

    height_mm: float

    def __call__(self, _width_mm: float) -> float:
        return self.height_mm
