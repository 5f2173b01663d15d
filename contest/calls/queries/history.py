"""The audit record of one contest, as its organizer reads it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person, Role
from contest.accounts.queries import facts_of
from contest.kernel.audit import AuditLine
from contest.web.standing import PersonSeen

SERVICE: Final = "service"
OTHERS: Final = "others"
PAGE: Final = 50
_PEOPLE: Final = frozenset({"person", "juror", "new_juror"})


@dataclass(frozen=True, kw_only=True)
class HistoryFilters:
    """Which lines are asked for; what is None or empty filters nothing.

    Attributes:
        round: Number of the round that an act is about.
        person: Who did it: an id, `SERVICE` for the service itself, `OTHERS` for all who have no task in the contest.
    """

    round: int | None = None
    action: str = ""
    person: str = ""


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One act; ``by`` is the id of who did it, None for the service itself."""

    number: int
    at: datetime
    by: UUID | None
    action: str
    thing: str
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """Some lines, the newest first, and how many there are in all.

    Attributes:
        people: Everybody who is named in the lines, by id.
    """

    lines: Sequence[HistoryLine]
    people: dict[UUID, PersonSeen]
    found: int


@dataclass(frozen=True, kw_only=True)
class HistoryChoices:
    """What can be filtered by: rounds and actions that occur, and the people who have a task in the contest."""

    rounds: list[int]
    actions: Collection[str]
    people: list[PersonSeen]


def history(
    session: Session, contest_id: UUID, filters: HistoryFilters, *, page: int, size: int = PAGE
) -> HistoryPage:
    """Read one page, from 1, of the lines that the filters let through."""
    wanted = _wanted(contest_id, filters)
    query = select(AuditLine).where(wanted).order_by(AuditLine.seq.desc()).limit(size).offset((page - 1) * size)
    lines = [
        HistoryLine(number=row.seq, at=row.at, by=row.actor_id, action=row.action, thing=row.thing, facts=row.facts)
        for row in session.scalars(query)
    ]
    named = {line.by for line in lines} | {
        UUID(line.facts[key]) for line in lines for key in _PEOPLE & line.facts.keys()
    }
    people = session.scalars(select(Person).where(Person.id.in_(named)))
    return HistoryPage(
        lines=lines,
        people={person.id: facts_of(person) for person in people},
        found=session.scalar(select(func.count()).select_from(AuditLine).where(wanted)) or 0,
    )


def history_choices(session: Session, contest_id: UUID) -> HistoryChoices:
    """Give what a contest's history can be filtered by."""
    things = session.scalars(
        select(AuditLine.thing).where(AuditLine.contest_id == contest_id, AuditLine.thing.like("round %")).distinct()
    )
    return HistoryChoices(
        rounds=sorted(int(thing.removeprefix("round ")) for thing in things),
        actions=set(session.scalars(select(AuditLine.action).where(AuditLine.contest_id == contest_id).distinct())),
        people=[
            facts_of(person)
            for person in session.scalars(
                select(Person).where(Person.id.in_(_with_tasks(contest_id))).order_by(Person.email)
            )
        ],
    )


def _with_tasks(contest_id: UUID) -> Any:
    return select(Role.person_id).where(Role.contest_id == contest_id)


def _wanted(contest_id: UUID, filters: HistoryFilters) -> ColumnElement[bool]:
    wanted = [AuditLine.contest_id == contest_id]
    if filters.round is not None:
        # What is about something else but belongs to a round says so among its facts.
        in_facts = AuditLine.facts["round"].as_integer() == filters.round
        wanted.append(or_(AuditLine.thing == f"round {filters.round}", in_facts))
    if filters.action:
        wanted.append(AuditLine.action == filters.action)
    if filters.person == SERVICE:
        wanted.append(AuditLine.actor_id.is_(None))
    elif filters.person == OTHERS:
        wanted.append(AuditLine.actor_id.not_in(_with_tasks(contest_id)))
    elif filters.person:
        wanted.append(AuditLine.actor_id == UUID(filters.person))
    return and_(*wanted)
