"""A table's lines from an uploaded file or one on the disk: .xlsx by openpyxl, text by its own separators.

Reading workbooks loads an image library and parses what anybody may have made, so the service does it in a child:
``python -m contest.judging.workbook`` reads a workbook from its standard input and writes its lines as JSON.
"""

import csv
import io
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import BinaryIO, Final

from contest.kernel.errors import Invalid
from contest.kernel.tables import decoded, lines_of

MIB: Final = 1 << 20
# What a workbook, a ZIP, may grow to when opened, and what reading it may take.
UNPACKED_BYTES_MAX: Final = 100 * MIB
CHILD_LIMITS: Final = {
    resource.RLIMIT_CPU: 20,
    resource.RLIMIT_AS: 1024 * MIB,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
}
CHILD_SECONDS: Final = 60
COLUMNS_MAX: Final = 200
LINES_MAX: Final = 50_000
CELL_CHARACTERS: Final = 200
TEXT_ENDINGS: Final = frozenset({".csv", ".tsv", ".txt"})
# What openpyxl raises on damaged workbooks has no family of its own.
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    SyntaxError,
    EOFError,
)


def text_lines(raw: bytes, name: str) -> Iterator[list[str]]:
    """Give the lines of a table in text.

    Raises:
        Invalid: ``import.encoding``, ``import.sheet_unreadable``.
    """
    text = decoded(raw)
    if text is None:
        raise Invalid("import.encoding", sheet=name)
    try:
        yield from lines_of(text)
    except csv.Error as damaged:
        raise Invalid("import.sheet_unreadable", sheet=name) from damaged


def workbook_lines(file: BinaryIO, name: str) -> Iterator[list[str]]:
    """Give the lines of a workbook's first sheet; raises ``Invalid("import.sheet_unreadable")``."""
    # Only here: reading workbooks loads an image library, which the service itself must never do.
    from openpyxl import load_workbook  # noqa: PLC0415 - see above

    try:
        book = load_workbook(file, read_only=True, data_only=True)
        for cells in book.worksheets[0].iter_rows(values_only=True):
            yield ["" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in cells]
        book.close()
    except _UNREADABLE as damaged:
        raise Invalid("import.sheet_unreadable", sheet=name) from damaged


def uploaded_lines(raw: bytes, name: str) -> Sequence[Sequence[str]]:
    """Give the lines of what somebody uploaded; a workbook is read in a child with few rights.

    Raises:
        Invalid: ``marks.file_kind``, ``import.encoding``, ``import.sheet_unreadable``.
    """
    ending = PurePath(name).suffix.lower()
    if ending in TEXT_ENDINGS:
        return list(text_lines(raw, name))
    if ending != ".xlsx":
        raise Invalid("marks.file_kind", file=name)
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "contest.judging.workbook"],
            input=raw,
            capture_output=True,
            timeout=CHILD_SECONDS,
            check=True,
            env={
                "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
                "PATH": os.defpath,
                "PYTHONDONTWRITEBYTECODE": "1",
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
    except subprocess.SubprocessError as failed:
        raise Invalid("import.sheet_unreadable", sheet=name) from failed
    lines: list[list[str]] = json.loads(done.stdout)
    return lines


def main() -> None:
    """Read a workbook from the standard input."""
    for what, most in CHILD_LIMITS.items():
        resource.setrlimit(what, (most, most))
    raw = sys.stdin.buffer.read()
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        if sum(part.file_size for part in packed.infolist()) > UNPACKED_BYTES_MAX:
            sys.exit(1)
    lines: list[list[str]] = []
    for line in workbook_lines(io.BytesIO(raw), "workbook"):
        if len(lines) >= LINES_MAX:
            break
        lines.append([cell[:CELL_CHARACTERS] for cell in line[:COLUMNS_MAX]])
    sys.stdout.write(json.dumps(lines))


if __name__ == "__main__":
    main()
