"""A planned row becomes an entry through the very actions that the portal uses, or leaves nothing behind."""

import hashlib
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select

from contest.accounts.queries import units
from contest.calls.queries import ContestFacts
from contest.entries import actions, queries, receiving
from contest.entries.importing.plan import Planned
from contest.entries.importing.report import Examine, Reason
from contest.entries.models import Entry, EntryState
from contest.entries.queries import EntryFacts
from contest.entries.rules import check_cap
from contest.kernel.errors import ContestError, Invalid
from contest.web.services import Services

_CHUNK_BYTES: Final = 1024 * 1024


class RowRefused(Exception):
    """A row cannot become an entry, for these reasons."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(reasons)
        self.reasons = reasons


class Taker:
    """Takes planned rows in.

    Args:
        organizer_id: Who hands in.
        examine: Brings the examination of pictures to its end.
    """

    def __init__(self, *, parts: Services, contest: ContestFacts, organizer_id: UUID, examine: Examine) -> None:
        self._parts = parts
        self._contest = contest
        self._organizer_id = organizer_id
        self._examine = examine
        with parts.database.reading() as session:
            self._units = frozenset(unit.id for unit in units(session, contest.id))

    def take(self, planned: Planned) -> tuple[str, str]:
        """Bring one row to its end.

        Returns:
            "added", "changed" or "unchanged", and the entry's number.

        Raises:
            RowRefused: with every reason; of this row nothing is left then.
            ContestError: any single reason, likewise.
        """
        entry = self._known(planned)
        if entry is not None and entry.state is not EntryState.DRAFT:
            return self._again(entry, planned)
        try:
            return "added", self._new(planned, entry.id if entry else None)
        except (RowRefused, ContestError):
            self._leave_nothing(planned)
            raise

    def _known(self, planned: Planned) -> EntryFacts | None:
        with self._parts.database.reading() as session:
            found = session.scalar(
                select(Entry.id).where(Entry.contest_id == self._contest.id, Entry.source == planned.source)
            )
            return None if found is None else queries.entry_facts(session, found)

    def _again(self, entry: EntryFacts, planned: Planned) -> tuple[str, str]:
        """Look at a row that is an entry already: a mended text is taken over, another file is not."""
        number = entry.number or ""
        if entry.state in {EntryState.WITHDRAWN, EntryState.DISQUALIFIED}:
            return "unchanged", number
        received = {picture.sha256 for picture in entry.pictures}
        for file in planned.files:
            if digest_of(file) not in received:
                raise Invalid("import.file_changed", name=file.name, number=number)
        with self._parts.database.changing() as work:
            is_changed = actions.rewrite(
                work,
                self._parts.queue,
                entry_id=entry.id,
                text=planned.text,
                actor_id=self._organizer_id,
                at=self._parts.clock(),
            )
        return ("changed" if is_changed else "unchanged"), number

    def _new(self, planned: Planned, entry_id: UUID | None) -> str:
        """Hand a row in, or go on with one that an interrupted run left as a draft."""
        if entry_id is None:
            entry_id = self._begin(planned)
        with self._parts.database.reading() as session:
            received = {picture.sha256 for picture in queries.entry_facts(session, entry_id).pictures}
        for file in planned.files:
            digest = digest_of(file)
            if digest not in received:
                self._receive(file, entry_id, digest)
        with self._parts.database.reading() as session:
            self._examine([picture.id for picture in queries.entry_facts(session, entry_id).pictures])
        with self._parts.database.reading() as session:
            self._check_findings(queries.entry_facts(session, entry_id))
        with self._parts.database.changing() as work:
            return actions.submit(
                work,
                self._parts.queue,
                entry_id=entry_id,
                actor_id=self._organizer_id,
                declared=True,  # the organizer took the authors' declarations on paper
                at=self._parts.clock(),
                secret=self._parts.settings.secret,
                address=self._parts.settings.address,
                mailed=False,
            ).number

    def _begin(self, planned: Planned) -> UUID:
        at = self._parts.clock()
        with self._parts.database.changing() as work:
            unit = actions.unit_named(work, contest_id=self._contest.id, name=planned.unit) if planned.unit else None
            author = actions.author_named(
                work, contest_id=self._contest.id, unit_id=unit.id if unit else None, name=planned.author
            )
            author.country = planned.country or author.country
            check_cap(given=queries.handed_in_by(work.session, author.id), cap=self._contest.entries_per_author)
            entry = actions.create(
                work,
                contest_id=self._contest.id,
                entrant_id=self._organizer_id,
                author=author,
                category_id=planned.text.category_id,
                source=planned.source,
                at=at,
            )
            actions.save(
                work,
                self._parts.queue,
                entry_id=entry.id,
                text=planned.text,
                author=author,
                actor_id=self._organizer_id,
                at=at,
            )
            return entry.id

    def _receive(self, file: Path, entry_id: UUID, digest: str) -> None:
        settings = self._parts.settings
        try:
            with file.open("rb") as source:
                receiving.take(
                    self._parts.database,
                    self._parts.store,
                    self._parts.queue,
                    source,
                    entry_id=entry_id,
                    person_id=self._organizer_id,
                    file_name=file.name,
                    declared_bytes=file.stat().st_size,
                    declared_sha256=digest,
                    incoming=settings.uploads / "incoming",
                    secret=settings.secret,
                    at=self._parts.clock(),
                    limit_bytes=settings.upload_bytes_max,
                )
        except ContestError as error:
            raise RowRefused(Reason.of(error, file=file.name)) from error

    def _check_findings(self, entry: EntryFacts) -> None:
        names = {picture.id: picture.file_name for picture in entry.pictures}
        reasons = [
            Reason(
                code=finding.code,
                facts=finding.params,
                file=names.get(finding.picture_id, "") if finding.picture_id else "",
            )
            for finding in entry.findings
            if finding.is_open and finding.severity == "reject"
        ]
        if reasons:
            raise RowRefused(*reasons)

    def _leave_nothing(self, planned: Planned) -> None:
        """Erase what a refused row had begun, so that a mended one starts afresh."""
        with self._parts.database.changing() as work:
            actions.erase_import(
                work,
                contest_id=self._contest.id,
                source=planned.source,
                units=self._units,
                at=self._parts.clock(),
            )


def digest_of(file: Path) -> str:
    """Hash a file without holding it in memory."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
