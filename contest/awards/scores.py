"""The table of all scores, and it as XLSX: one row a work, read and written a few rows at a time."""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from sqlalchemy import select
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
    given = groupby(_votes(session, row, rounds), key=lambda vote: vote.award_id)
    current = next(given, None)
    for work in _works(session, row):
        marks: dict[int, str] = {}
        if current is not None and current[0] == work.award_id:
            # In the order of rounds: a juror's later mark takes the place of her earlier one.
            marks = {vote.seat: points(vote.score) for vote in current[1]}
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
            "\n".join(remarks.get(work.entry_id, ())),
            *(marks.get(seat, "") for seat in seats),
        ]


def _works(session: Session, row: ResultSet) -> Iterator[Any]:
    statement = (
        select(
            Award.id.label("award_id"),
            Award.entry_id,
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
    return iter(session.connection().execute(statement.execution_options(yield_per=_ROWS)))


def _votes(session: Session, row: ResultSet, rounds: dict[UUID, list[UUID]]) -> Iterator[Any]:
    """Give the votes that count, in the order of the works; in pairs there are none on a single work."""
    members = [round_id for chained in rounds.values() for round_id in chained]
    statement = (
        select(Award.id.label("award_id"), Sheet.seat, Ballot.score)
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
    return iter(session.connection().execute(statement.execution_options(yield_per=_ROWS)))


def _remarks(session: Session, rounds: dict[UUID, list[UUID]]) -> dict[UUID, list[str]]:
    """Give what jurors pointed out, by entry; it is little."""
    members = [round_id for chained in rounds.values() for round_id in chained]
    found = defaultdict[UUID, list[str]](list)
    flags = select(EntryFlag.entry_id, EntryFlag.kind, EntryFlag.note).where(EntryFlag.round_id.in_(members))
    for entry_id, kind, note in session.execute(flags.order_by(EntryFlag.at)):
        found[entry_id].append(f"{kind}: {note}" if note else str(kind))
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
