"""Tell a file's type from its first 64 bytes: the only reading of an upload that the web process does."""

SNIFFED_BYTES = 64

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"FUJIFILMCCD-RAW", "raf"),
    (b"FOVb", "x3f"),
    (b"\0MRM", "mrw"),
    (b"IIRO", "orf"),
    (b"IIRS", "orf"),
    (b"MMOR", "orf"),
    (b"IIU\0", "rw2"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "bigtiff"),
    (b"MM\0+", "bigtiff"),
    (b"\xff\x0a", "jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
    (b"8BPS", "psd"),
    (b"BM", "bmp"),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif", b"MiHE"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_MARKUP = (b"<?xml", b"<svg", b"<!doctype", b"<html", b"<?php", b"<script")


def sniff(head: bytes) -> str | None:
    """Name the type of a file by its content.

    Args:
        head: The file's first bytes; 64 are enough, more are not looked at.

    Returns:
        "jpeg", "png", "webp", "heif", "avif", "tiff", "gif", a RAW or container name such as "raf", "cr3",
        "mp4", "zip", "pdf", "markup"; None when nothing known begins like this. The name says what the file
        claims to be; whether it can be decoded is another question.
    """
    head = head[:SNIFFED_BYTES]
    if head[:4] in (b"II*\0", b"MM\0*") and head[8:10] == b"CR":
        return "cr2"
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _brand(head)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "markup" if text.startswith(_MARKUP) else None


def _brand(head: bytes) -> str:
    """Name an ISO base media file by its major brand, then by the compatible ones within reach."""
    major = head[8:12]
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [major, *(head[at : at + 4] for at in range(16, end - 3, 4))]
    if major == b"crx ":
        return "cr3"
    # Many AVIF files say mif1 first and avif second, so the narrower brand wins wherever it stands.
    if not _AVIF_BRANDS.isdisjoint(brands):
        return "avif"
    if not _HEIF_BRANDS.isdisjoint(brands):
        return "heif"
    return "mp4"
