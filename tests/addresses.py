"""Values for the names in an address."""

from collections.abc import Mapping
from typing import Any

from werkzeug.routing import IntegerConverter, Rule


def named(rule: Rule, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values of a rule's names; a number is that of a work or, as a whole number, of a round."""
    found = {name: values[name] for name in rule.arguments}
    if isinstance(rule._converters.get("number"), IntegerConverter):
        found["number"] = 1
    return found
