"""One juror's ledger: what a line says, how it seals the one before it, and how to find what does not hold; pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from contest.kernel.errors import Invalid

# What a ledger's first line is chained to.
FIRST_SEAL: Final = "0" * 64
KEY_LENGTH_MAX: Final = 64


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """What one line of a juror's ledger says; see `models.ScoreLine`."""

    sheet_id: UUID
    seq: int
    ballot_id: UUID
    kind: str
    act: str
    score: int | None
    previous_score: int | None
    marks: Mapping[str, int] | None
    viewed_ms: int | None
    reason: str
    scored: int
    recused: int
    below: int
    at: datetime
    request_key: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What is written down of an act; the same again when the same request comes twice.

    Attributes:
        handle: The ballot it was done to.
        act: As in `models.Act`.
        score: The ballot's score after it, in hundredths of a point.
        at: When it was written down.
        seq: Its number in the juror's own ledger.
        scored: How many of her ballots have a score after it.
    """

    handle: str
    act: str
    score: int | None
    at: datetime
    seq: int
    scored: int


def checked_key(request_key: str) -> str:
    """Give back a request's key: 8 to 64 letters, digits, "-" or "_", chosen by the browser.

    Raises:
        Invalid: ``judging.request_key``.
    """
    plain = request_key.replace("-", "").replace("_", "")
    if not (8 <= len(request_key) <= KEY_LENGTH_MAX and plain.isascii() and plain.isalnum()):  # noqa: PLR2004 - said above
        raise Invalid("judging.request_key")
    return request_key


def sealed(line: LedgerLine, previous_seal: str) -> str:
    """Seal a line over the one before it: SHA-256, hexadecimal, of both in canonical JSON."""
    covered = json.dumps(
        [
            previous_seal,
            line.sheet_id.hex,
            line.seq,
            line.ballot_id.hex,
            line.kind,
            line.act,
            line.score,
            line.previous_score,
            line.marks and dict(sorted(line.marks.items())),
            line.viewed_ms,
            line.reason,
            line.scored,
            line.recused,
            line.below,
            line.at.astimezone(UTC).isoformat(),
            line.request_key,
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(covered.encode()).hexdigest()


def first_broken(lines: Sequence[tuple[LedgerLine, str]], standing: Mapping[UUID, int]) -> int | None:
    """Check one juror's ledger against itself and against what the ballots say now.

    Args:
        lines: Each line with its seal, in order.
        standing: The score of every ballot that has one.

    Returns:
        The number of the first line that does not hold; one past the last when the lines hold but the ballots say
        something else, as after lines were cut off; None when all is well.
    """
    previous, told = FIRST_SEAL, dict[UUID, int]()
    for expected, (line, seal) in enumerate(lines, start=1):
        if line.seq != expected or sealed(line, previous) != seal or told.get(line.ballot_id) != line.previous_score:
            return expected
        previous = seal
        told.pop(line.ballot_id, None)
        if line.score is not None:
            told[line.ballot_id] = line.score
    return None if told == dict(standing) else len(lines) + 1
