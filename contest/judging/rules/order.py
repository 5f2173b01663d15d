"""Names and orders under which one juror sees works; pure."""

import binascii
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from functools import cache
from typing import Final
from uuid import UUID

from contest.judging.rules.drawing import DRAWN_BYTES, cipher, drawing, drawing_all

CODE_LENGTH: Final = 4
# Without 0 O 1 I L U: a juror may read a code aloud.
CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def blind_handle(key: str, *, seed: str, juror_id: UUID, entry_id: UUID) -> str:
    """Name an entry for one juror in one round, so that the name says nothing to anybody else.

    Args:
        key: The contest's blind key.
        seed: The round's seed.

    Returns:
        22 characters, safe in an address, of 128 bits.
    """
    return handle_of(UUID(bytes=drawing(key, "handle", seed, juror_id.hex)(entry_id.bytes)))


def handle_of(drawn: UUID) -> str:
    """Write a drawn name as it stands in addresses: 22 characters."""
    return _spelled(drawn.bytes)


def named_by(handle: str) -> UUID | None:
    """Read what `handle_of` wrote; None for what is no such name."""
    try:
        named = urlsafe_b64decode(f"{handle}==".encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        return None
    # Base64 may be spelled in several ways; a ballot has one name.
    return UUID(bytes=named) if len(named) == DRAWN_BYTES and _spelled(named) == handle else None


def own_order(entry_ids: Collection[UUID], *, key: str, seed: str, juror_id: UUID) -> list[UUID]:
    """Give one juror's own order of the entries: as good as random, the same whenever it is asked for.

    One order for all would let fatigue decide: with a drift of one mark, 78 % of the winners came from the first
    half of a common order, 50 % with own orders (simulated). It follows from the ids alone: an order that kept one
    author's works apart would tell of any two neighbours that they are not by the same hand.

    Args:
        key: The contest's blind key.
        seed: The round's seed.
    """
    drawn = drawing_all(key, "order", seed, juror_id.hex)(entry_id.bytes for entry_id in entry_ids)
    return [entry_id for _drawn, entry_id in sorted(zip(drawn, entry_ids, strict=True))]


def seat_name(key: str, *, number: int, juror_id: UUID) -> str:
    """Name a juror's part in a round for her browser, which keeps unsent marks under it."""
    return _spelled(drawing(key, "seat", str(number))(juror_id.bytes))


def spoken_code(handle: str, *, length: int = CODE_LENGTH) -> str:
    """Give the short code by which people may speak of a work, such as "K7Q4"; a longer one begins with it.

    It follows from the handle, so it differs for every juror; the one from `desk_handle` is the same for all.
    """
    digest = hashlib.sha256(handle.encode()).digest()
    return "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in digest[:length])


def desk_handle(key: str, entry_id: UUID) -> str:
    """Name an entry on the desk and in deliberation: the same for all who meet there, of no meaning elsewhere.

    One block of AES turns an id into another of the same length and back, so that no table of names is needed.
    """
    block = cipher(key, "desk").encryptor()
    return _spelled(block.update(entry_id.bytes) + block.finalize())


def entry_named(key: str, handle: str) -> UUID | None:
    """Give the entry that `desk_handle` named so; None for what is no such name."""
    named = named_by(handle)
    if named is None:
        return None
    block = cipher(key, "desk").decryptor()
    return UUID(bytes=block.update(named.bytes) + block.finalize())


@cache
def alias(seat: int) -> str:
    """Give the letter by which a juror is known where her name is not: A for seat 1, Z for 26, AA for 27."""
    letters = ""
    while seat > 0:
        seat, place = divmod(seat - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _spelled(named: bytes) -> str:
    return urlsafe_b64encode(named).rstrip(b"=").decode()
