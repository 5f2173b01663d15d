"""A height map seen by a camera: columns of rays marched front to back, all at once."""

import math
from dataclasses import dataclass

import numpy as np

from contest.demo.scenes.canvas import Array, Rng, noise, resized


@dataclass(frozen=True, kw_only=True)
class View:
    """What the camera sees, per pixel.

    Attributes:
        land: 1 where there is ground, 0 where there is sky; shape (h, w).
        layers: The sampled map layers, shape (h, w, c); the first is the height.
        depth: Distance along the axis in map cells, shape (h, w); the far limit in the sky.
        x: Place on the map in cells, across; shape (h, w).
        y: Place on the map in cells, away from the camera; shape (h, w).
    """

    land: Array
    layers: Array
    depth: Array
    x: Array
    y: Array


def slopes(height: Array) -> tuple[Array, Array]:
    """Give the rise of a height map per cell, across and away."""
    away, across = np.gradient(height)
    return across.astype(np.float32), away.astype(np.float32)


def sunlight(height: Array, *, azimuth: float, elevation: float, reach: int = 48) -> tuple[Array, Array]:
    """Light a height map.

    Args:
        height: Heights in cells, shape (n, m).
        azimuth: Where the sun stands, radians; 0 is to the right, pi/2 is ahead.
        elevation: Its height above the horizon, radians.
        reach: How many steps of two cells a shadow may fall.

    Returns:
        The cosine between ground and sun (clipped at 0), and 1 in the sun to 0 in shadow.
    """
    across, away = slopes(height)
    sun = (math.cos(azimuth) * math.cos(elevation), math.sin(azimuth) * math.cos(elevation))
    lit = (-across * sun[0] - away * sun[1] + math.sin(elevation)) / np.sqrt(1 + across**2 + away**2)
    rows, columns = height.shape
    small = resized(height, columns // 2, rows // 2)
    blocked = np.zeros_like(small)
    rise = math.tan(elevation) * 2
    for step in range(1, reach):
        move_x, move_y = round(math.cos(azimuth) * step), round(math.sin(azimuth) * step)
        there = np.roll(small, (-move_y, -move_x), (0, 1))
        np.maximum(blocked, there - np.float32(rise * step) - small, out=blocked)
    shade = np.clip(1 - resized(blocked, columns, rows) / 1.5, 0, 1)
    return np.clip(lit, 0, 1).astype(np.float32), shade.astype(np.float32)


def ridged(rng: Rng, size: int, *, cells: float, octaves: int = 7, rough: float = 0.5, sharp: float = 0.03) -> Array:
    """Make mountain relief in 0..1: long crests, with finer ones added on the heights and fewer in the valleys.

    Args:
        rng: The source of chance.
        size: Rows and columns of the map.
        cells: Mountains along one side.
        octaves: How often they are halved.
        rough: Height of each octave relative to the one before.
        sharp: How narrow a crest is; larger is rounder.
    """
    total = np.zeros((size, size), np.float32)
    weight: Array | float = 1.0
    power = 0.0
    bend = noise(rng, size, size, cells=cells * 1.5, octaves=3) * 0.35
    for octave in range(octaves):
        plane = noise(rng, size, size, cells=cells * 2**octave, octaves=1) + (bend if octave < 2 else 0)
        crest = 1 - np.clip(np.sqrt(plane * plane + sharp) - sharp**0.5, 0, 1.4) / 1.4
        total += rough**octave * crest * weight
        weight = np.clip(crest * 1.25, 0, 1)
        power += rough**octave
    return (total / np.float32(power)).astype(np.float32)


def look(
    layers: Array,
    *,
    width_px: int,
    height_px: int,
    eye: tuple[float, float, float],
    focal: float,
    horizon: float,
    near: float = 6,
    far: float = 900,
    steps: int = 420,
) -> View:
    """See a stack of map layers, the first of which is the height, in perspective.

    Args:
        layers: Shape (n, m, c); row 0 is nearest.
        width_px: Width of the view.
        height_px: Height of the view.
        eye: Place of the camera: across and away in cells, height in the units of the map.
        focal: Focal length in picture widths.
        horizon: Where the horizon lies, as a share of the height from the top; may be outside 0..1.
        near: Where the march begins, in cells.
        far: Where it ends.
        steps: Samples along each ray.
    """
    rows, columns, _ = layers.shape
    depths = np.geomspace(near, far, steps).astype(np.float32)[:, None]
    scale = np.float32(focal * width_px)
    across = (np.arange(width_px, dtype=np.float32)[None, :] - width_px / 2) / scale
    x = np.clip(eye[0] + depths * across, 0, columns - 2).astype(np.float32)
    y = np.broadcast_to(np.clip(eye[1] + depths, 0, rows - 2), x.shape).astype(np.float32)
    sampled = _bilinear(layers, x, y)
    drawn = horizon * height_px + scale * (np.float32(eye[2]) - sampled[..., 0]) / depths
    covered = np.minimum.accumulate(drawn, 0)

    first = np.clip(np.ceil(covered), 0, height_px).astype(np.int64)
    columns_at = np.broadcast_to(np.arange(width_px)[None, :], first.shape)
    counts = np.bincount((first * width_px + columns_at).ravel(), minlength=(height_px + 1) * width_px)
    index = steps - np.cumsum(counts.reshape(height_px + 1, width_px)[:height_px], 0)
    land = (index < steps).astype(np.float32)
    index = np.minimum(index, steps - 1)
    before = np.maximum(index - 1, 0)

    flat = index * width_px + np.arange(width_px)[None, :]
    flat_before = before * width_px + np.arange(width_px)[None, :]
    low, high = drawn.ravel()[flat_before], drawn.ravel()[flat]
    line = np.arange(height_px, dtype=np.float32)[:, None]
    part = np.clip((low - line) / np.maximum(low - high, 1e-3), 0, 1)

    def between(values: Array) -> Array:
        start, end = values[flat_before], values[flat]
        share = part if values.ndim == 1 else part[..., None]
        mixed: Array = (start + (end - start) * share).astype(np.float32)
        return mixed

    return View(
        land=land,
        layers=between(sampled.reshape(-1, sampled.shape[-1])),
        depth=between(np.broadcast_to(depths, x.shape).ravel()),
        x=between(x.ravel()),
        y=between(y.ravel()),
    )


def _bilinear(layers: Array, x: Array, y: Array) -> Array:
    left, top = x.astype(np.int32), y.astype(np.int32)
    part_x, part_y = (x - left)[..., None], (y - top)[..., None]
    columns = layers.shape[1]
    flat = layers.reshape(-1, layers.shape[-1])
    corner = top * columns + left
    upper = flat[corner] * (1 - part_x) + flat[corner + 1] * part_x
    lower = flat[corner + columns] * (1 - part_x) + flat[corner + columns + 1] * part_x
    sampled: Array = (upper * (1 - part_y) + lower * part_y).astype(np.float32)
    return sampled


def wrapped(tile: Array, x: Array, y: Array) -> Array:
    """Sample a tile that repeats, nearest cell; for grass, ripples and other fine texture."""
    rows, columns = tile.shape
    sampled: Array = tile[y.astype(np.int32) % rows, x.astype(np.int32) % columns]
    return sampled
