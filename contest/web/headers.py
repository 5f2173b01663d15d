"""Headers of every answer: nothing from elsewhere runs here, and nothing private is kept by a cache."""

import secrets
from collections.abc import MutableMapping
from typing import Final

from flask import Flask, Response, g

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


# Of every answer of a page; none sets them itself.
_FIXED: Final = (
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
    made = g.get("nonce")
    return POLICY.format(nonce="" if made is None else f" 'nonce-{made}'")


def harden(app: Flask) -> None:
    """Add the headers to every answer of ``app``; a page may set its own caching, never weaken the rest."""

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy())
        headers.setdefault("Cache-Control", "private, no-store")
        headers.extend((*_FIXED, _ONLY_ENCRYPTED) if app.config["SESSION_COOKIE_SECURE"] else _FIXED)
        return response


def harden_file(headers: MutableMapping[str, str], _path: str, _address: str) -> None:
    """Add what holds for a file under static/ as well: it is what its type says, and for our pages only."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
