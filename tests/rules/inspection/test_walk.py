import io
import struct
import time
import zlib

import pytest
from PIL import Image

from contest.inspection.walk import walk
from tests.hostile import HOSTILE, inflating, png, scan_bomb, zip_trailer
from tests.photos import (
    exif_block,
    icc_profile,
    insert_segments,
    iptc_block,
    make_jpeg,
    make_pixels,
    segment,
    xmp_packet,
)


def saved(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    make_pixels(width_px=120, height_px=80).save(out, kind, **options)
    return out.getvalue()


def test_a_jpegs_blocks_are_found_whole() -> None:
    xmp, iptc, icc = xmp_packet(title="黄河"), iptc_block(caption="黄河"), icc_profile()

    blocks = walk(make_jpeg(width_px=300, height_px=200, xmp=xmp, iptc=iptc, icc=icc, comment="备注".encode()))

    assert blocks is not None
    assert (blocks.format, blocks.width_px, blocks.height_px, blocks.frames) == ("jpeg", 300, 200, 1)
    assert (blocks.xmp, blocks.iptc, blocks.icc) == (xmp, iptc, icc)
    assert blocks.exif is not None
    assert blocks.exif[:4] == b"II*\0"
    assert blocks.text == [("comment", "备注")]
    assert (blocks.scans, blocks.progressive, blocks.color, blocks.bits) == (1, False, "rgb", 8)
    assert (blocks.trailing_bytes, blocks.damaged, blocks.refused) == (0, [], [])


def test_exif_is_found_behind_a_hundred_kilobytes_of_other_segments() -> None:
    jpeg = make_jpeg(width_px=64, height_px=48)

    blocks = walk(insert_segments(jpeg, [segment(0xE7, bytes(60_000))] * 2))

    assert blocks is not None
    assert blocks.exif is not None


def test_a_profile_in_several_segments_is_joined_in_its_own_order() -> None:
    profile = bytes(range(256)) * 4
    pieces = [segment(0xE2, b"ICC_PROFILE\0" + bytes([n, 2]) + profile[(n - 1) * 512 : n * 512]) for n in (2, 1)]

    blocks = walk(insert_segments(make_jpeg(width_px=64, height_px=48), pieces))

    assert blocks is not None
    assert blocks.icc == profile


def test_a_progressive_file_has_several_scans() -> None:
    blocks = walk(make_jpeg(width_px=64, height_px=48, progressive=True))

    assert blocks is not None
    assert blocks.progressive
    assert 5 <= blocks.scans <= 12


def test_scans_are_counted_no_further_than_a_thousand() -> None:
    blocks = walk(scan_bomb())

    assert blocks is not None
    assert blocks.scans == 1001


@pytest.mark.parametrize(
    ("trailer", "kind"),
    [
        (b"\0" * 4000, "zeros"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100), "mp4"),
        (b"<?php echo 1; ?>", "php"),
        (b"\n<html><script>1</script>", "html"),
        (b"%PDF-1.4", "pdf"),
        (b"anything", "unknown"),
        (bytes(60) + b"SEFHxxSEFT", "samsung"),
    ],
)
def test_what_lies_behind_the_picture_is_named(trailer: bytes, kind: str) -> None:
    blocks = walk(make_jpeg(width_px=64, height_px=48, trailer=trailer))

    assert blocks is not None
    assert (blocks.trailing_kind, blocks.trailing_bytes) == (kind, len(trailer))


def test_an_archive_behind_the_picture_is_named() -> None:
    blocks = walk(zip_trailer())

    assert blocks is not None
    assert blocks.trailing_kind == "zip"


def test_a_second_picture_of_a_phone_is_one_photograph() -> None:
    """Multi-picture and gain map files are single photographs whose parts follow the first."""
    xmp = xmp_packet(creator_tool="HDR").replace(b"xmp:CreatorTool", b'hdrgm:Version="1.0" xmp:CreatorTool')
    first = insert_segments(make_jpeg(width_px=64, height_px=48, xmp=xmp), [segment(0xE2, b"MPF\0II*\0\x08\0\0\0")])

    blocks = walk(first + make_jpeg(width_px=32, height_px=24))

    assert blocks is not None
    assert blocks.frames == 1
    assert blocks.extras == {"gain_map", "mpo"}
    assert blocks.trailing_kind == "jpeg"


