"""How what is done to a round is noted in the audit record, and how long a written reason may be."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from contest.judging.models import Round
from contest.judging.queries import RoundFacts
from contest.kernel import audit
from contest.kernel.db import Work

REASON_LENGTH_MAX: Final = 500


def noted(work: Work, row: RoundFacts | Round, action: str, *, actor_id: UUID, at: datetime, **facts: Any) -> None:
    """Add a line about a round to the audit record."""
    audit.record(
        work,
        action=action,
        at=at,
        actor_id=actor_id,
        thing=f"round {row.number}",
        contest_id=row.contest_id,
        **facts,
    )
