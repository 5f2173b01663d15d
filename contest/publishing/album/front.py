"""The pages before the works: cover, half title, title, colophon, contents, organizers, jury, figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from contest.awards.record import WorkRecord
from contest.kernel.bilingual import Bilingual
from contest.publishing.album import labels
from contest.publishing.album.compositor import Compositor, box, rule, whole_page
from contest.publishing.album.plan import Page, Placement
from contest.publishing.album.sections import HEADING_MM, heading_box, pieces
from contest.publishing.album.styles import STYLES, fitting_size
from contest.publishing.album.tables import Cell, Row, drawn, flow

LEAST_COVER_MM: Final = 40.0  # however many hosts there are, the photograph stays worth looking at


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One line of the contents: a section or tier (level 1) or a work (level 2), and its folio."""

    name: Bilingual
    level: int
    folio: int
    by: Bilingual | None = None


def cover(book: Compositor, work: WorkRecord) -> Page:
    """Make the front: the best photograph whole, the cup's name, who holds the contest.

    A newspaper names itself first; elsewhere the photograph comes first.
    """
    design, record, look = book.design, book.record, book.design.look
    side = 18.0 * book.scale
    width = design.width_mm - 2 * side
    name = record.cup or record.name
    largest = 46 if look.is_ruled else STYLES["cover-title"].size_pt
    size = fitting_size(
        book.ordered(name)[0], "cover-title", language="zh", width_mm=width, lines=2, least_pt=18, most_pt=largest
    )
    words = book.say(name, "cover-title", "cover-title-2", size_pt=size)
    if record.cup and record.name:
        words += book.say(record.name, "cover-line", "cover-small")
    words += book.line(book.joined(labels.ALBUM), "cover-line")
    foot = (
        *book.line(record.edition, "cover-line"),
        *(line for text in record.hosts for line in book.line(book.joined(text), "cover-small")),
        *(line for text in record.organizers for line in book.line(book.joined(text), "cover-small")),
    )
    words_height = book.height(words, width=width) + 2
    foot_height = book.height(foot, width=width) + 1
    foot_y = design.height_mm - side - foot_height

    # The words have their room; the photograph takes what is left, at most a good half of the page.
    gap = 12 * book.scale
    room = min(0.56 * design.height_mm, foot_y - 8 - words_height - 6 - gap - side)
    picture = work.pictures[0]
    aspect = picture.width_px / picture.height_px
    wide = min(width, max(room, LEAST_COVER_MM) * aspect)
    high = wide / aspect
    if look.is_ruled:
        words_y = side + 4
        top = words_y + words_height + gap
        rules = [
            rule(x=side, y=side, width=width, thickness=1.2, ink="ink"),
            rule(x=side, y=words_y + words_height + 0.4 * gap, width=width, thickness=0.3, ink="ink"),
        ]
    else:
        # A low picture hangs a little lower.
        top = side + min(0.06 * design.height_mm, max(0.0, room - high))
        words_y = top + high + gap + 6
        rules = [rule(x=side, y=words_y - 6, width=14, thickness=0.7, ink="accent")]
    return Page(
        kind="cover",
        label="C1",
        is_dark=look.is_dark,
        grounds=(*((whole_page(book, ink="dark"),) if look.is_dark else ()), *rules),
        placements=(
            Placement(
                picture=picture.id,
                work=work.id,
                alt=book.settable(book.ordered(work.title)[0], style="head"),
                x_mm=round(side, 4),
                y_mm=round(top, 4),
                width_mm=round(wide, 4),
                height_mm=round(high, 4),
            ),
        ),
        texts=(
            *box(words, x=side, y=words_y, width=width, height=words_height),
            *box(foot, x=side, y=foot_y, width=width, height=foot_height, anchor="bottom"),
        ),
    )


def endpaper(book: Compositor, *, label: str) -> Page:
    """Make a page of the accent colour."""
    return Page(kind="endpaper", label=label, grounds=(whole_page(book, ink="accent"),))


