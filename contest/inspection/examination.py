"""One whole examination of one file: walk, read, decode, draw. Runs in the sandbox's child alone."""

import io
import mmap
import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import BinaryIO

from PIL import Image

from contest.inspection.decode import UndecodableError, open_picture, refusal
from contest.inspection.derive import Drawn, bytes_for, derive, draw_small
from contest.inspection.exif_labels import read_labels
from contest.inspection.facts import Facts
from contest.inspection.look import look_at
from contest.inspection.reading import Read, read_facts, thumbnail_of
from contest.inspection.report import Report, Structure
from contest.inspection.sizes import PREVIEWS, Drawing, upright
from contest.inspection.sniff import SNIFFED_BYTES, sniff
from contest.inspection.source import open_source
from contest.inspection.walk import Blocks, walk

_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    AttributeError,
    RuntimeError,
    struct.error,
    zlib.error,
    Warning,
)
"""What Pillow's plugins raise on damaged files: no family of their own. Anything else is a fault of ours."""

_THUMBNAIL_PIXELS = 1_000_000


def examine(
    file: BinaryIO,
    *,
    decode: bool = True,
    drawing: Drawing = PREVIEWS,
    outputs: Mapping[int, BinaryIO] | None = None,
    memory_bytes: int,
) -> tuple[Report, Drawn | None]:
    """Examine one file.

    Args:
        file: Open for reading, with a descriptor.
        decode: Whether to decode all pixels, without which "F02" cannot be told.
        drawing: What to draw; with anything but the previews nothing is looked at, which was done with them.
        outputs: Where to draw it, by long side in pixels; None to draw nothing.
        memory_bytes: What the decoder may use; estimated, not enforced here.
    """
    source = open_source(file)
    head, size = source[:SNIFFED_BYTES], len(source)
    blocks = walk(source)
    # Mapped pages count as our memory: let go of them before the decoder needs it.
    if isinstance(source, mmap.mmap):
        source.close()
    read = _read(blocks)
    code = "F02.empty" if size == 0 else refusal(blocks, memory_bytes=memory_bytes)
    if code is None and outputs and _needs(blocks, drawing) > memory_bytes:
        code = "F03.too_much_memory"
    report = _report(blocks.format if blocks else sniff(head), size, blocks, read, code)
    if blocks is None or code is not None or not (decode or outputs):
        return replace(report, decodes=_tried(code)), None
    orientation = _orientation(blocks, read.facts)
    drawn = None
    try:
        picture = open_picture(file, blocks)
        if outputs:
            drawn = derive(picture, drawing=drawing, orientation=orientation, icc=blocks.icc, outputs=outputs)
        small = drawn.small if drawn else draw_small(picture, orientation=orientation)
    except UndecodableError as refused:
        return replace(report, decodes=_tried(refused.code), refusal=refused.code), None
    except MemoryError:
        return replace(report, refusal="F03.too_much_memory"), None
    except _DECODER_ERRORS:
        return replace(report, decodes=False, refusal="F02.unreadable"), None
    if drawing is not PREVIEWS:
        return replace(report, decodes=True), drawn
    scale = max(report.width_px or 0, report.height_px or 0) / max(small.size)
    look = look_at(small, scale=scale, thumbnail=_thumbnail(blocks, read, memory_bytes=memory_bytes))
    return replace(report, decodes=True, look=look), drawn


def _needs(blocks: Blocks | None, drawing: Drawing) -> int:
    if blocks is None or blocks.width_px is None or blocks.height_px is None:
        return 0
    return bytes_for(drawing, width_px=blocks.width_px, height_px=blocks.height_px)


def _thumbnail(blocks: Blocks, read: Read, *, memory_bytes: int) -> Image.Image | None:
    """Decode the embedded thumbnail, as carefully as any upload; a broken one is none."""
    data = thumbnail_of(read.tags, blocks.exif) if read.tags is not None and blocks.exif is not None else None
    inside = None if data is None else walk(data)
    if data is None or inside is None or refusal(inside, memory_bytes=memory_bytes) is not None:
        return None
    if (inside.width_px or 0) * (inside.height_px or 0) > _THUMBNAIL_PIXELS:
        return None
    try:
        picture = open_picture(io.BytesIO(data), inside)
        picture.load()
    except (UndecodableError, MemoryError, *_DECODER_ERRORS):
        return None
    return picture


def _tried(code: str | None) -> bool | None:
    """Give False for damage, None for a picture that was never decoded."""
    return False if code is not None and code.startswith("F02") else None


def _read(blocks: Blocks | None) -> Read:
    if blocks is None:
        return Read(facts=Facts())
    read = read_facts(blocks)
    if read.tags is None or blocks.exif is None:
        return read
    return replace(read, facts=replace(read.facts, labels=read_labels(blocks.exif, read.tags)))


def _orientation(blocks: Blocks, facts: Facts) -> int:
    """Choose how stored pixels are turned: HEIF and AVIF say so themselves and EXIF's number is then history.

    A TIFF and a HEIC come out of their decoders already turned.
    """
    if blocks.format in ("tiff", "heif"):
        return 1
    if blocks.turned is not None:
        return blocks.turned
    return facts.orientation or 1


def _report(kind: str | None, size: int, blocks: Blocks | None, read: Read, code: str | None) -> Report:
    if blocks is None:
        return Report(format=kind, bytes=size, refusal=code)
    seen: tuple[int | None, int | None] = blocks.width_px, blocks.height_px
    turned = (blocks.turned if blocks.turned is not None else read.facts.orientation) or 1
    if blocks.width_px is not None and blocks.height_px is not None:
        seen = upright(blocks.width_px, blocks.height_px, orientation=turned)
    return Report(
        format=kind,
        bytes=size,
        width_px=seen[0],
        height_px=seen[1],
        frames=blocks.frames,
        refusal=code,
        facts=read.facts,
        structure=Structure(
            stored_width_px=blocks.width_px,
            stored_height_px=blocks.height_px,
            color=blocks.color,
            bits=blocks.bits,
            alpha=blocks.alpha,
            progressive=blocks.progressive,
            scans=blocks.scans,
            pixel_bytes=blocks.pixel_bytes,
            trailing_bytes=blocks.trailing_bytes,
            trailing_kind=blocks.trailing_kind,
            extras=tuple(sorted(blocks.extras)),
            jfif=blocks.jfif,
            jumbf=blocks.jumbf,
            quality=blocks.quality,
            turned=turned,
            damaged=read.damaged,
        ),
    )
