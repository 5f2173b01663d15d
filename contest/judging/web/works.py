"""Works as desk and deliberation name and show them: one code for all who meet there, never a number or a name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from contest.calls.web import this_contest
from contest.entries import blind
from contest.entries.blind import BlindEntry
from contest.judging import queries
from contest.judging.queries import RoundFacts
from contest.judging.rules.order import desk_handle, entry_named, spoken_code
from contest.judging.web.relating import pages
from contest.kernel.errors import Missing
from contest.kernel.permissions import Subject
from contest.web.access import access
from contest.web.services import person_id, reading, services, standing


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A work before somebody at the table.

    Attributes:
        entry: None where she may not see it: she is tied to it, or it has left the contest.
        is_tied: Whether it is not hers to decide about.
    """

    handle: str
    entry: BlindEntry | None
    is_tied: bool

    @property
    def code(self) -> str:
        """Give what everybody at the table calls it."""
        return spoken_code(self.handle)


def shown(session: Session, round_: RoundFacts, entry_ids: Collection[UUID]) -> Mapping[UUID, Shown]:
    """Give works as the person who asks may see them."""
    key = this_contest().blind_key
    tied = queries.tied(session, round_, person_id())
    seen = blind.shown(session, entry_ids) if standing().may("entry.read_juror_view") else {}
    settings = round_.settings
    return {
        entry_id: Shown(
            handle=desk_handle(key, entry_id),
            entry=None
            if entry_id in tied or entry_id not in seen
            else seen[entry_id].with_texts(title=settings.shows_title, caption=settings.shows_caption),
            is_tied=entry_id in tied,
        )
        for entry_id in entry_ids
    }


def named_work(session: Session, round_: RoundFacts, handle: str) -> UUID:
    """Give the work of a round behind a handle of ours; raises ``Missing("entry")``."""
    entry_id = entry_named(this_contest().blind_key, handle)
    if entry_id is None or not queries.in_set(session, round_.id, entry_id):
        raise Missing("entry")
    return entry_id


@pages.get("/contests/<short_name>/judging/<int:number>/table/<int:index>-<int:long_side>.jpg")
@access("entry.read_juror_view")
def table_picture(short_name: str, number: int, index: int, long_side: int) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Give a picture of the work named ``of``: to chair and organizer, to a juror once it lies on the table."""
    with reading() as session:
        round_ = queries.round_numbered(session, this_contest().id, number)
        entry_id = named_work(session, round_, request.args.get("of", ""))
        leads = standing().subjects & {Subject.CHAIR, Subject.ORGANIZER}
        if entry_id in queries.tied(session, round_, person_id()) or not (
            leads or queries.is_on_table(session, round_.id, entry_id)
        ):
            raise Missing("picture")
        key = blind.picture_key(session, entry_id, index=index, long_side_px=long_side)
    with services().store.open(key) as file:
        answer = Response(file.read(), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, no-store"  # a recusal takes it away at once
    return answer
