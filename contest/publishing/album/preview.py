"""The desk's own look at pages: one as a picture from small derivatives, and what of the texts does not fit.

Both are done by the same typesetter as the book.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from contest.publishing.album.fonts import font_folders
from contest.publishing.album.plan import AlbumPlan, Page, TextBox
from contest.publishing.album.sandbox import run_child
from contest.publishing.album.sheets import Panel, Sheet, Sheets
from contest.publishing.album.styles import fits_surely
from contest.publishing.album.typeset import sheet_data

LIMITS: Final = {"seconds": 10, "memory_mib": 1536, "file_mib": 64}
UPRIGHT: Final = 1
PAGES_KEPT: Final = 1024


def preview(plan: AlbumPlan, page_index: int, *, picture: Callable[[str], Path], width_px: int = 900) -> bytes:
    """Draw one page of a plan, in the typesetter's child process.

    Args:
        page_index: Place in ``plan.pages``, from 0.
        picture: Gives, for a picture's id, the path of an upright JPEG that stands for it, such as its preview of
            640 pixels; no original, which would be decoded at its full size.
        width_px: Width of the page in pixels; type is sharp at any, photographs as sharp as what stands for them.

    Returns:
        A PNG of the page as it will look, trimmed, in sRGB.

    Raises:
        IndexError: the plan has no such page.
        Invalid: ``album.typeset_failed``.
    """
    page = plan.pages[page_index]
    # The painter drops a rule thinner than a pixel: on a screen it is one pixel high.
    pixel_mm = plan.design.width_mm / width_px
    grounds = tuple(replace(each, height_mm=max(each.height_mm, pixel_mm)) for each in page.grounds)
    with _set(plan, [replace(page, grounds=grounds)]) as (folder, task):
        for spot in page.placements:
            shutil.copyfile(picture(spot.picture), folder / f"{spot.picture}.jpg")
        task |= {"target": "page.png", "ppi": width_px / plan.design.width_mm * 25.4}
        run_child("draw", task, failure="album.typeset_failed")
        return (folder / "page.png").read_bytes()


def overflows(plan: AlbumPlan) -> dict[str, float]:
    """Tell by how many mm texts are too long for their boxes, by the page's label; pages where all fit are left out.

    The typesetter is asked of the pages that are in doubt, and of each only once.

    Raises:
        Invalid: ``album.typeset_failed``.
    """
    doubtful = {page.label: page.texts for page in plan.pages if not all(map(fits_surely, page.texts))}
    asked = list(dict.fromkeys(texts for texts in doubtful.values() if texts not in _known))
    if asked:
        pages = [Page(kind="asked", label=str(number), texts=texts) for number, texts in enumerate(asked)]
        with _set(plan, pages) as (_folder, task):
            found = run_child("measure", task, failure="album.typeset_failed")["overflows"]
        while len(_known) > PAGES_KEPT:
            _known.pop(next(iter(_known)), None)
        for number, texts in enumerate(asked):
            _known[texts] = max((round(each["over"], 2) for each in found if each["page"] == number), default=0.0)
    told = {label: _known.get(texts, 0.0) for label, texts in doubtful.items()}
    return {label: over_mm for label, over_mm in told.items() if over_mm}


@contextmanager
def _set(plan: AlbumPlan, pages: Sequence[Page]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Write what the typesetter needs for pages of a plan; give the folder with it, and how the task begins."""
    design = plan.design
    sheets = Sheets(
        title=plan.title,
        language="en" if plan.language == "en" else "zh",
        width_mm=design.width_mm,
        height_mm=design.height_mm,
        bleed_mm=0.0,
        marks=False,
        sheets=tuple(Sheet(label=page.label, panels=(Panel(page=page),)) for page in pages),
    )
    with TemporaryDirectory(prefix="page-") as name:
        folder = Path(name)
        template = files("contest.publishing.album").joinpath("data/template.typ").read_bytes()
        (folder / "template.typ").write_bytes(template)
        orientations = {spot.picture: UPRIGHT for page in pages for spot in page.placements}
        data = sheet_data(sheets, first=0, inks=plan.inks, orientations=orientations, folder=folder)
        (folder / "page.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        fonts = [str(path) for path in font_folders()]
        yield folder, {"folder": name, "data": "page.json", "fonts": fonts, "limits": LIMITS}


_known: dict[tuple[TextBox, ...], float] = {}
