"""The panel's table: everybody follows the chair, answers stay unseen until they are shown, decisions are written."""

import re
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from contest.calls.models import Contest
from contest.entries import blind
from contest.judging import actions, queries
from contest.judging.models import Ballot, RoundState, Sheet, TableAct, TableLine
from contest.judging.rules.deliberation import Item, Question
from contest.judging.rules.order import desk_handle
from contest.kernel.audit import AuditLine
from contest.kernel.errors import Conflict
from contest.kernel.permissions import State
from tests.makers import make_entry
from tests.visitor import Visitor
from tests.web.test_judging_pages import JSON, Room, room, screened

__all__ = ["room", "screened"]

TABLE = "/contests/cup/judging/1/deliberation"


@pytest.fixture
def closed(room: Room, now: datetime) -> Room:
    """Everybody gave every work a 7: all are tied; the round is closed."""
    for name in ("juror", "chair"):
        browser = room.visit(name)
        for place, handle in enumerate(room.handles(name)):
            data = {"handle": handle, "score": "700", "key": f"{name}-{place:06}"}
            browser.post("/contests/cup/judging/1/cast", data=data, headers=JSON)
    with room.database.changing() as work:
        actions.close(work, round_id=room.round_id(), actor_id=room.people["chair"].id, at=now)
    return room


def _works(room: Room, count: int) -> list[str]:
    with room.database.reading() as session:
        key = session.get_one(Contest, room.contest_id).blind_key
        return [desk_handle(key, entry_id) for entry_id in blind.eligible(session, room.contest_id)[:count]]


def _ask(room: Room, kind: str, works: list[str], question: str = "") -> Visitor:
    chair = room.visit("chair")
    data = {"ask-kind": kind, "ask-question": question, "work": works}
    answer = chair.post("/contests/cup/desk/jury/1/deliberation", data=data)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return chair


def _item(room: Room) -> Item[UUID]:
    with room.database.reading() as session:
        round_id = queries.round_numbered(session, room.contest_id, 1).id
        return queries.table_items(session, round_id)[-1]


def test_everybody_sees_what_the_chair_puts_on_the_table(closed: Room) -> None:
    juror = closed.visit("juror")
    before = juror.get(f"{TABLE}/state.json")
    unchanged = juror.get(f"{TABLE}/state.json", headers={"If-None-Match": before.headers["ETag"]})
    works = _works(closed, 2)

    _ask(closed, "choose", works, "Which one for the poster?")
    after = juror.get(f"{TABLE}/state.json", headers={"If-None-Match": before.headers["ETag"]})
    page = juror.get(TABLE).get_data(as_text=True)
    picture = juror.get(f"/contests/cup/judging/1/table/0-1280.jpg?of={works[0]}")

    assert (before.get_json(), unchanged.status_code) == ({"version": "0"}, 304)
    assert after.get_json() == {"version": "1-secret-asked"}
    assert "Which one for the poster?" in page
    assert picture.status_code == 200
    assert closed.visit("secretary").get(TABLE).status_code == 200
    assert closed.visit("photographer").get(TABLE).status_code == 404


def test_answers_are_unseen_until_the_chair_shows_them_all(closed: Room) -> None:
    works = _works(closed, 2)
    chair, juror = _ask(closed, "choose", works), closed.visit("juror")

    answered = juror.post(f"{TABLE}/1/vote", data={"choice": works[1]}, follow_redirects=True)
    juror.post(f"{TABLE}/1/vote", data={"choice": works[0]})
    told = chair.get(f"{TABLE}/state.json").get_json()
    secret = chair.get(TABLE).get_data(as_text=True)
    chair.post(f"{TABLE}/1/reveal")
    shown = {name: closed.visit(name).get(TABLE).get_data(as_text=True) for name in ("chair", "juror", "secretary")}
    late = juror.post(f"{TABLE}/1/vote", data={"choice": works[1]})

    assert answered.get_data(as_text=True).count("Your answer is kept.") == 1
    assert told == {"version": "1-secret-asked", "votes": 1, "voters": 2}
    assert "The votes say:" not in secret
    assert all("The votes say:" in page for page in shown.values())
    assert late.status_code == 409
    with closed.database.reading() as session:
        assert session.scalar(select(func.count()).where(TableLine.act == TableAct.ANSWER)) == 2


