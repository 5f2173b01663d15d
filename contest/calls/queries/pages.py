"""What the pages of this capability read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from contest.accounts.models import VOTING, Person, Role, RoleKind, Unit
from contest.calls.models import Contest
from contest.calls.queries.facts import facts_of
from contest.calls.rules import CategoryGiven, RulesGiven, TextsGiven, TierGiven, missing_to_open, state_at
from contest.inspection.terms import PhotoTerms
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Missing
from contest.kernel.permissions import State


@dataclass(frozen=True, kw_only=True)
class ContestLine:
    """A contest in a list."""

    short_name: str
    name: Bilingual
    cup: Bilingual
    edition: str
    accent: str
    state: State
    zone: str
    opens_at: datetime
    closes_at: datetime
    announces_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class NoticeFacts:
    """The texts of a call that only its own pages show; lists of bodies hold one name a line."""

    notice: Bilingual
    licence: Bilingual
    hosts: Bilingual
    organizers: Bilingual
    sponsors: Bilingual


@dataclass(frozen=True, kw_only=True)
class SettingsFacts:
    """Everything an organizer may edit; ``version`` tells whether somebody else did so meanwhile."""

    version: int
    texts: TextsGiven
    rules: RulesGiven


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One task of one person, as its organizer sees it."""

    role_id: UUID
    person_id: UUID
    kind: RoleKind
    name: Bilingual
    title: Bilingual
    email: str
    unit: Bilingual


def contests(
    session: Session,
    *,
    at: datetime,
    with_drafts_of: Collection[UUID] | None = None,
    archived: bool | None = None,
) -> list[ContestLine]:
    """List contests, the latest to close first.

    Args:
        with_drafts_of: Ids of the contests whose drafts may be seen; None for all.
        archived: Only those in the archive, or only the others; None for both.
    """
    query = select(Contest).order_by(Contest.closes_at.desc(), Contest.short_name)
    if archived is not None:
        query = query.where((Contest.state == State.ARCHIVED) == archived)
    if with_drafts_of is not None:
        query = query.where(or_(Contest.state != State.DRAFT, Contest.id.in_(with_drafts_of)))
    return [
        ContestLine(
            short_name=row.short_name,
            name=row.text("name"),
            cup=row.text("cup"),
            edition=row.edition,
            accent=row.accent,
            state=state_at(row.state, closes_at=row.closes_at, grace_minutes=row.grace_minutes, at=at),
            zone=row.zone,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            announces_at=row.announces_at,
        )
        for row in session.scalars(query)
    ]


def notice(session: Session, contest_id: UUID) -> NoticeFacts:
    """Read the texts of a call."""
    row = _contest(session, contest_id)
    return NoticeFacts(
        notice=row.text("notice"),
        licence=row.text("licence"),
        hosts=row.text("hosts"),
        organizers=row.text("organizers"),
        sponsors=row.text("sponsors"),
    )


def settings_of(session: Session, contest_id: UUID, at: datetime) -> SettingsFacts:
    """Read everything that an organizer may edit."""
    row = _contest(session, contest_id)
    facts = facts_of(row, at)
    return SettingsFacts(
        version=row.version,
        texts=TextsGiven(
            language=row.language,
            name=facts.name,
            edition=row.edition,
            cup=facts.cup,
            notice=row.text("notice"),
            hosts=row.text("hosts"),
            organizers=row.text("organizers"),
            sponsors=row.text("sponsors"),
            accent=row.accent,
            judging_until=row.judging_until,
            announces_at=row.announces_at,
        ),
        rules=RulesGiven(
            zone=row.zone,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            grace_minutes=row.grace_minutes,
            terms=PhotoTerms.from_json(row.terms),
            entries_per_author=row.entries_per_author,
            awards_per_author=row.awards_per_author,
            series_min=row.series_min,
            series_max=row.series_max,
            one_person=row.one_person,
            licence=row.text("licence"),
            categories=tuple(CategoryGiven(name=category.name) for category in row.categories),
            tiers=tuple(TierGiven(key=tier.key, name=tier.name, count=tier.count) for tier in row.tiers),
        ),
    )


def draft_needs(session: Session, contest_id: UUID, at: datetime) -> list[str]:
    """List what a draft still needs before it may open, as codes of sentences."""
    row = _contest(session, contest_id)
    tasks = session.execute(select(Role.kind, Role.person_id).where(Role.contest_id == contest_id)).all()
    organizers = {person_id for kind, person_id in tasks if kind is RoleKind.ORGANIZER}
    voters = {person_id for kind, person_id in tasks if kind in VOTING}
    return missing_to_open(
        name=row.text("name"),
        notice=row.text("notice"),
        categories=len(row.categories),
        tiers=len(row.tiers),
        has_organizer=bool(organizers),
        has_two_sides=not row.one_person and bool(organizers & voters),
        closes_at=row.closes_at,
        at=at,
    )


def seats(session: Session, contest_id: UUID) -> list[Seat]:
    """List everybody who has a task in a contest, by task and in the organizer's order."""
    rows = session.execute(
        select(Role, Person, Unit.name_zh, Unit.name_en)
        .join(Person, Person.id == Role.person_id)
        .outerjoin(Unit, Unit.id == Role.unit_id)
        .where(Role.contest_id == contest_id)
        .order_by(Role.position, Person.email)
    ).all()
    found = [
        Seat(
            role_id=role.id,
            person_id=person.id,
            kind=role.kind,
            name=person.name,
            title=Bilingual(role.title_zh, role.title_en),
            email=person.email,
            unit=Bilingual(unit_zh or "", unit_en or ""),
        )
        for role, person, unit_zh, unit_en in rows
    ]
    order = list(RoleKind)
    return sorted(found, key=lambda seat: order.index(seat.kind))


def _contest(session: Session, contest_id: UUID) -> Contest:
    row = session.scalar(
        select(Contest)
        .options(selectinload(Contest.categories), selectinload(Contest.tiers))
        .where(Contest.id == contest_id)
    )
    if row is None:
        raise Missing("contest")
    return row
