"""What no browser sends by itself: told in a sentence, and never a fault of ours."""

from flask import Flask

from contest.app import create_app
from contest.kernel.db import Database
from contest.platform.mail import open_mail
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore
from contest.settings import Settings
from tests.visitor import SetClock


def _on(database: Database, settings: Settings, clock: SetClock, store: FolderStore) -> Flask:
    return create_app(
        settings,
        clock=clock,
        database=database,
        store=store,
        queue=EmbeddedQueue(database),
        mail=open_mail(settings, clock=clock),
        testing=True,
    )


def test_a_character_that_the_database_cannot_keep_is_told(
    database: Database, settings: Settings, clock: SetClock, store: FolderStore
) -> None:
    browser = _on(database, settings, clock, store).test_client()

    answer = browser.get("/contests/%00/", headers={"Accept": "application/json"})

    assert answer.status_code == (404 if database.is_sqlite else 400)
    assert answer.get_json()["code"] == ("contest" if database.is_sqlite else "request.malformed")
