"""Who does what in a contest, and which units recommend entries."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from contest.accounts.models import VOTING, Person, Role, RoleKind, Unit
from contest.calls.models import Contest
from contest.calls.rules import state_at
from contest.kernel import audit
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.kernel.ids import new_id
from contest.kernel.permissions import State

_JUDGED: Final = frozenset({State.ROUND, State.DELIB, State.SEALED, State.ANNOUNCED, State.ARCHIVED})


def add_role(
    work: Work,
    *,
    contest_id: UUID,
    kind: RoleKind,
    email: str,
    name: Bilingual,
    title: Bilingual,
    unit_id: UUID | None,
    actor_id: UUID,
    at: datetime,
) -> UUID:
    """Give somebody a task in a contest; an unknown address becomes an account. Give the role's id.

    Args:
        email: As `accounts.rules.address` gave it.
        name: Kept where the person has not said a name yet, in each language on its own.
        title: Printed behind the name.
        unit_id: Whom a delegate speaks for; whose entries a juror must not judge.

    Raises:
        Missing: ``contest``, or ``unit`` where the unit is another contest's.
        Conflict: ``role.taken``; ``role.two_sides``, who organizes does not judge and the other way round, but in the
            draft of a contest that one person may run alone; ``role.secretary_votes``, who votes does not write down
            what others said; ``role.delegate_judges``, once there are rounds nobody on the panel comes to belong to
            one more unit: its works have been dealt to her; ``contest.not_now``, the contest is archived.
        Invalid: ``role.needs_unit``, a delegate without one.
    """
    contest = _contest(work, contest_id, at)
    if unit_id is not None:
        _unit(work, contest_id, unit_id)
    if kind is RoleKind.DELEGATE and unit_id is None:
        raise Invalid("role.needs_unit")
    person = _person(work, email=email, name=name, at=at)
    roles = select(Role.kind, Role.unit_id).where(Role.contest_id == contest_id, Role.person_id == person.id)
    has = dict(work.session.execute(roles).all())
    if kind in has:
        raise Conflict("role.taken")
    is_both = RoleKind.ORGANIZER in {kind, *has} and VOTING & {kind, *has}
    # In a draft no work has come in: who joins the panel now never sees one with its author before she judges it.
    if is_both and not (contest.one_person and contest.state is State.DRAFT):
        raise Conflict("role.two_sides")
    if RoleKind.SECRETARY in {kind, *has} and VOTING & {kind, *has}:
        raise Conflict("role.secretary_votes")
    is_tying = kind in {RoleKind.DELEGATE, *VOTING} and unit_id not in {None, *has.values()}
    if is_tying and VOTING & has.keys() and contest.state in _JUDGED:
        raise Conflict("role.delegate_judges")
    last = work.session.scalar(select(func.max(Role.position)).where(Role.contest_id == contest_id))
    role = Role(
        id=new_id(),
        contest_id=contest_id,
        person_id=person.id,
        kind=kind,
        unit_id=unit_id if kind in {RoleKind.DELEGATE, *VOTING} else None,
        title_zh=title.zh,
        title_en=title.en,
        position=0 if last is None else last + 1,
    )
    work.session.add(role)
    work.session.flush()
    _record(
        work,
        contest,
        actor_id=actor_id,
        at=at,
        thing=f"role {role.id}",
        did="added",
        kind=str(kind),
        person=str(person.id),
    )
    return role.id


def end_role(work: Work, *, contest_id: UUID, role_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Take a task away from somebody; the account stays.

    Raises:
        Missing: ``role``.
        Conflict: ``role.last_organizer``; ``role.at_work``, a round has been opened and the person is on its panel;
            ``contest.not_now``, the contest is archived.
    """
    contest = _contest(work, contest_id, at)
    role = work.session.scalar(select(Role).where(Role.id == role_id, Role.contest_id == contest_id))
    if role is None:
        raise Missing("role")
    if role.kind is RoleKind.ORGANIZER:
        organizers = select(func.count()).where(Role.contest_id == contest_id, Role.kind == RoleKind.ORGANIZER)
        if work.session.scalar(organizers) == 1:
            raise Conflict("role.last_organizer")
    if role.kind in VOTING and contest.state in _JUDGED:
        raise Conflict("role.at_work")
    work.session.delete(role)
    work.session.flush()
    _record(
        work,
        contest,
        actor_id=actor_id,
        at=at,
        thing=f"role {role_id}",
        did="ended",
        kind=str(role.kind),
        person=str(role.person_id),
    )


def add_unit(work: Work, *, contest_id: UUID, name: Bilingual, actor_id: UUID, at: datetime) -> UUID:
    """Add a unit that recommends entries; give its id.

    Raises:
        Missing: ``contest``.
        Conflict: ``unit.taken``; ``contest.not_now``, the contest is archived.
        Invalid: ``list.both_names``, there is no name.
    """
    contest = _contest(work, contest_id, at)
    if not name:
        raise Invalid("list.both_names")
    same = select(Unit.id).where(Unit.contest_id == contest_id, Unit.name_zh == name.zh, Unit.name_en == name.en)
    if work.session.scalar(same) is not None:
        raise Conflict("unit.taken")
    unit = Unit(id=new_id(), contest_id=contest_id, name_zh=name.zh, name_en=name.en)
    work.session.add(unit)
    work.session.flush()
    _record(work, contest, actor_id=actor_id, at=at, thing=f"unit {unit.id}", did="added")
    return unit.id


def remove_unit(work: Work, *, contest_id: UUID, unit_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Take a unit off the list.

    Raises:
        Missing: ``unit``.
        Conflict: ``unit.in_use``, a person or an author belongs to it; ``contest.not_now``, the contest is archived.
    """
    contest = _contest(work, contest_id, at)
    unit = _unit(work, contest_id, unit_id)
    try:
        with work.session.begin_nested():
            work.session.delete(unit)
    except IntegrityError as referred:  # whoever belongs to it, in this capability or in one above
        raise Conflict("unit.in_use") from referred
    _record(work, contest, actor_id=actor_id, at=at, thing=f"unit {unit_id}", did="removed")


def _contest(work: Work, contest_id: UUID, at: datetime) -> Contest:
    row = work.session.get(Contest, contest_id)
    if row is None:
        raise Missing("contest")
    stands = state_at(row.state, closes_at=row.closes_at, grace_minutes=row.grace_minutes, at=at)
    if stands is State.ARCHIVED:
        raise Conflict("contest.not_now")
    return row


def _unit(work: Work, contest_id: UUID, unit_id: UUID) -> Unit:
    unit = work.session.scalar(select(Unit).where(Unit.id == unit_id, Unit.contest_id == contest_id))
    if unit is None:
        raise Missing("unit")
    return unit


def _person(work: Work, *, email: str, name: Bilingual, at: datetime) -> Person:
    person = work.session.scalar(select(Person).where(Person.email == email))
    if person is None:
        person = Person(id=new_id(), email=email, name_zh="", name_en="", created_at=at)
        work.session.add(person)
    person.name_zh = person.name_zh or name.zh
    person.name_en = person.name_en or name.en
    work.session.flush()
    return person


def _record(work: Work, contest: Contest, *, actor_id: UUID, at: datetime, thing: str, **facts: str) -> None:
    audit.record(
        work, action="user.manage_roles", at=at, actor_id=actor_id, thing=thing, contest_id=contest.id, **facts
    )
