"""The sandbox: what it promises for any file, and that a child that dies, hangs or lies harms nobody."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from contest.inspection.bare import bare_size
from contest.inspection.checks import check
from contest.inspection.sandbox import MIB, Sandbox, SandboxBroken
from contest.inspection.terms import PhotoTerms
from contest.inspection.wire import LineBrokenError, receive, send
from contest.kernel.errors import Invalid
from tests.hostile import HOSTILE, scan_bomb
from tests.photos import make_jpeg

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for the tests that leave it well."""
    with Sandbox(work_dir=tmp_path_factory.mktemp("work")) as sandbox:
        yield sandbox


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "照片 一.jpg"
    path.write_bytes(make_jpeg(width_px=900, height_px=600, artist="张伟", orientation=6))
    return path


def child_of(sandbox: Sandbox) -> int:
    sandbox.level()
    assert sandbox._child is not None
    return sandbox._child.process.pid


def test_a_report_tells_what_the_file_says(shared: Sandbox, photograph: Path) -> None:
    report = shared.inspect(photograph)

    assert (report.format, report.width_px, report.height_px, report.frames) == ("jpeg", 600, 900, 1)
    assert (report.bytes, report.decodes, report.refusal) == (photograph.stat().st_size, True, None)
    assert (report.facts.artist, report.facts.orientation) == ("张伟", 6)


def test_pixels_may_be_left_alone(shared: Sandbox, photograph: Path) -> None:
    assert shared.inspect(photograph, decode=False).decodes is None


def test_previews_are_whole_bare_files_with_their_hashes(shared: Sandbox, photograph: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()

    report, derived = shared.examine(photograph, folder)

    assert report.decodes
    assert derived is not None
    assert [one.long_side_px for one in derived.files] == [320, 640, 1280, 2560]
    assert sorted(path.name for path in folder.iterdir()) == ["1280.jpg", "2560.jpg", "320.jpg", "640.jpg"]
    for one in derived.files:
        data = (folder / one.file_name).read_bytes()
        assert (len(data), bare_size(data)) == (one.bytes, (one.width_px, one.height_px))
    assert derived.files[0].width_px == 213
    assert type(derived).from_json(json.loads(json.dumps(derived.to_json()))) == derived


def test_two_runs_give_the_same_bytes(shared: Sandbox, photograph: Path, tmp_path: Path) -> None:
    first = shared.derive(photograph, tmp_path)
    shared.close()

    assert shared.derive(photograph, tmp_path) == first


def test_a_picture_that_does_not_decode_leaves_no_file(shared: Sandbox, tmp_path: Path) -> None:
    path, folder = tmp_path / "cut.jpg", tmp_path / "out"
    path.write_bytes(make_jpeg(width_px=900, height_px=600)[:20_000])
    folder.mkdir()

    report, derived = shared.examine(path, folder)
    with pytest.raises(Invalid) as refused:
        shared.derive(path, folder)

    assert (report.decodes, report.refusal, derived) == (False, "F02.unreadable", None)
    assert (refused.value.code, refused.value.facts) == ("picture.not_decodable", {"check": "F02.unreadable"})
    assert list(folder.iterdir()) == []


def test_a_missing_file_is_the_callers_affair(shared: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        shared.inspect(tmp_path / "none.jpg")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_soon_in_an_answer(shared: Sandbox, tmp_path: Path, name: str) -> None:
    path, folder = tmp_path / "hostile", tmp_path / "out"
    path.write_bytes(HOSTILE[name]())
    folder.mkdir()
    began = time.monotonic()

    report, derived = shared.examine(path, folder)

    assert time.monotonic() - began < 5
    assert (derived is None) == (report.refusal is not None)
    assert (report.refusal is None) == (report.decodes is True)
    assert {found.severity for found in check(report, PhotoTerms())} <= {"note", "flag", "reject"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty", "F01.unknown_format"),
        ("start alone", "F02.unreadable"),
        ("scan bomb", "F03.too_many_scans"),
        ("too many segments", "F02.unreadable"),
        ("zero height", "F02.unreadable"),
        ("size lie", "F02.pixels_missing"),
        ("ZIP behind", "F04.foreign_data"),
        ("PHP behind", "F04.foreign_data"),
        ("SVG", "F01.format_not_accepted"),
        ("PDF", "F01.format_not_accepted"),
        ("GIF JS", "F01.format_not_accepted"),
    ],
)
def test_a_hostile_file_is_named_for_what_it_is(shared: Sandbox, tmp_path: Path, name: str, code: str) -> None:
    path = tmp_path / "hostile.jpg"
    path.write_bytes(HOSTILE[name]())

    assert code in [found.code for found in check(shared.inspect(path), PhotoTerms())]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("PNG of 65,500 squared", "F03.too_many_pixels"),
        ("zTXt bomb", "F03.metadata_inflates"),
        ("iCCP bomb", "F03.metadata_inflates"),
        ("300,000 chunks", "F03.too_many_parts"),
        ("65,535 entries in a TIFF", "F02.unreadable"),
        ("PNG of no size", "F02.unreadable"),
    ],
)
def test_bombs_of_other_formats_are_refused_from_their_headers(
    shared: Sandbox, tmp_path: Path, name: str, code: str
) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(HOSTILE[name]())

    assert shared.inspect(path).refusal == code


