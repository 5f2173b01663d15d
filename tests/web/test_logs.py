"""What an operator reads when something goes wrong on our side, and what nobody should read there."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contest.app import create_app
from contest.kernel.db import Database
from contest.platform.mail import open_mail
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore
from contest.settings import Settings
from contest.web.access import access
from tests.visitor import SetClock

TOKEN = "a-token-that-signs-in"


@access("site.sign_in")
def broken(token: str) -> str:
    """Fail as a fault of ours would."""
    raise RuntimeError(f"{len(token)} characters")


def test_a_fault_is_logged_with_its_page_and_without_the_address_that_signs_in(
    settings: Settings,
    clock: SetClock,
    sqlite_database: Database,
    store: FolderStore,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = create_app(
        settings,
        clock=clock,
        database=sqlite_database,
        store=store,
        queue=EmbeddedQueue(sqlite_database),
        mail=open_mail(settings, clock=clock),
    )
    app.view_functions["accounts.link"] = broken

    answer = app.test_client().get(f"/sign-in/{TOKEN}", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.get_json()["code"]) == (500, "service.failed")
    assert "unexpected at GET accounts.link" in caplog.text
    assert "RuntimeError: 21 characters" in caplog.text
    assert TOKEN not in caplog.text


def test_what_the_database_refuses_is_told_without_the_values(database: Database) -> None:
    with pytest.raises(DBAPIError) as refused, database.changing() as work:
        work.session.execute(text("INSERT INTO nowhere (email) VALUES (:email)"), {"email": "li@example.org"})

    assert "INSERT INTO nowhere" in str(refused.value)
    assert "li@example.org" not in str(refused.value)
