"""Tables, engines and the unit of work.

Two doors lead to the database. `reading` gives a session that sees one consistent moment and is thrown away;
`changing` gives a `Work`, whose writes are committed together or not at all. Writers are let in one at a time on
every database: with the defaults of SQLAlchemy, 55 % of concurrent read-then-write updates on SQLite are silently
lost (measured: 1,106 of 2,000), and PostgreSQL's READ COMMITTED loses them as well.
"""

import fcntl
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.orm import DeclarativeBase, Session

# The wheel brings an SQLite without the WAL data race; platforms without it use the interpreter's.
sqlite_driver: Final = import_module("pysqlite3" if find_spec("pysqlite3") else "sqlite3")

BUSY_TIMEOUT_S: Final = 30
CACHE_KIB: Final = 16 * 1024
# Compiled statements that a connection keeps. The driver's own 128 are soon full of what was said once, and from then
# on each new one pushes out the one before it: a juror's fetch compiled its statements anew, every time.
STATEMENTS_KEPT: Final = 1000
# WAL is safe from these releases on: 3.51.3, or the backports of the two maintained lines (sqlite.org, 2026).
WAL_SAFE_FROM: Final = (3, 51, 3)
WAL_SAFE_BACKPORTS: Final = ((3, 44, 6), (3, 50, 7))
# Any constant does: it names our one gate among a PostgreSQL server's advisory locks.
POSTGRES_GATE: Final = 4_205_117


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; naive ones are refused, since nobody can say what they mean."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring ``value`` to UTC; SQLite, which stores no zone, is given it without one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give back an aware UTC moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@lru_cache(maxsize=1 << 16)
def uuid_of(digits: str) -> UUID:
    """Read a UUID's 32 hexadecimal digits, at a third of what `UUID` takes for any spelling."""
    return UUID(int=int(digits, 16))


class StoredUuid(Uuid[UUID]):
    """A UUID; where the database keeps it as text, the same text is read once.

    Reading one costs four times a lookup, and the rows of a round name the same few works and jurors again and again.
    """

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], UUID | None] | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give what reads a value of the database, None where it is a UUID already."""
        if dialect.supports_native_uuid:
            return None
        return lambda digits: None if digits is None else uuid_of(digits)


class UuidDigits(TypeDecorator[str]):
    """A UUID read and written as its 32 hexadecimal digits: for 100,000 rows, of which making UUIDs costs the most.

    Say it of a column with `sqlalchemy.type_coerce`.
    """

    impl = StoredUuid
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], Any] | None:
        """Give what writes the digits, None where the database keeps just these."""
        return (lambda digits: digits and UUID(digits)) if dialect.supports_native_uuid else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None] | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give what reads a value of the database, None where it is kept as these digits."""
        return (lambda found: found and found.hex) if dialect.supports_native_uuid else None


class UtcHour(TypeDecorator[str]):
    """A moment read as its hour, "2026-12-03T04": for 100,000 rows at once, as `UuidDigits`."""

    impl = UTCDateTime
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None] | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give what reads a value of the database: of SQLite's the text that it keeps."""
        if dialect.name == "sqlite":
            return lambda kept: kept and f"{kept[:10]}T{kept[11:13]}"
        return lambda at: at and at.astimezone(UTC).isoformat()[:13]


class Base(DeclarativeBase):
    """Parent of every table; constraints get names by rule, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime(),
        UUID: StoredUuid(),
        int: BigInteger().with_variant(Integer(), "sqlite"),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=24,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


def append_only(*tables: str) -> dict[str, list[str]]:
    """Give by dialect the statements that let rows be added to tables and never be changed or removed."""
    statements: dict[str, list[str]] = {"sqlite": [], "postgresql": []}
    for table in tables:
        refusal = f"'rows of {table} are append-only'"
        statements["sqlite"] += (
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, {refusal}); END"
            for act in ("UPDATE", "DELETE")
        )
        statements["postgresql"] += (
            f"""
            CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION {refusal}; END $$
            """,
            f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_refuse()
            """,
        )
    return statements


@dataclass
class Work:
    """One unit of work: everything done through it is committed together.

    Attributes:
        connection: For prepared statements, which need no session.
        after_commit: Calls made once the commit is durable. They may fail without undoing what was promised.
    """

    connection: Connection
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    @cached_property
    def session(self) -> Session:
        """Give the session for queries and writes, made when it is first asked for; never commit it."""
        return Session(self.connection)

    @contextmanager
    def used(self) -> Iterator["Work"]:
        """Let it be used; what its session holds is written down at the end."""
        try:
            yield self
            if "session" in vars(self):
                self.session.flush()
        finally:
            if "session" in vars(self):
                self.session.close()


