"""The album as data: every page with everything on it, in millimetres from the trim's top left corner.

A plan is made from a sealed record alone, without a file being opened, and is the same every time. It is what an
organizer edits, what a preview shows and what a build sets; it survives as JSON.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from contest.publishing.album.design import Design, Ink

VERSION: Final = 1
UNDECLARED: Final = "undeclared"  # why a work must not be printed: nobody accepted rules and licence for it

Language = Literal["zh", "en", "both"]
Align = Literal["left", "right", "center"]
Anchor = Literal["top", "bottom", "middle"]
Half = Literal["", "left", "right"]


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """One paragraph of one style.

    Attributes:
        language: "zh" or "en": which rules of setting apply.
        size_pt: A size of its own in place of the style's, where a text was fitted.
        level: 1 or 2 makes it a heading to whoever has the page read aloud; 0 does not.
    """

    text: str
    style: str
    language: str
    size_pt: float | None = None
    level: int = 0


@dataclass(frozen=True, kw_only=True)
class TextBox:
    """Paragraphs in a box that must hold them; the preflight reports one that does not.

    Attributes:
        turned: Whether they read from top to bottom, turned a quarter clockwise; the box is as seen.
    """

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    paragraphs: tuple[Paragraph, ...]
    align: Align = "left"
    anchor: Anchor = "top"
    turned: bool = False


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One photograph, whole, at its place; width and height have its own proportions.

    Attributes:
        picture: Id of the picture; ``work`` of the work it belongs to.
        alt: What a screen reader says.
        half: Of a photograph that runs across the gutter, which page's half this is, "left" or "right": it is drawn
            whole on both pages, its middle in the gutter, which cuts what is seen of it. "" for any other.
    """

    picture: str
    work: str
    alt: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    half: Half = ""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A rectangle of one ink: a rule or a coloured page; where it ``bleeds`` it runs over the trim on each edge."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    ink: str
    bleeds: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page.

    Attributes:
        kind: What it is for, such as "cover", "contents", "tier", "works", "awards", "authors".
        label: What a reader calls it: "C1" to "C4" for the cover's four pages, else its folio.
        tier: Key of the tier its works won, or None.
        layout: Class of the layout, such as "3:VHab", where an automatic layout made the page.
        nth: Which of its tier's pages of works it is, from 1, by which overrides name it; 0 for any other page.
        is_dark: Whether its ground is dark, so that the inks are those named "dark_…".
    """

    kind: str
    label: str
    tier: str | None = None
    layout: str = ""
    nth: int = 0
    is_dark: bool = False
    grounds: tuple[Ground, ...] = ()
    placements: tuple[Placement, ...] = ()
    texts: tuple[TextBox, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What the layout could not do as it was asked, or did otherwise than one might expect.

    Attributes:
        code: Such as "override_unknown"; ``facts`` make its sentence exact.
        page: Label of the page it concerns, or "".
    """

    code: str
    page: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A line of the contents, and of the file's outline.

    Attributes:
        level: 1 for a section or a tier, 2 for a work.
        page: Label of the page it leads to.
    """

    text: str
    level: int
    page: str


@dataclass(frozen=True, kw_only=True)
class AlbumPlan:
    """The whole book.

    Attributes:
        record_digest: SHA-256 of the record it shows, hexadecimal.
        inks: The named inks, each C, M, Y, K in percent.
        contents: What the pages of the contents list, line by line.
        missing: Characters that no packaged font can show, each with the text it stood in; they are set as 〓.
        remarks: What the layout has to say, in no particular order.
        without: Ids of the awarded works that are left out by decision, in the order of the record.
    """

    record_digest: str
    title: str
    language: Language
    design: Design
    inks: Mapping[str, Ink]
    pages: tuple[Page, ...]
    contents: tuple[Heading, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Remark, ...] = ()
    without: tuple[str, ...] = ()
    version: int = field(default=VERSION)

    def pictures(self) -> tuple[str, ...]:
        """Give the ids of the pictures shown, each once, in the order of their first appearance."""
        return tuple(dict.fromkeys(spot.picture for page in self.pages for spot in page.placements))

    def largest(self) -> dict[str, Placement]:
        """Give each picture's largest placement: the one that asks most of its resolution."""
        found: dict[str, Placement] = {}
        for page in self.pages:
            for spot in page.placements:
                if spot.picture not in found or spot.width_mm > found[spot.picture].width_mm:
                    found[spot.picture] = spot
        return found

    def to_json(self) -> str:
        """Write the canonical form: sorted keys, no spaces, UTF-8 left as it is."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """Hash the canonical form with SHA-256, hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> "AlbumPlan":
        """Read what ``to_json`` wrote.

        Raises:
            KeyError, TypeError, ValueError: the text is not a plan of this version.
        """
        raw: dict[str, Any] = json.loads(text)
        if raw["version"] != VERSION:
            message = f"album plan of version {raw['version']}, not {VERSION}"
            raise ValueError(message)
        return cls(
            **{
                **raw,
                "design": Design.from_dict(raw["design"]),
                "inks": {name: tuple(ink) for name, ink in raw["inks"].items()},
                "contents": tuple(Heading(**each) for each in raw["contents"]),
                "missing": tuple((char, where) for char, where in raw["missing"]),
                "remarks": tuple(Remark(**each) for each in raw["remarks"]),
                "without": tuple(raw.get("without", ())),
                "pages": tuple(_page(page) for page in raw["pages"]),
            }
        )


def _page(raw: Mapping[str, Any]) -> Page:
    return Page(
        **{
            **raw,
            "grounds": tuple(Ground(**each) for each in raw["grounds"]),
            "placements": tuple(Placement(**each) for each in raw["placements"]),
            "texts": tuple(
                TextBox(**{**each, "paragraphs": tuple(Paragraph(**line) for line in each["paragraphs"])})
                for each in raw["texts"]
            ),
        }
    )
