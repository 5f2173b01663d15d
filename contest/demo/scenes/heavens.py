"""The night sky above a ridge: star trails, the Milky Way."""

import math

import numpy as np

from contest.demo.scenes import figures
from contest.demo.scenes.canvas import (
    Array,
    Rng,
    Stencil,
    blend,
    disc,
    glow,
    gradient,
    mix,
    noise,
    profile,
    rgb,
    screen,
    shine,
)
from contest.demo.scenes.sky import sky


def stars(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint star trails, or the Milky Way, above a ridge."""
    top, low, dark = ((rgb("060b1c"), rgb("2f4a73"), rgb("030509")), (rgb("0b0a20"), rgb("6a4a6a"), rgb("05040a")))[
        int(rng.integers(2))
    ]
    canvas = sky(rng, width_px, height_px, horizon=0.9, stops=((0, top), (0.6, blend(top, low, 0.3)), (1, low)))
    canvas = _trails(rng, canvas) if rng.random() < 0.5 else _galaxy(rng, canvas)
    warm = glow(
        width_px,
        height_px,
        x=width_px * float(rng.uniform(0.2, 0.8)),
        y=height_px * 0.9,
        radius=height_px * 0.4,
        power=1.5,
    )
    canvas = shine(canvas, warm, rgb("c97a3a"), 0.4)
    down = np.arange(height_px, dtype=np.float32)[:, None]
    crest: Array = np.zeros(width_px, np.float32)
    for t in (0.0, 0.5, 1.0):
        crest = height_px * (
            0.74 + 0.10 * t - (0.06 - 0.02 * t) * profile(rng, width_px, cells=2 + t, octaves=8, rough=0.5)
        )
        canvas = mix(canvas, blend(blend(low, dark, 0.6), dark, t), np.clip(down - crest[None, :] + 0.5, 0, 1))
    stencil = Stencil(width_px, height_px)
    x = width_px * float(rng.uniform(0.25, 0.75))
    figures.man(
        stencil, x=x, y=float(crest[int(x)]) + 3, height=height_px * 0.06, turned=bool(rng.integers(2)), pole=False
    )
    return mix(canvas, dark, stencil.plane())


def _trails(rng: Rng, canvas: Array) -> Array:
    height_px, width_px = canvas.shape[:2]
    x0, y0 = width_px * float(rng.uniform(0.3, 0.7)), height_px * float(rng.uniform(0.3, 0.55))
    across = np.arange(width_px, dtype=np.float32)[None, :] - np.float32(x0)
    down = np.arange(height_px, dtype=np.float32)[:, None] - np.float32(y0)
    ring = np.hypot(across, down) / 1.35
    angle = np.arctan2(down, across)
    count = int(ring.max()) + 2
    start, length = rng.uniform(-np.pi, np.pi, count), rng.uniform(0.35, 0.75, count)
    light = np.clip(rng.exponential(0.22, count), 0, 1) * (rng.random(count) < 0.75)
    index = ring.astype(np.int32)
    total = np.zeros_like(ring)
    for turn in range(3):
        swing = np.mod(angle - start[index].astype(np.float32) - np.float32(turn * 2.1), np.float32(2 * np.pi))
        total += (
            light[(index * (turn * 2 + 3)) % count].astype(np.float32) * (swing < length[index]) * (0.9 - 0.2 * turn)
        )
    part = ring - index
    total *= 1 - np.abs(part - 0.5) * 1.1
    hue = gradient(
        ((0, rgb("9ab8ff")), (0.5, rgb("ffffff")), (1, rgb("ffd2a0"))), rng.random(count).astype(np.float32)[index]
    )
    return screen(canvas, total[..., None] * hue * np.float32(0.85))


def _galaxy(rng: Rng, canvas: Array) -> Array:
    height_px, width_px = canvas.shape[:2]
    across = np.arange(width_px, dtype=np.float32)[None, :] / height_px
    down = np.arange(height_px, dtype=np.float32)[:, None] / height_px
    lean = float(rng.choice([-1, 1])) * float(rng.uniform(0.5, 0.9))
    middle = width_px / height_px * float(rng.uniform(0.42, 0.58))
    offset = (across - middle + lean * (down - 0.45)) / math.hypot(1, lean)
    cloud = noise(rng, width_px, height_px, cells=4, octaves=7, rough=0.62)
    lane = noise(rng, width_px, height_px, cells=5, octaves=7, rough=0.6)
    band = np.exp(-((offset / (0.15 + 0.03 * cloud)) ** 2))
    dust = np.exp(-(((offset + 0.012 * lane) / 0.045) ** 2)) * np.clip(0.6 + lane * 0.45, 0, 1)
    body = np.clip(band * (0.62 + 0.22 * cloud) - dust * 0.45, 0, 1)
    tint = gradient(((0, rgb("3a4f86")), (0.5, rgb("b59ac0")), (1, rgb("ffe2b8"))), body)
    canvas = screen(canvas, tint * (body * np.float32(0.75))[..., None])
    count = width_px * height_px // 150
    rows, columns = rng.integers(0, height_px, count), rng.integers(0, width_px, count)
    keep = rng.random(count) < 0.35 + 0.65 * band[rows, columns]
    light = np.zeros((height_px, width_px), np.float32)
    light[rows[keep], columns[keep]] = np.clip(rng.exponential(0.3, int(keep.sum())), 0.1, 1)
    canvas = shine(canvas, light, (1, 1, 1))
    for _ in range(40):
        disc(
            canvas,
            x=float(rng.uniform(0, width_px)),
            y=float(rng.uniform(0, height_px * 0.8)),
            radius=float(rng.uniform(1, 2)),
            colour=(0.85, 0.9, 1),
        )
    return canvas
