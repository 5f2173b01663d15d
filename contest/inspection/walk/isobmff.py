"""Walk an ISO base media file that holds pictures: HEIF, HEIC, AVIF (ISO 14496-12, 23008-12)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from contest.inspection.sniff import SNIFFED_BYTES, sniff
from contest.inspection.source import Source
from contest.inspection.walk.blocks import BLOCK_LIMIT, CREDENTIALS_LIMIT, PIECES_LIMIT, Blocks

_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_JXL_MARK, _JXL_HEADER = b"\xff\x0a", 12
_JXL_RATIOS = ((0, 0), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_SEQUENCE_BRANDS = (b"avis", b"msf1", b"hevc", b"hevx")
_ALPHA_TYPES = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")
_TURNS = {(0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6}
_TURNED_MIRRORS = {(0, 0): 4, (0, 1): 2, (1, 0): 5, (1, 1): 7, (2, 0): 2, (2, 1): 4, (3, 0): 7, (3, 1): 5}


@dataclass(kw_only=True)
class _Items:
    """The item tables of a ``meta`` box."""

    primary: int | None = None
    kinds: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)
    extents: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    properties: list[tuple[bytes, int, int]] = field(default_factory=list)
    linked: dict[int, list[int]] = field(default_factory=dict)
    data: tuple[int, int] = (0, 0)


def walk_isobmff(source: Source) -> Blocks:
    """Walk the boxes of a HEIF or AVIF file; nesting is followed only where the format says so."""
    blocks = Blocks(
        format=sniff(source[:SNIFFED_BYTES]) or "heif", color="rgb", end=len(source), pixel_bytes=len(source)
    )
    brand = source[8:12]
    for kind, start, end in boxes_of(source, 0, len(source), blocks):
        if kind == b"meta" and blocks.turned is None:  # a file has one; further ones are not read
            _take_meta(source, start + 4, end, blocks)
        elif kind == b"moov" and brand in _SEQUENCE_BRANDS:
            blocks.frames = max(blocks.frames, _samples(source, start, end, blocks))
        elif kind == b"uuid" and source[start : start + 16] == _C2PA_UUID:
            _take_credentials(source[start + 16 : min(end, start + CREDENTIALS_LIMIT + 64)], blocks)
        elif kind == b"mpvd":
            blocks.extras.add("motion_photo")
    if blocks.width_px is None:
        blocks.damage("heif.no_size")
    return blocks


def walk_jxl(source: Source) -> Blocks:
    """Walk JPEG XL's container (ISO 18181-2), or the picture alone, as far as its size and metadata."""
    blocks = Blocks(format="jxl", color="rgb", end=len(source), pixel_bytes=len(source))
    if source[:2] == _JXL_MARK:
        _take_jxl_header(source[:_JXL_HEADER], blocks)
    for kind, start, end in boxes_of(source, 0, len(source), blocks) if source[:2] != _JXL_MARK else ():
        data = source[start : min(end, start + BLOCK_LIMIT)]
        if kind == b"Exif":
            blocks.exif = blocks.exif or _tiff_block(data)
        elif kind == b"xml ":
            blocks.xmp = blocks.xmp or data
        elif kind == b"jumb" and b"c2pa\0" in data[:64]:
            blocks.add_credentials(struct.pack(">I4s", 8 + len(data), kind) + data)
        elif kind in (b"jxlc", b"jxlp") and blocks.width_px is None:
            _take_jxl_header(data[0 if kind == b"jxlc" else 4 :][:_JXL_HEADER], blocks)
    if blocks.width_px is None:
        blocks.damage("jxl.no_size")
    return blocks


def _take_jxl_header(data: bytes, blocks: Blocks) -> None:
    """Read size and orientation of a JPEG XL picture (ISO 18181-1, annex D); bits come lowest first."""
    if len(data) < _JXL_HEADER or data[:2] != _JXL_MARK:
        return
    bits = int.from_bytes(data[2:], "little")

    def number(width: int) -> int:
        nonlocal bits
        value, bits = bits & ((1 << width) - 1), bits >> width
        return value

    def side() -> int:
        return 8 * (number(5) + 1) if is_small else number((9, 13, 18, 30)[number(2)]) + 1

    is_small = bool(number(1))
    height_px = side()
    across, down = _JXL_RATIOS[number(3)]
    width_px = height_px * across // down if across else side()
    has_defaults, has_extras = number(1), number(1)
    blocks.width_px, blocks.height_px = width_px, height_px
    blocks.turned = number(3) + 1 if has_extras and not has_defaults else 1


