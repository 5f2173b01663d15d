"""Worlds that differ in one secret and in nothing else, on a real database, a real store and a real application."""

import hashlib
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from contest.accounts.models import Person, RoleKind, SignIn, Unit
from contest.accounts.queries import hashed
from contest.app import create_app
from contest.awards import actions as awards
from contest.awards import queries as awards_queries
from contest.calls.models import Category, Contest, PrizeTier
from contest.entries.models import Entry, EntryKind
from contest.inspection.derive import derive
from contest.inspection.sizes import PREVIEWS, SIZES
from contest.judging import actions
from contest.judging.models import Ballot, Sheet
from contest.judging.rules.settings import POINT, Mode, RoundSettings
from contest.kernel.db import Database, Work, open_database
from contest.kernel.permissions import State
from contest.platform.mail import open_mail
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore, derivative_key, open_store, original_key
from contest.settings import Settings
from tests import photos
from tests.guards.blindness.secrets_of import Secret, secret
from tests.judging import open_round
from tests.makers import make_author, make_contest, make_entry, make_person, make_picture, make_role, make_unit
from tests.visitor import SetClock

SHORT_NAME = "blind-cup"
NOW = datetime(2026, 12, 3, 4, 0, tzinfo=UTC)
HANDED_IN = datetime(2026, 11, 10, tzinfo=UTC)
SUBJECTS = ("juror", "chair", "secretary", "photographer", "anonymous")
ENTRIES = 8
SERIES = 2  # the entry that is a series of two
WIDTH_PX = 420
# With it the juror's next work is entry 3, which differs between the sets of authors in every respect; and no two
# works that one author took in either set follow each other by chance, since an order parts those.
SEED = "the seed of the test 191"


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
    """One world and the ways into it."""

    variant: Variant
    app: Flask
    database: Database
    store: FolderStore
    clock: SetClock
    # Entry 0 is the photographer's own and the same in all worlds.
    secrets: list[Secret]
    units: list[str]
    state: State = State.PRESCREEN
    people: dict[str, UUID] = field(default_factory=dict)
    round_id: UUID | None = None
    steps: list[int] = field(default_factory=list)

    def client(self, subject: str) -> FlaskClient:
        """Give a browser in which a subject is signed in, with a cookie that is the same in all worlds."""
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
                            person_id=self.people[subject],
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
                    Sheet.juror_id == self.people[subject],
                    Ballot.entry_id.not_in([fixed(f"entry {place}") for place in spared]),
                )
                .order_by(Ballot.position)
            )
            return list(found)

    def names(self) -> dict[str, UUID]:
        """Give what every action on the contest needs."""
        return {"contest_id": fixed("contest"), "actor_id": self.people["organizer"]}

    def open_round(self, mode: Mode = Mode.SCORE, settings: RoundSettings | None = None) -> None:
        """Open a round; everybody on the panel starts to vote."""
        with self.database.changing() as work:
            self.round_id = open_round(work, **self.names(), at=NOW, seed=SEED, mode=mode, settings=settings)
        self.steps = [
            step for step in (settings or RoundSettings()).steps(mode) if mode is not Mode.SCORE or step % POINT == 0
        ]
        self.state = State.ROUND
        self._vote("juror", 3, key="one")
        if self.variant.votes is not None:
            self._vote("chair", 7, key="one")  # her own pages show her own votes
            # Which works her unit keeps her from is a secret of the authors: she votes on none of either set's.
            self._vote("colleague", 5, key=self.variant.votes, spared=(2, 5))
        self.clock.at = NOW + timedelta(hours=1)

    def close_round(self) -> None:
        """Close the round with gaps."""
        with self.database.changing() as work:
            actions.close(
                work,
                round_id=self.round_id,
                actor_id=self.people["organizer"],
                at=self.clock.at,
                reason="The evening is over",
            )
        self.state = State.DELIB
        self.clock.at += timedelta(hours=1)

    def seal_result(self) -> None:
        """Work out the prizes, decide every tie, seal."""
        with self.database.changing() as work:
            awards.draft(work, **self.names(), at=self.clock.at)
            while (result := awards_queries.result(work.session, fixed("contest"))) and result.tie:
                awards.rule(
                    work,
                    **self.names(),
                    rank=result.tie.rank,
                    order=result.tie.entry_ids,
                    reason="By lot",
                    at=self.clock.at,
                )
        with self.database.changing() as work:
            awards.seal(work, contest_id=fixed("contest"), actor_id=self.people["chair"], at=self.clock.at)
        self.state = State.SEALED
        self.clock.at += timedelta(hours=1)

    def _vote(self, subject: str, count: int, *, key: str, spared: tuple[int, ...] = ()) -> None:
        for place, handle in enumerate(self.handles(subject, spared=spared)[:count]):
            drawn = hashlib.sha256(f"{key}{subject}{handle}".encode()).digest()[0]
            with self.database.changing() as work:
                actions.cast(
                    work,
                    contest_id=fixed("contest"),
                    number=1,
                    juror_id=self.people[subject],
                    handle=handle,
                    score=self.steps[drawn % len(self.steps)],
                    request_key=f"{subject}-{place:06d}",
                    at=NOW + timedelta(minutes=1 + place),
                )


