"""Passwords: argon2id with 19 MiB, two passes, one lane (OWASP's least), a few at a time."""

import threading
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_A_TIME: Final = 2
_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each hash takes 19 MiB: without the gate, a burst of sign-ins would take the machine's memory.
_gate: Final = threading.BoundedSemaphore(AT_A_TIME)


def hash_password(password: str) -> str:
    """Hash a new password; takes tens of milliseconds, so call it outside any transaction."""
    with _gate:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether the password is right; takes as long where there is none, which is never right."""
    with _gate:
        try:
            _hasher.verify(password_hash or _nobodys(), password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


@cache
def _nobodys() -> str:
    """Give the hash that is compared where there is no account, so that time does not tell."""
    return _hasher.hash("nobody's password")
