"""How serious each finding is unless a contest says otherwise, and which cannot be argued with."""

from collections.abc import Iterable, Mapping

from contest.inspection.checks.finding import Finding, Said

NOTE, FLAG, REJECT, OFF = "note", "flag", "reject", "off"

DEFAULTS: dict[str, str] = {
    "F01.format_not_accepted": REJECT,
    "F01.heif_not_accepted": REJECT,
    "F01.unknown_format": REJECT,
    "F01.not_supported_here": REJECT,
    "F02.empty": REJECT,
    "F02.unreadable": REJECT,
    "F02.pixels_missing": FLAG,
    "F03.too_many_pixels": REJECT,
    "F03.too_many_scans": REJECT,
    "F03.too_many_parts": REJECT,
    "F03.too_many_directories": REJECT,
    "F03.too_much_metadata": REJECT,
    "F03.metadata_inflates": REJECT,
    "F03.too_much_memory": REJECT,
    "F04.extra_data": NOTE,
    "F04.foreign_data": FLAG,
    "F05.too_few_bytes": REJECT,
    "F05.too_many_bytes": REJECT,
    "F05.bytes_or_long_side": REJECT,
    "F05.no_alternative": REJECT,
    "F06.long_side_too_small": REJECT,
    "F06.long_side_too_large": REJECT,
    "F06.short_side_too_small": REJECT,
    "F06.too_wide": REJECT,
    "F06.too_high": REJECT,
    "F07.low_ppi": FLAG,
    "F07.fair_ppi": NOTE,
    "F08.several_pictures": REJECT,
    "F09.cmyk": FLAG,
    "F09.lab": FLAG,
    "F09.transparent": FLAG,
    "F09.sixteen_bits": NOTE,
    "F10.no_profile": NOTE,
    "F10.wide_without_profile": NOTE,
    "F10.broken_profile": NOTE,
    "F10.unusual_profile": NOTE,
    "F11.turned": NOTE,
    "F12.strongly_compressed": FLAG,
    "F13.messenger_copy": FLAG,
    "C01.no_camera_data": FLAG,
    "C02.camera_data_damaged": FLAG,
    "C02.texts_damaged": NOTE,
    "C03.no_date": FLAG,
    "C04.before_the_window": FLAG,
    "C04.after_the_window": FLAG,
    "C04.near_the_edge": NOTE,
    "C05.implausible_date": FLAG,
    "C06.gps_differs": NOTE,
    "C06.changed_before_taken": NOTE,
    "C06.xmp_differs": NOTE,
    "C07.no_camera_named": NOTE,
    "C07.screenshot": FLAG,
    "C07.other_device": FLAG,
    "C07.device_unknown": FLAG,
    "C08.outside_region": FLAG,
    "C09.scan": NOTE,
    "C09.scan_without_date": FLAG,
    "E01.edited": NOTE,
    "E02.panorama": NOTE,
    "E02.focus_stack": NOTE,
    "E02.hdr": NOTE,
    "E02.composite": NOTE,
    "E03.declared_generated": REJECT,
    "E03.declared_composite": FLAG,
    "E03.declared_edited": NOTE,
    "E04.content_credentials": NOTE,
    "E04.credentials_damaged": NOTE,
    "E05.generator_traces": REJECT,
    "E06.aigc_label": REJECT,
    "E06.aigc_suspected": FLAG,
    "E07.thumbnail_differs": FLAG,
    "B01.identity_in_metadata": NOTE,
    "B02.name_in_title": FLAG,
    "B02.name_in_caption": FLAG,
    "B02.name_in_file_name": NOTE,
    "B03.border": FLAG,
    "B04.phone_frame": FLAG,
    "D01.same_file_same_author": REJECT,
    "D02.same_file_other_author": FLAG,
    "D02.same_pixels_other_author": FLAG,
    "D03.alike_same_author": FLAG,
    "D04.alike_other_author": FLAG,
    "D05.alike_earlier_year": FLAG,
    "S01.too_few_pictures": REJECT,
    "S01.too_many_pictures": REJECT,
    "S02.alike": NOTE,
    "S02.several_cameras": NOTE,
    "S02.long_span": NOTE,
    "R01.same_capture": NOTE,
    "R01.differs": FLAG,
    "R01.nothing_to_compare": FLAG,
}

FIXED = frozenset(code for code in DEFAULTS if code.startswith(("F01.", "F02.", "F03."))) - {"F02.pixels_missing"}
"""Without pixels there is nothing to judge: no contest can let these pass."""


def severity_of(code: str, *, chosen: Mapping[str, str]) -> str:
    """Give a finding's severity, "off" for none.

    Args:
        code: One of ``DEFAULTS``.
        chosen: A contest's departures, by code or by catalogue id; the code wins.
    """
    default = DEFAULTS[code]
    if code in FIXED:
        return default
    return chosen.get(code, chosen.get(code.partition(".")[0], default))


def weighed(said: Iterable[Said], *, chosen: Mapping[str, str]) -> list[Finding]:
    """Turn what checks say into findings, in the same order, without those that are switched off."""
    found = []
    for code, params in said:
        severity = severity_of(code, chosen=chosen)
        if severity != OFF:
            found.append(Finding(code=code, severity=severity, params=params))
    return found
