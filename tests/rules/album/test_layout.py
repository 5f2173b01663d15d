"""Photographs are placed whole, in order, at decent sizes, and the same way every time."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.publishing.album.layout import Block, Spot, arrange, grid, paginate, trees

WIDTH, HEIGHT, GAP = 168.0, 234.0, 9.0

aspects = st.floats(min_value=0.4, max_value=3.2, allow_nan=False)


def make_block(aspect: float, *, caption_mm: float = 18.0, width_px: int = 6000) -> Block:
    return Block(aspect=aspect, width_px=width_px, caption_mm=lambda width: caption_mm)


def overlap(one: Spot, two: Spot) -> bool:
    apart = (
        one.x_mm + one.width_mm <= two.x_mm + 1e-6
        or two.x_mm + two.width_mm <= one.x_mm + 1e-6
        or one.y_mm + one.height_mm + one.caption_mm <= two.y_mm + 1e-6
        or two.y_mm + two.height_mm + two.caption_mm <= one.y_mm + 1e-6
    )
    return not apart


def check_spots(spots: Sequence[Spot], shapes: Sequence[float]) -> None:
    for spot, aspect in zip(spots, shapes, strict=True):
        assert spot.width_mm / spot.height_mm == pytest.approx(aspect, rel=1e-9)
        assert spot.x_mm >= -1e-6
        assert spot.y_mm >= -1e-6
        assert spot.x_mm + spot.width_mm <= WIDTH + 1e-6
        assert spot.y_mm + spot.height_mm + spot.caption_mm <= HEIGHT + 1e-6
    assert not any(overlap(one, two) for at, one in enumerate(spots) for two in spots[at + 1 :])


@pytest.mark.parametrize(("count", "number"), [(1, 1), (2, 2), (3, 8), (4, 40)])
def test_every_ordered_way_to_cut_a_page_is_known(count: int, number: int) -> None:
    assert len(set(map(repr, trees(count)))) == number


@given(st.lists(aspects, min_size=1, max_size=4))
def test_a_page_shows_each_photograph_whole_inside_its_frame(shapes: list[float]) -> None:
    found = arrange([make_block(each) for each in shapes], width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP)

    for arrangement in found:
        check_spots(arrangement.spots, shapes)


@given(st.lists(aspects, min_size=1, max_size=24), st.integers(1, 4))
def test_a_run_of_works_fills_pages_in_order_and_leaves_none_out(shapes: list[float], limit: int) -> None:
    blocks = [make_block(each) for each in shapes]

    pages = paginate(blocks, limit=limit, width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP)

    again = paginate(blocks, limit=limit, width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP)
    assert [page.layout for page in pages] == [page.layout for page in again]
    assert sum(len(page.spots) for page in pages) == len(shapes)
    assert all(len(page.spots) <= limit for page in pages)
    start = 0
    for page in pages:
        check_spots(page.spots, shapes[start : start + len(page.spots)])
        start += len(page.spots)


@given(st.lists(aspects, min_size=1, max_size=12))
def test_a_series_is_shared_out_over_pages_in_order(shapes: list[float]) -> None:
    pages = grid(shapes, width_mm=WIDTH, height_mm=HEIGHT, gap_mm=7.0)

    assert [len(page) for page in pages] == [
        len(page) for page in grid(shapes, width_mm=WIDTH, height_mm=HEIGHT, gap_mm=7.0)
    ]
    start = 0
    for page in pages:
        check_spots(page, shapes[start : start + len(page)])
        start += len(page)
    assert start == len(shapes)


def test_a_small_photograph_alone_is_printed_smaller_to_stay_sharp() -> None:
    large = arrange([make_block(1.5, width_px=6000)], width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP)[0]
    small = arrange([make_block(1.5, width_px=1500)], width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP)[0]

    assert large.spots[0].width_mm == pytest.approx(WIDTH)
    assert small.spots[0].width_mm == pytest.approx(1500 / 300 * 25.4)


def test_a_run_ends_on_the_liked_side_where_that_costs_little() -> None:
    blocks = [make_block(1.5) for _ in range(3)]

    odd = paginate(blocks, limit=3, width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP, ends_on_odd=True)
    even = paginate(blocks, limit=3, width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP, ends_on_odd=False)

    assert (len(odd) % 2, len(even) % 2) == (1, 0)


def test_a_caption_that_leaves_no_room_is_told_of() -> None:
    with pytest.raises(ValueError, match="no room"):
        paginate([make_block(1.5, caption_mm=400)], limit=1, width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP)


def test_where_one_work_must_stand_alone_it_is_the_best_one() -> None:
    pages = paginate([make_block(1.5) for _ in range(5)], limit=2, width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP)

    assert [len(page.spots) for page in pages] == [1, 2, 2]
