"""The built file: what a print shop's own tools say of it, and what is in it, byte for byte and word for word."""

import hashlib
import re
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from contest.publishing.album import jpeg, profiles
from contest.publishing.album.compose import plan_album
from contest.publishing.album.design import Design
from contest.publishing.album.finish import PT_PER_MM
from tests.albums import AT, TIERS, Shelf, build, make_record, make_work
from tests.contracts.album.books import Book, images, make_contest, pages_text, red_at, tool
from tests.photos import encode, icc_profile, insert_segments, make_jpeg, make_pixels, segment


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
        assert bytes(intent.DestOutputProfile.read_bytes()) == profiles.FOGRA39.data
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
    assert report.pages % 8 == 0
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        media = [float(v) / PT_PER_MM for v in pdf.pages[0].obj.MediaBox]
        assert media == pytest.approx([0, 0, 232, 307], abs=1e-3)


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
    index = "".join(pages[page.label] for page in plan.pages if page.kind == "authors")
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
    spots = [(file, spot) for page, file in zip(plan.pages[2:-2], rendered, strict=True) for spot in page.placements]
    assert len(spots) == 8
    for file, spot in spots:
        near, far = 1 / 6, 5 / 6
        corners = [red_at(file, spot, x=x, y=y) for x, y in ((near, near), (far, near), (near, far), (far, far))]
        assert corners[0] > 180
        assert max(corners[1:]) < 120


def test_small_pictures_are_listed_and_derivatives_recorded(book: Book) -> None:
    lines = {line.picture: line for line in book.report.preflight.pictures}
    codes = {finding.code for finding in book.report.preflight.warnings}

    derived = [line.derivative for line in lines.values() if line.derivative]
    assert derived == ["not_jpeg"]
    assert codes >= {"ppi_low", "ppi_very_low", "profile_assumed", "derivative_used"}
    for line in lines.values():
        assert line.ppi == pytest.approx(line.width_px / line.width_mm * 25.4, rel=2e-3)


def test_a_press_profile_in_a_photograph_becomes_plain_cmyk(shelf: Shelf, tmp_path: Path) -> None:
    profile = profiles.FOGRA39.data
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
