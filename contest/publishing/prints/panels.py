"""Exhibition panels (展板): a work as large as the board allows, whole, with its words under it."""

from collections.abc import Iterator, Sequence
from typing import Final

from contest.awards.record import Record, WorkRecord
from contest.publishing.album.compositor import Compositor, Frame, rule
from contest.publishing.album.design import inks
from contest.publishing.album.labels import tier_name
from contest.publishing.album.plan import Page, Placement
from contest.publishing.album.preflight.report import Finding, error, warning
from contest.publishing.album.sources import MM_PER_INCH
from contest.publishing.prints import words
from contest.publishing.prints.codes import code
from contest.publishing.prints.orders import PrintOrder
from contest.publishing.prints.paper import Line, Prints, column, glyph_findings, leading, writer
from contest.publishing.prints.tiles import tiles

BLEED_MM: Final = 5.0
SAFE_MM: Final = 40.0  # frames and stands cover this much of a board's edge
# From 1.5 m, where people stand before a board, the eye parts 150 pixels per inch no more; under 100 it sees them.
GOOD_PPI: Final = 150.0
RED_PPI: Final = 100.0
CODE_MM: Final = 62.0
HEAD_MM: Final = 34.0
WORDS_MM: Final = 150.0


def panels(record: Record, works: Sequence[WorkRecord], order: PrintOrder, *, address: str) -> Prints:
    """Draw one panel for each work, in their order; ``address`` is the service's own, without a slash at the end."""
    book = writer(record, order.language)
    pages: list[Page] = []
    findings: list[Finding] = []
    for place, work in enumerate(works, start=1):
        page, over_mm = _panel(book, order, work, label=str(place), address=address)
        pages.append(page)
        findings += [error("text_overflow", page.label, over_mm=over_mm)] if over_mm else []
        findings += _soft(page, work)
    width, height = order.size_mm
    return Prints(
        title=f"{record.name.in_(leading(book))} · {words.PANELS.in_(leading(book))}",
        language=leading(book),
        width_mm=width,
        height_mm=height,
        inks=inks(record.accent),
        pages=tuple(pages),
        bleed_mm=BLEED_MM,
        marks=True,
        pictures={picture.id: picture for work in works for picture in work.pictures},
        numbers={picture.id: work.number for work in works for picture in work.pictures},
        findings=(*findings, *glyph_findings(book)),
    )


def _panel(book: Compositor, order: PrintOrder, work: WorkRecord, *, label: str, address: str) -> tuple[Page, float]:
    width, height = order.size_mm
    s = min(width, height) / 800
    inner = Frame(x=SAFE_MM, y=SAFE_MM, width=width - 2 * SAFE_MM, height=height - 2 * SAFE_MM)
    record = book.record
    head = Frame(x=inner.x, y=inner.y, width=inner.width, height=HEAD_MM * s)
    foot = Frame(
        x=inner.x,
        y=inner.bottom - WORDS_MM * s,
        width=inner.width - (CODE_MM + 24) * s,
        height=WORDS_MM * s,
    )
    names = Line(text=book.joined(record.name, between="  "), style="print-grey", size_pt=25 * s, lines=1)
    head_texts, _ = column(book, [names], head, anchor="top")
    texts, over_mm = column(book, list(_words(book, work, s)), foot, anchor="bottom")
    room = Frame(x=inner.x, y=head.bottom + 14 * s, width=inner.width, height=foot.y - head.bottom - 34 * s)
    found = tiles([picture.width_px / picture.height_px for picture in work.pictures], room, gap=12 * s)
    target = f"{address}/contests/{record.short_name}/gallery/{work.number}"
    side = CODE_MM * s
    # The quiet zone of the code may reach into the margin: what is dark of it stands on the edge of the words.
    quiet = side * 4 / 45
    drawn = code(target, x=inner.right - side + quiet, y=inner.bottom - side + quiet, side=side)
    title = book.ordered(work.title)[0]
    page = Page(
        kind="panel",
        label=label,
        grounds=(rule(x=inner.x, y=head.bottom - 12 * s, width=inner.width, thickness=0.7 * s), *drawn),
        placements=tuple(
            Placement(
                picture=picture.id,
                work=work.id,
                alt=title,
                x_mm=round(at.x, 3),
                y_mm=round(at.y, 3),
                width_mm=round(at.width, 4),
                height_mm=round(at.height, 4),
            )
            for picture, at in zip(work.pictures, found, strict=True)
        ),
        texts=(*head_texts, *texts),
    )
    return page, over_mm


def _words(book: Compositor, work: WorkRecord, s: float) -> Iterator[Line]:
    tier = tier_name(book.record, next(tier for tier in book.record.tiers if tier.key == work.tier))
    first, second = book.ordered(work.title)
    yield Line(text=book.joined(tier), style="print-accent", size_pt=38 * s, lines=1)
    yield Line(text=first, style="print", size_pt=72 * s, above_mm=7 * s, lines=1)
    yield Line(text=second, style="print-italic", size_pt=36 * s, above_mm=2 * s, lines=1)
    yield Line(text=book.joined(work.author), style="print", size_pt=44 * s, above_mm=9 * s, lines=1)
    yield Line(text=book.joined(work.unit), style="print-grey", size_pt=28 * s, above_mm=3 * s, lines=1)
    yield Line(text=words.origin(book, work), style="print-grey", size_pt=28 * s, above_mm=0.5 * s, lines=1)


def _soft(page: Page, work: WorkRecord) -> Iterator[Finding]:
    """Say which pictures are too small for the size at which they hang."""
    sizes = {picture.id: picture for picture in work.pictures}
    ppis = [
        min(sizes[spot.picture].width_px / spot.width_mm, sizes[spot.picture].height_px / spot.height_mm)
        * MM_PER_INCH
        for spot in page.placements
    ]
    least = min(ppis)
    if least < RED_PPI:
        yield error("panel_very_soft", page.label, work=work.number, ppi=round(least))
    elif least < GOOD_PPI:
        yield warning("panel_soft", page.label, work=work.number, ppi=round(least))
