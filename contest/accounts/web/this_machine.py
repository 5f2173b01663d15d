"""Whether the reader sits at the machine that serves: only there may the first start be offered in a browser."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from flask import request

# A proxy on the same machine also comes from the loopback address, but says for whom it asks.
_PROXIED: Final = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")


def is_this_machine() -> bool:
    """Tell whether the request comes straight from this machine, and names it by its own loopback name.

    The second part stops a page elsewhere whose name was pointed at 127.0.0.1 (DNS rebinding).
    """
    if any(name in request.headers for name in _PROXIED):
        return False
    return _is_loopback(request.remote_addr) and _is_loopback(urlsplit(f"//{request.host}").hostname)


def _is_loopback(name: str | None) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name or "").is_loopback
    except ValueError:
        return False
