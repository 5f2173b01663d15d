"""How an act is written down: the ballot changes, and the line that says so is chained to the one before it.

Its statements are prepared: a vote is the hot path of the whole service.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from typing import cast as typed

from sqlalchemy import Table, and_, bindparam, case, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from contest.entries import blind
from contest.judging.models import Act, Ballot, Round, RoundEntry, RoundState, ScoreLine, Sheet
from contest.judging.rules.ledger import FIRST_SEAL, LedgerLine, Receipt, checked_key, sealed
from contest.judging.rules.settings import Mode
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Missing
from contest.kernel.prepared import Prepared

# Longer than anybody looks at a picture: the page was left open.
VIEWED_MS_MAX: Final = 60 * 60 * 1000

_ballot: Final = typed("Table", Ballot.__table__)
_line: Final = typed("Table", ScoreLine.__table__)
_other: Final = _ballot.alias("other")
_last: Final = aliased(ScoreLine, name="last")
_replay: Final = aliased(ScoreLine, name="replay")
_replayed: Final = aliased(Ballot, name="replayed")
_last_seq: Final = (
    select(func.max(ScoreLine.seq)).where(ScoreLine.sheet_id == Sheet.id).correlate(Sheet).scalar_subquery()
)
_was_no_step: Final = or_(_last.act == Act.UNDO, _last.act == Act.FLAG)
# Everything an act needs to know: where the round stands, the end of the ledger, and whether this very request has
# been written down before.
_seat: Final = (
    select(
        Sheet.id.label("sheet_id"),
        Sheet.left_at,
        Round.id.label("round_id"),
        Round.mode,
        Round.settings,
        Round.state,
        Round.taken_until,
        func.coalesce(_last.seq, 0).label("last_seq"),
        func.coalesce(_last.seal, FIRST_SEAL).label("last_seal"),
        func.coalesce(_last.scored, 0).label("scored"),
        func.coalesce(_last.recused, 0).label("recused_count"),
        # What an undo would take back now; see `models.ScoreLine.below`.
        func.coalesce(
            case((or_(_last.act == Act.UNDO, _last.act == Act.FLAG), _last.below), else_=_last.seq), 0
        ).label("top"),
        _replay.seq.label("replay_seq"),
        _replay.act.label("replay_act"),
        _replay.score.label("replay_score"),
        _replay.marks.label("replay_marks"),
        _replay.reason.label("replay_reason"),
        _replay.at.label("replay_at"),
        _replay.scored.label("replay_scored"),
        _replayed.handle.label("replay_handle"),
    )
    .select_from(Round)
    .join(Sheet, Sheet.round_id == Round.id)
    .outerjoin(_last, and_(_last.sheet_id == Sheet.id, _last.seq == _last_seq))
    .outerjoin(_replay, and_(_replay.sheet_id == Sheet.id, _replay.request_key == bindparam("request_key")))
    .outerjoin(_replayed, _replayed.id == _replay.ballot_id)
    .where(
        Round.contest_id == bindparam("contest_id"),
        Round.number == bindparam("number"),
        Sheet.juror_id == bindparam("juror_id"),
    )
)
SEAT: Final = Prepared(_seat)
BALLOT_COLUMNS: Final = (
    Ballot.id.label("ballot_id"),
    Ballot.entry_id,
    Ballot.rival_id,
    Ballot.handle,
    Ballot.kind,
    Ballot.score,
    Ballot.recused,
)
_BY_HANDLE: Final = Prepared(
    _seat.join(Ballot, Ballot.sheet_id == Sheet.id)
    .where(Ballot.handle == bindparam("handle"), ~Ballot.cancelled)
    .add_columns(*BALLOT_COLUMNS)
)
_rival_is_judged: Final = or_(Ballot.rival_id.is_(None), blind.is_judged(Ballot.rival_id))
# Checked by the statement that writes, so that no state can change between looking and writing.
_IS_TAKEN: Final = and_(
    exists().where(
        Sheet.id == Ballot.sheet_id,
        Sheet.left_at.is_(None),
        Round.id == Sheet.round_id,
        Round.state == RoundState.OPEN,
        or_(Round.taken_until.is_(None), Round.taken_until > bindparam("at")),
    ),
    blind.is_judged(Ballot.entry_id),
    _rival_is_judged,
    ~exists().where(
        Sheet.id == Ballot.sheet_id,
        RoundEntry.round_id == Sheet.round_id,
        RoundEntry.entry_id.in_([Ballot.entry_id, Ballot.rival_id]),
        RoundEntry.held,
    ),
    ~Ballot.cancelled,
)
_changed: Final = (
    update(_ballot)
    .where(_ballot.c.id == bindparam("ballot_id"), _ballot.c.recused == bindparam("recused_before"))
    .values(
        score=bindparam("score"),
        scored_at=bindparam("scored_at"),
        recused=bindparam("recused"),
        skipped=_ballot.c.skipped + bindparam("more_skips"),
    )
)
_written: Final = _changed.where(_IS_TAKEN)
# Where only so many works of a juror may carry a score: the chips of a token round, the places of a tier.
_has_room: Final = (
    select(func.count())
    .where(
        _other.c.sheet_id == _ballot.c.sheet_id,
        _other.c.score == bindparam("score"),
        _other.c.id != _ballot.c.id,
    )
    .correlate(_ballot)
    .scalar_subquery()
) < bindparam("room")
_WRITE: Final = Prepared(_written)
_WRITE_WITH_ROOM: Final = Prepared(_written.where(_has_room))
# What follows from an act that has been checked, on ballots that take no mark just now as well.
_WRITE_ALONG: Final = Prepared(_changed)
_CHAIN: Final = Prepared(insert(_line))


def seat_at(work: Work, *, request_key: str, **names: Any) -> Any:
    """Give where a juror stands in a round, with a ballot of hers.

    Args:
        names: ``contest_id``, ``number`` of the round, ``juror_id``, ``handle``.

    Raises:
        Missing: ``ballot``; Invalid: ``judging.request_key``.
    """
    return ballot_at(work, request_key=checked_key(request_key), **names)


def ballot_at(work: Work, **names: Any) -> Any:
    """Give the same for what is no act of the ledger and needs no request's key of its own: it may be ""."""
    found = _BY_HANDLE.row(work.connection, names)
    if found is None:
        raise Missing("ballot")
    return found


