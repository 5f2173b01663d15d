"""Every edition of one plan: what is in the file, opened, decoded and read again."""

import io
import os
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pdfua
import pikepdf
import pytest
from PIL import Image, ImageCms

from contest.publishing.album import profiles, typeset
from contest.publishing.album.compose import plan_album
from contest.publishing.album.design import Design
from contest.publishing.album.editions import FOR_PRINTERS, Edition, Printer
from contest.publishing.album.finish import PT_PER_MM
from contest.publishing.album.jpeg import file_digest
from contest.publishing.album.plan import AlbumPlan
from tests.albums import Shelf, build, build_edition, make_record, make_work
from tests.contracts.album.books import Book, images, make_contest, make_long_contest, pages_text, tool
from tests.photos import encode, icc_profile, insert_segments, make_jpeg, segment

pytestmark = pytest.mark.slow

# Colours that FOGRA39 can print, in sRGB.
PRINTABLE = ((205, 170, 120), (120, 130, 140), (160, 90, 80), (90, 110, 80), (235, 235, 230))


@pytest.fixture(scope="module")
def editions(book: Book, tmp_path_factory: pytest.TempPathFactory) -> dict[Edition, Path]:
    folder = tmp_path_factory.mktemp("editions")
    plan = plan_album(book.record)
    for edition in Edition:
        report = build_edition(plan, book.record, book.shelf, folder / f"{edition}.pdf", edition=edition)
        assert report.preflight.errors == ()
    return {edition: folder / f"{edition}.pdf" for edition in Edition}


def decoded(image: pikepdf.Object) -> Image.Image:
    return Image.open(io.BytesIO(image.read_raw_bytes()))


