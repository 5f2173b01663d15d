"""Puts the whole book together: from a sealed record to the plan of every page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from contest.awards.record import Record
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid
from contest.publishing.album import back, fixing, front, labels
from contest.publishing.album.compositor import Compositor
from contest.publishing.album.design import Design, inks
from contest.publishing.album.front import Listed
from contest.publishing.album.furniture import furnished
from contest.publishing.album.options import NO_TEXT, AlbumTexts, Overrides
from contest.publishing.album.pauses import Quote, notes_page, quiet_page, quotes
from contest.publishing.album.plan import AlbumPlan, Heading, Language, Page, Remark
from contest.publishing.album.sections import column_pages, is_wide, prose_rows, section_pages
from contest.publishing.album.tables import Row
from contest.publishing.album.works import tier_pages

WORKS_IN_CONTENTS: Final = 24  # beyond it the contents name the tiers and the best works; the award list has all
CONTENTS_AIR: Final = (1.0, 0.8, 0.6, 0.45)
PROSE_PT: Final = (10.0, 9.5, 9.0)

Folios = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section of the book: its kind of page, its heading, and what makes its pages from works' folios."""

    kind: str
    heading: Bilingual
    pages: Callable[[Folios, int], list[Page]]


@dataclass(kw_only=True)
class _Book:
    """The inside as it grows, page by page from folio 1, which is a right-hand page."""

    book: Compositor
    quotes: Iterator[Quote]
    pages: list[Page] = field(default_factory=list)
    starts: dict[str, int] = field(default_factory=dict)  # first folio of each section and tier

    @property
    def folio(self) -> int:
        return len(self.pages) + 1

    def add(self, *pages: Page, start: str = "") -> None:
        if start:
            self.starts[start] = self.folio
        self.pages.extend(pages)

    def turn_to(self, *, right: bool) -> None:
        """Go on on a right-hand page, or on a left-hand one; a page between is filled with a few words."""
        if (self.folio % 2 == 1) != right:
            self.add(quiet_page(self.book, self.quote(), folio=self.folio))

    def quote(self) -> Quote:
        """Give the next words that stand alone on a page, each once; then the cup's name."""
        return next(self.quotes, Quote(text=self.book.motto()))

    def pad(self) -> None:
        """Bring the pages to the binder's multiple: with what the jury says, then with pages for notes."""
        while (self.folio - 1) % self.book.design.multiple:
            quote = next(self.quotes, None)
            if quote:
                self.add(quiet_page(self.book, quote, folio=self.folio, kind="closing"))
            else:
                self.add(notes_page(self.book, folio=self.folio))


def plan_album(
    record: Record,
    *,
    design: Design | None = None,
    language: Language = "both",
    texts: AlbumTexts | None = None,
    overrides: Overrides | None = None,
) -> AlbumPlan:
    """Lay out the album of a sealed record.

    The cover's four pages are labelled C1 to C4; the pages between are numbered from 1 on a right-hand
    page, so that an odd folio is always on the right and the inside is a multiple of ``design.multiple``. Each tier
    opens on a left-hand page, its first works facing it.

    Args:
        record: The sealed result; only works that won a tier are shown.
        design: The organizer's choices; None for the usual ones.
        language: "zh", "en", or "both" with the contest's own language leading.
        texts: The book's own texts and sections; None for none and all.
        overrides: What was changed by hand. What does not fit the record is left out and remarked upon.

    Raises:
        Invalid: ``album.nothing_awarded``; ``album.accent_invalid``.
    """
    design, overrides = design or Design(), overrides or Overrides()
    sealed = record
    record = replace(sealed, works=tuple(work for work in sealed.works if work.id not in overrides.without))
    tiers = [tier for tier in record.tiers if record.winners(tier.key)]
    if not tiers:
        raise Invalid("album.nothing_awarded")
    book = Compositor(record=record, design=design, language=language, texts=texts or AlbumTexts())
    book.remarks.extend(fixing.strangers(overrides, sealed))
    front_parts, back_parts = _front_parts(book), _back_parts(book)

    inside = _Book(book=book, quotes=quotes(book))
    if _has(book, "half_title"):
        inside.add(front.half_title(book, folio=1), quiet_page(book, inside.quote(), folio=2, kind="epigraph"))
    inside.add(front.title_page(book, folio=inside.folio))
    inside.add(front.colophon(book, folio=inside.folio))
    # The contents' length depends on its rows, not on the folios in them: so it is laid out once to be counted.
    contents_at = inside.folio
    inside.add(*_contents(book, _listed(book, front_parts, back_parts, {}, {}), first_folio=contents_at))
    for part in front_parts:
        inside.add(*part.pages({}, inside.folio), start=part.kind)
    # The figures stand where a right-hand page would otherwise be empty, else behind the list of awards.
    has_figures = _has(book, "figures") and inside.folio % 2 == 1
    if has_figures:
        inside.add(front.figures_page(book, folio=inside.folio))
    for index, tier in enumerate(tiers):
        inside.turn_to(right=False)
        pages = tier_pages(
            book,
            tier,
            index=index,
            first_folio=inside.folio,
            overrides=overrides,
            is_last=tier is tiers[-1],
        )
        inside.add(*pages, start=tier.key)

    folios = _folios(inside.pages)
    for number, part in enumerate(back_parts):
        if number == 0:
            inside.turn_to(right=True)
        inside.add(*part.pages(folios, inside.folio), start=part.kind)
        if part.kind == "awards" and _has(book, "figures") and not has_figures:
            inside.add(front.figures_page(book, folio=inside.folio))
    inside.pad()
    listed = _listed(book, front_parts, back_parts, inside.starts, folios)
    contents = _contents(book, listed, first_folio=contents_at)
    inside.pages[contents_at - 1 : contents_at - 1 + len(contents)] = contents
    return AlbumPlan(
        record_digest=sealed.digest(),
        title=book.settable(book.full_title(), style="row"),
        language=language,
        design=design,
        inks=inks(record.accent),
        pages=(
            front.cover(book, record.winners(tiers[0].key)[0]),
            front.endpaper(book, label="C2"),
            *(furnished(book, page) for page in inside.pages),
            front.endpaper(book, label="C3"),
            back.back_cover(book),
        ),
        contents=tuple(
            Heading(
                text=book.settable(book.ordered(line.name)[0], style="row"), level=line.level, page=str(line.folio)
            )
            for line in listed
        ),
        missing=tuple(sorted(book.lacking.items())),
        remarks=(
            *book.remarks,
            *(
                Remark(code="glyph_rare", facts={"character": char, "text": text})
                for char, text in sorted(book.rare.items())
                if char not in book.lacking
            ),
        ),
        without=tuple(work.id for work in sealed.works if work.tier and work.id in overrides.without),
    )


