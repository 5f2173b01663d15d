"""Rounds for tests."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contest.entries import actions as entries
from contest.entries.blind import Read, eligible_ids
from contest.judging import actions
from contest.judging.rules.settings import Mode, RoundSettings
from contest.kernel.db import Work


def open_round(
    work: Work,
    *,
    contest_id: UUID,
    actor_id: UUID,
    at: datetime,
    seed: str = "seed",
    closes_at: datetime | None = None,
    mode: Mode = Mode.SCORE,
    settings: RoundSettings | None = None,
    **drafted: Any,
) -> UUID:
    """Draft a round and open it, the texts that its jurors read released as they are; give its id."""
    round_id = actions.draft(
        work,
        contest_id=contest_id,
        actor_id=actor_id,
        at=at,
        seed=seed,
        mode=mode,
        settings=settings,
        **drafted,
    )
    if settings is not None and (settings.shows_title or settings.shows_caption):
        read = Read(round=1, entries=eligible_ids(contest_id), titles=True, captions=True)
        entries.release_clean(work, contest_id=contest_id, read=read, actor_id=actor_id, at=at)
    actions.open_round(work, round_id=round_id, actor_id=actor_id, at=at, closes_at=closes_at)
    return round_id
