"""Pictures made in code: small, quick, the same bytes for the same arguments, different for each seed.

`make_jpeg` is the one most tests want. The block makers below it (`exif_block`, `xmp_packet`, `iptc_block`,
`icc_profile`) write metadata byte by byte on their own, so that a reader is never tested against itself.
"""

import functools
import io
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageCms

ADOBE_RGB = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))

TYPE_CODES = {"byte": 1, "ascii": 2, "short": 3, "long": 4, "rational": 5, "undefined": 7}

TIFF_TAGS = {
    "image_description": (0x010E, "ascii"),
    "make": (0x010F, "ascii"),
    "model": (0x0110, "ascii"),
    "orientation": (0x0112, "short"),
    "software": (0x0131, "ascii"),
    "modified_at": (0x0132, "ascii"),
    "artist": (0x013B, "ascii"),
    "copyright": (0x8298, "ascii"),
    "xp_title": (0x9C9B, "byte"),
    "xp_comment": (0x9C9C, "byte"),
    "xp_author": (0x9C9D, "byte"),
}
EXIF_TAGS = {
    "exposure_s": (0x829A, "rational"),
    "f_number": (0x829D, "rational"),
    "iso": (0x8827, "short"),
    "captured_at": (0x9003, "ascii"),
    "digitized_at": (0x9004, "ascii"),
    "utc_offset": (0x9011, "ascii"),
    "focal_length_mm": (0x920A, "rational"),
    "maker_note": (0x927C, "undefined"),
    "user_comment": (0x9286, "undefined"),
    "subsec": (0x9291, "ascii"),
    "color_space": (0xA001, "short"),
    "owner_name": (0xA430, "ascii"),
    "serial_number": (0xA431, "ascii"),
    "lens_model": (0xA434, "ascii"),
}


def make_pixels(*, width_px: int = 1200, height_px: int = 800, seed: int = 1, mode: str = "RGB") -> Image.Image:
    """Paint soft colour fields with a horizon and fine grain, as unlike for two seeds as two photographs."""
    return _painted(width_px, height_px, seed, mode).copy()


