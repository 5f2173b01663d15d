"""What somebody who hands in reads: the own entries, the unit's authors, a file on its way."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from contest.accounts.models import Unit
from contest.entries.models import Author, Entry, EntryState, Upload
from contest.entries.queries.facts import (
    AuthorFacts,
    EntryFacts,
    UploadFacts,
    entries_with_all,
    read,
    upload_of,
)
from contest.kernel.errors import Missing

# What counts towards an author's cap: all that was handed in and not taken back.
_HANDED_IN = (EntryState.SUBMITTED, EntryState.ELIGIBLE, EntryState.INELIGIBLE, EntryState.DISQUALIFIED)


def entries_of(
    session: Session, contest_id: UUID, *, person_id: UUID, unit_ids: Collection[UUID] = ()
) -> list[EntryFacts]:
    """List what a person has to do with as entrant, author or delegate of the author's unit, the newest first."""
    mine = or_(
        Entry.entrant_id == person_id, Author.person_id == person_id, Author.unit_id.in_(sorted(unit_ids, key=str))
    )
    return read(
        session,
        entries_with_all().where(Entry.contest_id == contest_id, mine).order_by(Entry.created_at.desc(), Entry.id),
    )


def entry_facts(session: Session, entry_id: UUID) -> EntryFacts:
    """Read one entry; raises ``Missing("entry")``."""
    found = read(session, entries_with_all().where(Entry.id == entry_id))
    if not found:
        raise Missing("entry")
    return found[0]


def handed_in_by(session: Session, author_id: UUID, *, besides: UUID | None = None) -> int:
    """Count the entries that an author has in the contest, drafts and withdrawn ones apart.

    Authors that stand for the same account count as one.
    """
    author = session.get_one(Author, author_id)
    same = [Author.id == author_id]
    if author.person_id is not None:
        same.append((Author.contest_id == author.contest_id) & (Author.person_id == author.person_id))
    query = (
        select(func.count())
        .select_from(Entry)
        .join(Author, Author.id == Entry.author_id)
        .where(or_(*same), Entry.state.in_(_HANDED_IN))
    )
    if besides is not None:
        query = query.where(Entry.id != besides)
    return session.scalar(query) or 0


def authors_of_unit(session: Session, contest_id: UUID, unit_id: UUID) -> list[AuthorFacts]:
    """List a unit's authors by name."""
    rows = session.execute(
        select(Author, Unit)
        .join(Unit, Unit.id == Author.unit_id)
        .where(Author.contest_id == contest_id, Author.unit_id == unit_id)
        .order_by(Author.name_zh, Author.name_en, Author.id)
    )
    return [
        AuthorFacts(
            id=author.id, person_id=author.person_id, unit_id=author.unit_id, name=author.name, unit=unit.name
        )
        for author, unit in rows
    ]


def upload_facts(session: Session, upload_id: UUID) -> UploadFacts:
    """Read one upload; raises ``Missing("upload")``."""
    row = session.get(Upload, upload_id)
    if row is None:
        raise Missing("upload")
    return upload_of(row)
