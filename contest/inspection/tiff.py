"""A bounded reader of TIFF directories, the form in which EXIF is written in every container.

It reads the directories a photograph's facts stand in and nothing else, and each of them within limits: so many
directories, so many entries, so many bytes of values. Sources: TIFF 6.0, Exif 3.0 (CIPA DC-008); for BigTIFF, whose
counts and offsets have eight bytes, libtiff.gitlab.io/libtiff/specification/bigtiff.html.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from contest.inspection.source import Source

DIRECTORIES_LIMIT = 64
ENTRIES_LIMIT = 1000
VALUES_LIMIT = 4 * 1024 * 1024
"""Most bytes of values in one block, counted as declared, even where they overlap."""

EXIF_POINTER, GPS_POINTER, SUB_POINTER, INTEROPERABILITY_POINTER = 0x8769, 0x8825, 0x014A, 0xA005
MAKER_NOTE = 0x927C
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_FORMATS = {3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_ASCII, _RATIONAL, _SIGNED_RATIONAL = 2, 5, 10
_KEPT_NUMBERS = 64  # no fact needs a longer list of numbers
_WHOLE_BLOCKS = frozenset({0x02BC, 0x83BB, 0x8649, 0x8773})
"""XMP, IPTC, Photoshop resources, ICC: blocks of bytes, whatever type a writer gave them (IPTC often LONG)."""

Number = int | float | tuple[int, int]
Value = bytes | tuple[Number, ...]
Directory = dict[int, Value]


@dataclass(kw_only=True)
class Tags:
    """What the directories of one block hold.

    Attributes:
        image: Directory 0; exif, gps: the directories it points to; thumbnail: directory 1.
        others: Further directories of a TIFF file: pages behind the first, and sub-directories.
        interoperability: What the Exif directory points to; read only so that it keeps to the limits.
        order: "<" or ">", the byte order; is_big: whether it is a BigTIFF.
        value_bytes: Bytes of all values as declared.
        damaged: What could not be read, by stable names; empty for a sound block.
        refused: Whether a limit was passed; what was read until then is kept.
    """

    order: str = "<"
    is_big: bool = False
    image: Directory = field(default_factory=dict)
    exif: Directory = field(default_factory=dict)
    gps: Directory = field(default_factory=dict)
    interoperability: Directory = field(default_factory=dict)
    thumbnail: Directory = field(default_factory=dict)
    others: list[Directory] = field(default_factory=list)
    value_bytes: int = 0
    damaged: list[str] = field(default_factory=list)
    refused: bool = False

    def damage(self, name: str) -> None:
        """Note a damage once."""
        if name not in self.damaged:
            self.damaged.append(name)


class NotTiffError(ValueError):
    """The block does not begin as a TIFF does."""


def read_tags(block: Source) -> Tags:
    """Read the directories of a TIFF block.

    Raises:
        NotTiffError: There is no byte order mark, or the first directory lies outside.
    """
    reader = _Reader(block)
    tags = reader.tags
    first = reader.offset(8 if tags.is_big else 4)
    if first < 8 or first + 2 > len(block):  # noqa: PLR2004 - the header's length
        raise NotTiffError("the first directory lies outside the block")
    following = reader.directory(first, tags.image)
    for at in _offsets(tags.image.get(EXIF_POINTER)):
        reader.directory(at, tags.exif)
    for at in _offsets(tags.image.get(GPS_POINTER)):
        reader.directory(at, tags.gps)
    for at in _offsets(tags.exif.get(INTEROPERABILITY_POINTER)):
        reader.directory(at, tags.interoperability)
    pages = []
    while following and not tags.refused:
        page: Directory = {}
        following = reader.directory(following, page)
        pages.append(page)
    if pages:
        tags.thumbnail = pages[0]
    tags.others = pages
    for at in _offsets(tags.image.get(SUB_POINTER)):
        sub: Directory = {}
        reader.directory(at, sub)
        tags.others.append(sub)
    return tags


def _offsets(value: Value | None) -> list[int]:
    """Give the directory offsets a pointer tag holds, at most sixteen; one of a signed type may be negative."""
    if value is None or isinstance(value, bytes):
        return []
    return [at for at in value[:16] if isinstance(at, int) and at > 0]


class _Reader:
    """Reads directories of one block, each offset once, and counts what it reads."""

    def __init__(self, block: Source) -> None:
        mark = block[:2]
        if mark not in (b"II", b"MM") or len(block) < 8:  # noqa: PLR2004 - the header's length
            raise NotTiffError("no byte order mark")
        self.block = block
        self.tags = Tags(order="<" if mark == b"II" else ">", is_big=block[2:4] in (b"+\0", b"\0+"))
        self.wide, self.count_form = (8, "Q") if self.tags.is_big else (4, "H")
        self.entry_form = self.tags.order + ("HHQ" if self.tags.is_big else "HHI")
        self.entry_bytes = 4 + 2 * self.wide
        self.seen: set[int] = set()

    def offset(self, at: int) -> int:
        """Read an offset; 0 behind the end."""
        return int.from_bytes(self.block[at : at + self.wide], "little" if self.tags.order == "<" else "big")

    def directory(self, at: int, into: Directory) -> int:
        """Read one directory into ``into``; give the offset of the following one, 0 for none."""
        tags, block = self.tags, self.block
        if at in self.seen:
            tags.damage("tiff.loop")
            return 0
        if len(self.seen) >= DIRECTORIES_LIMIT:
            tags.damage("tiff.too_many_directories")
            tags.refused = True
            return 0
        self.seen.add(at)
        begin = at + struct.calcsize(self.count_form)
        if begin > len(block):
            tags.damage("tiff.offset")
            return 0
        count = struct.unpack(tags.order + self.count_form, block[at:begin])[0]
        if count > ENTRIES_LIMIT:
            tags.damage("tiff.too_many_entries")
            tags.refused = True
            count = ENTRIES_LIMIT
        end = begin + self.entry_bytes * count
        if end > len(block):
            tags.damage("tiff.truncated")
        for tag, value in self._entries(begin, min(end, len(block))):
            into.setdefault(tag, value)
        return self.offset(end) if end + self.wide <= len(block) else 0

    def _entries(self, at: int, end: int) -> Iterator[tuple[int, Value]]:
        tags, wide = self.tags, self.wide
        for place in range(at, end - self.entry_bytes + 1, self.entry_bytes):
            value_at = place + 4 + wide
            tag, kind, count = struct.unpack(self.entry_form, self.block[place:value_at])
            size = _SIZES.get(kind)
            if size is None:
                if kind or count:
                    tags.damage("tiff.type")
                continue
            length = size * count
            start = value_at if length <= wide else self.offset(value_at)  # short values stand inside
            if tag == MAKER_NOTE:
                continue
            if start + length > len(self.block):
                tags.damage("tiff.value_outside")
                if kind != _ASCII or start >= len(self.block):
                    continue
                length = len(self.block) - start
            tags.value_bytes += length
            if tags.value_bytes > VALUES_LIMIT:
                tags.damage("tiff.too_many_values")
                tags.refused = True
                return
            raw = self.block[start : start + length]
            yield tag, raw if tag in _WHOLE_BLOCKS else self._value(kind, count, raw)

    def _value(self, kind: int, count: int, raw: bytes) -> Value:
        order = self.tags.order
        if kind in (_RATIONAL, _SIGNED_RATIONAL):
            count = min(count, _KEPT_NUMBERS)
            numbers = struct.unpack(order + ("I" if kind == _RATIONAL else "i") * 2 * count, raw[: 8 * count])
            return tuple(zip(numbers[::2], numbers[1::2], strict=True))
        form = _FORMATS.get(kind)
        if form is None:
            return raw
        count = min(count, _KEPT_NUMBERS)
        return struct.unpack(order + form * count, raw[: struct.calcsize(form) * count])
