"""Silhouettes of people and boats, drawn as stencils."""

import math

import numpy as np

from contest.demo.scenes.canvas import Rng, Stencil

Point = tuple[float, float]


def curve(points: list[Point], *, steps: int = 8) -> list[Point]:
    """Run a smooth closed line through points (Catmull-Rom)."""
    count = len(points)
    line = []
    for at in range(count):
        p0, p1, p2, p3 = (np.asarray(points[(at + shift) % count]) for shift in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            place = 0.5 * (
                2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
            )
            line.append((float(place[0]), float(place[1])))
    return line


def placed(points: list[Point], *, x: float, y: float, size: float, turned: bool = False) -> list[Point]:
    """Move a unit drawing to its place; ``turned`` mirrors it."""
    sign = -1 if turned else 1
    return [(x + sign * px * size, y + py * size) for px, py in points]


def boat(stencil: Stencil, *, x: float, y: float, length: float, turned: bool, rower: bool = True) -> None:
    """Draw a flat river boat seen from the side, its waterline at ``y``; a boatman in a straw hat poles it."""
    hull = [(-0.5, -0.075), (-0.4, -0.035), (-0.15, -0.012), (0.2, -0.015), (0.42, -0.045), (0.53, -0.095),
            (0.5, -0.05), (0.4, 0.005), (0.2, 0.02), (-0.2, 0.02), (-0.4, 0.0)]  # fmt: skip
    stencil.polygon(placed(curve(hull), x=x, y=y, size=length, turned=turned))
    cover = [(-0.16, -0.01), (-0.15, -0.09), (-0.06, -0.125), (0.06, -0.125), (0.13, -0.09), (0.14, -0.01)]
    stencil.polygon(placed(cover, x=x, y=y, size=length, turned=turned))
    if rower:
        man(
            stencil,
            x=x + (-1 if turned else 1) * -0.3 * length,
            y=y - 0.025 * length,
            height=0.33 * length,
            turned=turned,
        )


def man(stencil: Stencil, *, x: float, y: float, height: float, turned: bool, pole: bool = True) -> None:
    """Draw a standing man in a straw hat, feet at ``y``, leaning on a pole."""
    body = [(-0.07, 0), (-0.075, -0.25), (-0.1, -0.5), (-0.11, -0.72), (-0.06, -0.8), (0.05, -0.8), (0.1, -0.72),
            (0.1, -0.5), (0.09, -0.25), (0.09, 0), (0.035, 0), (0.015, -0.3), (-0.015, 0)]  # fmt: skip
    stencil.polygon(placed(body, x=x, y=y, size=height, turned=turned))
    stencil.ellipse(x, y - 0.87 * height, 0.055 * height, 0.075 * height)
    hat = [(-0.17, -0.885), (-0.02, -1.0), (0.02, -1.0), (0.17, -0.885), (0.1, -0.875), (-0.1, -0.875)]
    stencil.polygon(placed(hat, x=x, y=y, size=height, turned=turned))
    if pole:
        arm = [(0.06, -0.76), (0.25, -0.66), (0.26, -0.62), (0.05, -0.66)]
        stencil.polygon(placed(arm, x=x, y=y, size=height, turned=turned))
        stencil.line(placed([(0.30, -1.25), (0.2, 0.22)], x=x, y=y, size=height, turned=turned), 0.022 * height)


def walker(stencil: Stencil, *, x: float, y: float, height: float, turned: bool, umbrella: bool) -> None:
    """Draw somebody in a long coat from behind, mid-step, feet at ``y``; with an umbrella if asked."""
    coat = [(-0.11, -0.28), (-0.13, -0.5), (-0.15, -0.7), (-0.12, -0.8), (-0.04, -0.835), (0.04, -0.835),
            (0.12, -0.8),
            (0.15, -0.7), (0.13, -0.5), (0.14, -0.28), (0.0, -0.26)]  # fmt: skip
    stencil.polygon(placed(curve(coat), x=x, y=y, size=height, turned=turned))
    legs = ([(-0.09, -0.32), (-0.02, -0.3), (-0.035, -0.02), (-0.09, -0.01), (-0.1, -0.03)],
            [(0.02, -0.3), (0.1, -0.32), (0.1, -0.06), (0.125, -0.045), (0.06, -0.035)])  # fmt: skip
    for leg in legs:
        stencil.polygon(placed(leg, x=x, y=y, size=height, turned=turned))
    stencil.ellipse(x, y - 0.915 * height, 0.062 * height, 0.08 * height)
    if umbrella:
        dome = [(-0.42, -0.93), (-0.37, -1.06), (-0.22, -1.17), (0, -1.215), (0.22, -1.17), (0.37, -1.06),
                (0.42, -0.93), (0.3, -0.955), (0.2, -0.94), (0.1, -0.955), (0, -0.94), (-0.1, -0.955),
                (-0.2, -0.94), (-0.3, -0.955)]  # fmt: skip
        side = (-1 if turned else 1) * 0.09 * height
        stencil.polygon(placed(dome, x=x + side, y=y, size=height, turned=turned))
        stencil.line([(x + side, y - 1.25 * height), (x + side, y - 0.62 * height)], 0.014 * height)


def birds(stencil: Stencil, rng: Rng, *, x: float, y: float, spread: float, size: float, count: int) -> None:
    """Draw a loose flock of birds around a point."""
    for _ in range(count):
        bx, by = x + float(rng.normal(0, spread)), y + float(rng.normal(0, spread * 0.45))
        span = size * float(rng.uniform(0.6, 1.2))
        lift = span * float(rng.uniform(0.12, 0.42))
        near, far = span * 0.35, lift * 0.75
        upper = [
            (bx - span, by - lift),
            (bx - near, by - far),
            (bx, by),
            (bx + near, by - far),
            (bx + span, by - lift),
        ]
        lower = [(bx + span * 0.3, by - lift * 0.35), (bx, by + span * 0.14), (bx - span * 0.3, by - lift * 0.35)]
        stencil.polygon([*upper, *lower])


def head(*, x: float, y: float, size: float, turned: bool) -> list[Point]:
    """Give the outline of a head in profile with neck and shoulders; ``size`` from crown to chin, ``y`` the crown."""
    outline = [
        (0.40, 0.0), (0.56, 0.03), (0.69, 0.11), (0.765, 0.23), (0.79, 0.34), (0.795, 0.42),
        (0.775, 0.475), (0.80, 0.535),
        (0.85, 0.60), (0.893, 0.648), (0.882, 0.676), (0.83, 0.692), (0.812, 0.705), (0.827, 0.738),
        (0.838, 0.762), (0.806, 0.786),
        (0.826, 0.812), (0.818, 0.842), (0.782, 0.868), (0.792, 0.92), (0.782, 0.97), (0.735, 1.005),
        (0.65, 1.0), (0.56, 0.995),
        (0.51, 1.04), (0.495, 1.13), (0.525, 1.24), (0.62, 1.34), (0.80, 1.54), (0.93, 1.95), (0.98, 2.6),
        (1.0, 3.6), (-0.8, 3.6),
        (-0.72, 2.4), (-0.62, 1.72), (-0.44, 1.44), (-0.12, 1.29), (0.03, 1.17), (0.07, 1.03), (0.06, 0.9),
        (-0.01, 0.76), (-0.055, 0.58),
        (-0.05, 0.4), (0.01, 0.22), (0.13, 0.08), (0.26, 0.015),
    ]  # fmt: skip
    return placed(curve(outline), x=x, y=y, size=size, turned=turned)


def grow(
    stencil: Stencil, rng: Rng, *, x: float, y: float, angle: float, length: float, width: float, depth: int
) -> None:
    """Draw a branch and let thinner ones grow from it; ``angle`` in radians, -pi/2 is up."""
    points = [(x, y)]
    for _ in range(4):
        angle += float(rng.normal(0, 0.10))
        x, y = x + math.cos(angle) * length / 4, y + math.sin(angle) * length / 4
        points.append((float(x), float(y)))
    stencil.line(points, width)
    if depth <= 1 or length < 2:
        return
    shoots = 2 if rng.random() < 0.72 else 3
    for shoot in range(shoots):
        spread = (shoot - (shoots - 1) / 2) * float(rng.uniform(0.55, 0.95)) + float(rng.normal(0, 0.14))
        grow(
            stencil,
            rng,
            x=float(x),
            y=float(y),
            angle=angle + spread,
            length=length * float(rng.uniform(0.68, 0.9)),
            width=max(0.5, width * 0.66),
            depth=depth - 1,
        )
