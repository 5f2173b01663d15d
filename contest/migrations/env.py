"""Alembic's entry: one connection is handed in by `contest.migrations.upgrade`, metadata comes from all models."""

from typing import Any, Literal

from alembic import context

from contest.kernel.db import StoredUuid, UTCDateTime
from contest.migrations import all_metadata


def plain_type(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our own type into a step as what the database sees: a step must not change with our code."""
    if kind != "type":
        return False
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.Uuid()" if isinstance(item, StoredUuid) else False


context.configure(
    render_item=plain_type,
    connection=context.config.attributes["connection"],
    target_metadata=all_metadata(),
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
