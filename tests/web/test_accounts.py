"""Signing in, the first start and the own account, as a browser sees them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from contest.accounts import actions, passwords
from contest.accounts.models import MailedLink, OutgoingLetter, Person, SignIn
from contest.kernel.db import Database
from tests.makers import make_person
from tests.visitor import SetClock, Visitor

Visitors = Callable[[], Visitor]
SECRET = "correct horse battery"
LINK = re.compile(r"http://localhost(/sign-in/\S+)")
CODE = re.compile(r"^ +(\w{4}-\w{4})$", re.MULTILINE)


@pytest.fixture
def boss(sqlite_database: Database) -> Person:
    """The administrator, so that the front page is not the first start's; has a password."""
    with sqlite_database.changing() as work:
        person = make_person(
            work, email="boss@example.org", is_administrator=True, password_hash=passwords.hash_password(SECRET)
        )
        work.session.expunge_all()
    return person


def ask(browser: Visitor, email: str = "li@example.org", **more: str) -> Any:
    return browser.post("/sign-in", {"email": email, **more})


def letter(database: Database) -> str:
    """Give the text of the newest letter."""
    with database.reading() as session:
        text = session.scalar(select(OutgoingLetter.text).order_by(OutgoingLetter.created_at.desc()).limit(1))
    assert text is not None
    return text


def address_in(text: str) -> str:
    found = LINK.search(text)
    assert found is not None
    return found[1]


def code_in(text: str) -> str:
    found = CODE.search(text)
    assert found is not None
    return found[1]


def is_signed_in(browser: Visitor) -> bool:
    return bool(browser.get("/account").status_code == 200)


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_ten_looks_by_a_mail_scanner_use_nothing_up(
    visitor: Visitors, boss: Person, sqlite_database: Database
) -> None:
    browser, scanner = visitor().speak("en"), visitor()
    ask(browser, next="/account")
    address = address_in(letter(sqlite_database))

    for _ in range(10):
        assert scanner.get(address).status_code == 200
    assert not is_signed_in(scanner)
    assert "Sign in as li@example.org" in browser.get(address).get_data(as_text=True)
    answer = browser.post(address)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert is_signed_in(browser)


def test_the_second_press_is_told_that_the_link_is_used(
    visitor: Visitors, boss: Person, sqlite_database: Database
) -> None:
    browser = visitor().speak("en")
    ask(browser)
    address = address_in(letter(sqlite_database))
    browser.post(address)

    again = visitor().speak("en").get(address)

    assert again.status_code == 404
    assert "This link is not valid any more" in again.get_data(as_text=True)


def test_a_link_opened_elsewhere_asks_for_the_code(
    visitor: Visitors, boss: Person, sqlite_database: Database
) -> None:
    ask(visitor())
    text = letter(sqlite_database)
    phone = visitor().speak("en")

    assert "asked for in another browser" in phone.get(address_in(text)).get_data(as_text=True)
    assert phone.post(address_in(text), {"code": ""}).status_code == 422
    wrong = phone.post(address_in(text), {"code": "AAAA-AAAA"})
    assert (wrong.status_code, is_signed_in(phone)) == (422, False)
    assert "not the code from the letter" in wrong.get_data(as_text=True)
    assert phone.post(address_in(text), {"code": code_in(text)}).status_code == 303
    assert is_signed_in(phone)


def test_the_code_signs_in_where_the_letter_was_asked_for(
    visitor: Visitors, boss: Person, sqlite_database: Database
) -> None:
    browser = visitor().speak("en")
    assert ask(browser).headers["Location"] == "/sign-in/code"
    assert "We have written to li@example.org" in browser.get("/sign-in/code").get_data(as_text=True)

    assert browser.post("/sign-in/code", {"code": "WRONGONE"}).status_code == 422
    assert browser.post("/sign-in/code", {"code": code_in(letter(sqlite_database)).lower()}).status_code == 303

    assert is_signed_in(browser)


def test_nothing_tells_whether_an_account_exists(visitor: Visitors, boss: Person, sqlite_database: Database) -> None:
    def answers(email: str) -> list[tuple[int, str, str]]:
        told = []
        for password in ("", "wrong password"):
            browser = visitor().speak("en")
            answer = ask(browser, email, password=password)
            page = browser.get("/sign-in/code") if answer.status_code == 303 else answer
            text = re.sub(r'(content|value|nonce)="[^"]*"', "", page.get_data(as_text=True)).replace(email, "")
            told.append((answer.status_code, answer.headers.get("Location", ""), text))
        return told

    assert answers("boss@example.org") == answers("nobody@example.org")
    assert count(sqlite_database, OutgoingLetter) == count(sqlite_database, MailedLink) == 2
    assert count(sqlite_database, Person) == 1


