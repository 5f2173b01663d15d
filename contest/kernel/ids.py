"""Random names. Nothing here can be guessed or ordered by time, so ids tell a reader nothing."""

import secrets
from typing import Final
from uuid import UUID

# Without 0 O 1 I L U: read aloud over a telephone, typed by hand, never a word.
READABLE: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """Make a random 128-bit id (122 random bits, version 4)."""
    return UUID(bytes=secrets.token_bytes(16), version=4)


def new_token() -> str:
    """Make a secret of 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def new_code(length: int = 8) -> str:
    """Make a code that people can read aloud and type; ``length`` characters of about 4.9 bits."""
    return "".join(secrets.choice(READABLE) for _ in range(length))
