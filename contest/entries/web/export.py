"""The table of works as CSV and XLSX: what is shown, and nothing that a spreadsheet program takes for a formula."""

import io
from collections.abc import Iterable, Sequence
from typing import Final

from flask import Response, request
from flask.typing import ResponseReturnValue

from contest.entries import queries
from contest.entries.forms import filters_from
from contest.entries.queries import EntryFacts
from contest.entries.web import words
from contest.entries.web.blueprint import pages
from contest.entries.web.standing import contest_facts
from contest.kernel.tables import as_csv
from contest.web.access import access
from contest.web.language import language
from contest.web.sentences import N_, translate
from contest.web.services import reading
from contest.web.times import moment

HEADINGS: Final = (
    N_("Number"),
    N_("State"),
    N_("Category"),
    N_("Title in Chinese"),
    N_("Title in English"),
    N_("Author in Chinese"),
    N_("Author in English"),
    N_("Unit"),
    N_("Pictures"),
    N_("Caption"),
    N_("Place"),
    N_("Findings"),
    N_("Reason"),
    N_("Received"),
)
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/contests/<short_name>/desk/works.<any(csv, xlsx):format>")
@access("export.entries_csv")
def export(short_name: str, format: str) -> ResponseReturnValue:  # noqa: A002 - the name in exports' addresses
    """Hand out the works that the address's filters let through, all pages of them."""
    contest = contest_facts()
    with reading() as session:
        page = queries.table(session, contest.id, filters_from(request.args.to_dict()).filters, page=None)
    headings = [translate(heading, language()) for heading in HEADINGS]
    rows = (row_of(entry, zone=contest.zone) for entry in page.entries)
    if format == "csv":
        return _attached(b"".join(as_csv((headings, *rows))), "text/csv; charset=utf-8", f"{short_name}-works.csv")
    return _attached(as_xlsx(headings, rows), _XLSX, f"{short_name}-works.xlsx")


def row_of(entry: EntryFacts, *, zone: str) -> list[str]:
    """Give one work as the table's cells."""
    return [
        entry.number or "",
        words.state_word(entry.state),
        entry.category.name.in_(language()),
        entry.title.zh,
        entry.title.en,
        entry.author.name.zh,
        entry.author.name.en,
        entry.author.unit.in_(language()),
        str(len(entry.pictures)),
        entry.caption,
        entry.place,
        "\n".join(words.told(finding) for finding in entry.findings if finding.is_open),
        entry.state_reason,
        moment(entry.submitted_at, zone) if entry.submitted_at else "",
    ]


def as_xlsx(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a workbook of one sheet whose cells are all explicit texts."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - it takes a tenth of the service's start, and few exports are made

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("works")
        sheet.freeze_panes(1, 0)
        for line, row in enumerate((headings, *rows)):
            for column, text in enumerate(row):
                sheet.write_string(line, column, text)  # never a formula, a number or a link
    return file.getvalue()


def _attached(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
