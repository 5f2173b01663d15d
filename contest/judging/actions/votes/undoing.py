"""A juror takes back what she did last."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from contest.judging.actions.votes.recusing import deal_again, key_along
from contest.judging.actions.votes.writing import BALLOT_COLUMNS, SEAT, again, refuse_if_not_taken, write
from contest.judging.models import Act, Ballot, ScoreLine
from contest.judging.rules.ledger import Receipt, checked_key
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Missing

_earlier: Final = aliased(ScoreLine, name="earlier")
_TOP: Final = (
    select(
        *BALLOT_COLUMNS,
        Ballot.cancelled,
        ScoreLine.act,
        ScoreLine.request_key,
        ScoreLine.previous_score,
        ScoreLine.below,
        select(_earlier.marks)
        .where(
            _earlier.sheet_id == ScoreLine.sheet_id,
            _earlier.ballot_id == ScoreLine.ballot_id,
            _earlier.seq < ScoreLine.seq,
            _earlier.act.in_([Act.CAST, Act.UNDO]),
        )
        .order_by(_earlier.seq.desc())
        .limit(1)
        .scalar_subquery()
        .label("previous_marks"),
    )
    .join(ScoreLine, ScoreLine.ballot_id == Ballot.id)
    .where(ScoreLine.sheet_id == bindparam("sheet_id"), ScoreLine.seq == bindparam("seq"))
)


def undo(work: Work, *, contest_id: UUID, number: int, juror_id: UUID, request_key: str, at: datetime) -> Receipt:
    """Take back a juror's last act that is not taken back yet; asked again, the one before it.

    Acts on ballots that went to somebody else meanwhile are left as they are. A conflict is taken back whole.

    Raises:
        Missing: ``ballot``, she has no part in the round.
        Conflict: ``judging.nothing_to_undo``; and as `cast`.
    """
    checked_key(request_key)
    names = {"contest_id": contest_id, "number": number, "juror_id": juror_id, "request_key": request_key}
    found = SEAT.row(work.connection, names)
    if found is None:
        raise Missing("ballot")
    if found.replay_seq is not None:
        return again(found, Act.UNDO)
    refuse_if_not_taken(found, at)
    top = _top(work, found)
    if top is None:
        raise Conflict("judging.nothing_to_undo")
    receipt = _take_back(work, found, top, request_key=request_key, at=at)
    if top.act != Act.RECUSE:
        return receipt
    while True:
        seat = SEAT.row(work.connection, names)
        before = _top(work, seat)
        if before is None or before.request_key != key_along(top.request_key, before.ballot_id):
            break
        key = key_along(request_key, before.ballot_id)
        _take_back(work, seat, before, request_key=key, at=at, is_along=True)
    deal_again(work, found, entry_id=top.entry_id, at=at)
    return receipt


def _top(work: Work, found: Any) -> Any | None:
    """Give the last act that an undo can take back, None for none; a ballot that somebody else has is not hers."""
    seq = found.top
    while seq:
        top = work.session.execute(_TOP, {"sheet_id": found.sheet_id, "seq": seq}).one()
        if not top.cancelled:
            return top
        seq = top.below
    return None


def _take_back(
    work: Work, found: Any, top: Any, *, request_key: str, at: datetime, is_along: bool = False
) -> Receipt:
    was_recused = top.act == Act.RECUSE
    return write(
        work,
        found,
        ballot=top,
        act=Act.UNDO,
        score=top.previous_score,
        marks=top.previous_marks,
        request_key=request_key,
        at=at,
        recused_count=found.recused_count - was_recused,
        more_skips=-1 if top.act == Act.SKIP else 0,
        below=top.below,
        recused_before=was_recused,
        room=None if top.previous_score is None else found.settings.room_for(found.mode, top.previous_score),
        is_along=is_along,
    )
