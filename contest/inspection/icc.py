"""Read the name, class and colour space of an ICC profile (ICC.1:2022) without interpreting a curve."""

from dataclasses import dataclass

from contest.inspection.text import decode_text, decode_utf16

_TAGS_LIMIT = 100
_NAME_LIMIT = 1024


class BrokenIccError(ValueError):
    """The block is not an ICC profile."""


@dataclass(frozen=True, kw_only=True)
class Icc:
    """A profile's own name, its class ("mntr", "scnr", "prtr" ...) and its colour space ("RGB", "CMYK" ...)."""

    name: str | None
    profile_class: str
    space: str


def read_icc(profile: bytes) -> Icc:
    """Read a profile's header and description.

    Raises:
        BrokenIccError: The signature is missing.
    """
    if len(profile) < 132 or profile[36:40] != b"acsp":  # noqa: PLR2004 - header and tag count
        raise BrokenIccError("no profile signature")
    name = None
    for at in range(132, min(132 + 12 * _TAGS_LIMIT, len(profile) - 11), 12):
        if profile[at : at + 4] == b"desc":
            start = int.from_bytes(profile[at + 4 : at + 8], "big")
            size = int.from_bytes(profile[at + 8 : at + 12], "big")
            name = _description(profile[start : start + min(size, len(profile))])
            break
    return Icc(name=name, profile_class=_four(profile[12:16]), space=_four(profile[16:20]))


def _four(raw: bytes) -> str:
    return raw.decode("latin-1").strip()


def _description(data: bytes) -> str | None:
    """Read a description of version 2 (``desc``) or version 4 (``mluc``, English first)."""
    if data[:4] == b"desc":
        length = int.from_bytes(data[8:12], "big")
        return decode_text(data[12 : 12 + min(length, _NAME_LIMIT)])
    if data[:4] == b"mluc":
        count = min(int.from_bytes(data[8:12], "big"), _TAGS_LIMIT)
        records = [data[16 + 12 * n : 28 + 12 * n] for n in range(count)]
        records.sort(key=lambda record: record[:2] != b"en")
        for record in records:
            length, start = int.from_bytes(record[4:8], "big"), int.from_bytes(record[8:12], "big")
            name = decode_utf16(data[start : start + min(length, _NAME_LIMIT)], order=">")
            if name:
                return name
    return None
