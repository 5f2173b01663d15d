"""Build the demonstration contest: the story's people do what people do, by the same actions as everybody.

Nothing is written past the rules: entries are received, examined and screened, jurors cast their ballots, the chair
seals and the organizer announces. Only the moments are the story's own, some months ago.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select

from contest.accounts.actions.letters import MAIL_JOB
from contest.accounts.models import OutgoingLetter, Person, RoleKind
from contest.accounts.passwords import hash_password
from contest.awards.actions import announce, draft, seal
from contest.calls.actions import add_role, add_unit, advance, draft_contest, edit
from contest.calls.models import Category, Contest
from contest.demo.filling import rules, texts
from contest.demo.painting import paint_all
from contest.demo.story import AUTHORS, CALL, COPY, JUDGED, JURY, UNITS, WORKS, ZONE, scores
from contest.demo.story import Author as Teller
from contest.demo.story import Work as Told
from contest.entries import actions as entries
from contest.entries.jobs import handlers as entry_handlers
from contest.entries.models import Entry, EntryState, Finding, Pair, PairVerdict, Picture
from contest.entries.receiving import take
from contest.entries.twins.orders import COMPARE, COMPARE_ALL, order_comparing_all
from contest.inspection.sandbox import Sandbox
from contest.judging.actions import cast, close, open_round
from contest.judging.actions import draft as draft_round
from contest.judging.models import Ballot, Sheet
from contest.judging.rules.settings import POINT
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.ids import new_code, new_id
from contest.kernel.permissions import State
from contest.platform.queue import EmbeddedQueue
from contest.platform.worker import drain
from contest.publishing.actions import order_build
from contest.publishing.album.editions import Edition
from contest.publishing.jobs import handlers as publishing_handlers
from contest.publishing.models import Build
from contest.web.services import Services

SHORT_NAME: Final = "demo"
ADMINISTRATOR: Final = "admin@example.org"
ORGANIZER: Final = "organizer@example.org"
EXAMINERS: Final = 2


@dataclass(frozen=True, kw_only=True)
class Role:
    """How somebody of the demonstration signs in, and the page where that person's work begins."""

    role: str
    email: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """What was built. ``album`` is the file of the album; everybody signs in with ``password``."""

    short_name: str
    password: str
    roles: tuple[Role, ...]
    album: str
    album_pages: int


Tell = Callable[[str], None]


class WithoutLetters(EmbeddedQueue):
    """The queue without letters: the story's people have addresses that nobody reads."""

    def enqueue(self, work: Work, kind: str, payload: Mapping[str, Any], **given: Any) -> UUID:
        """Order everything but letters, whose text is dropped with them."""
        if kind == MAIL_JOB:
            work.session.execute(delete(OutgoingLetter).where(OutgoingLetter.id == UUID(payload["letter_id"])))
            return new_id()
        return super().enqueue(work, kind, payload, **given)


