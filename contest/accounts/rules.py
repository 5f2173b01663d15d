"""Addresses, passwords and limits of sign-in; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Final

from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid

ADDRESS_CHARACTERS: Final = 254  # RFC 5321, without the angle brackets
LINK_LIFE: Final = timedelta(minutes=10)
SET_UP_LIFE: Final = timedelta(hours=24)
SIGN_IN_LIFE: Final = timedelta(days=30)
# How long after signing in a password may be changed without the old one: it may be just what was forgotten.
FRESH: Final = timedelta(minutes=15)
CODE_TRIES: Final = 5

PASSWORD_CHARACTERS: Final = (10, 200)
DISTINCT_CHARACTERS_MIN: Final = 5
# The most common ones of ten characters and more, English and Chinese; shorter ones are refused anyway.
# fmt: off
COMMON_PASSWORDS: Final = frozenset({
    "1234567890", "12345678910", "0123456789", "0987654321", "1234567891", "123123123a", "1q2w3e4r5t",
    "1q2w3e4r5t6y", "qwertyuiop", "qwertyuiop123", "q1w2e3r4t5", "qwerty12345", "qwerty123456", "asdfghjkl123",
    "zxcvbnm123", "password123", "password1234", "passw0rd123", "password12345", "iloveyou123", "letmein12345",
    "welcome12345", "admin12345", "administrator", "adminadmin", "changeme123", "abcd123456", "abc1234567",
    "abc123456789", "a123456789", "a1234567890", "aa123456789", "q123456789", "z123456789", "qq123456789",
    "woaini1314520", "woaini5201314", "woaini1314", "woaini520520", "woaini123456", "5201314520", "5201314a1314",
    "1314520520", "zhang123456", "wang123456", "li123456789", "asd123456789", "aini1314520", "woaiwojia1314",
    "woaizhongguo", "zhongguo123", "shanghai123", "beijing2008", "1qaz2wsx3edc", "147258369a", "147258369147",
    "789456123a", "7894561230", "photography", "photographer", "contest123", "photocontest",
})
# fmt: on

_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
# The order matters: Edge and the Chinese browsers also say "Chrome", and Chrome also says "Safari".
_BROWSERS: Final = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ Browser"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most ``times`` within ``window``."""

    times: int
    window: timedelta


PASSWORDS_PER_ADDRESS: Final = Limit(times=5, window=timedelta(minutes=15))
PASSWORDS_PER_NETWORK: Final = Limit(times=30, window=timedelta(minutes=15))
# A club's members sit behind one network address on the last evening: hence the wide second one.
LETTERS_PER_ADDRESS: Final = Limit(times=5, window=timedelta(minutes=30))
LETTERS_PER_NETWORK: Final = Limit(times=60, window=timedelta(minutes=30))


def minutes_to_wait(attempts: Sequence[datetime], limit: Limit, *, at: datetime) -> int:
    """Say how long the next attempt must wait.

    Args:
        attempts: Moments of earlier ones, in any order.
        limit: What is allowed.
        at: The moment of the next one.

    Returns:
        Whole minutes, rounded up; 0 when it may be made now.
    """
    recent = sorted(moment for moment in attempts if moment > at - limit.window)
    if len(recent) < limit.times:
        return 0
    free_at = recent[-limit.times] + limit.window
    return max(1, ceil((free_at - at) / timedelta(minutes=1)))


def address(given: str) -> str:
    """Give an e-mail address as it is kept: without spaces around it, in lower case.

    Raises:
        Invalid: ``email.unusable``, no letter could be sent there.
    """
    found = given.strip().lower()
    try:
        parts = Address(addr_spec=found)
    except (ValueError, IndexError, HeaderParseError) as wrong:  # what the standard library raises on bad ones
        raise Invalid("email.unusable") from wrong
    is_plain = found.isascii() and found.isprintable() and not set(found) & set(' ,;<>"()')
    if not (is_plain and parts.username and parts.domain and len(found) <= ADDRESS_CHARACTERS):
        raise Invalid("email.unusable")
    return found


def password_fault(password: str, *, email: str) -> Invalid | None:
    """Say why a password would be guessed early; None for a usable one."""
    shortest, longest = PASSWORD_CHARACTERS
    if len(password) < shortest:
        return Invalid("password.too_short", least=shortest)
    if len(password) > longest:
        return Invalid("password.too_long", most=longest)
    lowered = password.lower()
    is_common = lowered in COMMON_PASSWORDS or len(set(lowered)) < DISTINCT_CHARACTERS_MIN
    if is_common or lowered in {email, email.partition("@")[0]}:
        return Invalid("password.common")
    return None


def name_of(given: str) -> Bilingual:
    """Put a name that somebody typed into the language whose writing it uses."""
    name = " ".join(given.split())
    return Bilingual(zh=name) if _HAN.search(name) else Bilingual(en=name)


def network_of(remote: str) -> str:
    """Give the network that a limit counts together: an IPv4 address, or the /64 that one IPv6 household has."""
    try:
        found = ip_address(remote)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))
    return str(found)


def attempt_key(kind: str, whose: str) -> str:
    """Name a counter, such as wrong passwords for an address, without keeping whose it is."""
    return f"{kind}:{sha256(whose.encode()).hexdigest()}"


def browser_name(user_agent: str) -> str:
    """Name a browser so that its owner knows it again, such as "Firefox, Windows"; empty when it says nothing."""
    names = [next((name for mark, name in known if mark in user_agent), None) for known in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in names if name)


def typed_code(given: str) -> str:
    """Read a typed code as it was printed: in capitals, without spaces or hyphens."""
    return re.sub(r"[\s-]", "", given).upper()
