"""Walk a WebP (RFC 9649)."""

import struct

from contest.inspection.source import Source
from contest.inspection.walk.blocks import BLOCK_LIMIT, PIECES_LIMIT, Blocks
from contest.inspection.walk.trailer import classify_trailer

_ALPHA_FLAG = 0x10


def walk_webp(source: Source) -> Blocks:
    """Walk all chunks of a WebP file."""
    blocks = Blocks(format="webp", color="rgb", bits=8, frames=0)
    stated = 8 + int.from_bytes(source[4:8], "little")
    if stated > len(source):
        blocks.damage("webp.truncated")
    blocks.end = min(stated + stated % 2, len(source))
    at = 12
    for _ in range(PIECES_LIMIT):
        if at + 8 > blocks.end:
            break
        kind, length = source[at : at + 4], int.from_bytes(source[at + 4 : at + 8], "little")
        end = at + 8 + length
        if end > len(source):
            blocks.damage("webp.chunk_length")
        _take(kind, source[at + 8 : min(end, at + 8 + BLOCK_LIMIT)], length, blocks)
        at = end + length % 2
    else:
        blocks.refuse("F03.too_many_parts")
    blocks.frames = max(1, blocks.frames)
    blocks.trailing_bytes = len(source) - blocks.end
    if blocks.trailing_bytes:
        blocks.trailing_kind = classify_trailer(source, blocks.end)
    return blocks


def _take(kind: bytes, data: bytes, length: int, blocks: Blocks) -> None:
    """Look at one chunk, whose data may be cut off at the limit of a block."""
    if kind == b"VP8X" and len(data) >= 10:  # noqa: PLR2004 - header layout
        blocks.alpha = bool(data[0] & _ALPHA_FLAG)
        blocks.width_px = 1 + int.from_bytes(data[4:7], "little")
        blocks.height_px = 1 + int.from_bytes(data[7:10], "little")
    elif kind in (b"VP8 ", b"VP8L", b"ANMF"):
        blocks.pixel_bytes += length
        blocks.frames += 1
        if blocks.width_px is None:
            _take_size(kind, data, blocks)
    elif kind in (b"EXIF", b"XMP ", b"ICCP"):
        _take_block(kind, data, blocks)
        if length > len(data):
            blocks.refuse("F03.too_much_metadata")
    elif kind == b"C2PA":
        blocks.add_credentials(data)


def _take_size(kind: bytes, head: bytes, blocks: Blocks) -> None:
    """Read the size from the picture data itself, lossy or lossless."""
    if kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a" and len(head) >= 10:  # noqa: PLR2004 - key frame header
        width_px, height_px = struct.unpack("<HH", head[6:10])
        blocks.width_px, blocks.height_px = width_px & 0x3FFF, height_px & 0x3FFF
    elif kind == b"VP8L" and head[:1] == b"\x2f" and len(head) >= 5:  # noqa: PLR2004 - lossless header
        packed = int.from_bytes(head[1:5], "little")
        blocks.width_px, blocks.height_px = 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
        blocks.alpha = bool(packed >> 28 & 1)


def _take_block(kind: bytes, data: bytes, blocks: Blocks) -> None:
    """Keep the first chunk of a kind; a reader may ignore all that follow (RFC 9649, 2.7)."""
    if kind == b"EXIF":
        blocks.exif = blocks.exif or (data[6:] if data[:5] == b"Exif\0" else data)
    elif kind == b"XMP ":
        blocks.xmp = blocks.xmp or data
    else:
        blocks.icc = blocks.icc or data
