from datetime import UTC, date, datetime
from typing import Any

import pytest

from contest.inspection.checks import DEFAULTS, FIXED, Earlier, Finding, check, find_duplicates
from contest.inspection.checks.sentences import FINDING_SENTENCES
from contest.inspection.report import Report
from contest.inspection.terms import PhotoTerms
from tests.reports import report

RECEIVED = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
WINDOW = PhotoTerms(captured_from=date(2026, 1, 1), captured_until=date(2026, 11, 1))
IPTC_TERM = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def codes(made: Report, terms: PhotoTerms | None = None, **more: Any) -> list[str]:
    return [found.code for found in check(made, terms or PhotoTerms(), **more)]


def test_a_sound_photograph_has_no_findings() -> None:
    assert check(report(), WINDOW, received_at=RECEIVED, file_name="DSC_0042.JPG") == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (None, "F01.unknown_format"),
        ("heif", "F01.heif_not_accepted"),
        ("png", "F01.format_not_accepted"),
        ("markup", "F01.format_not_accepted"),
    ],
)
def test_a_wrong_type_is_the_only_finding(kind: str | None, code: str) -> None:
    made = check(report(format=kind, facts={"captured_at": None}), WINDOW, received_at=RECEIVED)

    assert [(found.code, found.severity) for found in made] == [(code, "reject")]


def test_a_format_may_be_accepted_that_this_server_cannot_open() -> None:
    terms = PhotoTerms(formats=("jpeg", "heif"))

    assert codes(report(format="heif", refusal="F01.not_supported_here", decodes=None), terms) == [
        "F01.not_supported_here"
    ]
    assert codes(report(format="png"), PhotoTerms(formats=("jpeg", "png"))) == []


@pytest.mark.parametrize("code", sorted(FIXED - {code for code in FIXED if code.startswith("F01")}))
def test_a_file_that_cannot_be_read_is_rejected_whatever_the_terms_say(code: str) -> None:
    terms = PhotoTerms(severities={code: "off", code[:3]: "note"})

    (found,) = check(report(refusal=code, decodes=False), terms)

    assert (found.code, found.severity) == (code, "reject")


def test_a_contest_may_set_a_lower_limit_of_pixels() -> None:
    (found,) = check(report(), PhotoTerms(pixels_max=20_000_000))

    assert found == Finding(
        code="F03.too_many_pixels", severity="reject", params={"given_mp": "24", "limit_mp": "20"}
    )


def test_a_header_that_promises_more_than_the_data_hold_is_flagged() -> None:
    lie = report(width_px=13_000, height_px=13_000, structure={"pixel_bytes": 40_000})

    assert codes(lie) == ["F02.pixels_missing"]


@pytest.mark.parametrize(
    ("kind", "extras", "expected"),
    [
        ("zip", (), ["F04.foreign_data"]),
        ("php", (), ["F04.foreign_data"]),
        ("unknown", (), ["F04.extra_data"]),
        ("jpeg", (), ["F04.extra_data"]),
        ("jpeg", ("mpo",), []),
        ("mp4", ("motion_photo",), []),
        ("samsung", (), []),
        ("zeros", (), []),
        ("zip", ("mpo",), ["F04.foreign_data"]),
    ],
)
def test_data_behind_the_picture_are_judged_by_what_they_are(
    kind: str, extras: tuple[str, ...], expected: list[str]
) -> None:
    assert codes(report(structure={"trailing_kind": kind, "trailing_bytes": 5000, "extras": extras})) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (5 * 1024 * 1024, []),
        (5 * 1024 * 1024 - 1, [("F05.too_few_bytes", {"limit_mb": "5", "given_mb": "4.9"})]),
        (10 * 1024 * 1024, []),
        (10 * 1024 * 1024 + 1, [("F05.too_many_bytes", {"limit_mb": "10", "given_mb": "10.1"})]),
    ],
)
def test_bytes_are_limited_at_both_ends_and_never_shown_as_equal(size: int, expected: list[Any]) -> None:
    terms = PhotoTerms(bytes_min=5 * 1024 * 1024, bytes_max=10 * 1024 * 1024)

    assert [(found.code, found.params) for found in check(report(bytes=size), terms)] == expected


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (PhotoTerms(long_side_min_px=6000), []),
        (PhotoTerms(long_side_min_px=6001), ["F06.long_side_too_small"]),
        (PhotoTerms(long_side_max_px=5999), ["F06.long_side_too_large"]),
        (PhotoTerms(short_side_min_px=4001), ["F06.short_side_too_small"]),
        (PhotoTerms(width_max_px=4000, height_max_px=6000), []),
        (PhotoTerms(width_max_px=3999, height_max_px=5999), ["F06.too_wide", "F06.too_high"]),
    ],
)
def test_sides_are_limited_as_the_picture_is_seen(terms: PhotoTerms, expected: list[str]) -> None:
    assert codes(report(width_px=4000, height_px=6000), terms) == expected


