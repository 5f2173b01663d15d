"""Among trees: a bamboo grove, a wood in fog."""

import math

import numpy as np

from contest.demo.scenes import figures
from contest.demo.scenes.canvas import (
    Array,
    Colour,
    Rng,
    Stencil,
    blend,
    glow,
    gradient,
    grid,
    mix,
    noise,
    profile,
    ramp,
    rgb,
    shine,
    soft,
)


def bamboo(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint a bamboo grove with light falling through it and a walker on the path."""
    air, leaf, stem, shade, light = (
        (rgb("dfe8c4"), rgb("7fa84a"), rgb("6f8f3e"), rgb("16240f"), rgb("fff6d0")),
        (rgb("cfe3d8"), rgb("5f9a78"), rgb("4f8060"), rgb("0d1f1a"), rgb("f2fff4")),
        (rgb("ecd9a6"), rgb("9a9a3e"), rgb("8a7f36"), rgb("22200c"), rgb("ffe9b0")),
    )[int(rng.integers(3))]
    sun_x, sun_y = width_px * float(rng.uniform(0.35, 0.65)), height_px * 0.36
    bright = glow(width_px, height_px, x=sun_x, y=sun_y, radius=height_px * 0.62, power=1.5)
    mottled = soft(noise(rng, width_px, height_px, cells=9, octaves=4), 5)
    canvas = gradient(((0, blend(leaf, shade, 0.6)), (0.5, leaf), (1, air)), np.clip(bright + mottled * 0.11, 0, 1))
    canvas = _leaves(rng, canvas, leaf=blend(leaf, air, 0.4), count=260, size=0.03, blur=3, low=0.0, high=0.62)
    for layer in range(5):
        t = layer / 4
        for _ in range(int(22 - 15 * t)):
            x = float(rng.uniform(-0.02, 1.02)) * width_px
            if t > 0.55 and abs(x - sun_x) < width_px * 0.13:
                continue
            colour = blend(blend(air, leaf, 0.45), stem, t)
            _culm(
                canvas,
                rng,
                x=x,
                thick=min(width_px, height_px) * (0.006 + 0.034 * t**1.6) * float(rng.uniform(0.8, 1.25)),
                colour=colour,
                shade=blend(colour, shade, 0.35 + 0.6 * t),
                sun=sun_x,
                foot=height_px * (0.72 + 0.34 * t),
            )
        if layer < 4:
            haze = glow(width_px, height_px, x=sun_x, y=sun_y, radius=height_px * 0.55, power=1.6)
            canvas = mix(canvas, air, haze * np.float32(0.2))
            canvas = _leaves(
                rng,
                canvas,
                leaf=blend(leaf, shade, 0.5 * t),
                count=110,
                size=0.022 + 0.018 * t,
                blur=1.2,
                low=-0.05,
                high=0.42 - 0.2 * t,
            )
    canvas = _floor(rng, canvas, line=0.74, light=blend(leaf, air, 0.5), dark=blend(shade, leaf, 0.25), sun=sun_x)
    stencil = Stencil(width_px, height_px)
    figures.walker(
        stencil,
        x=sun_x + width_px * 0.012,
        y=height_px * 0.8,
        height=height_px * 0.115,
        turned=bool(rng.integers(2)),
        umbrella=rng.random() < 0.5,
    )
    canvas = mix(canvas, blend(shade, leaf, 0.12), stencil.plane())
    return shine(canvas, _beams(rng, width_px, height_px, x=sun_x + width_px * 0.2, y=-height_px * 0.25), light, 0.33)


def wood(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint an autumn or winter wood in fog, trunks fading one behind another."""
    air, leaf, trunk, ground, light = (
        (rgb("f4d7a2"), rgb("d98a2e"), rgb("1c120c"), rgb("8a4a1c"), rgb("ffe2a8")),
        (rgb("d5dcdc"), rgb("9aa6a2"), rgb("14191b"), rgb("59605a"), rgb("ffffff")),
        (rgb("e8b7a0"), rgb("b0452e"), rgb("1a0e12"), rgb("6a2c22"), rgb("ffd0b0")),
    )[int(rng.integers(3))]
    sun_x, sun_y = width_px * float(rng.uniform(0.38, 0.62)), height_px * 0.46
    bright = glow(width_px, height_px, x=sun_x, y=sun_y, radius=height_px * 0.55, power=1.4)
    canvas = gradient(
        ((0, blend(leaf, trunk, 0.35)), (0.5, blend(leaf, air, 0.55)), (1, blend(air, light, 0.5))), bright
    )
    canvas = _leaves(rng, canvas, leaf=blend(leaf, air, 0.25), count=420, size=0.02, blur=3, low=0, high=0.6)
    canvas = _floor(rng, canvas, line=0.7, light=blend(ground, air, 0.45), dark=blend(ground, trunk, 0.55), sun=sun_x)
    bark = noise(rng, width_px, height_px, cells=10, octaves=5, rough=0.65, aspect=0.12)
    for layer in range(5):
        t = layer / 4
        stencil = Stencil(width_px, height_px)
        for _ in range(int(20 - 15 * t)):
            x = float(rng.uniform(-0.03, 1.03)) * width_px
            if t > 0.4 and abs(x - sun_x) < width_px * (0.08 + 0.1 * t):
                continue
            thick = min(width_px, height_px) * (0.008 + 0.055 * t**1.5) * float(rng.uniform(0.7, 1.3))
            _trunk(stencil, rng, x=x, thick=thick, foot=height_px * (0.71 + 0.29 * t**1.4), height_px=height_px)
        colour = blend(blend(air, leaf, 0.35), trunk, 0.12 + 0.88 * t**0.9)
        shape = stencil.plane(blur_px=0.8 * (1 - t))
        edge = np.zeros_like(shape)
        half = int(sun_x)
        edge[:, : half - 3] = np.clip(shape[:, : half - 3] - shape[:, 3:half], 0, 1)
        edge[:, half + 3 :] = np.clip(shape[:, half + 3 :] - shape[:, half:-3], 0, 1)
        canvas = mix(canvas, np.asarray(colour, np.float32) + (bark * np.float32(0.035 * t))[..., None], shape)
        canvas = shine(canvas, edge * bright, light, 0.5)
        if layer < 4:
            canvas = mix(canvas, air, bright * np.float32(0.16))
            canvas = _leaves(
                rng,
                canvas,
                leaf=blend(leaf, trunk, 0.35 * t),
                count=170,
                size=0.009 + 0.014 * t,
                blur=0.8,
                low=-0.05,
                high=0.5 - 0.2 * t,
            )
    stencil = Stencil(width_px, height_px)
    figures.walker(
        stencil, x=sun_x, y=height_px * 0.765, height=height_px * 0.1, turned=bool(rng.integers(2)), umbrella=False
    )
    canvas = mix(canvas, blend(trunk, air, 0.12), stencil.plane())
    return shine(canvas, _beams(rng, width_px, height_px, x=sun_x, y=sun_y - height_px * 0.2), light, 0.3)


def _leaves(
    rng: Rng, canvas: Array, *, leaf: Colour, count: int, size: float, blur: float, low: float, high: float
) -> Array:
    """Scatter narrow drooping leaves between two heights, in clusters."""
    height_px, width_px = canvas.shape[:2]
    stencil = Stencil(width_px, height_px)
    span = min(width_px, height_px) * size
    for _ in range(max(1, count // 6)):
        cx, cy = float(rng.uniform(0, width_px)), float(rng.uniform(low, high)) * height_px
        for _ in range(6):
            x, y = cx + float(rng.normal(0, span * 1.1)), cy + float(rng.normal(0, span * 0.6))
            angle = float(rng.normal(0.7, 0.5)) * float(rng.choice([-1, 1])) + (np.pi if rng.random() < 0.5 else 0)
            dx, dy = math.cos(angle) * span, abs(math.sin(angle)) * span
            stencil.polygon(
                [
                    (x, y),
                    (x + dx * 0.4 - dy * 0.1, y + dy * 0.4 + dx * 0.1),
                    (x + dx, y + dy),
                    (x + dx * 0.4 + dy * 0.1, y + dy * 0.4 - dx * 0.1),
                ]
            )
    return mix(canvas, leaf, stencil.plane(blur_px=blur) * np.float32(0.8))


def _culm(
    canvas: Array, rng: Rng, *, x: float, thick: float, colour: Colour, shade: Colour, sun: float, foot: float
) -> None:
    """Stand one bamboo stem, jointed, lit from the side of the sun."""
    height_px, width_px = canvas.shape[:2]
    foot_px = min(height_px, int(foot))
    lean = float(rng.normal(0, 0.022))
    reach = abs(lean) * height_px + thick + 3
    left, right = max(0, int(x - reach)), min(width_px, int(x + reach))
    if left >= right:
        return
    down = np.arange(foot_px, dtype=np.float32)[:, None]
    middle = np.float32(x) + np.float32(lean) * (foot_px - down)
    across = (np.arange(left, right, dtype=np.float32)[None, :] - middle) / np.float32(thick / 2)
    joint = thick * float(rng.uniform(7, 10)) + 12
    phase = np.mod(down / joint + float(rng.random()), 1)
    ring = np.exp(-(((phase - 0.5) * joint / max(1.2, thick * 0.09)) ** 2))
    girth = 1 + 0.07 * ring
    inside = np.clip((girth - np.abs(across)) * thick / 2, 0, 1)
    towards = 1.0 if sun > x else -1.0
    lit = np.clip(0.5 + 0.52 * across * towards - 0.2 * across**2, 0, 1) * (1 - 0.55 * ring) + 0.3 * np.exp(
        -((((phase - 0.5) * joint - thick * 0.2) / (thick * 0.12 + 1)) ** 2)
    )
    patch = canvas[:foot_px, left:right]
    patch[:] = mix(
        patch,
        gradient(((0, shade), (0.6, colour), (1, blend(colour, (1, 1, 0.9), 0.5))), np.clip(lit, 0, 1)),
        inside.astype(np.float32),
    )


def _trunk(stencil: Stencil, rng: Rng, *, x: float, thick: float, foot: float, height_px: int) -> None:
    """Draw one tree: a trunk that wanders and spreads at the root, and a few branches."""
    left, right = [], []
    lean = float(rng.normal(0, 0.03))
    sway = profile(rng, 24, cells=3, octaves=3) * thick * 0.22
    for at, y in enumerate(np.linspace(foot, -10, 24)):
        share = (foot - y) / height_px
        middle = x + lean * (foot - y) + float(sway[at])
        half = thick / 2 * (1 - 0.42 * share) + thick * 0.5 * math.exp(-share * 42)
        left.append((middle - half, float(y)))
        right.append((middle + half, float(y)))
    stencil.polygon([*left, *reversed(right)])
    for _ in range(int(rng.integers(4, 8))):
        y = float(rng.uniform(-0.02, 0.42)) * height_px
        side = float(rng.choice([-1, 1]))
        figures.grow(
            stencil,
            rng,
            x=x + lean * (foot - y),
            y=y,
            angle=-np.pi / 2 + side * float(rng.uniform(0.7, 1.25)),
            length=thick * float(rng.uniform(1.0, 1.7)) + 8,
            width=max(0.9, thick * 0.16),
            depth=4,
        )


def _floor(rng: Rng, canvas: Array, *, line: float, light: Colour, dark: Colour, sun: float) -> Array:
    """Lay the ground, with a lighter path towards the light."""
    height_px, width_px = canvas.shape[:2]
    across, down = grid(width_px, height_px)
    depth = np.clip((down / height_px - line) / (1 - line), 0, 1)
    litter = noise(rng, width_px, height_px, cells=80, octaves=3, rough=0.75, aspect=2.2)
    path = np.exp(-((np.abs(across - sun - depth * width_px * 0.06) / (width_px * (0.02 + 0.16 * depth))) ** 2.4))
    tone = np.clip(0.62 - 0.6 * depth + path * 0.36 + litter * 0.10 * (0.4 + depth), 0, 1)
    edge = down / height_px - line + noise(rng, width_px, height_px, cells=20, octaves=3) * 0.008
    return mix(canvas, gradient(((0, dark), (1, light)), tone), ramp(-0.012, 0.05, edge))


def _beams(rng: Rng, width_px: int, height_px: int, *, x: float, y: float) -> Array:
    """Make rays of light that fan out from a point."""
    across, down = grid(width_px, height_px)
    angle = np.arctan2(down - np.float32(y), across - np.float32(x))
    rays = profile(rng, 2048, cells=26, octaves=4, rough=0.6)
    place = np.clip((angle + np.pi) / (2 * np.pi) * 2047 * 3 % 2047, 0, 2047).astype(np.int32)
    reach = np.hypot(across - np.float32(x), down - np.float32(y)) / height_px
    return np.clip(rays[place] * 0.6 - 0.1, 0, 1) * np.exp(-((reach / 0.85) ** 2)).astype(np.float32)
