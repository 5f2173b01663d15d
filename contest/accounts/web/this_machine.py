"""Whether the reader sits at the machine that serves: only there may the first start be offered in a browser."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from flask import request

from contest.settings import EVERYWHERE
from contest.web.services import services

# A proxy on the same machine also comes from the loopback address, but says for whom it asks.
_PROXIED: Final = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")


def is_this_machine() -> bool:
    """Tell whether the request comes straight from this machine, and names it by its own loopback name.

    The name stops a page elsewhere that was pointed at 127.0.0.1 (DNS rebinding). A proxy that does not say for
    whom it asks looks like somebody at this machine: where the settings speak of one, or of an address that others
    can reach, nobody counts as being here.
    """
    settings = services().settings
    if settings.proxies or any(name in request.headers for name in _PROXIED):
        return False
    if settings.public_name not in EVERYWHERE and not _is_loopback(settings.public_name):
        return False
    return _is_loopback(request.remote_addr) and _is_loopback(urlsplit(f"//{request.host}").hostname)


def _is_loopback(name: str | None) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name or "").is_loopback
    except ValueError:
        return False
