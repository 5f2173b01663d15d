"""The pages that show the works: a divider for each tier, then its photographs with their captions."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from contest.awards.record import PictureRecord, TierRecord, WorkRecord
from contest.kernel.bilingual import Bilingual
from contest.publishing.album import labels
from contest.publishing.album.compositor import Compositor, Frame, box, rule
from contest.publishing.album.layout import Arrangement, Block, Spot, grid, paginate
from contest.publishing.album.plan import Ground, Page, Paragraph, Placement, TextBox
from contest.publishing.album.styles import fitting_size

GRAND_WORKS = 3  # a best tier of at most this many works gets a spread for each
CAPTION_SHARE = 0.45  # the most of a page's height that a caption may take from its photograph
ABOVE_CAPTION_MM = 4.0
BESIDE_MM = 7.0
BELOW_MM = 9.0


def tier_name(book: Compositor, tier: TierRecord) -> Bilingual:
    """Name a tier, with its category where it belongs to one."""
    for category in book.record.categories:
        if category.key == tier.category:
            return Bilingual(
                " · ".join(part for part in (category.name.zh, tier.name.zh) if part),
                " · ".join(part for part in (category.name.en, tier.name.en) if part),
            )
    return tier.name


def tier_pages(book: Compositor, tier: TierRecord, *, index: int, first_folio: int) -> list[Page]:
    """Make a tier's pages: divider, then works in rank order.

    Args:
        index: 0 for the best tier; decides how many works share a page.
        first_folio: Folio of the divider; an even one is a left-hand page.
    """
    works = book.record.winners(tier.key)
    limit = book.design.limit(index)
    if index == 0 and limit == 1 and len(works) <= GRAND_WORKS:
        return _spreads(book, tier, works, first_folio=first_folio)
    pages = [_divider(book, tier, works, folio=first_folio)]
    runs = [(kind, list(run)) for kind, run in groupby(works, key=lambda work: len(work.pictures) > 1)]
    for number, (is_series, run) in enumerate(runs):
        folio = first_folio + len(pages)
        if is_series:
            for work in run:
                pages.extend(_series(book, tier, work, first_folio=first_folio + len(pages)))
            continue
        # The next divider should fall on a left-hand page: then this run ends on a right-hand one.
        likes_odd = None if number + 1 < len(runs) else folio % 2 == 1
        pages.extend(_singles(book, tier, run, limit=limit, first_folio=folio, ends_on_odd=likes_odd))
    return pages


def _singles(
    book: Compositor,
    tier: TierRecord,
    works: Sequence[WorkRecord],
    *,
    limit: int,
    first_folio: int,
    ends_on_odd: bool | None,
) -> Iterator[Page]:
    frame = book.frame(on_recto=True)
    pages = paginate(
        [_block(book, work, frame, is_alone=limit == 1) for work in works],
        limit=limit,
        width_mm=frame.width,
        height_mm=frame.height,
        gap_mm=BELOW_MM,
        ends_on_odd=ends_on_odd,
    )
    start = 0
    for number, arrangement in enumerate(pages):
        shown = works[start : start + len(arrangement.spots)]
        yield _works_page(book, tier, shown, arrangement, folio=first_folio + number, is_alone=limit == 1)
        start += len(shown)


def _block(book: Compositor, work: WorkRecord, frame: Frame, *, is_alone: bool) -> Block:
    picture = work.pictures[0]
    text = caption(book, work, is_small=not is_alone)
    most = CAPTION_SHARE * frame.height
    return Block(
        aspect=picture.width_px / picture.height_px,
        width_px=picture.width_px,
        caption_mm=lambda width: min(most, ABOVE_CAPTION_MM + book.height(text, width=width) + 0.5),
    )


def _works_page(
    book: Compositor,
    tier: TierRecord,
    works: Sequence[WorkRecord],
    arrangement: Arrangement,
    *,
    folio: int,
    is_alone: bool,
) -> Page:
    frame = book.frame(on_recto=folio % 2 == 1)
    texts: list[TextBox] = [*_head(book, tier, frame)]
    placements = []
    for work, spot in zip(works, arrangement.spots, strict=True):
        placements.append(_placed(book, work, work.pictures[0], spot, frame))
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
        layout=arrangement.layout,
        placements=tuple(placements),
        texts=tuple(texts),
    )


def _series(book: Compositor, tier: TierRecord, work: WorkRecord, *, first_folio: int) -> Iterator[Page]:
    """Show a series on pages of its own, its one caption under the first photographs."""
    frame = book.frame(on_recto=True)
    text = caption(book, work, is_small=False)
    below = min(CAPTION_SHARE * frame.height, book.height(text, width=frame.width) + 2 * ABOVE_CAPTION_MM)
    laid = grid(
        [picture.width_px / picture.height_px for picture in work.pictures],
        width_mm=frame.width,
        height_mm=frame.height - below,
        gap_mm=BESIDE_MM,
    )
    start = 0
    for number, spots in enumerate(laid):
        folio = first_folio + number
        here = book.frame(on_recto=folio % 2 == 1)
        shown = work.pictures[start : start + len(spots)]
        start += len(spots)
        texts = [*_head(book, tier, here)]
        if number == 0:
            texts += box(
                text,
                x=here.x,
                y=here.y + max(spot.y_mm + spot.height_mm for spot in spots) + ABOVE_CAPTION_MM + 1.5,
                width=here.width,
                height=below - ABOVE_CAPTION_MM - 1.0,
            )
        yield Page(
            kind="works",
            label=str(folio),
            tier=tier.key,
            layout=f"series:{len(spots)}",
            placements=tuple(
                _placed(book, work, picture, spot, here, number=work.pictures.index(picture) + 1)
                for picture, spot in zip(shown, spots, strict=True)
            ),
            texts=tuple(texts),
        )


def _spreads(book: Compositor, tier: TierRecord, works: Sequence[WorkRecord], *, first_folio: int) -> list[Page]:
    """Give each of the best works a spread: words on the left, the photograph alone on the right."""
    pages: list[Page] = []
    for number, work in enumerate(works):
        folio = first_folio + len(pages)
        frame = book.frame(on_recto=folio % 2 == 1)
        words = _grand_caption(book, work, frame)
        height = min(book.height(words, width=frame.width) + 1.0, 0.62 * frame.height)
        opening = _opening(book, tier, works if number == 0 else (), frame, is_first=number == 0)
        pages.append(
            Page(
                kind="tier" if number == 0 else "words",
                label=str(folio),
                tier=tier.key,
                grounds=(rule(x=frame.x, y=frame.y + 0.12 * frame.height, width=14, thickness=0.7, ink="accent"),),
                texts=(
                    *opening,
                    *box(
                        words, x=frame.x, y=frame.bottom - height, width=frame.width, height=height, anchor="bottom"
                    ),
                ),
            )
        )
        pages.extend(_plates(book, tier, work, first_folio=folio + 1))
        if len(pages) % 2 and number + 1 < len(works):
            pages.append(_quiet(book, tier, folio=first_folio + len(pages)))
    return pages


def _quiet(book: Compositor, tier: TierRecord, *, folio: int) -> Page:
    """Make a tinted page that only carries the cup's name, where the next spread must begin on the left."""
    frame = book.frame(on_recto=folio % 2 == 1)
    return Page(
        kind="quiet",
        label=str(folio),
        tier=tier.key,
        grounds=(whole_page(book, ink="tint"),),
        texts=box(
            book.say(book.record.cup or book.record.name, "tier-note", "tier-note"),
            x=frame.x,
            y=frame.y + 0.4 * frame.height,
            width=frame.width,
            height=0.2 * frame.height,
            align="center",
        ),
    )


