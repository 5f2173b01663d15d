"""What the preflight says of a plan before any file is made."""

from collections import Counter
from dataclasses import replace

import pytest

from contest.publishing.album.compose import plan_album
from contest.publishing.album.design import Design
from contest.publishing.album.editions import Edition, Printer
from contest.publishing.album.fonts import line_count
from contest.publishing.album.plan import AlbumPlan, Ground, Page, Paragraph, TextBox
from contest.publishing.album.preflight.planned import picture_findings, plan_findings
from contest.publishing.album.preflight.report import Finding, PictureLine
from contest.publishing.album.sheets import sheets_of, spine_mm
from contest.publishing.album.sources import Measure
from contest.publishing.album.styles import MM_PER_PT, STYLES
from tests.albums import make_record, make_winners

RECORD = make_winners()
PLAN = plan_album(RECORD)
HAIRLINE = Ground(x_mm=20, y_mm=20, width_mm=50, height_mm=0.05, ink="ink")


def put(at: int, **changes: object) -> AlbumPlan:
    pages = list(PLAN.pages)
    pages[at] = replace(pages[at], **changes)  # type: ignore[arg-type]
    return replace(PLAN, pages=tuple(pages))


def found(plan: AlbumPlan) -> Counter[tuple[str, str]]:
    return Counter((finding.code, finding.severity) for finding in plan_findings(plan, RECORD, {}))


def new(plan: AlbumPlan) -> set[tuple[str, str]]:
    """Give what is found in a changed plan and not in the sound one."""
    return set(found(plan) - found(PLAN))


def says(text: str, style: str, *, width_mm: float = 60.0) -> tuple[TextBox, ...]:
    line = Paragraph(text=text, style=style, language="zh")
    return (TextBox(x_mm=40, y_mm=40, width_mm=width_mm, height_mm=100, paragraphs=(line,)),)


def test_a_sound_plan_has_no_error() -> None:
    assert not [code for code, severity in found(PLAN) if severity == "error"]


@pytest.mark.parametrize(
    ("plan", "code", "severity"),
    [
        (replace(PLAN, pages=PLAN.pages[:-3] + PLAN.pages[-2:]), "page_count", "error"),
        (put(2, grounds=(), texts=(), placements=()), "page_blank", "warning"),
        (
            put(2, grounds=(Ground(x_mm=20, y_mm=20, width_mm=50, height_mm=0.05, ink="ink"),)),
            "stroke_thin",
            "warning",
        ),
        (put(2, texts=says("长" * 60, "title", width_mm=60)), "title_long", "warning"),
        (put(2, texts=(replace(says("近", "prose")[0], x_mm=3.0),)), "near_trim", "error"),
    ],
    ids=["a page too few", "an empty page", "a hairline", "a long title", "near the edge"],
)
def test_what_a_reader_or_a_binder_would_stumble_over_is_named(plan: AlbumPlan, code: str, severity: str) -> None:
    assert (code, severity) in new(plan)


def test_the_same_layout_three_times_in_a_row_is_named_and_twice_is_not() -> None:
    page = Page(kind="works", label="9", layout="2:Vab", texts=says("山", "prose"))
    others = [replace(each, layout="") for each in PLAN.pages]

    def with_same(count: int) -> AlbumPlan:
        return replace(PLAN, pages=(*others[:3], *[page] * count, *others[3 + count :]))

    codes = [{code for code, _ in found(with_same(count))} for count in (2, 3)]
    assert ["layout_repeated" in each for each in codes] == [False, True]


def line(**changes: object) -> PictureLine:
    usual: dict[str, object] = {
        "picture": "p",
        "work": "work-0001",
        "number": "A-0001",
        "page": "12",
        "sha256": "0" * 64,
        "judged_sha256": "0" * 64,
        "width_px": 6000,
        "height_px": 4000,
        "width_mm": 180.0,
        "height_mm": 120.0,
        "ppi": 846.0,
        "colour": "own",
        "profile": "Adobe RGB (1998)",
        "derivative": None,
        "derivative_sha256": "",
        "measure": Measure(ink_percent=280, ink_kept_percent=280, gamut_share=0.01, lightness=50),
    }
    return PictureLine(**{**usual, **changes})  # type: ignore[arg-type]


