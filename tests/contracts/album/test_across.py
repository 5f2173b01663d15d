"""A photograph across the gutter: in the file once and bit for bit, whole on both pages, its halves meeting."""

from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from PIL import Image

from contest.publishing.album.compose import plan_album
from contest.publishing.album.editions import Edition
from contest.publishing.album.options import Overrides
from contest.publishing.album.plan import Placement
from tests.albums import Shelf, build_edition, make_record, make_work
from tests.contracts.album.books import images, tool
from tests.photos import encode

STRIPES = 16


def edges(spot: Placement) -> list[float]:
    """Give where the striped photograph changes its grey on the page and its bleed, in mm from the page's left."""
    places = (spot.x_mm + at * spot.width_mm / STRIPES for at in range(STRIPES + 1))
    return [x for x in places if -3 < x < 213]


def seen(pdf: Path, label: str, *, y_mm: float, folder: Path) -> Any:
    """Render a page of the press edition, a pixel for a millimetre; give the row at ``y_mm``, bleed included."""
    with pikepdf.open(pdf) as book:
        number = str(next(at for at, page in enumerate(book.pages, start=1) if page.label == label))
    tool("pdftoppm", "-r", "25.4", "-f", number, "-l", number, "-gray", "-singlefile", str(pdf), str(folder / label))
    with Image.open(folder / f"{label}.pgm") as page:
        return np.asarray(page)[round(y_mm) + 3]


def test_its_halves_meet_and_run_a_bleed_beyond_the_gutter(shelf: Shelf, tmp_path: Path) -> None:
    stripes = Image.new("L", (2400, 1600))
    for at in range(STRIPES):
        stripes.paste(10 + 15 * at, (150 * at, 0, 150 * at + 150, 1600))
    picture = shelf.keep(encode(stripes.convert("RGB"), quality=95), seen=(2400, 1600))
    record = make_record([make_work(1, tier="grand", pictures=[picture])])
    plan = plan_album(record, overrides=Overrides(across=("work-0001",)))
    path = tmp_path / "press.pdf"

    report = build_edition(plan, record, shelf, path, edition=Edition.PRESS)

    assert report.preflight.errors == ()
    assert [line.derivative for line in report.preflight.pictures] == [None]
    with pikepdf.open(path) as pdf:
        assert len(list(images(pdf))) == 1
    halves = {spot.half: (page.label, spot) for page in plan.pages for spot in page.placements if spot.half}
    for half in ("left", "right"):
        label, spot = halves[half]
        row = seen(path, label, y_mm=spot.y_mm + spot.height_mm / 2, folder=tmp_path).astype(int)
        changes = [at + 1 - 3 for at in np.flatnonzero(abs(np.diff(row)) > 2) if at < 212 + 3]
        assert all(min(abs(x - at) for at in changes) <= 1 for x in edges(spot))
        assert all(min(abs(x - at) for x in edges(spot)) <= 1.5 for at in changes)
        assert (row[1] < 250, row[212 + 3 - 1] < 250) == (half == "right", half == "left")


def test_the_proof_shows_it_in_one_piece(shelf: Shelf, tmp_path: Path) -> None:
    plain = Image.new("RGB", (2400, 1600), (120, 120, 120))
    picture = shelf.keep(encode(plain, quality=95), seen=(2400, 1600))
    record = make_record([make_work(1, tier="grand", pictures=[picture])])
    plan = plan_album(record, overrides=Overrides(across=("work-0001",)))
    left, right = (page for page in plan.pages for spot in page.placements if spot.half)
    spot = left.placements[0]
    path = tmp_path / "proof.pdf"

    assert build_edition(plan, record, shelf, path, edition=Edition.PROOF).preflight.errors == ()

    row = seen(path, f"{left.label}–{right.label}", y_mm=spot.y_mm + 8 + spot.height_mm / 2, folder=tmp_path)
    inside = row[11 + round(spot.x_mm) + 2 : 11 + round(spot.x_mm + spot.width_mm) - 2]
    assert int(inside.max()) - int(inside.min()) <= 4
    assert int(row[11 + round(spot.x_mm) - 3]) > 240
