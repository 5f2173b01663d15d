"""The packaged typefaces: where they lie, what they can show, how wide a text runs.

Only fonts that come with pinned Python packages are used, so a book looks the same on every machine
and a Chinese one needs no system font. Characters that the book's own faces lack, such as rare ones in names, come
from one more face that knows 44,810. Widths and coverage are read from the font files' own tables
(OpenType 1.9: ttcf, head, hhea, hmtx, cmap formats 4 and 12).
"""

import mmap
import struct
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

Family = Literal["serif", "sans"]

# Marks that both scripts use: inside Chinese they must come from the Chinese font, or “ ” — … are set
# half as wide and at the wrong height. The template says the same with covers: "latin-in-cjk".
SHARED_MARKS: Final = frozenset("‘’“”—…·•")
MISSING_MARK: Final = "〓"  # the printers' geta: a sort the case does not hold
HAN_GAP_EM: Final = 0.25  # what the typesetter puts between a Han character and a Latin one
# Soft hyphen, zero-width characters, byte order mark; the variation selectors.
_INVISIBLE: Final = (
    *((code, code) for code in (0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)),
    (0xFE00, 0xFE0F),
    (0xE0100, 0xE01EF),
)
# Han characters, their radicals and compatibility forms, kana, and full-width punctuation (Unicode 16, blocks).
_HAN: Final = ((0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))
_CLOSING: Final = frozenset("，。、；：！？）》」』】”’…—·")
_OPENING: Final = frozenset("（《「『【“‘")
_SEGMENTS, _GROUPS = 4, 12  # the cmap formats that modern fonts have
_RARE: Final = "NotoSansCJK-VF.otf.ttc"
_SIMPLIFIED: Final = 2  # Noto Sans CJK SC in its collection, after JP and KR

_Data = bytes | mmap.mmap


@dataclass(frozen=True, kw_only=True)
class Face:
    """One font file: advance widths in em by code point."""

    path: Path
    advances: Mapping[int, float]


def font_folders() -> tuple[Path, ...]:
    """Give the folders that hold the packaged fonts, for the typesetter."""
    han, rare = _file("pylopdf_fonts_zh_cn", "NotoSerifSC-Regular.otf"), _file("manimgx_fonts_cjk", _RARE)
    return (han.parent, _latin().parent, rare.parent)


@lru_cache(maxsize=8)
def face(path: Path, *, index: int = 0) -> Face:
    """Read one OpenType file's coverage and advance widths.

    Args:
        index: Which font of a collection.

    Raises:
        ValueError: the file has no Unicode cmap of format 4 or 12.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _face(
            path, data, start=struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
        )


def _face(path: Path, data: _Data, *, start: int) -> Face:
    count = struct.unpack_from(">H", data, start + 4)[0]
    first = start + 12
    tables = {
        data[at : at + 4]: struct.unpack_from(">II", data, at + 8) for at in range(first, first + 16 * count, 16)
    }
    units = struct.unpack_from(">H", data, tables[b"head"][0] + 18)[0]
    metrics = struct.unpack_from(">H", data, tables[b"hhea"][0] + 34)[0]
    widths = [pair[0] / units for pair in struct.iter_unpack(">HH", _span(data, tables[b"hmtx"][0], 4 * metrics))]
    return Face(
        path=path,
        advances={code: widths[min(glyph, metrics - 1)] for code, glyph in _cmap(data, tables[b"cmap"][0]) if glyph},
    )


def stack(family: Family, *, language: str) -> tuple[Face, ...]:
    """Give the faces that set a text, in the order in which they are asked for a character."""
    if family == "sans":
        return (face(_file("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf")), *stack("serif", language=language))
    return (face(_latin()), face(_file("pylopdf_fonts_zh_cn", "NotoSerifSC-Regular.otf")))


def rare_face() -> Face:
    """Give the face that is asked last, for what the others lack; read from its file only when it is."""
    return face(_file("manimgx_fonts_cjk", _RARE), index=_SIMPLIFIED)


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """Bring a person's text to what can be set: NFC, one line, no control or invisible characters."""
    normal = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if char.isspace() and char != "\u3000" else char for char in normal)
    kept = "".join(
        char for char in spaced if unicodedata.category(char) not in {"Cc", "Cs"} and not _is_within(char, _INVISIBLE)
    )
    return " ".join(part for part in kept.split(" ") if part)


@lru_cache(maxsize=4096)
def missing(text: str, family: Family) -> str:
    """Give, once each and in order, the characters of ``text`` that no packaged font can show."""
    return "".join(char for char in rare(text, family) if ord(char) not in rare_face().advances)


@lru_cache(maxsize=4096)
def rare(text: str, family: Family) -> str:
    """Give, once each and in order, the characters of ``text`` that the family's own faces lack."""
    faces = stack(family, language="zh")
    return "".join(dict.fromkeys(char for char in text if not any(ord(char) in each.advances for each in faces)))


