"""The one place where the parts are joined into an application."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from contest.accounts import web as accounts
from contest.awards import web as awards
from contest.calls import web as calls
from contest.entries import web as entries
from contest.judging import web as judging
from contest.kernel.clock import Clock
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.platform.mail import Mail
from contest.platform.queue import Queue
from contest.platform.store import FileStore
from contest.publishing import web as publishing
from contest.settings import Settings
from contest.web import access, addresses, errors, headers, hosts, language, sessions, times, typed
from contest.web.services import Services, now, standing, stop_reading
from contest.web.standing import Relator

PACKAGE: Final = Path(__file__).parent
STATIC: Final = PACKAGE / "static"
# Beside the package in the repository, inside it in a wheel (setup.py).
TEMPLATES: Final = next(place for place in (PACKAGE.parent / "templates", PACKAGE / "templates") if place.is_dir())
CAPABILITIES: Final = (accounts, calls, entries, judging, awards, publishing)


def create_app(
    settings: Settings,
    *,
    clock: Clock,
    database: Database,
    store: FileStore,
    queue: Queue,
    mail: Mail,
    testing: bool = False,
) -> Flask:
    """Join the parts into a Flask application.

    Args:
        settings: How this instance is set up.
        clock: Gives the present moment.
        database: Already at the newest revision.
        store: Where files are kept.
        queue: Where work for later is ordered.
        mail: How letters leave.
        testing: Lets unexpected errors through to the test that caused them.

    Raises:
        LookupError: a page has no permission tag.
    """
    app = Flask("contest", root_path=str(PACKAGE), static_folder=None, template_folder=str(TEMPLATES))
    app.request_class = typed.TypedRequest
    app.config.update(
        SECRET_KEY=settings.secret,
        TESTING=testing,
        TRANSLATIONS=str(PACKAGE / "locale"),
        MAX_CONTENT_LENGTH=settings.upload_bytes_max,
        SESSION_COOKIE_NAME="contest",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        WTF_CSRF_TIME_LIMIT=None,  # a form may be filled in for hours; the sign-in ends, not the form
    )
    app.extensions["contest"] = Services(
        settings=settings, clock=clock, database=database, store=store, queue=queue, mail=mail
    )
    app.teardown_appcontext(stop_reading)
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.session_interface = sessions.Sessions(app)
    accounts.remember(app)
    language.speak(app)
    errors.explain(app)
    addresses.spell(app)
    for capability in CAPABILITIES:
        app.register_blueprint(capability.pages)
    # Asked before CSRF and every page, in the order in which an address narrows down.
    access.guard(app, [accounts.relate, calls.relate, *_relators()])
    CSRFProtect(app)
    _furnish(app)
    _enclose(app, settings, testing=testing)
    return app


def _relators() -> list[Relator]:
    found = [getattr(capability, "relate", None) for capability in (entries, judging)]
    return [relator for relator in found if relator is not None]


def _enclose(app: Flask, settings: Settings, *, testing: bool) -> None:
    """Put around the application what looks at a request first, the outermost last."""
    files = WhiteNoise(
        headers.harden(app.wsgi_app, is_https=settings.is_https),
        root=STATIC,
        prefix="static/",
        max_age=None if testing else 3600,
        allow_all_origins=False,
        add_headers_function=headers.harden_file,
    )
    enclosed = hosts.only(files, names=settings.own_names, address=settings.address)
    if settings.proxies:
        # Only who asks: host and scheme of our links come from the settings, never from a request.
        enclosed = ProxyFix(enclosed, x_for=settings.proxies, x_proto=0)
    app.wsgi_app = enclosed  # type: ignore[method-assign, assignment]  # the documented way to wrap an application


def _furnish(app: Flask) -> None:
    """Give templates what every page needs."""
    app.jinja_env.filters.update(
        moment=times.moment, closing=times.closing, short_time=times.short, day=times.day, zone=times.zone_in_words
    )

    @app.context_processor
    def common() -> dict[str, Any]:
        return {
            "asset": asset,
            "html_language": language.html_language,
            "language": language.language,
            "nonce": headers.nonce,
            "now": now,
            "page_path": access.page_path,
            "standing": standing(),
            "State": State,
        }


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Give the address of a file under static/, with its digest so that caches never show an old one."""
    return f"/static/{name}?{_digest(name)}"
