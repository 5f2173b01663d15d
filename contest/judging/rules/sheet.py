"""A table of marks, from paper or another program, read line by line; pure.

Two shapes are understood. Long: one mark a line, with the columns judge, entry and score. Wide: one work a line, with
the column entry and beside it a column for each juror, headed by her name. Headings may be Chinese, in any order;
columns that are not known are left out of long tables.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contest.kernel.errors import Invalid

ROWS_MAX: Final = 1_000_000
# No scale needs larger marks; the sums of squares of such as 1e160 overflow.
MARK_MAX: Final = 1e9
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "judge": ("judge", "juror", "评委", "评委姓名", "评委编号", "评审"),
    "entry": ("entry", "work", "作品", "作品编号", "作品代码", "编号"),
    "score": ("score", "mark", "分数", "评分", "得分", "打分"),
    "round": ("round", "轮次", "轮"),
    "unit_judge": ("unit_judge", "评委单位"),
    "unit_entry": ("unit_entry", "作品单位", "选送单位", "推荐单位"),
}
NO_JUROR: Final = frozenset(
    [
        *("no.", "number", "title", "author", "note", "rank", "total", "sum", "mean", "average"),
        *("序号", "题名", "标题", "作者", "备注", "名次", "排名", "总分", "合计", "平均", "平均分"),
    ]
)
"""Headings that a wide table often has besides its jurors' names."""
NEEDED: Final = ("judge", "entry", "score")
FIRST_ROUND: Final = 1
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")
_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
_SHOWN_CHARACTERS: Final = 60


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One juror's mark of one work as a table says it; ``line`` counts from 1, the headings included."""

    line: int
    judge: str
    entry: str
    score: float
    round: int
    unit_judge: str
    unit_entry: str


@dataclass(frozen=True, kw_only=True)
class MarkSheet:
    """What a table says, and what is wrong with its lines: an error a line, in the order of the lines.

    Every error is an ``Invalid`` with ``line`` among its facts: ``marks.no_judge``, ``marks.no_entry``,
    ``marks.no_score``; ``marks.not_a_number``, with the ``judge``, and ``marks.not_a_round`` with what was ``given``;
    ``marks.twice`` with ``judge``, ``entry`` and the line of the ``first``; ``marks.other_unit`` with whom or what is
    ``named``, the unit that was ``given`` and the ``unit`` of the ``first`` line.
    """

    marks: tuple[Mark, ...]
    faults: tuple[Invalid, ...]


def read_marks(lines: Iterable[Sequence[str]]) -> MarkSheet:
    """Read a table of marks; empty lines are left out, and empty cells of wide tables.

    Raises:
        Invalid: ``marks.columns`` with what is ``missing`` and the headings ``found``; ``marks.none``;
            ``marks.too_many`` with the ``limit``.
    """
    numbered = enumerate(lines, start=1)
    headings = next(([cell.strip() for cell in cells] for _line, cells in numbered if any(map(str.strip, cells))), [])
    places = _places(headings)
    missing = [name for name in NEEDED if name not in places]
    is_wide = "entry" in places and "judge" not in places and "score" not in places
    jurors = {place: name for place, name in enumerate(headings) if place not in places.values()}
    jurors = {place: name for place, name in jurors.items() if name and name.lower() not in NO_JUROR}
    if missing and not (is_wide and jurors):
        shown = " / ".join(name for name in headings if name) or "–"
        raise Invalid(
            "marks.columns",
            missing=" / ".join(f"{name} ({_chinese(name)})" for name in missing),
            found=shown[: 5 * _SHOWN_CHARACTERS],
        )
    marks: list[Mark] = []
    faults: list[Invalid] = []
    seen: dict[tuple[str, str, int], int] = {}
    units: dict[tuple[str, str], tuple[str, int]] = {}
    for line, cells in numbered:
        if not any(map(str.strip, cells)):
            continue
        row = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        given = _wide(row, cells, jurors) if is_wide else [row]
        for one in given:
            try:
                mark = _mark(one, line)
                _note(mark, seen)
                _note_unit(("judge", mark.judge), mark.unit_judge, mark.line, units)
                _note_unit(("entry", mark.entry), mark.unit_entry, mark.line, units)
            except Invalid as fault:
                faults.append(fault)
            else:
                marks.append(mark)
        if len(marks) > ROWS_MAX:
            raise Invalid("marks.too_many", limit=ROWS_MAX)
    if not marks and not faults:
        raise Invalid("marks.none")
    return MarkSheet(marks=tuple(marks), faults=tuple(faults))


def _chinese(name: str) -> str:
    """Give a column's usual heading in Chinese."""
    return next(heading for heading in HEADINGS[name] if not heading.isascii())


