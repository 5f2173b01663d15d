"""Building goes to the end or leaves nothing behind, whatever people wrote or files turned out to be."""

import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Conflict, Invalid
from contest.publishing.album.compose import plan_album
from contest.publishing.album.editions import Edition
from tests.albums import Shelf, build, build_edition, make_record, make_work
from tests.contracts.album.books import Book, images, pages_text, png, tool
from tests.photos import make_jpeg

HOSTILE = '#panic("x") *b* _i_ $x^2$ <l> @r \\n \\u{41} {"a": 1} ]]> & %s 100%'


def test_what_people_write_is_never_read_as_markup(shelf: Shelf, tmp_path: Path) -> None:
    picture = shelf.keep(make_jpeg(width_px=900, height_px=600), seen=(900, 600))
    work = make_work(
        1,
        tier="grand",
        pictures=[picture],
        title=Bilingual(HOSTILE, ""),
        caption=HOSTILE,
        author=Bilingual(HOSTILE, ""),
        unit=Bilingual("", ""),
        place="",
    )
    path = tmp_path / "hostile.pdf"

    build(make_record([work], notice=Bilingual(HOSTILE, "")), shelf, path, language="zh")

    text = "".join(pages_text(path).values())
    assert text.count(re.sub(r"\s+", "", HOSTILE)) >= 4


def test_a_character_no_font_has_blocks_the_release(shelf: Shelf, tmp_path: Path) -> None:
    picture = shelf.keep(make_jpeg(width_px=900, height_px=600), seen=(900, 600))
    work = make_work(1, tier="grand", pictures=[picture], author=Bilingual("王\U0002ebf0", ""))

    report = build(make_record([work]), shelf, tmp_path / "a.pdf")

    assert [finding.code for finding in report.preflight.errors] == ["glyph_missing"]
    assert report.missing[0][0] == "\U0002ebf0"
    fonts = tool("pdftotext", str(tmp_path / "a.pdf"), "-")
    assert "王〓" in fonts


