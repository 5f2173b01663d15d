"""The panel and the set change while a round runs; the planner deals anew, and what was cast stays and counts."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from typing import cast as typed
from uuid import UUID

from sqlalchemy import CursorResult, Table, exists, insert, select, update

from contest.calls.queries import contest_by_id, jury
from contest.entries import blind
from contest.judging import queries
from contest.judging.actions.dealing import deal, seat_jurors
from contest.judging.actions.noting import REASON_LENGTH_MAX, noted
from contest.judging.actions.rounds import check_texts
from contest.judging.models import EntryFlag, Origin, Round, RoundEntry, RoundState, Sheet
from contest.judging.queries import RoundFacts
from contest.judging.rules.order import desk_handle, spoken_code
from contest.judging.rules.settings import Mode, checked
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing

_entry: Final = typed("Table", RoundEntry.__table__)


def add_juror(work: Work, *, round_id: UUID, juror_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Give somebody on the panel who votes a part in a running round: her even share, or everything she may judge.

    Raises:
        Missing: ``juror``, the person does not vote in this contest.
        Conflict: ``judging.not_open``; ``judging.seated``, she has a part already; ``judging.returns``, she left.
    """
    row = _running(work, round_id)
    if juror_id not in {seat.person_id for seat in jury(work.session, row.contest_id) if seat.votes}:
        raise Missing("juror")
    sheet = _sheet(work, row, juror_id)
    if sheet is not None:
        raise Conflict("judging.seated" if sheet.left_at is None else "judging.returns")
    seat_jurors(work, row, [juror_id])
    deal(work, row, at=at)
    noted(work, row, "round.add_juror", actor_id=actor_id, at=at, juror=str(juror_id))


def drop_juror(work: Work, *, round_id: UUID, juror_id: UUID, reason: str, actor_id: UUID, at: datetime) -> None:
    """Take a juror off a running round; what she cast counts, what she did not goes to others.

    Raises:
        Missing: ``juror``; Invalid: ``judging.panel_reason``.
        Conflict: ``judging.not_open``; ``judging.last_juror``, nobody would be left.
    """
    row = _running(work, round_id)
    _leave(work, row, juror_id, reason=_reason(reason), at=at)
    if not work.session.scalar(select(exists().where(Sheet.round_id == row.id, Sheet.left_at.is_(None)))):
        raise Conflict("judging.last_juror")
    deal(work, row, at=at)
    noted(work, row, "round.drop_juror", actor_id=actor_id, at=at, juror=str(juror_id), reason=reason.strip())


def swap_juror(
    work: Work, *, round_id: UUID, juror_id: UUID, new_juror_id: UUID, reason: str, actor_id: UUID, at: datetime
) -> None:
    """Put one juror in the place of another in one act; raises as `add_juror` and `drop_juror`."""
    row = _running(work, round_id)
    if new_juror_id not in {seat.person_id for seat in jury(work.session, row.contest_id) if seat.votes}:
        raise Missing("juror")
    newcomer = _sheet(work, row, new_juror_id)
    if newcomer is not None and newcomer.left_at is None:
        raise Conflict("judging.seated")
    _leave(work, row, juror_id, reason=_reason(reason), at=at)
    if newcomer is None:
        seat_jurors(work, row, [new_juror_id])
    else:
        newcomer.left_at, newcomer.left_reason = None, ""
        work.session.flush()
    deal(work, row, at=at)
    noted(
        work,
        row,
        "round.swap_juror",
        actor_id=actor_id,
        at=at,
        juror=str(juror_id),
        new_juror=str(new_juror_id),
        reason=reason.strip(),
    )


