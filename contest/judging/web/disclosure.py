"""A juror's page of what became of a closed round, as far as its settings let her know."""

from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from contest.calls.web import this_contest
from contest.judging import queries
from contest.judging.rules.order import desk_handle, spoken_code
from contest.judging.rules.ranking import printed
from contest.judging.web.pads import mark_words
from contest.judging.web.relating import pages
from contest.web.access import access
from contest.web.services import person_id, reading

ROWS: Final = 200


@pages.get("/contests/<short_name>/judging/<int:number>/outcome")
@access("score.read_aggregate")
def outcome(short_name: str, number: int) -> ResponseReturnValue:
    """Show counts, her own order beside the panel's, or all scores: what the round discloses."""
    contest = this_contest()
    with reading() as session:
        round_ = queries.round_numbered(session, contest.id, number)
        found = queries.disclosed(session, round_, person_id())
    return render_template(
        "judging/outcome.html",
        contest=contest,
        short_name=short_name,
        round=round_,
        found=found,
        places=[(one, spoken_code(desk_handle(contest.blind_key, one.entry_id))) for one in found.places[:ROWS]],
        mark=lambda score: mark_words(round_, score),
        printed=printed,
    )