@functools.lru_cache(maxsize=16)  # most tests hand in one of a few pictures
def _painted(width_px: int, height_px: int, seed: int, mode: str) -> Image.Image:
    chance = np.random.default_rng(seed)
    coarse = Image.fromarray(chance.integers(20, 236, (5, 7, 3), dtype=np.uint8), "RGB")
    fields = np.asarray(coarse.resize((width_px, height_px), Image.Resampling.BICUBIC), dtype=np.int16)
    horizon = int(height_px * chance.uniform(0.35, 0.65))
    shade = np.where(np.arange(height_px)[:, None, None] < horizon, 18, -18).astype(np.int16)
    tile = chance.integers(-6, 7, (64, 64, 1), dtype=np.int16)
    grain = np.tile(tile, (height_px // 64 + 1, width_px // 64 + 1, 1))[:height_px, :width_px]
    pixels = np.clip(fields + shade + grain, 0, 255).astype(np.uint8)
    picture = Image.fromarray(pixels, "RGB")
    return picture if mode == "RGB" else picture.convert(mode)


def make_jpeg(
    *,
    width_px: int = 1200,
    height_px: int = 800,
    seed: int = 1,
    captured_at: str | None = "2026:10:17 17:42:00",
    utc_offset: str | None = None,
    make: str | None = "Contoso",
    model: str | None = "Camera 7",
    artist: str | bytes | None = None,
    copyright_notice: str | bytes | None = None,
    orientation: int | None = None,
    exif: Mapping[str, Any] | None = None,
    gps: tuple[float, float] | None = None,
    xmp: bytes | None = None,
    iptc: bytes | None = None,
    icc: bytes | None = None,
    comment: bytes | None = None,
    trailer: bytes = b"",
    thumbnail: bool = False,
    mode: str = "RGB",
    quality: int = 85,
    progressive: bool = False,
    pixels: Image.Image | None = None,
) -> bytes:
    """Make one JPEG; with ``captured_at=None, make=None, model=None`` it carries no metadata at all.

    Args:
        width_px, height_px: Of the stored pixels; orientation 5-8 turns them when shown.
        seed: Another seed, another picture.
        exif: Further fields by the names of ``TIFF_TAGS`` and ``EXIF_TAGS``; text is written as UTF-8 (``xp_*``
            as UTF-16), bytes as they are, a rational as a decimal or a pair.
        gps: Latitude and longitude in signed degrees.
        xmp, iptc, icc: Blocks made by ``xmp_packet``, ``iptc_block``, ``icc_profile``.
        pixels: Used instead of painted ones.
    """
    given = {
        "captured_at": captured_at,
        "utc_offset": utc_offset,
        "make": make,
        "model": model,
        "artist": artist,
        "copyright": copyright_notice,
        "orientation": orientation,
        **(exif or {}),
    }
    fields = {name: value for name, value in given.items() if value is not None}
    picture = pixels or make_pixels(width_px=width_px, height_px=height_px, seed=seed, mode=mode)
    small = encode(picture.resize((160, 120)), quality=60) if thumbnail else None
    blocks = []
    if fields or gps or small:
        blocks.append(segment(0xE1, b"Exif\0\0" + exif_block(fields, gps=gps, thumbnail=small)))
    if xmp is not None:
        blocks.append(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp))
    if iptc is not None:
        blocks.append(
            segment(
                0xED,
                b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + b"\0" * (len(iptc) % 2),
            )
        )
    if icc is not None:
        blocks.append(segment(0xE2, b"ICC_PROFILE\0\x01\x01" + icc))
    if comment is not None:
        blocks.append(segment(0xFE, comment))
    return insert_segments(encode(picture, quality=quality, progressive=progressive), blocks) + trailer


def encode(picture: Image.Image, *, quality: int = 85, progressive: bool = False) -> bytes:
    """Give a picture as a bare JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, progressive=progressive)
    return out.getvalue()


def segment(marker: int, payload: bytes) -> bytes:
    """Wrap a payload of at most 65,533 bytes as a JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def insert_segments(jpeg: bytes, segments: Sequence[bytes]) -> bytes:
    """Put whole segments right behind the start of a JPEG."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def exif_block(
    fields: Mapping[str, Any],
    *,
    gps: tuple[float, float] | None = None,
    thumbnail: bytes | None = None,
    order: str = "<",
) -> bytes:
    """Write a TIFF block: IFD0, Exif, GPS and thumbnail directories, little or big endian ("<", ">")."""
    first = {TIFF_TAGS[name][0]: (TIFF_TAGS[name][1], value) for name, value in fields.items() if name in TIFF_TAGS}
    second = {EXIF_TAGS[name][0]: (EXIF_TAGS[name][1], value) for name, value in fields.items() if name in EXIF_TAGS}
    unknown = set(fields) - set(TIFF_TAGS) - set(EXIF_TAGS)
    if unknown:
        raise KeyError(f"not a field of TIFF_TAGS or EXIF_TAGS: {sorted(unknown)}")
    if second:
        first[0x8769] = ("long", 0)
    if gps is not None:
        first[0x8825] = ("long", 0)

    def packed(directory: dict[int, tuple[str, Any]], at: int, following: int = 0) -> bytes:
        return ifd_bytes(directory, at=at, order=order, following=following)

    second_at = 8 + len(packed(first, 8))
    gps_at = second_at + (len(packed(second, second_at)) if second else 0)
    position = gps_directory(gps) if gps is not None else {}
    third_at = gps_at + (len(packed(position, gps_at)) if position else 0)
    if second:
        first[0x8769] = ("long", second_at)
    if position:
        first[0x8825] = ("long", gps_at)
    block = packed(first, 8, third_at if thumbnail else 0)
    block += packed(second, second_at) if second else b""
    block += packed(position, gps_at) if position else b""
    if thumbnail:
        small = {0x0103: ("short", 6), 0x0201: ("long", 0), 0x0202: ("long", len(thumbnail))}
        small[0x0201] = ("long", third_at + len(packed(small, third_at)))
        block += packed(small, third_at) + thumbnail
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8) + block


def ifd_bytes(directory: Mapping[int, tuple[str, Any]], *, at: int, order: str, following: int = 0) -> bytes:
    """Write one directory at offset ``at`` of its block, its long values right behind it."""
    entries = struct.pack(order + "H", len(directory))
    behind = b""
    behind_at = at + 2 + 12 * len(directory) + 4
    for tag, (kind, value) in sorted(directory.items()):
        raw, count = value_bytes(kind, value, order=order)
        if len(raw) > 4:
            place = struct.pack(order + "I", behind_at + len(behind))
            behind += raw + b"\0" * (len(raw) % 2)
        else:
            place = raw.ljust(4, b"\0")
        entries += struct.pack(order + "HHI", tag, TYPE_CODES[kind], count) + place
    return entries + struct.pack(order + "I", following) + behind


def value_bytes(kind: str, value: Any, *, order: str) -> tuple[bytes, int]:
    """Give a tag's value as bytes, and its count; text ends with a NUL, decimals become thousandths."""
    if kind == "ascii":
        raw = (value.encode() if isinstance(value, str) else value) + b"\0"
        return raw, len(raw)
    if kind in ("byte", "undefined"):
        raw = (value + "\0").encode("utf-16-le") if isinstance(value, str) else value
        return raw, len(raw)
    numbers = value if isinstance(value, list) else [value]
    if kind == "rational":
        pairs = [n if isinstance(n, tuple) else (round(n * 1000), 1000) for n in numbers]
        return b"".join(struct.pack(order + "II", *pair) for pair in pairs), len(pairs)
    return struct.pack(order + ("H" if kind == "short" else "I") * len(numbers), *numbers), len(numbers)


def gps_directory(gps: tuple[float, float]) -> dict[int, tuple[str, Any]]:
    """Give the GPS directory for signed degrees."""

    def dms(degrees: float) -> list[tuple[int, int]]:
        seconds = round(abs(degrees) * 3600 * 1000)
        return [(seconds // 3_600_000, 1), (seconds // 60_000 % 60, 1), (seconds % 60_000, 1000)]

    latitude, longitude = gps
    return {
        1: ("ascii", "N" if latitude >= 0 else "S"),
        2: ("rational", dms(latitude)),
        3: ("ascii", "E" if longitude >= 0 else "W"),
        4: ("rational", dms(longitude)),
    }


def xmp_packet(
    *,
    creators: Sequence[str] = (),
    title: str | None = None,
    description: str | None = None,
    created_at: str | None = None,
    creator_tool: str | None = None,
    digital_source_type: str | None = None,
    aigc: str | None = None,
) -> bytes:
    """Write an XMP packet in UTF-8; ``digital_source_type`` is the last part of its IPTC address."""

    def escaped(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")

    def alternative(name: str, text: str) -> str:
        return f'<dc:{name}><rdf:Alt><rdf:li xml:lang="x-default">{escaped(text)}</rdf:li></rdf:Alt></dc:{name}>'

    attributes = ""
    if created_at:
        attributes += f' photoshop:DateCreated="{escaped(created_at)}"'
    if creator_tool:
        attributes += f' xmp:CreatorTool="{escaped(creator_tool)}"'
    if digital_source_type:
        address = f"http://cv.iptc.org/newscodes/digitalsourcetype/{digital_source_type}"
        attributes += f' Iptc4xmpExt:DigitalSourceType="{address}"'
    if aigc:
        attributes += f' TC260:AIGC="{escaped(aigc)}"'
    body = ""
    if creators:
        people = "".join(f"<rdf:li>{escaped(person)}</rdf:li>" for person in creators)
        body += f"<dc:creator><rdf:Seq>{people}</rdf:Seq></dc:creator>"
    if title:
        body += alternative("title", title)
    if description:
        body += alternative("description", description)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        f' xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"{attributes}>{body}'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def iptc_block(
    *,
    caption: str | None = None,
    byline: str | None = None,
    date_created: str | None = None,
    encoding: str = "utf-8",
    declared: bool = True,
) -> bytes:
    """Write IPTC-IIM records; ``declared`` puts ``ESC % G`` first, as UTF-8 asks for."""
    records = [(1, 90, b"\x1b%G")] if declared else []
    for number, text in ((55, date_created), (80, byline), (120, caption)):
        if text is not None:
            records.append((2, number, text.encode(encoding)))
    return b"".join(
        struct.pack(">BBBH", 0x1C, record, number, len(value)) + value for record, number, value in records
    )


@functools.cache
def icc_profile(*, name: str = "Adobe RGB (1998)", primaries: Any = ADOBE_RGB, gamma: float = 563 / 256) -> bytes:
    """Write a small matrix profile (version 2, D65 adapted to D50 by Bradford) with this name."""
    white = np.array([0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290])
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]).T
    to_xyz = columns * np.linalg.solve(columns, white)
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    d50 = np.array([0.9642, 1.0, 0.8249])
    scale = np.diag((bradford @ d50) / (bradford @ white))
    adapted = np.linalg.inv(bradford) @ scale @ bradford @ to_xyz

    def xyz(values: Any) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(float(v) * 65536)) for v in values)

    label = name.encode("ascii") + b"\0"
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(label)) + label + b"\0" * 78,
        b"cprt": b"text\0\0\0\0made in a test\0",
        b"wtpt": xyz(d50),
        b"rXYZ": xyz(adapted[:, 0]),
        b"gXYZ": xyz(adapted[:, 1]),
        b"bXYZ": xyz(adapted[:, 2]),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, data = struct.pack(">I", len(tags)), b""
    for tag, value in tags.items():
        table += tag + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(data), len(value))
        data += value + b"\0" * (-len(value) % 4)
    header = struct.pack(">I", 128 + len(table) + len(data)) + b"\0\0\0\0\x02\x10\0\0mntrRGB XYZ "
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acspAPPL" + b"\0" * 24
    header += b"".join(struct.pack(">i", round(v * 65536)) for v in (0.9642, 1.0, 0.8249))
    return header.ljust(128, b"\0") + table + data


@functools.cache
def srgb_profile() -> bytes:
    """Give littleCMS's own sRGB profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
