"""ExifTool's answers by our names, for the test and the benchmark that hold our readers against it.

ExifTool is a program of its own and may be absent; nothing of it is needed when the service runs.
"""

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from contest.inspection.facts import Facts
from contest.inspection.reading import read_facts
from contest.inspection.walk import Blocks, walk

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
    "EXIF:OffsetTimeOriginal",
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
    "ExtendedXMP.jpg",  # the creator of a PDF, which the group of the name hides
}
OTHER_SIZES = {"raf", "rw2", "x3f"}
"""Of raw files ExifTool gives the preview's size."""


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
    values["utc_offset"] = first_text(theirs.get("EXIF:OffsetTimeOriginal"))
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


class Compared(NamedTuple):
    """One value of one file, by both; the same where they agree."""

    path: Path
    format: str
    name: str
    ours: Any
    theirs: Any

    @property
    def agrees(self) -> bool:
        return same(self.ours, self.theirs)


def ours_of(blocks: Blocks, facts: Facts, name: str) -> Any:
    return getattr(blocks, name) if name in ("width_px", "height_px") else getattr(facts, name)


def compared(folder: Path) -> list[Compared]:
    """Read all files of a folder with both; give every value that ExifTool has, the known gaps aside."""
    tags = [f"-{tag}" for tag in (*TEXTS.values(), *NUMBERS.values(), *OTHERS)]
    told = subprocess.run(
        ["exiftool", "-json", "-n", "-G0", "-r", "-q", "-q", *tags, str(folder)], capture_output=True, check=False
    )
    found = []
    for theirs in json.loads(told.stdout or "[]"):
        path = Path(theirs["SourceFile"])
        with path.open("rb") as file:
            blocks = walk(file)
        if blocks is None or path.name in KNOWN_GAPS:
            continue
        facts = read_facts(blocks).facts
        for name, value in wanted(theirs).items():
            if name in ("width_px", "height_px") and blocks.format in OTHER_SIZES:
                continue
            # Another source of the date was chosen: what EXIF says is then no answer to compare with.
            if name not in ("captured_at", "utc_offset") or facts.captured_at_source in (None, "exif.original"):
                found.append(Compared(path, blocks.format, name, ours_of(blocks, facts, name), value))
    return found
