"""The jury desk: the contest's rounds, planning them, and letting works go on from one to the next."""

from collections import defaultdict
from dataclasses import dataclass
from math import ceil
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import Field
from wtforms.fields import SelectChoice

from contest.calls import queries as calls
from contest.calls.presets import preset as call_preset
from contest.calls.web import this_contest
from contest.entries import blind
from contest.judging import actions, queries
from contest.judging.actions import Judged
from contest.judging.forms import AdvanceForm, PlanForm, RoundForm
from contest.judging.presets import SECONDS_A_WORK, Cost, Preset, costs, preset, presets, recommended
from contest.judging.queries import RoundFacts
from contest.judging.rules.advance import By, Rule, Selection
from contest.judging.rules.order import desk_handle, spoken_code
from contest.judging.rules.ranking import printed
from contest.judging.rules.settings import Mode, faults
from contest.judging.web.relating import pages
from contest.judging.web.works import named_work, shown
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import ContestError, Invalid
from contest.kernel.ids import new_token
from contest.web.access import access
from contest.web.forms import focus_first_wrong, tell, tell_at_top
from contest.web.language import said
from contest.web.services import changing, now, person_id, reading, standing

# More works than anybody ticks one by one; longer lists are written as codes.
LISTED: Final = 300


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A round in the list: what it has, and how far it is where this reader may know."""

    round: RoundFacts
    category: Bilingual
    works: int
    scored: int | None
    total: int | None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A way to judge, and what each of its rounds asks of one juror."""

    preset: Preset
    costs: list[Cost]
    is_recommended: bool

    @property
    def votes(self) -> int:
        """Give the votes of one juror in all rounds."""
        return sum(cost.votes for cost in self.costs)

    @property
    def minutes(self) -> int:
        """Give the minutes of one juror in all rounds, one that is begun as a whole one."""
        return ceil(self.votes * SECONDS_A_WORK / 60)


@pages.get("/contests/<short_name>/desk/jury/")
@access("juror.list_identity")
def desk(short_name: str) -> ResponseReturnValue:
    """List the rounds, and the ways to judge while nothing is planned."""
    return _desk(short_name)


@pages.post("/contests/<short_name>/desk/jury/plan")
@access("round.configure")
def plan(short_name: str) -> ResponseReturnValue:
    """Draft the rounds of a way to judge."""
    form = _plan_form()
    if not form.validate_on_submit():
        return _desk(short_name, planning=form), 422
    contest = this_contest()
    try:
        with changing() as work:
            found = calls.categories(work.session, contest.id)
            drafted = actions.plan_rounds(
                work,
                contest_id=contest.id,
                preset=preset(form.preset.data),
                category_ids=[one.id for one in found] if form.by_category.data else [None],
                winners=sum(tier.count for tier in calls.tiers(work.session, contest.id)),
                actor_id=person_id(),
                at=now(),
                new_seed=new_token,
            )
            number = queries.round_by_id(work.session, drafted[0]).number
    except ContestError as error:
        tell(form.preset, error)
        return _desk(short_name, planning=form), 422
    flash(_("The rounds are planned. Look over their settings, then open the first one."), "good")
    if len(drafted) > 1:
        return redirect(url_for("judging.desk", short_name=short_name), 303)
    return redirect(url_for("judging.panel", short_name=short_name, number=number), 303)


@pages.get("/contests/<short_name>/desk/jury/<int:number>/settings")
@access("round.configure")
def settings(short_name: str, number: int) -> ResponseReturnValue:
    """Show how a round is judged; a draft's settings can be changed."""
    row = _round(number)
    return _settings(short_name, row, RoundForm.of(row))


@pages.post("/contests/<short_name>/desk/jury/<int:number>/settings")
@access("round.configure")
def edit(short_name: str, number: int) -> ResponseReturnValue:
    """Change a draft's settings."""
    row, form = _round(number), RoundForm()
    if not form.validate_on_submit():
        return _settings(short_name, row, form), 422
    try:
        taken, mode = form.taken(row), Mode(form.mode.data)
    except Invalid as error:
        tell(form.tiers if form.mode.data == Mode.RANK else form.criteria, error)
        return _settings(short_name, row, form), 422
    wrong = faults(mode, taken)
    for name, fault in wrong:
        tell(form[name], fault)
    if wrong:
        return _settings(short_name, row, form), 422
    with changing() as work:
        actions.edit(
            work,
            round_id=row.id,
            mode=mode,
            settings=taken,
            name=Bilingual((form.name_zh.data or "").strip(), (form.name_en.data or "").strip()),
            actor_id=person_id(),
            at=now(),
        )
    flash(_("The settings of the round are saved."), "good")
    return redirect(url_for("judging.panel", short_name=short_name, number=number), 303)


