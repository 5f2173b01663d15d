"""An SQLite database to come back to, for tests that try many things on one state of it."""

from pathlib import Path

from contest.kernel.db import Database


class Kept:
    """The database as it is now."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.path = Path(str(database.engine.url.database))
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.bytes = self.path.read_bytes()

    def restore(self) -> None:
        self.database.dispose()
        for ending in ("-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)
        self.path.write_bytes(self.bytes)
