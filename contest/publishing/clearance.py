"""What clears a work for print: a consent that came on paper, a larger file in place of the judged one.

A record is frozen. What became of a work since then, and what an organizer answered to it, is read and kept here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.awards.record import PictureRecord, Record, WorkRecord
from contest.entries.actions import decide_on_original
from contest.entries.models import Entry, EntryState, OriginalsRequest, OriginalVerdict
from contest.kernel import audit
from contest.kernel.audit import AuditLine
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.publishing.album.plan import UNDECLARED
from contest.publishing.album.resembling import examined
from contest.publishing.gallery.view import awarded, pictures
from contest.publishing.models import Consent, LargerFile


@dataclass(frozen=True, kw_only=True)
class ConsentFacts:
    """A consent that was recorded: who gave it and when, where it is kept, and who wrote it down."""

    given_by: str
    given_on: date
    note: str
    recorded_by: Bilingual
    recorded_at: datetime


def withheld(session: Session, record: Record) -> dict[str, str]:
    """Tell which awarded works may not be printed, and why: "withdrawn", "disqualified", or "undeclared".

    Undeclared is one for which nobody accepted the rules and the licence: the audit record names the words that were
    accepted at each submission, and a consent may have been recorded since.
    """
    wanted = {UUID(hex=work.id): work.id for work in awarded(record)}
    entries = session.execute(
        select(Entry.id, Entry.state, Entry.contest_id, Entry.number).where(Entry.id.in_(wanted))
    ).all()
    submissions = select(AuditLine.contest_id, AuditLine.thing, AuditLine.facts).where(
        AuditLine.contest_id.in_({entry.contest_id for entry in entries}), AuditLine.action == "entry.submit"
    )
    declared = {
        (line.contest_id, line.thing) for line in session.execute(submissions) if line.facts.get("declaration")
    }
    consented = set(session.scalars(select(Consent.id).where(Consent.id.in_(wanted))))
    found = {}
    for entry in entries:
        if entry.state in {EntryState.WITHDRAWN, EntryState.DISQUALIFIED}:
            found[wanted[entry.id]] = entry.state.value
        elif entry.id not in consented and (entry.contest_id, f"entry {entry.number}") not in declared:
            found[wanted[entry.id]] = UNDECLARED
    return found


def consents(session: Session, record: Record) -> dict[str, ConsentFacts]:
    """Read the consents that were recorded, by the work's id."""
    wanted = {UUID(hex=work.id): work.id for work in awarded(record)}
    rows = session.execute(
        select(Consent, Person).join(Person, Person.id == Consent.recorded_by).where(Consent.id.in_(wanted))
    )
    return {
        wanted[row.id]: ConsentFacts(
            given_by=row.given_by,
            given_on=row.given_on,
            note=row.note,
            recorded_by=person.name,
            recorded_at=row.recorded_at,
        )
        for row, person in rows
    }


def larger_files(session: Session, record: Record) -> dict[str, PictureRecord]:
    """Read which larger files are printed in place of judged ones, by the picture's id.

    One counts as long as it is the file that was sent last, and the organizer's verdict is that both show the same.
    """
    judged = {UUID(hex=picture.id): picture for picture in pictures(awarded(record))}
    rows = session.scalars(
        select(LargerFile)
        .join(OriginalsRequest, OriginalsRequest.id == LargerFile.id)
        .where(
            LargerFile.id.in_(judged),
            OriginalsRequest.sha256 == LargerFile.sha256,
            OriginalsRequest.verdict == OriginalVerdict.SAME,
        )
    )
    return {
        judged[row.id].id: replace(
            judged[row.id], sha256=row.sha256, width_px=row.width_px, height_px=row.height_px, bytes=row.bytes
        )
        for row in rows
    }


def as_printed(record: Record, larger: Mapping[str, PictureRecord]) -> Record:
    """Give a record with the larger files in place of the judged ones; its digest is not that of the sealed one."""

    def printed(work: WorkRecord) -> WorkRecord:
        return replace(work, pictures=tuple(larger.get(picture.id, picture) for picture in work.pictures))

    return replace(record, works=tuple(printed(work) for work in record.works)) if larger else record


