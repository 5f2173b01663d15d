"""A contest moves on."""

from datetime import datetime
from uuid import UUID

from contest.calls.models import Contest
from contest.calls.queries import draft_needs
from contest.calls.rules import PREDECESSORS, state_at
from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.kernel.permissions import State


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
