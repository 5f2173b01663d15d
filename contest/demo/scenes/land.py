"""Open country: dunes, snow peaks, water terraces, tea hills."""

import math

import numpy as np

from contest.demo.scenes.canvas import Array, Colour, Rng, blend, gradient, mix, noise, ramp, rgb
from contest.demo.scenes.sky import sky
from contest.demo.scenes.terrain import View, look, ridged, slopes, sunlight, wrapped

MAP = 900


def dunes(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint a desert with crests, shadowed slip faces and wind ripples."""
    light, shade, high, low, horizon_sky = (
        (rgb("f2b774"), rgb("5b3440"), rgb("4f78a6"), rgb("f0cfa4"), rgb("f3c793")),
        (rgb("e9c9a0"), rgb("6a5a68"), rgb("86a2bf"), rgb("e6dccf"), rgb("e8d6bf")),
        (rgb("d9793f"), rgb("3a1d2b"), rgb("2c3f6b"), rgb("eba06a"), rgb("e59a68")),
    )[int(rng.integers(3))]
    bend = noise(rng, MAP, MAP, cells=2, octaves=2) * 34
    across, away = np.meshgrid(np.arange(MAP, dtype=np.float32), np.arange(MAP, dtype=np.float32))
    height = np.zeros((MAP, MAP), np.float32)
    for length, rise, turn in ((330, 46, 0.5), (150, 17, 0.9), (80, 5, 0.2)):
        phase = (across * math.cos(turn) + away * math.sin(turn) + bend * 1.6) / length + rng.random()
        part = np.mod(phase, 1).astype(np.float32)
        # A long windward slope and a short slip face; the crest stays sharp.
        wave = np.where(part < 0.72, part / 0.72, (1 - part) / 0.28)
        swell = np.clip(noise(rng, MAP, MAP, cells=2.2, octaves=2) * 0.5 + 0.7, 0.05, 1.5)
        height += rise * (wave * wave * (2.2 - 1.2 * wave)) * swell
    side = float(rng.choice([0.25, np.pi - 0.25]))
    lit, sun = sunlight(height, azimuth=side, elevation=0.27, reach=40)
    eye = (MAP / 2, 0.0, float(height[6, MAP // 2]) + 24)
    view = look(
        np.stack([height, lit, sun], -1),
        width_px=width_px,
        height_px=height_px,
        eye=eye,
        focal=0.95,
        horizon=0.36,
        near=14,
    )
    wobble = noise(rng, 512, 512, cells=10, octaves=4)
    ripple = np.sin((view.x * 0.9 + view.y * 2.4) * 2.3 + wrapped(wobble, view.x * 5, view.y * 5) * 2.2)
    near = np.exp(-view.depth / 75)
    grainy = wrapped(noise(rng, 512, 512, cells=120, octaves=2), view.x * 24, view.y * 24)
    power = view.layers[..., 1] * view.layers[..., 2]
    power = np.clip(power * 1.45 + ripple * near * 0.13 * (0.35 + power) + grainy * near * 0.03, 0, 1)
    ground = gradient(((0, shade), (0.45, blend(shade, light, 0.62)), (1, light)), power)
    haze = 1 - np.exp(-((view.depth / 620) ** 1.6))
    ground = mix(ground, horizon_sky, haze * 0.8)
    back = sky(
        rng,
        width_px,
        height_px,
        horizon=0.45,
        stops=((0, high), (1, low)),
        cloud=(blend(high, low, 0.7), (1, 0.97, 0.92)),
        cover=-0.75,
        wind=4,
    )
    return mix(back, ground, view.land)


def peaks(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint snow mountains at first light, or in the blue hour."""
    warm, cold, rock, top, low, mist = (
        (rgb("ffc9a0"), rgb("6f86b8"), rgb("33303f"), rgb("2f5a97"), rgb("e9c4ae"), rgb("c9cfe0")),
        (rgb("ffffff"), rgb("7d9cc6"), rgb("2c3440"), rgb("1f4f8f"), rgb("b9d3ea"), rgb("dfe9f2")),
        (rgb("f29a7a"), rgb("4a4f86"), rgb("221f33"), rgb("262a5e"), rgb("d98f8f"), rgb("8d86ad")),
    )[int(rng.integers(3))]
    relief = ridged(rng, MAP, cells=3.0, octaves=8, rough=0.5, sharp=0.06)
    away = np.linspace(0, 1, MAP, dtype=np.float32)[:, None]
    height = (relief**1.7 * 185 * ramp(-0.1, 0.8, away) + relief * 30).astype(np.float32)
    lit, sun = sunlight(height, azimuth=float(rng.choice([0.1, np.pi - 0.1])) - 0.5, elevation=0.5, reach=44)
    across, back_slope = slopes(height)
    steep = np.hypot(across, back_slope)
    eye = (MAP / 2, 0.0, _standing(height, 70))
    view = look(
        np.stack([height, lit, sun, steep], -1),
        width_px=width_px,
        height_px=height_px,
        eye=eye,
        focal=1.5,
        horizon=0.72,
        near=40,
    )
    power = np.clip(view.layers[..., 1] * (0.25 + 0.75 * view.layers[..., 2]) * 1.5, 0, 1)
    snow = gradient(((0, cold), (0.5, blend(cold, warm, 0.55)), (1, warm)), power)
    streak = wrapped(noise(rng, 512, 512, cells=40, octaves=4), view.x * 3, view.y * 3 + view.layers[..., 0])
    bare = ramp(1.25, 2.3, view.layers[..., 3] + streak * 0.3 - view.layers[..., 0] / 420)
    stone = mix(np.zeros_like(snow) + np.asarray(rock, np.float32), warm, power * 0.35)
    ground = mix(snow, stone, bare * 0.92)
    haze = (1 - np.exp(-((view.depth / 1000) ** 1.4))) * 0.7
    fog = np.clip(noise(rng, width_px, height_px, cells=2.5, octaves=5, aspect=2.6) * 0.35 + 0.75, 0, 1)
    valley = ramp(120, 10, view.layers[..., 0]) * fog
    ground = mix(ground, low, haze)
    ground = mix(ground, mist, valley * ramp(40, 260, view.depth))
    back = sky(
        rng,
        width_px,
        height_px,
        horizon=0.6,
        stops=((0, top), (0.6, blend(top, low, 0.55)), (1, low)),
        cloud=(blend(cold, low, 0.6), warm),
        cover=-0.5,
        wind=3,
    )
    return mix(back, ground, view.land)


def terraces(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint flooded rice terraces that mirror the sky."""
    mud, rim, top, low, glint = (
        (rgb("2b2420"), rgb("5d6b3a"), rgb("5f86b8"), rgb("f4c9a0"), rgb("ffdca6")),
        (rgb("1e2326"), rgb("3c5b3e"), rgb("7fa3bd"), rgb("dfe6e4"), rgb("ffffff")),
        (rgb("241a24"), rgb("4b4a3a"), rgb("5b4a86"), rgb("f08a6a"), rgb("ffc08a")),
    )[int(rng.integers(3))]
    away = np.linspace(0, 1, MAP, dtype=np.float32)[:, None]
    base = noise(rng, MAP, MAP, cells=2.2, octaves=4, rough=0.4) * 30 + away * 170
    level = base / 8 + noise(rng, MAP, MAP, cells=9, octaves=3) * 0.12
    whole = np.floor(level)
    part = level - whole
    bank = ramp(0.82, 0.97, part)
    height = ((whole + bank) * 5.5).astype(np.float32)
    wall = (ramp(0.79, 0.85, part) * (1 - ramp(0.985, 1.0, part))).astype(np.float32)
    dice = rng.random(4096).astype(np.float32)
    patch = np.floor(noise(rng, MAP, MAP, cells=5, octaves=2) * 1.6)
    kind = dice[(whole.astype(np.int64) * 31 + patch.astype(np.int64) * 7) % 4096]
    view = look(
        np.stack([height, wall, base], -1),
        width_px=width_px,
        height_px=height_px,
        eye=(MAP / 2, 0.0, 250.0),
        focal=1.3,
        horizon=-0.28,
        near=120,
        steps=640,
    )
    kinds = wrapped(kind.astype(np.float32), view.x, view.y)
    down = np.arange(height_px, dtype=np.float32)[:, None] / height_px
    cloudy = noise(rng, width_px, height_px, cells=3, octaves=5, aspect=1.8)
    mirror = gradient(((0, low), (0.45, blend(low, top, 0.55)), (1, top)), np.clip(down + cloudy * 0.13, 0, 1))
    spot = np.exp(-(((np.arange(width_px)[None, :] / width_px - rng.uniform(0.3, 0.7)) / 0.3) ** 2)) * (1 - down)
    mirror = mix(mirror, glint, np.clip(spot * 0.85 + cloudy * 0.08, 0, 1).astype(np.float32))
    mirror *= (0.92 + 0.22 * kinds)[..., None]
    tuft = wrapped(noise(rng, 512, 512, cells=90, octaves=3), view.x * 4, view.y * 4 + view.layers[..., 0] * 7)
    field = gradient(
        ((0, mud), (0.6, rim), (1, blend(rim, low, 0.35))),
        np.clip(0.52 + tuft * 0.12 * np.exp(-view.depth / 420), 0, 1),
    )
    dry = (kinds > 0.86).astype(np.float32) * 0.8
    ground = mix(mirror, field, np.clip(view.layers[..., 1] + dry, 0, 1))
    ground = mix(ground, mud, view.layers[..., 1] * ramp(0.2, -1, tuft) * 0.3)
    haze = (1 - np.exp(-((view.depth / 900) ** 2))) * 0.85
    veil = np.clip(noise(rng, width_px, height_px, cells=2, octaves=5, aspect=3) * 0.5 + 0.2, 0, 1)
    ground = mix(ground, low, np.clip(haze + veil * 0.45 * ramp(250, 800, view.depth), 0, 1))
    back = sky(rng, width_px, height_px, horizon=0.12, stops=((0, blend(top, low, 0.5)), (1, low)))
    return mix(back, ground, view.land)


def tea(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint hills of tea rows in morning light, with mist between them."""
    leaf, gap, sunny, top, low = (
        (rgb("4f7d2c"), rgb("1b2c17"), rgb("c3d36a"), rgb("8fb4cf"), rgb("f3ead2")),
        (rgb("3f6b3a"), rgb("14241c"), rgb("8fb87a"), rgb("b4c4c8"), rgb("e4ebe6")),
    )[int(rng.integers(2))]
    away = np.linspace(0, 1, MAP, dtype=np.float32)[:, None]
    base = noise(rng, MAP, MAP, cells=3.0, octaves=3, rough=0.32) * 30 + away * 70
    base += ramp(0.25, 0.0, away) * 26
    wander = noise(rng, MAP, MAP, cells=7, octaves=3) * 1.1
    across, _ = np.meshgrid(np.arange(MAP, dtype=np.float32), np.arange(MAP, dtype=np.float32))
    row = np.sin((base * 0.34 + across * 0.055 + wander) * 2 * np.pi / 1.5)
    bushy = np.clip(row * 1.5 + 0.55, 0, 1)
    height = (base + bushy * 2.6).astype(np.float32)
    lit, sun = sunlight(height, azimuth=float(rng.choice([0.5, np.pi - 0.5])), elevation=0.36, reach=30)
    view = look(
        np.stack([height, lit, sun, bushy], -1).astype(np.float32),
        width_px=width_px,
        height_px=height_px,
        eye=(MAP / 2, 0.0, _standing(height, 34)),
        focal=1.05,
        horizon=0.26,
        near=34,
        steps=640,
    )
    tuft = wrapped(noise(rng, 512, 512, cells=80, octaves=3), view.x * 8, view.y * 8)
    power = view.layers[..., 1] * (0.3 + 0.7 * view.layers[..., 2]) * (1 + tuft * 0.14)
    ground = gradient(((0, gap), (0.42, leaf), (1, sunny)), np.clip(power * 1.25, 0, 1))
    ground = mix(ground, gap, (1 - view.layers[..., 3]) * 0.72)
    return _misty(rng, ground, view, top=top, low=low, reach=560)


def _standing(height: Array, above: float) -> float:
    """Find an eye level that clears the ground in front of the camera by ``above``."""
    return float(height[: MAP // 5, MAP // 3 : MAP * 2 // 3].max()) + above


def _misty(
    rng: Rng,
    ground: Array,
    view: View,
    *,
    top: Colour,
    low: Colour,
    reach: float,
) -> Array:
    """Put air between the camera and the hills, and a sky behind them."""
    height_px, width_px = view.land.shape
    haze = 1 - np.exp(-((view.depth / reach) ** 2))
    veil = np.clip(noise(rng, width_px, height_px, cells=2, octaves=5, aspect=3.2) * 0.55 + 0.15, 0, 1)
    air = np.clip(haze * 0.9 + veil * 0.5 * ramp(reach * 0.25, reach * 0.8, view.depth), 0, 1)
    back = sky(
        rng,
        width_px,
        height_px,
        horizon=0.3,
        stops=((0, top), (1, low)),
        cloud=(blend(top, low, 0.55), (1, 1, 1)),
        cover=-0.1,
        wind=2,
    )
    return mix(back, mix(ground, low, air.astype(np.float32)), view.land)
