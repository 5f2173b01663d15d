"""The seam through which the capabilities above this one put their counts on the contest desk.

A capability appends a function to `PROVIDERS` when its pages are loaded (in its ``web``); it is given a session and
the contest, and gives some of the fields of `rules.Figures` by name. Each field has one provider.
"""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from contest.calls.queries import ContestFacts
from contest.calls.rules import Figures

Provider = Callable[[Session, ContestFacts], Mapping[str, int]]
PROVIDERS: list[Provider] = []


def figures(session: Session, contest: ContestFacts) -> Figures:
    """Ask every provider for its counts.

    Raises:
        TypeError: a provider names a count that `rules.Figures` does not have, or that another one gave.
    """
    counted: dict[str, int] = {}
    for provider in PROVIDERS:
        given = provider(session, contest)
        if twice := counted.keys() & given.keys():
            raise TypeError(f"counted twice: {', '.join(sorted(twice))}")
        counted |= given
    return Figures(**counted)
