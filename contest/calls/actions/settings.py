"""A contest is opened as a draft and written."""

from datetime import datetime, timedelta
from string import ascii_uppercase
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from contest.accounts.models import Role, RoleKind
from contest.calls.models import Category, Contest, PrizeTier
from contest.calls.presets import preset
from contest.calls.rules import (
    RulesGiven,
    TextsGiven,
    faults_of_rules,
    faults_of_texts,
    short_name_fault,
    state_at,
)
from contest.kernel import audit
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Missing
from contest.kernel.ids import new_id, new_token
from contest.kernel.permissions import State


def draft_contest(
    work: Work,
    *,
    preset_name: str,
    short_name: str,
    name: Bilingual,
    language: str,
    zone: str,
    opens_at: datetime,
    closes_at: datetime,
    organizer_id: UUID,
    at: datetime,
) -> UUID:
    """Make a contest from a preset, as a draft that its first organizer goes on writing; give its id.

    Raises:
        Conflict: ``contest.name_taken``.
        Invalid: ``contest.preset``, ``contest.short_name``, ``zone.unknown`` or ``dates.order``.
    """
    chosen = preset(preset_name)
    fault = short_name_fault(short_name)
    if fault is not None:
        raise fault
    if work.session.scalar(select(Contest.id).where(Contest.short_name == short_name)) is not None:
        raise Conflict("contest.name_taken", given=short_name)
    texts = TextsGiven(
        language=language,
        name=name,
        edition=f"{closes_at.astimezone(ZoneInfo(zone)):%Y}",
        notice=chosen.notice,
        accent=chosen.accent,
        judging_until=closes_at + timedelta(days=chosen.judging_days),
        announces_at=closes_at + timedelta(days=chosen.announce_days),
    )
    rules = RulesGiven(
        zone=zone,
        opens_at=opens_at,
        closes_at=closes_at,
        grace_minutes=chosen.grace_minutes,
        terms=chosen.terms_for(opens_at.astimezone(ZoneInfo(zone)).year),
        entries_per_author=chosen.entries_per_author,
        awards_per_author=chosen.awards_per_author,
        series_min=chosen.series_min,
        series_max=chosen.series_max,
        one_person=chosen.one_person,
        licence=chosen.licence,
        categories=chosen.categories,
        tiers=chosen.tiers,
    )
    row = Contest(
        id=new_id(),
        short_name=short_name,
        state=State.DRAFT,
        preset=chosen.name,
        blind_key=new_token(),
        created_at=at,
    )
    _write_texts(row, texts)
    _write_rules(row, rules)
    _refuse_faults(texts, rules)
    work.session.add(row)
    work.session.flush()
    work.session.add(Role(id=new_id(), contest_id=row.id, person_id=organizer_id, kind=RoleKind.ORGANIZER))
    work.session.flush()
    _record(work, row, "site.open_contest", actor_id=organizer_id, at=at, preset=chosen.name)
    return row.id


def edit(
    work: Work,
    *,
    contest_id: UUID,
    version: int,
    texts: TextsGiven,
    rules: RulesGiven | None,
    actor_id: UUID,
    at: datetime,
) -> None:
    """Replace a contest's texts, and in a draft its rules.

    Args:
        version: Of the settings that were edited, from `queries.settings_of`.
        rules: None to leave them; anything else only in a draft.

    Raises:
        Missing: ``contest``.
        Conflict: ``contest.changed``, somebody else saved meanwhile; ``contest.rules_settled``; ``contest.not_now``,
            the contest is archived.
        Invalid: the first of `rules.faults_of_texts` and `rules.faults_of_rules`.
    """
    row = work.session.scalar(
        select(Contest)
        .options(selectinload(Contest.categories), selectinload(Contest.tiers))
        .where(Contest.id == contest_id)
    )
    if row is None:
        raise Missing("contest")
    if row.version != version:
        raise Conflict("contest.changed")
    stands = state_at(row.state, closes_at=row.closes_at, grace_minutes=row.grace_minutes, at=at)
    if stands is State.ARCHIVED:
        raise Conflict("contest.not_now")
    if rules is not None and stands is not State.DRAFT:
        raise Conflict("contest.rules_settled")
    _refuse_faults(texts, rules, closes_at=row.closes_at)
    _write_texts(row, texts)
    if rules is not None:
        _write_rules(row, rules)
    work.session.flush()
    _record(work, row, "contest.edit_texts", actor_id=actor_id, at=at)
    if rules is not None:
        _record(work, row, "contest.edit_rules", actor_id=actor_id, at=at)


def _refuse_faults(texts: TextsGiven, rules: RulesGiven | None, closes_at: datetime | None = None) -> None:
    faults = []
    if rules is not None:
        faults += faults_of_rules(rules)
        closes_at = rules.closes_at
    if closes_at is not None:
        faults += faults_of_texts(texts, closes_at=closes_at)
    for _field, fault in faults:
        raise fault


def _write_texts(row: Contest, texts: TextsGiven) -> None:
    row.language = texts.language
    row.edition = texts.edition
    row.name_zh, row.name_en = texts.name
    row.cup_zh, row.cup_en = texts.cup
    row.notice_zh, row.notice_en = texts.notice
    row.hosts_zh, row.hosts_en = texts.hosts
    row.organizers_zh, row.organizers_en = texts.organizers
    row.sponsors_zh, row.sponsors_en = texts.sponsors
    row.accent = texts.accent
    row.judging_until = texts.judging_until
    row.announces_at = texts.announces_at


def _write_rules(row: Contest, rules: RulesGiven) -> None:
    row.zone = rules.zone
    row.opens_at = rules.opens_at
    row.closes_at = rules.closes_at
    row.grace_minutes = rules.grace_minutes
    row.terms = rules.terms.to_json()
    row.entries_per_author = rules.entries_per_author
    row.awards_per_author = rules.awards_per_author
    row.series_min = rules.series_min
    row.series_max = rules.series_max
    row.one_person = rules.one_person
    row.licence_zh, row.licence_en = rules.licence
    _write_categories(row, rules)
    _write_tiers(row, rules)


def _write_categories(row: Contest, rules: RulesGiven) -> None:
    """Rename, add and drop categories; the letter of a place keeps its row, so that nothing loses its category."""
    kept = {category.key: category for category in row.categories}
    written = []
    for position, (key, given) in enumerate(zip(ascii_uppercase, rules.categories, strict=False)):
        category = kept.get(key) or Category(id=new_id(), key=key)
        category.name_zh, category.name_en = given.name
        category.position = position
        written.append(category)
    row.categories = written


def _write_tiers(row: Contest, rules: RulesGiven) -> None:
    kept = {tier.key: tier for tier in row.tiers}
    free = (f"tier-{number}" for number in range(1, 1000) if f"tier-{number}" not in kept)
    written = []
    for position, given in enumerate(rules.tiers):
        tier = kept.get(given.key) or PrizeTier(id=new_id(), key=given.key or next(free))
        tier.name_zh, tier.name_en = given.name
        tier.count = given.count
        tier.position = position
        written.append(tier)
    row.tiers = written


def _record(work: Work, row: Contest, action: str, *, actor_id: UUID, at: datetime, **facts: str) -> None:
    audit.record(
        work,
        action=action,
        at=at,
        actor_id=actor_id,
        thing=f"contest {row.short_name}",
        contest_id=row.id,
        **facts,
    )
