"""What stands around a page's matter: ground, running head, folio, the sponsors' band."""

from dataclasses import replace
from typing import Final

from contest.publishing.album.compositor import Compositor, Frame, box, rule, whole_page
from contest.publishing.album.labels import SPONSORS, tier_name
from contest.publishing.album.plan import Ground, Page, TextBox

# Pages that carry nothing but their matter.
BARE: Final = frozenset({"half_title", "title", "colophon", "epigraph", "tier", "words", "plate", "quiet", "closing"})
SHOWS_WORKS: Final = frozenset({"works", "tier", "words", "plate"})
BAND_MM: Final = 14.0
BAND_TEXT_MM: Final = 4.2
FOOT_MM: Final = 15.0
FOOT_OVER_BAND_MM: Final = 21.0


def furnished(book: Compositor, page: Page) -> Page:
    """Add to a page between the covers what its theme puts around it."""
    look = book.design.look
    frame = book.frame(on_recto=int(page.label) % 2 == 1)
    grounds: tuple[Ground, ...] = ()
    texts: tuple[TextBox, ...] = ()
    if look.is_dark and page.kind in SHOWS_WORKS | {"quiet", "epigraph"}:
        page = replace(page, is_dark=True)
        grounds = (whole_page(book, ink="dark"),)
    if look.has_band and page.kind == "works":
        ground, words = _band(book, frame)
        grounds, texts = (*grounds, *ground), (*texts, *words)
    if page.kind not in BARE:
        rules, words = _head(book, page, frame)
        grounds, texts = (*grounds, *rules), (*texts, *words, *_foot(book, page, frame))
    return replace(page, grounds=(*grounds, *page.grounds), texts=(*page.texts, *texts))


def _head(book: Compositor, page: Page, frame: Frame) -> tuple[tuple[Ground, ...], tuple[TextBox, ...]]:
    """Name the tier over its works; a ruled head names the cup over every page."""
    tier = next((tier for tier in book.record.tiers if tier.key == page.tier), None)
    said = book.joined(tier_name(book.record, tier)) if tier else ""
    y = 0.5 * frame.y
    if not book.design.look.is_ruled:
        return (), box(book.line(said, "head"), x=frame.x, y=y, width=frame.width, height=4.5)
    name = book.full_title()
    half = frame.width / 2 - 2
    return (
        (
            rule(x=frame.x, y=y - 3.0, width=frame.width, thickness=0.7, ink="ink"),
            rule(x=frame.x, y=y + 5.0, width=frame.width, thickness=0.12, ink="ink"),
        ),
        (
            *box(book.line(said, "head"), x=frame.x, y=y, width=half, height=4.5),
            *box(book.line(name, "foot"), x=frame.x + half + 4, y=y, width=half, height=4.5, align="right"),
        ),
    )


def _foot(book: Compositor, page: Page, frame: Frame) -> tuple[TextBox, ...]:
    """Set the folio at the outer edge and, where the head does not name it, the cup at the inner one."""
    look, on_recto = book.design.look, int(page.label) % 2 == 1
    up = FOOT_OVER_BAND_MM if look.has_band else FOOT_MM * book.scale
    y = book.design.height_mm - up
    folio = box(
        book.line(page.label, "foot"),
        x=frame.right - 20 if on_recto else frame.x,
        y=y,
        width=20,
        height=4,
        align="right" if on_recto else "left",
    )
    if look.is_ruled:
        return folio
    running = box(
        book.line(book.ordered(book.record.cup or book.record.name)[0], "foot"),
        x=frame.x if on_recto else frame.x + 22,
        y=y,
        width=frame.width - 22,
        height=4,
        align="left" if on_recto else "right",
    )
    return (*running, *folio)


def _band(book: Compositor, frame: Frame) -> tuple[tuple[Ground, ...], tuple[TextBox, ...]]:
    """Lay the sponsors' names along the foot; those that do not fit on the line are on the sponsors' page."""
    names = [book.ordered(sponsor)[0] for sponsor in book.record.sponsors]
    if not names:
        return (), ()
    design = book.design
    label = book.ordered(SPONSORS)[0]
    said = book.line(f"{label}　{'　'.join(names)}", "band")
    while len(names) > 1 and book.height(said, width=frame.width) > BAND_TEXT_MM:
        names.pop()
        said = book.line(f"{label}　{'　'.join(names)}", "band")
    top = design.height_mm - BAND_MM
    return (
        (Ground(x_mm=0, y_mm=top, width_mm=design.width_mm, height_mm=BAND_MM, ink="accent", bleeds=True),),
        box(said, x=frame.x, y=top + 3.0, width=frame.width, height=BAND_TEXT_MM),
    )
