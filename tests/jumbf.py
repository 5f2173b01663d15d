"""Content Credentials made in code: CBOR and JUMBF boxes, written on their own so that no reader tests itself."""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

TERM = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def cbor(value: Any) -> bytes:
    """Write a value as CBOR."""
    if isinstance(value, bool) or value is None:
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, Mapping):
        return _head(5, len(value)) + b"".join(cbor(key) + cbor(item) for key, item in value.items())
    return _head(4, len(value)) + b"".join(map(cbor, value))


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    size = next(size for size in (1, 2, 4, 8) if number < 1 << 8 * size)
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[size]]) + number.to_bytes(size, "big")


def box(kind: bytes, content: bytes) -> bytes:
    """Write one box."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def superbox(label: str, *content: bytes) -> bytes:
    """Write a superbox with its label."""
    return box(b"jumb", box(b"jumd", bytes(16) + b"\x03" + label.encode() + b"\0") + b"".join(content))


def manifest(
    label: str,
    *,
    actions: Sequence[Mapping[str, Any]] = (),
    made_from: Sequence[tuple[str, str]] = (),
    program: str = "Contoso Paint",
) -> bytes:
    """Write a manifest; ``made_from`` are (relationship, label of the other manifest)."""
    assertions = [superbox("c2pa.actions.v2", box(b"cbor", cbor({"actions": list(actions)})))]
    for relationship, other in made_from:
        said = {"relationship": relationship, "activeManifest": {"url": f"self#jumbf=/c2pa/{other}"}}
        assertions.append(superbox("c2pa.ingredient.v3", box(b"cbor", cbor(said))))
    claim = superbox("c2pa.claim.v2", box(b"cbor", cbor({"claim_generator_info": {"name": program}})))
    return superbox(label, superbox("c2pa.assertions", *assertions), claim)


def store(*manifests: bytes) -> bytes:
    """Write a manifest store; the last manifest is the file's own."""
    return superbox("c2pa", *manifests)


def created(kind: str) -> dict[str, Any]:
    """Give the action that says what a picture began as."""
    return {"action": "c2pa.created", "digitalSourceType": TERM + kind}


def jpeg_segments(jumbf: bytes, *, piece: int = 60_000) -> list[bytes]:
    """Spread a store over APP11 segments, each with the box's header, as ISO 19566-5 asks for."""
    header, body = jumbf[:8], jumbf[8:]
    pieces = [body[at : at + piece] for at in range(0, len(body), piece)]
    return [
        struct.pack(">BBH", 0xFF, 0xEB, 2 + 8 + 8 + len(part))
        + b"JP\0\x01"
        + struct.pack(">I", number)
        + header
        + part
        for number, part in enumerate(pieces, 1)
    ]
