"""Changes to a round on its desk page: its panel, quorum and set, opening it again, and what jurors pointed out."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import Field

from contest.calls.web import this_contest
from contest.judging import actions, queries
from contest.judging.forms import LimitForm, QuorumForm, ReasonForm, RemarkForm, SeatForm
from contest.judging.queries import RoundFacts
from contest.judging.web.panel import join_form, leave_form, panel_page, to_panel
from contest.judging.web.relating import pages
from contest.judging.web.works import named_work
from contest.kernel.db import Work
from contest.kernel.errors import ContestError, Missing, Refused
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import tell
from contest.web.services import changing, now, person_id, reading


@pages.post("/contests/<short_name>/desk/jury/<int:number>/leave")
@access("round.assign_juror")
def drop_juror(short_name: str, number: int) -> ResponseReturnValue:
    """Take a juror off the round, with somebody else in her place or with her works spread over the others."""
    form = leave_form(number)

    def act(work: Work, row: RoundFacts) -> None:
        given = {**_who(row), "juror_id": _juror(row, form), "reason": form.reason.data or ""}
        if form.instead.data:
            actions.swap_juror(work, **given, new_juror_id=UUID(form.instead.data))
        else:
            actions.drop_juror(work, **given)

    return _change(
        short_name, number, form, act, "leaving", form.reason, _("She is off the round. What she gave counts.")
    )


@pages.post("/contests/<short_name>/desk/jury/<int:number>/return")
@access("round.assign_juror")
def return_juror(short_name: str, number: int) -> ResponseReturnValue:
    """Let a juror who left go on."""
    form = SeatForm(prefix="return")
    with changing() as work:
        row = queries.round_numbered(work.session, this_contest().id, number)
        actions.return_juror(work, **_who(row), juror_id=_juror(row, form))
    flash(_("She is back on the round and goes on where she stopped."), "good")
    return to_panel(short_name, number)


@pages.post("/contests/<short_name>/desk/jury/<int:number>/limit")
@access("round.assign_juror")
def limit_juror(short_name: str, number: int) -> ResponseReturnValue:
    """Set the most works that a juror takes."""
    form = LimitForm(prefix="limit")

    def act(work: Work, row: RoundFacts) -> None:
        _warn(actions.limit_juror(work, **_who(row), juror_id=_juror(row, form), limit=form.limit.data))

    return _change(short_name, number, form, act, "limiting", form.limit, _("Her part is changed."))


@pages.post("/contests/<short_name>/desk/jury/<int:number>/join")
@access("round.assign_juror")
def add_juror(short_name: str, number: int) -> ResponseReturnValue:
    """Give somebody who votes in the contest a part in the running round."""
    form = join_form(number)

    def act(work: Work, row: RoundFacts) -> None:
        actions.add_juror(work, **_who(row), juror_id=UUID(form.juror.data))

    return _change(short_name, number, form, act, "joining", form.juror, _("The round has one more juror."))


@pages.post("/contests/<short_name>/desk/jury/<int:number>/quorum")
@access("round.assign_juror")
def set_quorum(short_name: str, number: int) -> ResponseReturnValue:
    """Change how many jurors judge each work."""
    form = QuorumForm(prefix="quorum")

    def act(work: Work, row: RoundFacts) -> None:
        _warn(actions.set_quorum(work, **_who(row), quorum=form.quorum.data))

    return _change(short_name, number, form, act, "quorum", form.quorum, _("The works are dealt anew."))


@pages.post("/contests/<short_name>/desk/jury/<int:number>/late-entries")
@access("round.assign_juror")
def late_entries(short_name: str, number: int) -> ResponseReturnValue:
    """Take in what was admitted to judging after the round had opened."""
    form = ReasonForm(prefix="late")

    def act(work: Work, row: RoundFacts) -> None:
        actions.late_entries(work, **_who(row), reason=form.reason.data or "")

    return _change(short_name, number, form, act, "lateness", form.reason, _("The late works are in the round."))


@pages.post("/contests/<short_name>/desk/jury/<int:number>/reopen")
@access("round.reopen")
def reopen(short_name: str, number: int) -> ResponseReturnValue:
    """Take marks again in a closed round."""
    form = ReasonForm(prefix="reopen")

    def act(work: Work, row: RoundFacts) -> None:
        actions.reopen(work, **_who(row), reason=form.reason.data or "")

    return _change(short_name, number, form, act, "reopening", form.reason, _("The round takes marks again."))


@pages.post("/contests/<short_name>/desk/jury/<int:number>/remark")
@access("flag.resolve")
def resolve(short_name: str, number: int) -> ResponseReturnValue:
    """Write down what became of a work that jurors pointed out: its votes count, or they wait."""
    form = RemarkForm(prefix="remark")

    def act(work: Work, row: RoundFacts) -> None:
        entry_id = named_work(work.session, row, form.work.data or "")
        if entry_id in queries.tied(work.session, row, person_id()):
            raise Refused("judging.remark_tied")
        known = next((one for one in queries.flagged(work.session, row.id) if one.entry_id == entry_id), None)
        if known is None:
            raise Missing("entry")
        told = form.resolution.data or ""
        if "hold" in request.form:
            actions.hold(work, **_who(row), entry_id=entry_id, reason=told)
            return
        if any(one.resolved_at is None for one in known.remarks):
            actions.resolve_flags(work, **_who(row), entry_id=entry_id, resolution=told)
        if known.is_held:
            actions.release(work, **_who(row), entry_id=entry_id, reason=told)

    return _change(short_name, number, form, act, "remarking", form.resolution, _("The decision is written down."))


def _change(  # noqa: PLR0917 - what each change of this page consists of
    short_name: str,
    number: int,
    form: FlaskForm,
    act: Callable[[Work, RoundFacts], None],
    name: str,
    beside: Field,
    done: str,
) -> ResponseReturnValue:
    """Do one act in one transaction; what is wrong is told beside a field of the page, which keeps what was typed."""
    if not form.validate_on_submit():
        return panel_page(short_name, number, **{name: form}), 422
    try:
        with changing() as work:
            act(work, queries.round_numbered(work.session, this_contest().id, number))
    except ContestError as error:
        if isinstance(error, Missing):
            raise
        tell(beside, error)
        return panel_page(short_name, number, **{name: form}), status_of(error)
    flash(done, "good")
    return to_panel(short_name, number)


def _who(row: RoundFacts) -> dict[str, Any]:
    """Give what every change names: in which round, by whom, when."""
    return {"round_id": row.id, "actor_id": person_id(), "at": now()}


def _juror(row: RoundFacts, form: SeatForm) -> UUID:
    """Give the juror of the seat in a form; raises ``Missing("juror")``."""
    seat = form.taken_seat()
    with reading() as session:
        found = [one.juror_id for one in queries.coverage(session, row.contest_id, row.number) if one.seat == seat]
    if not found:
        raise Missing("juror")
    return found[0]


def _warn(unseated: int) -> None:
    """Say how many seats nobody can take now."""
    if unseated:
        flash(
            ngettext(
                "%(num)d mark has nobody who could give it: raise a limit or add a juror.",
                "%(num)d marks have nobody who could give them: raise a limit or add a juror.",
                unseated,
            ),
            "warn",
        )
