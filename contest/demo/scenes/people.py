"""A person in profile against soft light."""

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
    grid,
    mix,
    noise,
    rgb,
    shine,
    soft,
    soft_canvas,
)


def portrait(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint head and shoulders in profile, the light behind drawing a bright edge."""
    dark, light, rim = (
        (rgb("1a0f0a"), rgb("e0913f"), rgb("ffd9a0")),
        (rgb("0b1218"), rgb("7fa9c4"), rgb("e8f6ff")),
        (rgb("1c0d16"), rgb("d9787a"), rgb("ffe0cc")),
        (rgb("11150f"), rgb("a9b98a"), rgb("fff7d8")),
    )[int(rng.integers(4))]
    size = min(width_px * 0.62, height_px * 0.4)
    turned = bool(rng.integers(2))
    facing = -1 if turned else 1
    x, y = width_px * (0.5 - facing * 0.2), height_px * 0.2
    sun_x, sun_y = width_px * (0.5 + facing * 0.2), height_px * float(rng.uniform(0.3, 0.42))
    cloud = soft(noise(rng, width_px, height_px, cells=2, octaves=3), 14)
    bright = glow(width_px, height_px, x=sun_x, y=sun_y, radius=height_px * 0.5, power=1.6)
    canvas = gradient(
        ((0, dark), (0.5, blend(dark, light, 0.6)), (1, blend(light, rim, 0.6))),
        np.clip(bright * 1.05 + cloud * 0.08, 0, 1),
    )
    for _ in range(22):
        disc(
            canvas,
            x=float(rng.uniform(0, width_px)),
            y=float(rng.uniform(0, height_px)),
            radius=height_px * float(rng.uniform(0.012, 0.05)),
            colour=blend(light, rim, 0.5),
            strength=float(rng.uniform(0.05, 0.28)),
        )
    canvas = soft_canvas(np.clip(canvas, 0, 1), 3)

    person, hair = Stencil(width_px, height_px), Stencil(width_px, height_px)
    outline = figures.head(x=x, y=y, size=size, turned=turned)
    person.polygon(outline)
    style = int(rng.integers(3))
    if style == 0:
        hair.ellipse(x - facing * size * 0.02, y + size * 0.16, size * 0.21, size * 0.2)
    elif style == 1:
        brim = [
            (-0.42, 0.36),
            (-0.1, 0.1),
            (0.28, -0.16),
            (0.42, -0.19),
            (0.56, -0.12),
            (0.92, 0.16),
            (1.12, 0.36),
            (0.7, 0.3),
            (0.2, 0.3),
        ]
        hair.polygon(figures.placed(brim, x=x, y=y, size=size, turned=turned))
    else:
        tail = [
            (0.0, 0.2),
            (-0.16, 0.28),
            (-0.3, 0.5),
            (-0.33, 0.85),
            (-0.26, 1.2),
            (-0.3, 1.45),
            (-0.2, 1.3),
            (-0.16, 1.0),
            (-0.13, 0.7),
            (-0.02, 0.5),
        ]
        hair.polygon(figures.placed(figures.curve(tail), x=x, y=y, size=size, turned=turned))
    body = np.maximum(person.plane(blur_px=0.9), hair.plane(blur_px=0.9))

    _, down = grid(width_px, height_px)
    # Light wraps around the edge that faces it: a thin bright line, and a wide faint one for the roundness.
    line, roundness = (
        1 - soft(_moved(body, -facing * round(size * shift)), size * blur)
        for shift, blur in ((0.014, 0.016), (0.06, 0.09))
    )
    edge, fill = np.clip(line, 0, 1) * body, np.clip(roundness, 0, 1) * body
    fade = np.exp(-(((down - y - size * 0.5) / (size * 1.3)) ** 2)) * (0.25 + 0.75 * bright)
    cloth = noise(rng, width_px, height_px, cells=40, octaves=2)[..., None] * np.float32(0.004)
    canvas = mix(canvas, np.asarray(blend(dark, (0, 0, 0), 0.35), np.float32) + cloth, body)
    canvas = shine(canvas, fill * fade, light, 0.6)
    canvas = shine(canvas, edge * fade, rim, 0.9)
    flare = glow(width_px, height_px, x=sun_x, y=sun_y, radius=height_px * 0.34, power=1.2)
    return shine(canvas, flare, light, 0.2)


def _moved(plane: Array, columns: int) -> Array:
    """Move a plane sideways; what comes in from the border repeats it."""
    at = np.clip(np.arange(plane.shape[1]) - columns, 0, plane.shape[1] - 1)
    return plane[:, at]
