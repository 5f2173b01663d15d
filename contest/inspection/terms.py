"""A contest's photo terms: what a file must be, as far as a machine can check it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

SEVERITIES = ("note", "flag", "reject")


@dataclass(frozen=True, kw_only=True)
class PhotoTerms:
    """What the contest asks of each picture.

    Attributes:
        formats: Accepted formats as `sniff` names them, such as "jpeg".
        bytes_min, bytes_max: Size of the file in bytes, both ends included; None for no limit.
        long_side_min_px, long_side_max_px: Long side in pixels after orientation; None for no limit.
        short_side_min_px: Short side in pixels; width_max_px, height_max_px: limits of a projector's screen
            (PSA, FIAP: 1920 x 1080), after orientation; None for no limit.
        pixels_max: Width times height above which nothing is decoded.
        captured_from, captured_until: Local dates, half open; None for no limit.
        severities: Check code ("F06.long_side_too_small") or catalogue id ("F06") to "note", "flag", "reject"
            or "off" where it departs from the default; the code wins over the id.
    """

    formats: tuple[str, ...] = ("jpeg",)
    bytes_min: int | None = None
    bytes_max: int | None = 50 * 1024 * 1024
    long_side_min_px: int | None = None
    long_side_max_px: int | None = None
    short_side_min_px: int | None = None
    width_max_px: int | None = None
    height_max_px: int | None = None
    pixels_max: int = 250_000_000
    captured_from: date | None = None
    captured_until: date | None = None
    severities: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Give plain JSON values, dates as ISO text."""
        raw = asdict(self)
        raw["formats"] = list(self.formats)
        raw["severities"] = dict(self.severities)
        for name in ("captured_from", "captured_until"):
            raw[name] = raw[name].isoformat() if raw[name] else None
        return raw

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "PhotoTerms":
        """Read what ``to_json`` gave."""
        dates = {
            name: date.fromisoformat(raw[name]) if raw.get(name) else None
            for name in ("captured_from", "captured_until")
        }
        return cls(**{**raw, **dates, "formats": tuple(raw["formats"]), "severities": dict(raw["severities"])})
