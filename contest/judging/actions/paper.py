"""Marks from paper become votes: in the jurors' names, each a line of her ledger that says where it came from."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contest.judging import queries
from contest.judging.actions.noting import noted
from contest.judging.actions.votes import cast
from contest.judging.queries import PaperMark
from contest.judging.rules.settings import Mode
from contest.kernel.db import Work
from contest.kernel.errors import Conflict


def take_paper(
    work: Work, *, round_id: UUID, marks: Sequence[PaperMark], sha256: str, actor_id: UUID, at: datetime
) -> None:
    """Cast the marks of a sheet, all or none; the same marks again change nothing.

    Args:
        marks: From `queries.paper_of`.
        sha256: Of the sheet's file, hexadecimal.

    Raises:
        Missing: ``round``, ``ballot``.
        Conflict: ``paper.mode``, the round is one of pairs, which no sheet can say; and as `cast`.
        Invalid: as `cast`.
    """
    row = queries.round_by_id(work.session, round_id)
    if row.mode is Mode.PAIRS:
        raise Conflict("paper.mode")
    for mark in marks:
        cast(
            work,
            contest_id=row.contest_id,
            number=row.number,
            juror_id=mark.juror_id,
            handle=mark.handle,
            score=mark.score,
            marks=mark.marks,
            request_key=f"paper-{sha256[:24]}-{mark.line}-{mark.after}",
            at=at,
            source=f"paper {sha256}",
        )
    noted(
        work,
        row,
        "score.import",
        actor_id=actor_id,
        at=at,
        marks=len(marks),
        sha256=sha256,
    )
