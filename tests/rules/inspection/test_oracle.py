"""What our readers find in real files, held against ExifTool; both it and the files may be absent."""

import json
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from contest.inspection.facts import Facts
from contest.inspection.reading import read_facts
from contest.inspection.walk import Blocks, walk

CORPUS = Path(__file__).parents[3].parent / "shared" / "corpus"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not here"),
    pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed"),
]

TEXTS = {
    "make": "EXIF:Make",
    "model": "EXIF:Model",
    "lens_model": "EXIF:LensModel",
    "software": "EXIF:Software",
    "artist": "EXIF:Artist",
    "copyright": "EXIF:Copyright",
    "image_description": "EXIF:ImageDescription",
    "xp_title": "EXIF:XPTitle",
    "subsec": "EXIF:SubSecTimeOriginal",
    "iptc_caption": "IPTC:Caption-Abstract",
    "iptc_byline": "IPTC:By-line",
    "digital_source_type": "XMP:DigitalSourceType",
    "icc_profile": "ICC_Profile:ProfileDescription",
}
NUMBERS = {
    "f_number": "EXIF:FNumber",
    "exposure_s": "EXIF:ExposureTime",
    "iso": "EXIF:ISO",
    "focal_length_mm": "EXIF:FocalLength",
    "orientation": "EXIF:Orientation",
}
OTHERS = (
    "EXIF:DateTimeOriginal",
    "EXIF:GPSLatitude",
    "EXIF:GPSLongitude",
    "EXIF:GPSLatitudeRef",
    "EXIF:GPSLongitudeRef",
    "XMP:Creator",
    "File:ImageWidth",
    "File:ImageHeight",
)
KNOWN_GAPS = {
    "AFCP.jpg",  # IPTC in a trailer of AXS, which no camera writes
    "FotoStation.jpg",  # IPTC in a trailer of FotoWare
    "GIF.gif",  # a GIF is named, not read
}


def first_text(value: Any) -> str | None:
    value = value[0] if isinstance(value, list) else value
    return str(value).split("\0")[0].strip() or None if value is not None else None


def wanted(theirs: dict[str, Any]) -> dict[str, Any]:
    """Turn ExifTool's answer into our names; only what it has, and only what can be true."""
    values: dict[str, Any] = {name: first_text(theirs.get(tag)) for name, tag in TEXTS.items()}
    for name, tag in NUMBERS.items():
        try:
            values[name] = float(str(theirs[tag]).split()[0])
        except (KeyError, ValueError):
            values[name] = None
    if values["orientation"] not in range(1, 9):
        values["orientation"] = None
    for name, tag, negative, limit in (
        ("latitude", "EXIF:GPSLatitude", "S", 90),
        ("longitude", "EXIF:GPSLongitude", "W", 180),
    ):
        degrees = theirs.get(tag)
        if isinstance(degrees, int | float) and abs(degrees) <= limit:
            values[name] = -abs(degrees) if str(theirs.get(tag + "Ref")).startswith(negative) else degrees
    creator = theirs.get("XMP:Creator")
    values["xmp_creators"] = None if creator is None else tuple(creator if isinstance(creator, list) else [creator])
    date = first_text(theirs.get("EXIF:DateTimeOriginal"))
    if date and date[:4].isdigit() and date[:4] != "0000":
        values["captured_at"] = date.replace(":", "-", 2).replace(" ", "T")
    values["width_px"], values["height_px"] = theirs.get("File:ImageWidth"), theirs.get("File:ImageHeight")
    return {name: value for name, value in values.items() if value is not None}


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return abs(ours - theirs) <= 1e-6 * max(1, abs(ours))
    if isinstance(ours, str) and isinstance(theirs, str) and ours != theirs:
        try:
            return float(ours) == float(theirs)  # ExifTool's JSON turns "1.00" into 1.0
        except ValueError:
            return False
    return bool(ours == theirs)


def ours_of(blocks: Blocks, facts: Facts, name: str) -> Any:
    return getattr(blocks, name) if name in ("width_px", "height_px") else getattr(facts, name)


def test_our_readers_agree_with_exiftool() -> None:
    tags = [f"-{tag}" for tag in (*TEXTS.values(), *NUMBERS.values(), *OTHERS)]
    told = subprocess.run(
        ["exiftool", "-json", "-n", "-G0", "-r", "-q", "-q", *tags, str(CORPUS)], capture_output=True, check=False
    )
    counted: dict[str, int] = defaultdict(int)
    wrong: dict[str, list[tuple[str, str, Any, Any]]] = defaultdict(list)

    for theirs in json.loads(told.stdout):
        path = Path(theirs["SourceFile"])
        with path.open("rb") as file:
            blocks = walk(file)
        if blocks is None or path.name in KNOWN_GAPS:
            continue
        facts = read_facts(blocks).facts
        for name, value in wanted(theirs).items():
            if name == "captured_at" and facts.captured_at_source not in (None, "exif.original"):
                continue
            counted[blocks.format] += 1
            ours = ours_of(blocks, facts, name)
            if not same(ours, value):
                wrong[blocks.format].append((path.name, name, ours, value))

    assert counted["jpeg"] > 1200
    for kind, total in counted.items():
        assert len(wrong[kind]) <= total * (0.02 if kind in ("tiff", "dng") else 0.003), wrong[kind]
    certain = {"captured_at", "make", "model", "orientation"}
    assert [one for one in wrong["jpeg"] + wrong["heif"] if one[1] in certain] == []
