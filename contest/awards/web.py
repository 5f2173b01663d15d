"""The results page: the ladder, ties to decide, sealing and announcing."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from contest.awards import actions, queries
from contest.awards.forms import PLACE, ConfirmForm, RuleForm
from contest.awards.models import ResultState
from contest.awards.queries import OpenTie, RankedWork, ResultFacts, Ruling
from contest.awards.scores import as_xlsx, score_table
from contest.calls import queries as calls
from contest.calls.forms import ReasonForm
from contest.calls.web import this_contest
from contest.entries import blind
from contest.entries.models import EntryState
from contest.entries.queries import entries_of as own_entries
from contest.judging import queries as judging
from contest.judging.rules.order import desk_handle, spoken_code
from contest.judging.sentences import TIE_METHODS
from contest.kernel import audit
from contest.kernel.errors import ContestError, Invalid, Missing
from contest.kernel.permissions import State, Subject
from contest.kernel.tables import as_csv
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell, tell_at_top
from contest.web.language import language
from contest.web.sentences import translate
from contest.web.services import changing, now, person_id, reading, services, standing

pages = Blueprint("awards", __name__)

LADDER_ROWS: Final = 60
EXPORT_BYTES: Final = 64 * 1024
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JUDGED: Final = frozenset({EntryState.ELIGIBLE, EntryState.INELIGIBLE, EntryState.DISQUALIFIED})
PUBLIC: Final = frozenset({State.ANNOUNCED, State.ARCHIVED})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the ladder as this reader may see it.

    Attributes:
        place: Place in the ladder from 0; names the thumbnail.
        handle: Names the work in forms and nowhere else.
        is_mine: The reader is on the panel and tied to the work: rank and code are all she sees of it.
    """

    place: int
    handle: str
    work: RankedWork
    is_mine: bool

    @property
    def code(self) -> str:
        """Give what chair and organizer call the work here, on the jury's desk and in the minutes."""
        return spoken_code(self.handle)


@pages.get("/contests/<short_name>/works/results")
@access("score.read_own_entry_aggregate")
def own_results(short_name: str) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Tell a person what became of her own works, once the result is public."""
    contest = this_contest()
    with reading() as session:
        record = queries.announced(session, contest.id)
        mine = own_entries(session, contest.id, person_id=person_id())
    if record is None:
        raise Missing("page")
    ranked = {work.id: work for work in record.works}
    return render_template(
        "awards/own.html",
        contest=contest,
        works=[(entry, ranked.get(entry.id.hex)) for entry in mine if entry.number and entry.state in JUDGED],
        tiers={tier.key: tier.name for tier in record.tiers},
    )


@pages.get("/contests/<short_name>/desk/results")
@access("score.read_others")
def results(short_name: str) -> ResponseReturnValue:
    """Show the ladder with tiers, reasons and what has to be decided next."""
    return _results(short_name)


@pages.post("/contests/<short_name>/desk/results/draft")
@access("result.draft_edit")
def draft(short_name: str) -> ResponseReturnValue:
    """Work out the prizes, anew if they were before."""
    with changing() as work:
        actions.draft(work, contest_id=this_contest().id, actor_id=person_id(), at=now())
    return _back(short_name)


@pages.post("/contests/<short_name>/desk/results/tie")
@access("result.draft_edit")
def rule(short_name: str) -> ResponseReturnValue:
    """Write down how the jury decided a tie."""
    form = RuleForm(prefix="tie")
    if not form.validate_on_submit():
        return _results(short_name, ruling=form), 422
    with reading() as session:
        tie = _tie(queries.result(session, this_contest().id))
    try:
        order = form.taken({_handle(one): one for one in tie.tie.entry_ids} if tie else {}, request.form)
        with changing() as work:
            actions.rule(
                work,
                contest_id=this_contest().id,
                rank=form.taken_rank(),
                way=form.way.data or "",
                order=order,
                reason=form.reason.data or "",
                actor_id=person_id(),
                at=now(),
            )
    except ContestError as error:
        tell(form.reason, error)
        tell_at_top(form)
        return _results(short_name, ruling=form), status_of(error)
    flash(_("The decision is written down, and the prizes that depended on it are given."), "good")
    return _back(short_name)


@pages.post("/contests/<short_name>/desk/results/seal")
@access("result.seal")
def seal(short_name: str) -> ResponseReturnValue:
    """Seal the result; the chair's act."""
    form = ConfirmForm(prefix="seal")
    try:
        if not form.validate_on_submit():
            return _results(short_name, sealing=form), 422
        form.check(short_name)
        with changing() as work:
            actions.seal(
                work, contest_id=this_contest().id, actor_id=person_id(), at=now(), shown=form.shown.data or ""
            )
    except ContestError as error:
        tell(form.confirmation, error)
        return _results(short_name, sealing=form), 422
    flash(_("The result is sealed. Nothing in it can be changed any more; the organizer announces it."), "good")
    return _back(short_name)


