"""Starting points for a contest: one TOML file each, in this folder.

Numbers come from published notices and rule books; every one may be changed before the contest opens.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from contest.calls.rules.settings import CategoryGiven, TierGiven
from contest.inspection.terms import PhotoTerms
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid

FOLDER: Final = Path(__file__).parent
MIB: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Preset:
    """What a new contest starts with.

    Attributes:
        title, about: What the preset is for, in the form.
        call_days, judging_days, announce_days: How long entries come in, are judged, and until the result.
        captured_years: For how many calendar years back pictures may have been taken, 0 for any time.
        judging: Name of the way to judge that it usually goes with, see `contest/judging/presets`.
        asks_country: Whether authors say which country they come from, as the catalogues of salons count them.
        notice: A first draft of the notice, to be rewritten.
    """

    name: str
    title: Bilingual
    about: Bilingual
    accent: str
    call_days: int
    judging_days: int
    announce_days: int
    grace_minutes: int
    captured_years: int
    terms: PhotoTerms
    entries_per_author: int | None
    awards_per_author: int | None
    series_min: int
    series_max: int
    judging: str
    one_person: bool
    asks_country: bool
    categories: tuple[CategoryGiven, ...]
    tiers: tuple[TierGiven, ...]
    notice: Bilingual
    licence: Bilingual

    def terms_for(self, year: int) -> PhotoTerms:
        """Give the photo terms for a call that opens in a year."""
        if not self.captured_years:
            return self.terms
        return PhotoTerms.from_json(
            self.terms.to_json() | {"captured_from": date(year - self.captured_years, 1, 1).isoformat()}
        )


@cache
def presets() -> tuple[Preset, ...]:
    """Read every preset, by name."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.toml")))


def preset(name: str) -> Preset:
    """Give one preset.

    Raises:
        Invalid: ``contest.preset``, there is none of this name.
    """
    for found in presets():
        if found.name == name:
            return found
    raise Invalid("contest.preset")


def _read(path: Path) -> Preset:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    terms: dict[str, Any] = {**raw["terms"], "formats": tuple(raw["terms"]["formats"])}
    for edge in ("min", "max"):
        if f"mib_{edge}" in terms:
            terms[f"bytes_{edge}"] = terms.pop(f"mib_{edge}") * MIB
    return Preset(
        name=path.stem,
        title=Bilingual(**raw["title"]),
        about=Bilingual(**raw["about"]),
        accent=raw["accent"],
        **raw["days"],
        grace_minutes=raw["grace_minutes"],
        captured_years=raw["captured_years"],
        terms=PhotoTerms(**terms),
        entries_per_author=raw["caps"].get("entries_per_author"),
        awards_per_author=raw["caps"].get("awards_per_author"),
        series_min=raw["series"]["min"],
        series_max=raw["series"]["max"],
        judging=raw["judging"],
        one_person=raw["one_person"],
        asks_country=raw["asks_country"],
        categories=tuple(CategoryGiven(name=Bilingual(**one)) for one in raw["categories"]),
        tiers=tuple(
            TierGiven(key=one["key"], name=Bilingual(one["zh"], one["en"]), count=one["count"])
            for one in raw["tiers"]
        ),
        notice=Bilingual(raw["notice"]["zh"].strip(), raw["notice"]["en"].strip()),
        licence=Bilingual(raw["licence"]["zh"].strip(), raw["licence"]["en"].strip()),
    )
