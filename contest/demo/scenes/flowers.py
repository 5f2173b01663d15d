"""Flowers close up, everything behind them out of focus: a lotus, plum blossom, a dandelion clock."""

import math

import numpy as np
from PIL import Image

from contest.demo.scenes.canvas import (
    Array,
    Colour,
    Rng,
    Stencil,
    blend,
    disc,
    glow,
    gradient,
    grid,
    mix,
    noise,
    ramp,
    rgb,
    shine,
    soft,
    soft_canvas,
    to_canvas,
    to_image,
)


def lotus(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint a lotus in flower against its leaves, everything else out of focus."""
    base, tip, back, glowing = (
        (rgb("fbeef0"), rgb("d8577f"), rgb("16331f"), rgb("d8e8a0")),
        (rgb("fffdf4"), rgb("e9b7c0"), rgb("0c2429"), rgb("a8d8c0")),
        (rgb("ffeef0"), rgb("c23a6a"), rgb("10201c"), rgb("f0cf9a")),
    )[int(rng.integers(3))]
    canvas = _bokeh(rng, width_px, height_px, dark=back, light=glowing, count=46)
    size = min(width_px, height_px)
    x, y = width_px * float(rng.uniform(0.42, 0.58)), height_px * 0.66
    stem = Stencil(width_px, height_px)
    bend = float(rng.normal(0, 0.05)) * size
    stem.line([(x, y - size * 0.02), (x + bend * 0.4, y + size * 0.2), (x + bend, height_px * 1.05)], size * 0.017)
    canvas = mix(canvas, blend(back, glowing, 0.42), stem.plane(blur_px=0.8))
    rows: tuple[tuple[float, float, int, float, float], ...] = (
        (0.44, 1.28, 9, 0.15, 0.30),
        (0.42, 0.86, 8, 0.16, 0.15),
        (0.38, 0.5, 6, 0.165, 0.06),
    )
    for length, fan, count, wide, dim in rows:
        order = np.linspace(-fan, fan, count)
        for angle in sorted(order, key=lambda value: -abs(value)):
            lean = float(angle + rng.normal(0, 0.05))
            _petal(
                canvas,
                x=x,
                y=y,
                angle=lean,
                length=size * length * float(rng.uniform(0.92, 1.05)) * (1 - 0.1 * abs(lean)),
                wide=size * wide,
                base=base,
                tip=tip,
                dim=dim,
                bend=lean * 0.22,
            )
    _pod(canvas, rng, x=x, y=y - size * 0.11, radius=size * 0.055)
    for angle in (-0.62, 0.62, -0.27, 0.27, 0.0):
        lean = angle + float(rng.normal(0, 0.05))
        _petal(
            canvas,
            x=x,
            y=y + size * 0.012,
            angle=lean * 1.25,
            length=size * float(rng.uniform(0.22, 0.27)),
            wide=size * 0.165,
            base=base,
            tip=tip,
            dim=0.0,
            bend=lean * 0.2,
        )
    return canvas


def plum(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint a branch of plum blossom, near flowers sharp and far ones melting away."""
    inner, outer, back, glowing, bark = (
        (rgb("fbd0dc"), rgb("d2385f"), rgb("8f9aa8"), rgb("f1eef0"), rgb("2a1c1c")),
        (rgb("fffaf6"), rgb("f4c9d3"), rgb("2f4a60"), rgb("b9d0dd"), rgb("241a18")),
        (rgb("ffe6c0"), rgb("e8a33a"), rgb("3a2a24"), rgb("d9a86a"), rgb("1c120e")),
    )[int(rng.integers(3))]
    canvas = _bokeh(rng, width_px, height_px, dark=back, light=glowing, count=30)
    size = min(width_px, height_px)
    flower = [_blossom(rng, inner=inner, outer=outer) for _ in range(2)]
    for blur, count, scale, reach in ((9.0, 12, 0.15, 0.05), (3.5, 13, 0.11, 0.05), (0.0, 17, 0.135, 0.045)):
        flip = bool(rng.integers(2))
        spots = _twig(rng, width_px, height_px, flip=flip)
        twig = Stencil(width_px, height_px)
        for (x0, y0), (x1, y1), thick in spots:
            twig.line([(x0, y0), (x1, y1)], max(1.2, thick * size))
        wood_plane = twig.plane(blur_px=blur)
        canvas = mix(canvas, blend(bark, back, 0.3 if blur else 0), wood_plane)
        rim = np.clip(wood_plane - np.roll(wood_plane, 2, 0), 0, 1)
        canvas = shine(canvas, rim, glowing, 0.35)
        picture = to_image(canvas)
        for _ in range(count):
            (x, y), _, _ = spots[int(rng.integers(len(spots)))]
            wide = max(8, int(size * scale * float(rng.uniform(0.7, 1.15))))
            tall = max(6, int(wide * float(rng.uniform(0.6, 1.0))))
            bloom = flower[int(rng.integers(len(flower)))].resize(
                (wide, tall), Image.Resampling.BILINEAR, reducing_gap=2
            )
            bloom = bloom.rotate(float(rng.uniform(-180, 180)), Image.Resampling.BICUBIC, expand=True)
            place = (
                int(x + rng.normal(0, reach) * size * 0.5 - bloom.width / 2),
                int(y + rng.normal(0, reach) * size * 0.5 - bloom.height / 2),
            )
            picture.paste(bloom, place, bloom)
        canvas = to_canvas(picture)
        if blur:
            canvas = soft_canvas(canvas, blur)
    return canvas


def dandelion(rng: Rng, width_px: int, height_px: int) -> Array:
    """Paint a dandelion clock against the low sun, some of its seeds already flying."""
    dark, light, sun = (
        (rgb("2a1608"), rgb("d97a22"), rgb("ffd890")),
        (rgb("0c1c2c"), rgb("5f9ac0"), rgb("e8f4ff")),
        (rgb("22102a"), rgb("c05a7a"), rgb("ffd0b0")),
    )[int(rng.integers(3))]
    canvas = _bokeh(rng, width_px, height_px, dark=dark, light=light, count=34)
    size = min(width_px, height_px)
    left = bool(rng.integers(2))
    x, y = width_px * (0.38 if left else 0.6), height_px * 0.42
    sun_x, sun_y = x + size * 0.1, y - size * 0.02
    canvas = shine(canvas, glow(width_px, height_px, x=sun_x, y=sun_y, radius=size * 0.52, power=1.3), sun, 0.62)
    canvas = mix(
        canvas,
        blend(sun, (1, 1, 1), 0.5),
        glow(width_px, height_px, x=sun_x, y=sun_y, radius=size * 0.15, power=5) * np.float32(0.6),
    )
    radius = size * 0.24
    stem = Stencil(width_px, height_px)
    stem.line([(x, y), (x + size * 0.02, y + size * 0.35), (x - size * 0.015, height_px * 1.05)], size * 0.011)
    stem.ellipse(x, y, radius * 0.11, radius * 0.12)
    canvas = mix(canvas, blend(dark, light, 0.18), stem.plane(blur_px=0.5))
    fine, tufts = Stencil(width_px, height_px), Stencil(width_px, height_px)
    missing = 0.2 if left else np.pi - 0.2
    for turn in np.linspace(0, 2 * np.pi, 120, endpoint=False):
        off = abs((turn - missing + np.pi) % (2 * np.pi) - np.pi)
        if off < 0.55 and rng.random() < 0.75:
            continue
        reach = radius * float(rng.beta(4, 1.15))
        _seed(fine, tufts, rng, x=x, y=y, angle=float(turn + rng.normal(0, 0.02)), stalk=reach, spread=radius * 0.3)
    way = 1 if left else -1
    for _ in range(9):
        step = float(rng.uniform(0.6, 2.4))
        _seed(
            fine,
            tufts,
            rng,
            x=x + way * radius * step,
            y=y - radius * float(rng.normal(0.15, 0.4)) * step,
            angle=float(rng.normal(-np.pi / 2 + way * 0.6, 0.3)),
            stalk=radius * 0.4,
            spread=radius * 0.3,
        )
    canvas = mix(canvas, blend(dark, light, 0.1), fine.plane() * np.float32(0.55))
    return shine(canvas, tufts.plane(), blend(sun, (1, 1, 1), 0.45), 0.85)


def _bokeh(rng: Rng, width_px: int, height_px: int, *, dark: Colour, light: Colour, count: int) -> Array:
    cloud = soft(noise(rng, width_px, height_px, cells=2.2, octaves=3), 12)
    _, down = grid(width_px, height_px)
    canvas = gradient(
        ((0, dark), (1, blend(dark, light, 0.75))), np.clip(0.42 + cloud * 0.24 - down / height_px * 0.25, 0, 1)
    )
    size = min(width_px, height_px)
    for _ in range(count):
        disc(
            canvas,
            x=float(rng.uniform(0, width_px)),
            y=float(rng.uniform(0, height_px)),
            radius=size * float(rng.uniform(0.015, 0.075)),
            colour=light,
            strength=float(rng.uniform(0.05, 0.34)),
        )
    return soft_canvas(np.clip(canvas, 0, 1), 2.5)


def _petal(
    canvas: Array,
    *,
    x: float,
    y: float,
    angle: float,
    length: float,
    wide: float,
    base: Colour,
    tip: Colour,
    dim: float,
    bend: float,
) -> None:
    """Lay one pointed petal, standing on (x, y) and leaning by ``angle``; what lies under it is shaded first."""
    height_px, width_px = canvas.shape[:2]
    end_x, end_y = x + math.sin(angle) * length, y - math.cos(angle) * length
    margin = wide * 0.75 + abs(bend) * length
    left, right = max(0, int(min(x, end_x) - margin)), min(width_px, int(max(x, end_x) + margin))
    top, bottom = max(0, int(min(y, end_y) - margin)), min(height_px, int(max(y, end_y) + margin))
    across = np.arange(left, right, dtype=np.float32)[None, :] - np.float32(x)
    down = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(y)
    along = (across * math.sin(angle) - down * math.cos(angle)) / np.float32(length)
    aside = across * math.cos(angle) + down * math.sin(angle) + np.float32(bend * length) * along**2
    part = np.clip(along, 0, 1)
    half = wide * 0.98 * (part + 0.02) ** 0.62 * (1 - part) ** 0.55 * (1 + 0.35 * part)
    inside = np.clip(half - np.abs(aside), 0, 1) * (along > 0) * (along < 1)
    spread = (
        np.clip((half - np.abs(aside)) / (wide * 0.22) + 1, 0, 1) * ramp(-0.1, 0.05, along) * ramp(1.1, 0.95, along)
    )
    patch = canvas[top:bottom, left:right]
    patch *= 1 - 0.26 * spread[..., None]
    place = np.clip(aside / np.maximum(half, 1), -1, 1)
    vein = 0.5 + 0.5 * np.cos(place * 34 + np.sin(part * 3) * 2)
    tone = np.clip(part**1.7 * 0.85 + np.abs(place) ** 3 * 0.18 + vein * 0.05 * part, 0, 1)
    light = (1.02 - dim) * (0.86 + 0.14 * np.cos(place * 1.3 + 0.55) - 0.16 * np.exp(-part * 7) + 0.06 * part)
    skin = gradient(((0, base), (0.5, blend(base, tip, 0.42)), (1, tip)), tone) * light[..., None]
    edge = np.clip(1 - (half - np.abs(aside)) / 2.2, 0, 1) * inside
    patch[:] = mix(patch, skin + edge[..., None] * np.float32(0.10), inside.astype(np.float32))


def _pod(canvas: Array, rng: Rng, *, x: float, y: float, radius: float) -> None:
    """Set the seed pod and its golden stamens into the heart of a lotus."""
    height_px, width_px = canvas.shape[:2]
    hairs = Stencil(width_px, height_px)
    for turn in rng.uniform(-2.9, -0.25, 90):
        long = radius * float(rng.uniform(1.2, 1.9))
        hairs.line(
            [(x, y + radius * 0.4), (x + math.cos(turn) * long, y + radius * 0.4 + math.sin(turn) * long * 0.8)], 1.2
        )
        hairs.ellipse(x + math.cos(turn) * long, y + radius * 0.4 + math.sin(turn) * long * 0.8, 2.2, 3.0)
    canvas[:] = mix(canvas, rgb("e9b23c"), hairs.plane() * np.float32(0.9))
    disk = Stencil(width_px, height_px)
    disk.ellipse(x, y, radius, radius * 0.42)
    disk.polygon([(x - radius, y), (x + radius, y), (x + radius * 0.6, y + radius), (x - radius * 0.6, y + radius)])
    canvas[:] = mix(canvas, rgb("b9b64a"), disk.plane())
    holes = Stencil(width_px, height_px)
    for turn in np.linspace(0, 2 * np.pi, 9, endpoint=False):
        holes.ellipse(
            x + math.cos(turn) * radius * 0.62, y + math.sin(turn) * radius * 0.25, radius * 0.09, radius * 0.06
        )
    canvas[:] = mix(canvas, rgb("6d7a2a"), holes.plane())


def _blossom(rng: Rng, *, inner: Colour, outer: Colour) -> Image.Image:
    """Draw one five-petalled flower with an alpha channel, 320 pixels wide."""
    size = 320
    across, down = grid(size, size)
    dx, dy = (across - size / 2) / (size / 2), (down - size / 2) / (size / 2)
    canvas = np.zeros((size, size, 3), np.float32) + np.asarray(outer, np.float32)
    alpha = np.zeros((size, size), np.float32)
    for turn in (0, 2, 4, 1, 3):
        angle = turn * 2 * np.pi / 5 + float(rng.normal(0, 0.05))
        u, v = dx * math.cos(angle) + dy * math.sin(angle), -dx * math.sin(angle) + dy * math.cos(angle)
        reach = np.hypot((u - 0.5) / 0.45, v / 0.43)
        inside = np.clip((1 - reach) * 40, 0, 1)
        canvas *= (1 - 0.22 * np.clip(1.25 - reach, 0, 1) * (1 - inside))[..., None]
        vein = 0.5 + 0.5 * np.cos(np.arctan2(v, np.maximum(u, 0.02)) * 30)
        tone = np.clip(1 - u * 1.05 + vein * 0.07 + reach**4 * 0.12, 0, 1)
        light = 0.9 + 0.13 * np.cos((v / 0.43) * 1.4 + 0.6) - 0.1 * np.exp(-u * 6)
        canvas = mix(
            canvas,
            gradient(((0, inner), (0.7, blend(inner, outer, 0.6)), (1, outer)), tone) * light[..., None],
            inside,
        )
        alpha = np.maximum(alpha, inside)
    picture = Image.fromarray((np.clip(np.dstack([canvas, alpha]), 0, 1) * 255).astype(np.uint8))
    stamens = Stencil(size, size)
    for turn in rng.uniform(0, 2 * np.pi, 34):
        long = size * float(rng.uniform(0.10, 0.24))
        x, y = size / 2 + math.cos(turn) * long, size / 2 + math.sin(turn) * long
        stamens.line([(size / 2, size / 2), (float(x), float(y))], 1.6, shade=190)
        stamens.ellipse(float(x), float(y), 5, 5)
    gold = Image.new("RGBA", (size, size), (250, 214, 110, 255))
    picture.paste(gold, (0, 0), Image.fromarray((stamens.plane() * 255).astype(np.uint8)))
    return picture


def _twig(
    rng: Rng, width_px: int, height_px: int, *, flip: bool
) -> list[tuple[tuple[float, float], tuple[float, float], float]]:
    """Grow a branch in from one side; gives its pieces with their thickness as a share of the picture."""
    pieces: list[tuple[tuple[float, float], tuple[float, float], float]] = []
    size = min(width_px, height_px)
    buds = [(-0.03 * width_px, height_px * float(rng.uniform(0.55, 0.8)), float(rng.normal(-0.35, 0.12)), 0.022, 17)]
    while buds:
        x, y, angle, thick, left = buds.pop()
        for _ in range(left):
            angle += float(rng.normal(0, 0.2))
            far = (x + math.cos(angle) * size * 0.066, y + math.sin(angle) * size * 0.066)
            pieces.append((_turn(x, y, width_px, flip), _turn(far[0], far[1], width_px, flip), thick))
            x, y = far
            thick = max(0.003, thick * 0.89)
            if left > 6 and rng.random() < 0.3:
                buds.append((x, y, angle + float(rng.choice([-0.8, 0.75])), thick * 0.6, 6))
    return pieces


def _turn(x: float, y: float, width_px: int, flip: bool) -> tuple[float, float]:
    return (width_px - float(x) if flip else float(x)), float(y)


def _seed(
    fine: Stencil, tufts: Stencil, rng: Rng, *, x: float, y: float, angle: float, stalk: float, spread: float
) -> None:
    """Draw one seed: its stalk, and the parachute of hairs at the end."""
    end_x, end_y = x + math.cos(angle) * stalk, y + math.sin(angle) * stalk
    fine.line([(x, y), (float(end_x), float(end_y))], 0.8)
    fine.ellipse(x + math.cos(angle) * stalk * 0.1, y + math.sin(angle) * stalk * 0.1, 1.6, 1.6)
    for _ in range(15):
        out = angle + float(rng.normal(0, 0.62))
        long = spread * float(rng.uniform(0.55, 1.0))
        tufts.line(
            [
                (float(end_x), float(end_y)),
                (float(end_x + math.cos(out) * long), float(end_y + math.sin(out) * long)),
            ],
            0.5,
            shade=150,
        )
