import email
import email.policy
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from contest.accounts import actions, passwords, queries
from contest.accounts.actions.sign_in import AskedLink
from contest.accounts.jobs import handlers
from contest.accounts.models import OutgoingLetter, Person, SignIn
from contest.accounts.rules import LINK_LIFE, SIGN_IN_LIFE
from contest.kernel import audit
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database
from contest.kernel.errors import Conflict, Missing, Refused
from contest.platform.mail import FolderMail
from contest.platform.queue import EmbeddedQueue
from contest.platform.worker import drain
from tests.makers import make_person

HERE = "the browser that asked"


def ask(
    database: Database, at: datetime, *, email: str = "li@example.org", network: str = "203.0.113.9"
) -> AskedLink:
    with database.changing() as work:
        return actions.ask_link(work, email=email, browser_nonce=HERE, network=network, next_path="/account", at=at)


def open_it(database: Database, asked: AskedLink, at: datetime, *, nonce: str = HERE, code: str = "") -> object:
    with database.changing() as work:
        return actions.open_link(work, token=asked.token, browser_nonce=nonce, code=code, at=at)


def test_a_link_signs_in_the_browser_that_asked_and_makes_the_account(database: Database, now: datetime) -> None:
    asked = ask(database, now)

    with database.reading() as session:
        assert session.scalar(select(Person)) is None
    opened = open_it(database, asked, now)

    with database.reading() as session:
        person = session.scalar(select(Person))
        assert person is not None
        assert person.email == "li@example.org"
    assert (opened.person_id, opened.next_path) == (person.id, "/account")  # type: ignore[attr-defined]


def test_a_link_works_once(database: Database, now: datetime) -> None:
    asked = ask(database, now)
    open_it(database, asked, now)

    with pytest.raises(Missing) as refused:
        open_it(database, asked, now)

    assert refused.value.code == "link"


def test_a_link_is_dead_after_ten_minutes(database: Database, now: datetime) -> None:
    asked = ask(database, now)

    assert timedelta(minutes=10) == LINK_LIFE
    with pytest.raises(Missing):
        open_it(database, asked, now + LINK_LIFE)


def test_another_browser_needs_the_code(database: Database, now: datetime) -> None:
    asked = ask(database, now)

    assert open_it(database, asked, now, nonce="another browser") is None
    assert open_it(database, asked, now, nonce="") is None
    assert open_it(database, asked, now, nonce="another browser", code=asked.code.lower()) is not None


def test_after_five_wrong_codes_the_link_is_dead_even_where_it_was_asked_for(
    database: Database, now: datetime
) -> None:
    asked = ask(database, now)
    for _ in range(5):
        assert open_it(database, asked, now, nonce="another browser", code="WRONGONE") is None

    with pytest.raises(Missing):
        open_it(database, asked, now, nonce="another browser", code=asked.code)
    with pytest.raises(Missing):
        open_it(database, asked, now)


def test_the_code_alone_signs_in_the_browser_that_asked(database: Database, now: datetime) -> None:
    ask(database, now - timedelta(minutes=2))
    newest = ask(database, now)

    with database.changing() as work:
        assert actions.open_code(work, browser_nonce=HERE, code="WRONGONE", at=now) is None
    with database.changing() as work:
        assert actions.open_code(work, browser_nonce=HERE, code=newest.code, at=now) is not None
    with database.changing() as work, pytest.raises(Missing):
        actions.open_code(work, browser_nonce="another browser", code=newest.code, at=now)


def test_neither_token_nor_code_is_kept(sqlite_database: Database, now: datetime) -> None:
    asked = ask(sqlite_database, now)
    sqlite_database.dispose()

    path = Path(str(sqlite_database.engine.url.database))
    kept = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*") if file.is_file())
    assert asked.token.encode() not in kept
    assert asked.code.encode() not in kept


def test_the_sixth_letter_for_an_address_must_wait_and_the_limit_outlives_a_restart(
    database: Database, now: datetime
) -> None:
    for _ in range(5):
        ask(database, now)
    database.dispose()  # what a restart leaves

    with pytest.raises(Refused) as refused:
        ask(database, now + timedelta(minutes=10), network="198.51.100.7")
    assert (refused.value.code, refused.value.facts["minutes"]) == ("letters.too_many", 20)
    ask(database, now + timedelta(minutes=30))


def test_wrong_passwords_are_counted_for_unknown_addresses_as_well(database: Database, now: datetime) -> None:
    with database.changing() as work:
        known = make_person(work, email="known@example.org")
        known.password_hash = passwords.hash_password("correct horse battery")
    told = []
    for address in ("known@example.org", "unknown@example.org"):
        for _ in range(6):
            try:
                with database.changing() as work:
                    tried = actions.try_password(work, email=address, network="203.0.113.9", at=now)
                told.append(passwords.matches(tried.password_hash, "wrong"))
            except Refused as refused:
                told.append((refused.code, refused.facts["minutes"]))

    assert told == [*[False] * 5, ("passwords.too_many", 15)] * 2


