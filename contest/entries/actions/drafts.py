"""A draft is begun, written on, withdrawn, put back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from contest.calls.models import Category
from contest.calls.queries import ContestFacts, contest_by_id
from contest.entries.models import Author, Entry, EntryKind, EntryState, Finding
from contest.entries.names import NAMES
from contest.entries.queries import handed_in_by
from contest.entries.rules import (
    CAPTION_CHARACTERS_MAX,
    PLACE_CHARACTERS_MAX,
    REASON_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
    Gap,
    Window,
    check_cap,
    clean_line,
    clean_text,
    gaps,
)
from contest.entries.twins import mark_pairs, mark_series, mark_twins
from contest.kernel import audit
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.kernel.ids import new_id
from contest.kernel.permissions import State
from contest.platform.queue import Queue

# What its entrant may still change while entries are taken; what was accepted or sent back is then looked at again.
OPEN_STATES: Final = frozenset({EntryState.DRAFT, EntryState.SUBMITTED, EntryState.ELIGIBLE, EntryState.INELIGIBLE})
_SCREENED: Final = frozenset({EntryState.ELIGIBLE, EntryState.INELIGIBLE})
PICTURE_GAPS: Final = frozenset({"entry.no_picture", "entry.series_size", "entry.single_only"})


@dataclass(frozen=True, kw_only=True)
class Text:
    """What is written about an entry. ``category_id`` None leaves the category as it is."""

    title: Bilingual
    caption: str = ""
    place: str = ""
    category_id: UUID | None = None


def create(
    work: Work,
    *,
    contest_id: UUID,
    entrant_id: UUID,
    author: Author,
    at: datetime,
    category_id: UUID | None = None,
    source: str | None = None,
) -> Entry:
    """Begin a draft.

    Args:
        category_id: None takes the contest's first category.
        source: The row of a spreadsheet that it comes from.

    Raises:
        Missing: ``category``, it is none of this contest.
        Conflict: ``entry.too_early``, ``entry.closed``.
    """
    contest = contest_by_id(work.session, contest_id, at)
    check_open(contest, at)
    entry = Entry(
        id=new_id(),
        contest_id=contest_id,
        category_id=category_of(work, contest_id, category_id).id,
        entrant_id=entrant_id,
        author=author,
        kind=EntryKind.SINGLE,
        state=EntryState.DRAFT,
        source=source,
        created_at=at,
        pictures=[],
        findings=[],
    )
    work.session.add(entry)
    work.session.flush()
    noted(work, entry, action="entry.create", at=at, actor_id=entrant_id)
    return entry


def save(
    work: Work, queue: Queue, *, entry_id: UUID, text: Text, author: Author, actor_id: UUID, at: datetime
) -> Entry:
    """Write what was typed; a draft may be as incomplete as it likes, what was handed in stays complete.

    Raises:
        Missing: ``entry``, ``category``.
        Conflict: ``entry.closed``, ``entry.not_editable``.
        Invalid: ``text.too_long``; of an entry already handed in also ``entry.no_title``, ``entry.no_author``.
    """
    entry = editable(work, entry_id=entry_id, at=at)
    write(work, entry, text=text, author=author, at=at)
    touched(work, entry, at=at)
    if entry.state is not EntryState.DRAFT:
        look_for_names(work, queue, entry, at=at)
    noted(work, entry, action="entry.edit_meta", at=at, actor_id=actor_id)
    return entry


def withdraw(work: Work, *, entry_id: UUID, actor_id: UUID, at: datetime, typed: str = "") -> Entry:
    """Withdraw an entry. It keeps its number, and until the deadline it can be put back.

    Args:
        typed: The entry's number, typed to confirm; needed once the deadline has passed and there is no way back.

    Raises:
        Missing: ``entry``.
        Conflict: ``entry.not_withdrawable``.
        Invalid: ``entry.wrong_number``.
    """
    entry = loaded(work, entry_id)
    if entry.state is EntryState.WITHDRAWN:
        return entry  # pressed twice
    if entry.state not in OPEN_STATES:
        raise Conflict("entry.not_withdrawable")
    contest = contest_by_id(work.session, entry.contest_id, at)
    if entry.number is not None and at >= contest.closes_at:
        confirm(entry, typed)
    before = entry.state
    entry.state = EntryState.WITHDRAWN
    work.session.flush()
    look_for_twins(work, entry, contest)
    noted(work, entry, action="entry.withdraw", at=at, actor_id=actor_id, before=str(before))
    return entry


def restore(work: Work, *, entry_id: UUID, actor_id: UUID, at: datetime) -> Entry:
    """Put a withdrawn entry back as it was; one that was handed in is screened again.

    Raises:
        Missing: ``entry``.
        Conflict: ``entry.closed``, ``entry.not_withdrawn``; ``entry.cap``, others took its place.
    """
    entry = loaded(work, entry_id)
    contest = contest_by_id(work.session, entry.contest_id, at)
    check_open(contest, at)
    if entry.state is not EntryState.WITHDRAWN:
        raise Conflict("entry.not_withdrawn")
    if entry.number is not None:
        check_author_cap(work, entry, contest)
    entry.state = EntryState.DRAFT if entry.number is None else EntryState.SUBMITTED
    work.session.flush()
    look_for_twins(work, entry, contest)
    noted(work, entry, action="entry.restore", at=at, actor_id=actor_id)
    return entry


def reopen(work: Work, *, entry_id: UUID, actor_id: UUID, at: datetime) -> Entry:
    """Take an entry back from screening because its entrant is about to change its pictures.

    Raises:
        Missing: ``entry``.
        Conflict: ``entry.closed``, ``entry.not_editable``.
    """
    entry = editable(work, entry_id=entry_id, at=at)
    if entry.state in _SCREENED:
        entry.state = EntryState.SUBMITTED
        noted(work, entry, action="entry.reopen", at=at, actor_id=actor_id)
    return entry


def discard_empty(work: Work, *, entry_id: UUID, actor_id: UUID) -> bool:
    """Delete a draft whose only file was refused: without file, text and number there is nothing to keep.

    Returns:
        Whether it was such a draft of this person's.
    """
    entry = loaded(work, entry_id)
    is_empty = not (entry.number or entry.pictures or entry.title or entry.caption or entry.place)
    if entry.state is not EntryState.DRAFT or entry.entrant_id != actor_id or not is_empty:
        return False
    work.session.delete(entry)
    work.session.flush()
    return True


def loaded(work: Work, entry_id: UUID) -> Entry:
    """Read an entry with its author, pictures and findings; raises ``Missing("entry")``."""
    entry = work.session.scalar(
        select(Entry)
        .options(joinedload(Entry.author), selectinload(Entry.pictures), selectinload(Entry.findings))
        .where(Entry.id == entry_id)
    )
    if entry is None:
        raise Missing("entry")
    return entry


def editable(work: Work, *, entry_id: UUID, at: datetime) -> Entry:
    """Read an entry that its entrant may still change at this moment; raises as `save` does."""
    entry = loaded(work, entry_id)
    check_open(contest_by_id(work.session, entry.contest_id, at), at)
    if entry.state not in OPEN_STATES:
        raise Conflict("entry.not_editable")
    return entry


def write(work: Work, entry: Entry, *, text: Text, author: Author, at: datetime) -> None:
    """Put cleaned texts, the author and the category into the row."""
    is_anothers = entry.author is not author
    entry.title_zh = clean_line(text.title.zh, limit=TITLE_CHARACTERS_MAX, field="title")
    entry.title_en = clean_line(text.title.en, limit=TITLE_CHARACTERS_MAX, field="title")
    entry.caption = clean_text(text.caption, limit=CAPTION_CHARACTERS_MAX, field="caption")
    entry.place = clean_line(text.place, limit=PLACE_CHARACTERS_MAX, field="place")
    entry.author = author
    if text.category_id is not None and entry.number is None:  # the number carries the category's letter
        entry.category_id = category_of(work, entry.contest_id, text.category_id).id
    work.session.flush()
    if is_anothers:
        look_for_twins(work, entry, contest_by_id(work.session, entry.contest_id, at))


def touched(work: Work, entry: Entry, *, at: datetime) -> None:
    """Keep an entry true after a change: its kind, its completeness, and that a changed one is screened again.

    One that was handed in and now lacks pictures is a draft again, with its number, until it is whole and handed in
    anew. A rejected picture is left in: it may be just what is being mended.

    Raises:
        Invalid: ``entry.no_title``, ``entry.no_author`` of what was handed in.
    """
    entry.kind = EntryKind.SINGLE if len(entry.pictures) <= 1 else EntryKind.SERIES
    if entry.state is not EntryState.DRAFT:
        missing = lacking(entry, contest_by_id(work.session, entry.contest_id, at))
        for gap in missing:
            if gap.code in {"entry.no_title", "entry.no_author"}:
                raise gap.error()
        lacks_pictures = {gap.code for gap in missing} & PICTURE_GAPS
        entry.state = EntryState.DRAFT if lacks_pictures else EntryState.SUBMITTED
    work.session.flush()


def lacking(entry: Entry, contest: ContestFacts) -> list[Gap]:
    """List what a loaded entry lacks."""
    return gaps(
        has_title=bool(entry.title),
        has_author=bool(entry.author.name),
        pictures=len(entry.pictures),
        rejected=sum(is_rejecting(finding) for finding in entry.findings),
        series_min=contest.series_min,
        series_max=contest.series_max,
    )


def is_rejecting(finding: Finding) -> bool:
    """Tell whether a finding still forbids handing in."""
    return finding.severity == "reject" and finding.waived_at is None


def check_author_cap(work: Work, entry: Entry, contest: ContestFacts) -> None:
    """Refuse one entry more than the author may have in the contest; raises ``Conflict("entry.cap")``."""
    check_cap(given=handed_in_by(work.session, entry.author_id, besides=entry.id), cap=contest.entries_per_author)


def look_for_twins(work: Work, entry: Entry, contest: ContestFacts, *, gone: Sequence[str] = ()) -> None:
    """Say anew which other pictures of the contest have the same bytes or look alike, as far as that is known.

    To be called after an entry or a picture came, went or changed places, was numbered or became another author's.

    Args:
        gone: The SHA-256 of pictures that it had a moment ago.
    """
    for digest in {*gone, *(picture.sha256 for picture in entry.pictures)}:
        mark_twins(work, contest=contest, sha256=digest)
    mark_pairs(work, contest=contest)
    mark_series(work, entry_id=entry.id, contest=contest)


def look_for_names(work: Work, queue: Queue, entry: Entry, *, at: datetime) -> None:
    """Order a look for names that would tell jurors whose work it is, after texts or the author were changed.

    Looking itself needs tables of pinyin, which take 50 MB: only a worker has use for them.
    """
    queue.enqueue(
        work,
        NAMES,
        {"entry_id": str(entry.id)},
        key=f"{NAMES}:{entry.id}",
        at=at,
        contest_id=entry.contest_id,
    )


def category_of(work: Work, contest_id: UUID, category_id: UUID | None) -> Category:
    """Find a contest's category, its first one for None; raises ``Missing("category")``."""
    query = select(Category).where(Category.contest_id == contest_id)
    if category_id is not None:
        query = query.where(Category.id == category_id)
    found = work.session.scalar(query.order_by(Category.position).limit(1))
    if found is None:
        raise Missing("category")
    return found


