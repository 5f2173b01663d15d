"""What jurors see of a closed round follows its settings, and nothing else shows."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import case, select, update

from contest.judging import actions, queries
from contest.judging.models import Ballot, BallotKind, Round, Sheet
from contest.judging.rules.settings import Discloses, RoundSettings
from tests.judging import open_round
from tests.web.test_judging_pages import JSON, WORKS, Room, room, screened

__all__ = ["room", "screened"]

OUTCOME = "/contests/cup/judging/1/outcome"
JUROR = (500, 900, 700, 800)


def _closed(
    room: Room, at: datetime, discloses: Discloses, *, chair: tuple[int, ...] = (600, 1000, 650, 950)
) -> None:
    for name, scores in (("juror", JUROR), ("chair", chair)):
        browser = room.visit(name)
        with room.database.reading() as session:
            mine = session.execute(
                select(Ballot.handle)
                .join(Sheet, Sheet.id == Ballot.sheet_id)
                .where(Sheet.juror_id == room.people[name].id)
                .order_by(Ballot.entry_id)
            ).scalars()
            handles = list(mine)
        for place, (handle, score) in enumerate(zip(handles, scores, strict=True)):
            data = {"handle": handle, "score": score, "key": f"{name}-{place:06}"}
            browser.post("/contests/cup/judging/1/cast", data=data, headers=JSON)
    with room.database.changing() as work:
        row = queries.round_numbered(work.session, room.contest_id, 1)
        work.session.execute(update(Round).values(settings=replace(row.settings, discloses=discloses)))
        actions.close(work, round_id=row.id, actor_id=room.people["chair"].id, at=at)


def test_nothing_is_shown_where_nothing_is_disclosed(room: Room, now: datetime) -> None:
    _closed(room, now, Discloses.NEVER)
    juror = room.visit("juror")

    assert juror.get(OUTCOME).status_code == 404
    assert "outcome" not in juror.get("/contests/cup/judging/1/").get_data(as_text=True)


def test_counts_are_counts_alone(room: Room, now: datetime) -> None:
    _closed(room, now, Discloses.COUNTS)
    page = room.visit("juror").get(OUTCOME).get_data(as_text=True)

    assert "4 works were judged." in page
    assert "<table" not in page


def test_the_own_order_stands_beside_the_panels_without_a_score(room: Room, now: datetime) -> None:
    _closed(room, now, Discloses.OWN_RANK)
    with room.database.reading() as session:
        found = queries.disclosed(
            session, queries.round_numbered(session, room.contest_id, 1), room.people["juror"].id
        )
    page = room.visit("juror").get(OUTCOME).get_data(as_text=True)

    assert [(one.rank, one.score, one.own_rank) for one in found.places] == [
        (1, 900, 1),
        (2, 800, 2),
        (3, 700, 3),
        (4, 500, 4),
    ]
    assert all(one.panel is None for one in found.places)
    assert "Official score" not in page
    assert "9.50" not in page


def test_worlds_with_the_same_order_look_alike_where_only_places_are_disclosed(room: Room, now: datetime) -> None:
    _closed(room, now, Discloses.OWN_RANK)
    before = room.visit("juror").get(OUTCOME).get_data(as_text=True)
    with room.database.changing() as work:
        chairs = select(Sheet.id).where(Sheet.juror_id == room.people["chair"].id)
        work.session.execute(
            update(Ballot).where(Ballot.sheet_id.in_(chairs), Ballot.score == 1000).values(score=990)
        )
    after = room.visit("juror").get(OUTCOME).get_data(as_text=True)

    assert _masked(before) == _masked(after)


def test_scores_are_shown_but_nobodys_single_marks(room: Room, now: datetime) -> None:
    _closed(room, now, Discloses.SCORES)
    page = room.visit("juror").get(OUTCOME).get_data(as_text=True)

    assert "Official score" in page
    assert "9.50" in page
    assert '<td class="num">10</td>' not in page


def test_a_work_that_she_is_tied_to_is_in_no_order(room: Room, now: datetime) -> None:
    _closed(room, now, Discloses.SCORES)
    with room.database.changing() as work:
        ballot = work.session.scalars(
            select(Ballot)
            .join(Sheet, Sheet.id == Ballot.sheet_id)
            .where(Sheet.juror_id == room.people["juror"].id, Ballot.score == 900)
        ).one()
        ballot.score = ballot.scored_at = None
        ballot.recused = True
        entry_id = ballot.entry_id
    with room.database.reading() as session:
        found = queries.disclosed(
            session, queries.round_numbered(session, room.contest_id, 1), room.people["juror"].id
        )

    assert entry_id not in {one.entry_id for one in found.places}
    assert len(found.places) == 3


def test_a_mark_of_the_practice_is_not_shown_as_the_jurors_own(screened: Room, now: datetime) -> None:
    settings = RoundSettings(practice=2, discloses=Discloses.OWN_RANK)
    chair_id, juror_id = (screened.people[name].id for name in ("chair", "juror"))
    with screened.database.changing() as work:
        open_round(work, contest_id=screened.contest_id, actor_id=chair_id, at=now, settings=settings)
        practice = Ballot.kind == BallotKind.PRACTICE
        work.session.execute(update(Ballot).values(score=case((practice, 900), else_=300), scored_at=now))
        round_ = queries.round_numbered(work.session, screened.contest_id, 1)
        actions.close(work, round_id=round_.id, actor_id=chair_id, at=now, reason="The marks are written in")

    with screened.database.reading() as session:
        found = queries.disclosed(session, queries.round_numbered(session, screened.contest_id, 1), juror_id)
        kinds = session.scalars(
            select(Ballot.kind).join(Sheet, Sheet.id == Ballot.sheet_id).where(Sheet.juror_id == juror_id)
        ).all()

    assert sorted(kinds) == [BallotKind.COUNTED] * WORKS + [BallotKind.PRACTICE] * 2
    assert [(one.score, one.own_rank) for one in found.places] == [(300, 1)] * WORKS


@pytest.mark.parametrize("name", ["secretary", "photographer", "organizer"])
def test_the_outcome_is_the_jurors_own_page(room: Room, now: datetime, name: str) -> None:
    _closed(room, now, Discloses.SCORES)

    assert room.visit(name).get(OUTCOME).status_code == 404


def test_nothing_is_disclosed_while_the_round_is_open(room: Room) -> None:
    assert room.visit("juror").get(OUTCOME).status_code == 403


def _masked(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrf" not in line and "nonce" not in line)