def test_a_right_password_takes_its_attempt_back(database: Database, now: datetime) -> None:
    with database.changing() as work:
        person = make_person(work, password_hash=passwords.hash_password("correct horse battery"))
        address, person_id = person.email, person.id
    for _ in range(8):
        with database.changing() as work:
            tried = actions.try_password(work, email=address, network="203.0.113.9", at=now)
        assert passwords.matches(tried.password_hash, "correct horse battery")
        with database.changing() as work:
            actions.start(
                work, person_id=person_id, how="password", browser="", at=now, attempt_ids=tried.attempt_ids
            )


def test_no_password_is_ever_right_where_there_is_none() -> None:
    assert not passwords.matches(None, "nobody's password")
    assert not passwords.matches("not a hash", "anything")


def test_a_sign_in_lasts_thirty_days_and_ends_in_the_database(database: Database, now: datetime) -> None:
    with database.changing() as work:
        person_id = make_person(work).id
        token = actions.start(work, person_id=person_id, how="link", browser="Firefox, Windows", at=now)
        other = actions.start(work, person_id=person_id, how="link", browser="Safari, iPhone", at=now)

    def is_in(token: str, at: datetime) -> bool:
        with database.reading() as session:
            return queries.signed_in(session, token, at) is not None

    assert is_in(token, now + SIGN_IN_LIFE - timedelta(seconds=1))
    assert not is_in(token, now + SIGN_IN_LIFE)
    with database.changing() as work:
        actions.end_others(work, token=token, person_id=person_id, at=now)
    assert (is_in(token, now), is_in(other, now)) == (True, False)
    with database.changing() as work:
        actions.end(work, token=token, person_id=person_id, at=now)
    assert not is_in(token, now)


def test_a_new_password_ends_every_other_sign_in(database: Database, now: datetime) -> None:
    with database.changing() as work:
        person = make_person(work)
        token = actions.start(work, person_id=person.id, how="link", browser="", at=now)
        actions.start(work, person_id=person.id, how="link", browser="", at=now)
        actions.set_password(work, person_id=person.id, password_hash="hash", token=token, at=now)

    with database.reading() as session:
        assert [row.token_hash for row in session.scalars(select(SignIn))] == [queries.hashed(token)]


def test_the_first_administrator_comes_by_a_link_that_works_once(database: Database, now: datetime) -> None:
    with database.changing() as work:
        first = actions.offer_set_up(work, at=now)
        second = actions.offer_set_up(work, at=now)
        boss = {"email": "boss@example.org", "name": Bilingual("", "Boss"), "password_hash": "h", "language": "en"}
        actions.set_up(work, token=second, at=now, **boss)

    with database.changing() as work:
        for token in (first, second):
            with pytest.raises(Conflict) as refused:
                actions.set_up(work, token=token, at=now, **boss)
            assert refused.value.code == "set_up.done"
        with pytest.raises(Conflict):
            actions.offer_set_up(work, at=now)
    with database.reading() as session:
        assert [person.email for person in session.scalars(select(Person).where(Person.is_administrator))] == [
            "boss@example.org"
        ]
        assert audit.verify(session) is None


def test_a_set_up_link_is_dead_after_a_day(database: Database, now: datetime) -> None:
    with database.changing() as work:
        token = actions.offer_set_up(work, at=now)
        with pytest.raises(Missing):
            actions.set_up(
                work,
                token=token,
                email="a@example.org",
                name=Bilingual("", "A"),
                password_hash="h",
                language="en",
                at=now + timedelta(days=1),
            )


def test_a_letter_leaves_once_and_nothing_of_it_stays_behind(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    queue = EmbeddedQueue(database)
    services = SimpleNamespace(
        database=database,
        settings=SimpleNamespace(mail_from="contest@example.org"),
        mail=FolderMail(folder=tmp_path / "mail", sender="contest@example.org", clock=lambda: now),
    )
    with database.changing() as work:
        actions.letter(
            work, queue, to="li@example.org", subject="您的登录链接", text="https://example.org/sign-in/x", at=now
        )

    assert drain(queue, handlers(services), clock=lambda: now) == 1  # type: ignore[arg-type]  # what it needs of services
    assert drain(queue, handlers(services), clock=lambda: now) == 0  # type: ignore[arg-type]

    (file,) = (tmp_path / "mail").glob("*.eml")
    sent = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (sent["To"], sent["Subject"]) == ("li@example.org", "您的登录链接")
    assert "https://example.org/sign-in/x" in sent.get_content()
    with database.reading() as session:
        assert session.scalar(select(OutgoingLetter)) is None
