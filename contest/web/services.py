"""What a request may reach for: the parts that `app.create_app` joined, the moment, and the signed-in person."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from flask import current_app, g, request
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


def services() -> Services:
    """Give the parts of the application that answers this request."""
    return cast("Services", current_app.extensions["contest"])


def now() -> datetime:
    """Give the request's one moment: everything in a request happens at the same time."""
    found: datetime | None = g.get("now")
    if found is None:
        found = g.now = services().clock()
    return found


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session for reading, or join the one that is open.

    A request that only asks keeps it to its end, and so reads everything as of one moment. One that sends something
    gives it back after the block: its body may be on its way for minutes.
    """
    if "reading" in g:
        yield g.reading
        return
    g.kept = ExitStack()
    g.reading = g.kept.enter_context(services().database.reading())
    try:
        yield g.reading
    finally:
        if request.method not in SAFE_METHODS:
            stop_reading()


def stop_reading(_error: BaseException | None = None) -> None:
    """End what the request read as of one moment; whatever it reads afterwards is read anew."""
    if "reading" in g:
        del g.reading
        g.pop("kept").close()


def changing() -> AbstractContextManager[Work]:
    """Open the request's unit of work; what was read before it is over."""
    stop_reading()
    return services().database.changing()


def standing() -> Standing:
    """Give what the person who asks is to the contest and the thing asked for."""
    return cast("Standing", g.standing)


def person() -> PersonSeen:
    """Give the signed-in person; only for pages whose action needs one."""
    found = standing().person
    if found is None:
        raise LookupError("this page's action lets in anonymous readers")
    return found


def person_id() -> UUID:
    """Give the id of the signed-in person; only for pages whose action needs one."""
    return person().id
