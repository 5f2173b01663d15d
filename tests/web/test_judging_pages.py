"""The juror's pages and the jury desk: wiring, what is refused to whom, and no word too many."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from contest.accounts.models import Person, RoleKind
from contest.calls.queries import contest_by_id
from contest.entries.models import Picture
from contest.inspection.sizes import SIZES
from contest.judging import actions, queries
from contest.judging.jobs import handlers
from contest.judging.models import Ballot, Origin, Round, RoundEntry, RoundState
from contest.judging.rules.settings import Mode
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.platform.store import FolderStore, derivative_key
from tests.judging import open_round
from tests.makers import make_contest, make_entry, make_person, make_role
from tests.photos import make_jpeg
from tests.statements import compiling, listening
from tests.visitor import SetClock, Visitor

WORKS = 4
JSON = {"Accept": "application/json"}


@dataclass
class Room:
    """A contest with its pictures in the store, its people, and browsers for them."""

    database: Database
    contest_id: UUID
    people: dict[str, Person]
    browser: Callable[[], Visitor]

    def visit(self, name: str) -> Visitor:
        return self.browser().sign_in(self.people[name]).speak("en")

    def handles(self, name: str) -> list[str]:
        with self.database.reading() as session:
            return [
                work.handle
                for work in queries.queue(session, self.contest_id, 1, self.people[name].id, count=WORKS)[1]
            ]

    def scores(self) -> list[int]:
        with self.database.reading() as session:
            return [score for score in session.scalars(select(Ballot.score)) if score is not None]

    def state(self, at: datetime) -> State:
        with self.database.reading() as session:
            return contest_by_id(session, self.contest_id, at).state

    def round_id(self) -> UUID:
        with self.database.reading() as session:
            return queries.round_numbered(session, self.contest_id, 1).id

    def open_round(self, at: datetime) -> None:
        with self.database.changing() as work:
            open_round(work, contest_id=self.contest_id, actor_id=self.people["organizer"].id, at=at, seed="seed")


@pytest.fixture
def screened(sqlite_database: Database, store: FolderStore, visitor: Callable[[], Visitor], now: datetime) -> Room:
    people = {}
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup", state=State.PRESCREEN)
        for name, kind in (
            ("organizer", RoleKind.ORGANIZER),
            ("chair", RoleKind.CHAIR),
            ("juror", RoleKind.JUROR),
            ("secretary", RoleKind.SECRETARY),
        ):
            people[name] = make_person(work)
            make_role(work, contest, people[name], kind)
        people["photographer"] = make_person(work)
        make_entry(work, contest, entrant=people["photographer"], pictures=2)
        for _ in range(WORKS - 1):
            make_entry(work, contest)
        pictures = list(work.session.scalars(select(Picture.id)))
        contest_id = contest.id
        work.session.expunge_all()
    for number, picture_id in enumerate(pictures):
        jpeg = make_jpeg(width_px=90, height_px=60, seed=number, captured_at=None, make=None, model=None)
        for side in SIZES:
            store.put(derivative_key(picture_id, side), BytesIO(jpeg))
    return Room(sqlite_database, contest_id, people, visitor)


@pytest.fixture
def room(screened: Room, now: datetime) -> Room:
    screened.open_round(now)
    return screened


def _cast(browser: Visitor, handle: str, score: object, key: str = "") -> Any:
    form = {"handle": handle, "score": score, "key": key or f"key-{handle}"}
    return browser.post("/contests/cup/judging/1/cast", data=form, headers=JSON)


def test_a_juror_starts_judges_and_finds_her_marks(room: Room) -> None:
    browser = room.visit("juror")
    first = room.handles("juror")[0]

    started = browser.post("/contests/cup/judging/1/begin")
    page = browser.get("/contests/cup/judging/1/room").get_data(as_text=True)
    answer = browser.post(
        "/contests/cup/judging/1/cast", data={"handle": first, "score": "700", "key": "page-00000001"}
    )
    sheet = browser.get("/contests/cup/judging/1/marks").get_data(as_text=True)

    assert (started.status_code, started.headers["Location"]) == (303, "/contests/cup/judging/1/room")
    assert f'data-handle="{first}"' in page
    assert (answer.status_code, answer.headers["Location"]) == (303, "/contests/cup/judging/1/room")
    assert room.scores() == [700]
    assert f"/judging/1/room?work={first}" in sheet


def test_a_script_gets_what_is_written_down_and_the_next_works(room: Room) -> None:
    browser = room.visit("juror")
    handles = room.handles("juror")

    saved = _cast(browser, handles[0], 900)
    ahead = browser.get("/contests/cup/judging/1/next.json?count=2&recent=5&counts=1").get_json()

    assert saved.get_json() == {
        "handle": handles[0],
        "act": "cast",
        "score": 900,
        "scored": 1,
        "saved_at": "12:00:00",
    }
    assert [work["handle"] for work in ahead["works"]] == handles[1:3]
    assert [(work["handle"], work["score"]) for work in ahead["recent"]] == [(handles[0], 900)]
    assert ahead["progress"] == {"scored": 1, "total": WORKS, "recused": 0, "counts": {"900": 1}}
    entry = {"kind", "category", "title", "caption", "pictures"}
    assert set(ahead["works"][0]) == entry | {
        "handle",
        "code",
        "score",
        "marks",
        "is_favourite",
        "is_practice",
        "rival",
    }
    assert (ahead["works"][0]["title"], ahead["works"][0]["caption"]) == ("", "")
    assert set(ahead["works"][0]["pictures"][0]) == {"width", "height"}


@pytest.mark.parametrize("accepted", ["image/avif,image/webp,*/*;q=0.8", "application/json"])
def test_a_picture_or_script_of_somebody_signed_out_gets_no_cookie(room: Room, accepted: str) -> None:
    handle, browser = room.handles("juror")[0], room.browser()
    addresses = (f"pictures/{handle}/0-640.jpg", "next.json", f"works/{handle}.json", "receipt.json")

    answers = [
        browser.get(f"/contests/cup/judging/1/{one}", headers={"Accept": accepted}, follow_redirects=True)
        for one in addresses
    ]
    page = browser.get("/contests/cup/judging/1/room", headers={"Accept": "text/html,*/*;q=0.8"})

    # An answer that comes late would overwrite the cookie of the sign-in that was made meanwhile.
    assert [(one.status_code, one.headers.get("Set-Cookie")) for one in answers] == [(403, None)] * 4
    assert page.status_code == 303


def test_a_lost_answer_is_given_again_and_counts_once(room: Room) -> None:
    browser, handle = room.visit("juror"), room.handles("juror")[0]

    one, two = _cast(browser, handle, 700, "the-same-key"), _cast(browser, handle, 700, "the-same-key")

    assert one.get_json() == two.get_json()
    assert room.scores() == [700]


def test_what_was_kept_can_be_asked_for_after_the_round_has_closed(room: Room, now: datetime) -> None:
    """A mark whose answer was lost is sent again, and the round is closed by then: the page must tell the truth."""
    browser, (kept, refused, *_rest) = room.visit("juror"), room.handles("juror")
    answer = _cast(browser, kept, 700, "key-of-the-first")
    with room.database.changing() as work:
        actions.close(
            work, round_id=room.round_id(), actor_id=room.people["organizer"].id, at=now, reason="enough marks"
        )
    asked = "/contests/cup/judging/1/receipt.json?key="

    assert _cast(browser, kept, 700, "key-of-the-first").status_code == 403
    late = _cast(browser, refused, 700, "key-of-the-second")
    assert (late.status_code, late.get_json()["code"]) == (403, "judging.closed")
    assert browser.get(f"{asked}key-of-the-first", headers=JSON).get_json() == answer.get_json()
    assert browser.get(f"{asked}key-of-the-second", headers=JSON).status_code == 404
    assert room.visit("chair").get(f"{asked}key-of-the-first", headers=JSON).status_code == 404
    assert room.visit("photographer").get(f"{asked}key-of-the-first", headers=JSON).status_code == 404


def test_later_conflict_and_undo_by_plain_forms(room: Room) -> None:
    browser = room.visit("juror")
    first, second, *_rest = room.handles("juror")

    browser.post("/contests/cup/judging/1/skip", data={"handle": first, "key": "page-00000001"})
    assert room.handles("juror")[-1] == first
    browser.post("/contests/cup/judging/1/conflict", data={"handle": second, "reason": "own", "key": "page-00000002"})
    assert second not in room.handles("juror")
    undone = browser.post("/contests/cup/judging/1/undo", data={"key": "page-00000003"})

    assert undone.headers["Location"] == f"/contests/cup/judging/1/room?work={second}"
    assert second in room.handles("juror")


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"score": ""}, 422, "judging.no_mark"),
        ({"score": "7.5"}, 422, "judging.no_mark"),
        ({"score": "9" * 5000}, 422, "judging.no_mark"),
        ({"score": "1100"}, 422, "judging.off_scale"),
        ({"score": "0"}, 422, "judging.off_scale"),
        ({"score": "700", "key": "x"}, 422, "judging.request_key"),
        ({"score": "700", "handle": "somebody-elses"}, 404, "ballot"),
    ],
)
def test_what_cannot_be_a_mark_is_told(room: Room, form: dict[str, str], status: int, code: str) -> None:
    browser = room.visit("juror")
    given = {"handle": room.handles("juror")[0], "key": "key-000001", **form}

    answer = browser.post("/contests/cup/judging/1/cast", data=given, headers=JSON)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert room.scores() == []


def test_a_picture_comes_with_nothing_that_tells_one_file_from_another(room: Room) -> None:
    browser, handle = room.visit("juror"), room.handles("juror")[0]

    answer = browser.get(f"/contests/cup/judging/1/pictures/{handle}/0-1280.jpg")

    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"].startswith("private, max-age=")
    assert not {"ETag", "Last-Modified", "Content-Disposition"} & set(answer.headers.keys())


@pytest.mark.parametrize("number", ["9" * 12, "9" * 30, "9" * 5000])
def test_a_number_that_no_picture_has_is_no_page(room: Room, number: str) -> None:
    browser, handle = room.visit("juror"), room.handles("juror")[0]
    folder = f"/contests/cup/judging/1/pictures/{handle}"

    assert browser.get(f"{folder}/{number}-320.jpg").status_code == 404
    assert browser.get(f"{folder}/0-{number}.jpg").status_code == 404


def test_a_handle_opens_nothing_to_anybody_else(room: Room) -> None:
    mine = room.handles("juror")[0]

    for name in ("chair", "secretary", "organizer", "photographer"):
        for path in (f"pictures/{mine}/0-320.jpg", f"works/{mine}.json"):
            assert room.visit(name).get(f"/contests/cup/judging/{path}").status_code == 404
    assert room.browser().get(f"/contests/cup/judging/1/pictures/{mine}/0-320.jpg").status_code == 303


def test_a_recused_work_is_not_shown_again(room: Room) -> None:
    browser, handle = room.visit("juror"), room.handles("juror")[0]
    browser.post(
        "/contests/cup/judging/1/conflict",
        data={"handle": handle, "reason": "own", "key": "key-000001"},
        headers=JSON,
    )

    assert browser.get(f"/contests/cup/judging/1/pictures/{handle}/0-320.jpg").status_code in {403, 404}
    assert browser.get(f"/contests/cup/judging/1/room?work={handle}").status_code == 404


def test_only_voting_people_reach_the_room(room: Room) -> None:
    seen = {
        name: room.visit(name).get("/contests/cup/judging/1/room").status_code
        for name in ("juror", "chair", "secretary", "organizer", "photographer")
    }

    assert seen == {"juror": 200, "chair": 200, "secretary": 404, "organizer": 404, "photographer": 404}


def test_a_juror_who_has_judged_everything_is_led_to_her_marks(room: Room) -> None:
    browser = room.visit("juror")
    for handle in room.handles("juror"):
        _cast(browser, handle, 500)

    answer = browser.get("/contests/cup/judging/1/room")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/contests/cup/judging/1/marks")


def test_a_series_is_shown_whole(room: Room) -> None:
    browser = room.visit("juror")
    works = browser.get("/contests/cup/judging/1/next.json?count=9").get_json()["works"]
    (series,) = [work for work in works if work["kind"] == "series"]

    page = browser.get(f"/contests/cup/judging/1/room?work={series['handle']}").get_data(as_text=True)

    assert len(series["pictures"]) == 2
    assert page.count("<img ") == 2


def test_the_room_runs_no_script_that_could_turn_text_into_markup(room: Room) -> None:
    policy = room.visit("juror").get("/contests/cup/judging/1/room").headers["Content-Security-Policy"]

    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(("method", "most"), [("fetch", 4), ("vote", 6)])
def test_the_hot_paths_ask_the_database_little(room: Room, method: str, most: int) -> None:
    browser, handles = room.visit("juror"), room.handles("juror")
    browser.token()
    _cast(browser, handles[0], 500)
    statements: list[str] = []

    with listening(room.database, statements.append):
        answer = (
            browser.get("/contests/cup/judging/1/next.json?count=4")
            if method == "fetch"
            else _cast(browser, handles[1], 700)
        )

    assert answer.status_code == 200
    assert 0 < len(statements) <= most, statements


def test_the_hot_paths_compile_no_statement_twice(room: Room) -> None:
    browser, handles = room.visit("juror"), room.handles("juror")
    browser.token()
    with room.database.reading() as session:
        for number in range(300):  # whatever else this service says, it must not push out what every request asks
            session.execute(text(f"SELECT {number}"))

    with compiling(room.database) as looked_up:
        for handle in handles[:2]:
            browser.get("/contests/cup/judging/1/next.json?count=4")
            _cast(browser, handle, 700)
        assert "ballot" in looked_up
        looked_up.clear()
        browser.get("/contests/cup/judging/1/next.json?count=4")
        _cast(browser, handles[2], 700)

    assert looked_up == []


def test_the_organizer_opens_the_round(screened: Room, now: datetime) -> None:
    browser = screened.visit("organizer")

    planned = browser.post("/contests/cup/desk/jury/plan", data={"preset": "everybody"})
    page = browser.get("/contests/cup/desk/jury/1/").get_data(as_text=True)
    answer = browser.post("/contests/cup/desk/jury/1/open", data={"open-day": "2026-12-10", "open-clock": "24:00"})

    assert planned.headers["Location"] == "/contests/cup/desk/jury/1/"
    assert "4 works are admitted to judging" in page
    assert answer.status_code == 303
    assert screened.state(now) is State.ROUND
    with screened.database.reading() as session:
        opened = queries.round_numbered(session, screened.contest_id, 1)
        assert opened.closes_at == datetime.fromisoformat("2026-12-11T00:00:00+08:00")


def test_an_end_in_the_past_is_told_beside_the_field_and_keeps_what_was_typed(screened: Room, now: datetime) -> None:
    browser = screened.visit("organizer")
    browser.post("/contests/cup/desk/jury/plan", data={"preset": "everybody"})
    answer = browser.post("/contests/cup/desk/jury/1/open", data={"open-day": "2026-11-01", "open-clock": "18:30"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "must lie in the future" in page
    assert 'value="2026-11-01"' in page
    assert screened.state(now) is State.PRESCREEN


def test_the_desk_shows_counts_to_chair_and_secretary_but_no_mark(room: Room) -> None:
    for handle in room.handles("juror")[:2]:
        _cast(room.visit("juror"), handle, 900)

    for name in ("chair", "secretary", "organizer"):
        page = room.visit(name).get("/contests/cup/desk/jury/1/").get_data(as_text=True)
        assert f"2 / {WORKS}" in page
        assert "9.0" not in page
    assert room.visit("juror").get("/contests/cup/desk/jury/").status_code == 404


def test_the_chair_closes_with_a_reason_and_not_without(room: Room, now: datetime) -> None:
    browser = room.visit("chair")

    refused = browser.post("/contests/cup/desk/jury/1/close", data={})
    assert (refused.status_code, room.state(now)) == (422, State.ROUND)
    closed = browser.post("/contests/cup/desk/jury/1/close", data={"close-reason": "It is late"})

    assert (closed.status_code, closed.headers["Location"]) == (303, "/contests/cup/desk/results")
    assert room.state(now) is State.DELIB
    handle = room.handles("juror")[0]
    assert _cast(room.visit("juror"), handle, 700).status_code == 403


def test_pausing_stops_votes_until_resumed(room: Room) -> None:
    browser, handle = room.visit("juror"), room.handles("juror")[0]
    room.visit("chair").post("/contests/cup/desk/jury/1/pause")

    refused = _cast(browser, handle, 700)
    shown = browser.get("/contests/cup/judging/1/room").get_data(as_text=True)
    room.visit("organizer").post("/contests/cup/desk/jury/1/resume")

    assert (refused.status_code, refused.get_json()["code"]) == (409, "judging.paused")
    assert "The round is paused" in shown
    assert _cast(browser, handle, 700).status_code == 200


def test_the_secretary_closes_nothing(room: Room) -> None:
    answer = room.visit("secretary").post("/contests/cup/desk/jury/1/close", data={"close-reason": "x"})

    assert answer.status_code == 404
    with room.database.reading() as session:
        assert session.scalars(select(Round.state)).one() is RoundState.OPEN


def test_reminders_become_letters_to_those_who_are_late(room: Room, app: Any, clock: SetClock) -> None:
    for handle in room.handles("juror"):
        _cast(room.visit("juror"), handle, 500)
    room.visit("organizer").post("/contests/cup/desk/jury/1/remind")
    services = app.extensions["contest"]
    (handler,) = handlers(services).values()
    job = services.queue.claim(["judging.reminder"], now=clock.at, lease_s=60)

    handler.run(job.payload, clock.at)

    (letter,) = (services.settings.instance / "mail").glob("*.eml")
    assert room.people["chair"].email in letter.read_text()
    assert services.queue.claim(["judging.reminder"], now=clock.at, lease_s=60) is None


def test_the_page_says_nothing_about_the_work_but_its_code(room: Room) -> None:
    page = room.visit("juror").get("/contests/cup/judging/1/room").get_data(as_text=True)

    assert "Morning mist" not in page
    assert "DSC_" not in page
    assert "A-00" not in page
    assert json.dumps("Li ")[1:-1] not in page.replace("Lianmei", "")


def test_the_desk_says_what_each_way_to_judge_asks_of_a_juror(screened: Room) -> None:
    browser = screened.visit("organizer")

    page = browser.get("/contests/cup/desk/jury/").get_data(as_text=True)
    planned = browser.post("/contests/cup/desk/jury/plan", data={"preset": "funnel"})
    listed = browser.get("/contests/cup/desk/jury/").get_data(as_text=True)

    assert "4 works are admitted, 2 people vote, 3 prizes are given." in page
    assert "5 seconds a work" in page
    assert "<dt>Time a juror</dt><dd>1 minute</dd>" in page
    assert planned.status_code == 303
    assert [f"Round {number}" in listed for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert screened.visit("chair").post("/contests/cup/desk/jury/plan", data={"preset": "funnel"}).status_code == 404


def test_a_way_to_judge_that_does_not_exist_is_told(screened: Room) -> None:
    answer = screened.visit("organizer").post("/contests/cup/desk/jury/plan", data={"preset": "lottery"})

    assert answer.status_code == 422
    with screened.database.reading() as session:
        assert session.scalars(select(Round.id)).all() == []


def test_a_drafts_settings_are_changed_and_what_cannot_be_is_told_and_kept(screened: Room) -> None:
    browser = screened.visit("organizer")
    browser.post("/contests/cup/desk/jury/plan", data={"preset": "everybody"})
    address = "/contests/cup/desk/jury/1/settings"
    typed = {**_SETTINGS, "scale_step": "0.7"}

    refused = browser.post(address, data=typed)
    page = refused.get_data(as_text=True)
    saved = browser.post(
        address, data={**_SETTINGS, "criteria": "创意 | Idea | 2\n技术 | Craft | 1", "name_en": "Our round"}
    )

    assert refused.status_code == 422
    assert "The step must divide the scale evenly" in page
    assert 'value="0.7"' in page
    assert saved.status_code == 303
    with screened.database.reading() as session:
        row = queries.round_numbered(session, screened.contest_id, 1)
    assert row.name.en == "Our round"
    assert [(one.name.en, one.weight) for one in row.settings.criteria] == [("Idea", 2), ("Craft", 1)]
    assert (row.settings.scale_low, row.settings.scale_high, row.settings.scale_step) == (100, 1000, 100)


@pytest.mark.parametrize(
    ("mode", "ways", "usual"),
    [("pairs", {"bradley_terry"}, "bradley_terry"), ("tokens", {"raw", "sum"}, "sum"), ("rank", None, "borda")],
)
def test_another_kind_of_round_offers_its_ways_and_takes_its_usual_one(
    screened: Room, mode: str, ways: set[str] | None, usual: str
) -> None:
    browser = screened.visit("organizer")
    browser.post("/contests/cup/desk/jury/plan", data={"preset": "everybody"})
    address = "/contests/cup/desk/jury/1/settings"
    page = browser.get(address).get_data(as_text=True)
    offered = set(re.findall(r'value="(\w+)"', page.split(f'id="way_{mode}"')[1].split("</select>")[0]))

    saved = browser.post(address, data={**_SETTINGS, "mode": mode, "tiers": "上 | Up\n下 | Down"})

    assert saved.status_code == 303
    assert ways is None or offered == ways
    assert "bradley_terry" not in offered or mode == "pairs"
    assert "Tier 1" in page  # a light table starts with the usual tiers
    with screened.database.reading() as session:
        row = queries.round_numbered(session, screened.contest_id, 1)
    assert (row.mode, row.settings.aggregator) == (mode, usual)
    assert len(row.settings.tiers) == (2 if mode == "rank" else 0)


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ({"tie_chair": "", "tie_lot": ""}, "Choose at least one way to break ties."),
        ({"tie_chair": "2", "tie_lot": "2"}, "Give each way a place of its own."),
        ({"tie_chair": "first"}, "Not a valid choice."),
    ],
)
def test_ways_to_break_ties_have_places_of_their_own(screened: Room, places: dict[str, str], told: str) -> None:
    browser = screened.visit("organizer")
    browser.post("/contests/cup/desk/jury/plan", data={"preset": "everybody"})
    address = "/contests/cup/desk/jury/1/settings"

    refused = browser.post(address, data={**_SETTINGS, **places})
    saved = browser.post(address, data={**_SETTINGS, "tie_lot": "3", "tie_chair": "2", "tie_extra_votes": "1"})
    page = browser.get(address).get_data(as_text=True)

    assert refused.status_code == 422
    assert told in refused.get_data(as_text=True)
    assert saved.status_code == 303
    with screened.database.reading() as session:
        row = queries.round_numbered(session, screened.contest_id, 1)
    assert row.settings.ties == ("extra_votes", "chair", "lot")
    order = re.findall(r'<select[^>]* name="tie_(\w+)"', page)
    assert order == ["extra_votes", "chair", "lot", "head_to_head", "usual_judgment"]


def test_a_line_without_its_strokes_is_told_and_kept(screened: Room) -> None:
    browser = screened.visit("organizer")
    browser.post("/contests/cup/desk/jury/plan", data={"preset": "everybody"})
    address, typed = "/contests/cup/desk/jury/1/settings", "创意 | Idea | 2\n技术 Craft 1"

    refused = browser.post(address, data={**_SETTINGS, "criteria": typed})
    saved = browser.post(address, data={**_SETTINGS, "criteria": "创意 | Idea | 2\n技术 |"})
    page = browser.get(address).get_data(as_text=True)

    assert refused.status_code == 422
    assert "Line 2 of the list cannot be read." in refused.get_data(as_text=True)
    assert typed in refused.get_data(as_text=True)
    assert saved.status_code == 303
    assert "创意 | Idea | 2\n技术 | | 1" in page.replace("\r", "")


def test_a_way_that_may_keep_fewer_works_than_prizes_says_so(screened: Room) -> None:
    page = screened.visit("organizer").get("/contests/cup/desk/jury/").get_data(as_text=True)
    ways = page.split('name="preset" value="')[1:]

    warned = {way.partition('"')[0] for way in ways if "may have fewer works than there are prizes" in way}

    assert warned >= {"montage", "wpp"}
    assert not warned & {"everybody", "funnel"}


def test_what_leaves_the_plan_is_named_before_and_counted_after(screened: Room) -> None:
    browser = screened.visit("organizer")
    browser.post("/contests/cup/desk/jury/plan", data={"preset": "funnel"})

    asked = browser.get("/contests/cup/desk/jury/2/settings").get_data(as_text=True).split('class="panel discard"')[1]
    gone = browser.post("/contests/cup/desk/jury/2/discard", follow_redirects=True).get_data(as_text=True)

    assert re.findall(r"<li>(Round \d)", asked) == ["Round 2", "Round 3"]
    assert "Take 2 rounds out" in asked
    assert "2 rounds are out of the plan." in gone
    with screened.database.reading() as session:
        assert [one.number for one in queries.rounds(session, screened.contest_id)] == [1]


_SETTINGS = {
    "mode": "score",
    "scale_low": "1",
    "scale_high": "10",
    "scale_step": "1",
    "chips": "10",
    "way_score": "raw",
    "trim": "auto",
    "gate": "auto",
    "repeats_percent": "0",
    "practice": "0",
    "session_minutes": "30",
    "grace_minutes": "0",
    "discloses": "never",
    "tie_chair": "1",
}


def test_works_of_a_list_go_on_by_their_codes_and_by_ticks(room: Room) -> None:
    chair, desk = room.visit("chair"), room.visit("organizer")
    for place, handle in enumerate(room.handles("juror")):
        _cast(room.visit("juror"), handle, 500 + 100 * place)
    chair.post("/contests/cup/desk/jury/1/close", data={"close-reason": "enough"})
    address = "/contests/cup/desk/jury/1/next"
    page = desk.get(f"{address}?by=hand").get_data(as_text=True)
    codes = re.findall(r'<th scope="row" class="num">(\w+)</th>', page)
    handles = re.findall(r'name="work" value="([\w-]+)"', page)

    unknown = desk.get(address, query_string={"by": "hand", "works": f"{codes[0]} ZZZZZ"})
    tried = desk.get(address, query_string={"by": "hand", "works": codes[2].lower(), "work": handles[0]})
    advanced = desk.post(address, data={"by": "hand", "works": codes[2], "work": handles[0]})

    assert len(codes) == len(handles) == WORKS
    assert "Tick works or write their codes" in page
    assert unknown.status_code == 422
    assert "has the code “ZZZZZ”" in unknown.get_data(as_text=True)
    assert f"{codes[0]} ZZZZZ" in unknown.get_data(as_text=True)
    assert "Let 2 works go on" in tried.get_data(as_text=True)
    assert advanced.status_code == 303
    with room.database.reading() as session:
        following = select(Round.id).where(Round.number == 2).scalar_subquery()
        origins = session.scalars(select(RoundEntry.origin).where(RoundEntry.round_id == following)).all()
    assert origins == [Origin.BY_HAND] * 2


def test_the_sides_of_a_pair_are_named_so_that_they_hold_on_a_phone_where_one_stands_above(
    screened: Room, now: datetime
) -> None:
    with screened.database.changing() as work:
        open_round(
            work,
            contest_id=screened.contest_id,
            actor_id=screened.people["organizer"].id,
            at=now,
            mode=Mode.PAIRS,
        )
    juror = screened.visit("juror")
    juror.post("/contests/cup/judging/1/begin")

    page = juror.get("/contests/cup/judging/1/room").get_data(as_text=True)

    assert re.findall(r"<figcaption>(.*?)</figcaption>", page) == ["Left / top", "Right / bottom"]
    assert re.search(r'value="100"[^>]*>.*?Left / top', page, re.DOTALL)


def test_who_lets_works_go_on_reads_what_counts_as_chosen_and_what_a_number_lacks(room: Room) -> None:
    _cast(room.visit("juror"), room.handles("juror")[0], 700)
    desk = room.visit("organizer")
    desk.post("/contests/cup/desk/jury/1/close", data={"close-reason": "enough"})

    page, empty, too_much = (
        desk.get("/contests/cup/desk/jury/1/next", query_string=asked).get_data(as_text=True)
        for asked in ({}, {"by": "top", "number": ""}, {"by": "share", "number": "150"})
    )

    assert "A juror chose a work to which she gave 7 or more." in page
    assert "Please fill this in." in empty
    assert "Not a valid decimal value." not in empty
    assert "Give a percentage above 0, at most 100." in too_much


def test_a_round_that_another_followed_offers_nothing_that_is_refused(room: Room, now: datetime) -> None:
    for handle in room.handles("juror"):
        _cast(room.visit("juror"), handle, 700)
    browser = room.visit("organizer")
    browser.post("/contests/cup/desk/jury/1/close", data={"close-reason": "enough"})
    browser.post("/contests/cup/desk/jury/1/next", data={"by": "top", "number": "2"})
    late = browser.get("/contests/cup/desk/jury/1/next?by=top&number=1").get_data(as_text=True)
    went_on = browser.get("/contests/cup/desk/jury/1/").get_data(as_text=True)
    with room.database.changing() as work:
        second = queries.round_numbered(work.session, room.contest_id, 2).id
        actions.open_round(work, round_id=second, actor_id=room.people["organizer"].id, at=now)
    followed = browser.get("/contests/cup/desk/jury/1/").get_data(as_text=True)

    assert 'Works went on to <a href="/contests/cup/desk/jury/2/">Round 2</a>' in went_on
    assert "/jury/1/next" not in went_on + followed
    assert "Once it has opened, who went on is settled." in late
    assert not re.search("Try it|would go on", late)
    assert "/jury/1/reopen" in went_on
    assert "/jury/1/reopen" not in followed
    assert "A later round has opened with works from this one, so it stays closed." in followed


def test_a_planned_round_without_works_says_where_they_come_from(screened: Room) -> None:
    browser = screened.visit("organizer")
    browser.post("/contests/cup/desk/jury/plan", data={"preset": "funnel"})

    page = browser.get("/contests/cup/desk/jury/2/").get_data(as_text=True)
    refused = browser.post("/contests/cup/desk/jury/2/open", data={})

    assert '<a href="/contests/cup/desk/jury/1/">Let works go on from round 1 first.</a>' in page
    assert refused.status_code == 422
    assert "No work went on to this round yet." in refused.get_data(as_text=True)


def test_works_go_on_after_a_dry_run_that_writes_nothing(room: Room, now: datetime) -> None:
    for name in ("juror", "chair"):
        for place, handle in enumerate(room.handles(name)):
            _cast(room.visit(name), handle, 500 + 100 * (place % 2))
    browser = room.visit("organizer")
    assert browser.get("/contests/cup/desk/jury/1/next").status_code == 409
    browser.post("/contests/cup/desk/jury/1/close", data={})

    shown = browser.get("/contests/cup/desk/jury/1/next?by=top&number=2").get_data(as_text=True)
    with room.database.reading() as session:
        before = len(queries.rounds(session, room.contest_id))
    nothing = browser.get("/contests/cup/desk/jury/1/next?by=top&number=0")
    done = browser.post("/contests/cup/desk/jury/1/next", data={"by": "top", "number": "2", "rescue_percent": ""})

    assert "would go on" in shown
    assert before == 1
    assert "Say how many works go on" in nothing.get_data(as_text=True)
    assert (done.status_code, done.headers["Location"]) == (303, "/contests/cup/desk/jury/2/")
    with room.database.reading() as session:
        assert (
            queries.set_sizes(session, room.contest_id)[queries.round_numbered(session, room.contest_id, 2).id] >= 2
        )
