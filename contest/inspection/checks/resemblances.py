"""Pictures that look like others. Rows D02 (pixels), D03, D04 and D05 of the catalogue."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from contest.inspection.checks.finding import Finding, Said
from contest.inspection.checks.severities import weighed

_CODES: Final = {
    "same_pixels": "D02.same_pixels_other_author",
    "same_author": "D03.alike_same_author",
    "other_author": "D04.alike_other_author",
    "archive": "D05.alike_earlier_year",
}


class Resembling(NamedTuple):
    """A picture that looks alike.

    Attributes:
        relation: "same_author", "other_author", "same_pixels" (another author's, equal in every pixel) or "archive".
        shown: What to call it: its entry's number, or its archive and name.
    """

    relation: str
    shown: str


def find_resemblances(others: Iterable[Resembling], *, severities: Mapping[str, str] | None = None) -> list[Finding]:
    """D02 to D05: say of each picture that looks alike how it is related; once where an entry has several of them.

    How alike two pictures must be was decided when they were compared; pictures of one place and moment can be alike
    and yet two photographs, so that none of this forbids handing in by default. All but D03 are never for the
    photographer's eyes (``Finding.for_photographer``).

    Args:
        severities: The contest's departures from the defaults, as in ``PhotoTerms``.
    """
    said: list[Said] = []
    for one in others:
        name = "archived" if one.relation == "archive" else "entry"
        if (_CODES[one.relation], {name: one.shown}) not in said:
            said.append((_CODES[one.relation], {name: one.shown}))
    return weighed(said, chosen=severities or {})
