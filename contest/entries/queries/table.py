"""The organizer's table of all works: filtered, page by page."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from contest.calls.models import Category
from contest.entries.models import BY_NUMBER, Author, Entry, EntryState, Finding, Picture, PictureState
from contest.entries.queries.facts import EntryFacts, entries_with_all, read

PAGE_ENTRIES: Final = 50
_OPEN_FINDING: Final = and_(
    Finding.entry_id == Entry.id, Finding.waived_at.is_(None), Finding.severity.in_(("flag", "reject"))
)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What of the table is shown.

    Attributes:
        state: None for all that was handed in: neither drafts nor withdrawn.
        category: A category's key.
        unit_id: Authors of this unit.
        severity: "open" for anything that waits for a decision, "reject", "flag", "note", or "none" for clean ones.
        text: Part of the number, the title or the author's name.
    """

    state: EntryState | None = None
    category: str = ""
    unit_id: UUID | None = None
    severity: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of the table, the first is 1; ``found`` counts all pages' entries."""

    entries: tuple[EntryFacts, ...]
    found: int
    number: int
    pages: int


def table(session: Session, contest_id: UUID, filters: Filters, *, page: int | None = 1) -> Page:
    """Read the works that the filters let through, in the order of their numbers.

    Args:
        page: Which page of `PAGE_ENTRIES`; beyond the last one gives the last. None gives all on one page.
    """
    chosen = _chosen(contest_id, filters)
    found = session.scalar(_joined(select(func.count())).where(chosen)) or 0
    pages = 1 if page is None else max(1, -(-found // PAGE_ENTRIES))
    at = 1 if page is None else min(max(page, 1), pages)
    statement = entries_with_all().where(chosen).order_by(*BY_NUMBER, Entry.id)
    if page is not None:
        statement = statement.limit(PAGE_ENTRIES).offset((at - 1) * PAGE_ENTRIES)
    return Page(entries=tuple(read(session, statement)), found=found, number=at, pages=pages)


def numbers_by_state(session: Session, contest_id: UUID) -> dict[EntryState, int]:
    """Count a contest's entries by state; states without any are left out."""
    rows = session.execute(
        select(Entry.state, func.count()).where(Entry.contest_id == contest_id).group_by(Entry.state)
    )
    return {row[0]: row[1] for row in rows}


def authors_and_units(session: Session, contest_id: UUID) -> tuple[int, int]:
    """Count whose works were handed in, and how many units these authors are of."""
    query = (
        select(func.count(Author.id.distinct()), func.count(Author.unit_id.distinct()))
        .select_from(Entry)
        .join(Author, Author.id == Entry.author_id)
        .where(Entry.contest_id == contest_id, Entry.state.not_in((EntryState.DRAFT, EntryState.WITHDRAWN)))
    )
    authors, units = session.execute(query).one()
    return authors, units


def clean_entries(session: Session, contest_id: UUID) -> list[UUID]:
    """List what was handed in, is examined, and has nothing open: what can be accepted without a look."""
    return list(session.scalars(select(Entry.id).where(_waiting(contest_id), _clean()).order_by(*BY_NUMBER)))


def waiting_for_a_look(session: Session, contest_id: UUID) -> int:
    """Count what was handed in and has something open that a person must decide."""
    query = select(func.count()).select_from(Entry).where(_waiting(contest_id), exists().where(_OPEN_FINDING))
    return session.scalar(query) or 0


def next_to_screen(session: Session, contest_id: UUID, *, after: str | None) -> UUID | None:
    """Give the next entry that waits for screening, in the order of numbers and round to the start again."""
    later = (
        true()
        if after is None
        else (func.length(Entry.number) > len(after))
        | ((func.length(Entry.number) == len(after)) & (Entry.number > after))
    )
    waiting = select(Entry.id).where(_waiting(contest_id)).order_by(*BY_NUMBER).limit(1)
    found = session.scalar(waiting.where(later))
    if found is None and after is not None:
        found = session.scalar(waiting.where(Entry.number != after))
    return found


def _waiting(contest_id: UUID) -> ColumnElement[bool]:
    return and_(Entry.contest_id == contest_id, Entry.state == EntryState.SUBMITTED)


def _clean() -> ColumnElement[bool]:
    unexamined = exists().where(Picture.entry_id == Entry.id, Picture.state != PictureState.READY)
    return ~exists().where(_OPEN_FINDING) & ~unexamined


def _joined(statement: Select[int]) -> Select[int]:
    return (
        statement.select_from(Entry)
        .join(Author, Author.id == Entry.author_id)
        .join(Category, Category.id == Entry.category_id)
    )


def _chosen(contest_id: UUID, filters: Filters) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = [Entry.contest_id == contest_id]
    if filters.state is None:
        wanted.append(Entry.state.not_in((EntryState.DRAFT, EntryState.WITHDRAWN)))
    else:
        wanted.append(Entry.state == filters.state)
    if filters.category:
        wanted.append(Category.key == filters.category)
    if filters.unit_id is not None:
        wanted.append(Author.unit_id == filters.unit_id)
    if filters.severity == "none":
        wanted.append(_clean())
    elif filters.severity == "open":
        wanted.append(exists().where(_OPEN_FINDING))
    elif filters.severity:
        wanted.append(exists().where(Finding.entry_id == Entry.id, Finding.severity == filters.severity))
    if filters.text:
        columns = (Entry.number, Entry.title_zh, Entry.title_en, Author.name_zh, Author.name_en)
        wanted.append(or_(*(column.icontains(filters.text, autoescape=True) for column in columns)))
    return and_(*wanted)
