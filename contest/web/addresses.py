"""What may stand in an address."""

from typing import Any, Final

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

# The largest number that every database takes for a count or a size; a longer one is no page rather than a fault.
NUMBER_MAX: Final = 2**31 - 1


class Number(IntegerConverter):
    """A whole number of an ordinary size, for ``<int:...>``."""

    def __init__(self, addresses: Map, **options: Any) -> None:
        super().__init__(addresses, **{"max": NUMBER_MAX, **options})


def spell(app: Flask) -> None:
    """Let every ``<int:...>`` in the addresses of ``app`` be a `Number`; before any page is registered."""
    app.url_map.converters["int"] = Number
