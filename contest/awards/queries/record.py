"""The sealed record of a result, built from the tables."""

from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from contest.accounts.models import Unit
from contest.awards.models import Award, ResultSet
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
from contest.calls import queries as calls
from contest.calls.models import Category, Contest
from contest.calls.queries import CategoryFacts, TierFacts
from contest.entries.models import Author, Entry, EntryState, Picture
from contest.judging import queries as judging
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Missing


def build_record(session: Session, row: ResultSet, *, sealed_at: datetime) -> Record:
    """Freeze a result set from the tables: the one moment at which the live tables are read for it."""
    contest = session.get(Contest, row.contest_id)
    if contest is None:
        raise Missing("contest")
    tiers = calls.tiers(session, contest.id)
    keys = {tier.id: tier.key for tier in tiers}
    known = ranked_entries(session, row.id)
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


RankedRow = tuple[Entry, Author, Unit | None, Category]


def ranked_entries(session: Session, result_set_id: UUID) -> dict[UUID, RankedRow]:
    """Read what a result set ranks, by the entry's id, with author, unit and category."""
    statement = (
        select(Entry, Author, Unit, Category)
        .join(Author, Author.id == Entry.author_id)
        .outerjoin(Unit, Unit.id == Author.unit_id)
        .join(Category, Category.id == Entry.category_id)
        .options(selectinload(Entry.pictures))
        .where(Entry.id.in_(select(Award.entry_id).where(Award.result_set_id == result_set_id)))
    )
    return {entry.id: (entry, author, unit, category) for entry, author, unit, category in session.execute(statement)}


def _work(known: RankedRow, *, rank: int, score: str, raw: str, tier: str | None) -> WorkRecord:
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
