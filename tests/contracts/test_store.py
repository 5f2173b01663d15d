"""What every file store promises; an S3 store joins by being added to the fixture."""

import io
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from contest.kernel.errors import Conflict, Invalid, Missing
from contest.platform.store import FileStore, FolderStore, build_key, derivative_key, open_store, original_key
from contest.settings import Settings

SECRET = "s" * 40
KEY = original_key("ab" * 32)


@pytest.fixture(params=["folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    return FolderStore(tmp_path / "uploads", secret=SECRET, address="https://photos.example.org")


def read(store: FileStore, key: str) -> bytes:
    with store.open(key) as file:
        return file.read()


def test_what_was_put_is_read_back_from_a_stream_and_from_a_path(store: FileStore, tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(b"second" * 300_000)

    first = store.put(KEY, io.BytesIO(b"first"))
    second = store.put("builds/album.pdf", tmp_path / "photo")

    assert (first.key, first.bytes, second.bytes) == (KEY, 5, 1_800_000)
    assert read(store, KEY) == b"first"
    assert read(store, "builds/album.pdf") == b"second" * 300_000
    assert (tmp_path / "photo").exists()


def test_the_same_bytes_may_be_put_again_and_other_bytes_may_not(store: FileStore) -> None:
    store.put(KEY, io.BytesIO(b"first"))

    store.put(KEY, io.BytesIO(b"first"))
    with pytest.raises(Conflict) as refused:
        store.put(KEY, io.BytesIO(b"other"))

    assert refused.value.code == "file.exists"
    assert read(store, KEY) == b"first"


def test_an_adopted_file_moves_in_and_leaves_nothing_behind(store: FileStore, tmp_path: Path) -> None:
    for _twice in range(2):
        (tmp_path / "photo").write_bytes(b"whole")
        assert store.adopt(KEY, tmp_path / "photo").bytes == 5

    assert read(store, KEY) == b"whole"
    assert not (tmp_path / "photo").exists()


def test_a_file_that_may_not_be_adopted_stays_where_it_is(store: FileStore, tmp_path: Path) -> None:
    store.put(KEY, io.BytesIO(b"first"))
    (tmp_path / "photo").write_bytes(b"other")

    with pytest.raises(Conflict):
        store.adopt(KEY, tmp_path / "photo")

    assert (tmp_path / "photo").read_bytes() == b"other"
    assert read(store, KEY) == b"first"


def test_a_source_that_breaks_leaves_nothing(store: FileStore) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 0:
                raise ConnectionResetError
            return super().read(1000)

    with pytest.raises(ConnectionResetError):
        store.put(KEY, Broken(b"x" * 5000))

    assert store.stat(KEY) is None
    assert list(store.list("originals")) == []
    assert list(store.list("incoming")) == []


def test_what_is_not_there_is_missing(store: FileStore) -> None:
    def use_locally() -> None:
        with store.local(KEY):
            pass

    attempts: list[Callable[[], object]] = [
        lambda: store.open(KEY),
        use_locally,
        lambda: store.move(KEY, "orphans/photo"),
    ]
    for attempt in attempts:
        with pytest.raises(Missing) as missing:
            attempt()
        assert missing.value.code == "file"
    assert store.stat(KEY) is None
    store.delete(KEY)


def test_a_deleted_file_is_gone_and_its_key_free(store: FileStore) -> None:
    store.put(KEY, io.BytesIO(b"first"))

    store.delete(KEY)
    assert store.stat(KEY) is None

    store.put(KEY, io.BytesIO(b"other"))
    assert read(store, KEY) == b"other"


def test_a_local_path_can_be_read_by_other_programs(store: FileStore) -> None:
    store.put(KEY, io.BytesIO(b"first"))

    with store.local(KEY) as path:
        assert path.read_bytes() == b"first"


def test_listing_gives_one_folder_with_sizes(store: FileStore) -> None:
    store.put(KEY, io.BytesIO(b"first"))
    store.put(original_key("cd" * 32), io.BytesIO(b""))
    store.put(build_key(UUID(int=7)), io.BytesIO(b"album"))

    assert {(found.key, found.bytes) for found in store.list("originals")} == {(KEY, 5), (original_key("cd" * 32), 0)}
    assert list(store.list("derivatives")) == []


def test_a_moved_file_starts_a_new_age(store: FileStore) -> None:
    store.put(KEY, io.BytesIO(b"first"))
    with store.local(KEY) as path:
        os.utime(path, (0, 0))
    before = store.stat(KEY)

    moved = store.move(KEY, f"orphans/{KEY}")

    assert before is not None
    assert before.modified_at.year == 1970
    assert moved.modified_at - before.modified_at > timedelta(days=365)
    assert store.stat(KEY) is None
    assert read(store, f"orphans/{KEY}") == b"first"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "originals",
        "/etc/passwd",
        "originals/../../secret",
        "originals/./photo",
        "originals//photo",
        "originals/photo/",
        "originals/.hidden",
        "originals\\photo",
        "originals/photo\n",
        "originals/photo\0.jpg",
        "originals/照片.jpg",
        "Originals/PHOTO",
    ],
)
def test_only_plain_keys_are_taken(store: FileStore, key: str) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: store.put(key, io.BytesIO(b"")),
        lambda: store.open(key),
        lambda: store.stat(key),
        lambda: store.delete(key),
        lambda: store.move(KEY, key),
        lambda: store.signed_url(key, expires_at=datetime(2026, 1, 1, tzinfo=UTC)),
    ]
    for attempt in attempts:
        with pytest.raises(Invalid) as refused:
            attempt()
        assert refused.value.code == "file.key"


