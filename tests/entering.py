"""Handing in as a browser does it: a contest that takes entries, files on their way, pictures examined for real."""

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from contest.accounts.models import Person, RoleKind
from contest.calls.models import Contest
from contest.entries import jobs
from contest.entries.models import Entry, Picture
from contest.entries.queries import EntryFacts, entry_facts
from contest.inspection.sandbox import Sandbox
from contest.kernel.db import Database
from contest.platform.store import original_key
from contest.platform.worker import drain
from contest.web.services import Services
from tests.makers import make_contest, make_person, make_role
from tests.photos import make_jpeg
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The real child process, one for a file of tests."""
    with Sandbox(work_dir=tmp_path_factory.mktemp("sandbox")) as started:
        yield started


@dataclass
class Place:
    """A running contest with its organizer."""

    app: Flask
    database: Database
    contest: Contest
    organizer: Person
    sandbox: Sandbox

    @property
    def services(self) -> Services:
        found: Services = self.app.extensions["contest"]
        return found

    @property
    def works(self) -> str:
        return f"/contests/{self.contest.short_name}/works/"

    @property
    def uploads(self) -> str:
        return f"/contests/{self.contest.short_name}/uploads"

    @property
    def desk(self) -> str:
        return f"/contests/{self.contest.short_name}/desk/works"

    def examine(self) -> None:
        """Do all jobs that wait, as the worker does."""
        parts = self.services
        handlers = jobs.handlers(parts, sandbox=self.sandbox)
        wanted = {kind: handlers[kind] for kind in ("inspect", "names")}
        drain(parts.queue, wanted, clock=parts.clock)  # type: ignore[arg-type]

    def entries(self) -> list[EntryFacts]:
        """All entries of the contest, oldest first."""
        with self.database.reading() as session:
            ids = session.scalars(
                select(Entry.id).where(Entry.contest_id == self.contest.id).order_by(Entry.created_at, Entry.id)
            ).all()
            return [entry_facts(session, found) for found in ids]

    def entry(self) -> EntryFacts:
        """The one entry that there is."""
        (found,) = self.entries()
        return found

    def original(self, digest: str) -> bytes:
        """The bytes that are kept under a SHA-256."""
        with self.services.store.open(original_key(digest)) as file:
            return file.read()

    def pictures(self) -> int:
        with self.database.reading() as session:
            return len(session.scalars(select(Picture.id)).all())


def make_place(app: Flask, database: Database, sandbox: Sandbox, **given: Any) -> Place:
    """Make a contest that takes entries."""
    with database.changing() as work:
        contest = make_contest(work, **given)
        organizer = make_person(work)
        make_role(work, contest, organizer, RoleKind.ORGANIZER)
        work.session.flush()
        work.session.expunge_all()
    return Place(app, database, contest, organizer, sandbox)


def send_form(visitor: Visitor, place: Place, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    """Send files by the plain form of “My works”."""
    return visitor.post(place.works, data={"files": [as_file(*file) for file in files], **fields})


def as_file(name: str, content: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def fill(visitor: Visitor, place: Place, entry_id: UUID, act: str = "", /, **fields: Any) -> TestResponse:
    """Send the form of an entry's page: save it, or ``act="/submission"`` hands it in."""
    typed = {"title_zh": "归港", "author_zh": "张三", "declared": "y", **fields}
    return visitor.post(f"{place.works}{entry_id}{act}", data=typed)


def hand_in(visitor: Visitor, place: Place, content: bytes | None = None, /, **fields: Any) -> EntryFacts:
    """Send one photograph, have it examined, hand it in."""
    before = {entry.id for entry in place.entries()}
    send_form(visitor, place, ("DSC_0001.JPG", content or make_jpeg()))
    place.examine()
    (made,) = [entry for entry in place.entries() if entry.id not in before]
    answer = fill(visitor, place, made.id, "/submission", **fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return next(entry for entry in place.entries() if entry.id == made.id)


def tus_create(
    visitor: Visitor, place: Place, size: int, name: str = "a.jpg", query: str = "", **more: str
) -> TestResponse:
    """Begin an upload as tus-js-client does."""
    metadata = {"filename": name, **more}
    given = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": given}
    return visitor.send("POST", place.uploads + query, headers={**headers, "Accept": "application/json"})


def tus_patch(visitor: Visitor, address: str, offset: int, content: bytes) -> TestResponse:
    """Send bytes of an upload."""
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
        "Accept": "application/json",
    }
    return visitor.send("PATCH", address, data=content, headers=headers)
