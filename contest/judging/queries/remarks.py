"""What jurors pointed out about works, and who is too near to a work to decide about it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from contest.calls.queries import jury
from contest.entries import blind
from contest.judging.models import EntryFlag, FlagKind, RoundEntry
from contest.judging.queries.conflicts import declared
from contest.judging.queries.facts import RoundFacts


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One juror's remark about a work, without the juror."""

    kind: FlagKind
    note: str
    at: datetime
    resolved_at: datetime | None
    resolution: str


@dataclass(frozen=True, kw_only=True)
class Flagged:
    """A work of a round with remarks."""

    entry_id: UUID
    is_held: bool
    remarks: Sequence[Remark]

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has to decide about it."""
        return self.is_held or any(one.resolved_at is None for one in self.remarks)


def flagged(session: Session, round_id: UUID) -> list[Flagged]:
    """List the works of a round that have remarks, those to be decided about first."""
    remarks = defaultdict[UUID, list[Remark]](list)
    for row in session.scalars(select(EntryFlag).where(EntryFlag.round_id == round_id).order_by(EntryFlag.at)):
        remarks[row.entry_id].append(
            Remark(kind=row.kind, note=row.note, at=row.at, resolved_at=row.resolved_at, resolution=row.resolution)
        )
    held = set(session.scalars(select(RoundEntry.entry_id).where(RoundEntry.round_id == round_id, RoundEntry.held)))
    found = [
        Flagged(entry_id=entry_id, is_held=entry_id in held, remarks=remarks.get(entry_id, []))
        for entry_id in sorted(remarks.keys() | held)
    ]
    return sorted(found, key=lambda one: not one.is_open)


def in_set(session: Session, round_id: UUID, entry_id: UUID) -> bool:
    """Tell whether a work is in a round's set."""
    here = exists().where(RoundEntry.round_id == round_id, RoundEntry.entry_id == entry_id)
    return bool(session.scalar(select(here)))


def tied(session: Session, round_: RoundFacts, person_id: UUID) -> set[UUID]:
    """Give the works that somebody on the panel must not decide about: own, her unit's, recused from in any round."""
    seats = {one.person_id: one.unit_id for one in jury(session, round_.contest_id) if one.person_id == person_id}
    near = blind.conflicts(session, round_.contest_id, seats) | declared(session, round_.contest_id)
    return {entry_id for juror_id, entry_id in near if juror_id == person_id}
