"""Compare the servers that could carry the service: slow clients, uploads, pages, memory, cut-off bodies.

Run ``python benchmarks/server.py`` (about three minutes) or ``--quick`` (about one). Everything stays on the
loopback address. Costs are CPU seconds of the server's processes, as ratios to the same work done without a
server in the same run, because machines drift; latencies are wall time and want a quiet machine. Linux only (/proc).
"""

import argparse
import contextlib
import hashlib
import http.client
import io
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import server_app

UPLOAD_BYTES = 10 * 1024 * 1024
CROWD = 50


@dataclass(frozen=True, kw_only=True)
class Setup:
    """One server configuration."""

    name: str
    options: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much of each kind of work to do."""

    slow_sockets: int
    slow_seconds: float
    uploads: int
    pages: int
    patience_s: float
    crowd_bytes: int


SETUPS = (
    Setup(name="waitress, defaults, 1 × 4", options=("waitress", "--threads=4", "--defaults")),
    Setup(name="waitress 1 × 4", options=("waitress", "--threads=4")),
    Setup(name="waitress 1 × 1", options=("waitress", "--threads=1")),
    Setup(name="waitress 2 × 2", options=("waitress", "--threads=2", "--processes=2")),
    Setup(name="granian 1 × 1", options=("granian", "--threads=1")),
    Setup(name="granian 2 × 1", options=("granian", "--threads=1", "--processes=2")),
    Setup(name="granian 1 × 8", options=("granian", "--threads=8")),
    Setup(name="granian 1 × 256", options=("granian", "--threads=256")),
)
FULL = Amount(slow_sockets=200, slow_seconds=5, uploads=15, pages=600, patience_s=3, crowd_bytes=UPLOAD_BYTES)
QUICK = Amount(slow_sockets=200, slow_seconds=1, uploads=4, pages=120, patience_s=0.5, crowd_bytes=UPLOAD_BYTES // 8)


class Server:
    """A running server and what its processes cost."""

    def __init__(self, setup: Setup, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        here = Path(server_app.__file__)
        self._process = subprocess.Popen(
            [sys.executable, str(here), *setup.options, f"--port={self.port}"],
            env={**os.environ, "BENCH_FOLDER": str(folder), "PYTHONPATH": str(here.parent)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        started = time.monotonic()
        while not self.answers():
            if time.monotonic() - started > 15 or self._process.poll() is not None:
                raise SystemExit(f"{setup.name} does not start")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Tell whether /healthz answers on a fresh connection."""
        return _timed_get(self.port, "/healthz", 3) is not None

    def pids(self) -> list[int]:
        """List the server's processes."""
        group = os.getpgid(self._process.pid)
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                if entry.name.isdigit() and os.getpgid(int(entry.name)) == group:
                    found.append(int(entry.name))
        return found

    def cpu_s(self) -> float:
        """Add up user and system time of all processes."""
        ticks = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Add up the proportional set size of all processes."""
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024

    def stop(self) -> None:
        """End the server's own process group."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextlib.contextmanager
def _running(setup: Setup, folder: Path) -> Iterator[Server]:
    server = Server(setup, folder)
    try:
        yield server
    finally:
        server.stop()


