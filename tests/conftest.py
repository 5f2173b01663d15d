"""What most tests stand on: a migrated database of each kind, moments, folders."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings as examples
from sqlalchemy import Engine, NullPool, create_engine, inspect, text

from contest.app import create_app
from contest.kernel.db import Database, open_database
from contest.migrations import current, head, upgrade
from contest.platform.mail import open_mail
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore, open_store
from contest.settings import Settings
from contest.web.services import Services
from tests import postgres
from tests.visitor import SetClock, Visitor

# A busy machine is no fault of the code: what must be quick has a benchmark.
examples.register_profile("house", deadline=None)
examples.load_profile("house")

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files of what takes long, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real and hostile files; tests that need it are skipped where it is absent."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real pictures is not here")
    return CORPUS


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen, while `makers.make_contest`'s contest takes entries."""
    return datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, copied for each test that needs one."""
    path = tmp_path_factory.mktemp("migrated") / "contest.sqlite"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The address of a PostgreSQL database, given by TEST_DATABASE_URL or started for this run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed (scripts/setup.sh test installs it)")
    # Not under pytest's own folder, which belongs to the user who runs the tests.
    folder = Path(tempfile.mkdtemp(prefix="contest-postgres-"))
    try:
        with postgres.server(folder) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """One engine for all tests, which keeps the statements it has compiled; its file is a fresh copy for each."""
    return open_database(f"sqlite:///{tmp_path_factory.mktemp('database') / 'contest.sqlite'}").engine


@pytest.fixture
def sqlite_database(migrated_file: Path, sqlite_engine: Engine) -> Iterator[Database]:
    """A fresh SQLite database."""
    path = Path(str(sqlite_engine.url.database))
    for old in path.parent.iterdir():
        old.unlink()
    shutil.copyfile(migrated_file, path)
    yield Database(sqlite_engine)
    sqlite_engine.dispose()


@pytest.fixture(scope="session")
def postgres_engine(postgres_address: str) -> Iterator[Engine]:
    """One engine for all tests, as for SQLite, and one database: a new one takes longer than most tests."""
    name = f"test_{os.getpid()}"
    _administer(postgres_address, f"CREATE DATABASE {name}")
    yield open_database(postgres.other(postgres_address, name)).engine
    _administer(postgres_address, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_database(postgres_engine: Engine) -> Iterator[Database]:
    """A PostgreSQL database that is as good as new: in its newest shape, without rows and other connections."""
    database = Database(postgres_engine)
    if current(database) != head():  # in the beginning, and after a test of the steps that went wrong
        upgrade(database)
    _empty(postgres_engine)
    yield database
    postgres_engine.dispose()


def _empty(engine: Engine) -> None:
    """Take out every row, past the triggers and references that would refuse it."""
    tables = [name for name in inspect(engine).get_table_names() if name != "alembic_version"]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
    with engine.begin() as connection:
        mine = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in connection.scalars(text(filled)).all():
            connection.execute(text(f"DELETE FROM {name}"))


def _administer(address: str, statement: str) -> None:
    """Run what PostgreSQL refuses inside a transaction."""
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh, migrated database; the test runs once on SQLite and once on PostgreSQL."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return _settings(tmp_path)


def _settings(folder: Path) -> Settings:
    return Settings(
        data=folder,
        database="sqlite://",
        secret="a secret of a test that is long enough",
        address="http://localhost",
        upload_bytes_max=20 * 1024 * 1024,
    )


@pytest.fixture
def clock(now: datetime) -> SetClock:
    return SetClock(now)


@pytest.fixture
def store(settings: Settings) -> FolderStore:
    return open_store(settings)


@pytest.fixture(scope="session")
def joined_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of all tests: joining it and compiling its pages takes longer than most of them."""
    settings = _settings(tmp_path_factory.mktemp("app"))
    clock, database = SetClock(datetime(2026, 1, 1, tzinfo=UTC)), open_database(settings.database)
    return create_app(
        settings,
        clock=clock,
        database=database,
        store=open_store(settings),
        queue=EmbeddedQueue(database),
        mail=open_mail(settings, clock=clock),
        testing=True,
    )


@pytest.fixture
def app(
    joined_app: Flask, settings: Settings, clock: SetClock, sqlite_database: Database, store: FolderStore
) -> Iterator[Flask]:
    """The application with this test's own parts."""
    views = dict(joined_app.view_functions)
    joined_app.testing = True
    joined_app.extensions["contest"] = Services(
        settings=settings,
        clock=clock,
        database=sqlite_database,
        store=store,
        queue=EmbeddedQueue(sqlite_database),
        mail=open_mail(settings, clock=clock),
    )
    yield joined_app
    joined_app.view_functions = views


@pytest.fixture
def visitor(app: Flask, sqlite_database: Database, clock: SetClock) -> Iterator[Callable[[], Visitor]]:
    """Make visitors, each with a browser of their own: `visitor()`, `visitor().sign_in(person)`."""

    def make() -> Visitor:
        return Visitor(app.test_client(), sqlite_database, clock)

    return make
