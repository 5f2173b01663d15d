"""The pages on which a photograph stands alone: a best work's spread, its plates, a photograph across the gutter."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from contest.awards.record import PictureRecord, TierRecord, WorkRecord
from contest.publishing.album import labels
from contest.publishing.album.captions import grand_caption
from contest.publishing.album.compositor import Compositor, Frame, box, rule
from contest.publishing.album.layout import Spot, grid
from contest.publishing.album.options import Overrides
from contest.publishing.album.pauses import Quote, quiet_page
from contest.publishing.album.plan import Ground, Half, Page, Placement, Remark, TextBox
from contest.publishing.album.styles import fitting_size

GRAND_WORKS: Final = 3  # a best tier of at most this many works gets a spread for each


def spreads(
    book: Compositor,
    tier: TierRecord,
    works: Sequence[WorkRecord],
    *,
    first_folio: int,
    overrides: Overrides,
) -> list[Page]:
    """Give each of the best works a spread: words on the left, the photograph alone on the right.

    One that runs across the gutter has the next two pages, its words on the right before them.
    """
    pages: list[Page] = []
    for number, work in enumerate(works):
        folio, size = first_folio + len(pages), overrides.sizes.get(work.id, 1.0)
        if work.id in overrides.across:
            found = _across(book, tier, work, first_folio=folio, size=size, opens=works if number == 0 else ())
            pages.extend(found)
            if found:
                continue
        frame = book.frame(on_recto=folio % 2 == 1)
        opened = opening(book, tier, works, frame) if number == 0 else ()
        words = grand_caption(book, work, width=frame.width)
        most = frame.height - (opened[0].y_mm + opened[0].height_mm - frame.y + 6.0 if opened else 0.0)
        height = min(book.height(words, width=frame.width) + 1.0, most)
        pages.append(
            Page(
                kind="tier" if number == 0 else "words",
                label=str(folio),
                tier=tier.key,
                grounds=(mark(frame),) if number == 0 else (),
                texts=(
                    *opened,
                    *box(
                        words, x=frame.x, y=frame.bottom - height, width=frame.width, height=height, anchor="bottom"
                    ),
                ),
            )
        )
        pages.extend(_plates(book, tier, work, first_folio=folio + 1, size=size))
        if len(pages) % 2 and number + 1 < len(works):
            pages.append(quiet_page(book, Quote(text=book.motto()), folio=first_folio + len(pages)))
    return pages


def _plates(book: Compositor, tier: TierRecord, work: WorkRecord, *, first_folio: int, size: float) -> Iterator[Page]:
    frame = book.frame(on_recto=True)
    laid = grid(
        [picture.width_px / picture.height_px for picture in work.pictures],
        width_mm=frame.width,
        height_mm=frame.height,
        gap_mm=book.design.look.beside_mm,
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
                placed(book, work, picture, resized(spot, size), here)
                for picture, spot in zip(shown, spots, strict=True)
            ),
        )


def _across(
    book: Compositor,
    tier: TierRecord,
    work: WorkRecord,
    *,
    first_folio: int,
    size: float,
    opens: Sequence[WorkRecord],
) -> list[Page]:
    """Let a photograph run over two facing pages: the tier's name on the left, words on the right, then the two.

    Args:
        opens: The works of the tier that this one opens; none where another did.

    Returns:
        Nothing, with a remark, where it would not be larger than on one page: a series, or too tall a photograph.
    """
    width, frame = book.design.width_mm, book.frame(on_recto=False)
    [picture, *more] = work.pictures
    aspect = picture.width_px / picture.height_px
    wide = min(2 * (width - frame.x), aspect * frame.height) * size
    if more or wide <= frame.width:
        book.remarks.append(Remark(code="across_impossible", facts={"work": work.number}))
        return []
    before, words_at = str(first_folio), book.frame(on_recto=True)
    words = grand_caption(book, work, width=words_at.width)
    first = (
        Page(
            kind="tier",
            label=before,
            tier=tier.key,
            grounds=(mark(frame),),
            texts=opening(book, tier, opens, frame),
        )
        if opens
        else quiet_page(book, Quote(text=book.motto()), folio=first_folio)
    )
    said = Page(
        kind="words",
        label=str(first_folio + 1),
        tier=tier.key,
        texts=box(
            words,
            x=words_at.x,
            y=words_at.y,
            width=words_at.width,
            height=words_at.height,
            anchor="bottom",
        ),
    )
    spot = Spot(
        x_mm=width - wide / 2,
        y_mm=frame.y + (frame.height - wide / aspect) / 2,
        width_mm=wide,
        height_mm=wide / aspect,
        caption_mm=0.0,
    )
    corner = Frame(x=0.0, y=0.0, width=width, height=book.design.height_mm)
    halves: tuple[tuple[Half, float], ...] = (("left", 0.0), ("right", -width))
    return [
        first,
        said,
        *(
            Page(
                kind="plate",
                label=str(first_folio + number),
                tier=tier.key,
                layout="plate:across",
                placements=(
                    replace(placed(book, work, picture, replace(spot, x_mm=spot.x_mm + moved), corner), half=half),
                ),
            )
            for number, (half, moved) in enumerate(halves, start=2)
        ),
    ]


def mark(frame: Frame) -> Ground:
    """Draw the short stroke over a tier's name."""
    return rule(x=frame.x, y=frame.y + 0.12 * frame.height, width=14, thickness=0.7, ink="accent")


def opening(book: Compositor, tier: TierRecord, works: Sequence[WorkRecord], frame: Frame) -> tuple[TextBox, ...]:
    """Name the tier and say how many works it holds; the name enters the outline."""
    name = labels.tier_name(book.record, tier)
    first, _ = book.ordered(name)
    size = fitting_size(first, "tier", language="zh", width_mm=frame.width, lines=2, least_pt=16)
    paragraphs = (
        *book.say(name, "tier", "tier-2", size_pt=size, level=1),
        *book.line(book.joined(labels.works_counted(len(works))), "tier-note"),
    )
    top = frame.y + 0.12 * frame.height + 5
    return box(paragraphs, x=frame.x, y=top, width=frame.width, height=book.height(paragraphs, width=frame.width) + 2)


def resized(spot: Spot, share: float) -> Spot:
    """Shrink a photograph at its place; it stays in the middle and on its caption."""
    return replace(
        spot,
        x_mm=spot.x_mm + spot.width_mm * (1 - share) / 2,
        y_mm=spot.y_mm + spot.height_mm * (1 - share),
        width_mm=spot.width_mm * share,
        height_mm=spot.height_mm * share,
    )


def placed(
    book: Compositor, work: WorkRecord, picture: PictureRecord, spot: Spot, frame: Frame, *, number: int = 0
) -> Placement:
    """Put a photograph on its page; ``number`` is its place in a series, from 1."""
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
