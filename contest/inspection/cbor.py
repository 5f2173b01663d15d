"""Read CBOR (RFC 8949) of strangers: plain values, so many of them, so deep, and nothing else."""

import math
import struct
from typing import Any

DEPTH_LIMIT = 24
ITEMS_LIMIT = 20_000

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_INDEFINITE, _BREAK = 31, 0xFF
_LENGTHS = {24: 1, 25: 2, 26: 4, 27: 8}
_SIMPLE_VALUES = {20: False, 21: True, 22: None, 23: None}
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}


class BrokenCborError(ValueError):
    """The data end too early, pass a limit, or are no CBOR."""


def read_cbor(data: bytes) -> Any:
    """Read the first item of ``data``: dicts, lists, text, bytes, numbers, booleans and None.

    Tags are dropped; keys that are no text become text. A number that is none becomes None.

    Raises:
        BrokenCborError: See there.
    """
    return _Reader(data).item(0)


class _Reader:
    """Reads item after item and counts them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.items = 0

    def item(self, depth: int) -> Any:
        self.items += 1
        if depth > DEPTH_LIMIT or self.items > ITEMS_LIMIT:
            raise BrokenCborError("too deep or too many items")
        first = self.take(1)[0]
        major, small = first >> 5, first & 31
        if major == _TAG:
            self.length(small)
            return self.item(depth + 1)
        if major == _SIMPLE:
            return self.simple(small)
        length = None if small == _INDEFINITE else self.length(small)
        if major in (_UNSIGNED, _NEGATIVE):
            if length is None:
                raise BrokenCborError("a number without a value")
            return length if major == _UNSIGNED else -1 - length
        if major in (_BYTES, _TEXT):
            raw = self.string(major, length, depth)
            return raw if major == _BYTES else raw.decode("utf-8", "replace")
        if major == _ARRAY:
            return [self.item(depth + 1) for _ in self.places(length)]
        return {self.key(depth): self.item(depth + 1) for _ in self.places(length)}

    def take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        if len(taken) < count:
            raise BrokenCborError("the data end too early")
        self.at += count
        return taken

    def length(self, small: int) -> int:
        if small < min(_LENGTHS):
            return small
        if small not in _LENGTHS:
            raise BrokenCborError("a reserved length")
        return int.from_bytes(self.take(_LENGTHS[small]), "big")

    def simple(self, small: int) -> Any:
        if small in _FLOATS:
            (number,) = struct.unpack(_FLOATS[small], self.take(_LENGTHS[small]))
            return number if math.isfinite(number) else None
        if small == min(_LENGTHS):
            self.take(1)
        return _SIMPLE_VALUES.get(small)

    def string(self, major: int, length: int | None, depth: int) -> bytes:
        """Give a string's bytes; one of indefinite length comes in pieces of its own kind."""
        if length is not None:
            return self.take(length)
        pieces = []
        for _ in self.places(None):
            first = self.data[self.at]
            if first >> 5 != major or first & 31 == _INDEFINITE:
                raise BrokenCborError("a piece of another kind")
            piece = self.item(depth + 1)
            pieces.append(piece if isinstance(piece, bytes) else piece.encode())
        return b"".join(pieces)

    def key(self, depth: int) -> str:
        key = self.item(depth + 1)
        return key if isinstance(key, str) else str(key)[:80]

    def places(self, length: int | None) -> Any:
        """Count to a length, or until the break that ends an item of indefinite length."""
        if length is not None:
            if length > len(self.data) - self.at:
                raise BrokenCborError("more items than bytes")
            yield from range(length)
            return
        while True:
            if self.at >= len(self.data):
                raise BrokenCborError("the data end too early")
            if self.data[self.at] == _BREAK:
                self.at += 1
                return
            yield None
