"""What lies in a world before its round: people, a contest, works with their files; the same but for the secrets."""

import hashlib
import io
import os
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from uuid import UUID

from PIL import Image

from contest.accounts.models import Person, RoleKind, Unit
from contest.calls.models import Category, Contest, PrizeTier
from contest.entries.actions import release_text
from contest.entries.models import Author, Derivative, EntryKind
from contest.inspection.derive import derive
from contest.inspection.sizes import PREVIEWS, WHOLE
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work, open_database
from contest.kernel.permissions import State
from contest.platform.store import FileStore, derivative_key, open_store, original_key
from contest.settings import Settings
from tests import photos
from tests.guards.blindness.secrets_of import Secret, secret
from tests.makers import make_author, make_contest, make_entry, make_person, make_picture, make_role, make_unit

SHORT_NAME, BLIND_KEY = "blind-cup", "k" * 43
NOW = datetime(2026, 12, 3, 4, 0, tzinfo=UTC)
HANDED_IN = datetime(2026, 11, 10, tzinfo=UTC)
ALONE = "alone"  # who organizes and judges, as where one person runs a contest
PEOPLE = ("organizer", "chair", "juror", "colleague", "secretary", "photographer", ALONE)
ENTRIES = 8
SIBLING = 4  # in one set of authors by the author of entry 3
OF_A_UNIT = {2, 3, 5, 6}  # entries whose author is of a unit in one set of authors and of none in the other
SERIES = 2  # the entry that is a series of two
WIDTH_PX, HEIGHT_PX = 420, 280


def fixed(name: str) -> UUID:
    """Give the id that this name has in every world."""
    return UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4)


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """One set of authors with all that is theirs, laid down once in a folder that worlds are copied from.

    Entry 0 is the photographer's own and the same in all worlds.
    """

    folder: Path
    authors: str

    @cached_property
    def secrets(self) -> list[Secret]:
        """Give for each entry the tokens of who came with it."""
        own = [secret(f"author {'everywhere' if place == 0 else self.authors} {place}") for place in range(ENTRIES)]
        return [replace(own[0], email="photographer@example.org"), *own[1:]]

    @cached_property
    def units(self) -> list[str]:
        """Give the names of the units."""
        return [secret(f"unit {self.authors} {place}").name_en for place in range(3)]

    def copied_to(self, folder: Path) -> Settings:
        """Give the settings of a new world on these; its files are the same ones, its rows its own."""
        shutil.copytree(self.folder, folder, copy_function=os.link)
        (folder / "contest.sqlite").unlink()
        shutil.copyfile(self.folder / "contest.sqlite", folder / "contest.sqlite")
        return settings_in(folder)


def settings_in(folder: Path) -> Settings:
    """Give a world's settings."""
    return Settings(
        data=folder,
        database=f"sqlite:///{folder / 'contest.sqlite'}",
        secret="the same secret in every world, long enough",
        address="http://localhost",
        mail="smtp://127.0.0.1:9",  # a mail folder is named on the sign-in page, and every world has its own
    )


def laid_in(folder: Path, migrated: Path, authors: str) -> Foundation:
    """Lay a set of authors and their works down, up to the end of the screening."""
    (folder / "instance").mkdir(parents=True)
    shutil.copyfile(migrated, folder / "contest.sqlite")
    settings, laid = settings_in(folder), Foundation(folder=folder, authors=authors)
    database = open_database(settings.database)
    with database.changing() as work:
        _people_and_works(laid, work, open_store(settings))
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return laid


def _people_and_works(laid: Foundation, work: Work, store: FileStore) -> None:
    for name in PEOPLE:
        make_person(
            work, id=fixed(name), email=f"{name}@example.org", name_zh="", name_en=f"The {name}", created_at=NOW
        )
    # An instance without an administrator would offer to become one.
    make_person(work, id=fixed("administrator"), email="administrator@example.org", is_administrator=True)
    contest = _contest(work)
    units = [
        make_unit(work, contest, id=fixed(f"unit {place}"), name_zh="", name_en=name)
        for place, name in enumerate(laid.units)
    ]
    for position, (name, kind) in enumerate(
        (
            ("organizer", RoleKind.ORGANIZER),
            ("chair", RoleKind.CHAIR),
            ("juror", RoleKind.JUROR),
            ("colleague", RoleKind.JUROR),
            ("secretary", RoleKind.SECRETARY),
            (ALONE, RoleKind.ORGANIZER),
            (ALONE, RoleKind.JUROR),
        )
    ):
        unit_id = units[0].id if name == "colleague" else None
        person = work.session.get_one(Person, fixed(name))
        make_role(work, contest, person, kind, id=fixed(f"role {name} {kind}"), unit_id=unit_id, position=position)
    _entries(laid, work, store, contest, units)


