"""The promises of `changing`: no lost update, no "locked", all or nothing."""

import multiprocessing
import threading
from datetime import datetime

import pytest
from sqlalchemy import func, select, text

from contest.accounts.models import Person
from contest.kernel.db import Database, open_database, sqlite_driver, wal_is_safe
from tests.makers import make_person

PROCESSES, TIMES = 4, 500


def _count_up(address: str, person_id: str) -> None:
    """Read a number, add one, write it back: the update that careless transactions lose."""
    database = open_database(address)
    for _ in range(TIMES):
        with database.changing() as work:
            person = work.session.execute(
                text("SELECT name_en FROM person WHERE email = :email"), {"email": person_id}
            ).scalar_one()
            work.session.execute(
                text("UPDATE person SET name_en = :name WHERE email = :email"),
                {"name": str(int(person) + 1), "email": person_id},
            )
    database.dispose()


@pytest.mark.slow
def test_four_processes_lose_none_of_2000_updates(database: Database) -> None:
    with database.changing() as work:
        make_person(work, email="counter@example.org", name_en="0")
    address = database.engine.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("spawn")

    processes = [context.Process(target=_count_up, args=(address, "counter@example.org")) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=300)

    assert [process.exitcode for process in processes] == [0] * PROCESSES
    with database.reading() as session:
        assert session.scalar(select(Person.name_en)) == str(PROCESSES * TIMES)


def test_eight_threads_write_50_times_each_and_none_finds_it_locked(database: Database) -> None:
    failures: list[Exception] = []

    def write(thread: int) -> None:
        for number in range(50):
            try:
                with database.changing() as work:
                    make_person(work, email=f"{thread}-{number}@example.org")
            except Exception as failure:  # noqa: BLE001 - the test is about any failure
                failures.append(failure)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 400


def test_nothing_of_a_failed_unit_of_work_stays(database: Database) -> None:
    with pytest.raises(RuntimeError), database.changing() as work:
        make_person(work)
        raise RuntimeError

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_calls_after_commit_see_what_was_committed_and_are_not_made_on_failure(database: Database) -> None:
    seen: list[int | None] = []

    def look() -> None:
        with database.reading() as session:
            seen.append(session.scalar(select(func.count()).select_from(Person)))

    with database.changing() as work:
        work.after_commit.append(look)
        make_person(work)
    with pytest.raises(RuntimeError), database.changing() as work:
        work.after_commit.append(look)
        raise RuntimeError

    assert seen == [1]


def test_reading_changes_nothing(database: Database) -> None:
    with database.reading() as session:
        session.execute(
            text("INSERT INTO sign_in_attempt (id, key, at) VALUES (:id, 'k', '2026-01-01 00:00:00')"),
            {"id": "0" * 32 if database.is_sqlite else "00000000-0000-0000-0000-000000000000"},
        )

    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM sign_in_attempt")).scalar() == 0


def test_sqlite_is_opened_durably(sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("synchronous", "foreign_keys", "journal_mode", "secure_delete")
        }

    full = 2
    expected_journal = "wal" if wal_is_safe(sqlite_driver) else "truncate"
    assert pragmas == {"synchronous": full, "foreign_keys": 1, "journal_mode": expected_journal, "secure_delete": 1}


@pytest.mark.parametrize(
    ("version", "safe"),
    [("3.40.1", False), ("3.44.5", False), ("3.44.6", True), ("3.50.7", True), ("3.51.2", False), ("3.51.3", True)],
)
def test_only_releases_without_the_wal_race_run_in_wal(version: str, safe: bool) -> None:
    class Driver:
        sqlite_version = version

    assert wal_is_safe(Driver) is safe  # type: ignore[arg-type]


def test_a_naive_moment_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(Exception, match="a moment needs its zone"), sqlite_database.changing() as work:
        make_person(work, created_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the naive moment is the point
