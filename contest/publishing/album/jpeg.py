"""Reads a JPEG's markers, never its picture: what the file is, and which of its bytes go into the book.

The coded picture is passed on untouched; segments that only describe it (EXIF with positions and serial
numbers, XMP, IPTC, comments, previews, second pictures behind the first) stay out. Source: ITU-T T.81, JFIF 1.02,
Adobe Technical Note 5116 (APP14), ICC.1 annex B (APP2).
"""

import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal

BLOCK: Final = 1 << 20
LIMIT_SEGMENTS: Final = 20_000
LIMIT_PROFILE_BYTES: Final = 4 << 20

Unfit = Literal[
    "not_jpeg", "broken", "coding", "precision", "components", "colour_unclear", "no_height", "profile_too_large"
]

SOI, EOI, SOS, COM, DNL = b"\xff\xd8", 0xD9, 0xDA, 0xFE, 0xDC
APP0, APP1, APP2, APP14 = 0xE0, 0xE1, 0xE2, 0xEE
STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Baseline, extended sequential and progressive Huffman coding: what every PDF reader and press can decode.
FIT_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
KEPT: Final = frozenset({0xC4, 0xDB, 0xDD}) | FRAMES

_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")

Piece = bytes | tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class JpegFacts:
    """What a JPEG file says about itself.

    Attributes:
        width_px: As stored, before any turning; ``height_px`` likewise.
        orientation: EXIF's 1 to 8; 1 where there is none.
        profile: The embedded ICC profile, put together, or None.
        is_adobe: Whether it has Adobe's marker: then CMYK values are inverted.
        pieces: What goes into the book, in order: ranges of the file (start, end), or bytes in their place.
        unfit: Why the file cannot go into a book as it is, or None.
    """

    width_px: int = 0
    height_px: int = 0
    components: int = 0
    orientation: int = 1
    profile: bytes | None = None
    is_adobe: bool = False
    pieces: tuple[Piece, ...] = ()
    unfit: Unfit | None = None

    @property
    def kept_bytes(self) -> int:
        """Give the length of what goes into the book."""
        return sum(len(piece) if isinstance(piece, bytes) else piece[1] - piece[0] for piece in self.pieces)

    @property
    def seen_px(self) -> tuple[int, int]:
        """Give width and height as seen, after turning."""
        is_turned = self.orientation >= 5  # noqa: PLR2004 - EXIF 5 to 8 are those turned by a quarter
        return (self.height_px, self.width_px) if is_turned else (self.width_px, self.height_px)


