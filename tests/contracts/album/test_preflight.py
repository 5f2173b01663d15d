"""The preflight finds what is wrong with a file: each fault is put into a sound one, and has to be named."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from contest.publishing.album.compose import plan_album
from contest.publishing.album.editions import Edition, Printer, recipe_of
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.preflight.filed import file_findings
from contest.publishing.album.preflight.pages import page_findings
from contest.publishing.album.preflight.report import Finding
from contest.publishing.album.sheets import Sheets, sheets_of
from contest.publishing.album.sources import Measure
from tests.albums import build_edition
from tests.contracts.album.books import Book, images

PRINTER = Printer()


@dataclass(frozen=True, kw_only=True)
class Sound:
    """One sound file, its sheets, and the numbers of its works."""

    edition: Edition
    path: Path
    sheets: Sheets
    numbers: dict[str, str]

    def check(self, pdf: Pdf) -> set[tuple[str, str]]:
        recipe = recipe_of(self.edition, PRINTER)
        found: list[Finding] = [
            *file_findings(pdf, sheets=self.sheets, recipe=recipe, output=PRINTER.profile),
            *page_findings(pdf, sheets=self.sheets, recipe=recipe, printer=PRINTER, numbers=self.numbers),
        ]
        return {(finding.code, finding.severity) for finding in found}


@pytest.fixture(scope="module")
def sound(book: Book, tmp_path_factory: pytest.TempPathFactory) -> dict[Edition, Sound]:
    folder, plan = tmp_path_factory.mktemp("sound"), plan_album(book.record)
    numbers = {picture.id: work.number for work in book.record.works for picture in work.pictures}
    made = {}
    for edition in (Edition.X1A, Edition.SCREEN):
        path = folder / f"{edition}.pdf"
        build_edition(plan, book.record, book.shelf, path, edition=edition)
        sheets = sheets_of(plan, edition=edition, printer=PRINTER, language="zh")
        made[edition] = Sound(edition=edition, path=path, sheets=sheets, numbers=numbers)
    return made


def append(pdf: Pdf, steps: bytes, *, page: int = 0) -> None:
    pdf.pages[page].contents_add(b"q " + steps + b" Q")


def with_type(steps: str) -> Callable[[Pdf], None]:
    """Set a glyph of the first page's own face by ``steps``."""

    def put(pdf: Pdf) -> None:
        at = next(number for number, page in enumerate(pdf.pages) if "/Font" in page.resources)
        font = next(iter(pdf.pages[at].resources.Font.keys()))
        append(pdf, steps.replace("FONT", font).encode(), page=at)

    return put


def first_font(pdf: Pdf) -> pikepdf.Object:
    return next(iter(next(page for page in pdf.pages if "/Font" in page.resources).resources.Font.values()))


def lose_font_file(pdf: Pdf) -> None:
    descriptor = first_font(pdf).DescendantFonts[0].FontDescriptor
    for key in ("/FontFile2", "/FontFile3"):
        if key in descriptor:
            del descriptor[key]


def stretch(pdf: Pdf) -> None:
    image = next(images(pdf))
    image.Height = int(image.Height) + 20


def hide_picture(pdf: Pdf) -> None:
    page = next(page for page in pdf.pages if "/XObject" in page.resources)
    page.obj.Contents = pdf.make_stream(b"")


def see_through(pdf: Pdf) -> None:
    resources = pdf.pages[0].resources
    resources.ExtGState = Dictionary({**resources.get("/ExtGState", Dictionary()), "/Half": Dictionary(ca=0.5)})


def set_attribute(path: str, value: object) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        *owners, name = path.split(".")
        owner = pdf.pages[0].obj if owners[0] == "page" else pdf.Root
        for each in owners[1:]:
            owner = owner[f"/{each}"]
        owner[f"/{name}"] = value

    return change


def remove(path: str) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        owner, name = path.split(".")
        holder = {"page": pdf.pages[0].obj, "root": pdf.Root, "info": pdf.docinfo, "trailer": pdf.trailer}[owner]
        del holder[f"/{name}"]

    return change


