"""A spreadsheet's rows, whichever program wrote it: .xlsx, or .csv in any encoding that is in use."""

import csv
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from contest.entries.importing.columns import Field, field_of, missing_columns
from contest.kernel.errors import Invalid, Missing
from contest.kernel.tables import decoded, lines_of

ROWS_MAX: Final = 20_000
COLUMNS_MAX: Final = 60
SHEET_BYTES_MAX: Final = 50 * 1024 * 1024
# A workbook is a ZIP: what it may grow to when opened.
UNPACKED_BYTES_MAX: Final = 300 * 1024 * 1024
# A roster often opens with its own title and an empty line.
_HEADING_WITHIN: Final = 10
_HEADINGS_KNOWN: Final = 2
# What openpyxl raises on damaged workbooks has no family of its own.
_UNREADABLE: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    SyntaxError,
    EOFError,
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell's text; ``flaw`` is the code of what is wrong with it, such as a formula."""

    text: str
    name: str
    flaw: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One work's row: ``number`` as the spreadsheet program shows it, texts by column, flaws as (code, cell)."""

    number: int
    texts: dict[Field, str]
    flaws: tuple[tuple[str, str], ...]

    def text(self, field: Field) -> str:
        """Give a column's text, empty where the sheet has no such column."""
        return self.texts.get(field, "")

    def said(self, what: Literal["author", "title"]) -> str:
        """Give the author or the title as the row has it, to name the row by."""
        first, other = (Field.AUTHOR, Field.AUTHOR_EN) if what == "author" else (Field.TITLE, Field.TITLE_EN)
        return self.text(first) or self.text(other)


def read_sheet(path: Path) -> list[Row]:
    """Read a roster's rows; empty ones are left out.

    Raises:
        Missing: ``import.no_sheet``.
        Invalid: ``import.sheet_kind``, ``import.sheet_too_large``, ``import.sheet_unreadable``, ``import.encoding``;
            ``import.columns`` with what is ``missing`` and what was ``found``; ``import.no_rows``.
    """
    if not path.is_file():
        raise Missing("import.no_sheet", sheet=path.name)
    if path.stat().st_size > SHEET_BYTES_MAX:
        raise Invalid("import.sheet_too_large", sheet=path.name)
    ending = path.suffix.lower()
    if ending == ".xlsx":
        lines = _workbook_lines(path)
    elif ending in {".csv", ".txt", ".tsv"}:
        lines = _text_lines(path)
    else:
        raise Invalid("import.sheet_kind", sheet=path.name)
    return _rows(lines)


def _rows(lines: Iterable[list[Cell]]) -> list[Row]:
    numbered = enumerate(lines, start=1)
    fields: dict[int, Field] = {}
    first: list[Cell] = []
    for number, cells in numbered:
        if not first:
            first = [cell for cell in cells if cell.text]
        found = _headings(cells)
        if len(found) > len(fields):
            fields, first = found, [cell for cell in cells if cell.text]
        if len(fields) >= _HEADINGS_KNOWN or number >= _HEADING_WITHIN:
            break
    missing = missing_columns(fields.values())
    if missing:
        headings = " / ".join(cell.text for cell in first) or "–"
        raise Invalid("import.columns", missing=" / ".join(missing), found=headings[:300])
    rows = []
    for number, cells in numbered:
        if number > ROWS_MAX:
            raise Invalid("import.too_many_rows", most=ROWS_MAX)
        known = {place: cells[place] for place in fields if place < len(cells)}
        if any(cell.text for cell in known.values()):
            texts = {fields[place]: cell.text for place, cell in known.items()}
            flaws = tuple((cell.flaw, cell.name) for cell in known.values() if cell.flaw)
            rows.append(Row(number=number, texts=texts, flaws=flaws))
    if not rows:
        raise Invalid("import.no_rows")
    return rows


def _headings(cells: Sequence[Cell]) -> dict[int, Field]:
    """Give which columns are known; of two of one meaning the first counts."""
    found: dict[int, Field] = {}
    for place, cell in enumerate(cells):
        field = field_of(cell.text)
        if field is not None and field not in found.values():
            found[place] = field
    return found


def _workbook_lines(path: Path) -> Iterator[list[Cell]]:
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_BYTES_MAX:
                raise Invalid("import.sheet_too_large", sheet=path.name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that it leaves out
            book = load_workbook(path, read_only=True, data_only=False)
            sheet = book.worksheets[0]
            for number, line in enumerate(sheet.iter_rows(max_col=COLUMNS_MAX), start=1):
                yield [_cell(one, place, number) for place, one in enumerate(line, start=1)]
            book.close()
    except _UNREADABLE as damaged:
        raise Invalid("import.sheet_unreadable", sheet=path.name) from damaged


def _cell(one: Any, place: int, number: int) -> Cell:
    flaw = {"f": "import.formula", "e": "import.cell_error"}.get(one.data_type or "", "")
    return Cell(text=_text(one.value), name=f"{get_column_letter(place)}{number}", flaw=flaw)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value).strip()


def _text_lines(path: Path) -> Iterator[list[Cell]]:
    text = decoded(path.read_bytes())
    if text is None:
        raise Invalid("import.encoding", sheet=path.name)
    try:
        for number, line in enumerate(lines_of(text), start=1):
            yield [_plain_cell(one, place, number) for place, one in enumerate(line[:COLUMNS_MAX], start=1)]
    except csv.Error as damaged:
        raise Invalid("import.sheet_unreadable", sheet=path.name) from damaged


def _plain_cell(one: str, place: int, number: int) -> Cell:
    text = one.strip()
    flaw = "import.formula" if text.startswith("=") else ""
    return Cell(text=text, name=f"{get_column_letter(place)}{number}", flaw=flaw)
