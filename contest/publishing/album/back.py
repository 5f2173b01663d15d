"""The pages after the works: list of awards, index of authors, back cover."""

import unicodedata
from collections.abc import Mapping, Sequence

from contest.kernel.bilingual import Bilingual
from contest.publishing.album import labels
from contest.publishing.album.compositor import Compositor, box
from contest.publishing.album.front import HEADING_MM, heading_box
from contest.publishing.album.plan import Page
from contest.publishing.album.tables import Cell, Column, Row, drawn, flow
from contest.publishing.album.works import tier_name, whole_page

BETWEEN_COLUMNS_MM = 10.0

# Surnames read otherwise than the character's common reading; 《现代汉语词典》, entries marked (Name)姓.
SURNAMES: Mapping[str, str] = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "任": "ren",
    "盖": "ge", "朴": "piao", "尉迟": "yu chi", "万俟": "mo qi", "华": "hua", "纪": "ji", "缪": "miao",
    "翟": "zhai", "乐": "yue", "折": "she", "种": "chong", "秘": "bi", "繁": "po", "长孙": "zhang sun",
    "召": "shao", "员": "yun", "燕": "yan", "宁": "ning", "覃": "qin", "黑": "he", "重": "chong",
}  # fmt: skip


def pinyin_key(name: str) -> tuple[str, str]:
    """Give what a name is ordered by: its reading without tones, then the name itself.

    A Chinese name is read syllable by syllable with the surname's own reading; any other is taken
    without accents and case.
    """
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionaries take half a second that only an album needs

    surname = next((long for long in (name[:2], name[:1]) if long in SURNAMES), "")
    read = [SURNAMES[surname]] if surname else []
    read += lazy_pinyin(name[len(surname) :])
    plain = unicodedata.normalize("NFKD", " ".join(read))
    return ("".join(char for char in plain if not unicodedata.combining(char)).casefold().strip(), name)


def award_rows(book: Compositor, *, folios: Mapping[str, int]) -> list[Row]:
    """Make the rows of the award list: tier by tier, each work with author, unit and page."""
    width = book.frame(on_recto=True).width
    columns = [(0.0, 0.38), (0.41, 0.22), (0.66, 0.24)]
    rows: list[Row] = []
    for tier in book.record.tiers:
        works = book.record.winners(tier.key)
        if not works:
            continue
        rows.append(
            Row(
                cells=(Cell(x=0, width=width, paragraphs=book.say(tier_name(book, tier), "row-head", "row-head-2")),),
                above_mm=8.5,
                stays_with_next=True,
            )
        )
        for work in works:
            cells = [
                Cell(x=x * width, width=share * width, paragraphs=book.say(text, "row", "row-2"))
                for (x, share), text in zip(columns, (work.title, work.author, work.unit), strict=True)
            ]
            number = book.line(str(folios[work.id]), "row")
            cells.append(Cell(x=width - 14, width=14, paragraphs=number, align="right"))
            rows.append(Row(cells=tuple(cells), above_mm=3.6, ruled=True))
    return rows


def index_rows(book: Compositor, *, folios: Mapping[str, int], width: float) -> list[Row]:
    """Make the rows of the index: authors by the reading of their names, with the pages of their works."""
    pages: dict[tuple[Bilingual, Bilingual], list[int]] = {}
    for work in book.record.works:
        if work.id in folios:
            pages.setdefault((work.author, work.unit), []).append(folios[work.id])

    def by_name(person: tuple[Bilingual, Bilingual]) -> tuple[tuple[str, str], str]:
        return pinyin_key(book.ordered(person[0])[0]), person[1].in_("zh")

    rows: list[Row] = []
    letter = ""
    for person in sorted(pages, key=by_name):
        initial = by_name(person)[0][0][:1].upper()
        if initial != letter:
            letter = initial
            heading = Cell(x=0, width=width, paragraphs=book.line(letter, "letter"))
            rows.append(Row(cells=(heading,), above_mm=6.5, stays_with_next=True))
        author, unit = person
        shown = ", ".join(str(folio) for folio in sorted(set(pages[person])))
        rows.append(
            Row(
                cells=(
                    Cell(
                        x=0,
                        width=width - 24,
                        paragraphs=(
                            *book.line(book.joined(author), "row"),
                            *book.line(book.ordered(unit)[0], "row-2"),
                        ),
                    ),
                    Cell(x=width - 22, width=22, paragraphs=book.line(shown, "row"), align="right"),
                ),
                above_mm=2.6,
            )
        )
    return rows


