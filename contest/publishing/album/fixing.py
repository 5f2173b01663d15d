"""Brings an organizer's overrides to a record: what still fits becomes fixed pages, the rest is remarked upon."""

from collections.abc import Sequence

from contest.awards.record import Record, TierRecord, WorkRecord
from contest.publishing.album.options import MOST_ON_PAGE, Overrides
from contest.publishing.album.plan import Remark
from contest.publishing.album.sequence import Fixed


def strangers(overrides: Overrides, record: Record) -> list[Remark]:
    """Remark on works and tiers that the record does not award, and on swaps from one tier to another."""
    tiers = {work.id: work.tier for work in record.works if work.tier}
    named = [
        *(pin.work for pin in overrides.pins),
        *(work for page in overrides.pages for work in page.works),
        *(work for swap in overrides.swaps for work in swap),
        *overrides.sizes,
        *overrides.across,
        *overrides.without,
    ]
    numbers = {work.id: work.number for work in record.works}
    unknown = [work for work in dict.fromkeys(named) if work not in tiers]
    return [
        *(Remark(code="override_unknown", facts={"work": numbers.get(work, work)}) for work in unknown),
        *(
            Remark(code="override_other_tier", facts={"one": numbers[one], "two": numbers[two]})
            for one, two in overrides.swaps
            if one in tiers and two in tiers and tiers[one] != tiers[two]
        ),
        *(
            Remark(code="override_no_page", facts={"tier": page.tier, "number": str(page.page)})
            for page in overrides.pages
            if page.tier not in set(tiers.values())
        ),
    ]


def swapped(works: Sequence[WorkRecord], overrides: Overrides) -> list[WorkRecord]:
    """Let pairs of works of one tier change places."""
    order = list(works)
    for one, two in overrides.swaps:
        at = {work.id: place for place, work in enumerate(order)}
        if one in at and two in at:
            order[at[one]], order[at[two]] = order[at[two]], order[at[one]]
    return order


def fixed_pages(
    tier: TierRecord, works: Sequence[WorkRecord], overrides: Overrides
) -> tuple[dict[int, Fixed], list[Remark]]:
    """Turn what is decided of a tier's pages into fixed pages by their number; a lock goes before a pin."""
    numbers = {work.id: work.number for work in works}
    pages: dict[int, Fixed] = {}
    remarks: list[Remark] = []
    placed: set[str] = set()
    for page in overrides.pages:
        if page.tier != tier.key:
            continue
        kept = [work for work in dict.fromkeys(page.works) if work in numbers and work not in placed]
        placed.update(kept)
        pages[page.page] = Fixed(
            slots=tuple((work, slot) for slot, work in enumerate(kept, start=1)),
            count=None if kept else page.count,
            is_full=bool(kept),
            layout=page.layout if len(kept) == len(page.works) else "",
            white_mm=page.white_mm,
        )
    for pin in overrides.pins:
        if pin.work not in numbers:
            continue
        there = pages.get(pin.page, Fixed())
        if pin.work in placed or there.is_full or len(there.slots) >= (there.count or MOST_ON_PAGE):
            facts = {"work": numbers[pin.work], "number": str(pin.page)}
            remarks.append(Remark(code="override_conflict", facts=facts))
            continue
        placed.add(pin.work)
        pages[pin.page] = Fixed(
            slots=(*there.slots, (pin.work, pin.slot)), count=there.count, white_mm=there.white_mm
        )
    return pages, remarks