class Database:
    """An engine and its writer gate; one per process and address."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(writing=True)
        self._gate = threading.Lock()
        self._gate_file: tuple[int, int] | None = None  # (process id, descriptor)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the embedded database is in use."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reading; whatever it changes is thrown away."""
        with self.engine.connect() as connection, Session(connection, autoflush=False) as session:
            connection.begin()  # ends with the connection, which rolls it back
            yield session

    @contextmanager
    def changing(self) -> Iterator[Work]:
        """Give a unit of work as the only writer; commit at the end, roll back on any error.

        The rows read inside cannot be changed by anybody else before the commit. Keep it short: no file is
        copied and no picture decoded in here.
        """
        with self._one_writer(), self._writing.connect() as connection, connection.begin():
            work = Work(connection)
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:gate)"), {"gate": POSTGRES_GATE})
            with work.used():
                yield work
        for call in work.after_commit:
            call()

    def dispose(self) -> None:
        """Close every connection; used before the process ends or forks."""
        self.engine.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """Queue writers fairly: SQLite's own busy handler polls, and 8 threads measured a wait of up to 4.2 s.

        A thread lock orders the threads of this process, a file lock the processes. PostgreSQL has its own gate.
        """
        if not self.is_sqlite:
            yield
            return
        with self._gate:
            descriptor = self._gate_descriptor()
            if descriptor is not None:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                if descriptor is not None:
                    fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _gate_descriptor(self) -> int | None:
        """Open the gate file once per process: a descriptor inherited by a fork would share its parent's lock."""
        path = self.engine.url.database
        if not path or path == ":memory:":
            return None
        if self._gate_file is None or self._gate_file[0] != os.getpid():
            self._gate_file = (
                os.getpid(),
                os.open(f"{path}.gate", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600),
            )
        return self._gate_file[1]


def open_database(address: str) -> Database:
    """Open the database at ``address`` ("sqlite:////path/file" or "postgresql+psycopg://...").

    Nothing is created but, for SQLite, the file's folder. Errors of either tell the statement without its values:
    they end up in logs, and among the values are addresses of people and letters that sign in.
    """
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return Database(create_engine(url, pool_pre_ping=True, hide_parameters=True))
    return Database(_open_sqlite(url))


class _SQLiteWriter(SQLiteCompiler):
    """Writes statements for SQLite as SQLAlchemy does, but for the bound values of LIMIT and OFFSET.

    From 3.50 on, SQLite looks at a bare bound value there while it plans, and plans anew whenever a value is bound:
    at every execution, which took 260 of the 300 microseconds of a juror's queue. It does not look into a sum.
    """

    def limit_clause(self, select: Any, **options: Any) -> str:
        """Write LIMIT and OFFSET."""
        usual: str = super().limit_clause(select, **options)  # type: ignore[no-untyped-call]
        return re.sub(r"(LIMIT|OFFSET) (\S+)", r"\1 \2 + 0", usual)


def _open_sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        module=sqlite_driver,
        connect_args={"timeout": BUSY_TIMEOUT_S, "cached_statements": STATEMENTS_KEPT},
        hide_parameters=True,
    )
    engine.dialect.statement_compiler = _SQLiteWriter
    journal = "WAL" if wal_is_safe(sqlite_driver) else "TRUNCATE"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        for pragma in (
            f"journal_mode={journal}",
            "synchronous=FULL",  # an acknowledged commit survives a power cut
            "foreign_keys=ON",
            "secure_delete=ON",  # what was erased is not readable in the file
            # Of 2 MiB, the default, a round of 100,000 ballots writes the same pages out again and again.
            f"cache_size={-CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred BEGIN that later wants to write ignores the busy time-out: say at once what we want. Said to the
        # driver itself: by way of SQLAlchemy it would cost half as much as a statement, in every request twice.
        writing = connection.get_execution_options().get("writing", False)
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def wal_is_safe(driver: ModuleType) -> bool:
    """Tell whether this SQLite is free of the WAL data race (3.7.0 to 3.51.2, fixed in two backports)."""
    version: tuple[int, ...] = tuple(int(part) for part in driver.sqlite_version.split("."))
    return version >= WAL_SAFE_FROM or any(
        version[:2] == fixed[:2] and version >= fixed for fixed in WAL_SAFE_BACKPORTS
    )
