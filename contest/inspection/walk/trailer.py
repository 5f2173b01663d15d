"""Name what was put behind a picture's end."""

from contest.inspection.sniff import SNIFFED_BYTES, sniff
from contest.inspection.source import Source

_LOOKED_AT = 4096
_SCRIPTS = ((b"<?php", "php"), (b"<script", "html"), (b"<html", "html"), (b"<!doctype html", "html"))


def classify_trailer(source: Source, at: int) -> str:
    """Name the kind of data behind offset ``at``.

    Returns:
        "zeros" for padding, "mp4" for a motion photo's film, "jpeg" for a second picture, "samsung" for its
        makers' records, "zip", "pdf", "php", "html", other names of `sniff`, or "unknown".
    """
    head = source[at : at + _LOOKED_AT]
    tail = source[max(at, len(source) - 65536) :]
    if b"PK\x05\x06" in tail:
        return "zip"  # a ZIP archive is read from its end, wherever it begins
    lowered = head.lower()
    for sign, name in _SCRIPTS:
        if sign in lowered:
            return name
    if tail.endswith(b"SEFT"):
        return "samsung"
    bare = head.lstrip(b"\0")
    if not bare:
        return "zeros"
    return sniff(bare[:SNIFFED_BYTES]) or ("mp4" if b"ftyp" in head[:256] else "unknown")