def index_pages(book: Compositor, *, folios: Mapping[str, int], first_folio: int) -> list[Page]:
    """Run the index over pages of two columns."""
    frame = book.frame(on_recto=True)
    width = (frame.width - BETWEEN_COLUMNS_MM) / 2
    rows = index_rows(book, folios=folios, width=width)
    columns = _paired(book, rows, first_mm=frame.height - HEADING_MM * book.scale, next_mm=frame.height)
    pages = []
    for number, start in enumerate(range(0, len(columns), 2)):
        folio = first_folio + number
        here = book.frame(on_recto=folio % 2 == 1)
        top = here.y + (0 if number else HEADING_MM * book.scale)
        texts = [] if number else [*heading_box(book, labels.INDEX, here)]
        for side, column in enumerate(columns[start : start + 2]):
            x = here.x + side * (width + BETWEEN_COLUMNS_MM)
            texts += drawn(book, column, x=x, y=top, width=width)[1]
        pages.append(Page(kind="index", label=str(folio), texts=tuple(texts)))
    return pages


def _paired(book: Compositor, rows: Sequence[Row], *, first_mm: float, next_mm: float) -> list[Column]:
    """Break rows into columns, two to a page; the two on the last page are made about equally long."""
    columns: list[Column] = []
    room = first_mm
    while True:
        rest = rows[sum(len(column.rows) for column in columns) :]
        flowed = flow(book, rest, first_mm=room, next_mm=room)
        if len(flowed) <= 2:  # noqa: PLR2004 - what is left fits on one page
            shortest = sum(column.height for column in flowed) / 2
            while len(flow(book, rest, first_mm=shortest, next_mm=shortest)) > 2 and shortest < room:  # noqa: PLR2004 - as above
                shortest += 2.0
            return [*columns, *flow(book, rest, first_mm=shortest, next_mm=room)]
        columns += flowed[:2]
        room = next_mm


def closing_page(book: Compositor, *, folio: int, words: Sequence[Bilingual]) -> Page:
    """Make a tinted page with a few quiet words, to bring the book to its number of pages."""
    frame = book.frame(on_recto=folio % 2 == 1)
    paragraphs = tuple(line for text in words for line in book.say(text, "cover-small", "cover-small"))
    return Page(
        kind="closing",
        label=str(folio),
        grounds=(whole_page(book, ink="tint"),),
        texts=box(
            paragraphs,
            x=frame.x + 0.15 * frame.width,
            y=frame.y + 0.36 * frame.height,
            width=0.7 * frame.width,
            height=0.4 * frame.height,
            align="center",
        ),
    )


def back_cover(book: Compositor) -> Page:
    """Make the back: the accent colour, the cup's name and who held the contest."""
    record, side = book.record, 18.0 * book.scale
    words = (
        *book.say(record.cup or record.name, "accent-line", "accent-small"),
        *book.line(record.edition, "accent-small"),
        *(line for host in record.hosts for line in book.line(book.joined(host), "accent-small")),
    )
    width = book.design.width_mm - 2 * side
    height = book.height(words, width=width) + 1
    return Page(
        kind="back",
        label="C4",
        grounds=(whole_page(book, ink="accent"),),
        texts=box(
            words,
            x=side,
            y=book.design.height_mm - side - height,
            width=width,
            height=height,
            anchor="bottom",
        ),
    )
