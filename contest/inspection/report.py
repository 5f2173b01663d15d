"""The answer to one inspection: a file's structure, its facts, and whether it decodes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contest.inspection.facts import Facts
from contest.inspection.plain import from_plain, to_plain

INSPECTOR_VERSION = 3
"""Raised whenever the same file would give another report, so that entries can be inspected again."""


@dataclass(frozen=True, kw_only=True)
class Structure:
    """The walker's findings in numbers; the blocks themselves stay in the sandbox.

    Attributes:
        stored_width_px, stored_height_px: As stored, before any turning.
        color: "rgb", "grey", "cmyk", "palette", "lab", or None where unknown; alpha tells of transparency.
        bits: Per channel.
        scans: How many times a JPEG runs over the picture; progressive files have about ten.
        pixel_bytes: Bytes that hold the picture itself, without metadata and trailer.
        trailing_bytes: Bytes after the picture's end; trailing_kind is "jpeg", "mp4", "zip", "html" ...
        extras: Parts that belong to one photograph: "mpo", "gain_map", "motion_photo", "depth".
        jfif: Whether a JPEG opens with a JFIF segment, as copies from chat programs do.
        jumbf: Whether Content Credentials seem to be there.
        quality: Of a JPEG, 1 to 100 on the usual encoder's scale, by its brightness table.
        turned: EXIF's 1 to 8, by which the picture was turned to be seen upright.
        damaged: What was damaged, by stable names; the rest was read all the same.
    """

    stored_width_px: int | None = None
    stored_height_px: int | None = None
    color: str | None = None
    bits: int | None = None
    alpha: bool = False
    progressive: bool = False
    scans: int = 0
    pixel_bytes: int = 0
    trailing_bytes: int = 0
    trailing_kind: str | None = None
    extras: tuple[str, ...] = ()
    jfif: bool = False
    jumbf: bool = False
    quality: int | None = None
    turned: int = 1
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the pixels show, from a small upright version; all None where nothing was decoded.

    Attributes:
        phash: 64 bits in hexadecimal, alike for pictures that look alike.
        thumbnail_distance: Bits in which the embedded thumbnail differs from the picture, in the most favourable
            of its eight positions.
        border_px: Width of an even border on all four sides, the narrowest one, in pixels of the picture.
        border_colour, band_colour: Grey of the border, and of a band with lettering below the picture, 0 to 255.
    """

    phash: str | None = None
    thumbnail_distance: int | None = None
    border_px: int | None = None
    border_colour: int | None = None
    band_colour: int | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that is known of one file; JSON round-trippable.

    Attributes:
        format: As `sniff` names it, by content; None for an unknown type.
        bytes: Size of the file.
        width_px, height_px: As seen, after the orientation; None where no header could be read.
        frames: Pictures in the file; a photograph with a gain map, depth or motion part counts as one.
        decodes: Whether all pixels could be decoded; None where it was not tried.
        refusal: The check code that forbids decoding or came of it ("F02.unreadable", "F03.too_many_pixels"
            ...), or None.
    """

    format: str | None
    bytes: int
    width_px: int | None = None
    height_px: int | None = None
    frames: int = 1
    decodes: bool | None = None
    refusal: str | None = None
    facts: Facts = field(default_factory=Facts)
    structure: Structure = field(default_factory=Structure)
    look: Look = field(default_factory=Look)
    inspector_version: int = INSPECTOR_VERSION

    def to_json(self) -> dict[str, Any]:
        """Give plain JSON values."""
        return to_plain(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Report":
        """Read what ``to_json`` gave; raises ValueError on a wrong type."""
        return from_plain(cls, raw)


@dataclass(frozen=True, kw_only=True)
class Derivative:
    """One preview on disk: a bare baseline JPEG in sRGB, upright.

    Attributes:
        long_side_px: The size it stands for: 320, 640, 1280 or 2560; the picture may be smaller.
        file_name: Its name in the folder asked for.
        width_px, height_px: Its own, never larger than the original's.
        bytes, sha256: Of the file.
    """

    long_side_px: int
    file_name: str
    width_px: int
    height_px: int
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Derived:
    """All previews of one picture.

    Attributes:
        files: One per size, smallest first.
        placeholder: A ``data:`` address of a PNG eight pixels long, shown until the preview arrives.
        colour: The mean colour as "#rrggbb".
        mean_luminance: Mean brightness of the picture as shown (Rec. 601 luma), 0 black to 1 white.
        recipe_version: With the original's SHA-256 it names the set; see ``derive.RECIPE_VERSION``.
    """

    files: tuple[Derivative, ...]
    placeholder: str
    colour: str
    mean_luminance: float
    recipe_version: int

    def to_json(self) -> dict[str, Any]:
        """Give plain JSON values."""
        return to_plain(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Derived":
        """Read what ``to_json`` gave; raises ValueError on a wrong type."""
        return from_plain(cls, raw)
