"""Files made to hurt readers: bombs, loops, lies and polyglots, all generated, none copied."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.photos import encode, exif_block, make_jpeg, make_pixels, segment, xmp_packet

XMP_PREFIX = b"http://ns.adobe.com/xap/1.0/\0"


def with_segment(payload: bytes, marker: int = 0xE1) -> bytes:
    jpeg = encode(make_pixels(width_px=64, height_px=48))
    return jpeg[:2] + segment(marker, payload) + jpeg[2:]


def with_exif(block: bytes) -> bytes:
    return with_segment(b"Exif\0\0" + block)


def scan_bomb(*, scans: int = 20_000, side_px: int = 64) -> bytes:
    """Repeat the last scan of a progressive JPEG: each costs a decoder a run over the whole picture."""
    jpeg = encode(make_pixels(width_px=side_px, height_px=side_px), progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:last] + jpeg[last:-2] * scans + b"\xff\xd9"


def tiff(entries: bytes, count: int, *, following: int = 0, behind: bytes = b"") -> bytes:
    return b"II*\0" + struct.pack("<IH", 8, count) + entries + struct.pack("<I", following) + behind


def entry(tag: int, kind: int, count: int, value: int) -> bytes:
    return struct.pack("<HHII", tag, kind, count, value)


def many_entries(count: int = 65_535) -> bytes:
    return tiff(b"".join(entry(0x9000 + n % 100, 3, 999, 8) for n in range(count)), count)


def directory_chain(count: int = 40_000) -> bytes:
    links = [struct.pack("<H", 1) + entry(0x100, 3, 1, 1) + struct.pack("<I", 8 + 18 * (n + 1)) for n in range(count)]
    return b"II*\0" + struct.pack("<I", 8) + b"".join(links) + bytes(18)


def directory_loop() -> bytes:
    return tiff(entry(0x10F, 2, 4, 0x41414141), 1, following=8)


def pointer_ping_pong() -> bytes:
    """Directory 0 points to Exif, Exif to GPS and back to directory 0 and to itself."""
    first = struct.pack("<H", 2) + entry(0x8769, 4, 1, 38) + entry(0x8825, 4, 1, 38) + struct.pack("<I", 0)
    second = struct.pack("<H", 3) + entry(0x8769, 4, 1, 8) + entry(0x8825, 4, 1, 38) + entry(0xA005, 4, 1, 38)
    return b"II*\0" + struct.pack("<I", 8) + first + second + struct.pack("<I", 38)


def huge_count(tag: int, kind: int = 2, count: int = 0xFFFFFFFF) -> bytes:
    return tiff(entry(tag, kind, count, 8), 1)


def maker_note_count() -> bytes:
    note = struct.pack("<H", 1) + entry(0x927C, 7, 1_006_641_184, 8) + struct.pack("<I", 0)
    return tiff(entry(0x8769, 4, 1, 26), 1, behind=note)


def overlapping_texts(count: int = 900, length: int = 60_000) -> bytes:
    return tiff(b"".join(entry(0xC000 + n, 2, length, 8) for n in range(count)), count, behind=b"A" * length)


def png(*chunks: tuple[bytes, bytes], width_px: int = 4, height_px: int = 4, bits: int = 8, color: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width_px, height_px, bits, color, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes(width_px * 3)) * height_px) if width_px * height_px < 10_000 else b""
    parts = [(b"IHDR", header), *chunks, (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def inflating(megabytes: int) -> bytes:
    engine = zlib.compressobj(9)
    block = bytes(1024 * 1024)
    return b"".join(engine.compress(block) for _ in range(megabytes)) + engine.flush()


def lying_size(width_px: int = 13_000, height_px: int = 13_000) -> bytes:
    jpeg = bytearray(encode(make_pixels(width_px=640, height_px=480)))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", height_px, width_px)
    return bytes(jpeg)


def zip_trailer() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("hidden.txt", "hidden")
    return make_jpeg(width_px=320, height_px=240, trailer=packed.getvalue())


def entity_bomb() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>&l9;</dc:title></rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def outside_entity() -> bytes:
    return entity_bomb().replace(b'<!ENTITY l0 "ha">', b'<!ENTITY l0 SYSTEM "file:///etc/passwd">')


def deep_xml(depth: int = 12_000) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


def heif_boxes(*, nested: int = 3000) -> bytes:
    inner = b""
    for _ in range(nested):
        inner = struct.pack(">I4s", 12 + len(inner), b"meta") + bytes(4) + inner
    return struct.pack(">I4s4sI4s", 20, b"ftyp", b"heic", 0, b"mif1") + inner


def heif_location_lie() -> bytes:
    location = b"\x01\0\0\0" + bytes([0x88, 0x80]) + struct.pack(">HHHHQH", 65_535, 1, 0, 0, 1 << 62, 65_535)
    boxes = struct.pack(">I4s", 8 + len(location), b"iloc") + location
    infe = b"\x02\0\0\0" + struct.pack(">HH4s", 1, 0, b"Exif") + b"\0"
    infos = bytes(4) + struct.pack(">H", 1) + struct.pack(">I4s", 8 + len(infe), b"infe") + infe
    boxes += struct.pack(">I4s", 8 + len(infos), b"iinf") + infos
    meta = bytes(4) + boxes
    return (
        struct.pack(">I4s4sI4s", 20, b"ftyp", b"heic", 0, b"mif1")
        + struct.pack(">I4s", 8 + len(meta), b"meta")
        + meta
    )


def heif_empty_extents() -> bytes:
    """Give thousands of items thousands of extents that take no bytes."""
    location = b"\x01\0\0\0" + bytes(2) + struct.pack(">H", 60_000)
    location += struct.pack(">HHHH", 1, 0, 0, 60_000) * 30_000
    boxes = struct.pack(">I4s", 8 + len(location), b"iloc") + location
    meta = struct.pack(">I4s", 12 + len(boxes), b"meta") + bytes(4) + boxes
    return struct.pack(">I4s4sI4s", 20, b"ftyp", b"heic", 0, b"mif1") + meta * 4


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "start alone": lambda: b"\xff\xd8\xff",
    "only fill bytes": lambda: b"\xff\xd8" + b"\xff" * 500_000,
    "scan bomb": scan_bomb,
    "400 big segments": lambda: make_jpeg(width_px=64, height_px=48)[:2] + segment(0xE5, bytes(65_000)) * 400,
    "too many segments": lambda: b"\xff\xd8" + segment(0xE5, b"") * 200_000,
    "segment length lie": lambda: b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0",
    "zero height": lambda: lying_size(640, 0),
    "size lie": lying_size,
    "50 pictures one behind the other": lambda: make_jpeg(width_px=64, height_px=48) * 50,
    "ICC sequence lie": lambda: with_segment(b"ICC_PROFILE\0\xff\x02" + bytes(500), 0xE2),
    "ICC of 8 MiB and more": lambda: (
        b"\xff\xd8"
        + b"".join(segment(0xE2, b"ICC_PROFILE\0" + bytes([n, 255]) + bytes(65_000)) for n in range(1, 255))
    ),
    "65,535 entries": lambda: with_exif(many_entries(4000)),
    "65,535 entries in a TIFF": many_entries,
    "40,000 directories in a TIFF": directory_chain,
    "directory loop": lambda: with_exif(directory_loop()),
    "pointer ping-pong": lambda: with_exif(pointer_ping_pong()),
    "text of 4 GiB": lambda: with_exif(huge_count(0x10F)),
    "rationals of 4 G": lambda: with_exif(huge_count(0x829A, 5)),
    "maker note of 1 G": lambda: with_exif(maker_note_count()),
    "overlapping texts": lambda: overlapping_texts(count=2000),
    "first directory outside": lambda: with_exif(b"II*\0\xff\xff\xff\xff"),
    "division by zero": lambda: with_exif(exif_block({"exposure_s": (1, 0), "f_number": (0, 0)}, gps=(0.0, 0.0))),
    "XML entity bomb": lambda: with_segment(XMP_PREFIX + entity_bomb()),
    "XML outside entity": lambda: with_segment(XMP_PREFIX + outside_entity()),
    "deep XML": lambda: with_segment(XMP_PREFIX + deep_xml(9000)),
    "broken XML": lambda: with_segment(XMP_PREFIX + xmp_packet(title="x")[:-60]),
    "PNG of 65,500 squared": lambda: png(width_px=65_500, height_px=65_500, bits=1, color=0),
    "PNG of 2^31": lambda: png(width_px=1 << 31, height_px=1 << 31),
    "PNG of no size": lambda: png(width_px=0, height_px=0),
    "zTXt bomb": lambda: png((b"zTXt", b"note\0\0" + inflating(64))),
    "iCCP bomb": lambda: png((b"iCCP", b"name\0\0" + inflating(64))),
    "400 big iTXt": lambda: png(*[(b"iTXt", b"k\0\0\0\0\0" + b"x" * 100_000)] * 400),
    "300,000 chunks": lambda: png(*[(b"tEXt", b"k\0v")] * 300_000),
    "chunk length lie": lambda: png()[:33] + b"\xff\xff\xff\xffIDAT",
    "ImageMagick profile lie": lambda: png((b"tEXt", b"Raw profile type exif\0\nexif\n99999999\nzz")),
    "GIF JS": lambda: b"GIF89a/*" + b"\x2c" * 5000 + b"*/=1;alert(1)",
    "WebP truncated": lambda: b"RIFF\xff\xff\xff\x7fWEBPVP8X\x0a\0\0\0",
    "WebP of empty chunks": lambda: b"RIFF\xff\xff\xff\x7fWEBP" + b"junk\0\0\0\0" * 200_000,
    "HEIF nested 3,000 deep": heif_boxes,
    "HEIF location lie": heif_location_lie,
    "HEIF of empty extents": heif_empty_extents,
    "HEIF of size 0": lambda: struct.pack(">I4s4sI", 0, b"ftyp", b"heic", 0) + bytes(100),
    "PHP behind": lambda: make_jpeg(width_px=64, height_px=48, trailer=b"<?php system($_GET[1]); ?>"),
    "HTML in a comment": lambda: make_jpeg(width_px=64, height_px=48, comment=b"--><script>alert(1)</script>"),
    "ZIP behind": zip_trailer,
    "SVG": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "PDF": lambda: b"%PDF-1.7\n" + bytes(100),
}
