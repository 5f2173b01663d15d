"""The files that go into an edition: originals as they are, or what the child process makes of them.

No picture is decoded here: markers are read, everything else happens in the child.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any, Final

from contest.awards.record import PictureRecord
from contest.kernel.errors import Conflict, Invalid
from contest.publishing.album import jpeg, profiles
from contest.publishing.album.editions import Printer, Recipe
from contest.publishing.album.plan import Placement
from contest.publishing.album.sandbox import stream_child

MM_PER_INCH: Final = 25.4
SAME_SHAPE: Final = 0.001
# A batch shares one child: starting one for each picture costs more than a small picture itself.
BATCH: Final = 100
SECONDS_EACH: Final = 20
MEMORY_MIB: Final = 4096
FILE_MIB: Final = 512


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What a photograph is on the press it was measured for.

    Attributes:
        ink_percent: The most ink that its profile puts on any square millimetre, all four together.
        ink_kept_percent: The same once the printer's limit was kept, as the all-inks edition does.
        gamut_share: Share of its pixels whose colour the press changes by more than 5 delta E (CIE 1976), 0 to 1.
        lightness: Mean L* of the photograph, 0 to 100.
    """

    ink_percent: float
    ink_kept_percent: float
    gamut_share: float
    lightness: float

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Measure | None":
        """Read one out of an answer of the child or a line of a report; None where nothing was measured."""
        names = [each.name for each in fields(cls)]
        return cls(**{name: values[name] for name in names}) if set(names) <= set(values) else None


@dataclass(frozen=True, kw_only=True)
class Source:
    """One picture's file as it goes into an edition.

    Attributes:
        sha256: Of ``path``, hexadecimal.
        profile: ICC profile of its values; None for the press's own CMYK.
        colour: What was taken for the original's colours: its "own" profile, "srgb" or the "press" CMYK;
            ``profile_name`` is what that profile calls itself.
        converted: Why ``path`` is not the original: one of ``jpeg.Unfit``, "edition", or None.
    """

    picture: PictureRecord
    path: Path
    facts: jpeg.JpegFacts
    sha256: str
    profile: bytes | None
    colour: str
    profile_name: str
    converted: str | None = None
    measure: Measure | None = None


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    picture: PictureRecord
    spot: Placement
    path: Path
    reason: str


def gather(
    spots: Mapping[str, Placement],
    *,
    pictures: Mapping[str, PictureRecord],
    recipe: Recipe,
    printer: Printer,
    original: Callable[[PictureRecord], Path],
    folder: Path,
    progress: Callable[[int, int], None],
) -> dict[str, Source]:
    """Read every picture's markers and convert those that cannot, or may not, go in as they are.

    Args:
        spots: By picture id, the placement that asks most of its resolution.
        folder: Where converted pictures are put.
        progress: Is told after each picture how many are ready, of how many; may raise to stop.

    Raises:
        Invalid: ``album.picture_unreadable``, ``album.picture_shape``.
        Conflict: ``album.original_changed``.
        OSError: an original is missing.
    """
    found: dict[str, Source] = {}
    wanted: list[_Wanted] = []
    for ident, spot in spots.items():
        picture = pictures[ident]
        path = original(picture)
        facts = jpeg.read(path)
        if recipe.space == "own" and not facts.unfit:
            _same_shape(picture, facts.seen_px)
            profile, colour = _colour(facts, printer)
            found[ident] = Source(
                picture=picture,
                path=path,
                facts=facts,
                sha256=picture.sha256,
                profile=profile,
                colour=colour,
                profile_name=profiles.name_of(profile or printer.profile.data),
            )
            progress(len(found), len(spots))
        else:
            reason = facts.unfit if recipe.space == "own" and facts.unfit else "edition"
            wanted.append(_Wanted(picture=picture, spot=spot, path=path, reason=reason))
    for source in _converted(wanted, recipe=recipe, printer=printer, folder=folder):
        found[source.picture.id] = source
        progress(len(found), len(spots))
    return {ident: found[ident] for ident in spots}


