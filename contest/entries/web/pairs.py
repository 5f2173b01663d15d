"""The organizer's queue of pictures that look alike: both laid on one another, and what they are to each other."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.entries import actions, queries
from contest.entries.forms import NoteForm, PressForm, pair_filters_from
from contest.entries.models import PairVerdict
from contest.entries.queries import OPEN, Likeliness, PairFacts, PairFilters, Relation
from contest.entries.twins.orders import order_comparing_all
from contest.entries.web import intake
from contest.entries.web.blueprint import pages
from contest.entries.web.files import private
from contest.entries.web.standing import contest_facts
from contest.kernel.errors import ContestError
from contest.platform.store import archive_key
from contest.web.access import access
from contest.web.forms import focus_first_wrong, tell
from contest.web.language import language
from contest.web.sentences import N_, translate
from contest.web.services import changing, now, person_id, reading, services

QUEUE: Final = "/contests/<short_name>/desk/look-alikes"
ONE: Final = f"{QUEUE}/<uuid:pair_id>"
RELATIONS: Final = {
    Relation.OTHER_AUTHOR: N_("Two authors"),
    Relation.SAME_AUTHOR: N_("The same author"),
    Relation.EARLIER_YEAR: N_("An earlier year"),
}
LIKELINESS: Final = {
    Likeliness.SAME_FILE: N_("The very same file"),
    Likeliness.SAME_PIXELS: N_("Equal in every pixel"),
    Likeliness.NEARLY_IDENTICAL: N_("The whole picture, nearly identical"),
    Likeliness.VERY_ALIKE: N_("The whole picture, very alike"),
    Likeliness.PART_SURE: N_("A part of the picture, beyond doubt"),
    Likeliness.PART_LIKELY: N_("A part of the picture, probably"),
}
VERDICTS: Final = {
    PairVerdict.SAME: N_("The same picture"),
    PairVerdict.RELATED: N_("Related"),
    PairVerdict.UNRELATED: N_("Unrelated"),
}


@pages.get(QUEUE)
@access("entry.list_others")
def pairs(short_name: str) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Show the queue, as far as the address filters it."""
    contest = contest_facts()
    filters, page = pair_filters_from(request.args.to_dict())
    with reading() as session:
        found = queries.pairs(session, contest.id, filters, page=page)
        done, of = queries.compared(session, contest.id)
    return render_template(
        "entries/pairs.html",
        contest=contest,
        page=found,
        filters=filters,
        relations=RELATIONS,
        verdicts=VERDICTS,
        done=done,
        of=of,
        press=PressForm(formdata=None),
        query=_query(filters),
        **_words(),
    )


@pages.post(f"{QUEUE}/compare-all")
@access("entry.decide_pair")
def compare_all(short_name: str) -> ResponseReturnValue:
    """Order comparing everything now, rather than within the hour after closing."""
    with changing() as work:
        order_comparing_all(work, services().queue, contest_id=contest_facts().id, at=now())
    flash(
        _("All works are being compared part by part. You can go on working; this page shows how far it is."), "good"
    )
    return redirect(url_for(".pairs", short_name=short_name), HTTPStatus.SEE_OTHER)


@pages.get(ONE)
@access("entry.list_others")
def pair(short_name: str, pair_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Show two pictures, each by itself and one laid on the other."""
    return _page(pair_id, None)


@pages.post(ONE)
@access("entry.decide_pair")
def decide_pair(short_name: str, pair_id: UUID) -> ResponseReturnValue:
    """Say what they are to each other, then go on to the next pair."""
    filters, _number = pair_filters_from(request.args.to_dict())
    form = NoteForm()
    contest = contest_facts()
    with reading() as session:
        following = queries.next_pair(session, contest.id, after=pair_id, filters=filters)
    try:
        with changing() as work:
            decided = actions.decide_pair(
                work,
                contest_id=contest.id,
                pair_id=pair_id,
                verdict=request.form.get("verdict", ""),
                note=form.note.data or "",
                actor_id=person_id(),
                at=now(),
            )
            verdict = decided.verdict
    except ContestError as error:
        return _page(pair_id, form, error)
    flash(_("Noted: %(verdict)s.", verdict=translate(VERDICTS[verdict or PairVerdict.SAME], language())), "good")
    if following is None:
        return redirect(url_for(".pairs", short_name=short_name, **_query(filters)), HTTPStatus.SEE_OTHER)
    return redirect(
        url_for(".pair", short_name=short_name, pair_id=following, **_query(filters)), HTTPStatus.SEE_OTHER
    )


@pages.get(f"{ONE}/earlier.jpg")
@access("entry.list_others")
def archived(short_name: str, pair_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Show the preview of the picture of an earlier year."""
    with reading() as session:
        archived_id = queries.archived_in(session, contest_facts().id, pair_id)
    return private(send_file(services().store.open(archive_key(archived_id)), mimetype="image/jpeg"))


def _page(pair_id: UUID, form: NoteForm | None, error: ContestError | None = None) -> ResponseReturnValue:
    contest = contest_facts()
    filters, _number = pair_filters_from(request.args.to_dict())
    with reading() as session:
        found = queries.pair_facts(session, contest.id, pair_id)
        following = queries.next_pair(session, contest.id, after=pair_id, filters=filters)
    if form is None:
        form = NoteForm(formdata=None)
        form.note.data = found.note
    error_above = None
    if error is not None and error.code == "text.too_long":
        tell(form.note, error)
        focus_first_wrong(form)
    elif error is not None:
        error_above = intake.said(error)
    page = render_template(
        "entries/pair.html",
        contest=contest,
        pair=found,
        form=form,
        error=error_above,
        following=following,
        verdicts=VERDICTS,
        query=_query(filters),
        **_words(),
    )
    return page, HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY


def _words() -> dict[str, Any]:
    def said(table: dict[Any, str], key: Any) -> str:
        return translate(table[key], language())

    return {
        "relation_word": lambda pair: said(RELATIONS, pair.relation),
        "likeliness_word": lambda pair: said(LIKELINESS, pair.likeliness),
        "verdict_word": lambda pair: said(VERDICTS, pair.verdict),
        "changes": _changes,
        "word": lambda text: translate(text, language()),
    }


def _changes(pair: PairFacts) -> str:
    """Say how the second lies on the first where it is not simply the same: mirrored, turned."""
    if pair.is_mirrored:
        return str(_("mirrored"))
    return str(_("turned by %(degrees)s°", degrees=pair.turned_degrees)) if pair.turned_degrees else ""


def _query(filters: PairFilters) -> dict[str, Any]:
    """Give what of an address says these filters; what is usual is left out."""
    verdict = "all" if not filters.verdict else filters.verdict
    given = {"relation": str(filters.relation or ""), "verdict": "" if verdict == OPEN else verdict}
    return {name: value for name, value in given.items() if value}
