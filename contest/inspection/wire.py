"""The sandbox's line: length-prefixed JSON over a local socket, open files passed along with a message."""

import array
import json
import socket
import time
from collections.abc import Sequence
from typing import Any

MESSAGE_LIMIT = 4 * 1024 * 1024
_FILES_LIMIT = 16


class LineBrokenError(Exception):
    """The other side is gone, or what it says is no message."""


def send(line: socket.socket, message: dict[str, Any], files: Sequence[int] = ()) -> None:
    """Send one message, with open descriptors the other side may then use."""
    body = json.dumps(message, allow_nan=False).encode()
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))] if files else []
    try:
        line.sendmsg([len(body).to_bytes(4, "big")], rights)
        line.sendall(body)
    except OSError as gone:
        raise LineBrokenError(str(gone)) from gone


def receive(line: socket.socket, *, within_s: float | None = None) -> tuple[dict[str, Any], list[int]]:
    """Wait for one message and the descriptors that came with it.

    Raises:
        TimeoutError: It was not whole after ``within_s`` seconds.
        LineBrokenError: The line ended, or the message is too long or no JSON object.
    """
    until = None if within_s is None else time.monotonic() + within_s
    files: list[int] = []
    length = int.from_bytes(_exactly(line, 4, until, files), "big")
    if length > MESSAGE_LIMIT:
        raise LineBrokenError("message too long")
    try:
        message = json.loads(_exactly(line, length, until, files))
    except (ValueError, RecursionError) as wrong:
        raise LineBrokenError("no JSON") from wrong
    if not isinstance(message, dict):
        raise LineBrokenError("no object")
    return message, files


def _exactly(line: socket.socket, count: int, until: float | None, files: list[int]) -> bytes:
    out = bytearray()
    while len(out) < count:
        if until is not None:
            line.settimeout(max(0.001, until - time.monotonic()))
        try:
            piece, rights, _flags, _address = line.recvmsg(
                min(count - len(out), 65536), socket.CMSG_SPACE(_FILES_LIMIT * 4)
            )
        except TimeoutError:
            raise
        except OSError as gone:
            raise LineBrokenError(str(gone)) from gone
        for level, kind, data in rights:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                whole = array.array("i")
                whole.frombytes(data[: len(data) - len(data) % whole.itemsize])
                files.extend(whole)
        if not piece:
            raise LineBrokenError("the other side closed the line")
        out += piece
    return bytes(out)
