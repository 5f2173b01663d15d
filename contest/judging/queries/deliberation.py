"""What lies on a round's table, what the panel answered, and what was written down."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from contest.calls.queries import jury
from contest.entries import blind
from contest.judging.models import Ballot, MinuteNote, RoundEntry, Sheet, TableItem, TableVote
from contest.judging.queries.conflicts import declared
from contest.judging.queries.facts import RoundFacts
from contest.judging.queries.tally import chain
from contest.judging.rules.deliberation import YES, Outcome, Question, outcome
from contest.kernel.errors import Missing


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of a deliberation.

    Attributes:
        answers: By juror; read them only once ``is_revealed``.
        decision: As `models.TableItem.decision`.
    """

    id: UUID
    number: int
    kind: Question
    entry_ids: Sequence[UUID]
    question: str
    asked_at: datetime
    revealed_at: datetime | None
    answers: Mapping[UUID, Sequence[str]]
    decision: Sequence[str]
    reason: str
    decided_by: UUID | None
    decided_at: datetime | None

    @property
    def is_revealed(self) -> bool:
        """Tell whether the votes lie open."""
        return self.revealed_at is not None

    @property
    def works(self) -> list[str]:
        """Give the works as answers name them."""
        return [entry_id.hex for entry_id in self.entry_ids]

    @property
    def outcome(self) -> Outcome | None:
        """Give what the votes say, once they lie open."""
        return outcome(self.kind, self.works, list(self.answers.values())) if self.is_revealed else None


@dataclass(frozen=True, kw_only=True)
class Note:
    """A line of the minutes."""

    author_id: UUID
    at: datetime
    text: str


def table_items(session: Session, round_id: UUID) -> list[Item]:
    """List the questions of a round, the first first."""
    answers = defaultdict[UUID, dict[UUID, Sequence[str]]](dict)
    votes = select(TableVote).join(TableItem, TableItem.id == TableVote.item_id).where(TableItem.round_id == round_id)
    for vote in session.scalars(votes.order_by(TableVote.juror_id)):
        answers[vote.item_id][vote.juror_id] = vote.choice
    rows = session.scalars(select(TableItem).where(TableItem.round_id == round_id).order_by(TableItem.number))
    return [
        Item(
            id=row.id,
            number=row.number,
            kind=row.kind,
            entry_ids=[UUID(hex=one) for one in row.entry_ids],
            question=row.question,
            asked_at=row.asked_at,
            revealed_at=row.revealed_at,
            answers=answers.get(row.id, {}),
            decision=row.decision,
            reason=row.reason,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
        )
        for row in rows
    ]


def table_item(session: Session, round_id: UUID, number: int) -> Item:
    """Give one question; raises ``Missing("item")``."""
    found = next((one for one in table_items(session, round_id) if one.number == number), None)
    if found is None:
        raise Missing("item")
    return found


def is_on_table(session: Session, round_id: UUID, entry_id: UUID) -> bool:
    """Tell whether the chair has put a work before the panel."""
    rows = session.scalars(select(TableItem.entry_ids).where(TableItem.round_id == round_id))
    return any(entry_id.hex in entry_ids for entry_ids in rows)


def voters(session: Session, round_: RoundFacts, item: Item) -> set[UUID]:
    """Give the jurors of the round who may answer: on its panel still, and tied to none of the works."""
    on_table = set(item.entry_ids)
    seated = select(Sheet.juror_id).where(Sheet.round_id == round_.id, Sheet.left_at.is_(None))
    units = {one.person_id: one.unit_id for one in jury(session, round_.contest_id)}
    panel = {juror_id: units.get(juror_id) for juror_id in session.scalars(seated)}
    near = blind.conflicts(session, round_.contest_id, panel) | declared(session, round_.contest_id)
    return panel.keys() - {juror_id for juror_id, entry_id in near if entry_id in on_table}


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """What became of a question about the order of works.

    Attributes:
        order: Best first; empty where the panel's votes were equal and nothing was decided.
        is_by_vote: Whether the votes said so themselves; else whoever decided did.
    """

    entry_ids: frozenset[UUID]
    order: Sequence[UUID]
    is_by_vote: bool
    reason: str


def decided_orders(session: Session, round_id: UUID) -> list[Ordered]:
    """Give what was decided on orders of works, the latest last: it settles ties of just these works.

    Who chooses one of two has put both in order.
    """
    decided = [one for one in table_items(session, round_id) if one.decided_at is not None and one.outcome]
    orders = []
    for item in sorted(decided, key=lambda one: one.decided_at or one.asked_at):
        said = list(item.outcome.decision) if item.outcome else []
        is_order = item.kind is Question.ORDER or (item.kind is Question.CHOOSE and len(item.works) == 2)  # noqa: PLR2004
        if not is_order or (said and not item.decision):
            continue
        behind = [work for work in item.works if work not in item.decision] if item.decision else []
        orders.append(
            Ordered(
                entry_ids=frozenset(item.entry_ids),
                order=[UUID(hex=work) for work in (*item.decision, *behind)],
                is_by_vote=said == list(item.decision),
                reason=item.reason,
            )
        )
    return orders


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What the panel decided on whether a work stays in; ``number`` is the question's."""

    stays: bool
    number: int
    reason: str


def kept_works(session: Session, round_id: UUID) -> dict[UUID, Kept]:
    """Give for each work that the panel decided to keep in or to leave behind what was decided last."""
    return {
        item.entry_ids[0]: Kept(stays=list(item.decision) == [YES], number=item.number, reason=item.reason)
        for item in table_items(session, round_id)
        if item.kind is Question.KEEP and item.decision
    }


def may_judge_more(session: Session, round_: RoundFacts, entry_ids: Collection[UUID]) -> bool:
    """Tell whether somebody on the round's panel could still judge one of these works."""
    seated = select(Sheet.juror_id).where(Sheet.round_id == round_.id, Sheet.left_at.is_(None))
    units = {one.person_id: one.unit_id for one in jury(session, round_.contest_id)}
    panel = {juror_id: units.get(juror_id) for juror_id in session.scalars(seated)}
    rounds = [one.id for one in chain(session, round_)]
    done = session.execute(
        select(Sheet.juror_id, Ballot.entry_id)
        .join(Ballot, Ballot.sheet_id == Sheet.id)
        .where(
            Sheet.round_id.in_(rounds),
            Ballot.entry_id.in_(entry_ids),
            or_(Ballot.recused, Ballot.score.is_not(None)),
        )
    )
    out = set(blind.conflicts(session, round_.contest_id, panel)) | {(juror, entry) for juror, entry in done}
    return any((juror_id, entry_id) not in out for juror_id in panel for entry_id in entry_ids)


def notes(session: Session, round_id: UUID) -> list[Note]:
    """List the lines that were written for a round's minutes."""
    rows = session.scalars(select(MinuteNote).where(MinuteNote.round_id == round_id).order_by(MinuteNote.at))
    return [Note(author_id=row.author_id, at=row.at, text=row.text) for row in rows]


def set_of(session: Session, round_id: UUID) -> list[UUID]:
    """List the works in a round's set, in no meaningful order."""
    return list(session.scalars(select(RoundEntry.entry_id).where(RoundEntry.round_id == round_id)))


def set_size(session: Session, round_id: UUID) -> int:
    """Count the works in a round's set."""
    return session.scalar(select(func.count()).where(RoundEntry.round_id == round_id)) or 0
