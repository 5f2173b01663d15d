"""What every scene is painted with: noise, gradients, light, and the last step from canvas to photograph.

A canvas is a float32 array of shape (height, width, 3), display-referred RGB in 0..1. Planes are float32
arrays of shape (height, width). Scenes are painted smaller than the final picture; ``develop`` enlarges and adds
grain.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter

# float32 throughout; NumPy's stubs, unlike NumPy 2, promote to float64, so the element type is not checked.
Array = npt.NDArray[Any]
Colour = tuple[float, float, float]
Rng = np.random.Generator


def rgb(code: str) -> Colour:
    """Read "e8c9a0" as a colour in 0..1."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def resized(plane: Array, width_px: int, height_px: int) -> Array:
    """Resample a plane; bicubic upwards, area-weighted downwards."""
    return np.asarray(Image.fromarray(plane).resize((width_px, height_px), Image.Resampling.BICUBIC))


def noise(
    rng: Rng,
    width_px: int,
    height_px: int,
    *,
    cells: float = 3,
    octaves: int = 6,
    rough: float = 0.5,
    aspect: float = 1,
) -> Array:
    """Make fractal noise with mean about 0 and deviation about 1.

    Args:
        rng: The source of chance.
        width_px: Width of the plane.
        height_px: Height of the plane.
        cells: Lattice cells over the height in the coarsest octave.
        octaves: How often the lattice is halved.
        rough: Amplitude of each octave relative to the one before.
        aspect: Above 1 the features are stretched sideways.
    """
    lattices = []
    power = 0.0
    for octave in range(octaves):
        rows = max(2, round(cells * 2**octave))
        columns = max(2, round(cells * 2**octave * width_px / height_px / aspect))
        if octave and (rows > height_px or columns > width_px):
            break
        lattice = rng.standard_normal((rows + 1, columns + 1), dtype=np.float32)
        lattices.append(np.float32(rough**octave) * lattice)
        power += rough ** (2 * octave)
    # Coarse octaves are summed on a quarter-size plane: enlarging each alone would cost most of the time.
    small = (max(2, width_px // 4), max(2, height_px // 4))
    coarse = [one for one in lattices if one.shape[1] * 2 <= small[0] and one.shape[0] * 2 <= small[1]]
    total = np.zeros((small[1], small[0]), np.float32)
    for lattice in coarse:
        total += resized(lattice, *small)
    total = resized(total, width_px, height_px)
    for lattice in lattices[len(coarse) :]:
        total = total + resized(lattice, width_px, height_px)
    return total / np.float32(power**0.5 * 0.75)


def profile(rng: Rng, length: int, *, cells: float = 2, octaves: int = 8, rough: float = 0.5) -> Array:
    """Make one line of fractal noise, mean about 0 and deviation about 1, for ridges and edges."""
    total = np.zeros(length, np.float32)
    power = 0.0
    for octave in range(octaves):
        count = max(2, round(cells * 2**octave))
        places = np.linspace(0, count, length)
        whole = np.minimum(places.astype(int), count - 1)
        part = places - whole
        part = part * part * (3 - 2 * part)
        points = rng.standard_normal(count + 1)
        total += (rough**octave * (points[whole] * (1 - part) + points[whole + 1] * part)).astype(np.float32)
        power += rough ** (2 * octave)
    scaled: Array = total / np.float32(power**0.5)
    return scaled


def grid(width_px: int, height_px: int) -> tuple[Array, Array]:
    """Give pixel coordinates as planes that broadcast: x of shape (1, w), y of shape (h, 1)."""
    return np.arange(width_px, dtype=np.float32)[None, :], np.arange(height_px, dtype=np.float32)[:, None]


def ramp(low: float, high: float, value: Array) -> Array:
    """Go smoothly from 0 at ``low`` to 1 at ``high``; ``low`` may be the larger."""
    part = np.clip((value - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    smooth: Array = part * part * (3 - 2 * part)
    return smooth


def blend(start: Colour, end: Colour, share: float) -> Colour:
    """Give the colour ``share`` of the way from one colour to another."""
    red, green, blue = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    return red, green, blue


def gradient(stops: Sequence[tuple[float, Colour]], value: Array) -> Array:
    """Colour a plane by interpolating between stops, given in rising order of place."""
    places = [place for place, _ in stops]
    low, high = places[0], places[-1]
    axis = np.linspace(low, high, 1024)
    table = np.stack([np.interp(axis, places, [colour[c] for _, colour in stops]) for c in range(3)], -1)
    index = np.clip((value - np.float32(low)) * np.float32(1023 / (high - low)), 0, 1023).astype(np.int16)
    colours: Array = table.astype(np.float32)[index]
    return colours


def mix(under: Array, over: Array | Colour, share: Array) -> Array:
    """Lay ``over`` on a canvas, opaque where ``share`` is 1."""
    # In place, and with whole rows rather than three-element loops: both halve the time.
    colours = over if isinstance(over, np.ndarray) else _row(over, under.shape[1])
    laid: Array = np.subtract(colours, under, dtype=np.float32)
    laid *= _thrice(share, under.shape[1])
    laid += under
    return laid


def screen(under: Array, light: Array) -> Array:
    """Add light to a canvas without burning out: 1 - (1 - a)(1 - b)."""
    dark: Array = 1 - np.clip(under, 0, 1)
    dark *= 1 - np.clip(light, 0, 1)
    np.subtract(1, dark, out=dark)
    return dark


def shine(under: Array, light: Array, colour: Colour, strength: float = 1) -> Array:
    """Add coloured light of which ``light`` says how much falls where, as ``screen`` does."""
    tinted = _thrice(light, under.shape[1])
    tinted *= _row(colour, under.shape[1]) * np.float32(strength)
    return screen(under, tinted)


def _row(colour: Colour, width_px: int) -> Array:
    return np.tile(np.asarray(colour, np.float32), width_px).reshape(1, width_px, 3)


def _thrice(plane: Array, width_px: int) -> Array:
    wide = plane if plane.shape[1] == width_px else np.broadcast_to(plane, (plane.shape[0], width_px))
    return np.repeat(wide, 3, 1).reshape(plane.shape[0], width_px, 3)


def glow(width_px: int, height_px: int, *, x: float, y: float, radius: float, power: float = 2) -> Array:
    """Make a soft round light, 1 in its centre; place and radius in pixels."""
    across, down = grid(width_px, height_px)
    distance = np.hypot(across - np.float32(x), down - np.float32(y)) / np.float32(radius)
    np.power(distance, np.float32(power), out=distance)
    return np.exp(np.negative(distance, out=distance), out=distance)


def soft(plane: Array, radius_px: float) -> Array:
    """Blur a plane about as a Gaussian of this radius, cheaply, by way of a small copy."""
    height, width = plane.shape
    scale = max(1.0, radius_px * 0.9)
    small = Image.fromarray(plane).resize(
        (max(2, round(width / scale)), max(2, round(height / scale))), Image.Resampling.BOX
    )
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))


def soft_canvas(canvas: Array, radius_px: float, *, vertical_px: float | None = None) -> Array:
    """Blur a canvas by way of a small copy; ``vertical_px`` gives another radius up and down."""
    height, width = canvas.shape[:2]
    small = (
        max(2, round(width / max(1.0, radius_px * 0.9))),
        max(2, round(height / max(1.0, (radius_px if vertical_px is None else vertical_px) * 0.9))),
    )
    picture = to_image(canvas).resize(small, Image.Resampling.BOX)
    return to_canvas(picture.resize((width, height), Image.Resampling.BICUBIC))


def to_image(canvas: Array) -> Image.Image:
    """Turn a canvas into an 8-bit picture."""
    return Image.fromarray((np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8))


def to_canvas(picture: Image.Image) -> Array:
    """Turn an 8-bit picture into a canvas."""
    return np.asarray(picture, np.float32) / 255


class Stencil:
    """A mask that Pillow draws at twice the size, so that its edges are smooth."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self.size = (width_px, height_px)
        self._image = Image.new("L", (width_px * 2, height_px * 2), 0)
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Sequence[tuple[float, float]], shade: int = 255) -> None:
        """Fill a polygon given in canvas pixels."""
        self._draw.polygon([(x * 2, y * 2) for x, y in points], fill=shade)

    def line(self, points: Sequence[tuple[float, float]], width_px: float, shade: int = 255) -> None:
        """Draw a line given in canvas pixels."""
        thick = max(1, round(width_px * 2))
        self._draw.line([(x * 2, y * 2) for x, y in points], fill=shade, width=thick, joint="curve")

    def ellipse(self, x: float, y: float, radius_x: float, radius_y: float, shade: int = 255) -> None:
        """Fill an ellipse around its centre, in canvas pixels."""
        self._draw.ellipse(
            [(x - radius_x) * 2, (y - radius_y) * 2, (x + radius_x) * 2, (y + radius_y) * 2], fill=shade
        )

    def plane(self, blur_px: float = 0) -> Array:
        """Give the mask as a plane in 0..1, out of focus by ``blur_px`` if asked."""
        picture = self._image.reduce(2)
        if blur_px:
            picture = picture.filter(ImageFilter.GaussianBlur(blur_px))
        return np.asarray(picture, np.float32) / 255


def disc(canvas: Array, *, x: float, y: float, radius: float, colour: Colour, strength: float = 1) -> None:
    """Add one out-of-focus point of light to a canvas, brighter at its rim as real lenses draw it."""
    height, width = canvas.shape[:2]
    left, right = max(0, int(x - radius - 2)), min(width, int(x + radius + 3))
    top, bottom = max(0, int(y - radius - 2)), min(height, int(y + radius + 3))
    if left >= right or top >= bottom:
        return
    across = np.arange(left, right, dtype=np.float32)[None, :] - np.float32(x)
    down = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(y)
    distance = np.hypot(across, down)
    share = np.clip((radius - distance) / max(1.2, radius * 0.05), 0, 1)
    share = share * (0.72 + 0.28 * (distance / max(radius, 1)) ** 4) * strength
    patch = canvas[top:bottom, left:right]
    patch += share[..., None].astype(np.float32) * np.asarray(colour, np.float32) * (1 - patch * 0.6)


def develop(canvas: Array, width_px: int, height_px: int, *, rng: Rng, grain: float = 0.012) -> Image.Image:
    """Enlarge a canvas to its final size, with vignette, a gentle film curve, sharpening and grain.

    Args:
        canvas: The painted scene, of any size.
        width_px: Final width.
        height_px: Final height.
        rng: The source of the grain.
        grain: Deviation of the grain as a share of full scale.
    """
    height, width = canvas.shape[:2]
    across, down = grid(width, height)
    corner = ((across / width - 0.5) ** 2 + (down / height - 0.5) ** 2) * np.float32(2)
    toned = _thrice(1 - 0.22 * corner * corner, width)
    toned *= canvas
    np.clip(toned, 0, 1, out=toned)
    # A tenth of the way from t to the smoothstep 3t^2 - 2t^3, as t * (0.9 + 0.3t - 0.2t^2).
    curve = np.float32(0.3) - np.float32(0.2) * toned
    curve *= toned
    curve += np.float32(0.9)
    toned *= curve
    sharp = to_image(toned).filter(ImageFilter.Kernel((3, 3), (-1, -2, -1, -2, 28, -2, -1, -2, -1)))
    picture = sharp.resize((width_px, height_px), Image.Resampling.BICUBIC)
    # One tile of grain, laid out like floor tiles, costs a fiftieth of fresh noise and shows no seam.
    tile = rng.normal(0, grain * 255, (512, 512)).astype(np.float32)
    tile = tile * 0.6 + np.roll(tile, 1, 0) * 0.4 + np.roll(tile, 1, 1) * 0.4
    repeats = (height_px // 512 + 1, width_px // 512 + 1)
    film = np.tile(np.rint(tile + 128).astype(np.uint8), repeats)[:height_px, :width_px]
    grey = Image.fromarray(np.ascontiguousarray(film))
    return ImageChops.add(picture, Image.merge("RGB", (grey, grey, grey)), offset=-128)
