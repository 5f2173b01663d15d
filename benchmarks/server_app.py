"""A small application with our kinds of request, and the servers that may carry it.

``server.py`` starts this file once for every configuration, as in
``python server_app.py waitress --port 8000 --threads 4``.
"""

import argparse
import hashlib
import json
import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment

THUMBNAILS = 60
CHUNK_BYTES = 256 * 1024
ALBUM_BYTES = 48 * 1024 * 1024

PAGE = """<!doctype html><html lang="{{ language }}"><title>{{ title }}</title><main><h1>{{ title }}</h1>
{% for work in works %}<figure><a href="/works/{{ work.number }}"><img src="/p/{{ work.id }}-640.jpg"
srcset="/p/{{ work.id }}-320.jpg 320w, /p/{{ work.id }}-640.jpg 640w, /p/{{ work.id }}-1280.jpg 1280w"
sizes="(max-width: 700px) 100vw, 33vw" width="{{ work.width }}" height="{{ work.height }}" alt="{{ work.title }}"></a>
<figcaption><b>{{ work.title }}</b> {{ work.author }}{% if work.unit %} · {{ work.unit }}{% endif %}</figcaption>
</figure>
{% endfor %}</main></html>"""

_template = Environment(autoescape=True).from_string(PAGE)
_local = threading.local()


def make_database(folder: Path) -> None:
    """Write 600 ranked works into ``folder``/gallery.sqlite, indexed as the gallery reads them, and an album."""
    (folder / "album.pdf").write_bytes(bytes(ALBUM_BYTES))
    database = sqlite3.connect(folder / "gallery.sqlite")
    database.executescript(
        "PRAGMA journal_mode=WAL; CREATE TABLE work (id TEXT PRIMARY KEY, number TEXT, rank INTEGER, title TEXT,"
        " author TEXT, unit TEXT, width INTEGER, height INTEGER); CREATE INDEX work_rank ON work (rank);"
    )
    rows = [
        (f"{n:032x}", f"A-{n:04}", n, f"湖光山色 {n} & more", f"作者 {n % 97}", f"单位 {n % 11}", 3000, 2000)
        for n in range(600)
    ]
    database.executemany("INSERT INTO work VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    database.commit()
    database.close()


def gallery(folder: Path) -> bytes:
    """Query and render the page."""
    database: sqlite3.Connection | None = getattr(_local, "database", None)
    if database is None:
        database = _local.database = sqlite3.connect(folder / "gallery.sqlite")
        database.row_factory = sqlite3.Row
    works = database.execute("SELECT * FROM work ORDER BY rank LIMIT ?", (THUMBNAILS,)).fetchall()
    return _template.render(language="zh", title="获奖作品", works=works).encode()


def store(source: Any, declared: int, folder: Path) -> tuple[int, str]:
    """Stream ``declared`` bytes from a file-like source to a synced file, hashing; gives what really came."""
    digest = hashlib.sha256()
    came = 0
    path = folder / f"{os.getpid()}-{threading.get_ident()}.part"
    with path.open("wb") as file:
        while came < declared:
            chunk = source.read(min(CHUNK_BYTES, declared - came))
            if not chunk:
                break
            came += len(chunk)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    return came, digest.hexdigest()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer /healthz, /gallery, /album and PUT /upload; note in seen.log when an upload's handler saw half of it."""
    folder = Path(os.environ["BENCH_FOLDER"])
    path = environ["PATH_INFO"]
    status, kind, body = "200 OK", "text/plain", b"ok"
    if path == "/gallery":
        kind, body = "text/html; charset=utf-8", gallery(folder)
    elif path == "/upload":
        declared = int(environ.get("CONTENT_LENGTH") or 0)
        try:
            came, digest = store(environ["wsgi.input"], declared, folder)
        except Exception as broken:
            _note(folder, f"an exception ({type(broken).__name__})")
            raise
        if came < declared:
            _note(folder, f"a short body, no error ({came:,} of {declared:,} bytes)")
        kind, body = "application/json", json.dumps({"bytes": came, "sha256": digest}).encode()
    elif path == "/album":
        start_response(status, [("Content-Type", "application/pdf"), ("Content-Length", str(ALBUM_BYTES))])
        file = (folder / "album.pdf").open("rb")
        wrap = environ.get("wsgi.file_wrapper", lambda source, size: iter(lambda: source.read(size), b""))
        return cast(Iterable[bytes], wrap(file, CHUNK_BYTES))
    elif path != "/healthz":
        status, body = "404 Not Found", b"nothing here"
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def _note(folder: Path, text: str) -> None:
    with (folder / "seen.log").open("a") as log:
        log.write(text + "\n")


def serve_waitress(port: int, *, threads: int, processes: int, defaults: bool) -> None:
    """Run waitress, in several processes on one listening socket if asked."""
    import waitress  # noqa: PLC0415 - only the server under test is loaded

    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    for _ in range(processes - 1):
        if os.fork() == 0:
            break
    if defaults:
        waitress.serve(app, sockets=[listener], threads=threads, _quiet=True)
    else:
        waitress.serve(
            app,
            sockets=[listener],
            threads=threads,
            connection_limit=1000,  # the default of 100 lets 100 idle sockets shut everybody out
            asyncore_use_poll=True,  # select() ends at descriptor 1023
            recv_bytes=CHUNK_BYTES,  # the default of 8 KiB makes 1,280 rounds of a 10 MB body
            outbuf_high_watermark=256 * 1024 * 1024,  # above it a reader who stalls keeps a thread; below it a file
            channel_timeout=60,
            cleanup_interval=10,
            max_request_body_size=64 * 1024 * 1024,
            _quiet=True,
        )


def serve_granian(port: int, *, threads: int, processes: int) -> None:
    """Run granian with its WSGI interface."""
    from granian import Granian  # noqa: PLC0415 - only the server under test is loaded
    from granian.constants import Interfaces  # noqa: PLC0415 - as above

    Granian(
        "server_app:app",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        log_enabled=False,
        websockets=False,
    ).serve()


def main() -> None:
    """Start one server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", choices=["waitress", "granian"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--defaults", action="store_true", help="waitress as it comes, untuned")
    given = parser.parse_args()
    if given.server == "waitress":
        serve_waitress(given.port, threads=given.threads, processes=given.processes, defaults=given.defaults)
    else:
        serve_granian(given.port, threads=given.threads, processes=given.processes)


if __name__ == "__main__":
    main()
