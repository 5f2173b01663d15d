"""What people type, as it reaches a page: without the characters that nobody types and nothing can keep.

PostgreSQL keeps no U+0000, a spreadsheet no other control character, UTF-8 no lone surrogate. They come with text
that was pasted from elsewhere, so they are left out instead of refused: what was typed is not lost over them.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items

# Of a form and its text; files come in by their own way and are counted there.
FORM_BYTES_MAX: Final = 2 * 1024 * 1024
FORM_FIELDS_MAX: Final = 1_000
_UNTYPED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def typed(text: str) -> str:
    """Give a text without control characters, except tabs and ends of lines, and without lone surrogates."""
    return _UNTYPED.sub("", text)


class Typed(ImmutableMultiDict[str, Any]):
    """The fields of a form or of an address; texts are as `typed` gives them."""

    def __init__(self, mapping: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        pairs = () if mapping is None else iter_multi_items(mapping)
        super().__init__([(typed(name), typed(value) if isinstance(value, str) else value) for name, value in pairs])


class TypedRequest(Request):
    """A request whose form and query hold what people type."""

    parameter_storage_class = Typed
    max_form_memory_size = FORM_BYTES_MAX
    max_form_parts = FORM_FIELDS_MAX

    @property
    def is_json(self) -> bool:
        """Tell Flask-WTF that there is no JSON: no page takes any, and it would take a bare list for a form."""
        return False
