"""Previews: the right size and colours, upright, the same bytes each time, and nothing of the author in them."""

import base64
import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from contest.inspection.bare import NotBareError, bare_avif_size, bare_size
from contest.inspection.derive import Drawn
from contest.inspection.examination import examine
from contest.inspection.report import Report
from contest.inspection.sizes import DRAWINGS, FULL, LIGHT, PREVIEWS, SIZES, WHOLE, Drawing, fitted
from tests.hostile import lying_size, zip_trailer
from tests.photos import (
    ADOBE_RGB,
    SRGB,
    encode,
    exif_block,
    icc_profile,
    insert_segments,
    iptc_block,
    make_jpeg,
    make_pixels,
    segment,
    srgb_profile,
    xmp_packet,
)

pillow_heif.register_heif_opener()

CANARY = "ZhangWei-Canary-张伟"


def drawn_in(folder: Path, file: bytes, *, drawing: Drawing = PREVIEWS) -> tuple[Report, Drawn, dict[int, Path]]:
    """Draw from a file; the report says that it decodes."""
    source = folder / "source"
    source.write_bytes(file)
    paths = {size: folder / f"{size}.{drawing.ending}" for size in drawing.sizes}
    outputs = {size: path.open("wb") for size, path in paths.items()}
    with source.open("rb") as opened:
        report, drawn = examine(opened, drawing=drawing, outputs=outputs, memory_bytes=1 << 30)
    for output in outputs.values():
        output.close()
    assert report.decodes
    assert drawn is not None
    return report, drawn, paths


def pixels_of(path: Path) -> Image.Image:
    with Image.open(path) as opened:
        return opened.convert("RGB")


def flat(colour: tuple[int, ...], mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (400, 300), colour)


def test_each_size_is_drawn_from_the_originals_own_ratio(tmp_path: Path) -> None:
    _report, drawn, paths = drawn_in(tmp_path, make_jpeg(width_px=3001, height_px=1999))

    assert drawn.sizes == {320: (320, 213), 640: (640, 426), 1280: (1280, 853), 2560: (2560, 1705)}
    assert {size: pixels_of(path).size for size, path in paths.items()} == drawn.sizes


def test_nothing_is_enlarged(tmp_path: Path) -> None:
    _report, drawn, paths = drawn_in(tmp_path, make_jpeg(width_px=500, height_px=400))

    assert drawn.sizes == {320: (320, 256), 640: (500, 400), 1280: (500, 400), 2560: (500, 400)}
    assert pixels_of(paths[2560]).size == (500, 400)


@given(st.integers(1, 20_000), st.integers(1, 20_000), st.sampled_from(SIZES))
def test_a_fitted_size_is_never_larger_nor_empty_and_keeps_the_ratio(width: int, height: int, side: int) -> None:
    fitted_width, fitted_height = fitted(width, height, long_side_px=side)

    assert 1 <= fitted_width <= width
    assert 1 <= fitted_height <= height
    assert max(fitted_width, fitted_height) == min(side, max(width, height))
    scale = min(1, side / max(width, height))
    assert abs(fitted_width - width * scale) <= 1
    assert abs(fitted_height - height * scale) <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(tmp_path: Path, orientation: int) -> None:
    upright = Image.new("RGB", (400, 240))
    for place, colour in (((0, 0), "red"), ((200, 0), "lime"), ((0, 120), "blue"), ((200, 120), "white")):
        upright.paste(colour, (*place, place[0] + 200, place[1] + 120))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(back[orientation]) if orientation in back else upright

    report, drawn, paths = drawn_in(tmp_path, make_jpeg(pixels=stored, orientation=orientation, quality=95))

    assert (report.width_px, report.height_px) == (400, 240)
    assert drawn.sizes[640] == (400, 240)
    difference = np.abs(np.asarray(pixels_of(paths[640])).astype(int) - np.asarray(upright).astype(int))
    assert difference.mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_heic_is_turned_once_though_it_says_so_twice(tmp_path: Path, orientation: int) -> None:
    """As iPhones write it: ``irot`` and ``imir`` in the container, and EXIF's number besides."""
    stored = Image.new("RGB", (400, 240), "blue")
    stored.paste("red", (0, 0, 200, 120))
    exif = Image.Exif()
    exif[0x0112] = orientation
    packed = io.BytesIO()
    stored.save(packed, "HEIF", quality=95, exif=exif.tobytes())

    report, drawn, paths = drawn_in(tmp_path, packed.getvalue())

    upright = ImageOps.exif_transpose(_with_orientation(stored, orientation))
    assert report.format == "heif"
    assert (report.width_px, report.height_px) == drawn.sizes[640] == upright.size
    difference = np.abs(np.asarray(pixels_of(paths[640])).astype(int) - np.asarray(upright).astype(int))
    assert difference.mean() < 4


