"""What a request may reach for: the parts that `app.create_app` joined, the moment, and the signed-in person."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from flask import Flask, Request, current_app, g, request
from flask.ctx import _AppCtxGlobals
from sqlalchemy.orm import Session

from contest.kernel.clock import Clock
from contest.kernel.db import Database, Work
from contest.platform.mail import Mail
from contest.platform.queue import Queue
from contest.platform.store import FileStore
from contest.settings import Settings
from contest.web.standing import PersonSeen, Standing

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts of one application; pages reach them through `services`."""

    settings: Settings
    clock: Clock
    database: Database
    store: FileStore
    queue: Queue
    mail: Mail


def kept() -> _AppCtxGlobals:
    """Give Flask's `g` itself: its stand-in finds it anew, and fails once first, at every name asked of it.

    A vote asked 90 names of Flask's stand-ins, which took a fifth of it.
    """
    return cast("_AppCtxGlobals", g._get_current_object())  # noqa: SLF001 - documented


def this_request() -> Request:
    """Give the request itself, for functions that ask several things of it; see `kept`."""
    return cast("Request", request._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - documented


def services() -> Services:
    """Give the parts of the application that answers this request."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - see `kept`
    return cast("Services", app.extensions["contest"])


def now() -> datetime:
    """Give the request's one moment: everything in a request happens at the same time."""
    here = kept()
    found: datetime | None = here.get("now")
    if found is None:
        found = here.now = services().clock()
    return found


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session for reading, or join the one that is open.

    A request that only asks keeps it to its end, and so reads everything as of one moment. One that sends something
    gives it back after the block: its body may be on its way for minutes.
    """
    here = kept()
    if "reading" in here:
        yield here.reading
        return
    here.open = ExitStack()
    here.reading = here.open.enter_context(services().database.reading())
    try:
        yield here.reading
    finally:
        if this_request().method not in SAFE_METHODS:
            stop_reading()


def stop_reading(_error: BaseException | None = None) -> None:
    """End what the request read as of one moment; whatever it reads afterwards is read anew."""
    here = kept()
    if "reading" in here:
        del here.reading
        here.pop("open").close()


def changing() -> AbstractContextManager[Work]:
    """Open the request's unit of work; what was read before it is over."""
    stop_reading()
    return services().database.changing()


def standing() -> Standing:
    """Give what the person who asks is to the contest and the thing asked for."""
    return cast("Standing", kept().standing)


def person() -> PersonSeen:
    """Give the signed-in person; only for pages whose action needs one."""
    found = standing().person
    if found is None:
        raise LookupError("this page's action lets in anonymous readers")
    return found


def person_id() -> UUID:
    """Give the id of the signed-in person; only for pages whose action needs one."""
    return person().id
