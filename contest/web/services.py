"""What a request may reach for: the parts that `app.create_app` joined, the moment, and the signed-in person."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from flask import current_app, g
from sqlalchemy.orm import Session

from contest.kernel.clock import Clock
from contest.kernel.db import Database, Work
from contest.platform.mail import Mail
from contest.platform.queue import Queue
from contest.platform.store import FileStore
from contest.settings import Settings
from contest.web.standing import PersonSeen, Standing


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
    """Open a session for reading, or join the one that is open around this block."""
    around: Session | None = g.get("reading")
    if around is not None:
        yield around
        return
    with services().database.reading() as session:
        g.reading = session
        try:
            yield session
        finally:
            del g.reading


def changing() -> AbstractContextManager[Work]:
    """Open the request's unit of work."""
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
