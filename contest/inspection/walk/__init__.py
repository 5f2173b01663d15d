"""A bounded walk through a picture's container: where its blocks are, without decoding a single pixel.

Pure Python, linear in the size of the file, no recursion deeper than a fixed number, nothing kept beyond a
limit. Damage is noted and walked around; a passed limit is noted under the check code that tells of it.
"""

import mmap
from collections.abc import Callable
from typing import BinaryIO

from contest.inspection.sniff import SNIFFED_BYTES, sniff
from contest.inspection.source import Source, open_source
from contest.inspection.walk.blocks import Blocks
from contest.inspection.walk.gif import walk_gif
from contest.inspection.walk.isobmff import walk_isobmff, walk_jxl
from contest.inspection.walk.jpeg import walk_jpeg
from contest.inspection.walk.png import walk_png
from contest.inspection.walk.raw import walk_cr3, walk_like_tiff, walk_mrw, walk_raf, walk_x3f
from contest.inspection.walk.tiff import walk_tiff
from contest.inspection.walk.webp import walk_webp

__all__ = ["Blocks", "walk"]

_WALKERS: dict[str, Callable[[Source], Blocks]] = {
    "jpeg": walk_jpeg,
    "png": walk_png,
    "webp": walk_webp,
    "gif": walk_gif,
    "heif": walk_isobmff,
    "avif": walk_isobmff,
    "jxl": walk_jxl,
    "tiff": walk_tiff,
    "bigtiff": walk_tiff,
    "cr2": walk_like_tiff,
    "orf": walk_like_tiff,
    "rw2": walk_like_tiff,
    "raf": walk_raf,
    "cr3": walk_cr3,
    "mrw": walk_mrw,
    "x3f": walk_x3f,
}


def walk(source: Source | BinaryIO) -> Blocks | None:
    """Walk a file of any known format.

    Args:
        source: Its bytes, a memory map of it, or an open binary file.

    Returns:
        Its blocks, or None where no walker knows the type (`sniff` may still name it).
    """
    if not isinstance(source, bytes | mmap.mmap):
        source = open_source(source)
    walker = _WALKERS.get(sniff(source[:SNIFFED_BYTES]) or "")
    return None if walker is None else walker(source)
