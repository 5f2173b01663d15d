"""An entry and all that belongs to it, as pages see it; and the one query that reads such."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, selectinload

from contest.accounts.models import Person, Unit
from contest.calls.models import Category
from contest.calls.queries import CategoryFacts, ContestFacts
from contest.entries.models import (
    Author,
    Entry,
    EntryKind,
    EntryState,
    Finding,
    Picture,
    PictureState,
    Upload,
)
from contest.entries.rules import Gap, gaps
from contest.inspection.checks import Finding as Said
from contest.kernel.bilingual import Bilingual

Entrant = aliased(Person, name="entrant")


@dataclass(frozen=True, kw_only=True)
class FindingFacts:
    """What a check found. ``is_open`` until the organizer waives it."""

    id: UUID
    picture_id: UUID | None
    code: str
    severity: str
    params: Mapping[str, Any]
    is_open: bool
    waive_reason: str

    @property
    def for_photographer(self) -> bool:
        """Tell whether the photographer may see it."""
        return Said(code=self.code, severity=self.severity).for_photographer


@dataclass(frozen=True, kw_only=True)
class PictureFacts:
    """A picture; ``steps`` are the long sides in pixels of the previews that exist, smallest first."""

    id: UUID
    position: int
    state: PictureState
    file_name: str
    format: str
    bytes: int
    width_px: int
    height_px: int
    sha256: str
    receipt: str
    received_at: datetime
    facts: Mapping[str, Any]
    steps: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class AuthorFacts:
    """Who took the pictures; ``unit`` is empty for somebody of no unit."""

    id: UUID
    person_id: UUID | None
    unit_id: UUID | None
    name: Bilingual
    unit: Bilingual
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class UploadFacts:
    """A file that is still on its way, or the picture that it became."""

    id: UUID
    entry_id: UUID
    person_id: UUID
    file_name: str
    declared_bytes: int
    created_at: datetime
    expires_at: datetime
    picture_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class EntryFacts:
    """An entry with its pictures in order, its findings the gravest first, and the files still on their way."""

    id: UUID
    contest_id: UUID
    number: str | None
    state: EntryState
    kind: EntryKind
    state_reason: str
    title: Bilingual
    caption: str
    place: str
    category: CategoryFacts
    author: AuthorFacts
    entrant_id: UUID
    entrant_name: Bilingual
    entrant_email: str
    created_at: datetime
    submitted_at: datetime | None
    pictures: tuple[PictureFacts, ...]
    findings: tuple[FindingFacts, ...]
    uploads: tuple[UploadFacts, ...] = ()

    @property
    def is_examined(self) -> bool:
        """Tell whether every picture has been examined."""
        return all(picture.state is not PictureState.RECEIVED for picture in self.pictures)

    @property
    def open_findings(self) -> tuple[FindingFacts, ...]:
        """Give what the organizer still has to decide: neither waived nor a mere note."""
        return tuple(finding for finding in self.findings if finding.is_open and finding.severity != "note")

    def lacks(self, contest: ContestFacts) -> list[Gap]:
        """List what it still needs before it can be handed in."""
        return gaps(
            has_title=bool(self.title),
            has_author=bool(self.author.name),
            pictures=len(self.pictures),
            rejected=sum(finding.is_open and finding.severity == "reject" for finding in self.findings),
            series_min=contest.series_min,
            series_max=contest.series_max,
        )


def entries_with_all() -> Select[Entry, Author, Unit, Category, Person]:
    """Give the statement that `read` reads; narrow and order it at will."""
    return (
        select(Entry, Author, Unit, Category, Entrant)
        .join(Author, Author.id == Entry.author_id)
        .outerjoin(Unit, Unit.id == Author.unit_id)
        .join(Category, Category.id == Entry.category_id)
        .join(Entrant, Entrant.id == Entry.entrant_id)
        .options(selectinload(Entry.pictures).selectinload(Picture.derivatives), selectinload(Entry.findings))
    )


def read(session: Session, statement: Select[Entry, Author, Unit, Category, Person]) -> list[EntryFacts]:
    """Run a statement made by `entries_with_all`."""
    rows = session.execute(statement).all()
    uploads = _on_their_way(session, [entry.id for entry, *_ in rows])
    return [
        _facts(entry, author, unit, category, entrant=entrant, uploads=uploads.get(entry.id, ()))
        for entry, author, unit, category, entrant in rows
    ]


def upload_of(row: Upload) -> UploadFacts:
    """Give an upload's facts."""
    return UploadFacts(
        id=row.id,
        entry_id=row.entry_id,
        person_id=row.person_id,
        file_name=row.file_name,
        declared_bytes=row.declared_bytes,
        created_at=row.created_at,
        expires_at=row.expires_at,
        picture_id=row.picture_id,
    )


def _on_their_way(session: Session, entry_ids: Sequence[UUID]) -> dict[UUID, tuple[UploadFacts, ...]]:
    found: dict[UUID, tuple[UploadFacts, ...]] = {}
    waiting = select(Upload).where(
        Upload.entry_id.in_(entry_ids), Upload.picture_id.is_(None), Upload.original_of.is_(None)
    )
    for row in session.scalars(waiting.order_by(Upload.created_at)):
        found[row.entry_id] = (*found.get(row.entry_id, ()), upload_of(row))
    return found


def _facts(
    entry: Entry,
    author: Author,
    unit: Unit | None,
    category: Category,
    *,
    entrant: Person,
    uploads: tuple[UploadFacts, ...],
) -> EntryFacts:
    return EntryFacts(
        id=entry.id,
        contest_id=entry.contest_id,
        number=entry.number,
        state=entry.state,
        kind=entry.kind,
        state_reason=entry.state_reason,
        title=entry.title,
        caption=entry.caption,
        place=entry.place,
        category=CategoryFacts(id=category.id, key=category.key, name=category.name),
        author=AuthorFacts(
            id=author.id,
            person_id=author.person_id,
            unit_id=author.unit_id,
            name=author.name,
            unit=unit.name if unit else Bilingual(),
            country=author.country,
        ),
        entrant_id=entrant.id,
        entrant_name=entrant.name,
        entrant_email=entrant.email,
        created_at=entry.created_at,
        submitted_at=entry.submitted_at,
        pictures=tuple(_picture(picture) for picture in entry.pictures),
        findings=tuple(sorted((_finding(finding) for finding in entry.findings), key=_gravity)),
        uploads=uploads,
    )


def _picture(row: Picture) -> PictureFacts:
    return PictureFacts(
        id=row.id,
        position=row.position,
        state=row.state,
        file_name=row.file_name,
        format=row.format,
        bytes=row.bytes,
        width_px=row.width_px,
        height_px=row.height_px,
        sha256=row.sha256,
        receipt=row.receipt,
        received_at=row.received_at,
        facts=row.facts,
        steps=tuple(derivative.long_side_px for derivative in row.derivatives),
    )


def _finding(row: Finding) -> FindingFacts:
    return FindingFacts(
        id=row.id,
        picture_id=row.picture_id,
        code=row.code,
        severity=row.severity,
        params=row.params,
        is_open=row.waived_at is None,
        waive_reason=row.waive_reason,
    )


def _gravity(finding: FindingFacts) -> tuple[int, str, str]:
    return ("reject", "flag", "note").index(finding.severity), finding.code, str(finding.id)
