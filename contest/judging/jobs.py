"""Work of judging that is done outside a request: reminders."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from contest.calls.queries import contest_by_id, jury
from contest.judging import queries
from contest.judging.actions.reminders import REMINDER_JOB
from contest.platform.mail import Letter, message_id
from contest.platform.queue import Handler
from contest.web.sentences import N_, translate

if TYPE_CHECKING:
    from contest.web.services import Services

_SUBJECT = N_("%(contest)s: %(remaining)s works wait for your mark")
_TEXT = N_(
    "Dear %(name)s,\n\n"
    "you have judged %(scored)s of %(total)s works of %(contest)s. %(remaining)s are still waiting.\n\n"
    "Go on where you stopped:\n%(address)s\n\nYou can stop at any moment; every mark is saved at once.\n"
)


def handlers(services: "Services") -> dict[str, Handler]:
    """Give what does each kind of job of this capability."""

    def remind(payload: Mapping[str, Any], at: datetime) -> None:
        round_id, juror_id = UUID(payload["round_id"]), UUID(payload["juror_id"])
        with services.database.reading() as session:
            row = queries.round_by_id(session, round_id)
            contest = contest_by_id(session, row.contest_id, at)
            person = next((one for one in jury(session, contest.id) if one.person_id == juror_id), None)
            seat = queries.seat(session, contest.id, row.number, juror_id)
        if person is None or seat is None or not seat.progress.remaining or not seat.round.is_open(at):
            return  # there is nothing to ask for any more
        facts = {
            "name": person.name.in_(contest.language) or person.email,
            "contest": contest.name.in_(contest.language),
            "scored": seat.progress.scored,
            "total": seat.progress.total,
            "remaining": seat.progress.remaining,
            "address": f"{services.settings.address}/contests/{contest.short_name}/judging/{row.number}/",
        }
        key = f"{REMINDER_JOB}:{round_id}:{juror_id}:{payload['ordered_at']}"
        domain = services.settings.mail_from.rpartition("@")[2].strip(">")
        services.mail.send(
            Letter(
                to=person.email,
                subject=translate(_SUBJECT, contest.language) % facts,
                text=translate(_TEXT, contest.language) % facts,
                message_id=message_id(key, domain=domain),
            )
        )

    return {REMINDER_JOB: Handler(run=remind, tries=6, pause_s=5, limit_s=60)}