def test_a_decision_needs_words_and_is_written_once(closed: Room) -> None:
    works = _works(closed, 1)
    chair = _ask(closed, "keep", works)

    unshown = chair.post(f"{TABLE}/1/decide", data={"choice": "yes", "decide-words": "All agree"})
    nobody = chair.post(f"{TABLE}/1/reveal")
    closed.visit("juror").post(f"{TABLE}/1/vote", data={"choice": "yes"})
    chair.post(f"{TABLE}/1/reveal")
    wordless = chair.post(f"{TABLE}/1/decide", data={"choice": "yes", "decide-words": ""})
    decided = chair.post(f"{TABLE}/1/decide", data={"choice": "yes", "decide-words": "Vote 1 to 0"})
    again = chair.post(f"{TABLE}/1/decide", data={"choice": "no", "decide-words": "No"})

    assert [one.status_code for one in (unshown, nobody, wordless, decided, again)] == [409, 409, 422, 303, 409]
    item = _item(closed)
    assert (item.decision, item.reason, item.decided_by) == (["yes"], "Vote 1 to 0", closed.people["chair"].id)
    with closed.database.reading() as session:
        written = set(session.scalars(select(AuditLine.action)))
    assert {f"deliberation.{act}" for act in ("ask", "vote", "reveal", "decide")} <= written


def test_the_order_that_the_panel_decided_settles_the_tie(closed: Room) -> None:
    chair = closed.visit("chair")
    chair.post("/contests/cup/desk/results/draft")
    asked = chair.get("/contests/cup/desk/results").get_data(as_text=True)
    works = _works(closed, 4)
    _ask(closed, "order", works)
    order = {f"place-{handle}": str(place) for place, handle in enumerate(reversed(works), start=1)}
    closed.visit("juror").post(f"{TABLE}/1/vote", data=order)
    chair.post(f"{TABLE}/1/reveal")
    chair.post(f"{TABLE}/1/decide", data={**order, "decide-words": "By vote"})

    chair.post("/contests/cup/desk/results/draft")
    settled = chair.get("/contests/cup/desk/results").get_data(as_text=True)

    assert "Decide: rank 1 is shared" in asked
    assert "Decide: rank 1 is shared" not in settled
    assert "Seal the result" in settled


def test_one_question_at_a_time_about_works_that_fit_it(closed: Room) -> None:
    works = _works(closed, 3)
    chair = closed.visit("chair")
    address = "/contests/cup/desk/jury/1/deliberation"

    too_many = chair.post(address, data={"ask-kind": "keep", "work": works})
    kept = too_many.get_data(as_text=True)
    _ask(closed, "discuss", works)
    second = chair.post(address, data={"ask-kind": "discuss", "work": works})
    foreign = chair.post(address, data={"ask-kind": "discuss", "work": ["A" * 22]})
    chair.post(f"{TABLE}/1/decide", data={"aside": "1", "decide-words": "Looked at"})
    third = chair.post(address, data={"ask-kind": "discuss", "work": works})

    assert too_many.status_code == 422
    assert "Choose one work for this question." in kept
    assert [one.status_code for one in (second, foreign, third)] == [409, 404, 303]


def test_who_is_tied_to_a_work_sees_that_it_is_not_hers(closed: Room) -> None:
    works = _works(closed, 2)
    with closed.database.changing() as work:
        entry_id = blind.eligible(work.session, closed.contest_id)[0]
        own = select(Ballot).join(Sheet, Sheet.id == Ballot.sheet_id).where(Ballot.entry_id == entry_id)
        for name in ("juror", "chair"):
            ballot = work.session.scalars(own.where(Sheet.juror_id == closed.people[name].id)).one()
            ballot.score = ballot.scored_at = None
            ballot.recused = True
    with closed.database.changing() as work:
        actions.ask(
            work,
            round_id=closed.round_id(),
            kind=Question.CHOOSE,
            entry_ids=blind.eligible(work.session, closed.contest_id)[:2],
            question="",
            actor_id=closed.people["chair"].id,
            at=work.session.scalars(select(Contest.closes_at)).one(),
        )
    juror = closed.visit("juror")

    page = juror.get(TABLE).get_data(as_text=True)
    refused = juror.post(f"{TABLE}/1/vote", data={"choice": works[1]})
    picture = juror.get(f"/contests/cup/judging/1/table/0-1280.jpg?of={works[0]}")

    assert "not yours to vote on" in page
    assert works[0] not in page.split("<ol")[1].split("</ol>")[0]
    assert (refused.status_code, picture.status_code) == (403, 404)
    with closed.database.reading() as session:
        assert not session.scalar(select(func.count()).where(TableLine.act == TableAct.ANSWER))