def read_criteria(
    lines: Iterable[Sequence[str]], criteria: Mapping[str, Collection[str]]
) -> tuple[list[tuple[Mark, dict[str, float]]], list[Invalid]]:
    """Read a table of marks by criteria: a line for each juror and work, with a column for each criterion.

    Lines without any mark are left out.

    Args:
        criteria: For each criterion's key the headings that its column may have.

    Returns:
        For each line the first criterion's mark, with the marks of all by key; and what is wrong, as in `MarkSheet`.

    Raises:
        Invalid: as `read_marks`; ``marks.columns`` for a criterion that has no column.
    """
    rows = [[cell.strip() for cell in cells] for cells in lines]
    top = next((place for place, cells in enumerate(rows) if any(cells)), 0)
    headings = [_same(heading) for heading in (rows[top] if rows else [])]
    places = {
        key: next((place for place, heading in enumerate(headings) if heading in {_same(one) for one in known}), -1)
        for key, known in criteria.items()
    }
    missing = [next(iter(criteria[key])) for key, place in places.items() if place < 0]
    if missing:
        raise Invalid(
            "marks.columns",
            missing=" / ".join(missing),
            found=" / ".join(filter(None, headings))[: 5 * _SHOWN_CHARACTERS] or "–",
        )
    sheets = {
        key: read_marks(_one_criterion(rows, top, place, set(places.values()))) for key, place in places.items()
    }
    by_line = {key: {mark.line: mark for mark in sheet.marks} for key, sheet in sheets.items()}
    faults = {
        (fault.code, tuple(sorted(fault.facts.items()))): fault for one in sheets.values() for fault in one.faults
    }
    first = next(iter(by_line.values()))
    whole = [line for line in first if all(line in marks for marks in by_line.values())]
    found = [(first[line], {key: marks[line].score for key, marks in by_line.items()}) for line in whole]
    return found, list(faults.values())


def _one_criterion(
    rows: Sequence[Sequence[str]], top: int, place: int, others: Collection[int]
) -> Iterable[Sequence[str]]:
    """Give the table as one of plain marks: one criterion's column, without the others and without empty lines."""
    for line, cells in enumerate(rows):
        if line > top and not any(cells[other] for other in others if other < len(cells)):
            yield []
            continue
        kept = [cell if column == place or column not in others else "" for column, cell in enumerate(cells)]
        yield [*kept[:place], "score", *kept[place + 1 :]] if line == top else kept


def _same(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip().casefold()


def _note(mark: Mark, seen: dict[tuple[str, str, int], int]) -> None:
    """Note where a mark stands; a second one of one juror on one work in one round is an error."""
    first = seen.setdefault((mark.judge, mark.entry, mark.round), mark.line)
    if first != mark.line:
        raise Invalid("marks.twice", line=mark.line, judge=_shown(mark.judge), entry=_shown(mark.entry), first=first)


def _note_unit(named: tuple[str, str], unit: str, line: int, units: dict[tuple[str, str], tuple[str, int]]) -> None:
    """Note the unit of a juror or a work, if the line says one; another one than before is an error."""
    if not unit:
        return
    known, first = units.setdefault(named, (unit, line))
    if known != unit:
        raise Invalid(
            "marks.other_unit", line=line, named=_shown(named[1]), given=_shown(unit), unit=_shown(known), first=first
        )


def _places(headings: Sequence[str]) -> dict[str, int]:
    """Give where each known column stands; of two of one meaning the first counts."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        plain = unicodedata.normalize("NFKC", heading).strip().lower().replace(" ", "_")
        for name, known in HEADINGS.items():
            if plain in known:
                places.setdefault(name, place)
    return places


def _wide(row: Mapping[str, str], cells: Sequence[str], jurors: Mapping[int, str]) -> list[dict[str, str]]:
    """Give a wide line as long ones, without the cells that are empty."""
    given = {name: cells[place].strip() for place, name in jurors.items() if place < len(cells)}
    return [{**row, "judge": name, "score": score} for name, score in given.items() if score]


def _mark(row: Mapping[str, str], line: int) -> Mark:
    if not row.get("judge"):
        raise Invalid("marks.no_judge", line=line)
    if not row.get("entry"):
        raise Invalid("marks.no_entry", line=line)
    if not row.get("score"):
        raise Invalid("marks.no_score", line=line)
    return Mark(
        line=line,
        judge=row["judge"],
        entry=row["entry"],
        score=_number(row["score"], line, row["judge"]),
        round=_round(row.get("round", ""), line),
        unit_judge=row.get("unit_judge", ""),
        unit_entry=row.get("unit_entry", ""),
    )


def _number(text: str, line: int, judge: str) -> float:
    """Read a number as people type it: full-width digits and a decimal comma are welcome."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if _COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    number = float(plain) if _NUMBER.fullmatch(plain) else float("inf")
    if abs(number) > MARK_MAX:
        raise Invalid("marks.not_a_number", line=line, judge=_shown(judge), given=_shown(text))
    return number


def _round(text: str, line: int) -> int:
    if not text:
        return FIRST_ROUND
    plain = unicodedata.normalize("NFKC", text).strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) < 10):  # noqa: PLR2004 - fits any integer column
        raise Invalid("marks.not_a_round", line=line, given=_shown(text))
    return int(plain)


def _shown(text: str) -> str:
    """Shorten what a cell holds for a sentence."""
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
