"""One page of a plan as a picture for a screen, drawn by the same typesetter as the book, from small derivatives."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from contest.publishing.album.fonts import font_folders
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.sandbox import run_child
from contest.publishing.album.sheets import Panel, Sheet, Sheets
from contest.publishing.album.typeset import sheet_data

DRAW_LIMITS: Final = {"seconds": 10, "memory_mib": 1536, "file_mib": 64}
UPRIGHT: Final = 1


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A page as it will look.

    Attributes:
        png: The picture, trimmed, in sRGB.
        overflow_mm: By how much its fullest text is too long for its box; 0 where all fit.
    """

    png: bytes
    overflow_mm: float


def preview(plan: AlbumPlan, page_index: int, *, picture: Callable[[str], Path], width_px: int = 900) -> Preview:
    """Draw one page of a plan, in the typesetter's child process.

    Args:
        page_index: Place in ``plan.pages``, from 0.
        picture: Gives, for a picture's id, the path of an upright JPEG that stands for it, such as its preview of
            640 pixels; no original, which would be decoded at its full size.
        width_px: Width of the page in pixels; type is sharp at any, photographs as sharp as what stands for them.

    Raises:
        IndexError: the plan has no such page.
        Invalid: ``album.typeset_failed``.
    """
    page, design = plan.pages[page_index], plan.design
    # The painter drops a rule thinner than a pixel: on a screen it is one pixel high.
    pixel_mm = design.width_mm / width_px
    grounds = tuple(replace(each, height_mm=max(each.height_mm, pixel_mm)) for each in page.grounds)
    sheets = Sheets(
        title=plan.title,
        language="en" if plan.language == "en" else "zh",
        width_mm=design.width_mm,
        height_mm=design.height_mm,
        bleed_mm=0.0,
        marks=False,
        sheets=(Sheet(label=page.label, panels=(Panel(page=replace(page, grounds=grounds)),)),),
    )
    with TemporaryDirectory(prefix="page-") as name:
        folder = Path(name)
        template = files("contest.publishing.album").joinpath("data/template.typ").read_bytes()
        (folder / "template.typ").write_bytes(template)
        orientations = {spot.picture: UPRIGHT for spot in page.placements}
        data = sheet_data(sheets, first=0, inks=plan.inks, orientations=orientations, folder=folder)
        for spot in page.placements:
            shutil.copyfile(picture(spot.picture), folder / f"{spot.picture}.jpg")
        (folder / "page.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        answer = run_child(
            "draw",
            {
                "folder": name,
                "data": "page.json",
                "target": "page.png",
                "fonts": [str(path) for path in font_folders()],
                "ppi": width_px / design.width_mm * 25.4,
                "limits": DRAW_LIMITS,
            },
            failure="album.typeset_failed",
        )
        over = max((each["over"] for each in answer["overflows"]), default=0.0)
        return Preview(png=(folder / "page.png").read_bytes(), overflow_mm=round(over, 2))