def test_the_secretary_writes_and_does_not_vote(closed: Room) -> None:
    works = _works(closed, 1)
    _ask(closed, "keep", works)
    secretary = closed.visit("secretary")

    noted = secretary.post(f"{TABLE}/note", data={"note-words": "The panel met at nine."})
    wordless = secretary.post(f"{TABLE}/note", data={"note-words": ""})
    page = secretary.get(TABLE).get_data(as_text=True)

    assert (noted.status_code, wordless.status_code) == (303, 422)
    assert "The panel met at nine." in page
    assert f"place-{works[0]}" not in page
    assert secretary.post(f"{TABLE}/1/vote", data={"choice": "yes"}).status_code == 404
    assert secretary.post(f"{TABLE}/1/reveal").status_code == 404
    assert secretary.get(f"/contests/cup/judging/1/table/0-640.jpg?of={works[0]}").status_code == 404
    assert closed.visit("juror").post(f"{TABLE}/note", data={"note-words": "x"}).status_code == 404
    with closed.database.reading() as session:
        assert session.scalars(select(TableLine.words).where(TableLine.act == TableAct.NOTE)).all() == [
            "The panel met at nine."
        ]


def test_the_standing_says_how_sure_it_is_and_names_no_juror(closed: Room) -> None:
    page = closed.visit("chair").get("/contests/cup/desk/jury/1/standing").get_data(as_text=True)

    assert "Decide here" in page
    assert "exactly equal" in page
    assert "Where works tie exactly at a line, a single vote on one of them can decide" in page
    assert "without any one of them the same works win" not in page
    assert len(re.findall(r'<th scope="row">[AB]</th>', page)) == 2
    assert all(person.name_en not in page for name, person in closed.people.items() if name != "chair")
    for name in ("juror", "secretary"):
        assert closed.visit(name).get("/contests/cup/desk/jury/1/standing").status_code == 404


def test_works_to_decide_beyond_those_pictured_are_named(screened: Room, now: datetime) -> None:
    with screened.database.changing() as work:
        contest = work.session.get_one(Contest, screened.contest_id, options=[selectinload(Contest.categories)])
        for _ in range(22):
            make_entry(work, contest)
    screened.open_round(now)
    with screened.database.changing() as work:
        juror_id = screened.people["juror"].id
        _seat, waiting = queries.queue(work.session, screened.contest_id, 1, juror_id, count=26)
        for place, one in enumerate(waiting):
            actions.cast(
                work,
                contest_id=screened.contest_id,
                number=1,
                juror_id=juror_id,
                handle=one.handle,
                score=700,
                request_key=f"juror-{place:06}",
                at=now,
            )
        actions.close(work, round_id=screened.round_id(), actor_id=screened.people["chair"].id, at=now, reason="Done")

    page = screened.visit("organizer").get("/contests/cup/desk/jury/1/standing").get_data(as_text=True)

    decide = page[page.index('id="decide"') : page.index("The ladder")]
    assert decide.count('class="called"') == 24
    assert re.search(r"Not settled either:\s*<span class=\"num\">\w+, \w+</span>", decide)


def test_nothing_of_it_while_the_round_is_open(room: Room, now: datetime) -> None:
    chair = room.visit("chair")

    assert chair.get("/contests/cup/desk/jury/1/standing").status_code == 403
    assert chair.get(TABLE).status_code == 403
    with room.database.changing() as work:
        with pytest.raises(Conflict) as refused:
            actions.ask(
                work,
                round_id=room.round_id(),
                kind=Question.KEEP,
                entry_ids=blind.eligible(work.session, room.contest_id)[:1],
                question="",
                actor_id=room.people["chair"].id,
                at=now,
            )
        assert refused.value.code == "judging.not_closed"
        assert queries.round_by_id(work.session, room.round_id()).state is RoundState.OPEN
    assert room.state(now) is State.ROUND
