"""Headers of every answer: nothing from elsewhere runs here, and nothing private is kept by a cache."""

import secrets
from collections.abc import Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any, Final

from flask import g

from contest.web.services import kept

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


# Of every answer of a page that does not say otherwise.
_FIXED: Final = (
    ("Cache-Control", "private, no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()"),
)
_ONLY_ENCRYPTED: Final = ("Strict-Transport-Security", "max-age=31536000")


def nonce() -> str:
    """Give this answer's nonce, which lets a page carry one style block of its own."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def policy() -> str:
    """Give this answer's content security policy; its nonce is in it once the page has asked for one."""
    made = kept().get("nonce")
    return POLICY.format(nonce="" if made is None else f" 'nonce-{made}'")


def harden(application: "WSGIApplication", *, is_https: bool) -> "WSGIApplication":
    """Wrap an application so that every answer has the headers; a page may set its own caching and stricter policy.

    They are added to the list that the server gets: header by header through the response took four times as long.
    """
    fixed = (*_FIXED, _ONLY_ENCRYPTED) if is_https else _FIXED

    def asked(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            said = {name for name, _value in headers}
            added = [pair for pair in (("Content-Security-Policy", policy()), *fixed) if pair[0] not in said]
            return start_response(status, headers + added, *error)

        return application(environ, start)

    return asked


def harden_file(headers: MutableMapping[str, str], _path: str, _address: str) -> None:
    """Add what holds for a file under static/ as well: it is what its type says, and for our pages only."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
