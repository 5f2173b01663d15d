"""The append-only record of who did what; each line seals the one before it.

A line holds no score and no personal data beyond the actor's id: it says that something happened. Triggers refuse
UPDATE and DELETE, and `verify` finds a line that was changed behind their back.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from contest.kernel.db import Base, Work, append_only

FIRST: Final = "0" * 64

APPEND_ONLY: Final = append_only("audit_line")


class AuditLine(Base):
    """One act. ``seal`` covers the line and the seal before it."""

    __tablename__ = "audit_line"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    contest_id: Mapped[UUID | None] = mapped_column(index=True)
    action: Mapped[str]
    thing: Mapped[str]
    facts: Mapped[dict[str, Any]]
    seal: Mapped[str] = mapped_column(unique=True)


def record(
    work: Work,
    *,
    action: str,
    at: datetime,
    actor_id: UUID | None,
    thing: str = "",
    contest_id: UUID | None = None,
    **facts: Any,
) -> AuditLine:
    """Add one line; commits with ``work``.

    Args:
        action: As in the permission table where it is one of its actions, else dotted like them.
        actor_id: The person, or None for the service itself.
        thing: What it was done to, such as "entry A-0107".
        facts: Plain JSON values; no scores, no names, no addresses.
    """
    last = work.session.scalar(select(AuditLine).order_by(AuditLine.seq.desc()).limit(1))
    line = AuditLine(
        seq=last.seq + 1 if last else 1,
        at=at,
        actor_id=actor_id,
        contest_id=contest_id,
        action=action,
        thing=thing,
        facts=facts,
        seal="",
    )
    line.seal = _seal(line, last.seal if last else FIRST)
    work.session.add(line)
    work.session.flush()
    return line


def verify(session: Session) -> int | None:
    """Walk the chain; give the number of the first line that does not hold, or None when all do."""
    previous = FIRST
    for expected, line in enumerate(session.scalars(select(AuditLine).order_by(AuditLine.seq)), start=1):
        if line.seq != expected or line.seal != _seal(line, previous):
            return expected
        previous = line.seal
    return None


def _seal(line: AuditLine, previous: str) -> str:
    covered = json.dumps(
        [
            previous,
            line.seq,
            line.at.astimezone(UTC).isoformat(),
            str(line.actor_id),
            str(line.contest_id),
            line.action,
            line.thing,
            line.facts,
        ],
        ensure_ascii=False,
        sort_keys=True,
    )
    return hashlib.sha256(covered.encode()).hexdigest()
