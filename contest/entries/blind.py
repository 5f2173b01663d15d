"""The only door through which judging sees entries: pictures and category, nothing personal.

Nothing that leaves here towards a juror's page holds an id, a digest, a file name or a number of an entry, nor a text
that the organizer has not released. Ids go to the caller's rows only, which turn them into handles.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from contest.accounts.models import Person, Role
from contest.calls.models import Category
from contest.entries.models import (
    Author,
    Derivative,
    Entry,
    EntryKind,
    EntryState,
    Picture,
    PictureState,
    ReleasedText,
)
from contest.inspection.sizes import FULL, SIZES
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import UuidDigits
from contest.kernel.errors import Missing
from contest.kernel.prepared import Prepared
from contest.platform.store import derivative_key

NOTHING: Final = Bilingual()
# The step by which `picture_key` gives the whole picture.
WHOLE: Final = FULL
# What leaves a contest while it is judged; what was refused before is never assigned at all.
_LEFT: Final = (EntryState.WITHDRAWN, EntryState.DISQUALIFIED, EntryState.INELIGIBLE)


@dataclass(frozen=True, kw_only=True)
class BlindPicture:
    """One picture as a juror may know it.

    Attributes:
        width_px, height_px: Of the largest preview.
        whole_px: Width and height of the whole picture, where it is drawn: see docs/adr/0004-whole-pictures.md.
    """

    width_px: int
    height_px: int
    placeholder: str
    whole_px: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class BlindEntry:
    """An entry as a juror may know it."""

    kind: EntryKind
    category: Bilingual
    pictures: tuple[BlindPicture, ...]
    title: Bilingual = NOTHING
    caption: str = ""

    def with_texts(self, *, title: bool, caption: bool) -> "BlindEntry":
        """Give the entry with only those of its texts that may be read."""
        if title and caption:
            return self
        return replace(self, title=self.title if title else NOTHING, caption=self.caption if caption else "")


@dataclass(frozen=True, kw_only=True)
class Read:
    """What the jurors of a round read of which works.

    Attributes:
        round: Its number.
        entries: The statement of the ids of its works.
        titles, captions: Whether its jurors read them.
    """

    round: int
    entries: Select[UUID]
    titles: bool
    captions: bool


# The seam through which judging tells the pages of entries what the jurors of a contest's round read: one function of
# session, contest and the round's number, which raises ``Missing("round")``.
READ: Final[list[Callable[[Session, UUID, int], Read]]] = []


# The columns of `shown_rows` that `entry_of` reads.
SHOWN: Final = (
    "kind",
    "category_zh",
    "category_en",
    "title_zh",
    "title_en",
    "caption",
    "place",
    "width_px",
    "height_px",
    "placeholder",
    "whole_width_px",
    "whole_height_px",
)
_whole: Final = aliased(Derivative, name="whole")
_ORIGINALS: Final = Prepared(
    select(type_coerce(Picture.entry_id, UuidDigits).label("entry"), Picture.sha256)
    .join(Entry, Entry.id == Picture.entry_id)
    .where(Entry.contest_id == bindparam("contest_id"))
    .order_by(Picture.position)
)


def eligible(session: Session, contest_id: UUID, category_id: UUID | None = None) -> list[UUID]:
    """List the entries that are judged, of one category or of all, in no meaningful order."""
    return list(session.scalars(eligible_ids(contest_id, category_id).order_by(Entry.id)))


def eligible_ids(contest_id: UUID, category_id: UUID | None = None) -> Select[UUID]:
    """Give the statement of what `eligible` lists."""
    return select(Entry.id).where(_judged(contest_id, category_id))


def admitted(session: Session, contest_id: UUID, category_id: UUID | None = None) -> int:
    """Count what `eligible` lists."""
    return session.scalar(select(func.count()).select_from(Entry).where(_judged(contest_id, category_id))) or 0


def unready(session: Session, contest_id: UUID, category_id: UUID | None = None) -> int:
    """Count the eligible entries of which a picture is missing or lacks one of its derivatives.

    A round cannot open with one: a derivative made while a juror waits would tell by its time.
    """
    made = (
        select(Derivative.picture_id, func.count().label("steps"))
        .where(Derivative.long_side_px.in_(SIZES))
        .group_by(Derivative.picture_id)
        .subquery()
    )
    lacking = (
        select(Picture.entry_id)
        .outerjoin(made, made.c.picture_id == Picture.id)
        .where(or_(Picture.state != PictureState.READY, func.coalesce(made.c.steps, 0) < len(SIZES)))
    )
    without = ~exists().where(Picture.entry_id == Entry.id)
    query = (
        select(func.count())
        .select_from(Entry)
        .where(_judged(contest_id, category_id), or_(Entry.id.in_(lacking), without))
    )
    return session.scalar(query) or 0


def unreleased(read: Read) -> Select[UUID]:
    """Give the statement of the ids of works with a text that jurors would read and that is not released yet."""
    has_title = or_(Entry.title_zh != "", Entry.title_en != "")
    texts = [*([has_title] if read.titles else []), *([Entry.caption != ""] if read.captions else [])]
    return select(Entry.id).where(
        Entry.id.in_(read.entries),
        Entry.state == EntryState.ELIGIBLE,
        or_(literal(False), *texts),
        ~exists().where(ReleasedText.entry_id == Entry.id),
    )


def unreleased_count(session: Session, read: Read) -> int:
    """Count the works of `unreleased`; a round cannot open with one."""
    return session.scalar(select(func.count()).select_from(unreleased(read).subquery())) or 0


def conflicts(session: Session, contest_id: UUID, jurors: Mapping[UUID, UUID | None]) -> set[tuple[UUID, UUID]]:
    """Find who must not judge what: (juror, entry) pairs of own entries and of entries of the juror's unit.

    Own means that the juror is author or entrant, by account or by the author's e-mail address. Her units are the
    one given and those she speaks for in this contest.

    Args:
        jurors: For each juror the unit whose entries she must not judge, or None.
    """
    if not jurors:
        return set()
    units = defaultdict[UUID, set[UUID]](set)
    spoken_for = select(Role.person_id, Role.unit_id).where(Role.contest_id == contest_id, Role.person_id.in_(jurors))
    for juror_id, unit_id in [*jurors.items(), *session.execute(spoken_for)]:
        if unit_id is not None:
            units[unit_id].add(juror_id)
    addresses = dict(session.execute(select(Person.email, Person.id).where(Person.id.in_(jurors))).all())
    tied = select(Entry.id, Entry.entrant_id, Author.person_id, Author.unit_id, func.lower(Author.email)).join(
        Author, Author.id == Entry.author_id
    )
    mine = or_(
        Entry.entrant_id.in_(jurors),
        Author.person_id.in_(jurors),
        Author.unit_id.in_(units),
        func.lower(Author.email).in_(addresses),
    )
    found: set[tuple[UUID, UUID]] = set()
    for entry_id, entrant_id, person_id, unit_id, email in session.execute(
        tied.where(Entry.contest_id == contest_id, mine)
    ):
        own = {entrant_id, person_id, addresses.get(email)} & jurors.keys()
        found |= {(juror_id, entry_id) for juror_id in own | units.get(unit_id, set())}
    return found


def numbers(session: Session, contest_id: UUID) -> dict[UUID, str]:
    """Give for each entry the number that people know: for the record of a sealed result alone."""
    rows = session.execute(select(Entry.id, Entry.number).where(Entry.contest_id == contest_id))
    return {entry_id: number or "" for entry_id, number in rows}


def fingerprints(session: Session, contest_id: UUID) -> dict[str, str]:
    """Give for each entry, by its id's 32 digits, the SHA-256 over its original files' own, in order, hexadecimal.

    For the record alone.
    """
    files = defaultdict[str, str](str)
    for entry, sha256 in zip(*_ORIGINALS.columns(session, {"contest_id": contest_id}), strict=True):
        files[entry] += sha256
    return {entry: hashlib.sha256(digests.encode()).hexdigest() for entry, digests in files.items()}


def shown_rows() -> Select[*tuple[Any, ...]]:
    """Give the statement of what may be shown: one row for each picture of every entry that is judged.

    Columns ``entry_id`` and those of `SHOWN`. For a caller that joins it to rows of its own in one statement;
    `entry_of` reads the rows. Title and caption are what the organizer has released, and go to jurors only where the
    round says so, see `BlindEntry.with_texts`.
    """
    rows: Select[*tuple[Any, ...]] = select(
        Entry.id.label("entry_id"),
        Entry.kind,
        Category.name_zh.label("category_zh"),
        Category.name_en.label("category_en"),
        func.coalesce(ReleasedText.title_zh, "").label("title_zh"),
        func.coalesce(ReleasedText.title_en, "").label("title_en"),
        func.coalesce(ReleasedText.caption, "").label("caption"),
        Picture.position.label("place"),
        Derivative.width_px,
        Derivative.height_px,
        Picture.placeholder,
        _whole.width_px.label("whole_width_px"),
        _whole.height_px.label("whole_height_px"),
    )
    return (
        rows.join(Category, Category.id == Entry.category_id)
        .join(Picture, Picture.entry_id == Entry.id)
        .join(Derivative, and_(Derivative.picture_id == Picture.id, Derivative.long_side_px == SIZES[-1]))
        .outerjoin(_whole, and_(_whole.picture_id == Picture.id, _whole.long_side_px == FULL))
        .outerjoin(ReleasedText, ReleasedText.entry_id == Entry.id)
        .where(Entry.state == EntryState.ELIGIBLE)
    )


def entry_of(rows: Iterable[Any]) -> BlindEntry:
    """Read one entry from its rows of `shown_rows`, at least one, ordered by ``place``."""
    kept = list(rows)
    first = kept[0]
    return BlindEntry(
        kind=first.kind,
        category=Bilingual(first.category_zh, first.category_en),
        pictures=tuple(
            BlindPicture(
                width_px=row.width_px,
                height_px=row.height_px,
                placeholder=row.placeholder,
                whole_px=None if row.whole_width_px is None else (row.whole_width_px, row.whole_height_px),
            )
            for row in kept
        ),
        title=Bilingual(first.title_zh, first.title_en),
        caption=first.caption,
    )


def shown(session: Session, entry_ids: Collection[UUID]) -> dict[UUID, BlindEntry]:
    """Give what may be shown of entries; those that are not judged, or no longer, are left out."""
    rows = defaultdict[UUID, list[Any]](list)
    for row in session.execute(shown_rows().where(Entry.id.in_(entry_ids)).order_by(Picture.position)):
        rows[row.entry_id].append(row)
    return {entry_id: entry_of(kept) for entry_id, kept in rows.items()}


def picture_key(session: Session, entry_id: UUID, *, index: int, long_side_px: int) -> str:
    """Give the store's key of a derivative: the picture at ``index``, from 0, in one of the sizes.

    Raises:
        Missing: ``picture``; also where the entry is no longer judged.
    """
    found = session.scalar(
        select(Picture.id)
        .join(Entry, Entry.id == Picture.entry_id)
        .join(Derivative, and_(Derivative.picture_id == Picture.id, Derivative.long_side_px == long_side_px))
        .where(Entry.id == entry_id, Entry.state == EntryState.ELIGIBLE)
        .order_by(Picture.position)
        .offset(index)
        .limit(1)
    )
    if found is None:
        raise Missing("picture")
    return derivative_key(found, long_side_px)


def is_judged(entry_id: SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None]) -> ColumnElement[bool]:
    """Give the condition that the entry is still judged, for a statement that writes a vote."""
    return exists().where(Entry.id == entry_id, Entry.state == EntryState.ELIGIBLE)


def left(contest_id: SQLColumnExpression[UUID] | UUID) -> Select[UUID]:
    """Give the statement of the ids of entries that are in a contest but not judged, or no longer; they are few."""
    # Written out: as bound values they would be most of what a juror's every request binds.
    states = [literal_column(f"'{state}'", Entry.state.type) for state in _LEFT]
    return select(Entry.id.label("entry_id")).where(Entry.contest_id == contest_id, Entry.state.in_(states))


def _judged(contest_id: UUID, category_id: UUID | None) -> ColumnElement[bool]:
    judged = and_(Entry.contest_id == contest_id, Entry.state == EntryState.ELIGIBLE)
    return judged if category_id is None else and_(judged, Entry.category_id == category_id)
