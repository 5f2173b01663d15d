"""The pages before the works: cover, title, colophon, contents, notice, jury, figures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from contest.awards.record import WorkRecord
from contest.kernel.bilingual import Bilingual
from contest.publishing.album import labels
from contest.publishing.album.compositor import Compositor, Frame, box, rule
from contest.publishing.album.fonts import language_of
from contest.publishing.album.plan import Page, Placement, TextBox
from contest.publishing.album.styles import STYLES, fitting_size
from contest.publishing.album.tables import Cell, Row, drawn, flow
from contest.publishing.album.works import whole_page

HEADING_MM = 34.0  # from the frame's top to the first line under a section's heading
LEAST_COVER_MM = 40.0  # however many hosts there are, the photograph stays worth looking at
LONGEST_PARAGRAPH = 420  # characters; a longer one is cut at a sentence's end so that it can run over pages


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the contents: a section or tier (level 1) or a work (level 2), and its folio."""

    name: Bilingual
    level: int
    folio: int
    by: Bilingual | None = None


def cover(book: Compositor, work: WorkRecord) -> Page:
    """Make the front: the best photograph whole, the cup's name, who holds the contest."""
    design, record = book.design, book.record
    side = 18.0 * book.scale
    width = design.width_mm - 2 * side
    name = record.cup or record.name
    size = fitting_size(book.ordered(name)[0], "cover-title", language="zh", width_mm=width, lines=2, least_pt=18)
    under = book.say(name, "cover-title", "cover-title-2", size_pt=size)
    if record.cup and record.name:
        under += book.say(record.name, "cover-line", "cover-small")
    under += book.line(book.joined(labels.ALBUM), "cover-line")
    foot = (
        *book.line(record.edition, "cover-line"),
        *(line for text in record.hosts for line in book.line(book.joined(text), "cover-small")),
        *(line for text in record.organizers for line in book.line(book.joined(text), "cover-small")),
    )
    under_height = book.height(under, width=width) + 2
    foot_height = book.height(foot, width=width) + 1
    foot_y = design.height_mm - side - foot_height

    # The words have their room; the photograph takes what is left, at most a good half of the page.
    gap = 12 * book.scale
    room = min(0.56 * design.height_mm, foot_y - 8 - under_height - 6 - gap - side)
    picture = work.pictures[0]
    aspect = picture.width_px / picture.height_px
    wide = min(width, max(room, LEAST_COVER_MM) * aspect)
    high = wide / aspect
    # A low picture hangs a little lower.
    top = side + min(0.06 * design.height_mm, max(0.0, room - high))
    y = top + high + gap
    return Page(
        kind="cover",
        label="C1",
        grounds=(rule(x=side, y=y, width=14, thickness=0.7, ink="accent"),),
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
            *box(under, x=side, y=y + 6, width=width, height=under_height),
            *box(foot, x=side, y=foot_y, width=width, height=foot_height, anchor="bottom"),
        ),
    )


def endpaper(book: Compositor, *, label: str) -> Page:
    """Make a page of the accent colour."""
    return Page(kind="endpaper", label=label, grounds=(whole_page(book, ink="accent"),))


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
        (labels.ORGANIZERS, [book.joined(text) for text in record.organizers]),
        (labels.SPONSORS, [book.joined(text) for text in record.sponsors]),
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


def contents_rows(book: Compositor, entries: Sequence[Entry]) -> list[Row]:
    """Make the rows of the contents."""
    width = book.frame(on_recto=True).width
    rows = []
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        is_work = entry.level > 1
        style, second = ("row", "row-2") if is_work else ("row-head", "row-head-2")
        title = 0.52 * width if is_work else 0.8 * width
        cells = [
            Cell(x=0, width=title, paragraphs=book.say(entry.name, style, second)),
            Cell(
                x=width - 16,
                width=16,
                paragraphs=book.line(str(entry.folio), style),
                align="right",
            ),
        ]
        if entry.by is not None:
            cells.insert(
                1,
                Cell(x=0.56 * width, width=0.32 * width, paragraphs=book.say(entry.by, "row", "row-2")),
            )
        rows.append(
            Row(
                cells=tuple(cells),
                above_mm=2.4 if is_work else 6.0,
                # A tier stays with its first work, and the last section is never alone on a page.
                stays_with_next=not is_work and (following in entries[-1:] or not _is_section(following)),
            )
        )
    return rows