@pages.post("/contests/<short_name>/desk/jury/<int:number>/discard")
@access("round.configure")
def discard(short_name: str, number: int) -> ResponseReturnValue:
    """Take a draft, and what would have followed it, out of the plan."""
    row = _round(number)
    with changing() as work:
        going = _going(work.session, row)
        actions.discard(work, round_id=row.id, actor_id=person_id(), at=now())
    flash(ngettext("%(num)d round is out of the plan.", "%(num)d rounds are out of the plan.", len(going)), "good")
    return redirect(url_for("judging.desk", short_name=short_name), 303)


@pages.get("/contests/<short_name>/desk/jury/<int:number>/next")
@access("round.configure")
def next_round(short_name: str, number: int) -> ResponseReturnValue:
    """Show how many works would go on with each choice; with a choice in the address, which ones."""
    row = _round(number)
    form = _advance_form(row, request.args if "by" in request.args else None, meta={"csrf": False}, **_planned(row))
    if "by" not in request.args or not form.validate():
        return _next(short_name, row, form)
    try:
        with reading() as session:
            judged = actions.judged(session, row.id)
            selection = actions.advance_preview(session, judged, _rule(session, row, form))
    except Invalid as error:
        tell(_beside(form), error)
        return _next(short_name, row, form), 422
    return _next(short_name, row, form, judged, selection)


@pages.post("/contests/<short_name>/desk/jury/<int:number>/next")
@access("round.configure")
def advance(short_name: str, number: int) -> ResponseReturnValue:
    """Make the next draft round of the works that go on."""
    row = _round(number)
    form = _advance_form(row)
    if not form.validate_on_submit():
        return _next(short_name, row, form), 422
    try:
        with changing() as work:
            next_id = actions.advance(
                work,
                round_id=row.id,
                rule=_rule(work.session, row, form),
                actor_id=person_id(),
                at=now(),
                seed=new_token(),
            )
            next_number = queries.round_by_id(work.session, next_id).number
    except Invalid as error:
        tell(_beside(form), error)
        return _next(short_name, row, form), 422
    flash(_("The next round has its works. Look over its settings, then open it."), "good")
    return redirect(url_for("judging.panel", short_name=short_name, number=next_number), 303)


def _round(number: int) -> RoundFacts:
    with reading() as session:
        return queries.round_numbered(session, this_contest().id, number)


def _plan_form() -> PlanForm:
    form = PlanForm()
    form.preset.choices = [SelectChoice(one.name, said(one.title)) for one in presets()]
    return form


def _desk(short_name: str, *, planning: PlanForm | None = None) -> str:
    contest = this_contest()
    may_count = standing().may("score.read_progress_count") or standing().may("score.read_others")
    with reading() as session:
        rounds = queries.rounds(session, contest.id)
        sizes = queries.set_sizes(session, contest.id)
        categories = {one.id: one.name for one in calls.categories(session, contest.id)}
        works = blind.admitted(session, contest.id)
        jurors = len({seat.person_id for seat in calls.jury(session, contest.id) if seat.votes})
        winners = sum(tier.count for tier in calls.tiers(session, contest.id))
        listed = []
        for row in rounds:
            counted = queries.coverage(session, contest.id, row.number) if may_count and row.opened_at else None
            listed.append(
                Listed(
                    round=row,
                    category=Bilingual() if row.category_id is None else categories[row.category_id],
                    works=sizes.get(row.id, 0),
                    scored=None if counted is None else sum(one.progress.scored for one in counted),
                    total=None if counted is None else sum(one.progress.total for one in counted),
                )
            )
    best = recommended(works=works, jurors=jurors)
    usual = call_preset(contest.preset).judging
    if planning is not None:
        focus_first_wrong(planning)
        tell_at_top(planning)
    return render_template(
        "judging/desk.html",
        contest=contest,
        short_name=short_name,
        rounds=listed,
        works=works,
        jurors=jurors,
        winners=winners,
        seconds=SECONDS_A_WORK,
        has_categories=len(categories) > 1,
        can_plan=standing().may("round.configure") and not rounds,
        proposals=[
            Proposal(
                preset=one,
                costs=costs(one, works=works, jurors=max(1, jurors), winners=winners),
                is_recommended=one.name == best,
            )
            for one in sorted(presets(), key=lambda one: one.name != usual)
        ],
        planning=planning or _plan_form(),
        chosen=(planning.preset.data if planning is not None else None) or usual or best,
    )


