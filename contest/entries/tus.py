"""The tus protocol 1.0 for resumable uploads: reading its headers and giving its answers. Knows no framework.

Spoken: the core protocol and the extensions creation, creation-with-upload, expiration and termination
(https://tus.io/protocols/resumable-upload). `receiving` does the work; a page joins the two:

    OPTIONS        answer 204 with `abilities(limit_bytes)`
    POST           `read_creation`, `receiving.begin` -> 201 with `created`; a body is appended at once
    HEAD           `receiving.progress` -> 200 with `state`
    PATCH          `read_offset`, `receiving.append` -> 204 with `state`; at the end `receiving.finish`
    DELETE         `receiving.abandon` -> 204 with `spoken`

A ContestError on the way is answered with `status_of` and its sentence.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Final

from contest.entries.receiving import Progress
from contest.kernel.errors import Conflict, ContestError, Invalid, Missing, Refused

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,expiration,termination"
BODY_TYPE: Final = "application/offset+octet-stream"
# tus names its own statuses for these; the rest follow from the kind of error.
_STATUS: Final = {
    "tus.version": HTTPStatus.PRECONDITION_FAILED,
    "tus.body_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "tus.header": HTTPStatus.BAD_REQUEST,
    "upload.too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "upload.longer": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "upload.expired": HTTPStatus.GONE,
    "upload.no_room": HTTPStatus.INSUFFICIENT_STORAGE,
}
_KINDS: Final = (
    (Missing, HTTPStatus.NOT_FOUND),
    (Refused, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
)


@dataclass(frozen=True, kw_only=True)
class Creation:
    """What a client says of the file it is about to send; ``has_body`` if its bytes begin in this request."""

    declared_bytes: int
    file_name: str
    declared_sha256: str | None
    has_body: bool


def read_creation(headers: Mapping[str, str]) -> Creation:
    """Read the headers of a POST; the file's name and SHA-256 come as ``filename`` and ``sha256`` in Upload-Metadata.

    Args:
        headers: By name; the mapping must not care about case.

    Raises:
        Conflict: ``tus.version``.
        Invalid: ``tus.header`` with the ``name`` of one that is missing or malformed.
    """
    _check_version(headers)
    given = _metadata(headers.get("Upload-Metadata", ""))
    return Creation(
        declared_bytes=_whole(headers, "Upload-Length"),
        file_name=given.get("filename", ""),
        declared_sha256=given.get("sha256") or None,
        has_body=headers.get("Content-Type", "") == BODY_TYPE,
    )


def read_offset(headers: Mapping[str, str]) -> int:
    """Read the headers of a PATCH; give where its bytes belong.

    Raises:
        Conflict: ``tus.version``.
        Invalid: ``tus.body_type``, ``tus.header``.
    """
    _check_version(headers)
    if headers.get("Content-Type", "") != BODY_TYPE:
        raise Invalid("tus.body_type")
    return _whole(headers, "Upload-Offset")


def abilities(limit_bytes: int) -> dict[str, str]:
    """Give the headers that say what is spoken here."""
    return {**spoken(), "Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(limit_bytes)}


def created(address: str, *, offset: int, expires_at: datetime) -> dict[str, str]:
    """Give the headers of a 201; ``address`` is where the bytes go."""
    return {**spoken(), "Location": address, "Upload-Offset": str(offset), "Upload-Expires": _date(expires_at)}


def state(progress: Progress) -> dict[str, str]:
    """Give the headers that say how far an upload is; nobody may keep them."""
    return {
        **spoken(),
        "Upload-Offset": str(progress.offset),
        "Upload-Length": str(progress.declared_bytes),
        "Upload-Expires": _date(progress.expires_at),
        "Cache-Control": "no-store",
    }


def spoken() -> dict[str, str]:
    """Give the header that every answer carries."""
    return {"Tus-Resumable": VERSION}


def status_of(error: ContestError) -> HTTPStatus:
    """Give the status with which tus clients expect to be told of an error."""
    if error.code in _STATUS:
        return _STATUS[error.code]
    return next(status for kind, status in _KINDS if isinstance(error, kind))


def _check_version(headers: Mapping[str, str]) -> None:
    if headers.get("Tus-Resumable") != VERSION:
        raise Conflict("tus.version", version=VERSION)


def _whole(headers: Mapping[str, str], name: str) -> int:
    given = headers.get(name, "")
    # More than 18 digits is no file of this world, and int() takes ever longer over them.
    if not (given.isascii() and given.isdecimal() and len(given) <= 18):  # noqa: PLR2004 - said above
        raise Invalid("tus.header", name=name)
    return int(given)


def _metadata(given: str) -> dict[str, str]:
    """Read ``name base64,name base64``; a name may stand alone."""
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in given.split(","))):
        name, _space, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as malformed:
            raise Invalid("tus.header", name="Upload-Metadata") from malformed
    return found


def _date(at: datetime) -> str:
    return format_datetime(at, usegmt=True)
