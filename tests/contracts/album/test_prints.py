"""Prints beside the album, as files: every text, code, size and picture is read back out of what was written."""

import hashlib
import io
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from contest.awards.record import Record
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Conflict, Invalid
from contest.publishing.album.finish import PT_PER_MM
from contest.publishing.album.jpeg import passed, read
from contest.publishing.prints.make import FOR_PRESS, PrintReport, make_prints
from contest.publishing.prints.orders import Kind, PrintOrder
from contest.publishing.prints.reading import prints_of
from contest.publishing.prints.serials import certified, serial
from tests.albums import AT, Shelf, make_record, make_work
from tests.contracts.album.books import images
from tests.photos import encode, make_pixels

SITE = "https://contest.example.org"
LONG = "Maximiliana Theodora von Hohenstein-Württemberg de la Fuente y Mendoza-Castellanos"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(folder=tmp_path_factory.mktemp("originals"))


@pytest.fixture(scope="module")
def record(shelf: Shelf) -> Record:
    """Three works: one as usual, one of four pictures, one by somebody with a long and rare name."""
    sizes = [(2400, 1600), (1200, 800), (800, 1200), (1200, 800), (1200, 800), (900, 1350)]
    pictures = [
        shelf.keep(encode(make_pixels(width_px=width, height_px=height, seed=seed)), seen=(width, height))
        for seed, (width, height) in enumerate(sizes)
    ]
    return make_record(
        [
            make_work(1, tier="grand", pictures=pictures[:1], title=Bilingual("晨雾", "Morning Mist")),
            make_work(2, tier="first", pictures=pictures[1:5], title=Bilingual("《归》", "Homeward")),
            make_work(3, tier="merit", pictures=pictures[5:], author=Bilingual("𡋾喆堃", LONG)),
        ]
    )


def make(record: Record, shelf: Shelf, target: Path, kind: Kind, **asked: Any) -> PrintReport:
    order = PrintOrder(kind=kind, **asked)
    drawn = prints_of(record, order, address=SITE, withheld={}, larger={})
    return make_prints(
        drawn,
        recipe=FOR_PRESS,
        original=shelf.path,
        target=target,
        built_at=AT,
        singles=order.singles,
    )


def text_of(pdf: Path) -> list[str]:
    ran = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True)
    return ran.stdout.decode().split("\f")[:-1]


def codes_on(pdf: Path, folder: Path, *, ppi: int = 200, page: int = 1) -> list[str]:
    """Read the QR codes of a page as a telephone would, from its picture."""
    command = ["pdftoppm", "-r", str(ppi), "-f", str(page), "-l", str(page), "-png", "-singlefile", str(pdf)]
    subprocess.run([*command, str(folder / "page")], check=True)
    seen = np.asarray(Image.open(folder / "page.png").convert("L"))
    _, found, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(seen)
    return [text for text in found if text]


def errors(report: PrintReport) -> list[str]:
    return [finding["code"] for finding in report.findings if finding["severity"] == "error"]


@pytest.mark.parametrize("language", ["both", "zh", "en"])
def test_a_certificate_says_who_won_what_and_its_code_leads_to_its_page(
    record: Record, shelf: Shelf, tmp_path: Path, language: str
) -> None:
    target = tmp_path / "certificates.pdf"

    report = make(record, shelf, target, Kind.CERTIFICATES, language=language)

    pages = text_of(target)
    first = "".join(pages[0].split())
    number = serial(record, record.works[0])
    assert errors(report) == []
    assert report.pages == len(pages) == 3
    assert number in pages[0]
    assert ("《晨雾》" in first) is (language != "en")
    assert ("“MorningMist”inTheSixthShanhaiCup" in first) is (language != "zh")
    assert "《《" not in "".join(pages)
    assert codes_on(target, tmp_path) == [f"{SITE}/contests/shanhai/certificates/{number}"]
    with pikepdf.open(target) as pdf:
        assert [round(float(side) / PT_PER_MM, 2) for side in pdf.pages[0].trimbox[2:]] == [297, 210]
        assert pdf.docinfo["/GTS_PDFXVersion"] == "PDF/X-4"


def test_a_long_name_stands_whole_in_smaller_type_and_a_rare_character_is_told_of(
    record: Record, shelf: Shelf, tmp_path: Path
) -> None:
    report = make(record, shelf, tmp_path / "one.pdf", Kind.CERTIFICATES, language="en")

    assert LONG.replace(" ", "") in "".join(text_of(tmp_path / "one.pdf")[2].split())
    both = make(record, shelf, tmp_path / "both.pdf", Kind.CERTIFICATES)
    assert errors(report) == errors(both) == []
    rare = [finding["facts"]["character"] for finding in both.findings if finding["code"] == "glyph_rare"]
    assert rare == ["𡋾"]
    assert "𡋾喆堃" in text_of(tmp_path / "both.pdf")[2]


