"""The built file: what a print shop's own tools say of it, and what is in it, byte for byte and word for word."""

import hashlib
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from contest.awards.record import PictureRecord, Record
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Conflict, Invalid
from contest.publishing.album import jpeg, profiles
from contest.publishing.album.build import AlbumReport, build_plan
from contest.publishing.album.compose import plan_album
from contest.publishing.album.design import Design
from contest.publishing.album.finish import PT_PER_MM
from contest.publishing.album.plan import Placement
from tests.albums import AT, TIERS, Shelf, build, make_record, make_work
from tests.photos import encode, icc_profile, insert_segments, make_jpeg, make_pixels, segment

HOSTILE = '#panic("x") *b* _i_ $x^2$ <l> @r \\n \\u{41} {"a": 1} ]]> & %s 100%'


@dataclass(frozen=True, kw_only=True)
class Book:
    """One built book with everything it was made from."""

    record: Record
    shelf: Shelf
    path: Path
    report: AlbumReport


def tool(name: str, *arguments: str) -> str:
    """Run a print shop's tool; where it is not installed the test is skipped."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    return subprocess.run([name, *arguments], capture_output=True, check=True, text=True).stdout


def make_files(shelf: Shelf) -> dict[str, PictureRecord]:
    """Keep one original of every kind that photographers hand in."""
    wide, tall = (1500, 1000), (1000, 1500)
    kinds = {
        "plain": (make_jpeg(width_px=1500, height_px=1000, seed=1), wide),
        "turned": (make_jpeg(width_px=1500, height_px=1000, seed=2, orientation=6, gps=(31.2, 121.5)), tall),
        "adobe": (make_jpeg(width_px=1500, height_px=1000, seed=3, icc=icc_profile()), wide),
        "grey": (make_jpeg(width_px=1500, height_px=1000, seed=4, mode="L"), wide),
        "cmyk": (make_jpeg(width_px=1500, height_px=1000, seed=5, mode="CMYK"), wide),
        "progressive": (make_jpeg(width_px=1000, height_px=1500, seed=6, progressive=True), tall),
        "square": (
            make_jpeg(width_px=1200, height_px=1200, seed=7, trailer=b"\xff\xd8 a second picture"),
            (1200, 1200),
        ),
        "panorama": (make_jpeg(width_px=2400, height_px=800, seed=8, orientation=3), (2400, 800)),
        "png": (png(make_pixels(width_px=1333, height_px=700, seed=9)), (1333, 700)),
    }
    return {name: shelf.keep(data, seen=seen) for name, (data, seen) in kinds.items()}


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def make_contest(shelf: Shelf) -> Record:
    files = make_files(shelf)
    series = [shelf.keep(make_jpeg(width_px=1500, height_px=1000, seed=20 + n), seen=(1500, 1000)) for n in range(5)]
    names = list(files)
    works = [make_work(1, tier="grand", pictures=[files["turned"]], caption="一场雾。")]
    works += [make_work(2, tier="first", pictures=series), make_work(3, tier="first", pictures=[files["adobe"]])]
    for tier, kept in (
        ("second", ("grey", "cmyk", "panorama")),
        ("merit", ("plain", "progressive", "square", "png")),
    ):
        works += [make_work(len(works) + 1 + n, tier=tier, pictures=[files[name]]) for n, name in enumerate(kept)]
    assert set(names) == {"plain", "turned", "adobe", "grey", "cmyk", "progressive", "square", "panorama", "png"}
    return make_record(works)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    shelf = Shelf(folder=tmp_path_factory.mktemp("originals"))
    record = make_contest(shelf)
    path = tmp_path_factory.mktemp("album") / "album.pdf"
    return Book(record=record, shelf=shelf, path=path, report=build(record, shelf, path))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    folder = tmp_path / "originals"
    folder.mkdir()
    return Shelf(folder=folder)


def images(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    seen = set()
    for page in pdf.pages:
        for image in page.resources.get("/XObject", pikepdf.Dictionary()).values():
            if image.objgen not in seen:
                seen.add(image.objgen)
                yield image


def pages_text(path: Path) -> dict[str, str]:
    """Give each page's words by its label, without spaces, which setting moves about."""
    text = tool("pdftotext", "-enc", "UTF-8", str(path), "-")
    with pikepdf.open(path) as pdf:
        labels = [pdf.pages[n].label for n in range(len(pdf.pages))]
    return {label: re.sub(r"\s+", "", page) for label, page in zip(labels, text.split("\f"), strict=False)}


