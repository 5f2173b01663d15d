"""A juror is off a work that she must not judge."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select

from contest.judging.actions.dealing import deal
from contest.judging.actions.noting import REASON_LENGTH_MAX
from contest.judging.actions.votes.writing import again, refuse_if_not_taken, seat_at, write
from contest.judging.models import Act, Ballot
from contest.judging.queries import round_by_id
from contest.judging.rules.ledger import Receipt
from contest.kernel.db import Work
from contest.kernel.errors import Invalid, Missing

# The two works of a pair, as the room shows them: the ballot's own and its rival.
SIDES: Final = ("left", "right")


def recuse(
    work: Work,
    *,
    contest_id: UUID,
    number: int,
    juror_id: UUID,
    handle: str,
    reason: str,
    request_key: str,
    at: datetime,
    sides: Collection[str] = SIDES,
) -> Receipt:
    """Take a juror off a work that she must not judge; no score she gave it counts any longer.

    She is off all her ballots on it: the hidden second look, the practice, every pair. The one she sees is written
    down last, so that one undo finds them all.

    Args:
        sides: In pairs, which of the two works, of `SIDES`.

    Raises:
        Missing: ``ballot``, also where no side is named; Invalid: ``judging.reason``, no reason or too long a one;
            and as `cast`.
    """
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid("judging.reason", limit=REASON_LENGTH_MAX)
    whose = {"contest_id": contest_id, "number": number, "juror_id": juror_id}
    found = seat_at(work, **whose, handle=handle, request_key=request_key)
    if found.replay_seq is not None:
        return again(found, Act.RECUSE, handle=handle, reason=reason.strip())
    both = dict(zip(SIDES, (found.entry_id, found.rival_id), strict=True))
    named = [both[side] for side in SIDES if side in sides] if found.rival_id else [found.entry_id]
    if not named:
        raise Missing("ballot")
    refuse_if_not_taken(found, at)
    along = select(Ballot.id, Ballot.handle).where(
        Ballot.sheet_id == found.sheet_id,
        Ballot.id != found.ballot_id,
        or_(Ballot.entry_id.in_(named), Ballot.rival_id.in_(named)),
        ~Ballot.recused,
        ~Ballot.cancelled,
    )
    others = work.session.execute(along.order_by(Ballot.position)).all()
    for other in others:
        key = key_along(request_key, other.id)
        seat = seat_at(work, **whose, handle=other.handle, request_key=key)
        _take_off(work, seat, request_key=key, reason=reason, at=at, is_along=True)
    seat = seat_at(work, **whose, handle=handle, request_key=request_key)
    receipt = _take_off(work, seat, request_key=request_key, reason=reason, at=at)
    deal_again(work, found, entry_id=found.entry_id, at=at)
    return receipt


def _take_off(
    work: Work, seat: Any, *, request_key: str, reason: str, at: datetime, is_along: bool = False
) -> Receipt:
    return write(
        work,
        seat,
        ballot=seat,
        act=Act.RECUSE,
        score=None,
        request_key=request_key,
        at=at,
        recused=True,
        recused_count=seat.recused_count + 1,
        reason=reason.strip(),
        is_along=is_along,
    )


def key_along(request_key: str, ballot_id: UUID) -> str:
    """Derive the key of a line that is written along with the one that was asked for."""
    return hashlib.sha256(f"{request_key} {ballot_id.hex}".encode()).hexdigest()


def deal_again(work: Work, found: Any, *, entry_id: UUID, at: datetime) -> None:
    """Find somebody else for a work that a juror is off, where not everybody judges everything."""
    if found.settings.quorum is not None:
        deal(work, round_by_id(work.session, found.round_id), at=at, only=[entry_id])
