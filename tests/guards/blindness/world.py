"""Worlds that differ in one secret and in nothing else, on a real database, a real store and a real application."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from contest.accounts.models import SignIn
from contest.accounts.queries import hashed
from contest.awards import actions as awards
from contest.awards import queries as awards_queries
from contest.judging import actions
from contest.judging.models import Ballot, Sheet
from contest.judging.rules.deliberation import Question
from contest.judging.rules.order import own_order
from contest.judging.rules.settings import POINT, Mode, RoundSettings
from contest.kernel.db import Database, open_database
from contest.kernel.permissions import State
from contest.platform.mail import open_mail
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FileStore, open_store
from contest.web.services import Services
from tests.guards.blindness.filling import BLIND_KEY, ENTRIES, NOW, OF_A_UNIT, SIBLING, Foundation, fixed
from tests.judging import open_round
from tests.statements import listening
from tests.visitor import SetClock

SUBJECTS = ("juror", "chair", "secretary", "photographer", "anonymous")
VOTED = 3
COLLEAGUE_VOTED, SPARED = 5, (2, 5)
TELLING = 3  # the entry that differs between the sets of authors in every respect
# What lies on the table in deliberation; neither is of the colleague's unit in any world.
ON_TABLE = (1, TELLING)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """Which secrets a world holds.

    Attributes:
        authors: Names a set of authors with all that is theirs, the order in which they came, who took which work.
        votes: Names a set of scores of the colleague; None where the colleague and the chair gave none.
    """

    authors: str = "one"
    votes: str | None = "one"


@dataclass
class World:
    """One world and the ways into it.

    The application is that of all worlds; it answers for the one that last made a client.
    """

    variant: Variant
    laid: Foundation
    app: Flask
    services: Services
    clock: SetClock
    state: State = State.PRESCREEN
    round_id: UUID | None = None
    steps: list[int] = field(default_factory=list)
    statements: int = 0

    @property
    def database(self) -> Database:
        return self.services.database

    @property
    def store(self) -> FileStore:
        return self.services.store

    def client(self, subject: str) -> FlaskClient:
        """Give a browser in which a subject is signed in, with a cookie that is the same in all worlds."""
        self.app.extensions["contest"] = self.services
        client = self.app.test_client()
        client.set_cookie("language", "en")
        if subject != "anonymous":
            token = f"the sign-in of {subject}"
            with self.database.changing() as work:
                if work.session.scalar(select(SignIn).where(SignIn.token_hash == hashed(token))) is None:
                    work.session.add(
                        SignIn(
                            id=fixed(token),
                            token_hash=hashed(token),
                            person_id=fixed(subject),
                            created_at=NOW,
                            expires_at=NOW + timedelta(days=60),
                        )
                    )
            with client.session_transaction() as session:
                session["_user_id"] = token
                session["_fresh"] = True
        return client

    def handles(self, subject: str, *, spared: tuple[int, ...] = ()) -> list[str]:
        """Give a juror's handles in her order, as rows know them, but for those of some entries."""
        with self.database.reading() as session:
            found = session.scalars(
                select(Ballot.handle)
                .join(Sheet, Sheet.id == Ballot.sheet_id)
                .where(
                    Sheet.juror_id == fixed(subject),
                    Ballot.entry_id.not_in([fixed(f"entry {place}") for place in spared]),
                )
                .order_by(Ballot.position)
            )
            return list(found)

    def names(self) -> dict[str, UUID]:
        """Give what every action on the contest needs."""
        return {"contest_id": fixed("contest"), "actor_id": fixed("organizer")}

    def open_round(self, mode: Mode = Mode.SCORE, settings: RoundSettings | None = None) -> None:
        """Open a round; everybody on the panel starts to vote."""
        with self.database.changing() as work:
            self.round_id = open_round(work, **self.names(), at=NOW, seed=seed(), mode=mode, settings=settings)
        self.steps = [
            step for step in (settings or RoundSettings()).steps(mode) if mode is not Mode.SCORE or step % POINT == 0
        ]
        self.state = State.ROUND
        self._vote("juror", VOTED, key="one")
        if self.variant.votes is not None:
            self._vote("chair", 7, key="one")  # her own pages show her own votes
            # Which works her unit keeps her from is a secret of the authors: she votes on none of either set's.
            self._vote("colleague", COLLEAGUE_VOTED, key=self.variant.votes, spared=SPARED)
        self.clock.at = NOW + timedelta(hours=1)

    def close_round(self) -> None:
        """Close the round with gaps."""
        with self.database.changing() as work:
            actions.close(
                work,
                round_id=self.round_id,
                actor_id=fixed("organizer"),
                at=self.clock.at,
                reason="The evening is over",
            )
        self.state = State.DELIB
        self._lay_on_table()
        self.clock.at += timedelta(hours=1)

    def seal_result(self) -> None:
        """Work out the prizes, decide every tie, seal."""
        with self.database.changing() as work:
            awards.draft(work, **self.names(), at=self.clock.at)
            while (result := awards_queries.result(work.session, fixed("contest"))) and result.tie:
                awards.rule(
                    work,
                    **self.names(),
                    rank=result.tie.tie.rank,
                    way=result.tie.way,
                    order=result.tie.tie.entry_ids,
                    reason="By lot",
                    at=self.clock.at,
                )
        with self.database.changing() as work:
            awards.seal(work, contest_id=fixed("contest"), actor_id=fixed("chair"), at=self.clock.at)
        self.state = State.SEALED
        self.clock.at += timedelta(hours=1)

    def _lay_on_table(self) -> None:
        """Let the chair ask and all answer; nobody has seen the answers yet."""
        works = [fixed(f"entry {place}") for place in ON_TABLE]
        preferred = {"juror": works[0]}
        if self.variant.votes is not None:
            preferred["colleague"] = works[1 if self.variant.votes == "one" else 0]
        with self.database.changing() as work:
            number = actions.ask(
                work,
                round_id=self.round_id,
                kind=Question.CHOOSE,
                entry_ids=works,
                question="Which is the stronger one?",
                actor_id=fixed("chair"),
                at=self.clock.at,
            )
            for name, chosen in preferred.items():
                actions.answer(
                    work,
                    round_id=self.round_id,
                    number=number,
                    juror_id=fixed(name),
                    choice=[chosen.hex],
                    at=self.clock.at,
                )

    def _vote(self, subject: str, count: int, *, key: str, spared: tuple[int, ...] = ()) -> None:
        for place, handle in enumerate(self.handles(subject, spared=spared)[:count]):
            drawn = hashlib.sha256(f"{key}{subject}{handle}".encode()).digest()[0]
            with self.database.changing() as work:
                actions.cast(
                    work,
                    contest_id=fixed("contest"),
                    number=1,
                    juror_id=fixed(subject),
                    handle=handle,
                    score=self.steps[drawn % len(self.steps)],
                    request_key=f"{subject}-{place:06d}",
                    at=NOW + timedelta(minutes=1 + place),
                )


