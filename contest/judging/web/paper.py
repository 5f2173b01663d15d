"""Taking marks from paper: a sheet to fill in, a look at what it says, then the votes."""

import hashlib
from contextlib import closing
from typing import Final
from uuid import UUID

from flask import Response, current_app, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadData, URLSafeSerializer

from contest.calls.queries import jury
from contest.calls.web import this_contest
from contest.judging import actions, queries
from contest.judging.forms import SheetForm
from contest.judging.queries import Paper, PaperMark, RoundFacts
from contest.judging.rules.settings import Mode
from contest.judging.web.panel import to_panel
from contest.judging.web.relating import pages
from contest.judging.workbook import uploaded_lines
from contest.kernel.errors import Conflict, ContestError, Invalid
from contest.kernel.tables import as_csv
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.forms import focus_first_wrong, tell
from contest.web.language import language, said
from contest.web.sentences import sentence
from contest.web.services import changing, now, person_id, reading

SHEET_BYTES_MAX: Final = 5 * 1024 * 1024
FAULTS_SHOWN: Final = 50
WORKS_SHOWN: Final = 500


@pages.get("/contests/<short_name>/desk/jury/<int:number>/paper")
@access("score.import")
def paper(short_name: str, number: int) -> ResponseReturnValue:
    """Explain how marks come from paper."""
    return _page(short_name, _open(number), SheetForm(formdata=None))


@pages.get("/contests/<short_name>/desk/jury/<int:number>/paper.csv")
@access("score.import")
def paper_sheet(short_name: str, number: int) -> ResponseReturnValue:
    """Give an empty sheet: a line for each work and a column for each juror, or with criteria a line for both."""
    round_, contest = _open(number), this_contest()
    with reading() as session:
        codes = queries.paper_codes(session, round_.id, key=contest.blind_key)
        here = {one.juror_id for one in queries.coverage(session, contest.id, number) if one.left_at is None}
    jurors = [name for juror_id, name in _names().items() if juror_id in here]
    works = sorted(codes.values())
    if round_.settings.criteria:
        headings = [_("Juror"), _("Work"), *(said(one.name) for one in round_.settings.criteria)]
        rows = [headings, *([name, code] for name in jurors for code in works)]
    else:
        rows = [[_("Work"), *jurors], *([code] for code in works)]
    answer = Response(as_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{short_name}-round-{number}.csv"'
    return answer


@pages.post("/contests/<short_name>/desk/jury/<int:number>/paper")
@access("score.import")
def check_paper(short_name: str, number: int) -> ResponseReturnValue:
    """Say what an uploaded sheet would change; nothing is changed yet."""
    round_, form = _open(number), SheetForm()
    if not form.validate_on_submit():
        return _page(short_name, round_, form), 422
    sheet = form.sheet.data
    with closing(sheet):
        raw = sheet.read(SHEET_BYTES_MAX + 1)
    try:
        if len(raw) > SHEET_BYTES_MAX:
            raise Invalid("paper.too_large", limit=SHEET_BYTES_MAX // 1024 // 1024)
        lines = uploaded_lines(raw, sheet.filename or "")
        with reading() as session:
            found = queries.paper_of(session, round_, lines, key=this_contest().blind_key)
    except ContestError as error:
        tell(form.sheet, error)
        return _page(short_name, round_, form), status_of(error)
    return _page(short_name, round_, form, found=found, sha256=hashlib.sha256(raw).hexdigest())


@pages.post("/contests/<short_name>/desk/jury/<int:number>/paper/take")
@access("score.import")
def take_paper(short_name: str, number: int) -> ResponseReturnValue:
    """Take the marks that the page before showed."""
    round_, form = _open(number), SheetForm(formdata=None)
    try:
        sha256, marks = _unpacked(round_, request.form.get("marks", ""))
        with changing() as work:
            actions.take_paper(work, round_id=round_.id, marks=marks, sha256=sha256, actor_id=person_id(), at=now())
    except ContestError as error:
        tell(form.sheet, error)
        return _page(short_name, round_, form), status_of(error)
    flash(ngettext("%(num)d mark is taken.", "%(num)d marks are taken.", len(marks)), "good")
    return to_panel(short_name, number)


def _open(number: int) -> RoundFacts:
    """Give the round in the address; raises ``Conflict`` where no sheet can be taken."""
    with reading() as session:
        round_ = queries.round_numbered(session, this_contest().id, number)
    if not round_.is_running:
        raise Conflict("judging.not_open")
    if round_.mode is Mode.PAIRS:
        raise Conflict("paper.mode")
    return round_


def _names() -> dict[UUID, str]:
    """Give the jurors' names, in the panel's order."""
    with reading() as session:
        return {seat.person_id: said(seat.name) or seat.email for seat in jury(session, this_contest().id)}


def _signer(round_: RoundFacts) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"paper {round_.id}")


def _packed(round_: RoundFacts, sha256: str, found: Paper) -> str:
    """Write the marks for the next request, so that just what was shown is taken; signed, so that nothing else is."""
    marks = [[mark.line, mark.juror_id.hex, mark.handle, mark.score, mark.marks, mark.after] for mark in found.marks]
    packed: str | bytes = _signer(round_).dumps([sha256, marks])
    return packed if isinstance(packed, str) else packed.decode()


def _unpacked(round_: RoundFacts, packed: str) -> tuple[str, list[PaperMark]]:
    try:
        sha256, marks = _signer(round_).loads(packed)
    except BadData:
        raise Invalid("paper.expired") from None
    return sha256, [
        PaperMark(line=line, juror_id=UUID(hex=juror), handle=handle, score=score, marks=singles, after=after)
        for line, juror, handle, score, singles, after in marks
    ]


def _page(
    short_name: str, round_: RoundFacts, form: SheetForm, *, found: Paper | None = None, sha256: str = ""
) -> str:
    focus_first_wrong(form)
    faults = [] if found is None else [sentence(one.code, one.facts, language()) for one in found.faults]
    read = [] if found is None else list(found.read.items())
    told = {juror_id for _code, marks in read for juror_id in marks}
    return render_template(
        "judging/paper.html",
        contest=this_contest(),
        short_name=short_name,
        round=round_,
        form=form,
        found=found,
        faults=faults[:FAULTS_SHOWN],
        more=max(0, len(faults) - FAULTS_SHOWN),
        read=read[:WORKS_SHOWN],
        unshown=max(0, len(read) - WORKS_SHOWN),
        jurors={one: name for one, name in _names().items() if one in told},
        packed=_packed(round_, sha256, found) if found is not None and found.marks and not faults else "",
    )
