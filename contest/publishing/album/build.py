"""Builds an album: from a sealed record and its originals to one checked file, all or nothing.

Called alike by the job and by the command line. No picture is decoded in this process: markers are read here,
type is set and unfit pictures are converted in a child process. Same record, originals, design and moment:
same bytes.
"""

import json
import os
import resource
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import md5
from importlib.metadata import version
from pathlib import Path
from typing import Final

from contest.awards.record import PictureRecord, Record
from contest.kernel.errors import Conflict, Invalid
from contest.kernel.ids import new_code
from contest.publishing.album import jpeg, profiles
from contest.publishing.album.compose import plan_album
from contest.publishing.album.design import Design
from contest.publishing.album.finish import Photograph, finish, identity
from contest.publishing.album.plan import AlbumPlan, Language, Placement
from contest.publishing.album.preflight import PictureLine, Preflight, inspect
from contest.publishing.album.splice import Payload, Spliced, splice
from contest.publishing.album.typeset import derive, set_type

DERIVATIVE_PPI: Final = 400.0
SAME_SHAPE: Final = 0.001

# Told after every step: the stage ("plan", "pictures", "typeset", "write", "check"), how much of it is done, of how
# much. It may raise to stop the build: then nothing is left behind.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class AlbumReport:
    """What was built.

    Attributes:
        sha256: Of the file, hexadecimal; ``bytes`` its size.
        seconds_cpu: Processor time of this process and its children, in seconds.
        profile_md5: Of the output profile, by which print portals tell it.
        missing: Characters no packaged font has, each with the text it stood in.
    """

    sha256: str
    bytes: int
    pages: int
    pictures: int
    record_digest: str
    plan_digest: str
    profile_md5: str
    versions: Mapping[str, str]
    missing: tuple[tuple[str, str], ...]
    preflight: Preflight
    seconds_cpu: float

    def to_json(self) -> str:
        """Write the report for a file or a table, keys sorted, UTF-8 left as it is."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1)


@dataclass(frozen=True, kw_only=True)
class _Source:
    """One picture's file as it goes into the book; ``derivative`` says why it is not the original."""

    path: Path
    facts: jpeg.JpegFacts
    sha256: str
    profile: bytes | None
    colour: str
    derivative: str | None


def build_album(
    record: Record,
    *,
    original: Callable[[PictureRecord], Path],
    target: Path,
    built_at: datetime,
    design: Design | None = None,
    language: Language = "both",
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - nobody listens
) -> AlbumReport:
    """Lay out the album of a sealed record and build it.

    Args:
        record: The sealed result.
        original: Gives the path of a picture's original file.
        target: Where the file appears, whole, when all is done; replaced when it is there.
        built_at: Aware moment, written into the file.
        design: The organizer's choices; None for the usual ones.
        language: "zh", "en", or "both" with the contest's own language leading.
        progress: Is told how far it is; may raise to stop.

    Raises:
        Invalid: ``album.nothing_awarded``, ``album.accent_invalid``, ``album.picture_unreadable``,
            ``album.picture_shape``, ``album.typeset_failed``.
        Conflict: ``album.original_changed``, ``album.too_large``.
        OSError: an original is missing, or the target cannot be written.
    """
    progress("plan", 0, 1)
    plan = plan_album(record, design=design, language=language)
    progress("plan", 1, 1)
    return build_plan(plan, record=record, original=original, target=target, built_at=built_at, progress=progress)


def build_plan(
    plan: AlbumPlan,
    *,
    record: Record,
    original: Callable[[PictureRecord], Path],
    target: Path,
    built_at: datetime,
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - nobody listens
) -> AlbumReport:
    """Build a plan made, or changed, before; arguments and errors as for ``build_album``.

    Raises:
        Conflict: ``album.plan_outdated``, the plan shows another record.
    """
    if plan.record_digest != record.digest():
        raise Conflict("album.plan_outdated")
    started = _seconds()
    with tempfile.TemporaryDirectory(prefix="album-") as name:
        folder = Path(name)
        sources = _gather(plan, record, original=original, folder=folder, progress=progress)
        progress("typeset", 0, 1)
        set_ = set_type(
            plan,
            folder=folder,
            orientations={picture: source.facts.orientation for picture, source in sources.items()},
            built_at=built_at,
        )
        photographs = {picture: _photograph(source) for picture, source in sources.items()}
        finished, markers = finish(set_.path, plan=plan, photographs=photographs, built_at=built_at)
        progress("typeset", 1, 1)
        payloads = {
            markers[picture]: Payload(
                picture=picture,
                path=source.path,
                pieces=source.facts.pieces,
                length=source.facts.kept_bytes,
                sha256=source.sha256,
            )
            for picture, source in sources.items()
        }
        written = target.parent / f".album-{new_code()}.part"
        try:
            with written.open("xb") as out:
                spliced = splice(
                    finished,
                    payloads=payloads,
                    ids=identity(plan, photographs, built_at=built_at),
                    out=out,
                    progress=lambda done, total: progress("write", done, total),
                )
                out.flush()
                os.fsync(out.fileno())
            progress("check", 0, 1)
            checked = inspect(
                written,
                plan=plan,
                record=record,
                pictures=tuple(_lines(plan, sources)),
                places=spliced.places,
                overflows=set_.overflows,
            )
            progress("check", 1, 1)
            written.replace(target)
        finally:
            written.unlink(missing_ok=True)
    _sync_folder(target.parent)
    return _report(plan, spliced, checked, seconds_cpu=_seconds() - started)


