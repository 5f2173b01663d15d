"""The panel's table: everybody's screen follows the chair, answers stay unseen until she shows them all.

No server pushes anything: the script asks every two seconds for a few bytes that change only with the question.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.calls.queries import jury
from contest.calls.web import this_contest
from contest.judging import actions, queries
from contest.judging.forms import AskForm, WordsForm
from contest.judging.queries import RoundFacts
from contest.judging.rules.deliberation import NO, YES, Item, Question
from contest.judging.web.relating import pages
from contest.judging.web.standing import standing_page
from contest.judging.web.works import Shown, named_work, shown
from contest.kernel.errors import ContestError, Missing
from contest.kernel.permissions import Subject
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell, tell_at_top
from contest.web.services import changing, now, person_id, reading, standing

PLACE = "place-"


@dataclass(frozen=True, kw_only=True)
class Table:
    """What lies on the table, as the person who asks may see it.

    Attributes:
        works: By the name that answers have for them.
        may_vote: Whether the question is hers to answer.
        own: Her answer so far.
        votes, voters: How many have answered, of how many; for the chair alone.
    """

    item: Item[UUID]
    works: dict[str, Shown]
    may_vote: bool
    own: list[str]
    votes: int
    voters: int


@pages.get("/contests/<short_name>/judging/<int:number>/deliberation")
@access("deliberation.follow")
def table(short_name: str, number: int) -> ResponseReturnValue:
    """Show what the chair has put before the panel."""
    return _table(short_name, number)


@pages.get("/contests/<short_name>/judging/<int:number>/deliberation/state.json")
@access("deliberation.follow")
def table_state(short_name: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Say whether the page still shows what lies on the table."""
    with reading() as session:
        round_ = _followed(number)
        item = next(reversed(queries.table_items(session, round_.id)), None)
        told: dict[str, object] = {"version": _version(item)}
        if item is not None and standing().may("deliberation.lead"):
            told |= {"votes": len(item.answers), "voters": len(queries.voters(session, round_, item))}
    answer = jsonify(told)
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


@pages.post("/contests/<short_name>/desk/jury/<int:number>/deliberation")
@access("deliberation.lead")
def ask(short_name: str, number: int) -> ResponseReturnValue:
    """Put works before everybody with a question."""
    form = AskForm(prefix="ask")
    if not form.validate_on_submit():
        return standing_page(short_name, number, asking=form), 422
    try:
        with changing() as work:
            round_ = queries.round_numbered(work.session, this_contest().id, number)
            actions.ask(
                work,
                round_id=round_.id,
                kind=Question(form.kind.data),
                entry_ids=[named_work(work.session, round_, handle) for handle in request.form.getlist("work")],
                question=form.question.data or "",
                actor_id=person_id(),
                at=now(),
            )
    except ContestError as error:
        tell(form.kind, error)
        return standing_page(short_name, number, asking=form), status_of(error)
    return _to_table(short_name, number)


@pages.post("/contests/<short_name>/judging/<int:number>/deliberation/<int:position>/vote")
@access("deliberation.vote")
def answer_question(short_name: str, number: int, position: int) -> ResponseReturnValue:
    """Take a juror's answer."""
    with reading():
        round_ = _followed(number)
    try:
        with changing() as work:
            item = queries.table_item(work.session, round_.id, position)
            actions.answer(
                work,
                round_id=round_.id,
                number=position,
                juror_id=person_id(),
                choice=_choice(item, _works(round_, item)),
                at=now(),
            )
    except ContestError as error:
        return _table(short_name, number, error=error), status_of(error)
    flash(_("Your answer is kept. You can change it until the chair shows all of them."))
    return _to_table(short_name, number)


@pages.post("/contests/<short_name>/judging/<int:number>/deliberation/<int:position>/reveal")
@access("deliberation.lead")
def reveal(short_name: str, number: int, position: int) -> ResponseReturnValue:
    """Show all answers at once."""
    with reading():
        round_ = _followed(number)
    try:
        with changing() as work:
            actions.reveal(work, round_id=round_.id, number=position, actor_id=person_id(), at=now())
    except ContestError as error:
        return _table(short_name, number, error=error), status_of(error)
    return _to_table(short_name, number)


