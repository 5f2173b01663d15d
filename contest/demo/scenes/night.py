"""After dark: harbour lights, a street in the rain, lanterns."""

import numpy as np

from contest.demo.scenes import figures
from contest.demo.scenes.canvas import (
    Array,
    Colour,
    Rng,
    Stencil,
    blend,
    disc,
    glow,
    gradient,
    mix,
    noise,
    profile,
    ramp,
    resized,
    rgb,
    shine,
    soft_canvas,
)
from contest.demo.scenes.sky import sky
from contest.demo.scenes.water import mirrored

LAMPS: tuple[Colour, ...] = (
    rgb("ffb45e"),
    rgb("ffd08a"),
    rgb("ff8a4a"),
    rgb("8ec5ff"),
    rgb("ff5a4a"),
    rgb("fff1d0"),
    rgb("5fe0c8"),
)


def harbour(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint a city on the water in the blue hour, with a lit bridge and a boat coming home."""
    top, low, dark = (
        (rgb("0d1b3d"), rgb("e08a5a"), rgb("0a0f1e")),
        (rgb("0b2145"), rgb("6f9ac9"), rgb("071020")),
        (rgb("1d1440"), rgb("d9659a"), rgb("0d0a1c")),
    )[int(rng.integers(3))]
    line = 0.58
    canvas = sky(
        rng,
        width_px,
        height_px,
        horizon=line,
        stops=((0, top), (0.6, blend(top, low, 0.35)), (1, low)),
        cloud=(blend(top, dark, 0.3), blend(low, top, 0.35)),
        cover=0.1,
        wind=3,
    )
    hill = height_px * (line - 0.09 - 0.03 * profile(rng, width_px, cells=2, octaves=6))
    down = np.arange(height_px, dtype=np.float32)[:, None]
    haze = ramp(0.3, 0.0, np.abs(down / np.float32(height_px) - np.float32(line)))
    canvas = shine(canvas, haze, blend(low, rgb("ffb45e"), 0.4), 0.45)
    canvas = mix(canvas, blend(dark, low, 0.22), np.clip(down - hill[None, :], 0, 1))
    for row, (shade, tall) in enumerate(((0.16, 0.30), (0.05, 0.2))):
        canvas = _skyline(rng, canvas, line=line, colour=blend(dark, low, shade), tall=tall, lit=0.2 + 0.14 * row)
    if rng.random() < 0.6:
        canvas = _bridge(rng, canvas, line=line, colour=dark)
    lamps = [
        (float(x), float(rng.choice([0.002, 0.004])), LAMPS[int(rng.integers(len(LAMPS)))])
        for x in rng.uniform(0, width_px, 46)
    ]
    for x, size, colour in lamps:
        y = height_px * (line - 0.006 - float(rng.uniform(0, 0.012)))
        disc(canvas, x=x, y=y, radius=height_px * size, colour=(1, 0.95, 0.85))
        reach = int(height_px * 0.03)
        left, right, upper, lower = max(0, int(x) - reach), int(x) + reach, int(y) - reach, int(y) + reach
        patch = canvas[upper:lower, left:right]
        halo = glow(patch.shape[1], patch.shape[0], x=x - left, y=reach, radius=reach * 0.35, power=1.1)
        patch += halo[..., None] * np.asarray(colour, np.float32) * np.float32(0.5)
    canvas = np.clip(canvas, 0, 1)
    canvas = mirrored(rng, canvas, line=line, calm=0.62, tint=blend(dark, top, 0.5), dim=0.2)
    wet = canvas[round(line * height_px) :]
    streak = soft_canvas(wet, 1.5, vertical_px=height_px * 0.035)
    canvas[round(line * height_px) :] = np.maximum(wet * np.float32(0.72), streak)
    stencil = Stencil(width_px, height_px)
    figures.boat(
        stencil,
        x=width_px * float(rng.uniform(0.3, 0.7)),
        y=height_px * 0.8,
        length=min(width_px, height_px) * 0.26,
        turned=bool(rng.integers(2)),
    )
    return mix(canvas, dark, stencil.plane())


def street(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint a wet street at night: round lights out of focus, their streaks on the road, one walker."""
    base, warm = (
        (rgb("0d1422"), (rgb("ffae5a"), rgb("ff7a3c"), rgb("ffd9a0"), rgb("ff4a3c"))),
        (rgb("0a1a24"), (rgb("5fd0e0"), rgb("ff5f8a"), rgb("ffd070"), rgb("7aa0ff"))),
        (rgb("161020"), (rgb("ff8a4a"), rgb("ff5a5a"), rgb("ffc76a"), rgb("b07aff"))),
    )[int(rng.integers(3))]
    line = 0.60
    down = np.arange(height_px, dtype=np.float32)[:, None] / height_px
    canvas = np.zeros((height_px, width_px, 3), np.float32) + np.asarray(base, np.float32) * (
        0.6 + 0.6 * down[..., None]
    )
    centre = float(rng.uniform(0.42, 0.58)) * width_px
    canvas = shine(
        canvas,
        glow(width_px, height_px, x=centre, y=height_px * (line - 0.06), radius=height_px * 0.34, power=1.2),
        warm[0],
        0.42,
    )
    walls = Stencil(width_px, height_px)
    for side in (-1, 1):
        edge = centre
        for depth in (0.035, 0.09, 0.19, 0.36, 0.7):
            outer = centre + side * width_px * depth * 1.5
            roof = height_px * (line - 0.12 - depth * float(rng.uniform(0.55, 0.95)))
            walls.polygon(
                [(edge, height_px * line), (edge, roof), (outer, roof - height_px * 0.03), (outer, height_px * line)]
            )
            edge = outer
    canvas = mix(canvas, blend(base, (0, 0, 0), 0.3), walls.plane(blur_px=5) * np.float32(0.55))
    for depth in np.geomspace(0.04, 0.9, 15):
        for side in (-1, 1):
            x = centre + side * width_px * float(depth) * float(rng.uniform(0.5, 0.68))
            for _ in range(3):
                y = height_px * (line - 0.03 - float(depth) * float(rng.uniform(0.0, 0.75)))
                colour = warm[int(rng.integers(len(warm)))]
                radius = height_px * (0.009 + 0.05 * float(depth) ** 0.8) * float(rng.uniform(0.7, 1.15))
                disc(
                    canvas,
                    x=x + float(rng.normal(0, 0.03)) * width_px,
                    y=y,
                    radius=radius,
                    colour=colour,
                    strength=float(rng.uniform(0.3, 0.85)),
                )
    for _ in range(5):
        x = centre + float(rng.uniform(-0.12, 0.12)) * width_px
        colour = (1.0, 0.96, 0.86) if rng.random() < 0.6 else warm[3]
        for gap in (-0.012, 0.012):
            disc(
                canvas,
                x=x + gap * width_px,
                y=height_px * (line - 0.02),
                radius=height_px * 0.014,
                colour=colour,
                strength=0.9,
            )
    canvas = np.clip(canvas, 0, 1)
    canvas = mirrored(rng, canvas, line=line, calm=0.5, tint=blend(base, (0, 0, 0), 0.4), dim=0.25)
    row = round(line * height_px)
    road = canvas[row:]
    gritty = noise(rng, width_px, height_px - row, cells=50, octaves=3, aspect=2.5)
    canvas[row:] = np.maximum(road * 0.5, soft_canvas(road, 3, vertical_px=height_px * 0.06)) * (
        1 + 0.13 * gritty[..., None]
    )
    stencil = Stencil(width_px, height_px)
    tall = height_px * float(rng.uniform(0.33, 0.4)) if width_px >= height_px else height_px * 0.3
    x = centre + float(rng.uniform(-0.14, 0.14)) * width_px
    foot = height_px * 0.86
    figures.walker(stencil, x=x, y=foot, height=tall, turned=bool(rng.integers(2)), umbrella=True)
    shape = stencil.plane()
    shadow = np.zeros_like(shape)
    deep = min(height_px - round(foot) - 1, round(foot))
    shadow[round(foot) : round(foot) + deep] = shape[round(foot) - deep : round(foot)][::-1]
    canvas = mix(canvas, blend(base, (0, 0, 0), 0.5), resized(shadow, width_px, height_px) * np.float32(0.75))
    rim = np.clip(shape - np.roll(shape, 3, 0), 0, 1) + 0.5 * np.clip(shape - np.roll(shape, -2, 1), 0, 1)
    canvas = mix(canvas, blend(base, (0, 0, 0), 0.62), shape)
    canvas = shine(canvas, rim, warm[0], 0.55)
    rain = noise(rng, width_px, height_px, cells=26, octaves=2, aspect=0.06)
    return shine(canvas, ramp(1.9, 3.6, rain), (1, 1, 1), 0.22)


def lanterns(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint strings of paper lanterns over a lane, a few sharp, the rest melting into light."""
    base, paper, heart = (
        (rgb("0b1024"), rgb("c4241a"), rgb("ffc46a")),
        (rgb("141018"), rgb("d2691e"), rgb("ffe0a0")),
        (rgb("081820"), rgb("b01c2e"), rgb("ffa860")),
    )[int(rng.integers(3))]
    down = np.arange(height_px, dtype=np.float32)[:, None] / height_px
    canvas = np.zeros((height_px, width_px, 3), np.float32) + np.asarray(base, np.float32) * (
        0.8 + 0.5 * down[..., None]
    )
    canvas = shine(
        canvas,
        glow(width_px, height_px, x=width_px * 0.5, y=height_px * 0.95, radius=height_px * 0.7, power=1.4),
        paper,
        0.35,
    )
    for _ in range(70):
        x, y = float(rng.uniform(0, 1)) * width_px, float(rng.beta(3, 2)) * height_px
        radius = height_px * float(rng.uniform(0.008, 0.035))
        disc(
            canvas,
            x=x,
            y=y,
            radius=radius,
            colour=blend(paper, heart, float(rng.uniform(0.2, 0.9))),
            strength=float(rng.uniform(0.2, 0.6)),
        )
    base_size = min(width_px, height_px)
    for size, count, blur in ((0.035, 16, 5.0), (0.06, 9, 2.6), (0.125, 5, 0.0)):
        layer = canvas.copy()
        slack = float(rng.uniform(0.05, 0.13))
        start = float(rng.uniform(0.08, 0.3)) + (0.1 if blur else 0.06)
        tilt = float(rng.uniform(-0.12, 0.12))
        cord = Stencil(width_px, height_px)
        spots = [(x, start + tilt * (x - 0.5) + slack * (1 - (2 * x - 1) ** 2)) for x in np.linspace(-0.05, 1.05, 40)]
        cord.line([(x * width_px, y * height_px) for x, y in spots], base_size * 0.0022)
        layer = mix(layer, (0.02, 0.02, 0.03), cord.plane())
        for at in range(count):
            x = (at + 0.5 + float(rng.normal(0, 0.10))) / count
            y = start + tilt * (x - 0.5) + slack * (1 - (2 * x - 1) ** 2)
            _lantern(
                layer,
                rng,
                x=x * width_px,
                y=y * height_px,
                radius=base_size * size * float(rng.uniform(0.92, 1.08)),
                paper=paper,
                heart=heart,
            )
        canvas = soft_canvas(layer, blur) if blur else layer
    return canvas


def _skyline(rng: Rng, canvas: Array, *, line: float, colour: Colour, tall: float, lit: float) -> Array:
    """Stand a row of buildings on the waterline and switch some windows on."""
    height_px, width_px = canvas.shape[:2]
    foot = round(height_px * line)
    x = -20
    while x < width_px:
        wide = int(rng.uniform(0.018, 0.055) * height_px) + 6
        high = int(height_px * tall * float(rng.beta(1.6, 3.2))) + int(height_px * 0.03)
        left, right = max(0, x), min(width_px, x + wide)
        if right > left:
            house = canvas[foot - high : foot, left:right]
            shade = np.linspace(0, 1, house.shape[0], dtype=np.float32)[:, None, None] * 0.5 + 0.5
            house[:] = house * 0.08 + np.asarray(colour, np.float32) * (1.5 - 0.6 * shade)
            pitch_x, pitch_y = 5, 6
            rows, columns = house.shape[0] // pitch_y, house.shape[1] // pitch_x
            if rows > 1 and columns > 1:
                on = (rng.random((rows, columns)) < lit) * rng.uniform(0.25, 0.95, (rows, columns))
                tint = np.asarray(LAMPS[int(rng.choice([0, 1, 3, 5]))], np.float32)
                panes = np.kron(on, np.pad(np.ones((3, 3)), ((1, 2), (1, 1)))).astype(np.float32)
                target = house[: panes.shape[0], : panes.shape[1]]
                target += panes[..., None] * tint * np.float32(1.5)
        x += wide + int(rng.uniform(-0.004, 0.02) * height_px)
    return np.clip(canvas, 0, 1)


def _bridge(rng: Rng, canvas: Array, *, line: float, colour: Colour) -> Array:
    height_px, width_px = canvas.shape[:2]
    deck = height_px * (line - 0.035)
    towers = sorted((float(rng.uniform(0.16, 0.32)) * width_px, float(rng.uniform(0.66, 0.84)) * width_px))
    top = deck - height_px * 0.2
    stencil = Stencil(width_px, height_px)
    stencil.line([(0, deck), (width_px, deck)], height_px * 0.006)
    for x in towers:
        stencil.line([(x, top - height_px * 0.012), (x, height_px * line)], height_px * 0.008)
    span = towers[1] - towers[0]
    lights = []
    for x in np.arange(-span / 2, width_px + span / 2, span / 46):
        part = np.mod((x - towers[0]) / span, 1)
        y = deck - height_px * 0.012 - (deck - top - height_px * 0.012) * (2 * part - 1) ** 2
        lights.append((float(x), float(y)))
        stencil.line([(float(x), float(y)), (float(x), deck)], 0.7, shade=110)
    stencil.line(lights, height_px * 0.0022)
    canvas = mix(canvas, colour, stencil.plane())
    for x, y in lights:
        disc(canvas, x=x, y=y, radius=height_px * 0.0034, colour=rgb("fff0cc"), strength=1.2)
    for x in np.arange(0, width_px, height_px * 0.024):
        disc(
            canvas,
            x=float(x),
            y=deck - height_px * 0.006,
            radius=height_px * 0.002,
            colour=rgb("ffc070"),
            strength=0.9,
        )
    return canvas


def _lantern(canvas: Array, rng: Rng, *, x: float, y: float, radius: float, paper: Colour, heart: Colour) -> None:
    """Hang one lantern from the cord at (x, y): a ribbed oval glowing from inside, caps and a tassel."""
    height_px, width_px = canvas.shape[:2]
    tall = radius * 0.82
    middle = y + tall + radius * 0.3
    left, right = max(0, int(x - radius * 2.2)), min(width_px, int(x + radius * 2.2))
    top, bottom = max(0, int(y - radius * 0.2)), min(height_px, int(y + radius * 4))
    if left >= right or top >= bottom:
        return
    patch = canvas[top:bottom, left:right]
    across = (np.arange(left, right, dtype=np.float32)[None, :] - np.float32(x)) / np.float32(radius)
    down = (np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(middle)) / np.float32(tall)
    reach = across**2 + down**2
    halo = np.exp(-reach * 0.75)
    patch[:] = shine(patch, halo, paper, 0.3)
    inside = np.clip((1 - np.sqrt(reach)) * radius * 0.8, 0, 1)
    girth = np.sqrt(np.clip(1 - down**2, 0.02, 1))
    turn = np.arcsin(np.clip(across / girth, -1, 1))
    rib = 0.5 + 0.5 * np.cos(turn * 22 + float(rng.uniform(0, 6)))
    light = np.clip(
        1.1 * np.exp(-((down - 0.12) ** 2) * 1.5 - across**2 * 1.7) + 0.12 - 0.17 * rib**6 + 0.10 * np.cos(turn), 0, 1
    )
    skin = gradient(
        ((0, blend(paper, (0, 0, 0), 0.55)), (0.35, paper), (0.8, heart), (1, blend(heart, (1, 1, 1), 0.45))), light
    )
    patch[:] = mix(patch, skin, inside)
    for side in (-1, 1):
        cap = np.clip(1 - np.maximum(np.abs(across) / 0.34, np.abs(down - side * 0.99) / 0.09), 0, 1)
        patch[:] = mix(
            patch,
            gradient(
                ((0, rgb("3a2408")), (0.5, rgb("d8a548")), (1, rgb("6a4412"))),
                np.broadcast_to(0.5 + across * 1.4, cap.shape),
            ),
            np.clip(cap * radius * 0.3, 0, 1),
        )
    tassel = np.clip((0.13 + 0.03 * np.sin(across * 60)) - np.abs(across), 0, 1) * ((down > 1.05) & (down < 2.1))
    patch[:] = mix(patch, blend(paper, heart, 0.25), np.clip(tassel * radius * 0.5, 0, 1) * np.float32(0.85))
