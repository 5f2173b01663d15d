"""Every form and every address, filled with garbage by those who may use it: told in a sentence, never a fault.

The forms are those that the pages really show. One field at a time holds the garbage, the others what the page put
into them, so that it gets past the shape of the form to whatever looks at its meaning.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote_plus, urlencode
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from contest.accounts.models import Person, RoleKind
from contest.awards import actions as awards
from contest.calls.models import Contest
from contest.entries.models import EntryState
from contest.judging import actions as judging
from contest.judging.models import Ballot, Sheet
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.platform.store import FolderStore, derivative_key
from tests.addresses import named
from tests.forms import Form, forms_of
from tests.judging import open_round
from tests.kept import Kept
from tests.makers import make_author, make_contest, make_entry, make_person, make_role, make_unit
from tests.visitor import Visitor

pytestmark = pytest.mark.slow

# As bytes of a form: what no browser sends of its own accord is among them.
_ANYWHERE: Final = {
    "nothing": "",
    "control characters": "%00%08%0B%1F%7F",
    "broken UTF-8": "%FF%FE%ED%A0%80",
    "5,000 digits": "9" * 5_000,
}
_NUMBERS: Final = {"a number below": "-1", "a number beyond": "1e309", "a digit that is none": "%C2%B2"}
_DAYS: Final = {"the first day": "0001-01-01", "the last day": "9999-12-31"}
_TEXTS: Final = {
    "100,000 characters": "x" * 100_000,
    "a place in a template": "%25(name)s%20%7B%7B7*7%7D%7D",
    "a formula, turned round": quote_plus("=cmd|'/c'!A1\u202e𠮷👩‍👩‍👧"),
    "a header": "a@example.org%0D%0ABcc%3A%20b@example.org",
    "a path": "..%2F..%2Fetc%2Fpasswd",
}
GARBAGE: Final = {"date": _ANYWHERE | _DAYS, "number": _ANYWHERE | _NUMBERS, "numeric": _ANYWHERE | _NUMBERS | _DAYS}
# A form with more fields than this takes a third of the garbage for each of its texts, each text another third.
_MANY: Final = 6
# Rows of a table repeat themselves: these stand for all of them.
_LATER_ROWS: Final = tuple(f"-{number}-" for number in range(1, 40))
# And so does one work for all.
_OF_ONE_WORK: Final = re.compile(r"(?<=/works/|/texts/)[^/?]+")
_SENTENCE: Final = ('class="message"', 'class="bad"', 'class="note bad"', 'role="alert"')


@dataclass
class World:
    """A contest brought to one state, and who works in it then."""

    contest: Contest
    people: dict[str, Person]
    values: dict[str, Any]


STATES: Final = {
    State.DRAFT: ("organizer",),
    State.OPEN: ("organizer", "photographer", "delegate"),
    State.PRESCREEN: ("organizer",),
    State.ROUND: ("organizer", "chair", "juror"),
    State.DELIB: ("organizer", "chair"),
    State.SEALED: ("organizer",),
    State.ANNOUNCED: ("organizer", "photographer"),
}


@pytest.fixture
def world(sqlite_database: Database, store: FolderStore, now: datetime, request: pytest.FixtureRequest) -> World:
    state: State = request.param
    with sqlite_database.changing() as work:
        contest = make_contest(work, notice_zh="征稿启事", awards_per_author=None)
        people = {
            "organizer": make_person(work, is_administrator=True),
            **{name: make_person(work) for name in ("chair", "juror", "photographer", "delegate", "nobody")},
        }
        unit = make_unit(work, contest)
        for name, kind in (
            ("organizer", RoleKind.ORGANIZER),
            ("chair", RoleKind.CHAIR),
            ("juror", RoleKind.JUROR),
            ("delegate", RoleKind.DELEGATE),
        ):
            make_role(work, contest, people[name], kind, unit_id=unit.id if name == "delegate" else None)
        own = people["photographer"]
        author = make_author(work, contest, person_id=own.id)
        theirs = make_author(work, contest, unit_id=unit.id)
        standing = EntryState.ELIGIBLE if state is not State.PRESCREEN else EntryState.SUBMITTED
        if state in {State.DRAFT, State.OPEN}:
            standing = EntryState.DRAFT
        entries = [
            make_entry(work, contest, entrant=own, author=author, pictures=2, state=standing),
            make_entry(work, contest, entrant=people["delegate"], author=theirs, state=standing),
            *(make_entry(work, contest) for _ in range(4)),
        ]
        values = {
            "short_name": contest.short_name,
            "entry_id": entries[0].id,
            "picture_id": entries[0].pictures[0].id,
            "shown_id": entries[0].pictures[0].id,
            "number": entries[0].number,
            "upload_id": uuid4(),
            "pair_id": uuid4(),
            "build_id": uuid4(),
            "serial": "1-A-0001-22222",
            "label": "1",
            "width_px": 300,
            "position": 0,
            "finding_id": uuid4(),
            "role_id": uuid4(),
            "unit_id": unit.id,
            "long_side": 640,
            "index": 0,
            "place": 1,
            "token": "no-such-token",
            "code": "en",
            "format": "csv",
            "handle": "no-such-handle",
        }
    for entry in entries:
        for picture in entry.pictures:
            for step in (320, 640, 1280, 2560):
                store.put(derivative_key(picture.id, step), BytesIO(b"a preview"))
    _bring(sqlite_database, contest, people, values, state=state, at=now)
    return World(contest, people, values)


def _bring(
    database: Database,
    contest: Contest,
    people: dict[str, Person],
    values: dict[str, Any],
    *,
    state: State,
    at: datetime,
) -> None:
    """Do what people do until the contest is in ``state``."""
    chosen = State.DRAFT if state is State.DRAFT else State.OPEN
    closes_at = at + timedelta(days=5) if state in {State.DRAFT, State.OPEN} else at - timedelta(days=1)
    with database.changing() as work:
        row = update(Contest).where(Contest.id == contest.id)
        work.session.execute(row.values(state=chosen, closes_at=closes_at))
    if state in {State.DRAFT, State.OPEN, State.PRESCREEN}:
        return
    by_organizer: dict[str, Any] = {"contest_id": contest.id, "actor_id": people["organizer"].id, "at": at}
    with database.changing() as work:
        round_id = open_round(work, seed="garbage", **by_organizer)
    scores = (800, 800, 800, 800, 500, 400) if state is State.DELIB else (900, 800, 700, 600, 500, 400)
    for name in ("chair", "juror"):
        with database.changing() as work:
            sheets = select(Sheet.id).where(Sheet.juror_id == people[name].id)
            ballots = select(Ballot.handle).where(Ballot.sheet_id.in_(sheets)).order_by(Ballot.entry_id)
            handles = work.session.scalars(ballots).all()
            for handle, score in list(zip(handles, scores, strict=True))[: 2 if state is State.ROUND else None]:
                judging.cast(
                    work,
                    contest_id=contest.id,
                    number=1,
                    juror_id=people[name].id,
                    handle=handle,
                    score=score,
                    request_key=f"garbage-{handle}",
                    at=at,
                )
            values["handle"] = handles[0]
    if state is State.ROUND:
        return
    with database.changing() as work:
        judging.close(work, round_id=round_id, actor_id=people["organizer"].id, at=at)
        awards.draft(work, **by_organizer)
    if state is State.DELIB:
        return
    with database.changing() as work:
        awards.seal(work, contest_id=contest.id, actor_id=people["chair"].id, at=at)
    if state is State.ANNOUNCED:
        with database.changing() as work:
            awards.announce(work, **by_organizer)


def addresses(app: Flask, world: World, method: str) -> Iterator[str]:
    """Build the address of every rule that takes a method, for the things of this world."""
    urls = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if method in (rule.methods or ()):
            yield urls.build(rule.endpoint, named(rule, world.values), method=method)


def fault(answer: TestResponse) -> str:
    """Say what is wrong with an answer: a fault of ours, or a refusal that tells nothing; empty when it is fine."""
    if answer.status_code >= 500:
        return f"answered {answer.status_code}"
    if answer.status_code < 400:
        return ""
    if answer.is_json:
        return "" if answer.get_json().get("sentence") else f"{answer.status_code} without a sentence"
    page = answer.get_data(as_text=True)
    is_told = any(mark in page for mark in _SENTENCE) if answer.mimetype == "text/html" else len(page) > 20
    return "" if is_told else f"{answer.status_code} without a sentence"


def page(browser: Visitor, path: str) -> str:
    answer = browser.get(path, buffered=True)
    return answer.get_data(as_text=True) if (answer.status_code, answer.mimetype) == (200, "text/html") else ""


def send(browser: Visitor, method: str, path: str, body: str, **headers: str) -> TestResponse:
    kind = headers.pop("kind", "application/x-www-form-urlencoded")
    return browser.send(method, path, data=body.encode(), content_type=kind, headers=headers, buffered=True)


@pytest.mark.parametrize("world", list(STATES), indirect=True, ids=str)
def test_no_form_turns_garbage_into_a_fault(
    app: Flask,
    world: World,
    sqlite_database: Database,
    visitor: Callable[[], Visitor],
    request: pytest.FixtureRequest,
) -> None:
    app.testing = False
    state = request.node.callspec.params["world"]
    wrong: list[str] = []
    sent: set[str] = set()
    for name in STATES[state]:
        browser = visitor().sign_in(world.people[name])
        browser.token()
        kept = Kept(sqlite_database)
        forms = [
            form
            for path in addresses(app, world, "GET")
            if path.startswith(f"/contests/{world.contest.short_name}/") or state is State.DRAFT
            for form in forms_of(page(browser, path), path)
            if _OF_ONE_WORK.sub("", form.action) not in sent | {"/sign-out"}
        ]
        for form in forms:
            purpose = _OF_ONE_WORK.sub("", form.action)
            if purpose in sent and len(form.fields) < _MANY:
                continue
            sent.add(purpose)
            for spoiled, body in spoilt(form):
                answer = send(browser, "POST", form.action, body)
                if told := fault(answer):
                    wrong.append(f"{name}: POST {form.action}, {spoiled}: {told}")
                if answer.status_code < 400:
                    kept.restore()
    assert len(sent) > 1
    assert wrong == []


def spoilt(form: Form) -> Iterator[tuple[str, str]]:
    """Give the form's bodies, each with garbage in one field; and with no field, each twice, each as a list."""
    yield "no field at all", ""
    for place, (name, _value) in enumerate(form.fields):
        if any(row in name for row in _LATER_ROWS):
            continue
        others = urlencode([pair for at, pair in enumerate(form.fields) if at != place])
        garbage = list(GARBAGE.get(form.kinds[name], _ANYWHERE | _TEXTS).items())
        if len(form.fields) > _MANY and form.kinds[name] not in GARBAGE:
            garbage = garbage[place % 3 :: 3]
        for kind, value in garbage:
            yield f"{kind} in {name}", f"{others}&{quote_plus(name)}={value}"
    names = [name for name, _value in form.fields]
    yield "every field twice", urlencode([*form.fields, *((name, "again") for name in names)])
    yield (
        "every field as a list",
        urlencode([(f"{name}{mark}", "1") for name in names for mark in ("[]", "-²", "-0")]),
    )


