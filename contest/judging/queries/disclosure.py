"""What a juror may learn of a closed round, and not a figure more: its settings decide, here and only here."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.judging.models import Ballot, BallotKind, RoundEntry, Sheet
from contest.judging.queries.facts import RoundFacts, followers
from contest.judging.queries.remarks import tied
from contest.judging.queries.tally import standing
from contest.judging.rules.settings import Discloses, Mode
from contest.judging.scoring.results import EntryScore
from contest.kernel.errors import Missing


@dataclass(frozen=True, kw_only=True)
class Place:
    """One work as its juror may compare it.

    Attributes:
        handle: What she knows it by; "" for one that she did not judge.
        score: Her own mark, in hundredths of a point; None for none.
        own_rank: Its place in her own order, equal marks sharing one; None where she gave no mark.
        rank: Its place in the panel's.
        panel: What the panel's votes say of it; None where she may only know the place.
    """

    entry_id: UUID
    handle: str
    score: int | None
    own_rank: int | None
    rank: int
    panel: EntryScore | None


@dataclass(frozen=True, kw_only=True)
class Disclosed:
    """What one juror may know of a closed round.

    Attributes:
        works: How many were judged.
        went_on: How many of them are in a later round; None while no round took any.
        places: By the panel's order; empty where she may know numbers alone.
    """

    level: Discloses
    works: int
    went_on: int | None
    places: Sequence[Place]


def disclosed(session: Session, round_: RoundFacts, juror_id: UUID) -> Disclosed:
    """Give what a round's settings let a juror of it know; works that she is tied to are left out of every order.

    Raises:
        Missing: ``round``; it is not closed, she has no part in it, or nothing is disclosed.
    """
    sheet_id = session.scalar(select(Sheet.id).where(Sheet.round_id == round_.id, Sheet.juror_id == juror_id))
    level = round_.settings.discloses
    if sheet_id is None or not round_.is_ranked or level is Discloses.NEVER:
        raise Missing("round")
    followed_by = [one.id for one in followers(session, round_)]
    went_on = session.scalar(
        select(func.count(func.distinct(RoundEntry.entry_id))).where(RoundEntry.round_id.in_(followed_by))
    )
    works = session.scalar(select(func.count()).where(RoundEntry.round_id == round_.id)) or 0
    return Disclosed(
        level=level,
        works=works,
        went_on=went_on or None,
        places=_places(session, round_, juror_id, sheet_id) if level is not Discloses.COUNTS else [],
    )


def _places(session: Session, round_: RoundFacts, juror_id: UUID, sheet_id: UUID) -> list[Place]:
    shows_scores = round_.settings.discloses is Discloses.SCORES
    own = {
        row.entry_id: row
        for row in session.execute(
            select(Ballot.entry_id, Ballot.handle, Ballot.score).where(
                Ballot.sheet_id == sheet_id,
                Ballot.kind == BallotKind.COUNTED,
                Ballot.rival_id.is_(None),
                ~Ballot.recused,
                ~Ballot.cancelled,
            )
        )
    }
    is_best_low = round_.mode is Mode.RANK
    given = sorted((row.score for row in own.values() if row.score is not None), reverse=not is_best_low)
    near = tied(session, round_, juror_id)
    places = []
    for one in standing(session, round_.id).entries:
        mine = own.get(one.entry)
        score = None if mine is None else mine.score
        if one.entry in near or (score is None and not shows_scores):
            continue
        places.append(
            Place(
                entry_id=one.entry,
                handle="" if mine is None else mine.handle,
                score=score,
                own_rank=None if score is None else given.index(score) + 1,
                rank=one.rank,
                panel=one if shows_scores else None,
            )
        )
    return places
