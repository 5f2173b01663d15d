"""Sets a plan's type: writes the data for the template, runs the typesetter in a child process, reads its answer."""

import json
import os
import struct
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from contest.kernel.errors import Invalid
from contest.publishing.album.fonts import font_folders
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.styles import STYLES, fits_surely

TYPESET_LIMITS: Final = {"seconds": 60, "memory_mib": 2048, "file_mib": 256}
DERIVE_LIMITS: Final = {"seconds": 60, "memory_mib": 4096, "file_mib": 512}
PATIENCE_SECONDS: Final = 300

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
    """The set book with its stand-ins; ``overflows`` are page index and excess in mm of texts that do not fit."""

    path: Path
    overflows: tuple[tuple[int, float], ...]


def set_type(plan: AlbumPlan, *, folder: Path, orientations: Mapping[str, int], built_at: datetime) -> Typeset:
    """Set a plan, with a stand-in for each photograph, in a child process.

    Args:
        folder: An empty folder of its own to work in.
        orientations: EXIF orientation by picture id, of the stored pictures.

    Raises:
        Invalid: ``album.typeset_failed``, with what the typesetter said.
    """
    names = {picture: f"stand-in-{number}.jpg" for number, picture in enumerate(plan.pictures())}
    for picture, name in names.items():
        (folder / name).write_bytes(stand_in(picture))
    template = files("contest.publishing.album").joinpath("data/template.typ").read_bytes()
    (folder / "template.typ").write_bytes(template)
    design = plan.design
    data = {
        "title": plan.title,
        "width": design.width_mm,
        "height": design.height_mm,
        "margin": design.margin_mm,
        "bleed": design.bleed_mm,
        "marks": design.marks,
        "inks": plan.inks,
        "styles": {name: asdict(style) for name, style in STYLES.items()},
        "pictures": {
            picture: {
                "stand_in": name,
                "mirrored": TURNS[orientations[picture]][0],
                "turn": TURNS[orientations[picture]][1],
            }
            for picture, name in names.items()
        },
        "pages": [
            {**asdict(page), "texts": [{**asdict(box), "is_sure": fits_surely(box)} for box in page.texts]}
            for page in plan.pages
        ],
    }
    (folder / "book.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    answer = run_child(
        "typeset",
        {
            "folder": str(folder),
            "fonts": [str(path) for path in font_folders()],
            "moment": int(built_at.timestamp()),
            "limits": TYPESET_LIMITS,
        },
        failure="album.typeset_failed",
    )
    return Typeset(
        path=folder / "text.pdf",
        overflows=tuple((each["page"], round(each["over"], 2)) for each in answer["overflows"]),
    )


def derive(source: Path, *, target: Path, longest_px: int) -> tuple[int, int]:
    """Make a JPEG for the book from a picture that cannot go in as it is, in a child process.

    Returns:
        Width and height of the source as seen, in pixels.

    Raises:
        Invalid: ``album.picture_unreadable``.
    """
    answer = run_child(
        "derive",
        {"source": str(source), "target": str(target), "longest_px": longest_px, "limits": DERIVE_LIMITS},
        failure="album.picture_unreadable",
    )
    return answer["width_px"], answer["height_px"]


def run_child(name: str, task: dict[str, Any], *, failure: str) -> dict[str, Any]:
    """Do one task in the child process and give its answer.

    Raises:
        Invalid: with the code ``failure`` and the last line the child wrote, when it fails or takes too long.
    """
    environment = {
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "PYTHONWARNINGS": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
        # Each thread and each arena reserves address space, which is limited: as many on a large machine as on ours.
        "RAYON_NUM_THREADS": "2",
        "MALLOC_ARENA_MAX": "2",
    }
    try:
        ran = subprocess.run(  # noqa: S603 - our own module in our own interpreter
            [sys.executable, "-P", "-m", "contest.publishing.album.child", name],
            input=json.dumps(task).encode(),
            capture_output=True,
            env=environment,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as problem:
        said = problem.stderr.decode(errors="replace").strip().splitlines() or [f"status {problem.returncode}"]
        raise Invalid(failure, said=said[-1]) from problem
    except subprocess.TimeoutExpired as problem:
        raise Invalid(failure, said=f"more than {PATIENCE_SECONDS} s") from problem
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


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
