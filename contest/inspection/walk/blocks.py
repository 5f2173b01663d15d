"""What a walk through a container finds, and the limits within which it walks."""

import zlib
from dataclasses import dataclass, field

from contest.inspection.tiff import Tags

BLOCK_LIMIT = 8 * 1024 * 1024
"""Most bytes kept of any one metadata block, and of any one that inflates."""

TEXT_LIMIT = 256 * 1024
"""Most bytes kept of any one text chunk."""

CREDENTIALS_LIMIT = 8 * 1024 * 1024
"""Most bytes kept of Content Credentials, beside the other blocks: they hold whole thumbnails."""

PIECES_LIMIT = 4096
"""Most segments, chunks or boxes that carry no pixels; real files have some dozens."""


@dataclass(kw_only=True)
class Blocks:
    """The parts of one file, filled in by the walker of its format.

    Attributes:
        format: As `sniff` names it.
        width_px, height_px: As stored; None where no header said so.
        frames: Pictures a viewer would show one after another; a photograph's own parts do not count.
        exif: A TIFF block, beginning with its byte order mark.
        xmp, xmp_extended: XMP packets; iptc: IPTC-IIM records; icc: a whole profile.
        exif_parts: Further TIFF blocks: with EXIF's ("exif") or GPS's ("gps") directory as their directory 0, as in
            CR3, or of a preview, to fill gaps ("more"), as in RW2.
        tags: Of a TIFF file, whose directories may stand behind what ``exif`` holds of it.
        jumbf: Whether a JUMBF box (Content Credentials) was seen; credentials: the manifest store in it.
        text: Text chunks and comments, (key, text) in the order of the file.
        scans, progressive: Of a JPEG.
        pixel_bytes: Bytes of coded picture data.
        end: Offset behind the picture; trailing_bytes follow it, of trailing_kind.
        color, bits, alpha: "rgb", "grey", "cmyk", "palette" or "lab"; bits per channel.
        sampling: Of a JPEG, (horizontal, vertical) of each component.
        quality: Of a JPEG, 1 to 100 on the usual encoder's scale, by its brightness table.
        turned: EXIF's 1-8 where the container itself turns the picture (HEIF ``irot``, ``imir``).
        extras: "mpo", "gain_map", "motion_photo", "depth": parts of one and the same photograph.
        decode_from: Of a JPEG, the segments a decoder needs, as (start, end) offsets up to the first scan.
        damaged: What was damaged, by stable names, without which the walk went on.
        refused: Limits that were passed, by the check code that says so.
    """

    format: str
    width_px: int | None = None
    height_px: int | None = None
    frames: int = 1
    exif: bytes | None = None
    xmp: bytes | None = None
    xmp_extended: bytes | None = None
    iptc: bytes | None = None
    icc: bytes | None = None
    exif_parts: dict[str, bytes] = field(default_factory=dict)
    tags: Tags | None = None
    jumbf: bool = False
    credentials: bytes | None = None
    jfif: bool = False
    text: list[tuple[str, str]] = field(default_factory=list)
    scans: int = 0
    progressive: bool = False
    pixel_bytes: int = 0
    end: int = 0
    trailing_bytes: int = 0
    trailing_kind: str | None = None
    color: str | None = None
    bits: int | None = None
    alpha: bool = False
    sampling: tuple[tuple[int, int], ...] = ()
    quality: int | None = None
    turned: int | None = None
    extras: set[str] = field(default_factory=set)
    decode_from: list[tuple[int, int]] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def damage(self, name: str) -> None:
        """Note a damage once."""
        if name not in self.damaged:
            self.damaged.append(name)

    def refuse(self, code: str) -> None:
        """Note a passed limit once."""
        if code not in self.refused:
            self.refused.append(code)

    def add_credentials(self, store: bytes) -> None:
        """Keep the first manifest store, no more of it than any real one has."""
        self.jumbf = True
        if len(store) > CREDENTIALS_LIMIT:
            self.damage("credentials")
        if self.credentials is None:
            self.credentials = store[:CREDENTIALS_LIMIT]

    def add_text(self, key: str, text: str) -> None:
        """Keep a text, up to a number and a length nobody needs more of."""
        if len(self.text) < 64:  # noqa: PLR2004 - generators write three or four, cameras none
            self.text.append((key, text[:TEXT_LIMIT]))


def inflate(packed: bytes, *, limit: int) -> tuple[bytes, bool]:
    """Inflate zlib data up to ``limit`` bytes.

    Returns:
        What came out, and whether there was more than the limit. Damaged data give what came before.
    """
    engine = zlib.decompressobj()
    try:
        out = engine.decompress(packed, limit)
    except zlib.error:
        return b"", False
    return out, bool(engine.unconsumed_tail) and not engine.eof
