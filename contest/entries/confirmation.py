"""The confirmation of an entry: what was handed in, when, signed so that nobody can make one up.

Each file has its own receipt besides, see `receipts`; this one is short enough to be printed and typed.
"""

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

_PURPOSE: Final = b"contest.confirmation"


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What is confirmed.

    Attributes:
        contest: The contest's short name.
        number: The entry's number.
        submitted_at: When it was first handed in.
        digests: The SHA-256 of each picture's file, in order, hexadecimal.
    """

    contest: str
    number: str
    submitted_at: datetime
    digests: tuple[str, ...]


def sign(confirmation: Confirmation, *, secret: str) -> str:
    """Sign a confirmation: HMAC-SHA256 under a key of this one purpose, in letters that can be read out and typed."""
    key = hmac.digest(secret.encode(), _PURPOSE, sha256)
    told = [
        confirmation.contest,
        confirmation.number,
        confirmation.submitted_at.astimezone(UTC).isoformat(),
        list(confirmation.digests),
    ]
    seal = hmac.digest(key, json.dumps(told).encode(), sha256)
    return base64.b32encode(seal[:20]).decode()


def is_genuine(confirmation: Confirmation, signature: str, *, secret: str) -> bool:
    """Tell whether a signature was made here for exactly this confirmation."""
    return hmac.compare_digest(sign(confirmation, secret=secret), signature.replace(" ", "").upper())
