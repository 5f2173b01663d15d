"""Pages as they come out of the file: looked at against golden ones, and read back against the record.

The golden pages are pages of the press file at 50 pixels per inch. After a change that was meant, look at the new
ones and keep them: ``CONTEST_GOLDEN=keep pytest tests/contracts/album/test_pages.py``.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pikepdf
import pytest
from PIL import Image

from contest.awards.record import PictureRecord, Received, Record
from contest.kernel.bilingual import Bilingual
from contest.publishing.album.build import AlbumReport
from contest.publishing.album.compose import plan_album
from contest.publishing.album.design import Design
from contest.publishing.album.options import AlbumTexts, Comment
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.themes import THEMES, ThemeKey
from tests.albums import Shelf, build_edition, make_record, make_work
from tests.contracts.album.books import pages_text, tool
from tests.photos import icc_profile, make_jpeg

GOLDEN: Final = Path(__file__).parent / "golden"
PPI: Final = 50
# Of 255: two versions of one renderer differ by less, a line that breaks elsewhere by more.
ALIKE: Final = 3.0
ALIKE_ANYWHERE: Final = 60.0
TILE_PX: Final = 16

PREFACE: Final = Bilingual(
    "山与海之间，是我们生活的地方。今年的“山海杯”收到两千三百一十八件作品，作者最年长的八十六岁，最年少的十一岁。"
    "评委们说：（看到《归》时）“这样的照片，要看第二遍才看得见”——于是我们又看了一遍。\n"
    "本画册照片一律不裁切；作者王\U000212fe、阿依古丽·买买提等人的名字，照原样印出。",
    "Between the mountains and the sea is where we live. This year the cup received 2,318 works; “one sees such "
    "pictures only the second time”, the jurors said, and looked again.",
)
TEXTS: Final = AlbumTexts(
    preface=PREFACE,
    preface_by=Bilingual("编委会", "The editors"),
    afterword=Bilingual("书将付印，谨记于此。", "A note of thanks."),
    epigraph=Bilingual("看见，是一种耐心。", "To see is a form of patience."),
    comments={
        "work-0001": (Comment(text=Bilingual("雾不是装饰，是叙事的一部分。", "The fog tells the story.")),),
    },
)
NAMES: Final = (
    Bilingual("王\U000212fe", "Wang Tuo"),
    Bilingual("阿依古丽·买买提·阿卜杜热合曼", "Ayguli Memet Abdurahman"),
    Bilingual("María José de la Cruz y Santiago-Fernández", "María José de la Cruz y Santiago-Fernández"),
    Bilingual("单雄", "Shan Xiong"),
    Bilingual("欧阳明月", "Ouyang Mingyue"),
)
COUNTRIES: Final = ("CN", "CN", "MX", "CN", "")


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One book in print: its record, its plan and its file."""

    record: Record
    plan: AlbumPlan
    path: Path
    report: AlbumReport


def make_pictures(shelf: Shelf) -> Iterator[PictureRecord]:
    """Make photographs of four shapes, turned and in several colour spaces in turn, as many as are asked for."""
    for number in range(99):
        wide, high = ((900, 600), (600, 900), (700, 700), (1200, 400))[number % 4]
        turned = number % 7 == 1
        stored = (high, wide) if turned else (wide, high)
        data = make_jpeg(
            width_px=stored[0],
            height_px=stored[1],
            seed=number,
            orientation=6 if turned else 1,
            icc=icc_profile() if number % 5 == 2 else None,
            mode="L" if number % 9 == 4 else "RGB",
        )
        yield shelf.keep(data, seen=(wide, high), ident=f"{number:032x}")


def make_international(shelf: Shelf) -> Record:
    pictures = make_pictures(shelf)
    works = []
    for tier, count in (("grand", 1), ("first", 2), ("second", 3), ("merit", 7)):
        for _ in range(count):
            rank = len(works) + 1
            shown = [next(pictures) for _ in range(5 if rank == 3 else 1)]
            work = make_work(rank, tier=tier, pictures=shown, author=NAMES[rank % 5], country=COUNTRIES[rank % 5])
            works.append(
                replace(work, caption="凌晨五点，雾从湖面升起，“等到的不是光，是安静。”" if rank % 3 == 1 else "")
            )
    received = (
        Received(category="A", country="CN", authors=602, works=2207),
        Received(category="A", country="MX", authors=31, works=93),
        Received(category="A", country="", authors=8, works=18),
    )
    return make_record(works, received=received)


@pytest.fixture(scope="module", params=sorted(THEMES))
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    theme: ThemeKey = request.param
    shelf = Shelf(folder=tmp_path_factory.mktemp("originals"))
    record = make_international(shelf)
    plan = plan_album(record, design=Design(theme=theme, multiple=4), texts=TEXTS)
    path = tmp_path_factory.mktemp("album") / "album.pdf"
    return Printed(record=record, plan=plan, path=path, report=build_edition(plan, record, shelf, path))


def labels(plan: AlbumPlan, kind: str) -> list[str]:
    return [page.label for page in plan.pages if page.kind == kind]


def lines(printed: Printed, kind: str) -> list[str]:
    """Read the lines of a section's pages back, as they stand on paper."""
    with pikepdf.open(printed.path) as pdf:
        known = [pdf.pages[at].label for at in range(len(pdf.pages))]
    found: list[str] = []
    for label in labels(printed.plan, kind):
        at = str(known.index(label) + 1)
        found += tool(
            "pdftotext", "-layout", "-enc", "UTF-8", "-f", at, "-l", at, str(printed.path), "-"
        ).splitlines()
    return found


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_every_theme_passes_the_preflight(printed: Printed) -> None:
    assert printed.report.preflight.errors == ()
    assert printed.report.missing == ()
    found = {finding.code for finding in printed.report.preflight.warnings}
    assert not found & {"text_small", "text_reverse_small", "text_rich", "stroke_thin", "page_blank", "ground_ink"}


