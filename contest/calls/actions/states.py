"""A contest moves on, and into the archive and out of it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from contest.calls.models import Contest
from contest.calls.queries import draft_needs
from contest.calls.rules import PREDECESSORS, state_at
from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.kernel.permissions import State

REASON_CHARACTERS_MAX: Final = 500


def advance(
    work: Work, *, contest_id: UUID, to: State, actor_id: UUID | None, at: datetime, reason: str = ""
) -> None:
    """Move a contest on; the one place where its state changes.

    Args:
        to: The state to reach. Grace and prescreen come by the clock alone.
        actor_id: Who decided it, or None for the service itself.
        reason: Why, in the actor's words; only for the record.

    Raises:
        Missing: ``contest``.
        Conflict: ``contest.not_now``, the contest is not where this step starts from, somebody may have been quicker;
            ``contest.needs_…``, it cannot open yet, see `rules.missing_to_open`.
    """
    row = work.session.get(Contest, contest_id)
    if row is None:
        raise Missing("contest")
    stands = state_at(row.state, closes_at=row.closes_at, grace_minutes=row.grace_minutes, at=at)
    if stands not in PREDECESSORS.get(to, frozenset()):
        raise Conflict("contest.not_now")
    if to is State.OPEN:
        for code in draft_needs(work.session, contest_id, at):
            raise Conflict(code)
    before = row.state
    row.state = to  # the row's version makes this a compare-and-set
    work.session.flush()
    audit.record(
        work,
        action="contest.advance_state",
        at=at,
        actor_id=actor_id,
        thing=f"contest {row.short_name}",
        contest_id=row.id,
        before=str(before),
        after=str(to),
        reason=reason,
    )


def archive(work: Work, *, contest_id: UUID, reason: str, actor_id: UUID, at: datetime) -> None:
    """Put a contest that is over into the archive: it leaves the lists, and nothing in it changes any more.

    Raises:
        Missing: ``contest``.
        Conflict: ``contest.not_now``, its result is not public, or it is in the archive already.
        Invalid: ``contest.reason``.
    """
    advance(work, contest_id=contest_id, to=State.ARCHIVED, actor_id=actor_id, at=at, reason=checked_reason(reason))


def restore(work: Work, *, contest_id: UUID, reason: str, actor_id: UUID, at: datetime) -> None:
    """Take a contest out of the archive; it stands where it stood before.

    Raises:
        Missing: ``contest``.
        Conflict: ``contest.not_now``, it is not in the archive.
        Invalid: ``contest.reason``.
    """
    row = work.session.get(Contest, contest_id)
    if row is not None and row.state is not State.ARCHIVED:
        raise Conflict("contest.not_now")
    advance(work, contest_id=contest_id, to=State.ANNOUNCED, actor_id=actor_id, at=at, reason=checked_reason(reason))


def checked_reason(typed: str) -> str:
    """Give the words of a reason that goes on the record; raises ``Invalid("contest.reason")`` where it is none."""
    told = typed.strip()
    if not 0 < len(told) <= REASON_CHARACTERS_MAX:
        raise Invalid("contest.reason", limit=REASON_CHARACTERS_MAX)
    return told


def extend_deadline(work: Work, *, contest_id: UUID, closes_at: datetime, actor_id: UUID, at: datetime) -> None:
    """Move the end of the window for entries to a later moment; during the grace it opens again.

    Raises:
        Missing: ``contest``.
        Conflict: ``contest.not_now``, entries do not come in any more.
        Invalid: ``deadline.earlier``, the moment is not later, or has passed.
    """
    row = work.session.get(Contest, contest_id)
    if row is None:
        raise Missing("contest")
    stands = state_at(row.state, closes_at=row.closes_at, grace_minutes=row.grace_minutes, at=at)
    if stands not in {State.OPEN, State.GRACE}:
        raise Conflict("contest.not_now")
    if closes_at <= max(row.closes_at, at):
        raise Invalid("deadline.earlier")
    before = row.closes_at
    row.closes_at = closes_at
    work.session.flush()
    audit.record(
        work,
        action="contest.extend_deadline",
        at=at,
        actor_id=actor_id,
        thing=f"contest {row.short_name}",
        contest_id=row.id,
        before=before.isoformat(),
        after=closes_at.isoformat(),
    )
