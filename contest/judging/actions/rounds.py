"""A round opens, pauses, closes, is sealed."""

import hashlib
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any
from typing import cast as typed
from uuid import UUID

from sqlalchemy import CursorResult, insert, update

from contest.calls.actions import advance
from contest.calls.queries import contest_by_id, jury
from contest.entries import blind
from contest.judging import queries, rules
from contest.judging.models import Ballot, Round, RoundState, Sheet
from contest.judging.queries import RoundFacts
from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid
from contest.kernel.ids import new_id
from contest.kernel.permissions import State


def open_round(
    work: Work, *, contest_id: UUID, actor_id: UUID, at: datetime, seed: str, closes_at: datetime | None = None
) -> UUID:
    """Open the contest's next round: one sheet for every voting juror, one ballot for each work she may judge.

    Chair and jurors vote, the secretary never does. Own works and those of her unit are not assigned at all, so
    that nobody can tell from a gap.

    Args:
        seed: A fresh secret; with the contest's blind key it fixes every juror's order and handles.
        closes_at: From this moment on votes are refused; None while the chair decides.

    Returns:
        The round's id.

    Raises:
        Conflict: ``contest.not_now``; ``judging.no_jurors``, ``judging.no_entries``, ``judging.pictures_unready``,
            ``judging.nobody_for``, something is missing.
        Invalid: ``judging.closes_in_the_past``.
    """
    if closes_at is not None and closes_at <= at:
        raise Invalid("judging.closes_in_the_past")
    session = work.session
    advance(work, contest_id=contest_id, to=State.ROUND, actor_id=actor_id, at=at)
    jurors = {seat.person_id: seat.unit_id for seat in jury(session, contest_id) if seat.votes}
    if not jurors:
        raise Conflict("judging.no_jurors")
    entries = blind.eligible(session, contest_id)
    if not entries:
        raise Conflict("judging.no_entries")
    unready = blind.unready(session, contest_id)
    if unready:
        raise Conflict("judging.pictures_unready", count=unready)
    conflicts = blind.conflicts(session, contest_id, jurors)
    against = Counter(entry_id for _juror_id, entry_id in conflicts)
    without = sum(1 for count in against.values() if count == len(jurors))
    if without:
        raise Conflict("judging.nobody_for", count=without)
    latest = queries.latest_round(session, contest_id)
    row = Round(
        id=new_id(),
        contest_id=contest_id,
        number=1 if latest is None else latest.number + 1,
        state=RoundState.OPEN,
        scale_min=rules.SCALE_MIN,
        scale_max=rules.SCALE_MAX,
        seed=seed,
        opened_at=at,
        closes_at=closes_at,
    )
    session.add(row)
    session.flush()
    key = contest_by_id(session, contest_id, at).blind_key
    for juror_id in jurors:
        mine = [entry_id for entry_id in entries if (juror_id, entry_id) not in conflicts]
        _deal(work, row, juror_id, mine, key=key)
    audit.record(
        work,
        action="round.open",
        at=at,
        actor_id=actor_id,
        thing=f"round {row.number}",
        contest_id=contest_id,
        jurors=len(jurors),
        entries=len(entries),
        # Whoever is shown the seed later can check that it was fixed before the first vote.
        seed_sha256=hashlib.sha256(seed.encode()).hexdigest(),
    )
    return row.id


def _deal(work: Work, row: Round, juror_id: UUID, entry_ids: Collection[UUID], *, key: str) -> None:
    """Write one juror's sheet and ballots."""
    sheet_id = new_id()
    work.session.execute(
        insert(Sheet.__table__),  # type: ignore[arg-type]  # a mapped class's table is typed as any FROM clause
        {"id": sheet_id, "round_id": row.id, "juror_id": juror_id, "ballots": len(entry_ids)},
    )
    order = rules.own_order(entry_ids, key=key, seed=row.seed, juror_id=juror_id)
    if not order:
        return
    work.session.execute(
        insert(Ballot.__table__),  # type: ignore[arg-type]  # as above
        [
            {
                "id": new_id(),
                "sheet_id": sheet_id,
                "round_id": row.id,
                "entry_id": entry_id,
                "handle": rules.blind_handle(key, seed=row.seed, juror_id=juror_id, entry_id=entry_id),
                "position": position,
                "skipped": 0,
                "recused": False,
            }
            for position, entry_id in enumerate(order)
        ],
    )