def _is_section(entry: Entry | None) -> bool:
    return entry is None or entry.level == 1


def section_pages(
    book: Compositor, *, kind: str, heading: Bilingual, rows: Sequence[Row], first_folio: int
) -> list[Page]:
    """Run rows over pages under one heading, which stands on the first."""
    frame = book.frame(on_recto=True)
    drop = HEADING_MM * book.scale
    pages = []
    columns = flow(book, rows, first_mm=frame.height - drop, next_mm=frame.height)
    for number, column in enumerate(columns):
        folio = first_folio + number
        here = book.frame(on_recto=folio % 2 == 1)
        top = here.y + (0 if number else drop)
        grounds, texts = drawn(book, column, x=here.x, y=top, width=here.width)
        title = () if number else heading_box(book, heading, here)
        pages.append(Page(kind=kind, label=str(folio), grounds=grounds, texts=(*title, *texts)))
    return pages


def heading_box(book: Compositor, heading: Bilingual, frame: Frame) -> tuple[TextBox, ...]:
    """Set a section's heading at the top of its first page; it enters the outline."""
    return box(
        book.say(heading, "section", "section-2", level=1),
        x=frame.x,
        y=frame.y,
        width=frame.width,
        height=HEADING_MM * book.scale - 8,
    )


def notice_rows(book: Compositor) -> list[Row]:
    """Make the rows of the notice: one paragraph each, the leading language first."""
    width = book.frame(on_recto=True).width
    rows: list[Row] = []
    for text in filter(None, book.ordered(book.record.notice)):
        is_next_language = bool(rows)
        for paragraph in _pieces(text):
            style = "prose-zh" if language_of(paragraph) == "zh" else "prose"
            rows.append(
                Row(
                    cells=(Cell(x=0, width=width, paragraphs=book.line(paragraph, style)),),
                    above_mm=11.0 if is_next_language else STYLES[style].above_mm,
                    runs_on=bool(rows) and not is_next_language,
                )
            )
            is_next_language = False
    return rows


def jury_rows(book: Compositor) -> list[Row]:
    """Make the rows of the jury: name, title and role, in the record's order."""
    width = book.frame(on_recto=True).width
    rows: list[Row] = []
    for juror in book.record.jury:
        role = labels.ROLES.get(juror.role, labels.ROLES["juror"])
        rows.append(
            Row(
                cells=(
                    Cell(x=0, width=0.3 * width, paragraphs=book.say(role, "label", "label")),
                    Cell(
                        x=0.33 * width,
                        width=0.67 * width,
                        paragraphs=(
                            *book.line(book.joined(juror.name), "name"),
                            *book.say(juror.title, "name-2", "name-2"),
                        ),
                    ),
                ),
                above_mm=7,
                ruled=bool(rows),
            )
        )
    return rows


def figures_page(book: Compositor, *, folio: int) -> Page:
    """Show what the contest received as four large numbers."""
    frame = book.frame(on_recto=folio % 2 == 1)
    texts = [*heading_box(book, labels.FIGURES, frame)]
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


def _pieces(text: str) -> list[str]:
    """Cut a text at its line ends, and a very long paragraph at the ends of sentences."""
    pieces: list[str] = []
    for paragraph in text.splitlines():
        piece = ""
        for sentence in re.split(r"(?<=[。！？；])|(?<=[.!?;])\s+", paragraph.strip()):
            if piece and len(piece) + len(sentence) > LONGEST_PARAGRAPH:
                pieces.append(piece)
                piece = ""
            gap = " " if piece and piece[-1] in ".!?;" else ""
            piece += gap + sentence
        if piece:
            pieces.append(piece)
    return pieces
