"""Makes what an edition carries from originals; runs in the locked child alone, the one place that decodes.

Colours go through LittleCMS: relative colorimetric, black point compensated, at the size at which they are printed.
"""

import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from PIL import AvifImagePlugin, Image, ImageCms

from contest.inspection.confine import confine
from contest.publishing.album import profiles

MIB: Final = 1 << 20
LIMIT_PIXELS: Final = 400_000_000
INTENT: Final = ImageCms.Intent.RELATIVE_COLORIMETRIC
BLACK_POINT: Final = ImageCms.Flags.BLACKPOINTCOMPENSATION
SPACES: Final = {"L": 1, "RGB": 3, "CMYK": 4}
# JPEG moves values by about a percent each: the limit is kept by so much more.
INK_RESERVE_PERCENT: Final = 3
GAMUT_DELTA: Final = 5.0
SAMPLE_PX: Final = 256
COMPARED_PX: Final = 640
FIELDS: Final = (32, 32)
STRIP_ROWS: Final = 256
ORIENTATION_TAG: Final = 0x0112
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def convert(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Convert pictures one after the other: files are opened, then the process locks itself in, then it decodes.

    Each becomes an upright JPEG, at most ``longest_px`` on its long side, never enlarged; what is transparent becomes
    white.

    Args:
        task: ``pictures``, each with ``picture``, ``source``, ``target``, ``longest_px`` and ``px_per_mm``; ``space``
            as in a recipe, ``quality``, ``subsampling``; ``profile``, the file of the output profile;
            ``ink_limit_percent``; ``limits``.

    Yields:
        For each picture its id, ``width_px`` and ``height_px`` of the source as seen, ``colour`` (whether its "own"
        profile, "srgb" or the "press" was taken for its colours), ``profile`` (its name), and where it went through
        printing inks the values of ``sources.Measure``.
    """
    Image.init()
    Image.MAX_IMAGE_PIXELS = LIMIT_PIXELS
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    limits = task["limits"]
    studio = _Studio(
        output=Path(task["profile"]).read_bytes(),
        space=task["space"],
        quality=task["quality"],
        subsampling=task["subsampling"],
        ink_limit_percent=task["ink_limit_percent"],
    )
    with ExitStack() as held:
        opened = [
            (
                each,
                *(held.enter_context(Path(each[end]).open(way)) for end, way in (("source", "rb"), ("target", "wb"))),
            )
            for each in task["pictures"]
        ]
        confine(
            memory_bytes=limits["memory_mib"] * MIB,
            file_bytes=limits["file_mib"] * MIB,
            readable=[sys.prefix, sys.base_prefix],
        )
        for each, source, target in opened:
            with target:
                facts = studio.convert(source, target, longest_px=each["longest_px"], px_per_mm=each["px_per_mm"])
            yield {"picture": each["picture"], **facts}


def compare(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Lay two pictures over each other, each in its own colours, as a grid of mean colours.

    Args:
        task: ``judged`` and ``sent``, the files; ``limits``.

    Yields:
        ``judged_px`` and ``sent_px``, width and height as seen; ``mean`` and ``worst``, by how much the fields of the
        grid differ, in delta E (CIE 1976).
    """
    Image.init()
    Image.MAX_IMAGE_PIXELS = LIMIT_PIXELS
    limits = task["limits"]
    studio = _Studio(output=profiles.FOGRA39.data, space="own", quality=0, subsampling=0, ink_limit_percent=0)
    seen, fields = {}, []
    with ExitStack() as held:
        opened = {name: held.enter_context(Path(task[name]).open("rb")) for name in ("judged", "sent")}
        confine(
            memory_bytes=limits["memory_mib"] * MIB,
            file_bytes=limits["file_mib"] * MIB,
            readable=[sys.prefix, sys.base_prefix],
        )
        for name, source in opened.items():
            image, seen[f"{name}_px"], own = _developed(source, longest_px=COMPARED_PX)
            fields.append(studio.fields(image, own))
    apart = np.sqrt(((fields[0] - fields[1]) ** 2).sum(axis=2))
    yield {**seen, "mean": round(float(apart.mean()), 2), "worst": round(float(apart.max()), 2)}


def examine(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Examine a printer's profile: what it is, and that colours can be turned into it and back.

    Args:
        task: ``profile``, its file; ``limits``.

    Yields:
        ``kind``, its device class such as "prtr", ``space`` such as "CMYK", and its ``name``.
    """
    data = Path(task["profile"]).read_bytes()
    limits = task["limits"]
    confine(
        memory_bytes=limits["memory_mib"] * MIB,
        file_bytes=limits["file_mib"] * MIB,
        readable=[sys.prefix, sys.base_prefix],
    )
    output = _profile(data)
    kind, space = output.profile.device_class.strip(), output.profile.xcolor_space.strip()
    if (kind, space) == ("prtr", "CMYK"):
        lab = ImageCms.createProfile("LAB")
        ImageCms.buildTransform(lab, output, "LAB", "CMYK", INTENT, BLACK_POINT)
        ImageCms.buildTransform(output, lab, "CMYK", "LAB", INTENT, BLACK_POINT)
    yield {"kind": kind, "space": space, "name": profiles.name_of(data)}


def show(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Say how inks look on the press.

    Args:
        task: ``inks``, each four parts in percent; ``profile``, the file of the output profile.

    Yields:
        For each ink red, green and blue in percent, in sRGB.
    """
    names = list(task["inks"])
    printed = Image.new("CMYK", (len(names), 1))
    printed.putdata([tuple(round(part * 2.55) for part in task["inks"][name]) for name in names])
    transform = ImageCms.buildTransform(
        _profile(Path(task["profile"]).read_bytes()),
        _profile(profiles.srgb(components=3)),
        "CMYK",
        "RGB",
        INTENT,
        BLACK_POINT,
    )
    lights = np.asarray(ImageCms.applyTransform(printed, transform))[0]
    yield {name: [round(float(part) / 2.55, 2) for part in light] for name, light in zip(names, lights, strict=True)}


def fitting(size: tuple[int, int], *, longest_px: int) -> tuple[int, int]:
    """Give a size in whole pixels at most ``longest_px`` long, never larger, that keeps the proportions best."""
    longest, shortest = max(size), min(size)
    if longest <= longest_px:
        return size
    long = min(
        range(max(1, longest_px - 64), longest_px + 1),
        key=lambda each: (abs(round(each * shortest / longest) / each * longest / shortest - 1), -each),
    )
    short = max(1, round(long * shortest / longest))
    return (long, short) if size[0] >= size[1] else (short, long)


@dataclass
class _Studio:
    """Converts for one edition; transforms, which take longer to make than to use, are kept."""

    output: bytes
    space: str
    quality: int
    subsampling: int
    ink_limit_percent: int

    def __post_init__(self) -> None:
        self.transforms: dict[tuple[bytes, str, bytes, str], ImageCms.ImageCmsTransform] = {}

    def convert(self, source: BinaryIO, target: BinaryIO, *, longest_px: int, px_per_mm: float) -> dict[str, Any]:
        image, seen, own = _developed(source, longest_px=longest_px)
        facts: dict[str, Any] = {"width_px": seen[0], "height_px": seen[1]}
        image, profile, facts["colour"] = self._understood(image, own)
        facts["profile"] = profiles.name_of(profile)
        keep = None
        if self.space == "own":
            keep = profile if facts["colour"] == "own" else None
        elif self.space == "screen":
            image = self._transformed(image, profile, profiles.srgb(components=3), "RGB")
        else:
            inked = self._transformed(image, profile, self.output, "CMYK")
            kept = _limited(inked, percent=self.ink_limit_percent - INK_RESERVE_PERCENT)
            facts |= self._lost(image, profile, inked)
            facts |= {"ink_percent": _most_ink(inked, px_per_mm), "ink_kept_percent": _most_ink(kept, px_per_mm)}
            image = kept
            if self.space == "proof":
                image = self._transformed(image, self.output, profiles.srgb(components=3), "RGB")
        image.save(target, "JPEG", quality=self.quality, subsampling=self.subsampling, icc_profile=keep)
        return facts

    def fields(self, image: Image.Image, own: bytes | None) -> Any:
        """Give a picture as a grid of mean colours in L*, a* and b*."""
        image, profile, _ = self._understood(image, own)
        return self._lab(image.resize(FIELDS, Image.Resampling.BOX), profile).astype(float)

    def _understood(self, image: Image.Image, own: bytes | None) -> tuple[Image.Image, bytes, str]:
        """Give the picture with the profile its values are meant in: its own, the press's for plain CMYK, or sRGB."""
        components = SPACES[image.mode]
        if own is not None and profiles.is_usable(own, components=components):
            try:
                self._transform(own, image.mode, profiles.srgb(components=3), "RGB")
            except ImageCms.PyCMSError:
                pass  # a profile that cannot be read is none
            else:
                return image, own, "own"
        if image.mode == "CMYK":
            return image, self.output, "press"
        return image, profiles.srgb(components=components), "srgb"

    def _lost(self, image: Image.Image, profile: bytes, inked: Image.Image) -> dict[str, float]:
        """Measure what of a picture's colours the press loses, on a sample of its pixels."""
        scale = min(1.0, SAMPLE_PX / max(image.size))
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        meant, printed = (
            self._lab(each.resize(size, Image.Resampling.NEAREST), source)
            for each, source in ((image, profile), (inked, self.output))
        )
        distance = np.sqrt(((meant - printed) ** 2).sum(axis=2))
        return {
            "gamut_share": round(float((distance > GAMUT_DELTA).mean()), 4),
            "lightness": round(float(meant[:, :, 0].mean()), 1),
        }

    def _lab(self, image: Image.Image, profile: bytes) -> Any:
        """Give L*, a* and b* of each pixel; Pillow keeps L* in 255 parts and the others as signed bytes."""
        transform = self._transform(profile, image.mode, b"", "LAB")
        values = np.asarray(ImageCms.applyTransform(image, transform))
        return np.dstack((values[:, :, 0] / 2.55, values[:, :, 1].view(np.int8), values[:, :, 2].view(np.int8)))

    def _transformed(self, image: Image.Image, source: bytes, target: bytes, mode: str) -> Image.Image:
        if source == target and image.mode == mode:
            return image
        made = ImageCms.applyTransform(image, self._transform(source, image.mode, target, mode))
        assert made is not None  # noqa: S101 - None only where it works in place
        return made

    def _transform(self, source: bytes, mode: str, target: bytes, target_mode: str) -> ImageCms.ImageCmsTransform:
        key = (source, mode, target, target_mode)
        if key not in self.transforms:
            into = _profile(target) if target else ImageCms.createProfile("LAB")
            self.transforms[key] = ImageCms.buildTransform(
                _profile(source), into, mode, target_mode, INTENT, BLACK_POINT
            )
        return self.transforms[key]


def _developed(source: BinaryIO, *, longest_px: int) -> tuple[Image.Image, tuple[int, int], bytes | None]:
    """Decode a picture at its size in print; give it upright in L, RGB or CMYK, its size as seen, its own profile."""
    opened = Image.open(source)
    stored = opened.size
    # A JPEG is decoded no larger than needed; the size asked for is never undercut.
    is_shrunk = opened.draft(None, fitting(stored, longest_px=longest_px)) is not None
    opened.load()
    full = stored if is_shrunk else opened.size
    orientation = opened.getexif().get(ORIENTATION_TAG, 1)
    profile = opened.info.get("icc_profile")
    image: Image.Image = opened
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        is_own_space = image.mode == "RGBA"
        image = Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    elif image.mode.startswith("I;16"):
        # Pillow would cut 16 bits off at 255; the picture keeps its range instead.
        is_own_space = False
        image = image.convert("I").point(lambda value: value / 257).convert("L")
    else:
        is_own_space = image.mode in SPACES
        if not is_own_space:
            image = image.convert("L" if image.mode in {"1", "I", "F"} else "RGB")
    image = image.resize(fitting(full, longest_px=longest_px), Image.Resampling.LANCZOS)
    if orientation in TURNS:
        image = image.transpose(TURNS[orientation])
        full = full[::-1] if orientation >= 5 else full  # noqa: PLR2004 - EXIF 5 to 8 are turned by a quarter
    return image, full, profile if is_own_space else None


def _most_ink(inked: Image.Image, px_per_mm: float) -> float:
    """Give the ink on the fullest square millimetre, in percent: printers measure an area, never a pixel."""
    patches = np.asarray(inked.reduce(max(1, round(px_per_mm))), dtype=np.uint16)
    return round(float(patches.sum(axis=2).max()) / 2.55, 1)


def _limited(image: Image.Image, *, percent: int) -> Image.Image:
    """Take cyan, magenta and yellow back where a pixel has more than ``percent`` of ink; black stays as it is."""
    values = np.array(image)
    most = percent * 2.55
    for start in range(0, len(values), STRIP_ROWS):
        strip = values[start : start + STRIP_ROWS]
        cyan, magenta, yellow, black = (strip[:, :, part].astype(np.uint16) for part in range(4))
        colour = cyan + magenta + yellow
        over = colour + black > most
        if over.any():
            factor = (most - black[over]) / colour[over]
            strip[over, :3] = (strip[over, :3] * factor[:, None]).astype(np.uint8)
    return Image.fromarray(values, "CMYK")


def _profile(data: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(data))
