"""The panel deliberates over a closed round: the chair asks, all answer unseen, all is shown, one thing decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from typing import cast as typed
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, insert, select, update

from contest.entries import blind
from contest.judging import queries
from contest.judging.actions.advancing import provenance
from contest.judging.models import MinuteNote, Origin, RoundEntry, RoundState, TableItem, TableVote
from contest.judging.queries import RoundFacts
from contest.judging.queries.deliberation import Item
from contest.judging.rules.deliberation import WORKS, Question, checked_answer, offered
from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing, Refused
from contest.kernel.ids import new_id

WORDS_MAX: Final = 1000


def ask(
    work: Work,
    *,
    round_id: UUID,
    kind: Question,
    entry_ids: Sequence[UUID],
    question: str,
    actor_id: UUID,
    at: datetime,
) -> int:
    """Put works before everybody with a question; give the question's number.

    Args:
        entry_ids: In the order in which they lie on the table.
        question: In the chair's words; may be empty.

    Raises:
        Missing: ``round``, ``entry``; Invalid: ``table.one_work``, ``table.works`` with the ``least`` and the
            ``most``; ``table.words``.
        Conflict: ``judging.not_closed``; ``table.open_item``, the question before it is not decided yet;
            ``table.went_on``, whether a work stays in is too late to be asked: the round that follows has opened.
    """
    row = _closed(work, round_id)
    told = _words(question, needed=False)
    if kind is Question.KEEP:
        _followers(work, row)
    wanted = list(dict.fromkeys(entry_ids))
    if len(wanted) not in WORKS[kind]:
        least, most = WORKS[kind].start, WORKS[kind].stop - 1
        raise Invalid("table.one_work") if least == most else Invalid("table.works", least=least, most=most)
    judged = blind.shown(work.session, wanted)
    if any(entry_id not in judged or not queries.in_set(work.session, round_id, entry_id) for entry_id in wanted):
        raise Missing("entry")
    still = select(func.count()).where(TableItem.round_id == round_id, TableItem.decided_at.is_(None))
    if work.session.scalar(still):
        raise Conflict("table.open_item")
    last = select(func.max(TableItem.number)).where(TableItem.round_id == round_id)
    number = 1 + (work.session.scalar(last) or 0)
    work.session.add(
        TableItem(
            id=new_id(),
            round_id=round_id,
            number=number,
            kind=kind,
            entry_ids=[entry_id.hex for entry_id in wanted],
            question=told,
            asked_by=actor_id,
            asked_at=at,
            decision=[],
        )
    )
    work.session.flush()
    _record(work, row, "deliberation.ask", actor_id=actor_id, at=at, item=number, kind=str(kind), works=len(wanted))
    return number


def answer(work: Work, *, round_id: UUID, number: int, juror_id: UUID, choice: Sequence[str], at: datetime) -> None:
    """Take a juror's answer, in the place of her earlier one; nobody sees it before all are shown.

    Args:
        choice: See `rules.deliberation`; works as 32 hexadecimal digits.

    Raises:
        Missing: ``item``; Invalid: ``table.answer``, ``table.order``.
        Conflict: ``judging.not_closed``; ``table.revealed``, the votes lie open already.
        Refused: ``table.no_vote``, she is not on the round's panel, or tied to one of the works.
    """
    row = _closed(work, round_id)
    item = queries.table_item(work.session, round_id, number)
    given = checked_answer(item.kind, item.works, choice)
    if juror_id not in queries.voters(work.session, row, item):
        raise Refused("table.no_vote")
    _lock(work, item)
    work.session.execute(delete(TableVote).where(TableVote.item_id == item.id, TableVote.juror_id == juror_id))
    work.session.execute(insert(TableVote), {"item_id": item.id, "juror_id": juror_id, "choice": given, "at": at})
    _record(work, row, "deliberation.vote", actor_id=juror_id, at=at, item=number)


def reveal(work: Work, *, round_id: UUID, number: int, actor_id: UUID, at: datetime) -> None:
    """Show all answers at once; from now on none is taken.

    Raises:
        Missing: ``item``; Conflict: ``judging.not_closed``, ``table.revealed``; ``table.no_answer``, nobody voted.
    """
    row = _closed(work, round_id)
    item = queries.table_item(work.session, round_id, number)
    if not item.answers:
        raise Conflict("table.no_answer")
    shown = work.session.execute(
        update(TableItem).where(TableItem.id == item.id, TableItem.revealed_at.is_(None)).values(revealed_at=at)
    )
    if typed("CursorResult[Any]", shown).rowcount != 1:
        raise Conflict("table.revealed")
    _record(work, row, "deliberation.reveal", actor_id=actor_id, at=at, item=number, votes=len(item.answers))


def decide(
    work: Work,
    *,
    round_id: UUID,
    number: int,
    decision: Sequence[str],
    reason: str,
    actor_id: UUID,
    at: datetime,
) -> None:
    """Write down what was decided, and why; an empty decision sets the question aside.

    Where the works of the next round are chosen already, one that is to stay in joins them, and one that is not
    leaves them.

    Raises:
        Missing: ``item``; Invalid: ``table.answer``, ``table.order``, ``table.words``.
        Conflict: ``judging.not_closed``; ``table.not_revealed``, the votes are still secret; ``table.decided``;
            ``table.went_on``, as `ask`.
        Refused: ``table.tied``, the person who decides is tied to one of the works.
    """
    row = _closed(work, round_id)
    item = queries.table_item(work.session, round_id, number)
    told = _words(reason, needed=True)
    decision = list(decision) if offered(item.kind, item.works) else []
    if decision:
        if not item.is_revealed:
            raise Conflict("table.not_revealed")
        if queries.tied(work.session, row, actor_id) & set(item.entry_ids):
            raise Refused("table.tied")
        decision = checked_answer(item.kind, item.works, decision)
    decided = work.session.execute(
        update(TableItem)
        .where(TableItem.id == item.id, TableItem.decided_at.is_(None))
        .values(decision=decision, reason=told, decided_by=actor_id, decided_at=at)
    )
    if typed("CursorResult[Any]", decided).rowcount != 1:
        raise Conflict("table.decided")
    if item.kind is Question.KEEP and decision:
        _move(work, row, item.entry_ids[0])
    _record(work, row, "deliberation.decide", actor_id=actor_id, at=at, item=number, reason=told)


def note(work: Work, *, round_id: UUID, text: str, actor_id: UUID, at: datetime) -> None:
    """Write a line of the minutes.

    Raises:
        Missing: ``round``; Invalid: ``table.words``; Conflict: ``judging.sealed``.
    """
    row = queries.round_by_id(work.session, round_id)
    if row.state is RoundState.SEALED:
        raise Conflict("judging.sealed")
    told = _words(text, needed=True)
    work.session.add(MinuteNote(id=new_id(), round_id=round_id, author_id=actor_id, at=at, text=told))
    work.session.flush()
    _record(work, row, "minutes.write", actor_id=actor_id, at=at)


def _move(work: Work, row: RoundFacts, entry_id: UUID) -> None:
    """Let a work join or leave the drafted rounds whose works are chosen, as the panel decided."""
    decision = queries.kept_works(work.session, row.id)[entry_id]
    for follower in _followers(work, row):
        here = queries.set_of(work.session, follower)
        if decision.stays and here and entry_id not in here:
            work.session.add(
                RoundEntry(
                    round_id=follower, entry_id=entry_id, origin=Origin.RESCUED, origin_reason=provenance(decision)
                )
            )
        elif not decision.stays:
            mine = (RoundEntry.round_id == follower, RoundEntry.entry_id == entry_id)
            work.session.execute(delete(RoundEntry).where(*mine))
    work.session.flush()


def _followers(work: Work, row: RoundFacts) -> list[UUID]:
    """Give the drafts that follow a round; raises ``Conflict("table.went_on")`` where one has opened."""
    found = queries.followers(work.session, row)
    if any(one.state is not RoundState.DRAFT for one in found):
        raise Conflict("table.went_on")
    return [one.id for one in found]


def _closed(work: Work, round_id: UUID) -> RoundFacts:
    row = queries.round_by_id(work.session, round_id)
    if row.state is not RoundState.CLOSED:
        raise Conflict("judging.not_closed")
    return row


def _lock(work: Work, item: Item) -> None:
    """Keep the question as it is until this answer is written; raises ``Conflict("table.revealed")``."""
    still = select(TableItem.id).where(
        TableItem.id == item.id, TableItem.revealed_at.is_(None), TableItem.decided_at.is_(None)
    )
    if work.session.scalar(still.with_for_update()) is None:
        raise Conflict("table.revealed")


def _words(text: str, *, needed: bool) -> str:
    told = text.strip()
    if len(told) > WORDS_MAX or (needed and not told):
        raise Invalid("table.words", limit=WORDS_MAX)
    return told


def _record(work: Work, row: RoundFacts, action: str, *, actor_id: UUID, at: datetime, **facts: Any) -> None:
    audit.record(
        work,
        action=action,
        at=at,
        actor_id=actor_id,
        thing=f"round {row.number}",
        contest_id=row.contest_id,
        **facts,
    )
