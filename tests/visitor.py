"""A browser-like client: its own cookies, the CSRF token on every post."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contest.accounts.models import Person, SignIn
from contest.accounts.queries import hashed
from contest.kernel.db import Database
from contest.kernel.ids import new_id, new_token

TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


@dataclass
class SetClock:
    """A clock that stands where a test puts it."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Visitor:
    """A browser with its own cookies; posts carry the CSRF token as a page's form would."""

    client: FlaskClient
    database: Database
    clock: SetClock
    _token: str = field(default="")

    def sign_in(self, person: Person) -> "Visitor":
        """Sign in by a row, as the sign-in page leaves it."""
        token = new_token()
        with self.database.changing() as work:
            work.session.add(
                SignIn(
                    id=new_id(),
                    token_hash=hashed(token),
                    person_id=person.id,
                    created_at=self.clock.at,
                    expires_at=self.clock.at + timedelta(days=30),
                )
            )
        with self.client.session_transaction() as session:
            session.clear()
            session["_user_id"] = token
            session["_fresh"] = True
        self._token = ""
        return self

    def speak(self, language: str) -> "Visitor":
        """Choose a language, "en" or "zh_Hans"."""
        self.client.set_cookie("language", language)
        return self

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> TestResponse:
        """Send a form as the page itself would."""
        return self.send("POST", path, data=data, **options)

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send any request with the CSRF token in its header."""
        headers = {"X-CSRFToken": self.token(), **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **options)

    def token(self) -> str:
        """Read the CSRF token off the front page, once."""
        if not self._token:
            found = TOKEN.search(self.client.get("/").get_data(as_text=True))
            assert found is not None, "the front page carries no CSRF token"
            self._token = found.group(1)
        return self._token