def fixed(name: str) -> UUID:
    """Give the id that this name has in every world."""
    return UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4)


@contextmanager
def world(folder: Path, migrated: Path, variant: Variant) -> Iterator[World]:
    """Build a world up to the end of the screening."""
    (folder / "instance").mkdir(parents=True)
    shutil.copyfile(migrated, folder / "contest.sqlite")
    settings = Settings(
        data=folder,
        database=f"sqlite:///{folder / 'contest.sqlite'}",
        secret="the same secret in every world, long enough",
        address="http://localhost",
        mail="smtp://127.0.0.1:9",  # a mail folder is named on the sign-in page, and every world has its own
    )
    database, clock, store = open_database(settings.database), SetClock(NOW), open_store(settings)
    app = create_app(
        settings,
        clock=clock,
        database=database,
        store=store,
        queue=EmbeddedQueue(database),
        mail=open_mail(settings, clock=clock),
        testing=True,
    )
    built = World(
        variant=variant,
        app=app,
        database=database,
        store=store,
        clock=clock,
        secrets=[_secret(variant, place) for place in range(ENTRIES)],
        units=[secret(f"unit {variant.authors} {place}").name_en for place in range(3)],
    )
    with database.changing() as work:
        _fill(built, work)
    try:
        yield built
    finally:
        database.dispose()


def _secret(variant: Variant, place: int) -> Secret:
    own = secret(f"author {'everywhere' if place == 0 else variant.authors} {place}")
    return own if place else replace(own, email="photographer@example.org")


def _fill(built: World, work: Work) -> None:
    # Two sets of authors also differ in who came first and in who took which work.
    is_other = built.variant.authors != "one"
    for name in ("organizer", "chair", "juror", "colleague", "secretary", "photographer"):
        person = make_person(
            work, id=fixed(name), email=f"{name}@example.org", name_zh="", name_en=f"The {name}", created_at=NOW
        )
        built.people[name] = person.id
    # An instance without an administrator would offer to become one.
    make_person(work, id=fixed("administrator"), email="administrator@example.org", is_administrator=True)
    contest = _contest(work)
    units = [
        make_unit(work, contest, id=fixed(f"unit {place}"), name_zh="", name_en=name)
        for place, name in enumerate(built.units)
    ]
    for position, (name, kind) in enumerate(
        (
            ("organizer", RoleKind.ORGANIZER),
            ("chair", RoleKind.CHAIR),
            ("juror", RoleKind.JUROR),
            ("colleague", RoleKind.JUROR),
            ("secretary", RoleKind.SECRETARY),
        )
    ):
        unit_id = units[0].id if name == "colleague" else None
        person = work.session.get_one(Person, built.people[name])
        make_role(work, contest, person, kind, id=fixed(f"role {name}"), unit_id=unit_id, position=position)
    _entries(built, work, contest, units, is_other=is_other)


def _contest(work: Work) -> Contest:
    contest = make_contest(
        work,
        id=fixed("contest"),
        short_name=SHORT_NAME,
        state=State.PRESCREEN,
        name_zh="盲评杯",
        name_en="Blind Cup",
        awards_per_author=None,
        notice_en="Notice",
        notice_zh="启事",
    )
    contest.categories, contest.tiers = [], []
    work.session.flush()  # what makers made goes before the same keys come with ids that every world shares
    contest.categories = [
        Category(id=fixed(f"category {key}"), key=key, name_en=name, position=place)
        for place, (key, name) in enumerate((("B", "Landscape"), ("P", "People")))
    ]
    contest.tiers = [
        PrizeTier(id=fixed(f"tier {key}"), key=key, name_en=key.capitalize(), count=count, position=place)
        for place, (key, count) in enumerate((("first", 1), ("second", 2)))
    ]
    work.session.flush()
    return contest


