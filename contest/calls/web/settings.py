"""A contest's settings, and its later deadline."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.calls import actions, queries
from contest.calls.forms import DeadlineForm, RulesForm, TextsForm, rules_as_kept, texts_as_kept
from contest.calls.queries import SettingsFacts
from contest.calls.rules import RulesGiven, day_and_clock, faults_of_rules, faults_of_texts, zones
from contest.calls.web.relating import pages, this_contest
from contest.kernel.errors import ContestError
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell
from contest.web.language import language
from contest.web.sentences import sentence
from contest.web.services import changing, now, person_id, reading, standing

_FIELD_OF: Final = {
    "date.unusable": "closes_clock",
    "zone.unknown": "zone",
    "terms.either": "either",
    "terms.region": "region_name",
    "terms.outline": "region_outline",
}


@pages.route("/contests/<short_name>/desk/settings", methods=["GET", "POST"])
@access("contest.edit_texts")
def settings(short_name: str) -> ResponseReturnValue:
    """Edit texts at any time and rules in a draft; two people cannot overwrite each other unseen."""
    with reading() as session:
        kept = queries.settings_of(session, this_contest().id, now())
    texts_form = TextsForm(data=texts_as_kept(kept))
    is_draft = standing().may("contest.edit_rules")
    rules_form = None
    if is_draft:
        rules_form = RulesForm(
            request.form if texts_form.is_submitted() else None, data=rules_as_kept(kept.rules), prefix="rules-"
        )
    if not texts_form.is_submitted():
        return _show(kept, texts_form, rules_form)
    is_well_formed = texts_form.validate()
    if rules_form is not None:
        is_well_formed = rules_form.validate() and is_well_formed
    if not is_well_formed:
        return _show(kept, texts_form, rules_form), 422
    try:
        rules = None if rules_form is None else rules_form.taken(before=kept.rules.terms)
    except ContestError as wrong:
        tell(rules_form[_FIELD_OF[wrong.code]], wrong)  # type: ignore[index]  # only the rules' form raises
        return _show(kept, texts_form, rules_form), status_of(wrong)
    return _save(short_name, kept, texts_form, rules_form, rules)


def _save(
    short_name: str,
    kept: SettingsFacts,
    texts_form: TextsForm,
    rules_form: RulesForm | None,
    rules: RulesGiven | None,
) -> ResponseReturnValue:
    texts = texts_form.taken(zone=kept.rules.zone if rules is None else rules.zone)
    for name, fault in faults_of_texts(texts, closes_at=(rules or kept.rules).closes_at):
        tell(texts_form[name], fault)
    if rules is not None and rules_form is not None:
        for name, fault in faults_of_rules(rules):
            tell(rules_form[name], fault)
    if texts_form.errors or (rules_form is not None and rules_form.errors):
        return _show(kept, texts_form, rules_form), 422
    try:
        with changing() as work:
            actions.edit(
                work,
                contest_id=this_contest().id,
                version=texts_form.seen_version(),
                texts=texts,
                rules=rules,
                actor_id=person_id(),
                at=now(),
            )
    except ContestError as refused:
        # What was typed stays, and the version becomes the present one: saving again replaces knowingly.
        texts_form.version.data = str(kept.version)
        told = sentence(refused.code, refused.facts, language())
        return _show(kept, texts_form, rules_form, refusal=told), status_of(refused)
    flash(_("Saved."), "good")
    return redirect(url_for("calls.settings", short_name=short_name), 303)


@pages.post("/contests/<short_name>/desk/deadline")
@access("contest.extend_deadline")
def extend_deadline(short_name: str) -> ResponseReturnValue:
    """Move the deadline to a later moment."""
    contest = this_contest()
    form = DeadlineForm(prefix="deadline-")
    try:
        if not form.validate():
            return _show_again(form), 422
        with changing() as work:
            actions.extend_deadline(
                work,
                contest_id=contest.id,
                closes_at=form.taken(zone=contest.zone).closes_at,
                actor_id=person_id(),
                at=now(),
            )
    except ContestError as refused:
        tell(form.closes_clock if refused.code == "date.unusable" else form.closes_on, refused)
        return _show_again(form), status_of(refused)
    flash(_("Entries can be handed in for longer now."), "good")
    return redirect(url_for("calls.settings", short_name=short_name), 303)


def _show_again(form: DeadlineForm) -> str:
    with reading() as session:
        kept = queries.settings_of(session, this_contest().id, now())
    return _show(kept, TextsForm(formdata=None, data=texts_as_kept(kept)), None, deadline_form=form)


def _show(
    kept: SettingsFacts,
    texts_form: TextsForm,
    rules_form: RulesForm | None,
    *,
    deadline_form: DeadlineForm | None = None,
    refusal: str = "",
) -> str:
    for form in (rules_form, texts_form, deadline_form):
        if form is not None:
            focus_first_wrong(form)
    if deadline_form is None and standing().may("contest.extend_deadline"):
        closes_on, clock = day_and_clock(kept.rules.closes_at, zone=kept.rules.zone, is_end=True)
        deadline_form = DeadlineForm(
            formdata=None, data={"closes_on": closes_on, "closes_clock": clock}, prefix="deadline-"
        )
    with reading() as session:
        categories = queries.categories(session, this_contest().id)
    return render_template(
        "calls/settings.html",
        contest=this_contest(),
        kept=kept,
        categories=categories,
        form=texts_form,
        rules_form=rules_form,
        deadline_form=deadline_form,
        refusal=refusal,
        zones=sorted(zones()),
    )
