"""Checks of the file: print size, turning, compression, alternatives of size; and how terms are written."""

from datetime import date
from typing import Any

import pytest

from contest.inspection.checks import check
from contest.inspection.terms import Limits, PhotoTerms, Region
from tests.reports import report

MIB = 1024 * 1024


def codes(made: Any, terms: PhotoTerms | None = None) -> list[str]:
    return [found.code for found in check(made, terms or PhotoTerms())]


@pytest.mark.parametrize(
    ("long_side", "expected"),
    [
        (3544, []),
        (3543, [("F07.fair_ppi", "note", 299)]),
        (2363, [("F07.fair_ppi", "note", 200)]),
        (2362, [("F07.low_ppi", "flag", 199)]),
    ],
)
def test_pixels_are_counted_per_inch_of_the_printed_size(long_side: int, expected: list[Any]) -> None:
    made = report(width_px=2000, height_px=long_side)

    found = check(made, PhotoTerms(print_long_side_mm=300))

    assert [(one.code, one.severity, one.params["given_ppi"]) for one in found] == expected


def test_a_picture_shown_as_it_is_stored_is_not_turned() -> None:
    (found,) = check(report(structure={"turned": 6}), PhotoTerms())

    assert (found.code, found.params, found.for_photographer) == ("F11.turned", {"orientation": 6}, False)
    assert codes(report(structure={"turned": 1}, facts={"orientation": 6})) == []


@pytest.mark.parametrize(
    ("quality", "pixel_bytes", "expected"),
    [
        (60, 4_000_000, ["F12.strongly_compressed"]),
        (92, 1_000_000, []),  # a smooth sky
        (60, 9_000_000, []),  # fine detail at a low setting
        (None, 1_000_000, []),
    ],
)
def test_strong_compression_needs_both_signs(quality: int | None, pixel_bytes: int, expected: list[str]) -> None:
    assert codes(report(structure={"quality": quality, "pixel_bytes": pixel_bytes})) == expected


def test_a_phones_picture_of_200_megapixels_is_welcome() -> None:
    large = report(
        width_px=16_320,
        height_px=12_240,
        bytes=38_000_000,
        structure={"pixel_bytes": 37_000_000, "quality": 85},
        facts={"make": "samsung", "model": "SM-S938B"},
    )

    assert codes(large) == []


FIVE_MB_OR_3000_PX = PhotoTerms(any_of=(Limits(bytes_min=5 * MIB), Limits(long_side_min_px=3000)))


@pytest.mark.parametrize(
    ("size", "side", "expected"),
    [
        (5 * MIB, 2000, []),
        (1 * MIB, 3000, []),
        (6 * MIB, 4000, []),
        (
            5 * MIB - 1,
            2999,
            [("F05.bytes_or_long_side", {"given_mb": "4.9", "limit_mb": "5", "given_px": 2999, "limit_px": 3000})],
        ),
    ],
)
def test_bytes_or_pixels_one_of_both_is_enough(size: int, side: int, expected: list[Any]) -> None:
    made = report(bytes=size, width_px=side, height_px=1000)

    assert [(one.code, one.params) for one in check(made, FIVE_MB_OR_3000_PX)] == expected


def test_other_alternatives_are_told_in_signs() -> None:
    screen = Limits(width_max_px=1920, height_max_px=1080)
    large = Limits(long_side_min_px=4000, short_side_min_px=2000)
    terms = PhotoTerms(any_of=(screen, large))

    (found,) = check(report(width_px=3000, height_px=2000, bytes=2 * MIB), terms)

    assert found.params == {
        "given": "2 MB, 3000 × 2000 px",
        "accepted": "w ≤ 1920 px, h ≤ 1080 px / max(w, h) ≥ 4000 px, min(w, h) ≥ 2000 px",
    }
    assert codes(report(width_px=1920, height_px=1080), terms) == []


def test_several_sets_of_alternatives_all_count() -> None:
    small = (Limits(bytes_max=3 * MIB), Limits(long_side_max_px=2000))
    terms = PhotoTerms(all_of=(Limits(any_of=FIVE_MB_OR_3000_PX.any_of), Limits(any_of=small)))

    assert codes(report(bytes=2 * MIB, width_px=3000, height_px=100), terms) == []
    assert codes(report(bytes=6 * MIB, width_px=6000, height_px=4000), terms) == ["F05.no_alternative"]


def test_terms_with_all_there_is_survive_json() -> None:
    terms = PhotoTerms(
        any_of=(Limits(bytes_min=1, all_of=(Limits(width_max_px=2),)),),
        captured_from=date(2026, 1, 1),
        devices=("phone",),
        region=Region(name="白银", latitude=36.5, longitude=104.1, radius_km=80.0),
        print_long_side_mm=300,
        severities={"F07": "off"},
    )

    assert PhotoTerms.from_json(terms.to_json()) == terms


def test_terms_of_an_older_version_are_read() -> None:
    kept = PhotoTerms().to_json()
    del kept["any_of"], kept["region"]

    assert PhotoTerms.from_json({**kept, "gone": 1}) == PhotoTerms()


TERMS = """
formats = ["jpeg", "png"]
captured_from = 2025-01-01
severities = { C01 = "reject" }

[[any_of]]
mib_min = 5

[[any_of]]
long_side_min_px = 3000

[region]
name = "白银"
south = 35.5
west = 103.0
north = 37.7
east = 105.6
"""


@pytest.mark.parametrize(
    "text", [TERMS, "[terms]" + TERMS.replace("[[", "[[terms.").replace("[region", "[terms.region")]
)
def test_terms_are_written_in_toml_at_the_top_or_in_a_table(text: str) -> None:
    assert PhotoTerms.from_toml(text) == PhotoTerms(
        formats=("jpeg", "png"),
        captured_from=date(2025, 1, 1),
        severities={"C01": "reject"},
        any_of=FIVE_MB_OR_3000_PX.any_of,
        region=Region(name="白银", south=35.5, west=103.0, north=37.7, east=105.6),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("long_side_min = 3000", "long_side_min"),
        ("[[any_of]]\nbytes = 5", "bytes"),
        ("bytes_min = '5 MB'", "bytes_min"),
        ("captured_from = 'spring'", "spring"),
        ("severities = { C01 = 'fatal' }", "fatal"),
        ("formats = ['jpeg', 'jpg']", "jpg: choose from jpeg"),
        ("devices = ['mobile']", "mobile: choose from phone"),
        ("region = { name = 'x', south = 1.0 }", "Region"),
        ("bytes_min = ", "TOML|Invalid"),
    ],
)
def test_terms_with_a_mistake_are_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        PhotoTerms.from_toml(text)
