"""The album that a page of the desk shows: its frozen result, its draft, its plan, and what there is to say of it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from contest.awards.record import PictureRecord, WorkRecord
from contest.kernel.errors import Missing
from contest.publishing import clearance, drafts, queries
from contest.publishing.album import moves
from contest.publishing.album.options import AlbumOptions, Overrides
from contest.publishing.album.plan import AlbumPlan, Page
from contest.publishing.drafts import Draft
from contest.publishing.queries import PrinterOrder, Result
from contest.publishing.sentences import Remark, remarks
from contest.web.language import language
from contest.web.services import changing, now, person_id, reading, standing


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One contest's album as it stands at this moment.

    Attributes:
        withheld: Why a work must not be printed, by its id.
        larger: Larger files that are printed in place of judged ones, by the picture's id.
    """

    result: Result
    draft: Draft
    withheld: Mapping[str, str]
    larger: Mapping[str, PictureRecord]

    @cached_property
    def plan(self) -> AlbumPlan:
        """Give the plan that the draft makes."""
        return drafts.laid_out(self.result.record, self.draft.options, larger=self.larger)

    @cached_property
    def works(self) -> dict[str, WorkRecord]:
        """Give the awarded works by their ids."""
        return {work.id: work for work in self.result.record.works if work.tier}

    @cached_property
    def remarks(self) -> dict[str, list[Remark]]:
        """Give what there is to look at by the page's label, "" for the whole book; the weightiest first."""
        found: dict[str, list[Remark]] = {}
        told = drafts.findings(self.plan, self.result.record, withheld=self.withheld, larger=self.larger)
        for remark in remarks((each.to_dict() for each in told), language()):
            found.setdefault(remark.page, []).append(remark)
        return found

    def work(self, number: str) -> WorkRecord:
        """Give the awarded work of a number.

        Raises:
            Missing: ``album.work``.
        """
        for work in self.works.values():
            if work.number == number:
                return work
        raise Missing("album.work")

    def index(self, label: str) -> int:
        """Give the place in the plan of the page that a label names.

        Raises:
            Missing: ``album.page``.
        """
        for index, page in enumerate(self.plan.pages):
            if page.label == label:
                return index
        raise Missing("album.page")

    def pages(self, indices: Iterable[int] | None = None) -> list["PageSeen"]:
        """Give pages for a template; all of them unless told which."""
        wanted = range(len(self.plan.pages)) if indices is None else indices
        return [PageSeen(opened=self, page=self.plan.pages[index]) for index in wanted]

    def label_of(self, work: str) -> str:
        """Give the label of the page inside the book that first shows a work; "C1" where none does."""
        shown = (page for page in self.plan.pages[1:] if any(spot.work == work for spot in page.placements))
        return next((page.label for page in shown), "C1")


@dataclass(frozen=True, kw_only=True)
class PageSeen:
    """One page for a template."""

    opened: Opened
    page: Page

    @property
    def label(self) -> str:
        """Give what a reader calls it."""
        return self.page.label

    @cached_property
    def digest(self) -> str:
        """Name what the page shows: 16 hexadecimal digits that change whenever its picture does."""
        plan = self.opened.plan
        shown = repr((self.page, plan.design, sorted(plan.inks.items()), plan.language))
        return hashlib.sha256(shown.encode()).hexdigest()[:16]

    @property
    def works(self) -> list[WorkRecord]:
        """Give the works whose photographs stand on it, in order."""
        idents = dict.fromkeys(spot.work for spot in self.page.placements)
        return [self.opened.works[ident] for ident in idents]

    @property
    def remarks(self) -> list[Remark]:
        """Give what there is to look at on it."""
        return self.opened.remarks.get(self.label, [])

    @property
    def is_locked(self) -> bool:
        """Tell whether it stays as it is, whatever happens around it."""
        return bool(self.page.nth) and moves.is_locked(self.opened.draft.options.overrides, self.page)


def opened() -> Opened:
    """Read the album of the contest that the request is about.

    Raises:
        Missing: ``result``, nothing has been sealed.
    """
    with reading() as session:
        result = queries.frozen_result(session, contest_id())
        if result is None:
            raise Missing("result")
        return Opened(
            result=result,
            draft=drafts.draft(session, result.contest_id),
            withheld=clearance.withheld(session, result.record),
            larger=clearance.larger_files(session, result.record),
        )


def keep(seen: int, change: Callable[[Draft], tuple[AlbumOptions, PrinterOrder]]) -> None:
    """Change the draft that the page showed.

    Raises:
        Conflict: ``album.draft_changed``; and as ``change`` does.
    """
    with changing() as work:
        options, printer = change(drafts.draft(work.session, contest_id()))
        drafts.change(
            work,
            contest_id=contest_id(),
            seen=seen,
            options=options,
            printer=printer,
            actor_id=person_id(),
            at=now(),
        )


def overrides_of(album: Opened) -> Overrides:
    """Give what was changed by hand so far."""
    return album.draft.options.overrides


def contest_id() -> UUID:
    """Give the contest's id.

    Raises:
        Missing: ``contest``.
    """
    contest = standing().contest
    if contest is None:
        raise Missing("contest")
    return contest.id