def _settings(short_name: str, row: RoundFacts, form: RoundForm) -> str:
    focus_first_wrong(form)
    tell_at_top(form)
    with reading() as session:
        going = _going(session, row)
    return render_template(
        "judging/settings.html",
        contest=this_contest(),
        short_name=short_name,
        round=row,
        form=form,
        is_draft=row.opened_at is None,
        going=going,
        bare=FlaskForm(),
    )


def _going(session: Session, row: RoundFacts) -> list[RoundFacts]:
    """Give a round and all that would follow it, which leave the plan with it."""
    going = [row]
    for one in queries.rounds(session, row.contest_id):
        if one.source_id in {gone.id for gone in going}:
            going.append(one)
    return going


def _advance_form(row: RoundFacts, *sent: Any, **given: Any) -> AdvanceForm:
    """Give the form by which works go on; from another vote on works that tie, only to one more such vote."""
    form = AdvanceForm(*sent, **given)
    if row.is_revote:
        form.by.choices = [one for one in form.by.choices if one.value == By.TIED]
    return form


def _planned(row: RoundFacts) -> dict[str, object]:
    """Give what the planned next round would take, as the form's start."""
    with reading() as session:
        planned = next(iter(queries.followers(session, row)), None)
    raw = planned.source if planned is not None else {"by": By.TIED if row.is_revote else By.TOP}
    return {
        "by": raw["by"],
        "number": raw.get("count") or raw.get("percent") or raw.get("points") or raw.get("jurors"),
        "rescue_percent": raw.get("rescue_percent"),
    }


def _rule(session: Session, row: RoundFacts, form: AdvanceForm) -> Rule:
    """Read the rule, and the works of a list: ticked by handle, written by code.

    Raises:
        Invalid: ``judging.list_unknown``, ``judging.list_ambiguous``, ``judging.list_empty``.
    """
    mark = actions.pick_mark(row)
    if form.by.data != By.HAND:
        return form.taken(mark=mark)
    named = [named_work(session, row, handle) for handle in request.values.getlist("work")]
    by_code = defaultdict[str, list[UUID]](list)
    for entry_id in queries.set_of(session, row.id):
        by_code[spoken_code(desk_handle(this_contest().blind_key, entry_id))].append(entry_id)
    for code in form.codes():
        known = by_code.get(code, [])
        if len(known) != 1 and not set(known) & set(named):
            raise Invalid("judging.list_ambiguous" if known else "judging.list_unknown", work=code)
        named += known if len(known) == 1 else []
    if not named:
        raise Invalid("judging.list_empty")
    return form.taken(mark=mark, entries=tuple(dict.fromkeys(named)))


def _beside(form: AdvanceForm) -> Field:
    return form.works if form.by.data == By.HAND else form.number


def _next(
    short_name: str,
    row: RoundFacts,
    form: AdvanceForm,
    judged: Judged | None = None,
    selection: Selection | None = None,
) -> str:
    focus_first_wrong(form)
    tell_at_top(form)
    with reading() as session:
        found = judged or actions.judged(session, row.id)
        went_to = queries.went_to(session, queries.followers(session, row))
        works = shown(session, row, [one.entry_id for one in found.scored])
        panel = queries.kept_works(session, row.id)
        ranked = {one.entry_id for one in found.scored}
        markless = shown(session, row, [one for one in queries.short_of_marks(session, row) if one not in ranked])
    return render_template(
        "judging/next.html",
        contest=this_contest(),
        short_name=short_name,
        round=row,
        went_to=went_to,
        form=form,
        choices=actions.choices(found),
        pick_mark=actions.pick_mark(row),
        selection=selection,
        ladder=[(one, works[one.entry_id], panel.get(one.entry_id)) for one in found.scored][:LISTED],
        hidden=max(0, len(found.scored) - LISTED),
        markless=sorted(work.code for work in markless.values()),
        ticked=set(request.values.getlist("work")),
        codes={entry_id: work.code for entry_id, work in works.items()},
        score=printed,
        bare=FlaskForm(),
    )