def judged(edition: Edition, printer: Printer | None = None, **changes: object) -> list[Finding]:
    return list(picture_findings([line(**changes)], edition=edition, printer=printer or Printer()))


@pytest.mark.parametrize(
    ("ppi", "codes"), [(299.9, ["ppi_low"]), (300.0, []), (200.0, ["ppi_low"]), (199.9, ["ppi_very_low"])]
)
def test_resolution_is_judged_for_paper_and_not_for_screens(ppi: float, codes: list[str]) -> None:
    assert [finding.code for finding in judged(Edition.PRESS, ppi=ppi)] == codes
    assert judged(Edition.SCREEN, ppi=ppi) == []


def test_too_much_ink_is_a_warning_where_the_printer_separates_and_an_error_where_we_do() -> None:
    full = Measure(ink_percent=317, ink_kept_percent=302, gamut_share=0, lightness=20)
    kept = replace(full, ink_kept_percent=299)

    assert [(each.code, each.severity) for each in judged(Edition.PRESS, measure=kept)] == [("ink_high", "warning")]
    assert [(each.code, each.severity) for each in judged(Edition.X1A, measure=full)] == [("ink_high", "error")]
    assert judged(Edition.X1A, measure=kept) == []
    assert judged(Edition.COVER, Printer(only_inks=True), measure=kept) == []


def test_lost_colours_are_told_from_five_percent_on() -> None:
    shares = {
        share: Measure(ink_percent=200, ink_kept_percent=200, gamut_share=share, lightness=50)
        for share in (0.05, 0.06)
    }

    codes = [[each.code for each in judged(Edition.PROOF, measure=measure)] for measure in shares.values()]

    assert codes == [[], ["gamut_lost"]]


def test_the_spine_grows_with_pages_and_paper() -> None:
    inside = len(PLAN.pages) - 4

    assert spine_mm(PLAN, Printer(leaf_mm=0.2)) == pytest.approx(inside * 0.1)
    sheets = sheets_of(PLAN, edition=Edition.COVER, printer=Printer(leaf_mm=0.2), language="zh")
    assert sheets.width_mm == pytest.approx(2 * 210 + inside * 0.1)
    assert sheets.folds_mm == pytest.approx((210, 210 + inside * 0.1))


def test_a_chinese_title_stands_on_the_spine_and_any_other_is_turned() -> None:
    wide = Printer(leaf_mm=1.0)
    chinese = sheets_of(PLAN, edition=Edition.COVER, printer=wide, language="zh").sheets[0].panels[-1].page
    english = (
        sheets_of(replace(PLAN, title="Shanhai Cup 2026"), edition=Edition.COVER, printer=wide, language="en")
        .sheets[0]
        .panels[-1]
        .page
    )

    assert [each.text for each in chinese.texts[0].paragraphs] == ["山", "海", "杯", "\u3000", "2026"]
    assert not chinese.texts[0].turned
    assert [each.text for each in english.texts[0].paragraphs] == ["Shanhai Cup 2026"]
    assert english.texts[0].turned


def test_every_sheet_of_a_proof_is_an_opening_of_the_book() -> None:
    for count in (1, 2, 5):
        record = make_record(make_winners((1, count, 0, 0)).works)
        plan = plan_album(record, design=Design(multiple=4))
        sheets = sheets_of(plan, edition=Edition.PROOF, printer=Printer(), language="zh").sheets

        labels = [panel.page.label for sheet in sheets for panel in sheet.panels]

        assert labels == ["C4", "C1", "C2", *[page.label for page in plan.pages[2:-2]], "C3"]


def test_a_year_across_the_spine_leaves_paper_at_its_edges() -> None:
    printer = Printer(leaf_mm=0.5)
    sheet = sheets_of(
        replace(PLAN, title="山海杯 · 2026"), edition=Edition.COVER, printer=printer, language="zh"
    ).sheets[0]
    [box] = next(panel.page.texts for panel in sheet.panels if panel.page.kind == "spine")

    [size] = [line.size_pt for line in box.paragraphs if line.text == "2026"]

    assert size is not None
    assert line_count("2026", STYLES["spine"].family, "zh", 0.8 * box.width_mm / (size * MM_PER_PT)) == 1