# Names that some page reads from the query; a page that reads another one is as good with these.
_ASKED: Final = (
    *("next", "page", "count", "recent", "mark", "work", "conflict", "category", "seconds", "all", "fresh"),
    *(
        "entry",
        "replaces",
        "name",
        "sha256",
        "size",
        "author",
        "author_zh",
        "author_en",
        "state",
        "unit",
        "q",
        "sort",
    ),
)


@pytest.mark.parametrize(
    ("world", "name"),
    [(State.OPEN, "photographer"), (State.ROUND, "juror"), (State.DELIB, "chair"), (State.ANNOUNCED, "organizer")],
    indirect=["world"],
    ids=str,
)
def test_no_query_turns_garbage_into_a_fault(
    app: Flask, world: World, visitor: Callable[[], Visitor], name: str
) -> None:
    app.testing = False
    browser = visitor().sign_in(world.people[name])
    wrong = []
    kinds = list((_ANYWHERE | _NUMBERS | {"a path": _TEXTS["a path"]}).items())
    for place, path in enumerate(addresses(app, world, "GET")):
        for kind, garbage in kinds[place % 2 :: 2]:
            answer = browser.get(f"{path}?{'&'.join(f'{asked}={garbage}' for asked in _ASKED)}", buffered=True)
            if told := fault(answer):
                wrong.append(f"GET {path} with {kind}: {told}")
    assert wrong == []


