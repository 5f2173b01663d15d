"""Skies: a gradient, clouds in perspective, a sun with its halo."""

from collections.abc import Sequence

import numpy as np

from contest.demo.scenes.canvas import (
    Array,
    Colour,
    Rng,
    blend,
    glow,
    gradient,
    mix,
    noise,
    ramp,
    resized,
    shine,
)

Sun = tuple[float, float, float, Colour]


def clouds(
    rng: Rng, width_px: int, height_px: int, *, horizon: float, cover: float = 0.0, wind: float = 1.0
) -> tuple[Array, Array]:
    """Make a layer of clouds that recedes to the horizon.

    Args:
        rng: The source of chance.
        width_px: Width of the picture.
        height_px: Height of the picture.
        horizon: Row of the horizon, as a share of the height.
        cover: Below 0 fewer clouds, above 0 more; about -1..1.
        wind: Above 1 the clouds are drawn out sideways.

    Returns:
        How dense the clouds are and how brightly their lower edges catch the light, both in 0..1.
    """
    width, height = width_px // 2, max(8, round(height_px * max(horizon, 0.05)) // 2)
    tile = noise(rng, 1024, 1024, cells=5, octaves=8, rough=0.56)
    tile = np.concatenate([tile, tile[:, ::-1]], 1)
    tile = np.concatenate([tile, tile[::-1]], 0)
    rows = np.arange(height, dtype=np.float32)[:, None]
    distance = height / (height * 1.12 - rows)
    across = (np.arange(width, dtype=np.float32)[None, :] - width / 2) / height
    scale = 190.0
    x, y = across * distance * scale / wind + 700, distance * scale * 1.1
    density = _smooth_sample(tile, np.broadcast_to(x, (height, width)), np.broadcast_to(y, (height, width)))
    rows_above = np.maximum(np.arange(height) - 7, 0)
    above = density[rows_above]
    edge = np.clip((density - above) * 0.9 + 0.25, 0, 1)
    fade = ramp(1.0, 0.86, rows / height)
    dense = ramp(-0.1 - cover, 1.5 - cover, density) * fade
    sky_px = round(height_px * max(horizon, 0.05))
    full = np.zeros((height_px, width_px), np.float32)
    lit = np.zeros((height_px, width_px), np.float32)
    full[:sky_px] = resized(dense.astype(np.float32), width_px, sky_px)
    lit[:sky_px] = resized(edge.astype(np.float32), width_px, sky_px)
    return np.clip(full, 0, 1), np.clip(lit, 0, 1)


def sky(
    rng: Rng,
    width_px: int,
    height_px: int,
    *,
    horizon: float,
    stops: Sequence[tuple[float, Colour]],
    sun: Sun | None = None,
    cloud: tuple[Colour, Colour] | None = None,
    cover: float = 0.0,
    wind: float = 2.0,
) -> Array:
    """Paint a sky over the whole canvas.

    Args:
        rng: The source of chance.
        width_px: Width of the picture.
        height_px: Height of the picture.
        horizon: Where ``stops`` reach 1, as a share of the height.
        stops: Colours from the zenith (0) to the horizon (1).
        sun: Its place as shares of width and height, its radius as a share of the height, its colour.
        cloud: Their shaded and their lit colour.
        cover: As in ``clouds``.
        wind: As in ``clouds``.
    """
    down = np.arange(height_px, dtype=np.float32)[:, None] / (height_px * max(horizon, 0.05))
    canvas = np.broadcast_to(gradient(stops, np.clip(down, 0, 1)), (height_px, width_px, 3)).copy()
    halo: Array | float = 0.0
    if sun:
        halo = _around(sun, width_px, height_px, size=9, power=1.1)
        canvas = shine(canvas, halo, sun[3], 0.55)
    if cloud:
        dense, lit = clouds(rng, width_px, height_px, horizon=horizon, cover=cover, wind=wind)
        tint = gradient(((0, cloud[0]), (1, cloud[1])), np.clip(lit * 0.8 + halo * 0.9 - dense * 0.15, 0, 1))
        canvas = mix(canvas, tint, dense * np.float32(0.88))
    if sun:
        canvas = shine(canvas, _around(sun, width_px, height_px, size=2.6, power=1.6), sun[3], 0.5)
        canvas = mix(canvas, blend(sun[3], (1, 1, 1), 0.65), _around(sun, width_px, height_px, size=1, power=6))
    return canvas


def _around(sun: Sun, width_px: int, height_px: int, *, size: float, power: float) -> Array:
    """Make a round light ``size`` times as large as the sun."""
    x, y, radius = sun[0] * width_px, sun[1] * height_px, sun[2] * height_px
    return glow(width_px, height_px, x=x, y=y, radius=radius * size, power=power)


def _smooth_sample(tile: Array, x: Array, y: Array) -> Array:
    rows, columns = tile.shape
    left, top = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
    part_x, part_y = x - left, y - top
    row, below = top % rows * columns, (top + 1) % rows * columns
    column, right = left % columns, (left + 1) % columns
    flat = tile.ravel()
    upper = flat[row + column] * (1 - part_x) + flat[row + right] * part_x
    lower = flat[below + column] * (1 - part_x) + flat[below + right] * part_x
    sampled: Array = (upper * (1 - part_y) + lower * part_y).astype(np.float32)
    return sampled