def lab(picture: Image.Image, profile: bytes, mode: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    transform = ImageCms.buildTransform(
        source, ImageCms.createProfile("LAB"), mode, "LAB", ImageCms.Intent.RELATIVE_COLORIMETRIC, flags
    )
    values = np.asarray(ImageCms.applyTransform(picture, transform))
    return np.dstack((values[:, :, 0] / 2.55, values[:, :, 1].view(np.int8), values[:, :, 2].view(np.int8)))


def test_press_files_hold_the_inside_and_the_cover_is_a_file_of_its_own(
    book: Book, editions: dict[Edition, Path]
) -> None:
    inside = [page.label for page in plan_album(book.record).pages[2:-2]]
    labels = {}
    for edition, path in editions.items():
        with pikepdf.open(path) as pdf:
            labels[edition] = [page.label for page in pdf.pages]

    assert inside[0] == "1"
    assert labels[Edition.PRESS] == labels[Edition.X1A] == inside
    assert labels[Edition.SCREEN] == ["C1", "C2", *inside, "C3", "C4"]
    assert labels[Edition.COVER] == ["C4–C1", "C2–C3"]
    assert labels[Edition.PROOF][:3] == ["C4–C1", "C2–1", "2–3"]
    assert labels[Edition.PROOF][-1] == f"{inside[-1]}–C3"


def test_all_in_inks_means_every_picture_and_every_word(editions: dict[Edition, Path]) -> None:
    path = editions[Edition.X1A]

    assert path.read_bytes().startswith(b"%PDF-1.4")
    assert b"ICCBased" not in path.read_bytes()
    with pikepdf.open(path) as pdf:
        assert {str(image.ColorSpace) for image in images(pdf)} == {"/DeviceCMYK"}
        assert not any("/SMask" in image for image in images(pdf))
        assert not any("/Group" in page.obj for page in pdf.pages)
        assert pdf.docinfo.GTS_PDFXVersion == "PDF/X-1a:2003"
        assert b"PDF/X-1a:2003" in pdf.Root.Metadata.read_bytes()
        operators = {str(step.operator) for page in pdf.pages for step in pikepdf.parse_content_stream(page)}
    assert operators.isdisjoint({"rg", "RG", "g", "G", "cs", "CS", "sh"})


@pytest.mark.parametrize("limit", [300, 240])
def test_no_square_millimetre_has_more_ink_than_the_paper_takes(shelf: Shelf, tmp_path: Path, limit: int) -> None:
    dark = Image.linear_gradient("L").resize((1500, 1000)).point(lambda value: value // 6)
    picture = shelf.keep(encode(dark.convert("RGB"), quality=95), seen=(1500, 1000))
    record = make_record([make_work(1, tier="grand", pictures=[picture])])
    path = tmp_path / "a.pdf"

    report = build(record, shelf, path, edition=Edition.X1A, printer=Printer(ink_limit_percent=limit))

    measure = report.preflight.pictures[0].measure
    assert measure is not None
    assert measure.ink_kept_percent <= limit
    assert measure.ink_percent > 300  # what the profile alone would put on the paper
    assert "ink_high" not in {finding.code for finding in report.preflight.findings}
    with pikepdf.open(path) as pdf:
        inks = np.asarray(decoded(next(images(pdf))).reduce(12), dtype=np.uint16)
    assert inks.sum(axis=2).max() / 2.55 <= limit + 1


def test_printable_colours_survive_whatever_space_they_came_in(shelf: Shelf, tmp_path: Path) -> None:
    patches = Image.new("RGB", (1000, 200))
    for number, colour in enumerate(PRINTABLE):
        patches.paste(colour, (200 * number, 0, 200 * number + 200, 200))
    adobe = patches.copy()
    spaces = {
        "srgb": (patches, profiles.srgb(components=3), "RGB", {}),
        "adobe": (adobe, icc_profile(), "RGB", {"icc": icc_profile()}),
        "grey": (patches.convert("L"), profiles.srgb(components=1), "L", {}),
    }
    for shown, profile, mode, more in spaces.values():
        original = encode(shown, quality=100)
        if more:
            original = insert_segments(original, [segment(0xE2, b"ICC_PROFILE\0\x01\x01" + profile)])
        picture = shelf.keep(original, seen=(1000, 200))
        record = make_record([make_work(1, tier="grand", pictures=[picture])])

        build(record, shelf, tmp_path / "a.pdf", edition=Edition.X1A)

        with pikepdf.open(tmp_path / "a.pdf") as pdf:
            printed = decoded(next(images(pdf)))
        assert printed.size == (1000, 200)
        meant, made = lab(shown, profile, mode), lab(printed, profiles.FOGRA39.data, "CMYK")
        middles = [(100, 200 * number + 100) for number in range(len(PRINTABLE))]
        distances = [float(np.linalg.norm(meant[at] - made[at])) for at in middles]
        assert max(distances) < 4, (mode, distances)


def test_pictures_already_in_the_presss_inks_keep_their_values(shelf: Shelf, tmp_path: Path) -> None:
    flat = Image.new("CMYK", (900, 600), (26, 51, 77, 102))
    picture = shelf.keep(encode(flat, quality=100), seen=(900, 600))

    build(
        make_record([make_work(1, tier="grand", pictures=[picture])]), shelf, tmp_path / "a.pdf", edition=Edition.X1A
    )

    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        image = next(images(pdf))
        assert list(image.Decode) == [1, 0] * 4
        middle = decoded(image).getpixel((400, 300))
    assert middle == pytest.approx((26, 51, 77, 102), abs=2)


def test_the_screen_edition_is_small_plain_and_can_be_read_aloud(book: Book, editions: dict[Edition, Path]) -> None:
    plan = plan_album(book.record)
    with pikepdf.open(editions[Edition.SCREEN]) as pdf:
        for page in pdf.pages:
            assert page.obj.MediaBox == page.obj.TrimBox
            assert page.obj.Tabs == pikepdf.Name.S
        assert {bytes(image.ColorSpace[1].read_bytes()) for image in images(pdf)} == {profiles.srgb(components=3)}
        assert b"<pdfuaid:part" in pdf.Root.Metadata.read_bytes()
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.Root.Lang).startswith("zh")
        assert "/OutputIntents" not in pdf.Root
        raw = [image.read_raw_bytes() for image in images(pdf)]
        operators = {str(step.operator) for page in pdf.pages for step in pikepdf.parse_content_stream(page)}
    assert operators.isdisjoint({"k", "K"})
    assert not any(b"Exif" in data or b"http" in data or b"GPS" in data for data in raw)
    for spot, data in zip(plan.largest().values(), raw, strict=False):
        assert max(Image.open(io.BytesIO(data)).size) <= max(spot.width_mm, spot.height_mm) / 25.4 * 150 + 1


def outlined(path: Path) -> list[tuple[str, str]]:
    """Read an outline: each entry's words without spaces and the label of the page that it opens."""
    found = []
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        for item in outline.root:
            for each in [item, *item.children]:
                target = each.destination or each.action.D
                target = target.D if isinstance(target, pikepdf.Dictionary) else target
                at = next(n for n, page in enumerate(pdf.pages) if page.obj.objgen == target[0].objgen)
                found.append((re.sub(r"\s+", "", each.title), pdf.pages[at].label))
    return found


def folios_told(plan: AlbumPlan, path: Path) -> list[str]:
    """Read which folios the pages of the contents name."""
    layout = tool("pdftotext", "-layout", str(path), "-").split("\f")
    with pikepdf.open(path) as pdf:
        labels = [page.label for page in pdf.pages]
    wanted = {page.label for page in plan.pages if page.kind == "contents"}
    told = []
    for label, text in zip(labels, layout, strict=False):
        if label in wanted:
            *rows, _foot = filter(None, map(str.strip, text.splitlines()))
            told += [found[1] for row in rows if (found := re.search(r"\s(\d+)$", row))]
    return told


@pytest.mark.parametrize("counts", [None, (1, 4, 18, 60), (2, 30, 0, 0)])
@pytest.mark.parametrize("edition", [Edition.SCREEN, Edition.PRESS])
def test_outline_contents_and_page_labels_agree_in_every_book(
    book: Book,
    editions: dict[Edition, Path],
    shelf: Shelf,
    tmp_path: Path,
    edition: Edition,
    counts: tuple[int, ...] | None,
) -> None:
    plan, path = plan_album(book.record), editions[edition]
    if counts:
        record, path = make_long_contest(shelf, counts), tmp_path / "book.pdf"
        plan = plan_album(record)
        assert build_edition(plan, record, shelf, path, edition=edition).preflight.errors == ()

    entries, pages = outlined(path), pages_text(path)
    contents = "".join(pages[page.label] for page in plan.pages if page.kind == "contents")

    assert [label for _, label in entries] == folios_told(plan, path)
    assert len(entries) == len(plan.contents) >= 12
    for title, label in entries:
        assert title in contents
        # The best works' words face their pictures.
        assert title in pages[label] + pages.get(str(int(label) - 1), "")


def test_the_proof_shows_spreads_with_marks_and_the_presss_colours(editions: dict[Edition, Path]) -> None:
    with pikepdf.open(editions[Edition.PROOF]) as pdf:
        trim = [float(v) / PT_PER_MM for v in pdf.pages[0].obj.TrimBox]
        media = [float(v) / PT_PER_MM for v in pdf.pages[0].obj.MediaBox]
        assert trim == pytest.approx([11, 11, 431, 296], abs=1e-3)
        assert media == pytest.approx([0, 0, 442, 307], abs=1e-3)
        assert {bytes(image.ColorSpace[1].read_bytes()) for image in images(pdf)} == {profiles.srgb(components=3)}
    text = tool("pdftotext", "-f", "2", "-l", "2", str(editions[Edition.PROOF]), "-")
    assert "C2–1" in text


def test_a_colour_no_press_prints_looks_in_the_proof_as_it_will_be_printed(shelf: Shelf, tmp_path: Path) -> None:
    blue = shelf.keep(encode(Image.new("RGB", (900, 600), (0, 0, 255)), quality=100), seen=(900, 600))
    record = make_record([make_work(1, tier="grand", pictures=[blue])])

    report = build(record, shelf, tmp_path / "a.pdf", edition=Edition.PROOF)

    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        shown = decoded(next(images(pdf))).getpixel((100, 100))
    assert isinstance(shown, tuple)
    assert shown[2] < 170
    lost = [finding.facts["percent"] for finding in report.preflight.warnings if finding.code == "gamut_lost"]
    assert lost == [100]


@pytest.mark.parametrize(("leaf_mm", "has_title"), [(0.1, False), (0.9, True)])
def test_the_cover_is_as_wide_as_its_spine_asks(book: Book, tmp_path: Path, leaf_mm: float, has_title: bool) -> None:
    plan = plan_album(book.record)
    leaves = (len(plan.pages) - 4) // 2
    path = tmp_path / "cover.pdf"

    report = build_edition(
        plan, book.record, book.shelf, path, edition=Edition.COVER, printer=Printer(leaf_mm=leaf_mm)
    )

    assert report.spine_mm == pytest.approx(leaves * leaf_mm, abs=0.01)
    with pikepdf.open(path) as pdf:
        trim = [float(v) / PT_PER_MM for v in pdf.pages[0].obj.TrimBox]
        assert trim[2] - trim[0] == pytest.approx(2 * 210 + report.spine_mm, abs=1e-2)
        assert pdf.docinfo.GTS_PDFXVersion == "PDF/X-4"
    left, width = round(213 * PT_PER_MM), round(report.spine_mm * PT_PER_MM)
    box = ["-x", str(left), "-y", "0", "-W", str(max(1, width)), "-H", "900", "-r", "72"]
    spine = tool("pdftotext", "-f", "1", "-l", "1", *box, str(path), "-")
    assert ("山" in spine and "海" in spine) is has_title


def test_the_cover_can_be_all_in_inks_too(book: Book, tmp_path: Path) -> None:
    printer = Printer(only_inks=True)

    build(book.record, book.shelf, tmp_path / "a.pdf", edition=Edition.COVER, printer=printer)

    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert pdf.docinfo.GTS_PDFXVersion == "PDF/X-1a:2003"
        assert {str(image.ColorSpace) for image in images(pdf)} == {"/DeviceCMYK"}


@pytest.mark.parametrize("design", [(210, 297), (285, 285), (210, 210), (285, 210)], ids=str)
def test_every_format_has_its_exact_trim_and_bleed(shelf: Shelf, tmp_path: Path, design: tuple[int, int]) -> None:
    width, height = design
    record = make_record([make_work(1, tier="grand", pictures=[shelf.keep(make_jpeg(), seen=(1200, 800))])])
    chosen = Design(width_mm=width, height_mm=height, bleed_mm=5.0, marks=True, multiple=4)

    report = build(record, shelf, tmp_path / "a.pdf", design=chosen)

    assert report.preflight.errors == ()
    assert report.pages % 4 == 0
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        trim, bleed = ([float(v) / PT_PER_MM for v in box] for box in (pdf.pages[0].TrimBox, pdf.pages[0].BleedBox))
    assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx((width, height), abs=1e-3)
    assert [abs(one - two) for one, two in zip(trim, bleed, strict=True)] == pytest.approx([5.0] * 4, abs=1e-3)


ELSEWHERE = """
import pickle, sys
from pathlib import Path
from contest.publishing.album.compose import plan_album
from contest.publishing.album.editions import Edition
from tests.albums import Shelf, build_edition
with open("record.pickle", "rb") as file:
    record = pickle.load(file)
for edition in Edition:
    path = Path(f"{edition}.pdf")
    report = build_edition(plan_album(record), record, Shelf(folder=Path("shelf")), path, edition=edition)
    print(report.sha256)
"""


def test_every_edition_is_the_same_in_another_process_folder_zone_and_language(
    book: Book, editions: dict[Edition, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "另一个 文件夹"
    shutil.copytree(book.shelf.folder, folder / "shelf")
    (folder / "record.pickle").write_bytes(pickle.dumps(book.record))
    strange = {
        "PYTHONHASHSEED": "4321",
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "TZ": "America/St_Johns",
        "LC_ALL": "zh_CN.UTF-8",
        "PATH": os.environ["PATH"],
    }

    ran = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], cwd=folder, env=strange, capture_output=True, check=True, text=True
    )

    assert ran.stdout.split() == [file_digest(editions[edition]) for edition in Edition]


def test_the_screen_edition_passes_somebody_elses_check_of_pdf_ua(
    editions: dict[Edition, Path], tmp_path: Path
) -> None:
    def faults(path: Path) -> set[str]:
        return {finding.rule_id for finding in pdfua.validate(path).findings}

    assert faults(editions[Edition.SCREEN]) == set()
    # The checker does look: without words for its pictures the same file fails.
    with pikepdf.open(editions[Edition.SCREEN]) as pdf:
        for element in pdf.Root.StructTreeRoot.K[0].K:
            if "/Alt" in element:
                del element.Alt
        del pdf.Root.MarkInfo
        pdf.save(tmp_path / "mute.pdf")
    assert len(faults(tmp_path / "mute.pdf")) >= 2


@pytest.mark.parametrize("edition", Edition)
def test_a_shops_tools_find_nothing_to_say(editions: dict[Edition, Path], edition: Edition) -> None:
    path = str(editions[edition])
    assert "No syntax or stream encoding errors" in tool("qpdf", "--check", path)
    fonts = tool("pdffonts", path).splitlines()[2:]
    assert fonts
    for line in fonts:
        assert "Type 3" not in line
        assert re.search(r"yes yes yes\s+\d+\s+\d+$", line)
        # None but the packaged ones: a machine without fonts makes the same book.
        assert re.match(r"[A-Z]{6}\+(NotoSerifSC|NotoSansSC|NotoSansCJKsc|SourceSerif4)", line)
    listed = [line.split() for line in tool("pdfimages", "-list", path).splitlines()[2:]]
    assert listed
    # Kind, colours, coding: no mask, nothing that is not a coded photograph in the space of its edition.
    assert {(row[2], row[8]) for row in listed} == {("image", "jpeg")}
    inked = {"cmyk"} if edition is Edition.X1A else {"icc", "cmyk"}
    assert {row[5] for row in listed} <= (inked if edition in FOR_PRINTERS else {"icc"})


def tags(path: Path) -> list[tuple[str, str, int, list[int]]]:
    """Read what a file says aloud: each element's kind, words for a picture, page, and marks on that page.

    Each page must lead back to the same elements (ISO 32000-1, 14.7.4.4).
    """
    with pikepdf.open(path) as pdf:
        pages = {page.obj.objgen: at for at, page in enumerate(pdf.pages)}
        root = pdf.Root.StructTreeRoot
        elements = list(root.K[0].K)
        keys, marked = list(root.ParentTree.Nums)[::2], list(root.ParentTree.Nums)[1::2]
        back = dict(zip(map(int, keys), marked, strict=True))
        found = []
        for element in elements:
            page = pdf.pages[pages[element.Pg.objgen]]
            owners = back[int(page.obj.StructParents)]
            marks = [int(mark) for mark in element.K]
            assert all(owners[mark].objgen == element.objgen for mark in marks)
            found.append((str(element.S), str(element.get("/Alt", "")), pages[element.Pg.objgen], marks))
    return found


@pytest.mark.parametrize("edition", [Edition.PRESS, Edition.SCREEN])
def test_a_long_book_set_in_parts_is_the_same_book(
    book: Book, editions: dict[Edition, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edition: Edition
) -> None:
    monkeypatch.setattr(typeset, "PART_SHEETS", 7)

    report = build(book.record, book.shelf, tmp_path / "parts.pdf", edition=edition)

    assert report.preflight.errors == ()
    assert pages_text(tmp_path / "parts.pdf") == pages_text(editions[edition])
    assert outlined(tmp_path / "parts.pdf") == outlined(editions[edition])
    if edition is Edition.SCREEN:
        assert len(tags(tmp_path / "parts.pdf")) > 100
        assert tags(tmp_path / "parts.pdf") == tags(editions[edition])
    with pikepdf.open(tmp_path / "parts.pdf") as pdf:
        assert len(list(images(pdf))) == report.pictures


def test_the_same_picture_in_two_parts_is_in_the_file_once(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typeset, "PART_SHEETS", 1)
    record = make_contest(shelf)

    report = build(record, shelf, tmp_path / "proof.pdf", edition=Edition.PROOF)

    assert report.preflight.errors == ()
    with pikepdf.open(tmp_path / "proof.pdf") as pdf:
        assert len(list(images(pdf))) == report.pictures


def test_black_type_prints_over_what_is_under_it_and_nothing_else_does(editions: dict[Edition, Path]) -> None:
    seen = set()
    with pikepdf.open(editions[Edition.X1A]) as pdf:
        for page in pdf.pages:
            fill, over, saved = None, False, []
            for step in pikepdf.parse_content_stream(page):
                operator = str(step.operator)
                if operator == "q":
                    saved.append((fill, over))
                elif operator == "Q":
                    fill, over = saved.pop()
                elif operator == "k":
                    fill = tuple(float(part) for part in step.operands)
                elif operator == "gs":
                    over = bool(page.resources.ExtGState[step.operands[0]].op)
                elif operator in {"Tj", "TJ", "f"}:
                    seen.add((operator == "f", fill == (0, 0, 0, 1), over))
    texts = {(is_black, over) for is_ground, is_black, over in seen if not is_ground}
    assert texts == {(True, True), (False, False)}
    assert not any(over for is_ground, _, over in seen if is_ground)
