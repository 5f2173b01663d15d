"""The table of all scores, and it as XLSX: one row a work, read and written a few rows at a time."""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain as joined
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from sqlalchemy import Select, select, type_coerce
from sqlalchemy.orm import Session

from contest.accounts.models import Unit
from contest.awards import queries
from contest.awards.models import Award, ResultSet
from contest.calls.models import Category, PrizeTier
from contest.entries.models import Author, Entry
from contest.judging import queries as judging
from contest.judging.models import Ballot, BallotKind, EntryFlag, Round, Sheet
from contest.judging.rules.order import alias
from contest.judging.rules.settings import points
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import UuidDigits
from contest.kernel.errors import Conflict
from contest.web.sentences import N_, translate

HEADINGS: Final = (
    N_("Category"),
    N_("Rank"),
    N_("Number"),
    N_("Title"),
    N_("Author"),
    N_("Unit"),
    N_("Prize"),
    N_("Official score"),
    N_("Mean"),
    N_("Marks"),
    N_("Remarks of jurors"),
)
_JUROR: Final = N_("Juror %(letter)s")
_ROWS: Final = 500


def score_table(session: Session, contest_id: UUID, *, language: str) -> Iterator[list[str]]:
    """Give the table's rows, the headings first; votes stand under the jurors' letters.

    Raises:
        Conflict: ``awards.no_draft``, the prizes have not been worked out.
    """
    row = queries.latest(session, contest_id, with_awards=False)
    if row is None:
        raise Conflict("awards.no_draft")
    finals = {one.id: one for one in judging.final_rounds(session, contest_id)}
    rounds = {final_id: [one.id for one in judging.chain(session, final)] for final_id, final in finals.items()}
    members = [round_id for chained in rounds.values() for round_id in chained]
    seats = sorted(set(session.scalars(select(Sheet.seat).where(Sheet.round_id.in_(members)))))
    return _rows(session, row, rounds, seats, language=language)


def _rows(
    session: Session, row: ResultSet, rounds: dict[UUID, list[UUID]], seats: Sequence[int], *, language: str
) -> Iterator[list[str]]:
    letters = [translate(_JUROR, language) % {"letter": alias(seat)} for seat in seats]
    yield [*(translate(heading, language) for heading in HEADINGS), *letters]
    remarks = _remarks(session, rounds)
    given = groupby(_votes(session, row, rounds), key=itemgetter(0))
    current = next(given, None)
    for work in _works(session, row):
        marks = dict.fromkeys(seats, "")
        if current is not None and current[0] == work.award:
            # In the order of rounds: a juror's later mark takes the place of her earlier one.
            marks |= {seat: points(score) for _award, seat, score in current[1]}
            current = next(given, None)
        yield [
            Bilingual(work.category_zh, work.category_en).in_(language),
            str(work.rank),
            work.number or "",
            Bilingual(work.title_zh, work.title_en).in_(language),
            Bilingual(work.name_zh, work.name_en).in_(language),
            Bilingual(work.unit_zh or "", work.unit_en or "").in_(language),
            Bilingual(work.tier_zh or "", work.tier_en or "").in_(language),
            work.score,
            work.raw,
            str(work.votes),
            "\n".join(remarks.get(work.entry, ())),
            *marks.values(),
        ]


def _works(session: Session, row: ResultSet) -> Iterator[Any]:
    statement = (
        select(
            type_coerce(Award.id, UuidDigits).label("award"),
            type_coerce(Award.entry_id, UuidDigits).label("entry"),
            Award.rank,
            Award.score,
            Award.raw,
            Award.votes,
            Entry.number,
            Entry.title_zh,
            Entry.title_en,
            Category.name_zh.label("category_zh"),
            Category.name_en.label("category_en"),
            Author.name_zh,
            Author.name_en,
            Unit.name_zh.label("unit_zh"),
            Unit.name_en.label("unit_en"),
            PrizeTier.name_zh.label("tier_zh"),
            PrizeTier.name_en.label("tier_en"),
        )
        .join(Entry, Entry.id == Award.entry_id)
        .join(Category, Category.id == Entry.category_id)
        .join(Author, Author.id == Entry.author_id)
        .outerjoin(Unit, Unit.id == Author.unit_id)
        .outerjoin(PrizeTier, PrizeTier.id == Award.tier_id)
        .where(Award.result_set_id == row.id)
        .order_by(Award.final, Award.rank, Award.position, Award.id)
    )
    return _streamed(session, statement)


def _votes(session: Session, row: ResultSet, rounds: dict[UUID, list[UUID]]) -> Iterator[Any]:
    """Give the votes that count, in the order of the works; in pairs there are none on a single work."""
    members = [round_id for chained in rounds.values() for round_id in chained]
    statement = (
        select(type_coerce(Award.id, UuidDigits), Sheet.seat, Ballot.score)
        .join(Ballot, Ballot.entry_id == Award.entry_id)
        .join(Sheet, Sheet.id == Ballot.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(
            Award.result_set_id == row.id,
            Sheet.round_id.in_(members),
            Ballot.kind == BallotKind.COUNTED,
            Ballot.score.is_not(None),
            Ballot.rival_id.is_(None),
        )
        .order_by(Award.final, Award.rank, Award.position, Award.id, Round.number)
    )
    return _streamed(session, statement)


def _streamed(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """Ask for rows that are read a few at a time."""
    asked = session.connection().execute(statement.execution_options(yield_per=_ROWS))
    return joined.from_iterable(asked.partitions())


def _remarks(session: Session, rounds: dict[UUID, list[UUID]]) -> dict[str, list[str]]:
    """Give what jurors pointed out, by the digits of the entry's id; it is little."""
    members = [round_id for chained in rounds.values() for round_id in chained]
    found = defaultdict[str, list[str]](list)
    flags = select(type_coerce(EntryFlag.entry_id, UuidDigits), EntryFlag.kind, EntryFlag.note)
    flags = flags.where(EntryFlag.round_id.in_(members)).order_by(EntryFlag.at)
    for entry, kind, note in session.execute(flags):
        found[entry].append(f"{kind}: {note}" if note else str(kind))
    return found


def as_xlsx(rows: Iterable[Sequence[str]]) -> IO[bytes]:
    """Write a workbook whose cells are all explicit texts, row by row, into a file that is gone once it is closed."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - it takes a tenth of the service's start, and few exports are made

    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as kept:
        path = Path(kept.name)
    try:
        with Workbook(str(path), {"constant_memory": True}) as book:
            sheet = book.add_worksheet("scores")
            sheet.freeze_panes(1, 0)
            for line, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write_string(line, column, text)  # never a formula, a number or a link
        return path.open("rb")
    finally:
        path.unlink()
