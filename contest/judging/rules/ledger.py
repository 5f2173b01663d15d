"""What makes votes checkable: each juror's chained ledger, a round's tree of votes, commitments; pure.

The tree is the one of RFC 6962 section 2.1 (unchanged in RFC 9162). Written out rather than taken from a library:
it is fifteen lines, and the one kept package for it brings its own storage and a licence that binds ours.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from contest.judging.rules.drawing import drawing, drawing_all
from contest.kernel.errors import Invalid

# What a ledger's first line is chained to.
FIRST_SEAL: Final = "0" * 64
KEY_LENGTH_MAX: Final = 64
_quoted: Final = json.encoder.encode_basestring
_CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


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


def canonical(value: Any) -> str:
    """Write JSON in the one form that is hashed and signed: sorted keys, no spaces, UTF-8 left as it is.

    For the texts, whole numbers, lists and objects with ASCII keys that we write this is RFC 8785's form.
    """
    return _CANONICAL.encode(value)


def secret(key: str, *parts: str) -> str:
    """Draw a salt, nonce or token of 128 bits from a contest's blind key, hexadecimal; nobody else can guess it."""
    *labels, named = parts
    return drawing(key, "record", *labels)(named.encode()).hex()


def secrets_for(key: str, label: str, ids: Sequence[str]) -> list[str]:
    """Draw such a secret for each of many ids, each of 32 hexadecimal digits."""
    return [drawn.hex() for drawn in drawing_all(key, "record", label)([bytes.fromhex("".join(ids))])]


def commitment(text: str, salt: str) -> str:
    """Commit to a text that is shown later: SHA-256 over salt and text, hexadecimal."""
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def vote_leaf(  # noqa: PLR0917 - a row of `RecordVote`, 100,000 times
    juror: str, entry: str, rival: str | None, kind: str, score: int | None, hour: str, nonce: str
) -> str:
    """Write one vote as the tree holds it; the nonce lets a single leaf be shown without the others being guessed.

    Args:
        juror: Her letter.
        entry, rival: The entries' tokens.
        score: In hundredths of a point; None for a work that was given no chip.
        hour: When it was cast, to the hour in UTC, "2026-12-03T04"; "" where it was not.
    """
    # `canonical` of the list, at a third of its cost: a round's close writes 100,000. A score that is no whole number
    # is a TypeError, and no other text can get into the place of one.
    return (
        f"[{_quoted(juror)},{_quoted(entry)},{'null' if rival is None else _quoted(rival)},{_quoted(kind)},"
        f"{'null' if score is None else int.__repr__(score)},{_quoted(hour)},{_quoted(nonce)}]"
    )


def merkle_root(leaves: Sequence[str]) -> str:
    """Give the root of the tree over leaves in their order, hexadecimal."""
    level = _leaves(leaves) or [hashlib.sha256().digest()]
    while len(level) > 1:
        level = _above(level)
    return level[0].hex()


def inclusion_paths(leaves: Sequence[str], places: Iterable[int]) -> list[list[str]]:
    """Give for leaves at some places, from 0, the hashes that lead from each to the root; lowest first."""
    levels = [_leaves(leaves)]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1]))
    paths = []
    for place in places:
        beside = [(level, (place >> height) ^ 1) for height, level in enumerate(levels)]
        paths.append([level[other].hex() for level, other in beside if other < len(level)])
    return paths


def root_by_path(leaf: str, *, place: int, size: int, path: Sequence[str]) -> str | None:
    """Give the root to which a leaf's path leads (RFC 9162 section 2.1.3.2); None for a path of another length."""
    (found,), last, rest = _leaves([leaf]), size - 1, list(path)
    while last > 0:
        if place % 2 or place < last:
            if not rest:
                return None
            beside = bytes.fromhex(rest.pop(0))
            found = _node(beside, found) if place % 2 else _node(found, beside)
        place, last = place // 2, last // 2
    return None if rest else found.hex()


def _leaves(texts: Iterable[str]) -> list[bytes]:
    sha256 = hashlib.sha256
    return [sha256(b"\0" + text.encode()).digest() for text in texts]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _above(level: Sequence[bytes]) -> list[bytes]:
    """Pair neighbours; one left over goes up as it is, which makes the RFC's tree."""
    sha256 = hashlib.sha256
    pairs = [sha256(b"\1" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs


def seal(previous_seal: str, values: Iterable[Any]) -> str:
    """Seal what a line says over the line before it: SHA-256, hexadecimal, of both in canonical JSON."""
    return hashlib.sha256(canonical([previous_seal, *values]).encode()).hexdigest()


def sealed(line: LedgerLine, previous_seal: str) -> str:
    """Seal a line of a juror's ledger over the one before it."""
    return seal(
        previous_seal,
        (
            line.sheet_id.hex,
            line.seq,
            line.ballot_id.hex,
            line.kind,
            line.act,
            line.score,
            line.previous_score,
            line.marks and dict(line.marks),
            line.viewed_ms,
            line.reason,
            line.scored,
            line.recused,
            line.below,
            line.at.astimezone(UTC).isoformat(),
            line.request_key,
        ),
    )


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
