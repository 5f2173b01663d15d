"""Prove that a JPEG or an AVIF carries pixels and nothing else: the last look at a preview before it is stored."""

import re
import struct

_JFIF_LENGTH = 18
_ALLOWED = frozenset({0xDB, 0xC4})
_FRAME, _SCAN = 0xC0, 0xDA
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_BOX_HEADER, _FULL_BOX = 8, 4
# Which boxes may stand in which, each once (ISO 23000-22), and how many bytes come before the first of them.
_BOXES = {
    b"": (0, {b"ftyp", b"meta", b"mdat"}),
    b"meta": (_FULL_BOX, {b"hdlr", b"pitm", b"iloc", b"iinf", b"iprp"}),
    b"iinf": (_FULL_BOX + 2, {b"infe"}),
    b"iprp": (0, {b"ipco", b"ipma"}),
    b"ipco": (0, {b"ispe", b"pixi", b"av1C", b"colr"}),
}
_BOX_LIMIT = 64


class NotBareError(ValueError):
    """The file has a part that a bare picture has not."""


def bare_size(jpeg: bytes) -> tuple[int, int]:
    """Give width and height of a bare JPEG.

    Bare means: one JFIF segment without a thumbnail, tables, one baseline frame, one scan, the end, and not a
    byte more. There is no room for a comment, a name, a profile or a second file.

    Raises:
        NotBareError: Anything else is there, or something of it is missing.
    """
    if jpeg[:4] != b"\xff\xd8\xff\xe0" or jpeg[4:11] != b"\0\x10JFIF\0" or jpeg[18:20] != b"\0\0":
        raise NotBareError("it does not open with a plain JFIF segment")
    at, size = 2 + _JFIF_LENGTH, None
    while at + 4 <= len(jpeg):
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at] != 0xFF:  # noqa: PLR2004 - every marker begins so
            raise NotBareError("bytes between the segments")
        if marker == _FRAME and size is None:
            height_px, width_px = struct.unpack(">HH", jpeg[at + 5 : at + 9])
            size = width_px, height_px
        elif marker == _SCAN and size is not None:
            following = _NEXT_MARKER.search(jpeg, at + 2 + length)
            if following is None or jpeg[following.start() :] != b"\xff\xd9":
                raise NotBareError("something follows the scan")
            return size
        elif marker not in _ALLOWED:
            raise NotBareError(f"segment {marker:02x}")
        at += 2 + length
    raise NotBareError("no scan")


def bare_avif_size(avif: bytes) -> tuple[int, int]:
    """Give width and height of a bare AVIF.

    Bare means: one still picture whose coded data fill ``mdat`` to the byte, its colours said by number, and no box
    beside those that say so. There is no room for EXIF, XMP, a profile, a second item or an animation.

    Raises:
        NotBareError: Anything else is there, or something of it is missing.
    """
    boxes: dict[bytes, tuple[int, int]] = {}
    _take_boxes(avif, b"", 0, len(avif), boxes)
    missing = {kind for _, inside in _BOXES.values() for kind in inside} - boxes.keys()
    if missing:
        raise NotBareError(f"no {min(missing)!r}")
    content = {kind: avif[start:end] for kind, (start, end) in boxes.items() if kind not in {*_BOXES, b"mdat"}}
    start, end = boxes[b"mdat"]
    if content[b"infe"][8:12] != b"av01" or content[b"colr"][:4] != b"nclx":
        raise NotBareError("an item that is no picture, or a profile")
    if content[b"iloc"][-8:] != struct.pack(">II", start, end - start):
        raise NotBareError("bytes beside the picture")
    width_px, height_px = struct.unpack(">II", content[b"ispe"][4:12])
    return width_px, height_px


def _take_boxes(avif: bytes, parent: bytes, at: int, end: int, boxes: dict[bytes, tuple[int, int]]) -> None:
    """Note start and end of each box's content; refuse one that is unknown, repeated, too long or broken."""
    skipped, known = _BOXES[parent]
    at += skipped
    while at < end:
        size, kind = int.from_bytes(avif[at : at + 4], "big"), avif[at + 4 : at + 8]
        if kind not in known or kind in boxes or size < _BOX_HEADER or at + size > end:
            raise NotBareError(f"box {kind!r} in {parent!r}")
        if kind not in {*_BOXES, b"mdat"} and size > _BOX_LIMIT:
            raise NotBareError(f"a long box {kind!r}")
        boxes[kind] = at + _BOX_HEADER, at + size
        if kind in _BOXES:
            _take_boxes(avif, kind, at + _BOX_HEADER, at + size, boxes)
        at += size