def test_of_writers_with_different_bytes_exactly_one_wins(store: FileStore) -> None:
    barrier = threading.Barrier(6)
    winners: list[int] = []
    refusals: list[str] = []

    def write(number: int) -> None:
        barrier.wait()
        try:
            store.put("builds/album.pdf", io.BytesIO(bytes([number]) * 100_000))
        except Conflict as refused:
            refusals.append(refused.code)
        else:
            winners.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (winner,) = winners
    assert refusals == ["file.exists"] * 5
    assert read(store, "builds/album.pdf") == bytes([winner]) * 100_000


def test_the_helpers_name_files_by_content_and_picture() -> None:
    assert original_key("0123" + "f" * 60) == f"originals/01/23/0123{'f' * 60}"
    assert derivative_key(UUID(int=1), 640) == "derivatives/00000000000000000000000000000001/640.jpg"
    assert build_key(UUID(int=1)) == "builds/00000000000000000000000000000001.pdf"


class TestSignedAddressesOfTheFolder:
    expires = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)

    @pytest.fixture
    def folder(self, tmp_path: Path) -> FolderStore:
        return FolderStore(tmp_path, secret=SECRET, address="https://photos.example.org")

    def token(self, folder: FolderStore) -> str:
        address = folder.signed_url(KEY, expires_at=self.expires)
        assert address.startswith("https://photos.example.org/files/")
        return address.rpartition("/")[2]

    def test_it_opens_its_file_until_it_expires(self, folder: FolderStore) -> None:
        token = self.token(folder)

        assert folder.verify_signature(token, now=self.expires - timedelta(seconds=1)) == KEY
        with pytest.raises(Missing):
            folder.verify_signature(token, now=self.expires)

    def test_it_serves_for_its_own_method_only(self, folder: FolderStore) -> None:
        with pytest.raises(Missing):
            folder.verify_signature(self.token(folder), now=self.expires - timedelta(hours=1), method="PUT")

    def test_one_changed_character_spoils_it(self, folder: FolderStore) -> None:
        token = self.token(folder)
        for place in range(len(token)):
            other = "B" if token[place] == "A" else "A"
            # The last character carries bits that base64 throws away: only a changed meaning must be refused.
            if place == len(token) - 1:
                continue
            with pytest.raises(Missing):
                folder.verify_signature(
                    token[:place] + other + token[place + 1 :], now=self.expires - timedelta(hours=1)
                )

    def test_another_instance_does_not_take_it(self, folder: FolderStore, tmp_path: Path) -> None:
        with pytest.raises(Missing):
            FolderStore(tmp_path, secret="t" * 40).verify_signature(
                self.token(folder), now=self.expires - timedelta(hours=1)
            )


def test_the_settings_say_where_the_folder_is(tmp_path: Path) -> None:
    store = open_store(Settings(data=tmp_path, database="sqlite://", secret=SECRET))

    store.put(KEY, io.BytesIO(b"first"))

    assert (tmp_path / "uploads" / KEY).read_bytes() == b"first"