_PART: Final = '--x\r\nContent-Disposition: form-data; name="title_zh"\r\n\r\nab'
_FORM: Final = "application/x-www-form-urlencoded"
BODIES: Final = {
    "a list of JSON": ("application/json", "[1, null]"),
    "numbers of JSON": ("application/json", '{"email": 1, "name_zh": [], "score": 1e309}'),
    "more rights than anybody": (_FORM, "role=admin&state=announced&is_administrator=1"),
    "a body without its boundary": ("multipart/form-data", "--x\r\n"),
    "a body cut off": ("multipart/form-data; boundary=x", _PART),
    "too many parts": ("multipart/form-data; boundary=x", f"{_PART}\r\n" * 1001 + "--x--"),
    "another alphabet": (f"{_FORM}; charset=utf-7", "name_zh=%2BAAA-"),
    "bytes": ("application/offset+octet-stream", "bytes"),
}
_HEADERS: Final = {
    "Upload-Offset": "-1",
    "Upload-Length": "9" * 5_000,
    "Upload-Metadata": "filename AAAA,filetype ,,=",
    "Upload-Checksum": "sha256 ###",
    "Tus-Resumable": "1.0.0",
    "Content-Range": "bytes x-y/z",
    "If-None-Match": '"' + "x" * 5_000,
    "Range": "bytes=9-1,-,x",
}


@pytest.mark.parametrize(
    ("world", "name"),
    [
        (State.DRAFT, "organizer"),
        (State.OPEN, "photographer"),
        (State.OPEN, "nobody"),
        (State.ROUND, "juror"),
        (State.DELIB, "organizer"),
    ],
    indirect=["world"],
    ids=str,
)
def test_no_body_that_a_page_does_not_expect_is_a_fault(
    app: Flask, world: World, sqlite_database: Database, visitor: Callable[[], Visitor], name: str
) -> None:
    app.testing = False
    browser = visitor().sign_in(world.people[name])
    browser.token()
    kept = Kept(sqlite_database)
    wrong = []
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for place, path in enumerate(addresses(app, world, method)):
            for number, (spoiled, (kind, body)) in enumerate(BODIES.items()):
                answer = send(browser, method, path, body, kind=kind, **(_HEADERS if (place + number) % 2 else {}))
                if told := fault(answer):
                    wrong.append(f"{method} {path}, {spoiled}: {told}")
                if answer.status_code < 400:
                    kept.restore()
    assert wrong == []
    with sqlite_database.reading() as session:
        assert session.get_one(Person, world.people["nobody"].id).is_administrator is False
        assert session.get_one(Contest, world.contest.id).state is not State.ANNOUNCED