def again(found: Any, act: Act, **asked: object) -> Receipt:
    """Give the receipt of a request that was written down before; its answer may have been lost on the way.

    Args:
        asked: What makes the request the same, by its column in the ledger.
    """
    if found.replay_act != act or any(getattr(found, f"replay_{name}") != given for name, given in asked.items()):
        raise Conflict("judging.key_reused")
    return Receipt(
        handle=found.replay_handle,
        act=act,
        score=found.replay_score,
        at=found.replay_at,
        seq=found.replay_seq,
        scored=found.replay_scored,
    )


def write(
    work: Work,
    found: Any,
    *,
    ballot: Any,
    act: Act,
    score: int | None,
    request_key: str,
    at: datetime,
    marks: Mapping[str, int] | None = None,
    viewed_ms: int | None = None,
    recused: bool = False,
    recused_count: int | None = None,
    recused_before: bool = False,
    more_skips: int = 0,
    reason: str = "",
    below: int | None = None,
    room: int | None = None,
    is_along: bool = False,
) -> Receipt:
    """Change the ballot and chain the line, or say why not.

    Args:
        room: How many works of the juror may carry the score, None for any number.
        is_along: Whether it follows from an act that has been checked.
    """
    names = {
        "ballot_id": ballot.ballot_id,
        "recused_before": recused_before,
        "recused": recused,
        "score": score,
        "scored_at": None if score is None else at,
        "more_skips": more_skips,
        "at": at,
    }
    if is_along:
        written = _WRITE_ALONG.write(work.connection, names)
    elif room is None:
        written = _WRITE.write(work.connection, names)
    else:
        written = _WRITE_WITH_ROOM.write(work.connection, {**names, "room": room})
    if written != 1:
        _refuse(work, found, ballot=ballot, recused_before=recused_before, room=room, at=at)
    line = LedgerLine(
        sheet_id=found.sheet_id,
        seq=found.last_seq + 1,
        ballot_id=ballot.ballot_id,
        kind=str(ballot.kind),
        act=str(act),
        score=score,
        previous_score=ballot.score,
        marks=marks,
        viewed_ms=None if viewed_ms is None else min(max(viewed_ms, 0), VIEWED_MS_MAX),
        reason=reason,
        scored=found.scored + _is_done(found.mode, score) - _is_done(found.mode, ballot.score),
        recused=found.recused_count if recused_count is None else recused_count,
        below=found.top if below is None else below,
        at=at,
        request_key=request_key,
    )
    row = {**vars(line), "act": act, "kind": ballot.kind, "seal": sealed(line, found.last_seal)}
    _CHAIN.write(work.connection, row)
    return Receipt(handle=ballot.handle, act=act, score=score, at=at, seq=line.seq, scored=line.scored)


def _is_done(mode: Mode, score: int | None) -> int:
    """Tell what a ballot adds to the count of those done: in a token round a chip, else any score."""
    return int(score is not None and (mode is not Mode.TOKENS or score > 0))


def _refuse(work: Work, found: Any, *, ballot: Any, recused_before: bool, room: int | None, at: datetime) -> None:
    """Say why nothing was written."""
    refuse_if_not_taken(found, at)
    if work.session.scalar(select(Ballot.cancelled).where(Ballot.id == ballot.ballot_id)):
        raise Missing("ballot")
    if ballot.recused != recused_before:
        raise Conflict("judging.recused")
    judged = work.session.scalar(
        select(exists().where(Ballot.id == ballot.ballot_id, blind.is_judged(Ballot.entry_id), _rival_is_judged))
    )
    if not judged:
        raise Conflict("judging.left")
    held = exists().where(
        Ballot.id == ballot.ballot_id,
        Sheet.id == Ballot.sheet_id,
        RoundEntry.round_id == Sheet.round_id,
        RoundEntry.entry_id.in_([Ballot.entry_id, Ballot.rival_id]),
        RoundEntry.held,
    )
    if work.session.scalar(select(held)):
        raise Conflict("judging.held")
    raise Conflict("judging.no_room", room=room)


def refuse_if_not_taken(found: Any, at: datetime) -> None:
    """Refuse what no juror, or she not any more, can do in the round now.

    Raises:
        Conflict: ``judging.dropped``, ``judging.paused``, ``judging.closed``, ``judging.late``.
    """
    if found.left_at is not None:
        raise Conflict("judging.dropped")
    if found.state is RoundState.PAUSED:
        raise Conflict("judging.paused")
    if found.state is not RoundState.OPEN:
        raise Conflict("judging.closed")
    if found.taken_until is not None and at >= found.taken_until:
        raise Conflict("judging.late")
