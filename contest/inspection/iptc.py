"""Read IPTC-IIM records (IIM 4.2): caption, by-line, copyright, date."""

from dataclasses import dataclass

from contest.inspection.text import decode_text

_MARK = 0x1C
_RECORDS_LIMIT = 2000
_UTF8 = b"\x1b%G"
_CHARSET, _BYLINE, _CAPTION, _COPYRIGHT, _DATE, _TIME = (1, 90), (2, 80), (2, 120), (2, 116), (2, 55), (2, 60)


class BrokenIptcError(ValueError):
    """The records do not begin as they should, or one reaches behind the block before any could be read."""


@dataclass(frozen=True, kw_only=True)
class Iptc:
    """What the records say; date and time as digits, "20261017" and "174200+0800"."""

    caption: str | None = None
    byline: str | None = None
    copyright: str | None = None
    date_created: str | None = None
    time_created: str | None = None


def read_iptc(block: bytes) -> Iptc:
    """Read the records; texts are UTF-8 where ``ESC % G`` says so, else guessed (see ``decode_text``).

    Raises:
        BrokenIptcError: See there.
    """
    records: dict[tuple[int, int], bytes] = {}
    at = 0
    for _ in range(_RECORDS_LIMIT):
        if at + 5 > len(block) or block[at] != _MARK:
            break
        key, size = (block[at + 1], block[at + 2]), int.from_bytes(block[at + 3 : at + 5], "big")
        at += 5
        if size & 0x8000:
            digits = size & 0x7FFF
            if digits > 4:  # noqa: PLR2004 - no length needs more than 32 bits
                break
            size = int.from_bytes(block[at : at + digits], "big")
            at += digits
        if at + size > len(block):
            break
        records.setdefault(key, block[at : at + size])
        at += size
    if not records and block.strip(b"\0"):
        raise BrokenIptcError("no record")
    encoding = "utf-8" if records.get(_CHARSET, b"").startswith(_UTF8) else None

    def text(key: tuple[int, int]) -> str | None:
        raw = records.get(key)
        return None if raw is None else decode_text(raw, encoding=encoding)

    return Iptc(
        caption=text(_CAPTION),
        byline=text(_BYLINE),
        copyright=text(_COPYRIGHT),
        date_created=text(_DATE),
        time_created=text(_TIME),
    )