def _with_orientation(picture: Image.Image, orientation: int) -> Image.Image:
    packed = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.save(packed, "PNG", exif=exif)
    return Image.open(packed)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (make_jpeg(pixels=flat((30, 200, 90)), icc=srgb_profile()), "sRGB profile"),
        (make_jpeg(pixels=flat((30, 200, 90))), "no profile"),
        (make_jpeg(pixels=flat((30, 200, 90)), icc=b"no profile at all" * 20), "broken profile"),
    ],
)
def test_srgb_colours_stay_as_they_are(tmp_path: Path, file: bytes, kind: str) -> None:
    _report, _drawn, paths = drawn_in(tmp_path, file)

    found = pixels_of(paths[320]).getpixel((100, 100))
    assert np.allclose(found, (30, 200, 90), atol=3), kind


def adobe_rgb_in_srgb(colour: tuple[int, int, int]) -> tuple[int, ...]:
    """Convert by colorimetry alone (Adobe RGB 1998, IEC 61966-2-1); both have the same white."""

    def to_xyz(primaries: tuple[tuple[float, float], ...]) -> np.ndarray:
        white = np.array([0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290])
        columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]).T
        return columns * np.linalg.solve(columns, white)

    linear = (np.array(colour) / 255) ** (563 / 256)
    linear = np.linalg.solve(to_xyz(SRGB), to_xyz(ADOBE_RGB) @ linear)
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055)
    return tuple(np.clip(np.rint(coded * 255), 0, 255).astype(int).tolist())


