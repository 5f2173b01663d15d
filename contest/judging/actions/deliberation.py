"""The panel deliberates over a closed round: the chair asks, all answer unseen, all is shown, one thing decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select

from contest.calls.queries import contest_by_id
from contest.entries import blind
from contest.judging import queries
from contest.judging.actions.advancing import provenance
from contest.judging.actions.noting import noted
from contest.judging.models import Origin, Round, RoundEntry, RoundState, Sheet, TableLine
from contest.judging.queries import RoundFacts, record
from contest.judging.rules.deliberation import Question, Said, TableAct, after, offered
from contest.judging.rules.ledger import FIRST_SEAL
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing, Refused

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
        Conflict: ``judging.not_closed``, ``judging.sealed``; ``table.open_item``, the question before it is not
            decided yet; ``table.went_on``, whether a work stays in is too late to be asked: the round that follows
            has opened.
    """
    row = _at_table(work, round_id)
    words = _words(question, needed=False)
    if kind is Question.KEEP:
        _followers(work, row)
    before = queries.table_items(work.session, round_id)
    number = len(before) + 1
    works = [entry_id.hex for entry_id in entry_ids]
    said = Said(act=TableAct.ASK, item=number, by=actor_id, kind=kind, choice=works, words=words, at=at)
    item = after(None, said)
    judged = blind.shown(work.session, item.entry_ids)
    if any(one not in judged or not queries.in_set(work.session, round_id, one) for one in item.entry_ids):
        raise Missing("entry")
    if before and before[-1].decided_at is None:
        raise Conflict("table.open_item")
    _say(work, row, said, choice=item.works)
    noted(work, row, "deliberation.ask", actor_id=actor_id, at=at, item=number, kind=str(kind), works=len(item.works))
    return number


def answer(work: Work, *, round_id: UUID, number: int, juror_id: UUID, choice: Sequence[str], at: datetime) -> None:
    """Take a juror's answer, in the place of her earlier one; nobody sees it before all are shown.

    Args:
        choice: See `rules.deliberation`; works as 32 hexadecimal digits.

    Raises:
        Missing: ``item``; Invalid: ``table.answer``, ``table.order``.
        Conflict: ``judging.not_closed``, ``judging.sealed``; ``table.revealed``, the votes lie open already.
        Refused: ``table.no_vote``, she is not on the round's panel, or tied to one of the works.
    """
    row = _at_table(work, round_id)
    item = queries.table_item(work.session, round_id, number)
    said = Said(act=TableAct.ANSWER, item=number, by=juror_id, kind=None, choice=choice, words="", at=at)
    given = after(item, said).answers[juror_id]
    if juror_id not in queries.voters(work.session, row, item):
        raise Refused("table.no_vote")
    _say(work, row, said, choice=given)
    noted(work, row, "deliberation.vote", actor_id=juror_id, at=at, item=number)


def reveal(work: Work, *, round_id: UUID, number: int, actor_id: UUID, at: datetime) -> None:
    """Show all answers at once; from now on none is taken.

    Raises:
        Missing: ``item``.
        Conflict: ``judging.not_closed``, ``judging.sealed``, ``table.revealed``, ``table.decided``;
            ``table.no_answer``, nobody voted.
    """
    row = _at_table(work, round_id)
    item = queries.table_item(work.session, round_id, number)
    said = Said(act=TableAct.REVEAL, item=number, by=actor_id, kind=None, choice=(), words="", at=at)
    after(item, said)
    _say(work, row, said)
    noted(work, row, "deliberation.reveal", actor_id=actor_id, at=at, item=number, votes=len(item.answers))


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
        Conflict: ``judging.not_closed``, ``judging.sealed``; ``table.not_revealed``, the votes are still secret;
            ``table.decided``; ``table.went_on``, as `ask`.
        Refused: ``table.tied``, the person who decides is tied to one of the works.
    """
    row = _at_table(work, round_id)
    item = queries.table_item(work.session, round_id, number)
    words = _words(reason, needed=True)
    given = decision if offered(item.kind, item.works) else ()
    said = Said(act=TableAct.DECIDE, item=number, by=actor_id, kind=None, choice=given, words=words, at=at)
    decided = after(item, said)
    if decided.decision and queries.tied(work.session, row, actor_id) & set(item.entry_ids):
        raise Refused("table.tied")
    _say(work, row, said, choice=decided.decision)
    if item.kind is Question.KEEP and decided.decision:
        _move(work, row, item.entry_ids[0])
    noted(work, row, "deliberation.decide", actor_id=actor_id, at=at, item=number, reason=words)


def note(work: Work, *, round_id: UUID, text: str, actor_id: UUID, at: datetime) -> None:
    """Write a line of the minutes.

    Raises:
        Missing: ``round``; Invalid: ``table.words``; Conflict: ``judging.not_closed``, ``judging.sealed``.
    """
    row = _at_table(work, round_id)
    words = _words(text, needed=True)
    _say(work, row, Said(act=TableAct.NOTE, item=0, by=actor_id, kind=None, choice=(), words=words, at=at))
    noted(work, row, "minutes.write", actor_id=actor_id, at=at)


def _say(work: Work, row: RoundFacts, said: Said[UUID], *, choice: Sequence[str] = ()) -> None:
    """Add a line, sealed over the one before it.

    Args:
        choice: What the line chooses, as it was checked.
    """
    newest = select(TableLine.seq, TableLine.seal).where(TableLine.round_id == row.id)
    last = work.session.execute(newest.order_by(TableLine.seq.desc()).limit(1)).first()
    seq, previous_seal = (0, FIRST_SEAL) if last is None else last
    line = TableLine(
        round_id=row.id,
        seq=seq + 1,
        act=said.act,
        item=said.item,
        kind=said.kind,
        person_id=said.by,
        seat=work.session.scalar(select(Sheet.seat).where(Sheet.round_id == row.id, Sheet.juror_id == said.by)),
        choice=list(choice),
        words=said.words,
        at=said.at,
    )
    key = contest_by_id(work.session, row.contest_id, said.at).blind_key
    line.seal = record.said_line(line, key=key).sealed(previous_seal, round_number=row.number).seal
    work.session.add(line)
    work.session.flush()


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


def _at_table(work: Work, round_id: UUID) -> RoundFacts:
    """Give a closed round, whose table is nobody else's until this is written."""
    work.session.execute(select(Round.id).where(Round.id == round_id).with_for_update())
    row = queries.round_by_id(work.session, round_id)
    if row.state is not RoundState.CLOSED:
        raise Conflict("judging.sealed" if row.state is RoundState.SEALED else "judging.not_closed")
    return row


def _words(text: str, *, needed: bool) -> str:
    words = text.strip()
    if len(words) > WORDS_MAX or (needed and not words):
        raise Invalid("table.words", limit=WORDS_MAX)
    return words