class Staging:
    """One run of the story on an instance."""

    def __init__(self, services: Services, *, tell: Tell, folder: Path, stack: ExitStack) -> None:
        self.services = services
        self.database = services.database
        self.tell = tell
        self.folder = folder
        self.stack = stack
        self.password = f"{new_code(4)}-{new_code(4)}".lower()
        self.password_hash = hash_password(self.password)
        self.people: dict[str, UUID] = {}
        self.units: dict[str, UUID] = {}
        self.entries: dict[str, UUID] = {}
        self.contest_id = new_id()

    def run(self) -> Demonstration:
        """Tell the whole story, from the call to the album."""
        self.tell("People, units and the call for entries")
        self._call()
        self.tell(f"Painting and handing in {len(WORKS) + 1} works")
        self._hand_in()
        self.tell("Examining the pictures")
        self._examine()
        self.tell("Screening")
        self._screen()
        self.tell("Five jurors judge")
        self._judge()
        self.tell("Prizes, seal, announcement")
        self._award()
        self.tell("The album")
        return self._publish()

    def _call(self) -> None:
        at = CALL.opens_at - timedelta(days=14)
        with self.database.changing() as work:
            organizer = self._person(work, ORGANIZER, Bilingual("陈组织", "Chen Zuzhi"), at)
            if not work.session.scalar(select(func.count()).where(Person.is_administrator)):
                self._person(work, ADMINISTRATOR, Bilingual("管理员", "Administrator"), at, is_administrator=True)
            self.contest_id = draft_contest(
                work,
                preset_name="cn-district",
                short_name=SHORT_NAME,
                name=CALL.name,
                language="zh_Hans",
                zone=ZONE,
                opens_at=CALL.opens_at,
                closes_at=CALL.closes_at,
                organizer_id=organizer,
                at=at,
            )
            row = work.session.get_one(Contest, self.contest_id)
            edit(
                work,
                contest_id=self.contest_id,
                version=row.version,
                texts=texts(),
                rules=rules(row),
                actor_id=organizer,
                at=at,
            )
            for unit in UNITS:
                self.units[unit.key] = add_unit(
                    work, contest_id=self.contest_id, name=unit.name, actor_id=organizer, at=at
                )
            self._give_roles(work, organizer, at)
            for author in AUTHORS:
                if author.unit is None:
                    self._person(work, author.email, author.name, at)
            advance(work, contest_id=self.contest_id, to=State.OPEN, actor_id=organizer, at=at)

    def _give_roles(self, work: Work, organizer: UUID, at: datetime) -> None:
        give = partial(add_role, work, contest_id=self.contest_id, actor_id=organizer, at=at)
        for juror in JURY:
            self._person(work, juror.email, juror.name, at)
            unit_id = self.units[juror.unit] if juror.unit else None
            give(kind=RoleKind(juror.role), email=juror.email, name=juror.name, title=juror.title, unit_id=unit_id)
        for unit in UNITS:
            email = f"{unit.key}@example.org"
            self._person(work, email, unit.name, at)
            give(
                kind=RoleKind.DELEGATE,
                email=email,
                name=unit.name,
                title=Bilingual(),
                unit_id=self.units[unit.key],
            )

    def _person(
        self, work: Work, email: str, name: Bilingual, at: datetime, *, is_administrator: bool = False
    ) -> UUID:
        person = work.session.scalar(select(Person).where(Person.email == email))
        if person is None:
            person = Person(id=new_id(), email=email, name_zh=name.zh, name_en=name.en, created_at=at)
            person.password_hash, person.is_administrator = self.password_hash, is_administrator
            work.session.add(person)
            work.session.flush()
        self.people[email] = person.id
        return person.id

    def _hand_in(self) -> None:
        """Hand everything in over the weeks of the call; units hand in for their people."""
        told = {work.key: work for work in WORKS}
        span = CALL.closes_at - CALL.opens_at
        painted: dict[str, Path] = {}
        for place, (key, path) in enumerate(paint_all(self.folder)):
            painted[key] = path
            planned = CALL.opens_at + span * (place + 1) / (len(WORKS) + 3)
            taken = told[key].captured_at + timedelta(hours=14)  # nobody hands in a picture before taking it
            self._hand_in_one(told[key], path, min(max(planned, taken), CALL.closes_at - timedelta(hours=4)))
        copied = replace(told[COPY.copy_of], key="copy", author=COPY.author, category=COPY.category, title=COPY.title)
        self._hand_in_one(copied, painted[COPY.copy_of], CALL.closes_at - timedelta(hours=3))

    def _hand_in_one(self, told: Told, path: Path, at: datetime) -> None:
        author = next(author for author in AUTHORS if author.key == told.author)
        entrant = self.people[f"{author.unit}@example.org" if author.unit else author.email]
        with self.database.changing() as work:
            row = self._author(work, author, entrant)
            category = work.session.scalars(
                select(Category.id).where(Category.contest_id == self.contest_id, Category.key == told.category)
            ).one()
            entry_id = entries.create(
                work, contest_id=self.contest_id, entrant_id=entrant, author=row, category_id=category, at=at
            ).id
        self.entries[told.key] = entry_id
        settings = self.services.settings
        with path.open("rb") as file:
            take(
                self.database,
                self.services.store,
                self.services.queue,
                file,
                entry_id=entry_id,
                person_id=entrant,
                file_name=f"DSC_{1000 + len(self.entries)}.jpg",
                declared_bytes=path.stat().st_size,
                declared_sha256=None,
                incoming=settings.uploads / "incoming",
                secret=settings.secret,
                at=at,
                limit_bytes=settings.upload_bytes_max,
            )
        with self.database.changing() as work:
            entries.submit(
                work,
                self.services.queue,
                entry_id=entry_id,
                actor_id=entrant,
                declared=True,
                at=at + timedelta(minutes=6),
                secret=settings.secret,
                address=settings.address,
                text=entries.Text(
                    title=told.title,
                    caption="\n".join(filter(None, told.caption)),
                    place=" ".join(filter(None, told.place)),
                ),
                author=self._author(work, author, entrant),
                mailed=False,
            )

    def _author(self, work: Work, author: Teller, entrant: UUID) -> Any:
        if author.unit:
            return entries.author_named(
                work, contest_id=self.contest_id, unit_id=self.units[author.unit], name=author.name
            )
        given = entries.AuthorGiven(name=author.name)
        return entries.author_for(work, contest_id=self.contest_id, person_id=entrant, unit_id=None, given=given)

    def _examine(self) -> None:
        """Examine in children of this process, on both cores, a worker beside perhaps; then look for look-alikes."""

        def run(sandbox: Sandbox) -> int:
            handlers = entry_handlers(self.services, sandbox=sandbox)
            return drain(EmbeddedQueue(self.database), {"inspect": handlers["inspect"]}, clock=self.services.clock)

        sandboxes = [self.stack.enter_context(Sandbox(work_dir=self.folder)) for _ in range(EXAMINERS)]
        with ThreadPoolExecutor(EXAMINERS) as pool:
            list(pool.map(run, sandboxes))
        handlers = entry_handlers(self.services, sandbox=sandboxes[0])
        with self.database.changing() as work:
            order_comparing_all(work, self.services.queue, contest_id=self.contest_id, at=self.services.clock())
        comparing = {kind: handlers[kind] for kind in (COMPARE, COMPARE_ALL)}
        drain(EmbeddedQueue(self.database), comparing, clock=self.services.clock)

    def _screen(self) -> None:
        at = CALL.closes_at + timedelta(days=3)
        organizer = self.people[ORGANIZER]
        judged = {self.entries[work.key] for work in JUDGED}
        with self.database.changing() as work:
            self._set_apart(work, judged, organizer, at)
            entries.accept_clean(work, contest_id=self.contest_id, actor_id=organizer, at=at)
            waiting = work.session.scalars(
                select(Entry.id).where(Entry.contest_id == self.contest_id, Entry.state == EntryState.SUBMITTED)
            ).all()
            for entry_id in waiting:
                if entry_id in judged:
                    entries.accept(work, entry_id=entry_id, actor_id=organizer, at=at)
                else:
                    self._refuse(work, entry_id, organizer, at)

    def _set_apart(self, work: Work, judged: set[UUID], organizer: UUID, at: datetime) -> None:
        """Say of the portraits, which show one sitter, that nobody took them from another."""
        works = dict(work.session.execute(select(Picture.id, Picture.entry_id)).tuples().all())
        for pair in work.session.scalars(select(Pair).where(Pair.contest_id == self.contest_id)).all():
            if pair.other_id is not None and {works[pair.picture_id], works[pair.other_id]} <= judged:
                entries.decide_pair(
                    work,
                    contest_id=self.contest_id,
                    pair_id=pair.id,
                    verdict=str(PairVerdict.UNRELATED),
                    note="同一位模特，三位作者各自拍摄。One sitter, taken by each of them.",
                    actor_id=organizer,
                    at=at,
                )

    def _refuse(self, work: Work, entry_id: UUID, organizer: UUID, at: datetime) -> None:
        codes = set(work.session.scalars(select(Finding.code).where(Finding.entry_id == entry_id)))
        reasons = {
            "F06": "长边不足 3000 像素。The long side is below 3,000 px.",
            "C04": "拍摄时间不在征稿范围内。Taken outside the dates of the call.",
            "D02": "与另一作者的作品文件相同。The same file as another author's work.",
            "D04": "与另一作者的作品部分相同。In part the same as another author's work.",
        }
        told = [text for prefix, text in reasons.items() if any(code.startswith(prefix) for code in codes)]
        entries.refuse(
            work,
            self.services.queue,
            entry_id=entry_id,
            reason=" ".join(told) or "不符合征稿要求。It does not meet the terms of the call.",
            actor_id=organizer,
            at=at,
            address=self.services.settings.address,
        )

    def _judge(self) -> None:
        organizer = self.people[ORGANIZER]
        with self.database.changing() as work:
            round_id = draft_round(
                work,
                contest_id=self.contest_id,
                actor_id=organizer,
                at=CALL.judged_from,
                seed="the demonstration's own",
            )
            open_round(work, round_id=round_id, actor_id=organizer, at=CALL.judged_from, closes_at=CALL.judged_until)
        drawn = scores()
        for juror in JURY:
            self._cast_all(juror.email, {key: score for (who, key), score in drawn.items() if who == juror.key})
        with self.database.changing() as work:
            close(work, round_id=round_id, actor_id=organizer, at=CALL.judged_until - timedelta(hours=1))

    def _cast_all(self, email: str, own_scores: Mapping[str, int]) -> None:
        """Cast a juror's ballots in the juror's own order, one transaction each."""
        juror_id = self.people[email]
        works = {entry_id: key for key, entry_id in self.entries.items()}
        with self.database.reading() as session:
            dealt = session.execute(
                select(Ballot.handle, Ballot.entry_id)
                .join(Sheet, Sheet.id == Ballot.sheet_id)
                .where(Sheet.juror_id == juror_id)
                .order_by(Ballot.position)
            ).all()
        for place, (handle, entry_id) in enumerate(dealt):
            with self.database.changing() as work:
                cast(
                    work,
                    contest_id=self.contest_id,
                    number=1,
                    juror_id=juror_id,
                    handle=handle,
                    score=own_scores[works[entry_id]] * POINT,
                    request_key=f"demonstration-{place:04d}",
                    at=CALL.judged_from + timedelta(hours=2, seconds=11 * place),
                )

    def _award(self) -> None:
        chair = self.people[next(juror.email for juror in JURY if juror.role == "chair")]
        organizer = self.people[ORGANIZER]
        with self.database.changing() as work:
            draft(work, contest_id=self.contest_id, actor_id=chair, at=CALL.judged_until)
        with self.database.changing() as work:
            seal(work, contest_id=self.contest_id, actor_id=chair, at=CALL.judged_until + timedelta(hours=2))
        with self.database.changing() as work:
            announce(work, contest_id=self.contest_id, actor_id=organizer, at=CALL.announced_at)

    def _publish(self) -> Demonstration:
        with self.database.changing() as work:
            builds = {
                edition: order_build(
                    work,
                    self.services.queue,
                    contest_id=self.contest_id,
                    edition=edition,
                    actor_id=self.people[ORGANIZER],
                    at=self.services.clock(),
                )
                for edition in (Edition.PRESS, Edition.SCREEN)
            }
        queue = EmbeddedQueue(self.database)
        drain(queue, publishing_handlers(self.services), clock=self.services.clock)
        with self.database.reading() as session:
            built = session.get_one(Build, builds[Edition.SCREEN])
            with self.services.store.local(built.key) as path:
                return Demonstration(
                    short_name=SHORT_NAME,
                    password=self.password,
                    roles=tuple(self._roles()),
                    album=str(path),
                    album_pages=built.pages,
                )

    def _roles(self) -> Iterator[Role]:
        home = f"/contests/{SHORT_NAME}"
        if ADMINISTRATOR in self.people:
            yield Role(role="administrator", email=ADMINISTRATOR, path="/")
        yield Role(role="organizer", email=ORGANIZER, path=f"{home}/desk/")
        for juror in JURY:
            yield Role(
                role=juror.role,
                email=juror.email,
                path=f"{home}/desk/jury/" if juror.role == "secretary" else f"{home}/judging/",
            )
        for unit in UNITS:
            yield Role(role="delegate", email=f"{unit.key}@example.org", path=f"{home}/works/")
        alone = next(author for author in AUTHORS if author.unit is None)
        yield Role(role="photographer", email=alone.email, path=f"{home}/works/")