def test_the_film_of_a_motion_photo_is_one_photograph() -> None:
    blocks = walk(make_jpeg(width_px=64, height_px=48, trailer=b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"))

    assert blocks is not None
    assert (blocks.frames, blocks.extras) == (1, {"motion_photo"})


def test_a_missing_end_is_noted_and_walked_around() -> None:
    blocks = walk(make_jpeg(width_px=64, height_px=48)[:-2])

    assert blocks is not None
    assert blocks.damaged == ["jpeg.no_end"]
    assert blocks.width_px == 64


def test_a_file_object_is_walked_like_its_bytes() -> None:
    jpeg = make_jpeg(width_px=64, height_px=48)

    assert walk(io.BytesIO(jpeg)) == walk(jpeg)


def test_a_pngs_blocks_are_found() -> None:
    exif, xmp, icc = exif_block({"make": "Contoso"}), xmp_packet(title="标题"), icc_profile()
    info = saved("PNG", exif=b"Exif\0\0" + exif, icc_profile=icc)
    chunk = b"XML:com.adobe.xmp\0\0\0\0\0" + xmp
    whole = info[:33] + struct.pack(">I", len(chunk)) + b"iTXt" + chunk + bytes(4) + info[33:]

    blocks = walk(whole)

    assert blocks is not None
    assert (blocks.format, blocks.width_px, blocks.height_px, blocks.color) == ("png", 120, 80, "rgb")
    assert (blocks.exif, blocks.xmp, blocks.icc) == (exif, xmp, icc)


def test_imagemagicks_hexadecimal_profile_is_read() -> None:
    exif = b"Exif\0\0" + exif_block({"make": "Contoso"})
    text = b"Raw profile type exif\0\nexif\n%8d\n" % len(exif) + exif.hex().encode() + b"\n"

    blocks = walk(png((b"tEXt", text)))

    assert blocks is not None
    assert blocks.exif == exif[6:]


def test_a_profile_whose_name_is_two_words_is_read() -> None:
    """As ExifTool writes IPTC into PNG."""
    iptc = iptc_block(caption="黄河日出", byline="张伟")
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + b"\0" * (len(iptc) % 2)
    text = b"Raw profile type iptc\0\0" + zlib.compress(
        b"\nIPTC profile\n%8d\n" % len(resource) + resource.hex().encode() + b"\n"
    )

    blocks = walk(png((b"zTXt", text)))

    assert blocks is not None
    assert (blocks.iptc, blocks.damaged) == (iptc, [])


def test_moving_pictures_have_frames() -> None:
    frames = [make_pixels(width_px=40, height_px=30, seed=n) for n in range(3)]
    for kind in ("PNG", "WEBP", "GIF"):
        out = io.BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:])

        blocks = walk(out.getvalue())

        assert blocks is not None
        assert (kind, blocks.frames) == (kind, 3)


def test_a_text_that_inflates_without_end_is_refused() -> None:
    blocks = walk(png((b"zTXt", b"note\0\0" + inflating(20))))

    assert blocks is not None
    assert blocks.refused == ["F03.metadata_inflates"]


@pytest.mark.parametrize("options", [{}, {"lossless": True}])
def test_a_webps_blocks_are_found(options: dict[str, object]) -> None:
    exif, xmp, icc = exif_block({"make": "Contoso"}), xmp_packet(title="x"), icc_profile()

    bare = walk(saved("WEBP", **options))
    full = walk(saved("WEBP", exif=exif, xmp=xmp, icc_profile=icc, **options))

    assert bare is not None
    assert full is not None
    assert (bare.width_px, bare.height_px) == (full.width_px, full.height_px) == (120, 80)
    assert (full.exif, full.xmp, full.icc) == (exif, xmp, icc)


def test_an_avifs_blocks_are_found() -> None:
    exif, xmp, icc = exif_block({"make": "Contoso"}), xmp_packet(title="x"), icc_profile()

    blocks = walk(saved("AVIF", exif=b"Exif\0\0" + exif, xmp=xmp, icc_profile=icc, speed=10))

    assert blocks is not None
    assert (blocks.format, blocks.width_px, blocks.height_px, blocks.frames) == ("avif", 120, 80, 1)
    assert (blocks.exif, blocks.xmp, blocks.icc) == (exif, xmp, icc)


def test_a_tiff_is_its_own_metadata_block() -> None:
    icc = icc_profile()

    blocks = walk(saved("TIFF", icc_profile=icc, tiffinfo={0x010F: "Contoso"}))

    assert blocks is not None
    assert (blocks.format, blocks.width_px, blocks.height_px, blocks.frames) == ("tiff", 120, 80, 1)
    assert blocks.icc == icc
    assert (blocks.color, blocks.bits) == ("rgb", 8)


def test_the_pages_of_a_tiff_are_frames() -> None:
    out = io.BytesIO()
    pages = [make_pixels(width_px=40, height_px=30, seed=n) for n in range(3)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])

    blocks = walk(out.getvalue())

    assert blocks is not None
    assert blocks.frames == 3


def test_the_size_in_a_cmyk_file_is_read_too() -> None:
    blocks = walk(make_jpeg(width_px=64, height_px=48, mode="CMYK"))

    assert blocks is not None
    assert (blocks.width_px, blocks.color) == (64, "cmyk")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_file_holds_the_walker_up(name: str) -> None:
    file = HOSTILE[name]()
    began = time.process_time()

    walk(file)

    assert time.process_time() - began < 2


def test_an_unknown_type_is_not_walked() -> None:
    assert walk(b"MZ" + bytes(100)) is None
    assert walk(b"") is None


def test_grey_and_rgba_are_told_apart() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4, 4)).save(out, "PNG")

    rgba = walk(out.getvalue())
    grey = walk(make_jpeg(width_px=64, height_px=48, mode="L"))

    assert rgba is not None
    assert grey is not None
    assert (rgba.color, rgba.alpha, grey.color, grey.alpha) == ("rgb", True, "grey", False)
