"""What the pixels show: borders and bands, and the night skies and white studios that have none; thumbnails."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from contest.inspection.checks import check
from contest.inspection.examination import examine
from contest.inspection.look import look_at
from contest.inspection.report import Look, Report
from contest.inspection.sizes import SIZES
from contest.inspection.terms import PhotoTerms
from tests.photos import encode, exif_block, insert_segments, make_pixels, segment

Pixels = Image.Image


def seen(pixels: Pixels) -> Look:
    """Look at a picture as the child does after JPEG compression."""
    small = Image.open(io.BytesIO(encode(pixels)))
    return look_at(small, scale=10, thumbnail=None)


def scene(seed: int = 1) -> Pixels:
    """Paint a picture with detail up to its sides."""
    chance = np.random.default_rng(seed)
    detail = Image.fromarray(chance.integers(0, 256, (40, 60, 3), dtype=np.uint8)).resize((600, 400))
    return Image.blend(make_pixels(width_px=600, height_px=400, seed=seed), detail, 0.5)


def framed(grey: int, width_px: int = 12) -> Pixels:
    whole = Image.new("RGB", (600 + 2 * width_px, 400 + 2 * width_px), (grey,) * 3)
    whole.paste(scene(), (width_px, width_px))
    return whole


def night_sky() -> Pixels:
    sky = Image.new("RGB", (640, 430), (4, 4, 8))
    draw = ImageDraw.Draw(sky)
    draw.ellipse((280, 150, 360, 230), fill=(240, 240, 220))
    for n in range(60):
        draw.point((40 + n * 9, 60 + n * 37 % 300), fill=(200, 200, 200))
    return sky


def white_studio() -> Pixels:
    studio = Image.new("RGB", (640, 430), (252, 252, 252))
    draw = ImageDraw.Draw(studio)
    draw.ellipse((220, 60, 420, 380), fill=(60, 40, 30))
    draw.rectangle((300, 20, 340, 410), fill=(90, 90, 90))
    return studio


def snow_below() -> Pixels:
    ground = np.asarray(scene(), dtype=np.float64).copy()
    fade = np.clip((np.arange(400)[:, None, None] - 300) / 60, 0, 1)
    return Image.fromarray((ground * (1 - fade) + 245 * fade).astype(np.uint8))


def phone_frame(grey: int = 255) -> Pixels:
    whole = Image.new("RGB", (600, 445), (grey,) * 3)
    whole.paste(scene(), (0, 0))
    draw = ImageDraw.Draw(whole)
    ink = (20, 20, 20) if grey else (235, 235, 235)
    draw.text((20, 412), "CONTOSO 15 ULTRA   2026.10.17", fill=ink)
    draw.text((430, 412), "f/1.8 1/250 ISO50", fill=ink)
    return whole


def plain_band() -> Pixels:
    whole = Image.new("RGB", (600, 445), "white")
    whole.paste(scene(), (0, 0))
    return whole


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_border_on_four_sides_is_found_with_its_width(grey: int) -> None:
    look = seen(framed(grey))

    assert look.border_px is not None
    assert 100 <= look.border_px <= 130
    assert abs((look.border_colour or 0) - grey) <= 4


@pytest.mark.parametrize("paint", [scene, night_sky, white_studio, snow_below, plain_band])
def test_sky_studio_and_snow_are_neither_border_nor_band(paint: Callable[[], Pixels]) -> None:
    look = seen(paint())

    assert (look.border_px, look.band_colour) == (None, None)


@pytest.mark.parametrize("grey", [0, 255])
def test_a_phones_band_with_lettering_is_found(grey: int) -> None:
    look = seen(phone_frame(grey))

    assert look.border_px is None
    assert abs((look.band_colour if look.band_colour is not None else 128) - grey) <= 4


def test_a_picture_of_one_pixel_can_be_looked_at() -> None:
    assert look_at(Image.new("L", (1, 1)), scale=1, thumbnail=Image.new("L", (1, 1))).thumbnail_distance == 0


@pytest.mark.parametrize("turn", list(Image.Transpose))
def test_a_thumbnail_in_any_position_is_of_the_same_picture(turn: Image.Transpose) -> None:
    pixels = scene()

    look = look_at(pixels, scale=1, thumbnail=pixels.resize((160, 107)).transpose(turn))

    assert look.thumbnail_distance is not None
    assert look.thumbnail_distance <= 8


def test_a_thumbnail_with_black_bars_is_of_the_same_picture_and_another_picture_is_not() -> None:
    barred = Image.new("RGB", (160, 120))
    barred.paste(scene().resize((160, 107)), (0, 7))

    same = look_at(scene(), scale=1, thumbnail=barred)
    other = look_at(scene(), scale=1, thumbnail=scene(seed=7).resize((160, 107)))

    assert same.thumbnail_distance is not None
    assert same.thumbnail_distance <= 10
    assert other.thumbnail_distance is not None
    assert other.thumbnail_distance > 20


def with_thumbnail(pixels: Pixels, thumbnail: bytes, *, orientation: int = 1) -> bytes:
    block = exif_block({"make": "Contoso", "orientation": orientation}, thumbnail=thumbnail)
    return insert_segments(encode(pixels), [segment(0xE1, b"Exif\0\0" + block)])


def examined(file: bytes, *, draw: bool = False) -> Report:
    outputs = {size: io.BytesIO() for size in SIZES} if draw else None
    return examine(io.BytesIO(file), outputs=outputs, memory_bytes=1 << 30)[0]


@pytest.mark.parametrize("draw", [False, True])
def test_a_replaced_thumbnail_is_flagged_for_the_organizer(draw: bool) -> None:
    honest = examined(with_thumbnail(scene(), encode(scene().resize((160, 107))), orientation=6), draw=draw)
    swapped = examined(with_thumbnail(scene(), encode(scene(seed=7).resize((160, 107)))), draw=draw)

    (found,) = [one for one in check(swapped, PhotoTerms()) if one.code.startswith("E07")]
    assert (found.severity, found.for_photographer) == ("flag", False)
    assert [one for one in check(honest, PhotoTerms()) if one.code.startswith("E07")] == []


@pytest.mark.parametrize("thumbnail", [b"\xff\xd8\xff", encode(scene())[:2000], b"\xff\xd8" + bytes(500)])
def test_a_broken_thumbnail_is_none_and_the_picture_decodes(thumbnail: bytes) -> None:
    report = examined(with_thumbnail(scene(), thumbnail))

    assert (report.decodes, report.look.thumbnail_distance) == (True, None)


@pytest.mark.parametrize(("paint", "code"), [(lambda: framed(255), "B03.border"), (phone_frame, "B04.phone_frame")])
def test_a_border_and_a_band_are_flagged_and_never_rejected(paint: Callable[[], Pixels], code: str) -> None:
    found = [one for one in check(examined(encode(paint())), PhotoTerms()) if one.code[:3] in ("B03", "B04")]

    assert [(one.code, one.severity) for one in found] == [(code, "flag")]


@pytest.mark.parametrize("mode", ["L", "CMYK", "LAB", "RGBA", "P", "I;16", "1"])
def test_every_kind_of_colour_can_be_looked_at(mode: str) -> None:
    out = io.BytesIO()
    pixels = make_pixels(width_px=64, height_px=48)
    picture = (
        pixels.convert("L").convert("I;16")
        if mode == "I;16"
        else Image.new("LAB", (64, 48))
        if mode == "LAB"
        else pixels.convert(mode)
    )
    picture.save(out, "TIFF")

    assert examined(out.getvalue()).look.phash is not None
