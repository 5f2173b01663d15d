"""A juror marks a work, puts it off, or bookmarks it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from contest.judging.actions.votes.writing import again, ballot_at, refuse_if_not_taken, seat_at, write
from contest.judging.models import Act, Ballot
from contest.judging.rules.ledger import Receipt
from contest.judging.rules.settings import Mode, checked_score, weighted
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid


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
    found = seat_at(
        work, contest_id=contest_id, number=number, juror_id=juror_id, handle=handle, request_key=request_key
    )
    settings = found.settings
    if settings.criteria:
        score = weighted(marks or {}, settings)
    if score is None and found.mode is not Mode.RANK:
        raise Invalid("judging.no_mark")
    kept = dict(marks or {}) if settings.criteria else None
    if found.replay_seq is not None:
        return again(found, Act.CAST, handle=handle, score=score, marks=kept, reason=source)
    if score is not None:
        checked_score(score, mode=found.mode, settings=settings)
    return write(
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
    found = seat_at(
        work, contest_id=contest_id, number=number, juror_id=juror_id, handle=handle, request_key=request_key
    )
    if found.replay_seq is not None:
        return again(found, Act.SKIP, handle=handle)
    if found.score is not None:
        raise Conflict("judging.scored")
    return write(work, found, ballot=found, act=Act.SKIP, score=None, request_key=request_key, at=at, more_skips=1)


def favourite(
    work: Work, *, contest_id: UUID, number: int, juror_id: UUID, handle: str, is_favourite: bool, at: datetime
) -> None:
    """Put a work among a juror's favourites, or take it from there: a bookmark of her own that counts for nothing.

    Raises:
        Missing: ``ballot``, no ballot of hers in this round has the handle.
        Conflict: ``judging.closed``, ``judging.paused``, ``judging.late``, ``judging.dropped``.
    """
    found = ballot_at(work, contest_id=contest_id, number=number, juror_id=juror_id, handle=handle, request_key="")
    refuse_if_not_taken(found, at)
    work.session.execute(update(Ballot).where(Ballot.id == found.ballot_id).values(favourite=is_favourite))
