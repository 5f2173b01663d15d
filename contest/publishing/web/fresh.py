"""Lets a browser keep a gallery page until what it shows has changed: an ETag that costs no rendering.

A kept page holds the nonce of the answer it came with, and browsers take over the headers of a 304. So the ETag
carries the nonce, and "unchanged" is answered with the nonce that the kept page knows.
"""

import hashlib
import re
from typing import Any, Final

from flask import Response, g, make_response, request, session

from contest import __version__
from contest.web.headers import nonce
from contest.web.language import language
from contest.web.services import standing

_ETAG: Final = re.compile(r'"([0-9a-f]{32})-([A-Za-z0-9_-]{22})"')


def unchanged(*facts: Any) -> Response | None:
    """Answer 304 if the browser has the page of these facts; None if it has to be made.

    Args:
        facts: Everything the page shows that is not the same for every reader and moment, the result's digest first.
    """
    if session.get("_flashes"):
        return None
    for mark, known_nonce in _ETAG.findall(request.headers.get("If-None-Match", "")):
        if mark == _mark(facts):
            g.nonce = known_nonce
            return _label(Response(status=304), facts)
    return None


def answer(page: str, *facts: Any) -> Response:
    """Answer with a page that the browser may keep and has to ask about."""
    return _label(make_response(page), facts)


def _label(response: Response, facts: tuple[Any, ...]) -> Response:
    response.headers["ETag"] = f'"{_mark(facts)}-{nonce()}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


def _mark(facts: tuple[Any, ...]) -> str:
    """Hash what decides how the page looks, the bar on top with the reader's name and token included."""
    seen = standing()
    shown = (
        __version__,
        language(),
        facts,
        seen.contest and (seen.contest.name, seen.contest.accent),
        seen.person,
        sorted(seen.subjects),
        seen.state,
        session.get("csrf_token"),
    )
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]
