"""Who is asking, known by a row in the database that can be ended at any moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask
from flask_login import LoginManager, current_user
from sqlalchemy.orm import Session

from contest.accounts import queries
from contest.accounts.queries import RoleFacts
from contest.web.services import now, reading
from contest.web.standing import PersonSeen, Standing

pages = Blueprint("accounts", __name__)


@dataclass(frozen=True)
class SignedIn:
    """What Flask-Login keeps for us: a random sign-in token, the person behind it, and what she is to contests."""

    token: str
    person: PersonSeen
    roles: Sequence[RoleFacts]
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Give the token, the only thing about the person in the cookie."""
        return self.token


def remember(app: Flask) -> None:
    """Let ``app`` know signed-in people by a row in the database, which can be ended at any moment."""
    manager = LoginManager(app)
    manager.session_protection = None  # it would put a digest of network and browser into the cookie

    @manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
    def load(token: str) -> SignedIn | None:
        with reading() as session:
            found = queries.signed_in(session, token, now())
        return None if found is None else SignedIn(token, *found)


def relate(_session: Session, standing: Standing, _names: Mapping[str, Any], _at: datetime) -> Standing:
    """Complete the standing with the signed-in person and her roles."""
    known = current_user._get_current_object()  # noqa: SLF001 - Flask-Login's documented way to ask once
    if not known.is_authenticated:
        return standing
    return replace(standing, person=known.person, about={"roles": known.roles})
