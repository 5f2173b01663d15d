"""What publishing counts on the contest desk."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from contest.calls.queries import ContestFacts
from contest.kernel.permissions import State
from contest.publishing import queries


def figures(session: Session, contest: ContestFacts) -> Mapping[str, int]:
    """Give the fields of `calls.rules.Figures` that publishing knows; only an announced contest can have albums."""
    if contest.state is not State.ANNOUNCED:
        return {"albums": 0}
    return {"albums": int(queries.public_album(session, contest.id) is not None)}
