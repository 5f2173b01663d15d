"""Exact duplicates among a contest's pictures. Rows D01 and D02."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from contest.inspection.checks.finding import Finding
from contest.inspection.checks.severities import weighed


class Earlier(NamedTuple):
    """A picture that is already there.

    Attributes:
        sha256: Of its original, hexadecimal.
        author: Any key that is equal for one and the same author.
        entry: The entry number to show.
    """

    sha256: str
    author: str
    entry: str


def find_duplicates(
    sha256: str, *, author: str, earlier: Iterable[Earlier], severities: Mapping[str, str] | None = None
) -> list[Finding]:
    """Find pictures of the very same bytes.

    Args:
        sha256: Of the new original; author: its author's key.
        earlier: The contest's other pictures, the new one not among them.
        severities: The contest's departures from the defaults, as in ``PhotoTerms``.

    Returns:
        D01 once for the author's own, D02 for each other author's entry; the latter is never for the
        photographer's eyes (``Finding.for_photographer``).
    """
    own: list[str] = []
    others: list[str] = []
    for one in earlier:
        if one.sha256 == sha256:
            entries = own if one.author == author else others
            if one.entry not in entries:
                entries.append(one.entry)
    said = [("D01.same_file_same_author", entry) for entry in own[:1]]
    said += [("D02.same_file_other_author", entry) for entry in others]
    return weighed(((code, {"entry": entry}) for code, entry in said), chosen=severities or {})