@pages.post("/contests/<short_name>/desk/results/announce")
@access("result.announce")
def announce(short_name: str) -> ResponseReturnValue:
    """Make the sealed result public; the organizer's act."""
    form = ConfirmForm(prefix="announce")
    try:
        if not form.validate_on_submit():
            return _results(short_name, announcing=form), 422
        form.check(short_name)
    except Invalid as error:
        tell(form.confirmation, error)
        return _results(short_name, announcing=form), 422
    with changing() as work:
        actions.announce(work, contest_id=this_contest().id, actor_id=person_id(), at=now())
    flash(_("The result is public."), "good")
    return _back(short_name)


@pages.post("/contests/<short_name>/desk/results/unpublish")
@access("result.unpublish")
def unpublish(short_name: str) -> ResponseReturnValue:
    """Take the result off all public pages; the organizer may announce it again."""
    form = ReasonForm(prefix="unpublish")
    try:
        with changing() as work:
            actions.unpublish(
                work, contest_id=this_contest().id, reason=form.reason.data or "", actor_id=person_id(), at=now()
            )
    except Invalid as error:
        tell(form.reason, error)
        return _results(short_name, unpublishing=form), 422
    flash(_("The result is not public any more. Announce it again when it may be seen."), "good")
    return _back(short_name)