def test_several_pictures_are_rejected() -> None:
    (found,) = check(report(frames=3), PhotoTerms())

    assert (found.code, found.severity, found.params) == ("F08.several_pictures", "reject", {"given": 3})


@pytest.mark.parametrize(
    ("structure", "expected"),
    [
        ({"color": "cmyk"}, ["F09.cmyk"]),
        ({"color": "lab"}, ["F09.lab"]),
        ({"color": "grey"}, []),
        ({"alpha": True}, ["F09.transparent"]),
        ({"bits": 16}, ["F09.sixteen_bits"]),
    ],
)
def test_colours_that_are_converted_are_told_of(structure: dict[str, Any], expected: list[str]) -> None:
    assert codes(report(structure=structure)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"icc_profile": "Adobe RGB (1998)"}, []),
        ({"icc_profile": "Display P3"}, []),
        ({"icc_profile": "Dot Gain 20%", "icc_space": "GRAY"}, []),
        ({"icc_profile": "ProPhoto RGB"}, ["F10.unusual_profile"]),
        ({"icc_profile": None, "icc_state": "absent"}, ["F10.no_profile"]),
        ({"icc_profile": None, "icc_state": "absent", "color_space": 65535}, ["F10.wide_without_profile"]),
        ({"icc_profile": None, "icc_state": "broken"}, ["F10.broken_profile"]),
    ],
)
def test_profiles_are_told_of_and_never_reject(facts: dict[str, Any], expected: list[str]) -> None:
    found = check(report(facts=facts), PhotoTerms())

    assert [one.code for one in found] == expected
    assert all(one.severity == "note" for one in found)


BARE = {
    "make": None,
    "model": None,
    "captured_at": None,
    "captured_at_source": None,
    "exif_state": "absent",
    "icc_state": "absent",
    "icc_profile": None,
}


