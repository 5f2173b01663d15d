"""What a hand does to an album, as changes of its overrides: exchange, place, size, arrange, lock, let go."""

from dataclasses import replace

from contest.kernel.errors import Invalid
from contest.publishing.album.options import Overrides, PageOverride, Pin
from contest.publishing.album.plan import AlbumPlan, Page


def exchanged(overrides: Overrides, one: str, two: str) -> Overrides:
    """Let two works change places, those that are pinned or locked there included; twice is as if never."""
    other = {one: two, two: one}
    swaps = overrides.swaps
    undone = bool(swaps) and set(swaps[-1]) == {one, two}
    return replace(
        overrides,
        swaps=swaps[:-1] if undone else (*swaps, (one, two)),
        pins=tuple(replace(pin, work=other.get(pin.work, pin.work)) for pin in overrides.pins),
        pages=tuple(
            replace(page, works=tuple(other.get(work, work) for work in page.works)) for page in overrides.pages
        ),
    )


def neighbour(plan: AlbumPlan, work: str, *, step: int) -> str | None:
    """Give the work before (``step`` -1) or after (1) a work of the same prize, as the book shows them."""
    tier = next((page.tier for page in plan.pages if page.tier and _shows(page, work)), None)
    shown = (spot.work for page in plan.pages if page.tier == tier for spot in page.placements)
    order = list(dict.fromkeys(shown)) if tier else []
    if work not in order:
        return None
    at = order.index(work) + step
    return order[at] if 0 <= at < len(order) else None


def placed(overrides: Overrides, plan: AlbumPlan, work: str, *, page_index: int, slot: int) -> Overrides:
    """Pin a work to a page, at its ``slot``-th place from 1; the others flow around it.

    Raises:
        Invalid: ``album.move_elsewhere``, the page shows no works of this prize side by side; ``album.page_locked``.
    """
    target = plan.pages[page_index] if 0 <= page_index < len(plan.pages) else None
    if (
        target is None
        or not target.nth
        or not any(page.tier == target.tier and _shows(page, work) for page in plan.pages)
    ):
        raise Invalid("album.move_elsewhere")
    if is_locked(overrides, target) or any(work in page.works for page in overrides.pages):
        raise Invalid("album.page_locked")
    return overrides.with_pin(Pin(work=work, page=target.nth, slot=slot))


def unpinned(overrides: Overrides, work: str) -> Overrides:
    """Let a pinned work flow again."""
    return replace(overrides, pins=tuple(pin for pin in overrides.pins if pin.work != work))


def sized(overrides: Overrides, work: str, share: float) -> Overrides:
    """Show a work at a share of the size the layout would give it; 1 for all of it."""
    sizes = {**overrides.sizes, work: share}
    return replace(overrides, sizes={key: size for key, size in sizes.items() if size != 1})


def run_across(overrides: Overrides, work: str) -> Overrides:
    """Let a best work's photograph run across the gutter, over two facing pages."""
    return replace(overrides, across=tuple(dict.fromkeys((*overrides.across, work))))


def kept_on_page(overrides: Overrides, work: str) -> Overrides:
    """Show a photograph that ran across the gutter on one page again."""
    return replace(overrides, across=tuple(each for each in overrides.across if each != work))


def left_out(overrides: Overrides, work: str) -> Overrides:
    """Leave a work out of the book; what else was decided for it waits until it is taken in again."""
    return replace(overrides, without=tuple(dict.fromkeys((*overrides.without, work))))


def taken_in(overrides: Overrides, work: str) -> Overrides:
    """Show a work again that was left out."""
    return replace(overrides, without=tuple(each for each in overrides.without if each != work))


def arranged(overrides: Overrides, page: Page, *, count: int | None, white_mm: float) -> Overrides:
    """Say how many works a page holds, None for as many as suit it, and how much of it stays white."""
    return _decided(overrides, replace(decision(overrides, page), count=count, white_mm=white_mm))


def unlocked(overrides: Overrides, page: Page) -> Overrides:
    """Let a locked page flow again, with the white space it has."""
    return _decided(overrides, replace(decision(overrides, page), works=(), layout=""))


def decision(overrides: Overrides, page: Page) -> PageOverride:
    """Give what is decided of a page of works."""
    usual = PageOverride(tier=page.tier or "", page=page.nth)
    return next((each for each in overrides.pages if (each.tier, each.page) == (usual.tier, usual.page)), usual)


def is_locked(overrides: Overrides, page: Page) -> bool:
    """Tell whether a page stays as it is, whatever happens around it."""
    return bool(decision(overrides, page).works)


def _decided(overrides: Overrides, page: PageOverride) -> Overrides:
    decided = overrides.with_page(page)
    usual = PageOverride(tier=page.tier, page=page.page)
    return replace(decided, pages=tuple(each for each in decided.pages if each != usual))


def _shows(page: Page, work: str) -> bool:
    return any(spot.work == work for spot in page.placements)