def record_consent(
    work: Work, *, shown: WorkRecord, given_by: str, given_on: date, note: str, actor_id: UUID, at: datetime
) -> None:
    """Write down that somebody consented to a work's being printed; once more changes what was written.

    Args:
        given_by: Who consented, as on the paper; ``note`` how, and where the paper is kept.

    Raises:
        Missing: ``album.work``, its entry is gone.
        Conflict: ``consent.not_taking_part``, the work was withdrawn or disqualified.
    """
    entry = _entry(work, shown)
    if entry.state in {EntryState.WITHDRAWN, EntryState.DISQUALIFIED}:
        raise Conflict("consent.not_taking_part", work=shown.number)
    work.session.merge(
        Consent(
            id=entry.id,
            contest_id=entry.contest_id,
            given_by=given_by,
            given_on=given_on,
            note=note,
            recorded_by=actor_id,
            recorded_at=at,
        )
    )
    audit.record(
        work,
        action="album.consent",
        at=at,
        actor_id=actor_id,
        contest_id=entry.contest_id,
        thing=f"entry {shown.number}",
        given_by=given_by,
        given_on=given_on.isoformat(),
        note=note,
    )


def take_consent_back(work: Work, *, shown: WorkRecord, actor_id: UUID, at: datetime) -> None:
    """Strike a recorded consent out; the audit record keeps both.

    Raises:
        Missing: ``album.work``; ``consent``, none is recorded.
    """
    entry = _entry(work, shown)
    row = work.session.get(Consent, entry.id)
    if row is None:
        raise Missing("consent")
    work.session.delete(row)
    audit.record(
        work,
        action="album.consent_back",
        at=at,
        actor_id=actor_id,
        contest_id=entry.contest_id,
        thing=f"entry {shown.number}",
    )


def sent_file(session: Session, picture: PictureRecord) -> str:
    """Give the SHA-256 of the file that was sent for a picture.

    Raises:
        Missing: ``larger``, nothing was sent.
        Conflict: ``larger.differs``, the organizer's verdict is that it shows another picture.
    """
    request = session.get(OriginalsRequest, UUID(hex=picture.id))
    if request is None or request.sha256 is None:
        raise Missing("larger")
    if request.verdict is OriginalVerdict.DIFFERS:
        raise Conflict("larger.differs")
    return request.sha256


def examined_file(picture: PictureRecord, *, judged: Path, sent: Path, sha256: str) -> PictureRecord:
    """Look whether a file that was sent may be printed in place of the judged one, in the child process.

    Returns:
        The picture with the sent file.

    Raises:
        Invalid: as `album.resembling.examined`; ``larger.not_larger``.
    """
    width, height = examined(judged=judged, sent=sent)
    if width <= picture.width_px:
        raise Invalid("larger.not_larger", width_px=width, height_px=height)
    return replace(picture, sha256=sha256, width_px=width, height_px=height, bytes=sent.stat().st_size)


def use_larger(work: Work, *, shown: WorkRecord, larger: PictureRecord, actor_id: UUID, at: datetime) -> None:
    """Print an examined file in place of the judged one, which stays in the store and in the record.

    Where nothing was said of the sent file yet, the verdict is recorded that it shows the same picture; from then on
    no other can be sent in its place.

    Raises:
        Missing: ``album.work``; ``larger``.
        Conflict: ``larger.differs``; ``larger.replaced``, another file has been sent meanwhile.
    """
    entry = _entry(work, shown)
    if sent_file(work.session, larger) != larger.sha256:
        raise Conflict("larger.replaced")
    picture_id = UUID(hex=larger.id)
    request = work.session.get_one(OriginalsRequest, picture_id)
    if request.verdict is not OriginalVerdict.SAME:
        decide_on_original(
            work,
            entry_id=entry.id,
            picture_id=picture_id,
            verdict=OriginalVerdict.SAME,
            note=request.note,
            actor_id=actor_id,
            at=at,
        )
    work.session.merge(
        LargerFile(
            id=picture_id,
            contest_id=entry.contest_id,
            sha256=larger.sha256,
            width_px=larger.width_px,
            height_px=larger.height_px,
            bytes=larger.bytes,
            chosen_by=actor_id,
            chosen_at=at,
        )
    )
    audit.record(
        work,
        action="album.larger",
        at=at,
        actor_id=actor_id,
        contest_id=entry.contest_id,
        thing=f"picture {picture_id}",
        sha256=larger.sha256,
    )


def use_judged(work: Work, *, shown: WorkRecord, picture: PictureRecord, actor_id: UUID, at: datetime) -> None:
    """Print the judged file again.

    Raises:
        Missing: ``album.work``; ``larger``, no other is printed.
    """
    entry = _entry(work, shown)
    row = work.session.get(LargerFile, UUID(hex=picture.id))
    if row is None:
        raise Missing("larger")
    work.session.delete(row)
    audit.record(
        work,
        action="album.judged",
        at=at,
        actor_id=actor_id,
        contest_id=entry.contest_id,
        thing=f"picture {row.id}",
        sha256=picture.sha256,
    )


def _entry(work: Work, shown: WorkRecord) -> Entry:
    entry = work.session.get(Entry, UUID(hex=shown.id))
    if entry is None:
        raise Missing("album.work")
    return entry
