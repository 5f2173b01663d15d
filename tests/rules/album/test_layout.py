"""Photographs are placed whole, in order, at decent sizes, and the same way every time."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.publishing.album.layout import Block, Spot, arrange, grid, trees

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
    found = arrange(tuple(make_block(each) for each in shapes), width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP)

    for arrangement in found:
        check_spots(arrangement.spots, shapes)


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


def test_a_named_layout_is_the_only_one_given() -> None:
    blocks = tuple(make_block(each) for each in (1.5, 0.7, 1.0))

    found = arrange(blocks, width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP, layout="3:HaVbc")

    assert [each.layout for each in found] == ["3:HaVbc"]
    check_spots(found[0].spots, (1.5, 0.7, 1.0))


def test_a_small_photograph_alone_is_printed_smaller_to_stay_sharp() -> None:
    large = arrange((make_block(1.5, width_px=6000),), width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP)[0]
    small = arrange((make_block(1.5, width_px=1500),), width_mm=WIDTH, height_mm=HEIGHT, gap_mm=GAP)[0]

    assert large.spots[0].width_mm == pytest.approx(WIDTH)
    assert small.spots[0].width_mm == pytest.approx(1500 / 300 * 25.4)