@lru_cache(maxsize=65536)
def is_han(char: str) -> bool:
    """Tell whether a character belongs to Chinese text: a Han character or full-width punctuation."""
    return _is_within(char, _HAN)


def language_of(text: str) -> Literal["zh", "en"]:
    """Tell by its characters which language's rules a text is set by."""
    return "zh" if any(is_han(char) for char in text) else "en"


@lru_cache(maxsize=65536)
def _advance(char: str, family: Family, language: str) -> float:
    faces = stack(family, language=language)
    if language == "zh" and char in SHARED_MARKS:
        faces = faces[1:] if family == "serif" else faces
    own = next((each.advances[ord(char)] for each in faces if ord(char) in each.advances), None)
    return rare_face().advances.get(ord(char), 1.0) if own is None else own


@lru_cache(maxsize=16384)
def width_em(text: str, family: Family, language: str) -> float:
    """Measure a text on one line, in em; kerning and squeezed punctuation would only make it shorter."""
    total, before = 0.0, ""
    for char in text:
        total += _advance(char, family, language)
        if before and is_han(before) != is_han(char) and " " not in (before, char):
            total += HAN_GAP_EM
        before = char
    return total


@lru_cache(maxsize=65536)
def line_count(text: str, family: Family, language: str, measure_em: float) -> int:
    """Count the lines a text takes in a column ``measure_em`` wide, at least 1.

    Breaks are taken at spaces and beside Han characters, greedily; the typesetter's own choice of
    breaks never takes fewer lines than the narrowest column allows, so callers hand in a little less
    than they have.
    """
    lines, used = 1, 0.0
    for word in _words(text):
        wide = width_em(word.rstrip(" "), family, language)
        if used and used + wide > measure_em:
            lines, used = lines + 1, 0.0
        while wide > measure_em:
            lines, wide = lines + 1, wide - measure_em
        used += wide + (_advance(" ", family, language) if word.endswith(" ") else 0.0)
    return lines


def _words(text: str) -> Iterator[str]:
    """Cut a text where a line may end: after a space, around each Han character, never before a closing mark."""
    word = ""
    for char in text:
        is_beside_han = is_han(char) or (word and is_han(word[-1]))
        if word and is_beside_han and char not in _CLOSING and word[-1] not in _OPENING:
            yield word
            word = ""
        word += char
        if char == " ":
            yield word
            word = ""
    if word:
        yield word


def _cmap(data: _Data, start: int) -> Iterator[tuple[int, int]]:
    count = struct.unpack_from(">H", data, start + 2)[0]
    offsets = [struct.unpack_from(">I", data, start + 8 + 8 * index)[0] for index in range(count)]
    formats = {struct.unpack_from(">H", data, start + offset)[0]: start + offset for offset in offsets}
    if _GROUPS in formats:
        at = formats[_GROUPS]
        groups = struct.unpack_from(">I", data, at + 12)[0]
        for first, last, glyph in struct.iter_unpack(">III", _span(data, at + 16, 12 * groups)):
            yield from ((code, glyph + code - first) for code in range(first, last + 1))
        return
    if _SEGMENTS not in formats:
        message = "no Unicode cmap"
        raise ValueError(message)
    yield from _cmap_segments(data, formats[_SEGMENTS])


def _cmap_segments(data: _Data, at: int) -> Iterator[tuple[int, int]]:
    segments = struct.unpack_from(">H", data, at + 6)[0] // 2
    shape = f">{segments}H"
    ends = struct.unpack_from(shape, data, at + 14)
    starts = struct.unpack_from(shape, data, at + 16 + 2 * segments)
    deltas = struct.unpack_from(shape, data, at + 16 + 4 * segments)
    ranges_at = at + 16 + 6 * segments
    ranges = struct.unpack_from(shape, data, ranges_at)
    for index in range(segments):
        for code in range(starts[index], min(ends[index], 0xFFFE) + 1):
            if ranges[index] == 0:
                yield code, (code + deltas[index]) & 0xFFFF
                continue
            where = ranges_at + 2 * index + ranges[index] + 2 * (code - starts[index])
            glyph = struct.unpack_from(">H", data, where)[0]
            yield code, (glyph + deltas[index]) & 0xFFFF if glyph else 0


def _is_within(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(char) <= last for first, last in ranges)


def _span(data: _Data, start: int, length: int) -> bytes:
    return data[start : start + length]


def _latin() -> Path:
    return _file("fontpkg_source_serif_4", "files/SourceSerif4[opsz,wght].ttf")


@lru_cache(maxsize=8)
def _file(package: str, name: str) -> Path:
    return Path(str(files(package).joinpath(name)))
