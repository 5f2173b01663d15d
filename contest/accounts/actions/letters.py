"""Letters on their way out."""

from datetime import datetime
from uuid import UUID

from contest.accounts.models import OutgoingLetter
from contest.kernel.db import Work
from contest.kernel.ids import new_id
from contest.platform.mail import Letter, message_id
from contest.platform.queue import Queue

MAIL_JOB = "mail"


def letter(
    work: Work, queue: Queue, *, to: str, subject: str, text: str, at: datetime, contest_id: UUID | None = None
) -> None:
    """Order a letter; it leaves once ``work`` is committed, by a job that carries no more than the row's id.

    Args:
        to: The bare address.
        subject, text: In the reader's language.
        contest_id: Whose organizers see it when it cannot be delivered.

    Raises:
        Invalid: ``mail.unusable``, the address or the subject would break a header.
    """
    row = OutgoingLetter(id=new_id(), to=to, subject=subject, text=text, created_at=at)
    as_letter(row, domain="localhost")  # refuses what could never be sent, while somebody is there to be told
    work.session.add(row)
    work.session.flush()
    queue.enqueue(
        work, MAIL_JOB, {"letter_id": str(row.id)}, key=f"mail:{row.id}", at=at, contest_id=contest_id, urgency=10
    )


def as_letter(row: OutgoingLetter, *, domain: str) -> Letter:
    """Give a row as the letter that goes out."""
    return Letter(
        to=row.to,
        subject=row.subject,
        text=row.text,
        message_id=message_id(f"letter:{row.id}", domain=domain),
    )
