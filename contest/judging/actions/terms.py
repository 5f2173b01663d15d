"""What a round is bound to is committed to before its first vote, and again whenever it changes."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from contest.calls.queries import contest_by_id
from contest.judging.models import Round, RoundEntry, RoundTerm, TermKind
from contest.judging.queries import RoundFacts
from contest.judging.queries.record import entries_term, jurors_term, leaves_of, rules_term
from contest.judging.rules.ledger import commitment, merkle_root, secret
from contest.kernel.bulk import uncollected
from contest.kernel.db import Work


def commit_terms(work: Work, row: RoundFacts, *, at: datetime) -> None:
    """Commit to the round's rules, set and panel as they are now; what did not change is not said again."""
    session = work.session
    key = contest_by_id(session, row.contest_id, at).blind_key
    _commit(work, row, TermKind.RULES, rules_term(row, key=key), key=key, at=at)
    _commit(work, row, TermKind.JURORS, jurors_term(session, row), key=key, at=at)
    last = _last(work, row.id, TermKind.ENTRIES)
    held = session.scalar(select(func.count()).select_from(RoundEntry).where(RoundEntry.round_id == row.id)) or 0
    if last is None or len(json.loads(last.text)) != held:  # while votes are taken a set only grows
        _commit(work, row, TermKind.ENTRIES, entries_term(session, row, key=key), key=key, at=at)


@uncollected()
def write_root(work: Work, row: RoundFacts, *, at: datetime) -> None:
    """Write down the root of all votes of a round that has just closed."""
    key = contest_by_id(work.session, row.contest_id, at).blind_key
    root = merkle_root(leaves_of(work.session, row.id, key=key))
    work.session.get_one(Round, row.id).root = root
    work.session.flush()


def _commit(work: Work, row: RoundFacts, kind: TermKind, text: str, *, key: str, at: datetime) -> None:
    last = _last(work, row.id, kind)
    if last is not None and last.text == text:
        return
    seq = 1 if last is None else last.seq + 1
    digest = commitment(text, secret(key, "term", row.id.hex, kind, str(seq)))
    work.session.add(RoundTerm(round_id=row.id, kind=kind, seq=seq, at=at, text=text, digest=digest))
    work.session.flush()


def _last(work: Work, round_id: UUID, kind: TermKind) -> RoundTerm | None:
    return work.session.scalar(
        select(RoundTerm)
        .where(RoundTerm.round_id == round_id, RoundTerm.kind == kind)
        .order_by(RoundTerm.seq.desc())
        .limit(1)
    )
