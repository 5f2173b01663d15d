"""What lies on a round's table, what the panel answered, and what was written down."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from contest.calls.queries import jury
from contest.entries import blind
from contest.judging.models import Ballot, RoundEntry, Sheet, TableLine
from contest.judging.queries.conflicts import declared
from contest.judging.queries.facts import RoundFacts
from contest.judging.queries.tally import chain
from contest.judging.rules.deliberation import YES, Item, Question, Said, TableAct, told
from contest.kernel.errors import Missing


@dataclass(frozen=True, kw_only=True)
class Note:
    """A line of the minutes."""

    author_id: UUID
    at: datetime
    text: str


def table_items(session: Session, round_id: UUID) -> list[Item[UUID]]:
    """List the questions of a round, the first first."""
    return told(
        Said(
            act=row.act, item=row.item, by=row.person_id, kind=row.kind, choice=row.choice, words=row.words, at=row.at
        )
        for row in table_rows(session, round_id)
    )


def table_rows(session: Session, round_id: UUID) -> Iterable[TableLine]:
    """Give all that was said at a round's table, in order."""
    return session.scalars(select(TableLine).where(TableLine.round_id == round_id).order_by(TableLine.seq))


def table_seal(session: Session, round_id: UUID) -> str | None:
    """Give the seal of the last line said at a round's table, which covers all; None where nothing was."""
    lines = select(TableLine.seal).where(TableLine.round_id == round_id)
    return session.scalar(lines.order_by(TableLine.seq.desc()).limit(1))


def table_item(session: Session, round_id: UUID, number: int) -> Item[UUID]:
    """Give one question; raises ``Missing("item")``."""
    found = next((one for one in table_items(session, round_id) if one.number == number), None)
    if found is None:
        raise Missing("item")
    return found


def is_on_table(session: Session, round_id: UUID, entry_id: UUID) -> bool:
    """Tell whether the chair has put a work before the panel."""
    return any(entry_id.hex in item.works for item in table_items(session, round_id))


def voters(session: Session, round_: RoundFacts, item: Item[UUID]) -> set[UUID]:
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
    return [
        Note(author_id=row.person_id, at=row.at, text=row.words)
        for row in table_rows(session, round_id)
        if row.act is TableAct.NOTE
    ]


def set_of(session: Session, round_id: UUID) -> list[UUID]:
    """List the works in a round's set, in no meaningful order."""
    return list(session.scalars(select(RoundEntry.entry_id).where(RoundEntry.round_id == round_id)))


def set_size(session: Session, round_id: UUID) -> int:
    """Count the works in a round's set."""
    return session.scalar(select(func.count()).where(RoundEntry.round_id == round_id)) or 0
