"""What a juror does with a ballot; each act is one line of her ledger.

Its statements are prepared: a vote is the hot path of the whole service.
"""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from typing import cast as typed
from uuid import UUID

from sqlalchemy import (
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from contest.entries import blind
from contest.judging.actions.dealing import deal
from contest.judging.models import Act, Ballot, EntryFlag, FlagKind, Round, RoundEntry, RoundState, ScoreLine, Sheet
from contest.judging.queries import round_by_id
from contest.judging.rules.ledger import FIRST_SEAL, LedgerLine, Receipt, checked_key, sealed
from contest.judging.rules.settings import Mode, checked_score, weighted
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.kernel.ids import new_id
from contest.kernel.prepared import Prepared

REASON_LENGTH_MAX: Final = 500
# Longer than anybody looks at a picture: the page was left open.
VIEWED_MS_MAX: Final = 60 * 60 * 1000
# The two works of a pair, as the room shows them: the ballot's own and its rival.
SIDES: Final = ("left", "right")
# So many jurors must see the author in a work before its votes are put on hold.
FLAGS_THAT_HOLD: Final = 2


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
_SEAT: Final = Prepared(_seat)
_BALLOT_COLUMNS: Final = (
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
    .add_columns(*_BALLOT_COLUMNS)
)
_earlier: Final = aliased(ScoreLine, name="earlier")
_TOP: Final = (
    select(
        *_BALLOT_COLUMNS,
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


def cast(
    work: Work,
    *,
    contest_id: UUID,
    number: int,
    juror_id: UUID,
    handle: str,
    score: int | None,
    request_key: str,
    at: datetime,
    marks: Mapping[str, int] | None = None,
    viewed_ms: int | None = None,
    source: str = "",
) -> Receipt:
    """Give a work a juror's score, or change it.

    Args:
        number: The round's number in its contest.
        score: In hundredths of a point, see `models.Ballot`; not needed with ``marks``. None puts a work from its
            tier back into the tray of a light table.
        request_key: Chosen by the browser for this one act; the same key again gives the same receipt.
        marks: By criterion, in hundredths, where the round has criteria; their weighted mean is the score.
        viewed_ms: How long the work was on the screen, in milliseconds.
        source: Where the mark came from when not from the room; it stands in the ledger's line.

    Raises:
        Missing: ``ballot``, no ballot of this juror in this round has the handle.
        Conflict: ``judging.closed``, ``judging.paused``, ``judging.late``, ``judging.recused``, ``judging.left``,
            ``judging.held``, ``judging.dropped``; ``judging.no_room``, her chips or the tier's places are used up;
            ``judging.key_reused``, the key was used for something else.
        Invalid: ``judging.off_scale``, ``judging.no_mark``, ``judging.criterion_missing``, ``judging.request_key``.
    """
    found = _seat_by_handle(
        work, contest_id=contest_id, number=number, juror_id=juror_id, handle=handle, request_key=request_key
    )
    settings = found.settings
    if settings.criteria:
        score = weighted(marks or {}, settings)
    if score is None and found.mode is not Mode.RANK:
        raise Invalid("judging.no_mark")
    kept = dict(marks or {}) if settings.criteria else None
    if found.replay_seq is not None:
        return _again(found, Act.CAST, handle=handle, score=score, marks=kept, reason=source)
    if score is not None:
        checked_score(score, mode=found.mode, settings=settings)
    return _write(
        work,
        found,
        ballot=found,
        act=Act.CAST,
        score=score,
        marks=kept,
        viewed_ms=viewed_ms,
        reason=source,
        request_key=request_key,
        at=at,
        room=None if score is None else settings.room_for(found.mode, score),
    )


def skip(
    work: Work, *, contest_id: UUID, number: int, juror_id: UUID, handle: str, request_key: str, at: datetime
) -> Receipt:
    """Put a work off until all others are judged; raises as `cast`, and ``judging.scored`` for one with a score."""
    found = _seat_by_handle(
        work, contest_id=contest_id, number=number, juror_id=juror_id, handle=handle, request_key=request_key
    )
    if found.replay_seq is not None:
        return _again(found, Act.SKIP, handle=handle)
    if found.score is not None:
        raise Conflict("judging.scored")
    return _write(work, found, ballot=found, act=Act.SKIP, score=None, request_key=request_key, at=at, more_skips=1)


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
    found = _seat_by_handle(work, **whose, handle=handle, request_key=request_key)
    if found.replay_seq is not None:
        return _again(found, Act.RECUSE, handle=handle, reason=reason.strip())
    both = dict(zip(SIDES, (found.entry_id, found.rival_id), strict=True))
    named = [both[side] for side in SIDES if side in sides] if found.rival_id else [found.entry_id]
    if not named:
        raise Missing("ballot")
    _refuse_if_not_taken(found, at)
    along = select(Ballot.id, Ballot.handle).where(
        Ballot.sheet_id == found.sheet_id,
        Ballot.id != found.ballot_id,
        or_(Ballot.entry_id.in_(named), Ballot.rival_id.in_(named)),
        ~Ballot.recused,
        ~Ballot.cancelled,
    )
    others = work.session.execute(along.order_by(Ballot.position)).all()
    for other in others:
        key = _along(request_key, other.id)
        seat = _seat_by_handle(work, **whose, handle=other.handle, request_key=key)
        _take_off(work, seat, request_key=key, reason=reason, at=at, is_along=True)
    seat = _seat_by_handle(work, **whose, handle=handle, request_key=request_key)
    receipt = _take_off(work, seat, request_key=request_key, reason=reason, at=at)
    _deal_again(work, found, entry_id=found.entry_id, at=at)
    return receipt


def _take_off(
    work: Work, seat: Any, *, request_key: str, reason: str, at: datetime, is_along: bool = False
) -> Receipt:
    return _write(
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


def undo(work: Work, *, contest_id: UUID, number: int, juror_id: UUID, request_key: str, at: datetime) -> Receipt:
    """Take back a juror's last act that is not taken back yet; asked again, the one before it.

    Acts on ballots that went to somebody else meanwhile are left as they are. A conflict is taken back whole.

    Raises:
        Missing: ``ballot``, she has no part in the round.
        Conflict: ``judging.nothing_to_undo``; and as `cast`.
    """
    checked_key(request_key)
    names = {"contest_id": contest_id, "number": number, "juror_id": juror_id, "request_key": request_key}
    found = _SEAT.row(work.connection, names)
    if found is None:
        raise Missing("ballot")
    if found.replay_seq is not None:
        return _again(found, Act.UNDO)
    _refuse_if_not_taken(found, at)
    top = _top(work, found)
    if top is None:
        raise Conflict("judging.nothing_to_undo")
    receipt = _take_back(work, found, top, request_key=request_key, at=at)
    if top.act != Act.RECUSE:
        return receipt
    while True:
        seat = _SEAT.row(work.connection, names)
        before = _top(work, seat)
        if before is None or before.request_key != _along(top.request_key, before.ballot_id):
            break
        key = _along(request_key, before.ballot_id)
        _take_back(work, seat, before, request_key=key, at=at, is_along=True)
    _deal_again(work, found, entry_id=top.entry_id, at=at)
    return receipt


def _along(request_key: str, ballot_id: UUID) -> str:
    """Derive the key of a line that is written along with the one that was asked for."""
    return hashlib.sha256(f"{request_key} {ballot_id.hex}".encode()).hexdigest()


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
    return _write(
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


def flag(
    work: Work,
    *,
    contest_id: UUID,
    number: int,
    juror_id: UUID,
    handle: str,
    kind: FlagKind,
    note: str,
    request_key: str,
    at: datetime,
    is_rival: bool = False,
) -> Receipt:
    """Point something out about a work to the organizer; said twice it stands once.

    A second juror who sees the author puts the work on hold until the chair decides.

    Args:
        is_rival: In pairs, whether it is about the work that the ballot's own stands against.

    Raises:
        Missing: ``ballot``, also where there is no rival; Invalid: ``judging.note``, the note is too long; and as
            `cast`.
    """
    if len(note.strip()) > REASON_LENGTH_MAX:
        raise Invalid("judging.note", limit=REASON_LENGTH_MAX)
    found = _seat_by_handle(
        work, contest_id=contest_id, number=number, juror_id=juror_id, handle=handle, request_key=request_key
    )
    entry_id = found.rival_id if is_rival else found.entry_id
    if entry_id is None:
        raise Missing("ballot")
    remark = f"{kind}{' of the rival' if is_rival else ''}: {note.strip()}"
    if found.replay_seq is not None:
        return _again(found, Act.FLAG, handle=handle, reason=remark)
    receipt = _write(
        work,
        found,
        ballot=found,
        act=Act.FLAG,
        score=found.score,
        request_key=request_key,
        at=at,
        reason=remark,
        # It is no step of judging: an undo takes back what was done before it.
        below=found.top,
    )
    session = work.session
    about = (EntryFlag.round_id == found.round_id, EntryFlag.entry_id == entry_id, EntryFlag.kind == kind)
    if session.scalar(select(exists().where(*about, EntryFlag.juror_id == juror_id))):
        return receipt
    session.execute(
        insert(EntryFlag),
        {
            "id": new_id(),
            "round_id": found.round_id,
            "entry_id": entry_id,
            "juror_id": juror_id,
            "kind": kind,
            "note": note.strip(),
            "at": at,
        },
    )
    if kind is FlagKind.AUTHOR_VISIBLE:
        seen = session.scalar(select(func.count()).where(*about, EntryFlag.resolved_at.is_(None))) or 0
        if seen >= FLAGS_THAT_HOLD:
            session.execute(
                update(RoundEntry)
                .where(RoundEntry.round_id == found.round_id, RoundEntry.entry_id == entry_id)
                .values(held=True)
            )
    return receipt


def favourite(
    work: Work, *, contest_id: UUID, number: int, juror_id: UUID, handle: str, is_favourite: bool, at: datetime
) -> None:
    """Put a work among a juror's favourites, or take it from there: a bookmark of her own that counts for nothing.

    Raises:
        Missing: ``ballot``, no ballot of hers in this round has the handle.
        Conflict: ``judging.closed``, ``judging.paused``, ``judging.late``, ``judging.dropped``.
    """
    names = {"contest_id": contest_id, "number": number, "juror_id": juror_id, "request_key": "", "handle": handle}
    found = _BY_HANDLE.row(work.connection, names)
    if found is None:
        raise Missing("ballot")
    _refuse_if_not_taken(found, at)
    work.session.execute(update(_ballot).where(_ballot.c.id == found.ballot_id).values(favourite=is_favourite))


def _seat_by_handle(work: Work, *, request_key: str, **names: Any) -> Any:
    checked_key(request_key)
    found = _BY_HANDLE.row(work.connection, {**names, "request_key": request_key})
    if found is None:
        raise Missing("ballot")
    return found


def _again(found: Any, act: Act, **asked: object) -> Receipt:
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


def _write(
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


def _deal_again(work: Work, found: Any, *, entry_id: UUID, at: datetime) -> None:
    """Find somebody else for a work that a juror is off, where not everybody judges everything."""
    if found.settings.quorum is not None:
        deal(work, round_by_id(work.session, found.round_id), at=at, only=[entry_id])


def _is_done(mode: Mode, score: int | None) -> int:
    """Tell what a ballot adds to the count of those done: in a token round a chip, else any score."""
    return int(score is not None and (mode is not Mode.TOKENS or score > 0))


def _refuse(work: Work, found: Any, *, ballot: Any, recused_before: bool, room: int | None, at: datetime) -> None:
    """Say why nothing was written."""
    _refuse_if_not_taken(found, at)
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


def _refuse_if_not_taken(found: Any, at: datetime) -> None:
    if found.left_at is not None:
        raise Conflict("judging.dropped")
    if found.state is RoundState.PAUSED:
        raise Conflict("judging.paused")
    if found.state is not RoundState.OPEN:
        raise Conflict("judging.closed")
    if found.taken_until is not None and at >= found.taken_until:
        raise Conflict("judging.late")
