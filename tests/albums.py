"""Sealed records with real files behind them, for the album's tests."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contest.awards.record import (
    CategoryRecord,
    Figures,
    JurorRecord,
    PictureRecord,
    Record,
    TierRecord,
    WorkRecord,
)
from contest.kernel.bilingual import Bilingual
from contest.publishing.album.build import AlbumReport, build_plan
from contest.publishing.album.compose import plan_album
from contest.publishing.album.design import Design
from contest.publishing.album.editions import Edition
from contest.publishing.album.plan import AlbumPlan, Language

AT = datetime(2026, 12, 1, 8, tzinfo=UTC)

NAMES = (
    ("林晓岚", "Lin Xiaolan"),
    ("单雄", "Shan Xiong"),
    ("欧阳明月", "Ouyang Mingyue"),
    ("曾祥", "Zeng Xiang"),
    ("阿依古丽·买买提", "Ayguli Memet"),
    ("Maria Santos", "Maria Santos"),
)
TITLES = (
    ("晨雾", "Morning Mist"),
    ("“外婆”的茶园——清明前后", "Grandmother’s Tea Garden"),
    ("《归》", "Homeward"),
    ("钢铁脊梁：一座跨海大桥在凌晨四点合龙时工人们的背影与潮水", "Steel Spine"),
)
TIERS = (
    TierRecord(key="grand", name=Bilingual("特等奖", "Grand Prize"), count=1),
    TierRecord(key="first", name=Bilingual("一等奖", "First Prize"), count=2),
    TierRecord(key="second", name=Bilingual("二等奖", "Second Prize"), count=3),
    TierRecord(key="merit", name=Bilingual("优秀奖", "Merit"), count=6),
)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A folder of originals; ``keep`` puts one in and gives its record."""

    folder: Path

    def keep(self, data: bytes, *, seen: tuple[int, int], ident: str | None = None) -> PictureRecord:
        sha256 = hashlib.sha256(data).hexdigest()
        (self.folder / sha256).write_bytes(data)
        return PictureRecord(
            id=ident or sha256[:32], sha256=sha256, width_px=seen[0], height_px=seen[1], bytes=len(data)
        )

    def path(self, picture: PictureRecord) -> Path:
        return self.folder / picture.sha256


def make_picture(number: int, *, width_px: int = 6000, height_px: int = 4000) -> PictureRecord:
    """Make the record of a picture without a file, for plans."""
    ident = f"{number:032x}"
    return PictureRecord(id=ident, sha256=ident * 2, width_px=width_px, height_px=height_px, bytes=9_000_000)


def make_work(rank: int, *, tier: str | None, pictures: Sequence[PictureRecord], **changes: Any) -> WorkRecord:
    work = WorkRecord(
        id=f"work-{rank:04d}",
        number=f"A-{rank:04d}",
        rank=rank,
        score="8.40",
        tier=tier,
        kind="series" if len(pictures) > 1 else "single",
        category="A",
        title=Bilingual(*TITLES[rank % len(TITLES)]),
        caption="",
        place="浙江丽水",
        author=Bilingual(*NAMES[rank % len(NAMES)]),
        unit=Bilingual("滨海市摄影家协会", "Binhai Photographers"),
        pictures=tuple(pictures),
    )
    return replace(work, **changes)


def make_record(works: Sequence[WorkRecord], **changes: Any) -> Record:
    record = Record(
        short_name="shanhai",
        edition="2026",
        name=Bilingual("第六届“山海杯”全国摄影大赛", "The Sixth Shanhai Cup"),
        cup=Bilingual("山海杯", "Shanhai Cup"),
        notice=Bilingual("山与海之间，是我们生活的地方。", "Between the mountains and the sea."),
        hosts=(Bilingual("滨海市文联", "Binhai Federation"),),
        organizers=(Bilingual("滨海市文化馆", "Binhai Cultural Centre"),),
        sponsors=(Bilingual("东方影像", "Orient Imaging"),),
        zone="Asia/Shanghai",
        accent="#8c2f2b",
        language="zh",
        version=1,
        sealed_at="2026-11-20T20:00:00+00:00",
        figures=Figures(entries=2318, authors=641, units=37, jurors=5),
        jury=(
            JurorRecord(name=Bilingual("周志远", "Zhou Zhiyuan"), title=Bilingual("教授", "Professor"), role="chair"),
            JurorRecord(name=Bilingual("钱进", "Qian Jin"), title=Bilingual(), role="secretary"),
        ),
        categories=(CategoryRecord(key="A", name=Bilingual("综合类", "Open")),),
        tiers=TIERS,
        works=tuple(works),
    )
    return replace(record, **changes)


def make_winners(counts: Sequence[int] = (1, 2, 3, 6), **changes: Any) -> Record:
    """Make a record with so many single works per tier, of four shapes in turn, without files."""
    shapes = ((6000, 4000), (4000, 6000), (5000, 5000), (9000, 3000))
    works = []
    for tier, count in zip(TIERS, counts, strict=True):
        for _ in range(count):
            rank = len(works) + 1
            width, height = shapes[rank % len(shapes)]
            picture = make_picture(rank, width_px=width, height_px=height)
            works.append(make_work(rank, tier=tier.key, pictures=[picture]))
    return make_record(works, **changes)


def build(
    record: Record,
    shelf: Shelf,
    target: Path,
    *,
    edition: Edition = Edition.PRESS,
    at: datetime = AT,
    design: Design | None = None,
    language: Language = "both",
    **more: Any,
) -> AlbumReport:
    plan = plan_album(record, design=design, language=language)
    return build_edition(plan, record, shelf, target, edition=edition, at=at, **more)


def build_edition(
    plan: AlbumPlan,
    record: Record,
    shelf: Shelf,
    target: Path,
    *,
    edition: Edition = Edition.PRESS,
    at: datetime = AT,
    **more: Any,
) -> AlbumReport:
    original: Callable[[PictureRecord], Path] = shelf.path
    return build_plan(plan, edition=edition, record=record, original=original, target=target, built_at=at, **more)
