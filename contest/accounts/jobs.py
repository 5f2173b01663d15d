"""Work on accounts that is done outside a request: letters."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from contest.accounts.actions.letters import MAIL_JOB, as_letter
from contest.accounts.models import OutgoingLetter
from contest.platform.queue import Handler

if TYPE_CHECKING:
    from contest.web.services import Services


def handlers(services: "Services") -> dict[str, Handler]:
    """Give what does each kind of job of this capability."""

    def send(payload: Mapping[str, Any], _at: datetime) -> None:
        letter_id = UUID(payload["letter_id"])
        with services.database.reading() as session:
            row = session.get(OutgoingLetter, letter_id)
            if row is None:
                return  # an earlier try sent it and died before it could say so
            going = as_letter(row, domain=services.settings.mail_from.rpartition("@")[2].strip(">"))
        services.mail.send(going)
        with services.database.changing() as work:
            sent = work.session.get(OutgoingLetter, letter_id)
            if sent is not None:
                work.session.delete(sent)

    return {MAIL_JOB: Handler(run=send, tries=6, pause_s=5, limit_s=60)}
