"""The texts of works that jurors would read, what in them could tell who made the work, and what is released."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person, Unit
from contest.entries.identity import Names, Tell, Told, told_by
from contest.entries.models import BY_NUMBER, Author, Entry, EntryState, Finding, Picture, ReleasedText
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Missing

# What the worker found in another spelling, such as pinyin; see `entries.names`.
_FOUND_BEFORE: Final = ("B02.name_in_title", "B02.name_in_caption")


@dataclass(frozen=True, kw_only=True)
class TextFacts:
    """The texts of one work.

    Attributes:
        picture_id: Its first picture.
        title, caption: As released; where nothing is, as handed in.
        told: What in them could tell who made the work.
    """

    entry_id: UUID
    number: str
    picture_id: UUID
    title: Bilingual
    caption: str
    is_released: bool
    told: list[Told]


def names_of(session: Session, contest_id: UUID) -> Names:
    """Give the names of a contest's authors, entrants and units, in both languages."""
    entrants = select(Entry.entrant_id).where(Entry.contest_id == contest_id)
    rows = [
        *session.execute(select(Author.name_zh, Author.name_en).where(Author.contest_id == contest_id)),
        *session.execute(select(Person.name_zh, Person.name_en).where(Person.id.in_(entrants))),
        *session.execute(select(Unit.name_zh, Unit.name_en).where(Unit.contest_id == contest_id)),
    ]
    return Names(name for row in rows for name in row if name)


def texts(session: Session, contest_id: UUID, entry_ids: Select[UUID]) -> list[TextFacts]:
    """List the works among some that have a text, by their numbers.

    Args:
        entry_ids: The statement of their ids.
    """
    names = names_of(session, contest_id)
    found_before = exists().where(
        Finding.entry_id == Entry.id, Finding.code.in_(_FOUND_BEFORE), Finding.waived_at.is_(None)
    )
    rows = session.execute(
        select(Entry, ReleasedText, Picture.id, found_before)
        .outerjoin(ReleasedText, ReleasedText.entry_id == Entry.id)
        .join(Picture, (Picture.entry_id == Entry.id) & (Picture.position == 0))
        .where(Entry.contest_id == contest_id, Entry.id.in_(entry_ids), Entry.state == EntryState.ELIGIBLE)
        .where((Entry.title_zh != "") | (Entry.title_en != "") | (Entry.caption != ""))
        .order_by(*BY_NUMBER)
    )
    return [
        _facts(names, entry, released, picture_id=picture_id, was_found=was_found)
        for entry, released, picture_id, was_found in rows
    ]


def text_of(session: Session, contest_id: UUID, entry_id: UUID) -> TextFacts:
    """Give the texts of one work; raises ``Missing("entry")``, also where it has none or is not judged."""
    found = texts(session, contest_id, select(Entry.id).where(Entry.id == entry_id))
    if not found:
        raise Missing("entry")
    return found[0]


def _facts(
    names: Names, entry: Entry, released: ReleasedText | None, *, picture_id: UUID, was_found: bool
) -> TextFacts:
    shown = released or entry
    told = told_by("\n".join((*shown.title, shown.caption)), names)
    if was_found and not any(one.kind is Tell.NAME for one in told):
        told.append(Told(kind=Tell.NAME, words=""))
    return TextFacts(
        entry_id=entry.id,
        number=entry.number or "",
        picture_id=picture_id,
        title=shown.title,
        caption=shown.caption,
        is_released=released is not None,
        told=told,
    )
