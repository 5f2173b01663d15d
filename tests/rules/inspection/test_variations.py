"""Fields as cameras and programs also write them; where ExifTool reads one, so do we."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from contest.inspection.facts import Facts
from contest.inspection.reading import read_facts
from contest.inspection.walk import walk
from tests.hostile import png
from tests.photos import (
    exif_block,
    ifd_bytes,
    insert_segments,
    iptc_block,
    make_jpeg,
    make_pixels,
    segment,
    xmp_packet,
)

ORIENTATION, ISO, LATITUDE, XP_TITLE, SUBSEC = 0x0112, 0x8827, 2, 0x9C9B, 0x9291
EXIF = exif_block({"make": "Contoso", "captured_at": "2026:10:17 17:42:00", "orientation": 6})


def facts_in(data: bytes) -> Facts:
    blocks = walk(data)
    assert blocks is not None
    return read_facts(blocks).facts


def facts_of(directory: dict[int, tuple[str, Any]], *, order: str = "<") -> Facts:
    """Read one directory, in which Exif's tags are found as well."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    block = head + ifd_bytes(directory, at=8, order=order)
    return facts_in(insert_segments(make_jpeg(width_px=8, height_px=8), [segment(0xE1, b"Exif\0\0" + block)]))


def place_of(directory: dict[int, tuple[str, Any]]) -> tuple[float | None, float | None]:
    pointer = {0x8825: ("long", 26)}
    block = (
        b"II*\0" + struct.pack("<I", 8) + ifd_bytes(pointer, at=8, order="<") + ifd_bytes(directory, at=26, order="<")
    )
    facts = facts_in(insert_segments(make_jpeg(width_px=8, height_px=8), [segment(0xE1, b"Exif\0\0" + block)]))
    return facts.latitude, facts.longitude


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    "written", [("short", 6), ("long", 6), ("byte", b"\x06"), ("ascii", "6"), ("rational", [(6, 1)])]
)
def test_a_whole_number_is_read_in_every_type(written: tuple[str, Any], order: str) -> None:
    assert facts_of({ORIENTATION: written}, order=order).orientation == 6


@pytest.mark.parametrize("written", [("short", [400, 0]), ("long", 400), ("ascii", "400")])
def test_a_sensitivity_is_the_first_number(written: tuple[str, Any]) -> None:
    assert facts_of({ISO: written}).iso == 400


def test_a_part_of_a_second_may_be_a_number() -> None:
    assert facts_of({SUBSEC: ("short", 45)}).subsec == "45"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026:10:17  7:42: 5", "2026-10-17T07:42:05"),
        ("2026:10:17 24:15:00", "2026-10-17T00:15:00"),
        ("2026:10:17 17:59:60", "2026-10-17T17:59:59"),
        ("2026-10-17T17:42", "2026-10-17T17:42:00"),
        ("2026/10/17 17:42:00.50", "2026-10-17T17:42:00"),
    ],
)
def test_a_date_is_read_as_odd_clocks_write_it(written: str, moment: str) -> None:
    assert facts_in(make_jpeg(width_px=8, height_px=8, captured_at=written)).captured_at == moment


@pytest.mark.parametrize("written", ["+08:00", "+0800", "+8:00", "+08:00 "])
def test_an_offset_is_read_in_every_form(written: str) -> None:
    assert facts_in(make_jpeg(width_px=8, height_px=8, utc_offset=written)).utc_offset == "+08:00"


@pytest.mark.parametrize(
    "raw", ["秋色\0".encode("utf-16-le"), "秋色".encode("utf-16-le") + b"\0", "秋色".encode("utf-16")]
)
def test_a_title_is_read_without_its_mark_and_half_a_character(raw: bytes) -> None:
    assert facts_of({XP_TITLE: ("byte", raw)}, order=">").xp_title == "秋色"


