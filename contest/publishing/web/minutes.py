"""The minutes of the judging as a PDF."""

from flask import Response
from flask.typing import ResponseReturnValue

from contest.calls.web import this_contest
from contest.kernel.permissions import State
from contest.publishing.minutes.parts import minutes_of
from contest.publishing.minutes.typesetting import set_minutes
from contest.publishing.web.blueprint import pages
from contest.web.access import access
from contest.web.services import now, reading, standing

LANGUAGES = {"zh": "zh_Hans", "en": "en"}
PUBLIC = frozenset({State.ANNOUNCED, State.ARCHIVED})


@pages.get("/contests/<short_name>/desk/jury/minutes-<any(zh, en):code>.pdf")
@access("minutes.read")
def minutes(short_name: str, code: str) -> ResponseReturnValue:
    """Give the minutes as they are now, in one language, to be printed and signed."""
    with reading() as session:
        told = minutes_of(
            session,
            this_contest(),
            language=LANGUAGES[code],
            at=now(),
            is_public=standing().state in PUBLIC,
        )
    answer = Response(set_minutes(told, at=now()), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{short_name}-minutes-{code}.pdf"'
    return answer
