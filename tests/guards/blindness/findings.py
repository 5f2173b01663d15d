"""What is wrong with what was seen: a canary in one world, or a difference between two."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from contest.entries.models import Picture
from tests.guards.blindness.crawl import KNOWN, Asked, Seen
from tests.guards.blindness.decoding import readings
from tests.guards.blindness.filling import ALONE
from tests.guards.blindness.world import World

CONTEXT = 60
PANEL = frozenset({"juror", "chair", "secretary", ALONE})


@dataclass(frozen=True)
class Finding:
    """One leak: where, and what it looks like."""

    asked: Asked
    what: str

    def __str__(self) -> str:
        return f"{self.asked}\n    {self.what}"


def canaries(world: World, subject: str, found: Mapping[Asked, Seen]) -> list[Finding]:
    """Search every answer, decoded in every way, for what this subject must not see."""
    words = forbidden(world, subject)
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words)))

    @cache
    def said_in(piece: bytes) -> frozenset[str]:
        return frozenset(pattern.findall(_all_readings(piece)))

    leaks = []
    for asked, seen in found.items():
        said = {word for piece in _pieces(seen) for word in said_in(piece)} - _own_words(asked, words)
        leaks += [Finding(asked, f"shows {words[word]}: {word}") for word in sorted(said)]
    return leaks


def forbidden(world: World, subject: str) -> dict[str, str]:
    """List the tokens that a subject must not see before the result is public, each with what it is."""
    words = {}
    for place, own in enumerate(world.laid.secrets):
        if not (subject == "photographer" and place == 0):
            words |= dict.fromkeys(own.tokens(), f"a secret of author {place}")
    words |= {unit.lower(): "a unit" for unit in world.laid.units}
    if subject == "photographer":
        words |= dict.fromkeys(("chair@example.org", "colleague@example.org"), "a juror's address")
    if subject in PANEL:
        words |= dict.fromkeys(("photographer@example.org", "the photographer"), "an author's account")
        for known in KNOWN:
            words |= {known: "an id", known.replace("-", ""): "an id"}
        with world.database.reading() as session:
            words |= dict.fromkeys(session.scalars(select(Picture.sha256)), "the digest of an original")
    words.pop("photographer@example.org" if subject == "photographer" else "", None)
    return words


def differences(one: Mapping[Asked, Seen], other: Mapping[Asked, Seen]) -> list[Finding]:
    """Compare what the same subject saw in two worlds, byte for byte."""
    leaks = [Finding(asked, "is asked in one world only") for asked in one.keys() ^ other.keys()]
    for asked in one.keys() & other.keys():
        left, right = one[asked].as_bytes(), other[asked].as_bytes()
        if left != right:
            at = next(
                (place for place, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]),
                min(len(left), len(right)),
            )
            around = slice(max(0, at - CONTEXT), at + CONTEXT)
            leaks.append(Finding(asked, f"differs at byte {at}: {left[around]!r} / {right[around]!r}"))
    return leaks


def _own_words(asked: Asked, words: Mapping[str, str]) -> set[str]:
    """Give what the subject wrote into the address herself; an answer may say it back to her."""
    return {word for word in words if word in asked.path.lower()}


def _pieces(seen: Seen) -> list[bytes]:
    """Cut an answer into its lines, most of which stand in many answers; what is no text stays whole."""
    try:
        is_text = "\0" not in seen.body.decode()
    except UnicodeDecodeError:
        is_text = False
    return [*seen.head.splitlines(), *(seen.body.splitlines() if is_text else [seen.body])]


@cache
def _all_readings(piece: bytes) -> str:
    return "\n".join(readings(piece))
