"""Rounds: who is given what, what opening needs, and closing that happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select

from contest.accounts.models import Person, RoleKind
from contest.calls.models import Contest
from contest.calls.queries import contest_by_id
from contest.entries import blind
from contest.entries.models import EntryState, Picture, PictureState
from contest.judging import actions, queries
from contest.judging.models import Ballot, Round, Sheet
from contest.judging.presets import preset
from contest.kernel.audit import AuditLine
from contest.kernel.db import Database, Work
from contest.kernel.errors import Conflict, ContestError, Invalid
from contest.kernel.permissions import State
from contest.platform.models import Job
from contest.platform.queue import EmbeddedQueue
from tests.judging import open_round
from tests.makers import make_author, make_contest, make_entry, make_person, make_role, make_unit


def _prescreened(work: Work, *, jurors: int = 2) -> tuple[Contest, list[Person], Person]:
    contest = make_contest(work, state=State.PRESCREEN)
    people = [make_person(work) for _ in range(jurors)]
    for person in people:
        make_role(work, contest, person, RoleKind.JUROR)
    organizer = make_person(work)
    make_role(work, contest, organizer, RoleKind.ORGANIZER)
    return contest, people, organizer


def _open(work: Work, contest: Contest, organizer: Person, at: datetime, **given: datetime) -> UUID:
    return open_round(work, contest_id=contest.id, actor_id=organizer.id, at=at, **given)


def _ballots(work: Work) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for juror, entry in work.session.execute(
        select(Sheet.juror_id, Ballot.entry_id).outerjoin(Ballot, Ballot.sheet_id == Sheet.id)
    ):
        found.setdefault(juror, set())
        if entry is not None:
            found[juror].add(entry)
    return found


def _refusal(act: Callable[[], object]) -> str:
    with pytest.raises(ContestError) as refused:
        act()
    return refused.value.code


def test_chair_and_jurors_get_every_work_once_and_the_secretary_none(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, jurors, organizer = _prescreened(work)
        chair, secretary = make_person(work), make_person(work)
        make_role(work, contest, chair, RoleKind.CHAIR)
        make_role(work, contest, chair, RoleKind.JUROR)
        make_role(work, contest, secretary, RoleKind.SECRETARY)
        entries = {make_entry(work, contest).id for _ in range(5)}
        make_entry(work, contest, state=EntryState.INELIGIBLE)
        _open(work, contest, organizer, now)

        assert _ballots(work) == {person.id: entries for person in (*jurors, chair)}
        assert contest_by_id(work.session, contest.id, now).state is State.ROUND


def test_own_works_and_those_of_the_unit_are_never_assigned(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, (juror, other), organizer = _prescreened(work)
        unit, spoken_for = make_unit(work, contest), make_unit(work, contest)
        make_role(work, contest, juror, RoleKind.DELEGATE, unit_id=spoken_for.id)
        role = make_role(work, contest, make_person(work), RoleKind.JUROR, unit_id=unit.id)
        taken = make_entry(work, contest, author=make_author(work, contest, person_id=juror.id))
        handed_in = make_entry(work, contest, entrant=juror, author=make_author(work, contest))
        imported = make_entry(work, contest, author=make_author(work, contest, email=juror.email.upper()))
        of_unit = make_entry(work, contest, author=make_author(work, contest, unit_id=unit.id))
        of_delegation = make_entry(work, contest, author=make_author(work, contest, unit_id=spoken_for.id))
        free = make_entry(work, contest)
        _open(work, contest, organizer, now)

        everything = {row.id for row in (taken, handed_in, imported, of_unit, of_delegation, free)}
        assert _ballots(work) == {
            juror.id: {of_unit.id, free.id},
            other.id: everything,
            role.person_id: everything - {of_unit.id},
        }


def test_every_juror_has_an_own_order_and_own_handles(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, (juror, other), organizer = _prescreened(work)
        for _ in range(20):
            make_entry(work, contest)
        _open(work, contest, organizer, now)
        rows = work.session.execute(
            select(Sheet.juror_id, Ballot.entry_id, Ballot.handle)
            .join(Sheet, Sheet.id == Ballot.sheet_id)
            .order_by(Ballot.position)
        ).all()

        orders = {person.id: [row.entry_id for row in rows if row.juror_id == person.id] for person in (juror, other)}
    one, two = orders.values()
    assert one != two
    assert len({row.handle for row in rows}) == 40


@pytest.mark.parametrize(
    ("lack", "code"),
    [
        ("jurors", "judging.no_jurors"),
        ("entries", "judging.no_entries"),
        ("picture", "judging.pictures_unready"),
        ("derivative", "judging.pictures_unready"),
        ("pictures", "judging.pictures_unready"),
        ("untied juror", "judging.nobody_for"),
    ],
)
def test_a_round_does_not_open_while_something_is_missing(
    database: Database, now: datetime, lack: str, code: str
) -> None:
    with database.changing() as work:
        contest, jurors, organizer = _prescreened(work, jurors=0 if lack == "jurors" else 1)
        if lack != "entries":
            entry = make_entry(work, contest, pictures=0 if lack == "pictures" else 2)
            if lack == "picture":
                entry.pictures[1].state = PictureState.RECEIVED
            if lack == "derivative":
                del entry.pictures[1].derivatives[0]
            if lack == "untied juror":
                entry.entrant_id = jurors[0].id
        contest_id, organizer_id = contest.id, organizer.id

    def act() -> None:
        with database.changing() as work:
            open_round(work, contest_id=contest_id, actor_id=organizer_id, at=now)

    assert _refusal(act) == code
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 0
        assert contest_by_id(session, contest_id, now).state is State.PRESCREEN


def test_a_round_opens_once(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, _jurors, organizer = _prescreened(work)
        make_entry(work, contest)
        round_id = _open(work, contest, organizer, now)

        again = {"round_id": round_id, "actor_id": organizer.id, "at": now}
        assert _refusal(lambda: actions.open_round(work, **again)) == "judging.not_draft"
        assert work.session.scalar(select(func.count()).select_from(Ballot)) == 2


def test_a_round_cannot_end_before_it_begins(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, _jurors, organizer = _prescreened(work)
        make_entry(work, contest)

        with pytest.raises(Invalid):
            _open(work, contest, organizer, now, closes_at=now)


def test_a_round_with_gaps_closes_only_for_a_reason(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, _jurors, organizer = _prescreened(work)
        make_entry(work, contest)
        round_id = _open(work, contest, organizer, now)
        names = {"round_id": round_id, "actor_id": organizer.id, "at": now}

        assert _refusal(lambda: actions.close(work, **names)) == "judging.gaps"
        actions.close(work, **names, reason="One juror is ill")

        closed = queries.round_by_id(work.session, round_id)
        assert closed.close_reason == "One juror is ill"
        assert contest_by_id(work.session, contest.id, now).state is State.DELIB
        line = work.session.scalars(select(AuditLine).where(AuditLine.action == "round.close")).one()
        assert line.facts == {"missing_votes": 2, "short_works": 0, "reason": "One juror is ill"}


def test_of_two_simultaneous_closes_one_has_an_effect(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, _jurors, organizer = _prescreened(work)
        make_entry(work, contest)
        round_id = _open(work, contest, organizer, now)
        names = {"round_id": round_id, "actor_id": organizer.id, "at": now, "reason": "Late"}
    together = Barrier(2)

    def close(_number: int) -> str:
        together.wait()
        try:
            with database.changing() as work:
                actions.close(work, **names)
        except Conflict as refused:
            return refused.code
        return "closed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, range(2))) == ["closed", "judging.not_open"]
    with database.reading() as session:
        assert (
            session.scalar(select(func.count()).select_from(AuditLine).where(AuditLine.action == "round.close")) == 1
        )


def test_a_vote_during_the_close_is_refused_or_counted_never_neither(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, (juror, _other), organizer = _prescreened(work)
        for _ in range(30):
            make_entry(work, contest)
        round_id = _open(work, contest, organizer, now)
        contest_id, juror_id, organizer_id = contest.id, juror.id, organizer.id
    with database.reading() as session:
        handles = [one.handle for one in queries.queue(session, contest_id, 1, juror_id, count=30)[1]]
    together = Barrier(5)
    codes: list[str] = []

    def vote(part: list[str]) -> list[str]:
        together.wait()
        counted = []
        for handle in part:
            try:
                with database.changing() as work:
                    actions.cast(
                        work,
                        contest_id=contest_id,
                        number=1,
                        juror_id=juror_id,
                        handle=handle,
                        score=700,
                        request_key=f"key-{handle}",
                        at=now,
                    )
                counted.append(handle)
            except Conflict as refused:
                codes.append(refused.code)
        return counted

    def close() -> None:
        together.wait()
        with database.changing() as work:
            actions.close(work, round_id=round_id, actor_id=organizer_id, at=now, reason="Now")

    with ThreadPoolExecutor(5) as pool:
        closing = pool.submit(close)
        counted = [handle for part in pool.map(vote, [handles[place::4] for place in range(4)]) for handle in part]
        closing.result()
    with database.reading() as session:
        assert set(codes) <= {"judging.closed"}
        kept = set(session.scalars(select(Ballot.handle).where(Ballot.score.is_not(None))))
        assert kept == set(counted)
        assert sum(one.n for one in queries.standing(session, round_id).entries) == len(counted)
        assert queries.broken_ledgers(session, round_id) == {}


def test_coverage_counts_and_shows_no_score(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, (juror, other), organizer = _prescreened(work)
        for _ in range(3):
            make_entry(work, contest)
        _open(work, contest, organizer, now)
        handle = queries.queue(work.session, contest.id, 1, juror.id, count=1)[1][0].handle
        actions.cast(
            work,
            contest_id=contest.id,
            number=1,
            juror_id=juror.id,
            handle=handle,
            score=700,
            request_key="key-00001",
            at=now + timedelta(minutes=1),
        )

        covered = queries.coverage(work.session, contest.id, 1)

        assert [(one.juror_id, one.progress.scored, one.progress.total, one.last_act_at) for one in covered] == [
            (other.id, 0, 3, None),
            (juror.id, 1, 3, now + timedelta(minutes=1)),
        ]
        assert queries.finals(work.session, contest.id) == []


def test_the_end_of_judging_can_be_moved(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, _jurors, organizer = _prescreened(work)
        make_entry(work, contest)
        round_id = _open(work, contest, organizer, now, closes_at=now + timedelta(hours=1))
        names = {"round_id": round_id, "actor_id": organizer.id}

        actions.reschedule(work, **names, closes_at=now + timedelta(hours=3), at=now + timedelta(hours=2))

        assert queries.round_by_id(work.session, round_id).is_open(now + timedelta(hours=2))
        with pytest.raises(Invalid):
            actions.reschedule(work, **names, closes_at=now, at=now)


def test_reminders_go_to_those_who_still_have_works(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, (juror, other), organizer = _prescreened(work)
        make_entry(work, contest)
        round_id = _open(work, contest, organizer, now)
        handle = queries.queue(work.session, contest.id, 1, juror.id, count=1)[1][0].handle
        actions.cast(
            work,
            contest_id=contest.id,
            number=1,
            juror_id=juror.id,
            handle=handle,
            score=700,
            request_key="key-00001",
            at=now,
        )

        ordered = actions.remind(work, EmbeddedQueue(database), round_id=round_id, actor_id=organizer.id, at=now)

        job = work.session.scalars(select(Job)).one()
        assert (ordered, job.kind, job.payload["juror_id"]) == (1, actions.REMINDER_JOB, str(other.id))


def test_a_picture_is_found_by_its_place_and_size_while_its_work_is_judged(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        entry = make_entry(work, contest, pictures=2)
        second = work.session.scalars(select(Picture.id).where(Picture.position == 1)).one()

        key = blind.picture_key(work.session, entry.id, index=1, long_side_px=640)

        assert key == f"derivatives/{second.hex}/640.jpg"
        for index, side in ((2, 640), (0, 999)):
            assert (
                _refusal(
                    lambda index=index, side=side: blind.picture_key(  # type: ignore[misc]
                        work.session, entry.id, index=index, long_side_px=side
                    )
                )
                == "picture"
            )
        entry.state = EntryState.DISQUALIFIED
        work.session.flush()
        assert _refusal(lambda: blind.picture_key(work.session, entry.id, index=0, long_side_px=640)) == "picture"


def test_what_may_be_shown_is_kind_category_and_sizes(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        entry = make_entry(work, contest, pictures=2)
        gone = make_entry(work, contest, state=EntryState.WITHDRAWN)

        shown = blind.shown(work.session, [entry.id, gone.id])

        assert list(shown) == [entry.id]
        assert str(shown[entry.id].kind) == "series"
        assert shown[entry.id].category.en == "Landscape"
        assert [(one.width_px, one.height_px) for one in shown[entry.id].pictures] == [(2560, 1707)] * 2


def test_a_plan_sent_twice_drafts_its_rounds_once(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, _jurors, organizer = _prescreened(work)
        given = {"contest_id": contest.id, "actor_id": organizer.id, "at": now}

        def plan() -> list[UUID]:
            return actions.plan_rounds(
                work, **given, preset=preset("funnel"), category_ids=[None], winners=3, new_seed=lambda: "seed"
            )

        planned = plan()

        assert _refusal(plan) == "judging.planned"
        assert [row.id for row in queries.rounds(work.session, contest.id)] == planned
        actions.discard(work, round_id=planned[0], actor_id=organizer.id, at=now)
        assert len(plan()) == len(planned)
