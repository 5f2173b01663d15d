"""Works fall into pages as a whole: in order, around what was decided by hand, and always the same way."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.publishing.album.layout import Block
from contest.publishing.album.sequence import Fixed, Item, Room, Run, Sheet

ROOM = Room(width_mm=168.0, height_mm=234.0, gap_mm=9.0)

aspects = st.floats(min_value=0.4, max_value=3.2, allow_nan=False)


def make_item(number: int, *, aspect: float = 1.5, caption_mm: float = 18.0, tone: float | None = None) -> Item:
    block = Block(aspect=aspect, width_px=6000, caption_mm=lambda width: caption_mm)
    return Item(work=f"w{number}", block=block, tone=tone)


def make_run(count: int, *, limit: int, **changes: object) -> Run:
    run = Run(items=[make_item(number) for number in range(count)], room=ROOM, limit=limit)
    return replace(run, **changes)  # type: ignore[arg-type]


def works(sheets: tuple[Sheet, ...] | None) -> list[list[str]]:
    assert sheets is not None
    return [[item.work for item in sheet.items] for sheet in sheets]


@given(st.lists(aspects, min_size=1, max_size=24), st.integers(1, 4))
def test_a_run_fills_pages_in_order_and_leaves_none_out(shapes: list[float], limit: int) -> None:
    run = Run(items=[make_item(n, aspect=shape) for n, shape in enumerate(shapes)], room=ROOM, limit=limit)

    pages = run.pages()

    assert [work for page in works(pages) for work in page] == [f"w{number}" for number in range(len(shapes))]
    assert all(len(page) <= limit for page in works(pages))
    assert works(run.pages()) == works(pages)


@given(st.lists(aspects, min_size=4, max_size=16), st.integers(1, 3), st.integers(1, 4), st.integers(0, 3))
def test_a_pinned_work_stands_on_its_page_and_the_rest_keeps_its_order(
    shapes: list[float], page: int, slot: int, which: int
) -> None:
    items = [make_item(n, aspect=shape) for n, shape in enumerate(shapes)]
    fixed = {page: Fixed(slots=((f"w{which}", slot),))}

    found = Run(items=items, room=ROOM, limit=4, fixed=fixed).pages()

    if found is not None:
        assert f"w{which}" in works(found)[page - 1]
        rest = [work for shown in works(found) for work in shown if work != f"w{which}"]
        assert rest == [item.work for item in items if item.work != f"w{which}"]


def test_a_slot_is_the_place_in_reading_order() -> None:
    found = make_run(9, limit=3, fixed={2: Fixed(slots=(("w0", 2),), count=3)}).pages()

    assert works(found)[1][1] == "w0"
    assert len(works(found)[1]) == 3


def test_a_forced_number_holds_on_its_page_alone() -> None:
    found = make_run(9, limit=3, fixed={2: Fixed(count=1), 3: Fixed(count=4)}).pages()

    assert [len(page) for page in works(found)][1:3] == [1, 4]


def test_a_locked_page_keeps_works_and_layout() -> None:
    fixed = {3: Fixed(slots=(("w1", 1), ("w7", 2), ("w4", 3)), is_full=True, layout="3:HaVbc")}

    found = make_run(12, limit=4, fixed=fixed).pages()

    assert works(found)[2] == ["w1", "w7", "w4"]
    assert found is not None
    assert found[2].arrangement is not None
    assert found[2].arrangement.layout == "3:HaVbc"


def test_white_space_stays_free_on_each_side() -> None:
    found = make_run(2, limit=1, fixed={1: Fixed(white_mm=30.0)}).pages()

    assert found is not None
    assert found[0].white_mm == 30.0
    assert found[0].arrangement is not None
    assert found[0].arrangement.spots[0].width_mm <= ROOM.width_mm - 60 + 1e-9


def test_what_cannot_be_met_is_no_run() -> None:
    assert make_run(2, limit=2, fixed={9: Fixed(slots=(("w0", 1),))}).pages() is None


def test_a_run_ends_on_the_right_where_that_costs_little() -> None:
    assert [len(works(make_run(count, limit=3).pages())) % 2 for count in (3, 6, 7)] == [1, 1, 1]


def test_the_last_run_of_a_book_ends_on_the_left() -> None:
    assert [len(works(make_run(count, limit=3, ends_right=False).pages())) % 2 for count in (3, 4, 5)] == [0, 0, 0]


def test_where_one_work_must_stand_alone_it_is_the_best_one() -> None:
    assert [len(page) for page in works(make_run(5, limit=2).pages())] == [1, 2, 2]


def test_a_series_of_two_pages_lies_open_as_a_spread() -> None:
    series = Item(work="s", block=None, pages=2)
    items = [*(make_item(number) for number in range(3)), series, *(make_item(number) for number in range(3, 6))]

    found = make_run(0, limit=3, items=items).pages()

    assert found is not None
    before = [sheet.pages for sheet in found[: works(found).index(["s"])]]
    assert sum(before) % 2 == 1
    assert [work for page in works(found) for work in page] == [item.work for item in items]


def test_a_pinned_series_begins_on_its_page() -> None:
    series = Item(work="s", block=None, pages=2)
    items = [series, *(make_item(number) for number in range(6))]

    found = make_run(0, limit=2, items=items, fixed={2: Fixed(slots=(("s", 1),))}).pages()

    assert works(found)[1] == ["s"]


def test_a_dark_photograph_does_not_face_a_pale_one_where_another_break_avoids_it() -> None:
    tones = [50.0, 10.0, 10.0, 95.0, 95.0, 95.0, 50.0]
    items = [make_item(number, tone=tone) for number, tone in enumerate(tones)]

    found = make_run(0, limit=2, items=items).pages()

    assert found is not None
    facing = [(left.tone, right.tone) for left, right in zip(found[1::2], found[2::2], strict=False)]
    assert all(abs((left or 0) - (right or 0)) < 60 for left, right in facing)


def test_a_caption_that_leaves_no_room_is_told_of() -> None:
    with pytest.raises(ValueError, match="no room"):
        make_run(0, limit=1, items=[make_item(0, caption_mm=400)]).pages()
