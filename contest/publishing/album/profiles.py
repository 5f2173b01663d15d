"""Colour profiles: the press's, which embedded ones can be used, the plain sRGB ones declared where there is none.

A photograph without a profile is sRGB by custom; the book says so instead of leaving it to the press. The
two small profiles are made here, so they are the same bytes everywhere. Source: ICC.1:2001-04, IEC 61966-2-1.
"""

import struct
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import md5, sha256
from importlib.resources import files
from typing import Final

SPACES: Final = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
CLASSES: Final = frozenset({b"scnr", b"mntr", b"prtr", b"spac"})
HEADER_BYTES: Final = 128
CURVE_POINTS: Final = 1024
TAGS_MAX: Final = 100
CUSTOM: Final = "Custom"
NAME_MAX: Final = 80

# The primaries and the white of sRGB adapted to D50 (Bradford), as in the profile of IEC 61966-2-1.
WHITE: Final = (0.9642, 1.0, 0.8249)
PRIMARIES: Final = {
    b"rXYZ": (0.4360, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7141),
}


@dataclass(frozen=True)
class OutputProfile:
    """The press, ink and paper that a book is made for.

    Attributes:
        data: The ICC profile, CMYK of class ``prtr``.
        condition: Its name in the ICC's characterization registry, or "Custom" for a printer's own.
        name: What it is called in words.
    """

    data: bytes
    condition: str
    name: str

    @property
    def is_registered(self) -> bool:
        """Tell whether the condition is one of the registry."""
        return self.condition != CUSTOM

    @cached_property
    def md5(self) -> str:
        """Hash it as print portals do to tell one profile from another."""
        return md5(self.data, usedforsecurity=False).hexdigest()

    @cached_property
    def sha256(self) -> str:
        """Hash it as the store does."""
        return sha256(self.data).hexdigest()


FOGRA39: Final = OutputProfile(
    data=files("contest.publishing.album").joinpath("data/FOGRA39L_coated.icc").read_bytes(),
    condition="FOGRA39",
    name="Offset printing on coated paper, ISO 12647-2:2004/Amd 1, OFCOM, paper type 1 or 2",
)


def is_usable(profile: bytes, *, components: int) -> bool:
    """Tell whether a PDF may carry an embedded profile for a photograph of 1, 3 or 4 components."""
    return (
        len(profile) > HEADER_BYTES
        and profile[36:40] == b"acsp"
        and profile[16:20] == SPACES.get(components)
        and profile[12:16] in CLASSES
        and profile[8] in {2, 4}
    )


def name_of(profile: bytes) -> str:
    """Read what a profile calls itself, such as "Adobe RGB (1998)"; "" where it says nothing legible.

    Versions 2 and 4 keep it in the tag ``desc``, as ASCII or as UTF-16 (ICC.1:2001-04, 6.5.17; ICC.1:2010, 10.13).
    """
    try:
        count = struct.unpack_from(">I", profile, HEADER_BYTES)[0]
        for number in range(min(count, TAGS_MAX)):
            tag, start, size = struct.unpack_from(">4sII", profile, HEADER_BYTES + 4 + 12 * number)
            data = profile[start : start + size]
            if tag == b"desc" and data[:4] == b"desc":
                length = struct.unpack_from(">I", data, 8)[0]
                return _one_line(data[12 : 12 + length].decode("latin-1"))
            if tag == b"desc" and data[:4] == b"mluc":
                length, offset = struct.unpack_from(">II", data, 20)
                return _one_line(data[offset : offset + length].decode("utf-16-be", "replace"))
    except struct.error:
        pass
    return ""


def _one_line(text: str) -> str:
    shown = "".join(char for char in text.partition("\n")[0] if char.isprintable())
    return shown.strip()[:NAME_MAX]


@lru_cache(maxsize=2)
def srgb(*, components: int) -> bytes:
    """Make the sRGB profile for 3 components, or its grey companion with the same curve for 1."""
    curve = struct.pack(">4s4xI", b"curv", CURVE_POINTS) + struct.pack(
        f">{CURVE_POINTS}H",
        *(round(65535 * _linear(point / (CURVE_POINTS - 1))) for point in range(CURVE_POINTS)),
    )
    name = b"sRGB" if components == 3 else b"sRGB grey"  # noqa: PLR2004 - red, green, blue
    description = struct.pack(">4s4xI", b"desc", len(name) + 1) + name + bytes(1 + 4 + 4 + 2 + 1 + 67)
    tags: list[tuple[bytes, bytes]] = [
        (b"desc", description),
        (b"cprt", b"text" + bytes(4) + b"No rights reserved\0"),
        (b"wtpt", _xyz(WHITE)),
    ]
    if components == 3:  # noqa: PLR2004 - red, green, blue
        tags += [(tag, _xyz(values)) for tag, values in PRIMARIES.items()]
        tags += [(tag, curve) for tag in (b"rTRC", b"gTRC", b"bTRC")]
    else:
        tags.append((b"kTRC", curve))
    return _assembled(tags, space=SPACES[components])


def _assembled(tags: list[tuple[bytes, bytes]], *, space: bytes) -> bytes:
    table, body, where = b"", b"", {}
    start = HEADER_BYTES + 4 + 12 * len(tags)
    for tag, data in tags:
        if data not in where:
            where[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", tag, where[data], len(data))
    size = start + len(body)
    header = struct.pack(">I4x4s4s4s4s", size, b"\x02\x10\0\0", b"mntr", space, b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _fixed(WHITE)
    return header.ljust(HEADER_BYTES, b"\0") + struct.pack(">I", len(tags)) + table + body


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(values)


def _fixed(values: tuple[float, float, float]) -> bytes:
    return struct.pack(">3i", *(round(65536 * value) for value in values))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - IEC 61966-2-1
