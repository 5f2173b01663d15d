"""By which names the service is reached, and who is believed about where a request comes from."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.client import HTTPConnection

import pytest
import waitress
from flask import Flask
from sqlalchemy import select

from contest.accounts.models import SignInAttempt
from contest.accounts.rules import attempt_key, network_of
from contest.app import create_app
from contest.kernel.db import Database
from contest.platform.mail import open_mail
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore
from contest.serving import SERVER_OPTIONS
from contest.settings import Settings
from tests.visitor import SetClock

Make = Callable[..., Flask]


@pytest.fixture
def made(settings: Settings, clock: SetClock, sqlite_database: Database, store: FolderStore) -> Make:
    """Make an application with other settings."""

    def make(**given: object) -> Flask:
        changed = replace(settings, **given)  # type: ignore[arg-type]  # each test names fields of its own
        return create_app(
            changed,
            clock=clock,
            database=sqlite_database,
            store=store,
            queue=EmbeddedQueue(sqlite_database),
            mail=open_mail(changed, clock=clock),
            testing=True,
        )

    return make


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "localhost.evil.example", "a b", "a<b>", "localhost:x", "[::1", "名.cn"],
)
def test_a_request_for_another_name_reaches_no_page(made: Make, host: str) -> None:
    client = made(address="https://photos.example.org").test_client()

    answer = client.get("/", headers={"Host": host})

    assert answer.status_code == 421
    told = answer.get_data(as_text=True)
    assert "https://photos.example.org" in told
    assert "CONTEST_ADDRESS" in told
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["photos.example.org", "PHOTOS.example.org:443", "localhost:8000", "127.0.0.1", "[::1]:8000"]
)
def test_the_public_name_and_the_machine_s_own_are_answered(made: Make, host: str) -> None:
    client = made(address="https://photos.example.org").test_client()

    assert client.get("/", headers={"Host": host}).status_code == 200


def test_listening_everywhere_any_well_formed_name_is_answered(made: Make) -> None:
    client = made(address="http://0.0.0.0:8000").test_client()

    assert client.get("/", headers={"Host": "nas.local:8000"}).status_code == 200
    assert client.get("/", headers={"Host": "a<b>"}).status_code == 421
    assert client.get("/nowhere", headers={"Host": "x" * 300}).status_code == 421


def test_a_name_pointed_at_this_machine_is_not_offered_the_first_start(made: Make) -> None:
    client = made(address="http://0.0.0.0:8000").test_client()

    assert 'action="/set-up"' in client.get("/", headers={"Host": "localhost:8000"}).get_data(as_text=True)
    assert 'action="/set-up"' not in client.get("/", headers={"Host": "evil.example"}).get_data(as_text=True)


def test_redirects_name_no_host(made: Make) -> None:
    client = made(address="http://0.0.0.0:8000").test_client()

    answer = client.get("/account", headers={"Host": "nas.local"})

    assert answer.headers["Location"].startswith("/sign-in")


def _network_counted(database: Database, remote: str) -> bool:
    key = attempt_key("letters", network_of(remote))
    with database.reading() as session:
        return session.scalar(select(SignInAttempt).where(SignInAttempt.key == key)) is not None


def _ask_for_a_link(app: Flask, forwarded: str) -> None:
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    answer = client.post("/sign-in", data={"email": "li@example.org"}, headers={"X-Forwarded-For": forwarded})
    assert answer.status_code == 303


def test_behind_a_proxy_of_ours_each_visitor_counts_for_herself(made: Make, sqlite_database: Database) -> None:
    _ask_for_a_link(made(proxies=1), "198.51.100.1, 203.0.113.9")

    assert _network_counted(sqlite_database, "203.0.113.9")
    assert not _network_counted(sqlite_database, "198.51.100.1")  # said by the visitor herself


def test_without_a_proxy_nobody_is_believed_about_her_network(made: Make, sqlite_database: Database) -> None:
    _ask_for_a_link(made(), "203.0.113.9")

    assert _network_counted(sqlite_database, "127.0.0.1")


@pytest.mark.parametrize("given", [{"proxies": 1}, {"address": "https://photos.example.org"}])
def test_where_a_proxy_is_set_up_nobody_seems_to_sit_at_the_machine(made: Make, given: dict[str, object]) -> None:
    page = made(**given).test_client().get("/").get_data(as_text=True)

    assert 'action="/set-up"' not in page


@pytest.fixture
def running(made: Make) -> Iterator[int]:
    """A real server with the service's own options; gives its port."""
    server = waitress.create_server(made(), host="127.0.0.1", port=0, **SERVER_OPTIONS)
    thread = threading.Thread(target=server.run, name="served")
    thread.start()
    yield server.effective_port
    server.close()
    thread.join()


def _page(port: int, **headers: str) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={name.replace("_", "-"): value for name, value in headers.items()})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_the_server_tells_the_application_of_a_proxy_on_the_same_machine(running: int) -> None:
    assert 'action="/set-up"' in _page(running)
    for header in ("X_Forwarded_For", "X_Forwarded_Proto", "Forwarded", "Via"):
        assert 'action="/set-up"' not in _page(running, **{header: "203.0.113.9"}), header


def test_a_static_file_is_what_its_type_says_and_for_our_pages_only(made: Make) -> None:
    answer = made().test_client().get("/static/css/tokens.css", buffered=True)

    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers
