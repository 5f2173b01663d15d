"""A hand on the desk changes the overrides, and the book laid out anew shows what the hand meant."""

import pytest

from contest.kernel.errors import Invalid
from contest.publishing.album import moves
from contest.publishing.album.compose import plan_album
from contest.publishing.album.options import Overrides, locked
from contest.publishing.album.plan import AlbumPlan
from tests.albums import make_winners

RECORD = make_winners((1, 2, 3, 9))
MERIT = [f"work-{rank:04d}" for rank in range(7, 16)]


def laid(overrides: Overrides | None = None) -> AlbumPlan:
    return plan_album(RECORD, overrides=overrides)


def pages_of(plan: AlbumPlan, tier: str = "merit") -> list[list[str]]:
    return [[spot.work for spot in page.placements] for page in plan.pages if page.tier == tier and page.nth]


def index_of(plan: AlbumPlan, *, nth: int, tier: str = "merit") -> int:
    return next(at for at, page in enumerate(plan.pages) if page.tier == tier and page.nth == nth)


def test_two_works_change_places_and_change_back() -> None:
    order = [work for page in pages_of(laid()) for work in page]

    once = moves.exchanged(Overrides(), MERIT[1], MERIT[5])

    changed = [work for page in pages_of(laid(once)) for work in page]
    assert changed[order.index(MERIT[1])] == MERIT[5]
    assert changed[order.index(MERIT[5])] == MERIT[1]
    assert moves.exchanged(once, MERIT[5], MERIT[1]) == Overrides()


def test_a_pinned_work_gives_its_pin_to_the_one_it_changes_with() -> None:
    pinned = moves.placed(Overrides(), laid(), MERIT[7], page_index=index_of(laid(), nth=1), slot=1)

    after = moves.exchanged(pinned, MERIT[7], MERIT[0])

    assert pages_of(laid(after))[0][0] == MERIT[0]


def test_a_work_is_placed_on_a_page_of_its_prize_and_let_go() -> None:
    plan = laid()
    there = index_of(plan, nth=2)
    assert MERIT[0] not in pages_of(plan)[1]

    overrides = moves.placed(Overrides(), plan, MERIT[0], page_index=there, slot=1)

    assert pages_of(laid(overrides))[1][0] == MERIT[0]
    assert moves.unpinned(overrides, MERIT[0]) == Overrides()


@pytest.mark.parametrize("nth_of", ["second", None])
def test_a_work_stays_among_its_prize(nth_of: str | None) -> None:
    plan = laid()
    there = index_of(plan, nth=1, tier=nth_of) if nth_of else 0

    with pytest.raises(Invalid, match=r"album\.move_elsewhere"):
        moves.placed(Overrides(), plan, MERIT[0], page_index=there, slot=1)


def test_a_locked_page_takes_nothing_until_it_is_unlocked() -> None:
    plan = laid()
    at = index_of(plan, nth=2)
    held = locked(Overrides(), plan, at)
    assert moves.is_locked(held, plan.pages[at])

    with pytest.raises(Invalid, match=r"album\.page_locked"):
        moves.placed(held, plan, MERIT[0], page_index=at, slot=1)

    assert moves.unlocked(held, plan.pages[at]) == Overrides()


def test_a_page_is_arranged_and_back_to_usual() -> None:
    plan = laid()
    page = plan.pages[index_of(plan, nth=1)]

    overrides = moves.arranged(Overrides(), page, count=1, white_mm=20)

    first = laid(overrides).pages[index_of(plan, nth=1)]
    assert len(first.placements) == 1
    assert first.placements[0].width_mm < plan.design.width_mm - 40 - 40
    assert moves.arranged(overrides, page, count=None, white_mm=0) == Overrides()


def test_a_size_of_one_is_no_decision() -> None:
    half = moves.sized(Overrides(), MERIT[0], 0.5)

    assert half.sizes == {MERIT[0]: 0.5}
    assert moves.sized(half, MERIT[0], 1) == Overrides()


def test_neighbours_are_of_the_same_prize_in_the_order_of_the_book() -> None:
    plan = laid()
    order = [work for page in pages_of(plan) for work in page]

    assert moves.neighbour(plan, order[0], step=-1) is None
    assert moves.neighbour(plan, order[0], step=1) == order[1]
    assert moves.neighbour(plan, order[-1], step=1) is None
    assert moves.neighbour(plan, "nobody", step=1) is None
