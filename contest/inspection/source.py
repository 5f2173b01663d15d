"""The bytes of a file under inspection: in memory, or mapped so that only what is looked at is read."""

import io
import mmap
from typing import BinaryIO

Source = bytes | mmap.mmap


def open_source(file: BinaryIO) -> Source:
    """Map an open file into memory without reading it; give bytes where it cannot be mapped."""
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (io.UnsupportedOperation, ValueError):
        # A file in memory has no descriptor, and an empty one cannot be mapped.
        file.seek(0)
        return file.read()