@pytest.mark.parametrize(
    ("name", "side", "facts", "expected"),
    [
        ("mmexport1697000000000.jpg", 1707, BARE, True),
        ("微信图片_20261017174200.jpg", 3000, BARE, True),
        ("IMG-20261017-WA0003.jpg", 1600, BARE, True),
        ("a.jpg", 1280, BARE, True),
        ("a.jpg", 6000, BARE, False),
        ("a.jpg", 1280, {}, False),
        ("mmexport1697000000000.jpg", 6000, {}, False),  # sent as 原图: the camera's data came along
    ],
)
def test_a_chat_programs_copy_is_flagged_and_never_rejected(
    name: str, side: int, facts: dict[str, Any], expected: bool
) -> None:
    made = report(width_px=side, height_px=side // 2, facts=facts, structure={"jfif": True})

    found = [one for one in check(made, PhotoTerms(), file_name=name) if one.code == "F13.messenger_copy"]

    assert [one.severity for one in found] == (["flag"] if expected else [])


def test_missing_and_damaged_camera_data_are_different_findings() -> None:
    assert "C01.no_camera_data" in codes(report(facts=BARE))
    assert "C02.camera_data_damaged" in codes(report(facts={**BARE, "exif_state": "broken"}))
    assert "C01.no_camera_data" not in codes(report(facts={**BARE, "exif_state": "broken"}))


def test_an_export_without_a_date_but_with_a_camera_is_only_asked_for_the_date() -> None:
    found = codes(report(facts={"captured_at": None, "captured_at_source": None}), WINDOW, received_at=RECEIVED)

    assert found == ["C03.no_date"]


def test_a_contest_may_insist_on_camera_data() -> None:
    found = check(report(facts=BARE), PhotoTerms(severities={"C01": "reject"}))

    assert (found[0].code, found[0].severity) == ("C01.no_camera_data", "reject")


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("2026-01-01T00:00:00", []),
        ("2026-10-31T23:59:59", []),
        ("2026-10-31", []),
        ("2025-12-31T23:00:00", ["C04.near_the_edge"]),
        ("2025-12-31T10:00:00", ["C04.near_the_edge"]),
        ("2025-12-31T09:59:59", ["C04.before_the_window"]),
        ("2026-11-01T00:00:00", ["C04.near_the_edge"]),
        ("2026-11-01T14:00:01", ["C04.after_the_window"]),
    ],
)
def test_the_window_is_half_open_and_forgives_a_time_zones_reach(taken: str, expected: list[str]) -> None:
    received = datetime(2026, 12, 1, tzinfo=UTC)

    assert codes(report(facts={"captured_at": taken}), WINDOW, received_at=received) == expected


def test_the_last_day_is_named_and_not_the_day_behind_it() -> None:
    received = datetime(2026, 12, 1, tzinfo=UTC)

    (found,) = check(report(facts={"captured_at": "2026-11-20T10:00:00"}), WINDOW, received_at=received)

    assert found.params == {"taken": "2026-11-20 10:00:00", "edge": "2026-10-31"}


@pytest.mark.parametrize(
    ("taken", "implausible"),
    [
        ("1980-01-01T00:12:00", True),
        ("1970-01-01T00:00:00", True),
        ("2000-01-01T00:00:00", True),
        ("1989-06-01T00:00:00", True),
        ("2026-11-03T00:00:01", True),
        ("2026-11-02T23:00:00", False),
        ("1995-06-01T00:00:00", False),
    ],
)
def test_a_clock_that_must_be_wrong_asks_and_does_not_reject(taken: str, implausible: bool) -> None:
    found = check(report(facts={"captured_at": taken}), PhotoTerms(), received_at=RECEIVED)

    assert [(one.code, one.severity) for one in found] == ([("C05.implausible_date", "flag")] if implausible else [])


def test_zeros_for_a_date_are_shown_as_they_stand() -> None:
    facts = {"captured_at": None, "captured_at_source": None, "captured_at_raw": "0000:00:00 00:00:00"}

    (found,) = check(report(facts=facts), PhotoTerms())

    assert (found.code, found.params) == ("C05.implausible_date", {"given": "0000:00:00 00:00:00"})


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("trainedAlgorithmicMedia", [("E03.declared_generated", "reject")]),
        ("algorithmicMedia", [("E03.declared_generated", "reject")]),
        ("compositeWithTrainedAlgorithmicMedia", [("E03.declared_composite", "flag")]),
        ("softwareImage", [("E03.declared_edited", "note")]),
        ("computationalCapture", []),
        ("digitalCapture", []),
    ],
)
def test_declared_sources_are_judged_by_iptcs_terms(kind: str, expected: list[tuple[str, str]]) -> None:
    found = check(report(facts={"digital_source_type": IPTC_TERM + kind}), PhotoTerms())

    assert [(one.code, one.severity) for one in found] == expected