@pytest.mark.parametrize("colour", [(120, 160, 90), (200, 120, 100), (90, 100, 180), (128, 128, 128)])
def test_adobe_rgb_colours_are_converted(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    _report, _drawn, paths = drawn_in(tmp_path, make_jpeg(pixels=flat(colour), icc=icc_profile(), quality=98))

    found = pixels_of(paths[320]).getpixel((100, 100))
    assert np.allclose(found, adobe_rgb_in_srgb(colour), atol=3)


def test_a_profile_is_judged_by_its_effect_and_not_by_its_name(tmp_path: Path) -> None:
    _report, _drawn, paths = drawn_in(
        tmp_path, make_jpeg(pixels=flat((120, 160, 90)), icc=icc_profile(name="sRGB IEC61966-2.1"))
    )

    assert np.allclose(pixels_of(paths[320]).getpixel((100, 100)), adobe_rgb_in_srgb((120, 160, 90)), atol=3)


def test_a_profile_for_another_kind_of_colour_is_left_aside(tmp_path: Path) -> None:
    _report, _drawn, paths = drawn_in(tmp_path, make_jpeg(pixels=flat((128,), "L"), icc=icc_profile()))

    assert np.allclose(pixels_of(paths[320]).getpixel((100, 100)), (128, 128, 128), atol=3)


def test_cmyk_is_converted(tmp_path: Path) -> None:
    report, _drawn, paths = drawn_in(tmp_path, make_jpeg(pixels=flat((0, 255, 255, 0), "CMYK")))

    assert report.structure.color == "cmyk"
    assert np.allclose(pixels_of(paths[320]).getpixel((100, 100)), (255, 0, 0), atol=6)


def test_grey_stays_grey(tmp_path: Path) -> None:
    _report, drawn, paths = drawn_in(tmp_path, make_jpeg(width_px=700, height_px=400, mode="L"))

    with Image.open(paths[320]) as opened:
        assert opened.mode == "L"
    assert drawn.colour[1:3] == drawn.colour[3:5] == drawn.colour[5:7]


def png_of(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_sixteen_bits_are_scaled_and_not_cut_off(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 65535, 400).astype(np.uint16), (300, 1))

    report, _drawn, paths = drawn_in(tmp_path, png_of(Image.fromarray(ramp)))

    found = np.asarray(pixels_of(paths[640]).convert("L")).astype(int)[150]
    assert report.structure.bits == 16
    assert np.abs(found - ramp[150] // 256).max() <= 4


def test_transparent_parts_are_shown_on_white(tmp_path: Path) -> None:
    for mode, clear in (("RGBA", (200, 0, 0, 0)), ("LA", (0, 0))):
        _report, _drawn, paths = drawn_in(tmp_path, png_of(flat(clear, mode)))

        assert np.allclose(pixels_of(paths[320]).getpixel((100, 100)), (255, 255, 255), atol=2)


def test_a_palette_and_two_tones_are_drawn(tmp_path: Path) -> None:
    for picture in (flat((10, 200, 30)).quantize(8), flat((255,), "L").convert("1")):
        _report, _drawn, paths = drawn_in(tmp_path, png_of(picture))

        wanted = picture.convert("RGB").getpixel((0, 0))
        assert np.allclose(pixels_of(paths[320]).getpixel((100, 100)), wanted, atol=4)


@pytest.mark.parametrize("kind", ["WEBP", "TIFF", "AVIF"])
def test_other_formats_are_drawn_too(tmp_path: Path, kind: str) -> None:
    out = io.BytesIO()
    flat((30, 200, 90)).save(out, kind)

    _report, _drawn, paths = drawn_in(tmp_path, out.getvalue())

    assert np.allclose(pixels_of(paths[320]).getpixel((100, 100)), (30, 200, 90), atol=5)


def test_a_turned_tiff_is_turned_once(tmp_path: Path) -> None:
    out = io.BytesIO()
    make_pixels(width_px=300, height_px=200).save(out, "TIFF", tiffinfo={0x0112: 6})

    report, drawn, paths = drawn_in(tmp_path, out.getvalue())

    assert (report.width_px, report.height_px) == (200, 300)
    assert drawn.sizes[640] == pixels_of(paths[640]).size == (200, 300)


def canary_file() -> bytes:
    """Carry the author's name in every place a file has for it."""
    name = CANARY.encode()
    small = make_jpeg(width_px=160, height_px=120, artist=CANARY, comment=name)
    jpeg = make_jpeg(
        width_px=900,
        height_px=600,
        artist=CANARY,
        copyright_notice=CANARY,
        exif={
            "image_description": CANARY,
            "xp_author": CANARY,
            "owner_name": CANARY,
            "serial_number": CANARY,
            "user_comment": b"ASCII\0\0\0" + name,
            "maker_note": name,
            "software": CANARY,
        },
        gps=(36.5, 103.25),
        thumbnail=True,
        xmp=xmp_packet(creators=[CANARY], title=CANARY, description=CANARY, creator_tool=CANARY),
        iptc=iptc_block(caption=CANARY, byline=CANARY),
        icc=icc_profile(name="ZhangWei-Canary"),
        comment=name,
        trailer=small + name,
    )
    return insert_segments(jpeg, [segment(0xE5, name), segment(0xEC, name), segment(0xEF, name)])


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_trace_of_the_author_is_left_in_any_drawing(tmp_path: Path, name: str) -> None:
    file = canary_file()
    assert file.count(b"ZhangWei-Canary") > 15

    _report, drawn, paths = drawn_in(tmp_path, file, drawing=DRAWINGS[name])

    for path in paths.values():
        data = path.read_bytes()
        for sign in (b"ZhangWei", "ZhangWei".encode("utf-16-le"), "张伟".encode(), b"Exif", b"xap", b"8BIM", b"ICC_"):
            assert sign not in data
        assert (bare_avif_size(data) if path.suffix == ".avif" else bare_size(data)) in drawn.sizes.values()
        with Image.open(path) as opened:
            assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert "ZhangWei" not in repr(drawn)


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    file = make_jpeg(width_px=1500, height_px=1000, icc=icc_profile(), orientation=6)

    first = {size: path.read_bytes() for size, path in drawn_in(tmp_path, file)[2].items()}
    again = {size: path.read_bytes() for size, path in drawn_in(tmp_path, file)[2].items()}

    assert first == again


def test_the_whole_picture_is_drawn_upright_in_its_own_size_and_in_srgb(tmp_path: Path) -> None:
    file = make_jpeg(width_px=3000, height_px=2000, icc=icc_profile(), orientation=6, quality=95)

    _report, drawn, paths = drawn_in(tmp_path, file, drawing=WHOLE)

    assert drawn.sizes == {FULL: (2000, 3000)}
    whole, preview = pixels_of(paths[FULL]), pixels_of(drawn_in(tmp_path, file)[2][2560])
    difference = np.abs(np.asarray(whole.resize(preview.size)).astype(int) - np.asarray(preview).astype(int))
    assert whole.size == (2000, 3000)
    assert difference.mean() < 4


def test_a_picture_too_large_for_the_memory_is_not_drawn_whole(tmp_path: Path) -> None:
    source = tmp_path / "source.jpg"
    source.write_bytes(make_jpeg(width_px=2000, height_px=1500))

    with source.open("rb") as file, (tmp_path / "out.jpg").open("wb") as out:
        report, drawn = examine(file, drawing=WHOLE, outputs={FULL: out}, memory_bytes=20_000_000)

    assert (report.refusal, drawn) == ("F03.too_much_memory", None)


def test_the_lighter_previews_look_the_same_in_fewer_bytes(tmp_path: Path) -> None:
    file = make_jpeg(width_px=1500, height_px=1000)

    light = drawn_in(tmp_path, file, drawing=LIGHT)[2]
    usual = drawn_in(tmp_path, file)[2]

    for size in SIZES:
        assert light[size].stat().st_size < usual[size].stat().st_size
        pictures = [np.asarray(pixels_of(paths[size])).astype(int) for paths in (light, usual)]
        assert np.abs(pictures[0] - pictures[1]).mean() < 4


def test_other_metadata_give_the_same_preview(tmp_path: Path) -> None:
    plain = {s: p.read_bytes() for s, p in drawn_in(tmp_path, make_jpeg(width_px=900, height_px=600))[2].items()}
    full_file = make_jpeg(
        width_px=900, height_px=600, artist=CANARY, xmp=xmp_packet(title=CANARY), comment=b"c", trailer=b"x" * 99
    )

    full = {size: path.read_bytes() for size, path in drawn_in(tmp_path, full_file)[2].items()}

    assert plain == full


def test_a_few_bytes_are_there_to_show_first(tmp_path: Path) -> None:
    _report, drawn, _paths = drawn_in(tmp_path, make_jpeg(pixels=flat((40, 80, 160))))

    assert np.allclose(list(bytes.fromhex(drawn.colour[1:])), (40, 80, 160), atol=2)
    assert drawn.mean_luminance == pytest.approx((0.299 * 40 + 0.587 * 80 + 0.114 * 160) / 255, abs=0.01)
    head, _, packed = drawn.placeholder.partition(",")
    assert head == "data:image/png;base64"
    assert len(drawn.placeholder) < 400
    with Image.open(io.BytesIO(base64.b64decode(packed))) as tiny:
        assert tiny.size == (8, 6)


def test_a_progressive_file_and_one_with_a_second_picture_are_drawn(tmp_path: Path) -> None:
    plain = drawn_in(tmp_path, make_jpeg(width_px=900, height_px=600))[1]
    progressive = drawn_in(tmp_path, make_jpeg(width_px=900, height_px=600, progressive=True))[1]
    followed = drawn_in(
        tmp_path, make_jpeg(width_px=900, height_px=600, trailer=make_jpeg(width_px=64, height_px=48))
    )[1]
    archive = drawn_in(tmp_path, zip_trailer())[1]

    assert plain.colour == progressive.colour == followed.colour
    assert archive.sizes[640] == (320, 240)


def examined(folder: Path, file: bytes, *, memory_bytes: int = 1 << 30) -> Report:
    path = folder / "file"
    path.write_bytes(file)
    with path.open("rb") as opened:
        return examine(opened, memory_bytes=memory_bytes)[0]


def test_a_truncated_file_is_told_from_one_without_its_last_marker(tmp_path: Path) -> None:
    jpeg = make_jpeg(width_px=900, height_px=600)

    unended = examined(tmp_path, jpeg[:-2])
    cuts = [examined(tmp_path, jpeg[: int(len(jpeg) * share)]) for share in (0.02, 0.3, 0.6, 0.98)]
    progressive = make_jpeg(width_px=900, height_px=600, progressive=True)
    cuts += [examined(tmp_path, progressive[: int(len(progressive) * share)]) for share in (0.3, 0.95)]

    assert (unended.decodes, unended.refusal) == (True, None)
    assert {(cut.decodes, cut.refusal) for cut in cuts} == {(False, "F02.unreadable")}


def test_memory_a_progressive_file_would_need_is_reckoned_before_decoding(tmp_path: Path) -> None:
    file = make_jpeg(width_px=900, height_px=600, progressive=True)

    assert examined(tmp_path, file, memory_bytes=900 * 600 * 2).refusal == "F03.too_much_memory"
    assert examined(tmp_path, file, memory_bytes=900 * 600 * 4).decodes


def test_a_lying_header_is_drawn_but_noticed(tmp_path: Path) -> None:
    report = examined(tmp_path, lying_size(3000, 3000))

    assert report.structure.pixel_bytes < 3000 * 3000 * 0.01


def test_only_bare_pixels_pass_the_last_look() -> None:
    bare = encode(make_pixels(width_px=64, height_px=48))

    assert bare_size(bare) == (64, 48)
    for spoiled in (
        insert_segments(bare, [segment(0xFE, b"name")]),
        bare[:20] + segment(0xE1, b"Exif\0\0") + bare[20:],
        bare[:20] + segment(0xFE, b"name") + bare[20:],
        bare + b"x",
        bare[:-2] + segment(0xFE, b"name") + b"\xff\xd9",
        bare[:-1],
        bare[:100],
        encode(make_pixels(width_px=64, height_px=48), progressive=True),
        b"<html>",
        b"",
    ):
        with pytest.raises(NotBareError):
            bare_size(spoiled)


def as_avif(picture: Image.Image, **given: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "AVIF", speed=10, max_threads=1, **given)
    return out.getvalue()


def test_only_a_bare_avif_passes_the_last_look() -> None:
    picture = make_pixels(width_px=64, height_px=48)
    bare = as_avif(picture)
    half = len(bare) // 2

    assert bare_avif_size(bare) == (64, 48)
    assert bare_avif_size(as_avif(picture.convert("L"))) == (64, 48)
    for spoiled in (
        as_avif(picture, exif=exif_block({"artist": CANARY})),
        as_avif(picture, icc_profile=srgb_profile()),
        as_avif(picture, xmp=xmp_packet(title=CANARY)),
        as_avif(picture, save_all=True, append_images=[picture.rotate(180)]),
        as_avif(picture.convert("RGBA").rotate(5)),
        bare + b"x",
        bare + b"\0\0\0\x0cfreename",
        bare[:-1],
        bare[:half],
        encode(picture),
        b"",
    ):
        with pytest.raises(NotBareError):
            bare_avif_size(spoiled)
