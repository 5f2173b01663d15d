"""What SQLite itself is told, whichever way it was said."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from contest.kernel.db import Database, sqlite_driver

ASKING = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextmanager
def listening(database: Database, listener: Callable[[str], None]) -> Iterator[None]:
    """Tell ``listener`` every statement that reads or writes rows, of connections taken from now on."""

    def told(statement: str) -> None:
        if statement.lstrip().startswith(ASKING):  # not a trigger's own, which come as comments
            listener(statement)

    def taken(driver: Any, *_rest: Any) -> None:
        driver.set_trace_callback(told)

    def given_back(driver: Any, *_rest: Any) -> None:
        if driver is not None:
            driver.set_trace_callback(None)

    event.listen(database.engine, "checkout", taken)
    event.listen(database.engine, "checkin", given_back)
    try:
        yield
    finally:
        event.remove(database.engine, "checkout", taken)
        event.remove(database.engine, "checkin", given_back)


@contextmanager
def compiling(database: Database) -> Iterator[list[str]]:
    """Collect what SQLite looks up while it compiles statements, on connections taken from now on.

    A driver that is asked for the first time here compiles all of its statements once more.
    """
    looked_up: list[str] = []

    def asked(act: int, one: str | None, *_rest: object) -> int:
        if act != sqlite_driver.SQLITE_TRANSACTION:  # which the driver itself says, with a statement made on the spot
            looked_up.append(one or "")
        return 0

    def taken(driver: Any, *_rest: Any) -> None:
        if driver not in heard:
            driver.set_authorizer(asked)
            heard.append(driver)

    heard: list[Any] = []
    event.listen(database.engine, "checkout", taken)
    try:
        yield looked_up
    finally:
        event.remove(database.engine, "checkout", taken)
        for driver in heard:
            driver.set_authorizer(None)
