"""Entries' counts on the contest desk."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from contest.calls.queries import ContestFacts
from contest.entries import queries
from contest.entries.models import EntryState


def figures(session: Session, contest: ContestFacts) -> Mapping[str, int]:
    """Give the fields of `calls.rules.Figures` that entries know."""
    numbers = queries.numbers_by_state(session, contest.id)
    authors, units = queries.authors_and_units(session, contest.id)
    return {
        "entries": sum(
            number for state, number in numbers.items() if state not in {EntryState.DRAFT, EntryState.WITHDRAWN}
        ),
        "authors": authors,
        "units": units,
        "to_screen": numbers.get(EntryState.SUBMITTED, 0),
        "look_alikes": queries.open_pairs(session, contest.id),
        "with_findings": queries.waiting_for_a_look(session, contest.id),
    }
