"""Raw files are read as far as their metadata, each maker's in its own container, and large TIFFs to their end."""

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.inspection.exif_labels import read_labels
from contest.inspection.facts import Facts
from contest.inspection.reading import read_facts
from contest.inspection.walk import Blocks, walk
from tests.jumbf import box, created, manifest, store
from tests.photos import exif_block, gps_directory, ifd_bytes, make_jpeg, xmp_packet

FIELDS: dict[str, Any] = {"make": "Contoso", "model": "Raw 7", "captured_at": "2026:10:17 17:42:00", "iso": 100}


def read(file: bytes) -> tuple[Blocks, Facts]:
    blocks = walk(file)
    assert blocks is not None
    return blocks, read_facts(blocks).facts


def raf() -> bytes:
    jpeg = make_jpeg(width_px=64, height_px=48, model="Raw 7", exif={"iso": 100}, xmp=xmp_packet(creators=["张伟"]))
    table = struct.pack(">I", 2) + struct.pack(">HHI", 0x0100, 4, 0) + struct.pack(">HHHH", 0x0111, 4, 4000, 6000)
    header = b"FUJIFILMCCD-RAW 0201".ljust(84, b"\0")
    header += struct.pack(">IIII", 160, len(jpeg), 160 + len(jpeg), len(table))
    return header.ljust(160, b"\0") + jpeg + table + bytes(5000)


def directory(fields: dict[int, tuple[str, Any]]) -> bytes:
    return b"II*\0" + struct.pack("<I", 8) + ifd_bytes(fields, at=8, order="<")


def cr3() -> bytes:
    first = directory(
        {
            0x0100: ("short", 6000),
            0x0101: ("short", 4000),
            0x010F: ("ascii", "Contoso"),
            0x0110: ("ascii", "Raw 7"),
        }
    )
    second = directory({0x9003: ("ascii", "2026:10:17 17:42:00"), 0x8827: ("short", 100)})
    place = directory(gps_directory((36.5, 104.0)))
    canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    xmp = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    inside = box(b"CMT1", first) + box(b"CMT2", second) + box(b"CMT4", place)
    return (
        box(b"ftyp", b"crx \0\0\0\1crx isom")
        + box(b"moov", box(b"uuid", canon + inside))
        + box(b"uuid", xmp + xmp_packet(creators=["张伟"]))
        + box(b"mdat", bytes(100))
    )


def mrw() -> bytes:
    size = b"27200001" + struct.pack(">HHHH", 2456, 3280, 4000, 6000)
    block = exif_block(FIELDS, order=">")
    parts = b"\0PRD" + struct.pack(">I", len(size)) + size + b"\0TTW" + struct.pack(">I", len(block)) + block
    return b"\0MRM" + struct.pack(">I", len(parts)) + parts + bytes(100)


def rw2() -> bytes:
    jpeg = make_jpeg(width_px=64, height_px=48, make="Other", model="Raw 7", exif={"iso": 100})
    fields = {
        0x0004: ("short", 6),
        0x0005: ("short", 8),
        0x0006: ("short", 4006),
        0x0007: ("short", 6008),
        0x002E: ("undefined", jpeg),
        0x010F: ("ascii", "Contoso"),
    }
    return b"IIU\0" + struct.pack("<I", 8) + ifd_bytes(fields, at=8, order="<")


def like_tiff(mark: bytes, behind: bytes = b"") -> bytes:
    return mark + exif_block(FIELDS)[4:] + behind


@pytest.mark.parametrize(
    ("file", "kind", "size"),
    [
        (raf(), "raf", (6000, 4000)),
        (cr3(), "cr3", (6000, 4000)),
        (mrw(), "mrw", (6000, 4000)),
        (rw2(), "rw2", (6000, 4000)),
        (like_tiff(b"IIRO"), "orf", (None, None)),
    ],
    ids=["raf", "cr3", "mrw", "rw2", "orf"],
)
def test_a_raw_file_tells_camera_date_and_exposure(
    file: bytes, kind: str, size: tuple[int | None, int | None]
) -> None:
    blocks, facts = read(file)

    assert (blocks.format, blocks.width_px, blocks.height_px, blocks.frames) == (kind, *size, 1)
    assert (facts.make, facts.model, facts.captured_at) == ("Contoso", "Raw 7", "2026-10-17T17:42:00")
    assert (facts.iso, facts.exif_state) == (100, "read")


def test_what_stands_beside_canons_directories_is_read_too() -> None:
    _, facts = read(cr3())

    assert (facts.latitude, facts.longitude, facts.xmp_creators) == (36.5, 104.0, ("张伟",))
    assert read(raf())[1].xmp_creators == ("张伟",)


def test_a_broken_part_spoils_no_other() -> None:
    blocks, facts = read(cr3().replace(b"CMT2" + b"II*\0", b"CMT2" + b"xx*\0"))

    assert (facts.make, facts.captured_at, facts.latitude) == ("Contoso", None, 36.5)
    assert "tiff.exif" in read_facts(blocks).damaged


def test_a_large_tiff_whose_directory_stands_at_its_end_is_read() -> None:
    at = 9 * 1024 * 1024
    fields = {0x0100: ("short", 6000), 0x0101: ("short", 4000), 0x010F: ("ascii", "Contoso")}
    file = b"II*\0" + struct.pack("<I", at) + bytes(at - 8) + ifd_bytes(fields, at=at, order="<")

    blocks, facts = read(file)

    assert (blocks.width_px, facts.make, facts.exif_state) == (6000, "Contoso", "read")


