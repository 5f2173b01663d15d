"""The three acts that end a contest under SIGKILL: after any statement, everything of an act is there or nothing."""

import os
import signal
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import event, func, select

from contest.accounts.models import RoleKind
from contest.awards import actions as awards
from contest.awards.models import Award, ResultSet, ResultState
from contest.awards.queries import record_of
from contest.calls.models import Contest
from contest.judging import actions as judging
from contest.judging.models import Ballot, Round, RoundState
from contest.kernel.audit import AuditLine, verify
from contest.kernel.db import Database, Work, open_database
from contest.kernel.permissions import State
from tests.judging import open_round
from tests.makers import make_author, make_contest, make_entry, make_person, make_role

STATEMENTS_MAX = 200


def _everything(database: Database) -> tuple[Any, ...]:
    """What the three acts write."""
    with database.reading() as session:
        return (
            session.scalars(select(Contest.state)).one(),
            session.scalars(select(Round.state)).one(),
            [tuple(row) for row in session.execute(select(ResultSet.state, ResultSet.digest, ResultSet.record))],
            [tuple(row) for row in session.execute(select(Award.entry_id, Award.tier_id).order_by(Award.entry_id))],
            session.scalar(select(func.count()).select_from(AuditLine)),
        )


def _killed_after(database: Database, statement: int, act: Callable[[Work], object]) -> bool:
    """Do an act in a process that dies after so many statements; tell whether it came so far."""
    database.dispose()  # a connection must not be shared with the child
    child = os.fork()
    if child == 0:
        own = open_database(database.engine.url.render_as_string(hide_password=False))
        left = iter(range(statement))

        @event.listens_for(own.engine, "after_cursor_execute")
        def count(*_given: object) -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            with own.changing() as work:
                act(work)
        finally:
            os._exit(0)  # nothing of the test run is wound up in here
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _survives(database: Database, act: Callable[[Work], object]) -> int:
    """Kill an act after each of its statements, then let it come to its end; give how often it was killed."""
    before = _everything(database)
    for kills in range(STATEMENTS_MAX):
        if not _killed_after(database, kills, act):
            assert _everything(database) != before
            return kills
        assert _everything(database) == before
    raise AssertionError("the act never came to its end")


def _voted(database: Database, at: datetime) -> tuple[UUID, UUID, UUID, UUID]:
    """Make a round with all its votes, still open; give contest, round, chair and organizer."""
    with database.changing() as work:
        contest, chair, organizer = make_contest(work, state=State.PRESCREEN), make_person(work), make_person(work)
        make_role(work, contest, chair, RoleKind.CHAIR)
        make_role(work, contest, organizer, RoleKind.ORGANIZER)
        for _ in range(4):
            make_entry(work, contest, author=make_author(work, contest), entrant=make_person(work))
        round_id = open_round(work, contest_id=contest.id, actor_id=organizer.id, at=at, seed="seed")
        for score, handle in enumerate(work.session.scalars(select(Ballot.handle)).all(), start=5):
            judging.cast(
                work,
                contest_id=contest.id,
                number=1,
                juror_id=chair.id,
                handle=handle,
                score=100 * score,
                request_key=f"key-{handle}",
                at=at,
            )
        return contest.id, round_id, chair.id, organizer.id


def test_closing_sealing_and_announcing_happen_whole_or_not_at_all(sqlite_database: Database, now: datetime) -> None:
    contest_id, round_id, chair_id, organizer_id = _voted(sqlite_database, now)

    def close(work: Work) -> None:
        judging.close(work, round_id=round_id, actor_id=chair_id, at=now)

    def draft(work: Work) -> None:
        awards.draft(work, contest_id=contest_id, actor_id=organizer_id, at=now)

    def seal(work: Work) -> None:
        awards.seal(work, contest_id=contest_id, actor_id=chair_id, at=now)

    def announce(work: Work) -> None:
        awards.announce(work, contest_id=contest_id, actor_id=organizer_id, at=now)

    kills = [_survives(sqlite_database, act) for act in (close, draft, seal, announce)]

    assert all(count > 3 for count in kills)
    contest, round_, results, _awards, _lines = _everything(sqlite_database)
    assert (contest, round_) == (State.ANNOUNCED, RoundState.SEALED)
    ((state, digest, _record),) = results
    assert state is ResultState.ANNOUNCED
    with sqlite_database.reading() as session:
        record = record_of(session, contest_id)
        assert record is not None
        assert record.digest() == digest
        assert verify(session) is None
