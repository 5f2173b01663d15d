"""The database's shape over time. Each step can be gone up and down, with data in place."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import MetaData, inspect, text

from contest.kernel.db import Base, Database
from contest.kernel.errors import Conflict

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is imported where it is needed: it takes half a second, and most starts have nothing to migrate.
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
    """Bring the database up to a revision, whole or not at all; nothing happens when it is there already.

    Raises:
        Conflict: ``database.newer`` or ``database.foreign``; it is left as it is.
    """
    here = current(database)
    if to == "head" and here == head():
        return
    if here is None and _has_tables(database):
        place = database.engine.url.render_as_string(hide_password=True)
        raise Conflict("database.foreign", place=place)
    if here is not None and here not in _revisions():
        raise Conflict("database.newer", here=here, known=head())
    from alembic import command  # noqa: PLC0415 - see above

    with database.changing() as work:
        command.upgrade(_config(work.session.connection()), to)


def downgrade(database: Database, to: str) -> None:
    """Bring the database down to a revision ("base" for nothing)."""
    from alembic import command  # noqa: PLC0415 - see above

    with database.changing() as work:
        command.downgrade(_config(work.session.connection()), to)


def current(database: Database) -> str | None:
    """Give the database's revision, None for an empty one."""
    with database.reading() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        found = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def head() -> str:
    """Give the newest revision that this version knows: the number that its file's name begins with."""
    return max(_revisions())


def _revisions() -> set[str]:
    return {path.name.partition("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py")}


def _has_tables(database: Database) -> bool:
    with database.reading() as session:
        return inspect(session.connection()).get_table_names() not in ([], ["alembic_version"])


def differences(database: Database) -> list[object]:
    """List what the tables have that the models lack, and the other way round; empty when they agree."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - see above
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - see above

    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"render_as_batch": True})
        return list(compare_metadata(context, all_metadata()))


def _config(connection: object) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
