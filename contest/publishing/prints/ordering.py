"""Ordering prints and finding them again; what is kept of each is an ordinary build."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Missing
from contest.kernel.ids import new_id
from contest.platform.queue import Queue
from contest.publishing import queries
from contest.publishing.models import Build, BuildState
from contest.publishing.prints.orders import OF_RESULT, Kind, PrintOrder
from contest.publishing.queries import BuildFacts

PRINT_JOB: Final = "print"


@dataclass(frozen=True, kw_only=True)
class PrintFacts:
    """One print as pages show it: what was ordered, and what became of it."""

    order: PrintOrder
    build: BuildFacts


def order_print(
    work: Work, queue: Queue, *, contest_id: UUID, order: PrintOrder, actor_id: UUID | None, at: datetime
) -> UUID:
    """Order a print; its row and its job are there together or not at all.

    Returns:
        The build's id; of the one under way where the same has been ordered already.

    Raises:
        Missing: ``result``, nothing has been sealed; contact sheets need none.
    """
    result = queries.frozen_result(work.session, contest_id) if order.kind in OF_RESULT else None
    if order.kind in OF_RESULT and result is None:
        raise Missing("result")
    result_id = result.id if result else None
    waiting = work.session.scalar(
        select(Build.id).where(
            Build.contest_id == contest_id,
            Build.result_set_id == result_id,
            Build.kind == order.kind,
            Build.plan_digest == order.digest(),
            Build.state.in_((BuildState.QUEUED, BuildState.RUNNING)),
        )
    )
    if waiting is not None:
        return waiting
    row = Build(
        id=new_id(),
        contest_id=contest_id,
        result_set_id=result_id,
        kind=order.kind,
        edition=order.size,
        plan=order.to_json(),
        plan_digest=order.digest(),
        printer={},
        state=BuildState.QUEUED,
        ordered_at=at,
        ordered_by=actor_id,
        report={},
    )
    work.session.add(row)
    work.session.flush()
    queue.enqueue(work, PRINT_JOB, {"build_id": row.id.hex}, key=f"print {row.id.hex}", at=at, contest_id=contest_id)
    audit.record(
        work,
        action=f"{order.kind}.build",
        at=at,
        actor_id=actor_id,
        contest_id=contest_id,
        thing=f"build {row.id}",
        size=order.size,
    )
    return row.id


def prints(session: Session, contest_id: UUID, *, contact: bool) -> list[PrintFacts]:
    """List a contest's prints, the newest first: contact sheets, or those of the result."""
    kinds = [Kind.CONTACT] if contact else list(OF_RESULT)
    found = [_print(session, build) for kind in kinds for build in queries.builds(session, contest_id, kind=kind)]
    return sorted(found, key=lambda each: each.build.ordered_at, reverse=True)


def print_named(session: Session, contest_id: UUID, build_id: UUID, *, contact: bool) -> PrintFacts:
    """Read one of them; raises ``Missing("build")`` where there is none, or it is of the other sort."""
    build = queries.build(session, contest_id, build_id)
    kind = session.scalars(select(Build.kind).where(Build.id == build_id)).one()
    if kind not in ([Kind.CONTACT] if contact else OF_RESULT):
        raise Missing("build")
    return _print(session, build)


def _print(session: Session, build: BuildFacts) -> PrintFacts:
    text = session.scalars(select(Build.plan).where(Build.id == build.id)).one()
    return PrintFacts(order=PrintOrder.from_json(text), build=build)
