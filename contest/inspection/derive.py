"""Previews rebuilt from bare pixels; imported in the sandbox's child alone.

The order is the one measured as cheapest without visible loss: decode already scaled down, one bicubic step to
the largest size (less than half is left to go, and Lanczos costs a quarter more for 0.1 dB), colours to sRGB in
place, upright, then each size by Lanczos from the one above it, with its sides computed from the original's.
The whole picture goes the same way without a step of it scaled.
"""

import base64
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, cast

from PIL import Image, ImageCms, ImageFile

from contest.inspection.look import LOOKED_AT_PX
from contest.inspection.sizes import SIZES, Drawing, fitted, upright

_PIXEL_BYTES = 4  # Pillow keeps three channels in four bytes
_AVIF_SPEED = 8  # of 10; speed 6 takes twice the time for a tenth of the bytes
_PLACEHOLDER_PX = 8
_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab"}
_CACHED_TRANSFORMS = 8

_srgb = ImageCms.createProfile("sRGB")
_transforms: dict[tuple[bytes, str], ImageCms.ImageCmsTransform | None] = {}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What drawing a set tells besides the files: each size's width and height, a few bytes to show first.

    ``small`` is the version for looking at: of ``LOOKED_AT_PX``, or the smallest above it.
    """

    sizes: Mapping[int, tuple[int, int]]
    placeholder: str
    colour: str
    mean_luminance: float
    small: Image.Image


def draw_small(picture: ImageFile.ImageFile, *, orientation: int) -> Image.Image:
    """Decode a picture and give a grey version of ``LOOKED_AT_PX``, upright, for looking at alone."""
    picture.draft(None, fitted(*picture.size, long_side_px=LOOKED_AT_PX))
    picture.load()
    plain = _plain(picture)
    grey = plain.getchannel("L") if plain.mode == "LAB" else plain.convert("L")
    return _turned(
        _scaled(grey, fitted(*grey.size, long_side_px=LOOKED_AT_PX), Image.Resampling.BICUBIC), orientation
    )


def bytes_for(drawing: Drawing, *, width_px: int, height_px: int) -> int:
    """Estimate the memory that drawing takes beside the decoder's: two copies of the largest size in colour."""
    width_px, height_px = fitted(width_px, height_px, long_side_px=drawing.sizes[-1])
    return 2 * _PIXEL_BYTES * width_px * height_px


def derive(
    picture: ImageFile.ImageFile,
    *,
    drawing: Drawing,
    orientation: int,
    icc: bytes | None,
    outputs: Mapping[int, BinaryIO],
) -> Drawn:
    """Draw all sizes of a drawing.

    Args:
        picture: Opened, not yet decoded.
        orientation: EXIF's 1 to 8 for the stored pixels.
        icc: The picture's own profile; None or a useless one means sRGB.
        outputs: For each of its sizes a file open for writing; only real files, so that nothing is buffered twice.
    """
    stored = picture.size
    shown = upright(*stored, orientation=orientation)
    sizes = {size: fitted(*shown, long_side_px=size) for size in drawing.sizes}
    largest = fitted(*stored, long_side_px=drawing.sizes[-1])
    picture.draft(None, largest)
    picture.load()
    step = _scaled(_plain(picture), largest, Image.Resampling.BICUBIC)
    if step is not picture:
        picture.close()  # the decoded original is the largest thing in memory, and done with
    bare = _to_srgb(step, icc)
    step.close()
    step = _turned(bare, orientation)
    small = step
    for size in reversed(drawing.sizes):
        step = _scaled(step, sizes[size], Image.Resampling.LANCZOS)
        small = step if size >= LOOKED_AT_PX else small
        _save(step, outputs[size], drawing)
    return _summary(step, sizes, small=small)


def _save(picture: Image.Image, file: BinaryIO, drawing: Drawing) -> None:
    if drawing.ending == "avif":
        # In one thread: a second one would count as a second process.
        picture.save(
            file,
            "AVIF",
            quality=drawing.quality,
            subsampling=drawing.subsampling,
            speed=_AVIF_SPEED,
            max_threads=1,
        )
    else:
        picture.save(file, "JPEG", quality=drawing.quality, subsampling=drawing.subsampling)