def _converted(wanted: Sequence[_Wanted], *, recipe: Recipe, printer: Printer, folder: Path) -> Iterator[Source]:
    profile = folder / "output.icc"
    profile.write_bytes(printer.profile.data)
    left = iter(wanted)
    while batch := list(islice(left, BATCH)):
        task = {
            "pictures": [_task(each, recipe=recipe, folder=folder) for each in batch],
            "space": recipe.space,
            "quality": recipe.quality,
            "subsampling": recipe.subsampling,
            "profile": str(profile),
            "ink_limit_percent": printer.ink_limit_percent,
            "limits": {"seconds": 60 + SECONDS_EACH * len(batch), "memory_mib": MEMORY_MIB, "file_mib": FILE_MIB},
        }
        with closing(stream_child("convert", task, failure="album.picture_unreadable")) as answers:
            for each in batch:
                if jpeg.file_digest(each.path) != each.picture.sha256:
                    raise Conflict("album.original_changed", picture=each.picture.id)
                try:
                    answer = next(answers)
                except Invalid as problem:
                    raise Invalid(problem.code, picture=each.picture.id, **problem.facts) from problem
                yield _made(each, answer, recipe=recipe, printer=printer, folder=folder)


def _task(each: _Wanted, *, recipe: Recipe, folder: Path) -> dict[str, Any]:
    longest_mm = max(each.spot.width_mm, each.spot.height_mm)
    longest_px = max(1, round(longest_mm / MM_PER_INCH * recipe.ppi))
    placed_px = min(longest_px, max(each.picture.width_px, each.picture.height_px))
    return {
        "picture": each.picture.id,
        "source": str(each.path),
        "target": str(_target(each, folder)),
        "longest_px": longest_px,
        "px_per_mm": placed_px / longest_mm,
    }


def _target(each: _Wanted, folder: Path) -> Path:
    return folder / f"{each.picture.id}-converted.jpg"


def _made(each: _Wanted, answer: Mapping[str, Any], *, recipe: Recipe, printer: Printer, folder: Path) -> Source:
    _same_shape(each.picture, (answer["width_px"], answer["height_px"]))
    target = _target(each, folder)
    facts = jpeg.read(target)
    if facts.unfit:
        raise Invalid("album.picture_unreadable", picture=each.picture.id, said=facts.unfit)
    if recipe.space == "own":
        profile, _ = _colour(facts, printer)
    else:
        profile = None if recipe.space == "press" else profiles.srgb(components=facts.components)
    return Source(
        picture=each.picture,
        path=target,
        facts=facts,
        sha256=jpeg.file_digest(target),
        profile=profile,
        colour=answer["colour"],
        profile_name=answer["profile"],
        converted=each.reason,
        measure=Measure.of(answer),
    )


def _same_shape(picture: PictureRecord, seen_px: tuple[int, int]) -> None:
    """Refuse a file whose proportions are not the record's: it would be stretched.

    Raises:
        Invalid: ``album.picture_shape``.
    """
    shape = seen_px[0] / seen_px[1] * picture.height_px / picture.width_px
    if abs(shape - 1) > SAME_SHAPE:
        raise Invalid("album.picture_shape", picture=picture.id, width_px=seen_px[0], height_px=seen_px[1])


def _colour(facts: jpeg.JpegFacts, printer: Printer) -> tuple[bytes | None, str]:
    """Choose the colour space: the photograph's own, the press's for plain CMYK, else sRGB as custom has it."""
    own = facts.profile
    if own is not None and profiles.is_usable(own, components=facts.components):
        return (None, "press") if own == printer.profile.data else (own, "own")
    if facts.components == 4:  # noqa: PLR2004 - cyan, magenta, yellow, black
        return None, "press"
    return profiles.srgb(components=facts.components), "srgb"