def test_a_jpeg_xls_boxes_are_read() -> None:
    credentials = store(manifest("urn:c2pa:1", actions=[created("trainedAlgorithmicMedia")]))
    file = (
        b"\0\0\0\x0cJXL \r\n\x87\n"
        + box(b"ftyp", b"jxl \0\0\0\0jxl ")
        + box(b"Exif", bytes(4) + exif_block(FIELDS))
        + box(b"xml ", xmp_packet(creators=["张伟"]))
        + credentials
    )

    _, facts = read(file)

    assert (facts.model, facts.xmp_creators) == ("Raw 7", ("张伟",))
    assert (facts.digital_source_type or "").endswith("trainedAlgorithmicMedia")
    assert read(b"\xff\x0a" + bytes(50))[1] == Facts()


def jxl_header(*fields: tuple[int, int]) -> bytes:
    """Pack a picture's first bits, (width, value) each, the lowest bit first."""
    bits = at = 0
    for width, value in fields:
        bits, at = bits | value << at, at + width
    return b"\xff\x0a" + bits.to_bytes(40, "little")


@pytest.mark.parametrize(
    ("header", "size", "turned"),
    [
        (jxl_header((1, 0), (2, 1), (13, 3999), (3, 4), (1, 1)), (6000, 4000), 1),
        (
            jxl_header((1, 0), (2, 2), (18, 9999), (3, 0), (2, 1), (13, 7999), (1, 0), (1, 1), (3, 5)),
            (8000, 10000),
            6,
        ),
        (jxl_header((1, 1), (5, 11), (3, 0), (5, 15), (1, 1)), (128, 96), 1),
    ],
)
def test_a_jpeg_xls_size_is_read_from_its_first_bits(header: bytes, size: tuple[int, int], turned: int) -> None:
    in_a_container = b"\0\0\0\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl \0\0\0\0jxl ")

    for file in (
        header,
        in_a_container + box(b"jxlc", header),
        in_a_container + box(b"jxlp", bytes(4) + header),
    ):
        blocks, _ = read(file)
        assert ((blocks.width_px, blocks.height_px), blocks.turned) == (size, turned)


def big_directory(fields: dict[int, tuple[int, bytes]], *, at: int) -> bytes:
    """Write a BigTIFF directory of (type, value) at an offset; texts of type 2, others one number each."""
    behind_at = at + 8 + 20 * len(fields) + 8
    entries, behind = struct.pack("<Q", len(fields)), b""
    for tag, (kind, raw) in sorted(fields.items()):
        place = raw.ljust(8, b"\0")
        if len(raw) > 8:
            place, behind = struct.pack("<Q", behind_at + len(behind)), behind + raw
        entries += struct.pack("<HHQ", tag, kind, len(raw) if kind == 2 else 1) + place
    return entries + bytes(8) + behind


def big_tiff() -> bytes:
    image = {
        0x0100: (3, struct.pack("<H", 6000)),
        0x0101: (4, struct.pack("<I", 4000)),
        0x010F: (2, b"Contoso Limited\0"),
        0x0112: (3, b"\6\0"),
        0x8769: (18, struct.pack("<Q", 400)),
    }
    file = b"II+\0" + struct.pack("<HHQ", 8, 0, 16) + big_directory(image, at=16)
    return file.ljust(400, b"\0") + big_directory({0x9003: (2, b"2026:10:17 17:42:00\0")}, at=400)


def test_a_big_tiff_is_read_like_a_tiff() -> None:
    file = big_tiff()

    blocks, facts = read(file)

    assert (blocks.format, blocks.width_px, blocks.height_px) == ("bigtiff", 6000, 4000)
    assert (facts.make, facts.orientation, facts.captured_at) == ("Contoso Limited", 6, "2026-10-17T17:42:00")
    # ExifRead takes it for a TIFF whose first directory lies anywhere: it is not asked.
    assert blocks.exif is not None
    assert blocks.tags is not None
    assert read_labels(blocks.exif, blocks.tags) == {}
    assert read(file[:8] + b"\xff" * 8 + file[16:])[0].damaged == ["tiff.header"]


def x3f() -> bytes:
    """Make Sigma's file: a head, a JPEG preview in a section, the directory at the end."""
    head = b"FOVb" + bytes(24) + struct.pack("<III", 2640, 1760, 90)
    preview = (
        b"SECi"
        + struct.pack("<6I", 0x20000, 2, 0x12, 64, 48, 0)
        + make_jpeg(width_px=64, height_px=48, xmp=xmp_packet(creators=["张伟"]))
    )
    directory = b"SECd" + struct.pack("<5I", 0x20000, 1, len(head), len(preview), 0)
    return head + preview + directory + struct.pack("<I", len(head) + len(preview))


def test_sigmas_raw_file_is_read_by_its_preview() -> None:
    blocks, facts = read(x3f())

    assert (blocks.width_px, blocks.height_px, blocks.turned) == (2640, 1760, 6)
    assert (facts.make, facts.captured_at) == ("Contoso", "2026-10-17T17:42:00")
    assert facts.xmp_creators == ("张伟",)
    assert read(x3f()[:200])[0].damaged == ["x3f.directory"]


FILES = (raf(), cr3(), mrw(), rw2(), x3f(), like_tiff(b"IIRO"), big_tiff())


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FILES), st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), max_size=8), st.data())
def test_a_damaged_raw_file_is_read_without_an_exception(
    file: bytes, changes: list[tuple[int, int]], data: st.DataObject
) -> None:
    damaged = bytearray(file)
    for at, value in changes:
        damaged[at % len(damaged)] = value
    blocks = walk(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))

    if blocks is not None:
        read_facts(blocks)
