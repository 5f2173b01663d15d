"""Checks of what took the picture, and where. Rows C07 and C08 of the catalogue."""

import math
from collections.abc import Iterator

from contest.inspection.checks.finding import Said
from contest.inspection.devices import SCANNER, device
from contest.inspection.facts import READ
from contest.inspection.report import Report
from contest.inspection.terms import PhotoTerms, Region

_PLACE_GRACE_KM = 2.0
"""A receiver indoors gives its last place, and China's map offset moves places by some 500 m."""

_NOWHERE_DEGREES = 0.01
_EARTH_KM = 6371.0
_SCREENS = frozenset(
    {(640, 1136), (720, 1280), (720, 1600), (750, 1334), (828, 1792), (1080, 1920), (1080, 2160), (1080, 2244)}
    | {(1080, 2280), (1080, 2310), (1080, 2312), (1080, 2316), (1080, 2340), (1080, 2376), (1080, 2388), (1080, 2400)}
    | {(1080, 2408), (1080, 2412), (1080, 2460), (1125, 2436), (1170, 2532), (1179, 2556), (1206, 2622), (1220, 2712)}
    | {(1224, 2700), (1228, 2700), (1240, 2772), (1242, 2208), (1242, 2688), (1260, 2800), (1264, 2780), (1284, 2778)}
    | {(1290, 2796), (1320, 2868), (1344, 2992), (1440, 2560), (1440, 2960), (1440, 3040), (1440, 3088), (1440, 3120)}
    | {(1440, 3200), (1536, 2048), (1620, 2160), (1668, 2388), (2048, 2732)}
)
"""Phones' and tablets' screens, short side first."""


def camera_named(report: Report, terms: PhotoTerms) -> Iterator[Said]:
    """C07: a make or model is named, of the kind the category is for. Programs for panoramas drop both."""
    facts = report.facts
    kind = device(facts.make, facts.model, software=facts.software)
    if kind is None and _is_screenshot(report):
        yield "C07.screenshot", {"size": f"{report.width_px} × {report.height_px}"}
    elif (
        kind is None and facts.exif_state == READ and (facts.captured_at is not None or facts.exposure_s is not None)
    ):
        yield "C07.no_camera_named", {}
    if terms.devices and kind is None:
        yield "C07.device_unknown", {}
    elif terms.devices and kind not in (*terms.devices, SCANNER):
        yield "C07.other_device", {"camera": facts.model or facts.make or "?"}


def place_within(report: Report, terms: PhotoTerms) -> Iterator[Said]:
    """C08: the place is in the region, give or take two kilometres; no place is never held against a picture."""
    latitude, longitude = report.facts.latitude, report.facts.longitude
    if terms.region is None or latitude is None or longitude is None:
        return
    if abs(latitude) < _NOWHERE_DEGREES and abs(longitude) < _NOWHERE_DEGREES:
        return  # what a receiver without a fix writes
    beyond_km = _beyond_km(terms.region, latitude, longitude)
    if beyond_km > _PLACE_GRACE_KM:
        yield "C08.outside_region", {"region": terms.region.name, "beyond_km": math.ceil(beyond_km)}


def _is_screenshot(report: Report) -> bool:
    sides = sorted((report.width_px or 0, report.height_px or 0))
    return report.format == "png" and (sides[0], sides[1]) in _SCREENS and report.facts.make is None


def _beyond_km(region: Region, latitude: float, longitude: float) -> float:
    """Give how far outside a region a place lies, 0 for inside."""
    if region.latitude is not None and region.longitude is not None and region.radius_km is not None:
        away = _distance_km(latitude, longitude, region.latitude, region.longitude)
        return max(0.0, away - region.radius_km)
    if region.outline:
        return _beyond_outline_km(region.outline, latitude, longitude)
    south, west, north, east = region.south or 0.0, region.west or 0.0, region.north or 0.0, region.east or 0.0
    nearest = min(max(latitude, south), north)
    width, at = (east - west) % 360, (longitude - west) % 360
    if at <= width or (west, east) == (-180.0, 180.0):
        return _distance_km(latitude, longitude, nearest, longitude)
    return min(_distance_km(latitude, longitude, nearest, edge) for edge in (west, east))


def _beyond_outline_km(outline: tuple[tuple[float, float], ...], latitude: float, longitude: float) -> float:
    """Give how far outside an outline a place lies: on a plane around the place, which at that distance is flat."""
    km_down = math.pi * _EARTH_KM / 180
    km_across = km_down * math.cos(math.radians(latitude))
    corners = []
    along = longitude  # goes on beyond 180 degrees where the outline does
    for north, east in outline:
        along += (east - along + 180) % 360 - 180
        corners.append(((along - longitude) * km_across, (north - latitude) * km_down))
    edges = list(zip(corners, (*corners[1:], corners[0]), strict=True))
    # Inside is where a line to the east crosses the outline an odd number of times.
    crossed = [x + y * (to_x - x) / (y - to_y) > 0 for (x, y), (to_x, to_y) in edges if (y > 0) != (to_y > 0)]
    return 0.0 if crossed.count(True) % 2 else min(_away(*edge) for edge in edges)


def _away(begin: tuple[float, float], end: tuple[float, float]) -> float:
    """Give the distance of a straight piece from the origin."""
    (x, y), (dx, dy) = begin, (end[0] - begin[0], end[1] - begin[1])
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else min(1.0, max(0.0, -(x * dx + y * dy) / length))
    return math.hypot(x + share * dx, y + share * dy)


def _distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Give the distance on a sphere (haversine)."""
    first, second = math.radians(latitude), math.radians(other_latitude)
    across = math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    along = math.sin((second - first) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, along + math.cos(first) * math.cos(second) * across)))
