"""The organizer looks at what was handed in: waives a finding, accepts, sends back, disqualifies, requalifies."""

from datetime import datetime
from typing import Final
from uuid import UUID

from contest.accounts.actions import letter
from contest.accounts.models import Person
from contest.calls.queries import ContestFacts, contest_by_id
from contest.entries import letters, queries
from contest.entries.actions.drafts import loaded, noted
from contest.entries.models import Entry, EntryState
from contest.entries.rules import REASON_CHARACTERS_MAX, clean_text
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.kernel.permissions import State
from contest.platform.queue import Queue

# While a round is open only what no ballot is about can still come in; the rest can be disqualified.
_SCREENING: Final = frozenset({State.OPEN, State.GRACE, State.PRESCREEN})
# Others who want to write wait meanwhile, among them everybody who is handing in.
BATCH_ENTRIES: Final = 50
_DISQUALIFIABLE: Final = frozenset({EntryState.SUBMITTED, EntryState.ELIGIBLE, EntryState.INELIGIBLE})


def waive(work: Work, *, entry_id: UUID, finding_id: UUID, reason: str, actor_id: UUID, at: datetime) -> None:
    """Decide that a finding does not stand in the way, and say why.

    Raises:
        Missing: ``entry``, ``finding``.
        Invalid: ``entry.reason_missing``, ``text.too_long``.
    """
    entry = loaded(work, entry_id)
    finding = next((one for one in entry.findings if one.id == finding_id), None)
    if finding is None:
        raise Missing("finding")
    told = _reason(reason)
    if finding.waived_at is not None:
        return  # pressed twice
    finding.waived_by, finding.waived_at, finding.waive_reason = actor_id, at, told
    noted(work, entry, action="finding.waive", at=at, actor_id=actor_id, code=finding.code)


def accept(work: Work, *, entry_id: UUID, actor_id: UUID, at: datetime) -> Entry:
    """Let an entry take part.

    Raises:
        Missing: ``entry``.
        Conflict: ``entry.not_screenable``; ``entry.not_examined``, a picture is still being examined or cannot be
            read; ``entry.still_rejected``, a finding that forbids it has not been waived.
    """
    entry = loaded(work, entry_id)
    if entry.state is EntryState.ELIGIBLE:
        return entry
    _check(work, entry, at=at)
    _check_clean(entry)
    entry.state, entry.state_reason = EntryState.ELIGIBLE, ""
    noted(work, entry, action="entry.accept", at=at, actor_id=actor_id)
    return entry


def accept_clean(work: Work, *, contest_id: UUID, actor_id: UUID, at: datetime, most: int = BATCH_ENTRIES) -> int:
    """Accept what was handed in and has nothing open, so many at most; give how many. Call it until it gives 0.

    Raises:
        Conflict: ``entry.not_screenable``.
    """
    found = queries.clean_entries(work.session, contest_id)[:most]
    for entry_id in found:
        accept(work, entry_id=entry_id, actor_id=actor_id, at=at)
    return len(found)


def refuse(
    work: Work, queue: Queue, *, entry_id: UUID, reason: str, actor_id: UUID, at: datetime, address: str
) -> Entry:
    """Find an entry not eligible, and tell its entrant why; while entries are taken it can be mended.

    Args:
        address: The service's public address, for the link in the letter.

    Raises:
        Missing: ``entry``.
        Conflict: ``entry.not_screenable``.
        Invalid: ``entry.reason_missing``, ``text.too_long``.
    """
    entry = loaded(work, entry_id)
    contest = _check(work, entry, at=at)
    told = _reason(reason)
    if entry.state is EntryState.INELIGIBLE and entry.state_reason == told:
        return entry  # sent twice
    entry.state, entry.state_reason = EntryState.INELIGIBLE, told
    noted(work, entry, action="entry.refuse", at=at, actor_id=actor_id)
    language, to, link = _entrant(work, entry, contest, address)
    subject, text = letters.not_eligible(
        language=language,
        contest=contest,
        number=entry.number or "",
        title=entry.title,
        reason=told,
        can_mend=contest.state is State.OPEN,
        link=link,
    )
    letter(work, queue, to=to, subject=subject, text=text, at=at, contest_id=contest.id)
    return entry


