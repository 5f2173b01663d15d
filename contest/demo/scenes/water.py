"""Lakes that mirror the hills, and the open sea against the light."""

import math

import numpy as np

from contest.demo.scenes import figures
from contest.demo.scenes.canvas import (
    Array,
    Colour,
    Rng,
    Stencil,
    blend,
    gradient,
    mix,
    noise,
    profile,
    ramp,
    rgb,
    shine,
    soft,
    soft_canvas,
)
from contest.demo.scenes.sky import sky


def mirrored(rng: Rng, above: Array, *, line: float, calm: float, tint: Colour, dim: float) -> Array:
    """Fill everything below a waterline with the reflection of what is above it.

    Args:
        rng: The source of chance.
        above: The canvas painted down to the line.
        line: The waterline as a share of the height.
        calm: 1 for a mirror, 0 for a breeze.
        tint: What the water itself looks like.
        dim: How much of that shows, 0..1.
    """
    height, width = above.shape[:2]
    row = round(line * height)
    deep = height - row
    down = np.arange(deep, dtype=np.float32)[:, None]
    near = down / deep
    wave = noise(rng, width, deep, cells=10, octaves=5, rough=0.62, aspect=5)
    fine = noise(rng, width, deep, cells=40, octaves=3, rough=0.6, aspect=7)
    push = (wave * (2 + 26 * near) + fine * (1 + 7 * near)) * np.float32((1 - calm) * height / 1000 + 0.12)
    blurred = soft_canvas(above[: max(row, 2)], 1.2, vertical_px=3 + 5 * (1 - calm))
    source = np.clip(row - 1 - down * (row / max(deep, 1)) * min(1.0, 1.15 * deep / max(row, 1)) - push, 0, row - 1)
    sideways = np.clip(np.arange(width, dtype=np.float32)[None, :] + push * 0.35, 0, width - 1)
    water = blurred[source.astype(np.int32), sideways.astype(np.int32)]
    facing = np.clip(dim * (0.35 + 0.9 * near) + push * 0.006, 0, 1)
    canvas = above.copy()
    canvas[row:] = mix(water, tint, facing.astype(np.float32))
    seam = np.exp(-((np.arange(height, dtype=np.float32)[:, None] - row) ** 2) / (height * 0.004) ** 2)
    return mix(
        canvas, canvas[max(row - 3, 0)].mean(0), np.broadcast_to(seam * 0.25, (height, width)).astype(np.float32)
    )


