"""A round opens, pauses, closes, opens again, is sealed."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final
from typing import cast as typed
from uuid import UUID

from sqlalchemy import CursorResult, Table, delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from contest.calls.actions import advance as advance_contest
from contest.calls.queries import contest_by_id, jury
from contest.entries import blind
from contest.judging import queries
from contest.judging.actions.dealing import deal, seat_jurors
from contest.judging.actions.noting import REASON_LENGTH_MAX, noted
from contest.judging.actions.terms import write_root
from contest.judging.models import Origin, Round, RoundEntry, RoundState
from contest.judging.queries import RoundFacts
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid
from contest.kernel.permissions import State

_entry: Final = typed("Table", RoundEntry.__table__)
_RUNNING: Final = frozenset({RoundState.OPEN, RoundState.PAUSED})


def open_round(
    work: Work, *, round_id: UUID, actor_id: UUID, at: datetime, closes_at: datetime | None = None
) -> None:
    """Open a drafted round: one sheet for every voting juror, and the ballots that its settings ask for.

    Chair and jurors vote, the secretary never does. Own works and those of her unit are not assigned at all, so
    that nobody can tell from a gap.

    Args:
        closes_at: What people are told as the end; votes on their way are taken for the grace after it. None while
            the chair decides.

    Raises:
        Conflict: ``judging.not_draft``, somebody was quicker; ``contest.not_now``; ``judging.no_jurors``,
            ``judging.no_entries``, ``judging.none_went_on``, ``judging.pictures_unready``,
            ``judging.texts_unreleased``, ``judging.nobody_for``, something is missing.
        Invalid: ``judging.closes_in_the_past``.
    """
    if closes_at is not None and closes_at <= at:
        raise Invalid("judging.closes_in_the_past")
    session = work.session
    row = queries.round_by_id(session, round_id)
    change_state(
        work,
        row,
        {RoundState.DRAFT},
        RoundState.OPEN,
        otherwise="judging.not_draft",
        opened_at=at,
        **_end(row, closes_at),
    )
    if contest_by_id(session, row.contest_id, at).state is not State.ROUND:
        advance_contest(work, contest_id=row.contest_id, to=State.ROUND, actor_id=actor_id, at=at)
    jurors = {seat.person_id: seat.unit_id for seat in jury(session, row.contest_id) if seat.votes}
    if not jurors:
        raise Conflict("judging.no_jurors")
    if row.source_id is None:
        _take_all(work, row)
    own = (RoundEntry.round_id == row.id, blind.is_judged(RoundEntry.entry_id))
    entries = session.scalar(select(func.count()).select_from(RoundEntry).where(*own))
    if not entries and row.source_id is not None:
        raise Conflict("judging.none_went_on", before=queries.round_by_id(session, row.source_id).number)
    if not entries:
        raise Conflict("judging.no_entries")
    unready = blind.unready(session, row.contest_id, row.category_id)
    if unready:
        raise Conflict("judging.pictures_unready", count=unready)
    check_texts(session, row)
    conflicts = blind.conflicts(session, row.contest_id, jurors)
    against = Counter(entry_id for _juror_id, entry_id in conflicts)
    barred = {entry_id for entry_id, count in against.items() if count == len(jurors)}
    if barred and (without := barred.intersection(session.scalars(select(RoundEntry.entry_id).where(*own)))):
        raise Conflict("judging.nobody_for", count=len(without))
    seat_jurors(work, row, jurors)
    deal(work, row, at=at)
    noted(work, row, "round.open", actor_id=actor_id, at=at, jurors=len(jurors), entries=entries)


def check_texts(session: Session, row: RoundFacts) -> None:
    """Refuse works whose texts the round's jurors would read before the organizer has released them.

    Raises:
        Conflict: ``judging.texts_unreleased`` with their ``count``.
    """
    waiting = blind.unreleased_count(session, queries.read_by_jurors(session, row.contest_id, row.number))
    if waiting:
        raise Conflict("judging.texts_unreleased", count=waiting)


def _take_all(work: Work, row: RoundFacts) -> None:
    """Make the set of what is admitted to judging now."""
    round_id, origin = literal(row.id, _entry.c.round_id.type), literal(Origin.ELIGIBLE, _entry.c.origin.type)
    eligible = blind.eligible_ids(row.contest_id, row.category_id).add_columns(round_id, origin)
    work.session.execute(insert(_entry).from_select(["entry_id", "round_id", "origin"], eligible))


def pause(work: Work, *, round_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Stop taking votes for a while; raises ``Conflict("judging.not_open")``."""
    row = queries.round_by_id(work.session, round_id)
    change_state(work, row, {RoundState.OPEN}, RoundState.PAUSED, otherwise="judging.not_open")
    noted(work, row, "round.pause", actor_id=actor_id, at=at)


