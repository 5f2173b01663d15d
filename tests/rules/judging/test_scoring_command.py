"""`contest rank`: any table of marks in, a ranking out, the same everywhere and without an instance."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from contest.cli import main


def _run(*arguments: str, language: str = "en_US.UTF-8") -> Result:
    # An unusable instance: the command must not even look at it.
    env = {"LC_ALL": language, "CONTEST_DATABASE": "no database at all", "CONTEST_DATA": "/nowhere"}
    return CliRunner().invoke(main, ["rank", *arguments], env=env)


@pytest.fixture
def rows() -> list[list[str]]:
    chance = random.Random(5)
    quality = [chance.gauss(0, 1) for _entry in range(40)]
    return [["judge", "entry", "score"]] + [
        [f"J{juror}", f"W{entry:02}", str(round(2 * (6 + juror / 3 + quality[entry] + chance.gauss(0, 1))) / 2)]
        for juror in range(5)
        for entry in range(40)
    ]


def _csv(path: Path, rows: list[list[str]], *, encoding: str = "utf-8", between: str = ",") -> str:
    path.write_bytes("\r\n".join(between.join(row) for row in rows).encode(encoding))
    return str(path)


def test_the_answer_has_everything_that_was_promised(tmp_path: Path, rows: list[list[str]]) -> None:
    table = _csv(tmp_path / "votes.csv", rows)

    answer = json.loads(_run(table, "--json", "--top", "5", "--seed", "x").stdout)

    assert answer["gate"]["reason"] in {"helps", "no_gain"}
    assert answer["gate"]["en"]
    assert answer["gate"]["zh"]
    assert answer["reliability"]["word"] in {"poor", "moderate", "good", "excellent"}
    assert len(answer["entries"]) == 40
    assert {"entry", "raw", "official", "n", "rank_low", "rank_high", "p_top"} <= answer["entries"][0].keys()
    assert [one["judge"] for one in answer["judges"]] == ["J0", "J1", "J2", "J3", "J4"]
    assert isinstance(answer["ties"], list)
    assert sum(one["p_top"] for one in answer["entries"]) == pytest.approx(5, abs=0.01)
    assert answer["entries"][0]["raw"] == pytest.approx(
        sum(float(row[2]) for row in rows[1:] if row[1] == answer["entries"][0]["entry"]) / 5
    )


@pytest.mark.parametrize(
    "write",
    [
        lambda path, rows: _csv(path, rows[:1] + rows[:0:-1]),
        lambda path, rows: _csv(path, [["评委", "作品", "分数"], *rows[1:]], encoding="utf-8-sig"),
        lambda path, rows: _csv(path, [["评委", "作品", "分数"], *rows[1:]], encoding="gb18030"),
        lambda path, rows: _csv(path, rows, encoding="utf-16"),
        lambda path, rows: _csv(path, rows, between="\t"),
        lambda path, rows: _csv(path, rows, between=";"),
        lambda path, rows: _csv(path, [["sep=;"], *rows], between=";", encoding="utf-8-sig"),
        lambda path, rows: _xlsx(path.with_suffix(".xlsx"), rows),
    ],
    ids=["backwards", "mark", "gb18030", "utf-16", "tabs", "semicolons", "named", "xlsx"],
)
def test_the_same_marks_give_the_same_bytes_however_they_are_written(
    write: Callable[[Path, list[list[str]]], str], tmp_path: Path, rows: list[list[str]]
) -> None:
    plain = _run(_csv(tmp_path / "plain.csv", rows), "--json")

    other = _run(write(tmp_path / "other.csv", rows), "--json")

    assert plain.exit_code == other.exit_code == 0
    assert plain.stdout == other.stdout


def _xlsx(path: Path, rows: list[list[str]]) -> str:
    book = Workbook()
    for number, row in enumerate(rows):
        book.active.append(row if number == 0 else [row[0], row[1], float(row[2])])
    book.save(path)
    return str(path)


def test_without_json_a_table_is_printed_in_the_terminals_language(tmp_path: Path, rows: list[list[str]]) -> None:
    table = _csv(tmp_path / "votes.csv", rows)

    english, chinese = _run(table).stdout, _run(table, language="zh_CN.UTF-8").stdout

    assert "Rank  Work" in english
    assert "名次  作品" in chinese
    assert len(english.splitlines()) > 46


def test_lines_at_fault_are_told_in_both_languages_and_nothing_is_ranked(tmp_path: Path) -> None:
    table = _csv(tmp_path / "votes.csv", [["judge", "entry", "score"], ["A", "W1", "8"], ["A", "W2", "good"]])

    told = _run(table, "--json")

    assert (told.exit_code, told.stdout) == (2, "")
    assert "Line 3, juror A: “good” is not a mark." in told.stderr
    assert "第 3 行，评委 A：“good”不是分数" in told.stderr


def test_many_lines_at_fault_are_counted_and_not_all_listed(tmp_path: Path) -> None:
    table = _csv(tmp_path / "votes.csv", [["judge", "entry", "score"], *([["A", "W", "?"]] * 50)])

    told = _run(table)

    assert told.exit_code == 2
    assert "… and 30 more lines" in told.stderr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("votes.csv", b"\x81\xff\xff", "neither UTF-8"),
        ("votes.csv", b"", "columns are missing"),
        ("votes.csv", b"judge,entry\nA,W1\n", "The headings found are: judge / entry."),
        ("votes.xlsx", b"not a workbook", "could not be read"),
        ("votes.pdf", b"%PDF", "neither .csv nor .xlsx"),
        ("votes.csv", None, "There is no file votes.csv"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    told = _run(str(tmp_path / name))

    assert told.exit_code == 2
    assert said in told.stderr


def test_the_declared_way_of_counting_is_used(tmp_path: Path) -> None:
    table = _csv(tmp_path / "v.csv", [["entry", "A", "B", "C"], ["x", "9", "9", "1"], ["y", "7", "7", "7"]])

    first = {
        aggregator: json.loads(_run(table, "--json", "--aggregator", aggregator).stdout)["entries"][0]["entry"]
        for aggregator in ("raw", "majority", "schulze")
    }

    assert first == {"raw": "y", "majority": "x", "schulze": "x"}
