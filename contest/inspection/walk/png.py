"""Walk a PNG or APNG (PNG specification, third edition; XMP and Photoshop's own chunks)."""

import re
import struct

from contest.inspection.source import Source
from contest.inspection.walk.blocks import BLOCK_LIMIT, PIECES_LIMIT, TEXT_LIMIT, Blocks, inflate
from contest.inspection.walk.photoshop import iptc_of_resources
from contest.inspection.walk.trailer import classify_trailer

_CHUNKS_LIMIT = 200_000  # a 200 megapixel file in libpng's 8 KiB pieces has about 75,000
_COLORS = {0: "grey", 2: "rgb", 3: "palette", 4: "grey", 6: "rgb"}
_WITH_ALPHA = (4, 6)
_RAW_PROFILE = re.compile(rb"\s*([^\n]{1,79})\n\s*(\d+)\s+")  # a name such as "exif" or "IPTC profile"


def walk_png(source: Source) -> Blocks:
    """Walk all chunks of a PNG; nothing inflates beyond a fixed limit."""
    blocks = Blocks(format="png")
    at, others = 8, 0
    for _ in range(_CHUNKS_LIMIT):
        if at + 8 > len(source):
            blocks.damage("png.no_end")
            blocks.end = len(source)
            return blocks
        length, kind = struct.unpack(">I4s", source[at : at + 8])
        start, end = at + 8, at + 8 + length
        if end + 4 > len(source):
            blocks.damage("png.chunk_length")
            blocks.end = len(source)
            return blocks
        at = end + 4
        if kind in (b"IDAT", b"fdAT"):
            blocks.pixel_bytes += length
            continue
        if kind == b"IEND":
            blocks.end = at
            blocks.trailing_bytes = len(source) - at
            if blocks.trailing_bytes:
                blocks.trailing_kind = classify_trailer(source, at)
            return blocks
        others += 1
        if others > PIECES_LIMIT:
            break
        if length > BLOCK_LIMIT:
            blocks.refuse("F03.too_much_metadata")
            continue
        _take(kind, source[start:end], blocks)
    blocks.refuse("F03.too_many_parts")
    blocks.end = len(source)
    return blocks


def _take(kind: bytes, data: bytes, blocks: Blocks) -> None:
    """Look at one chunk."""
    if kind == b"IHDR" and len(data) >= 13:  # noqa: PLR2004 - header layout
        width_px, height_px, blocks.bits, color = struct.unpack(">IIBB", data[:10])
        blocks.width_px, blocks.height_px = width_px or None, height_px or None
        blocks.color, blocks.alpha = _COLORS.get(color), color in _WITH_ALPHA
    elif kind == b"tRNS":
        blocks.alpha = True
    elif kind == b"acTL" and len(data) >= 4:  # noqa: PLR2004 - frame count
        blocks.frames = max(1, int.from_bytes(data[:4], "big"))
    elif kind == b"eXIf":
        blocks.exif = blocks.exif or _without_prefix(data)
    elif kind == b"iCCP":
        _name, _, rest = data.partition(b"\0")
        blocks.icc = _inflated(rest[1:], blocks, limit=BLOCK_LIMIT)
        if not blocks.icc:
            blocks.icc = None
            blocks.damage("icc")
    elif kind == b"caBX":
        blocks.add_credentials(data)
    elif kind in (b"tEXt", b"zTXt", b"iTXt"):
        key, value = _text(kind, data, blocks)
        _take_text(key, value, blocks)


def _inflated(packed: bytes, blocks: Blocks, *, limit: int) -> bytes:
    out, more = inflate(packed, limit=limit)
    if more:
        blocks.refuse("F03.metadata_inflates")
        return b""
    return out


def _text(kind: bytes, data: bytes, blocks: Blocks) -> tuple[str, bytes]:
    """Give a text chunk's key and value, the value in whatever encoding it has."""
    key, _, rest = data.partition(b"\0")
    if kind == b"zTXt":
        rest = _inflated(rest[1:], blocks, limit=BLOCK_LIMIT)
    elif kind == b"iTXt" and len(rest) >= 2:  # noqa: PLR2004 - compression flag and method
        packed = rest[0] == 1
        _language, _, translated = rest[2:].partition(b"\0")
        _keyword, _, rest = translated.partition(b"\0")
        if packed:
            rest = _inflated(rest, blocks, limit=BLOCK_LIMIT)
    return key[:79].decode("latin-1"), rest


def _take_text(key: str, value: bytes, blocks: Blocks) -> None:
    """Sort a text into metadata blocks or plain texts."""
    if key == "XML:com.adobe.xmp":
        blocks.xmp = blocks.xmp or value
    elif key.startswith("Raw profile type "):
        raw = _raw_profile(value)
        kind = key.removeprefix("Raw profile type ").lower()
        if raw is None:
            blocks.damage("exif" if kind in ("exif", "app1") else kind)
        elif kind == "exif" or (kind == "app1" and raw[:4] == b"Exif"):
            blocks.exif = blocks.exif or _without_prefix(raw)
        elif kind in ("xmp", "app1"):
            blocks.xmp = blocks.xmp or raw.removeprefix(b"http://ns.adobe.com/xap/1.0/\0")
        elif kind in ("iptc", "8bim"):
            blocks.iptc = blocks.iptc or (iptc_of_resources(raw, blocks) if raw[:4] == b"8BIM" else raw)
        elif kind in ("icc", "icm"):
            blocks.icc = blocks.icc or raw
    else:
        blocks.add_text(key, value[:TEXT_LIMIT].decode("utf-8", "replace"))


def _raw_profile(text: bytes) -> bytes | None:
    """Read ImageMagick's hexadecimal form: a name, a length, then digits."""
    head = _RAW_PROFILE.match(text)
    if head is None:
        return None
    try:
        return bytes.fromhex(text[head.end() :].decode("ascii"))[: int(head[2])]
    except ValueError:
        return None


def _without_prefix(data: bytes) -> bytes:
    return data[6:] if data[:5] == b"Exif\0" else data
