"""The jury desk: the contest's rounds, and planning them."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from contest.calls.web import this_contest
from contest.judging import actions, queries
from contest.judging.web.relating import pages
from contest.kernel.ids import new_token
from contest.web.access import access
from contest.web.services import changing, now, person_id, reading


@pages.get("/contests/<short_name>/desk/jury/")
@access("juror.list_identity")
def desk(short_name: str) -> ResponseReturnValue:
    """List the rounds; the latest is shown at once where there is only one."""
    contest = this_contest()
    with reading() as session:
        rounds = queries.rounds(session, contest.id)
    if len(rounds) == 1:
        return redirect(url_for("judging.panel", short_name=short_name, number=rounds[0].number), 303)
    return render_template(
        "judging/desk.html", contest=contest, short_name=short_name, rounds=rounds, bare=FlaskForm(), at=now()
    )


@pages.post("/contests/<short_name>/desk/jury/draft")
@access("round.configure")
def draft(short_name: str) -> ResponseReturnValue:
    """Plan a round as it usually is: everybody scores everything."""
    with changing() as work:
        round_id = actions.draft(work, contest_id=this_contest().id, actor_id=person_id(), at=now(), seed=new_token())
        number = queries.round_by_id(work.session, round_id).number
    return redirect(url_for("judging.panel", short_name=short_name, number=number), 303)
