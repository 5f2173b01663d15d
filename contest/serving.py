"""`contest serve`: one HTTP server that shrugs off slow clients, and a niced worker beside it."""

import contextlib
import ctypes
import errno
import logging
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from datetime import timedelta
from typing import Any, Final

import click
import waitress
from flask import Flask

from contest.accounts.actions import offer_set_up
from contest.accounts.queries import has_administrator
from contest.accounts.rules import SET_UP_LIFE
from contest.kernel.clock import Clock
from contest.kernel.db import Database
from contest.kernel.errors import Conflict, Invalid
from contest.settings import Settings

WORKER_NICENESS: Final = 10
RESTART_PAUSE_S: Final = 2.0
STOP_TIMEOUT_S: Final = 20.0
# See docs/adr/0002-server.md for the measurements behind these.
SERVER_OPTIONS: Final = {
    "threads": 4,
    "connection_limit": 1000,
    "asyncore_use_poll": True,  # select() ends at descriptor 1023
    "recv_bytes": 256 * 1024,  # halves the CPU of an upload
    "outbuf_high_watermark": 256 * 1024 * 1024,  # a slow reader of a download holds no thread
    "channel_timeout": 60,
    "cleanup_interval": 10,
    "ident": None,
    # The application reads them: by default a proxy on this machine would look like somebody sitting at it.
    "clear_untrusted_proxy_headers": False,
}
DESCRIPTORS: Final = 8192
PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
_LIBC: Final = ctypes.CDLL(None)  # opened here: a child between fork and exec should open nothing

_log = logging.getLogger(__name__)


def serve(settings: Settings, database: Database, *, clock: Clock, app: Flask) -> None:
    """Serve ``app`` until the process is told to stop, with a worker beside it.

    Raises:
        Conflict: ``address.taken``.
        Invalid: ``address.unusable``, or ``settings.unusable`` for a HOST that has no address.
    """
    _make_room(settings)
    server = _listen(settings, app)
    logging.getLogger("waitress").setLevel(logging.ERROR)  # queue-depth warnings are no news to an operator
    click.echo(f"The service is at {settings.address}/  ·  服务地址：{settings.address}/")
    link = first_start_link(settings, database, clock=clock)
    if link:
        hours = SET_UP_LIFE // timedelta(hours=1)
        click.echo(f"First start. Create the administrator here (works once, for {hours} hours):\n  {link}")
        click.echo(f"首次启动。请用此链接创建管理员（{hours} 小时内有效，只能用一次）。")
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    keeper = threading.Thread(target=_keep_worker, args=(over,), name="worker-keeper")
    try:
        keeper.start()
        server.run()  # comes back when `_stop` raises inside
    finally:
        over.set()
        server.close()
        keeper.join()
    click.echo("Stopped.  ·  已停止。")


def first_start_link(settings: Settings, database: Database, *, clock: Clock) -> str | None:
    """Give a one-time address to create the administrator, None where there is one already."""
    with database.reading() as session:
        if has_administrator(session):
            return None
    with database.changing() as work:
        token = offer_set_up(work, at=clock())
    return f"{settings.address}/set-up/{token}"


def _listen(settings: Settings, app: Flask) -> Any:
    place = {"host": settings.host, "port": settings.port}
    try:
        return waitress.create_server(app, **place, max_request_body_size=settings.upload_bytes_max, **SERVER_OPTIONS)
    except ValueError as unknown:  # how waitress says that a name has no address
        raise Invalid("settings.unusable", name="HOST", given=settings.host) from unknown
    except OSError as refused:
        if refused.errno == errno.EADDRINUSE:
            raise Conflict("address.taken", **place) from refused
        raise Invalid("address.unusable", **place, reason=refused.strerror) from refused


def _make_room(settings: Settings) -> None:
    """Let bodies that are being received lie on the data disk, and allow two descriptors for each of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    spool = settings.uploads / "spool"
    spool.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(spool)


def _stop(_number: int, _frame: object) -> None:
    raise SystemExit


def _keep_worker(over: threading.Event) -> None:
    """Keep one worker running until ``over``; a worker that dies is started again after a pause."""
    while not over.is_set():
        process = subprocess.Popen(
            [sys.executable, "-m", "contest.cli", "worker"],
            env=os.environ,
            preexec_fn=_step_back,  # noqa: PLW1509 - three system calls, before any thread of the child
            stdin=subprocess.DEVNULL,
        )
        while process.poll() is None and not over.wait(0.2):
            pass
        if over.is_set():
            _end(process)
            return
        _log.error("the worker ended with code %s and is started again", process.returncode)
        over.wait(RESTART_PAUSE_S)


def _step_back() -> None:
    """Let requests go first, keep Ctrl+C for the parent, who ends the worker in order, and end when it is killed."""
    os.nice(WORKER_NICENESS)
    os.setpgrp()
    if sys.platform == "linux":
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_TIMEOUT_S)
        return
    process.kill()  # its job comes back by the lease
    process.wait()
