"""A juror points something out about a work."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, func, insert, select, update

from contest.judging.actions.noting import REASON_LENGTH_MAX
from contest.judging.actions.votes.writing import again, seat_at, write
from contest.judging.models import Act, EntryFlag, FlagKind, RoundEntry
from contest.judging.rules.ledger import Receipt
from contest.kernel.db import Work
from contest.kernel.errors import Invalid, Missing
from contest.kernel.ids import new_id

# So many jurors must see the author in a work before its votes are put on hold.
FLAGS_THAT_HOLD: Final = 2


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
    found = seat_at(
        work, contest_id=contest_id, number=number, juror_id=juror_id, handle=handle, request_key=request_key
    )
    entry_id = found.rival_id if is_rival else found.entry_id
    if entry_id is None:
        raise Missing("ballot")
    remark = f"{kind}{' of the rival' if is_rival else ''}: {note.strip()}"
    if found.replay_seq is not None:
        return again(found, Act.FLAG, handle=handle, reason=remark)
    receipt = write(
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
