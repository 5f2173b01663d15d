"""Who took the pictures: found or made, never merged with who hands them in."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from contest.accounts.models import Person, Unit
from contest.entries.models import Author, Entry
from contest.entries.rules import NAME_CHARACTERS_MAX, clean_line, same_name
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.errors import Invalid, Missing
from contest.kernel.ids import new_id

NAMELESS: Final = Bilingual()


@dataclass(frozen=True, kw_only=True)
class AuthorGiven:
    """Whose pictures somebody hands in.

    Attributes:
        author_id: One of the unit's authors; None for the person herself or, with ``is_new``, somebody new.
        is_new: A new author of the unit, by ``name``.
        name: The new author's name, or how the person's own name is to be printed; empty leaves that as it is.
        country: Code of the new author's or the person's own country; None leaves that as it is.
    """

    author_id: UUID | None = None
    is_new: bool = False
    name: Bilingual = NAMELESS
    country: str | None = None


def author_for(work: Work, *, contest_id: UUID, person_id: UUID, unit_id: UUID | None, given: AuthorGiven) -> Author:
    """Find or make the author whom a person means.

    Args:
        person_id: Who hands in.
        unit_id: The unit that the person speaks for, None for a photographer.

    Raises:
        Missing: ``author``, it is none of this unit's authors, or the person speaks for no unit.
        Invalid: ``entry.no_author``, a new author without a name; ``text.too_long``.
    """
    if given.author_id is None and not given.is_new:
        own = _own(work, contest_id=contest_id, person_id=person_id, unit_id=unit_id, name=given.name)
        return _from(own, given.country)
    if unit_id is None:
        raise Missing("author")
    if given.is_new:
        named = author_named(work, contest_id=contest_id, unit_id=unit_id, name=given.name)
        return _from(named, given.country)
    found = work.session.scalar(
        select(Author).where(Author.id == given.author_id, Author.contest_id == contest_id, Author.unit_id == unit_id)
    )
    if found is None:
        raise Missing("author")
    return found


def author_of(work: Work, *, entry_id: UUID) -> Author:
    """Give the author whom an entry has; raises ``Missing("entry")``."""
    found = work.session.scalar(select(Author).join(Entry, Entry.author_id == Author.id).where(Entry.id == entry_id))
    if found is None:
        raise Missing("entry")
    return found


def author_named(work: Work, *, contest_id: UUID, unit_id: UUID | None, name: Bilingual) -> Author:
    """Find the author of this name in the unit, or make one; names are compared by `rules.same_name`.

    Two names are the same author when they agree in every language that both give.

    Raises:
        Invalid: ``entry.no_author``, ``text.too_long``.
    """
    name = _cleaned(name)
    if not name:
        raise Invalid("entry.no_author")
    same_unit = Author.unit_id.is_(None) if unit_id is None else Author.unit_id == unit_id
    # Columns alone: an import asks for every row anew, and a contest may have thousands of authors of no unit.
    known = select(Author.id, Author.name_zh, Author.name_en).where(Author.contest_id == contest_id, same_unit)
    for author_id, name_zh, name_en in work.session.execute(known.order_by(Author.id)):
        if _agree(Bilingual(name_zh, name_en), name):
            author = work.session.get_one(Author, author_id)
            author.name_zh = author.name_zh or name.zh
            author.name_en = author.name_en or name.en
            return author
    made = Author(id=new_id(), contest_id=contest_id, unit_id=unit_id, name_zh=name.zh, name_en=name.en)
    work.session.add(made)
    work.session.flush()
    return made


def unit_named(work: Work, *, contest_id: UUID, name: Bilingual) -> Unit:
    """Find the contest's unit of this name in either language, or make one.

    Raises:
        Invalid: ``text.too_long``.
    """
    name = _cleaned(name)
    for unit in work.session.scalars(select(Unit).where(Unit.contest_id == contest_id).order_by(Unit.id)):
        if _agree(unit.name, name):
            return unit
    made = Unit(id=new_id(), contest_id=contest_id, name_zh=name.zh, name_en=name.en)
    work.session.add(made)
    work.session.flush()
    return made


def _own(work: Work, *, contest_id: UUID, person_id: UUID, unit_id: UUID | None, name: Bilingual) -> Author:
    """Find the person's own author, or make one from her account; a name given here is how it is printed."""
    name = _cleaned(name)
    found = work.session.scalar(
        select(Author)
        .where(Author.contest_id == contest_id, Author.person_id == person_id)
        .order_by(Author.id)
        .limit(1)
    )
    if found is None:
        person = work.session.get_one(Person, person_id)
        found = Author(
            id=new_id(),
            contest_id=contest_id,
            person_id=person_id,
            unit_id=unit_id,
            name_zh=person.name_zh,
            name_en=person.name_en,
            email=person.email,
        )
        work.session.add(found)
    if name:
        found.name_zh, found.name_en = name
    work.session.flush()
    return found


def _from(author: Author, country: str | None) -> Author:
    if country is not None:
        author.country = country
    return author


def _cleaned(name: Bilingual) -> Bilingual:
    return Bilingual(*(clean_line(text, limit=NAME_CHARACTERS_MAX, field="name") for text in name))


def _agree(one: Bilingual, other: Bilingual) -> bool:
    pairs = [(mine, yours) for mine, yours in zip(one, other, strict=True) if mine and yours]
    return bool(pairs) and all(same_name(mine) == same_name(yours) for mine, yours in pairs)
