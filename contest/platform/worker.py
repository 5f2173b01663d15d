"""The worker: takes jobs from the embedded queue, one at a time, until it is told to stop."""

import logging
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from contest.kernel.clock import Clock
from contest.platform.faults import fault
from contest.platform.queue import Claimed, EmbeddedQueue, Handler

LEASE_S: Final = 60
POLL_S: Final = 0.5

_log = logging.getLogger(__name__)


def run_one(queue: EmbeddedQueue, handlers: Mapping[str, Handler], *, clock: Clock, lease_s: int = LEASE_S) -> bool:
    """Do one job if there is one.

    What a handler raises is recorded with the job, which is tried again later or, after its last try, buried.

    Args:
        handlers: By kind of job; jobs of other kinds are left alone.
        lease_s: For how many seconds a job is borrowed at a time; a worker's death is noticed after as long.

    Returns:
        Whether there was a job.
    """
    now = clock()
    job = queue.claim(handlers.keys(), now=now, lease_s=lease_s)
    if job is None:
        return False
    handler = handlers[job.kind]
    if job.tries > handler.tries:
        _give_back(queue, job, handler, failure=None, now=now)
        return True
    fault("job.claimed")
    try:
        with _kept_alive(queue, job, handler, clock=clock, lease_s=lease_s):
            handler.run(job.payload, now)
    except Exception as failure:  # noqa: BLE001 - the worker's edge: whatever it was is recorded with the job
        _log.exception("job %s (%s) failed at try %d", job.id, job.kind, job.tries)
        kept = _give_back(queue, job, handler, failure=failure, now=clock())
    else:
        fault("job.done")
        kept = queue.finish(job, now=clock())
    if not kept:
        _log.warning("job %s (%s) was taken over by another worker", job.id, job.kind)
    return True


def drain(queue: EmbeddedQueue, handlers: Mapping[str, Handler], *, clock: Clock) -> int:
    """Do jobs until none may run now; give their number. For commands and tests that want to see the end."""
    done = 0
    while run_one(queue, handlers, clock=clock):
        done += 1
    return done


def work(
    queue: EmbeddedQueue,
    handlers: Mapping[str, Handler],
    *,
    clock: Clock,
    stop: threading.Event,
    lease_s: int = LEASE_S,
    poll_s: float = POLL_S,
) -> None:
    """Do jobs until ``stop`` is set; the job under way is brought to its end."""
    while not stop.is_set():
        try:
            found = run_one(queue, handlers, clock=clock, lease_s=lease_s)
        except Exception:  # noqa: BLE001 - the database may be away for a while; the jobs are safe and come back
            _log.exception("the queue could not be reached")
            found = False
        if not found:
            stop.wait(poll_s)


def stop_on_signals() -> threading.Event:
    """Give an event that SIGTERM or SIGINT sets; call it in the main thread."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def _give_back(
    queue: EmbeddedQueue, job: Claimed, handler: Handler, *, failure: Exception | None, now: datetime
) -> bool:
    """Give a job back that failed, or that every worker died over; False if it was no longer ours."""
    give_up = handler.give_up if failure is None or isinstance(failure, handler.give_up_on) else None
    return queue.fail(
        job,
        error=f"{type(failure).__name__}: {failure}"
        if failure
        else "every worker that tried it died or took too long",
        now=now,
        next_try=handler.next_try(job.tries, now),
        give_up=(lambda work: give_up(work, job.payload, now)) if give_up else None,
    )


@contextmanager
def _kept_alive(
    queue: EmbeddedQueue, job: Claimed, handler: Handler, *, clock: Clock, lease_s: int
) -> Iterator[None]:
    """Extend the lease while the body runs, up to the handler's limit."""
    over = threading.Event()
    started = time.monotonic()  # a jump of the clock must not end a job

    def beat() -> None:
        while not over.wait(lease_s / 3) and time.monotonic() - started < handler.limit_s:
            try:
                if not queue.extend(job, now=clock(), lease_s=lease_s):
                    return
            except Exception:  # noqa: BLE001 - a missed beat is no loss while the next one comes in time
                _log.exception("the lease of job %s could not be extended", job.id)

    thread = threading.Thread(target=beat, name=f"lease-{job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
