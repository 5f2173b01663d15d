"""The pages that show the works: a divider for each tier, then its photographs with their captions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from contest.awards.record import TierRecord, WorkRecord
from contest.publishing.album.captions import ABOVE_CAPTION_MM, CAPTION_SHARE, CaptionHeight, caption
from contest.publishing.album.compositor import Compositor, Frame, box, whole_page
from contest.publishing.album.design import lightness
from contest.publishing.album.fixing import fixed_pages, swapped
from contest.publishing.album.layout import Block, Spot, grid
from contest.publishing.album.options import Overrides
from contest.publishing.album.plan import Page, Paragraph, Remark, TextBox
from contest.publishing.album.plates import GRAND_WORKS, mark, opening, placed, resized, spreads
from contest.publishing.album.sequence import Fixed, Item, Room, Run, Sheet

NUMBER_MM: Final = 4.4  # under each photograph of a series, for its number
SERIES: Final = "series"


def tier_pages(
    book: Compositor, tier: TierRecord, *, index: int, first_folio: int, overrides: Overrides, is_last: bool
) -> list[Page]:
    """Make a tier's pages: divider, then works in rank order.

    Args:
        index: 0 for the best tier; decides how many works share a page.
        is_last: Whether no tier follows, whose divider would stand on the left.
        first_folio: Folio of the divider; it is even, a left-hand page, so that the first works stand on the right.
    """
    works = swapped(book.record.winners(tier.key), overrides)
    fixed, remarks = fixed_pages(tier, works, overrides)
    book.remarks.extend(remarks)
    if index == 0 and book.design.limit(index) == 1 and len(works) <= GRAND_WORKS:
        book.remarks.extend(
            Remark(code="override_no_page", facts={"tier": tier.name.in_(book.record.language), "number": str(page)})
            for page in fixed
        )
        return spreads(book, tier, works, first_folio=first_folio, overrides=overrides)
    return [
        _divider(book, tier, works, folio=first_folio),
        *_flowed(
            book,
            tier,
            works,
            index=index,
            first_folio=first_folio + 1,
            fixed=fixed,
            sizes=overrides.sizes,
            is_last=is_last,
        ),
    ]


def _flowed(
    book: Compositor,
    tier: TierRecord,
    works: Sequence[WorkRecord],
    *,
    index: int,
    first_folio: int,
    fixed: Mapping[int, Fixed],
    sizes: Mapping[str, float],
    is_last: bool,
) -> Iterator[Page]:
    """Break works into pages; what was decided by hand and cannot be met is let go, the last page's first."""
    frame = book.frame(on_recto=True)
    limit = book.design.limit(index)
    by_id = {work.id: work for work in works}
    series = {work.id: _SeriesPages.of(book, work) for work in works if len(work.pictures) > 1}
    run = Run(
        items=[
            Item(work=work.id, block=None, pages=len(series[work.id].laid), tone=_tone(work))
            if work.id in series
            else Item(work=work.id, block=_block(book, work, is_alone=limit == 1), tone=_tone(work))
            for work in works
        ],
        room=Room(width_mm=frame.width, height_mm=frame.height, gap_mm=book.design.look.below_mm),
        limit=limit,
        fixed=fixed,
        ends_right=not is_last,
    )
    while (sheets := run.pages()) is None:
        last = max(run.fixed)
        book.remarks.append(
            Remark(
                code="override_impossible",
                facts={"tier": tier.name.in_(book.record.language), "number": str(last)},
            )
        )
        run = replace(run, fixed={number: page for number, page in run.fixed.items() if number != last})
    nth = 1
    for sheet in sheets:
        folio = first_folio + nth - 1
        if sheet.arrangement is None:
            work = by_id[sheet.items[0].work]
            yield from _series(book, tier, work, series[work.id], folio=folio, nth=nth, size=sizes.get(work.id, 1.0))
        else:
            shown = [by_id[item.work] for item in sheet.items]
            yield _works_page(book, tier, shown, sheet, folio=folio, nth=nth, is_alone=limit == 1, sizes=sizes)
        nth += sheet.pages


def _tone(work: WorkRecord) -> float | None:
    tones = [lightness(picture.colour) for picture in work.pictures if picture.colour]
    return sum(tones) / len(tones) if tones else None


def _block(book: Compositor, work: WorkRecord, *, is_alone: bool) -> Block:
    picture = work.pictures[0]
    most = round(CAPTION_SHARE * book.frame(on_recto=True).height, 3)
    return Block(
        aspect=picture.width_px / picture.height_px,
        width_px=picture.width_px,
        caption_mm=CaptionHeight(caption(book, work, is_small=not is_alone), most),
    )


