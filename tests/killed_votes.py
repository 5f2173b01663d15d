"""Jurors who vote at once in processes of their own, which are killed at random moments; for tests and benchmark.

Each juror does what her browser does: she writes down what she is about to send, sends it, and takes it for saved
once the service has answered. After a kill she comes back and sends again what was not answered, under the same key.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from contest.accounts.models import RoleKind
from contest.judging import actions, queries
from contest.judging.models import Ballot, ScoreLine, Sheet
from contest.kernel.db import Database, open_database
from contest.kernel.permissions import State
from tests.judging import open_round
from tests.makers import make_author, make_contest, make_entry, make_person, make_role

PAUSE_S = 0.03
WAIT_S = 20


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was left after all kills.

    Attributes:
        kills: Processes that were killed.
        acknowledged: Votes that the service said it had saved.
        lost: Those of them that are not in the ledger as they were sent.
        double: Requests that are in a ledger more than once.
        broken: Jurors whose chain does not hold, or does not end in what her ballots say.
        troubles: What the database refused, such as "locked".
    """

    kills: int
    acknowledged: int
    lost: int
    double: int
    broken: int
    troubles: tuple[str, ...]


def vote_under_kills(
    database: Database, folder: Path, *, jurors: int, entries: int, kills: int, at: datetime, seed: int = 1
) -> Outcome:
    """Let jurors vote at once while ``kills`` of their processes die, then look at what is there."""
    chance = Random(seed)
    contest_id, round_id, seats = _opened(database, jurors=jurors, entries=entries, at=at)
    address = database.engine.url.render_as_string(hide_password=False)
    database.dispose()  # a connection must not be shared with a child
    running = {juror_id: _start(address, folder, contest_id, juror_id, seats[juror_id], at) for juror_id in seats}
    sizes = dict.fromkeys(seats, 0)
    try:
        for _ in range(kills):
            juror_id = chance.choice(sorted(running))
            _await_vote(folder / juror_id.hex, after=sizes[juror_id])
            time.sleep(chance.random() * PAUSE_S)
            _kill(running.pop(juror_id))
            sizes[juror_id] = _size(folder / juror_id.hex)
            running[juror_id] = _start(address, folder, contest_id, juror_id, seats[juror_id], at)
        time.sleep(1)  # everybody comes to vote, and to send again what was not answered
    finally:
        for child in running.values():
            _kill(child)
    return _outcome(database, folder, round_id, kills=kills)


def _opened(
    database: Database, *, jurors: int, entries: int, at: datetime
) -> tuple[UUID, UUID, dict[UUID, Sequence[str]]]:
    with database.changing() as work:
        contest, organizer = make_contest(work, state=State.PRESCREEN), make_person(work)
        make_role(work, contest, organizer, RoleKind.ORGANIZER)
        people = [make_person(work) for _ in range(jurors)]
        for person in people:
            make_role(work, contest, person, RoleKind.JUROR)
        for _ in range(entries):
            make_entry(work, contest, author=make_author(work, contest), entrant=organizer)
        round_id = open_round(work, contest_id=contest.id, actor_id=organizer.id, at=at)
        handles = {
            person.id: work.session.scalars(
                select(Ballot.handle).join(Sheet, Sheet.id == Ballot.sheet_id).where(Sheet.juror_id == person.id)
            ).all()
            for person in people
        }
        return contest.id, round_id, handles


def _start(address: str, folder: Path, contest_id: UUID, juror_id: UUID, handles: Sequence[str], at: datetime) -> int:
    child = os.fork()
    if child == 0:
        try:
            _vote(address, folder / juror_id.hex, contest_id, juror_id, handles, at)
        except DBAPIError as refused:
            (folder / f"{juror_id.hex}.trouble").write_text(str(refused.orig), "utf-8")
        finally:
            os._exit(0)  # nothing of the parent is wound up in here
    return child


def _vote(address: str, notes: Path, contest_id: UUID, juror_id: UUID, handles: Sequence[str], at: datetime) -> None:
    """Vote without end; every line of notes is "sent" or "saved", a request key, a handle and a score."""
    database = open_database(address)
    told = notes.read_text("ascii").splitlines() if notes.exists() else []
    sent = [line.removeprefix("sent ") for line in told if line.startswith("sent ")]
    saved = {line.removeprefix("saved ") for line in told if line.startswith("saved ")}
    waiting = [line for line in sent[-1:] if line not in saved]
    number = len(sent)
    chance = Random(f"{juror_id} {number}")
    with notes.open("a", encoding="ascii", buffering=1) as file:
        while True:
            if waiting:
                line = waiting.pop()
            else:
                number += 1
                line = f"request-{number:06} {chance.choice(handles)} {chance.randrange(100, 1001, 50)}"
                file.write(f"sent {line}\n")
            key, handle, score = line.split()
            with database.changing() as work:
                actions.cast(
                    work,
                    contest_id=contest_id,
                    number=1,
                    juror_id=juror_id,
                    handle=handle,
                    score=int(score),
                    request_key=key,
                    at=at,
                )
            file.write(f"saved {line}\n")


def _await_vote(notes: Path, *, after: int) -> None:
    """Wait until a juror who was started has begun to vote: a kill before that would try nothing."""
    gives_up = time.monotonic() + WAIT_S
    while _size(notes) <= after and time.monotonic() < gives_up:
        time.sleep(PAUSE_S / 10)


def _size(notes: Path) -> int:
    return notes.stat().st_size if notes.exists() else 0


def _kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _outcome(database: Database, folder: Path, round_id: UUID, *, kills: int) -> Outcome:
    with database.reading() as session:
        rows = session.execute(
            select(Sheet.juror_id, ScoreLine.request_key, Ballot.handle, ScoreLine.score)
            .join(Sheet, Sheet.id == ScoreLine.sheet_id)
            .join(Ballot, Ballot.id == ScoreLine.ballot_id)
        ).all()
        broken = len(queries.broken_ledgers(session, round_id))
        assert session.scalar(select(func.count()).select_from(ScoreLine)) == len(rows)
    kept = Counter((juror_id.hex, f"{key} {handle} {score}") for juror_id, key, handle, score in rows)
    keys = Counter((juror_id, key) for juror_id, key, _handle, _score in rows)
    saved = {
        (notes.name, line.removeprefix("saved "))
        for notes in folder.iterdir()
        if not notes.suffix
        for line in notes.read_text("ascii").splitlines()
        if line.startswith("saved ")
    }
    return Outcome(
        kills=kills,
        acknowledged=len(saved),
        lost=sum(one not in kept for one in saved),
        double=sum(count > 1 for count in keys.values()),
        broken=broken,
        troubles=tuple(path.read_text("utf-8") for path in sorted(folder.glob("*.trouble"))),
    )