def whole_page(book: Compositor, *, ink: str) -> Ground:
    """Cover the page with one ink, over the trim on all sides."""
    return Ground(
        x_mm=0, y_mm=0, width_mm=book.design.width_mm, height_mm=book.design.height_mm, ink=ink, bleeds=True
    )


def _plates(book: Compositor, tier: TierRecord, work: WorkRecord, *, first_folio: int) -> Iterator[Page]:
    frame = book.frame(on_recto=True)
    laid = grid(
        [picture.width_px / picture.height_px for picture in work.pictures],
        width_mm=frame.width,
        height_mm=frame.height,
        gap_mm=BESIDE_MM,
    )
    start = 0
    for number, spots in enumerate(laid):
        folio = first_folio + number
        here = book.frame(on_recto=folio % 2 == 1)
        shown = work.pictures[start : start + len(spots)]
        start += len(spots)
        yield Page(
            kind="plate",
            label=str(folio),
            tier=tier.key,
            layout=f"plate:{len(spots)}",
            placements=tuple(
                _placed(book, work, picture, spot, here) for picture, spot in zip(shown, spots, strict=True)
            ),
        )


def _divider(book: Compositor, tier: TierRecord, works: Sequence[WorkRecord], *, folio: int) -> Page:
    frame = book.frame(on_recto=folio % 2 == 1)
    return Page(
        kind="tier",
        label=str(folio),
        tier=tier.key,
        grounds=(
            whole_page(book, ink="tint"),
            rule(x=frame.x, y=frame.y + 0.12 * frame.height, width=14, thickness=0.7, ink="accent"),
        ),
        texts=_opening(book, tier, works, frame, is_first=True),
    )


