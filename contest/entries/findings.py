"""How what the checks say about a picture gets into its rows."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from contest.entries.models import Finding, Picture
from contest.inspection.checks import Finding as Said
from contest.kernel.db import Work
from contest.kernel.ids import new_id


def keep_findings(work: Work, picture: Picture, said: Iterable[Said], *, among: tuple[str, ...]) -> None:
    """Let a picture have exactly these findings, of those whose code begins like one of ``among``.

    One that was there and is said again stays as it is, with what was decided about it.
    """
    _keep(work, picture.entry_id, picture.id, said, among=among)


def keep_entry_findings(work: Work, entry_id: UUID, said: Iterable[Said], *, among: tuple[str, ...]) -> None:
    """Do for an entry as a whole what `keep_findings` does for a picture."""
    _keep(work, entry_id, None, said, among=among)


def _keep(
    work: Work, entry_id: UUID, picture_id: UUID | None, said: Iterable[Said], *, among: tuple[str, ...]
) -> None:
    rows = work.session.scalars(
        select(Finding).where(Finding.entry_id == entry_id, Finding.picture_id.is_not_distinct_from(picture_id))
    ).all()
    before = [row for row in rows if row.code.startswith(among)]
    wanted = list(said)
    for row in before:
        again = next((one for one in wanted if _is_same(row, one)), None)
        if again is None:
            work.session.delete(row)
        else:
            wanted.remove(again)
    for new in wanted:
        work.session.add(
            Finding(
                id=new_id(),
                entry_id=entry_id,
                picture_id=picture_id,
                code=new.code,
                severity=new.severity,
                params=dict(new.params),
            )
        )
    work.session.flush()


def _is_same(row: Finding, said: Said) -> bool:
    return (row.code, row.severity, row.params) == (said.code, said.severity, dict(said.params))
