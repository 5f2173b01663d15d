"""What can be told before a file is opened: the plan against the record, and each photograph's figures."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

from contest.awards.record import Record, WorkRecord
from contest.publishing.album.editions import FOR_PRINTERS, Edition, Printer, recipe_of
from contest.publishing.album.finish import PT_PER_MM
from contest.publishing.album.fonts import MISSING_MARK, clean, line_count
from contest.publishing.album.plan import UNDECLARED, AlbumPlan, Page, Placement, TextBox
from contest.publishing.album.preflight.report import Finding, PictureLine, error, warning
from contest.publishing.album.sheets import COVER_PAGES
from contest.publishing.album.styles import MM_PER_PT, STYLES

AMBER_PPI: Final = 300.0
RED_PPI: Final = 200.0
SAFE_MM: Final = 5.0
HAIR_PT: Final = 0.25
GAMUT_SHARE: Final = 0.05
# What the measuring of ink may be off by: the coding of the picture, and rounding.
INK_TOLERANCE_PERCENT: Final = 1.0
TITLE_LINES: Final = 2
SAME_LAYOUTS: Final = 3
_TITLES: Final = frozenset({"title", "title-small"})
_SPACES: Final = re.compile(r"[\s\u200b]+")


def plan_findings(plan: AlbumPlan, record: Record, withheld: Mapping[str, str]) -> Iterator[Finding]:
    """Compare the plan with the record, and look at what a reader or a binder would stumble over.

    Args:
        withheld: Why a work must not be printed, by its id: "withdrawn", "disqualified", ``UNDECLARED``.
    """
    inside = len(plan.pages) - COVER_PAGES
    if inside % plan.design.multiple:
        yield error("page_count", pages=inside, multiple=plan.design.multiple)
    for character, text in plan.missing:
        yield error("glyph_missing", character=character, text=text)
    yield from _work_findings(plan, record, withheld)
    for page in plan.pages:
        yield from _edge_findings(plan, page)
        yield from _text_findings(page)
        for ground in page.grounds:
            thickness = min(ground.width_mm, ground.height_mm) * PT_PER_MM
            if thickness < HAIR_PT:
                yield warning("stroke_thin", page.label, width_pt=round(thickness, 2))
        if not (page.grounds or page.placements or page.texts):
            yield warning("page_blank", page.label)
    for remark in plan.remarks:
        yield warning(remark.code, remark.page, **remark.facts)
    for layout, pages in groupby(plan.pages, key=lambda page: page.layout):
        same = list(pages)
        if layout and not layout.startswith("1:") and len(same) >= SAME_LAYOUTS:
            yield warning("layout_repeated", same[0].label, pages=len(same))


def _work_findings(plan: AlbumPlan, record: Record, withheld: Mapping[str, str]) -> Iterator[Finding]:
    inside = [page for page in plan.pages if page.kind not in {"cover", "back"}]
    shown = [spot.picture for page in inside for spot in page.placements if spot.half != "right"]
    said = ["".join(_plain(line.text) for box in page.texts for line in box.paragraphs) for page in inside]
    for work in (work for tier in record.tiers for work in record.winners(tier.key)):
        if work.id in plan.without:
            yield warning("work_not_in_book", work=work.number)
            continue
        for picture in work.pictures:
            if shown.count(picture.id) != 1:
                yield error("winner_not_once", work=work.number, times=shown.count(picture.id))
        at = [number for number, page in enumerate(inside) if _shows(page, work)]
        if work.id in withheld:
            yield _withheld(work, withheld[work.id], inside[at[0]].label if at else "")
        around = "".join(said[max(0, at[0] - 1) : at[-1] + 2]) if at else ""
        yield from _name_findings(plan, work, around, inside[at[0]].label if at else "")
        for number in at:
            if inside[number].tier not in {None, work.tier}:
                yield error("tier_wrong", inside[number].label, work=work.number)


def _name_findings(plan: AlbumPlan, work: WorkRecord, around: str, page: str) -> Iterator[Finding]:
    """Look for title and author in what is said on the pages around a work; nothing is said of one not shown."""
    for text in (work.title, work.author):
        names = [_expected(each, plan) for each in (text.zh, text.en) if each]
        if page and names and not any(name in around for name in names):
            yield error("name_missing", page, work=work.number, text=text.zh or text.en)


def _withheld(work: WorkRecord, reason: str, page: str) -> Finding:
    if reason == UNDECLARED:
        return error("consent_missing", page, work=work.number)
    return error("work_withheld", page, work=work.number, reason=reason)


def _shows(page: Page, work: WorkRecord) -> bool:
    return any(spot.work == work.id for spot in page.placements)


def _plain(text: str) -> str:
    return _SPACES.sub("", text)


def _expected(text: str, plan: AlbumPlan) -> str:
    """Give a text as the book sets it: cleaned, with a mark for what no font can show."""
    shown = clean(text)
    for character, _ in plan.missing:
        shown = shown.replace(character, MISSING_MARK)
    return _plain(shown)


def _edge_findings(plan: AlbumPlan, page: Page) -> Iterator[Finding]:
    design = plan.design
    boxes: tuple[Placement | TextBox, ...] = (*page.placements, *page.texts)
    for box in boxes:
        right, bottom = design.width_mm - box.x_mm - box.width_mm, design.height_mm - box.y_mm - box.height_mm
        half = box.half if isinstance(box, Placement) else ""
        sides = {"": (box.x_mm, right), "left": (box.x_mm,), "right": (right,)}[half]
        nearest = min(*sides, box.y_mm, bottom)
        if nearest < SAFE_MM - 1e-3:
            yield error("near_trim", page.label, distance_mm=round(nearest, 2))


def _text_findings(page: Page) -> Iterator[Finding]:
    """Find titles of many lines."""
    for box in page.texts:
        for line in box.paragraphs:
            if line.style not in _TITLES:
                continue
            style = STYLES[line.style]
            measure = round(box.width_mm / ((line.size_pt or style.size_pt) * MM_PER_PT), 2)
            count = line_count(line.text, style.family, line.language, measure)
            if count > TITLE_LINES:
                yield warning("title_long", page.label, text=line.text, lines=count)


def resolution_finding(*, ppi: float, page: str, **facts: str) -> Finding | None:
    """Say that a photograph has too few pixels for its size on paper; None where they suffice."""
    if ppi >= AMBER_PPI:
        return None
    return warning("ppi_very_low" if ppi < RED_PPI else "ppi_low", page, **facts, ppi=round(ppi))


def picture_findings(pictures: Iterable[PictureLine], *, edition: Edition, printer: Printer) -> Iterator[Finding]:
    """Look at each photograph's resolution and colours; a screen asks for less than paper."""
    unseen = 0
    for line in pictures:
        facts = {"work": line.number, "picture": line.picture}
        if edition is Edition.SCREEN:
            continue
        coarse = resolution_finding(ppi=line.ppi, page=line.page, **facts)
        if coarse is not None:
            yield coarse
        if line.colour == "srgb":
            yield warning("profile_assumed", line.page, **facts)
        if line.derivative not in {None, "edition"}:
            yield warning("derivative_used", line.page, **facts, reason=line.derivative)
        if line.measure is None:
            unseen += 1
            continue
        limits_ink = recipe_of(edition, printer).space == "press"
        percent = line.measure.ink_kept_percent if limits_ink else line.measure.ink_percent
        if percent > printer.ink_limit_percent + INK_TOLERANCE_PERCENT:
            found = error if limits_ink else warning
            yield found("ink_high", line.page, **facts, percent=round(percent), limit=printer.ink_limit_percent)
        if line.measure.gamut_share > GAMUT_SHARE:
            yield warning("gamut_lost", line.page, **facts, percent=round(100 * line.measure.gamut_share))
    if unseen and edition in FOR_PRINTERS:
        yield warning("colours_unseen", pictures=unseen)