@pages.get("/contests/<short_name>/desk/results/pictures/<int:place>-<int:long_side>.jpg")
@access("score.read_others")
def picture(short_name: str, place: int, long_side: int) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Give the first picture of the work at a place of the ladder, if it is still the work ``of`` that handle."""
    with reading() as session:
        entry_id = queries.entry_at(session, this_contest().id, place)
        if request.args.get("of", _handle(entry_id)) != _handle(entry_id) or entry_id in _own_conflicts():
            raise Missing("picture")
        key = blind.picture_key(session, entry_id, index=0, long_side_px=long_side)
    with services().store.open(key) as file:
        answer = Response(file.read(), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, no-store"  # a place may belong to another work tomorrow
    return answer


@pages.get("/contests/<short_name>/desk/results/scores.<any(csv, xlsx):format>")
@access("export.scores_csv")
def scores(short_name: str, format: str) -> ResponseReturnValue:  # noqa: A002 - the name in exports' addresses
    """Hand out every work's rank, scores and votes under the jurors' letters; written down as an export."""
    contest, said_in, database = this_contest(), language(), services().database
    with changing() as work:
        # Asked here, where an error still becomes a page.
        next(score_table(work.session, contest.id, language=said_in))
        audit.record(
            work,
            action="export.scores_csv",
            at=now(),
            actor_id=person_id(),
            thing="scores",
            contest_id=contest.id,
            format=format,
        )
    if format == "xlsx":
        with reading() as session:
            file = as_xlsx(score_table(session, contest.id, language=said_in))
        answer = Response(iter(lambda: file.read(EXPORT_BYTES), b""), mimetype=XLSX)
        answer.call_on_close(file.close)
    else:

        def pieces() -> Iterator[bytes]:
            with database.reading() as session:
                yield from as_csv(score_table(session, contest.id, language=said_in))

        answer = Response(pieces(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{short_name}-scores.{format}"'
    return answer


def _results(
    short_name: str,
    *,
    ruling: RuleForm | None = None,
    sealing: ConfirmForm | None = None,
    announcing: ConfirmForm | None = None,
    unpublishing: ReasonForm | None = None,
) -> str:
    contest = this_contest()
    with reading() as session:
        result = queries.result(session, contest.id)
        tiers = calls.tiers(session, contest.id)
        last = {one.number for one in judging.final_rounds(session, contest.id)}
    conflicts = _own_conflicts()
    rows = _rows(result, conflicts)
    # Works went on from a round that these prizes come from.
    is_stale = (
        result is not None and result.state is ResultState.DRAFT and any(row.work.final not in last for row in rows)
    )
    tie = _tie(result)
    tied = [row for row in rows if tie is not None and row.work.entry_id in tie.tie.entry_ids]
    for form in (ruling, sealing, announcing, unpublishing):
        if form is not None:
            focus_first_wrong(form)
    return render_template(
        "awards/results.html",
        contest=contest,
        short_name=short_name,
        result=result,
        is_stale=is_stale,
        tiers={tier.key: tier for tier in tiers},
        rows=rows if "all" in request.args else rows[:LADDER_ROWS],
        hidden=0 if "all" in request.args else max(0, len(rows) - LADDER_ROWS),
        tie=tie,
        tied=tied,
        rulings=_told(result, rows),
        finals=sorted({row.work.final for row in rows}),
        ways={way: translate(words, language()) for way, words in TIE_METHODS.items()},
        places={row.handle: request.form.get(f"{PLACE}{row.handle}", "") for row in tied},
        ruling=ruling or RuleForm(prefix="tie", formdata=None),
        sealing=sealing or ConfirmForm(prefix="seal", formdata=None),
        announcing=announcing or ConfirmForm(prefix="announce", formdata=None),
        unpublishing=unpublishing or ReasonForm(prefix="unpublish", formdata=None),
        shows_authors=_shows_authors(),
        is_sealer=result is not None and result.sealed_by == person_id(),
        bare=FlaskForm(formdata=None),
    )


def _rows(result: ResultFacts | None, conflicts: Collection[UUID]) -> list[Row]:
    return [
        Row(place=place, handle=_handle(work.entry_id), work=work, is_mine=work.entry_id in conflicts)
        for place, work in enumerate(result.works if result else ())
    ]


def _told(result: ResultFacts | None, rows: Collection[Row]) -> list[tuple[Ruling, list[list[Row]]]]:
    """Give what was said about ties with the rows that it is about."""
    by_entry = {row.work.entry_id: row for row in rows}
    rulings = result.rulings if result else ()
    return [(one, [[by_entry[entry_id] for entry_id in group] for group in one.groups]) for one in rulings]


def _handle(entry_id: UUID) -> str:
    """Name an entry as the jury's desk does, the same for all who read this page."""
    return desk_handle(this_contest().blind_key, entry_id)


def _tie(result: ResultFacts | None) -> OpenTie | None:
    return result.tie if result is not None and result.state is ResultState.DRAFT else None


def _shows_authors() -> bool:
    """Tell whether this reader may learn whose the works are: the organizer, and everybody once it is public.

    `entry.read_author` cannot be asked here: on a page about many entries everybody counts as author of some.
    """
    return standing().may("entry.list_others") or standing().state in PUBLIC


def _own_conflicts() -> set[UUID]:
    """Give the works that a reader on the panel is tied to, until the result is public."""
    if not standing().subjects & {Subject.CHAIR, Subject.JUROR_ASG} or standing().state in PUBLIC:
        return set()
    with reading() as session:
        return queries.own_conflicts(session, this_contest().id, person_id())


def _back(short_name: str) -> ResponseReturnValue:
    return redirect(url_for("awards.results", short_name=short_name), 303)
