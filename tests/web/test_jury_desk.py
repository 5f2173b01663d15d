"""The jury desk's changes to a running round, what jurors pointed out, and opening a round again."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from contest.accounts.models import RoleKind
from contest.calls.models import Contest
from contest.judging import actions, queries
from contest.judging.models import Ballot, EntryFlag, FlagKind, Round, RoundEntry, RoundState, Sheet
from contest.judging.rules.advance import By, Rule
from contest.judging.rules.order import desk_handle
from contest.judging.rules.settings import Mode
from contest.kernel.audit import AuditLine
from tests.makers import make_person, make_role
from tests.statements import listening
from tests.web.test_judging_pages import WORKS, Room, room, screened

__all__ = ["room", "screened"]

DESK = "/contests/cup/desk/jury/1"
# How the statement that collects a round's marks begins.
_COUNTED_MARKS = "SELECT sheet.seat"


def _seat(room: Room, name: str) -> int:
    with room.database.reading() as session:
        return session.scalars(select(Sheet.seat).where(Sheet.juror_id == room.people[name].id)).one()


def _waiting(room: Room, name: str) -> int:
    with room.database.reading() as session:
        covered = queries.coverage(session, room.contest_id, 1)
    return next(one.progress.remaining for one in covered if one.juror_id == room.people[name].id)


def _flag(room: Room, at: datetime, kind: FlagKind = FlagKind.AI) -> None:
    """Let the juror point out the work that is first in her order."""
    with room.database.changing() as work:
        actions.flag(
            work,
            contest_id=room.contest_id,
            number=1,
            juror_id=room.people["juror"].id,
            handle=room.handles("juror")[0],
            kind=kind,
            note="six fingers",
            request_key="flag-00001",
            at=at,
        )


@pytest.fixture
def newcomer(room: Room) -> Room:
    """The room with one more juror in the contest who has no part in the round."""
    with room.database.changing() as work:
        person = make_person(work)
        make_role(work, work.session.get_one(Contest, room.contest_id), person, RoleKind.JUROR)
        work.session.expunge_all()
    room.people["newcomer"] = person
    return room


def _follow(room: Room, at: datetime, *, source: Rule | None = None) -> None:
    """Plan a round that follows the first one, or another vote on works that tie in it."""
    with room.database.changing() as work:
        row = queries.round_numbered(work.session, room.contest_id, 1)
        given = {"actor_id": room.people["organizer"].id, "at": at, "seed": "follows"}
        if source is None:
            actions.draft(work, contest_id=room.contest_id, mode=Mode.SCORE, source_id=row.id, **given)
        else:
            actions.advance(work, round_id=row.id, rule=source, **given)


def test_who_closes_a_round_is_led_to_the_planned_one(room: Room, now: datetime) -> None:
    _follow(room, now)
    desk = room.visit("organizer")

    closed = desk.post(f"{DESK}/close", data={"close-reason": "It is late"})
    chosen_next = desk.get(closed.location).get_data(as_text=True)
    page = desk.get(f"{DESK}/").get_data(as_text=True)

    assert closed.location.endswith("/desk/jury/1/next")
    assert "Next, works are chosen for round 2." in chosen_next
    assert 'class="button primary" href="/contests/cup/desk/jury/1/next"' in page
    assert 'class="button" href="/contests/cup/desk/results"' in page


def test_another_vote_leads_back_to_the_round_of_the_tie(room: Room, now: datetime) -> None:
    desk = room.visit("organizer")
    for name in ("chair", "juror"):
        for handle in room.handles(name):
            data = {"handle": handle, "score": "700", "key": f"{name}-{handle}"}
            room.visit(name).post("/contests/cup/judging/1/cast", data=data)
    desk.post(f"{DESK}/close", data={"close-reason": "Done"})
    _follow(room, now, source=Rule(by=By.TIED, count=1))
    second = DESK.replace("/1", "/2")
    desk.post(f"{second}/open", data={})

    closed = desk.post(f"{second}/close", data={"close-reason": "It is late"})
    before = desk.get(closed.location).get_data(as_text=True)
    only_again = desk.get(f"{second}/next").get_data(as_text=True)
    page = desk.get(f"{second}/").get_data(as_text=True)

    assert closed.location.endswith("/desk/jury/1/")
    assert "Its order counts in round 1." in before
    assert "Another vote on works that tie in round 1" in page
    assert 'value="tied"' in only_again
    assert 'value="top"' not in only_again


def test_who_goes_on_is_asked_for_with_one_tally(room: Room) -> None:
    desk = room.visit("organizer")
    room.visit("juror").post(
        "/contests/cup/judging/1/cast",
        data={"handle": room.handles("juror")[0], "score": "700", "key": "juror-0001"},
    )
    desk.post(f"{DESK}/close", data={"close-reason": "Done"})
    statements: list[str] = []

    with listening(room.database, statements.append):
        tried = desk.get(f"{DESK}/next?by=picked&number=1")
        on_trying = sum(_COUNTED_MARKS in one for one in statements)
        statements.clear()
        done = desk.post(f"{DESK}/next", data={"by": "picked", "number": "1"})
        on_doing = sum(_COUNTED_MARKS in one for one in statements)

    assert "1 work would go on" in tried.get_data(as_text=True)
    assert done.status_code == 303
    assert (on_trying, on_doing) == (1, 1)


def test_a_juror_leaves_with_a_reason_and_may_return(room: Room) -> None:
    desk = room.visit("organizer")
    seat = _seat(room, "juror")

    wordless = desk.post(f"{DESK}/leave", data={"leave-seat": seat, "leave-reason": ""})
    left = desk.post(f"{DESK}/leave", data={"leave-seat": seat, "leave-reason": "Ill since Tuesday"})
    page = desk.get(f"{DESK}/").get_data(as_text=True)
    room_after = room.visit("juror").get("/contests/cup/judging/1/room")
    returned = desk.post(f"{DESK}/return", data={"return-seat": seat})

    assert wordless.status_code == 422
    assert "Please fill this in." in wordless.get_data(as_text=True)
    assert left.status_code == 303
    assert "left: Ill since Tuesday" in page
    assert room_after.status_code == 404
    assert returned.status_code == 303
    assert _waiting(room, "juror") == WORKS


def test_somebody_takes_a_jurors_place(newcomer: Room) -> None:
    desk = newcomer.visit("organizer")
    data = {
        "leave-seat": _seat(newcomer, "juror"),
        "leave-reason": "Travelling",
        "leave-instead": str(newcomer.people["newcomer"].id),
    }

    answer = desk.post(f"{DESK}/leave", data=data)

    assert answer.status_code == 303
    assert _waiting(newcomer, "newcomer") == WORKS
    assert newcomer.visit("newcomer").get("/contests/cup/judging/1/room").status_code == 200


def test_a_juror_joins_and_takes_no_more_than_her_limit(newcomer: Room) -> None:
    desk = newcomer.visit("organizer")

    joined = desk.post(f"{DESK}/join", data={"join-juror": str(newcomer.people["newcomer"].id)})
    limited = desk.post(f"{DESK}/limit", data={"limit-seat": _seat(newcomer, "newcomer"), "limit-limit": "1"})
    page = desk.get(f"{DESK}/").get_data(as_text=True)

    assert (joined.status_code, limited.status_code) == (303, 303)
    assert _waiting(newcomer, "newcomer") == 1
    assert "3 marks have nobody who could give them" in page


def test_fewer_jurors_for_each_work_take_back_only_what_nobody_judged(room: Room) -> None:
    desk = room.visit("organizer")
    room.visit("juror").post(
        "/contests/cup/judging/1/cast", data={"handle": room.handles("juror")[0], "score": "700", "key": "k-0000001"}
    )

    too_many = desk.post(f"{DESK}/quorum", data={"quorum-quorum": "9"})
    fewer = desk.post(f"{DESK}/quorum", data={"quorum-quorum": "1"})

    assert too_many.status_code == 422
    assert "9 jurors cannot judge each work: the panel has only 2." in too_many.get_data(as_text=True)
    assert 'value="9"' in too_many.get_data(as_text=True)
    assert fewer.status_code == 303
    assert _waiting(room, "juror") + _waiting(room, "chair") == WORKS - 1
    assert room.scores() == [700]


def test_only_the_organizer_changes_the_panel(room: Room) -> None:
    for name in ("chair", "secretary", "juror"):
        answer = room.visit(name).post(f"{DESK}/leave", data={"leave-seat": 1, "leave-reason": "x"})

        assert answer.status_code == 404
    assert "/leave" not in room.visit("chair").get(f"{DESK}/?seat=1").get_data(as_text=True)


def test_the_chair_reads_a_remark_without_its_juror_and_decides_in_words(room: Room, now: datetime) -> None:
    _flag(room, now)
    chair = room.visit("chair")
    page = chair.get(f"{DESK}/").get_data(as_text=True)
    handle = page.split('name="remark-work" value="')[1].split('"')[0]

    picture = chair.get(f"/contests/cup/judging/1/table/0-640.jpg?of={handle}")
    wordless = chair.post(f"{DESK}/remark", data={"remark-work": handle, "remark-resolution": " "})
    held = chair.post(f"{DESK}/remark", data={"remark-work": handle, "remark-resolution": "Ask first", "hold": "1"})
    with room.database.reading() as session:
        is_held = session.scalars(select(RoundEntry.held).where(RoundEntry.held)).all()
    kept = chair.post(f"{DESK}/remark", data={"remark-work": handle, "remark-resolution": "The RAW file is real"})

    assert "made or altered by AI: “six fingers”" in page
    assert room.people["juror"].name_en not in page.split('id="remarks"')[1]
    assert picture.status_code == 200
    assert wordless.status_code == 422
    assert 'aria-invalid="true"' in wordless.get_data(as_text=True)
    assert (held.status_code, is_held) == (303, [True])
    assert kept.status_code == 303
    with room.database.reading() as session:
        flag = session.scalars(select(EntryFlag)).one()
        actions_written = set(session.scalars(select(AuditLine.action)))
        assert not session.scalars(select(RoundEntry.held).where(RoundEntry.held)).all()
    assert (flag.resolution, flag.resolved_by) == ("The RAW file is real", room.people["chair"].id)
    assert {"round.hold", "round.release", "round.resolve_flags"} <= actions_written


def test_remarks_and_their_pictures_are_for_chair_and_organizer(room: Room, now: datetime) -> None:
    _flag(room, now)
    page = room.visit("organizer").get(f"{DESK}/").get_data(as_text=True)
    handle = page.split('name="remark-work" value="')[1].split('"')[0]
    picture = f"/contests/cup/judging/1/table/0-640.jpg?of={handle}"

    assert "six fingers" not in room.visit("secretary").get(f"{DESK}/").get_data(as_text=True)
    assert room.visit("juror").get(picture).status_code == 404
    assert room.visit("secretary").get(picture).status_code == 404
    assert room.visit("organizer").get(f"{picture}x").status_code == 404
    assert room.visit("organizer").get("/contests/cup/judging/1/table/0-640.jpg?of=é").status_code == 404


def test_who_is_tied_to_a_work_decides_nothing_about_it(room: Room, now: datetime) -> None:
    _flag(room, now)
    with room.database.changing() as work:
        flag = work.session.scalars(select(EntryFlag)).one()
        own = select(Ballot).join(Sheet, Sheet.id == Ballot.sheet_id).where(Ballot.entry_id == flag.entry_id)
        ballot = work.session.scalars(own.where(Sheet.juror_id == room.people["chair"].id)).one()
        ballot.recused = True
    chair = room.visit("chair")
    handle = _handle(room, flag.entry_id)

    page = chair.get(f"{DESK}/").get_data(as_text=True)
    answer = chair.post(f"{DESK}/remark", data={"remark-work": handle, "remark-resolution": "It is mine"})

    assert "somebody else decides about it" in page
    assert chair.get(f"/contests/cup/judging/1/table/0-640.jpg?of={handle}").status_code == 404
    assert answer.status_code == 403
    with room.database.reading() as session:
        assert session.scalars(select(EntryFlag)).one().resolved_at is None


def test_a_closed_round_opens_again_for_a_reason(room: Room, now: datetime) -> None:
    chair = room.visit("chair")
    chair.post(f"{DESK}/close", data={"close-reason": "The evening is over"})

    wordless = chair.post(f"{DESK}/reopen", data={"reopen-reason": ""})
    opened = chair.post(f"{DESK}/reopen", data={"reopen-reason": "Two works were left out"})
    again = chair.post(f"{DESK}/reopen", data={"reopen-reason": "Two works were left out"})

    assert (wordless.status_code, opened.status_code, again.status_code) == (422, 303, 409)
    with room.database.reading() as session:
        row = session.scalars(select(Round)).one()
    assert (row.state, row.reopen_reason, row.reopenings) == (RoundState.OPEN, "Two works were left out", 1)


def _handle(room: Room, entry_id: UUID) -> str:
    with room.database.reading() as session:
        return desk_handle(session.get_one(Contest, room.contest_id).blind_key, entry_id)
