"""The organizer asks finalists for the files from their cameras, and decides what they show."""

from datetime import datetime
from uuid import UUID

from contest.accounts.actions import letter
from contest.accounts.models import Person
from contest.calls.queries import contest_by_id
from contest.entries import letters
from contest.entries.actions.drafts import loaded, noted
from contest.entries.models import EntryState, OriginalsRequest, OriginalVerdict
from contest.entries.rules import REASON_CHARACTERS_MAX, clean_text
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.platform.queue import Queue


def ask_for_originals(
    work: Work, queue: Queue, *, entry_id: UUID, due_at: datetime, actor_id: UUID, at: datetime, address: str
) -> None:
    """Ask for the original of every picture of an entry that is not decided on yet, and write to the entrant.

    Asking again gives a new date and another letter.

    Args:
        due_at: Until when it may be sent.
        address: The service's public address, for the link in the letter.

    Raises:
        Missing: ``entry``.
        Conflict: ``originals.not_taking_part``; ``originals.settled``, all are decided on.
        Invalid: ``originals.due_past``.
    """
    entry = loaded(work, entry_id)
    if entry.state is not EntryState.ELIGIBLE:
        raise Conflict("originals.not_taking_part")
    if due_at <= at:
        raise Invalid("originals.due_past")
    known = {picture.id: work.session.get(OriginalsRequest, picture.id) for picture in entry.pictures}
    if all(request is not None and request.verdict is not None for request in known.values()):
        raise Conflict("originals.settled")
    for picture_id, before in known.items():
        request = before or OriginalsRequest(id=picture_id, entry_id=entry.id, contest_id=entry.contest_id)
        if request.verdict is None:
            request.asked_by, request.asked_at, request.due_at = actor_id, at, due_at
            work.session.add(request)
    noted(work, entry, action="entry.request_raw", at=at, actor_id=actor_id, due=due_at.isoformat())
    contest = contest_by_id(work.session, entry.contest_id, at)
    entrant = work.session.get_one(Person, entry.entrant_id)
    subject, text = letters.originals_asked(
        language=entrant.language or contest.language,
        contest=contest,
        number=entry.number or "",
        title=entry.title,
        due_at=due_at,
        link=f"{address}/contests/{contest.short_name}/works/{entry.id}/originals",
    )
    letter(work, queue, to=entrant.email, subject=subject, text=text, at=at, contest_id=contest.id)


def decide_on_original(
    work: Work,
    *,
    entry_id: UUID,
    picture_id: UUID,
    verdict: OriginalVerdict,
    note: str,
    actor_id: UUID,
    at: datetime,
) -> None:
    """Record what the organizer says of one original; a later verdict takes the place of an earlier one.

    It changes nothing about the entry: to exclude it is an act of its own.

    Raises:
        Missing: ``originals``.
        Conflict: ``originals.nothing_sent``, only "not sent" can be said then.
        Invalid: ``text.too_long``.
    """
    request = work.session.get(OriginalsRequest, picture_id)
    if request is None or request.entry_id != entry_id:
        raise Missing("originals")
    if request.sha256 is None and verdict is not OriginalVerdict.NOT_SENT:
        raise Conflict("originals.nothing_sent")
    request.note = clean_text(note, limit=REASON_CHARACTERS_MAX, field="note")
    request.verdict, request.decided_by, request.decided_at = verdict, actor_id, at
    noted(
        work,
        loaded(work, entry_id),
        action="entry.decide_original",
        at=at,
        actor_id=actor_id,
        verdict=str(verdict),
        sha256=request.sha256 or "",
    )
