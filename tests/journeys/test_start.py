"""Starting the service: the first time, once more, where something is in the way, and the end of it."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import started
from tests.journeys.steps import create_administrator
from tests.pace import pace_s

pytestmark = pytest.mark.journey

# As strict as 3 seconds at the clock of a quick hour (0.72 s a pace); it took 2.4 to 2.8 paces.
START_PACES = 4.2
LINK = r"(http://\S+/set-up/\S+)"
HAN = re.compile(r"[\u4e00-\u9fff]{3}")


def _cpu_s(pid: int) -> float:
    """Seconds that a process has computed: on a busy machine the clock would measure the others."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _workers(data: Path) -> list[int]:
    """The workers of an instance, found by what their environment says."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue  # ended meanwhile, or another user's
        if words.endswith(b"contest.cli\0worker\0") and f"CONTEST_DATA={data}\0".encode() in environment:
            found.append(int(folder.name))
    return found


def _until(look: Callable[[], bool], *, limit_s: float = 30) -> bool:
    limit = time.monotonic() + limit_s
    while not look():
        if time.monotonic() > limit:
            return False
        time.sleep(0.1)
    return True


def _set_up(link: str, email: str) -> int:
    """Follow a one-time link and send its form, as a browser without script does; give the last status."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    try:
        with browser.open(link) as page:
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
        assert token is not None
        form = {"csrf_token": token[1], "name": "Lin", "email": email, "password": "a lake before sunrise"}
        with browser.open(link, urlencode(form).encode()) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def _contest(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command that ends by itself."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "contest.cli", *words],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _is_a_clear_refusal(done: "subprocess.CompletedProcess[str]", named: str) -> bool:
    """Exit code 2 and nothing but a sentence in each language, both naming what is wrong."""
    lines = done.stderr.strip().splitlines()
    return (
        (done.returncode, done.stdout, len(lines)) == (2, "", 2)
        and all(named in line for line in lines)
        and bool(HAN.search(lines[0]))
        and not HAN.search(lines[1])
    )


def test_the_first_start_offers_a_link_that_works_once_and_the_second_start_none(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with started(data) as service:
        with urllib.request.urlopen(service.address) as page:
            offered = page.read().decode()
        link = service.printed(LINK)
        first, again = _set_up(link, "lin@example.org"), _set_up(link, "guo@example.org")

    assert service.printed(r"The service is at (\S+)/ ") == service.address
    assert link.startswith(service.address)
    assert 'action="/set-up"' in offered
    assert (first, again) == (200, 409)

    service.log.unlink()
    before_s = pace_s()
    once_more = started(data)
    with once_more as service:
        cpu_s = _cpu_s(once_more.process.pid)

    assert re.search(LINK, service.log.read_text()) is None
    assert cpu_s < START_PACES * (before_s + pace_s()) / 2


def test_the_printed_link_leads_a_person_to_their_first_contest(
    tmp_path: Path, visit_at: Callable[..., Page]
) -> None:
    with started(tmp_path / "data") as service:
        page = visit_at(service)
        create_administrator(page, service.printed(LINK), "lin@example.org")

        page.goto("/contests/new")
        presets = page.locator("[name=preset]").evaluate_all("found => found.map(one => one.value)")

    assert presets == ["club", "cn-district", "fiap", "wpp"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_service_and_worker_in_order(tmp_path: Path, number: signal.Signals) -> None:
    data = tmp_path / "data"
    running = started(data)
    with running as service:
        at_work = _until(lambda: len(_workers(data)) == 1)

        running.process.send_signal(number)
        code = running.process.wait(30)

    assert at_work
    assert code == 0
    assert _workers(data) == []
    assert "Traceback" not in service.log.read_text()


def test_a_worker_that_dies_is_started_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with started(data):
        assert _until(lambda: len(_workers(data)) == 1)
        (dead,) = _workers(data)

        os.kill(dead, signal.SIGKILL)

        assert _until(lambda: len(_workers(data)) == 1 and _workers(data) != [dead])


def test_a_service_that_is_killed_leaves_no_worker(tmp_path: Path) -> None:
    data = tmp_path / "data"
    running = started(data)
    running.__enter__()
    assert _until(lambda: len(_workers(data)) == 1)

    running.process.kill()
    running.process.wait(30)

    assert _until(lambda: _workers(data) == [])


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        done = _contest("serve", CONTEST_DATA=str(tmp_path), HOST="127.0.0.1", PORT=port)

    assert _is_a_clear_refusal(done, port), done.stderr


@pytest.mark.parametrize(
    ("name", "given", "named"),
    [
        ("PORT", "65536", "PORT"),
        ("HOST", "no such host", "HOST"),
        ("HOST", "192.0.2.1", "192.0.2.1"),  # an address for documentation, which is nobody's
        ("CONTEST_MAIL", "pigeon", "CONTEST_MAIL"),
        ("CONTEST_DATABASE", "nonsense", "CONTEST_DATABASE"),
        ("CONTEST_DATABASE", "postgresql+psycopg://somebody:secret@127.0.0.1:1/contest", "somebody:***@127.0.0.1:1"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, given: str, named: str) -> None:
    done = _contest("serve", CONTEST_DATA=str(tmp_path), **{name: given})

    assert _is_a_clear_refusal(done, named), done.stderr


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")

    done = _contest("serve", CONTEST_DATA=str(tmp_path / "file"))

    assert _is_a_clear_refusal(done, str(tmp_path / "file")), done.stderr
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE person (name TEXT)"],  # another program's
        [
            "CREATE TABLE alembic_version (version_num TEXT)",
            "INSERT INTO alembic_version VALUES ('9999')",
        ],  # a newer one
    ],
)
def test_a_database_that_is_not_ours_or_newer_is_left_as_it_is(tmp_path: Path, statements: list[str]) -> None:
    path = tmp_path / "instance" / "contest.sqlite"
    path.parent.mkdir()
    made = sqlite3.connect(path)
    for statement in statements:
        made.execute(statement)
    made.commit()
    before = list(made.iterdump())

    done = _contest("doctor", CONTEST_DATA=str(tmp_path))

    assert _is_a_clear_refusal(done, "9999" if len(statements) > 1 else str(path)), done.stderr
    assert list(made.iterdump()) == before
    made.close()


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "contest.sqlite"
    path.parent.mkdir()
    path.write_text("a letter that somebody saved under this name\n" * 99)
    before = path.read_bytes()

    done = _contest("doctor", CONTEST_DATA=str(tmp_path))

    assert _is_a_clear_refusal(done, str(path)), done.stderr
    assert path.read_bytes() == before


def test_the_doctor_finds_a_new_instance_well(tmp_path: Path) -> None:
    done = _contest("doctor", "--json", CONTEST_DATA=str(tmp_path))

    topics = {told["topic"]: told for told in json.loads(done.stdout)}
    assert set(topics) == {"versions", "database", "sqlite", "integrity", "audit", "sandbox", "disk", "mail", "fonts"}
    assert [told for told in topics.values() if not told["well"] and told["topic"] not in {"disk", "sandbox"}] == []
