"""Receiving files: what is taken in, what is refused and why, and how a broken upload goes on."""

import io
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from contest.calls.models import Contest
from contest.entries.models import Entry, EntryKind, EntryState, Picture, PictureState, Upload
from contest.entries.receiving import Received, abandon, verify_file_receipt
from contest.kernel.db import Database
from contest.kernel.errors import Conflict, ContestError, Invalid, Missing
from contest.kernel.ids import new_id
from contest.kernel.permissions import State
from contest.platform.models import Job
from contest.platform.store import original_key
from tests.makers import CLOSES, make_author, make_person
from tests.uploading import LIMIT_BYTES, NOW, SECRET, Desk, digest, make_desk, make_draft, photo

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return make_desk(database, tmp_path / "uploads")


def pictures_of(desk: Desk) -> list[Picture]:
    with desk.database.reading() as session:
        query = select(Picture).where(Picture.entry_id == desk.entry_id).order_by(Picture.position)
        return list(session.scalars(query))


def entry_of(desk: Desk) -> Entry:
    with desk.database.reading() as session:
        return session.get_one(Entry, desk.entry_id)


def change_entry(desk: Desk, **values: Any) -> None:
    with desk.database.changing() as work:
        entry = work.session.get_one(Entry, desk.entry_id)
        for name, value in values.items():
            setattr(entry, name, value)


def change_contest(desk: Desk, **values: Any) -> None:
    with desk.database.changing() as work:
        contest = work.session.get_one(Contest, work.session.get_one(Entry, desk.entry_id).contest_id)
        for name, value in values.items():
            setattr(contest, name, value)


def another_entry(desk: Desk, *, same_author: bool) -> Desk:
    with desk.database.changing() as work:
        mine = work.session.get_one(Entry, desk.entry_id)
        contest = work.session.get_one(Contest, mine.contest_id)
        person = make_person(work)
        author = None if same_author else make_author(work, contest, person_id=person.id)
        other = make_draft(work, contest, person, author, category_id=mine.category_id)
        if same_author:
            other.author_id = mine.author_id
        return replace(desk, person_id=person.id, entry_id=other.id)


class TestAWholeFile:
    def test_becomes_a_picture_with_its_job_and_a_receipt(self, desk: Desk) -> None:
        data = photo(1, size=400_000)

        received = desk.send(data, file_name="照片一.jpg")

        (picture,) = pictures_of(desk)
        assert (picture.id, picture.sha256, picture.bytes) == (received.picture_id, digest(data), 400_000)
        assert (picture.position, picture.state, picture.format) == (0, PictureState.RECEIVED, "jpeg")
        assert (picture.file_name, picture.received_at, picture.receipt) == ("照片一.jpg", NOW, received.receipt)
        assert desk.stored(received.sha256) == data
        assert desk.waiting_files == []
        with desk.database.reading() as session:
            (job,) = session.scalars(select(Job))
        assert (job.kind, job.payload) == ("inspect", {"picture_id": str(picture.id)})
        assert (job.key, job.contest_id) == (f"inspect:{picture.id}", entry_of(desk).contest_id)

    def test_has_a_receipt_that_can_be_checked_without_the_database(self, desk: Desk) -> None:
        data = photo()

        read = verify_file_receipt(desk.send(data).receipt, secret=SECRET)

        assert (read.entry_id, read.contest_id) == (desk.entry_id, entry_of(desk).contest_id)
        assert (read.sha256, read.bytes, read.received_at) == (digest(data), len(data), NOW)

    def test_in_several_pieces_is_the_same_file(self, desk: Desk) -> None:
        data = photo(1, size=900_000)
        upload_id = desk.begin(data)

        offset = 0
        while offset < len(data):
            offset = desk.append(upload_id, offset, data[offset : offset + 123_457])

        assert desk.stored(desk.finish(upload_id).sha256) == data

    def test_finished_twice_is_one_picture_with_one_receipt(self, desk: Desk) -> None:
        data = photo()
        upload_id = desk.begin(data)
        desk.append(upload_id, 0, data)

        first, second = desk.finish(upload_id), desk.finish(upload_id, at=NOW + timedelta(minutes=5))

        assert first == second
        assert len(pictures_of(desk)) == 1
        assert desk.progress(upload_id).offset == len(data)

    def test_finished_by_six_at_once_is_one_picture_with_one_receipt(self, desk: Desk) -> None:
        data = photo(1, size=300_000)
        upload_id = desk.begin(data)
        desk.append(upload_id, 0, data)
        barrier = threading.Barrier(6)
        received: list[Received] = []

        def finish() -> None:
            barrier.wait()
            received.append(desk.finish(upload_id))

        _all_at_once(finish, 6)

        assert len(received) == 6
        assert len(set(received)) == 1
        assert len(pictures_of(desk)) == 1

    def test_of_another_author_may_have_the_same_bytes(self, desk: Desk) -> None:
        other = another_entry(desk, same_author=False)

        desk.send(photo())
        received = other.send(photo())

        assert desk.stored(received.sha256) == photo()
        assert len(pictures_of(other)) == 1

    def test_without_a_declared_hash_is_taken_as_it_came(self, desk: Desk) -> None:
        assert desk.send(photo(), declared_sha256=None).sha256 == digest(photo())

    def test_with_a_hash_in_capitals_is_taken(self, desk: Desk) -> None:
        assert desk.send(photo(), declared_sha256=digest(photo()).upper()).sha256 == digest(photo())