def disqualify(
    work: Work, queue: Queue, *, entry_id: UUID, reason: str, actor_id: UUID, at: datetime, address: str
) -> Entry:
    """Exclude an entry for breaking a rule, and tell its entrant why; its votes stay, and count no more.

    Raises:
        Missing: ``entry``.
        Conflict: ``entry.not_disqualifiable``.
        Invalid: ``entry.reason_missing``, ``text.too_long``.
    """
    entry = loaded(work, entry_id)
    if entry.state is EntryState.DISQUALIFIED:
        return entry
    if entry.state not in _DISQUALIFIABLE:
        raise Conflict("entry.not_disqualifiable")
    told = _reason(reason)
    before = entry.state
    entry.state, entry.state_reason = EntryState.DISQUALIFIED, told
    noted(work, entry, action="entry.disqualify", at=at, actor_id=actor_id, before=str(before))
    contest = contest_by_id(work.session, entry.contest_id, at)
    language, to, link = _entrant(work, entry, contest, address)
    subject, text = letters.disqualified(
        language=language, contest=contest, number=entry.number or "", title=entry.title, reason=told, link=link
    )
    letter(work, queue, to=to, subject=subject, text=text, at=at, contest_id=contest.id)
    return entry


def requalify(
    work: Work, queue: Queue, *, entry_id: UUID, reason: str, actor_id: UUID, at: datetime, address: str
) -> Entry:
    """Take a disqualification back and tell the entrant why.

    While works are screened it waits to be looked at again; later it takes part at once, and its votes count again.

    Raises:
        Missing: ``entry``.
        Conflict: ``entry.not_disqualified``; and as `accept`.
        Invalid: ``entry.reason_missing``, ``text.too_long``.
    """
    entry = loaded(work, entry_id)
    if entry.state is not EntryState.DISQUALIFIED:
        raise Conflict("entry.not_disqualified")
    told = _reason(reason)
    contest = contest_by_id(work.session, entry.contest_id, at)
    if contest.state not in _SCREENING:
        _check_clean(entry)
    entry.state = EntryState.SUBMITTED if contest.state in _SCREENING else EntryState.ELIGIBLE
    entry.state_reason = ""
    noted(work, entry, action="entry.requalify", at=at, actor_id=actor_id, reason=told)
    language, to, link = _entrant(work, entry, contest, address)
    subject, text = letters.disqualified(
        language=language,
        contest=contest,
        number=entry.number or "",
        title=entry.title,
        reason=told,
        link=link,
        is_over=True,
    )
    letter(work, queue, to=to, subject=subject, text=text, at=at, contest_id=contest.id)
    return entry


def _check(work: Work, entry: Entry, *, at: datetime) -> ContestFacts:
    contest = contest_by_id(work.session, entry.contest_id, at)
    is_late = contest.state is State.ROUND and entry.state is not EntryState.ELIGIBLE
    if not (contest.state in _SCREENING or is_late) or entry.state not in _DISQUALIFIABLE:
        raise Conflict("entry.not_screenable")
    return contest


def _check_clean(entry: Entry) -> None:
    if any(picture.state != "ready" for picture in entry.pictures):
        raise Conflict("entry.not_examined")
    if any(finding.severity == "reject" and finding.waived_at is None for finding in entry.findings):
        raise Conflict("entry.still_rejected")


def _reason(typed: str) -> str:
    told = clean_text(typed, limit=REASON_CHARACTERS_MAX, field="reason")
    if not told:
        raise Invalid("entry.reason_missing")
    return told


def _entrant(work: Work, entry: Entry, contest: ContestFacts, address: str) -> tuple[str, str, str]:
    entrant = work.session.get_one(Person, entry.entrant_id)
    link = f"{address}/contests/{contest.short_name}/works/{entry.id}"
    return entrant.language or contest.language, entrant.email, link