@pytest.mark.parametrize(
    ("written", "degrees"),
    [
        (("rational", [(39, 1), (54, 1), (18, 1)]), 39.905),
        (("rational", [(39, 1), (543, 10), (0, 1)]), 39.905),
        (("rational", [(39905, 1000)]), 39.905),
        (("rational", [(39, 1), (54, 1), (18, 1), (7, 1)]), 39.905),
        (("rational", [(39, 1), (54, 1), (0, 0)]), 39.9),
        (("long", [39, 54, 18]), 39.905),
        (("rational", [(0, 0), (0, 0), (0, 0)]), None),
        (("rational", [(139, 1), (0, 1), (0, 1)]), None),
    ],
)
@pytest.mark.parametrize(("side", "sign"), [("N", 1), ("South", -1), ("s", -1)])
def test_degrees_are_read_in_every_form(
    written: tuple[str, Any], degrees: float | None, side: str, sign: int
) -> None:
    latitude, _longitude = place_of({1: ("ascii", side), LATITUDE: written})

    assert latitude == (None if degrees is None else pytest.approx(sign * degrees))


def _webp(*chunks: tuple[bytes, bytes], lossless: bool = False, moving: bool = False) -> bytes:
    """Make a WebP with some chunks behind its picture."""
    out = io.BytesIO()
    frames = [make_pixels(width_px=32, height_px=24, seed=seed) for seed in (1, 2)]
    frames[0].save(out, "WEBP", lossless=lossless, save_all=moving, append_images=frames[1:] if moving else [])
    data = out.getvalue()[12:]
    behind = b"".join(kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for kind, body in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(data) + len(behind)) + b"WEBP" + data + behind


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
@pytest.mark.parametrize("form", [{}, {"lossless": True}, {"moving": True}], ids=["lossy", "lossless", "moving"])
def test_a_webp_tells_its_facts_in_every_form(prefix: bytes, form: dict[str, bool]) -> None:
    webp = _webp((b"EXIF", prefix + EXIF), (b"XMP ", xmp_packet(creators=["张伟"])), **form)

    facts = facts_in(webp)

    assert (facts.make, facts.captured_at, facts.orientation) == ("Contoso", "2026-10-17T17:42:00", 6)
    assert facts.xmp_creators == ("张伟",)
    blocks = walk(webp)
    assert blocks is not None
    assert (blocks.width_px, blocks.height_px, blocks.frames) == (32, 24, 2 if form.get("moving") else 1)
    with Image.open(io.BytesIO(webp)) as opened:
        assert opened.size == (32, 24)


def test_of_two_blocks_in_a_webp_the_first_counts() -> None:
    assert facts_in(_webp((b"EXIF", EXIF), (b"EXIF", exif_block({"make": "Other"})))).make == "Contoso"


def _hexadecimal(name: bytes, body: bytes) -> bytes:
    return b"\n" + name + b"\n%8d\n" % len(body) + body.hex().encode() + b"\n"


@pytest.mark.parametrize(
    "chunk",
    [
        (b"eXIf", EXIF),
        (b"eXIf", b"Exif\0\0" + EXIF),
        (b"tEXt", b"Raw profile type exif\0" + _hexadecimal(b"exif", b"Exif\0\0" + EXIF)),
        (b"zTXt", b"Raw profile type APP1\0\0" + zlib.compress(_hexadecimal(b"APP1", b"Exif\0\0" + EXIF))),
        (b"iTXt", b"Raw profile type exif\0\0\0\0\0" + _hexadecimal(b"exif", b"Exif\0\0" + EXIF)),
        (b"iTXt", b"Raw profile type exif\0\1\0\0\0" + zlib.compress(_hexadecimal(b"exif", b"Exif\0\0" + EXIF))),
    ],
)
def test_a_png_tells_its_facts_in_every_form(chunk: tuple[bytes, bytes]) -> None:
    assert facts_in(png(chunk)).make == "Contoso"


@pytest.mark.parametrize(("name", "key"), [(b"iptc", b"iptc"), (b"8bim", b"8bim")])
def test_captions_in_a_pngs_hexadecimal_are_read(name: bytes, key: bytes) -> None:
    records = iptc_block(caption="黄河")
    resource = b"8BIM\4\4\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)

    facts = facts_in(
        png((b"zTXt", b"Raw profile type " + key + b"\0\0" + zlib.compress(_hexadecimal(name, resource))))
    )

    assert facts.iptc_caption == "黄河"