def _contest(work: Work) -> Contest:
    contest = make_contest(
        work,
        id=fixed("contest"),
        short_name=SHORT_NAME,
        blind_key=BLIND_KEY,
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


def _entries(laid: Foundation, work: Work, store: FileStore, contest: Contest, units: list[Unit]) -> None:
    # Two sets of authors also differ in who came first and in who took which work.
    is_other, order = laid.authors != "one", list(range(ENTRIES))
    came = [0, *(reversed(order[1:]) if is_other else order[1:])]
    # Of one set the author of entry 1 took 7 as well, of the other that of entry 3 took 4.
    also = {SIBLING: 3} if is_other else {7: 1}
    of_unit = {5: units[0], 3: units[1]} if is_other else {2: units[0], 6: units[2]}
    authors = {}
    for turn, place in enumerate(came):
        own = laid.secrets[place]
        person = (
            work.session.get_one(Person, fixed("photographer"))
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
                country="CN" if place == 0 else "MX" if is_other else "FR",
            ),
        )
    for turn, place in enumerate(came):
        _entry(work, store, contest, laid.secrets[place], by=authors[also.get(place, place)], place=place, turn=turn)
        # What jurors read where a round lets them: not what the entrant wrote.
        release_text(
            work,
            contest_id=contest.id,
            entry_id=fixed(f"entry {place}"),
            title=Bilingual(f"作品 {place}", f"Work {place}"),
            caption=f"In the words of the organizer, {place}",
            is_approved=False,
            round_number=1,
            actor_id=fixed("organizer"),
            at=NOW,
        )


def _entry(
    work: Work,
    store: FileStore,
    contest: Contest,
    own: Secret,
    *,
    by: tuple[Person, Author],
    place: int,
    turn: int,
) -> None:
    person, author = by
    entry = make_entry(
        work,
        contest,
        id=fixed(f"entry {place}"),
        number=f"B-{turn + 1:04d}",
        category_id=contest.categories[place % 2].id,
        entrant=person,
        author=author,
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
            height_px=HEIGHT_PX,
            facts={"camera": {"artist": own.artist, "serial": own.serial}},
        )
        store.put(original_key(digest), io.BytesIO(original))
        picture.derivatives = []
        for step, drawn in _derivatives(original).items():
            sha256 = hashlib.sha256(drawn).hexdigest()
            picture.derivatives.append(
                Derivative(long_side_px=step, width_px=WIDTH_PX, height_px=HEIGHT_PX, bytes=len(drawn), sha256=sha256)
            )
            store.put(derivative_key(picture.id, step), io.BytesIO(drawn))
        entry.pictures.append(picture)
    work.session.flush()


def _original(own: Secret, *, seed: int) -> bytes:
    """Make a file whose pixels follow the seed and whose every other byte may tell whose it is."""
    return photos.make_jpeg(
        width_px=WIDTH_PX,
        height_px=HEIGHT_PX,
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


def _derivatives(original: bytes) -> dict[int, bytes]:
    """Draw what the inspection draws; the service's own code, so that a leak of it is found here as well."""
    drawn = {}
    for drawing in (PREVIEWS, WHOLE):
        outputs = {step: io.BytesIO() for step in drawing.sizes}
        with Image.open(io.BytesIO(original)) as opened:
            derive(opened, drawing=drawing, orientation=1, icc=opened.info.get("icc_profile"), outputs=outputs)  # type: ignore[arg-type]
        drawn |= {step: out.getvalue() for step, out in outputs.items()}
    return drawn