def test_a_password_signs_in_with_a_new_session_and_goes_on_where_one_was(visitor: Visitors, boss: Person) -> None:
    browser = visitor().speak("en")
    browser.get("/sign-in")
    with browser.client.session_transaction() as session:
        session["left behind"] = "by somebody else"

    answer = ask(browser, "Boss@Example.org", password=SECRET, next="/contests/new")

    assert answer.headers["Location"] == "/contests/new"
    with browser.client.session_transaction() as session:
        assert set(session) - {"csrf_token"} == {"_user_id", "_fresh", "_permanent"}
        assert session.permanent


def test_nobody_is_sent_to_another_site_after_signing_in(visitor: Visitors, boss: Person) -> None:
    for target in ("https://evil.example", "//evil.example", "/\\evil.example"):
        answer = ask(visitor(), "boss@example.org", password=SECRET, next=target)
        assert answer.headers["Location"] == "/"


def test_too_many_wrong_passwords_say_how_long_to_wait(visitor: Visitors, boss: Person, clock: SetClock) -> None:
    browser = visitor().speak("en")
    for _ in range(5):
        assert ask(browser, "boss@example.org", password="wrong").status_code == 403
    clock.at += timedelta(minutes=3)

    refused = ask(browser, "boss@example.org", password=SECRET)

    assert refused.status_code == 403
    assert "Wait 12 minutes" in refused.get_data(as_text=True)
    clock.at += timedelta(minutes=12)
    assert ask(browser, "boss@example.org", password=SECRET).status_code == 303


def test_an_unusable_address_keeps_what_was_typed_and_gets_the_focus(visitor: Visitors, boss: Person) -> None:
    answer = ask(visitor().speak("en"), "not an address")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert 'value="not an address"' in page
    assert re.search(r'<input[^>]*autofocus[^>]*id="email"', page)
    assert "not an e-mail address that a letter could reach" in page


def test_a_copied_cookie_is_dead_after_signing_out(visitor: Visitors, boss: Person) -> None:
    browser, thief = visitor().sign_in(boss), visitor()
    cookie = browser.client.get_cookie("contest")
    assert cookie is not None
    thief.client.set_cookie("contest", cookie.value)
    assert is_signed_in(thief)

    browser.post("/sign-out")

    assert not is_signed_in(browser)
    assert not is_signed_in(thief)


def test_a_sign_in_ends_after_thirty_days(visitor: Visitors, boss: Person, clock: SetClock) -> None:
    browser = visitor().sign_in(boss)
    clock.at += timedelta(days=29, hours=23)
    assert is_signed_in(browser)
    clock.at += timedelta(hours=1)
    assert not is_signed_in(browser)


def test_a_foreign_page_cannot_sign_anybody_out(visitor: Visitors, boss: Person) -> None:
    browser = visitor().sign_in(boss)

    assert browser.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.client.post("/sign-out").status_code == 403  # without the token
    assert is_signed_in(browser)


def test_the_account_takes_a_name_and_a_language(visitor: Visitors, boss: Person, sqlite_database: Database) -> None:
    browser = visitor().sign_in(boss).speak("en")

    browser.post("/account", {"name_zh": "林悦", "name_en": "Lin Yue", "language": "zh_Hans"})

    with sqlite_database.reading() as session:
        kept = session.get_one(Person, boss.id)
        assert (kept.name_zh, kept.name_en, kept.language) == ("林悦", "Lin Yue", "zh_Hans")
    assert 'lang="zh-CN"' in browser.get("/account").get_data(as_text=True)


def test_a_password_is_changed_with_the_old_one_or_right_after_signing_in(
    visitor: Visitors, boss: Person, clock: SetClock, sqlite_database: Database
) -> None:
    browser, other = visitor().sign_in(boss).speak("en"), visitor().sign_in(boss)
    clock.at += timedelta(minutes=15)

    without = browser.post("/account/password", {"new": "another good sentence"})
    weak = browser.post("/account/password", {"present": SECRET, "new": "1234567890"})
    good = browser.post("/account/password", {"present": SECRET, "new": "another good sentence"})

    assert (without.status_code, weak.status_code, good.status_code) == (403, 422, 303)
    assert (is_signed_in(browser), is_signed_in(other)) == (True, False)
    fresh = visitor().speak("en")
    ask(fresh, "boss@example.org")
    fresh.post(address_in(letter(sqlite_database)))
    fresh._token = ""
    assert fresh.post("/account/password", {"new": "a third good sentence"}).status_code == 303


