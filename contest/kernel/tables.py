"""Tables as text, whichever program wrote them; pure."""

import csv
import io
from collections.abc import Iterator
from typing import Final

_DELIMITERS: Final = ",;\t"


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

    Raises:
        csv.Error: it is no such table.
    """
    head = text.split("\n", 1)[0]
    return csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=head.count))
