"""The service as its users meet it: the real command, a real worker, a real browser."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
START_LIMIT_S = 60


@dataclass
class Service:
    """One running instance.

    Attributes:
        address: Such as "http://127.0.0.1:41234".
        data: Its data folder.
        log: What it and its worker printed.
    """

    address: str
    data: Path
    log: Path
    environment: dict[str, str]

    def run(self, *words: str, expected: int = 0) -> str:
        """Run a `contest` command beside the service; give what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "contest.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == expected, f"contest {' '.join(words)}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def printed(self, pattern: str) -> str:
        """Find something on the terminal; give its first group."""
        found = re.search(pattern, self.log.read_text())
        assert found is not None, f"{pattern} is not in:\n{self.log.read_text()}"
        return found.group(1)

    def letters(self, to: str) -> list[str]:
        """Read the letters to somebody, the latest last."""
        found = sorted((self.data / "instance" / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [text for text in (path.read_text() for path in found) if f"To: {to}" in text]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """Start `contest serve` on an empty data folder and a free port; stop it as an operator would."""
    with started(tmp_path / "data") as running:
        yield running


class started:  # noqa: N801 - reads as a phrase: with started(folder)
    """Start the service on a data folder; a context manager giving a `Service`."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __enter__(self) -> Service:
        self.data.mkdir(parents=True, exist_ok=True)
        port = _free_port()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CONTEST_")},
            "CONTEST_DATA": str(self.data),
            "PORT": str(port),
            "HOST": "127.0.0.1",
        }
        log = self.data / "log.txt"
        with log.open("ab") as printed:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "contest.cli", "serve"],
                env={**environment, "PYTHONUNBUFFERED": "1"},
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
        service = Service(f"http://127.0.0.1:{port}", self.data, log, environment)
        limit = time.monotonic() + START_LIMIT_S
        while not _answers(service.address):
            assert self.process.poll() is None, log.read_text()
            assert time.monotonic() < limit, f"no answer in {START_LIMIT_S} s:\n{log.read_text()}"
            time.sleep(0.05)
        return service

    def __exit__(self, *_exception: object) -> None:
        self.process.terminate()
        assert self.process.wait(30) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven headless."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium is installed (scripts/setup.sh test installs it)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield running
        running.close()


@pytest.fixture
def visit_at(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages of a service, each in a browser session of its own: `visit_at(service, width=390)`.

    Whatever a page writes to the console as an error fails the test at its end.
    """
    contexts = []
    errors: list[str] = []

    def open_page(service: Service, *, width: int = 1440, height: int = 900, language: str = "zh-CN") -> Page:
        context = browser.new_context(
            base_url=service.address, viewport={"width": width, "height": height}, locale=language
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on("console", lambda said: errors.append(f"{page.url}: {said.text}") if said.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def visit(service: Service, visit_at: Callable[..., Page]) -> Callable[..., Page]:
    """Open pages of this test's own service: `visit(width=390, language="en")`."""
    return partial(visit_at, service)
