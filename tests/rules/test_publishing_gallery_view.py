"""How the gallery hangs: rows of even height in their order, sizes that never enlarge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.kernel.errors import Missing
from contest.publishing.gallery import view
from tests.records import make_picture_record, make_record, make_work_record

sides = st.integers(1, 12_000)
hung = st.lists(st.tuples(st.integers(400, 6000), st.integers(400, 6000)), min_size=1, max_size=30)


def _works(sizes: list[tuple[int, int]]) -> tuple[view.WorkRecord, ...]:
    return tuple(
        make_work_record(f"A-{place:04d}", pictures=(make_picture_record(*size),)) for place, size in enumerate(sizes)
    )


@given(hung)
def test_every_work_hangs_once_and_in_its_order(sizes: list[tuple[int, int]]) -> None:
    works = _works(sizes)

    rows = view.rows(works, span=3.8)

    assert tuple(work for row in rows for work in row.works) == works
    for row in rows:
        assert row.span == pytest.approx(sum(view.aspect(work.pictures[0]) for work in row.works), abs=1e-3)


def test_rows_are_even_rather_than_full_with_one_left_over() -> None:
    landscapes = _works([(1500, 1000)] * 4)

    # Three would fill the first row better, but the fourth would then hang alone and far larger.
    assert [len(row.works) for row in view.rows(landscapes, span=3.8)] == [2, 2]


def test_a_better_prize_hangs_larger() -> None:
    record = make_record()
    first, second = (shelf for shelf in view.shelves(record) if not shelf.is_grand)

    assert view.shelves(record)[0].is_grand
    assert tuple(sorted(view.SPANS)) == view.SPANS
    assert (first.tier.key, second.tier.key) == ("first", "second")


@given(sides, sides)
def test_no_size_is_larger_than_the_picture_and_none_comes_twice(width_px: int, height_px: int) -> None:
    steps = view.steps(make_picture_record(width_px, height_px))

    seen = [(step.width_px, step.height_px) for step in steps]
    assert seen == sorted(set(seen))
    assert seen[-1] <= (width_px, height_px)
    assert max(seen[-1]) == min(2560, max(width_px, height_px))


def test_a_work_without_a_prize_has_no_place() -> None:
    with pytest.raises(Missing) as refused:
        view.place(make_record(), "A-0300")

    assert refused.value.code == "gallery.work"


def test_one_category_is_no_choice() -> None:
    record = make_record()
    only = make_record(works=tuple(work for work in record.works if work.category == "A"))

    assert [(choice.category.key, choice.count) for choice in view.choices(record)] == [("A", 3), ("B", 2)]
    assert view.choices(only) == ()