def test_a_child_that_dies_is_told_of_and_replaced(tmp_path: Path, photograph: Path) -> None:
    with Sandbox(work_dir=tmp_path) as sandbox:
        os.kill(child_of(sandbox), signal.SIGKILL)

        with pytest.raises(SandboxBroken) as broken:
            sandbox.inspect(photograph)

        assert (broken.value.code, broken.value.facts["how"]) == ("sandbox.crashed", "SIGKILL")
        assert sandbox.inspect(photograph).decodes


def test_a_child_that_hangs_is_ended_and_replaced(tmp_path: Path, photograph: Path) -> None:
    with Sandbox(work_dir=tmp_path, wall_s=0.3) as sandbox:
        hung = child_of(sandbox)
        os.kill(hung, signal.SIGSTOP)

        with pytest.raises(SandboxBroken) as broken:
            sandbox.inspect(photograph)

        assert broken.value.code == "sandbox.timed_out"
        with pytest.raises(ProcessLookupError):
            os.kill(hung, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot limit another process's CPU time")
def test_a_child_that_burns_its_cpu_seconds_is_ended(tmp_path: Path) -> None:
    slow = tmp_path / "slow.jpg"
    slow.write_bytes(scan_bomb(scans=85, side_px=3000))

    with Sandbox(work_dir=tmp_path, cpu_s=0) as sandbox, pytest.raises(SandboxBroken) as broken:
        sandbox.inspect(slow)

    assert (broken.value.code, broken.value.facts) == ("sandbox.timed_out", {"limit_s": 0})


def test_a_child_is_replaced_after_so_many_files_and_after_a_damaged_one(tmp_path: Path, photograph: Path) -> None:
    damaged = tmp_path / "cut.jpg"
    damaged.write_bytes(photograph.read_bytes()[:9000])
    with Sandbox(work_dir=tmp_path, recycle_after=2) as sandbox:
        first = child_of(sandbox)
        sandbox.inspect(photograph)
        same = child_of(sandbox)
        sandbox.inspect(photograph)
        second = child_of(sandbox)
        sandbox.inspect(damaged)
        third = child_of(sandbox)

    assert first == same
    assert len({first, second, third}) == 3


def test_many_threads_share_one_child(shared: Sandbox, photograph: Path) -> None:
    seen: list[int | None] = []

    def look() -> None:
        seen.append(shared.inspect(photograph).width_px)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [600] * 8


@pytest.mark.parametrize("progressive", [True, False])
def test_a_picture_too_large_for_the_memory_is_refused_and_not_tried(tmp_path: Path, progressive: bool) -> None:
    path = tmp_path / "big.jpg"
    path.write_bytes(make_jpeg(pixels=Image.new("RGB", (4000, 4000)), progressive=progressive))

    with Sandbox(work_dir=tmp_path, memory_bytes=64 * MIB) as sandbox:
        report = sandbox.inspect(path)

    # 4:2:0 coefficients at two bytes each are 48 MB; a baseline file is read in strips.
    assert report.refusal == ("F03.too_much_memory" if progressive else None)


def test_a_child_that_cannot_start_is_told_of(
    tmp_path: Path, photograph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Sandbox(work_dir=tmp_path) as sandbox, pytest.raises(SandboxBroken) as broken:
        sandbox.inspect(photograph)

    assert broken.value.code == "sandbox.unavailable"


def test_the_level_reached_can_be_told(shared: Sandbox) -> None:
    level = shared.level()

    assert level.name in ("full", "partial", "limits")
    assert {"AS", "NOFILE"} <= set(level.limits)
    assert level.to_json()["pillow"].split(".")[0].isdigit()


def test_nothing_of_our_environment_reaches_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTEST_SECRET_KEY", "canary")
    with Sandbox(work_dir=tmp_path) as sandbox:
        child = child_of(sandbox)
        try:
            environment = Path(f"/proc/{child}/environ").read_bytes()
        except (FileNotFoundError, PermissionError):
            pytest.skip("this system does not show a process's environment")

    assert b"canary" not in environment


PROBES = """
import json, os, socket, sys
from contest.inspection.confine import confine
work = sys.argv[1]
inside = os.open(work + "/given", os.O_WRONLY | os.O_CREAT)
level = confine(memory_bytes=1 << 30, file_bytes=1 << 20, readable=[sys.prefix, sys.base_prefix, "/usr/lib", "/lib"])
def tried(act):
    try:
        act()
    except (OSError, MemoryError) as refused:
        return type(refused).__name__
    return "done"
print(json.dumps({"level": level, **{name: tried(act) for name, act in {
    "write a new file": lambda: open(work + "/new", "w"),
    "write an old file": lambda: open(work + "/old", "r+"),
    "remove": lambda: os.remove(work + "/old"),
    "rename": lambda: os.rename(work + "/old", work + "/other"),
    "read a stranger's file": lambda: open(work + "/old").read(),
    "read our own library": lambda: open(os.__file__).read(),
    "write where we were given a file": lambda: os.write(inside, b"x"),
    "open a socket": lambda: socket.socket(),
    "open a local socket": lambda: socket.socketpair(),
    "fork": lambda: os.fork() or os._exit(0),
    "run a program": lambda: os.execv("/bin/true", ["true"]),
    "signal a process": lambda: os.kill(os.getppid(), 0),
    "become somebody": lambda: os.setuid(0),
    "take much memory": lambda: bytearray(2 << 30),
}.items()}}))
"""


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a locked-in process may do on this system."""
    work = tmp_path_factory.mktemp("probes")
    (work / "old").write_text("a stranger's")
    done = subprocess.run([sys.executable, "-c", PROBES, str(work)], check=True, capture_output=True, text=True)
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize(
    "act",
    [
        "write a new file",
        "write an old file",
        "remove",
        "rename",
        "open a socket",
        "open a local socket",
        "fork",
        "run a program",
        "signal a process",
        "become somebody",
    ],
)
def test_with_a_filter_the_child_can_do_no_harm(probed: dict[str, str], act: str) -> None:
    if not probed["level"]["seccomp"]:  # type: ignore[index]  # the level is a table of its own
        pytest.skip("no system call filter on this system")

    assert probed[act] == "PermissionError"


def test_with_landlock_the_child_reads_its_own_library_and_no_strangers_file(probed: dict[str, str]) -> None:
    if not probed["level"]["landlock"]:  # type: ignore[index]  # the level is a table of its own
        pytest.skip("no Landlock on this system")

    assert (probed["read a stranger's file"], probed["read our own library"]) == ("PermissionError", "done")


def test_the_child_can_still_write_to_what_it_was_given_and_its_memory_is_limited(probed: dict[str, str]) -> None:
    assert (probed["write where we were given a file"], probed["take much memory"]) == ("done", "MemoryError")


def test_messages_and_files_travel_together(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    (tmp_path / "file").write_text("hello")
    with ours, theirs, (tmp_path / "file").open("rb") as file:
        send(ours, {"名": ["张伟", 1]}, [file.fileno()])
        message, (descriptor,) = receive(theirs, within_s=1)
    with os.fdopen(descriptor) as received:
        assert received.read() == "hello"
    assert message == {"名": ["张伟", 1]}


@pytest.mark.parametrize("said", [b"\xff\xff\xff\xff", b"\0\0\0\x02[]", b"\0\0\0\x01x", b"\0\0\0\x05x", b""])
def test_what_is_no_message_breaks_the_line(said: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(said)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(LineBrokenError):
            receive(ours, within_s=1)


def test_silence_is_waited_for_only_so_long() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(TimeoutError):
        receive(ours, within_s=0.05)


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not here")
def test_every_file_of_the_corpus_ends_in_an_answer(shared: Sandbox, tmp_path: Path) -> None:
    answers = {}
    for path in sorted(CORPUS.rglob("*")):
        if path.is_file():
            report, derived = shared.examine(path, tmp_path)
            answers[path.name] = report
            assert (derived is None) == (report.refusal is not None), path

    decoded = [report for report in answers.values() if report.decodes]
    assert len(decoded) > 250


def test_a_scan_bomb_costs_next_to_nothing(shared: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "bomb.jpg"
    path.write_bytes(scan_bomb(scans=20_000))
    shared.level()
    began = time.monotonic()

    shared.inspect(path)

    assert time.monotonic() - began < 1
