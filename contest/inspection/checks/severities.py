"""How serious each finding is unless a contest says otherwise, and which cannot be argued with."""

from collections.abc import Mapping

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
    "F06.long_side_too_small": REJECT,
    "F06.long_side_too_large": REJECT,
    "F06.short_side_too_small": REJECT,
    "F06.too_wide": REJECT,
    "F06.too_high": REJECT,
    "F08.several_pictures": REJECT,
    "F09.cmyk": FLAG,
    "F09.lab": FLAG,
    "F09.transparent": FLAG,
    "F09.sixteen_bits": NOTE,
    "F10.no_profile": NOTE,
    "F10.wide_without_profile": NOTE,
    "F10.broken_profile": NOTE,
    "F10.unusual_profile": NOTE,
    "F13.messenger_copy": FLAG,
    "C01.no_camera_data": FLAG,
    "C02.camera_data_damaged": FLAG,
    "C03.no_date": FLAG,
    "C04.before_the_window": FLAG,
    "C04.after_the_window": FLAG,
    "C04.near_the_edge": NOTE,
    "C05.implausible_date": FLAG,
    "E03.declared_generated": REJECT,
    "E03.declared_composite": FLAG,
    "E03.declared_edited": NOTE,
    "E05.generator_traces": REJECT,
    "E06.aigc_label": REJECT,
    "B01.identity_in_metadata": NOTE,
    "D01.same_file_same_author": REJECT,
    "D02.same_file_other_author": FLAG,
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
