"""What pages, jobs and commands read of results to publish, and of what was built from them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.awards.models import ResultSet, ResultState
from contest.awards.record import PictureRecord, Record
from contest.entries.models import Picture, PictureState
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Missing
from contest.platform.store import FileStore, profile_key
from contest.publishing.album.editions import Edition, Printer
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.profiles import CUSTOM, FOGRA39, OutputProfile
from contest.publishing.album.sources import Measure
from contest.publishing.gallery.view import awarded, pictures
from contest.publishing.models import Acceptance, Build, BuildState, PrinterProfile, Release

ALBUM: Final = "album"
KEPT_MAX: Final = 8
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, kw_only=True)
class Result:
    """A frozen result set.

    Attributes:
        announced_at: None while it is sealed and not yet public.
        shown: The ids of all pictures of awarded works.
    """

    id: UUID
    contest_id: UUID
    version: int
    digest: str
    announced_at: datetime | None
    record: Record
    shown: frozenset[UUID]


@dataclass(frozen=True, kw_only=True)
class PrinterOrder:
    """What a printer asks for, as it is ordered; ``profile`` is the SHA-256 of an uploaded one, "" for FOGRA39.

    The others are as in ``editions.Printer``.
    """

    profile: str = ""
    ink_limit_percent: int = Printer.ink_limit_percent
    leaf_mm: float = Printer.leaf_mm
    only_inks: bool = Printer.only_inks


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who took something upon themselves, when, and why."""

    by: Bilingual
    at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Signatures:
    """What people said of a build: of its warnings, by the finding's key, and that it may go to the printer."""

    accepted: Mapping[str, Signature]
    released: Signature | None


@dataclass(frozen=True, kw_only=True)
class BuildFacts:
    """One build as pages show it; ``progress`` in percent, ``failure`` a code with ``failure_facts``.

    Attributes:
        result_version: 0 for contact sheets, which are made before there is a result.
    """

    id: UUID
    contest_id: UUID
    result_set_id: UUID | None
    result_version: int
    edition: str
    plan_digest: str
    printer: "PrinterOrder"
    state: BuildState
    progress: int
    ordered_at: datetime
    ordered_by: Bilingual | None
    finished_at: datetime | None
    key: str
    bytes: int
    pages: int
    sha256: str
    failure: str
    failure_facts: Mapping[str, Any]
    report: Mapping[str, Any]

    @property
    def findings(self) -> list[Mapping[str, Any]]:
        """Give what the preflight found: ``key``, ``code``, ``severity``, ``page`` and ``facts`` of each."""
        return list(self.report.get("findings", ()))

    @property
    def is_under_way(self) -> bool:
        """Tell whether it still waits or runs."""
        return self.state in {BuildState.QUEUED, BuildState.RUNNING}


def frozen_result(session: Session, contest_id: UUID) -> Result | None:
    """Read a contest's newest sealed or announced result."""
    return _newest(session, contest_id, (ResultState.SEALED, ResultState.ANNOUNCED))


def announced_result(session: Session, contest_id: UUID) -> Result | None:
    """Read a contest's announced result; None while nothing is public."""
    return _newest(session, contest_id, (ResultState.ANNOUNCED,))


def announced_version(session: Session, contest_id: UUID, version: int) -> Result | None:
    """Read one version of a contest's results if it was announced, be there a newer one or not."""
    row = session.execute(
        _frozen_query().where(
            ResultSet.contest_id == contest_id,
            ResultSet.version == version,
            ResultSet.state == ResultState.ANNOUNCED,
        )
    ).one_or_none()
    return None if row is None else _result(session, row)


def result_by_id(session: Session, result_set_id: UUID | None) -> Result:
    """Read one frozen result.

    Raises:
        Missing: ``result``; there is none, or it is still a draft.
    """
    row = session.execute(
        _frozen_query().where(ResultSet.id == result_set_id, ResultSet.state != ResultState.DRAFT)
    ).one_or_none()
    if row is None:
        raise Missing("result")
    return _result(session, row)


