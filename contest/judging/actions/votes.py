"""What a juror does with a ballot; each act is one line of her ledger.

The statements are built once and spoken in Core: a vote is the hot path of the whole service.
"""

from datetime import datetime
from typing import Any, Final
from typing import cast as typed
from uuid import UUID

from sqlalchemy import CursorResult, Table, and_, bindparam, case, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from contest.entries import blind
from contest.judging import rules
from contest.judging.models import Act, Ballot, Round, RoundState, ScoreLine, Sheet
from contest.judging.rules import FIRST_SEAL, LedgerLine, Receipt
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing

REASON_LENGTH_MAX: Final = 500


_ballot: Final = typed("Table", Ballot.__table__)
_line: Final = typed("Table", ScoreLine.__table__)
_last: Final = aliased(ScoreLine, name="last")
_replay: Final = aliased(ScoreLine, name="replay")
_replayed: Final = aliased(Ballot, name="replayed")
_last_seq: Final = (
    select(func.max(ScoreLine.seq)).where(ScoreLine.sheet_id == Sheet.id).correlate(Sheet).scalar_subquery()
)
# Everything an act needs to know: where the round stands, the end of the ledger, and whether this very request has
# been written down before.
_SEAT: Final = (
    select(
        Sheet.id.label("sheet_id"),
        Round.state,
        Round.closes_at,
        Round.scale_min,
        Round.scale_max,
        func.coalesce(_last.seq, 0).label("last_seq"),
        func.coalesce(_last.seal, FIRST_SEAL).label("last_seal"),
        func.coalesce(_last.scored, 0).label("scored"),
        func.coalesce(_last.recused, 0).label("recused_count"),
        # What an undo would take back now; see `models.ScoreLine.below`.
        func.coalesce(case((_last.act == Act.UNDO, _last.below), else_=_last.seq), 0).label("top"),
        _replay.seq.label("replay_seq"),
        _replay.act.label("replay_act"),
        _replay.score.label("replay_score"),
        _replay.at.label("replay_at"),
        _replay.scored.label("replay_scored"),
        _replayed.handle.label("replay_handle"),
    )
    .select_from(Round)
    .join(Sheet, Sheet.round_id == Round.id)
    .outerjoin(_last, and_(_last.sheet_id == Sheet.id, _last.seq == _last_seq))
    .outerjoin(_replay, and_(_replay.sheet_id == Sheet.id, _replay.request_key == bindparam("request_key")))
    .outerjoin(_replayed, _replayed.id == _replay.ballot_id)
    .where(Round.contest_id == bindparam("contest_id"), Sheet.juror_id == bindparam("juror_id"))
)
_BALLOT_COLUMNS: Final = (Ballot.id.label("ballot_id"), Ballot.handle, Ballot.score, Ballot.recused)
_BY_HANDLE: Final = (
    _SEAT.join(Ballot, Ballot.sheet_id == Sheet.id)
    .where(Ballot.handle == bindparam("handle"))
    .add_columns(*_BALLOT_COLUMNS)
)
_latest: Final = select(func.max(Round.number)).where(Round.contest_id == bindparam("contest_id")).scalar_subquery()
_LATEST_SEAT: Final = _SEAT.where(Round.number == _latest)
_TOP: Final = (
    select(*_BALLOT_COLUMNS, ScoreLine.act, ScoreLine.previous_score, ScoreLine.below)
    .join(ScoreLine, ScoreLine.ballot_id == Ballot.id)
    .where(ScoreLine.sheet_id == bindparam("sheet_id"), ScoreLine.seq == bindparam("seq"))
)
# Checked by the statement that writes, so that no state can change between looking and writing.
_IS_TAKEN: Final = and_(
    exists().where(
        Round.id == Ballot.round_id,
        Round.state == RoundState.OPEN,
        or_(Round.closes_at.is_(None), Round.closes_at > bindparam("at")),
    ),
    blind.is_judged(Ballot.entry_id),
)
_WRITE: Final = (
    update(_ballot)
    .where(
        _ballot.c.id == bindparam("ballot_id"),
        _ballot.c.recused == bindparam("recused_before"),
        _IS_TAKEN,
    )
    .values(
        score=bindparam("score"),
        scored_at=bindparam("scored_at"),
        recused=bindparam("recused"),
        skipped=_ballot.c.skipped + bindparam("more_skips"),
    )
)
_CHAIN: Final = insert(_line)


def cast(
    work: Work,
    *,
    contest_id: UUID,
    juror_id: UUID,
    handle: str,
    score: int,
    request_key: str,
    at: datetime,
) -> Receipt:
    """Give a work a juror's score, or change it.

    Args:
        request_key: Chosen by the browser for this one act; the same key again gives the same receipt.

    Raises:
        Missing: ``ballot``, no ballot of this juror in this contest has the handle.
        Conflict: ``judging.closed``, ``judging.paused``, ``judging.late``, ``judging.recused``, ``judging.left``;
            ``judging.key_reused``, the key was used for something else.
        Invalid: ``judging.off_scale``, ``judging.request_key``.
    """
    found = _seat_by_handle(work, contest_id, juror_id, handle, request_key)
    if found.replay_seq is not None:
        return _again(found, act=Act.CAST, handle=handle, score=score)
    rules.checked_score(score, low=found.scale_min, high=found.scale_max)
    return _write(
        work,
        found,
        ballot=found,
        act=Act.CAST,
        score=score,
        request_key=request_key,
        at=at,
        scored=found.scored + (found.score is None),
    )


