"""Turn the bytes of a metadata text into text, whatever encoding wrote them."""

TEXT_LIMIT = 10_000
"""Characters kept of any one text."""

_HIGH = 0x80
_GB2312_TRAIL = 0xA1


def decode_text(raw: bytes, *, encoding: str | None = None) -> str | None:
    """Decode a text of a declared or, mostly, an undeclared encoding.

    Cut at the first NUL and trimmed. UTF-8 is tried first, since hardly anything else decodes as UTF-8; then
    GB18030, the encoding of older Chinese programs, where the bytes look like Chinese; then Windows-1252.

    Args:
        raw: The bytes as they stand in the file.
        encoding: Tried before all others.

    Returns:
        The text, or None for an empty one.
    """
    raw = raw.split(b"\0", 1)[0]
    for name in (encoding, "utf-8", "gb18030" if _looks_chinese(raw) else None, "cp1252"):
        if name is None:
            continue
        try:
            return tidy(raw.decode(name))
        except UnicodeDecodeError:
            continue
    return tidy(raw.decode("latin-1"))


def decode_utf16(raw: bytes, *, order: str = "<") -> str | None:
    """Decode the UTF-16 of the ``XP*`` tags, cut at the first NUL character; what is broken is replaced.

    A mark of the order at its beginning, and half a character at its end, are no part of the text.
    """
    whole = raw[: len(raw) // 2 * 2].decode("utf-16-le" if order == "<" else "utf-16-be", "replace")
    return tidy(whole.removeprefix("\ufeff"))


def tidy(text: str) -> str | None:
    """Cut a text at its first NUL, trim it, keep a bounded length; None for nothing left."""
    return text.split("\0", 1)[0].strip()[:TEXT_LIMIT].encode("utf-8", "replace").decode("utf-8") or None


def _looks_chinese(raw: bytes) -> bool:
    """Tell Chinese bytes from accented Latin ones.

    In GB18030 text nearly all characters are pairs of two high bytes (the GB2312 square). In Latin text a high
    byte mostly stands before an ASCII letter, which GB18030 would swallow as a pair, too.
    """
    pairs = likely = at = 0
    while at < len(raw):
        if raw[at] < _HIGH:
            at += 1
            continue
        if at + 1 >= len(raw):
            return False
        pairs += 1
        likely += raw[at + 1] >= _GB2312_TRAIL
        at += 2
    return likely * 2 > pairs
