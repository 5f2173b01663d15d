"""Frozen records to plain JSON values and back, with every type checked on the way in.

What comes back may come from the sandbox's child, which has just read hostile bytes, or from a row written
by an older version: so unknown names are ignored, absent ones take their default, and a wrong type is refused.
"""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def to_plain(record: Any) -> dict[str, Any]:
    """Give a dataclass instance as dicts, lists, text, numbers, booleans and None; a date as ISO text."""
    return {field.name: _plain(getattr(record, field.name)) for field in dataclasses.fields(record)}


def from_plain(cls: type[T], raw: Any) -> T:
    """Read a record of ``cls`` from what ``to_plain`` gave.

    Raises:
        ValueError: ``raw`` is not an object, a value has another type than declared, or one is missing
            that has no default.
    """
    if not isinstance(raw, Mapping):
        raise ValueError(f"{cls.__name__}: an object was expected")  # noqa: TRY004 - one error for all that is wrong
    hints = _hints(cls)  # type: ignore[arg-type]  # mypy does not know that a class is hashable
    given = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # every caller passes a dataclass
        if field.name in raw:
            given[field.name] = _typed(hints[field.name], raw[field.name], where=f"{cls.__name__}.{field.name}")
    try:
        return cls(**given)
    except TypeError as missing:
        raise ValueError(str(missing)) from missing


@cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return to_plain(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def _typed(hint: Any, value: Any, *, where: str) -> Any:
    """Give ``value`` as the type ``hint`` says, or raise ValueError naming the place."""
    origin = typing.get_origin(hint)
    choices = typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in choices:
            return None
        (hint,) = [choice for choice in choices if choice is not type(None)]
        return _typed(hint, value, where=where)
    if origin is tuple and isinstance(value, list | tuple):
        return tuple(_typed(choices[0], item, where=where) for item in value)
    if origin is Mapping and isinstance(value, Mapping):
        return {str(name): _typed(choices[1], item, where=where) for name, item in value.items()}
    if dataclasses.is_dataclass(hint):
        return from_plain(typing.cast("type[Any]", hint), value)
    return _simple(hint, value, where=where)


def _simple(hint: Any, value: Any, *, where: str) -> Any:
    """Give text, a number or a boolean; a whole number passes for a decimal, a boolean for neither."""
    if hint is Any or (hint is date and type(value) is date):
        return value
    if hint is date and isinstance(value, str):
        return date.fromisoformat(value)
    if hint is float and type(value) in (int, float) and math.isfinite(value):
        return float(value)
    if hint in (str, bool, int) and type(value) is hint:
        return value
    raise ValueError(f"{where}: {type(value).__name__} was not expected")
