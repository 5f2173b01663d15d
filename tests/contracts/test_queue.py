"""What the queue and its worker promise, on both databases."""

import multiprocessing
import signal
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contest.kernel.clock import system_clock
from contest.kernel.db import Database, Work, open_database
from contest.kernel.errors import Missing
from contest.kernel.ids import new_id
from contest.platform.models import Job, JobState
from contest.platform.queue import EmbeddedQueue, Handler, Queue
from contest.platform.worker import drain, run_one, work
from tests.makers import make_contest

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def queue(database: Database) -> EmbeddedQueue:
    return EmbeddedQueue(database)


class SetClock:
    """A clock that tests turn by hand."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def order(queue: EmbeddedQueue, key: str = "a", **given: Any) -> Any:
    with queue.database.changing() as work:
        return queue.enqueue(work, **{"kind": "note", "payload": {"name": key}, "key": key, "at": NOW, **given})


def job_of(queue: EmbeddedQueue, job_id: Any) -> Job:
    with queue.database.reading() as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()


def keeps(into: list[str]) -> Handler:
    return Handler(run=lambda payload, _now: into.append(payload["name"]))


def fails(_payload: Mapping[str, Any], _now: datetime) -> None:
    raise RuntimeError("no such picture")


def test_the_embedded_queue_is_a_queue(queue: EmbeddedQueue) -> None:
    port: Queue = queue
    with queue.database.reading() as session:
        assert port.waiting(session) == 0


def test_a_job_is_done_once(queue: EmbeddedQueue) -> None:
    done: list[str] = []
    order(queue)

    assert drain(queue, {"note": keeps(done)}, clock=SetClock()) == 1
    assert drain(queue, {"note": keeps(done)}, clock=SetClock()) == 0

    assert done == ["a"]


def test_a_job_is_there_only_if_its_cause_is(queue: EmbeddedQueue) -> None:
    with pytest.raises(RuntimeError), queue.database.changing() as work:
        queue.enqueue(work, "note", {"name": "a"}, key="a", at=NOW)
        raise RuntimeError

    with queue.database.reading() as session:
        assert queue.waiting(session) == 0


def test_ordering_twice_while_waiting_is_one_job(queue: EmbeddedQueue) -> None:
    assert order(queue, "a") == order(queue, "a")
    assert order(queue, "b") != order(queue, "a")

    with queue.database.reading() as session:
        assert queue.waiting(session) == 2


def test_ordering_while_it_runs_is_a_second_job_that_waits_its_turn(queue: EmbeddedQueue) -> None:
    order(queue, "a")
    running = queue.claim(["note"], now=NOW, lease_s=60)
    assert running is not None

    order(queue, "a")
    assert queue.claim(["note"], now=NOW, lease_s=60) is None
    queue.finish(running, now=NOW)

    assert queue.claim(["note"], now=NOW, lease_s=60) is not None


def test_urgent_jobs_go_first_then_the_oldest(queue: EmbeddedQueue) -> None:
    done: list[str] = []
    order(queue, "late", at=NOW + timedelta(minutes=2))
    order(queue, "early", at=NOW + timedelta(minutes=1))
    order(queue, "urgent", at=NOW + timedelta(minutes=3), urgency=5)

    drain(queue, {"note": keeps(done)}, clock=SetClock(NOW + timedelta(minutes=10)))

    assert done == ["urgent", "early", "late"]


def test_a_job_waits_for_its_moment(queue: EmbeddedQueue) -> None:
    done: list[str] = []
    clock = SetClock()
    order(queue, at=NOW + timedelta(seconds=10))

    assert not run_one(queue, {"note": keeps(done)}, clock=clock)
    clock.forward(10)
    assert run_one(queue, {"note": keeps(done)}, clock=clock)


def test_jobs_of_a_kind_unknown_to_the_worker_are_left_alone(queue: EmbeddedQueue) -> None:
    job_id = order(queue, kind="of-a-later-version")

    assert not run_one(queue, {"note": keeps([])}, clock=SetClock())

    assert job_of(queue, job_id).state is JobState.QUEUED


def test_a_job_that_fails_is_tried_three_times_with_growing_pauses_and_then_buried(queue: EmbeddedQueue) -> None:
    clock = SetClock()
    handlers = {"note": Handler(run=fails, tries=3, pause_s=10)}
    job_id = order(queue)

    waits = []
    for _try in range(3):
        assert run_one(queue, handlers, clock=clock)
        waits.append((job_of(queue, job_id).available_at - clock()).total_seconds())
        assert not run_one(queue, handlers, clock=clock)
        clock.forward(3600)

    job = job_of(queue, job_id)
    assert waits[:2] == [10, 40]
    assert (job.state, job.tries, job.last_error) == (JobState.DEAD, 3, "RuntimeError: no such picture")


def test_a_poisoned_job_does_not_hold_up_the_others(queue: EmbeddedQueue) -> None:
    done: list[str] = []
    order(queue, "poison", kind="poison", urgency=9)
    order(queue, "a")
    order(queue, "b")

    drain(queue, {"poison": Handler(run=fails), "note": keeps(done)}, clock=SetClock())

    assert sorted(done) == ["a", "b"]


def test_giving_up_is_recorded_with_the_burial_or_not_at_all(queue: EmbeddedQueue) -> None:
    def note_it(work: Work, payload: Mapping[str, Any], now: datetime) -> None:
        queue.enqueue(work, "funeral", payload, key="funeral", at=now)

    def cannot(_work: Work, _payload: Mapping[str, Any], _now: datetime) -> None:
        raise LookupError

    noted, stuck = order(queue, "a"), order(queue, "b", kind="other")

    run_one(queue, {"note": Handler(run=fails, tries=1, give_up=note_it)}, clock=SetClock())
    with pytest.raises(LookupError):
        run_one(queue, {"other": Handler(run=fails, tries=1, give_up=cannot)}, clock=SetClock())

    assert job_of(queue, noted).state is JobState.DEAD
    assert job_of(queue, stuck).state is JobState.LEASED
    with queue.database.reading() as session:
        assert session.scalars(select(Job.kind).where(Job.key == "funeral")).all() == ["funeral"]


def test_a_handler_may_say_which_failures_mean_something(queue: EmbeddedQueue) -> None:
    given_up: list[str] = []
    handler = Handler(
        run=fails,
        tries=1,
        give_up=lambda _work, payload, _now: given_up.append(payload["name"]),
        give_up_on=(LookupError,),
    )
    failed, died = order(queue, "failed", urgency=1), order(queue, "died")
    run_one(queue, {"note": handler}, clock=SetClock())
    assert queue.claim(["note"], now=NOW, lease_s=60) is not None

    run_one(queue, {"note": handler}, clock=SetClock(NOW + timedelta(seconds=60)))

    assert given_up == ["died"]
    assert {job_of(queue, job_id).state for job_id in (failed, died)} == {JobState.DEAD}


def test_a_lease_that_runs_out_brings_the_job_back_and_the_late_worker_is_not_heard(queue: EmbeddedQueue) -> None:
    job_id = order(queue)
    slow = queue.claim(["note"], now=NOW, lease_s=60)
    assert slow is not None
    assert queue.claim(["note"], now=NOW + timedelta(seconds=59), lease_s=60) is None

    later = NOW + timedelta(seconds=60)
    quick = queue.claim(["note"], now=later, lease_s=60)

    assert quick is not None
    assert (quick.id, quick.tries) == (slow.id, 2)
    assert not queue.extend(slow, now=later, lease_s=60)
    assert not queue.finish(slow, now=later)
    assert not queue.fail(slow, error="late", now=later, next_try=None)
    assert job_of(queue, job_id).state is JobState.LEASED
    assert queue.finish(quick, now=later)
    assert job_of(queue, job_id).state is JobState.DONE


def test_an_extended_lease_keeps_the_job(queue: EmbeddedQueue) -> None:
    order(queue)
    job = queue.claim(["note"], now=NOW, lease_s=60)
    assert job is not None

    assert queue.extend(job, now=NOW + timedelta(seconds=50), lease_s=60)

    assert queue.claim(["note"], now=NOW + timedelta(seconds=100), lease_s=60) is None
    assert queue.finish(job, now=NOW + timedelta(seconds=105))


def test_a_job_that_kills_its_workers_is_buried_without_another_try(queue: EmbeddedQueue) -> None:
    done: list[str] = []
    clock = SetClock()
    job_id = order(queue)
    for _worker in range(3):
        assert queue.claim(["note"], now=clock(), lease_s=60) is not None
        clock.forward(60)

    assert run_one(queue, {"note": keeps(done)}, clock=clock)

    job = job_of(queue, job_id)
    assert done == []
    assert (job.state, job.last_error) == (JobState.DEAD, "every worker that tried it died or took too long")


def test_a_long_job_keeps_its_lease_and_is_done_once(queue: EmbeddedQueue) -> None:
    ran: list[float] = []
    let_go = threading.Event()

    def slow(_payload: Mapping[str, Any], _now: datetime) -> None:
        ran.append(time.monotonic())
        let_go.wait(30)

    handlers = {"note": Handler(run=slow)}
    job_id = order(queue, at=system_clock())
    at_work = threading.Thread(target=run_one, args=(queue, handlers), kwargs={"clock": system_clock, "lease_s": 1})
    at_work.start()
    _until(lambda: ran)
    first_end = job_of(queue, job_id).leased_until
    assert first_end is not None
    _until(lambda: system_clock() > first_end)

    assert not run_one(queue, handlers, clock=system_clock, lease_s=1)
    let_go.set()
    at_work.join()

    assert len(ran) == 1
    assert job_of(queue, job_id).state is JobState.DONE


def test_a_handler_that_never_ends_loses_its_lease(queue: EmbeddedQueue) -> None:
    let_go = threading.Event()

    def endless(_payload: Mapping[str, Any], _now: datetime) -> None:
        let_go.wait(60)

    handler = Handler(run=endless, limit_s=0)
    job_id = order(queue, at=system_clock())
    stuck = threading.Thread(
        target=run_one, args=(queue, {"note": handler}), kwargs={"clock": system_clock, "lease_s": 1}
    )
    stuck.start()
    _until(lambda: job_of(queue, job_id).state is JobState.LEASED)
    first = job_of(queue, job_id).lease

    _until(lambda: queue.claim(["note"], now=system_clock(), lease_s=60) is not None)
    again = job_of(queue, job_id).lease
    let_go.set()
    stuck.join()

    kept = job_of(queue, job_id)
    assert (kept.state, kept.lease) == (JobState.LEASED, again)
    assert again != first


def test_dead_jobs_are_listed_by_contest_and_can_be_tried_afresh(queue: EmbeddedQueue) -> None:
    with queue.database.changing() as work:
        ours, theirs = make_contest(work).id, make_contest(work).id
    job_id = order(queue, "a", contest_id=ours)
    order(queue, "b", contest_id=theirs)
    drain(queue, {"note": Handler(run=fails, tries=1)}, clock=SetClock())

    with queue.database.reading() as session:
        (dead,) = queue.dead(session, contest_id=ours)
        assert len(queue.dead(session)) == 2
    assert (dead.id, dead.kind, dead.payload, dead.tries) == (job_id, "note", {"name": "a"}, 1)
    assert (dead.last_error, dead.died_at) == ("RuntimeError: no such picture", NOW)

    done: list[str] = []
    with queue.database.changing() as work:
        queue.retry(work, dead.id, at=NOW)
    drain(queue, {"note": keeps(done)}, clock=SetClock())
    assert done == ["a"]

    for not_dead in (dead.id, new_id()):
        with pytest.raises(Missing), queue.database.changing() as work:
            queue.retry(work, not_dead, at=NOW)


def test_done_jobs_are_forgotten_after_a_while_and_dead_ones_are_not(queue: EmbeddedQueue) -> None:
    order(queue, "a")
    dead = order(queue, "b", kind="poison")
    drain(queue, {"note": keeps([]), "poison": Handler(run=fails, tries=1)}, clock=SetClock())

    assert queue.forget(before=NOW) == 0
    assert queue.forget(before=NOW + timedelta(days=1)) == 1

    with queue.database.reading() as session:
        assert session.scalars(select(Job.id)).all() == [dead]


def test_four_workers_share_forty_jobs_without_doing_any_twice(queue: EmbeddedQueue) -> None:
    done: list[str] = []
    for number in range(40):
        order(queue, str(number))

    threads = [
        threading.Thread(target=drain, args=(queue, {"note": keeps(done)}), kwargs={"clock": SetClock()})
        for _worker in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done, key=int) == [str(number) for number in range(40)]


def test_a_stopped_worker_brings_its_job_to_the_end(queue: EmbeddedQueue) -> None:
    stop, started, done = threading.Event(), threading.Event(), []

    def slow(payload: Mapping[str, Any], _now: datetime) -> None:
        started.set()
        time.sleep(0.3)
        done.append(payload["name"])

    order(queue, "a")
    order(queue, "b")
    worker = threading.Thread(
        target=work,
        args=(queue, {"note": Handler(run=slow)}),
        kwargs={"clock": SetClock(), "stop": stop, "poll_s": 0.01},
    )
    worker.start()
    started.wait(10)
    stop.set()
    worker.join(10)

    assert not worker.is_alive()
    assert len(done) == 1


def _worker_process(address: str, log: str, seconds: float) -> None:
    """Work with a handler that notes its start and its end in a file."""
    queue = EmbeddedQueue(open_database(address))

    def slow(payload: Mapping[str, Any], _now: datetime) -> None:
        with Path(log).open("a") as file:
            file.write(f"start {payload['name']}\n")
        time.sleep(seconds)
        with Path(log).open("a") as file:
            file.write(f"end {payload['name']}\n")

    work(
        queue,
        {"note": Handler(run=slow)},
        clock=system_clock,
        stop=threading.Event(),
        lease_s=1,
        poll_s=0.02,
    )


def test_a_worker_killed_in_the_middle_loses_no_job(queue: EmbeddedQueue, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    names = [str(number) for number in range(6)]
    for name in names:
        order(queue, name, at=system_clock())
    address = queue.database.engine.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("spawn")

    victim = context.Process(target=_worker_process, args=(address, str(log), 60))
    victim.start()
    _until(lambda: "start" in log.read_text())
    victim.kill()
    victim.join()
    heir = context.Process(target=_worker_process, args=(address, str(log), 0.01))
    heir.start()
    _until(lambda: log.read_text().count("end") == len(names))
    _until(lambda: _count(queue, JobState.DONE) == len(names))
    heir.terminate()
    heir.join()

    assert victim.exitcode == -signal.SIGKILL
    ends = [line.split()[1] for line in log.read_text().splitlines() if line.startswith("end")]
    starts = [line.split()[1] for line in log.read_text().splitlines() if line.startswith("start")]
    assert sorted(ends) == names
    assert len(starts) == len(names) + 1


def _count(queue: EmbeddedQueue, state: JobState) -> int:
    with queue.database.reading() as session:
        return len(session.scalars(select(Job.id).where(Job.state == state)).all())


def _until(true: Any, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
