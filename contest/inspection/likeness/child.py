"""The comparing half of the sandbox's child: hashes and points of a preview, and where it lies in others."""

import base64
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from contest.inspection.likeness.features import Points, find, find_mirrored, match
from contest.inspection.likeness.hashes import hashes


def compare(request: dict[str, Any], files: list[BinaryIO]) -> dict[str, Any]:
    """Do what `comparing` asks for: a preview's "likeness", "mirrored" points, or "matches" with others' points."""
    grey = _grey(files[0])
    if request["compare"] == "matches":
        others = [files[1].read(size) for size in request["sizes"]]
        return {"matches": [None if found is None else list(found) for found in match(grey, others)]}
    if request["compare"] == "mirrored":
        return {"features": _packed(find_mirrored(grey))}
    whole = hashes(grey)
    return {
        "pdq": whole.pdq.hex(),
        "phash": whole.phash.hex(),
        "quality": whole.quality,
        "features": _packed(find(grey)),
        "width_px": grey.shape[1],
        "height_px": grey.shape[0],
    }


def _packed(points: Points) -> str:
    return base64.b85encode(points.tobytes()).decode()


def _grey(preview: BinaryIO) -> NDArray[np.uint8]:
    with Image.open(preview, formats=["JPEG"]) as picture:
        return np.asarray(picture.convert("L"))