ERROR, WARNING = "error", "warning"
FAULTS: dict[str, tuple[Callable[[Pdf], None], str, str]] = {
    "no output intent": (remove("root.OutputIntents"), "output_intent", ERROR),
    "no metadata": (remove("root.Metadata"), "identity", ERROR),
    "no title": (remove("info.Title"), "identity", ERROR),
    "no word on trapping": (remove("info.Trapped"), "identity", ERROR),
    "another standard claimed": (
        lambda pdf: pdf.docinfo.__setitem__("/GTS_PDFXVersion", "PDF/X-3:2002"),
        "identity",
        ERROR,
    ),
    "forms": (set_attribute("root.AcroForm", Dictionary(Fields=Array())), "forbidden", ERROR),
    "an action on opening": (
        set_attribute("root.OpenAction", Dictionary(S=Name.JavaScript, JS=String("1"))),
        "forbidden",
        ERROR,
    ),
    "a file within": (set_attribute("root.Names", Dictionary(EmbeddedFiles=Dictionary())), "forbidden", ERROR),
    "annotations": (set_attribute("page.Annots", Array()), "forbidden", ERROR),
    "no trim": (remove("page.TrimBox"), "box", ERROR),
    "a trim too small": (set_attribute("page.TrimBox", Array([9, 9, 500, 800])), "box", ERROR),
    "a bleed too small": (set_attribute("page.BleedBox", Array([4, 0, 612, 824])), "box", ERROR),
    "a page too few": (lambda pdf: pdf.pages.__delitem__(-1), "sheet_count", ERROR),
    "other page numbers": (
        set_attribute("root.PageLabels", Dictionary(Nums=Array([0, Dictionary(S=Name.r)]))),
        "labels",
        ERROR,
    ),
    "no outline": (remove("root.Outlines"), "outline", ERROR),
    "a face that is drawings": (lambda pdf: first_font(pdf).__setitem__("/Subtype", Name.Type3), "font", ERROR),
    "a face that is not embedded": (lose_font_file, "font", ERROR),
    "a face without words": (lambda pdf: first_font(pdf).__delitem__("/ToUnicode"), "font", ERROR),
    "a whole face": (lambda pdf: first_font(pdf).__setitem__("/BaseFont", Name("/SourceSerif4")), "font", ERROR),
    "something see-through": (see_through, "transparency", ERROR),
    "a page that blends": (set_attribute("page.Group", Dictionary(S=Name.Transparency)), "transparency", ERROR),
    "screen colours": (lambda pdf: append(pdf, b"1 0 0 rg 0 0 9 9 re f"), "rgb_ink", ERROR),
    "a picture in screen colours": (
        lambda pdf: next(images(pdf)).__setitem__("/ColorSpace", Name.DeviceRGB),
        "rgb_picture",
        ERROR,
    ),
    "a stretched picture": (stretch, "aspect", ERROR),
    "a lost picture": (hide_picture, "picture_count", ERROR),
    "a box for a character": (with_type("BT FONT 9 Tf <0000> Tj ET"), "glyph_blank", ERROR),
    "too much ink": (lambda pdf: append(pdf, b"1 1 1 0.5 k 0 0 9 9 re f"), "ground_ink", WARNING),
    "a hairline": (lambda pdf: append(pdf, b"0.1 w 0 0 m 9 9 l S"), "stroke_thin", WARNING),
    "tiny type": (with_type("0 0 0 1 k BT FONT 5 Tf <0003> Tj ET"), "text_small", WARNING),
    "type made tiny": (with_type("0.5 0 0 0.5 0 0 cm BT FONT 9 Tf <0003> Tj ET"), "text_small", WARNING),
    "small light type": (with_type("0 0 0 0 k BT FONT 6.5 Tf <0003> Tj ET"), "text_reverse_small", WARNING),
    "small type in four inks": (with_type("0.4 0.4 0.4 0.9 k BT FONT 9 Tf <0003> Tj ET"), "text_rich", WARNING),
    "black type cut out": (with_type("0 0 0 1 k BT FONT 9 Tf <0003> Tj ET"), "text_knocks_out", WARNING),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_press_file_is_named(sound: dict[Edition, Sound], name: str) -> None:
    fault, code, severity = FAULTS[name]
    with pikepdf.open(sound[Edition.X1A].path) as pdf:
        fault(pdf)

        found = sound[Edition.X1A].check(pdf)

    assert (code, severity) in found


def test_a_sound_press_file_has_no_fault(sound: dict[Edition, Sound]) -> None:
    with pikepdf.open(sound[Edition.X1A].path) as pdf:
        assert sound[Edition.X1A].check(pdf) == set()


def lose_words(pdf: Pdf) -> None:
    waiting = [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if node.get("/S") == Name.Figure:
            node.Alt = String("")
            return
        kids = node.get("/K", Array())
        waiting += [kid for kid in (kids if isinstance(kids, Array) else [kids]) if isinstance(kid, Dictionary)]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (lose_words, "alt_missing"),
        (remove("root.StructTreeRoot"), "alt_missing"),
        (remove("root.Lang"), "identity"),
        (remove("root.MarkInfo"), "identity"),
        (remove("root.ViewerPreferences"), "identity"),
    ],
    ids=["a figure without words", "no tags", "no language", "not marked", "no title shown"],
)
def test_a_fault_in_what_is_read_aloud_is_named(
    sound: dict[Edition, Sound], fault: Callable[[Pdf], None], code: str
) -> None:
    with pikepdf.open(sound[Edition.SCREEN].path) as pdf:
        assert sound[Edition.SCREEN].check(pdf) == set()
        fault(pdf)

        assert (code, "error") in sound[Edition.SCREEN].check(pdf)