def _tiff_block(data: bytes) -> bytes:
    """Give the TIFF block of an Exif item: behind a number that says how far behind."""
    skipped = 4 + int.from_bytes(data[:4], "big")
    block = data[skipped:] if skipped < len(data) else data[4:]
    return block[6:] if block[:5] == b"Exif\0" else block


def boxes_of(source: Source, at: int, end: int, blocks: Blocks) -> Iterator[tuple[bytes, int, int]]:
    """Give (type, start of content, end) of each box between two offsets; each is longer than its header."""
    for _ in range(PIECES_LIMIT):
        if at + 8 > end:
            return
        size, kind = struct.unpack(">I4s", source[at : at + 8])
        start = at + 8
        if size == 1:
            size, start = int.from_bytes(source[at + 8 : at + 16], "big"), at + 16
        elif size == 0:
            size = end - at
        if size < start - at or at + size > end:
            blocks.damage("heif.box")
            size = end - at
        yield kind, start, at + size
        at += size
    blocks.refuse("F03.too_many_parts")


def _take_credentials(data: bytes, blocks: Blocks) -> None:
    """Read C2PA's box (C2PA 2.1, A.5): version, flags, a purpose, an offset, then the manifest store."""
    purpose, _, rest = data[4:].partition(b"\0")
    blocks.jumbf = True
    if purpose == b"manifest":
        blocks.add_credentials(rest[8:])


def _take_meta(source: Source, at: int, end: int, blocks: Blocks) -> None:
    items = _Items()
    for kind, start, stop in boxes_of(source, at, end, blocks):
        if kind == b"pitm":
            items.primary = int.from_bytes(source[start + 4 : start + (6 if source[start] == 0 else 8)], "big")
        elif kind == b"iinf":
            _take_infos(source, start, stop, items, blocks)
        elif kind == b"iloc":
            _take_locations(source[start : min(stop, start + BLOCK_LIMIT)], items, blocks)
        elif kind == b"iprp":
            _take_properties(source, start, stop, items, blocks)
        elif kind == b"idat":
            items.data = (start, stop)
    _take_primary(source, items, blocks)
    _take_metadata(source, items, blocks)


def _take_infos(source: Source, at: int, end: int, items: _Items, blocks: Blocks) -> None:
    skipped = 6 if source[at] == 0 else 8
    for kind, start, stop in boxes_of(source, at + skipped, end, blocks):
        version = source[start] if start < stop else 0
        if kind != b"infe" or version < 2:  # noqa: PLR2004 - older versions carry no item type
            continue
        wide = 4 if version == 3 else 2  # noqa: PLR2004 - version 3 has 32-bit ids
        number = int.from_bytes(source[start + 4 : start + 4 + wide], "big")
        type_at = start + 4 + wide + 2
        names = source[type_at + 4 : min(stop, type_at + 4 + 512)].split(b"\0")
        items.kinds[number] = (source[type_at : type_at + 4], names[1] if len(names) > 1 else b"")
    blocks.jumbf |= any(kind[0] == b"jumb" for kind in items.kinds.values())


def _take_locations(data: bytes, items: _Items, blocks: Blocks) -> None:
    """Read ``iloc``: for each item its extents as (construction method, offset, length)."""
    if len(data) < 8:  # noqa: PLR2004 - header length
        blocks.damage("heif.locations")
        return
    version, sizes = data[0], int.from_bytes(data[4:6], "big")
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in (1, 2) else 0
    wide = 4 if version == 2 else 2  # noqa: PLR2004 - version 2 has 32-bit ids
    at = 6

    def number(size: int) -> int:
        nonlocal at
        at += size
        return int.from_bytes(data[at - size : at], "big")

    left = PIECES_LIMIT
    for _ in range(number(wide)):
        item = number(wide)
        method = number(2) & 15 if version in (1, 2) else 0
        number(2)
        base = number(base_size)
        extents: list[tuple[int, int, int]] = []
        count = number(2)
        left -= 1 + count  # an extent may take no bytes at all, so that the data's length bounds nothing
        if at > len(data) or left < 0:
            blocks.damage("heif.locations")
            return
        for _ in range(count):
            number(index_size)
            extents.append((method, base + number(offset_size), number(length_size)))
        items.extents[item] = extents