def _entries(built: World, work: Work, contest: Contest, units: list[Unit], *, is_other: bool) -> None:
    order = list(range(ENTRIES))
    came = [0, *(reversed(order[1:]) if is_other else order[1:])]
    # Of one set the author of entry 1 took 7 as well, of the other that of entry 3 took 4.
    also = {4: 3} if is_other else {7: 1}
    of_unit = {5: units[0], 3: units[1]} if is_other else {2: units[0], 6: units[2]}
    authors = {}
    for turn, place in enumerate(came):
        own = built.secrets[place]
        person = (
            work.session.get_one(Person, built.people["photographer"])
            if place == 0
            else make_person(
                work,
                id=fixed(f"author's account {place}"),
                email=own.email,
                name_zh=own.name_zh,
                name_en=own.name_en,
                created_at=HANDED_IN + timedelta(hours=turn),
            )
        )
        authors[place] = (
            person,
            make_author(
                work,
                contest,
                id=fixed(f"author {place}"),
                person_id=person.id,
                unit_id=of_unit[place].id if place in of_unit else None,
                name_zh=own.name_zh,
                name_en=f"{own.name_en} {own.pinyin}",
                email=own.email,
                phone=own.phone,
                country="CN" if place == 0 else {"one": "FR"}.get(built.variant.authors, "MX"),
            ),
        )
    for turn, place in enumerate(came):
        _entry(built, work, contest, authors[also.get(place, place)], place=place, turn=turn)


def _entry(built: World, work: Work, contest: Contest, by: tuple[Person, object], *, place: int, turn: int) -> Entry:
    own, (person, author) = built.secrets[place], by
    entry = make_entry(
        work,
        contest,
        id=fixed(f"entry {place}"),
        number=f"B-{turn + 1:04d}",
        category_id=contest.categories[place % 2].id,
        entrant=person,
        author=author,  # type: ignore[arg-type]
        pictures=0,
        kind=EntryKind.SERIES if place == SERIES else EntryKind.SINGLE,
        title_zh=own.title_zh,
        title_en=own.title_en,
        caption=own.caption,
        place=own.place,
        created_at=HANDED_IN + timedelta(hours=turn),
        submitted_at=HANDED_IN + timedelta(hours=turn, minutes=5),
    )
    for position in range(2 if place == SERIES else 1):
        original = _original(own, seed=10 * place + position)
        digest = hashlib.sha256(original).hexdigest()
        picture = make_picture(
            position,
            id=fixed(f"picture {place} {position}"),
            sha256=digest,
            bytes=len(original),
            file_name=own.file_name,
            received_at=HANDED_IN + timedelta(hours=turn, minutes=3),
            width_px=WIDTH_PX,
            height_px=280,
            facts={"camera": {"artist": own.artist, "serial": own.serial}},
        )
        built.store.put(original_key(digest), io.BytesIO(original))
        for row, (step, drawn) in zip(picture.derivatives, _derivatives(original).items(), strict=True):
            row.width_px, row.height_px, row.bytes = WIDTH_PX, 280, len(drawn)
            row.sha256 = hashlib.sha256(drawn).hexdigest()
            built.store.put(derivative_key(picture.id, step), io.BytesIO(drawn))
        entry.pictures.append(picture)
    work.session.flush()
    return entry


@cache
def _original(own: Secret, *, seed: int) -> bytes:
    """Make a file whose pixels follow the seed and whose every other byte may tell whose it is."""
    return photos.make_jpeg(
        width_px=WIDTH_PX,
        height_px=280,
        seed=seed,
        artist=own.artist,
        copyright_notice=own.name_zh,
        exif={"owner_name": own.owner, "serial_number": own.serial, "xp_author": own.pinyin},
        xmp=photos.xmp_packet(creators=[own.creator], title=own.title_zh, description=own.caption),
        iptc=photos.iptc_block(byline=own.byline),
        icc=photos.icc_profile(name=own.profile),
        comment=own.comment.encode(),
        trailer=own.trailer.encode(),
        thumbnail=True,
    )


@cache
def _derivatives(original: bytes) -> dict[int, bytes]:
    """Draw what the inspection draws; the service's own code, so that a leak of it is found here as well."""
    outputs = {step: io.BytesIO() for step in SIZES}
    with Image.open(io.BytesIO(original)) as opened:
        derive(opened, drawing=PREVIEWS, orientation=1, icc=opened.info.get("icc_profile"), outputs=outputs)  # type: ignore[arg-type]
    return {step: out.getvalue() for step, out in outputs.items()}
