"""The first start: somebody becomes the administrator."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from contest.accounts.models import LinkPurpose, MailedLink, Person
from contest.accounts.queries import has_administrator, hashed, set_up_link
from contest.accounts.rules import SET_UP_LIFE
from contest.kernel import audit
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.errors import Conflict
from contest.kernel.ids import new_id, new_token


def offer_set_up(work: Work, *, at: datetime) -> str:
    """Make the one-time link that creates the administrator; give its token for ``/set-up/<token>``.

    Raises:
        Conflict: ``set_up.done``, there is an administrator.
    """
    if has_administrator(work.session):
        raise Conflict("set_up.done")
    token = new_token()
    work.session.add(
        MailedLink(
            id=new_id(),
            purpose=LinkPurpose.SET_UP,
            token_hash=hashed(token),
            created_at=at,
            expires_at=at + SET_UP_LIFE,
        )
    )
    work.session.flush()
    audit.record(work, action="site.offer_set_up", at=at, actor_id=None)
    return token


def set_up(
    work: Work, *, token: str, email: str, name: Bilingual, password_hash: str, language: str, at: datetime
) -> UUID:
    """Create the administrator; give the person's id. Every other set-up link is dead from then on.

    Args:
        token: From the address of the link.
        email: As `rules.address` gave it.

    Raises:
        Missing: ``link``, the link is unknown, used or too old.
        Conflict: ``set_up.done``, somebody was quicker.
    """
    if has_administrator(work.session):
        raise Conflict("set_up.done")
    link = set_up_link(work.session, token, at)
    link.used_at = at
    person = work.session.scalar(select(Person).where(Person.email == email))
    if person is None:
        person = Person(id=new_id(), email=email, created_at=at)
        work.session.add(person)
    person.name_zh, person.name_en = name
    person.password_hash = password_hash
    person.language = language
    person.is_administrator = True
    work.session.flush()
    audit.record(work, action="site.set_up", at=at, actor_id=person.id, thing="administrator")
    return person.id
