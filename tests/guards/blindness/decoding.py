"""Every way in which a text may hide in an answer: a reader with time would find it, so the crawl does."""

import base64
import binascii
import gzip
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from PIL import Image

DEPTH = 3
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){6,}")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def readings(content: bytes, depth: int = DEPTH) -> Iterator[str]:
    """Give the texts that ``content`` can be read as, in lower case, what lies inside it included.

    Gzip, zlib, entities, percent signs, JSON escapes, base64, hexadecimal, UTF-16, the members of a ZIP (XLSX), the
    streams of a PDF, the metadata of a picture.
    """
    if depth == 0 or not content:
        return
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        yield content.decode(encoding, errors="replace").lower()
    yield content[1:].decode("utf-16-le", errors="replace").lower()
    for inside in _inside(content):
        yield from readings(inside, depth - 1)
    if not content.startswith(b"\xff\xd8"):
        yield from _unwrapped(content.decode("utf-8", errors="replace"), depth)


def _inside(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        yield from (inflated(stream) for stream in _STREAM.findall(content))
    if content.startswith((b"\xff\xd8", b"\x89PNG", b"RIFF")):
        with Image.open(io.BytesIO(content)) as picture:
            told = [*picture.info.values(), *picture.getexif().values(), *picture.getexif().get_ifd(0x8769).values()]
        yield from (value if isinstance(value, bytes) else str(value).encode() for value in told)


def _unwrapped(text: str, depth: int) -> Iterator[str]:
    for plain in (html.unescape(text), unquote(text), _ESCAPES.sub(_unescaped, text)):
        if plain != text:
            yield plain.lower()
            yield unquote(html.unescape(plain)).lower()
    for found in _BASE64.findall(text):
        try:
            raw = base64.b64decode(found.rstrip("=") + "=" * (-len(found.rstrip("=")) % 4), altchars=b"-_")
        except (binascii.Error, ValueError):
            continue
        yield from readings(raw, depth - 1)
    for found in _HEX.findall(text):
        yield bytes.fromhex(found).decode("utf-8", errors="replace").lower()


def _unescaped(match: re.Match[str]) -> str:
    return str(json.loads(f'"{match.group()}"', strict=False))


def inflated(stream: bytes) -> bytes:
    """Inflate a stream, or give it back where it is not deflated."""
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def cookie_payload(value: str) -> str:
    """Read what a signed cookie of ours carries; the signature and time that follow it are left out."""
    payload = value.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    return inflated(raw).decode("utf-8", errors="replace")
