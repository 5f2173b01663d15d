"""A file's signed receipt: what an entrant can show to prove that it was taken in, unchanged, at a moment.

It is plain to read and sealed with the instance's secret, so it can be checked without the database.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from contest.kernel.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class FileReceipt:
    """What was taken in: the file by its SHA-256 and size, for which entry, when by the service's clock."""

    contest_id: UUID
    entry_id: UUID
    sha256: str
    bytes: int
    received_at: datetime


def sign_file_receipt(receipt: FileReceipt, *, secret: str) -> str:
    """Give the receipt as one line of text; the same receipt always gives the same line."""
    return _signer(secret).dumps(
        [
            receipt.contest_id.hex,
            receipt.entry_id.hex,
            receipt.sha256,
            receipt.bytes,
            receipt.received_at.astimezone(UTC).isoformat(),
        ]
    )


def verify_file_receipt(text: str, *, secret: str) -> FileReceipt:
    """Read a receipt that this instance signed.

    Raises:
        Invalid: ``receipt.not_ours``, not one letter of it may differ.
    """
    try:
        contest_id, entry_id, digest, size, received_at = _signer(secret).loads(text.strip())
    except BadData as forged:
        raise Invalid("receipt.not_ours") from forged
    return FileReceipt(
        contest_id=UUID(contest_id),
        entry_id=UUID(entry_id),
        sha256=digest,
        bytes=size,
        received_at=datetime.fromisoformat(received_at),
    )


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret, salt="contest.file_receipt", signer_kwargs={"key_derivation": "hmac", "digest_method": sha256}
    )
