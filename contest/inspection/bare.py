"""Prove that a JPEG carries pixels and nothing else: the last look at a preview before it is stored."""

import re
import struct

_JFIF_LENGTH = 18
_ALLOWED = frozenset({0xDB, 0xC4})
_FRAME, _SCAN = 0xC0, 0xDA
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")


class NotBareError(ValueError):
    """The file has a part that a bare baseline JPEG has not."""


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