class TestASeries:
    def test_a_second_picture_makes_an_entry_a_series(self, desk: Desk) -> None:
        desk.send(photo(1))
        assert entry_of(desk).kind is EntryKind.SINGLE

        desk.send(photo(2))

        assert entry_of(desk).kind is EntryKind.SERIES
        assert [picture.position for picture in pictures_of(desk)] == [0, 1]

    @pytest.mark.parametrize("most", [1, 3])
    def test_one_picture_too_many_is_refused_before_it_is_sent_and_at_the_end(
        self, database: Database, tmp_path: Path, most: int
    ) -> None:
        desk = make_desk(database, tmp_path / "uploads", series_min=1, series_max=most)
        late = photo(99)
        upload_id = desk.begin(late)
        desk.append(upload_id, 0, late)
        for number in range(most):
            desk.send(photo(number))

        for attempt in (lambda: desk.begin(photo(50)), lambda: desk.finish(upload_id)):
            with pytest.raises(Conflict) as refused:
                attempt()
            assert (refused.value.code, refused.value.facts["most"]) == ("entry.full", most)
        assert len(pictures_of(desk)) == most

    def test_a_picture_that_replaces_another_finds_room_in_a_full_entry(
        self, database: Database, tmp_path: Path
    ) -> None:
        desk = make_desk(database, tmp_path / "uploads", series_min=1, series_max=1)
        desk.send(photo(1))

        desk.send(photo(2), replacing=True)

        with pytest.raises(Conflict):
            desk.send(photo(3), replacing=True)
        assert len(pictures_of(desk)) == 2

    def test_six_that_come_at_once_for_the_last_place_are_one_picture(
        self, database: Database, tmp_path: Path
    ) -> None:
        desk = make_desk(database, tmp_path / "uploads", series_min=1, series_max=1)
        barrier = threading.Barrier(6)
        numbers = iter(range(6))
        lock = threading.Lock()
        refusals: list[str] = []

        def send() -> None:
            with lock:
                data = photo(next(numbers))
            barrier.wait()
            try:
                desk.send(data)
            except Conflict as full:
                refusals.append(full.code)

        _all_at_once(send, 6)

        assert refusals == ["entry.full"] * 5
        assert len(pictures_of(desk)) == 1


