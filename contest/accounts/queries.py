"""What pages and other capabilities read of people."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.models import Person, Role, RoleKind, SignIn
from contest.kernel.permissions import Subject
from contest.web.standing import PersonSeen


@dataclass(frozen=True, kw_only=True)
class RoleFacts:
    """One thing that a person is to one contest."""

    contest_id: UUID
    kind: RoleKind
    unit_id: UUID | None


def hashed(token: str) -> str:
    """Hash a random token for storing; it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def signed_in(session: Session, token: str, at: datetime) -> PersonSeen | None:
    """Give the person whose browser holds this sign-in token, None if it is unknown or over."""
    found = session.scalar(
        select(Person)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(SignIn.token_hash == hashed(token), SignIn.expires_at > at)
    )
    return None if found is None else facts_of(found)


def facts_of(row: Person) -> PersonSeen:
    """Give a row's facts."""
    return PersonSeen(
        id=row.id,
        email=row.email,
        name=row.name,
        is_administrator=row.is_administrator,
        language=row.language,
    )


def roles_of(session: Session, person_id: UUID) -> list[RoleFacts]:
    """List everything a person is, over all contests."""
    rows = session.execute(select(Role.contest_id, Role.kind, Role.unit_id).where(Role.person_id == person_id))
    return [RoleFacts(contest_id=row.contest_id, kind=row.kind, unit_id=row.unit_id) for row in rows]


def subjects_of(person: PersonSeen | None, roles: list[RoleFacts], contest_id: UUID) -> frozenset[Subject]:
    """Give what someone is to a contest as a whole, before any entry or ballot is looked at.

    Everyone signed in may have own entries, a delegate own unit's, a juror own ballots: on pages that name no entry
    they count as such. Relators of entries and ballots narrow it down.
    """
    if person is None:
        return frozenset({Subject.ANON})
    found = {Subject.PHOTOG_OWN}
    if person.is_administrator:
        found.add(Subject.ADMIN)
    for role in roles:
        if role.contest_id == contest_id:
            found.add(_SUBJECTS[role.kind])
        elif role.kind is RoleKind.ORGANIZER:
            found.add(Subject.ORG_OTHER)
    return frozenset(found)


_SUBJECTS = {
    RoleKind.ORGANIZER: Subject.ORGANIZER,
    RoleKind.CHAIR: Subject.CHAIR,
    RoleKind.JUROR: Subject.JUROR_ASG,
    RoleKind.SECRETARY: Subject.SECRETARY,
    RoleKind.DELEGATE: Subject.DELEG_UNIT,
}
