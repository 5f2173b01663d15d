"""Walk raw files as far as their metadata: those like a TIFF, and RAF (Fujifilm), CR3 (Canon), MRW, X3F (Sigma).

Nobody publishes these formats. Sources: ExifTool's tables of FujiFilm::RAF, Canon::uuid, MinoltaRaw, SigmaRaw and
PanasonicRaw; github.com/lclevy/canon_cr3 for CR3.
"""

import struct

from contest.inspection.source import Source
from contest.inspection.tiff import NotTiffError, Tags, Value, read_tags
from contest.inspection.walk.blocks import BLOCK_LIMIT, PIECES_LIMIT, Blocks
from contest.inspection.walk.isobmff import boxes_of
from contest.inspection.walk.jpeg import walk_jpeg
from contest.inspection.walk.tiff import take_blocks, walk_tiff

_PREVIEW_HEAD = 512 * 1024  # of the JPEG inside: its segments stand before its pixels
_CANON_UUID = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_RAF_JPEG_AT, _RAF_TABLE_AT, _RAF_CROPPED = 84, 92, 0x0111
_RW2_TOP, _RW2_LEFT, _RW2_BOTTOM, _RW2_RIGHT, _RW2_JPEG = 0x04, 0x05, 0x06, 0x07, 0x2E
_X3F_HEADER = 40
_WIDTH, _HEIGHT = 0x0100, 0x0101


def walk_like_tiff(source: Source) -> Blocks:
    """Walk a raw file that is a TIFF but for its mark: CR2, ORF, RW2. Its previews are no further pictures."""
    blocks = walk_tiff(source)
    blocks.frames = 1
    if blocks.format == "rw2":
        _take_panasonic(source, blocks)
    return blocks


def walk_raf(source: Source) -> Blocks:
    """Walk Fujifilm's file: its metadata are those of the JPEG inside."""
    blocks = _blocks("raf", source)
    jpeg_at, length, table_at = (_number(source, at) for at in (_RAF_JPEG_AT, _RAF_JPEG_AT + 4, _RAF_TABLE_AT))
    _take_preview(source[jpeg_at : jpeg_at + min(length, _PREVIEW_HEAD)], blocks)
    at = table_at + 4
    for _ in range(min(_number(source, table_at), PIECES_LIMIT)):
        tag, size = _short(source, at), _short(source, at + 2)
        if tag == _RAF_CROPPED and at + 8 <= len(source):
            blocks.height_px, blocks.width_px = _short(source, at + 4) or None, _short(source, at + 6) or None
        at += 4 + size
    return blocks


def walk_cr3(source: Source) -> Blocks:
    """Walk Canon's file: an ISO base media file in which each directory is a TIFF block of its own."""
    blocks = _blocks("cr3", source)
    for kind, start, end in boxes_of(source, 0, len(source), blocks):
        if kind == b"moov":
            for inner, inner_start, inner_end in boxes_of(source, start, end, blocks):
                if inner == b"uuid" and source[inner_start : inner_start + 16] == _CANON_UUID:
                    _take_canon(source, inner_start + 16, inner_end, blocks)
        elif kind == b"uuid" and source[start : start + 16] == _XMP_UUID:
            blocks.xmp = source[start + 16 : min(end, start + 16 + BLOCK_LIMIT)]
    tags = _tags(blocks.exif)
    if tags is not None:
        blocks.width_px, blocks.height_px = _first(tags.image.get(_WIDTH)), _first(tags.image.get(_HEIGHT))
    return blocks


def walk_mrw(source: Source) -> Blocks:
    """Walk Minolta's file: blocks with names, one of them a TIFF block."""
    blocks = _blocks("mrw", source)
    at, end = 8, min(8 + _number(source, 4), len(source))
    for _ in range(PIECES_LIMIT):
        if at + 8 > end:
            break
        name, size = source[at : at + 4], _number(source, at + 4)
        if name == b"\0TTW":
            blocks.exif = source[at + 8 : at + 8 + min(size, BLOCK_LIMIT)]
        elif name == b"\0PRD" and at + 24 <= end:
            height_px, width_px = struct.unpack(">HH", source[at + 20 : at + 24])
            blocks.width_px, blocks.height_px = width_px or None, height_px or None
        at += 8 + size
    tags = _tags(blocks.exif)
    if tags is not None:
        take_blocks(tags, blocks)
    return blocks