class TestABrokenUpload:
    def test_goes_on_where_it_stopped(self, desk: Desk) -> None:
        data = photo(1, size=900_000)
        upload_id = desk.begin(data)

        class Breaks(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                if self.tell() >= 600_000:
                    raise ConnectionResetError
                return super().read(size)

        with pytest.raises(ConnectionResetError):
            _append_stream(desk, upload_id, 0, Breaks(data))

        offset = desk.progress(upload_id).offset
        assert 600_000 <= offset < 900_000
        assert desk.append(upload_id, offset, data[offset:]) == 900_000
        assert desk.stored(desk.finish(upload_id).sha256) == data

    def test_is_not_finished(self, desk: Desk) -> None:
        data = photo(1, size=5000)
        upload_id = desk.begin(data)
        desk.append(upload_id, 0, data[:3000])

        with pytest.raises(Conflict) as refused:
            desk.finish(upload_id)

        assert refused.value.code == "upload.incomplete"
        assert refused.value.facts == {"expected": 5000, "received": 3000}
        assert desk.progress(upload_id).offset == 3000
        assert pictures_of(desk) == []

    @pytest.mark.parametrize("offset", [0, 1999, 2001, 5000])
    def test_is_told_where_to_go_on_when_the_offset_is_wrong(self, desk: Desk, offset: int) -> None:
        data = photo(1, size=5000)
        upload_id = desk.begin(data)
        desk.append(upload_id, 0, data[:2000])

        with pytest.raises(Conflict) as refused:
            desk.append(upload_id, offset, data[offset:])

        assert (refused.value.code, refused.value.facts["expected"]) == ("upload.offset", 2000)
        assert desk.progress(upload_id).offset == 2000

    def test_that_is_given_up_leaves_nothing(self, desk: Desk) -> None:
        data = photo(1, size=5000)
        upload_id = desk.begin(data)
        desk.append(upload_id, 0, data[:2000])

        with desk.database.changing() as work:
            abandon(work, upload_id=upload_id, person_id=desk.person_id, incoming=desk.incoming)

        assert list(desk.incoming.iterdir()) == []
        with pytest.raises(Missing):
            desk.progress(upload_id)

    def test_that_was_finished_keeps_its_picture_when_given_up(self, desk: Desk) -> None:
        data = photo()
        upload_id = desk.begin(data)
        desk.append(upload_id, 0, data)
        desk.finish(upload_id)

        with desk.database.changing() as work:
            abandon(work, upload_id=upload_id, person_id=desk.person_id, incoming=desk.incoming)

        assert len(pictures_of(desk)) == 1
        # Still known, since it may prove that the file was begun before the deadline.
        assert desk.progress(upload_id).picture_id == pictures_of(desk)[0].id

    def test_a_sender_left_over_from_before_cannot_reach_what_was_received(self, desk: Desk) -> None:
        """Its file has become the original under its feet, and one byte too many would have emptied that."""
        data = photo(1, size=5000)
        upload_id = desk.begin(data)

        class HangsUntilReceived(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                if self.tell() < len(data):
                    return super().read(len(data))
                desk.finish(upload_id)
                return super().read(size)

        with pytest.raises(Conflict) as refused:
            _append_stream(desk, upload_id, 0, HangsUntilReceived(data + b"x"))

        assert refused.value.code == "upload.offset"
        assert desk.stored(digest(data)) == data

    def test_of_two_senders_one_goes_on_and_the_file_is_whole(self, desk: Desk) -> None:
        data = photo(1, size=3_000_000)
        upload_id = desk.begin(data)
        barrier = threading.Barrier(2)
        outcomes: list[int | str] = []

        def send() -> None:
            barrier.wait()
            try:
                outcomes.append(desk.append(upload_id, 0, data))
            except Conflict as refused:
                outcomes.append(refused.code)

        _all_at_once(send, 2)

        assert sorted(map(str, outcomes)) == ["3000000", "upload.offset"]
        assert desk.stored(desk.finish(upload_id).sha256) == data


class TestRefusedBeforeTheFirstByte:
    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"declared_bytes": 0}, "upload.empty"),
            ({"declared_bytes": -1}, "upload.empty"),
            ({"declared_bytes": LIMIT_BYTES + 1}, "upload.too_large"),
            ({"declared_sha256": "ab"}, "upload.bad_hash"),
            ({"declared_sha256": "z" * 64}, "upload.bad_hash"),
            ({"entry_id": new_id()}, "entry"),
        ],
    )
    def test_what_cannot_be_right(self, desk: Desk, given: dict[str, Any], code: str) -> None:
        with pytest.raises(ContestError) as refused:
            desk.begin(photo(), **given)

        assert refused.value.code == code
        with desk.database.reading() as session:
            assert session.scalars(select(Upload)).all() == []

    def test_a_file_at_the_limit_is_fine_and_the_contests_own_limit_counts_too(
        self, database: Database, tmp_path: Path
    ) -> None:
        desk = make_desk(database, tmp_path / "uploads")
        terms = {"formats": ["jpeg"], "severities": {}, "bytes_max": 2000}
        desk.begin(photo(), declared_bytes=LIMIT_BYTES)
        change_contest(desk, terms=terms)

        desk.begin(photo(2), declared_bytes=2000)
        with pytest.raises(Invalid) as refused:
            desk.begin(photo(3), declared_bytes=2001)

        assert (refused.value.code, refused.value.facts["limit"]) == ("upload.too_large", 2000)

    @pytest.mark.parametrize(
        ("at", "code"),
        [
            (datetime(2026, 10, 31, 23, 59, tzinfo=NOW.tzinfo), "entry.too_early"),
            (CLOSES, "entry.closed"),
            (CLOSES + timedelta(minutes=10), "entry.closed"),
        ],
    )
    def test_outside_the_window(self, desk: Desk, at: datetime, code: str) -> None:
        with pytest.raises(Conflict) as refused:
            desk.begin(photo(), at=at)

        assert refused.value.code == code

    @pytest.mark.parametrize(("state", "code"), [(State.DRAFT, "entry.too_early"), (State.ROUND, "entry.closed")])
    def test_while_the_contest_is_in_another_state(self, desk: Desk, state: State, code: str) -> None:
        change_contest(desk, state=state)

        with pytest.raises(Conflict) as refused:
            desk.begin(photo())

        assert refused.value.code == code

    @pytest.mark.parametrize("state", [EntryState.WITHDRAWN, EntryState.DISQUALIFIED])
    def test_for_an_entry_that_may_not_change(self, desk: Desk, state: EntryState) -> None:
        change_entry(desk, state=state, number="A-0001")

        with pytest.raises(Conflict) as refused:
            desk.begin(photo())

        assert refused.value.code == "entry.not_editable"

    def test_what_the_author_has_in_the_contest_already(self, desk: Desk) -> None:
        desk.send(photo(), file_name="first.jpg")
        other = another_entry(desk, same_author=True)

        for attempt in (desk, other):
            with pytest.raises(Conflict) as refused:
                attempt.begin(photo())
            assert (refused.value.code, refused.value.facts["number"]) == ("upload.already_yours", "first.jpg")

    def test_but_not_what_was_withdrawn(self, desk: Desk) -> None:
        desk.send(photo())
        change_entry(desk, state=EntryState.WITHDRAWN)

        another_entry(desk, same_author=True).send(photo())

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\li\\照片.jpg", "照片.jpg"),
            ("pho\u202egpj.exe", "phogpj.exe"),
            ("a\u200b\ufeff\x00\x1b[31mb.jpg", "a[31mb.jpg"),
            ("e\u0301.jpg", "é.jpg"),
            ("x" * 400 + ".jpg", "x" * 251 + ".jpg"),
            ("", "?"),
        ],
    )
    def test_a_name_is_kept_to_be_shown_and_is_never_a_path(self, desk: Desk, given: str, kept: str) -> None:
        received = desk.send(photo(), file_name=given)

        assert pictures_of(desk)[0].file_name == kept
        assert [stored.key for stored in desk.store.list("originals")] == [original_key(received.sha256)]


