"""Tables of marks as people write them, and what is said of each line at fault."""

import pytest

from contest.judging.rules.sheet import read_marks
from contest.kernel.errors import Invalid


def _read(text: str) -> list[tuple[str, str, float, int]]:
    sheet = read_marks([line.split(",") for line in text.splitlines()])

    assert sheet.faults == ()
    return [(mark.judge, mark.entry, mark.score, mark.round) for mark in sheet.marks]


@pytest.mark.parametrize(
    "text",
    [
        "judge,entry,score\nA,W1,8.5\n",
        "评委,作品,分数\nA,W1,8.5\n",
        "\n作品编号,备注,评委姓名,得分\nW1,好,A, 8.5 \n\n",
        "Judge,ENTRY,Score,Round\nA,W1,8.5,\n",
        "entry,A\nW1,8.5\n",
        "序号,作品,A,B,平均分\n1,W1,8.5,,8.5\n",
        "judge,entry,score\nA,W1,８．５\n",  # noqa: RUF001 - full-width digits
    ],
)
def test_headings_in_either_language_and_either_shape_say_the_same(text: str) -> None:
    assert _read(text) == [("A", "W1", 8.5, 1)]


def test_a_decimal_comma_is_a_number() -> None:
    assert read_marks([["judge", "entry", "score"], ["A", "W1", "8,5"]]).marks[0].score == 8.5


def test_a_mark_too_large_to_reckon_with_is_no_mark() -> None:
    given = ["1000000000", "-1e9", "1000000001", "-1e160", "1e308", "1e999"]

    sheet = read_marks([["judge", "entry", "score"], *(["A", f"W{place}", text] for place, text in enumerate(given))])

    assert [mark.score for mark in sheet.marks] == [1e9, -1e9]
    assert [(fault.code, fault.facts["given"]) for fault in sheet.faults] == [
        ("marks.not_a_number", text) for text in given[2:]
    ]


def test_units_and_rounds_are_read_where_they_are() -> None:
    sheet = read_marks(
        [["评委", "作品", "分数", "轮次", "评委单位", "作品单位"], ["A", "W1", "7", "2", "南昌局", "上海局"]]
    )

    mark = sheet.marks[0]
    assert (mark.round, mark.unit_judge, mark.unit_entry) == (2, "南昌局", "上海局")


def test_every_line_at_fault_is_told_with_its_number_and_the_others_are_read() -> None:
    lines = [
        ["judge", "entry", "score", "round"],
        ["A", "W1", "8", ""],
        ["", "W1", "8", ""],
        ["A", "", "8", ""],
        ["A", "W2", "", ""],
        ["A", "W3", "eight", ""],
        ["A", "W4", "nan", ""],
        ["A", "W5", "1e999", ""],
        ["A", "W6", "8", "final"],
        ["A", "W1", "9", ""],
        ["A", "W1", "9", "2"],
        ["A"],
    ]

    sheet = read_marks(lines)

    assert [(fault.code, fault.facts["line"]) for fault in sheet.faults] == [
        ("marks.no_judge", 3),
        ("marks.no_entry", 4),
        ("marks.no_score", 5),
        ("marks.not_a_number", 6),
        ("marks.not_a_number", 7),
        ("marks.not_a_number", 8),
        ("marks.not_a_round", 9),
        ("marks.twice", 10),
        ("marks.no_entry", 12),
    ]
    assert sheet.faults[7].facts["first"] == 2
    assert [(mark.line, mark.score) for mark in sheet.marks] == [(2, 8.0), (11, 9.0)]


def test_a_second_unit_of_one_juror_or_work_is_told_by_line() -> None:
    sheet = read_marks(
        [
            ["judge", "entry", "score", "unit_judge", "unit_entry"],
            ["A", "W1", "7", "North", "South"],
            ["A", "W2", "8", "", "East"],
            ["B", "W1", "9", "South", "West"],
            ["A", "W3", "9", "South", ""],
        ]
    )

    assert [(fault.code, fault.facts) for fault in sheet.faults] == [
        ("marks.other_unit", {"line": 4, "named": "W1", "given": "West", "unit": "South", "first": 2}),
        ("marks.other_unit", {"line": 5, "named": "A", "given": "South", "unit": "North", "first": 2}),
    ]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "marks.columns"),
        ([["judge", "score"], ["A", "8"]], "marks.columns"),
        ([["entry", "总分"], ["W1", "8"]], "marks.columns"),
        ([["judge", "entry", "score"]], "marks.none"),
        ([["judge", "entry", "score"], ["", " ", ""]], "marks.none"),
    ],
)
def test_a_table_without_marks_is_refused_as_a_whole(lines: list[list[str]], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_marks(lines)

    assert refused.value.code == code


def test_long_cells_are_shortened_in_what_is_said() -> None:
    sheet = read_marks([["judge", "entry", "score"], ["A", "W1", "x" * 500]])

    assert len(sheet.faults[0].facts["given"]) == 60