def _take_properties(source: Source, at: int, end: int, items: _Items, blocks: Blocks) -> None:
    for kind, start, stop in boxes_of(source, at, end, blocks):
        if kind == b"ipco":
            items.properties = list(boxes_of(source, start, stop, blocks))
        elif kind == b"ipma":
            _take_links(source[start : min(stop, start + BLOCK_LIMIT)], items)


def _take_links(data: bytes, items: _Items) -> None:
    """Read ``ipma``: which properties belong to which item, in the order in which they apply."""
    if len(data) < 8:  # noqa: PLR2004 - header length
        return
    wide = 4 if data[0] else 2
    large = data[3] & 1
    at = 8
    for _ in range(min(int.from_bytes(data[4:8], "big"), PIECES_LIMIT)):
        if at + wide >= len(data):
            return
        item, count = int.from_bytes(data[at : at + wide], "big"), data[at + wide]
        at += wide + 1
        step = 2 if large else 1
        indexes = [
            int.from_bytes(data[at + n * step : at + (n + 1) * step], "big") & (0x7FFF if large else 0x7F)
            for n in range(count)
        ]
        items.linked.setdefault(item, indexes)
        at += count * step


def _take_primary(source: Source, items: _Items, blocks: Blocks) -> None:
    """Read size, turning, depth of colour and profile of the picture that is shown."""
    turn, mirror = 0, None
    for index in items.linked.get(items.primary or 0, []):
        if not 0 < index <= len(items.properties):
            continue
        kind, start, stop = items.properties[index - 1]
        if kind == b"irot" and stop > start:
            turn = source[start] & 3
        elif kind == b"imir" and stop > start:
            mirror = source[start] & 1
        else:
            _take_property(kind, source[start : min(stop, start + BLOCK_LIMIT)], blocks)
    blocks.turned = _TURNS[turn, None] if mirror is None else _TURNED_MIRRORS[turn, mirror]
    for kind, start, stop in items.properties:
        if kind == b"auxC":
            _take_auxiliary(source[start + 4 : min(stop, start + 132)].split(b"\0")[0], blocks)


def _take_property(kind: bytes, data: bytes, blocks: Blocks) -> None:
    if kind == b"ispe" and len(data) >= 12:  # noqa: PLR2004 - box layout
        width_px, height_px = struct.unpack(">II", data[4:12])
        blocks.width_px, blocks.height_px = width_px or None, height_px or None
    elif kind == b"pixi" and len(data) >= 6:  # noqa: PLR2004 - box layout
        blocks.bits = data[5]
    elif kind == b"colr" and data[:4] in (b"prof", b"rICC"):
        blocks.icc = data[4:]


def _take_auxiliary(name: bytes, blocks: Blocks) -> None:
    """Note what a picture beside the shown one is for."""
    blocks.alpha |= name in _ALPHA_TYPES
    if b"hdrgainmap" in name:
        blocks.extras.add("gain_map")
    if b"depth" in name or name.endswith(b"auxid:2"):
        blocks.extras.add("depth")


def _take_metadata(source: Source, items: _Items, blocks: Blocks) -> None:
    for number, (kind, mime) in sorted(items.kinds.items()):
        if kind == b"Exif" and blocks.exif is None:
            blocks.exif = _tiff_block(_content(source, number, items, blocks))
        elif kind == b"mime" and mime == b"application/rdf+xml" and blocks.xmp is None:
            blocks.xmp = _content(source, number, items, blocks)


def _content(source: Source, number: int, items: _Items, blocks: Blocks) -> bytes:
    """Join an item's extents, from the file or from ``idat``, up to the limit of a block."""
    out = bytearray()
    for method, offset, length in items.extents.get(number, []):
        start, end = (0, len(source)) if method == 0 else items.data
        stop = min(start + offset + length, end) if length else end
        out += source[start + offset : min(stop, start + offset + BLOCK_LIMIT - len(out))]
        if len(out) >= BLOCK_LIMIT:
            blocks.refuse("F03.too_much_metadata")
            break
    return bytes(out)


def _samples(source: Source, at: int, end: int, blocks: Blocks) -> int:
    """Count the pictures of a sequence: the largest sample count of any track."""
    most = 1
    for trak, start, stop in boxes_of(source, at, end, blocks):
        if trak != b"trak":
            continue
        inside = (start, stop)
        for wanted in (b"mdia", b"minf", b"stbl", b"stsz"):
            found = [box for box in boxes_of(source, *inside, blocks) if box[0] == wanted]
            if not found:
                break
            inside = found[0][1:]
        else:
            most = max(most, int.from_bytes(source[inside[0] + 8 : inside[0] + 12], "big"))
    return most
