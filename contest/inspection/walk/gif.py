"""Walk a GIF as far as its size and whether it moves; no contest judges it, but a message must name it."""

from contest.inspection.source import Source
from contest.inspection.walk.blocks import PIECES_LIMIT, Blocks

_DATA_PIECES_LIMIT = 200_000  # of 255 bytes each: 50 MB of one picture
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B


def walk_gif(source: Source) -> Blocks:
    """Read the canvas and count pictures, up to the limit of pieces."""
    blocks = Blocks(format="gif", color="palette", bits=8, frames=0)
    blocks.width_px = int.from_bytes(source[6:8], "little") or None
    blocks.height_px = int.from_bytes(source[8:10], "little") or None
    flags = source[10] if len(source) > 10 else 0  # noqa: PLR2004 - header layout
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    for _ in range(PIECES_LIMIT):
        kind = source[at] if at < len(source) else _TRAILER
        if kind == _IMAGE and at + 10 <= len(source):
            blocks.frames += 1
            local = source[at + 9]
            at = _behind_pieces(source, at + 11 + (3 << (local & 7) + 1 if local & 0x80 else 0))
        elif kind == _EXTENSION:
            at = _behind_pieces(source, at + 2)
        else:
            break
    blocks.frames = max(1, blocks.frames)
    blocks.end = len(source)
    return blocks


def _behind_pieces(source: Source, at: int) -> int:
    """Skip data pieces up to the empty one that ends them; give up behind the most a real picture has."""
    for _ in range(_DATA_PIECES_LIMIT):
        if at >= len(source) or not source[at]:
            return at + 1
        at += source[at] + 1
    return len(source)
