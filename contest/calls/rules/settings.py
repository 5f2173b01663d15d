"""What an organizer may write into a contest's settings, and what would be wrong with it."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from contest.calls.rules.moments import is_zone
from contest.inspection.terms import PhotoTerms
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid

# The address of a page.
RESERVED_NAMES: Final = frozenset({"new"})
CATEGORIES_MAX: Final = 26  # each has a letter
CONTRAST_MIN: Final = 4.5  # WCAG 2.2, 1.4.3
_SHORT_NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")

NOTHING: Final = Bilingual()

Faults = list[tuple[str, Invalid]]


@dataclass(frozen=True, kw_only=True)
class TextsGiven:
    """What may be changed until the contest is archived: it promises nothing to those who entered.

    ``hosts``, ``organizers`` and ``sponsors`` hold one name a line.
    """

    language: str
    name: Bilingual
    edition: str = ""
    cup: Bilingual = NOTHING
    notice: Bilingual = NOTHING
    hosts: Bilingual = NOTHING
    organizers: Bilingual = NOTHING
    sponsors: Bilingual = NOTHING
    accent: str
    judging_until: datetime | None = None
    announces_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CategoryGiven:
    """A category; its key is the letter of its place in the list."""

    name: Bilingual


@dataclass(frozen=True, kw_only=True)
class TierGiven:
    """A prize tier; ``key`` is empty for a new one."""

    key: str = ""
    name: Bilingual
    count: int


@dataclass(frozen=True, kw_only=True)
class RulesGiven:
    """What people enter under: settled once the contest is open."""

    zone: str
    opens_at: datetime
    closes_at: datetime
    grace_minutes: int
    terms: PhotoTerms
    entries_per_author: int | None
    awards_per_author: int | None
    series_min: int
    series_max: int
    one_person: bool
    licence: Bilingual
    categories: tuple[CategoryGiven, ...] = field(default=())
    tiers: tuple[TierGiven, ...] = field(default=())


def faults_of_texts(texts: TextsGiven, *, closes_at: datetime) -> Faults:
    """List what is wrong with the texts, as pairs of a field's name and what to say there."""
    found: Faults = []
    if not _COLOUR.fullmatch(texts.accent):
        found.append(("accent", Invalid("colour.unusable")))
    elif contrast_with_white(texts.accent) < CONTRAST_MIN:
        found.append(("accent", Invalid("colour.pale")))
    later = [closes_at, *(moment for moment in (texts.judging_until, texts.announces_at) if moment is not None)]
    if later != sorted(later):
        found.append(("judging_until", Invalid("dates.order")))
    return found


def faults_of_rules(rules: RulesGiven) -> Faults:
    """List what is wrong with the rules, as pairs of a field's name and what to say there."""
    terms = rules.terms
    bytes_min, long_side_min_px = terms.either or (terms.bytes_min, terms.long_side_min_px)
    checks = (
        ("zone", is_zone(rules.zone), "zone.unknown"),
        ("closes_on", rules.opens_at < rules.closes_at, "dates.order"),
        ("mib_max", _ascend(bytes_min, terms.bytes_max), "number.range"),
        ("long_side_max_px", _ascend(long_side_min_px, terms.long_side_max_px), "number.range"),
        ("captured_last", _ascend(terms.captured_from, terms.captured_until), "dates.order"),
        ("series_max", rules.series_min <= rules.series_max, "number.range"),
        ("categories", all(category.name for category in rules.categories), "list.both_names"),
        ("tiers", all(tier.name for tier in rules.tiers), "list.both_names"),
        ("tiers", all(tier.count >= 1 for tier in rules.tiers), "tier.count"),
    )
    return [(name, Invalid(code)) for name, holds, code in checks if not holds]


def short_name_fault(given: str) -> Invalid | None:
    """Say why a short name cannot be part of an address, or None."""
    if not _SHORT_NAME.fullmatch(given):
        return Invalid("contest.short_name")
    if given in RESERVED_NAMES:
        return Invalid("contest.name_taken", given=given)
    return None


def contrast_with_white(colour: str) -> float:
    """Give the contrast ratio, 1 to 21, of white letters on a colour such as "#8c2f1b" (WCAG 2.2)."""
    levels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB, IEC 61966-2-1
        for level in levels
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _ascend(low: int | date | None, high: int | date | None) -> bool:
    if low is None or high is None:
        return True
    return low <= high  # type: ignore[operator]  # both are of one kind