def half_title(book: Compositor, *, folio: int) -> Page:
    """Make the half title: the cup's name alone."""
    frame = book.frame(on_recto=folio % 2 == 1)
    words = book.say(book.record.cup or book.record.name, "half-title", "half-title-2")
    return Page(
        kind="half_title",
        label=str(folio),
        texts=box(words, x=frame.x, y=frame.y + 0.3 * frame.height, width=frame.width, height=0.3 * frame.height),
    )


def title_page(book: Compositor, *, folio: int) -> Page:
    """Make the title page."""
    record, frame = book.record, book.frame(on_recto=folio % 2 == 1)
    name = record.cup or record.name
    first, _ = book.ordered(name)
    size = fitting_size(first, "section", language="zh", width_mm=frame.width, lines=2, least_pt=15)
    words = book.say(name, "section", "section-2", size_pt=size)
    if record.cup and record.name:
        words += book.say(record.name, "cover-line", "cover-small")
    words += book.line(record.edition, "cover-small")
    hosts = tuple(line for host in record.hosts for line in book.line(book.joined(host), "cover-small"))
    top = frame.y + 0.3 * frame.height
    return Page(
        kind="title",
        label=str(folio),
        grounds=(rule(x=frame.x, y=top - 7, width=14, thickness=0.7, ink="accent"),),
        texts=(
            *box(words, x=frame.x, y=top, width=frame.width, height=0.4 * frame.height),
            *box(hosts, x=frame.x, y=frame.bottom - 30, width=frame.width, height=30, anchor="bottom"),
        ),
    )


def colophon(book: Compositor, *, folio: int) -> Page:
    """Make the colophon: who held it, what was received, which result this is, whose rights."""
    record, frame = book.record, book.frame(on_recto=folio % 2 == 1)
    sealed = datetime.fromisoformat(record.sealed_at).astimezone(ZoneInfo(record.zone)).date().isoformat()
    numbers = Bilingual(*(_figures_line(book, language) for language in ("zh", "en")))
    parts = [
        (labels.HOSTS, [book.joined(text) for text in record.hosts]),
        *((name, [book.joined(text)]) for name, text in book.texts.colophon),
        (labels.FIGURES, list(filter(None, book.ordered(numbers)))),
        (
            labels.RESULT,
            list(
                filter(
                    None,
                    book.ordered(
                        labels.result_version(version=record.version, date=sealed, digest=record.digest()[:12])
                    ),
                )
            ),
        ),
        (labels.TYPE, [labels.TYPEFACES.zh]),
    ]
    label_width = 0.26 * frame.width
    rows = [
        Row(
            cells=(
                Cell(x=0, width=label_width - 4, paragraphs=book.line(book.joined(name), "label")),
                Cell(
                    x=label_width,
                    width=frame.width - label_width,
                    paragraphs=tuple(line for text in texts for line in book.line(text, "imprint")),
                ),
            ),
            above_mm=3.4,
        )
        for name, texts in parts
        if texts
    ]
    rights = book.say(labels.RIGHTS, "imprint", "imprint")
    rows.append(Row(cells=(Cell(x=label_width, width=frame.width - label_width, paragraphs=rights),), above_mm=6))
    column = flow(book, rows, first_mm=10_000, next_mm=10_000)[0]
    grounds, texts = drawn(book, column, x=frame.x, y=frame.bottom - column.height, width=frame.width)
    return Page(kind="colophon", label=str(folio), grounds=grounds, texts=texts)


def contents_rows(book: Compositor, lines: Sequence[Listed], *, air: float = 1.0) -> list[Row]:
    """Make the rows of the contents; ``air`` is the share of the usual space between them."""
    width = book.frame(on_recto=True).width
    rows = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        is_work = line.level > 1
        style, second = ("row", "row-2") if is_work else ("row-head", "row-head-2")
        title = 0.52 * width if is_work else 0.8 * width
        cells = [
            Cell(x=0, width=title, paragraphs=book.say(line.name, style, second)),
            Cell(
                x=width - 16,
                width=16,
                paragraphs=book.line(str(line.folio), style),
                align="right",
            ),
        ]
        if line.by is not None:
            cells.insert(
                1,
                Cell(x=0.56 * width, width=0.32 * width, paragraphs=book.say(line.by, "row", "row-2")),
            )
        rows.append(
            Row(
                cells=tuple(cells),
                above_mm=air * (2.4 if is_work else 6.0),
                # A tier stays with its first work, and the last section is never alone on a page.
                stays_with_next=not is_work and (following in lines[-1:] or not _is_section(following)),
            )
        )
    return rows