def changed(plan: AlbumPlan, kind: str, **changes: object) -> AlbumPlan:
    at = next(number for number, page in enumerate(plan.pages) if page.kind == kind)
    pages = list(plan.pages)
    pages[at] = replace(pages[at], **changes)  # type: ignore[arg-type]
    return replace(plan, pages=tuple(pages))


def misnamed(plan: AlbumPlan) -> Iterator[AlbumPlan]:
    """Give the plan with another name in place of the author's, on the pages of works alone."""
    yield replace(
        plan,
        pages=tuple(
            replace(
                page,
                texts=tuple(
                    replace(
                        box,
                        paragraphs=tuple(
                            replace(line, text=line.text.replace("欧阳明月", "王小明").replace("Ouyang Mingyue", "W"))
                            for line in box.paragraphs
                        ),
                    )
                    for box in page.texts
                ),
            )
            if page.kind == "works"
            else page
            for page in plan.pages
        ),
    )


def test_what_differs_from_the_record_blocks_the_release(book: Book, tmp_path: Path) -> None:
    plan = plan_album(book.record)
    another_tier = changed(plan, "works", tier="merit")

    wrong_name = build_edition(next(misnamed(plan)), book.record, book.shelf, tmp_path / "a.pdf")
    wrong_tier = build_edition(another_tier, book.record, book.shelf, tmp_path / "b.pdf")
    reasons = {"work-0003": "withdrawn", "work-0004": "undeclared"}
    withheld = build_edition(plan, book.record, book.shelf, tmp_path / "c.pdf", withheld=reasons)

    assert {finding.code for finding in wrong_name.preflight.errors} == {"name_missing"}
    assert {finding.code for finding in wrong_tier.preflight.errors} == {"tier_wrong"}
    assert [(each.code, dict(each.facts)) for each in withheld.preflight.errors] == [
        ("work_withheld", {"work": "A-0003", "reason": "withdrawn"}),
        ("consent_missing", {"work": "A-0004"}),
    ]


def test_a_press_file_is_warned_of_by_what_the_proof_measured(book: Book, tmp_path: Path) -> None:
    plan = plan_album(book.record)
    proof = build_edition(plan, book.record, book.shelf, tmp_path / "proof.pdf", edition=Edition.PROOF)
    measures = {line.sha256: line.measure for line in proof.preflight.pictures if line.measure}

    blind = build_edition(plan, book.record, book.shelf, tmp_path / "a.pdf")
    seeing = build_edition(plan, book.record, book.shelf, tmp_path / "b.pdf", measures=measures)

    assert all(isinstance(each, Measure) for each in measures.values())
    codes = [{finding.code for finding in report.preflight.warnings} for report in (blind, seeing)]
    assert "colours_unseen" in codes[0]
    assert "colours_unseen" not in codes[1]
    assert "gamut_lost" in codes[1]
    assert blind.sha256 == seeing.sha256  # what is known of the colours changes no byte


def test_every_finding_keeps_its_name_from_build_to_build(book: Book, tmp_path: Path) -> None:
    again = build_edition(plan_album(book.record), book.record, book.shelf, tmp_path / "a.pdf")

    assert [each.key for each in again.preflight.findings] == [each.key for each in book.report.preflight.findings]
    assert len({each.key for each in again.preflight.findings}) == len(again.preflight.findings)


def test_a_line_for_each_photograph_says_what_became_of_it(book: Book) -> None:
    lines = {line.sha256: line for line in book.report.preflight.pictures}

    assert set(lines) == {picture.sha256 for work in book.record.works for picture in work.pictures}
    by_colour = {line.colour: line.profile for line in lines.values()}
    assert by_colour["own"] == "Adobe RGB (1998)"
    assert by_colour["press"] == "FOGRA39L Coated"
    assert by_colour["srgb"] in {"sRGB", "sRGB grey"}
    derived = next(line for line in lines.values() if line.derivative)
    assert derived.derivative == "not_jpeg"
    assert len(derived.derivative_sha256) == 64
    assert (derived.width_px, derived.height_px) == (1333, 700)
