"""From sheets to one written file: type set, photographs spliced in, all or nothing.

The album's editions and the prints made beside it go through here, so that all are made and checked alike.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from contest.kernel.ids import new_code
from contest.publishing.album.design import Ink
from contest.publishing.album.editions import Printer, Recipe
from contest.publishing.album.finish import Photograph, finish, identity
from contest.publishing.album.sandbox import run_child
from contest.publishing.album.sheets import Sheets
from contest.publishing.album.sources import Source
from contest.publishing.album.splice import Payload, Spliced, splice
from contest.publishing.album.typeset import set_type

SHOW_LIMITS: Final = {"seconds": 30, "memory_mib": 2048, "file_mib": 1}

# Told after every step: the stage ("pictures", "typeset", "write", "check"), how much of it is done, of how much. It
# may raise to stop the build: then nothing is left behind.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A written file that nobody sees yet; ``overflows``: sheet index and excess in mm of texts that do not fit."""

    path: Path
    spliced: Spliced
    overflows: tuple[tuple[int, float], ...]


@contextmanager
def printed(
    sheets: Sheets,
    *,
    sources: Mapping[str, Source],
    inks: Mapping[str, Ink],
    recipe: Recipe,
    printer: Printer,
    digest: str,
    asked: str,
    folder: Path,
    target: Path,
    built_at: datetime,
    progress: Progress,
) -> Iterator[Printed]:
    """Write sheets with their photographs beside ``target``; what is written gets that name when the block ends well.

    Args:
        sources: The photographs by picture id, as on the sheets.
        inks: The named inks, each C, M, Y, K in percent.
        digest: Hash of everything on the sheets but the photographs; ``asked`` what else tells this file from
            others: the file's ids follow from both.
        folder: An empty folder of its own to work in.
        built_at: Aware moment, written into the file.

    Raises:
        Invalid: ``album.typeset_failed``.
        Conflict: ``album.original_changed``, ``album.too_large``.
        OSError: an original is missing, or the target cannot be written.
    """
    progress("typeset", 0, 1)
    set_ = set_type(
        sheets,
        inks=_inks(inks, recipe=recipe, printer=printer, folder=folder),
        recipe=recipe,
        orientations={picture: source.facts.orientation for picture, source in sources.items()},
        folder=folder,
        built_at=built_at,
    )
    photographs = {picture: _photograph(source) for picture, source in sources.items()}
    ids = identity(digest, photographs, asked=asked, built_at=built_at)
    finished, markers = finish(
        set_.parts,
        sheets=sheets,
        recipe=recipe,
        output=printer.profile,
        photographs=photographs,
        ids=ids,
        built_at=built_at,
    )
    progress("typeset", 1, 1)
    written = target.parent / f".album-{new_code()}.part"
    try:
        with written.open("xb") as out:
            spliced = splice(
                finished,
                payloads={markers[picture]: _payload(source) for picture, source in sources.items()},
                ids=ids,
                out=out,
                progress=lambda done, total: progress("write", done, total),
            )
            out.flush()
            os.fsync(out.fileno())
        progress("check", 0, 1)
        yield Printed(path=written, spliced=spliced, overflows=set_.overflows)
        progress("check", 1, 1)
        written.replace(target)
    finally:
        written.unlink(missing_ok=True)
    _sync_folder(target.parent)


def _inks(
    inks: Mapping[str, Ink], *, recipe: Recipe, printer: Printer, folder: Path
) -> Mapping[str, tuple[float, ...]]:
    """Give the inks as printing inks, or as light in percent: as they look on the press, or as they were meant."""
    if recipe.is_inked:
        return inks
    if recipe.space == "screen":
        return {name: _light(ink) for name, ink in inks.items()}
    profile = folder / "output.icc"
    profile.write_bytes(printer.profile.data)
    shown = run_child(
        "show",
        {"inks": inks, "profile": str(profile), "limits": SHOW_LIMITS},
        failure="album.typeset_failed",
    )
    return {name: tuple(parts) for name, parts in shown.items()}


def _light(ink: Ink) -> tuple[float, ...]:
    """Turn an ink back into the colour that was asked for: the plain conversion of ``design``, the other way."""
    *colours, black = (part / 100 for part in ink)
    return tuple(round(100 * (1 - part) * (1 - black), 2) for part in colours)


def _photograph(source: Source) -> Photograph:
    facts = source.facts
    return Photograph(
        width_px=facts.width_px,
        height_px=facts.height_px,
        components=facts.components,
        profile=source.profile,
        is_inverted=facts.components == 4 and facts.is_adobe,  # noqa: PLR2004 - CMYK
        digest=source.sha256,
    )


def _payload(source: Source) -> Payload:
    return Payload(
        picture=source.picture.id,
        path=source.path,
        pieces=source.facts.pieces,
        length=source.facts.kept_bytes,
        sha256=source.sha256,
    )


def _sync_folder(folder: Path) -> None:
    """Make the new name durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