def placeholders(session: Session, shown: Iterable[PictureRecord]) -> dict[str, str]:
    """Read the colours shown until pictures arrive, such as "#8a7f6d", by the pictures' ids as in the record.

    With `light` the only thing the gallery reads outside the record: it is about waiting, not about the result.
    """
    wanted = {UUID(hex=picture.id): picture.id for picture in shown}
    rows = session.execute(select(Picture.id, Picture.placeholder).where(Picture.id.in_(wanted)))
    return {wanted[found]: colour for found, colour in rows if _COLOUR.fullmatch(colour)}


def light(session: Session, shown: Iterable[PictureRecord]) -> frozenset[str]:
    """Tell which pictures there are in the lighter format as well, by their ids as in the record."""
    wanted = {UUID(hex=picture.id): picture.id for picture in shown}
    found = session.scalars(select(Picture.id).where(Picture.id.in_(wanted), Picture.has_light))
    return frozenset(wanted[picture_id] for picture_id in found)


def to_lighten(session: Session) -> list[UUID]:
    """List the pictures that stand in a public gallery and are not there in the lighter format yet."""
    contests = select(ResultSet.contest_id).where(ResultSet.state == ResultState.ANNOUNCED).distinct()
    results = [announced_result(session, contest_id) for contest_id in session.scalars(contests)]
    shown = {picture_id for result in results if result is not None for picture_id in result.shown}
    waiting = select(Picture.id).where(Picture.state == PictureState.READY, ~Picture.has_light, Picture.id.in_(shown))
    return list(session.scalars(waiting.order_by(Picture.id)))


def builds(session: Session, contest_id: UUID, *, kind: str = ALBUM) -> list[BuildFacts]:
    """List a contest's builds, the newest first."""
    query = _build_query().where(Build.contest_id == contest_id, Build.kind == kind)
    rows = session.execute(query.order_by(Build.ordered_at.desc(), Build.id))
    return [_facts(*row) for row in rows]


def build(session: Session, contest_id: UUID, build_id: UUID) -> BuildFacts:
    """Read one build of a contest.

    Raises:
        Missing: ``build``; there is none, or it belongs to another contest.
    """
    row = session.execute(_build_query().where(Build.id == build_id, Build.contest_id == contest_id)).one_or_none()
    if row is None:
        raise Missing("build")
    return _facts(*row)


def public_album(session: Session, contest_id: UUID) -> BuildFacts | None:
    """Read the newest screen edition of the announced result; None while there is none to give to the public."""
    query = _build_query().where(
        Build.contest_id == contest_id,
        Build.kind == ALBUM,
        Build.edition == Edition.SCREEN,
        Build.state == BuildState.READY,
        ResultSet.state == ResultState.ANNOUNCED,
    )
    row = session.execute(query.order_by(ResultSet.version.desc(), Build.finished_at.desc()).limit(1)).one_or_none()
    return None if row is None else _facts(*row)


def plan(session: Session, build_id: UUID) -> AlbumPlan | None:
    """Read the plan that a build was, or is to be, made from; None where the job is still to make it."""
    text = session.scalars(select(Build.plan).where(Build.id == build_id)).one()
    return AlbumPlan.from_json(text) if text else None


def signatures(session: Session, build_id: UUID) -> Signatures:
    """Read who accepted which warnings of a build, and who released it."""
    accepted = (
        select(Acceptance, Person)
        .join(Person, Person.id == Acceptance.accepted_by)
        .where(Acceptance.build_id == build_id)
    )
    released = (
        select(Release, Person).join(Person, Person.id == Release.released_by).where(Release.build_id == build_id)
    )
    return Signatures(
        accepted={
            row.finding: Signature(by=person.name, at=row.accepted_at, reason=row.reason)
            for row, person in session.execute(accepted.order_by(Acceptance.accepted_at, Acceptance.finding))
        },
        released=next(
            (Signature(by=person.name, at=row.released_at) for row, person in session.execute(released)),
            None,
        ),
    )


def printer_profiles(session: Session, contest_id: UUID) -> list[PrinterProfile]:
    """List the output profiles that a contest's printers gave, the newest first."""
    query = select(PrinterProfile).where(PrinterProfile.contest_id == contest_id)
    return list(session.scalars(query.order_by(PrinterProfile.uploaded_at.desc(), PrinterProfile.id)))


def printer_profile(session: Session, contest_id: UUID, digest: str) -> PrinterProfile:
    """Read one of them.

    Raises:
        Missing: ``profile``.
    """
    query = select(PrinterProfile).where(PrinterProfile.contest_id == contest_id, PrinterProfile.sha256 == digest)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise Missing("profile")
    return row