def test_golden_pages_of_every_theme(printed: Printed, tmp_path: Path) -> None:
    """Kept: title matter, prose, a grand prize and its words, a series, many to a page, lists, statistics."""
    tool("pdftoppm", "-r", str(PPI), "-png", str(printed.path), str(tmp_path / "page"))
    files = sorted(tmp_path.glob("page-*.png"))
    with pikepdf.open(printed.path) as pdf:
        rendered = {pdf.pages[at].label: files[at] for at in range(len(pdf.pages))}
    theme, plan = printed.plan.design.theme, printed.plan
    series = next(page.label for page in plan.pages if page.layout.startswith("series"))
    kinds = ("preface", "tier", "plate", "awards", "statistics", "countries")
    fullest = max((page for page in plan.pages if page.kind == "works"), key=lambda page: len(page.placements))
    chosen = {kind: labels(plan, kind)[0] for kind in kinds} | {"series": series, "many": fullest.label}
    differing = []
    for name, label in chosen.items():
        kept, shown = GOLDEN / f"{theme}-{name}.jpg", Image.open(rendered[label]).convert("RGB")
        if os.environ.get("CONTEST_GOLDEN") == "keep":
            GOLDEN.mkdir(exist_ok=True)
            shown.save(kept, quality=88)
        if not are_alike(Image.open(kept).convert("RGB"), shown):
            differing.append(name)
    assert differing == []


def are_alike(one: Image.Image, two: Image.Image) -> bool:
    """Tell whether two renderings show the same page: equal in size, and nearly so all over and in each tile."""
    if any(abs(a - b) > 1 for a, b in zip(one.size, two.size, strict=True)):
        return False
    size = tuple(min(sides) // TILE_PX * TILE_PX for sides in zip(one.size, two.size, strict=True))
    pair = [np.asarray(each.crop((0, 0, *size)), dtype=np.int16) for each in (one, two)]
    difference = np.abs(pair[0] - pair[1]).mean(axis=2)
    tiles = difference.reshape(size[1] // TILE_PX, TILE_PX, size[0] // TILE_PX, TILE_PX).mean(axis=(1, 3))
    return bool(difference.mean() < ALIKE and tiles.max() < ALIKE_ANYWHERE)


def test_a_line_never_begins_with_a_closing_mark_nor_ends_with_an_opening_one(printed: Printed) -> None:
    shown = [line.strip() for line in lines(printed, "preface") if line.strip()]

    assert len(shown) > 6
    assert not [line for line in shown if line[0] in "，。、；：！？）》”’…—·"]
    assert not [line for line in shown if line[-1] in "（《“‘"]


def test_the_statistics_read_back_are_the_records(printed: Printed) -> None:
    record = printed.record
    rows = {}
    for line in lines(printed, "statistics"):
        found = re.match(r"\s*(\S.*?)\s+([\d,]+)\s+([\d,]+)\s+([\d,]+)\s+([\d,]+)\s*$", line)
        if found:
            rows[plain(found[1])] = [int(part.replace(",", "")) for part in found.groups()[1:]]

    def accepted(country: str | None) -> list[int]:
        won = [work for work in record.works if country is None or work.country == country]
        return [len({(work.author, work.unit) for work in won}), len(won)]

    assert rows["中国China"] == [602, 2207, *accepted("CN")]
    assert rows["墨西哥Mexico"] == [31, 93, *accepted("MX")]
    assert rows["未注明Notstated"] == [8, 18, *accepted("")]
    assert rows["综合类"] == [641, 2318, *accepted(None)]
    assert rows["合计"] == [641, 2318, *accepted(None)]


def test_the_countries_read_back_name_authors_titles_and_pages(printed: Printed) -> None:
    at = {s.work: p.label for p in reversed(printed.plan.pages) for s in p.placements if p.label[0] != "C"}
    text = plain("".join(lines(printed, "countries")))

    assert text.index("墨西哥") < text.index("中国") < text.index("未注明")
    for work in printed.record.works:
        assert plain(work.author.zh) in text
        assert at[work.id] in text


def test_the_contents_read_back_give_each_section_its_page(printed: Printed) -> None:
    shown = pages_text(printed.path)
    listed = [plain(line) for line in lines(printed, "contents")]

    for heading, kind in (
        ("前言", "preface"),
        ("获奖名单", "awards"),
        ("统计", "statistics"),
        ("作者索引", "authors"),
    ):
        page = labels(printed.plan, kind)[0]
        assert f"{heading}{page}" in listed
        assert shown[page].startswith(heading) or heading in shown[page]


def test_names_are_printed_as_they_are_written_however_long_or_rare(printed: Printed) -> None:
    shown = pages_text(printed.path)
    at = {s.work: p.label for p in reversed(printed.plan.pages) for s in p.placements if p.label[0] != "C"}

    for work in printed.record.works[1:]:
        # A series is named on its first page, a work on its own.
        assert plain(work.author.zh) in shown[at[work.id]]
    fonts = tool("pdffonts", str(printed.path))
    assert "NotoSansCJKsc" in fonts
    assert "Type 3" not in fonts
