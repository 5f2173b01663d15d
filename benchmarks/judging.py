"""What a juror costs: processor time per fetch and per vote while the contest grows, beside bare baselines.

    python benchmarks/judging.py            3,000, 30,000 and 100,000 votes
    python benchmarks/judging.py --quick    3,000 and 12,000 votes; judges statements and flatness alone
    python benchmarks/judging.py --bulk     only what is done with 33,334 works and 100,000 votes at once

Every request goes through the whole application: sign-in, roles, permission table, CSRF, headers. The baselines are
timed in the same run: an empty POST through the same application, one committed INSERT with synchronous=FULL, and an
empty POST through Flask alone. The goals were set where the last one took 0.12 ms; while a machine is slower they are
stretched by as much as it is slower, never shrunk. Ends with 1 when a goal is missed.
"""

import argparse
import gc
import io
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event, func, insert, select, text, update

from benchmarks.simulation import Panel, World
from contest.accounts.models import Person, Role, RoleKind, SignIn
from contest.accounts.queries import hashed
from contest.app import create_app
from contest.awards import actions as awards
from contest.awards.scores import score_table
from contest.calls.models import Category, Contest, PrizeTier
from contest.entries.models import Author, Derivative, Entry, EntryKind, EntryState, Picture, PictureState
from contest.inspection.sizes import SIZES
from contest.inspection.terms import PhotoTerms
from contest.judging import actions, queries
from contest.judging.models import Act, Ballot, BallotKind, ScoreLine, Sheet
from contest.judging.rules.ledger import FIRST_SEAL, LedgerLine, sealed
from contest.judging.rules.settings import POINT, RoundSettings
from contest.judging.scoring import Evaluation
from contest.judging.scoring.chance import chances
from contest.kernel.db import Database, Work, open_database
from contest.kernel.ids import new_id
from contest.kernel.permissions import State
from contest.kernel.tables import as_csv
from contest.migrations import upgrade
from contest.platform.mail import open_mail
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import open_store
from contest.settings import Settings

JURORS = 9
NOW = datetime(2026, 12, 3, 4, 0, tzinfo=UTC)
WAITING = 400  # works that the measured juror has not judged
SIZES_FULL, SIZES_QUICK = (3_000, 30_000, 100_000), (3_000, 12_000)
BATCHES, BATCH = 11, 25
FLASK_MS = 0.12  # an empty POST through Flask alone where the goals were set
NOISE = 0.15  # of a ratio between two runs of this benchmark, measured on a machine that does something else as well


@dataclass(frozen=True)
class Goal:
    """What was aimed at and what was found; ``at_most`` is already what this machine is held to, inf for nothing."""

    name: str
    found: float
    at_most: float
    unit: str

    @property
    def is_met(self) -> bool:
        """Tell whether the goal is reached."""
        return self.found <= self.at_most

    def __str__(self) -> str:
        told = "met" if self.is_met else f"MISSED by {self.found / self.at_most:.2f}x"
        if self.at_most == inf:
            return f"{self.name:<48} {self.found:>9.2f} {'':>9} {self.unit}"
        return f"{self.name:<48} {self.found:>9.2f} {self.at_most:>9.2f} {self.unit:<10} {told}"


@dataclass
class Clock:
    """A clock that moves on by a second whenever it is asked."""

    at: datetime

    def __call__(self) -> datetime:
        """Give the next second."""
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class Stage:
    """A contest with its votes, and a way to send requests as one juror."""

    app: Flask
    database: Database
    contest_id: UUID
    juror_id: UUID
    cookie: str
    jurors: list[UUID]
    organizer_cookie: str
    token: str = ""

    def ask(self, method: str, path: str, query: str = "", form: str = "") -> tuple[str, bytes]:
        """Call the application as a server does, without a client's own cost."""
        environ = posted(method, path, query, form) | {
            "HTTP_COOKIE": f"contest={self.cookie}",
            "HTTP_ACCEPT": "application/json",
            "HTTP_X_CSRFTOKEN": self.token,
        }
        answered: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
            answered.append(status)
            for name, value in headers:
                if name == "Set-Cookie" and value.startswith("contest="):
                    self.cookie = value.split(";")[0].removeprefix("contest=")
            return answered.append  # type: ignore[return-value]

        parts = self.app.wsgi_app(environ, start)
        body = b"".join(parts)
        return answered[0], body


def posted(method: str, path: str, query: str = "", form: str = "") -> dict[str, Any]:
    """Give a request as a server hands it to an application."""
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(form)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(form.encode()),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


