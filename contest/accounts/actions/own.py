"""What people change about their own account."""

from datetime import datetime
from uuid import UUID

from contest.accounts.actions.sign_in import end_others
from contest.accounts.models import Person
from contest.kernel import audit
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.errors import Missing


def describe(work: Work, *, person_id: UUID, name: Bilingual, language: str, at: datetime) -> None:
    """Change a person's name and the language of pages and letters."""
    person = _person(work, person_id)
    person.name_zh, person.name_en = name
    person.language = language
    audit.record(work, action="account.describe", at=at, actor_id=person_id, thing="account")


def set_password(work: Work, *, person_id: UUID, password_hash: str, token: str, at: datetime) -> None:
    """Set or change a password; whoever else was signed in to this account is not any more.

    Args:
        token: Of the browser that stays signed in.
    """
    _person(work, person_id).password_hash = password_hash
    audit.record(work, action="account.set_password", at=at, actor_id=person_id, thing="account")
    end_others(work, token=token, person_id=person_id, at=at)


def _person(work: Work, person_id: UUID) -> Person:
    person = work.session.get(Person, person_id)
    if person is None:
        raise Missing("person")
    return person
