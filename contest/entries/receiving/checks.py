"""What an upload must fulfil, before the first byte and again at the end."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.calls.queries import ContestFacts, contest_by_id
from contest.entries.actions.drafts import OPEN_STATES
from contest.entries.models import Entry, EntryState, Picture, Upload
from contest.entries.receiving.parts import Sealed
from contest.inspection.sniff import sniff
from contest.inspection.terms import PHOTO_FORMATS, PhotoTerms
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.kernel.permissions import State


def find_entry(session: Session, entry_id: UUID, at: datetime) -> tuple[Entry, ContestFacts]:
    """Give an entry and its contest as it is at a moment; raises ``Missing("entry")``."""
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise Missing("entry")
    return entry, contest_by_id(session, entry.contest_id, at)


def find_upload(session: Session, upload_id: UUID, person_id: UUID, *, original_of: UUID | None = None) -> Upload:
    """Give a person's upload, of a picture or of one's original; raises ``Missing("upload")`` for anybody else's."""
    upload = session.scalar(
        select(Upload).where(
            Upload.id == upload_id,
            Upload.person_id == person_id,
            Upload.original_of.is_not_distinct_from(original_of),
        )
    )
    if upload is None:
        raise Missing("upload")
    return upload


def check_in_time(upload: Upload, contest: ContestFacts, at: datetime) -> None:
    """Refuse a file that comes in when it no longer may.

    Raises:
        Conflict: ``entry.closed``, the contest takes nothing any more; ``upload.expired``.
    """
    if contest.state not in {State.OPEN, State.GRACE}:
        raise Conflict("entry.closed")
    if at >= upload.expires_at:
        raise Conflict("upload.expired")


def check_room(session: Session, entry: Entry, contest: ContestFacts, *, replacing: bool) -> int:
    """Refuse one picture too many, or any for an entry that is past changing; give how many there are.

    Args:
        replacing: Whether one of them will make place for the new one as soon as it is there.

    Raises:
        Conflict: ``entry.not_editable``; ``entry.full`` with the ``most`` that it may have.
    """
    if entry.state not in OPEN_STATES:
        raise Conflict("entry.not_editable")
    taken = session.scalar(select(func.count()).where(Picture.entry_id == entry.id)) or 0
    if taken >= contest.series_max + replacing:
        raise Conflict("entry.full", most=contest.series_max)
    return taken


def check_not_twice(session: Session, entry: Entry, digest: str) -> None:
    """Refuse bytes that the same author has in this contest already, what was withdrawn aside.

    Raises:
        Conflict: ``upload.already_yours`` with the entry's ``number``, or the picture's file name where it has none.
    """
    twin = session.execute(
        select(Entry, Picture.file_name)
        .join(Picture, Picture.entry_id == Entry.id)
        .where(
            Picture.sha256 == digest,
            Entry.contest_id == entry.contest_id,
            Entry.author_id == entry.author_id,
            Entry.state != EntryState.WITHDRAWN,
        )
        .limit(1)
    ).one_or_none()
    if twin is not None:
        raise Conflict("upload.already_yours", number=twin[0].number or twin[1])


def check_content(sealed: Sealed, upload: Upload, terms: PhotoTerms) -> str:
    """Refuse what is not what was declared, or no photograph that the contest takes; give the format.

    Raises:
        Invalid: ``upload.differs``, ``upload.not_a_photo``, ``upload.format``.
    """
    if sealed.size != upload.declared_bytes or upload.declared_sha256 not in {None, sealed.sha256}:
        raise Invalid("upload.differs")
    kind = sniff(sealed.head)
    if kind in terms.formats:
        return kind
    # Anything else is not called a wrong format but no photograph at all.
    if kind not in PHOTO_FORMATS:
        raise Invalid("upload.not_a_photo")
    raise Invalid("upload.format", given=kind, accepted=", ".join(terms.formats))
