"""The organizer releases what jurors may read of a work: as it was handed in, with words taken out, or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contest.entries import queries
from contest.entries.blind import Read
from contest.entries.identity import told_by
from contest.entries.models import ReleasedText
from contest.entries.queries import TextFacts
from contest.entries.rules import CAPTION_CHARACTERS_MAX, TITLE_CHARACTERS_MAX, clean_line, clean_text
from contest.kernel import audit
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.errors import Invalid


def release_text(
    work: Work,
    *,
    contest_id: UUID,
    entry_id: UUID,
    title: Bilingual,
    caption: str,
    is_approved: bool,
    round_number: int,
    actor_id: UUID,
    at: datetime,
) -> None:
    """Let jurors read a work's title and caption; what the entrant wrote stays as it is. It may be done anew.

    Args:
        title, caption: As jurors will read them; all empty for nothing.
        is_approved: Whether the organizer has said that nothing in them tells who made the work.
        round_number: Of the round for which it is done.

    Raises:
        Missing: ``entry``.
        Invalid: ``text.too_long``; ``text.tells`` with the ``words`` that could tell it, while that was not said.
    """
    found = queries.text_of(work.session, contest_id, entry_id)
    kept = Bilingual(
        clean_line(title.zh, limit=TITLE_CHARACTERS_MAX, field="title"),
        clean_line(title.en, limit=TITLE_CHARACTERS_MAX, field="title"),
    )
    text = clean_text(caption, limit=CAPTION_CHARACTERS_MAX, field="caption")
    told = told_by("\n".join((*kept, text)), queries.names_of(work.session, contest_id))
    if (kept, text) == (found.title, found.caption):
        told = found.told
    if told and not is_approved:
        raise Invalid("text.tells", words=" · ".join(one.words or "…" for one in told))
    work.session.merge(
        ReleasedText(
            entry_id=entry_id,
            title_zh=kept.zh,
            title_en=kept.en,
            caption=text,
            released_by=actor_id,
            released_at=at,
        )
    )
    work.session.flush()
    audit.record(
        work,
        action="text.release",
        at=at,
        actor_id=actor_id,
        thing=f"entry {found.number}",
        contest_id=contest_id,
        round=round_number,
        approved=[str(one.kind) for one in told],
    )


def release_clean(work: Work, *, contest_id: UUID, read: Read, actor_id: UUID, at: datetime) -> int:
    """Let jurors read every text, not released yet, in which nothing was found; give how many.

    Args:
        read: What a round's jurors read of which works.
    """
    clean = [one for one in _waiting(work, contest_id, read) if not one.told]
    _release(work, clean, actor_id=actor_id, at=at)
    _record(
        work,
        "text.release_clean",
        contest_id=contest_id,
        round=read.round,
        actor_id=actor_id,
        at=at,
        works=len(clean),
    )
    return len(clean)


def release_unread(work: Work, *, contest_id: UUID, read: Read, actor_id: UUID, at: datetime) -> tuple[int, int]:
    """Release what waits without anybody reading it: texts in which nothing was found as they are, nothing of others.

    It is for who organizes and judges, and so must not see who wrote what.

    Args:
        read: What a round's jurors read of which works.

    Returns:
        How many texts were released, and how many were left away.
    """
    waiting = _waiting(work, contest_id, read)
    clean = [one for one in waiting if not one.told]
    told = [replace(one, title=Bilingual(), caption="") for one in waiting if one.told]
    _release(work, [*clean, *told], actor_id=actor_id, at=at)
    _record(
        work,
        "text.release_unread",
        contest_id=contest_id,
        round=read.round,
        actor_id=actor_id,
        at=at,
        works=len(clean),
        left_away=len(told),
    )
    return len(clean), len(told)


def _waiting(work: Work, contest_id: UUID, read: Read) -> list[TextFacts]:
    return [one for one in queries.texts(work.session, contest_id, read.entries) if not one.is_released]


def _release(work: Work, texts: Sequence[TextFacts], *, actor_id: UUID, at: datetime) -> None:
    work.session.add_all(
        ReleasedText(
            entry_id=one.entry_id,
            title_zh=one.title.zh,
            title_en=one.title.en,
            caption=one.caption,
            released_by=actor_id,
            released_at=at,
        )
        for one in texts
    )
    work.session.flush()


def _record(work: Work, action: str, *, contest_id: UUID, actor_id: UUID, at: datetime, **facts: int) -> None:
    audit.record(work, action=action, at=at, actor_id=actor_id, thing="texts", contest_id=contest_id, **facts)
