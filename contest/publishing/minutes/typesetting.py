"""Sets minutes in the album's child process: few rights, little memory, no network."""

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from contest.publishing.album.fonts import font_folders
from contest.publishing.album.sandbox import run_child

LIMITS: Final = {"seconds": 30, "memory_mib": 2048, "file_mib": 32}


def set_minutes(told: Mapping[str, Any], *, at: datetime) -> bytes:
    """Give the PDF of what `parts.minutes_of` wrote; the same text and moment give the same bytes.

    Raises:
        Invalid: ``album.typeset_failed``, with what the typesetter said.
    """
    with TemporaryDirectory(prefix="minutes-") as name:
        folder = Path(name)
        template = files("contest.publishing.minutes").joinpath("data/template.typ").read_bytes()
        (folder / "template.typ").write_bytes(template)
        (folder / "minutes.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        run_child(
            "typeset",
            {
                "folder": name,
                "data": "minutes.json",
                "target": "minutes.pdf",
                "fonts": [str(path) for path in font_folders()],
                "standard": "1.7",
                "tagged": True,
                "moment": int(at.timestamp()),
                "limits": LIMITS,
            },
            failure="album.typeset_failed",
        )
        return (folder / "minutes.pdf").read_bytes()
