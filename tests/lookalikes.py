"""Pictures with something to hold on to, and what people do to a picture before they hand it in once more."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from tests.photos import encode, make_pixels


def scene(seed: int, *, width_px: int = 1200, height_px: int = 800) -> Image.Image:
    """Paint shapes of all sizes over soft fields: corners everywhere, and no two seeds alike."""
    chance = np.random.default_rng(seed)
    picture = make_pixels(width_px=width_px, height_px=height_px, seed=seed)
    draw = ImageDraw.Draw(picture)
    for _ in range(160):
        x, y = chance.uniform(0, width_px), chance.uniform(0, height_px)
        colour = tuple(int(value) for value in chance.integers(0, 256, 3))
        corners = int(chance.integers(3, 7))
        size = chance.exponential(45) + 10
        points = [
            (x + float(size * chance.uniform(-1, 1)), y + float(size * chance.uniform(-1, 1))) for _ in range(corners)
        ]
        draw.polygon(points, fill=colour)
    return picture


def cropped(picture: Image.Image, *, kept: float, seed: int = 1) -> Image.Image:
    """Cut out a rectangle of any shape and place that keeps a share of the area."""
    chance = np.random.default_rng(seed)
    wide = min(1.0, max(kept, float(np.sqrt(kept) * chance.uniform(0.8, 1.25))))
    width, height = round(picture.width * wide), round(picture.height * min(1.0, kept / wide))
    left = int(chance.integers(0, picture.width - width + 1))
    top = int(chance.integers(0, picture.height - height + 1))
    return picture.crop((left, top, left + width, top + height))


def bordered(picture: Image.Image, *, share: float = 0.06, colour: str = "white") -> Image.Image:
    """Put a border around a picture."""
    return ImageOps.expand(picture, round(picture.width * share), colour)


def reencoded(picture: Image.Image, *, quality: int, kind: str = "JPEG") -> Image.Image:
    """Save and open a picture once more, with losses."""
    out = io.BytesIO()
    picture.save(out, kind, quality=quality)
    return Image.open(out).convert("RGB")


def resized(picture: Image.Image, *, by: float) -> Image.Image:
    """Make a picture smaller or larger."""
    return picture.resize((round(picture.width * by), round(picture.height * by)), Image.Resampling.LANCZOS)


def brightened(picture: Image.Image, *, by: float = 1.3) -> Image.Image:
    """Change a picture's brightness."""
    return ImageEnhance.Brightness(picture).enhance(by)


def jpeg(picture: Image.Image, *, quality: int = 88) -> bytes:
    """Give a picture as a bare JPEG."""
    return encode(picture, quality=quality)
