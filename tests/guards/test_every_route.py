"""Every page, asked by everybody in every state of a contest: the permission table decides, and nothing else does.

A page that somebody may never open does not exist for her (404), one she may open at another time says so (403),
and who is not signed in is asked to do so first.
"""

import functools
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from contest.accounts.models import Person, RoleKind
from contest.calls.models import Contest
from contest.entries.models import Upload
from contest.judging.models import Ballot, BallotKind, Origin, Round, RoundEntry, RoundState, Sheet
from contest.judging.rules.order import handle_of
from contest.judging.rules.settings import Mode, RoundSettings
from contest.kernel.db import Database, Work
from contest.kernel.ids import new_id
from contest.kernel.permissions import SERVICE_ACTIONS, Level, State, Subject, allowed, ever_allowed
from contest.platform.store import FolderStore, derivative_key
from contest.web.access import action_of
from tests.addresses import named
from tests.kept import Kept
from tests.makers import make_author, make_contest, make_entry, make_person, make_role, make_unit
from tests.visitor import SetClock, Visitor

pytestmark = pytest.mark.slow

PUBLIC_LATER = {"image.public_winner", "gallery.read", "result.read_public", "album.download_public"}
GUARDED = {"contest.not_now", "judging.closed", "page", "contest", "sign_in.first"}
JUROR_ACTS = {"score.write_own", "juror.declare_conflict"}
THINGS = {"entry_id": "entry", "picture_id": "entry", "upload_id": "entry", "handle": "ballot"}


@dataclass
class World:
    """A contest with one of everything, and one person for each subject."""

    people: dict[Subject, Person | None]
    values: dict[str, Any]
    contest: Contest


def _world(work: Work, at: datetime) -> World:
    contest = make_contest(work)
    elsewhere = make_contest(work)
    unit, other_unit = make_unit(work, contest), make_unit(work, contest)
    own = make_person(work)
    author = make_author(work, contest, person_id=own.id, unit_id=unit.id)
    entry = make_entry(work, contest, entrant=own, author=author, number="A-0001")
    people: dict[Subject, Person | None] = {Subject.ANON: None, Subject.PHOTOG_OWN: own}
    people[Subject.PHOTOG_OTHER] = make_person(work)
    people[Subject.ADMIN] = make_person(work, is_administrator=True)
    for subject, kind, place, of_unit in (
        (Subject.DELEG_UNIT, RoleKind.DELEGATE, contest, unit),
        (Subject.DELEG_OTHER, RoleKind.DELEGATE, contest, other_unit),
        (Subject.JUROR_ASG, RoleKind.JUROR, contest, None),
        (Subject.JUROR_UNASG, RoleKind.JUROR, contest, None),
        (Subject.JUROR_RECUSED, RoleKind.JUROR, contest, None),
        (Subject.CHAIR, RoleKind.CHAIR, contest, None),
        (Subject.SECRETARY, RoleKind.SECRETARY, contest, None),
        (Subject.ORGANIZER, RoleKind.ORGANIZER, contest, None),
        (Subject.ORG_OTHER, RoleKind.ORGANIZER, elsewhere, None),
    ):
        found = make_person(work)
        people[subject] = found
        make_role(work, place, found, kind, unit_id=of_unit.id if of_unit else None)
    handle = _judged(work, contest, entry.id, people, at)
    upload = Upload(
        id=new_id(),
        contest_id=contest.id,
        entry_id=entry.id,
        person_id=own.id,
        file_name="a.jpg",
        declared_bytes=10,
        created_at=at,
        expires_at=at + timedelta(days=90),
    )
    work.session.add(upload)
    values = {
        "short_name": contest.short_name,
        "entry_id": entry.id,
        "picture_id": entry.pictures[0].id,
        "upload_id": upload.id,
        "handle": handle,
        "number": entry.number,
        "shown_id": entry.pictures[0].id,
        "build_id": new_id(),
        "serial": "1-A-0001-22222",
        "label": "1",
        "width_px": 300,
        "finding_id": new_id(),
        "pair_id": new_id(),
        "role_id": new_id(),
        "unit_id": unit.id,
        "long_side": 640,
        "index": 0,
        "place": 1,
        "position": 0,
        "token": "no-such-token",
        "code": "en",
        "format": "csv",
        "rank": 1,
    }
    return World(people, values, contest)