def _has(book: Compositor, section: str) -> bool:
    return section not in book.texts.without


def _rows_part(book: Compositor, kind: str, heading: Bilingual, rows: Callable[[Folios], list[Row]]) -> Part:
    def pages(folios: Folios, first_folio: int) -> list[Page]:
        return section_pages(book, kind=kind, heading=heading, rows=rows(folios), first_folio=first_folio)

    return Part(kind=kind, heading=heading, pages=pages)


def _prose_part(book: Compositor, kind: str, heading: Bilingual, text: Bilingual, signed: Bilingual) -> Part:
    def pages(_folios: Folios, first_folio: int) -> list[Page]:
        def set_at(size_pt: float) -> list[Page]:
            rows = prose_rows(book, text, signed=signed, size_pt=size_pt)
            if is_wide(book):
                return column_pages(book, rows, kind=kind, heading=heading, first_folio=first_folio)
            return section_pages(book, kind=kind, heading=heading, rows=rows, first_folio=first_folio)

        # A few lines alone on the last page are drawn in.
        return min(map(set_at, PROSE_PT), key=len)

    return Part(kind=kind, heading=heading, pages=pages)


def _front_parts(book: Compositor) -> list[Part]:
    """Give the sections before the works that have something to say."""
    texts, record = book.texts, book.record
    organizers, jury = front.organizer_rows(book), front.jury_rows(book)
    parts = (
        (organizers, _rows_part(book, "organizers", labels.ORGANIZATION, lambda _: organizers)),
        (texts.preface, _prose_part(book, "preface", labels.PREFACE, texts.preface, texts.preface_by)),
        (record.notice, _prose_part(book, "notice", labels.NOTICE, record.notice, NO_TEXT)),
        (jury, _rows_part(book, "jury", labels.JURY, lambda _: jury)),
    )
    return [part for matter, part in parts if matter and _has(book, part.kind)]


def _back_parts(book: Compositor) -> list[Part]:
    """Give the sections after the works that have something to say."""
    texts, record = book.texts, book.record
    parts = (
        (True, _rows_part(book, "awards", labels.AWARDS, lambda folios: back.award_rows(book, folios=folios))),
        (
            record.received,
            _rows_part(book, "statistics", labels.STATISTICS, lambda _: back.statistics_rows(book)),
        ),
        (True, Part(kind="authors", heading=labels.INDEX, pages=partial(back.author_pages, book))),
        (
            any(work.country for work in record.works if work.tier),
            Part(kind="countries", heading=labels.COUNTRIES, pages=partial(back.country_pages, book)),
        ),
        (texts.afterword, _prose_part(book, "afterword", labels.AFTERWORD, texts.afterword, texts.afterword_by)),
    )
    return [part for matter, part in parts if matter and _has(book, part.kind)]


def _contents(book: Compositor, listed: list[Listed], *, first_folio: int) -> list[Page]:
    """Set the contents, closer where that saves a page."""

    def set_with(air: float) -> list[Page]:
        rows = front.contents_rows(book, listed, air=air)
        return section_pages(book, kind="contents", heading=labels.CONTENTS, rows=rows, first_folio=first_folio)

    return min(map(set_with, CONTENTS_AIR), key=len)


def _listed(
    book: Compositor, front_parts: list[Part], back_parts: list[Part], starts: Folios, folios: Folios
) -> list[Listed]:
    """List the contents; a folio not known yet is 0, which changes no height."""
    record = book.record
    shown = [tier for tier in record.tiers if record.winners(tier.key)]
    is_long = sum(len(record.winners(tier.key)) for tier in shown) > WORKS_IN_CONTENTS
    listed = [Listed(name=part.heading, level=1, folio=starts.get(part.kind, 0)) for part in front_parts]
    for index, tier in enumerate(shown):
        name = labels.tier_name(record, tier)
        listed.append(Listed(name=name, level=1, folio=starts.get(tier.key, 0)))
        if not is_long or book.design.limit(index) == 1:
            listed += [
                Listed(name=work.title, by=work.author, level=2, folio=folios.get(work.id, 0))
                for work in record.winners(tier.key)
            ]
    listed += [Listed(name=part.heading, level=1, folio=starts.get(part.kind, 0)) for part in back_parts]
    return listed


def _folios(pages: list[Page]) -> dict[str, int]:
    """Find the page on which each work is first seen."""
    found: dict[str, int] = {}
    for page in pages:
        for spot in page.placements:
            found.setdefault(spot.work, int(page.label))
    return found