def test_generated_pictures_are_rejected() -> None:
    assert codes(report(facts={"ai_generator": "ComfyUI"})) == ["E05.generator_traces"]
    assert codes(report(facts={"aigc_label": '{"Label":"1"}'})) == ["E06.aigc_label"]
    assert codes(report(facts={"aigc_label": "生成合成"})) == ["E06.aigc_label"]


@pytest.mark.parametrize("label", ['{"Label":"2"}', '{"AIGC": {"Label": 3}}'])
def test_a_suspicion_alone_is_flagged_and_not_rejected(label: str) -> None:
    (found,) = check(report(facts={"aigc_label": label}), PhotoTerms())

    assert (found.code, found.severity) == ("E06.aigc_suspected", "flag")


def test_a_name_in_the_metadata_is_noted_by_field_and_never_repeated() -> None:
    (found,) = check(report(facts={"artist": "张伟", "xmp_creators": ("张伟",)}), PhotoTerms())

    assert (found.severity, found.params) == ("note", {"fields": "artist, xmp_creators"})


def test_the_gravest_finding_comes_first() -> None:
    made = report(frames=2, facts={"artist": "张伟"}, structure={"color": "cmyk"})

    assert [one.severity for one in check(made, PhotoTerms())] == ["reject", "flag", "note"]


def test_a_contest_may_switch_a_check_off_and_its_code_wins_over_its_id() -> None:
    made = report(frames=2, facts={"artist": "张伟"})
    terms = PhotoTerms(severities={"B01": "off", "F08": "reject", "F08.several_pictures": "note"})

    assert [(one.code, one.severity) for one in check(made, terms)] == [("F08.several_pictures", "note")]


def test_the_same_bytes_are_found_and_told_by_author() -> None:
    earlier = [Earlier("aa", "p1", "2026-001"), Earlier("aa", "p2", "2026-002"), Earlier("bb", "p3", "2026-003")]

    found = find_duplicates("aa", author="p1", earlier=earlier)

    assert found == [
        Finding(code="D01.same_file_same_author", severity="reject", params={"entry": "2026-001"}),
        Finding(code="D02.same_file_other_author", severity="flag", params={"entry": "2026-002"}),
    ]
    assert [one.for_photographer for one in found] == [True, False]
    assert find_duplicates("cc", author="p1", earlier=earlier) == []


def test_a_contest_may_switch_duplicates_off() -> None:
    assert find_duplicates("aa", author="p", earlier=[Earlier("aa", "p", "1")], severities={"D01": "off"}) == []


def test_every_code_has_a_sentence_and_no_sentence_is_left_over() -> None:
    assert set(FINDING_SENTENCES) == set(DEFAULTS)


def test_findings_reports_and_terms_survive_json() -> None:
    made = report(facts={"xmp_creators": ("张伟",), "labels": {"flash": "off"}, "latitude": 36.5})
    finding = Finding(code="F06.too_wide", severity="reject", params={"limit_px": 1920, "given_px": 6000})
    terms = PhotoTerms(captured_from=date(2026, 1, 1), width_max_px=1920, severities={"C01": "reject"})

    assert Report.from_json(made.to_json()) == made
    assert Finding.from_json(finding.to_json()) == finding
    assert PhotoTerms.from_json(terms.to_json()) == terms


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": 5, "bytes": 1},
        {"format": "jpeg", "bytes": "1"},
        {"format": "jpeg", "bytes": True},
        {"format": "jpeg", "bytes": 1, "facts": []},
        {"format": "jpeg", "bytes": 1, "facts": {"latitude": "north"}},
        {"format": "jpeg", "bytes": 1, "facts": {"latitude": float("nan")}},
        {"format": "jpeg", "bytes": 1, "facts": {"xmp_creators": [5]}},
        {"format": "jpeg"},
        [],
    ],
)
def test_a_report_of_the_wrong_types_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"expected|missing"):
        Report.from_json(wrong)


def test_names_a_later_version_added_are_ignored() -> None:
    assert Report.from_json({"format": "jpeg", "bytes": 1, "later": True}) == Report(format="jpeg", bytes=1)