@pages.post("/contests/<short_name>/judging/<int:number>/deliberation/<int:position>/decide")
@access("deliberation.lead")
def decide(short_name: str, number: int, position: int) -> ResponseReturnValue:
    """Write down what was decided, or set the question aside."""
    form = WordsForm(prefix="decide")
    with reading():
        round_ = _followed(number)
    if not form.validate_on_submit():
        return _table(short_name, number, deciding=form), 422
    try:
        with changing() as work:
            item = queries.table_item(work.session, round_.id, position)
            actions.decide(
                work,
                round_id=round_.id,
                number=position,
                decision=[] if "aside" in request.form else _choice(item, _works(round_, item)),
                reason=form.words.data or "",
                actor_id=person_id(),
                at=now(),
            )
    except ContestError as error:
        tell(form.words, error)
        return _table(short_name, number, deciding=form), status_of(error)
    return _to_table(short_name, number)


@pages.post("/contests/<short_name>/judging/<int:number>/deliberation/note")
@access("minutes.write")
def write_note(short_name: str, number: int) -> ResponseReturnValue:
    """Write a line of the minutes."""
    form = WordsForm(prefix="note")
    with reading():
        round_ = _followed(number)
    if not form.validate_on_submit():
        return _table(short_name, number, noting=form), 422
    try:
        with changing() as work:
            actions.note(work, round_id=round_.id, text=form.words.data or "", actor_id=person_id(), at=now())
    except ContestError as error:
        tell(form.words, error)
        return _table(short_name, number, noting=form), status_of(error)
    return _to_table(short_name, number)


def _followed(number: int) -> RoundFacts:
    """Give the closed round in the address; raises ``Missing("round")``, also for a juror who has no part in it."""
    contest_id = this_contest().id
    with reading() as session:
        round_ = queries.round_numbered(session, contest_id, number)
        leads = standing().subjects & {Subject.CHAIR, Subject.SECRETARY, Subject.ORGANIZER}
        if not round_.is_ranked or not (leads or queries.seat(session, contest_id, number, person_id())):
            raise Missing("round")
    return round_


def _on_table(round_: RoundFacts) -> Table | None:
    """Give the latest question; None before the first."""
    with reading() as session:
        items = queries.table_items(session, round_.id)
        if not items:
            return None
        item = items[-1]
        voters = queries.voters(session, round_, item)
    return Table(
        item=item,
        works=_works(round_, item),
        may_vote=person_id() in voters and standing().may("deliberation.vote"),
        own=list(item.answers.get(person_id(), [])),
        votes=len(item.answers),
        voters=len(voters),
    )


def _works(round_: RoundFacts, item: Item[UUID]) -> dict[str, Shown]:
    with reading() as session:
        return {entry_id.hex: work for entry_id, work in shown(session, round_, item.entry_ids).items()}


def _version(item: Item[UUID] | None) -> str:
    """Name what everybody sees: the same until the chair asks, shows or decides."""
    if item is None:
        return "0"
    return f"{item.number}-{'open' if item.is_revealed else 'secret'}-{'done' if item.decided_at else 'asked'}"


def _choice(item: Item[UUID], works: dict[str, Shown]) -> list[str]:
    """Read an answer from the form, where works go by their handles; whatever fits no answer stays as it is."""
    names = {work.handle: name for name, work in works.items()}
    if item.kind is Question.ORDER:
        typed = {request.form.get(f"{PLACE}{handle}", ""): name for handle, name in names.items()}
        wanted = [str(place) for place in range(1, len(names) + 1)]
        return [typed[place] for place in wanted] if typed.keys() == set(wanted) else []
    given = request.form.get("choice", "")
    return [names.get(given, given)]


def _table(
    short_name: str,
    number: int,
    *,
    error: ContestError | None = None,
    deciding: WordsForm | None = None,
    noting: WordsForm | None = None,
) -> str:
    contest = this_contest()
    round_ = _followed(number)
    found = _on_table(round_)
    with reading() as session:
        names = {seat.person_id: seat.name for seat in jury(session, contest.id)}
        written = queries.notes(session, round_.id) if standing().may("minutes.write") else []
    answering = WordsForm(formdata=None)
    if error is not None:
        tell(answering.words, error)
    for form in (deciding, noting):
        if form is not None:
            focus_first_wrong(form)
            tell_at_top(form)
    return render_template(
        "judging/table.html",
        contest=contest,
        short_name=short_name,
        round=round_,
        table=found,
        version=_version(None if found is None else found.item),
        yes_no=(YES, NO),
        answering=answering,
        deciding=deciding or WordsForm(prefix="decide", formdata=None),
        noting=noting or WordsForm(prefix="note", formdata=None),
        written=[(names.get(note.author_id), note) for note in written],
        tried=request.form,
        sees=standing().may("entry.read_juror_view"),
    )


def _to_table(short_name: str, number: int) -> ResponseReturnValue:
    return redirect(url_for("judging.table", short_name=short_name, number=number), 303)