def test_the_book_passes_its_own_preflight(book: Book) -> None:
    assert book.report.preflight.errors == ()
    assert book.report.missing == ()
    assert book.report.bytes == book.path.stat().st_size
    assert book.report.sha256 == hashlib.sha256(book.path.read_bytes()).hexdigest()


def test_coded_pictures_are_those_of_the_originals_bit_for_bit(book: Book) -> None:
    originals = [book.shelf.path(p).read_bytes() for w in book.record.works for p in w.pictures]
    jpegs = [data for data in originals if data.startswith(b"\xff\xd8")]

    with pikepdf.open(book.path) as pdf:
        found = [image.read_raw_bytes() for image in images(pdf)]

    assert (len(found), len(jpegs)) == (len(originals), len(originals) - 1)
    # From the first quantisation table to the end of the picture nothing may differ.
    coded = [data[data.index(b"\xff\xdb") : data.index(b"\xff\xd9") + 2] for data in jpegs]
    assert all(sum(data.endswith(each) for data in found) == 1 for each in coded)
    assert not any(b"Exif" in data or b"second picture" in data for data in found)


def test_each_photograph_keeps_its_own_colours(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        spaces = [image.ColorSpace for image in images(pdf)]
        embedded = {bytes(s[1].read_bytes()) for s in spaces if s != pikepdf.Name.DeviceCMYK}
        inverted = [list(image.Decode) for image in images(pdf) if image.ColorSpace == pikepdf.Name.DeviceCMYK]

    assert embedded == {icc_profile(), profiles.srgb(components=3), profiles.srgb(components=1)}
    assert inverted == [[1, 0, 1, 0, 1, 0, 1, 0]]


def test_the_same_input_gives_the_same_bytes_and_another_moment_does_not(book: Book, tmp_path: Path) -> None:
    again = build(book.record, book.shelf, tmp_path / "again.pdf")
    later = build(book.record, book.shelf, tmp_path / "later.pdf", at=AT.replace(hour=9))

    assert again.sha256 == book.report.sha256
    assert (tmp_path / "again.pdf").read_bytes() == book.path.read_bytes()
    assert later.sha256 != book.report.sha256


def test_boxes_intent_and_identity_are_those_of_a_press_file(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        for page in pdf.pages:
            trim = [float(v) / PT_PER_MM for v in page.obj.TrimBox]
            bleed = [float(v) / PT_PER_MM for v in page.obj.BleedBox]
            assert trim == pytest.approx([3, 3, 213, 288], abs=1e-3)
            assert bleed == pytest.approx([0, 0, 216, 291], abs=1e-3)
            assert page.obj.MediaBox == page.obj.BleedBox
        intent = pdf.Root.OutputIntents[0]
        assert bytes(intent.DestOutputProfile.read_bytes()) == profiles.press_profile()
        assert str(intent.OutputConditionIdentifier) == "FOGRA39"
        assert pdf.docinfo.Trapped == pikepdf.Name("/False")
        assert b">PDF/X-4<" in pdf.Root.Metadata.read_bytes()
        assert pdf.pdf_version == "1.6"
        assert len(pdf.pages) == book.report.pages
        assert len(pdf.pages) % 2 == 0


def test_marks_stand_outside_the_bleed_and_the_count_is_padded(shelf: Shelf, tmp_path: Path) -> None:
    record = make_contest(shelf)

    report = build(record, shelf, tmp_path / "a.pdf", design=Design(marks=True, multiple=8))

    assert report.preflight.errors == ()
    assert (report.pages - 4) % 8 == 0
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        media = [float(v) / PT_PER_MM for v in pdf.pages[0].obj.MediaBox]
        assert media == pytest.approx([0, 0, 232, 307], abs=1e-3)


def test_a_shops_tools_find_nothing_to_say(book: Book) -> None:
    assert "No syntax or stream encoding errors" in tool("qpdf", "--check", str(book.path))
    fonts = tool("pdffonts", str(book.path)).splitlines()[2:]
    assert fonts
    for line in fonts:
        assert "Type 3" not in line
        assert re.search(r"yes yes yes\s+\d+\s+\d+$", line)


def test_the_award_list_read_back_from_the_file_is_the_record(book: Book) -> None:
    pages = pages_text(book.path)
    plan = plan_album(book.record)
    awards = "".join(pages[page.label] for page in plan.pages if page.kind == "awards")
    at = {s.work: p.label for p in reversed(plan.pages) for s in p.placements if not p.label.startswith("C")}

    for work in book.record.works:
        for text in (work.title.zh, work.title.en, work.author.zh, work.author.en, work.unit.zh):
            assert re.sub(r"\s+", "", text) in awards
        assert re.sub(r"\s+", "", work.title.zh) in pages[at[work.id]] or work.id == "work-0001"


def test_the_index_read_back_names_pages_that_hold_the_authors_works(book: Book) -> None:
    pages = pages_text(book.path)
    plan = plan_album(book.record)
    index = "".join(pages[page.label] for page in plan.pages if page.kind == "index")
    at = {s.work: p.label for p in reversed(plan.pages) for s in p.placements if not p.label.startswith("C")}

    for work in book.record.works:
        wanted = sorted({int(at[w.id]) for w in book.record.works if w.author == work.author})
        assert ",".join(map(str, wanted)) in index
        assert re.sub(r"\s+", "", work.author.zh) in index


def test_turned_pictures_stand_upright_on_the_page(shelf: Shelf, tmp_path: Path) -> None:
    """Each original has a red corner at the top left as seen, whatever its orientation says of the stored one."""
    works = []
    for orientation in range(1, 9):
        seen = Image.new("RGB", (900, 600), (40, 90, 160))
        ImageDraw.Draw(seen).rectangle((0, 0, 300, 200), fill=(230, 20, 20))
        operation = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)
        stored = seen if operation is None else seen.transpose(Image.Transpose(operation))
        data = make_jpeg(pixels=stored, orientation=orientation)
        works.append(make_work(orientation, tier="first", pictures=[shelf.keep(data, seen=(900, 600))]))
    record = make_record(works)
    path = tmp_path / "turned.pdf"

    report = build(record, shelf, path, design=Design(most_per_page=(1,)))

    assert report.preflight.errors == ()
    plan = plan_album(record, design=Design(most_per_page=(1,)))
    tool("pdftoppm", "-r", "36", str(path), str(tmp_path / "page"))
    rendered = sorted(tmp_path.glob("page-*.ppm"))
    spots = [(file, spot) for page, file in zip(plan.pages, rendered, strict=True) for spot in page.placements]
    assert len(spots) == 9  # the cover shows the best one again
    for file, spot in spots:
        near, far = 1 / 6, 5 / 6
        corners = [red_at(file, spot, x=x, y=y) for x, y in ((near, near), (far, near), (near, far), (far, far))]
        assert corners[0] > 180
        assert max(corners[1:]) < 120


def red_at(file: Path, spot: Placement, *, x: float, y: float) -> int:
    """Read the red of a rendered page at a place in a photograph, given as shares of its width and height."""
    per_mm = 36 / 25.4
    where = (spot.x_mm + x * spot.width_mm + 3, spot.y_mm + y * spot.height_mm + 3)
    with Image.open(file) as page:
        found = page.getpixel((round(where[0] * per_mm), round(where[1] * per_mm)))
    assert isinstance(found, tuple)
    return int(found[0])


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
    work = make_work(1, tier="grand", pictures=[picture], author=Bilingual("王\U000212fe", ""))

    report = build(make_record([work]), shelf, tmp_path / "a.pdf")

    assert [finding.code for finding in report.preflight.errors] == ["glyph_missing"]
    assert report.missing[0][0] == "\U000212fe"
    fonts = tool("pdftotext", str(tmp_path / "a.pdf"), "-")
    assert "王〓" in fonts


def test_small_pictures_are_listed_and_derivatives_recorded(book: Book) -> None:
    lines = {line.picture: line for line in book.report.preflight.pictures}
    codes = {finding.code for finding in book.report.preflight.warnings}

    derived = [line.derivative for line in lines.values() if line.derivative]
    assert derived == ["not_jpeg"]
    assert codes >= {"ppi_low", "ppi_very_low", "profile_assumed", "derivative_used"}
    for line in lines.values():
        assert line.ppi == pytest.approx(line.width_px / line.width_mm * 25.4, rel=2e-3)


def test_progress_is_told_to_the_end(book: Book, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []

    build(book.record, book.shelf, tmp_path / "a.pdf", progress=lambda *step: told.append(step))

    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == ["plan", "pictures", "typeset", "write", "check"]
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
        build_plan(plan, record=revised, original=book.shelf.path, target=tmp_path / "a.pdf", built_at=AT)

    assert refused.value.code == "album.plan_outdated"


def test_the_preflight_sees_a_squeezed_picture_and_a_lost_winner(book: Book, tmp_path: Path) -> None:
    plan = plan_album(book.record)
    pages = list(plan.pages)
    at = next(n for n, page in enumerate(pages) if page.kind == "works" and len(page.placements) > 1)
    first, *others = pages[at].placements
    pages[at] = replace(pages[at], placements=(replace(first, width_mm=first.width_mm * 0.98), *others[:-1]))

    report = build_plan(
        replace(plan, pages=tuple(pages)),
        record=book.record,
        original=book.shelf.path,
        target=tmp_path / "a.pdf",
        built_at=AT,
    )

    assert {finding.code for finding in report.preflight.errors} == {"aspect", "winner_not_once"}


def test_a_text_too_long_for_its_box_is_told_of_with_its_page(book: Book, tmp_path: Path) -> None:
    plan = plan_album(book.record)
    pages = list(plan.pages)
    at = next(n for n, page in enumerate(pages) if page.kind == "notice")
    heading, *rest = pages[at].texts
    pages[at] = replace(pages[at], texts=(replace(heading, height_mm=3.0), *rest))

    report = build_plan(
        replace(plan, pages=tuple(pages)),
        record=book.record,
        original=book.shelf.path,
        target=tmp_path / "a.pdf",
        built_at=AT,
    )

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


def test_a_press_profile_in_a_photograph_becomes_plain_cmyk(shelf: Shelf, tmp_path: Path) -> None:
    profile = profiles.press_profile()
    parts = [profile[:60_000], profile[60_000:120_000], profile[120_000:]]
    segments = [segment(0xE2, b"ICC_PROFILE\0" + bytes((n, 3)) + part) for n, part in enumerate(parts, start=1)]
    data = insert_segments(encode(make_pixels(width_px=900, height_px=600, mode="CMYK")), segments)
    picture = shelf.keep(data, seen=(900, 600))

    build(make_record([make_work(1, tier="grand", pictures=[picture])]), shelf, tmp_path / "a.pdf")

    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert next(images(pdf)).ColorSpace == pikepdf.Name.DeviceCMYK


def test_real_camera_files_make_a_clean_book(corpus: Path, tmp_path: Path) -> None:
    shelf = Shelf(folder=tmp_path)
    works = []
    for path in sorted(corpus.rglob("*.jp*g")):
        facts = jpeg.read(path)
        width, height = facts.seen_px
        if facts.unfit is None and min(width, height) >= 200:
            ident = f"{len(works):032x}"
            picture = shelf.keep(path.read_bytes(), seen=(width, height), ident=ident)
            tier = TIERS[min(3, len(works) // 3)].key
            works.append(make_work(len(works) + 1, tier=tier, pictures=[picture]))

    report = build(make_record(works), shelf, tmp_path / "a.pdf")

    assert len(works) >= 60
    assert report.preflight.errors == ()
    assert {line.derivative for line in report.preflight.pictures} == {None}
