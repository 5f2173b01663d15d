from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.accounts.rules import (
    Limit,
    address,
    attempt_key,
    browser_name,
    minutes_to_wait,
    name_of,
    network_of,
    password_fault,
    typed_code,
)
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
FIVE = Limit(times=5, window=timedelta(minutes=15))


def test_below_the_limit_nobody_waits() -> None:
    assert minutes_to_wait([NOW] * 4, FIVE, at=NOW) == 0


def test_at_the_limit_one_waits_until_the_oldest_counted_attempt_is_over() -> None:
    attempts = [NOW - timedelta(minutes=minutes) for minutes in (14, 10, 8, 6, 2)]

    assert minutes_to_wait(attempts, FIVE, at=NOW) == 1


def test_old_attempts_do_not_count() -> None:
    assert minutes_to_wait([NOW - timedelta(minutes=15)] * 20, FIVE, at=NOW) == 0


@given(st.lists(st.integers(0, 40), max_size=30))
def test_after_the_wait_the_next_attempt_is_free(ages: list[int]) -> None:
    attempts = [NOW - timedelta(minutes=age) for age in ages]
    wait = minutes_to_wait(attempts, FIVE, at=NOW)

    assert minutes_to_wait(attempts, FIVE, at=NOW + timedelta(minutes=wait)) == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Li.Yue@Example.ORG ", "li.yue@example.org"),
        ("a@b", "a@b"),
        ("o'neill+x@example.org", "o'neill+x@example.org"),
    ],
)
def test_an_address_is_kept_in_lower_case_without_spaces(typed: str, kept: str) -> None:
    assert address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "a",
        "a@",
        "@b",
        "a b@c.org",
        "a@b.org,c@d.org",
        "a@b\r\nBcc: c@d.org",
        "<a@b.org>",
        "张@例子.中国",
        "x" * 250 + "@b.org",
    ],
)
def test_what_no_letter_could_reach_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        address(typed)

    assert refused.value.code == "email.unusable"


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_addresses(typed: str) -> None:
    try:
        found = address(typed)
    except Invalid:
        return
    assert found == found.strip().lower()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password.too_short"),
        ("x" * 201, "password.too_long"),
        ("1234567890", "password.common"),
        ("Woaini1314520", "password.common"),
        ("aaaaaaaaaaaa", "password.common"),
        ("photographer1@example.org", "password.common"),
    ],
)
def test_a_password_that_would_be_guessed_early_is_refused(password: str, code: str) -> None:
    fault = password_fault(password, email="photographer1@example.org")

    assert fault is not None
    assert fault.code == code


@pytest.mark.parametrize("password", ["correct horse battery", "青山湖畔的第一场雪落了"])
def test_a_long_sentence_is_a_good_password_in_any_language(password: str) -> None:
    assert password_fault(password, email="a@example.org") is None


def test_a_name_goes_to_the_language_it_is_written_in() -> None:
    assert name_of(" 林  悦 ") == Bilingual(zh="林 悦")
    assert name_of("Lin Yue") == Bilingual(en="Lin Yue")


def test_a_network_is_one_ipv4_address_or_one_household_of_ipv6() -> None:
    assert network_of("203.0.113.9") == "203.0.113.9"
    assert network_of("::ffff:203.0.113.9") == "203.0.113.9"
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network_of("") == "unknown"


def test_a_counter_does_not_name_whom_it_counts() -> None:
    assert "example" not in attempt_key("password", "li@example.org")
    assert attempt_key("password", "a@b") != attempt_key("letter", "a@b")


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0", "WeChat, Android"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_named_so_that_its_owner_knows_it(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name


def test_a_code_is_read_however_it_is_typed() -> None:
    assert typed_code(" ab2d-ef3h ") == "AB2DEF3H"
