"""What an organizer writes into an album and changes by hand: plain data that holds for every re-flow.

Works are named by their ids, and pages by their tier and their place in it ("the second page of first prizes"), so
that a longer preface moves nothing. What no longer fits the record is left out with a remark, never refused.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, get_args

from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid
from contest.publishing.album.design import Design
from contest.publishing.album.plan import AlbumPlan, Language

# In the book's order; title, colophon, contents and the works themselves are always there.
SECTIONS: Final = (
    "half_title",
    "organizers",
    "preface",
    "notice",
    "jury",
    "figures",
    "awards",
    "statistics",
    "authors",
    "countries",
    "afterword",
)
NO_TEXT: Final = Bilingual()
MOST_ON_PAGE: Final = 4
LEAST_SIZE: Final = 0.3
MOST_WHITE_MM: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What a juror says of a work, as it is printed beside it."""

    text: Bilingual
    by: Bilingual = NO_TEXT


@dataclass(frozen=True, kw_only=True)
class AlbumTexts:
    """The book's own texts; what is empty leaves its section out.

    Attributes:
        preface: Paragraphs, one a line; ``preface_by`` who signs it. ``afterword`` likewise.
        colophon: Lines of the colophon, each a name ("Editor") and what stands beside it.
        epigraph: A line or two for the page that faces the title, and for pages that fill a sheet.
        statements: What jurors say, by the juror's name as in the record (the Chinese one if there is one).
        comments: Jurors' words on a work, by the work's id.
        without: Sections left out, of ``SECTIONS``.
        shows_camera: Whether captions name the camera.
    """

    preface: Bilingual = NO_TEXT
    preface_by: Bilingual = NO_TEXT
    afterword: Bilingual = NO_TEXT
    afterword_by: Bilingual = NO_TEXT
    colophon: tuple[tuple[Bilingual, Bilingual], ...] = ()
    epigraph: Bilingual = NO_TEXT
    statements: Mapping[str, Bilingual] = field(default_factory=dict)
    comments: Mapping[str, tuple[Comment, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    shows_camera: bool = False

    def __post_init__(self) -> None:
        """Refuse a section that no book has.

        Raises:
            Invalid: ``album.section_unknown``.
        """
        for section in self.without:
            if section not in SECTIONS:
                raise Invalid("album.section_unknown", section=section)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "AlbumTexts":
        """Read what ``AlbumOptions.to_json`` wrote of it.

        Raises:
            Invalid: ``album.section_unknown``.
            TypeError: unknown field, or a text that is no pair.
        """
        pairs = ("preface", "preface_by", "afterword", "afterword_by", "epigraph")
        return cls(
            **{
                **raw,
                **{name: Bilingual(*raw[name]) for name in pairs if name in raw},
                "colophon": tuple((Bilingual(*name), Bilingual(*text)) for name, text in raw.get("colophon", ())),
                "statements": {name: Bilingual(*text) for name, text in raw.get("statements", {}).items()},
                "comments": {
                    work: tuple(Comment(text=Bilingual(*c["text"]), by=Bilingual(*c["by"])) for c in said)
                    for work, said in raw.get("comments", {}).items()
                },
                "without": tuple(raw.get("without", ())),
            }
        )


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A work that stands on one page: the ``page``-th of its tier, at its ``slot``-th place; both count from 1."""

    work: str
    page: int
    slot: int = 1


@dataclass(frozen=True, kw_only=True)
class PageOverride:
    """What was decided of one page of works.

    Attributes:
        tier: Key of the tier; ``page`` which of its pages of works, from 1.
        count: How many works it holds, 1 to 4; None for as many as suit it.
        white_mm: Paper left free inside the type area on each side, 0 to 60.
        works: A locked page's works in order; empty for a page that is not locked.
        layout: A locked page's layout, as in ``plan.Page.layout``.
    """

    tier: str
    page: int
    count: int | None = None
    white_mm: float = 0.0
    works: tuple[str, ...] = ()
    layout: str = ""


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What was changed by hand. No photograph is ever cropped, whatever is in here.

    Attributes:
        pins: At most one for a work.
        pages: At most one for a page.
        swaps: Pairs of works of one tier that change places, applied in this order before anything else.
        sizes: A photograph's size by its work's id, as a share of what the layout would give it, 0.3 to 1.
        across: Works of a best tier whose one photograph runs across the gutter, over two facing pages.
        without: Works that are left out of the book, of its lists and its indexes as well.
    """

    pins: tuple[Pin, ...] = ()
    pages: tuple[PageOverride, ...] = ()
    swaps: tuple[tuple[str, str], ...] = ()
    sizes: Mapping[str, float] = field(default_factory=dict)
    across: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing.

        Raises:
            Invalid: ``album.override_impossible`` with the field's name.
        """
        wrong = {
            "page": any(page < 1 for page in (*(pin.page for pin in self.pins), *(each.page for each in self.pages))),
            "slot": any(not 1 <= pin.slot <= MOST_ON_PAGE for pin in self.pins),
            "count": any(each.count is not None and not 1 <= each.count <= MOST_ON_PAGE for each in self.pages),
            "white_mm": any(not 0 <= each.white_mm <= MOST_WHITE_MM for each in self.pages),
            "works": any(len(each.works) > MOST_ON_PAGE for each in self.pages),
            "sizes": any(not LEAST_SIZE <= size <= 1 for size in self.sizes.values()),
        }
        for name, is_wrong in wrong.items():
            if is_wrong:
                raise Invalid("album.override_impossible", field=name)

    def with_page(self, page: PageOverride) -> "Overrides":
        """Decide a page anew, in place of what was decided of it."""
        kept = (each for each in self.pages if (each.tier, each.page) != (page.tier, page.page))
        return replace(self, pages=(*kept, page))

    def with_pin(self, pin: Pin) -> "Overrides":
        """Pin a work, in place of where it was pinned."""
        return replace(self, pins=(*(each for each in self.pins if each.work != pin.work), pin))

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "Overrides":
        """Read what ``AlbumOptions.to_json`` wrote of it.

        Raises:
            Invalid: ``album.override_impossible``.
            TypeError: unknown field.
        """
        return cls(
            pins=tuple(Pin(**pin) for pin in raw.get("pins", ())),
            pages=tuple(
                PageOverride(**{**page, "works": tuple(page.get("works", ()))}) for page in raw.get("pages", ())
            ),
            swaps=tuple((one, two) for one, two in raw.get("swaps", ())),
            sizes=dict(raw.get("sizes", {})),
            across=tuple(raw.get("across", ())),
            without=tuple(raw.get("without", ())),
        )


@dataclass(frozen=True, kw_only=True)
class AlbumOptions:
    """Everything an organizer decides about one album."""

    design: Design = field(default_factory=Design)
    language: Language = "both"
    texts: AlbumTexts = field(default_factory=AlbumTexts)
    overrides: Overrides = field(default_factory=Overrides)

    def __post_init__(self) -> None:
        """Refuse a language that no book is in.

        Raises:
            Invalid: ``album.design_impossible`` with the field's name.
        """
        if self.language not in get_args(Language):
            raise Invalid("album.design_impossible", field="language")

    def to_json(self) -> str:
        """Write the canonical form: sorted keys, no spaces, UTF-8 left as it is."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "AlbumOptions":
        """Read what ``to_json`` wrote.

        Raises:
            Invalid: a value that no book can have, see the parts.
            KeyError, TypeError, ValueError: the text is not of this shape.
        """
        raw: dict[str, Any] = json.loads(text)
        return cls(
            design=Design.from_dict(raw["design"]),
            language=raw["language"],
            texts=AlbumTexts.from_dict(raw["texts"]),
            overrides=Overrides.from_dict(raw["overrides"]),
        )


def locked(overrides: Overrides, plan: AlbumPlan, page_index: int) -> Overrides:
    """Lock a page of works as it stands in a plan: its works and its layout stay, whatever happens around it.

    A series is held by a pin on its first page; a page that shows no numbered place stays as it is.
    """
    page = plan.pages[page_index]
    if not page.nth or page.tier is None:
        return overrides
    works = tuple(spot.work for spot in page.placements)
    if page.layout.startswith("series"):
        first = next(each for each in plan.pages if each.nth and works[0] in {spot.work for spot in each.placements})
        return overrides.with_pin(Pin(work=works[0], page=first.nth))
    known = next(
        (each for each in overrides.pages if (each.tier, each.page) == (page.tier, page.nth)),
        PageOverride(tier=page.tier, page=page.nth),
    )
    return overrides.with_page(replace(known, works=works, layout=page.layout))
