"""The serial numbers of certificates: each follows from the sealed result, so none is kept and none can be invented.

A number such as "1-A-0107-7K3QX" names the result's version and the work. The five letters after it follow from the
record's hash: they tell a mistyped number and one of another result; what a certificate is worth says the record.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from contest.awards.record import Record, TierRecord, WorkRecord

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without 0 O 1 I L U: a number may be read aloud
CHECK_LETTERS: Final = 5
_SHAPE: Final = re.compile(r"(\d{1,6})-(.{1,40})-([2-9A-HJKMNP-TV-Z]{5})")


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a serial number names."""

    version: int
    number: str


@dataclass(frozen=True, kw_only=True)
class Certified:
    """What a genuine certificate says."""

    serial: str
    work: WorkRecord
    tier: TierRecord


def serial(record: Record, work: WorkRecord) -> str:
    """Give the serial number of a work's certificate."""
    digest = hashlib.sha256(f"certificate {record.digest()} {work.id}".encode()).digest()
    check = "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:CHECK_LETTERS])
    return f"{record.version}-{work.number}-{check}"


def named(text: str) -> Named | None:
    """Read a serial number as a person types it: any case, spaces anywhere; None for what cannot be one."""
    found = _SHAPE.fullmatch("".join(text.split()).upper().replace("—", "-").replace("–", "-"))
    return Named(version=int(found[1]), number=found[2]) if found else None


def certified(record: Record, text: str) -> Certified | None:
    """Look a serial number up in the result that it names; None where the result certifies no such thing."""
    wanted = "".join(text.split()).upper().replace("—", "-").replace("–", "-")
    tiers = {tier.key: tier for tier in record.tiers}
    for work in record.works:
        if work.tier in tiers and serial(record, work).upper() == wanted:
            return Certified(serial=serial(record, work), work=work, tier=tiers[work.tier])
    return None
