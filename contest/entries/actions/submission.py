"""An entry is handed in: checked, numbered, receipted, all in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, select

from contest.accounts.actions import letter
from contest.accounts.models import Person
from contest.calls.models import Category, Contest
from contest.calls.queries import ContestFacts, contest_by_id
from contest.entries import letters
from contest.entries.actions.drafts import (
    Text,
    check_author_cap,
    check_open,
    lacking,
    loaded,
    look_for_names,
    look_for_twins,
    noted,
    touched,
    window_of,
    write,
)
from contest.entries.confirmation import Confirmation, sign
from contest.entries.models import Author, Entry, EntryState, Upload
from contest.entries.rules import next_number
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid
from contest.kernel.permissions import State
from contest.platform.queue import Queue


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What came of it; ``is_new`` is False where the entry had been handed in before."""

    entry_id: UUID
    number: str
    is_new: bool


def submit(
    work: Work,
    queue: Queue,
    *,
    entry_id: UUID,
    actor_id: UUID,
    declared: bool,
    at: datetime,
    secret: str,
    address: str,
    text: Text | None = None,
    author: Author | None = None,
    mailed: bool = True,
) -> Submitted:
    """Hand an entry in, or keep the changes of one that was handed in already.

    A picture that is still being examined does not hold it up: the number is given now, the verdict comes later.

    Args:
        declared: Whether the entrant has declared that it is the author's own work and accepted rules and licence.
        secret: Signs the receipt.
        address: The service's public address, for the link in the letter.
        text, author: What was typed together with the submission; None leaves what was saved.
        mailed: Whether a letter confirms it; an import has its own report.

    Raises:
        Missing: ``entry``, ``category``.
        Conflict: ``entry.too_early``, ``entry.closed``, ``entry.not_editable``, ``entry.cap``.
        Invalid: ``entry.no_declaration``, ``text.too_long``, or the first thing it lacks, see `rules.gaps`.
    """
    entry = loaded(work, entry_id)
    contest = contest_by_id(work.session, entry.contest_id, at)
    _check_moment(work, entry, contest, at)
    if entry.state in {EntryState.WITHDRAWN, EntryState.DISQUALIFIED}:
        raise Conflict("entry.not_editable")
    if text is not None:
        write(work, entry, text=text, author=author or entry.author, at=at)
    if entry.state is not EntryState.DRAFT and entry.number is not None:
        touched(work, entry, at=at)
        if text is not None:
            look_for_names(work, queue, entry, at=at)
            noted(work, entry, action="entry.edit_meta", at=at, actor_id=actor_id)
        return Submitted(entry_id=entry.id, number=entry.number, is_new=False)
    for gap in lacking(entry, contest):
        raise gap.error()
    if not declared:
        raise Invalid("entry.no_declaration")
    check_author_cap(work, entry, contest)
    touched(work, entry, at=at)
    entry.number = entry.number or _next_number(work, entry)
    entry.state = EntryState.SUBMITTED
    entry.submitted_at = at
    work.session.flush()
    look_for_twins(work, entry, contest)
    look_for_names(work, queue, entry, at=at)
    noted(
        work,
        entry,
        action="entry.submit",
        at=at,
        actor_id=actor_id,
        declaration=_declaration_digest(work, contest.id),
        pictures=" ".join(picture.sha256 for picture in entry.pictures),
    )
    if mailed:
        _confirm_by_letter(work, queue, entry, contest, secret=secret, address=address, at=at)
    return Submitted(entry_id=entry.id, number=entry.number, is_new=True)


def _check_moment(work: Work, entry: Entry, contest: ContestFacts, at: datetime) -> None:
    """Let an entry in while the window is open, and in the minutes of grace one whose file crossed the deadline."""
    if contest.state is State.GRACE and entry.state is EntryState.DRAFT:
        window = window_of(contest)
        uploads = select(Upload.picture_id, Upload.created_at).where(Upload.entry_id == entry.id)
        begun = {row.picture_id: row.created_at for row in work.session.execute(uploads)}
        if any(
            picture.id in begun and window.crossed(begun[picture.id], picture.received_at)
            for picture in entry.pictures
        ):
            return
    check_open(contest, at)


def _next_number(work: Work, entry: Entry) -> str:
    """Give the next number of the entry's category; nobody else writes meanwhile, and none is ever taken back."""
    key = work.session.get_one(Category, entry.category_id).key
    last = work.session.scalar(
        select(Entry.number)
        .where(Entry.contest_id == entry.contest_id, Entry.number.startswith(f"{key}-", autoescape=True))
        .order_by(func.length(Entry.number).desc(), Entry.number.desc())
        .limit(1)
    )
    return next_number(key, last)


def _declaration_digest(work: Work, contest_id: UUID) -> str:
    """Say which rules and licence were accepted, word for word, without repeating them."""
    row = work.session.get_one(Contest, contest_id)
    texts = f"{row.notice_zh}\0{row.notice_en}\0{row.licence_zh}\0{row.licence_en}"
    return sha256(texts.encode()).hexdigest()


def _confirm_by_letter(
    work: Work, queue: Queue, entry: Entry, contest: ContestFacts, *, secret: str, address: str, at: datetime
) -> None:
    entrant = work.session.get_one(Person, entry.entrant_id)
    confirmation = Confirmation(
        contest=contest.short_name,
        number=entry.number or "",
        submitted_at=entry.submitted_at or at,
        digests=tuple(picture.sha256 for picture in entry.pictures),
    )
    subject, text = letters.received(
        language=entrant.language or contest.language,
        contest=contest,
        title=entry.title,
        confirmation=confirmation,
        signature=sign(confirmation, secret=secret),
        link=f"{address}/contests/{contest.short_name}/works/{entry.id}/receipt",
    )
    letter(work, queue, to=entrant.email, subject=subject, text=text, at=at, contest_id=contest.id)