def _judged(work: Work, contest: Contest, entry_id: Any, people: dict[Subject, Person | None], at: datetime) -> str:
    """Open a round by rows: one ballot for the assigned juror, one recused, none for the third."""
    current = Round(
        id=new_id(),
        contest_id=contest.id,
        number=1,
        mode=Mode.SCORE,
        settings=RoundSettings(),
        state=RoundState.OPEN,
        seed="s",
        seed_commitment="",
        source={"by": "all"},
        opened_at=at,
    )
    work.session.add(current)
    work.session.flush()
    work.session.add(RoundEntry(round_id=current.id, entry_id=entry_id, origin=Origin.ELIGIBLE))
    handles = {}
    for subject in (Subject.JUROR_ASG, Subject.JUROR_RECUSED):
        juror = people[subject]
        assert juror is not None
        sheet = Sheet(id=new_id(), round_id=current.id, juror_id=juror.id, seat=len(handles) + 1, ballots=1)
        work.session.add(sheet)
        work.session.flush()
        ballot_id = new_id()
        handles[subject] = handle_of(ballot_id)
        work.session.add(
            Ballot(
                id=ballot_id,
                sheet_id=sheet.id,
                entry_id=entry_id,
                kind=BallotKind.COUNTED,
                position=0,
                recused=subject is Subject.JUROR_RECUSED,
            )
        )
    return handles[Subject.JUROR_ASG]


@pytest.fixture
def world(sqlite_database: Database, now: datetime) -> World:
    with sqlite_database.changing() as work:
        found = _world(work, now)
        work.session.flush()
        work.session.expunge_all()
    return found


def _put(database: Database, contest: Contest, state: State, now: datetime) -> None:
    """Bring the contest into a state, by decision or by the clock."""
    closes = {State.GRACE: now - timedelta(minutes=5), State.PRESCREEN: now - timedelta(days=1)}
    decided = State.OPEN if state in closes else state
    with database.changing() as work:
        work.session.execute(
            update(Contest)
            .where(Contest.id == contest.id)
            .values(state=decided, closes_at=closes.get(state, now + timedelta(days=5)))
        )


