"""What a plan depends on, and what it says; jurors, entries and ballots go by their ids."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID


class JurorSeat(NamedTuple):
    """A juror of the round.

    Attributes:
        is_active: False once she has left; what she cast before counts on.
        limit: The most ballots she takes, None for her even share.
        elsewhere: How many live ballots she has on entries that the state leaves out. With it, a change that touches
            one entry can be planned from that entry alone.
    """

    id: UUID
    is_active: bool = True
    limit: int | None = None
    elsewhere: int = 0


class Seated(NamedTuple):
    """A counted ballot as it is; one pair of juror and entry has one at most."""

    ballot_id: UUID
    juror: UUID
    entry: UUID
    is_cast: bool = False
    is_recused: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class PlanState:
    """All that a plan depends on.

    Attributes:
        entries: The round's set, and of each whether it counts now.
        jurors: Everybody on the panel, also who has left.
        conflicts: (juror, entry) pairs that must not be: own works, works of her unit, declared ones.
        ballots: What there is; of entries and jurors named above only.
        quorum: How many jurors judge each entry, None for everybody who may.
        seed: Decides wherever fairness leaves a choice.
    """

    entries: Mapping[UUID, bool]
    jurors: Sequence[JurorSeat]
    conflicts: Collection[tuple[UUID, UUID]]
    ballots: Sequence[Seated]
    quorum: int | None
    seed: str


class Insert(NamedTuple):
    """A new ballot."""

    juror: UUID
    entry: UUID


class Move(NamedTuple):
    """An open ballot goes to another juror, who has none for its entry."""

    ballot_id: UUID
    to_juror: UUID


class Cancel(NamedTuple):
    """An open ballot is taken from its juror."""

    ballot_id: UUID


class Revive(NamedTuple):
    """A cancelled ballot is its juror's again."""

    ballot_id: UUID


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What has to be written; apply ``cancels`` and ``moves`` in any order, they never meet on one pair.

    Attributes:
        unseated: How many seats nobody can take because every juror who may is at her own limit.
    """

    inserts: tuple[Insert, ...]
    moves: tuple[Move, ...]
    cancels: tuple[Cancel, ...]
    revives: tuple[Revive, ...]
    unseated: int = 0

    def __bool__(self) -> bool:
        return bool(self.inserts or self.moves or self.cancels or self.revives)