def skip(work: Work, *, contest_id: UUID, juror_id: UUID, handle: str, request_key: str, at: datetime) -> Receipt:
    """Put a work off until all others are judged; raises as `cast`, and ``judging.scored`` for one with a score."""
    found = _seat_by_handle(work, contest_id, juror_id, handle, request_key)
    if found.replay_seq is not None:
        return _again(found, act=Act.SKIP, handle=handle, score=None)
    if found.score is not None:
        raise Conflict("judging.scored")
    return _write(
        work,
        found,
        ballot=found,
        act=Act.SKIP,
        score=None,
        request_key=request_key,
        at=at,
        scored=found.scored,
        more_skips=1,
    )


def recuse(
    work: Work,
    *,
    contest_id: UUID,
    juror_id: UUID,
    handle: str,
    reason: str,
    request_key: str,
    at: datetime,
) -> Receipt:
    """Take a juror off a work that she must not judge; a score she gave it no longer counts.

    Raises:
        Invalid: ``judging.reason``, no reason or too long a one; and as `cast`.
    """
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid("judging.reason", limit=REASON_LENGTH_MAX)
    found = _seat_by_handle(work, contest_id, juror_id, handle, request_key)
    if found.replay_seq is not None:
        return _again(found, act=Act.RECUSE, handle=handle, score=None)
    return _write(
        work,
        found,
        ballot=found,
        act=Act.RECUSE,
        score=None,
        request_key=request_key,
        at=at,
        scored=found.scored - (found.score is not None),
        recused=True,
        recused_count=found.recused_count + 1,
        reason=reason.strip(),
    )


def undo(work: Work, *, contest_id: UUID, juror_id: UUID, request_key: str, at: datetime) -> Receipt:
    """Take back a juror's last act that is not taken back yet; asked again, the one before it.

    Raises:
        Missing: ``ballot``, she has no part in the contest's latest round.
        Conflict: ``judging.nothing_to_undo``; and as `cast`.
    """
    rules.checked_key(request_key)
    names = {"contest_id": contest_id, "juror_id": juror_id, "request_key": request_key}
    found = work.session.execute(_LATEST_SEAT, names).one_or_none()
    if found is None:
        raise Missing("ballot")
    if found.replay_seq is not None:
        return _again(found, act=Act.UNDO, handle=None, score=None)
    _refuse_if_not_open(found, at)
    if found.top == 0:
        raise Conflict("judging.nothing_to_undo")
    top = work.session.execute(_TOP, {"sheet_id": found.sheet_id, "seq": found.top}).one()
    was_recused = top.act == Act.RECUSE
    return _write(
        work,
        found,
        ballot=top,
        act=Act.UNDO,
        score=top.previous_score,
        request_key=request_key,
        at=at,
        scored=found.scored + (top.previous_score is not None) - (top.score is not None),
        recused_count=found.recused_count - was_recused,
        more_skips=-1 if top.act == Act.SKIP else 0,
        below=top.below,
        recused_before=was_recused,
    )


def _seat_by_handle(work: Work, contest_id: UUID, juror_id: UUID, handle: str, request_key: str) -> Any:
    rules.checked_key(request_key)
    names = {"contest_id": contest_id, "juror_id": juror_id, "handle": handle, "request_key": request_key}
    found = work.session.execute(_BY_HANDLE, names).one_or_none()
    if found is None:
        raise Missing("ballot")
    return found


def _again(found: Any, *, act: Act, handle: str | None, score: int | None) -> Receipt:
    """Give the receipt of a request that was written down before; its answer may have been lost on the way."""
    same = found.replay_act == act and handle in {None, found.replay_handle}
    if not same or (act is Act.CAST and found.replay_score != score):
        raise Conflict("judging.key_reused")
    return Receipt(
        handle=found.replay_handle,
        act=act,
        score=found.replay_score,
        at=found.replay_at,
        seq=found.replay_seq,
        scored=found.replay_scored,
    )


def _write(
    work: Work,
    found: Any,
    *,
    ballot: Any,
    act: Act,
    score: int | None,
    request_key: str,
    at: datetime,
    scored: int,
    recused: bool = False,
    recused_count: int | None = None,
    recused_before: bool = False,
    more_skips: int = 0,
    reason: str = "",
    below: int | None = None,
) -> Receipt:
    """Change the ballot and chain the line, or say why not."""
    written = work.session.execute(
        _WRITE,
        {
            "ballot_id": ballot.ballot_id,
            "recused_before": recused_before,
            "recused": recused,
            "score": score,
            "scored_at": None if score is None else at,
            "more_skips": more_skips,
            "at": at,
        },
    )
    if typed("CursorResult[Any]", written).rowcount != 1:
        _refuse_if_not_open(found, at)
        raise Conflict("judging.recused" if ballot.recused != recused_before else "judging.left")
    line = LedgerLine(
        sheet_id=found.sheet_id,
        seq=found.last_seq + 1,
        ballot_id=ballot.ballot_id,
        act=str(act),
        score=score,
        previous_score=ballot.score,
        reason=reason,
        scored=scored,
        recused=found.recused_count if recused_count is None else recused_count,
        below=found.top if below is None else below,
        at=at,
        request_key=request_key,
    )
    work.session.execute(_CHAIN, {**vars(line), "act": act, "seal": rules.sealed(line, found.last_seal)})
    return Receipt(handle=ballot.handle, act=act, score=score, at=at, seq=line.seq, scored=scored)


def _refuse_if_not_open(found: Any, at: datetime) -> None:
    if found.state is RoundState.PAUSED:
        raise Conflict("judging.paused")
    if found.state is not RoundState.OPEN:
        raise Conflict("judging.closed")
    if found.closes_at is not None and at >= found.closes_at:
        raise Conflict("judging.late")