def _is_section(line: Listed | None) -> bool:
    return line is None or line.level == 1


def organizer_rows(book: Compositor) -> list[Row]:
    """Make the rows of who holds the contest, who runs it and who supports it, each body on a line of its own."""
    width = book.frame(on_recto=True).width
    record = book.record
    bodies = (
        (labels.HOSTS, record.hosts),
        (labels.ORGANIZERS, record.organizers),
        (labels.SPONSORS, record.sponsors),
    )
    rows: list[Row] = []
    for label, names in bodies:
        for number, name in enumerate(names):
            label_cell = Cell(x=0, width=0.3 * width, paragraphs=book.say(label, "label", "label"))
            name_cell = Cell(x=0.33 * width, width=0.67 * width, paragraphs=book.say(name, "name", "name-2"))
            is_first = number == 0
            rows.append(
                Row(
                    cells=(label_cell, name_cell) if is_first else (name_cell,),
                    above_mm=9 if is_first else 3.6,
                    ruled=is_first and bool(rows),
                )
            )
    return rows


def jury_rows(book: Compositor) -> list[Row]:
    """Make the rows of the jury: name, title and role, and what each says, in the record's order."""
    width = book.frame(on_recto=True).width
    rows: list[Row] = []
    for juror in book.record.jury:
        role = labels.ROLES.get(juror.role, labels.ROLES["juror"])
        statement = book.texts.statements.get(juror.name.zh or juror.name.en, Bilingual())
        said = [piece for text in book.ordered(statement) for piece in pieces(text)]
        person = (*book.line(book.joined(juror.name), "name"), *book.say(juror.title, "name-2", "name-2"))
        rows.append(
            Row(
                cells=(
                    Cell(x=0, width=0.3 * width, paragraphs=book.say(role, "label", "label")),
                    Cell(x=0.33 * width, width=0.67 * width, paragraphs=person),
                ),
                above_mm=7,
                ruled=bool(rows),
                stays_with_next=bool(said),
            )
        )
        rows += [
            Row(
                cells=(Cell(x=0.33 * width, width=0.67 * width, paragraphs=book.line(piece, "statement")),),
                above_mm=STYLES["statement"].above_mm,
            )
            for piece in said
        ]
    return rows


def figures_page(book: Compositor, *, folio: int) -> Page:
    """Show what the contest received as four large numbers.

    It stands where there is room, so that the contents do not name it, nor does the outline.
    """
    frame = book.frame(on_recto=folio % 2 == 1)
    texts = [*heading_box(book, labels.FIGURES, frame, level=0)]
    step = (frame.height - HEADING_MM * book.scale) / 4
    for index, (number, name) in enumerate(_figures(book)):
        words = (*book.line(f"{number:,}", "figure"), *book.line(book.joined(name), "name-2"))
        texts += box(
            words,
            x=frame.x,
            y=frame.y + HEADING_MM * book.scale + index * step,
            width=frame.width,
            height=book.height(words, width=frame.width) + 1,
        )
    return Page(kind="figures", label=str(folio), texts=tuple(texts))


def _figures(book: Compositor) -> tuple[tuple[int, Bilingual], ...]:
    figures = book.record.figures
    return tuple(
        (number, name)
        for number, name in (
            (figures.entries, labels.ENTRIES),
            (figures.authors, labels.AUTHORS),
            (figures.units, labels.UNITS),
            (figures.jurors, labels.JURORS),
        )
        if number
    )


def _figures_line(book: Compositor, language: str) -> str:
    between = "，" if language == "zh" else ", "
    return between.join(
        f"{name.zh} {number:,}" if language == "zh" else f"{number:,} {name.en}" for number, name in _figures(book)
    )
