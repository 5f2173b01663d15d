"""The one family of errors that a caller may see.

Each carries a stable code and facts; `web.sentences` turns them into a sentence in the reader's language.
"""

from collections.abc import Mapping
from typing import Any


class ContestError(Exception):
    """Something a person can be told about; never raised bare.

    Args:
        code: Stable, dotted, lower case; once released it is never given another meaning.
        facts: What the sentence needs to be exact, by name; plain values only.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts: Mapping[str, Any] = facts

    def __str__(self) -> str:
        """Give code and facts, for logs."""
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({told})"


class Missing(ContestError):
    """There is no such thing, or not for this person: the two must look alike."""


class Refused(ContestError):
    """The person may know of the thing but may not do this to it."""


class Conflict(ContestError):
    """The thing is not in a state in which this can be done now."""


class Invalid(ContestError):
    """What was given cannot be used as it is."""