def test_progress_is_told_to_the_end(book: Book, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []

    build(book.record, book.shelf, tmp_path / "a.pdf", progress=lambda *step: told.append(step))

    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == ["pictures", "typeset", "write", "check"]
    assert all(done == total for stage, done, total in told if (stage, done + 1, total) not in told and done)


class Stopped(Exception):
    pass


@pytest.mark.parametrize("at", ["pictures", "typeset", "write", "check"])
def test_a_stopped_build_leaves_nothing_behind_and_the_old_book_whole(book: Book, tmp_path: Path, at: str) -> None:
    target = tmp_path / "album.pdf"
    target.write_bytes(b"the book of yesterday")

    def stop(stage: str, done: int, total: int) -> None:
        if stage == at:
            raise Stopped

    with pytest.raises(Stopped):
        build(book.record, book.shelf, target, progress=stop)

    assert [path.name for path in tmp_path.iterdir()] == ["album.pdf"]
    assert target.read_bytes() == b"the book of yesterday"


def _working() -> list[bytes]:
    """Give the command lines of this process's children that work on albums (Linux)."""
    pids = [pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids]
    return [line for line in lines if b"contest.publishing.album.child" in line]


def test_stopping_while_pictures_are_converted_ends_the_child_at_once(book: Book, tmp_path: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("pictures", 2):
            raise Stopped

    with pytest.raises(Stopped):
        build(book.record, book.shelf, tmp_path / "a.pdf", edition=Edition.X1A, progress=stop)

    assert _working() == []
    assert list(tmp_path.iterdir()) == []


def test_an_original_that_is_not_the_sealed_one_stops_the_build(shelf: Shelf, tmp_path: Path) -> None:
    sealed = shelf.keep(make_jpeg(width_px=900, height_px=600, seed=1), seen=(900, 600))
    shelf.path(sealed).write_bytes(make_jpeg(width_px=900, height_px=600, seed=2))

    with pytest.raises(Conflict) as refused:
        build(make_record([make_work(1, tier="grand", pictures=[sealed])]), shelf, tmp_path / "a.pdf")

    assert refused.value.code == "album.original_changed"
    assert not (tmp_path / "a.pdf").exists()


def test_a_picture_nobody_can_decode_is_named(shelf: Shelf, tmp_path: Path) -> None:
    broken = shelf.keep(make_jpeg(width_px=900, height_px=600)[:3000], seen=(900, 600))

    with pytest.raises(Invalid) as refused:
        build(make_record([make_work(1, tier="grand", pictures=[broken])]), shelf, tmp_path / "a.pdf")

    assert refused.value.code == "album.picture_unreadable"
    assert refused.value.facts["picture"] == broken.id


def test_a_picture_of_another_shape_than_was_sealed_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    picture = shelf.keep(make_jpeg(width_px=900, height_px=600), seen=(900, 610))

    with pytest.raises(Invalid) as refused:
        build(make_record([make_work(1, tier="grand", pictures=[picture])]), shelf, tmp_path / "a.pdf")

    assert refused.value.code == "album.picture_shape"


def test_a_plan_of_another_result_is_refused(book: Book, tmp_path: Path) -> None:
    plan = plan_album(book.record)
    revised = replace(book.record, version=2)

    with pytest.raises(Conflict) as refused:
        build_edition(plan, revised, book.shelf, tmp_path / "a.pdf")

    assert refused.value.code == "album.plan_outdated"


def test_the_preflight_sees_a_squeezed_picture_and_a_lost_winner(book: Book, tmp_path: Path) -> None:
    plan = plan_album(book.record)
    pages = list(plan.pages)
    at = next(n for n, page in enumerate(pages) if page.kind == "works" and len(page.placements) > 1)
    first, *others = pages[at].placements
    pages[at] = replace(pages[at], placements=(replace(first, width_mm=first.width_mm * 0.98), *others[:-1]))

    report = build_edition(replace(plan, pages=tuple(pages)), book.record, book.shelf, tmp_path / "a.pdf")

    assert {finding.code for finding in report.preflight.errors} == {"aspect", "winner_not_once"}


def test_a_text_too_long_for_its_box_is_told_of_with_its_page(book: Book, tmp_path: Path) -> None:
    plan = plan_album(book.record)
    pages = list(plan.pages)
    at = next(n for n, page in enumerate(pages) if page.kind == "notice")
    heading, *rest = pages[at].texts
    pages[at] = replace(pages[at], texts=(replace(heading, height_mm=3.0), *rest))

    report = build_edition(replace(plan, pages=tuple(pages)), book.record, book.shelf, tmp_path / "a.pdf")

    assert [(each.code, each.page) for each in report.preflight.errors] == [("text_overflow", pages[at].label)]


def test_a_long_notice_runs_over_pages_without_losing_a_word(shelf: Shelf, tmp_path: Path) -> None:
    picture = shelf.keep(make_jpeg(width_px=900, height_px=600), seen=(900, 600))
    clauses = [f"第{number}条作品应为作者本人拍摄，“内容真实”，不得合成。" * (number % 5 + 1) for number in range(60)]
    record = make_record(
        [make_work(1, tier="grand", pictures=[picture])], notice=Bilingual("\n".join([*clauses, "长句，" * 400]), "")
    )
    path = tmp_path / "a.pdf"

    report = build(record, shelf, path, language="zh")

    assert report.preflight.errors == ()
    plan = plan_album(record, language="zh")
    pages = pages_text(path)
    notice = "".join(pages[page.label] for page in plan.pages if page.kind == "notice")
    assert sum(page.kind == "notice" for page in plan.pages) >= 3
    assert all(clause in re.sub("山海杯\\d+|\\d+山海杯", "", notice) for clause in clauses)


def test_no_text_ends_in_a_line_of_one_character(shelf: Shelf, tmp_path: Path) -> None:
    """孤字: whatever a text's length, the typesetter brings company to its last character."""
    text = "凌晨五点雾从湖面升起，我们把船推进水里；老人说今天没有鱼只有光，于是一直等到太阳出来"
    data = make_jpeg(width_px=900, height_px=600)
    works = [
        make_work(
            rank,
            tier="merit",
            pictures=[shelf.keep(data, seen=(900, 600), ident=f"{rank:032x}")],
            title=Bilingual(text[: 9 + rank]),
        )
        for rank in range(1, len(text) - 8)
    ]

    build(make_record(works, notice=Bilingual(text * 3)), shelf, tmp_path / "book.pdf", language="zh")

    lines = [
        line.strip(" ，；。\f") for line in tool("pdftotext", "-raw", str(tmp_path / "book.pdf"), "-").splitlines()
    ]
    assert sum(len(line) > 1 and line in text for line in lines) > 2 * len(works)
    assert [line for line in lines if len(line) == 1 and line in text] == []


def test_derivatives_keep_what_the_picture_showed(shelf: Shelf, tmp_path: Path) -> None:
    picture = Image.new("RGBA", (900, 600), (255, 0, 0, 128))
    clear = shelf.keep(png(picture), seen=(900, 600))

    build(make_record([make_work(1, tier="grand", pictures=[clear])]), shelf, tmp_path / "a.pdf")

    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        raw = next(images(pdf)).read_raw_bytes()
    with Image.open(io.BytesIO(raw)) as shown:
        middle = shown.convert("RGB").getpixel((450, 300))
    assert isinstance(middle, tuple)
    assert middle == pytest.approx((255, 127, 127), abs=3)


def test_the_builder_loads_no_picture_decoder() -> None:
    probe = (
        "import sys, contest.publishing.album.build; print(any(name.split('.')[0] == 'PIL' for name in sys.modules))"
    )

    answer = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=True, text=True)

    assert answer.stdout.strip() == "False"
