"""What pages and other capabilities read of a result."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from contest.awards.models import Award, ResultSet, ResultState, TieRuling
from contest.awards.queries.record import ranked_entries
from contest.awards.record import Record
from contest.awards.rules import Contender, Given, Skip, TieAtLine, Tier, allocate
from contest.calls import queries as calls
from contest.calls.models import Contest
from contest.entries import blind
from contest.entries.models import Author, Entry
from contest.judging import queries as judging
from contest.judging.queries import RoundFacts
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Missing


@dataclass(frozen=True, kw_only=True)
class RankedWork:
    """One row of the ladder; whose it is, and its number, are for the organizer alone until the result is public.

    Attributes:
        final: Number of the round that ranked it.
        score: The official score; ``raw`` is the plain mean of the votes.
    """

    entry_id: UUID
    number: str
    author: Bilingual
    unit: Bilingual
    title: Bilingual
    category: Bilingual
    final: int
    rank: int
    score: str
    raw: str
    votes: int
    tier: str | None
    skip: Skip | None


@dataclass(frozen=True, kw_only=True)
class OpenTie:
    """A tie that has to be decided, and the final in which it is.

    Attributes:
        way: The declared way whose turn it is, one of `scoring.TIE_METHODS`; the chair where all have been tried.
        may_pass: Whether another one follows.
    """

    round_id: UUID
    tie: TieAtLine
    way: str
    may_pass: bool


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What one way said about a tie.

    Attributes:
        groups: The works, best first; one group: it did not decide.
        ruled_by: Who wrote it down; None where it follows from the votes, the lot or the deliberation.
    """

    round_id: UUID
    rank: int
    method: str
    groups: Sequence[Sequence[UUID]]
    reason: str
    ruled_by: UUID | None
    ruled_at: datetime

    @property
    def works(self) -> frozenset[UUID]:
        """Give the works that it is about."""
        return frozenset(entry_id for group in self.groups for entry_id in group)

    @property
    def decides(self) -> bool:
        """Tell whether it parts the works."""
        return len(self.groups) > 1


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What entries get so far; with a ``tie``, nothing that it decides is given yet."""

    given: Mapping[UUID, Given]
    tie: OpenTie | None


@dataclass(frozen=True, kw_only=True)
class ResultFacts:
    """A contest's latest result set.

    Attributes:
        fingerprint: Of the ladder, see `fingerprint`.
        works: By final and rank; with a tie that is still open, all works stand here but what it decides has no tier
            yet.
        tie: What has to be decided next, or None.
        rulings: What was said about ties, by final and rank, in the order in which the ways were declared.
    """

    id: UUID
    version: int
    state: ResultState
    digest: str
    sealed_at: datetime | None
    sealed_by: UUID | None
    announced_at: datetime | None
    fingerprint: str
    works: tuple[RankedWork, ...]
    tie: OpenTie | None
    rulings: Sequence[Ruling]

    @property
    def finals(self) -> int:
        """Count the finals that ranked them."""
        return len({work.final for work in self.works})


def record_of(session: Session, contest_id: UUID) -> Record | None:
    """Give a contest's newest sealed or announced record."""
    return _record(session, contest_id, {ResultState.SEALED, ResultState.ANNOUNCED})


def announced(session: Session, contest_id: UUID) -> Record | None:
    """Give a contest's announced record; None while nothing is public."""
    return _record(session, contest_id, {ResultState.ANNOUNCED})


def _record(session: Session, contest_id: UUID, states: Collection[ResultState]) -> Record | None:
    text = session.scalar(
        select(ResultSet.record)
        .where(ResultSet.contest_id == contest_id, ResultSet.state.in_(states))
        .order_by(ResultSet.version.desc())
        .limit(1)
    )
    return None if text is None else Record.from_json(text)


def latest(session: Session, contest_id: UUID, *, with_awards: bool = True) -> ResultSet | None:
    """Give the row of a contest's latest result set with its awards."""
    return session.scalar(
        select(ResultSet)
        .options(*([selectinload(ResultSet.awards)] if with_awards else []))
        .where(ResultSet.contest_id == contest_id)
        .order_by(ResultSet.version.desc())
        .limit(1)
    )


def result(session: Session, contest_id: UUID) -> ResultFacts | None:
    """Give what the results page shows; None before the prizes were first worked out."""
    row = latest(session, contest_id)
    if row is None:
        return None
    keys = {tier.id: tier.key for tier in calls.tiers(session, contest_id)}
    known = ranked_entries(session, row.id)
    works = []
    for award in row.awards:
        entry, author, unit, category = known[award.entry_id]
        works.append(
            RankedWork(
                entry_id=entry.id,
                number=entry.number or "",
                author=author.name,
                unit=unit.name if unit else Bilingual(),
                title=entry.title,
                category=category.name,
                final=award.final,
                rank=award.rank,
                score=award.score,
                raw=award.raw,
                votes=award.votes,
                tier=None if award.tier_id is None else keys[award.tier_id],
                skip=skip_from(award.skip_reason),
            )
        )
    return ResultFacts(
        id=row.id,
        version=row.version,
        state=row.state,
        digest=row.digest,
        sealed_at=row.sealed_at,
        sealed_by=row.sealed_by,
        announced_at=row.announced_at,
        fingerprint=fingerprint(row),
        works=tuple(works),
        tie=open_tie(session, row) if row.state is ResultState.DRAFT else None,
        rulings=rulings(session, row.id),
    )


