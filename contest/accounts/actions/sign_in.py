"""Signing in and out: by a link from a letter, by the code beside it, or by a password.

Nothing here depends on whether an account exists: an unknown address gets the same letter, and its account is made
when the link is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select

from contest.accounts import rules
from contest.accounts.models import LinkPurpose, MailedLink, Person, SignIn, SignInAttempt
from contest.accounts.queries import asked_link, hashed, sign_in_link
from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Refused
from contest.kernel.ids import new_code, new_id, new_token

_KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class AskedLink:
    """What the letter carries; known only now, since hashes alone are kept."""

    token: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Who a link or code belongs to, and where the person was going."""

    person_id: UUID
    next_path: str


@dataclass(frozen=True, kw_only=True)
class PasswordTry:
    """An attempt that is counted already; ``password_hash`` is what to compare with, if there is anything."""

    person_id: UUID | None
    password_hash: str | None
    attempt_ids: tuple[UUID, ...]


def ask_link(work: Work, *, email: str, browser_nonce: str, network: str, next_path: str, at: datetime) -> AskedLink:
    """Make a link for an address, whoever it belongs to; the caller sends the letter in the same unit of work.

    Args:
        email: As `rules.address` gave it.
        browser_nonce: A secret that the asking browser keeps.
        network: Where the request came from.
        next_path: Where to go afterwards, a path of this service.

    Raises:
        Refused: ``letters.too_many`` with the ``minutes`` to wait.
    """
    limits = (
        (rules.attempt_key("letter", email), rules.LETTERS_PER_ADDRESS),
        (rules.attempt_key("letters", rules.network_of(network)), rules.LETTERS_PER_NETWORK),
    )
    _count(work, limits, code="letters.too_many", at=at)
    _forget_old(work, at=at)
    asked = AskedLink(token=new_token(), code=new_code())
    link_id = new_id()
    work.session.add(
        MailedLink(
            id=link_id,
            purpose=LinkPurpose.SIGN_IN,
            email=email,
            token_hash=hashed(asked.token),
            code_hash=_code_hash(link_id, asked.code),
            browser_hash=hashed(browser_nonce),
            next_path=next_path,
            created_at=at,
            expires_at=at + rules.LINK_LIFE,
        )
    )
    work.session.flush()
    return asked


def open_link(work: Work, *, token: str, browser_nonce: str, code: str, at: datetime) -> Opened | None:
    """Use a link up: at once in the browser that asked for it, with the typed code in any other.

    Returns:
        Whose it is; or None when the code is wrong, and the try has been counted.

    Raises:
        Missing: ``link``, it is unknown, used, too old, or the code was wrong too often.
    """
    link = sign_in_link(work.session, token, at)
    is_here = bool(browser_nonce) and link.browser_hash == hashed(browser_nonce)
    return _use(work, link, is_trusted=is_here, code=code, at=at)


def open_code(work: Work, *, browser_nonce: str, code: str, at: datetime) -> Opened | None:
    """Use up the newest link that this browser asked for, by the code alone; the letter was read elsewhere.

    Returns, Raises: as `open_link`.
    """
    link = asked_link(work.session, browser_nonce, at)
    return _use(work, link, is_trusted=False, code=code, at=at)


def try_password(work: Work, *, email: str, network: str, at: datetime) -> PasswordTry:
    """Count an attempt before the password is looked at, so that many at once cannot slip through.

    Raises:
        Refused: ``passwords.too_many`` with the ``minutes`` to wait; for unknown addresses as well.
    """
    limits = (
        (rules.attempt_key("password", email), rules.PASSWORDS_PER_ADDRESS),
        (rules.attempt_key("passwords", rules.network_of(network)), rules.PASSWORDS_PER_NETWORK),
    )
    counted = _count(work, limits, code="passwords.too_many", at=at)
    person = work.session.scalar(select(Person).where(Person.email == email))
    return PasswordTry(
        person_id=person.id if person else None,
        password_hash=person.password_hash if person else None,
        attempt_ids=counted,
    )


def start(
    work: Work,
    *,
    person_id: UUID,
    how: str,
    browser: str,
    at: datetime,
    attempt_ids: Sequence[UUID] = (),
) -> str:
    """Sign a person in for 30 days in one browser; give the token that only this browser holds.

    Args:
        how: "link", "code", "password" or "set_up", for the record.
        browser: As `rules.browser_name` gave it.
        attempt_ids: Counted attempts that turned out to be right ones.
    """
    token = new_token()
    work.session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(attempt_ids)))
    work.session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.expires_at <= at))
    work.session.add(
        SignIn(
            id=new_id(),
            token_hash=hashed(token),
            person_id=person_id,
            browser=browser,
            created_at=at,
            expires_at=at + rules.SIGN_IN_LIFE,
        )
    )
    work.session.flush()
    audit.record(work, action="account.sign_in", at=at, actor_id=person_id, thing="account", how=how)
    return token


def end(work: Work, *, token: str, person_id: UUID, at: datetime) -> None:
    """Sign out of one browser; its cookie, and every copy of it, is worth nothing from then on."""
    work.session.execute(delete(SignIn).where(SignIn.token_hash == hashed(token), SignIn.person_id == person_id))
    audit.record(work, action="account.sign_out", at=at, actor_id=person_id, thing="account")


def end_others(work: Work, *, token: str, person_id: UUID, at: datetime) -> None:
    """Sign a person out of every browser but the one that holds ``token``."""
    work.session.execute(delete(SignIn).where(SignIn.token_hash != hashed(token), SignIn.person_id == person_id))
    audit.record(work, action="account.end_other_sign_ins", at=at, actor_id=person_id, thing="account")


def _use(work: Work, link: MailedLink, *, is_trusted: bool, code: str, at: datetime) -> Opened | None:
    if not is_trusted and link.code_hash != _code_hash(link.id, rules.typed_code(code)):
        link.tries += 1
        return None
    link.used_at = at
    person = work.session.scalar(select(Person).where(Person.email == link.email))
    if person is None:
        person = Person(id=new_id(), email=link.email, created_at=at)
        work.session.add(person)
        work.session.flush()
        audit.record(work, action="account.register", at=at, actor_id=person.id, thing="account")
    return Opened(person_id=person.id, next_path=link.next_path)


def _code_hash(link_id: UUID, code: str) -> str:
    return hashed(f"{link_id}:{code}")


def _count(work: Work, limits: Sequence[tuple[str, rules.Limit]], *, code: str, at: datetime) -> tuple[UUID, ...]:
    """Add one to each counter, unless one of them is at its limit."""
    minutes = 0
    for key, limit in limits:
        moments = work.session.scalars(
            select(SignInAttempt.at).where(SignInAttempt.key == key, SignInAttempt.at > at - limit.window)
        ).all()
        minutes = max(minutes, rules.minutes_to_wait(moments, limit, at=at))
    if minutes:
        raise Refused(code, minutes=minutes)
    rows = [SignInAttempt(id=new_id(), key=key, at=at) for key, _limit in limits]
    work.session.add_all(rows)
    work.session.flush()
    return tuple(row.id for row in rows)


def _forget_old(work: Work, *, at: datetime) -> None:
    """Delete what can no longer count, so that the tables stay small."""
    work.session.execute(delete(MailedLink).where(MailedLink.expires_at < at - _KEPT))
    work.session.execute(delete(SignInAttempt).where(SignInAttempt.at < at - _KEPT))
