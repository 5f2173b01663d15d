"""The album as it stands on the desk: what the organizer has decided so far, step by step, and the plan it makes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from contest.awards.record import PictureRecord, Record
from contest.kernel.db import Work
from contest.kernel.errors import Conflict
from contest.kernel.ids import new_id
from contest.publishing.album.options import AlbumOptions
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.sources import MM_PER_INCH
from contest.publishing.clearance import as_printed
from contest.publishing.models import AlbumDraft
from contest.publishing.queries import PrinterOrder

if TYPE_CHECKING:
    from contest.publishing.album.preflight import Finding

STEPS_KEPT: Final = 50
PLANS_KEPT: Final = 8


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What has been decided of an album.

    Attributes:
        number: Counts the changes, from 1; 0 while nothing has been decided.
        can_undo: Whether an earlier state is kept.
    """

    number: int = 0
    options: AlbumOptions = field(default_factory=AlbumOptions)
    printer: PrinterOrder = field(default_factory=PrinterOrder)
    can_undo: bool = False


def draft(session: Session, contest_id: UUID) -> Draft:
    """Read how a contest's album stands; the usual one while nobody has touched it."""
    rows = session.scalars(
        select(AlbumDraft).where(AlbumDraft.contest_id == contest_id).order_by(AlbumDraft.number.desc()).limit(1)
    )
    row = rows.one_or_none()
    if row is None:
        return Draft()
    return Draft(
        number=row.number,
        options=AlbumOptions.from_json(row.options),
        printer=PrinterOrder(**row.printer),
        can_undo=True,
    )


def change(
    work: Work,
    *,
    contest_id: UUID,
    seen: int,
    options: AlbumOptions,
    printer: PrinterOrder,
    actor_id: UUID | None,
    at: datetime,
) -> int:
    """Keep a new state of an album; what changes nothing is not kept.

    Args:
        seen: Number of the draft that the change was made from.

    Returns:
        The number of the draft that holds now.

    Raises:
        Conflict: ``album.draft_changed``, somebody else has changed it since.
    """
    before = draft(work.session, contest_id)
    if before.number != seen:
        raise Conflict("album.draft_changed")
    if (before.options, before.printer) == (options, printer):
        return before.number
    work.session.add(
        AlbumDraft(
            id=new_id(),
            contest_id=contest_id,
            number=seen + 1,
            options=options.to_json(),
            printer=asdict(printer),
            changed_by=actor_id,
            changed_at=at,
        )
    )
    work.session.execute(
        delete(AlbumDraft).where(AlbumDraft.contest_id == contest_id, AlbumDraft.number <= seen + 1 - STEPS_KEPT)
    )
    work.session.flush()
    return seen + 1


def undo(work: Work, *, contest_id: UUID, seen: int) -> None:
    """Go back to the state before the last change.

    Raises:
        Conflict: ``album.draft_changed``, somebody else has changed it since; ``album.nothing_to_undo``.
    """
    newest = work.session.scalar(select(func.max(AlbumDraft.number)).where(AlbumDraft.contest_id == contest_id))
    if (newest or 0) != seen:
        raise Conflict("album.draft_changed")
    if newest is None:
        raise Conflict("album.nothing_to_undo")
    work.session.execute(delete(AlbumDraft).where(AlbumDraft.contest_id == contest_id, AlbumDraft.number == newest))


def laid_out(record: Record, options: AlbumOptions, *, larger: Mapping[str, PictureRecord]) -> AlbumPlan:
    """Lay a record out as decided; the same again is given from memory.

    Args:
        larger: Larger files that are printed in place of judged ones, by the picture's id: their pixels count.

    Raises:
        Invalid: As `album.compose.plan_album`.
    """
    # Measuring type reads the fonts, which a service whose organizer is away need not.
    from contest.publishing.album.compose import plan_album  # noqa: PLC0415 - see above

    digest, printed = record.digest(), as_printed(record, larger)
    key = printed.digest(), options.to_json()
    plan = _plans.get(key)
    if plan is None:
        plan = plan_album(
            printed,
            design=options.design,
            language=options.language,
            texts=options.texts,
            overrides=options.overrides,
        )
        plan = replace(plan, record_digest=digest)
        while len(_plans) >= PLANS_KEPT:
            _plans.pop(next(iter(_plans)), None)
        _plans[key] = plan
    return plan


def findings(
    plan: AlbumPlan, record: Record, *, withheld: Mapping[str, str], larger: Mapping[str, PictureRecord]
) -> "list[Finding]":
    """Say what a build's preflight will find, as far as it can be told without opening a picture's file.

    Args:
        withheld: Why a work must not be printed, by its id.
        larger: As for `laid_out`.
    """
    # Their neighbours load the PDF library and the fonts.
    from contest.publishing.album.preflight.planned import plan_findings, resolution_finding  # noqa: PLC0415 - see above
    from contest.publishing.album.preflight.report import error  # noqa: PLC0415 - see above
    from contest.publishing.album.preview import overflows  # noqa: PLC0415 - see above

    works = {work.id: work for work in record.works}
    widths = {picture.id: picture.width_px for work in as_printed(record, larger).works for picture in work.pictures}
    labels = {spot: page.label for page in plan.pages for spot in page.placements}
    coarse = (
        resolution_finding(
            ppi=widths[spot.picture] / spot.width_mm * MM_PER_INCH,
            page=labels[spot],
            work=works[spot.work].number,
            picture=spot.picture,
        )
        for spot in plan.largest().values()
    )
    return [
        *(error("text_overflow", page, over_mm=over_mm) for page, over_mm in overflows(plan).items()),
        *plan_findings(plan, record, withheld),
        *(each for each in coarse if each is not None),
    ]


_plans: dict[tuple[str, str], AlbumPlan] = {}
