"""What an import does beside handing in: take over mended texts, and leave nothing of a refused row."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select

from contest.accounts.models import Role, Unit
from contest.calls.queries import contest_by_id
from contest.entries.actions.drafts import Text, editable, loaded, look_for_names, noted, touched, write
from contest.entries.models import Author, Entry, EntryState
from contest.entries.twins import mark_pairs, mark_twins
from contest.kernel.db import Work
from contest.platform.queue import Queue


def rewrite(work: Work, queue: Queue, *, entry_id: UUID, text: Text, actor_id: UUID, at: datetime) -> bool:
    """Take over an entry's texts where they differ; tell whether they did.

    Raises:
        Missing: ``entry``.
        Conflict: ``entry.closed``, ``entry.not_editable``.
        Invalid: ``text.too_long``, ``entry.no_title``.
    """
    entry = editable(work, entry_id=entry_id, at=at)
    before = (entry.title, entry.caption, entry.place)
    write(work, entry, text=text, author=entry.author, at=at)
    if (entry.title, entry.caption, entry.place) == before:
        return False
    touched(work, entry, at=at)
    look_for_names(work, queue, entry, at=at)
    noted(work, entry, action="entry.edit_meta", at=at, actor_id=actor_id)
    return True


def erase_import(work: Work, *, contest_id: UUID, source: str, units: Collection[UUID], at: datetime) -> None:
    """Delete the draft that a row had begun, and the author and unit that exist for nothing else.

    Args:
        units: The units that were listed before the import; these stay in any case.
    """
    found = work.session.scalar(
        select(Entry.id).where(
            Entry.contest_id == contest_id,
            Entry.source == source,
            Entry.state == EntryState.DRAFT,
            Entry.number.is_(None),
        )
    )
    if found is None:
        return
    entry = loaded(work, found)
    digests = [picture.sha256 for picture in entry.pictures]
    author_id, unit_id = entry.author_id, entry.author.unit_id
    work.session.delete(entry)
    work.session.flush()
    contest = contest_by_id(work.session, contest_id, at)
    for digest in digests:
        mark_twins(work, contest=contest, sha256=digest)
    mark_pairs(work, contest=contest)
    work.session.execute(
        delete(Author).where(
            Author.id == author_id, Author.person_id.is_(None), ~exists().where(Entry.author_id == author_id)
        )
    )
    if unit_id is not None and unit_id not in units:
        work.session.execute(
            delete(Unit).where(
                Unit.id == unit_id,
                ~exists().where(Author.unit_id == unit_id),
                ~exists().where(Role.unit_id == unit_id),
            )
        )
