"""By which names this service is asked: a request that names another host is answered before any page sees it."""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from contest.web.sentences import sentence

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Enough of RFC 3986 for what is asked of us: a name or an address, and a port.
_HOST: Final = re.compile(r"(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?", re.IGNORECASE)
_LANGUAGES: Final = ("zh_Hans", "en")


def only(application: "WSGIApplication", *, names: frozenset[str] | None, address: str) -> "WSGIApplication":
    """Wrap an application so that it is reached by its own names only.

    A poisoned ``Host`` would otherwise end up in whatever is built from it, and a name that somebody points at this
    machine (DNS rebinding) would make a stranger's page one of ours.

    Args:
        names: Host names in lower case; None lets any well-formed name through.
        address: The service's public address, told to whoever asked for something else.
    """

    def asked(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        host = environ.get("HTTP_HOST")
        # HTTP/1.0 names no host; health checks speak it.
        if not host or _is_ours(host, names):
            return application(environ, start_response)
        return _misdirected(address, start_response)

    return asked


def _is_ours(host: str, names: frozenset[str] | None) -> bool:
    if not _HOST.fullmatch(host):
        return False
    return names is None or urlsplit(f"//{host}").hostname in names


def _misdirected(address: str, start_response: Callable[..., object]) -> Iterable[bytes]:
    status = HTTPStatus.MISDIRECTED_REQUEST
    told = "\n".join(sentence("request.host", {"address": address}, language) for language in _LANGUAGES)
    body = f"{told}\n".encode()
    start_response(
        f"{status.value} {status.phrase}",
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "private, no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ],
    )
    return [body]
