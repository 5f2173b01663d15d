"""What pages and other capabilities read of a result."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from contest.accounts.models import Unit
from contest.awards.models import Award, ResultSet, ResultState, TieRuling
from contest.awards.record import (
    CategoryRecord,
    Figures,
    JurorRecord,
    PictureRecord,
    Received,
    Record,
    TierRecord,
    WorkRecord,
)
from contest.awards.rules import Contender, Given, Skip, TieAtLine, Tier, allocate
from contest.calls import queries as calls
from contest.calls.models import Category, Contest
from contest.calls.queries import CategoryFacts, TierFacts
from contest.entries import blind
from contest.entries.models import Author, Entry, EntryState, Picture
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
    known = _entries(session, row.id)
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


def build_record(session: Session, row: ResultSet, *, sealed_at: datetime) -> Record:
    """Freeze a result set from the tables: the one moment at which the live tables are read for it."""
    contest = session.get(Contest, row.contest_id)
    if contest is None:
        raise Missing("contest")
    tiers = calls.tiers(session, contest.id)
    keys = {tier.id: tier.key for tier in tiers}
    known = _entries(session, row.id)
    by_id = {one.id: one for one in calls.categories(session, contest.id)}
    # A final of one category has the tiers for itself: they are told apart by its letter and named by it.
    sections = {
        one.id: None if one.category_id is None else by_id[one.category_id]
        for one in judging.final_rounds(session, contest.id)
    }
    return Record(
        short_name=contest.short_name,
        edition=contest.edition,
        name=contest.text("name"),
        cup=contest.text("cup"),
        notice=contest.text("notice"),
        hosts=_lines(contest.text("hosts")),
        organizers=_lines(contest.text("organizers")),
        sponsors=_lines(contest.text("sponsors")),
        zone=contest.zone,
        accent=contest.accent,
        language=contest.language,
        version=row.version,
        sealed_at=sealed_at.astimezone(UTC).isoformat(),
        figures=_figures(session, contest.id),
        jury=tuple(
            JurorRecord(name=seat.name, title=seat.title, role=str(seat.kind))
            for seat in calls.jury(session, contest.id)
        ),
        categories=tuple(CategoryRecord(key=one.key, name=one.name) for one in calls.categories(session, contest.id)),
        tiers=tuple(_tier(tier, section) for section in dict.fromkeys(sections.values()) for tier in tiers),
        works=tuple(
            _work(
                known[award.entry_id],
                rank=award.rank,
                score=award.score,
                raw=award.raw,
                tier=None if award.tier_id is None else _tier_key(keys[award.tier_id], sections[award.round_id]),
            )
            for award in row.awards
        ),
        received=_received(session, contest.id),
    )


def _tier_key(key: str, section: CategoryFacts | None) -> str:
    return key if section is None else f"{key}-{section.key.lower()}"


def _tier(tier: TierFacts, section: CategoryFacts | None) -> TierRecord:
    name = tier.name
    if section is not None:
        name = Bilingual(f"{section.name.in_('zh')}{name.in_('zh')}", f"{section.name.in_('en')}: {name.in_('en')}")
    return TierRecord(
        key=_tier_key(tier.key, section),
        name=name,
        count=tier.count,
        category=None if section is None else section.key,
    )


_Row = tuple[Entry, Author, Unit | None, Category]


def _entries(session: Session, result_set_id: UUID) -> dict[UUID, _Row]:
    statement = (
        select(Entry, Author, Unit, Category)
        .join(Author, Author.id == Entry.author_id)
        .outerjoin(Unit, Unit.id == Author.unit_id)
        .join(Category, Category.id == Entry.category_id)
        .options(selectinload(Entry.pictures))
        .where(Entry.id.in_(select(Award.entry_id).where(Award.result_set_id == result_set_id)))
    )
    return {entry.id: (entry, author, unit, category) for entry, author, unit, category in session.execute(statement)}


def _work(known: _Row, *, rank: int, score: str, raw: str, tier: str | None) -> WorkRecord:
    entry, author, unit, category = known
    return WorkRecord(
        id=entry.id.hex,
        number=entry.number or "",
        rank=rank,
        score=score,
        raw=raw,
        tier=tier,
        kind=str(entry.kind),
        category=category.key,
        title=entry.title,
        caption=entry.caption,
        place=entry.place,
        author=author.name,
        unit=unit.name if unit else Bilingual(),
        pictures=tuple(_picture(picture) for picture in entry.pictures),
        country=author.country,
    )


def _picture(row: Picture) -> PictureRecord:
    make, model = (str(row.facts.get(name) or "").strip() for name in ("make", "model"))
    # Many cameras repeat the maker's name in the model's.
    camera = model if model.lower().startswith(make.lower()) else f"{make} {model}"
    captured_at: Any = row.facts.get("captured_at")
    return PictureRecord(
        id=row.id.hex,
        sha256=row.sha256,
        width_px=row.width_px,
        height_px=row.height_px,
        bytes=row.bytes,
        captured_at=captured_at or None,
        camera=camera.strip() or None,
        colour=row.placeholder if row.placeholder.startswith("#") else "",
    )


def _lines(text: Bilingual) -> tuple[Bilingual, ...]:
    """Pair the names of bodies, one a line in each language."""
    pairs = zip_longest(text.zh.splitlines(), text.en.splitlines(), fillvalue="")
    return tuple(Bilingual(zh.strip(), en.strip()) for zh, en in pairs if zh.strip() or en.strip())


def _figures(session: Session, contest_id: UUID) -> Figures:
    handed_in = (
        select(
            func.count(Entry.id),
            func.count(func.distinct(Entry.author_id)),
            func.count(func.distinct(Author.unit_id)),
        )
        .join(Author, Author.id == Entry.author_id)
        .where(Entry.contest_id == contest_id, Entry.state.not_in((EntryState.DRAFT, EntryState.WITHDRAWN)))
    )
    entries, authors, units = session.execute(handed_in).one()
    return Figures(entries=entries, authors=authors, units=units, jurors=judging.juror_count(session, contest_id))


def _received(session: Session, contest_id: UUID) -> tuple[Received, ...]:
    """Count what was handed in, by category and country."""
    statement = (
        select(Category.key, Author.country, func.count(func.distinct(Entry.author_id)), func.count(Entry.id))
        .join(Category, Category.id == Entry.category_id)
        .join(Author, Author.id == Entry.author_id)
        .where(Entry.contest_id == contest_id, Entry.state.not_in((EntryState.DRAFT, EntryState.WITHDRAWN)))
        .group_by(Category.key, Author.country)
        .order_by(Category.key, Author.country)
    )
    return tuple(
        Received(category=category, country=country, authors=authors, works=works)
        for category, country, authors, works in session.execute(statement)
    )