def fingerprint(row: ResultSet) -> str:
    """Sum up all that a reader of the ladder sees, so that it can be told whether two saw the same; SHA-256."""
    seen = [
        (award.entry_id.hex, award.final, award.rank, award.position, str(award.tier_id), award.score, award.votes)
        for award in row.awards
    ]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def entry_at(session: Session, contest_id: UUID, place: int) -> UUID:
    """Give the entry at a place of the latest ladder, counted from 0; raises ``Missing("entry")``."""
    newest = (
        select(ResultSet.id)
        .where(ResultSet.contest_id == contest_id)
        .order_by(ResultSet.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = session.scalar(
        select(Award.entry_id)
        .where(Award.result_set_id == newest)
        .order_by(Award.final, Award.rank, Award.position)
        .offset(place)
        .limit(1)
    )
    if found is None:
        raise Missing("entry")
    return found


def open_tie(session: Session, row: ResultSet) -> OpenTie | None:
    """Give the tie that keeps a draft from being sealed."""
    return allocation(session, row.contest_id, row.awards, rulings(session, row.id)).tie


def rulings(session: Session, result_set_id: UUID) -> list[Ruling]:
    """Give what was said about ties, by final and rank, in the order in which the ways were declared."""
    rows = session.scalars(select(TieRuling).where(TieRuling.result_set_id == result_set_id))
    found = [
        Ruling(
            round_id=row.round_id,
            rank=row.rank,
            method=row.method,
            groups=[[UUID(hex=entry) for entry in group] for group in row.order],
            reason=row.reason,
            ruled_by=row.ruled_by,
            ruled_at=row.ruled_at,
        )
        for row in rows
    ]
    known = {round_id: judging.round_by_id(session, round_id) for round_id in {one.round_id for one in found}}

    def turn(one: Ruling) -> tuple[int, int, int]:
        final = known[one.round_id]
        return final.number, one.rank, declared(final).index(one.method)

    return sorted(found, key=turn)


def declared(final: RoundFacts) -> tuple[str, ...]:
    """Give the ways to decide ties of a final in their order; the chair comes last where none else does."""
    ways = tuple(final.settings.ties)
    return ways if "chair" in ways else (*ways, "chair")


def allocation(
    session: Session,
    contest_id: UUID,
    ranked: Collection[Award],
    decided: Sequence[Ruling],
) -> Outcome:
    """Give the contest's tiers to what its finals ranked: every final has all of them.

    An author's cap holds for the whole contest; the finals follow each other by their numbers.

    Args:
        ranked: By final and rank.
        decided: What was said about ties.
    """
    limit = session.scalar(select(Contest.awards_per_author).where(Contest.id == contest_id))
    whose = {
        entry_id: person_id or author_id
        for entry_id, author_id, person_id in session.execute(
            select(Entry.id, Author.id, Author.person_id)
            .join(Author, Author.id == Entry.author_id)
            .where(Entry.contest_id == contest_id)
        )
    }
    tiers = [Tier(key=tier.key, count=tier.count) for tier in calls.tiers(session, contest_id)]
    given: dict[UUID, Given] = {}
    won = defaultdict[Hashable, list[str]](list)
    for round_id, awards in groupby(ranked, key=lambda award: award.round_id):
        contenders = [Contender(entry_id=one.entry_id, rank=one.rank, author=whose[one.entry_id]) for one in awards]
        outcome = allocate(
            contenders,
            tiers,
            limit=limit,
            rulings={one.works: one.groups for one in decided if one.round_id == round_id and one.decides},
            won=won,
        )
        given |= {one.entry_id: one for one in outcome.given}
        if outcome.tie is not None:
            left = _ways_left(session, round_id, outcome.tie, decided)
            tie = OpenTie(round_id=round_id, tie=outcome.tie, way=left[0], may_pass=len(left) > 1)
            return Outcome(given=given, tie=tie)
        for one in outcome.given:
            if one.tier is not None:
                won[whose[one.entry_id]].append(one.tier)
    return Outcome(given=given, tie=None)


def _ways_left(session: Session, round_id: UUID, tie: TieAtLine, decided: Sequence[Ruling]) -> list[str]:
    """Give the declared ways that have not been tried on these works, alone or among others; at last the chair."""
    works = set(tie.entry_ids)
    tried = {one.method for one in decided if one.round_id == round_id and one.works >= works}
    return [way for way in declared(judging.round_by_id(session, round_id)) if way not in tried] or ["chair"]


def own_conflicts(session: Session, contest_id: UUID, person_id: UUID) -> set[UUID]:
    """Give the entries that somebody on the panel is tied to; nobody else has any."""
    seats = {seat.person_id: seat.unit_id for seat in calls.jury(session, contest_id) if seat.person_id == person_id}
    return {entry_id for _person, entry_id in blind.conflicts(session, contest_id, seats)}


def skip_text(skip: Skip | None) -> str:
    """Write a skip for its column."""
    return "" if skip is None else json.dumps({"limit": skip.limit, "tiers": list(skip.tiers)})


def skip_from(text: str) -> Skip | None:
    """Read what `skip_text` wrote."""
    if not text:
        return None
    raw = json.loads(text)
    return Skip(limit=raw["limit"], tiers=tuple(raw["tiers"]))