def pause(work: Work, *, contest_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Stop taking votes for a while; raises ``Conflict("judging.not_open")``."""
    row = _latest(work, contest_id)
    _move(work, row, {RoundState.OPEN}, RoundState.PAUSED, otherwise="judging.not_open")
    _record(work, row, "round.pause", contest_id=contest_id, actor_id=actor_id, at=at)


def resume(work: Work, *, contest_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Take votes again; raises ``Conflict("judging.not_paused")``."""
    row = _latest(work, contest_id)
    _move(work, row, {RoundState.PAUSED}, RoundState.OPEN, otherwise="judging.not_paused")
    _record(work, row, "round.resume", contest_id=contest_id, actor_id=actor_id, at=at)


def reschedule(work: Work, *, contest_id: UUID, closes_at: datetime | None, actor_id: UUID, at: datetime) -> None:
    """Move the moment from which votes are refused, or take it away.

    Raises:
        Invalid: ``judging.closes_in_the_past``.
        Conflict: ``judging.not_open``.
    """
    if closes_at is not None and closes_at <= at:
        raise Invalid("judging.closes_in_the_past")
    row = _latest(work, contest_id)
    live = {RoundState.OPEN, RoundState.PAUSED}
    _move(work, row, live, row.state, otherwise="judging.not_open", closes_at=closes_at)
    told = None if closes_at is None else closes_at.isoformat()
    _record(work, row, "round.reschedule", contest_id=contest_id, actor_id=actor_id, at=at, closes_at=told)


def close(work: Work, *, contest_id: UUID, actor_id: UUID, at: datetime, reason: str = "") -> None:
    """Close the round: from now on no vote is taken, and the contest is in deliberation.

    Args:
        reason: Why it is closed although works are not judged by everybody; needed only then.

    Raises:
        Conflict: ``judging.not_open``, somebody was quicker; ``judging.gaps``, works are missing and no reason given.
    """
    row = _latest(work, contest_id)
    gaps = [one.progress.remaining for one in queries.coverage(work.session, contest_id) if one.progress.remaining]
    if gaps and not reason.strip():
        raise Conflict("judging.gaps", votes=sum(gaps), jurors=len(gaps))
    live = {RoundState.OPEN, RoundState.PAUSED}
    _move(
        work,
        row,
        live,
        RoundState.CLOSED,
        otherwise="judging.not_open",
        closed_at=at,
        closed_by=actor_id,
        close_reason=reason.strip() if gaps else "",
    )
    advance(work, contest_id=contest_id, to=State.DELIB, actor_id=actor_id, at=at, reason=reason)
    _record(
        work,
        row,
        "round.close",
        contest_id=contest_id,
        actor_id=actor_id,
        at=at,
        missing_votes=sum(gaps),
        reason=reason.strip(),
    )


def seal(work: Work, *, contest_id: UUID) -> None:
    """Mark the closed round as part of a sealed result; raises ``Conflict("judging.not_closed")``."""
    row = _latest(work, contest_id)
    _move(work, row, {RoundState.CLOSED}, RoundState.SEALED, otherwise="judging.not_closed")


def _latest(work: Work, contest_id: UUID) -> RoundFacts:
    found = queries.latest_round(work.session, contest_id)
    if found is None:
        raise Conflict("judging.not_open")
    return found


def _move(
    work: Work, row: RoundFacts, before: set[RoundState], after: RoundState, *, otherwise: str, **values: Any
) -> None:
    """Change the state by compare-and-set: of two at the same time one has an effect, the other is told."""
    moved = work.session.execute(
        update(Round).where(Round.id == row.id, Round.state.in_(before)).values(state=after, **values),
        execution_options={"synchronize_session": False},
    )
    if typed("CursorResult[Any]", moved).rowcount != 1:
        raise Conflict(otherwise)


def _record(
    work: Work, row: RoundFacts, action: str, *, contest_id: UUID, actor_id: UUID, at: datetime, **facts: Any
) -> None:
    audit.record(
        work,
        action=action,
        at=at,
        actor_id=actor_id,
        thing=f"round {row.number}",
        contest_id=contest_id,
        **facts,
    )