def test_every_other_browser_can_be_signed_out(visitor: Visitors, boss: Person, sqlite_database: Database) -> None:
    browser, other = visitor().sign_in(boss).speak("en"), visitor().sign_in(boss)

    page = browser.get("/account").get_data(as_text=True)
    assert "Sign out everywhere else" in page
    browser.post("/account/sign-ins")

    assert (is_signed_in(browser), is_signed_in(other)) == (True, False)
    assert count(sqlite_database, SignIn) == 1


def test_the_first_start_is_offered_at_the_machine_itself_only(visitor: Visitors) -> None:
    browser = visitor().speak("en")
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}

    assert 'action="/set-up"' in browser.get("/").get_data(as_text=True)
    for options in (
        {"environ_overrides": elsewhere},
        {"headers": {"X-Forwarded-For": "203.0.113.9"}},
    ):
        page = browser.get("/", **options).get_data(as_text=True)
        assert 'action="/set-up"' not in page
        assert "printed on the terminal" in page
    assert browser.post("/set-up", environ_overrides=elsewhere).status_code == 404


def test_the_first_start_ends_with_an_administrator_who_chooses(visitor: Visitors, sqlite_database: Database) -> None:
    browser = visitor().speak("en")
    address = browser.post("/set-up").headers["Location"]
    assert browser.get(address).status_code == 200

    weak = browser.post(address, {"name": "林悦", "email": "lin@example.org", "password": "password123"})
    assert (weak.status_code, 'value="lin@example.org"' in weak.get_data(as_text=True)) == (422, True)
    done = browser.post(address, {"name": "林悦", "email": "lin@example.org", "password": SECRET})

    assert (done.status_code, done.headers["Location"]) == (303, "/")
    page = browser.get("/").get_data(as_text=True)
    assert "Open my first contest" in page
    assert "Load the demonstration contest" in page
    with sqlite_database.reading() as session:
        person = session.scalar(select(Person))
        assert person is not None
        assert (person.name_zh, person.is_administrator) == ("林悦", True)
    assert visitor().get(address).status_code == 409


def test_the_link_from_the_terminal_works_from_anywhere(
    visitor: Visitors, sqlite_database: Database, clock: SetClock
) -> None:
    with sqlite_database.changing() as work:
        token = actions.offer_set_up(work, at=clock.at)

    page = visitor().get(f"/set-up/{token}", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})

    assert page.status_code == 200
    assert visitor().get("/set-up/guessed").status_code == 404


def test_a_trial_tells_where_letters_land_at_the_machine_itself_only(visitor: Visitors, boss: Person) -> None:
    here = visitor().speak("en").get("/sign-in").get_data(as_text=True)
    there = visitor().speak("en").get("/sign-in", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})

    assert "instance/mail" in here
    assert "instance/mail" not in there.get_data(as_text=True)


def test_after_a_sent_form_the_language_leads_back_to_the_page_it_was_on(visitor: Visitors) -> None:
    browser, address = visitor().speak("en"), "/language/zh_Hans?next="
    sent = {origin: browser.post("/language/en", headers={"Referer": origin}) for origin in ("http://x/a?b=c", "")}

    pages = {origin: answer.get_data(as_text=True) for origin, answer in sent.items()}

    assert f'{address}/a?b%3Dc"' in pages["http://x/a?b=c"]
    assert f'{address}/"' in pages[""]


def test_the_language_is_chosen_and_kept(visitor: Visitors, boss: Person) -> None:
    browser = visitor()

    answer = browser.get("/language/en?next=/sign-in")

    assert answer.headers["Location"] == "/sign-in"
    assert 'lang="en"' in browser.get("/").get_data(as_text=True)
    browser.get("/language/zh_Hans")
    assert 'lang="zh-CN"' in browser.get("/").get_data(as_text=True)
    browser.get("/language/klingon")
    assert 'lang="zh-CN"' in browser.get("/").get_data(as_text=True)