def _requests(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    for rule in app.url_map.iter_rules():
        action = action_of(app, rule.endpoint)
        assert action is not None
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, action


def _subjects(subject: Subject, rule: Rule) -> set[Subject]:
    """Say what somebody counts as on a page: of her own things everyone is the photographer and juror."""
    thing = next((THINGS[name] for name in THINGS if name in rule.arguments), None)
    if subject is Subject.ANON:
        return {subject}
    if thing == "entry":
        jurors = {Subject.JUROR_ASG, Subject.JUROR_RECUSED}
        seen = Subject.JUROR_UNASG if subject in jurors else subject
        return {seen} | ({Subject.PHOTOG_OTHER} if subject is not Subject.PHOTOG_OWN else set())
    if thing == "ballot":
        return {subject} if subject is Subject.JUROR_ASG else set()  # a ballot is one juror's
    widened = {
        Subject.JUROR_UNASG: Subject.JUROR_ASG,
        Subject.JUROR_RECUSED: Subject.JUROR_ASG,
        Subject.DELEG_OTHER: Subject.DELEG_UNIT,
        Subject.PHOTOG_OTHER: Subject.PHOTOG_OWN,
    }
    votes_too = {Subject.JUROR_ASG} if subject is Subject.CHAIR else set()
    return {widened.get(subject, subject), Subject.PHOTOG_OWN} | votes_too


class _Reached:
    """Notes whether a request got past the guard and to its page; each page is drawn for the first who reaches it."""

    def __init__(self, app: Flask) -> None:
        self.is_reached = False
        self._drawn: set[tuple[str, str]] = set()
        for endpoint, view in app.view_functions.items():
            app.view_functions[endpoint] = self._noting(endpoint, view)

    def _noting(self, endpoint: str, view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def noting(**names: Any) -> Any:
            self.is_reached = True
            page = (endpoint, request.method)
            if page in self._drawn and request.path != "/":  # the front page gives a browser its CSRF token
                return ""
            self._drawn.add(page)
            return view(**names)

        return noting


def _refused(answer: TestResponse) -> str:
    """Give how the guard refused."""
    told = answer.get_json(silent=True) if answer.is_json else None
    code = str(told["code"]) if isinstance(told, dict) else ""
    # A relator that does not know the thing: it must look like no page at all.
    return "page" if answer.status_code == 404 and code not in GUARDED else code


def _expected(action: str, state: State, subjects: set[Subject], subject: Subject) -> set[str | None]:
    level = SERVICE_ACTIONS.get(action)
    if level is not None:
        if level is Level.ANYONE:
            return {None}
        if subject is Subject.ANON:
            return {"sign_in.first"}
        return {None} if level is Level.SIGNED_IN or subject is Subject.ADMIN else {"page"}
    if not subjects:
        return {"page", "contest"}
    if allowed(action, state, subjects):
        return {None}
    if not allowed("contest.read_public", state, subjects):
        return {"page", "contest"}
    if subject is Subject.ANON and action not in PUBLIC_LATER:
        return {"sign_in.first"}
    if ever_allowed(action, subjects):
        return {"judging.closed" if action in JUROR_ACTS else "contest.not_now"}
    return {"page"}


@pytest.mark.parametrize("state", list(State))
def test_every_page_obeys_the_table_for_everybody(
    state: State,
    app: Flask,
    world: World,
    sqlite_database: Database,
    store: FolderStore,
    clock: SetClock,
    visitor: Callable[[], Visitor],
) -> None:
    app.testing = False  # a fault is an answer here, not the end
    for step in (320, 640, 1280, 2560):
        store.put(derivative_key(world.values["picture_id"], step), io.BytesIO(b"a preview"))
    visitors = {
        subject: visitor() if found is None else visitor().sign_in(found) for subject, found in world.people.items()
    }
    for browser in visitors.values():
        browser.token()
    _put(sqlite_database, world.contest, state, clock.at)
    kept = Kept(sqlite_database)
    reached = _Reached(app)
    wrong = []
    alike: set[tuple[str, frozenset[str]]] = set()
    for rule, method, action in _requests(app):
        kind = (action, frozenset(rule.arguments))
        told: set[frozenset[str | None]] = set()
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(rule.endpoint, named(rule, world.values), method=method)
        for subject, browser in visitors.items():
            expected = frozenset(_expected(action, state, _subjects(subject, rule), subject))
            # All that the guard knows of a page is its action and the names in its address: one that is like an
            # earlier page in both is asked by one person for each answer.
            if kind in alike and expected in told:
                continue
            told.add(expected)
            reached.is_reached = False
            answer = browser.send(method, address, headers={"Accept": "application/json"}, buffered=True)
            found = None if reached.is_reached else _refused(answer)
            if found not in expected or (found is None and answer.status_code >= 500):
                wrong.append(
                    f"{method} {rule.rule} [{action}] as {subject}: {found} {answer.status_code}, not {set(expected)}"
                )
            if method != "GET" and answer.status_code < 400:
                kept.restore()  # what one person did must not stand in the next one's way
            if action == "site.sign_out" and found is None and (person := world.people[subject]) is not None:
                browser.sign_in(person).token()
                kept = Kept(sqlite_database)
        alike.add(kind)
    assert wrong == [], "\n".join(wrong)


def test_in_the_archive_nothing_can_be_sent_but_what_restores_it(app: Flask) -> None:
    sent = {action for _rule, method, action in _requests(app) if method != "GET" and action not in SERVICE_ACTIONS}

    assert {action for action in sent if allowed(action, State.ARCHIVED, set(Subject))} == {"contest.archive"}


def test_things_of_another_contest_do_not_exist(
    app: Flask, world: World, sqlite_database: Database, visitor: Callable[[], Visitor], clock: SetClock
) -> None:
    with sqlite_database.changing() as work:
        other = make_contest(work)
        strangers = make_entry(work, other)
        values = {
            **world.values,
            "entry_id": strangers.id,
            "picture_id": strangers.pictures[0].id,
            "upload_id": new_id(),
        }
        work.session.flush()
        work.session.expunge_all()
    organizer = world.people[Subject.ORGANIZER]
    assert organizer is not None
    browser = visitor().sign_in(organizer)

    shown = []
    for rule, method, _action in _requests(app):
        if {"entry_id", "picture_id", "upload_id"} & set(rule.arguments):
            address = app.url_map.bind("localhost").build(rule.endpoint, named(rule, values), method=method)
            answer = browser.send(method, address, headers={"Accept": "application/json"})
            if answer.status_code != 404:
                shown.append(f"{method} {rule.rule}: {answer.status_code}")
    assert shown == []
