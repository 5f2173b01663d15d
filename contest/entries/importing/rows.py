"""Row by row: a roster's line becomes an entry through the very actions that the portal uses."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from contest.accounts.models import Person, Role, RoleKind
from contest.calls.queries import ContestFacts, categories, contest_named
from contest.entries import actions
from contest.entries.importing.folder import Folder
from contest.entries.importing.plan import Planner
from contest.entries.importing.report import Examine, ImportReport, Reason, RefusedRow
from contest.entries.importing.sheet import Row, read_sheet
from contest.entries.importing.taking import RowRefused, Taker
from contest.kernel.errors import ContestError, Missing
from contest.web.services import Services


def import_sheet(
    parts: Services,
    *,
    contest: str,
    sheet: Path,
    files: Path,
    examine: Examine,
    organizer: str | None = None,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> ImportReport:
    """Take in a roster's works. What is refused is reported; the other rows go in. Running it again is safe.

    Args:
        contest: The contest's short name.
        sheet: The roster, .xlsx or .csv.
        files: The folder of the pictures that it names.
        examine: Brings the examination of pictures to its end, since its findings decide whether a row is taken.
        organizer: The address of the organizer who hands in; None for the contest's first.
        told: Is told after each row how many of how many are done.

    Raises:
        Missing: ``contest``, ``import.no_sheet``, ``import.no_folder``, ``import.no_organizer``.
        Conflict: ``entry.too_early``, ``entry.closed``.
        Invalid: what is wrong with the sheet as a whole, see `sheet.read_sheet`.
    """
    at = parts.clock()
    with parts.database.reading() as session:
        facts = contest_named(session, contest, at)
        offered = categories(session, facts.id)
    actions.check_open(facts, at)
    rows = read_sheet(sheet)
    planner = Planner(contest=facts, categories=offered, folder=Folder(files))
    taker = Taker(parts=parts, contest=facts, organizer_id=_organizer(parts, facts, organizer), examine=examine)
    outcomes: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    refused = []
    for done, row in enumerate(rows, start=1):
        try:
            outcome, number = taker.take(planner.plan(row))
        except RowRefused as no:
            refused.append(_refused(row, no.reasons))
        except ContestError as error:
            refused.append(_refused(row, (Reason.of(error),)))
        else:
            outcomes[outcome].append(number)
        told(done, len(rows))
    return ImportReport(
        rows=len(rows),
        added=tuple(outcomes["added"]),
        changed=tuple(outcomes["changed"]),
        unchanged=tuple(outcomes["unchanged"]),
        refused=tuple(refused),
    )


def _refused(row: Row, reasons: tuple[Reason, ...]) -> RefusedRow:
    return RefusedRow(row=row.number, author=row.said("author"), title=row.said("title"), reasons=reasons)


def _organizer(parts: Services, contest: ContestFacts, email: str | None) -> UUID:
    """Find who hands in: the contest's organizer of this address, or its first; raises ``import.no_organizer``."""
    query = (
        select(Person.id)
        .join(Role, Role.person_id == Person.id)
        .where(Role.contest_id == contest.id, Role.kind == RoleKind.ORGANIZER)
        .order_by(Role.position, Role.id)
        .limit(1)
    )
    if email is not None:
        query = query.where(Person.email == email.strip().lower())
    with parts.database.reading() as session:
        found = session.scalar(query)
    if found is None:
        raise Missing("import.no_organizer", email=email or "–")
    return found
