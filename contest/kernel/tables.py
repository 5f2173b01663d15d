"""Tables as text, whichever program wrote them or is to read them; pure."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_DELIMITERS: Final = ",;\t"
# A line that Excel writes and reads above the headings.
_NAMED_DELIMITER: Final = re.compile(r'"?sep=([,;\t])"?(?=\r?\n)', re.IGNORECASE)
_ROWS: Final = 500
# A spreadsheet takes a cell that begins like this for a formula; the last four are what input methods type.
_FORMULA_STARTS: Final = frozenset("=+-@\t\r＝＋－＠")


def decoded(raw: bytes) -> str | None:
    """Decode a text file: UTF-8 with or without its mark, UTF-16, or GB18030, which holds GBK and GB2312.

    Returns:
        The text; None when it is none of these.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif b"\0" in raw[:200]:
        candidates = ["utf-16-le" if raw[1:2] == b"\0" else "utf-16-be"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def lines_of(text: str) -> Iterator[list[str]]:
    """Read comma, semicolon or tab separated lines, whichever the first one has most of.

    A first line such as ``sep=;`` says which; it is given as an empty one, for lines are counted.

    Raises:
        csv.Error: it is no such table.
    """
    named = _NAMED_DELIMITER.match(text)
    delimiter = named[1] if named else max(_DELIMITERS, key=text.split("\n", 1)[0].count)
    return csv.reader(io.StringIO(text[named.end() :] if named else text, newline=""), delimiter=delimiter)


def csv_cell(text: str) -> str:
    """Give a cell that no spreadsheet program takes for a formula."""
    return f"'{text}" if text[:1] in _FORMULA_STARTS else text


def as_csv(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Write CSV in UTF-8 piece by piece, with the mark that Excel needs to see Chinese as Chinese."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    for place, row in enumerate(rows, start=1):
        writer.writerow([csv_cell(cell) for cell in row])
        if place % _ROWS == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