def test_certificates_of_their_own_come_in_one_zip_the_same_twice(
    record: Record, shelf: Shelf, tmp_path: Path
) -> None:
    made = [
        make(record, shelf, tmp_path / f"{turn}.zip", Kind.CERTIFICATES, size="A3", singles=True) for turn in (1, 2)
    ]

    assert made[0].sha256 == made[1].sha256
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert archive.namelist() == ["A-0001 单雄.pdf", "A-0002 欧阳明月.pdf", "A-0003 𡋾喆堃.pdf"]
        with pikepdf.open(io.BytesIO(archive.read("A-0002 欧阳明月.pdf"))) as pdf:
            assert len(pdf.pages) == 1
            assert round(float(pdf.pages[0].trimbox[2]) / PT_PER_MM) == 420


def test_a_serial_number_is_genuine_in_its_own_result_alone(record: Record) -> None:
    work = record.works[0]
    number = serial(record, work)
    other = replace(record, version=2)

    found = certified(record, f" {number.lower()} ")

    assert found is not None
    assert (found.work, found.tier.key) == (work, "grand")
    assert certified(other, number) is None
    assert certified(record, f"{number[:-1]}{'2' if number[-1] != '2' else '3'}") is None
    assert certified(replace(record, works=(replace(work, tier=None),)), number) is None


def test_a_panel_holds_the_original_untouched_within_its_safe_zone(
    record: Record, shelf: Shelf, tmp_path: Path
) -> None:
    target = tmp_path / "panels.pdf"

    report = make(record, shelf, target, Kind.PANELS, size="600x900")

    original = shelf.path(record.works[0].pictures[0])
    coded = b"".join(passed(original, read(original).pieces, original=hashlib.sha256()))
    with pikepdf.open(target) as pdf:
        assert [round(float(side) / PT_PER_MM) for side in pdf.pages[0].trimbox[2:]] == [613, 913]
        assert float(pdf.pages[0].trimbox[0]) - float(pdf.pages[0].BleedBox[0]) == pytest.approx(
            5 * PT_PER_MM, abs=0.01
        )
        assert coded in [image.read_raw_bytes() for image in images(pdf)]
        assert len(list(images(pdf))) == 6
    # 2,400 px on 520 mm are 117 ppi; the smallest of the others fills its board with 61.
    said = {
        (each["facts"]["work"], each["code"]): each["facts"]["ppi"]
        for each in report.findings
        if "ppi" in each["facts"]
    }
    assert said["A-0001", "panel_soft"] == 117
    assert ("A-0003", "panel_very_soft") in said
    drawn = prints_of(record, PrintOrder(kind=Kind.PANELS, size="600x900"), address=SITE, withheld={}, larger={})
    for page in drawn.pages:
        for box in (*page.placements, *page.texts):
            assert min(box.x_mm, box.y_mm, 600 - box.x_mm - box.width_mm, 900 - box.y_mm - box.height_mm) >= 40 - 1e-3
        for spot in page.placements:
            picture = drawn.pictures[spot.picture]
            assert spot.width_mm / spot.height_mm == pytest.approx(picture.width_px / picture.height_px, rel=1e-4)


@pytest.mark.parametrize(("size", "count"), [("10", 10), ("21", 21)])
def test_labels_fill_sheets_and_each_code_leads_to_its_work(
    record: Record, shelf: Shelf, tmp_path: Path, size: str, count: int
) -> None:
    pictures = record.works[0].pictures
    works = [make_work(rank, tier="merit", pictures=pictures) for rank in range(1, count + 2)]

    report = make(replace(record, works=tuple(works)), shelf, tmp_path / "labels.pdf", Kind.LABELS, size=size)

    assert report.pages == 2
    assert "text_overflow" not in errors(report)
    assert "A-0001" in text_of(tmp_path / "labels.pdf")[0]
    assert codes_on(tmp_path / "labels.pdf", tmp_path, ppi=300, page=2) == [
        f"{SITE}/contests/shanhai/gallery/A-{count + 1:04d}"
    ]


def test_a_work_that_may_not_be_shown_any_more_is_left_out_and_named(record: Record) -> None:
    order = PrintOrder(kind=Kind.LABELS)

    drawn = prints_of(record, order, address=SITE, withheld={"work-0002": "withdrawn"}, larger={})

    said = [line.text for page in drawn.pages for box in page.texts for line in box.paragraphs]
    assert "A-0002" not in said
    assert next((each.code, each.facts) for each in drawn.findings) == ("work_left_out", {"work": "A-0002"})
    with pytest.raises(Conflict, match=r"print\.nothing"):
        prints_of(record, order, address=SITE, withheld={work.id: "withdrawn" for work in record.works}, larger={})


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"kind": Kind.PANELS, "size": "A4"}, "print.size_unknown"),
        ({"kind": Kind.LABELS, "language": "fr"}, "print.language_unknown"),
        ({"kind": Kind.CONTACT, "per_page": 31}, "print.per_page"),
        ({"kind": Kind.CONTACT, "boxes": 9}, "print.boxes"),
    ],
)
def test_what_cannot_be_printed_is_refused(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        PrintOrder(**asked)

    assert refused.value.code == code