def return_juror(work: Work, *, round_id: UUID, juror_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Let a juror who left go on where she stopped.

    Raises:
        Missing: ``juror``; Conflict: ``judging.not_open``, ``judging.seated``.
    """
    row = _running(work, round_id)
    sheet = _sheet(work, row, juror_id)
    if sheet is None:
        raise Missing("juror")
    if sheet.left_at is None:
        raise Conflict("judging.seated")
    sheet.left_at, sheet.left_reason = None, ""
    work.session.flush()
    deal(work, row, at=at)
    noted(work, row, "round.return_juror", actor_id=actor_id, at=at, juror=str(juror_id))


def limit_juror(
    work: Work, *, round_id: UUID, juror_id: UUID, limit: int | None, actor_id: UUID, at: datetime
) -> int:
    """Set the most works that a juror takes; give how many seats nobody can take now.

    Raises:
        Missing: ``juror``; Invalid: ``judging.limit``; Conflict: ``judging.not_open``; ``judging.pairs_for_all``, in
            pairs everybody compares all that she may.
    """
    if limit is not None and limit < 0:
        raise Invalid("judging.limit")
    row = _running(work, round_id)
    if row.mode is Mode.PAIRS:
        raise Conflict("judging.pairs_for_all")
    sheet = _sheet(work, row, juror_id)
    if sheet is None:
        raise Missing("juror")
    sheet.limit = limit
    work.session.flush()
    unseated = deal(work, row, at=at)
    noted(work, row, "round.limit_juror", actor_id=actor_id, at=at, juror=str(juror_id), limit=limit)
    return unseated


def set_quorum(work: Work, *, round_id: UUID, quorum: int | None, actor_id: UUID, at: datetime) -> int:
    """Change how many jurors judge each work; give how many seats nobody can take.

    A higher number deals exactly the seats that are missing; a lower one takes back open seats only.

    Raises:
        Invalid: ``judging.quorum``, ``judging.quorum_mode``; ``judging.quorum_above``, with more than there are.
        Conflict: ``judging.not_open``.
    """
    row = _running(work, round_id)
    jurors = sum(one.left_at is None for one in queries.coverage(work.session, row.contest_id, row.number))
    if quorum is not None and quorum > jurors:
        raise Invalid("judging.quorum_above", quorum=quorum, jurors=jurors)
    settings = checked(row.mode, replace(row.settings, quorum=quorum))
    work.session.execute(
        update(Round).where(Round.id == row.id).values(settings=settings),
        execution_options={"synchronize_session": False},
    )
    unseated = deal(work, queries.round_by_id(work.session, row.id), at=at)
    noted(work, row, "round.set_quorum", actor_id=actor_id, at=at, before=row.settings.quorum, after=quorum)
    return unseated


def late_entries(work: Work, *, round_id: UUID, actor_id: UUID, at: datetime, reason: str = "") -> int:
    """Take works into a running round that were admitted to judging after it opened; give their number.

    Raises:
        Conflict: ``judging.not_open``; ``judging.from_source``, the round took its set from an earlier one;
            ``judging.nothing_late``; ``judging.pictures_unready``, ``judging.texts_unreleased``.
    """
    row = _running(work, round_id)
    if row.source_id is not None:
        raise Conflict("judging.from_source")
    here = set(work.session.scalars(select(RoundEntry.entry_id).where(RoundEntry.round_id == row.id)))
    late = [one for one in blind.eligible(work.session, row.contest_id, row.category_id) if one not in here]
    if not late:
        raise Conflict("judging.nothing_late")
    unready = blind.unready(work.session, row.contest_id, row.category_id)
    if unready:
        raise Conflict("judging.pictures_unready", count=unready)
    check_texts(work.session, row)
    work.session.execute(
        insert(_entry),
        [
            {
                "round_id": row.id,
                "entry_id": entry_id,
                "origin": Origin.LATE,
                "origin_reason": reason.strip(),
                "held": False,
            }
            for entry_id in late
        ],
    )
    deal(work, row, at=at)
    noted(work, row, "round.late_entries", actor_id=actor_id, at=at, entries=len(late), reason=reason.strip())
    return len(late)


def hold(work: Work, *, round_id: UUID, entry_id: UUID, actor_id: UUID, at: datetime, reason: str) -> None:
    """Put a work on hold: it takes no vote, and none that it has counts, until it is released.

    Raises:
        Missing: ``entry``; Invalid: ``judging.panel_reason``; Conflict: ``judging.held_already``, ``judging.sealed``.
    """
    _hold(work, round_id, entry_id, held=True, actor_id=actor_id, at=at, reason=_reason(reason))


def release(work: Work, *, round_id: UUID, entry_id: UUID, actor_id: UUID, at: datetime, reason: str) -> None:
    """Take a work off hold; its votes count again. Raises as `hold`, and ``judging.not_held``."""
    _hold(work, round_id, entry_id, held=False, actor_id=actor_id, at=at, reason=_reason(reason))


def resolve_flags(
    work: Work, *, round_id: UUID, entry_id: UUID, resolution: str, actor_id: UUID, at: datetime
) -> int:
    """Write down what became of the flags on a work; give how many were open.

    Raises:
        Invalid: ``judging.panel_reason``; Conflict: ``judging.no_flags``.
    """
    told = _reason(resolution)
    row = queries.round_by_id(work.session, round_id)
    resolved = work.session.execute(
        update(EntryFlag)
        .where(EntryFlag.round_id == round_id, EntryFlag.entry_id == entry_id, EntryFlag.resolved_at.is_(None))
        .values(resolved_at=at, resolved_by=actor_id, resolution=told)
    )
    count = typed("CursorResult[Any]", resolved).rowcount
    if not count:
        raise Conflict("judging.no_flags")
    named = _name(work, row, entry_id, at)
    noted(work, row, "round.resolve_flags", actor_id=actor_id, at=at, named=named, flags=count, reason=told)
    return count


def _hold(
    work: Work, round_id: UUID, entry_id: UUID, *, held: bool, actor_id: UUID, at: datetime, reason: str
) -> None:
    row = queries.round_by_id(work.session, round_id)
    if row.state is RoundState.SEALED:
        raise Conflict("judging.sealed")
    here = (RoundEntry.round_id == round_id, RoundEntry.entry_id == entry_id)
    moved = work.session.execute(update(RoundEntry).where(*here, RoundEntry.held != held).values(held=held))
    if typed("CursorResult[Any]", moved).rowcount != 1:
        if not work.session.scalar(select(exists().where(*here))):
            raise Missing("entry")
        raise Conflict("judging.held_already" if held else "judging.not_held")
    noted(
        work,
        row,
        "round.hold" if held else "round.release",
        actor_id=actor_id,
        at=at,
        named=_name(work, row, entry_id, at),
        reason=reason,
    )


def _name(work: Work, row: RoundFacts, entry_id: UUID, at: datetime) -> str:
    """Name a work as the jury's desk and the minutes do."""
    return spoken_code(desk_handle(contest_by_id(work.session, row.contest_id, at).blind_key, entry_id))


def _running(work: Work, round_id: UUID) -> RoundFacts:
    row = queries.round_by_id(work.session, round_id)
    if not row.is_running:
        raise Conflict("judging.not_open")
    return row


def _sheet(work: Work, row: RoundFacts, juror_id: UUID) -> Sheet | None:
    return work.session.scalar(select(Sheet).where(Sheet.round_id == row.id, Sheet.juror_id == juror_id))


def _leave(work: Work, row: RoundFacts, juror_id: UUID, *, reason: str, at: datetime) -> None:
    sheet = _sheet(work, row, juror_id)
    if sheet is None or sheet.left_at is not None:
        raise Missing("juror")
    sheet.left_at, sheet.left_reason = at, reason
    work.session.flush()


def _reason(given: str) -> str:
    if not 0 < len(given.strip()) <= REASON_LENGTH_MAX:
        raise Invalid("judging.panel_reason", limit=REASON_LENGTH_MAX)
    return given.strip()