def _opening(
    book: Compositor, tier: TierRecord, works: Sequence[WorkRecord], frame: Frame, *, is_first: bool
) -> tuple[TextBox, ...]:
    name = tier_name(book, tier)
    first, _ = book.ordered(name)
    size = fitting_size(first, "tier", language="zh", width_mm=frame.width, lines=2, least_pt=16)
    paragraphs = book.say(name, "tier", "tier-2", size_pt=size, level=1 if is_first else 0)
    if works:
        paragraphs += book.line(book.joined(labels.works_counted(len(works))), "tier-note")
    top = frame.y + 0.12 * frame.height + 5
    return box(paragraphs, x=frame.x, y=top, width=frame.width, height=book.height(paragraphs, width=frame.width) + 2)


def caption(book: Compositor, work: WorkRecord, *, is_small: bool) -> tuple[Paragraph, ...]:
    """Write a work's caption: title, author, unit and place, and the author's own words."""
    small = "-small" if is_small else ""
    first, second = book.ordered(work.title)
    return (
        *book.line(first, f"title{small}", level=2),
        *book.line(second, f"title{small}-2"),
        *book.line(book.joined(work.author), f"author{small}"),
        *book.line(_details(book, work), f"detail{small}"),
        *book.line(work.caption, f"note{small}"),
    )


def _details(book: Compositor, work: WorkRecord) -> str:
    """Say in one line whose unit, where, and whether it is a series."""
    count = len(work.pictures)
    series = book.joined(labels.series_of(count)) if count > 1 else ""
    return " · ".join(part for part in (book.joined(work.unit), work.place, series) if part)


def _grand_caption(book: Compositor, work: WorkRecord, frame: Frame) -> tuple[Paragraph, ...]:
    first, second = book.ordered(work.title)
    size = fitting_size(first, "grand-title", language="zh", width_mm=frame.width, lines=2, least_pt=14)
    return (
        *book.line(first, "grand-title", size_pt=size, level=2),
        *book.line(second, "grand-title-2"),
        *book.line(book.joined(work.author), "grand-author"),
        *book.line(_details(book, work), "detail"),
        *book.line(work.caption, "note"),
    )


def _head(book: Compositor, tier: TierRecord, frame: Frame) -> tuple[TextBox, ...]:
    return box(
        book.line(book.joined(tier_name(book, tier)), "head"),
        x=frame.x,
        y=0.5 * frame.y,
        width=frame.width,
        height=4.5,
    )


def _placed(
    book: Compositor, work: WorkRecord, picture: PictureRecord, spot: Spot, frame: Frame, *, number: int = 0
) -> Placement:
    first, _ = book.ordered(work.title)
    author, _ = book.ordered(work.author)
    said = f"{first}, {author}" + (f" ({number})" if number else "")
    return Placement(
        picture=picture.id,
        work=work.id,
        alt=book.settable(said, style="head"),
        x_mm=round(frame.x + spot.x_mm, 4),
        y_mm=round(frame.y + spot.y_mm, 4),
        width_mm=round(spot.width_mm, 4),
        height_mm=round(spot.height_mm, 4),
    )
