"""What every other part reads of a contest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from contest.accounts.models import VOTING, Person, Role, RoleKind
from contest.calls.models import Category, Contest, PrizeTier
from contest.calls.rules import state_at
from contest.inspection.terms import PhotoTerms
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Missing
from contest.kernel.permissions import State
from contest.kernel.prepared import Prepared


@dataclass(frozen=True, kw_only=True)
class ContestFacts:
    """A contest as the other parts see it; ``state`` is the one at the moment it was read."""

    id: UUID
    short_name: str
    state: State
    preset: str
    language: str
    edition: str
    name: Bilingual
    cup: Bilingual
    accent: str
    zone: str
    opens_at: datetime
    closes_at: datetime
    grace_minutes: int
    judging_until: datetime | None
    announces_at: datetime | None
    terms_json: Mapping[str, Any]
    entries_per_author: int | None
    awards_per_author: int | None
    series_min: int
    series_max: int
    one_person: bool
    blind_key: str

    @cached_property
    def terms(self) -> PhotoTerms:
        """Give the photo terms; read when asked for, since most requests never do."""
        return PhotoTerms.from_json(self.terms_json)


@dataclass(frozen=True, kw_only=True)
class CategoryFacts:
    """A category; ``key`` starts its entry numbers."""

    id: UUID
    key: str
    name: Bilingual


@dataclass(frozen=True, kw_only=True)
class TierFacts:
    """A prize tier that at most ``count`` works win."""

    id: UUID
    key: str
    name: Bilingual
    count: int


@dataclass(frozen=True, kw_only=True)
class JurorFacts:
    """One seat at the panel's table; ``unit_id`` is the unit whose entries its holder must not judge."""

    person_id: UUID
    name: Bilingual
    title: Bilingual
    kind: RoleKind
    unit_id: UUID | None
    email: str

    @property
    def votes(self) -> bool:
        """Tell whether who sits here gives marks."""
        return self.kind in VOTING


# Asked by every request: the notice and other long texts stay where they are.
_NAMED: Final = Prepared(
    select(
        Contest.id,
        Contest.short_name,
        Contest.state,
        Contest.preset,
        Contest.language,
        Contest.edition,
        Contest.name_zh,
        Contest.name_en,
        Contest.cup_zh,
        Contest.cup_en,
        Contest.accent,
        Contest.zone,
        Contest.opens_at,
        Contest.closes_at,
        Contest.grace_minutes,
        Contest.judging_until,
        Contest.announces_at,
        Contest.terms,
        Contest.entries_per_author,
        Contest.awards_per_author,
        Contest.series_min,
        Contest.series_max,
        Contest.one_person,
        Contest.blind_key,
    ).where(Contest.short_name == bindparam("short_name"))
)


def contest_named(session: Session, short_name: str, at: datetime) -> ContestFacts:
    """Read a contest by the name in its addresses.

    Raises:
        Missing: there is none.
    """
    found = _NAMED.row(session, {"short_name": short_name})
    if found is None:
        raise Missing("contest")
    return facts_of(found, at)


def contest_by_id(session: Session, contest_id: UUID, at: datetime) -> ContestFacts:
    """Read a contest by its id.

    Raises:
        Missing: there is none.
    """
    found = session.get(Contest, contest_id)
    if found is None:
        raise Missing("contest")
    return facts_of(found, at)


def facts_of(row: Contest | Row[*tuple[Any, ...]], at: datetime) -> ContestFacts:
    """Give the facts of a contest's row, or of one with the columns that they need, with its state at a moment."""
    return ContestFacts(
        id=row.id,
        short_name=row.short_name,
        state=state_at(row.state, closes_at=row.closes_at, grace_minutes=row.grace_minutes, at=at),
        preset=row.preset,
        language=row.language,
        edition=row.edition,
        name=Bilingual(row.name_zh, row.name_en),
        cup=Bilingual(row.cup_zh, row.cup_en),
        accent=row.accent,
        zone=row.zone,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        grace_minutes=row.grace_minutes,
        judging_until=row.judging_until,
        announces_at=row.announces_at,
        terms_json=row.terms,
        entries_per_author=row.entries_per_author,
        awards_per_author=row.awards_per_author,
        series_min=row.series_min,
        series_max=row.series_max,
        one_person=row.one_person,
        blind_key=row.blind_key,
    )


def categories(session: Session, contest_id: UUID) -> list[CategoryFacts]:
    """List a contest's categories in its order."""
    rows = session.scalars(select(Category).where(Category.contest_id == contest_id).order_by(Category.position))
    return [CategoryFacts(id=row.id, key=row.key, name=row.name) for row in rows]


def tiers(session: Session, contest_id: UUID) -> list[TierFacts]:
    """List a contest's prize tiers, the best first."""
    rows = session.scalars(select(PrizeTier).where(PrizeTier.contest_id == contest_id).order_by(PrizeTier.position))
    return [TierFacts(id=row.id, key=row.key, name=row.name, count=row.count) for row in rows]


_PANEL = (RoleKind.CHAIR, RoleKind.JUROR, RoleKind.SECRETARY)


def jury(session: Session, contest_id: UUID) -> list[JurorFacts]:
    """List who sits at the panel's table: chairs, then jurors, then secretaries, each in the organizer's order.

    Who is both chair and juror has two rows, and votes once.
    """
    rows = session.execute(
        select(Role, Person)
        .join(Person, Person.id == Role.person_id)
        .where(Role.contest_id == contest_id, Role.kind.in_(_PANEL))
        .order_by(Role.position, Role.id)
    ).all()
    seats = [
        JurorFacts(
            person_id=person.id,
            name=person.name,
            title=Bilingual(role.title_zh, role.title_en),
            kind=role.kind,
            unit_id=role.unit_id,
            email=person.email,
        )
        for role, person in rows
    ]
    return sorted(seats, key=lambda seat: _PANEL.index(seat.kind))
