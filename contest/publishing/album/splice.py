"""Puts the photographs into a finished book, streamed: the coded picture data as they came, one block in memory.

Works on what ``finish`` wrote: a classic cross-reference table, each object at its offset, a unique marker as the
data of each photograph. Only lengths, offsets and the file's ids are written anew (ISO 32000-1, 7.5.4 and 7.5.5).
"""

import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from contest.kernel.errors import Conflict
from contest.publishing.album.jpeg import Piece, passed

LONGEST_OFFSET: Final = 10**10 - 1  # a cross-reference entry has ten digits


@dataclass(frozen=True, kw_only=True)
class Payload:
    """The file that a marker stands for, and what of it goes in.

    Attributes:
        sha256: What the whole file must hash to, hexadecimal.
    """

    picture: str
    path: Path
    pieces: tuple[Piece, ...]
    length: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Spliced:
    """The written file: its size and hash, and where each picture's data stand: offset, length, CRC-32."""

    bytes: int
    sha256: str
    places: Mapping[str, tuple[int, int, int]]


def splice(
    finished: bytes,
    *,
    payloads: Mapping[bytes, Payload],
    ids: tuple[str, str],
    out: BinaryIO,
    progress: Callable[[int, int], None],
) -> Spliced:
    """Write the book with its photographs.

    Args:
        finished: What ``finish`` made.
        payloads: By marker; every marker occurs once.
        ids: The file's two ids, 32 hexadecimal digits each.
        progress: Is told after each picture how many are in, of how many.

    Raises:
        Conflict: ``album.original_changed``, an original is not the file that was sealed.
        Conflict: ``album.too_large``, the book passes what its cross-reference table can hold.
        OSError: reading or writing failed.
    """
    writer = _Writer(out)
    spots = sorted((finished.index(marker), marker) for marker in payloads)
    table_at = int(finished[finished.rindex(b"startxref") + 9 :].split(maxsplit=1)[0])
    moved: list[tuple[int, int]] = []  # from this offset on, everything stands this much further
    places: dict[str, tuple[int, int, int]] = {}
    done = shift = 0
    for number, (at, marker) in enumerate(spots, start=1):
        payload = payloads[marker]
        start = finished.rindex(b" obj\n", 0, at)
        head = finished[start:at].replace(b"/Length %d " % len(marker), b"/Length %d " % payload.length, 1)
        shift += payload.length - len(marker) + len(head) - (at - start)
        moved.append((at, shift))
        writer.write(finished[done:start])
        writer.write(head)
        places[payload.picture] = _put(writer, payload)
        done = at + len(marker)
        progress(number, len(spots))
    writer.write(finished[done:table_at])
    table = writer.written
    if table > LONGEST_OFFSET:
        raise Conflict("album.too_large", bytes=table)
    writer.write(_table(finished[table_at:], moved=moved, ids=ids, at=table))
    return Spliced(bytes=writer.written, sha256=writer.digest.hexdigest(), places=places)


def _put(writer: "_Writer", payload: Payload) -> tuple[int, int, int]:
    offset, checksum = writer.written, 0
    original = hashlib.sha256()
    try:
        for block in passed(payload.path, payload.pieces, original=original):
            checksum = zlib.crc32(block, checksum)
            writer.write(block)
    except EOFError as problem:
        raise Conflict("album.original_changed", picture=payload.picture) from problem
    if original.hexdigest() != payload.sha256:
        raise Conflict("album.original_changed", picture=payload.picture)
    return offset, payload.length, checksum


def _table(tail: bytes, *, moved: list[tuple[int, int]], ids: tuple[str, str], at: int) -> bytes:
    """Write cross-reference table and trailer anew: objects behind a photograph stand further on."""

    def entry(found: re.Match[bytes]) -> bytes:
        offset = int(found[1])
        shift = next((by for start, by in reversed(moved) if start <= offset), 0)
        return b"%010d %s n " % (offset + shift, found[2])

    table, trailer = tail.split(b"trailer", 1)
    table = re.sub(rb"(\d{10}) (\d{5}) n ", entry, table)
    first, second = (ident.encode() for ident in ids)
    trailer = re.sub(
        rb"/ID \[\s*<[0-9a-f]*>\s*<[0-9a-f]*>\s*\]", b"/ID [<%s><%s>]" % (first, second), trailer, count=1
    )
    trailer = re.sub(rb"startxref\s+\d+", b"startxref\n%d" % at, trailer)
    return table + b"trailer" + trailer


class _Writer:
    """Counts and hashes what it writes."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out
        self.written = 0
        self.digest: Any = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self.out.write(data)
        self.digest.update(data)
        self.written += len(data)
