"""The database's shape over time. Each step can be gone up and down, with data in place."""

from importlib import import_module
from pathlib import Path
from typing import Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from contest.kernel.db import Base, Database

MODELS: Final = (
    "contest.kernel.audit",
    "contest.platform.models",
    "contest.accounts.models",
    "contest.calls.models",
    "contest.entries.models",
    "contest.judging.models",
    "contest.awards.models",
    "contest.publishing.models",
)


def all_metadata() -> MetaData:
    """Load every table and give the metadata they share."""
    for name in MODELS:
        import_module(name)
    return Base.metadata


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the database up to a revision, whole or not at all; nothing happens when it is there already."""
    with database.changing() as work:
        command.upgrade(_config(work.session.connection()), to)


def downgrade(database: Database, to: str) -> None:
    """Bring the database down to a revision ("base" for nothing)."""
    with database.changing() as work:
        command.downgrade(_config(work.session.connection()), to)


def current(database: Database) -> str | None:
    """Give the database's revision, None for an empty one."""
    with database.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def head() -> str:
    """Give the newest revision that this version knows."""
    found = ScriptDirectory.from_config(_config(None)).get_current_head()
    return found or ""


def differences(database: Database) -> list[object]:
    """List what the tables have that the models lack, and the other way round; empty when they agree."""
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"render_as_batch": True})
        return list(compare_metadata(context, all_metadata()))


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
