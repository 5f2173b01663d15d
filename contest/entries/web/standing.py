"""Shorthands for what these pages ask of the standing again and again."""

from typing import cast
from uuid import UUID

from contest.accounts.models import RoleKind
from contest.accounts.queries import RoleFacts
from contest.calls.queries import ContestFacts
from contest.entries.queries import EntryTie
from contest.web.services import now, standing


def contest_facts() -> ContestFacts:
    """Give the contest of the address."""
    return cast("ContestFacts", standing().contest)


def tie() -> EntryTie:
    """Give the entry that the address leads to."""
    return cast("EntryTie", standing().about["entry"])


def spoken_units() -> list[UUID]:
    """Give the units that the person speaks for in this contest."""
    roles = cast("list[RoleFacts]", standing().about.get("roles", []))
    contest_id = contest_facts().id
    return [
        role.unit_id
        for role in roles
        if role.contest_id == contest_id and role.kind is RoleKind.DELEGATE and role.unit_id is not None
    ]


def own_unit() -> UUID | None:
    """Give the unit that the person speaks for, None for a photographer on her own."""
    units = spoken_units()
    return units[0] if units else None


def takes_entries() -> bool:
    """Tell whether entries are taken at this moment and this person may hand in."""
    contest = contest_facts()
    return standing().may("entry.create") and contest.opens_at <= now() < contest.closes_at