def _timed_get(port: int, path: str, patience_s: float) -> float | None:
    """Fetch on a fresh connection; gives milliseconds, or None when nothing came in time."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience_s)
    try:
        connection.request("GET", path)
        connection.getresponse().read()
    except OSError:
        return None
    finally:
        connection.close()
    return (time.perf_counter() - started) * 1000


def _put(connection: http.client.HTTPConnection, body: bytes) -> str | None:
    """Upload; gives the digest the server computed, or None."""
    try:
        connection.request("PUT", "/upload", body)
        return str(json.loads(connection.getresponse().read())["sha256"])
    except (OSError, http.client.HTTPException, ValueError):
        return None


class SlowCrowd:
    """Sockets that never finish: half in the headers, half in a 10 MB upload; each sends a byte now and then."""

    def __init__(self, port: int, count: int) -> None:
        self._stop = threading.Event()
        self._sockets: list[socket.socket] = []
        for number in range(count):
            one = socket.create_connection(("127.0.0.1", port), timeout=1)
            upload = f"PUT /upload HTTP/1.1\r\nHost: x\r\nContent-Length: {UPLOAD_BYTES}\r\n\r\n".encode()
            with contextlib.suppress(OSError):
                one.sendall(upload + bytes(8192) if number % 2 else b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            one.setblocking(False)
            self._sockets.append(one)
        self._feeder = threading.Thread(target=self._feed, daemon=True)
        self._feeder.start()

    def _feed(self) -> None:
        while not self._stop.wait(1):
            for one in self._sockets:
                with contextlib.suppress(OSError):
                    one.send(b"a")

    def leave(self) -> None:
        """Close them all."""
        self._stop.set()
        self._feeder.join()
        for one in self._sockets:
            one.close()


def _slow_clients(server: Server, amount: Amount, body: bytes) -> tuple[str, str, str, str]:
    crowd = SlowCrowd(server.port, amount.slow_sockets)
    time.sleep(0.5)
    health: list[float | None] = []
    pages: list[float | None] = []
    until = time.monotonic() + amount.slow_seconds
    while time.monotonic() < until:
        health.append(_timed_get(server.port, "/healthz", amount.patience_s))
        pages.append(_timed_get(server.port, "/gallery", amount.patience_s))
    started = time.perf_counter()
    digest = _put(http.client.HTTPConnection("127.0.0.1", server.port, timeout=amount.patience_s * 2), body)
    upload = f"{time.perf_counter() - started:.2f} s" if digest == hashlib.sha256(body).hexdigest() else "**never**"
    crowd.leave()
    time.sleep(0.3)
    recovered = "yes" if server.answers() else "**no**"
    return _latency(health), _latency(pages), upload, recovered


def _slow_readers(server: Server, amount: Amount) -> str:
    """Ask for 48 MB on twenty sockets that then read nothing; gives how /healthz fares."""
    readers = [socket.create_connection(("127.0.0.1", server.port), timeout=1) for _ in range(20)]
    for one in readers:
        one.sendall(b"GET /album HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.5)
    health = [_timed_get(server.port, "/healthz", amount.patience_s) for _ in range(3)]
    for one in readers:
        one.close()
    return _latency(health)


def _latency(measured: list[float | None]) -> str:
    answered = sorted(value for value in measured if value is not None)
    lost = len(measured) - len(answered)
    if not answered:
        return f"**none of {len(measured)} answered**"
    p99 = answered[min(len(answered) - 1, int(len(answered) * 0.99))]
    text = f"{statistics.median(answered):.1f} / {p99:.1f}"
    return f"{text}, **{lost} of {len(measured)} lost**" if lost else text


def _upload_cost(server: Server, amount: Amount, body: bytes) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    _put(connection, body)
    before = server.cpu_s()
    for _ in range(amount.uploads):
        if _put(connection, body) is None:
            raise SystemExit("an upload failed on an idle server")
    return (server.cpu_s() - before) / amount.uploads


def _page_cost(server: Server, amount: Amount) -> float:
    """Load the gallery from eight connections at once; CPU seconds a page."""

    def visit() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        for _ in range(amount.pages // 8):
            connection.request("GET", "/gallery")
            connection.getresponse().read()

    visit()
    before = server.cpu_s()
    visitors = [threading.Thread(target=visit) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    return (server.cpu_s() - before) / (amount.pages // 8 * 8)


def _crowded_memory(server: Server, body: bytes) -> tuple[float, int]:
    """Feed fifty uploads in turn; gives the peak memory in MiB and how many were stored whole."""
    head = f"PUT /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    uploads = [Upload(server.port, head + body) for _ in range(CROWD)]
    peak, until, looks = server.memory_mib(), time.monotonic() + 20, 0
    while time.monotonic() < until and not all(upload.done for upload in uploads):
        for upload in uploads:
            upload.step()
        looks += 1
        if looks % 20 == 0:
            peak = max(peak, server.memory_mib())
        if all(upload.sent == len(upload.data) for upload in uploads):
            time.sleep(0.02)
    digest = hashlib.sha256(body).hexdigest().encode()
    return max(peak, server.memory_mib()), sum(upload.close(digest) for upload in uploads)


class Upload:
    """One of many uploads, fed without waiting."""

    def __init__(self, port: int, data: bytes) -> None:
        self.data = memoryview(data)
        self.sent = 0
        self.done = False
        self._heard = b""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self._socket.setblocking(False)

    def step(self) -> None:
        """Send what the socket takes, up to 128 KiB, and listen."""
        if self.done:
            return
        try:
            with contextlib.suppress(BlockingIOError):
                self.sent += self._socket.send(self.data[self.sent : self.sent + 131072])
            with contextlib.suppress(BlockingIOError):
                piece = self._socket.recv(65536)
                self._heard += piece
                self.done = not piece
        except OSError:
            self.done = True

    def close(self, digest: bytes) -> bool:
        """Hang up; tells whether the server answered with this digest."""
        self._socket.close()
        return digest in self._heard


def _cut_off(server: Server, folder: Path) -> str:
    """Send 300,000 of 1,000,000 declared bytes and hang up; gives what the handler saw."""
    log = folder / "seen.log"
    log.unlink(missing_ok=True)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as one:
        one.sendall(b"PUT /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + bytes(300_000))
        time.sleep(0.2)
    time.sleep(1)
    return log.read_text().strip() if log.exists() else "is not called"


def _per_call(work: Callable[[], object], count: int) -> float:
    """Time work done without a server; CPU seconds a call."""
    work()
    before = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - before) / count


def measure(
    setup: Setup, amount: Amount, folder: Path, body: bytes, bare: tuple[float, float]
) -> tuple[list[str], list[str]]:
    """Put one configuration through everything; gives its rows of the two tables."""
    with _running(setup, folder) as server:
        server.answers()
        idle = server.memory_mib()
        upload = _upload_cost(server, amount, body)
        page = _page_cost(server, amount)
        peak, whole = _crowded_memory(server, body[: amount.crowd_bytes])
        cut = _cut_off(server, folder)
        slow = (*_slow_clients(server, amount, body), _slow_readers(server, amount))
    costs = [
        f"{upload * 1000:.1f} ms ({upload / bare[0]:.1f}×)",
        f"{page * 1000:.2f} ms ({page / bare[1]:.1f}×)",
        f"{idle:.0f} → {peak:.0f} MiB",
        f"{whole} of {CROWD}",
        cut,
    ]
    return [setup.name, *slow], [setup.name, *costs]


def _table(head: tuple[str, ...], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def main() -> None:
    """Measure every configuration and print two Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, about a minute")
    parser.add_argument("--only", default="", help="only configurations whose name contains this")
    parser.add_argument("--sockets", type=int, default=200, help="how many slow sockets (default 200)")
    given = parser.parse_args()
    amount = replace(QUICK if given.quick else FULL, slow_sockets=given.sockets)
    body = os.urandom(UPLOAD_BYTES)
    started = time.monotonic()
    robust, costs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server_app.make_database(folder)
        bare = (
            _per_call(lambda: server_app.store(io.BytesIO(body), len(body), folder), amount.uploads),
            _per_call(lambda: server_app.gallery(folder), amount.pages // 2),
        )
        for setup in SETUPS:
            if given.only in setup.name:
                slow, cost = measure(setup, amount, folder, body, bare)
                robust.append(slow)
                costs.append(cost)
    print(f"Processes × threads. Without a server: {bare[0] * 1000:.1f} ms CPU to hash and store 10 MB,", end=" ")
    print(f"{bare[1] * 1000:.2f} ms CPU to query and render the page. {os.cpu_count()} CPUs,", end=" ")
    print(f"load {os.getloadavg()[0]:.1f}, {time.monotonic() - started:.0f} s.\n")
    print(f"While {amount.slow_sockets} slow sockets are held open:\n")
    head = (
        "server",
        "/healthz p50 / p99, ms",
        "gallery p50 / p99, ms",
        "10 MB upload",
        "answers afterwards",
        "20 who do not read: /healthz",
    )
    print(_table(head, robust), "\n")
    print(
        _table(
            (
                "server",
                "CPU, 10 MB upload",
                "CPU, page",
                "memory, idle → 50 uploads",
                "stored whole",
                "cut-off body: handler",
            ),
            costs,
        )
    )


if __name__ == "__main__":
    main()
