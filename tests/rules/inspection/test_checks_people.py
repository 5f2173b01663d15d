"""Checks of names in texts, of a series, and of an original against its entry."""

from typing import Any

import pytest

from contest.inspection.checks import Frame, check_series, compare_original, find_names
from contest.inspection.facts import Facts

WORDS = ("张伟", "Zhang Wei", "Wei Zhang", "13912345678", "白银市摄影家协会")


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("张伟作品", True),
        ("张 伟", True),
        ("黄河日出 zhangwei", True),
        ("黄河日出_ZhangWei", True),
        ("Ｚｈａｎｇ　Ｗｅｉ", True),  # noqa: RUF001 - written in full width, as phones may
        ("Zhāng Wěi", True),
        ("by Wei-Zhang", True),
        ("联系 139 1234 5678", True),
        ("+86 13912345678", True),
        ("白银市摄影家协会选送", True),
        ("黄河日出", False),
        ("伟大的张家", False),
        ("Shuzhangweiyi", False),
        ("2139123456789", False),
        ("摄影家", False),
        ("", False),
    ],
)
def test_a_name_phone_or_unit_is_found_however_it_is_written(title: str, found: bool) -> None:
    assert [one.code for one in find_names(words=WORDS, title=title)] == (["B02.name_in_title"] if found else [])


def test_a_name_in_the_files_name_is_only_noted_since_many_notices_ask_for_it() -> None:
    found = find_names(words=WORDS, caption="作者张伟", file_name="张伟-黄河日出.jpg")

    assert [(one.code, one.severity, one.params) for one in found] == [
        ("B02.name_in_caption", "flag", {}),
        ("B02.name_in_file_name", "note", {}),
    ]


def test_words_too_short_to_tell_anybody_are_left_out() -> None:
    assert find_names(words=["李", "Li", "Bo", "110", "", "--"], title="李子 Li Bo 110 -- 树") == []


def test_a_contest_may_switch_the_search_off() -> None:
    assert find_names(words=WORDS, title="张伟", severities={"B02": "off"}) == []


def frame(pdq: str | None = None, **facts: Any) -> Frame:
    return Frame(Facts(**facts), pdq)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, []), (2, ["S01.too_few_pictures"]), (4, []), (8, []), (9, ["S01.too_many_pictures"])],
)
def test_a_series_has_its_number_of_pictures(count: int, expected: list[str]) -> None:
    found = check_series([frame()] * count, least=4, most=8)

    assert [one.code for one in found] == expected
    assert all(one.severity == "reject" and one.params["given"] == count for one in found)


def test_frames_that_are_nearly_the_same_are_named_by_their_places() -> None:
    frames = [frame("00" * 28 + "ffffffff"), frame("ff" * 32), frame("00" * 28 + "fffffffe"), frame(None)]

    (found,) = check_series(frames, least=2, most=8)

    assert (found.code, found.severity, found.params) == ("S02.alike", "note", {"first": 1, "second": 3})


def test_several_cameras_and_a_long_span_are_for_the_organizer_alone() -> None:
    frames = [
        frame(model="D850", serial_number="1", captured_at="2024-01-01T10:00:00"),
        frame(model="D850", serial_number="2", captured_at="2026-01-01"),
    ]

    found = check_series(frames, least=2, most=8)

    assert [(one.code, one.params, one.for_photographer) for one in found] == [
        ("S02.several_cameras", {"cameras": "D850 (1), D850 (2)"}, False),
        ("S02.long_span", {"first": "2024-01-01", "last": "2026-01-01"}, False),
    ]


def test_a_story_of_one_year_with_one_camera_has_no_findings() -> None:
    frames = [frame(model="D850", captured_at="2025-01-01"), frame(model="D850", captured_at="2025-12-31")]

    assert check_series(frames, least=2, most=8) == []


TAKEN = {"captured_at": "2026-10-17T17:42:00", "model": "D850", "exposure_s": 1 / 250, "subsec": "42"}


@pytest.mark.parametrize(
    ("original", "code", "params"),
    [
        (TAKEN, "R01.same_capture", {"fields": "captured_at, subsec, model, exposure_s"}),
        ({**TAKEN, "exposure_s": 0.004001, "subsec": "420"}, "R01.same_capture", None),
        ({**TAKEN, "captured_at": "2026-10-17T17:42:01"}, "R01.differs", {"fields": "captured_at"}),
        ({**TAKEN, "model": "D85", "iso": 100}, "R01.differs", {"fields": "model"}),
        ({"model": "D850"}, "R01.nothing_to_compare", {}),
        ({}, "R01.nothing_to_compare", {}),
    ],
)
def test_an_original_is_compared_by_what_both_files_say(
    original: dict[str, Any], code: str, params: dict[str, Any] | None
) -> None:
    (found,) = compare_original(Facts(**TAKEN), Facts(**original))

    assert found.code == code
    assert params is None or found.params == params
    assert not found.for_photographer
