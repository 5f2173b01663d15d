"""Whose an entry is."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.entries.models import Author, Entry, EntryState, Picture, Upload


@dataclass(frozen=True, kw_only=True)
class EntryTie:
    """Whose an entry is: enough to decide what somebody is to it."""

    id: UUID
    contest_id: UUID
    state: EntryState
    number: str | None
    entrant_id: UUID
    author_id: UUID
    author_person_id: UUID | None
    unit_id: UUID | None


def tie(
    session: Session,
    *,
    entry_id: UUID | None = None,
    picture_id: UUID | None = None,
    upload_id: UUID | None = None,
) -> EntryTie | None:
    """Find the entry that all the given ids agree on.

    Returns:
        None where one of them is unknown or they belong to different entries.
    """
    query = select(Entry, Author).join(Author, Author.id == Entry.author_id)
    if entry_id is not None:
        query = query.where(Entry.id == entry_id)
    if picture_id is not None:
        query = query.join(Picture, Picture.entry_id == Entry.id).where(Picture.id == picture_id)
    if upload_id is not None:
        query = query.join(Upload, Upload.entry_id == Entry.id).where(Upload.id == upload_id)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    entry, author = row
    return EntryTie(
        id=entry.id,
        contest_id=entry.contest_id,
        state=entry.state,
        number=entry.number,
        entrant_id=entry.entrant_id,
        author_id=entry.author_id,
        author_person_id=author.person_id,
        unit_id=author.unit_id,
    )
