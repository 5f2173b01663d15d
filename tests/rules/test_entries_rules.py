"""How texts are kept, entries numbered and ordered, and what an entry lacks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.entries.confirmation import Confirmation, is_genuine, sign
from contest.entries.importing.columns import Field, field_of
from contest.entries.importing.plan import both_languages
from contest.entries.rules import (
    Window,
    check_cap,
    clean_line,
    clean_text,
    gaps,
    moved,
    next_number,
    same_name,
    shown_file_name,
)
from contest.kernel.errors import Conflict, Invalid
from contest.kernel.tables import csv_cell

OPENS = datetime(2026, 11, 1, tzinfo=UTC)
WINDOW = Window(opens_at=OPENS, closes_at=OPENS + timedelta(days=30))


@pytest.mark.parametrize(
    ("last", "following"), [(None, "A-0001"), ("A-0106", "A-0107"), ("A-9999", "A-10000"), ("A-10000", "A-10001")]
)
def test_numbers_follow_each_other_past_four_digits(last: str | None, following: str) -> None:
    assert next_number("A", last) == following


def test_the_window_is_half_open() -> None:
    WINDOW.check(WINDOW.opens_at)
    WINDOW.check(WINDOW.closes_at - timedelta(microseconds=1))
    with pytest.raises(Conflict, match=r"entry\.too_early"):
        WINDOW.check(WINDOW.opens_at - timedelta(microseconds=1))
    with pytest.raises(Conflict, match=r"entry\.closed"):
        WINDOW.check(WINDOW.closes_at)


def test_only_a_file_begun_in_time_and_arrived_late_crosses_the_line() -> None:
    before, after = WINDOW.closes_at - timedelta(seconds=1), WINDOW.closes_at

    assert WINDOW.crossed(before, after)
    assert not WINDOW.crossed(before, before)
    assert not WINDOW.crossed(after, after)


@pytest.mark.parametrize(
    ("pictures", "codes"),
    [
        (0, ["entry.no_picture"]),
        (1, []),
        (2, ["entry.series_size"]),
        (4, []),
        (8, []),
        (9, ["entry.series_size"]),
    ],
)
def test_a_work_is_a_single_picture_or_a_series_within_its_limits(pictures: int, codes: list[str]) -> None:
    found = gaps(has_title=True, has_author=True, pictures=pictures, rejected=0, series_min=4, series_max=8)

    assert [gap.code for gap in found] == codes


def test_gaps_come_in_the_order_of_the_page() -> None:
    found = gaps(has_title=False, has_author=False, pictures=2, rejected=1, series_min=1, series_max=1)

    assert [gap.code for gap in found] == [
        "entry.single_only",
        "entry.rejected_picture",
        "entry.no_title",
        "entry.no_author",
    ]


def test_the_cap_lets_exactly_so_many_through() -> None:
    check_cap(given=2, cap=3)
    check_cap(given=1000, cap=None)
    with pytest.raises(Conflict) as refused:
        check_cap(given=3, cap=3)
    assert refused.value.facts == {"given": 3, "most": 3}


@given(st.integers(1, 8), st.data())
def test_moving_keeps_every_picture_and_stops_at_the_ends(size: int, data: st.DataObject) -> None:
    place, step = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-10, 10))

    order = moved(range(size), place, step)

    assert sorted(order) == list(range(size))
    assert order.index(place) == min(max(place + step, 0), size - 1)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  晨　雾 \t 初起 ", "晨 雾 初起"),
        ("e\u0301te\u0301", "été"),
        ("张\u200b\ufeff伟", "张伟"),
        ("\u202egpj.a", "gpj.a"),
        ("a\u0000b\x0bc", "ab c"),
        ("𠮷㐂䶮𬱖", "𠮷㐂䶮𬱖"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("阿依·古丽", "阿依·古丽"),
        ("a" + "\u0300" * 1000, "à" + "\u0300" * 4),
        ("lone \ud800 half", "lone half"),
    ],
)
def test_texts_are_kept_without_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert clean_line(typed, limit=100, field="title") == kept


@given(st.text(max_size=200))
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    once = clean_line(typed, limit=1000, field="title")

    assert clean_line(once, limit=1000, field="title") == once
    assert "\n" not in once


def test_a_text_that_is_too_long_is_refused_and_never_cut() -> None:
    with pytest.raises(Invalid) as refused:
        clean_line("字" * 121, limit=120, field="title")
    assert refused.value.facts == {"field": "title", "given": 121, "most": 120}


def test_a_caption_keeps_its_lines() -> None:
    assert clean_text("\r\n一 \r二\n\n三\n", limit=100, field="caption") == "一\n二\n\n三"


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\晨雾.jpg", "晨雾.jpg"),
        ("照片一.jpg", "照片一.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("\0\0", "?"),
        ("", "?"),
        ("x" * 400 + ".jpg", "x" * 251 + ".jpg"),
    ],
)
def test_a_files_name_is_only_ever_something_to_show(given_name: str, shown: str) -> None:
    assert shown_file_name(given_name) == shown


def test_names_are_compared_without_width_case_and_invisible_marks() -> None:
    assert same_name("\uff3ahang\u3000\uff33an") == same_name("zhang san") == same_name("ZHANG\u200b SAN")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    assert csv_cell(f"{start}1") == f"'{start}1"
    assert csv_cell(f"1{start}") == f"1{start}"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("作者", Field.AUTHOR),
        (" 作者* ", Field.AUTHOR),
        ("作品名称", Field.TITLE),
        ("题名", Field.TITLE),
        ("Title_EN", Field.TITLE_EN),
        ("作者（英文）", Field.AUTHOR_EN),
        ("推荐单位", Field.UNIT),
        ("文件名：", Field.FILES),
        ("File Names", Field.FILES),
        ("拍摄地点", Field.PLACE),
        ("备注", None),
        ("", None),
    ],
)
def test_headings_are_understood_in_both_languages(heading: str, field: Field | None) -> None:
    assert field_of(heading) == field


def test_a_single_text_belongs_to_the_language_it_is_written_in() -> None:
    assert both_languages("归港", "") == ("归港", "")
    assert both_languages("Harbour", "") == ("", "Harbour")
    assert both_languages("归港", "Harbour") == ("归港", "Harbour")


def test_a_confirmation_is_genuine_only_letter_for_letter() -> None:
    told = Confirmation(contest="cup", number="A-0107", submitted_at=OPENS, digests=("ab" * 32,))
    signature = sign(told, secret="s" * 40)
    other = Confirmation(contest="cup", number="A-0108", submitted_at=OPENS, digests=("ab" * 32,))

    assert is_genuine(told, signature.lower(), secret="s" * 40)
    assert not is_genuine(other, signature, secret="s" * 40)
    assert not is_genuine(told, signature, secret="t" * 40)
    assert len(signature) == 32
