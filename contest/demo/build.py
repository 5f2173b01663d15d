"""The demonstration contest: built once on an instance, then given again whenever it is asked for."""

import json
import os
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

from sqlalchemy import select

from contest.calls.models import Contest
from contest.demo.staging import SHORT_NAME, Demonstration, Role, Staging, Tell, WithoutLetters
from contest.kernel.errors import Conflict
from contest.kernel.permissions import State
from contest.web.services import Services


def build_demonstration(services: Services, *, tell: Tell) -> Demonstration:
    """Build the demonstration contest, or give the one that is there.

    Args:
        services: The instance it is built in.
        tell: Called with a short sentence at each step.

    Raises:
        Conflict: ``demo.half_built``, an earlier build was cut off; its contest is in the way.
    """
    kept = services.settings.instance / "demonstration.json"
    with services.database.reading() as session:
        contest = session.scalar(select(Contest).where(Contest.short_name == SHORT_NAME))
    if contest is not None:
        if contest.state is not State.ANNOUNCED or not kept.exists():
            raise Conflict("demo.half_built")
        return from_json(kept.read_text())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="contest-demo-")))
        quiet = replace(services, queue=WithoutLetters(services.database))
        done = Staging(quiet, tell=tell, folder=folder, stack=stack).run()
    kept.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # it holds the password
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(done), file, ensure_ascii=False)
    return done


def from_json(text: str) -> Demonstration:
    """Read what `build_demonstration` kept."""
    raw = json.loads(text)
    return Demonstration(**{**raw, "roles": tuple(Role(**role) for role in raw["roles"])})