def walk_x3f(source: Source) -> Blocks:
    """Walk Sigma's file: its directory stands at the end, and a JPEG preview in it has the EXIF block."""
    blocks = _blocks("x3f", source)
    if len(source) < _X3F_HEADER:
        blocks.damage("x3f.directory")
        return blocks
    width_px, height_px, degrees = struct.unpack("<III", source[28:40])
    blocks.width_px, blocks.height_px = width_px or None, height_px or None
    blocks.turned = {90: 6, 180: 3, 270: 8}.get(degrees, 1)
    directory = int.from_bytes(source[-4:], "little")
    if source[directory : directory + 4] != b"SECd":
        blocks.damage("x3f.directory")
        return blocks
    count = min(int.from_bytes(source[directory + 8 : directory + 12], "little"), PIECES_LIMIT)
    for place in range(count):
        entry = source[directory + 12 + 12 * place : directory + 24 + 12 * place]
        if len(entry) < 12:  # noqa: PLR2004 - offset, length, kind
            break
        start, length = struct.unpack("<II", entry[:8])
        is_jpeg = source[start : start + 4] == b"SECi" and source[start + 12 : start + 16] == b"\x12\0\0\0"
        if is_jpeg and blocks.exif is None:
            _take_preview(source[start + 28 : start + min(length, _PREVIEW_HEAD)], blocks)
    return blocks


def _blocks(kind: str, source: Source) -> Blocks:
    return Blocks(format=kind, color="rgb", end=len(source), pixel_bytes=len(source))


def _take_canon(source: Source, at: int, end: int, blocks: Blocks) -> None:
    for kind, start, stop in boxes_of(source, at, end, blocks):
        data = source[start : min(stop, start + BLOCK_LIMIT)]
        if kind == b"CMT1":
            blocks.exif = data
        elif kind in (b"CMT2", b"CMT4"):
            blocks.exif_parts["exif" if kind == b"CMT2" else "gps"] = data


def _take_panasonic(source: Source, blocks: Blocks) -> None:
    """Take the size from the sensor's borders, and what directory 0 leaves out from the JPEG inside."""
    tags = _tags(source)
    if tags is None:
        return
    top, left, bottom, right = (
        _first(tags.image.get(tag)) or 0 for tag in (_RW2_TOP, _RW2_LEFT, _RW2_BOTTOM, _RW2_RIGHT)
    )
    blocks.width_px, blocks.height_px = max(0, right - left) or None, max(0, bottom - top) or None
    preview = tags.image.get(_RW2_JPEG)
    if isinstance(preview, bytes):
        inside = walk_jpeg(preview[:_PREVIEW_HEAD])
        blocks.exif_parts["more"] = inside.exif or b""


def _take_preview(jpeg: bytes, blocks: Blocks) -> None:
    """Take the metadata of the JPEG inside; that it is cut off behind them is no damage."""
    inside = walk_jpeg(jpeg)
    blocks.exif, blocks.icc, blocks.iptc = inside.exif, inside.icc, inside.iptc
    blocks.xmp = blocks.xmp or inside.xmp
    for name in inside.refused:
        blocks.refuse(name)


def _tags(block: Source | None) -> Tags | None:
    if block is None:
        return None
    try:
        return read_tags(block)
    except NotTiffError:
        return None


def _first(value: Value | None) -> int | None:
    return value[0] if isinstance(value, tuple) and value and isinstance(value[0], int) else None


def _number(source: Source, at: int) -> int:
    return int.from_bytes(source[at : at + 4], "big")


def _short(source: Source, at: int) -> int:
    return int.from_bytes(source[at : at + 2], "big")
