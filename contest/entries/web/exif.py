"""What a picture's file says about itself, as rows of a table in the reader's language."""

from fractions import Fraction
from typing import Final

from contest.entries.queries import PictureFacts
from contest.entries.web.words import facts_of
from contest.inspection.checks import Finding
from contest.inspection.checks.sentences import FINDING_SENTENCES
from contest.inspection.facts import Facts
from contest.web.language import language
from contest.web.sentences import N_, translate

# Below this an exposure is said as a fraction of a second.
_FRACTION_BELOW_S: Final = 0.5
_TEXTS: Final = (
    (N_("Camera make"), "make"),
    (N_("Camera"), "model"),
    (N_("Lens"), "lens_model"),
    (N_("Software"), "software"),
    (N_("Edited with"), "creator_tool"),
    (N_("Changed"), "modified_at"),
    (N_("Artist"), "artist"),
    (N_("Copyright"), "copyright"),
    (N_("Owner"), "owner_name"),
    (N_("Serial number"), "serial_number"),
    (N_("Title in the file"), "xmp_title"),
    (N_("Description in the file"), "xmp_description"),
    (N_("Caption in the file"), "iptc_caption"),
    (N_("By-line"), "iptc_byline"),
    (N_("Colour profile"), "icc_profile"),
    (N_("Kind of source declared"), "digital_source_type"),
    (N_("Picture generator"), "ai_generator"),
    (N_("AI-content label"), "aigc_label"),
)
_SOURCES: Final = {
    "exif.original": N_("camera's clock at the exposure"),
    "exif.digitized": N_("camera's clock at the recording"),
    "xmp": N_("written by a program"),
    "iptc": N_("written into the caption"),
    "gps": N_("satellite time, UTC"),
}
_CAPTURED: Final = N_("Taken")
_EXPOSURE: Final = N_("Exposure")
_POSITION: Final = N_("Position")
_COMPARED: Final = {
    "captured_at": _CAPTURED,
    "subsec": _CAPTURED,
    "image_unique_id": N_("Number of the exposure"),
    "exposure_s": _EXPOSURE,
    "f_number": _EXPOSURE,
    "iso": _EXPOSURE,
    "focal_length_mm": _EXPOSURE,
}


def exif_rows(picture: PictureFacts) -> list[tuple[str, str]]:
    """Give label and value of everything known, the most asked for first; EXIF's own words stay as they are."""
    return _rows(facts_of(picture))


def compared_rows(entered: Facts, original: Facts) -> list[tuple[str, str, str]]:
    """Give label and both values of everything that either of two files says, empty where one is silent."""
    left, right = dict(_rows(entered)), dict(_rows(original))
    return [(label, left.get(label, ""), right.get(label, "")) for label in dict.fromkeys([*left, *right])]


def comparison_told(found: Finding) -> str:
    """Say what comparing an original found, with the fields in words."""
    words = {name: label for label, name in _TEXTS} | _COMPARED
    fields = [translate(words[name], language()) for name in found.params.get("fields", "").split(", ") if name]
    joined = ("、" if language().startswith("zh") else ", ").join(dict.fromkeys(fields))
    return translate(FINDING_SENTENCES[found.code], language()) % {**found.params, "fields": joined}


def _rows(facts: Facts) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    captured = facts.captured_at or facts.captured_at_raw
    if captured:
        source = _SOURCES.get(facts.captured_at_source or "")
        offset = f" {facts.utc_offset}" if facts.utc_offset else ""
        told = f" · {translate(source, language())}" if source else ""
        said.append((_CAPTURED, f"{captured.replace('T', ' ')}{offset}{told}"))
    if exposure := _exposure(facts):
        said.append((_EXPOSURE, exposure))
    if facts.latitude is not None and facts.longitude is not None:
        said.append((_POSITION, f"{facts.latitude:.5f}, {facts.longitude:.5f}"))
    said += [(label, _plain(name, str(getattr(facts, name)))) for label, name in _TEXTS if getattr(facts, name)]
    return [*((translate(label, language()), value) for label, value in said), *sorted(facts.labels.items())]


def _plain(name: str, text: str) -> str:
    return text.replace("T", " ") if name == "modified_at" else text


def _exposure(facts: Facts) -> str:
    """Say the exposure as photographers do: "1/250 s · f/8 · ISO 200 · 35 mm"."""
    parts = []
    if facts.exposure_s is not None:
        short = facts.exposure_s < _FRACTION_BELOW_S
        parts.append(
            f"{Fraction(facts.exposure_s).limit_denominator(8000)} s" if short else f"{facts.exposure_s:g} s"
        )
    if facts.f_number is not None:
        parts.append(f"f/{facts.f_number:g}")
    if facts.iso is not None:
        parts.append(f"ISO {facts.iso}")
    if facts.focal_length_mm is not None:
        parts.append(f"{facts.focal_length_mm:g} mm")
    return " · ".join(parts)
