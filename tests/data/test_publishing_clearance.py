"""What clears a work for print is kept beside the frozen record: a consent on paper, a larger file."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from contest.awards.record import PictureRecord, Record
from contest.entries.models import OriginalsRequest, OriginalVerdict
from contest.kernel.audit import AuditLine
from contest.kernel.db import Database
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.platform.store import FolderStore, original_key
from contest.publishing import clearance, drafts
from contest.publishing.album.editions import Edition, Printer
from contest.publishing.album.options import AlbumOptions
from contest.publishing.jobs import Asked, build_edition
from contest.publishing.models import LargerFile
from tests.makers import make_contest, make_person
from tests.photos import encode, make_jpeg
from tests.records import make_awarded_entry, make_record, make_result, with_originals


@pytest.fixture
def record(store: FolderStore) -> Record:
    return with_originals(make_record(), store)


def put(store: FolderStore, data: bytes) -> str:
    digest = sha256(data).hexdigest()
    store.put(original_key(digest), BytesIO(data))
    return digest


def enlarged(store: FolderStore, picture: PictureRecord, *, factor: int, crop: int = 0) -> bytes:
    with store.open(original_key(picture.sha256)) as file, Image.open(file) as judged:
        whole = judged.resize((factor * judged.width, factor * judged.height), Image.Resampling.BICUBIC)
        return encode(whole.crop((0, 0, whole.width, whole.height - crop)))


def test_a_consent_on_paper_clears_a_work_and_is_struck_out_again(database: Database, now: datetime) -> None:
    record = make_record()
    work_of = record.works[0]
    with database.changing() as work:
        person = make_person(work, name_zh="罗兰").id
        make_awarded_entry(work, make_contest(work), work_of, is_declared=False)
    with database.reading() as session:
        assert clearance.withheld(session, record) == {work_of.id: "undeclared"}

    with database.changing() as work:
        clearance.record_consent(
            work,
            shown=work_of,
            given_by="李明",
            given_on=date(2026, 11, 3),
            note="信件，第七卷",
            actor_id=person,
            at=now,
        )

    with database.reading() as session:
        assert clearance.withheld(session, record) == {}
        kept = clearance.consents(session, record)[work_of.id]
        assert (kept.given_by, kept.given_on, kept.note) == ("李明", date(2026, 11, 3), "信件，第七卷")
        assert (kept.recorded_by.zh, kept.recorded_at) == ("罗兰", now)
    with database.changing() as work:
        clearance.take_consent_back(work, shown=work_of, actor_id=person, at=now)
    with database.reading() as session:
        assert clearance.withheld(session, record) == {work_of.id: "undeclared"}
        acts = [line.action for line in session.query(AuditLine).order_by(AuditLine.seq)]
        assert acts[-2:] == ["album.consent", "album.consent_back"]
    with pytest.raises(Missing, match="consent"), database.changing() as work:
        clearance.take_consent_back(work, shown=work_of, actor_id=person, at=now)


def test_a_larger_file_is_printed_while_the_judged_one_stays(
    database: Database, store: FolderStore, record: Record, now: datetime, tmp_path: Path
) -> None:
    work_of = record.works[0]
    judged = work_of.pictures[0]
    with database.changing() as work:
        person, contest = make_person(work).id, make_contest(work, short_name="cup")
        make_result(work, contest, record)
        for each in record.works[:5]:
            make_awarded_entry(work, contest, each)
        digest = put(store, enlarged(store, judged, factor=3))
        work.session.add(
            OriginalsRequest(
                id=UUID(hex=judged.id),
                entry_id=UUID(hex=work_of.id),
                contest_id=contest.id,
                asked_by=person,
                asked_at=now,
                due_at=now + timedelta(days=7),
                sent_at=now,
                sha256=digest,
            )
        )

    with store.local(original_key(judged.sha256)) as before, store.local(original_key(digest)) as sent:
        larger = clearance.examined_file(judged, judged=before, sent=sent, sha256=digest)
    with database.changing() as work:
        clearance.use_larger(work, shown=work_of, larger=larger, actor_id=person, at=now)

    with database.reading() as session:
        request = session.get_one(OriginalsRequest, UUID(hex=judged.id))
        assert (request.verdict, request.decided_by) == (OriginalVerdict.SAME, person)
        files = clearance.larger_files(session, record)
    assert files == {judged.id: replace(judged, sha256=digest, width_px=4500, height_px=3000, bytes=larger.bytes)}
    plan = drafts.laid_out(record, AlbumOptions(), larger=files)
    assert plan.record_digest == record.digest()
    told = {
        each.facts["work"]
        for each in drafts.findings(plan, record, withheld={}, larger=files)
        if each.code.startswith("ppi")
    }
    assert work_of.number not in told
    report = build_edition(
        plan,
        edition=Edition.PRESS,
        record=record,
        asked=Asked(printer=Printer(), withheld={}, measures={}, larger=files),
        store=store,
        target=tmp_path / "album.pdf",
        built_at=now,
        progress=lambda _stage, _done, _total: None,
    )
    line = next(line for line in report.preflight.pictures if line.picture == judged.id)
    assert (line.sha256, line.judged_sha256, line.width_px, line.derivative) == (digest, judged.sha256, 4500, None)
    assert not report.preflight.errors
    assert work_of.number not in {each.facts.get("work") for each in report.preflight.warnings if "ppi" in each.code}
    assert store.stat(original_key(judged.sha256)) is not None
    # A verdict that it shows something else takes it out of the book; so does going back to the judged one.
    with database.changing() as work:
        work.session.get_one(OriginalsRequest, UUID(hex=judged.id)).verdict = OriginalVerdict.DIFFERS
    with database.reading() as session:
        assert clearance.larger_files(session, record) == {}
        with pytest.raises(Conflict, match=r"larger\.differs"):
            clearance.sent_file(session, judged)
    with database.changing() as work:
        clearance.use_judged(work, shown=work_of, picture=judged, actor_id=person, at=now)
        assert work.session.query(LargerFile).count() == 0


def test_a_file_that_is_not_the_judged_picture_at_full_size_is_refused(store: FolderStore, record: Record) -> None:
    judged = record.works[0].pictures[0]
    sent = {
        "larger.shape": enlarged(store, judged, factor=2, crop=40),
        "larger.other_picture": make_jpeg(width_px=3000, height_px=2000, seed=77),
        "larger.not_larger": enlarged(store, judged, factor=1),
        "larger.unreadable": b"II*\0 a raw file",
    }

    for code, data in sent.items():
        digest = put(store, data)
        with (
            store.local(original_key(judged.sha256)) as before,
            store.local(original_key(digest)) as file,
            pytest.raises(Invalid) as refused,
        ):
            clearance.examined_file(judged, judged=before, sent=file, sha256=digest)
        assert refused.value.code == code
