"""Judging's counts on the contest desk."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from contest.calls.queries import ContestFacts
from contest.judging import queries


def figures(session: Session, contest: ContestFacts) -> Mapping[str, int]:
    """Give the fields of `calls.rules.Figures` that judging knows: of the open or last round."""
    covered = [one.progress for one in queries.coverage(session, contest.id)]
    return {
        "ballots": sum(progress.total for progress in covered),
        "scored": sum(progress.scored for progress in covered),
    }