def lake(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint a lake at dusk or dawn: hills, their reflection, sometimes a boat."""
    top, middle, low, far, near, sun = (
        (rgb("232a55"), rgb("a8577a"), rgb("f7a35f"), rgb("86607f"), rgb("141222"), rgb("ffb066")),
        (rgb("5f7fa6"), rgb("b9b8c4"), rgb("f5dcc0"), rgb("9aa6b8"), rgb("1d2a30"), rgb("ffe0b0")),
        (rgb("12233d"), rgb("33587a"), rgb("9cc0c4"), rgb("4f7186"), rgb("08131d"), rgb("dcefe8")),
        (rgb("6b5a8e"), rgb("e08c8c"), rgb("ffd79c"), rgb("a87f95"), rgb("261a2c"), rgb("ffd9a0")),
    )[int(rng.integers(4))]
    line = float(rng.uniform(0.5, 0.6))
    sun_x = float(rng.uniform(0.22, 0.78))
    canvas = sky(
        rng,
        width_px,
        height_px,
        horizon=line,
        stops=((0, top), (0.55, middle), (1, low)),
        sun=(sun_x, line - float(rng.uniform(0.07, 0.2)), 0.016, sun),
        cloud=(blend(top, middle, 0.6), blend(low, sun, 0.6)),
        cover=float(rng.uniform(-0.2, 0.35)),
        wind=3,
    )
    down = np.arange(height_px, dtype=np.float32)[:, None]
    layers = 4
    for layer in range(layers):
        t = layer / (layers - 1)
        rise = profile(rng, width_px, cells=1.5 + 1.5 * t, octaves=8, rough=0.42 + 0.06 * t)
        side = np.linspace(-1, 1, width_px, dtype=np.float32) * float(rng.choice([-1, 1]))
        crest = height_px * (line - 0.105 + 0.075 * t - 0.038 * (1 - 0.4 * t) * rise - 0.10 * (t * 0.7) * side)
        crest = np.minimum(crest, height_px * (line + 0.02))
        inside = np.clip(down - crest[None, :] + 0.5, 0, 1)
        body = blend(far, near, t**1.3)
        lift = np.clip((down - crest[None, :]) / (height_px * 0.12), 0, 1)
        shade = gradient(((0, body), (1, blend(body, low, 0.42 * (1 - t)))), lift)
        speck = noise(rng, width_px, height_px, cells=40, octaves=3, aspect=1.5) * np.float32(0.018 * (0.3 + t))
        canvas = mix(canvas, shade + speck[..., None], inside)
    canvas = mirrored(
        rng, canvas, line=line, calm=float(rng.uniform(0.55, 0.95)), tint=blend(near, top, 0.35), dim=0.34
    )
    mist = ramp(0.05, 0.0, np.abs(down / height_px - line)) * np.clip(
        noise(rng, width_px, height_px, cells=4, octaves=4, aspect=5) * 0.4 + 0.25, 0, 1
    )
    canvas = mix(canvas, blend(low, (1, 1, 1), 0.15), (mist * 0.55).astype(np.float32))
    return _boats(rng, canvas, colour=blend(near, (0, 0, 0), 0.4), line=line)


def sea(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint the sea against a low sun, waves running into perspective."""
    top, low, deep, sun, shade, lit = (
        (rgb("27406e"), rgb("f7b679"), rgb("122338"), rgb("ffc27a"), rgb("5d5878"), rgb("ffcf9a")),
        (rgb("6f8fae"), rgb("f3e3cf"), rgb("2c4a5c"), rgb("fff0d4"), rgb("8f9fb0"), rgb("ffffff")),
        (rgb("3a2350"), rgb("f2755a"), rgb("1c1430"), rgb("ffa060"), rgb("5a3358"), rgb("ff9c7a")),
    )[int(rng.integers(3))]
    line = float(rng.uniform(0.36, 0.5))
    sun_x, sun_y = float(rng.uniform(0.25, 0.75)), line - float(rng.uniform(0.05, 0.16))
    canvas = sky(
        rng,
        width_px,
        height_px,
        horizon=line,
        stops=((0, top), (0.6, blend(top, low, 0.6)), (1, low)),
        sun=(sun_x, sun_y, 0.02, sun),
        cloud=(shade, lit),
        cover=float(rng.uniform(0.0, 0.6)),
        wind=2.4,
    )
    row = round(line * height_px)
    deep_px = height_px - row
    down = np.arange(deep_px, dtype=np.float32)[:, None] + np.float32(0.6)
    distance = np.float32(height_px * 0.9) / down
    across = (np.arange(width_px, dtype=np.float32)[None, :] - width_px / 2) / height_px
    x, y = across * distance * 6, distance * 6
    tilt = np.zeros((deep_px, width_px), np.float32)
    lean = np.zeros((deep_px, width_px), np.float32)
    for _ in range(14):
        angle = float(rng.normal(0.35, 0.55))
        number = math.exp(float(rng.uniform(math.log(0.7), math.log(16))))
        swing = number * (x * math.sin(angle) + y * math.cos(angle)) + float(rng.uniform(0, 6.3))
        fade = np.exp(-((number * distance * 6 / deep_px * 1.1) ** 2))
        crest = np.cos(swing) * fade * np.float32(0.15 / number**0.12)
        tilt += crest * np.float32(math.cos(angle))
        lean += crest * np.float32(math.sin(angle))
    chop = noise(rng, width_px, deep_px, cells=60, octaves=3, aspect=4) * 0.05 * ramp(0, 0.5, down / deep_px)
    tilt += chop
    grazing = np.clip(down / deep_px * 0.55 + 0.02 + tilt * 0.55, 0, 1)
    mirror = gradient(((0, low), (0.25, blend(low, top, 0.45)), (0.8, top), (1, top)), grazing)
    facing = np.clip(0.12 + 0.62 * down / deep_px + tilt * 0.85, 0, 0.92).astype(np.float32)
    water = mix(mirror, deep, facing)
    aim = np.abs(across - (sun_x - 0.5) * width_px / height_px + lean * 0.35) / (0.055 + 0.22 * down / deep_px)
    sparkle = (
        ramp(0.03, 0.32, tilt + 0.06) * np.exp(-(aim**1.6))
        + 0.5 * np.exp(-((aim * 0.8) ** 2)) * (1 - down / deep_px) ** 3
    )
    water = shine(water, sparkle, sun, 0.95)
    canvas[row:] = water
    haze = np.exp(-((np.arange(height_px, dtype=np.float32)[:, None] - row) ** 2) / (height_px * 0.006) ** 2)
    canvas = mix(canvas, low, np.broadcast_to(haze * 0.5, canvas.shape[:2]).astype(np.float32))
    return _shore(rng, canvas, colour=blend(deep, (0, 0, 0), 0.55), line=line)


def _shore(rng: Rng, canvas: Array, *, colour: Colour, line: float) -> Array:
    """Put rocks, a lighthouse or fishing boats into a seascape."""
    height_px, width_px = canvas.shape[:2]
    stencil = Stencil(width_px, height_px)
    kind = int(rng.integers(3))
    if kind == 0:
        side = float(rng.choice([-1, 1]))
        crest = profile(rng, width_px, cells=3, octaves=8, rough=0.56)
        slope = np.clip(np.linspace(-0.9, 1, width_px) * side, -1, 1)
        rock = height_px * (
            line + 0.42 - 0.62 * np.clip(slope, 0, 1) ** 0.7 - crest * 0.022 + 0.9 * np.clip(-slope, 0, 1)
        )
        stencil.polygon(
            [
                (0, height_px * 2),
                *((float(x), float(rock[x])) for x in range(0, width_px, 2)),
                (width_px, height_px * 2),
            ]
        )
        x = width_px * (0.5 + side * 0.38)
        y = float(rock[min(max(round(x), 0), width_px - 1)]) + 4
        tall = height_px * 0.15
        stencil.polygon(
            [
                (x - tall * 0.1, y),
                (x - tall * 0.065, y - tall * 0.8),
                (x + tall * 0.065, y - tall * 0.8),
                (x + tall * 0.1, y),
            ]
        )
        stencil.polygon(
            [
                (x - tall * 0.09, y - tall * 0.8),
                (x - tall * 0.09, y - tall * 0.77),
                (x + tall * 0.09, y - tall * 0.77),
                (x + tall * 0.09, y - tall * 0.8),
            ]
        )
        stencil.polygon(
            [
                (x - tall * 0.045, y - tall * 0.78),
                (x - tall * 0.045, y - tall * 0.93),
                (x, y - tall),
                (x + tall * 0.045, y - tall * 0.93),
                (x + tall * 0.045, y - tall * 0.78),
            ]
        )
        shape = stencil.plane()
        speck = noise(rng, width_px, height_px, cells=90, octaves=3, aspect=2)[..., None] * np.float32(0.012)
        foot = soft(shape, height_px * 0.006)
        return mix(canvas, np.asarray(colour, np.float32) + speck, np.maximum(shape, foot * 0.25))
    boats = 1 if kind == 1 else 3
    for at in range(boats):
        vessel = Stencil(width_px, height_px)
        length = width_px * (0.16 if boats == 1 else float(rng.uniform(0.05, 0.11)))
        x = width_px * (
            float(rng.uniform(0.25, 0.75)) if boats == 1 else 0.2 + 0.28 * at + float(rng.uniform(-0.06, 0.06))
        )
        y = height_px * (line + 0.16 if boats == 1 else line + float(rng.uniform(0.03, 0.1)))
        figures.boat(vessel, x=x, y=y, length=length, turned=bool(rng.integers(2)))
        canvas = _floating(canvas, vessel.plane(), colour=colour)
    figures.birds(
        stencil,
        rng,
        x=width_px * float(rng.uniform(0.3, 0.7)),
        y=height_px * line * 0.45,
        spread=height_px * 0.09,
        size=height_px * 0.009,
        count=9,
    )
    return mix(canvas, colour, stencil.plane())


def _boats(rng: Rng, canvas: Array, *, colour: Colour, line: float) -> Array:
    height_px, width_px = canvas.shape[:2]
    if rng.random() < 0.75:
        vessel = Stencil(width_px, height_px)
        length = min(width_px, height_px) * float(rng.uniform(0.2, 0.3))
        figures.boat(
            vessel,
            x=width_px * float(rng.uniform(0.28, 0.72)),
            y=height_px * (line + float(rng.uniform(0.13, 0.22))),
            length=length,
            turned=bool(rng.integers(2)),
        )
        canvas = _floating(canvas, vessel.plane(), colour=colour)
    if rng.random() < 0.6:
        flock = Stencil(width_px, height_px)
        figures.birds(
            flock,
            rng,
            x=width_px * float(rng.uniform(0.3, 0.7)),
            y=height_px * line * 0.5,
            spread=height_px * 0.08,
            size=height_px * 0.008,
            count=7,
        )
        canvas = mix(canvas, colour, flock.plane())
    return canvas


def _floating(canvas: Array, shape: Array, *, colour: Colour) -> Array:
    """Lay a silhouette on the water, with a broken reflection under each part that floats."""
    height_px = canvas.shape[0]
    rows = np.flatnonzero(shape[height_px // 3 :].max(1) > 0.5)
    if rows.size:
        keel = height_px // 3 + int(rows[-1])
        deep = min(height_px - keel - 1, keel)
        reach = np.zeros_like(shape)
        reach[keel : keel + deep] = shape[keel - deep + 1 : keel + 1][::-1]
        wiggle = (np.sin(np.arange(height_px) * 0.55) * 1.6 + np.sin(np.arange(height_px) * 0.21) * 2.2).astype(int)
        columns = np.clip(np.arange(shape.shape[1])[None, :] + wiggle[:, None], 0, shape.shape[1] - 1)
        reach = soft(np.take_along_axis(reach, columns, 1), 2)
        canvas = mix(canvas, colour, reach * 0.6)
    return mix(canvas, colour, shape)
