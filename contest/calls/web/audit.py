"""The contest's history from the audit record: who did what, when."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from contest.calls import queries
from contest.calls.acts import ACTS, act_word, facts_told, thing_word
from contest.calls.queries import OTHERS, SERVICE, ContestFacts, HistoryFilters, HistoryLine, HistoryPage
from contest.calls.web.relating import pages, this_contest
from contest.kernel import audit as record
from contest.kernel.tables import as_csv
from contest.web.access import access
from contest.web.language import language
from contest.web.sentences import N_, translate
from contest.web.services import changing, now, person_id, reading, services
from contest.web.standing import PersonSeen
from contest.web.times import moment

HEADINGS: Final = (
    N_("Line"),
    N_("When"),
    N_("Done by"),
    N_("E-mail address"),
    N_("What was done"),
    N_("About"),
    N_("Details"),
)
_THE_SERVICE: Final = N_("the service")
_EXPORT_LINES: Final = 500
_DIGITS_MAX: Final = 6


@pages.get("/contests/<short_name>/desk/audit")
@access("audit.read_contest")
def audit(short_name: str) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Show who did what in the contest, as far as the address filters it."""
    contest, filters = this_contest(), _filters()
    number = _number(request.args.get("page", "")) or 1
    with reading() as session:
        page = queries.history(session, contest.id, filters, page=number)
        choices = queries.history_choices(session, contest.id)
    return render_template(
        "calls/audit.html",
        contest=contest,
        number=number,
        pages=max(1, -(-page.found // queries.PAGE)),
        page=page,
        filters=filters,
        choices=choices,
        actions=[(action, act_word(action, language())) for action in ACTS if action in choices.actions],
        query={name: value for name, value in request.args.items() if name != "page" and value},
        who=partial(_who, page, language=language()),
        what=lambda line: act_word(line.action, language()),
        about=lambda line: thing_word(line.thing, language()),
        details=lambda line: _details(page, line, contest, language(), is_whole=False),
        OTHERS=OTHERS,
        SERVICE=SERVICE,
    )


@pages.get("/contests/<short_name>/desk/audit.csv")
@access("audit.read_contest")
def audit_csv(short_name: str) -> ResponseReturnValue:
    """Hand out the lines that the address's filters let through, all pages of them; written down as an export."""
    contest, filters, said_in, database = this_contest(), _filters(), language(), services().database
    with changing() as work:
        record.record(
            work,
            action="export.audit_csv",
            at=now(),
            actor_id=person_id(),
            thing="audit",
            contest_id=contest.id,
        )

    def pieces() -> Iterator[bytes]:
        with database.reading() as session:

            def rows() -> Iterator[list[str]]:
                yield [translate(heading, said_in) for heading in HEADINGS]
                number, left = 1, True
                while left:
                    page = queries.history(session, contest.id, filters, page=number, size=_EXPORT_LINES)
                    yield from (_row(page, line, contest, said_in) for line in page.lines)
                    number, left = number + 1, len(page.lines) == _EXPORT_LINES

            yield from as_csv(rows())

    answer = Response(pieces(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{short_name}-audit.csv"'
    return answer


def _filters() -> HistoryFilters:
    """Read the filters from the address; a mistyped one filters nothing rather than failing."""
    action, who = request.args.get("action", ""), request.args.get("person", "")
    return HistoryFilters(
        round=_number(request.args.get("round", "")),
        action=action if action in ACTS else "",
        person=who if who in {SERVICE, OTHERS} or _is_id(who) else "",
    )


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX
    return (int(text) or None) if is_number else None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _name(person: PersonSeen, said_in: str) -> str:
    return person.name.in_(said_in) or person.email


def _who(page: HistoryPage, line: HistoryLine, *, language: str) -> str:
    person = page.people.get(line.by) if line.by else None
    return _name(person, language) if person else translate(_THE_SERVICE, language)


def _details(page: HistoryPage, line: HistoryLine, contest: ContestFacts, said_in: str, *, is_whole: bool) -> str:
    def in_zone(at: datetime) -> str:
        return moment(at, contest.zone, said_in)

    names = {str(person.id): _name(person, said_in) for person in page.people.values()}
    return facts_told(line.facts, said_in, names=names, moment=in_zone, is_whole=is_whole)


def _row(page: HistoryPage, line: HistoryLine, contest: ContestFacts, said_in: str) -> list[str]:
    person = page.people.get(line.by) if line.by else None
    return [
        str(line.number),
        moment(line.at, contest.zone, said_in),
        _who(page, line, language=said_in),
        person.email if person else "",
        act_word(line.action, said_in),
        thing_word(line.thing, said_in) or line.thing,
        _details(page, line, contest, said_in, is_whole=True),
    ]