class TestRefusedAtTheEnd:
    def refused(self, desk: Desk, data: bytes, sent: bytes | None = None, **given: Any) -> ContestError:
        """Send ``sent`` for what was declared as ``data``; nothing may stay of it."""
        upload_id = desk.begin(data, **given)
        desk.append(upload_id, 0, data if sent is None else sent)
        with pytest.raises(ContestError) as refused:
            desk.finish(upload_id)
        assert desk.waiting_files == []
        assert pictures_of(desk) == []
        assert list(desk.store.list("originals")) == []
        return refused.value

    def test_bytes_that_were_changed_on_the_way(self, desk: Desk) -> None:
        data = photo(1, size=5000)

        assert self.refused(desk, data, data[:-1] + b"!").code == "upload.differs"

    def test_a_file_that_is_no_photograph(self, desk: Desk) -> None:
        for data in (b"%PDF-1.7" + bytes(500), b"<svg onload=alert(1)>", b"PK\x03\x04" + bytes(99), b"random bytes"):
            assert self.refused(desk, data).code == "upload.not_a_photo"

    def test_a_photograph_of_a_format_that_the_contest_does_not_take(self, desk: Desk) -> None:
        error = self.refused(desk, PNG, file_name="really.jpg")

        assert (error.code, error.facts) == ("upload.format", {"given": "png", "accepted": "jpeg"})

    def test_more_bytes_than_were_declared(self, desk: Desk) -> None:
        upload_id = desk.begin(photo(1, size=5000))

        with pytest.raises(Invalid) as refused:
            desk.append(upload_id, 0, photo(1, size=5001))

        assert refused.value.code == "upload.longer"
        assert desk.progress(upload_id).offset == 0

    def test_the_same_photograph_that_came_in_by_another_upload_meanwhile(self, desk: Desk) -> None:
        data = photo()
        first, second = desk.begin(data), desk.begin(data)
        for upload_id in (first, second):
            desk.append(upload_id, 0, data)
        desk.finish(first)

        with pytest.raises(Conflict) as refused:
            desk.finish(second)

        assert refused.value.code == "upload.already_yours"
        assert desk.waiting_files == []
        assert len(pictures_of(desk)) == 1
        assert desk.stored(digest(data)) == data

    def test_somebody_elses_upload_is_none(self, desk: Desk) -> None:
        data = photo()
        upload_id = desk.begin(data)
        stranger = replace(desk, person_id=new_id())

        for attempt in (stranger.progress, stranger.finish):
            with pytest.raises(Missing) as missing:
                attempt(upload_id)
            assert missing.value.code == "upload"

    def test_a_file_whose_original_was_set_aside_in_that_very_moment_has_to_be_sent_again(self, desk: Desk) -> None:
        data = photo()
        upload_id = desk.begin(data)
        desk.append(upload_id, 0, data)

        class SweptStore(type(desk.store)):  # type: ignore[misc]  # the folder store, with a sweep at the worst moment
            def adopt(self, key: str, file: Path) -> Any:
                stored = super().adopt(key, file)
                self.move(key, f"orphans/{key}")
                return stored

        swept = SweptStore(desk.folder, secret=SECRET)
        from contest.entries.receiving import finish

        with pytest.raises(Conflict) as refused:
            finish(
                desk.database,
                swept,
                desk.queue,
                upload_id=upload_id,
                person_id=desk.person_id,
                incoming=desk.incoming,
                secret=SECRET,
                at=NOW,
            )

        assert refused.value.code == "upload.again"
        assert pictures_of(desk) == []
        desk.append(upload_id, 0, data)
        assert desk.stored(desk.finish(upload_id).sha256) == data


