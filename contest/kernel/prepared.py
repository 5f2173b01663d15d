"""Statements that every request or vote asks: written out once, then said to the driver itself.

`Session.execute` looks a statement up, binds its values and wraps the answer anew each time: 40 to 90 microseconds,
two to eight times what SQLite takes for the rows. A request is mostly made of a handful of such statements.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError, MultipleResultsFound
from sqlalchemy.orm import Session

Processor = Callable[[Any], Any] | None


class _Bound(NamedTuple):
    """A bound value: part of the statement and kept as the driver takes it, or given with each call."""

    name: str
    is_given: bool
    kept: Any
    process: Processor


@dataclass(frozen=True)
class _Written:
    """A statement as one kind of database reads it.

    Attributes:
        bound: In the order in which the driver takes the values.
        is_named: Whether it takes them by name.
        make: Makes a row of the values in it.
        width: How many these are.
        read: Place in the row and processor of the values that the driver gives in another type.
    """

    text: str
    bound: tuple[_Bound, ...]
    is_named: bool
    make: Callable[[list[Any]], Any]
    width: int
    read: tuple[tuple[int, Callable[[Any], Any]], ...]

    def values(self, names: Mapping[str, Any]) -> Any:
        """Give the bound values as the driver takes them."""
        taken = [
            kept if not is_given else names[name] if process is None else process(names[name])
            for name, is_given, kept, process in self.bound
        ]
        return dict(zip((one.name for one in self.bound), taken, strict=True)) if self.is_named else taken

    def sets(self, columns: Mapping[str, Sequence[Any]]) -> Iterator[Any]:
        """Give the bound values of many calls as the driver takes them, from one column for each name."""
        count = len(next(iter(columns.values())))
        taken = [
            repeat(kept, count) if not is_given else map(process, columns[name]) if process else columns[name]
            for name, is_given, kept, process in self.bound
        ]
        rows = zip(*taken, strict=True)
        names = [one.name for one in self.bound]
        return (dict(zip(names, row, strict=True)) for row in rows) if self.is_named else rows

    def row(self, values: tuple[Any, ...]) -> Any:
        """Give a row as the statement's types read it."""
        found = list(values)
        for place, process in self.read:
            found[place] = process(found[place])
        return self.make(found)


class Prepared:
    """A statement that is asked again and again; rows have its columns as attributes.

    It is asked ``on`` a session of `Database` or on its connection. Values and columns go through the statement's
    types, and errors are SQLAlchemy's. Nothing else is in between: what is pending in the session is not flushed, and
    the engine's events are not told.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update) -> None:
        self._statement = statement
        self._written: dict[str, _Written] = {}

    def rows(self, on: Session | Connection, names: Mapping[str, Any]) -> list[Any]:
        """Ask, with ``names`` for the bound values."""
        written, cursor = self._said(on, names)
        return [written.row(values) for values in cursor.fetchall()]

    def row(self, on: Session | Connection, names: Mapping[str, Any]) -> Any | None:
        """Ask for the one row there is, None for none; raises SQLAlchemy's `MultipleResultsFound`."""
        found = self.rows(on, names)
        if len(found) > 1:
            raise MultipleResultsFound("more than one row where one was asked for")
        return found[0] if found else None

    def columns(self, on: Session | Connection, names: Mapping[str, Any]) -> list[Sequence[Any]]:
        """Ask for many rows and give them by column."""
        written, cursor = self._said(on, names)
        found: list[Sequence[Any]] = list(zip(*cursor.fetchall(), strict=True)) or [()] * written.width
        for place, process in written.read:
            found[place] = [process(value) for value in found[place]]
        return found

    def write(self, on: Session | Connection, names: Mapping[str, Any]) -> int:
        """Change or add rows and give how many."""
        count: int = self._said(on, names)[1].rowcount
        return count

    def write_all(self, on: Session | Connection, columns: Mapping[str, Sequence[Any]]) -> None:
        """Do it for many sets of bound values, given by column: each a sequence of the same length."""
        connection = _connection(on)
        written = self._for(connection.dialect)
        try:
            _driver(connection).cursor().executemany(written.text, written.sets(columns))
        except connection.dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemys(error, written, connection.dialect) from error

    def _said(self, on: Session | Connection, names: Mapping[str, Any]) -> tuple[_Written, Any]:
        connection = _connection(on)
        written = self._for(connection.dialect)
        try:
            return written, _driver(connection).execute(written.text, written.values(names))
        except connection.dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemys(error, written, connection.dialect) from error

    def _for(self, dialect: Dialect) -> _Written:
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = self._write_out(dialect)
        return written

    def _write_out(self, dialect: Dialect) -> _Written:
        compiled: Any = self._statement.compile(dialect=dialect)
        if filled := [column.name for column in (*compiled.insert_prefetch, *compiled.update_prefetch)]:
            raise ValueError(f"only SQLAlchemy itself would fill in {', '.join(filled)}")
        columns = self._statement.selected_columns if isinstance(self._statement, Select) else ()
        read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        return _Written(
            text=str(compiled),
            bound=tuple(
                _bound(name, compiled.binds[name], dialect)
                for name in (compiled.positiontup if compiled.positional else compiled.binds)
            ),
            is_named=not compiled.positional,
            make=_maker([str(column.key) for column in columns]),
            width=len(read),
            read=tuple((place, process) for place, process in enumerate(read) if process is not None),
        )


def _bound(name: str, bind: BindParameter[Any], dialect: Dialect) -> _Bound:
    if bind.expanding:
        raise ValueError("the length of a list is part of the text: this statement cannot be written out once")
    process = bind.type.dialect_impl(dialect).bind_processor(dialect)
    kept = None if bind.required else bind.value if process is None else process(bind.value)
    return _Bound(name, bind.required, kept, process)


def _maker(names: list[str]) -> Callable[[list[Any]], Any]:
    kind: Any = namedtuple("Row", names)  # type: ignore[misc]  # noqa: PYI024 - its names come with the statement
    make: Callable[[list[Any]], Any] = kind._make
    return make


def _connection(on: Session | Connection) -> Connection:
    """Give what `Database` has opened a session on; asking the session would start its own bookkeeping."""
    bound = on if isinstance(on, Connection) else on.bind
    if not isinstance(bound, Connection):
        raise TypeError("only sessions of `Database` have a connection that is begun")
    return bound


def _as_sqlalchemys(error: Exception, written: _Written, dialect: Dialect) -> Exception:
    """Turn an error of the driver into SQLAlchemy's, which tells no values."""
    told: Exception = DBAPIError.instance(
        written.text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
    )
    return told


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
