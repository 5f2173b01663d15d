"""The sandbox's child: `python -m contest.inspection.child DESCRIPTOR SETTINGS`.

The only process that imports an image decoder. It gets open files over its line, answers with plain JSON, and
can neither open a file for writing nor reach a network, as far as the system lets it lock itself in.
"""

import contextlib
import ctypes
import faulthandler
import importlib.util
import json
import os
import socket
import sys
import time
import traceback
from typing import Any, BinaryIO

import PIL

from contest.inspection.confine import confine
from contest.inspection.examination import examine
from contest.inspection.plain import to_plain
from contest.inspection.sizes import DRAWINGS, PREVIEWS
from contest.inspection.wire import LineBrokenError, receive, send

_CODECS = ("gb18030", "cp1252", "latin-1", "utf-16-le", "utf-16-be", "iso2022_jp")
# What a large picture took goes back to the system, holes and all, or the next one lies beside them (131 MiB instead
# of 95 for pictures of 100 MP, 95 instead of 89 for 24 MP): blocks of pixels are mapped each by itself, where glibc
# would soon take them from its heap, and the heap is trimmed after each request. glibc alone has such calls.
_libc = ctypes.CDLL(None)
_set_allocator = getattr(_libc, "mallopt", lambda _name, _value: None)
_give_back = getattr(_libc, "malloc_trim", lambda _kept: None)
_M_MMAP_THRESHOLD = -3
_MAPPED_FROM_BYTES = 1024 * 1024
_SHARE_FOR_DECODER = 0.7  # of the address space; the rest is the interpreter, its libraries and the previews


def main() -> None:
    """Serve requests until the line ends."""
    faulthandler.enable()
    _set_allocator(_M_MMAP_THRESHOLD, _MAPPED_FROM_BYTES)
    line = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    for name in _CODECS:
        b"".decode(name)
    level = confine(
        memory_bytes=settings["memory_bytes"],
        file_bytes=settings["file_bytes"],
        readable=settings["readable"],
    )
    send(line, {"level": {**level, "pillow": PIL.__version__, "heif": _heif_version()}, "cpu_s": time.process_time()})
    while True:
        try:
            request, descriptors = receive(line)
        except LineBrokenError:
            return
        with contextlib.ExitStack() as files:
            opened = [
                files.enter_context(os.fdopen(descriptor, "wb" if place and request.get("draw") else "rb"))
                for place, descriptor in enumerate(descriptors)
            ]
            answer = _answer(request, opened, memory_bytes=settings["memory_bytes"])
        send(line, {**answer, "cpu_s": time.process_time()})
        _give_back(0)


def _answer(request: dict[str, Any], files: list[BinaryIO], *, memory_bytes: int) -> dict[str, Any]:
    """Do one job; a fault of ours is told as such, so that the parent need not guess."""
    try:
        if "compare" in request:
            # Only in a child that compares: its libraries take more memory than all the others together.
            from contest.inspection.likeness.child import compare  # noqa: PLC0415 - see above

            return compare(request, files)
        return _examined(request, files, memory_bytes=memory_bytes)
    except Exception:  # noqa: BLE001 - the edge of this process: the parent gets the trace and ends it
        return {"fault": traceback.format_exc(limit=-6)[-2000:]}


def _examined(request: dict[str, Any], files: list[BinaryIO], *, memory_bytes: int) -> dict[str, Any]:
    drawing = DRAWINGS.get(request["draw"])
    outputs = dict(zip(drawing.sizes, files[1:], strict=True)) if drawing else None
    report, drawn = examine(
        files[0],
        decode=request["decode"],
        drawing=drawing or PREVIEWS,
        outputs=outputs,
        memory_bytes=int(memory_bytes * _SHARE_FOR_DECODER),
    )
    summary = None
    if drawn is not None:
        summary = {
            "placeholder": drawn.placeholder,
            "colour": drawn.colour,
            "mean_luminance": drawn.mean_luminance,
        }
    return {"report": to_plain(report), "drawn": summary}


def _heif_version() -> str:
    if importlib.util.find_spec("pillow_heif") is None:
        return ""
    from importlib.metadata import version  # noqa: PLC0415 - it takes 0.6 MiB of every child

    return version("pillow-heif")


if __name__ == "__main__":
    main()