def _gather(
    plan: AlbumPlan,
    record: Record,
    *,
    original: Callable[[PictureRecord], Path],
    folder: Path,
    progress: Progress,
) -> dict[str, _Source]:
    """Read every picture's markers and convert those that cannot go in as they are."""
    known = {picture.id: picture for work in record.works for picture in work.pictures}
    largest = plan.largest()
    sources: dict[str, _Source] = {}
    wanted = plan.pictures()
    for number, ident in enumerate(wanted, start=1):
        picture = known[ident]
        sources[ident] = _source(picture, original(picture), largest[ident], folder=folder)
        progress("pictures", number, len(wanted))
    return sources


def _source(picture: PictureRecord, path: Path, spot: Placement, *, folder: Path) -> _Source:
    facts, sha256, reason = jpeg.read(path), picture.sha256, None
    seen = facts.seen_px
    if facts.unfit:
        reason = facts.unfit
        if jpeg.file_digest(path) != picture.sha256:
            raise Conflict("album.original_changed", picture=picture.id)
        derived = folder / f"{picture.id}.jpg"
        longest = max(spot.width_mm, spot.height_mm) / 25.4 * DERIVATIVE_PPI
        try:
            seen = derive(path, target=derived, longest_px=round(longest))
        except Invalid as problem:
            raise Invalid(problem.code, picture=picture.id, **problem.facts) from problem
        path, facts, sha256 = derived, jpeg.read(derived), jpeg.file_digest(derived)
        if facts.unfit:
            raise Invalid("album.picture_unreadable", picture=picture.id, said=facts.unfit)
    shape = seen[0] / seen[1] * picture.height_px / picture.width_px
    if abs(shape - 1) > SAME_SHAPE:
        raise Invalid("album.picture_shape", picture=picture.id, width_px=seen[0], height_px=seen[1])
    profile, colour = _colour(facts)
    return _Source(path=path, facts=facts, sha256=sha256, profile=profile, colour=colour, derivative=reason)


def _colour(facts: jpeg.JpegFacts) -> tuple[bytes | None, str]:
    """Choose the colour space: the photograph's own, the press's for plain CMYK, else sRGB as custom has it."""
    own = facts.profile
    if own is not None and profiles.is_usable(own, components=facts.components):
        return (None, "press") if own == profiles.press_profile() else (own, "own")
    if facts.components == 4:  # noqa: PLR2004 - cyan, magenta, yellow, black
        return None, "press"
    return profiles.srgb(components=facts.components), "srgb"


def _photograph(source: _Source) -> Photograph:
    facts = source.facts
    return Photograph(
        width_px=facts.width_px,
        height_px=facts.height_px,
        components=facts.components,
        profile=source.profile,
        is_inverted=facts.components == 4 and facts.is_adobe,  # noqa: PLR2004 - CMYK
        digest=source.sha256,
    )


def _lines(plan: AlbumPlan, sources: Mapping[str, _Source]) -> list[PictureLine]:
    pages = {spot: page.label for page in plan.pages for spot in page.placements}
    lines = []
    for ident, spot in plan.largest().items():
        source = sources[ident]
        width, height = source.facts.seen_px
        lines.append(
            PictureLine(
                picture=ident,
                work=spot.work,
                page=pages[spot],
                sha256=source.sha256,
                width_px=width,
                height_px=height,
                width_mm=spot.width_mm,
                height_mm=spot.height_mm,
                ppi=round(min(width / spot.width_mm, height / spot.height_mm) * 25.4, 1),
                colour=source.colour,
                derivative=source.derivative,
            )
        )
    return lines


def _report(plan: AlbumPlan, spliced: Spliced, checked: Preflight, *, seconds_cpu: float) -> AlbumReport:
    return AlbumReport(
        sha256=spliced.sha256,
        bytes=spliced.bytes,
        pages=len(plan.pages),
        pictures=len(checked.pictures),
        record_digest=plan.record_digest,
        plan_digest=plan.digest(),
        profile_md5=md5(profiles.press_profile(), usedforsecurity=False).hexdigest(),
        versions={
            name: version(name) for name in ("typst", "pikepdf", "pylopdf-fonts-zh-cn", "fontpkg-source-serif-4")
        },
        missing=plan.missing,
        preflight=checked,
        seconds_cpu=round(seconds_cpu, 2),
    )


def _sync_folder(folder: Path) -> None:
    """Make the new name durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
