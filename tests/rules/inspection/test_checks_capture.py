"""Checks of capture, camera, place and editing, each with the honest picture it must not wrong."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contest.inspection.checks import check
from contest.inspection.devices import device
from contest.inspection.terms import PhotoTerms, Region
from tests.reports import report

RECEIVED = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
WINDOW = PhotoTerms(captured_from=date(2026, 1, 1), captured_until=date(2026, 11, 1))
IPTC_TERM = "http://cv.iptc.org/newscodes/digitalsourcetype/"
NO_CAMERA = {"make": None, "model": None, "captured_at": None, "captured_at_source": None, "exif_state": "absent"}


def said(facts: dict[str, Any], terms: PhotoTerms | None = None, **fields: Any) -> list[tuple[str, str]]:
    found = check(report(facts=facts, **fields), terms or PhotoTerms(), received_at=RECEIVED)
    return [(one.code, one.severity) for one in found]


@pytest.mark.parametrize(
    ("make", "model", "kind"),
    [
        ("Apple", "iPhone 15 Pro", "phone"),
        ("HUAWEI", "VOG-AL00", "phone"),
        ("samsung", "SM-S938B", "phone"),
        ("SAMSUNG", "NX500", "camera"),
        ("Sony", "XQ-DQ72", "phone"),
        ("SONY", "ILCE-7M4", "camera"),
        ("SONY", "DSC-RX100M7", "camera"),
        ("DJI", "FC3582", "drone"),
        ("Hasselblad", "L1D-20c", "drone"),
        ("Hasselblad", "X2D 100C", "camera"),
        ("GoPro", "HERO12 Black", "action"),
        ("EPSON", "Perfection V850", "scanner"),
        ("NORITSU KOKI", "EZ Controller", "scanner"),
        ("Nikon", "Nikon SUPER COOLSCAN 9000 ED", "scanner"),
        ("FUJI PHOTO FILM CO., LTD.", "SP-3000", "scanner"),
        ("NIKON", "E775", "camera"),
        ("General Imaging Co.", "E1035", "camera"),
        (None, None, None),
    ],
)
def test_the_kind_of_device_follows_from_its_names(make: str | None, model: str | None, kind: str | None) -> None:
    assert device(make, model) == kind


def test_texts_that_cannot_be_read_are_noted() -> None:
    assert said({"xmp_state": "broken"}) == [("C02.texts_damaged", "note")]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"gps_at": "2026-10-18T01:42:00"}, []),
        ({"gps_at": "2026-10-18T19:43:00"}, ["C06.gps_differs"]),
        ({"modified_at": "2026-10-17T08:00:00"}, []),
        ({"modified_at": "2026-10-10T08:00:00"}, ["C06.changed_before_taken"]),
        ({"history_from": "2025-01-01T00:00:00"}, ["C06.changed_before_taken"]),
        ({"modified_at": "2026-12-01T00:00:00"}, []),
        ({"xmp_captured_at": "2026-10-17"}, []),
        ({"xmp_captured_at": "2026-10-14"}, ["C06.xmp_differs"]),
        ({"xmp_captured_at": "2026-10-14", "captured_at_source": "xmp"}, []),
    ],
)
def test_dates_that_disagree_are_for_the_organizer_alone(facts: dict[str, Any], expected: list[str]) -> None:
    found = check(report(facts=facts), PhotoTerms())

    assert [one.code for one in found] == expected
    assert not any(one.for_photographer for one in found)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # the scanner's own clock is no date of capture, and no reason to refuse
        (
            {"make": "EPSON", "model": "Perfection V850", "captured_at": "2026-10-20T10:00:00", "digitized_at": None},
            [("C09.scan_without_date", "flag")],
        ),
        (
            {
                "make": "NORITSU KOKI",
                "model": "EZ Controller",
                "captured_at": "2026-12-20T10:00:00",
                "captured_at_source": "exif.digitized",
            },
            [("C09.scan_without_date", "flag")],
        ),
        # a date that somebody wrote into it
        (
            {
                "make": "EPSON",
                "model": "Perfection V850",
                "captured_at": "2026-05-01T00:00:00",
                "digitized_at": "2026-10-20T10:00:00",
                "modified_at": "2026-04-01T00:00:00",
            },
            [("C09.scan", "note")],
        ),
        (
            {
                "digital_source_type": IPTC_TERM + "negativeFilm",
                "captured_at": "1998-05-01",
                "captured_at_source": "xmp",
            },
            [("C04.before_the_window", "flag"), ("C09.scan", "note")],
        ),
        (
            {**NO_CAMERA, "software": "VueScan 9 x64", "exif_state": "read"},
            [("C01.no_camera_data", "flag"), ("C09.scan_without_date", "flag")],
        ),
    ],
)
def test_a_film_scan_is_asked_for_its_date_and_never_rejected(
    facts: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert said(facts, WINDOW) == expected


def test_an_iphones_upload_without_exif_is_no_chat_programs_copy() -> None:
    found = said({**NO_CAMERA, "icc_profile": "Display P3"}, width_px=3024, height_px=4032)

    assert found == [("C01.no_camera_data", "flag"), ("C03.no_date", "flag")]


def test_an_export_without_a_date_names_its_editor_and_asks_for_the_date() -> None:
    lightroom = {
        "captured_at": None,
        "captured_at_source": None,
        "software": "Adobe Photoshop Lightroom Classic 14.0 (Windows)",
        "modified_at": "2026-10-20T09:00:00",
        "raw_settings": True,
    }

    assert said(lightroom, WINDOW) == [("C03.no_date", "flag"), ("E01.edited", "note")]


@pytest.mark.parametrize(
    ("facts", "fields", "expected"),
    [
        ({"make": None, "model": None}, {}, ["C07.no_camera_named"]),
        ({"make": "Contoso", "model": None}, {}, []),
        (NO_CAMERA, {"width_px": 1170, "height_px": 2532, "format": "png"}, ["C07.screenshot"]),
        (NO_CAMERA, {"width_px": 1170, "height_px": 2532}, []),
        (NO_CAMERA, {"width_px": 1920, "height_px": 1280, "format": "png"}, []),
    ],
)
def test_a_missing_camera_and_a_screenshot_are_told_apart(
    facts: dict[str, Any], fields: dict[str, Any], expected: list[str]
) -> None:
    found = said(facts, PhotoTerms(formats=("jpeg", "png")), **fields)

    assert [code for code, _ in found if code.startswith("C07")] == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"make": "HUAWEI", "model": "VOG-AL00"}, []),
        ({}, [("C07.other_device", "flag")]),
        (NO_CAMERA, [("C07.device_unknown", "flag")]),
    ],
)
def test_a_category_may_be_for_phones(facts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    found = said(facts, PhotoTerms(devices=("phone",)))

    assert [one for one in found if one[0].startswith("C07")] == expected


BOX = Region(name="白银", south=35.5, west=103.0, north=37.7, east=105.6)
CIRCLE = Region(name="白银", latitude=36.55, longitude=104.17, radius_km=60)
OUTLINE = Region(
    name="凹", outline=((30.0, 100.0), (30.0, 106.0), (36.0, 106.0), (36.0, 104.0), (32.0, 104.0), (32.0, 100.0))
)
ACROSS = Region(name="Fiji", outline=((-21.0, 176.0), (-21.0, -178.0), (-12.0, -178.0), (-12.0, 176.0)))
DATE_LINE = Region(name="Fiji", south=-21.0, west=176.0, north=-12.0, east=-178.0)


@pytest.mark.parametrize(
    ("region", "place", "beyond_km"),
    [
        (BOX, (36.5, 104.0), None),
        (BOX, (37.715, 104.0), None),  # within two kilometres
        (BOX, (38.7, 104.0), 112),
        (BOX, (36.5, 107.0), 126),
        (BOX, (0.0, 0.0), None),  # a receiver without a fix
        (BOX, (None, None), None),
        (CIRCLE, (36.55, 104.85), None),
        (CIRCLE, (36.55, 105.17), 30),
        (OUTLINE, (35.0, 105.0), None),
        (OUTLINE, (31.0, 101.0), None),
        (OUTLINE, (35.0, 103.985), None),  # within two kilometres
        (OUTLINE, (35.0, 103.0), 92),  # in the bay
        (OUTLINE, (29.0, 103.0), 112),
        (ACROSS, (-17.0, 179.0), None),
        (ACROSS, (-17.0, -179.0), None),
        (ACROSS, (-17.0, -170.0), 851),
        (DATE_LINE, (-17.0, 179.0), None),
        (DATE_LINE, (-17.0, -179.0), None),
        (DATE_LINE, (-17.0, -170.0), 851),
    ],
)
def test_a_place_outside_the_region_is_flagged(
    region: Region, place: tuple[float | None, float | None], beyond_km: int | None
) -> None:
    made = report(facts={"latitude": place[0], "longitude": place[1]})

    found = [one for one in check(made, PhotoTerms(region=region)) if one.code == "C08.outside_region"]

    assert [(one.severity, one.params["beyond_km"]) for one in found] == ([("flag", beyond_km)] if beyond_km else [])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"software": "Ver.1.0"}, None),
        ({"software": "HDR+ 1.0.585804376zd"}, None),
        ({"software": "17.5.1"}, None),
        ({"software": "NIKON Z 8 Ver.02.01"}, None),
        ({"software": "Adobe Photoshop 25.0 (Windows)"}, "Adobe Photoshop 25.0 (Windows)"),
        ({"software": "美图秀秀"}, "美图秀秀"),
        ({"software": "Snapseed 2.0", "creator_tool": "Snapseed 2.0"}, "Snapseed 2.0"),
        (
            {"software": "Ver.1.0", "history_programs": ("Adobe Photoshop Camera Raw 15.4",)},
            "Adobe Photoshop Camera Raw 15.4",
        ),
        ({"raw_settings": True}, "Camera Raw"),
    ],
)
def test_an_editor_is_named_and_firmware_is_not(facts: dict[str, Any], expected: str | None) -> None:
    found = [one for one in check(report(facts=facts), PhotoTerms()) if one.code == "E01.edited"]

    assert [one.params["software"] for one in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"panorama": True}, ["E02.panorama"]),
        ({"software": "PTGui Pro 12"}, ["E02.panorama"]),
        ({"software": "Helicon Focus 8"}, ["E02.focus_stack"]),
        ({"custom_rendered": 3}, ["E02.hdr"]),
        ({"composite_image": 3}, ["E02.composite"]),
        ({"digital_source_type": IPTC_TERM + "compositeCapture"}, ["E02.composite"]),
        # a phone's night and HDR modes are how it takes photographs
        ({"make": "Apple", "model": "iPhone 15", "custom_rendered": 3, "composite_image": 3}, []),
        ({"digital_source_type": IPTC_TERM + "computationalCapture"}, []),
        ({"custom_rendered": 1, "composite_image": 1}, []),
    ],
)
def test_traces_of_merging_are_noted_and_a_phones_habits_are_not(facts: dict[str, Any], expected: list[str]) -> None:
    found = check(report(facts=facts), PhotoTerms())

    assert [one.code for one in found if one.code.startswith("E02")] == expected
    assert all(one.severity == "note" for one in found)
