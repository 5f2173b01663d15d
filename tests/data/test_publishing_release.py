"""What editions are ordered with, who answers for their warnings, and when a file may go to the printer."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from sqlalchemy.exc import IntegrityError

from contest.calls.models import Contest
from contest.entries.models import EntryState
from contest.kernel import audit
from contest.kernel.audit import AuditLine
from contest.kernel.db import Database
from contest.kernel.errors import Conflict, Invalid, Missing, Refused
from contest.kernel.ids import new_id
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore, profile_key
from contest.platform.worker import drain
from contest.publishing import actions, clearance, queries
from contest.publishing.album.compose import plan_album
from contest.publishing.album.editions import Edition
from contest.publishing.album.preflight.report import error, warning
from contest.publishing.album.printers import output_profile
from contest.publishing.album.profiles import CUSTOM, FOGRA39, srgb
from contest.publishing.jobs import handlers
from contest.publishing.models import Acceptance, Build, BuildState, PrinterProfile, Release
from contest.publishing.queries import PrinterOrder
from contest.settings import Settings
from contest.web.services import Services
from tests.makers import make_contest, make_entry, make_person
from tests.records import make_record, make_result, with_originals
from tests.visitor import SetClock

PPI = warning("ppi_low", "12", work="A-0107", picture="p", ppi=250)
COLOUR = warning("profile_assumed", "12", work="A-0107", picture="p")
STRETCHED = error("aspect", "12", work="A-0107", percent=3.0)


@pytest.fixture
def contest(database: Database) -> Contest:
    with database.changing() as work:
        found = make_contest(work, short_name="cup")
        make_result(work, found, make_record(), announced=False)
    return found


@pytest.fixture
def person_id(database: Database) -> UUID:
    with database.changing() as work:
        return make_person(work).id


@pytest.fixture
def build(database: Database, contest: Contest, now: datetime) -> Any:
    """Give what puts a built edition there, with what its preflight found."""

    def make(*findings: Any, edition: Edition = Edition.PRESS, state: BuildState = BuildState.READY) -> UUID:
        with database.changing() as work:
            result = queries.frozen_result(work.session, contest.id)
            assert result is not None
            row = Build(
                id=new_id(),
                contest_id=contest.id,
                result_set_id=result.id,
                kind=queries.ALBUM,
                edition=edition,
                state=state,
                ordered_at=now,
                sha256="ab" * 32,
                report={"findings": [each.to_dict() for each in findings]},
            )
            work.session.add(row)
        return row.id

    return make


def test_a_file_goes_out_once_every_warning_has_a_name_and_a_reason(
    database: Database, contest: Contest, build: Any, person_id: UUID, now: datetime
) -> None:
    build_id = build(PPI, COLOUR)
    known: dict[str, Any] = {"contest_id": contest.id, "build_id": build_id, "actor_id": person_id}
    with pytest.raises(Refused) as refused, database.changing() as work:
        actions.release(work, **known, at=now)
    assert (refused.value.code, refused.value.facts) == ("release.has_warnings", {"count": 2})

    with database.changing() as work:
        actions.accept(work, **known, findings=[PPI.key], reason="  The author has no larger file. ", at=now)
        actions.accept(work, **known, findings=[PPI.key, COLOUR.key], reason="Seen in the proof.", at=now)
    with database.changing() as work:
        actions.release(work, **known, at=now + timedelta(hours=1))

    with database.reading() as session:
        signed = queries.signatures(session, build_id)
        acts = [each.action for each in session.query(AuditLine).order_by(AuditLine.seq)]
    assert signed.accepted[PPI.key].reason == "The author has no larger file."
    assert signed.accepted[COLOUR.key].reason == "Seen in the proof."
    assert signed.released is not None
    assert signed.released.at == now + timedelta(hours=1)
    assert acts.count("album.accept") == 2
    assert acts[-1] == "album.release"
    with pytest.raises(Conflict) as again, database.changing() as work:
        actions.release(work, **known, at=now)
    assert again.value.code == "release.done"


def test_an_error_is_never_accepted_and_blocks_the_release(
    database: Database, contest: Contest, build: Any, person_id: UUID, now: datetime
) -> None:
    build_id = build(STRETCHED)
    known: dict[str, Any] = {"contest_id": contest.id, "build_id": build_id, "actor_id": person_id, "at": now}

    with pytest.raises(Missing) as unknown, database.changing() as work:
        actions.accept(work, **known, findings=[STRETCHED.key], reason="It does not matter.")
    with pytest.raises(Refused) as refused, database.changing() as work:
        actions.release(work, **known)

    assert unknown.value.code == "acceptance.finding"
    assert (refused.value.code, refused.value.facts) == ("release.has_errors", {"count": 1})
    with database.reading() as session:
        assert session.query(Acceptance).count() == session.query(Release).count() == 0


def test_a_warning_is_not_accepted_without_a_reason(
    database: Database, contest: Contest, build: Any, person_id: UUID, now: datetime
) -> None:
    build_id = build(PPI)

    with pytest.raises(Invalid) as refused, database.changing() as work:
        actions.accept(
            work,
            contest_id=contest.id,
            build_id=build_id,
            findings=[PPI.key],
            reason=" \n",
            actor_id=person_id,
            at=now,
        )
    assert refused.value.code == "acceptance.reason_missing"
    with pytest.raises(IntegrityError), database.changing() as work:
        work.session.add(
            Acceptance(id=new_id(), build_id=build_id, finding="f", reason="", accepted_by=person_id, accepted_at=now)
        )


@pytest.mark.parametrize("edition", [Edition.SCREEN, Edition.PROOF])
def test_what_is_for_readers_is_not_released_to_a_printer(
    database: Database, contest: Contest, build: Any, person_id: UUID, now: datetime, edition: Edition
) -> None:
    build_id = build(edition=edition)

    with pytest.raises(Refused) as refused, database.changing() as work:
        actions.release(work, contest_id=contest.id, build_id=build_id, actor_id=person_id, at=now)

    assert refused.value.code == "release.not_for_printers"


def test_nothing_is_released_before_it_is_built_or_from_another_contest(
    database: Database, contest: Contest, build: Any, person_id: UUID, now: datetime
) -> None:
    waiting, ready = build(state=BuildState.QUEUED), build()

    with pytest.raises(Conflict), database.changing() as work:
        actions.release(work, contest_id=contest.id, build_id=waiting, actor_id=person_id, at=now)
    with pytest.raises(Missing), database.changing() as work:
        actions.release(work, contest_id=new_id(), build_id=ready, actor_id=person_id, at=now)


def test_a_printers_profile_is_kept_once_by_its_digest(
    database: Database, contest: Contest, store: FolderStore, person_id: UUID, now: datetime, tmp_path: Path
) -> None:
    file = tmp_path / "printer.icc"
    file.write_bytes(dated(FOGRA39.data))
    profile = output_profile(file)

    for _ in range(2):
        with database.changing() as work:
            digest = actions.keep_profile(
                work, store, contest_id=contest.id, profile=profile, actor_id=person_id, at=now
            )

    with database.reading() as session:
        (row,) = queries.printer_profiles(session, contest.id)
        printer = queries.printer(session, store, contest_id=contest.id, order=PrinterOrder(profile=digest))
        with pytest.raises(Missing):
            queries.printer(session, store, contest_id=new_id(), order=PrinterOrder(profile=digest))
    assert (row.sha256, row.name, row.bytes) == (profile.sha256, "FOGRA39L Coated", len(profile.data))
    assert store.path(profile_key(digest)).read_bytes() == profile.data
    assert printer.profile == profile
    assert profile.condition == CUSTOM


def dated(profile: bytes) -> bytes:
    """Give the same profile made in another year: other bytes, as sound."""
    return profile[:24] + b"\x07\xe5" + profile[26:]


@pytest.mark.parametrize(
    ("data", "code", "facts"),
    [
        (b"%PDF-1.4 not a profile", "profile.unreadable", None),
        (FOGRA39.data[:5000], "profile.unreadable", None),
        (srgb(components=3), "profile.not_for_press", {"kind": "mntr", "space": "RGB"}),
        (bytes(9 << 20), "profile.too_large", {"mib": 8}),
    ],
    ids=["no profile", "cut off", "a screen's", "too large"],
)
def test_what_is_no_presss_profile_is_refused_in_words(
    tmp_path: Path, data: bytes, code: str, facts: dict[str, Any] | None
) -> None:
    file = tmp_path / "printer.icc"
    file.write_bytes(data)

    with pytest.raises(Invalid) as refused:
        output_profile(file)

    assert refused.value.code == code
    assert facts is None or refused.value.facts == facts


def test_a_disqualified_or_undeclared_work_is_known_to_the_next_build(database: Database, now: datetime) -> None:
    record = make_record()
    states = (EntryState.DISQUALIFIED, EntryState.ELIGIBLE, EntryState.ELIGIBLE)
    with database.changing() as work:
        at, elsewhere = make_contest(work), make_contest(work)
        for shown, state in zip(record.works, states, strict=False):
            make_entry(work, at, id=UUID(hex=shown.id), state=state, number=shown.number)
        # The second work's author accepted rules and licence; for the third somebody did so in another contest.
        for shown, contest in ((record.works[1], at), (record.works[2], elsewhere)):
            audit.record(
                work,
                action="entry.submit",
                at=now,
                actor_id=None,
                thing=f"entry {shown.number}",
                contest_id=contest.id,
                declaration="ab" * 32,
            )

    with database.reading() as session:
        assert clearance.withheld(session, record) == {
            record.works[0].id: "disqualified",
            record.works[2].id: "undeclared",
        }


class Shop:
    """A contest with originals, its queue and a worker."""

    def __init__(self, database: Database, store: FolderStore, settings: Settings, clock: SetClock) -> None:
        self.database, self.store, self.clock, self.queue = database, store, clock, EmbeddedQueue(database)
        self.record = with_originals(make_record(), store)
        with database.changing() as work:
            contest = make_contest(work, short_name="cup")
            make_result(work, contest, self.record, announced=False)
            self.contest_id, self.person_id = contest.id, make_person(work).id
        services = Services(
            settings=settings,
            clock=clock,
            database=database,
            store=store,
            queue=self.queue,
            mail=None,  # type: ignore[arg-type]  # albums send no letters
        )
        self.handlers = handlers(services)

    def order(self, edition: Edition, **more: Any) -> UUID:
        with self.database.changing() as work:
            return actions.order_build(
                work,
                self.queue,
                contest_id=self.contest_id,
                edition=edition,
                actor_id=self.person_id,
                at=self.clock(),
                **more,
            )

    def built(self, build_id: UUID) -> queries.BuildFacts:
        drain(self.queue, self.handlers, clock=self.clock)
        with self.database.reading() as session:
            return queries.build(session, self.contest_id, build_id)


@pytest.fixture
def shop(sqlite_database: Database, store: FolderStore, settings: Settings, clock: SetClock) -> Shop:
    return Shop(sqlite_database, store, settings, clock)


def test_an_edition_is_built_from_the_plan_it_was_ordered_with(shop: Shop) -> None:
    usual = plan_album(shop.record)
    plan = replace(usual, design=replace(usual.design, marks=True))

    built = shop.built(shop.order(Edition.PRESS, plan=plan))

    with shop.database.reading() as session:
        assert queries.plan(session, built.id) == plan
    assert built.plan_digest == plan.digest() == built.report["plan_digest"]
    with pikepdf.open(shop.store.path(built.key)) as pdf:
        assert pdf.pages[0].obj.MediaBox != pdf.pages[0].obj.BleedBox
    usual_build = shop.built(shop.order(Edition.PRESS))
    assert usual_build.plan_digest == usual.digest()


def test_orders_that_differ_are_built_side_by_side_and_the_same_one_once(shop: Shop) -> None:
    narrow = PrinterOrder(ink_limit_percent=280)

    orders = [
        shop.order(Edition.PRESS),
        shop.order(Edition.COVER),
        shop.order(Edition.PRESS),
        shop.order(Edition.PRESS, printer=narrow),
        shop.order(Edition.PRESS, printer=narrow),
    ]

    assert len(set(orders)) == 3
    assert orders[0] == orders[2]
    assert orders[3] == orders[4]


def test_a_plan_of_an_older_result_is_not_ordered(shop: Shop) -> None:
    plan = replace(plan_album(shop.record), record_digest="0" * 64)

    with pytest.raises(Conflict) as refused:
        shop.order(Edition.PRESS, plan=plan)

    assert refused.value.code == "album.plan_outdated"


def test_a_profile_nobody_uploaded_is_not_ordered(shop: Shop) -> None:
    with pytest.raises(Missing) as refused:
        shop.order(Edition.PRESS, printer=PrinterOrder(profile="0" * 64))

    assert refused.value.code == "profile"


def test_an_edition_for_the_printers_own_profile_says_so_in_file_and_report(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "printer.icc"
    file.write_bytes(dated(FOGRA39.data))
    with shop.database.changing() as work:
        digest = actions.keep_profile(
            work,
            shop.store,
            contest_id=shop.contest_id,
            profile=output_profile(file),
            actor_id=shop.person_id,
            at=shop.clock(),
        )

    built = shop.built(shop.order(Edition.X1A, printer=PrinterOrder(profile=digest)))

    assert built.report["profile_md5"] == output_profile(file).md5 != FOGRA39.md5
    with pikepdf.open(shop.store.path(built.key)) as pdf:
        intent = pdf.Root.OutputIntents[0]
        assert intent.DestOutputProfile.read_bytes() == file.read_bytes()
        assert intent.OutputConditionIdentifier == "Custom"
        assert "/RegistryName" not in intent


def test_the_press_edition_reports_what_the_proof_measured(shop: Shop) -> None:
    before = shop.built(shop.order(Edition.PRESS))
    shop.clock.at += timedelta(minutes=1)
    shop.built(shop.order(Edition.PROOF))
    shop.clock.at += timedelta(minutes=1)

    after = shop.built(shop.order(Edition.PRESS))

    assert "colours_unseen" in {each["code"] for each in before.findings}
    assert "colours_unseen" not in {each["code"] for each in after.findings}
    assert all("ink_percent" in line for line in after.report["lines"])
    other = shop.built(shop.order(Edition.PRESS, printer=PrinterOrder(ink_limit_percent=280)))
    assert "colours_unseen" in {each["code"] for each in other.findings}
    with shop.database.reading() as session:
        assert session.query(PrinterProfile).count() == 0
        assert [each.edition for each in queries.builds(session, shop.contest_id)].count("press") == 3