def _plain(picture: Image.Image) -> Image.Image:
    """Give the decoded pixels in a mode that can be scaled: RGB, L, CMYK, LAB, or RGBA and LA for a while."""
    if picture.mode in (*_SPACES, "RGBA", "LA"):
        return picture
    if picture.mode.startswith("I"):
        # Sixteen bits: Pillow's own conversion cuts off at 255 instead of scaling.
        return picture.convert("I").point([min(value >> 8, 255) for value in range(65536)], "L")
    if picture.mode == "P" or "A" in picture.mode:
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture.convert("L" if picture.mode in ("1", "F") else "RGB")


def _scaled(picture: Image.Image, size: tuple[int, int], by: Image.Resampling) -> Image.Image:
    return picture if picture.size == size else picture.resize(size, by)


def _to_srgb(picture: Image.Image, icc: bytes | None) -> Image.Image:
    """Give new pixels in sRGB, RGB or L, that share nothing with the opened file but their values."""
    if picture.mode in ("RGBA", "LA"):
        alpha = picture.getchannel("A")
        solid = picture.convert("RGB" if picture.mode == "RGBA" else "L")
        picture = Image.new(solid.mode, solid.size, "white")
        picture.paste(solid, mask=alpha)
    transform = _transform(icc, picture.mode) if icc else None
    if transform is not None:
        if picture.mode != "RGB":
            picture = cast("Image.Image", ImageCms.applyTransform(picture, transform))
        else:
            ImageCms.applyTransform(picture, transform, inPlace=True)
    elif picture.mode == "LAB":
        to_srgb = ImageCms.buildTransform(ImageCms.createProfile("LAB"), _srgb, "LAB", "RGB")
        picture = cast("Image.Image", ImageCms.applyTransform(picture, to_srgb))
    elif picture.mode == "CMYK":
        picture = picture.convert("RGB")
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def _transform(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Build the way from a profile to sRGB, or None where there is nothing to change or nothing to be made of it."""
    key = hashlib.sha256(icc).digest(), mode
    if key not in _transforms:
        while len(_transforms) >= _CACHED_TRANSFORMS:
            del _transforms[next(iter(_transforms))]
        _transforms[key] = _built(icc, mode)
    return _transforms[key]


def _built(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if profile.profile.xcolor_space.strip() != _SPACES[mode]:
            return None
        transform = ImageCms.buildTransform(
            profile,
            _srgb,
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None  # a profile that littleCMS refuses is as good as none; the report says "broken" or its name
    return None if mode == "RGB" and _changes_nothing(transform) else transform


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Tell by its effect, not by its name, whether a profile is sRGB: 216 colours move by one step at most."""
    levels = (0, 51, 102, 153, 204, 255)
    before = bytes(level for red in levels for green in levels for blue in levels for level in (red, green, blue))
    after = cast("Image.Image", ImageCms.applyTransform(Image.frombytes("RGB", (36, 6), before), transform)).tobytes()
    return all(abs(one - other) <= 1 for one, other in zip(before, after, strict=True))


def _turned(picture: Image.Image, orientation: int) -> Image.Image:
    turn = _TRANSPOSES.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _summary(smallest: Image.Image, sizes: Mapping[int, tuple[int, int]], *, small: Image.Image) -> Drawn:
    """Add placeholder, mean colour and mean brightness, all from the smallest preview."""
    smallest = _scaled(smallest, fitted(*smallest.size, long_side_px=SIZES[0]), Image.Resampling.BOX)
    tiny = smallest.resize(fitted(*smallest.size, long_side_px=_PLACEHOLDER_PX), Image.Resampling.BOX)
    packed = io.BytesIO()
    tiny.convert("RGB").save(packed, "PNG", optimize=True)
    mean = smallest.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
    counts = smallest.convert("L").histogram()
    brightness = sum(level * count for level, count in enumerate(counts)) / sum(counts) / 255
    return Drawn(
        sizes=sizes,
        placeholder="data:image/png;base64," + base64.b64encode(packed.getvalue()).decode(),
        colour=f"#{mean.hex()}",
        mean_luminance=round(brightness, 4),
        small=small,
    )
