"""Judging's counts on the contest desk."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from contest.calls.queries import ContestFacts
from contest.judging import queries


def figures(session: Session, contest: ContestFacts) -> Mapping[str, int]:
    """Give the fields of `calls.rules.Figures` that judging knows: of the rounds that run, else of the last."""
    known = queries.rounds(session, contest.id)
    opened = [one for one in known if one.opened_at is not None]
    shown = [one for one in opened if one.is_running] or opened[-1:]
    covered = [one.progress for row in shown for one in queries.coverage(session, contest.id, row.number)]
    return {
        "ballots": sum(progress.total for progress in covered),
        "scored": sum(progress.scored for progress in covered),
        "planned": len(known) - len(opened),
    }
