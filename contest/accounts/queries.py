"""What pages and other capabilities read of people."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, bindparam, select
from sqlalchemy.orm import Session

from contest.accounts.models import LinkPurpose, MailedLink, Person, Role, RoleKind, SignIn, Unit
from contest.accounts.rules import CODE_TRIES
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Missing
from contest.kernel.permissions import Subject
from contest.kernel.prepared import Prepared
from contest.web.standing import PersonSeen


@dataclass(frozen=True, kw_only=True)
class RoleFacts:
    """One thing that a person is to one contest."""

    contest_id: UUID
    kind: RoleKind
    unit_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class SignInFacts:
    """One browser in which a person is signed in."""

    browser: str
    created_at: datetime
    is_this: bool


@dataclass(frozen=True, kw_only=True)
class UnitFacts:
    """A unit that recommends its people's entries."""

    id: UUID
    name: Bilingual


# Asked by every request of somebody signed in, so with the roles in the same statement: one row for each role, or one
# without.
_SIGNED_IN: Final = Prepared(
    select(
        Person.id,
        Person.email,
        Person.name_zh,
        Person.name_en,
        Person.is_administrator,
        Person.language,
        Role.contest_id,
        Role.kind,
        Role.unit_id,
    )
    .join(SignIn, SignIn.person_id == Person.id)
    .outerjoin(Role, Role.person_id == Person.id)
    .where(SignIn.token_hash == bindparam("token_hash"), SignIn.expires_at > bindparam("at"))
)


def hashed(token: str) -> str:
    """Hash a random token for storing; it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def signed_in(session: Session, token: str, at: datetime) -> tuple[PersonSeen, list[RoleFacts]] | None:
    """Give the person whose browser holds this sign-in token with all her roles, None if it is unknown or over."""
    rows = _SIGNED_IN.rows(session, {"token_hash": hashed(token), "at": at})
    if not rows:
        return None
    roles = [
        RoleFacts(contest_id=row.contest_id, kind=row.kind, unit_id=row.unit_id)
        for row in rows
        if row.contest_id is not None
    ]
    return facts_of(rows[0]), roles


def facts_of(row: Person | Row[*tuple[Any, ...]]) -> PersonSeen:
    """Give the facts of a person's row, or of one with the columns that they need."""
    return PersonSeen(
        id=row.id,
        email=row.email,
        name=Bilingual(row.name_zh, row.name_en),
        is_administrator=row.is_administrator,
        language=row.language,
    )


def has_administrator(session: Session) -> bool:
    """Tell whether anybody may run this instance; while nobody may, the set-up link is offered."""
    return session.scalar(select(Person.id).where(Person.is_administrator).limit(1)) is not None


def password_hash_of(session: Session, person_id: UUID) -> str | None:
    """Give what a person's password is compared with, None where there is no password."""
    return session.scalar(select(Person.password_hash).where(Person.id == person_id))


def sign_ins(session: Session, *, person_id: UUID, token: str, at: datetime) -> list[SignInFacts]:
    """List the browsers in which a person is signed in, the latest first; ``token`` is the asking one's."""
    rows = session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.expires_at > at)
        .order_by(SignIn.created_at.desc(), SignIn.id)
    )
    own = hashed(token)
    return [
        SignInFacts(browser=row.browser, created_at=row.created_at, is_this=row.token_hash == own) for row in rows
    ]


def set_up_link(session: Session, token: str, at: datetime) -> MailedLink:
    """Give the set-up link of a token.

    Raises:
        Missing: ``link``, it is unknown, used or too old.
    """
    return _link(session, LinkPurpose.SET_UP, MailedLink.token_hash == hashed(token), at)


def sign_in_link(session: Session, token: str, at: datetime) -> MailedLink:
    """Give the sign-in link of a token.

    Raises:
        Missing: ``link``, it is unknown, used, too old, or its code was wrong too often.
    """
    return _link(session, LinkPurpose.SIGN_IN, MailedLink.token_hash == hashed(token), at)


def asked_link(session: Session, browser_nonce: str, at: datetime) -> MailedLink:
    """Give the newest sign-in link that a browser asked for.

    Raises:
        Missing: ``link``, as for `sign_in_link`.
    """
    if not browser_nonce:
        raise Missing("link")
    return _link(session, LinkPurpose.SIGN_IN, MailedLink.browser_hash == hashed(browser_nonce), at)


def _link(session: Session, purpose: LinkPurpose, which: ColumnElement[bool], at: datetime) -> MailedLink:
    found = session.scalar(
        select(MailedLink)
        .where(
            which,
            MailedLink.purpose == purpose,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > at,
            MailedLink.tries < CODE_TRIES,
        )
        .order_by(MailedLink.created_at.desc(), MailedLink.id)
        .limit(1)
    )
    if found is None:
        raise Missing("link")
    return found


def units(session: Session, contest_id: UUID) -> list[UnitFacts]:
    """List a contest's units by name."""
    rows = session.scalars(select(Unit).where(Unit.contest_id == contest_id).order_by(Unit.name_zh, Unit.name_en))
    return [UnitFacts(id=row.id, name=row.name) for row in rows]


def subjects_of(person: PersonSeen | None, roles: Sequence[RoleFacts], contest_id: UUID) -> frozenset[Subject]:
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
