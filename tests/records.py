"""Frozen results for tests: the pure record, the row that holds it, and the files behind its pictures."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

from contest.awards.models import ResultSet, ResultState
from contest.awards.record import (
    CategoryRecord,
    Figures,
    JurorRecord,
    PictureRecord,
    Record,
    TierRecord,
    WorkRecord,
)
from contest.calls.models import Contest
from contest.entries.models import Entry
from contest.inspection.sizes import SIZES, fitted
from contest.kernel import audit
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.ids import new_id
from contest.kernel.permissions import State
from contest.platform.store import FileStore, derivative_key, original_key
from tests.makers import CLOSES, make_entry, make_picture
from tests.photos import encode, make_jpeg, make_pixels

SEALED_AT = CLOSES + timedelta(days=10)
ANNOUNCED_AT = CLOSES + timedelta(days=20)

# Number, tier, category, title, author, unit, place, sizes of the pictures.
WORKS: tuple[tuple[Any, ...], ...] = (
    (
        "A-0107",
        "grand",
        "A",
        ("岚山初晴", "Clear after rain"),
        ("李明", "Li Ming"),
        ("区摄影家协会", "District Society"),
        "碑廓镇",
        [(1500, 1000)],
    ),
    (
        "A-0032",
        "first",
        "A",
        ("水库黄昏", "Dusk at the reservoir"),
        ("王芳", "Wang Fang"),
        ("黄墩镇文化站", "Huangdun Station"),
        "黄墩镇",
        [(1500, 840)],
    ),
    (
        "B-0011",
        "first",
        "B",
        ("渔家一日", "A day of fishermen"),
        ("赵强", "Zhao Qiang"),
        ("区统计局", "Statistics Bureau"),
        "",
        [(1000, 1400), (1200, 800), (1200, 800)],
    ),
    (
        "A-0215",
        "second",
        "A",
        ("春到茶山", "Spring on the tea hills"),
        ("孙丽", "Sun Li"),
        ("", ""),
        "巨峰镇",
        [(1400, 1050)],
    ),
    ("B-0008", "second", "B", ("夜归", "Home at night"), ("周健", "Zhou Jian"), ("", ""), "", [(1100, 1375)]),
    ("A-0300", None, "A", ("未获奖", "Not awarded"), ("吴敏", "Wu Min"), ("", ""), "", [(1200, 800)]),
)


def make_picture_record(width_px: int = 1500, height_px: int = 1000, **given: Any) -> PictureRecord:
    identity = new_id()
    return PictureRecord(
        **{
            "id": identity.hex,
            "sha256": f"{identity.int:064x}",
            "width_px": width_px,
            "height_px": height_px,
            "bytes": 4_000_000,
            "captured_at": "2026-10-17T17:42:00",
            "camera": "Contoso Camera 7",
            **given,
        }
    )


def make_work_record(number: str = "A-0107", **given: Any) -> WorkRecord:
    return WorkRecord(
        **{
            "id": new_id().hex,
            "number": number,
            "rank": 1,
            "score": "8.40",
            "tier": "grand",
            "kind": "single",
            "category": number[0],
            "title": Bilingual("岚山初晴", "Clear after rain"),
            "caption": "",
            "place": "",
            "author": Bilingual("李明", "Li Ming"),
            "unit": Bilingual(),
            "pictures": (make_picture_record(),),
            **given,
        }
    )


def make_record(**given: Any) -> Record:
    """Make a record of six ranked works, five of them awarded in three tiers and two categories; one is a series."""
    works = tuple(
        make_work_record(
            number,
            rank=rank,
            score=f"{9 - rank / 4:.2f}",
            tier=tier,
            kind="series" if len(sizes) > 1 else "single",
            category=category,
            title=Bilingual(*title),
            caption="雾把远近分成了七层。" if rank == 1 else "",
            place=place,
            author=Bilingual(*author),
            unit=Bilingual(*unit),
            pictures=tuple(make_picture_record(*size) for size in sizes),
        )
        for rank, (number, tier, category, title, author, unit, place, sizes) in enumerate(WORKS, start=1)
    )
    return Record(
        **{
            "short_name": "cup",
            "edition": "第 1 届",
            "name": Bilingual("联美杯摄影大赛", "Lianmei Cup Photo Contest"),
            "cup": Bilingual("联美杯", "Lianmei Cup"),
            "notice": Bilingual("征稿启事", "Call for entries"),
            "hosts": (Bilingual("岚山区文化和旅游局", "Lanshan Bureau of Culture and Tourism"),),
            "organizers": (Bilingual("岚山区摄影家协会", "Lanshan Photographers' Society"),),
            "sponsors": (Bilingual("联美集团", "Lianmei Group"),),
            "zone": "Asia/Shanghai",
            "accent": "#8c2f1b",
            "language": "zh_Hans",
            "version": 1,
            "sealed_at": SEALED_AT.isoformat(),
            "figures": Figures(entries=1284, authors=412, units=37, jurors=2),
            "jury": (
                JurorRecord(
                    name=Bilingual("陈红", "Chen Hong"), title=Bilingual("评委会主任", "Chair"), role="chair"
                ),
                JurorRecord(name=Bilingual("马林", "Ma Lin"), title=Bilingual(), role="juror"),
                JurorRecord(name=Bilingual("秦月", "Qin Yue"), title=Bilingual(), role="secretary"),
            ),
            "categories": (
                CategoryRecord(key="A", name=Bilingual("风光", "Landscape")),
                CategoryRecord(key="B", name=Bilingual("人文", "People")),
            ),
            "tiers": (
                TierRecord(key="grand", name=Bilingual("特等奖", "Grand prize"), count=1),
                TierRecord(key="first", name=Bilingual("一等奖", "First prize"), count=2),
                TierRecord(key="second", name=Bilingual("二等奖", "Second prize"), count=4),
            ),
            "works": works,
            **given,
        }
    )


def make_result(work: Work, contest: Contest, record: Record, *, announced: bool = True) -> ResultSet:
    """Make the row of a sealed or announced result, and move the contest to the same state."""
    row = ResultSet(
        id=new_id(),
        contest_id=contest.id,
        version=record.version,
        state=ResultState.ANNOUNCED if announced else ResultState.SEALED,
        record=record.to_json(),
        digest=record.digest(),
        created_at=SEALED_AT,
        sealed_at=SEALED_AT,
        announced_at=ANNOUNCED_AT if announced else None,
    )
    contest.state = State.ANNOUNCED if announced else State.SEALED
    work.session.add(row)
    work.session.flush()
    return row


def make_awarded_entry(work: Work, contest: Contest, shown: WorkRecord, *, is_declared: bool = True) -> Entry:
    """Make the entry that a work of a record was, its declaration accepted when it was submitted, or not."""
    entry = make_entry(work, contest, id=UUID(hex=shown.id), number=shown.number, pictures=0)
    entry.pictures = [
        make_picture(place, id=UUID(hex=picture.id), sha256=picture.sha256)
        for place, picture in enumerate(shown.pictures)
    ]
    if is_declared:
        audit.record(
            work,
            action="entry.submit",
            at=CLOSES,
            actor_id=None,
            thing=f"entry {shown.number}",
            contest_id=contest.id,
            declaration="ab" * 32,
        )
    return entry


def put_previews(store: FileStore, pictures: Iterable[PictureRecord]) -> None:
    """Put small pictures of the right proportions where the derivatives of records' pictures are looked for."""
    for number, picture in enumerate(pictures):
        for side in SIZES:
            width_px, height_px = fitted(picture.width_px, picture.height_px, long_side_px=min(side, 480))
            jpeg = _drawn(width_px, height_px, number)
            store.put(derivative_key(UUID(hex=picture.id), side), BytesIO(jpeg))


@cache
def _drawn(width_px: int, height_px: int, seed: int) -> bytes:
    return encode(make_pixels(width_px=width_px, height_px=height_px, seed=seed))


@cache
def _taken(width_px: int, height_px: int, seed: int) -> bytes:
    return make_jpeg(width_px=width_px, height_px=height_px, seed=seed)


def with_originals(record: Record, store: FileStore) -> Record:
    """Put a real JPEG into the store for every picture of ``record``; give the record that names them."""

    def real(picture: PictureRecord, seed: int) -> PictureRecord:
        jpeg = _taken(picture.width_px, picture.height_px, seed)
        digest = sha256(jpeg).hexdigest()
        store.put(original_key(digest), BytesIO(jpeg))
        return replace(picture, sha256=digest, bytes=len(jpeg))

    return replace(
        record,
        works=tuple(
            replace(
                work,
                pictures=tuple(real(picture, 10 * work.rank + place) for place, picture in enumerate(work.pictures)),
            )
            for work in record.works
        ),
    )
