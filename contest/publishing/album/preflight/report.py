"""What a preflight found, as data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from json import dumps
from typing import Any, Literal

from contest.publishing.album.sources import Measure

Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found.

    Attributes:
        code: Such as "ppi_low"; ``facts`` make its sentence exact.
        page: Label of the page, or "" for the file.
    """

    code: str
    severity: Severity
    page: str
    facts: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Name this finding within its build, the same however often the book is built: 16 hexadecimal digits."""
        said = dumps([self.code, self.page, self.facts], ensure_ascii=False, sort_keys=True)
        return sha256(said.encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain values, with its key."""
        return {"key": self.key, **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class PictureLine:
    """What became of one photograph, at its largest.

    Attributes:
        sha256: Of the original that is printed, hexadecimal; ``width_px`` and ``height_px`` of it as seen.
        judged_sha256: Of the one that was judged: the same, unless a larger file is printed in its place.
        ppi: Pixels of the original per inch of paper.
        colour: What was taken for its colours: its "own" profile, "srgb" assumed, or the "press" CMYK.
        derivative: Why the original's data could not, or may not, go in as they are; None when they did.
        derivative_sha256: Of what went in instead, or "".
        measure: What it is on the press; None where it was not measured.
    """

    picture: str
    work: str
    number: str
    page: str
    sha256: str
    judged_sha256: str
    width_px: int
    height_px: int
    width_mm: float
    height_mm: float
    ppi: float
    colour: str
    profile: str
    derivative: str | None
    derivative_sha256: str
    measure: Measure | None

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain values, those of the measure among them."""
        plain = asdict(self)
        measure = plain.pop("measure") or {}
        return plain | measure


@dataclass(frozen=True, kw_only=True)
class Preflight:
    """The whole report."""

    findings: tuple[Finding, ...]
    pictures: tuple[PictureLine, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Give what blocks a release."""
        return tuple(each for each in self.findings if each.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Give what wants a look."""
        return tuple(each for each in self.findings if each.severity == "warning")

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing blocks a release."""
        return not self.errors


def error(code: str, page: str = "", **facts: Any) -> Finding:
    """Make a finding that blocks a release."""
    return Finding(code=code, severity="error", page=page, facts=facts)


def warning(code: str, page: str = "", **facts: Any) -> Finding:
    """Make a finding that somebody has to look at."""
    return Finding(code=code, severity="warning", page=page, facts=facts)