def read(path: Path) -> JpegFacts:
    """Read the markers of a file, at most 1 MiB of it in memory; anything but a sound JPEG comes back unfit.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        if file.read(2) != SOI:
            return JpegFacts(unfit="not_jpeg")
        reader = _Reader()
        try:
            reader.run(file)
        except (struct.error, _BrokenError):
            return JpegFacts(unfit="broken")
        return reader.facts()


def passed(path: Path, pieces: tuple[Piece, ...], *, original: "hashlib._Hash") -> Iterator[bytes]:
    """Read a whole file once, in blocks, and give what goes into the book.

    Args:
        original: Is fed every byte of the file, so that it holds the file's hash when all is given.

    Raises:
        EOFError: the file has become shorter than when its markers were read.
    """
    with path.open("rb") as file:
        at = 0
        for piece in pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            for block in _blocks(file, piece[0] - at):
                original.update(block)
            for block in _blocks(file, piece[1] - piece[0]):
                original.update(block)
                yield block
            at = piece[1]
        while rest := file.read(BLOCK):
            original.update(rest)


def file_digest(path: Path) -> str:
    """Hash a file with SHA-256, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _blocks(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0:
        block = file.read(min(BLOCK, length))
        if not block:
            raise EOFError
        length -= len(block)
        yield block


class _BrokenError(Exception):
    """The markers do not make a whole JPEG."""


class _Reader:
    """Walks the segments once and remembers what matters."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = [(0, 2)]
        self.frame: tuple[int, int, int, int, bytes] | None = None  # marker, precision, height, width, ids
        self.orientation = 1
        self.has_jfif = False
        self.adobe: int | None = None
        self.profile: dict[int, bytes] = {}
        self.profile_parts = 0

    def run(self, file: BinaryIO) -> None:
        at = 2
        for _ in range(LIMIT_SEGMENTS):
            at, marker = _marker(file, at)
            if marker == EOI:
                if self.frame is None or len(self.pieces) < 3:  # noqa: PLR2004 - start, frame, scan at least
                    raise _BrokenError
                self.pieces.append((at - 2, at))
                return
            if marker in STANDALONE:
                continue
            file.seek(at)
            length = struct.unpack(">H", file.read(2))[0]
            end = at + length
            payload = file.read(length - 2) if length >= 2 else b""  # noqa: PLR2004 - its own two bytes
            if length < 2 or len(payload) != length - 2:  # noqa: PLR2004 - as above
                raise _BrokenError
            if marker == SOS:
                end = _end_of_scan(file, end)
                self.pieces.append((at - 2, end))
            else:
                self._segment(marker, payload, at - 2, end)
            at = end
        raise _BrokenError

    def _segment(self, marker: int, payload: bytes, start: int, end: int) -> None:
        if marker in FRAMES and self.frame is None:
            precision, height, width, count = struct.unpack_from(">BHHB", payload)
            self.frame = (marker, precision, height, width, payload[6 : 6 + 3 * count : 3])
        if marker in KEPT:
            self.pieces.append((start, end))
        elif marker == APP0 and payload.startswith(b"JFIF\0") and not self.has_jfif:
            self.has_jfif = True
            # Version, density and no preview: the preview may show what was later cut away.
            self.pieces.append(b"\xff\xe0\x00\x10" + payload[:12].ljust(12, b"\0") + b"\0\0")
        elif marker == APP14 and payload.startswith(b"Adobe") and len(payload) >= 12 and self.adobe is None:  # noqa: PLR2004 - the length of Adobe's marker
            self.adobe = payload[11]
            self.pieces.append((start, end))
        elif marker == APP1 and payload.startswith(b"Exif\0\0"):
            self.orientation = _orientation(payload[6:]) or self.orientation
        elif marker == APP2 and payload.startswith(b"ICC_PROFILE\0") and len(payload) > 14:  # noqa: PLR2004 - name, number, count
            self.profile[payload[12]] = payload[14:]
            self.profile_parts = payload[13]

    def facts(self) -> JpegFacts:
        if self.frame is None:
            return JpegFacts(unfit="broken")
        marker, precision, height, width, ids = self.frame
        profile = b"".join(self.profile[number] for number in sorted(self.profile)) or None
        if profile is not None and sorted(self.profile) != list(range(1, self.profile_parts + 1)):
            profile = None
        reasons: tuple[tuple[bool, Unfit], ...] = (
            (marker not in FIT_FRAMES, "coding"),
            (precision != 8, "precision"),  # noqa: PLR2004 - bits
            (len(ids) not in {1, 3, 4}, "components"),
            (height == 0 or width == 0, "no_height"),
            # Without either marker readers guess the colours by the components' names, and guess differently.
            (len(ids) == 3 and not self.has_jfif and self.adobe is None and ids == b"RGB", "colour_unclear"),  # noqa: PLR2004 - red, green, blue
            (profile is not None and len(profile) > LIMIT_PROFILE_BYTES, "profile_too_large"),
        )
        return JpegFacts(
            width_px=width,
            height_px=height,
            components=len(ids),
            orientation=self.orientation,
            profile=profile,
            is_adobe=self.adobe is not None,
            pieces=tuple(self.pieces),
            unfit=next((reason for applies, reason in reasons if applies), None),
        )


def _marker(file: BinaryIO, at: int) -> tuple[int, int]:
    """Read the marker at ``at``, fill bytes before it skipped; give the position after it and its code."""
    file.seek(at)
    if file.read(1) != b"\xff":
        raise _BrokenError
    for skipped in range(BLOCK):
        byte = file.read(1)
        if not byte or byte == b"\x00":
            raise _BrokenError
        if byte != b"\xff":
            return at + 2 + skipped, byte[0]
    raise _BrokenError


def _end_of_scan(file: BinaryIO, start: int) -> int:
    """Find where the coded data that begins at ``start`` ends: at the next marker that is not a restart."""
    file.seek(start)
    at, tail = start, b""
    while block := file.read(BLOCK):
        data = tail + block
        found = _NEXT_MARKER.search(data)
        if found:
            return at - len(tail) + found.start()
        at += len(block)
        tail = data[-1:]
    raise _BrokenError


def _orientation(tiff: bytes) -> int | None:
    """Read tag 0x0112 of the first directory of a TIFF block; None where it is absent or makes no sense."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return None
    try:
        start = struct.unpack_from(order + "I", tiff, 4)[0]
        count = struct.unpack_from(order + "H", tiff, start)[0]
        for index in range(min(count, 1000)):
            tag, kind, number, value = struct.unpack_from(order + "HHIH", tiff, start + 2 + 12 * index)
            if tag == 0x0112 and kind == 3 and number == 1 and 1 <= value <= 8:  # noqa: PLR2004 - Orientation, SHORT, 1 to 8
                return int(value)
    except struct.error:
        return None
    return None
