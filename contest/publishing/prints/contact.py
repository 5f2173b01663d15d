"""Contact sheets for a panel that marks on paper: pictures, the codes of the round, boxes for marks; nothing else.

What is handed in here has passed `entries.blind` and carries no id, number, name or digest of an original; the
pictures are previews that were rebuilt from bare pixels, and they are rebuilt once more for the sheet.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from contest.awards.record import PictureRecord
from contest.kernel.bilingual import Bilingual
from contest.publishing.album.compositor import Frame, box, height_mm, rule
from contest.publishing.album.design import GREY, HAIR, INK, PAPER
from contest.publishing.album.fonts import clean, language_of
from contest.publishing.album.plan import Ground, Page, Paragraph, Placement, TextBox
from contest.publishing.prints import words
from contest.publishing.prints.orders import PrintOrder
from contest.publishing.prints.paper import Prints
from contest.publishing.prints.tiles import tiles

EDGE_MM: Final = 12.0
HEAD_MM: Final = 13.0
FOOT_MM: Final = 7.0
GAP_MM: Final = 6.0
LINE_MM: Final = 8.5  # under a work: its code and its boxes
BOX_MM: Final = (11.0, 7.0)
INKS: Final = {"ink": INK, "grey": GREY, "hair": HAIR, "paper": PAPER, "accent_text": INK}


@dataclass(frozen=True, kw_only=True)
class Work:
    """A work as the panel knows it: its code, and its pictures, each by a name that follows from the code."""

    code: str
    pictures: tuple[PictureRecord, ...]


def contact_sheets(works: Sequence[Work], order: PrintOrder, *, name: Bilingual) -> Prints:
    """Draw works in the order they are given.

    Args:
        name: Of contest and round.
    """
    width, height = order.size_mm
    inner = Frame(
        x=EDGE_MM,
        y=EDGE_MM + HEAD_MM,
        width=width - 2 * EDGE_MM,
        height=height - 2 * EDGE_MM - HEAD_MM - FOOT_MM,
    )
    cells = _cells(inner, order.per_page)
    groups = [works[at : at + len(cells)] for at in range(0, len(works), len(cells))]
    pages = [
        Page(
            kind="contact",
            label=str(number),
            grounds=tuple(
                ground for cell, _ in zip(cells, group, strict=False) for ground in _boxes(cell, order.boxes)
            ),
            placements=tuple(
                spot for cell, work in zip(cells, group, strict=False) for spot in _pictures(cell, work)
            ),
            texts=tuple(text for cell, work in zip(cells, group, strict=False) for text in _code(cell, work)),
        )
        for number, group in enumerate(groups, start=1)
    ]
    shown = [f"{work.code} {picture.sha256}" for work in works for picture in work.pictures]
    digest = hashlib.sha256("\n".join(shown).encode()).hexdigest()[:16]
    language = "en" if order.language == "en" else "zh"
    title = f"{_said(name, order)} · {_said(words.CONTACT, order)}"
    return Prints(
        title=title,
        language=language,
        width_mm=width,
        height_mm=height,
        inks=INKS,
        pages=tuple(
            _framed(page, inner, order, title=title, foot=f"{page.label} / {len(pages)}   {digest}") for page in pages
        ),
        pictures={picture.id: picture for work in works for picture in work.pictures},
        numbers={picture.id: work.code for work in works for picture in work.pictures},
    )


def _cells(inner: Frame, most: int) -> list[Frame]:
    """Part a page into the most equal cells that show pictures of 3 : 2, upright or not, largest."""

    def size(columns: int, rows: int) -> tuple[float, float]:
        return (inner.width - GAP_MM * (columns - 1)) / columns, (inner.height - GAP_MM * (rows - 1)) / rows

    def shown(columns: int) -> float:
        width, height = size(columns, -(-most // columns))
        room = height - LINE_MM
        return sum(min(width / aspect, room) ** 2 * aspect for aspect in (3 / 2, 2 / 3))

    columns = max(range(1, most + 1), key=lambda count: (shown(count), -count))
    rows = -(-most // columns)
    width, height = size(columns, rows)
    return [
        Frame(x=inner.x + at * (width + GAP_MM), y=inner.y + row * (height + GAP_MM), width=width, height=height)
        for row in range(rows)
        for at in range(columns)
    ][:most]


def _pictures(cell: Frame, work: Work) -> list[Placement]:
    room = replace(cell, height=cell.height - LINE_MM)
    found = tiles([picture.width_px / picture.height_px for picture in work.pictures], room, gap=1.5)
    return [
        Placement(
            picture=picture.id,
            work=work.code,
            alt=work.code,
            x_mm=round(at.x, 3),
            y_mm=round(at.y, 3),
            width_mm=round(at.width, 4),
            height_mm=round(at.height, 4),
        )
        for picture, at in zip(work.pictures, found, strict=True)
    ]


def _code(cell: Frame, work: Work) -> tuple[TextBox, ...]:
    line = _line(work.code, "print", 10.5)
    return box(line, x=cell.x, y=cell.bottom - BOX_MM[1], width=24.0, height=BOX_MM[1], anchor="middle")


def _boxes(cell: Frame, count: int) -> list[Ground]:
    """Draw the boxes for marks, from the right; as many as the cell has room for beside its code."""
    width, height = BOX_MM
    found: list[Ground] = []
    for number in range(min(count, int((cell.width - 18.0) // width))):
        x, y = cell.right - (number + 1) * width, cell.bottom - height
        found += [rule(x=x, y=y, width=width, ink="grey"), rule(x=x, y=y + height - 0.12, width=width, ink="grey")]
        found += [
            Ground(x_mm=round(at, 3), y_mm=round(y, 3), width_mm=0.12, height_mm=height, ink="grey")
            for at in (x, x + width - 0.12)
        ]
    return found


def _framed(page: Page, inner: Frame, order: PrintOrder, *, title: str, foot: str) -> Page:
    """Put head and foot around a page: what it is, whose it becomes, and the hash by which it is known."""
    juror = _line(_said(words.JUROR, order), "print-mark", 8.0)
    signed = Frame(x=inner.right - 62, y=EDGE_MM, width=62, height=8)
    return replace(
        page,
        grounds=(*page.grounds, rule(x=signed.x + 22, y=signed.bottom - 1.5, width=signed.width - 22, ink="grey")),
        texts=(
            *page.texts,
            *_set(_line(title, "print", 10.0), x=inner.x, y=EDGE_MM, width=inner.width - 66),
            *_set(juror, x=signed.x, y=EDGE_MM + 2, width=22),
            *_set(_line(foot, "print-mark", 7.0), x=inner.x, y=inner.bottom + 2.5, width=inner.width),
        ),
    )


def _set(line: tuple[Paragraph, ...], *, x: float, y: float, width: float) -> tuple[TextBox, ...]:
    return box(line, x=x, y=y, width=width, height=height_mm(line, width=width) + 0.8)


def _line(text: str, style: str, size_pt: float) -> tuple[Paragraph, ...]:
    shown = clean(text)
    return (Paragraph(text=shown, style=style, language=language_of(shown), size_pt=size_pt),)


def _said(text: Bilingual, order: PrintOrder) -> str:
    """Give a text in the language of the sheet, or in both on one line."""
    if order.language != "both":
        return text.in_(order.language)
    return " ".join(dict.fromkeys(part for part in (text.zh, text.en) if part))
