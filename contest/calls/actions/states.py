"""A contest moves on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from contest.accounts.models import Role, RoleKind
from contest.calls.models import Contest
from contest.calls.rules import PREDECESSORS, missing_to_open, state_at
from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Missing
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
    row = work.session.scalar(
        select(Contest)
        .options(selectinload(Contest.categories), selectinload(Contest.tiers))
        .where(Contest.id == contest_id)
    )
    if row is None:
        raise Missing("contest")
    stands = state_at(row.state, closes_at=row.closes_at, grace_minutes=row.grace_minutes, at=at)
    if stands not in PREDECESSORS.get(to, frozenset()):
        raise Conflict("contest.not_now")
    if to is State.OPEN:
        missing = what_is_missing(work, row, at=at)
        if missing:
            raise Conflict(missing[0])
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


def what_is_missing(work: Work, row: Contest, *, at: datetime) -> list[str]:
    """List what a draft still needs before it may open, as codes."""
    organizer = select(Role.id).where(Role.contest_id == row.id, Role.kind == RoleKind.ORGANIZER).limit(1)
    return missing_to_open(
        name=row.text("name"),
        notice=row.text("notice"),
        categories=len(row.categories),
        tiers=len(row.tiers),
        has_organizer=work.session.scalar(organizer) is not None,
        closes_at=row.closes_at,
        at=at,
    )