def resume(work: Work, *, round_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Take votes again; raises ``Conflict("judging.not_paused")``."""
    row = queries.round_by_id(work.session, round_id)
    change_state(work, row, {RoundState.PAUSED}, RoundState.OPEN, otherwise="judging.not_paused")
    noted(work, row, "round.resume", actor_id=actor_id, at=at)


def reschedule(work: Work, *, round_id: UUID, closes_at: datetime | None, actor_id: UUID, at: datetime) -> None:
    """Move the moment from which votes are refused, or take it away.

    Raises:
        Invalid: ``judging.closes_in_the_past``.
        Conflict: ``judging.not_open``.
    """
    if closes_at is not None and closes_at <= at:
        raise Invalid("judging.closes_in_the_past")
    row = queries.round_by_id(work.session, round_id)
    change_state(work, row, _RUNNING, row.state, otherwise="judging.not_open", **_end(row, closes_at))
    told = None if closes_at is None else closes_at.isoformat()
    noted(work, row, "round.reschedule", actor_id=actor_id, at=at, closes_at=told)


def close(work: Work, *, round_id: UUID, actor_id: UUID, at: datetime, reason: str = "") -> None:
    """Close the round: from now on no vote is taken. The contest deliberates once no other round is running.

    Args:
        reason: Why it is closed although works are not judged by everybody; needed only then.

    Raises:
        Conflict: ``judging.not_open``, somebody was quicker; without a reason ``judging.gaps``, marks are missing,
            and ``judging.short``, works that fewer jurors judge than the round asks for.
    """
    row = queries.round_by_id(work.session, round_id)
    covered = queries.coverage(work.session, row.contest_id, row.number)
    gaps = [one.progress.remaining for one in covered if one.left_at is None and one.progress.remaining]
    if gaps and not reason.strip():
        raise Conflict("judging.gaps", votes=sum(gaps), jurors=len(gaps))
    short = queries.short_of_marks(work.session, row)
    if short and not reason.strip():
        raise Conflict("judging.short", works=len(short))
    change_state(
        work,
        row,
        _RUNNING,
        RoundState.CLOSED,
        otherwise="judging.not_open",
        closed_at=at,
        closed_by=actor_id,
        close_reason=reason.strip() if gaps or short else "",
    )
    write_root(work, row, at=at)
    is_another_running = work.session.scalar(
        select(exists().where(Round.contest_id == row.contest_id, Round.state.in_(_RUNNING)))
    )
    if not is_another_running:
        advance_contest(work, contest_id=row.contest_id, to=State.DELIB, actor_id=actor_id, at=at, reason=reason)
    noted(
        work,
        row,
        "round.close",
        actor_id=actor_id,
        at=at,
        missing_votes=sum(gaps),
        short_works=len(short),
        reason=reason.strip(),
    )


def reopen(work: Work, *, round_id: UUID, actor_id: UUID, at: datetime, reason: str) -> None:
    """Take votes again in a closed round; what was drafted from its standing is emptied.

    Args:
        reason: Why, in the actor's words.

    Raises:
        Invalid: ``judging.reopen_reason``.
        Conflict: ``judging.not_closed``; ``judging.followed``, a round that took its set from it has opened.
    """
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid("judging.reopen_reason", limit=REASON_LENGTH_MAX)
    session = work.session
    row = queries.round_by_id(session, round_id)
    followers = session.execute(select(Round.id, Round.state).where(Round.source_id == round_id)).all()
    if any(state is not RoundState.DRAFT for _id, state in followers):
        raise Conflict("judging.followed")
    change_state(
        work,
        row,
        {RoundState.CLOSED},
        RoundState.OPEN,
        otherwise="judging.not_closed",
        closed_at=None,
        closed_by=None,
        closes_at=None,
        taken_until=None,
        reopenings=Round.reopenings + 1,
        reopen_reason=reason.strip(),
        root="",
    )
    session.execute(delete(RoundEntry).where(RoundEntry.round_id.in_([one.id for one in followers])))
    if contest_by_id(session, row.contest_id, at).state is not State.ROUND:
        advance_contest(work, contest_id=row.contest_id, to=State.ROUND, actor_id=actor_id, at=at, reason=reason)
    noted(work, row, "round.reopen", actor_id=actor_id, at=at, reason=reason.strip())


def seal(work: Work, *, contest_id: UUID) -> None:
    """Mark the closed rounds as part of a sealed result; raises ``Conflict("judging.not_closed")`` where none is."""
    sealed = work.session.execute(
        update(Round)
        .where(Round.contest_id == contest_id, Round.state == RoundState.CLOSED)
        .values(state=RoundState.SEALED),
        execution_options={"synchronize_session": False},
    )
    if typed("CursorResult[Any]", sealed).rowcount == 0:
        raise Conflict("judging.not_closed")


def _end(row: RoundFacts, closes_at: datetime | None) -> dict[str, datetime | None]:
    """Give the two columns of a round's end."""
    grace = timedelta(minutes=row.settings.grace_minutes)
    return {"closes_at": closes_at, "taken_until": None if closes_at is None else closes_at + grace}


def change_state(
    work: Work,
    row: RoundFacts,
    before: Collection[RoundState],
    after: RoundState,
    *,
    otherwise: str,
    **values: Any,
) -> None:
    """Change the state by compare-and-set: of two at the same time one has an effect, the other is told."""
    moved = work.session.execute(
        update(Round).where(Round.id == row.id, Round.state.in_(before)).values(state=after, **values),
        execution_options={"synchronize_session": False},
    )
    if typed("CursorResult[Any]", moved).rowcount != 1:
        raise Conflict(otherwise)
