"""Books to open and tools to open them with."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from contest.awards.record import PictureRecord, Record
from contest.publishing.album.build import AlbumReport
from contest.publishing.album.plan import Placement
from tests.albums import Shelf, make_record, make_winners, make_work
from tests.photos import icc_profile, make_jpeg, make_pixels


@dataclass(frozen=True, kw_only=True)
class Book:
    """One built book with everything it was made from."""

    record: Record
    shelf: Shelf
    path: Path
    report: AlbumReport


def tool(name: str, *arguments: str) -> str:
    """Run a print shop's tool; where it is not installed the test is skipped."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    return subprocess.run([name, *arguments], capture_output=True, check=True, text=True).stdout


def make_files(shelf: Shelf) -> dict[str, PictureRecord]:
    """Keep one original of every kind that photographers hand in."""
    wide, tall = (1500, 1000), (1000, 1500)
    kinds = {
        "plain": (make_jpeg(width_px=1500, height_px=1000, seed=1), wide),
        "turned": (make_jpeg(width_px=1500, height_px=1000, seed=2, orientation=6, gps=(31.2, 121.5)), tall),
        "adobe": (make_jpeg(width_px=1500, height_px=1000, seed=3, icc=icc_profile()), wide),
        "grey": (make_jpeg(width_px=1500, height_px=1000, seed=4, mode="L"), wide),
        "cmyk": (make_jpeg(width_px=1500, height_px=1000, seed=5, mode="CMYK"), wide),
        "progressive": (make_jpeg(width_px=1000, height_px=1500, seed=6, progressive=True), tall),
        "square": (
            make_jpeg(width_px=1200, height_px=1200, seed=7, trailer=b"\xff\xd8 a second picture"),
            (1200, 1200),
        ),
        "panorama": (make_jpeg(width_px=2400, height_px=800, seed=8, orientation=3), (2400, 800)),
        "png": (png(make_pixels(width_px=1333, height_px=700, seed=9)), (1333, 700)),
    }
    return {name: shelf.keep(data, seen=seen) for name, (data, seen) in kinds.items()}


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def make_contest(shelf: Shelf) -> Record:
    files = make_files(shelf)
    series = [shelf.keep(make_jpeg(width_px=1500, height_px=1000, seed=20 + n), seen=(1500, 1000)) for n in range(5)]
    names = list(files)
    works = [make_work(1, tier="grand", pictures=[files["turned"]], caption="一场雾。")]
    works += [make_work(2, tier="first", pictures=series), make_work(3, tier="first", pictures=[files["adobe"]])]
    for tier, kept in (
        ("second", ("grey", "cmyk", "panorama")),
        ("merit", ("plain", "progressive", "square", "png")),
    ):
        works += [make_work(len(works) + 1 + n, tier=tier, pictures=[files[name]]) for n, name in enumerate(kept)]
    assert set(names) == {"plain", "turned", "adobe", "grey", "cmyk", "progressive", "square", "panorama", "png"}
    return make_record(works)


def make_long_contest(shelf: Shelf, counts: Sequence[int]) -> Record:
    """Make a contest of so many works a tier, of three small files that many works show."""
    shapes = ((600, 400), (400, 600), (500, 500))
    data = [make_jpeg(width_px=wide, height_px=high, seed=40 + wide) for wide, high in shapes]
    record = make_winners(counts)
    works = []
    for number, work in enumerate(record.works):
        ident = work.pictures[0].id
        picture = shelf.keep(data[number % 3], seen=shapes[number % 3], ident=ident)
        works.append(replace(work, pictures=(picture,)))
    return replace(record, works=tuple(works))


def images(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    seen = set()
    for page in pdf.pages:
        for image in page.resources.get("/XObject", pikepdf.Dictionary()).values():
            if image.objgen not in seen:
                seen.add(image.objgen)
                yield image


def pages_text(path: Path) -> dict[str, str]:
    """Give each page's words by its label, without spaces, which setting moves about."""
    text = tool("pdftotext", "-enc", "UTF-8", str(path), "-")
    with pikepdf.open(path) as pdf:
        labels = [pdf.pages[n].label for n in range(len(pdf.pages))]
    return {label: re.sub(r"\s+", "", page) for label, page in zip(labels, text.split("\f"), strict=False)}


def red_at(file: Path, spot: Placement, *, x: float, y: float) -> int:
    """Read the red of a rendered page at a place in a photograph, given as shares of its width and height."""
    per_mm = 36 / 25.4
    where = (spot.x_mm + x * spot.width_mm + 3, spot.y_mm + y * spot.height_mm + 3)
    with Image.open(file) as page:
        found = page.getpixel((round(where[0] * per_mm), round(where[1] * per_mm)))
    assert isinstance(found, tuple)
    return int(found[0])
