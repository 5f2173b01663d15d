"""Default deny: every page is tagged with one action, and asked before anything else happens.

A page that the person may never open does not exist for her (404). One that she may open at another time says so
(403). Somebody who is not signed in is asked to do so first.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from contest.kernel.errors import Missing, Refused
from contest.kernel.permissions import CONTEST_ACTIONS, SERVICE_ACTIONS, Level
from contest.web.errors import wants_page
from contest.web.services import SAFE_METHODS, kept, now, reading, this_request
from contest.web.standing import Relator, Standing

# What a juror reads in her room when the last round was closed under her hands: that moves the contest on.
_NOT_NOW: Final = {"score.write_own": "judging.closed", "juror.declare_conflict": "judging.closed"}
View = TypeVar("View", bound=Callable[..., Any])
# Open to everyone once the result is announced: signing in would not help before that.
_PUBLIC_LATER: Final = frozenset(
    {"image.public_winner", "gallery.read", "result.read_public", "album.download_public"}
)


def access(action: str) -> Callable[[View], View]:
    """Tag a page with the one action that it performs, a key of the contest or the service table."""
    if action not in CONTEST_ACTIONS and action not in SERVICE_ACTIONS:
        raise LookupError(f"{action} is in no permission table")

    def tag(view: View) -> View:
        view.action = action  # type: ignore[attr-defined]  # a function carries its tag
        return view

    return tag


def action_of(app: Flask, endpoint: str) -> str | None:
    """Give the action that a page is tagged with, or None for a page that was forgotten."""
    return getattr(app.view_functions[endpoint], "action", None)


def guard(app: Flask, relators: list[Relator]) -> None:
    """Ask the permission table before every request of ``app``.

    Args:
        app: An application whose blueprints are all registered.
        relators: Complete the standing one after another: person, contest, entry, ballot.

    Raises:
        LookupError: a page has no tag; the application must not start.
    """
    untagged = sorted(rule.endpoint for rule in app.url_map.iter_rules() if action_of(app, rule.endpoint) is None)
    if untagged:
        raise LookupError(f"pages without @access: {', '.join(untagged)}")

    @app.before_request
    def ask() -> ResponseReturnValue | None:
        here, asked = kept(), this_request()
        here.standing = standing = Standing()
        site = asked.headers.get("Sec-Fetch-Site", "none")
        if asked.method not in SAFE_METHODS and site not in {"same-origin", "none"}:
            raise Refused("request.foreign")
        endpoint, names, at = asked.endpoint, asked.view_args or {}, now()
        if endpoint is None:
            return None  # there is no such page; the router's 404 follows
        with reading() as session:
            for relator in relators:
                # Each sees what the ones before it found, and so does the page of an error.
                here.standing = standing = relator(session, standing, names, at)
        action = action_of(app, endpoint)
        if action is None:
            raise Missing("page")
        return _decide(standing, action)


def _decide(standing: Standing, action: str) -> ResponseReturnValue | None:
    level = SERVICE_ACTIONS.get(action)
    if level is Level.ANYONE or standing.may(action):
        return None
    if level is not None:
        if standing.person is None:
            return to_sign_in()
        if level is Level.SIGNED_IN or standing.person.is_administrator:
            return None
        raise Missing("page")
    if not standing.may("contest.read_public"):
        raise Missing("contest")
    if standing.person is None and action not in _PUBLIC_LATER:
        return to_sign_in()
    if standing.may_some_day(action):
        raise Refused(_NOT_NOW.get(action, "contest.not_now"))
    raise Missing("page")


def to_sign_in() -> ResponseReturnValue:
    """Send a reader to the sign-in page and back here afterwards; senders, scripts and pictures are told to sign in.

    A picture or a script's request that followed to that page would get its fresh session cookie, and one that
    answers late would overwrite the cookie of somebody who has signed in meanwhile.
    """
    if request.method not in SAFE_METHODS or not wants_page():
        raise Refused("sign_in.first")
    return redirect(url_for("accounts.sign_in", next=own_path(request.full_path)), 303)


def page_path() -> str:
    """Give the path of the page on the screen, for links that lead back to it.

    An answer to a sent form may stand at an address that no link can open: then it is the page the form was on.
    """
    if request.method in SAFE_METHODS:
        return request.full_path
    parts = urlsplit(request.referrer or "")
    return own_path(f"{parts.path}?{parts.query}")


def own_path(target: str | None) -> str:
    r"""Give ``target`` if it is a path of this service, else "/": nobody is sent elsewhere by a link of ours.

    "//host", "/\\host" and control characters, which browsers read as another host, count as elsewhere.
    """
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"} or not target.isprintable():
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target.rstrip("?")
