"""Photograph-like pictures made in code, with the EXIF a camera would have written.

Each kind of subject is a painter: it takes a source of chance and a size, and gives a canvas. Palette, composition
and staffage all follow from the seed, so a seed is a picture.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import numpy as np
from PIL import ExifTags, Image, ImageOps
from PIL.TiffImagePlugin import IFDRational

from contest.demo.scenes import flowers, heavens, land, mist, night, people, trees, water
from contest.demo.scenes.canvas import Array, Rng, develop

Painter = Callable[[Rng, int, int], Array]

PAINTERS: Mapping[str, Painter] = {
    "bamboo": trees.bamboo,
    "conifers": mist.conifers,
    "dandelion": flowers.dandelion,
    "dunes": land.dunes,
    "harbour": night.harbour,
    "karst": mist.karst,
    "lake": water.lake,
    "lanterns": night.lanterns,
    "lotus": flowers.lotus,
    "peaks": land.peaks,
    "plum": flowers.plum,
    "portrait": people.portrait,
    "sea": water.sea,
    "snowfield": mist.snowfield,
    "stars": heavens.stars,
    "street": night.street,
    "tea": land.tea,
    "terraces": land.terraces,
    "wood": trees.wood,
}
KINDS = tuple(PAINTERS)
# Painting is four fifths of the cost and grows with the canvas; pages show at most 1280 or 2560 px.
CANVAS_LONG_SIDE_PX = 1200


@dataclass(frozen=True, kw_only=True)
class Camera:
    """What a camera writes about itself and one exposure.

    Attributes:
        make: Maker, as in the EXIF tag.
        model: Model, as in the EXIF tag.
        lens: Lens model, as in the EXIF tag.
        focal_mm: Focal length in millimetres.
        aperture: F-number.
        exposure_s: Exposure time in seconds.
        iso: Sensitivity.
    """

    make: str
    model: str
    lens: str
    focal_mm: Fraction
    aperture: Fraction
    exposure_s: Fraction
    iso: int


def make_scene(kind: str, *, seed: int, width_px: int, height_px: int) -> Image.Image:
    """Paint one picture; the same arguments give the same pixels.

    Args:
        kind: One of ``KINDS``.
        seed: Chooses palette and composition.
        width_px: Width of the picture.
        height_px: Height of the picture.

    Raises:
        KeyError: there is no such kind.
    """
    rng = np.random.default_rng([seed, *kind.encode()])
    share = min(1.0, CANVAS_LONG_SIDE_PX / max(width_px, height_px))
    canvas = PAINTERS[kind](rng, round(width_px * share), round(height_px * share))
    return develop(canvas, width_px, height_px, rng=rng)


def scene_jpeg(
    kind: str,
    *,
    seed: int,
    width_px: int,
    height_px: int,
    captured_at: datetime,
    camera: Camera,
    place: tuple[float, float] | None = None,
    artist: str | None = None,
    icc: bytes | None = None,
    is_cut: bool = False,
) -> bytes:
    """Paint one picture and write it as the JPEG file a camera would have made.

    Args:
        kind: As in ``make_scene``.
        seed: As in ``make_scene``.
        width_px: As in ``make_scene``.
        height_px: As in ``make_scene``.
        captured_at: Local time of the exposure, aware; its offset is written too.
        camera: What the camera says of itself.
        place: Latitude and longitude in degrees, north and east positive; None for no GPS block.
        artist: Name in the EXIF Artist tag, if any.
        icc: A colour profile to embed, if any.
        is_cut: Give a part of the picture, mirrored and enlarged, as who passes it off as another would.
    """
    picture = make_scene(kind, seed=seed, width_px=width_px, height_px=height_px)
    if is_cut:
        part = picture.crop((width_px // 10, height_px // 16, width_px * 12 // 13, height_px * 9 // 10))
        picture = ImageOps.mirror(part).resize(picture.size, Image.Resampling.BICUBIC)
    exif = _exif(captured_at=captured_at, camera=camera, place=place, artist=artist)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90, exif=exif, icc_profile=icc)
    return file.getvalue()


def _exif(
    *, captured_at: datetime, camera: Camera, place: tuple[float, float] | None, artist: str | None
) -> Image.Exif:
    moment = f"{captured_at:%Y:%m:%d %H:%M:%S}"
    offset = f"{captured_at:%z}"
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = camera.make
    exif[ExifTags.Base.Model] = camera.model
    exif[ExifTags.Base.Orientation] = 1
    exif[ExifTags.Base.DateTime] = moment
    if artist:
        exif[ExifTags.Base.Artist] = artist
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.ExifVersion] = b"0232"
    details[ExifTags.Base.DateTimeOriginal] = moment
    details[ExifTags.Base.DateTimeDigitized] = moment
    if offset:
        details[ExifTags.Base.OffsetTimeOriginal] = f"{offset[:3]}:{offset[3:5]}"
    details[ExifTags.Base.ExposureTime] = _rational(camera.exposure_s)
    details[ExifTags.Base.FNumber] = _rational(camera.aperture)
    details[ExifTags.Base.ISOSpeedRatings] = camera.iso
    details[ExifTags.Base.FocalLength] = _rational(camera.focal_mm)
    details[ExifTags.Base.LensModel] = camera.lens
    if place:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSVersionID] = bytes((2, 3, 0, 0))
        gps[ExifTags.GPS.GPSLatitudeRef] = "N" if place[0] >= 0 else "S"
        gps[ExifTags.GPS.GPSLatitude] = _degrees(place[0])
        gps[ExifTags.GPS.GPSLongitudeRef] = "E" if place[1] >= 0 else "W"
        gps[ExifTags.GPS.GPSLongitude] = _degrees(place[1])
    return exif


def _rational(value: Fraction) -> IFDRational:
    return IFDRational(value.numerator, value.denominator)


def _degrees(angle: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    seconds = round(abs(angle) * 360_000)
    return (
        IFDRational(seconds // 360_000, 1),
        IFDRational(seconds // 6_000 % 60, 1),
        IFDRational(seconds % 6_000, 100),
    )
