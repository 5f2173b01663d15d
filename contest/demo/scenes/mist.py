"""Hills behind hills: misty ridges with conifers, cloud seas, and ink-like karst peaks."""

import numpy as np

from contest.demo.scenes import figures
from contest.demo.scenes.canvas import (
    Array,
    Rng,
    Stencil,
    blend,
    mix,
    noise,
    profile,
    ramp,
    rgb,
    shine,
)
from contest.demo.scenes.sky import sky


def conifers(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint ridges of fir forest dissolving in mist."""
    top, low, far, near, sun = (
        (rgb("b9c4c6"), rgb("e9e7df"), rgb("c3cbca"), rgb("17231f"), rgb("fff2dc")),
        (rgb("7d97b8"), rgb("f6d9b8"), rgb("b3b9c6"), rgb("131c22"), rgb("ffd9a4")),
        (rgb("4b5f7a"), rgb("d9a88e"), rgb("8e8fa3"), rgb("0e1418"), rgb("ffc090")),
    )[int(rng.integers(3))]
    sun_x = float(rng.uniform(0.2, 0.8))
    canvas = sky(
        rng,
        width_px,
        height_px,
        horizon=0.5,
        stops=((0, top), (1, low)),
        sun=(sun_x, float(rng.uniform(0.14, 0.24)), 0.018, sun),
        cloud=(blend(top, low, 0.4), blend(low, (1, 1, 1), 0.5)),
        cover=-0.3,
        wind=3,
    )
    down = np.arange(height_px, dtype=np.float32)[:, None]
    layers = 6
    for layer in range(layers):
        t = layer / (layers - 1)
        slope = np.linspace(-1, 1, width_px, dtype=np.float32) * float(rng.uniform(-1, 1))
        rise = profile(rng, width_px, cells=1.6 + t, octaves=7, rough=0.42)
        crest = height_px * (0.32 + 0.5 * t**1.15 - (0.05 + 0.035 * t) * rise - 0.10 * slope * (0.4 + t))
        tall = min(width_px, height_px) * (0.012 + 0.17 * t**2.2)
        stencil = Stencil(width_px, height_px)
        stencil.polygon(
            [(0, height_px), *((float(x), float(crest[x])) for x in range(width_px)), (width_px, height_px)]
        )
        step = max(2.2, tall * 0.2)
        for x in np.arange(-tall * 0.3, width_px + tall * 0.3, step):
            place = float(x + rng.normal(0, step * 0.6))
            row = float(crest[int(np.clip(place, 0, width_px - 1))])
            for depth in (0.0, 0.45, 0.9)[: 1 + int(t * 2.4)]:
                _fir(
                    stencil,
                    rng,
                    x=place,
                    y=row + tall * (0.2 + depth),
                    height=tall * float(rng.uniform(0.5, 1.15)),
                    fine=t > 0.5,
                )
        body = blend(far, near, t**1.25)
        mist = ramp(0.02, 0.34 - 0.06 * t, (down - crest[None, :]) / height_px)
        veil = np.clip(noise(rng, width_px, height_px, cells=3, octaves=5, aspect=3) * 0.25 + 0.8, 0, 1)
        shade = mix(
            np.zeros_like(canvas) + np.asarray(body, np.float32),
            blend(low, far, 0.35),
            mist * veil * np.float32(0.92 - 0.75 * t**2),
        )
        canvas = mix(canvas, shade, stencil.plane(blur_px=0.4 if t < 0.9 else 0))
    flock = Stencil(width_px, height_px)
    if rng.random() < 0.6:
        figures.birds(
            flock,
            rng,
            x=width_px * (1 - sun_x),
            y=height_px * 0.2,
            spread=height_px * 0.07,
            size=height_px * 0.009,
            count=8,
        )
    return mix(canvas, near, flock.plane())


def karst(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint steep rounded peaks above a sea of cloud, as from a balloon at dawn."""
    top, low, far, near, sun, cloud = (
        (rgb("6d7fa8"), rgb("ffd2a0"), rgb("b39aa6"), rgb("25303c"), rgb("ffcf90"), rgb("ffe6cc")),
        (rgb("aab8bd"), rgb("f2efe6"), rgb("b4bfc0"), rgb("222b2c"), rgb("ffffff"), rgb("fbfaf5")),
        (rgb("3e3a68"), rgb("f59a76"), rgb("8d6a86"), rgb("1c1a2e"), rgb("ffb27a"), rgb("f5c0a6")),
    )[int(rng.integers(3))]
    canvas = sky(
        rng,
        width_px,
        height_px,
        horizon=0.46,
        stops=((0, top), (0.6, blend(top, low, 0.6)), (1, low)),
        sun=(float(rng.uniform(0.25, 0.75)), float(rng.uniform(0.2, 0.32)), 0.02, sun),
        cloud=(blend(top, low, 0.5), cloud),
        cover=-0.1,
        wind=3,
    )
    across = np.arange(width_px, dtype=np.float32)
    down = np.arange(height_px, dtype=np.float32)[:, None]
    layers = 6
    rock = noise(rng, width_px, height_px, cells=22, octaves=5, rough=0.65, aspect=0.4)
    for layer in range(layers):
        t = layer / (layers - 1)
        crest: Array = np.full(width_px, height_px * (0.52 + 0.5 * t), np.float32)
        scale = min(height_px, width_px) * (0.09 + 0.13 * t)
        for _ in range(int(11 - 8 * t)):
            middle = float(rng.uniform(-0.05, 1.05)) * width_px
            wide, tall = scale * float(rng.uniform(0.4, 0.85)), scale * float(rng.uniform(0.6, 1.9))
            skew = float(rng.uniform(0.65, 1.5))
            part = (across - middle) / wide
            part = np.where(part < 0, -part * skew, part / skew)
            tower = (
                tall * np.clip(1 - part ** float(rng.uniform(1.6, 2.8)), -0.4, 1) - np.clip(part - 1, 0, None) * tall
            )
            crest = np.minimum(crest, height_px * (0.54 + 0.36 * t) - tower)
        edge = profile(rng, width_px, cells=10, octaves=7, rough=0.6)
        crest += edge * np.float32(height_px * 0.006 * (0.5 + t))
        inside = np.clip(down - crest[None, :] + 0.5, 0, 1)
        cliff = rock * np.float32(0.02 + 0.03 * t)
        body = np.asarray(blend(far, near, t**1.2), np.float32) + cliff[..., None]
        canvas = mix(canvas, body, inside)
        rim = np.clip(inside - np.roll(inside, 2, 0), 0, 1) * np.float32(0.22 * (1 - 0.5 * t))
        canvas = shine(canvas, rim, sun)
        drift = noise(rng, width_px, height_px, cells=3, octaves=6, rough=0.55, aspect=3.2)
        level = 0.50 + 0.42 * t
        fog = ramp(level - 0.06, level + 0.06, down / height_px + drift * 0.022) * np.float32(0.93 - 0.35 * t)
        bright = np.clip(0.62 + drift * 0.2 - 0.25 * t, 0, 1)
        canvas = mix(
            canvas, mix(np.zeros_like(canvas) + np.asarray(blend(far, low, 0.35), np.float32), cloud, bright), fog
        )
    return canvas


def snowfield(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint a bare tree in a snowfield while it is snowing, somebody walking past."""
    top, low, snow, dark = (
        (rgb("c9d0d6"), rgb("e6e9ea"), rgb("f3f5f6"), rgb("23272b")),
        (rgb("8fa3bf"), rgb("f0cdb8"), rgb("dfe6f1"), rgb("1d2230")),
        (rgb("6f86a6"), rgb("bccbdc"), rgb("d5e0ec"), rgb("162030")),
    )[int(rng.integers(3))]
    canvas = sky(rng, width_px, height_px, horizon=0.7, stops=((0, top), (1, low)))
    down = np.arange(height_px, dtype=np.float32)[:, None]
    far = height_px * (0.62 - 0.03 * profile(rng, width_px, cells=2, octaves=7, rough=0.45))
    canvas = mix(
        canvas,
        blend(low, dark, 0.16),
        np.clip((down - far[None, :]) / 6, 0, 1) * ramp(0.1, 0.0, (down - far[None, :]) / height_px),
    )
    ground = height_px * (0.7 - 0.02 * profile(rng, width_px, cells=1.5, octaves=3, rough=0.35))
    drift = noise(rng, width_px, height_px, cells=5, octaves=5, rough=0.5, aspect=4)
    lit = np.clip(0.72 + drift * 0.07 - (down - ground[None, :]) / height_px * 0.35, 0, 1)
    canvas = mix(
        canvas,
        mix(np.zeros_like(canvas) + np.asarray(blend(top, dark, 0.12), np.float32), snow, lit),
        np.clip((down - ground[None, :]) / 3, 0, 1),
    )
    side = float(rng.choice([0.32, 0.66]))
    x = side * width_px
    y = float(ground[int(x)]) + height_px * 0.04
    stencil = Stencil(width_px, height_px)
    figures.grow(
        stencil,
        rng,
        x=x,
        y=y,
        angle=-np.pi / 2,
        length=min(width_px, height_px) * 0.125,
        width=height_px * 0.017,
        depth=9,
    )
    small = min(width_px, height_px) * 0.085
    where = (1 - side) * width_px
    figures.walker(
        stencil,
        x=where,
        y=float(ground[int(where)]) + height_px * 0.075,
        height=small,
        turned=side < 0.5,
        umbrella=rng.random() < 0.6,
    )
    canvas = mix(canvas, dark, stencil.plane() * np.float32(0.94))
    for size, count, blur in ((0.9, 900, 0.6), (1.9, 320, 1.4), (4.5, 70, 4.0)):
        flakes = Stencil(width_px, height_px)
        for _ in range(count):
            fx, fy = float(rng.uniform(0, width_px)), float(rng.uniform(0, height_px))
            flakes.ellipse(fx, fy, size * float(rng.uniform(0.6, 1.3)), size * float(rng.uniform(0.7, 1.5)))
        canvas = shine(canvas, flakes.plane(blur_px=blur), (1, 1, 1), 0.7)
    return canvas


def _fir(stencil: Stencil, rng: Rng, *, x: float, y: float, height: float, fine: bool) -> None:
    half = height * float(rng.uniform(0.16, 0.23))
    tiers = 8 if fine else 3
    left, right = [], []
    for tier in range(tiers):
        share = (tier + 1) / tiers
        reach = half * share**0.85
        low = y - height * (1 - share)
        left.append((x - reach * float(rng.uniform(0.75, 1.15)), low))
        left.append((x - reach * 0.45, low - height / tiers * 0.12))
        right.append((x + reach * float(rng.uniform(0.75, 1.15)), low))
        right.append((x + reach * 0.45, low - height / tiers * 0.12))
    stencil.polygon([(x, y - height), *left, *reversed(right)])
