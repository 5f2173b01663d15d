"""The original files that were asked for, beside what their pictures say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.entries.models import OriginalsRequest, OriginalVerdict, Picture
from contest.inspection.checks import Finding, compare_original
from contest.inspection.facts import Facts


@dataclass(frozen=True, kw_only=True)
class OriginalFacts:
    """One original that was asked for, and what its comparison with the entry's picture says.

    Attributes:
        place: The picture's in its entry, from 1.
        sent_at, sha256: None until it was sent; read_at: None until it was read.
        is_the_entry: Whether it is the very file that was entered.
        entered, original: What both files say about themselves; original is empty until it was read.
        found: What the comparison says; None until it was read.
    """

    picture_id: UUID
    place: int
    due_at: datetime
    sent_at: datetime | None
    sha256: str | None
    bytes: int
    file_name: str
    format: str
    width_px: int
    height_px: int
    read_at: datetime | None
    is_the_entry: bool
    entered: Facts
    original: Facts
    found: Finding | None
    verdict: OriginalVerdict | None
    note: str
    decided_at: datetime | None


def originals_of(session: Session, entry_id: UUID) -> list[OriginalFacts]:
    """List what was asked for of an entry, in the order of its pictures."""
    rows = session.execute(
        select(OriginalsRequest, Picture)
        .join(Picture, Picture.id == OriginalsRequest.id)
        .where(OriginalsRequest.entry_id == entry_id)
        .order_by(Picture.position)
    )
    return [_facts(request, picture) for request, picture in rows]


def _facts(request: OriginalsRequest, picture: Picture) -> OriginalFacts:
    entered, original = _read(picture.facts), _read(request.facts)
    return OriginalFacts(
        picture_id=picture.id,
        place=picture.position + 1,
        due_at=request.due_at,
        sent_at=request.sent_at,
        sha256=request.sha256,
        bytes=request.bytes,
        file_name=request.file_name,
        format=request.format,
        width_px=request.width_px,
        height_px=request.height_px,
        read_at=request.read_at,
        is_the_entry=request.sha256 == picture.sha256,
        entered=entered,
        original=original,
        found=compare_original(entered, original)[0] if request.read_at is not None else None,
        verdict=request.verdict,
        note=request.note,
        decided_at=request.decided_at,
    )


def _read(kept: dict[str, Any]) -> Facts:
    try:
        return Facts.from_json(kept)
    except ValueError:
        return Facts()  # written by another version, or by an import