class TestAroundTheDeadline:
    def begun(self, desk: Desk) -> UUID:
        upload_id = desk.begin(photo(), at=CLOSES - timedelta(seconds=1))
        desk.append(upload_id, 0, photo())
        return upload_id

    @pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=30) - timedelta(microseconds=1)])
    def test_a_file_begun_in_time_may_finish_in_the_grace_period(self, desk: Desk, late: timedelta) -> None:
        received = desk.finish(self.begun(desk), at=CLOSES + late)

        assert received.received_at == CLOSES + late
        assert len(pictures_of(desk)) == 1

    def test_and_not_a_moment_later(self, desk: Desk) -> None:
        with pytest.raises(Conflict) as refused:
            desk.finish(self.begun(desk), at=CLOSES + timedelta(minutes=30))

        assert refused.value.code == "entry.closed"
        assert pictures_of(desk) == []

    def test_and_not_when_judging_has_begun(self, desk: Desk) -> None:
        upload_id = self.begun(desk)
        change_contest(desk, state=State.ROUND)

        with pytest.raises(Conflict) as refused:
            desk.finish(upload_id, at=CLOSES + timedelta(minutes=1))

        assert refused.value.code == "entry.closed"

    def test_an_intent_lasts_a_day(self, desk: Desk) -> None:
        upload_id = desk.begin(photo())
        desk.append(upload_id, 0, photo())

        with pytest.raises(Conflict) as refused:
            desk.finish(upload_id, at=NOW + timedelta(hours=24))

        assert refused.value.code == "upload.expired"

    def test_a_receipt_can_be_asked_for_again_after_the_deadline(self, desk: Desk) -> None:
        upload_id = self.begun(desk)
        received = desk.finish(upload_id, at=CLOSES - timedelta(microseconds=1))

        assert desk.finish(upload_id, at=CLOSES + timedelta(days=3)) == received


def test_an_entry_that_was_screened_is_looked_at_again_when_a_picture_comes(desk: Desk) -> None:
    change_entry(desk, state=EntryState.ELIGIBLE, number="A-0001")

    desk.send(photo())

    assert entry_of(desk).state is EntryState.SUBMITTED


def test_a_nearly_full_disk_takes_no_upload_and_loses_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    data = photo()
    upload_id = desk.begin(data)
    desk.append(upload_id, 0, data[:500])

    from contest.entries.receiving import parts

    monkeypatch.setattr(parts, "RESERVE_BYTES", 1 << 60)
    with pytest.raises(Conflict) as refused:
        desk.append(upload_id, 500, data[500:])
    monkeypatch.undo()

    assert refused.value.code == "upload.no_room"
    assert desk.append(upload_id, 500, data[500:]) == len(data)
    assert desk.stored(desk.finish(upload_id).sha256) == data


def _append_stream(desk: Desk, upload_id: UUID, offset: int, stream: io.BytesIO) -> int:
    from contest.entries.receiving import append

    declared = desk.progress(upload_id).declared_bytes
    return append(upload_id, offset, stream, incoming=desk.incoming, declared_bytes=declared)


def _all_at_once(call: Any, times: int) -> None:
    threads = [threading.Thread(target=call) for _time in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
