"""Reads the forms of a page as a browser does."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form as a page shows it: where it goes, and what a browser would send when nothing is typed.

    Attributes:
        kinds: Of the fields by name: "text", "date", "number", "hidden", "select" and so on.
    """

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Finds the forms of a page."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.found: list[Form] = []
        self._form: Form | None = None
        self._choice = ""
        self._chosen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._form = Form(given.get("action") or self.path)
            self.found.append(self._form)
        if self._form is None:
            return
        name, kind = given.get("name", ""), given.get("type", tag)
        if tag == "option" and self._choice:
            self._choose(given)
        elif tag == "select":
            self._choice, self._chosen = name, False
        elif tag in {"textarea", "input"} and kind not in {"file", "radio", "checkbox"}:
            self._put(name, given.get("value", ""), given.get("inputmode") or kind)
        elif (tag == "input" and "checked" in given) or (tag == "button" and name):
            self._put(name, given.get("value", "on"), kind)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._choice = ""

    def _choose(self, given: dict[str, str]) -> None:
        assert self._form is not None
        if not self._chosen:
            self._put(self._choice, given.get("value", ""), "select")
            self._chosen = True
        elif "selected" in given:
            self._form.fields[-1] = (self._choice, given.get("value", ""))

    def _put(self, name: str, value: str, kind: str) -> None:
        if self._form is not None and name and name != "csrf_token":
            self._form.fields.append((name, value))
            self._form.kinds[name] = kind


def forms_of(page: str, path: str) -> list[Form]:
    """Find the forms that a page sends by POST; ``path`` is where those without an address go."""
    reader = _Reader(path)
    reader.feed(page)
    return reader.found
