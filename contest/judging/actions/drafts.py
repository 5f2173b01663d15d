"""Rounds are planned, changed and taken out of the plan before they open."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from typing import cast as typed
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select

from contest.judging import queries
from contest.judging.actions.noting import noted
from contest.judging.actions.rounds import change_state
from contest.judging.models import Round, RoundState
from contest.judging.presets import Preset
from contest.judging.rules.settings import Mode, RoundSettings, checked, usual
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.errors import Conflict
from contest.kernel.ids import new_id

NO_NAME: Final = Bilingual()


def draft(
    work: Work,
    *,
    contest_id: UUID,
    actor_id: UUID,
    at: datetime,
    seed: str,
    mode: Mode = Mode.SCORE,
    settings: RoundSettings | None = None,
    category_id: UUID | None = None,
    name: Bilingual = NO_NAME,
    source_id: UUID | None = None,
    source: Mapping[str, Any] | None = None,
) -> UUID:
    """Plan a round; it takes its set from what is admitted to judging when it opens, or from an earlier round.

    Args:
        seed: A fresh secret; with the contest's blind key it fixes every juror's order and handles.
        settings: None for what the mode has by default.
        source_id: The round that it follows.
        source: How its set is made, see `models.Round.source`.

    Returns:
        The round's id.

    Raises:
        Invalid: the first of `rules.settings.faults`.
    """
    row = Round(
        id=new_id(),
        contest_id=contest_id,
        category_id=category_id,
        number=1 + (work.session.scalar(select(func.max(Round.number)).where(Round.contest_id == contest_id)) or 0),
        name_zh=name.zh,
        name_en=name.en,
        mode=mode,
        settings=checked(mode, settings or usual(mode)),
        state=RoundState.DRAFT,
        seed=seed,
        seed_commitment=hashlib.sha256(seed.encode()).hexdigest(),
        source_id=source_id,
        source=dict(source or {"by": "all"}),
    )
    work.session.add(row)
    work.session.flush()
    noted(
        work,
        row,
        "round.configure",
        actor_id=actor_id,
        at=at,
        mode=str(mode),
        # Whoever is shown the seed later can check that it was fixed before the first vote.
        seed_sha256=row.seed_commitment,
    )
    return row.id


def plan_rounds(
    work: Work,
    *,
    contest_id: UUID,
    preset: Preset,
    category_ids: Sequence[UUID | None],
    winners: int,
    actor_id: UUID,
    at: datetime,
    new_seed: Callable[[], str],
) -> list[UUID]:
    """Draft the rounds of a way to judge, one chain for each category given, or one for all.

    Args:
        category_ids: None stands for all categories together.
        winners: How many prizes each chain gives, from which the sizes of later rounds follow.
        new_seed: Makes a fresh secret for each round.

    Raises:
        Conflict: ``judging.planned``, the same category has rounds already, planned or opened.
    """
    taken = work.session.scalars(select(Round.category_id).where(Round.contest_id == contest_id)).all()
    if set(taken) & set(category_ids) or (taken and None in {*taken, *category_ids}):
        raise Conflict("judging.planned")
    drafted: list[UUID] = []
    for category_id in category_ids:
        source_id: UUID | None = None
        for planned in preset.rounds:
            source_id = draft(
                work,
                contest_id=contest_id,
                actor_id=actor_id,
                at=at,
                seed=new_seed(),
                mode=planned.mode,
                settings=replace(planned.settings, winners=winners or None),
                category_id=category_id,
                name=planned.name,
                source_id=source_id,
                source=planned.rule_for(winners).to_dict(),
            )
            drafted.append(source_id)
    return drafted


def edit(
    work: Work,
    *,
    round_id: UUID,
    mode: Mode,
    settings: RoundSettings,
    name: Bilingual,
    actor_id: UUID,
    at: datetime,
) -> None:
    """Change a round that has not opened.

    Raises:
        Missing: ``round``; Conflict: ``judging.not_draft``; Invalid: the first of `rules.settings.faults`.
    """
    row = queries.round_by_id(work.session, round_id)
    change_state(
        work,
        row,
        {RoundState.DRAFT},
        RoundState.DRAFT,
        otherwise="judging.not_draft",
        mode=mode,
        settings=checked(mode, settings),
        name_zh=name.zh,
        name_en=name.en,
    )
    noted(work, row, "round.configure", actor_id=actor_id, at=at, mode=str(mode))


def discard(work: Work, *, round_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Take a round that has not opened out of the plan, with those that would have followed it.

    Raises:
        Missing: ``round``; Conflict: ``judging.not_draft``.
    """
    row = queries.round_by_id(work.session, round_id)
    for follower in work.session.scalars(select(Round.id).where(Round.source_id == round_id)).all():
        discard(work, round_id=follower, actor_id=actor_id, at=at)
    gone = work.session.execute(delete(Round).where(Round.id == round_id, Round.state == RoundState.DRAFT))
    if typed("CursorResult[Any]", gone).rowcount != 1:
        raise Conflict("judging.not_draft")
    noted(work, row, "round.discard", actor_id=actor_id, at=at)
