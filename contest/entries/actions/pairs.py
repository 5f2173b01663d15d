"""The organizer says what two pictures that look alike are to each other."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from contest.calls.queries import contest_by_id
from contest.entries.models import BY_NUMBER, Entry, Pair, PairVerdict, Picture
from contest.entries.rules import REASON_CHARACTERS_MAX, clean_text
from contest.entries.twins import mark_pairs
from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Invalid, Missing


def decide_pair(
    work: Work, *, contest_id: UUID, pair_id: UUID, verdict: str, note: str, actor_id: UUID, at: datetime
) -> Pair:
    """Call two pictures the same, related or unrelated; unrelated ones are no longer among the findings.

    It decides nothing about the entries: what is waived or disqualified is decided on their own pages. It may be
    decided anew.

    Args:
        verdict: One of `PairVerdict`.
        note: For the record; may be empty.

    Raises:
        Missing: ``pair``.
        Invalid: ``pair.verdict_missing``, ``text.too_long``.
    """
    pair = work.session.get(Pair, pair_id)
    if pair is None or pair.contest_id != contest_id:
        raise Missing("pair")
    if verdict not in set(PairVerdict):
        raise Invalid("pair.verdict_missing")
    told = clean_text(note, limit=REASON_CHARACTERS_MAX, field="note")
    if (pair.verdict, pair.note) == (verdict, told):
        return pair  # pressed twice
    pair.verdict, pair.note, pair.decided_by, pair.decided_at = PairVerdict(verdict), told, actor_id, at
    audit.record(
        work,
        action="entry.decide_pair",
        at=at,
        actor_id=actor_id,
        thing=f"pair {pair.id}",
        contest_id=contest_id,
        verdict=verdict,
        works=list(work.session.scalars(_numbers(pair))),
    )
    work.session.flush()
    mark_pairs(work, contest=contest_by_id(work.session, contest_id, at))
    return pair


def _numbers(pair: Pair) -> Select[str | None]:
    """Give the statement of the numbers of the works whose pictures they are; one of an earlier year has none."""
    both = Picture.id.in_((pair.picture_id, pair.other_id))
    return select(Entry.number).join(Picture, Picture.entry_id == Entry.id).where(both).order_by(*BY_NUMBER)