def _works_page(
    book: Compositor,
    tier: TierRecord,
    works: Sequence[WorkRecord],
    sheet: Sheet,
    *,
    folio: int,
    nth: int,
    is_alone: bool,
    sizes: Mapping[str, float],
) -> Page:
    frame = _inset(book.frame(on_recto=folio % 2 == 1), sheet.white_mm)
    texts: list[TextBox] = []
    placements = []
    arrangement = sheet.arrangement
    spots = arrangement.spots if arrangement else ()
    for work, spot in zip(works, spots, strict=True):
        placements.append(placed(book, work, work.pictures[0], resized(spot, sizes.get(work.id, 1.0)), frame))
        texts += box(
            caption(book, work, is_small=not is_alone),
            x=frame.x + spot.x_mm,
            y=frame.y + spot.y_mm + spot.height_mm + ABOVE_CAPTION_MM,
            width=spot.width_mm,
            height=spot.caption_mm - ABOVE_CAPTION_MM,
        )
    return Page(
        kind="works",
        label=str(folio),
        tier=tier.key,
        layout=arrangement.layout if arrangement else "",
        nth=nth,
        placements=tuple(placements),
        texts=tuple(texts),
    )


def _inset(frame: Frame, white_mm: float) -> Frame:
    return Frame(
        x=frame.x + white_mm,
        y=frame.y + white_mm,
        width=frame.width - 2 * white_mm,
        height=frame.height - 2 * white_mm,
    )


@dataclass(frozen=True, kw_only=True)
class _SeriesPages:
    """A series laid out: its caption, how much of the first page it takes, and the spots page by page."""

    words: tuple[Paragraph, ...]
    below_mm: float
    laid: tuple[tuple[Spot, ...], ...]

    @classmethod
    def of(cls, book: Compositor, work: WorkRecord) -> "_SeriesPages":
        frame = book.frame(on_recto=True)
        words = caption(book, work, is_small=False)
        needed = book.height(words, width=frame.width) + 2 * ABOVE_CAPTION_MM
        below = min(CAPTION_SHARE * frame.height, needed)
        laid = grid(
            [picture.width_px / picture.height_px for picture in work.pictures],
            width_mm=frame.width,
            height_mm=frame.height - below,
            gap_mm=book.design.look.beside_mm,
            number_mm=NUMBER_MM,
        )
        return cls(words=words, below_mm=below, laid=laid)


def _series(
    book: Compositor,
    tier: TierRecord,
    work: WorkRecord,
    laid: _SeriesPages,
    *,
    folio: int,
    nth: int,
    size: float,
) -> Iterator[Page]:
    """Show a series on pages of its own, each photograph numbered, its one caption under the first ones."""
    start = 0
    for number, spots in enumerate(laid.laid):
        here = book.frame(on_recto=(folio + number) % 2 == 1)
        shown = work.pictures[start : start + len(spots)]
        texts = [
            part
            for at, spot in enumerate(spots, start=start + 1)
            for part in box(
                book.line(str(at), "frame-number"),
                x=here.x + spot.x_mm,
                y=here.y + spot.y_mm + spot.height_mm + 0.9,
                width=min(12.0, spot.width_mm),
                height=3.4,
            )
        ]
        if number == 0:
            texts += box(
                laid.words,
                x=here.x,
                y=here.y + max(spot.y_mm + spot.height_mm for spot in spots) + ABOVE_CAPTION_MM + 1.5,
                width=here.width,
                height=laid.below_mm - ABOVE_CAPTION_MM - 1.0,
            )
        yield Page(
            kind="works",
            label=str(folio + number),
            tier=tier.key,
            layout=f"{SERIES}:{len(spots)}",
            nth=nth + number,
            placements=tuple(
                placed(book, work, picture, resized(spot, size), here, number=at)
                for at, (picture, spot) in enumerate(zip(shown, spots, strict=True), start=start + 1)
            ),
            texts=tuple(texts),
        )
        start += len(spots)


def _divider(book: Compositor, tier: TierRecord, works: Sequence[WorkRecord], *, folio: int) -> Page:
    frame = book.frame(on_recto=folio % 2 == 1)
    tint = () if book.design.look.is_dark else (whole_page(book, ink="tint"),)
    return Page(
        kind="tier",
        label=str(folio),
        tier=tier.key,
        grounds=(*tint, mark(frame)),
        texts=opening(book, tier, works, frame),
    )
