"""Sets an edition's type: writes the template's data and runs the typesetter in child processes, part by part."""

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from contest.publishing.album.editions import Recipe
from contest.publishing.album.fonts import font_folders
from contest.publishing.album.plan import Page, TextBox
from contest.publishing.album.sandbox import run_child
from contest.publishing.album.sheets import Panel, Sheet, Sheets
from contest.publishing.album.styles import STYLES, fits_surely

TYPESET_LIMITS: Final = {"seconds": 120, "memory_mib": 3072, "file_mib": 256}
# The typesetter keeps a whole document in memory, up to 0.4 MiB a page.
PART_SHEETS: Final = 200
# From so many on, one shape of many corners costs the typesetter much less than a rectangle each.
MANY_GROUNDS: Final = 50
# Styles of what stands on every page and is not read aloud: heads, folios, the sponsors' band (ISO 14289-1, 7.8).
FURNITURE: Final = frozenset({"head", "foot", "band"})

# EXIF orientation -> whether the stored picture is mirrored first, and how far it is then turned clockwise.
TURNS: Final = {
    1: (False, 0),
    2: (True, 0),
    3: (False, 180),
    4: (True, 180),
    5: (True, 270),
    6: (False, 90),
    7: (True, 90),
    8: (False, 270),
}


@dataclass(frozen=True, kw_only=True)
class Typeset:
    """The set sheets with stand-ins, in parts; ``overflows``: sheet index and excess in mm of what does not fit."""

    parts: tuple[Path, ...]
    overflows: tuple[tuple[int, float], ...]


def set_type(
    sheets: Sheets,
    *,
    inks: Mapping[str, tuple[float, ...]],
    recipe: Recipe,
    orientations: Mapping[str, int],
    folder: Path,
    built_at: datetime,
) -> Typeset:
    """Set sheets, with a stand-in for each photograph, in child processes one after the other.

    Args:
        inks: By name, in percent: four parts are printing inks, three are red, green and blue.
        orientations: EXIF orientation by picture id, of the stored pictures.
        folder: An empty folder of its own to work in.

    Raises:
        Invalid: ``album.typeset_failed``, with what the typesetter said.
    """
    template = files("contest.publishing.album").joinpath("data/template.typ").read_bytes()
    (folder / "template.typ").write_bytes(template)
    count = len(sheets.sheets)
    # The typesetter holds a document to PDF/UA-1 only as a whole: a part may begin with a work, not with a tier.
    standard = "ua-1" if recipe.is_tagged and count <= PART_SHEETS else recipe.version
    parts, overflows = [], []
    for first in range(0, count, PART_SHEETS):
        part = replace(sheets, sheets=sheets.sheets[first : first + PART_SHEETS])
        name = f"part-{first:05d}"
        data = sheet_data(part, first=first, inks=inks, orientations=orientations, folder=folder)
        (folder / f"{name}.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        answer = run_child(
            "typeset",
            {
                "folder": str(folder),
                "data": f"{name}.json",
                "target": f"{name}.pdf",
                "fonts": [str(path) for path in font_folders()],
                "standard": standard,
                "tagged": recipe.is_tagged,
                "moment": int(built_at.timestamp()),
                "limits": TYPESET_LIMITS,
            },
            failure="album.typeset_failed",
        )
        parts.append(folder / f"{name}.pdf")
        overflows += [(each["page"], round(each["over"], 2)) for each in answer["overflows"]]
    return Typeset(parts=tuple(parts), overflows=tuple(overflows))


def sheet_data(
    sheets: Sheets,
    *,
    first: int,
    inks: Mapping[str, tuple[float, ...]],
    orientations: Mapping[str, int],
    folder: Path,
) -> dict[str, Any]:
    """Write the stand-ins of a part and give its data as the template reads it."""
    pictures = {}
    for sheet in sheets.sheets:
        for spot in sheet.placements():
            mirrored, turn = TURNS[orientations[spot.picture]]
            name = f"{spot.picture}.jpg"
            pictures[spot.picture] = {"stand_in": name, "mirrored": mirrored, "turn": turn}
    for picture, shown in pictures.items():
        (folder / str(shown["stand_in"])).write_bytes(stand_in(picture))
    return {
        "title": sheets.title,
        "language": sheets.language,
        "width": sheets.width_mm,
        "height": sheets.height_mm,
        "margin": sheets.margin_mm,
        "bleed": sheets.bleed_mm,
        "marks": sheets.marks,
        "folds": sheets.folds_mm,
        "inks": inks,
        "styles": {name: asdict(style) for name, style in STYLES.items()},
        "pictures": pictures,
        "first": first,
        "sheets": [_sheet(sheet, inks) for sheet in sheets.sheets],
    }


def _sheet(sheet: Sheet, inks: Mapping[str, tuple[float, ...]]) -> dict[str, Any]:
    return {"name": sheet.name, "panels": [_panel(panel, inks) for panel in sheet.panels]}


def _panel(panel: Panel, inks: Mapping[str, tuple[float, ...]]) -> dict[str, Any]:
    page = panel.page
    return {
        "x_mm": panel.x_mm,
        "bleeds_left": panel.bleeds_left,
        "bleeds_right": panel.bleeds_right,
        "grounds": list(_grounds(page, inks)),
        "placements": [asdict(spot) for spot in page.placements],
        "texts": [_box(box, page, inks) for box in page.texts],
    }


def _grounds(page: Page, inks: Mapping[str, tuple[float, ...]]) -> Iterator[dict[str, Any]]:
    """Give the grounds in order; very many of one ink in a row, such as a code's, as one shape."""
    for (ink, bleeds), run in groupby(page.grounds, key=lambda ground: (ground.ink, ground.bleeds)):
        grounds = list(run)
        named = {"ink": ink_on(page, ink, inks)}
        if len(grounds) < MANY_GROUNDS or bleeds:
            yield from ({**asdict(ground), **named, "parts": []} for ground in grounds)
        else:
            parts = [(each.x_mm, each.y_mm, each.width_mm, each.height_mm) for each in grounds]
            yield {**named, "bleeds": False, "parts": parts}


def _box(box: TextBox, page: Page, inks: Mapping[str, tuple[float, ...]]) -> dict[str, Any]:
    as_read = replace(box, width_mm=box.height_mm, height_mm=box.width_mm) if box.turned else box
    return {
        **asdict(box),
        "paragraphs": [
            {**asdict(line), "ink": ink_on(page, STYLES[line.style].ink, inks)} for line in box.paragraphs
        ],
        "is_sure": fits_surely(as_read),
        "is_furniture": all(line.style in FURNITURE for line in box.paragraphs),
    }


def ink_on(page: Page, name: str, inks: Mapping[str, tuple[float, ...]]) -> str:
    """Give the name of the ink that ``name`` means on a page: on a dark one its dark companion, where it has one."""
    dark = f"dark_{name}"
    return dark if page.is_dark and dark in inks else name


def stand_in(ident: str) -> bytes:
    """Make a valid grey JPEG of 8 by 8 pixels, 150 bytes, that carries ``ident`` as its comment.

    One flat block needs one code for "no difference" and one for "end of block": two zero bits.
    """

    def segment(marker: int, payload: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload

    one_code = bytes([1, *[0] * 15, 0])
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xFE, ident.encode()),
            segment(0xDB, b"\x00" + b"\x01" * 64),
            segment(0xC0, struct.pack(">BHHB", 8, 8, 8, 1) + b"\x01\x11\x00"),
            segment(0xC4, b"\x00" + one_code),
            segment(0xC4, b"\x10" + one_code),
            segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
            b"\x3f\xff\xd9",
        )
    )