@contextmanager
def stage(folder: Path, votes: int, *, works: int | None = None, opens: bool = True) -> Iterator[Stage]:
    """Build a contest with about so many votes, spread evenly over the jurors."""
    folder.mkdir()
    settings = Settings(
        data=folder, database=f"sqlite:///{folder}/contest.sqlite", secret="s" * 40, address="http://localhost"
    )
    database, clock = open_database(settings.database), Clock(NOW)
    upgrade(database)
    contest_id, jurors = _people(database)
    _works(database, contest_id, works or votes // JURORS + WAITING)
    if opens:
        with database.changing() as work:
            round_id = actions.draft(work, contest_id=contest_id, actor_id=jurors[0], at=NOW, seed="seed")
            actions.open_round(work, round_id=round_id, actor_id=jurors[0], at=NOW)
        _votes(database, votes // JURORS)
    app = create_app(
        settings,
        clock=clock,
        database=database,
        store=open_store(settings),
        queue=EmbeddedQueue(database),
        mail=open_mail(settings, clock=clock),
    )

    def empty() -> str:
        return ""

    empty.action = "site.read"  # type: ignore[attr-defined]
    app.add_url_rule("/empty", "empty", empty, methods=["POST"])
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    if signer is None:
        raise RuntimeError("the application has no secret")
    cookies = [str(signer.dumps({"_user_id": token, "_fresh": True})) for token in ("token", "organizer")]
    built = Stage(app, database, contest_id, jurors[0], cookies[0], jurors, cookies[1])
    page = built.ask("GET", "/contests/bench/judging/1/")[1].decode()
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    built.token = found.group(1) if found else ""

    try:
        yield built
    finally:
        database.dispose()


def _people(database: Database) -> tuple[UUID, list[UUID]]:
    contest_id, jurors = new_id(), [new_id() for _ in range(JURORS)]
    with database.changing() as work:
        work.session.add(
            Contest(
                id=contest_id,
                short_name="bench",
                state=State.PRESCREEN,
                preset="club",
                language="en",
                name_en="Bench",
                accent="#8c2f1b",
                zone="Asia/Shanghai",
                opens_at=NOW - timedelta(days=60),
                closes_at=NOW - timedelta(days=2),
                grace_minutes=0,
                terms=PhotoTerms().to_json(),
                series_min=2,
                series_max=8,
                one_person=False,
                blind_key="k" * 43,
                created_at=NOW,
                categories=[Category(id=new_id(), key="A", name_en="Open", position=0)],
                tiers=[PrizeTier(id=new_id(), key="first", name_en="First prize", count=20, position=0)],
            )
        )
        for number, juror_id in enumerate(jurors):
            work.session.add(Person(id=juror_id, email=f"juror{number}@example.org", created_at=NOW))
        work.session.flush()
        for juror_id in jurors:
            work.session.add(Role(id=new_id(), contest_id=contest_id, person_id=juror_id, kind=RoleKind.JUROR))
        work.session.add(
            SignIn(
                id=new_id(),
                token_hash=hashed("token"),
                person_id=jurors[0],
                created_at=NOW,
                expires_at=NOW + timedelta(days=30),
            )
        )
        organizer = Person(id=new_id(), email="organizer@example.org", created_at=NOW)
        work.session.add(organizer)
        work.session.flush()
        work.session.add(Role(id=new_id(), contest_id=contest_id, person_id=organizer.id, kind=RoleKind.ORGANIZER))
        work.session.add(
            SignIn(
                id=new_id(),
                token_hash=hashed("organizer"),
                person_id=organizer.id,
                created_at=NOW,
                expires_at=NOW + timedelta(days=30),
            )
        )
        entrant = Person(id=new_id(), email="entrant@example.org", created_at=NOW)
        work.session.add(entrant)
    return contest_id, jurors


def _works(database: Database, contest_id: UUID, count: int) -> None:
    with database.changing() as work:
        session = work.session
        entrant_id = session.scalars(select(Person.id).where(Person.email == "entrant@example.org")).one()
        category_id = session.scalars(select(Category.id)).one()
        author_id = new_id()
        session.add(Author(id=author_id, contest_id=contest_id, name_en="Author"))
        session.flush()
        entries = [new_id() for _ in range(count)]
        pictures = [new_id() for _ in range(count)]
        session.execute(
            insert(Entry),
            [
                {
                    "id": entry_id,
                    "contest_id": contest_id,
                    "category_id": category_id,
                    "entrant_id": entrant_id,
                    "author_id": author_id,
                    "kind": EntryKind.SINGLE,
                    "state": EntryState.ELIGIBLE,
                    "number": f"A-{number:05d}",
                    "created_at": NOW,
                }
                for number, entry_id in enumerate(entries)
            ],
        )
        session.execute(
            insert(Picture),
            [
                {
                    "id": picture_id,
                    "entry_id": entry_id,
                    "position": 0,
                    "sha256": f"{number:064x}",
                    "bytes": 1,
                    "file_name": "a.jpg",
                    "received_at": NOW,
                    "receipt": "",
                    "state": PictureState.READY,
                    "width_px": 6000,
                    "height_px": 4000,
                }
                for number, (picture_id, entry_id) in enumerate(zip(pictures, entries, strict=True))
            ],
        )
        session.execute(
            insert(Derivative),
            [
                {
                    "picture_id": picture_id,
                    "long_side_px": side,
                    "width_px": side,
                    "height_px": side * 2 // 3,
                    "bytes": 1,
                    "sha256": "0" * 64,
                }
                for picture_id in pictures
                for side in SIZES
            ],
        )


def _votes(database: Database, count: int) -> None:
    """Let each juror cast her first votes as the simulation sees them, chained as `actions.cast` leaves them."""
    with database.changing() as work:
        session = work.session
        works = session.scalar(select(func.count()).select_from(Entry)) or 0
        world = World.of(works, Panel(jurors=JURORS), 7, step=0.5)
        jurors = select(Role.person_id).where(Role.kind == RoleKind.JUROR).order_by(Role.person_id)
        for place, juror_id in enumerate(session.scalars(jurors).all()):
            sheet_id = session.scalars(select(Sheet.id).where(Sheet.juror_id == juror_id)).one()
            dealt = (
                select(Ballot.id, Entry.number)
                .join(Entry, Entry.id == Ballot.entry_id)
                .where(Ballot.sheet_id == sheet_id)
                .order_by(Ballot.position)
                .limit(count)
            )
            ballots = [(ballot_id, int(str(number)[2:])) for ballot_id, number in session.execute(dealt)]
            cast = world.judged(place, np.array([entry for _ballot, entry in ballots], np.int64))
            marks = dict(zip(cast.entry.tolist(), np.rint(cast.score * POINT).astype(int).tolist(), strict=True))
            _write(work, sheet_id, [(ballot_id, marks[entry]) for ballot_id, entry in ballots])


def _write(work: Work, sheet_id: UUID, votes: list[tuple[UUID, int]]) -> None:
    seal, lines = FIRST_SEAL, []
    for seq, (ballot_id, score) in enumerate(votes, start=1):
        line = LedgerLine(
            sheet_id=sheet_id,
            seq=seq,
            ballot_id=ballot_id,
            kind="counted",
            act=str(Act.CAST),
            score=score,
            previous_score=None,
            marks=None,
            viewed_ms=5000,
            reason="",
            scored=seq,
            recused=0,
            below=seq - 1,
            at=NOW,
            request_key=f"seeded-{seq:08d}",
        )
        seal = sealed(line, seal)
        lines.append({**vars(line), "act": Act.CAST, "kind": BallotKind.COUNTED, "seal": seal})
    if lines:
        work.session.execute(insert(ScoreLine), lines)
        work.session.execute(
            update(Ballot), [{"id": ballot_id, "score": score, "scored_at": NOW} for ballot_id, score in votes]
        )


def cpu_ms(acts: dict[str, Callable[[], None]], *, batches: int = BATCHES) -> dict[str, float]:
    """Give the processor time of one call of each act in milliseconds: the best of some batches.

    The batches of all acts alternate, so that a machine that is busy for a while slows all of them.
    """
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for act in acts.values():
        act()
    for _ in range(batches):
        for name, act in acts.items():
            before = time.process_time()
            for _ in range(BATCH):
                act()
            taken[name].append((time.process_time() - before) / BATCH * 1000)
    return {name: min(found) for name, found in taken.items()}


def measure(built: Stage) -> dict[str, float]:
    """Time fetch, vote and the two baselines, and count the statements."""

    def fetch() -> None:
        status, _body = built.ask("GET", "/contests/bench/judging/1/next.json", "count=4")
        if status != "200 OK":
            raise RuntimeError(status)

    with built.database.reading() as session:
        waiting = queries.queue(session, built.contest_id, 1, built.juror_id, count=WAITING)[1]
    handles = iter([work.handle for work in waiting])

    def cast() -> None:
        handle = next(handles)
        status, body = built.ask(
            "POST", "/contests/bench/judging/1/cast", form=f"handle={handle}&score=700&key=key-{handle}"
        )
        if status != "200 OK" or json.loads(body)["score"] != 700:
            raise RuntimeError(f"{status} {body!r}")

    def empty() -> None:
        status, _body = built.ask("POST", "/empty")
        if status != "200 OK":
            raise RuntimeError(status)

    bare = bare_insert(built.database)
    acts = {"flask": flask_alone(), "empty": empty, "bare": bare, "fetch": fetch, "cast": cast}
    found = cpu_ms(acts)
    for name, act in acts.items():
        found[f"{name}_statements"] = _statements(built.database, act)
    return found


def _statements(database: Database, act: Callable[[], None]) -> int:
    """Count what SQLite itself is told in one act, without the frame of its transactions."""
    told: list[str] = []

    def listen(driver: Any, *_rest: Any) -> None:
        driver.set_trace_callback(told.append)

    event.listen(database.engine, "checkout", listen)
    act()
    event.remove(database.engine, "checkout", listen)
    database.engine.dispose()  # with the connections that would go on telling
    return sum(not one.startswith(("BEGIN", "COMMIT", "ROLLBACK", "--")) for one in told)


def bare_insert(database: Database) -> Callable[[], None]:
    """Give what commits one row with synchronous=FULL, and nothing else."""
    with database.changing() as work:
        work.session.execute(text("CREATE TABLE bare (id INTEGER PRIMARY KEY, score INTEGER)"))

    def bare() -> None:
        with database.changing() as work:
            work.session.connection().exec_driver_sql("INSERT INTO bare (score) VALUES (7)")

    return bare


def flask_alone() -> Callable[[], None]:
    """Give an empty POST through an application with nothing of ours in it."""
    app = Flask("alone")
    app.add_url_rule("/", "empty", lambda: "", methods=["POST"])

    def post() -> None:
        b"".join(app.wsgi_app(posted("POST", "/"), lambda *_told: io.BytesIO().write))

    return post


def slowness(flask_ms: float) -> float:
    """Tell by how much the machine is slower now than where the goals were set, at least 1."""
    return max(1.0, flask_ms / FLASK_MS)


def peak_mib(reset: bool = False) -> float:
    """Give the most memory that this process held since the last reset, in MiB (Linux)."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found.group(1)) / 1024 if found else 0.0


@dataclass(frozen=True)
class Spent:
    """What an act took: processor seconds, MiB by which the process grew at most, and how slow the machine was."""

    seconds: float
    mib: float
    slowness: float

    def goal(self, name: str, limit_s: float) -> Goal:
        """Give its time beside what was aimed at."""
        return Goal(name, self.seconds, limit_s * self.slowness, "s CPU")


def spent(act: Callable[[], object]) -> Spent:
    """Time an act."""
    gc.collect()
    flask = {"flask": flask_alone()}
    clock = cpu_ms(flask)["flask"]
    before, cpu = peak_mib(reset=True), time.process_time()
    act()
    taken, grown = time.process_time() - cpu, peak_mib() - before
    return Spent(taken, grown, slowness((clock + cpu_ms(flask)["flask"]) / 2))


def bulk(folder: Path) -> list[Goal]:
    """Open a round of 33,334 works with three jurors each, judge it all, close, rank, award and export."""
    with stage(folder, 0, works=33_334, opens=False) as built:
        database, contest_id = built.database, built.contest_id
        juror_ids = built.jurors

        def start() -> None:
            with database.changing() as work:
                round_id = actions.draft(
                    work,
                    contest_id=contest_id,
                    actor_id=juror_ids[0],
                    at=NOW,
                    seed="seed",
                    settings=RoundSettings(quorum=3),
                )
                actions.open_round(work, round_id=round_id, actor_id=juror_ids[0], at=NOW)

        goals: list[Goal] = []

        def aim(name: str, act: Callable[[], object], limit_s: float, limit_mib: float | None = None) -> None:
            found = spent(act)
            goals.append(found.goal(name, limit_s))
            if limit_mib is not None:
                goals.append(Goal(f"{name}, growth", found.mib, limit_mib, "MiB"))

        def aim_page(name: str, path: str, limit_ms: float, *, as_organizer: bool = False) -> None:
            acts = {"page": lambda: _page(built, path, as_organizer=as_organizer), "flask": flask_alone()}
            found = cpu_ms(acts, batches=3)
            goals.append(Goal(name, found["page"], limit_ms * slowness(found["flask"]), "ms CPU"))

        aim("start 33,334 works x 3 jurors", start, 2.5, 60)
        with database.reading() as session:
            round_id = queries.rounds(session, contest_id)[0].id
        aim_page("a juror's first page", "/contests/bench/judging/1/room", 10)
        _votes(database, 33_334)
        aim_page("the round's page at 100,000 votes", "/contests/bench/desk/jury/1/", 30, as_organizer=True)

        goals += ending(built, round_id)
        with database.changing() as work:
            awards.draft(work, contest_id=contest_id, actor_id=juror_ids[0], at=NOW)

        def export() -> None:
            with database.reading() as session:
                for _piece in as_csv(score_table(session, contest_id, language="en")):
                    pass

        aim("export of 33,334 works and 100,000 votes", export, 1.5, 40)
        return goals


def ending(built: Stage, round_id: UUID) -> list[Goal]:
    """Close the round and rank it; the chances have a goal of their own, longer than the one for all else."""
    ranked: list[Evaluation] = []

    def close() -> None:
        with built.database.changing() as work:
            actions.close(work, round_id=round_id, actor_id=built.jurors[0], at=NOW)

    def rank() -> None:
        with built.database.reading() as session:
            ranked.append(queries.standing(session, round_id))

    def draw() -> None:
        strength, deviation = np.array([(one.strength, one.strength_sd) for one in ranked[0].entries]).T
        chances(strength, deviation**2, top=ranked[0].top, seed="seed")

    closing, ranking, drawing = (spent(act) for act in (close, rank, draw))
    without = Spent(closing.seconds + ranking.seconds - drawing.seconds, 0, (closing.slowness + ranking.slowness) / 2)
    return [
        closing.goal("close 100,000 votes", inf),
        ranking.goal("rank them, with P(top K)", inf),
        drawing.goal("P(top K) of 33,334 works", 2.0),
        without.goal("close and rank, but for P(top K)", 1.5),
    ]


def _page(built: Stage, path: str, *, as_organizer: bool = False) -> None:
    cookie = built.cookie
    if as_organizer:
        built.cookie = built.organizer_cookie
    status, _body = built.ask("GET", path)
    built.cookie = cookie
    if status != "200 OK":
        raise RuntimeError(f"{path}: {status}")


def requests(sizes: tuple[int, ...], *, judges_time: bool) -> list[Goal]:
    """Time fetch and vote while the contest grows; print the table."""
    rows: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for votes in sizes:
            with stage(Path(folder) / str(votes), votes) as built:
                rows[votes] = measure(built)
    print("CPU in ms; in brackets the multiple of an empty POST (fetch) or of empty POST + bare INSERT (vote)\n")
    heads = f"{'votes':>8} {'Flask alone':>12} {'empty POST':>11} {'bare INSERT':>12} {'fetch of 4':>16} {'vote':>16}"
    print(f"{heads}  statements")
    for votes, row in rows.items():
        fetch = f"{row['fetch']:.2f} ({row['fetch'] / row['empty']:.1f}x)"
        cast = f"{row['cast']:.2f} ({row['cast'] / (row['empty'] + row['bare']):.1f}x)"
        counts = f"fetch {row['fetch_statements']:.0f}, vote {row['cast_statements']:.0f}"
        bases = f"{row['flask']:>12.3f} {row['empty']:>11.2f} {row['bare']:>12.2f}"
        print(f"{votes:>8,} {bases} {fetch:>16} {cast:>16}  {counts}")
    first, last = rows[sizes[0]], rows[sizes[-1]]
    goals: list[Goal] = []
    for name, key, statements, flat in (("fetch", "fetch", 4, 1.10), ("vote", "cast", 6, 1.05)):
        goals.append(Goal(f"{name}, statements", last[f"{key}_statements"], statements, ""))
        grown = last[key] / last["empty"] / (first[key] / first["empty"])
        goals.append(Goal(f"{name}, {sizes[-1]:,} against {sizes[0]:,} votes", grown, flat + NOISE, "x"))
        if judges_time:
            goals.append(Goal(name, last[key], 1.5 * slowness(last["flask"]), "ms CPU"))
    if judges_time:
        limit = 1000 / 600 * slowness(last["flask"])
        goals.append(Goal("600 votes a second and core: one vote", last["cast"], limit, "ms CPU"))
    return goals


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="3,000 and 12,000 votes only")
    parser.add_argument("--bulk", action="store_true", help="only starting, closing and exporting a large round")
    options = parser.parse_args()
    goals: list[Goal] = []
    if not options.quick:
        with tempfile.TemporaryDirectory() as folder:
            goals += bulk(Path(folder) / "bulk")
    if not options.bulk:
        goals += requests(SIZES_QUICK if options.quick else SIZES_FULL, judges_time=not options.quick)
    print(f"\n{'':<48} {'found':>9} {'at most':>9}")
    for goal in goals:
        print(goal)
    sys.exit(0 if all(goal.is_met for goal in goals) else 1)


if __name__ == "__main__":
    main()
