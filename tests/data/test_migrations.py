"""The database's steps: they reach what the models say, and go down and up again with data in place."""

import shutil
import sqlite3
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from contest import migrations
from contest.calls.models import Contest
from contest.calls.queries import contest_by_id
from contest.entries.models import Derivative, Entry
from contest.judging import actions, queries
from contest.judging.queries.deliberation import table_rows
from contest.judging.queries.record import said_line
from contest.judging.rules.deliberation import NO, YES, Item
from contest.judging.rules.ledger import FIRST_SEAL
from contest.kernel import audit
from contest.kernel.db import Database, open_database
from tests.data.test_deliberation import Panel
from tests.makers import make_contest, make_entry


def test_the_newest_revision_is_what_the_models_say(database: Database) -> None:
    assert migrations.differences(database) == []
    assert migrations.current(database) == migrations.head()


def test_a_second_upgrade_changes_nothing(database: Database, now: datetime) -> None:
    with database.changing() as work:
        make_entry(work, make_contest(work))
        audit.record(work, action="entry.create", at=now, actor_id=None)

    migrations.upgrade(database)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Derivative)) == 4
        assert audit.verify(session) is None


def test_all_steps_go_down_with_data_in_place_and_up_again(database: Database, now: datetime) -> None:
    with database.changing() as work:
        make_entry(work, make_contest(work), pictures=3)
        audit.record(work, action="entry.create", at=now, actor_id=None)

    migrations.downgrade(database, "base")

    with database.reading() as session:
        assert set(inspect(session.connection()).get_table_names()) <= {"alembic_version"}

    migrations.upgrade(database)

    with database.changing() as work:
        make_entry(work, make_contest(work))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 1
        assert session.scalar(select(func.count()).select_from(Contest)) == 1
    assert migrations.differences(database) == []


def test_what_was_said_at_a_table_goes_down_and_up_again(database: Database, now: datetime) -> None:
    with database.changing() as work:
        panel = Panel(work, now)
        panel.close(work, now)
        panel.ask(work, now, panel.entries[1])
        for answer in (YES, NO):
            panel.answer(work, now, panel.one, answer)
        panel.reveal(work, now)
        actions.note(work, round_id=panel.round_id, text="Met at nine.", actor_id=panel.chair.id, at=now)
        before = _table(work.session, panel.round_id)

    migrations.downgrade(database, "0001")
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM table_vote")).scalar() == 1
        assert session.execute(text("SELECT text FROM minute_note")).scalar() == "Met at nine."
    migrations.upgrade(database)

    with database.reading() as session:
        assert _table(session, panel.round_id) == before
        key = contest_by_id(session, panel.contest_id, now).blind_key
        lines = [said_line(row, key=key) for row in table_rows(session, panel.round_id)]
    assert [line.act for line in lines] == ["note", "ask", "answer", "reveal"]
    for previous, line in pairwise([None, *lines]):
        assert line is not None
        assert line.sealed(FIRST_SEAL if previous is None else previous.seal, round_number=1) == line


def _table(session: Session, round_id: UUID) -> tuple[list[Item[UUID]], list[queries.Note]]:
    return queries.table_items(session, round_id), queries.notes(session, round_id)


def test_an_upgrade_that_fails_half_way_leaves_the_old_shape(tmp_path: Path, migrated_file: Path) -> None:
    path = tmp_path / "half.sqlite"
    shutil.copyfile(migrated_file, path)
    with sqlite3.connect(path) as connection:
        # A table of the first step already stands, the revision says nothing does: the step must fail whole.
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        connection.execute("DELETE FROM alembic_version")
        for name in tables - {"person", "alembic_version"}:
            connection.execute(f'DROP TABLE "{name}"')
    connection.close()
    database = open_database(f"sqlite:///{path}")

    failed = False
    try:
        migrations.upgrade(database)
    except Exception:  # noqa: BLE001 - whatever the database says, what counts is what it left behind
        failed = True

    assert failed
    with database.reading() as session:
        assert set(inspect(session.connection()).get_table_names()) == {"person", "alembic_version"}
    database.dispose()