def printer(session: Session, store: FileStore, *, contest_id: UUID, order: PrinterOrder) -> Printer:
    """Turn what was ordered into what a build needs, the profile's data with it.

    Raises:
        Missing: ``profile``.
    """
    profile = FOGRA39
    if order.profile:
        row = printer_profile(session, contest_id, order.profile)
        with store.open(profile_key(row.sha256)) as file:
            profile = OutputProfile(data=file.read(), condition=CUSTOM, name=row.name)
    return Printer(
        profile=profile,
        ink_limit_percent=order.ink_limit_percent,
        leaf_mm=order.leaf_mm,
        only_inks=order.only_inks,
    )


def measures(session: Session, *, contest_id: UUID, order: PrinterOrder) -> dict[str, Measure]:
    """Read what earlier editions measured of photographs for the same press, by SHA-256 of the originals."""
    query = select(Build.printer, Build.report).where(
        Build.contest_id == contest_id,
        Build.state == BuildState.READY,
        Build.edition.in_((Edition.PROOF, Edition.X1A)),
    )
    found = {}
    for asked, report in session.execute(query.order_by(Build.finished_at)):
        same_press = (asked["profile"], asked["ink_limit_percent"]) == (order.profile, order.ink_limit_percent)
        for line in report.get("lines", ()) if same_press else ():
            found[line["sha256"]] = Measure.of(line)
    return {digest: measure for digest, measure in found.items() if measure is not None}


def _build_query() -> Select[Build, int | None, Person | None]:
    return (
        select(Build, ResultSet.version, Person)
        .outerjoin(ResultSet, ResultSet.id == Build.result_set_id)
        .outerjoin(Person, Person.id == Build.ordered_by)
    )


def _facts(row: Build, version: int | None, orderer: Person | None) -> BuildFacts:
    return BuildFacts(
        id=row.id,
        contest_id=row.contest_id,
        result_set_id=row.result_set_id,
        result_version=version or 0,
        edition=row.edition,
        plan_digest=row.plan_digest,
        printer=PrinterOrder(**row.printer),
        state=row.state,
        progress=row.progress,
        ordered_at=row.ordered_at,
        ordered_by=None if orderer is None else orderer.name,
        finished_at=row.finished_at,
        key=row.key,
        bytes=row.bytes,
        pages=row.pages,
        sha256=row.sha256,
        failure=row.failure,
        failure_facts=row.report.get("failure", {}),
        report=row.report,
    )


def _newest(session: Session, contest_id: UUID, states: tuple[ResultState, ...]) -> Result | None:
    row = session.execute(
        _frozen_query()
        .where(ResultSet.contest_id == contest_id, ResultSet.state.in_(states))
        .order_by(ResultSet.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _result(session, row)


def _frozen_query() -> Select[UUID, UUID, int, str, datetime | None]:
    return select(ResultSet.id, ResultSet.contest_id, ResultSet.version, ResultSet.digest, ResultSet.announced_at)


def _result(session: Session, row: Row[UUID, UUID, int, str, datetime | None]) -> Result:
    result_id, contest_id, version, digest, announced_at = row
    record, shown = _read(session, result_id, digest)
    return Result(
        id=result_id,
        contest_id=contest_id,
        version=version,
        digest=digest,
        announced_at=announced_at,
        record=record,
        shown=shown,
    )


def _read(session: Session, result_id: UUID, digest: str) -> tuple[Record, frozenset[UUID]]:
    """Give a record and the ids of its awarded pictures, from memory if it was read before.

    Every picture of a gallery asks, and a digest's text never changes: read anew each time, a record of 1,284 works
    doubles the cost of a picture (3.4 ms instead of 1.6 ms of processor time).
    """
    kept = _kept.get(digest)
    if kept is None:
        record = Record.from_json(session.scalars(select(ResultSet.record).where(ResultSet.id == result_id)).one())
        kept = record, frozenset(UUID(hex=picture.id) for picture in pictures(awarded(record)))
        while len(_kept) >= KEPT_MAX:
            _kept.pop(next(iter(_kept)), None)
        _kept[digest] = kept
    return kept


_kept: dict[str, tuple[Record, frozenset[UUID]]] = {}
