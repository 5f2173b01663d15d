"""Rows for tests, one function a table; every value that a test does not care about has a plausible default."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from contest.accounts.models import Person, Role, RoleKind, Unit
from contest.calls.models import Category, Contest, PrizeTier
from contest.entries.models import Author, Derivative, Entry, EntryKind, EntryState, Picture, PictureState
from contest.inspection.terms import PhotoTerms
from contest.kernel.db import Work
from contest.kernel.ids import new_id
from contest.kernel.permissions import State

OPENS = datetime(2026, 11, 1, tzinfo=UTC)
CLOSES = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
_numbers = count(1)


def make_person(work: Work, **given: Any) -> Person:
    number = next(_numbers)
    row = Person(
        **{
            "id": new_id(),
            "email": f"person{number}@example.org",
            "name_zh": f"张{number}",
            "name_en": f"Zhang {number}",
            "created_at": OPENS,
            **given,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row


def make_contest(work: Work, **given: Any) -> Contest:
    """Make a contest that takes entries in November 2026, with category A and two tiers."""
    number = next(_numbers)
    row = Contest(
        **{
            "id": new_id(),
            "short_name": f"cup-{number}",
            "state": State.OPEN,
            "preset": "cn-district",
            "language": "zh_Hans",
            "name_zh": "联美杯摄影大赛",
            "name_en": "Lianmei Cup Photo Contest",
            "accent": "#8c2f1b",
            "zone": "Asia/Shanghai",
            "opens_at": OPENS,
            "closes_at": CLOSES,
            "grace_minutes": 30,
            "judging_until": CLOSES + timedelta(days=10),
            "announces_at": CLOSES + timedelta(days=20),
            "terms": PhotoTerms(long_side_min_px=1000).to_json(),
            "entries_per_author": 10,
            "awards_per_author": 1,
            "series_min": 2,
            "series_max": 8,
            "one_person": False,
            "blind_key": "k" * 43,
            "created_at": OPENS,
            **given,
        }
    )
    row.categories = [Category(id=new_id(), key="A", name_zh="风光", name_en="Landscape", position=0)]
    row.tiers = [
        PrizeTier(id=new_id(), key="first", name_zh="一等奖", name_en="First prize", count=1, position=0),
        PrizeTier(id=new_id(), key="second", name_zh="二等奖", name_en="Second prize", count=2, position=1),
    ]
    work.session.add(row)
    work.session.flush()
    return row


def make_unit(work: Work, contest: Contest, **given: Any) -> Unit:
    number = next(_numbers)
    row = Unit(
        **{
            "id": new_id(),
            "contest_id": contest.id,
            "name_zh": f"文化馆{number}",
            "name_en": f"Bureau {number}",
            **given,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row


def make_role(work: Work, contest: Contest, person: Person, kind: RoleKind, **given: Any) -> Role:
    row = Role(**{"id": new_id(), "contest_id": contest.id, "person_id": person.id, "kind": kind, **given})
    work.session.add(row)
    work.session.flush()
    return row


def make_author(work: Work, contest: Contest, **given: Any) -> Author:
    number = next(_numbers)
    row = Author(
        **{
            "id": new_id(),
            "contest_id": contest.id,
            "name_zh": f"李{number}",
            "name_en": f"Li {number}",
            **given,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row


def make_entry(
    work: Work,
    contest: Contest,
    *,
    category_id: UUID | None = None,
    entrant: Person | None = None,
    author: Author | None = None,
    pictures: int = 1,
    **given: Any,
) -> Entry:
    """Make an eligible entry with ready pictures (rows only: no files)."""
    number = next(_numbers)
    entrant = entrant or make_person(work)
    author = author or make_author(work, contest, person_id=entrant.id)
    row = Entry(
        **{
            "id": new_id(),
            "contest_id": contest.id,
            "category_id": category_id or contest.categories[0].id,
            "entrant_id": entrant.id,
            "author_id": author.id,
            "kind": EntryKind.SINGLE if pictures == 1 else EntryKind.SERIES,
            "state": EntryState.ELIGIBLE,
            "number": f"A-{number:06d}",
            "title_zh": f"晨雾{number}",
            "title_en": f"Morning mist {number}",
            "created_at": OPENS,
            "submitted_at": OPENS + timedelta(days=1),
            **given,
        }
    )
    row.pictures = [make_picture(position) for position in range(pictures)]
    work.session.add(row)
    work.session.flush()
    return row


def make_picture(position: int = 0, **given: Any) -> Picture:
    """Make a ready picture's row with its four derivatives; not yet added to a session."""
    number = next(_numbers)
    sizes = ((320, 320, 213), (640, 640, 427), (1280, 1280, 853), (2560, 2560, 1707))
    row = Picture(
        **{
            "id": new_id(),
            "position": position,
            "sha256": f"{number:064x}",
            "bytes": 4_000_000,
            "file_name": f"DSC_{number:04d}.JPG",
            "received_at": OPENS,
            "receipt": "",
            "state": PictureState.READY,
            "format": "jpeg",
            "width_px": 6000,
            "height_px": 4000,
            "placeholder": "#7a746a",
            **given,
        }
    )
    row.derivatives = [
        Derivative(long_side_px=step, width_px=width, height_px=height, bytes=1000, sha256=f"{number:063x}{place}")
        for place, (step, width, height) in enumerate(sizes)
    ]
    return row
