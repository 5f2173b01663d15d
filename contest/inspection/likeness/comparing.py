"""Ask the sandbox what a picture resembles.

Give it a sandbox of its own: numpy and OpenCV would else lie in the memory of every child that decodes.
"""

import base64
import math
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from contest.inspection.likeness.record import HASH_BYTES, SEEN_PX, TURNS, Likeness, Match, Matrix
from contest.inspection.sandbox import Sandbox

OTHERS_AT_ONCE: Final = 500
"""Pictures compared with in one question to the child: some two seconds, far below its limit."""

_FEATURE_BYTES, _FEATURES_MOST = 36, 600


def likeness_of(sandbox: Sandbox, preview: Path) -> Likeness:
    """Hash a picture and find its points.

    Args:
        preview: The derivative of `SEEN_PX`.

    Raises:
        SandboxBroken, OSError: As ``Sandbox.inspect``.
    """
    with preview.open("rb") as file:
        return sandbox.ask({"compare": "likeness"}, [file], judged=_likeness)


def mirrored_points(sandbox: Sandbox, preview: Path) -> bytes:
    """Find the points of a picture's mirror image, packed as ``Likeness.features``.

    Raises:
        SandboxBroken, OSError: As ``Sandbox.inspect``.
    """
    with preview.open("rb") as file:
        return sandbox.ask({"compare": "mirrored"}, [file], judged=_features)


def matches(sandbox: Sandbox, preview: Path, others: Sequence[bytes]) -> list[Match | None]:
    """Look for a picture, or a part of it, in others, mirrored ones included.

    Args:
        preview: The derivative of `SEEN_PX`.
        others: Each one's ``Likeness.features``.

    Returns:
        For each other how it was found, or None.

    Raises:
        SandboxBroken, OSError: As ``Sandbox.inspect``.
    """
    found: list[Match | None] = []
    with preview.open("rb") as file:
        for start in range(0, len(others), OTHERS_AT_ONCE):
            some = others[start : start + OTHERS_AT_ONCE]
            with tempfile.TemporaryFile() as packed:
                packed.writelines(some)
                packed.seek(0)
                file.seek(0)
                request = {"compare": "matches", "sizes": [len(one) for one in some]}
                found += sandbox.ask(request, [file, packed], judged=partial(_matches, count=len(some)))
    return found


def _likeness(answer: dict[str, Any]) -> Likeness:
    """Read an answer, of which nothing may be believed; raises ValueError."""
    read = Likeness(
        pdq=bytes.fromhex(_text(answer, "pdq")),
        phash=bytes.fromhex(_text(answer, "phash")),
        quality=_number(answer, "quality", most=100),
        features=_features(answer),
        width_px=_number(answer, "width_px", most=SEEN_PX),
        height_px=_number(answer, "height_px", most=SEEN_PX),
    )
    if {len(read.pdq), len(read.phash)} != {TURNS * HASH_BYTES}:
        raise ValueError("hashes of another length")
    return read


def _features(answer: dict[str, Any]) -> bytes:
    features = base64.b85decode(_text(answer, "features"))
    if len(features) % _FEATURE_BYTES or len(features) > _FEATURES_MOST * _FEATURE_BYTES:
        raise ValueError("features of another length")
    return features


def _matches(answer: dict[str, Any], *, count: int) -> list[Match | None]:
    found = answer.get("matches")
    if not isinstance(found, list) or len(found) != count:
        raise ValueError("as many answers as pictures were expected")
    return [None if one is None else _match(one) for one in found]


def _match(raw: object) -> Match:
    match raw:
        case [int(inliers), [*numbers]] if len(numbers) == len(Matrix.__args__):  # type: ignore[attr-defined]
            if all(isinstance(number, float) and math.isfinite(number) for number in numbers):
                return Match(inliers, tuple(numbers))  # type: ignore[arg-type]  # just counted
    raise ValueError("no match")


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name}: text was expected")  # noqa: TRY004 - one error for all that is wrong
    return value


def _number(answer: dict[str, Any], name: str, *, most: int) -> int:
    value = answer.get(name)
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"{name}: a number up to {most} was expected")
    return value