def check_open(contest: ContestFacts, at: datetime) -> None:
    """Refuse when the contest takes no entries at ``at``.

    Raises:
        Conflict: ``entry.too_early``, ``entry.closed``.
    """
    if contest.state is State.DRAFT:
        raise Conflict("entry.too_early")
    window_of(contest).check(at)
    if contest.state is not State.OPEN:  # closed by decision, whatever the dates say
        raise Conflict("entry.closed")


def window_of(contest: ContestFacts) -> Window:
    """Give the window in which a contest takes entries."""
    return Window(opens_at=contest.opens_at, closes_at=contest.closes_at)


def confirm(entry: Entry, typed: str) -> None:
    """Compare what was typed with the entry's number; raises ``Invalid("entry.wrong_number")``."""
    if clean_line(typed, limit=REASON_CHARACTERS_MAX, field="number").upper() != entry.number:
        raise Invalid("entry.wrong_number", number=entry.number)


def noted(work: Work, entry: Entry, *, action: str, at: datetime, actor_id: UUID | None, **facts: str) -> None:
    """Add a line about an entry to the audit record."""
    audit.record(
        work,
        action=action,
        at=at,
        actor_id=actor_id,
        thing=f"entry {entry.number or entry.id}",
        contest_id=entry.contest_id,
        **facts,
    )
