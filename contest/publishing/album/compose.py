"""Puts the whole book together: from a sealed record to the plan of every page."""

from contest.awards.record import Record
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid
from contest.publishing.album import back, front, labels
from contest.publishing.album.compositor import Compositor, box
from contest.publishing.album.design import Design, inks
from contest.publishing.album.front import Entry, section_pages
from contest.publishing.album.plan import AlbumPlan, Language, Page
from contest.publishing.album.works import tier_name, tier_pages

WORKS_IN_CONTENTS = 48  # beyond it the contents name the tiers and the best works; the award list has all
FIRST_CONTENTS_FOLIO = 3  # after title and colophon
BARE = frozenset({"cover", "endpaper", "title", "colophon", "tier", "plate", "quiet", "closing", "back"})


def plan_album(record: Record, *, design: Design | None = None, language: Language = "both") -> AlbumPlan:
    """Lay out the album of a sealed record.

    The cover's four pages are labelled C1 to C4; the pages between are numbered from 1 on a right-hand
    page, so that an odd folio is always on the right and the inside is a multiple of ``design.multiple``.

    Args:
        record: The sealed result; only works that won a tier are shown.
        design: The organizer's choices; None for the usual ones.
        language: "zh", "en", or "both" with the contest's own language leading.

    Raises:
        Invalid: ``album.nothing_awarded``; ``album.accent_invalid``.
    """
    design = design or Design()
    if not any(record.winners(tier.key) for tier in record.tiers):
        raise Invalid("album.nothing_awarded")
    book = Compositor(record=record, design=design, language=language)
    colours = inks(record.accent)
    tiers = [tier for tier in record.tiers if record.winners(tier.key)]

    # The contents' length depends on its rows, not on the folios in them: so it is laid out once to be counted.
    draft = _entries(book, folios={}, sections={})
    contents = len(_contents(book, draft))
    front_pages = _front(book, first_folio=FIRST_CONTENTS_FOLIO + contents)
    folio = FIRST_CONTENTS_FOLIO + contents + len(front_pages)
    used_figures = folio % 2 == 1
    if used_figures:  # the first divider stands on the left, facing the best photograph
        front_pages.append(front.figures_page(book, folio=folio))
        folio += 1

    works: list[Page] = []
    for index, tier in enumerate(tiers):
        works += tier_pages(book, tier, index=index, first_folio=folio + len(works))
    folios = _folios(works)

    folio += len(works)
    awards = section_pages(
        book,
        kind="awards",
        heading=labels.AWARDS,
        rows=back.award_rows(book, folios=folios),
        first_folio=folio,
    )
    folio += len(awards)
    index_pages = back.index_pages(book, folios=folios, first_folio=folio)
    folio += len(index_pages)

    sections = {page.kind: int(page.label) for page in reversed([*front_pages, *awards, *index_pages])}
    sections |= {page.tier: int(page.label) for page in reversed(works) if page.tier}
    inside = [
        front.title_page(book, folio=1),
        front.colophon(book, folio=2),
        *_contents(book, _entries(book, folios=folios, sections=sections)),
        *front_pages,
        *works,
        *awards,
        *index_pages,
    ]
    inside += _padding(book, first_folio=folio, has_figures=used_figures)
    best = record.winners(tiers[0].key)[0]
    pages = (
        front.cover(book, best),
        front.endpaper(book, label="C2"),
        *(_with_folio(book, page) for page in inside),
        front.endpaper(book, label="C3"),
        back.back_cover(book),
    )
    return AlbumPlan(
        record_digest=record.digest(),
        title=book.settable(_full_title(book), style="row"),
        language=language,
        design=design,
        inks=colours,
        pages=pages,
        missing=tuple(sorted(book.lacking.items())),
    )


def _front(book: Compositor, *, first_folio: int) -> list[Page]:
    pages: list[Page] = []
    for kind, heading, rows in (
        ("notice", labels.NOTICE, front.notice_rows(book)),
        ("jury", labels.JURY, front.jury_rows(book)),
    ):
        if rows:
            pages += section_pages(book, kind=kind, heading=heading, rows=rows, first_folio=first_folio + len(pages))
    return pages


def _contents(book: Compositor, entries: list[Entry]) -> list[Page]:
    return section_pages(
        book,
        kind="contents",
        heading=labels.CONTENTS,
        rows=front.contents_rows(book, entries),
        first_folio=FIRST_CONTENTS_FOLIO,
    )


def _entries(book: Compositor, *, folios: dict[str, int], sections: dict[str, int]) -> list[Entry]:
    """List the contents; a folio not known yet is 0, which changes no height."""
    record = book.record
    entries = []
    if record.notice:
        entries.append(Entry(name=labels.NOTICE, level=1, folio=sections.get("notice", 0)))
    if record.jury:
        entries.append(Entry(name=labels.JURY, level=1, folio=sections.get("jury", 0)))
    shown = [tier for tier in record.tiers if record.winners(tier.key)]
    is_long = sum(len(record.winners(tier.key)) for tier in shown) > WORKS_IN_CONTENTS
    for index, tier in enumerate(shown):
        entries.append(Entry(name=tier_name(book, tier), level=1, folio=sections.get(tier.key, 0)))
        if not is_long or book.design.limit(index) == 1:
            entries += [
                Entry(name=work.title, by=work.author, level=2, folio=folios.get(work.id, 0))
                for work in record.winners(tier.key)
            ]
    entries.append(Entry(name=labels.AWARDS, level=1, folio=sections.get("awards", 0)))
    entries.append(Entry(name=labels.INDEX, level=1, folio=sections.get("index", 0)))
    return entries


def _folios(pages: list[Page]) -> dict[str, int]:
    """Find the page on which each work is first seen."""
    found: dict[str, int] = {}
    for page in pages:
        for spot in page.placements:
            found.setdefault(spot.work, int(page.label))
    return found


def _padding(book: Compositor, *, first_folio: int, has_figures: bool) -> list[Page]:
    """Bring the inside to its multiple with designed pages."""
    needed = -(first_folio - 1) % book.design.multiple
    pages: list[Page] = []
    while len(pages) < needed:
        folio = first_folio + len(pages)
        if not has_figures:
            pages.append(front.figures_page(book, folio=folio))
            has_figures = True
        else:
            words = [book.record.cup or book.record.name, Bilingual(book.record.edition, book.record.edition)]
            pages.append(back.closing_page(book, folio=folio, words=words))
    return pages


def _with_folio(book: Compositor, page: Page) -> Page:
    """Add the folio at the outer edge and the contest's name at the inner one."""
    if page.kind in BARE:
        return page
    on_recto = int(page.label) % 2 == 1
    frame = book.frame(on_recto=on_recto)
    y = book.design.height_mm - 15 * book.scale
    name = book.record.cup or book.record.name
    folio = box(
        book.line(page.label, "foot"),
        x=frame.right - 20 if on_recto else frame.x,
        y=y,
        width=20,
        height=4,
        align="right" if on_recto else "left",
    )
    running = box(
        book.line(book.ordered(name)[0], "foot"),
        x=frame.x if on_recto else frame.x + 22,
        y=y,
        width=frame.width - 22,
        height=4,
        align="left" if on_recto else "right",
    )
    return Page(
        kind=page.kind,
        label=page.label,
        tier=page.tier,
        layout=page.layout,
        grounds=page.grounds,
        placements=page.placements,
        texts=(*page.texts, *running, *folio),
    )


def _full_title(book: Compositor) -> str:
    name = book.record.cup or book.record.name
    return " · ".join(part for part in (book.ordered(name)[0], book.record.edition) if part)
