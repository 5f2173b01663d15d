"""Checks of the file itself: type, damage, bombs, colour, copies. Rows F01 to F04 and F07 to F13 of the catalogue."""

import re
from collections.abc import Iterator

from contest.inspection.checks.finding import Said
from contest.inspection.checks.numbers import tenths_down, tenths_up
from contest.inspection.facts import ABSENT, BROKEN
from contest.inspection.report import Report
from contest.inspection.terms import PhotoTerms

_FORMAT_NAMES = {"heif": "HEIC", "tiff": "TIFF", "markup": "HTML", "zip": "ZIP", "webp": "WebP"}
_FOREIGN = frozenset({"zip", "pdf", "php", "html", "markup", "rar", "7z"})
_OWN_PARTS = {"zeros", "samsung"}
_USUAL_SPACES = re.compile(r"sRGB|Adobe ?RGB|Display P3|Gr[ae]y|Dot Gain|c2|P3", re.IGNORECASE)
_UNCALIBRATED = 65535
_LEAST_BYTES_PER_PIXEL = 0.004
_DEEP = 16
_INCH_MM = 25.4
_GOOD_PPI, _FAIR_PPI = 300, 200
_LOW_QUALITY, _LOW_BYTES_PER_PIXEL = 70, 0.25

_MESSENGER_NAMES = re.compile(
    r"mmexport\d{6,}|wx_camera_\d+|微信(图片|截图)_?\d|WeChat Image|QQ图片\d|IMG-\d{8}-WA\d+", re.IGNORECASE
)
_MESSENGER_SIDES = frozenset({960, 1080, 1280, 1440, 1600, 1920, 2048})


def format_accepted(report: Report, terms: PhotoTerms) -> Iterator[Said]:
    """F01: the content, never the name's ending, must be of an accepted format."""
    accepted = ", ".join(_name(kind) for kind in terms.formats)
    if report.format is None:
        yield "F01.unknown_format", {"accepted": accepted}
    elif report.format == "heif" and "heif" not in terms.formats:
        yield "F01.heif_not_accepted", {"accepted": accepted}
    elif report.format not in terms.formats:
        yield "F01.format_not_accepted", {"given": _name(report.format), "accepted": accepted}
    elif report.refusal == "F01.not_supported_here":
        yield report.refusal, {"given": _name(report.format)}


def readable(report: Report, terms: PhotoTerms) -> Iterator[Said]:
    """F02, F03: all pixels decode, and neither they nor anything else would swamp the machine."""
    pixels = (report.width_px or 0) * (report.height_px or 0)
    if report.refusal == "F03.too_many_pixels" or pixels > terms.pixels_max:
        yield (
            "F03.too_many_pixels",
            {"given_mp": tenths_up(pixels, 1_000_000), "limit_mp": tenths_down(terms.pixels_max, 1_000_000)},
        )
    elif report.refusal is not None:
        yield report.refusal, {}


def pixels_there(report: Report) -> Iterator[Said]:
    """F02: a JPEG whose header promises far more pixels than its data can hold decodes to grey, without an error."""
    pixels = (report.width_px or 0) * (report.height_px or 0)
    coded = report.structure.pixel_bytes
    if report.format == "jpeg" and coded < pixels * _LEAST_BYTES_PER_PIXEL and not report.structure.progressive:
        yield "F02.pixels_missing", {}


def nothing_behind(report: Report) -> Iterator[Said]:
    """F04: data behind the picture; a phone's film, gain map or maker's record belongs to the photograph."""
    structure = report.structure
    kind = structure.trailing_kind
    if kind is None or kind in _OWN_PARTS:
        return
    if kind in _FOREIGN:
        yield "F04.foreign_data", {"kind": _name(kind)}
    elif not structure.extras:
        yield "F04.extra_data", {"given_kb": (structure.trailing_bytes + 1023) // 1024}


def print_size(report: Report, terms: PhotoTerms) -> Iterator[Said]:
    """F07: pixels for the printed size; the density written in the file says nothing and is not read."""
    if terms.print_long_side_mm is None or report.width_px is None or report.height_px is None:
        return
    long_side = max(report.width_px, report.height_px)
    given = int(long_side * _INCH_MM / terms.print_long_side_mm)
    if given < _GOOD_PPI:
        code = "F07.low_ppi" if given < _FAIR_PPI else "F07.fair_ppi"
        yield code, {"given_ppi": given, "print_mm": terms.print_long_side_mm, "good_ppi": _GOOD_PPI}


def one_picture(report: Report) -> Iterator[Said]:
    """F08: neither animated nor of several pages."""
    if report.frames > 1:
        yield "F08.several_pictures", {"given": report.frames}


def colours(report: Report) -> Iterator[Said]:
    """F09: kinds of colour that are converted and therefore want a look."""
    structure = report.structure
    if structure.color in ("cmyk", "lab"):
        yield f"F09.{structure.color}", {}
    if structure.alpha:
        yield "F09.transparent", {}
    if (structure.bits or 0) >= _DEEP:
        yield "F09.sixteen_bits", {}


def profile(report: Report) -> Iterator[Said]:
    """F10: no profile, a broken one, or one that few devices know."""
    facts = report.facts
    if facts.icc_state == BROKEN:
        yield "F10.broken_profile", {}
    elif facts.icc_state == ABSENT:
        wide = facts.color_space == _UNCALIBRATED
        yield ("F10.wide_without_profile" if wide else "F10.no_profile"), {}
    elif facts.icc_space != "CMYK" and not _USUAL_SPACES.search(facts.icc_profile or ""):
        yield "F10.unusual_profile", {"name": facts.icc_profile or "?"}


def turned(report: Report) -> Iterator[Said]:
    """F11: stored another way round than it is shown. HEIF turns by its own property and EXIF's number is history."""
    if report.structure.turned != 1:
        yield "F11.turned", {"orientation": report.structure.turned}


def compression(report: Report) -> Iterator[Said]:
    """F12: coarse tables and few bytes together; a smooth sky has few bytes, a small fine picture coarse tables."""
    pixels = (report.width_px or 0) * (report.height_px or 0)
    quality, coded = report.structure.quality, report.structure.pixel_bytes
    if quality is None or not pixels or quality >= _LOW_QUALITY or coded >= pixels * _LOW_BYTES_PER_PIXEL:
        return
    yield "F12.strongly_compressed", {"quality": quality}


def messenger_copy(report: Report, file_name: str | None) -> Iterator[Said]:
    """F13: what chat programs make of a photograph; a sign, never a proof."""
    facts, structure = report.facts, report.structure
    bare = (facts.exif_state, facts.icc_state, facts.xmp_state) == (ABSENT, ABSENT, ABSENT)
    long_side = max(report.width_px or 0, report.height_px or 0)
    named = _MESSENGER_NAMES.search(file_name or "") is not None
    if (named and facts.make is None) or (bare and structure.jfif and long_side in _MESSENGER_SIDES):
        yield "F13.messenger_copy", {"given_px": long_side}


def _name(kind: str) -> str:
    return _FORMAT_NAMES.get(kind, kind.upper())
