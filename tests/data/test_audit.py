"""The audit record: chained, append-only, and able to tell when it was tampered with."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from contest.kernel import audit
from contest.kernel.db import Database


def _three_lines(database: Database, now: datetime) -> None:
    for number in range(3):
        with database.changing() as work:
            audit.record(
                work, action="entry.disqualify", at=now, actor_id=None, thing=f"entry A-000{number}", rule="x"
            )


def test_an_untouched_record_verifies(database: Database, now: datetime) -> None:
    _three_lines(database, now)

    with database.reading() as session:
        assert audit.verify(session) is None


@pytest.mark.parametrize("statement", ["UPDATE audit_line SET thing = 'x'", "DELETE FROM audit_line"])
def test_the_database_refuses_to_change_or_delete_a_line(database: Database, now: datetime, statement: str) -> None:
    _three_lines(database, now)

    with pytest.raises(Exception, match="append-only"), database.changing() as work:
        work.session.execute(text(statement))

    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM audit_line WHERE thing <> 'x'")).scalar() == 3


@pytest.mark.parametrize(
    ("tampering", "found_at"),
    [
        ("UPDATE audit_line SET thing = 'entry A-9999' WHERE seq = 2", 2),
        ("DELETE FROM audit_line WHERE seq = 1", 1),
        ("UPDATE audit_line SET facts = '{}' WHERE seq = 3", 3),
    ],
)
def test_tampering_behind_the_triggers_is_found(
    sqlite_database: Database, now: datetime, tampering: str, found_at: int
) -> None:
    _three_lines(sqlite_database, now)
    with sqlite_database.changing() as work:
        work.session.execute(text("DROP TRIGGER audit_line_no_update"))
        work.session.execute(text("DROP TRIGGER audit_line_no_delete"))
        work.session.execute(text(tampering))

    with sqlite_database.reading() as session:
        assert audit.verify(session) == found_at


def test_a_moment_told_in_another_zone_is_the_same_moment(sqlite_database: Database, now: datetime) -> None:
    with sqlite_database.changing() as work:
        audit.record(work, action="entry.create", at=now.astimezone(ZoneInfo("Asia/Shanghai")), actor_id=None)

    with sqlite_database.reading() as session:
        assert audit.verify(session) is None