@cache
def seed() -> str:
    """Find a seed with which the juror's next work is the telling one.

    What she has marked tells of units as well, another work of the same author does not follow at once, and her
    colleague has marked the works on the table.
    """
    entries = {fixed(f"entry {place}"): place for place in range(ENTRIES)}

    def tells(name: str) -> bool:
        hers, colleagues = (
            [entries[one] for one in own_order(entries, key=BLIND_KEY, seed=name, juror_id=fixed(juror))]
            for juror in ("juror", "colleague")
        )
        marked = [place for place in colleagues if place not in SPARED][:COLLEAGUE_VOTED]
        return (
            hers[VOTED] == TELLING
            and set(hers[:VOTED]) <= OF_A_UNIT
            and hers[VOTED + 1] != SIBLING
            and set(ON_TABLE) <= set(marked)
        )

    return next(name for name in (f"the seed of the test {number}" for number in count()) if tells(name))


@contextmanager
def world(folder: Path, laid: Foundation, variant: Variant, app: Flask) -> Iterator[World]:
    """Build a world on its authors and their works, up to the end of the screening."""
    settings, clock = laid.copied_to(folder), SetClock(NOW)
    database = open_database(settings.database)
    built = World(
        variant=variant,
        laid=laid,
        app=app,
        services=Services(
            settings=settings,
            clock=clock,
            database=database,
            store=open_store(settings),
            queue=EmbeddedQueue(database),
            mail=open_mail(settings, clock=clock),
        ),
        clock=clock,
    )

    def asked(_statement: str) -> None:
        built.statements += 1

    try:
        with listening(database, asked):
            yield built
    finally:
        database.dispose()
