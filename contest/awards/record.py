"""The result of a contest as one frozen, plain record: what gallery, album and every later output read.

It is built once, from the tables, when the chair seals; its canonical JSON is stored and hashed. Nothing
that publishes ever looks at the live tables again, so an output always shows what was sealed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from contest.kernel.bilingual import Bilingual


@dataclass(frozen=True, kw_only=True)
class PictureRecord:
    """One photograph of a work.

    Attributes:
        id: The picture's id, hexadecimal.
        sha256: Of the original file, hexadecimal; also names it in the store.
        width_px: Width as seen, that is after the orientation was applied.
        height_px: Height as seen.
        bytes: Size of the original file.
        captured_at: Local ISO time without a zone, or None.
        camera: Make and model for a caption, or None.
        colour: Mean colour as ``#rrggbb``, or "" where it is not known.
    """

    id: str
    sha256: str
    width_px: int
    height_px: int
    bytes: int
    captured_at: str | None = None
    camera: str | None = None
    colour: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkRecord:
    """One ranked entry, single or series, with what may be published about it.

    Attributes:
        number: The entry number people know, such as "A-0107".
        rank: 1 for the best; works that tie share a rank.
        score: The official score as it is printed, such as "8.40".
        raw: The plain mean of its marks, printed, to stand beside it.
        tier: Key of the tier it won, or None.
        country: Where its author comes from, ISO 3166-1 code of two letters, or "".
    """

    id: str
    number: str
    rank: int
    score: str
    tier: str | None
    kind: str
    category: str
    title: Bilingual
    caption: str
    place: str
    author: Bilingual
    unit: Bilingual
    pictures: tuple[PictureRecord, ...]
    country: str = ""
    raw: str = ""


@dataclass(frozen=True, kw_only=True)
class TierRecord:
    """A prize tier, best first in ``Record.tiers``; ``count`` is how many works it may hold."""

    key: str
    name: Bilingual
    count: int
    category: str | None = None


@dataclass(frozen=True, kw_only=True)
class CategoryRecord:
    """A category; ``key`` is the letter that starts its entry numbers."""

    key: str
    name: Bilingual


@dataclass(frozen=True, kw_only=True)
class JurorRecord:
    """A member of the panel as printed; ``role`` is "chair", "juror" or "secretary"."""

    name: Bilingual
    title: Bilingual
    role: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What the contest received: counts of entries, authors, units and voting jurors."""

    entries: int
    authors: int
    units: int
    jurors: int


@dataclass(frozen=True, kw_only=True)
class Received:
    """What one country sent to one category, as catalogues count it; ``country`` is a code as in a work, or ""."""

    category: str
    country: str
    authors: int
    works: int


@dataclass(frozen=True, kw_only=True)
class Record:
    """The whole result; works in rank order, those without a tier included only when they were ranked."""

    short_name: str
    edition: str
    name: Bilingual
    cup: Bilingual
    notice: Bilingual
    hosts: tuple[Bilingual, ...]
    organizers: tuple[Bilingual, ...]
    sponsors: tuple[Bilingual, ...]
    zone: str
    accent: str
    language: str
    version: int
    sealed_at: str
    figures: Figures
    jury: tuple[JurorRecord, ...]
    categories: tuple[CategoryRecord, ...]
    tiers: tuple[TierRecord, ...]
    works: tuple[WorkRecord, ...]
    received: tuple[Received, ...] = ()

    def winners(self, tier: str) -> tuple[WorkRecord, ...]:
        """Give the works that won ``tier``, best first."""
        return tuple(work for work in self.works if work.tier == tier)

    def to_json(self) -> str:
        """Write the canonical form: sorted keys, no spaces, UTF-8 left as it is."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """Hash the canonical form with SHA-256, hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> "Record":
        """Read what ``to_json`` wrote.

        Raises:
            KeyError, TypeError, ValueError: the text is not a record of this version.
        """
        raw: dict[str, Any] = json.loads(text)
        return cls(
            **{
                **raw,
                "name": Bilingual(*raw["name"]),
                "cup": Bilingual(*raw["cup"]),
                "notice": Bilingual(*raw["notice"]),
                "hosts": _texts(raw["hosts"]),
                "organizers": _texts(raw["organizers"]),
                "sponsors": _texts(raw["sponsors"]),
                "figures": Figures(**raw["figures"]),
                "jury": tuple(
                    JurorRecord(name=Bilingual(*j["name"]), title=Bilingual(*j["title"]), role=j["role"])
                    for j in raw["jury"]
                ),
                "categories": tuple(
                    CategoryRecord(key=c["key"], name=Bilingual(*c["name"])) for c in raw["categories"]
                ),
                "tiers": tuple(TierRecord(**{**t, "name": Bilingual(*t["name"])}) for t in raw["tiers"]),
                "works": tuple(_work(work) for work in raw["works"]),
                "received": tuple(Received(**row) for row in raw.get("received", ())),
            }
        )


def _texts(rows: list[list[str]]) -> tuple[Bilingual, ...]:
    return tuple(Bilingual(*row) for row in rows)


def _work(raw: Mapping[str, Any]) -> WorkRecord:
    return WorkRecord(
        **{
            **raw,
            "title": Bilingual(*raw["title"]),
            "author": Bilingual(*raw["author"]),
            "unit": Bilingual(*raw["unit"]),
            "pictures": tuple(PictureRecord(**picture) for picture in raw["pictures"]),
        }
    )
