"""The pages after the works: list of awards, statistics, index of authors and of countries, back cover."""

import unicodedata
from collections.abc import Mapping, Sequence

from contest.awards.record import WorkRecord
from contest.kernel.bilingual import Bilingual
from contest.kernel.countries import country_name
from contest.publishing.album import labels
from contest.publishing.album.compositor import Compositor, box, whole_page
from contest.publishing.album.plan import Page, Paragraph
from contest.publishing.album.sections import column_pages, column_width
from contest.publishing.album.tables import Cell, Row

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
        name = book.say(labels.tier_name(book.record, tier), "row-head", "row-head-2")
        heading = Cell(x=0, width=width, paragraphs=name)
        rows.append(Row(cells=(heading,), above_mm=8.5, stays_with_next=True))
        for work in works:
            cells = [
                Cell(x=x * width, width=share * width, paragraphs=book.say(text, "row", "row-2"))
                for (x, share), text in zip(columns, (work.title, work.author, work.unit), strict=True)
            ]
            number = book.line(str(folios[work.id]), "row")
            cells.append(Cell(x=width - 14, width=14, paragraphs=number, align="right"))
            rows.append(Row(cells=tuple(cells), above_mm=3.6, ruled=True))
    return rows


def statistics_rows(book: Compositor) -> list[Row]:
    """Make the table that catalogues of international salons print: for each section and country, four counts.

    An author who took part in two sections counts in each of them, and once in the total.
    """
    width = book.frame(on_recto=True).width
    record = book.record
    names = {category.key: category.name for category in record.categories}
    accepted = [work for work in record.works if work.tier]
    rows = [_counted(book, width, book.say(labels.CATEGORY, "cell-head", "cell-head"), labels.COUNTED, is_head=True)]
    for category in dict.fromkeys(row.category for row in record.received):
        here = [row for row in record.received if row.category == category]
        won = [work for work in accepted if work.category == category]
        by_country = {row.country: [work for work in won if work.country == row.country] for row in here}
        is_split = any(row.country for row in here)
        sums = (sum(row.authors for row in here), sum(row.works for row in here), _authors(won), len(won))
        title = book.say(names.get(category, Bilingual(category, category)), "row", "row-2")
        rows.append(_counted(book, width, title, sums, stays_with_next=is_split))
        for row in sorted(here, key=lambda row: _by_name(book, row.country)) if is_split else ():
            mine = by_country[row.country]
            country = country_name(row.country) if row.country else labels.UNNAMED
            counts = (row.authors, row.works, _authors(mine), len(mine))
            rows.append(_counted(book, width, book.line(book.joined(country), "cell"), counts, indent_mm=5.0))
    total = (record.figures.authors, record.figures.entries, _authors(accepted), len(accepted))
    rows.append(_counted(book, width, book.say(labels.ALL, "row", "row-2"), total))
    return rows


def _counted(
    book: Compositor,
    width: float,
    name: tuple[Paragraph, ...],
    counts: Sequence[int | Bilingual],
    *,
    is_head: bool = False,
    stays_with_next: bool = False,
    indent_mm: float = 0.0,
) -> Row:
    """Make a row of a name and four counts, or of four headings."""
    share = 0.15 * width
    cells = [Cell(x=indent_mm, width=width - 4 * share - indent_mm - 3, paragraphs=name)]
    for column, count in enumerate(counts):
        if isinstance(count, Bilingual):
            words = book.say(count, "cell-head", "cell-head")
        else:
            words = book.line(f"{count:,}", "cell")
        x = width - (4 - column) * share
        cells.append(Cell(x=x + 1.5, width=share - 1.5, paragraphs=words, align="right"))
    return Row(
        cells=tuple(cells),
        above_mm=2.0 if indent_mm else 4.6,
        ruled=not (is_head or indent_mm),
        stays_with_next=is_head or stays_with_next,
    )


def _authors(works: Sequence[WorkRecord]) -> int:
    return len({(work.author, work.unit, work.country) for work in works})


def _by_name(book: Compositor, country: str) -> tuple[bool, tuple[str, str]]:
    """Order countries by their names in the leading language, those who named none last."""
    return not country, pinyin_key(book.ordered(country_name(country))[0])


def country_rows(book: Compositor, *, folios: Mapping[str, int], width: float) -> list[Row]:
    """Make the list of authors by country: for each author the titles, with the pages they are on."""
    works: dict[str, dict[Bilingual, list[WorkRecord]]] = {}
    for work in book.record.works:
        if work.id in folios:
            works.setdefault(work.country, {}).setdefault(work.author, []).append(work)
    rows: list[Row] = []
    for country in sorted(works, key=lambda code: _by_name(book, code)):
        name = country_name(country) if country else labels.UNNAMED
        heading = Cell(x=0, width=width, paragraphs=book.say(name, "row-head", "row-head-2"))
        rows.append(Row(cells=(heading,), above_mm=6.5, stays_with_next=True))
        for author in sorted(works[country], key=lambda each: pinyin_key(book.ordered(each)[0])):
            shown = Cell(x=0, width=width, paragraphs=book.line(book.joined(author), "row"))
            rows.append(Row(cells=(shown,), above_mm=2.6, stays_with_next=True))
            for work in sorted(works[country][author], key=lambda each: folios[each.id]):
                title = book.line(book.ordered(work.title)[0], "row-2")
                page = book.line(str(folios[work.id]), "row-2")
                cells = (
                    Cell(x=0, width=width - 14, paragraphs=title),
                    Cell(x=width - 12, width=12, paragraphs=page, align="right"),
                )
                rows.append(Row(cells=cells, above_mm=0.7))
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


def author_pages(book: Compositor, folios: Mapping[str, int], first_folio: int) -> list[Page]:
    """Run the index of authors over pages of two columns."""
    rows = index_rows(book, folios=folios, width=column_width(book))
    return column_pages(book, rows, kind="authors", heading=labels.INDEX, first_folio=first_folio)


def country_pages(book: Compositor, folios: Mapping[str, int], first_folio: int) -> list[Page]:
    """Run the list of authors by country over pages of two columns."""
    rows = country_rows(book, folios=folios, width=column_width(book))
    return column_pages(book, rows, kind="countries", heading=labels.COUNTRIES, first_folio=first_folio)


def back_cover(book: Compositor) -> Page:
    """Make the back: a coloured or dark ground, the cup's name and who held the contest."""
    record, side, is_dark = book.record, 18.0 * book.scale, book.design.look.is_dark
    first, small = ("cover-line", "cover-small") if is_dark else ("accent-line", "accent-small")
    words = (
        *book.say(record.cup or record.name, first, small),
        *book.line(record.edition, small),
        *(line for host in record.hosts for line in book.line(book.joined(host), small)),
    )
    width = book.design.width_mm - 2 * side
    height = book.height(words, width=width) + 1
    return Page(
        kind="back",
        label="C4",
        is_dark=is_dark,
        grounds=(whole_page(book, ink="dark" if is_dark else "accent"),),
        texts=box(
            words,
            x=side,
            y=book.design.height_mm - side - height,
            width=width,
            height=height,
            anchor="bottom",
        ),
    )
