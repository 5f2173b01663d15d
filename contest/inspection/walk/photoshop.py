"""Photoshop image resources, in which IPTC-IIM travels through JPEG, TIFF and PNG."""

from contest.inspection.walk.blocks import PIECES_LIMIT, Blocks

_IPTC = 0x0404


def iptc_of_resources(data: bytes, blocks: Blocks) -> bytes | None:
    """Find the IPTC records among image resources (Adobe Photoshop file format, "image resource blocks")."""
    at, found = 0, None
    for _ in range(PIECES_LIMIT):
        if at + 12 > len(data):
            break
        if data[at : at + 4] not in (b"8BIM", b"PHUT", b"AgHg", b"DCSR", b"MeSa"):
            blocks.damage("iptc")
            break
        kind = int.from_bytes(data[at + 4 : at + 6], "big")
        name_length = data[at + 6] + 1
        size_at = at + 6 + name_length + name_length % 2
        size = int.from_bytes(data[size_at : size_at + 4], "big")
        start = size_at + 4
        if start + size > len(data):
            blocks.damage("iptc")
        if kind == _IPTC and found is None:
            found = data[start : start + size]
        at = start + size + size % 2
    return found
