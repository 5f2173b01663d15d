"""A contest's photo terms: what a file must be, as far as a machine can check it."""

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contest.inspection.devices import DEVICES
from contest.inspection.plain import from_plain, to_plain

SEVERITIES = ("note", "flag", "reject")
PHOTO_FORMATS = (
    *("jpeg", "png", "webp", "heif", "avif", "tiff", "bigtiff", "gif", "jxl", "jp2", "bmp", "psd"),
    *("dng", "cr2", "cr3", "raf", "orf", "rw2", "mrw", "x3f"),
)
"""Formats in which photographs come, as `sniff` and the walker name them."""

_MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of a file's size, all of which hold; with alternatives of which one must hold.

    Attributes:
        bytes_min ... height_max_px: As in ``PhotoTerms``; None for no limit.
        any_of: Where not empty, at least one of these must hold, too.
        all_of: Each of these must hold, too; for several sets of alternatives.
    """

    bytes_min: int | None = None
    bytes_max: int | None = None
    long_side_min_px: int | None = None
    long_side_max_px: int | None = None
    short_side_min_px: int | None = None
    width_max_px: int | None = None
    height_max_px: int | None = None
    any_of: tuple["Limits", ...] = ()
    all_of: tuple["Limits", ...] = ()


def either_of(alternatives: tuple[Limits, ...]) -> tuple[int, int] | None:
    """Give bytes and long side in pixels of the usual pair of alternatives, such as "5 MB or 3000 px"; else None."""
    bytes_min = next((one.bytes_min for one in alternatives if one == Limits(bytes_min=one.bytes_min)), None)
    side_px = next(
        (one.long_side_min_px for one in alternatives if one == Limits(long_side_min_px=one.long_side_min_px)), None
    )
    if len(alternatives) != 2 or bytes_min is None or side_px is None:  # noqa: PLR2004 - a pair
        return None
    return bytes_min, side_px


@dataclass(frozen=True, kw_only=True)
class Region:
    """Where pictures must be taken: a box, a circle around a centre, or an outline; degrees, south and west negative.

    Attributes:
        name: As people call it.
        south, west, north, east: The box; west may be greater than east, across the date line.
        latitude, longitude, radius_km: The circle.
        outline: Corners one after the other, as (latitude, longitude); the last is joined to the first.
    """

    name: str
    south: float | None = None
    west: float | None = None
    north: float | None = None
    east: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None
    outline: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        box = (self.south, self.west, self.north, self.east)
        circle = (self.latitude, self.longitude, self.radius_km)
        outlined = [len(self.outline) in _CORNERS and all(map(_is_place, self.outline))]
        given = [*(all(value is not None for value in form) for form in (box, circle)), *outlined]
        partly = [*(any(value is not None for value in form) for form in (box, circle)), bool(self.outline)]
        if given.count(True) != 1 or partly.count(True) != 1:
            raise ValueError("Region: south, west, north, east, or latitude, longitude, radius_km, or outline")
        if self.south is not None and self.north is not None and self.south > self.north:
            raise ValueError("Region: south must not be above north")


_CORNERS = range(3, 1001)


def _is_place(corner: tuple[float, ...]) -> bool:
    """Tell whether a corner is a latitude and a longitude."""
    return len(corner) == 2 and abs(corner[0]) <= 90 and abs(corner[1]) <= 180  # noqa: PLR2004 - degrees of a globe


@dataclass(frozen=True, kw_only=True)
class PhotoTerms:
    """What the contest asks of each picture.

    Attributes:
        formats: Accepted formats as `sniff` names them, such as "jpeg".
        bytes_min, bytes_max: Size of the file in bytes, both ends included; None for no limit.
        long_side_min_px, long_side_max_px: Long side in pixels after orientation; None for no limit.
        short_side_min_px: Short side in pixels; width_max_px, height_max_px: limits of a projector's screen
            (PSA, FIAP: 1920 x 1080), after orientation; None for no limit.
        any_of, all_of: Alternatives, such as "not below 5 MB or long side 3000 px"; see ``Limits``.
        pixels_max: Width times height above which nothing is decoded.
        print_long_side_mm: Long side of the largest print or album page; None where nothing is printed.
        captured_from, captured_until: Local dates, half open; None for no limit.
        devices: Kinds of camera the category is for, as `device` names them ("phone", "drone"); empty for all.
        region: Where pictures must be taken; a picture that does not say where it was taken is not asked.
        severities: Check code ("F06.long_side_too_small") or catalogue id ("F06") to "note", "flag", "reject"
            or "off" where it departs from the default; the code wins over the id.
    """

    formats: tuple[str, ...] = ("jpeg",)
    bytes_min: int | None = None
    bytes_max: int | None = 50 * _MIB
    long_side_min_px: int | None = None
    long_side_max_px: int | None = None
    short_side_min_px: int | None = None
    width_max_px: int | None = None
    height_max_px: int | None = None
    any_of: tuple[Limits, ...] = ()
    all_of: tuple[Limits, ...] = ()
    pixels_max: int = 250_000_000
    print_long_side_mm: int | None = None
    captured_from: date | None = None
    captured_until: date | None = None
    devices: tuple[str, ...] = ()
    region: Region | None = None
    severities: Mapping[str, str] = field(default_factory=dict)

    @property
    def either(self) -> tuple[int, int] | None:
        """Give bytes and long side in pixels where one of the two is enough; None for other alternatives or none."""
        return either_of(self.any_of)

    @property
    def limits(self) -> Limits:
        """Give the limits of size alone."""
        return Limits(**{one.name: getattr(self, one.name) for one in dataclasses.fields(Limits)})

    def to_json(self) -> dict[str, Any]:
        """Give plain JSON values, dates as ISO text."""
        return to_plain(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "PhotoTerms":
        """Read what ``to_json`` gave; raises ValueError on a wrong type."""
        return from_plain(cls, raw)

    @classmethod
    def from_toml(cls, text: str) -> "PhotoTerms":
        """Read terms as people write them, at the top or in a table ``[terms]``, as a contest's presets have them.

        Sizes may be given as ``mib_min`` and ``mib_max`` instead of bytes.

        Raises:
            ValueError: It is no TOML, a name, format, device or severity is unknown, or a value has the wrong type.
        """
        raw = tomllib.loads(text)
        terms = _in_bytes(raw["terms"] if isinstance(raw.get("terms"), dict) else raw)
        _refuse_unknown(cls, terms)
        if isinstance(terms.get("region"), dict):
            _refuse_unknown(Region, terms["region"])
        read = from_plain(cls, terms)
        for names, known in ((read.formats, PHOTO_FORMATS), (read.devices, DEVICES)):
            if unknown := [name for name in names if name not in known]:
                raise ValueError(f"{', '.join(unknown)}: choose from {', '.join(known)}")
        for code, severity in read.severities.items():
            if severity not in (*SEVERITIES, "off"):
                raise ValueError(f"severities: {code} cannot be {severity}")
        return read


def _in_bytes(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Give a table with sizes in bytes, alternatives included."""
    terms = dict(raw)
    for edge in ("min", "max"):
        mib = terms.pop(f"mib_{edge}", None)
        if isinstance(mib, int | float):
            terms[f"bytes_{edge}"] = round(mib * _MIB)
    for name in ("any_of", "all_of"):
        if isinstance(terms.get(name), list):
            terms[name] = [_in_bytes(one) if isinstance(one, dict) else one for one in terms[name]]
    return terms


def _refuse_unknown(cls: type[Any], raw: Mapping[str, Any]) -> None:
    """Refuse names that are none of ours: a misspelt limit would else be no limit."""
    known = {one.name for one in dataclasses.fields(cls)}
    for name, value in raw.items():
        if name not in known:
            raise ValueError(f"{name}: there is no such term")
        if name in ("any_of", "all_of") and isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    _refuse_unknown(Limits, one)
