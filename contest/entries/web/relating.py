"""What the person who asks is to the entry, picture or upload that an address names."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from contest.accounts.queries import RoleFacts
from contest.entries import queries
from contest.entries.queries import EntryTie
from contest.kernel.errors import Missing
from contest.kernel.permissions import Subject
from contest.web.standing import PersonSeen, Standing

NAMES: Final = frozenset({"entry_id", "picture_id", "upload_id"})
_JURORS: Final = frozenset({Subject.JUROR_ASG, Subject.JUROR_UNASG, Subject.JUROR_RECUSED})


def relate(session: Session, standing: Standing, names: Mapping[str, Any], _at: datetime) -> Standing:
    """Narrow the standing to the entry behind ``entry_id``, ``picture_id`` or ``upload_id``.

    What was found stands in ``about`` as "entry" (`queries.EntryTie`).

    Raises:
        Missing: there is no such thing in this contest.
    """
    if standing.person is None or standing.contest is None or not NAMES & names.keys():
        return standing
    # Where an address names both an entry and a thing of it, they must belong together.
    tie = queries.tie(
        session,
        entry_id=names.get("entry_id"),
        picture_id=names.get("picture_id"),
        upload_id=names.get("upload_id"),
    )
    if tie is None or tie.contest_id != standing.contest.id:
        raise Missing("entry")
    roles = [role for role in standing.about.get("roles", ()) if role.contest_id == tie.contest_id]
    return replace(
        standing,
        subjects=narrowed(standing.subjects, standing.person, tie, roles),
        tied=_is_own(standing.person, tie)
        or any(role.unit_id == tie.unit_id for role in roles if role.unit_id is not None),
        about={**standing.about, "entry": tie},
    )


def narrowed(
    subjects: frozenset[Subject], person: PersonSeen, tie: EntryTie, roles: list[RoleFacts]
) -> frozenset[Subject]:
    """Give what a person is to one entry, given what she is to its contest.

    Jurors never use these addresses, so as jurors they count as not assigned.
    """
    found = set(subjects) - _JURORS - {Subject.PHOTOG_OWN, Subject.DELEG_UNIT}
    found.add(Subject.PHOTOG_OWN if _is_own(person, tie) else Subject.PHOTOG_OTHER)
    if subjects & _JURORS:
        found.add(Subject.JUROR_UNASG)
    if Subject.DELEG_UNIT in subjects:
        speaks_for = {role.unit_id for role in roles if role.kind == "delegate"}
        found.add(Subject.DELEG_UNIT if tie.unit_id in speaks_for else Subject.DELEG_OTHER)
    return frozenset(found)


def _is_own(person: PersonSeen, tie: EntryTie) -> bool:
    return person.id in {tie.entrant_id, tie.author_person_id}
