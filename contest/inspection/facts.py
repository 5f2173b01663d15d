"""One typed record of what a file says about itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contest.inspection.plain import from_plain, to_plain

ABSENT, READ, BROKEN = "absent", "read", "broken"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the metadata say; None where they say nothing. All of it is a claim, none of it is proof.

    Attributes:
        captured_at: Local time of the exposure, ISO without a zone ("2026-10-17T17:42:00"), or a date alone.
        captured_at_source: "exif.original", "exif.digitized", "xmp", "iptc" or "gps" (then UTC).
        captured_at_raw: What stood in EXIF where no date could be read from it, such as "0000:00:00 00:00:00".
        utc_offset, subsec: As EXIF gives them, "+08:00" and "42".
        digitized_at: EXIF's date of digitizing; xmp_captured_at: XMP's date of capture, whichever was chosen.
        modified_at: EXIF's date of the last change; never taken for the date of capture.
        history_from: The earliest step of an editor's history in XMP; history_programs: who wrote its steps.
        exposure_s, focal_length_mm: Seconds and millimetres.
        orientation: EXIF's 1 to 8, how the stored pixels are to be turned.
        latitude, longitude: Signed degrees.
        digital_source_type: IPTC's address of the kind of source, as XMP writes it, or else Content Credentials.
        credentials_*: What Content Credentials (C2PA) claim: program, actions, source types of the picture and of
            what it was made from; no signature was checked.
        image_unique_id: EXIF's own number of the exposure.
        custom_rendered, composite_image: EXIF's numbers for what the camera put together.
        raw_settings, panorama: Whether XMP holds a raw converter's settings, a panorama's geometry.
        ai_generator: The picture generator whose traces were found.
        aigc_label: The text of China's label for generated content (GB 45438-2025).
        color_space: EXIF's number: 1 for sRGB, 65535 for anything else.
        icc_profile: The profile's own name; icc_space is its colour space, "RGB", "CMYK", "GRAY".
        labels: Further EXIF values in words (flash, metering, white balance ...), for the organizer's eye.
        exif_state, xmp_state, iptc_state, icc_state, credentials_state: "absent", "read" or "broken", which are
            three different answers.
    """

    captured_at: str | None = None
    captured_at_source: str | None = None
    captured_at_raw: str | None = None
    utc_offset: str | None = None
    subsec: str | None = None
    digitized_at: str | None = None
    xmp_captured_at: str | None = None
    modified_at: str | None = None
    history_from: str | None = None
    history_programs: tuple[str, ...] = ()
    gps_at: str | None = None
    make: str | None = None
    model: str | None = None
    lens_model: str | None = None
    f_number: float | None = None
    exposure_s: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    orientation: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    software: str | None = None
    artist: str | None = None
    copyright: str | None = None
    image_description: str | None = None
    xp_title: str | None = None
    xp_author: str | None = None
    user_comment: str | None = None
    owner_name: str | None = None
    serial_number: str | None = None
    iptc_caption: str | None = None
    iptc_byline: str | None = None
    iptc_copyright: str | None = None
    xmp_title: str | None = None
    xmp_description: str | None = None
    xmp_creators: tuple[str, ...] = ()
    xmp_rights: str | None = None
    creator_tool: str | None = None
    digital_source_type: str | None = None
    credentials_generator: str | None = None
    credentials_actions: tuple[str, ...] = ()
    credentials_source_types: tuple[str, ...] = ()
    image_unique_id: str | None = None
    custom_rendered: int | None = None
    composite_image: int | None = None
    raw_settings: bool = False
    panorama: bool = False
    ai_generator: str | None = None
    aigc_label: str | None = None
    color_space: int | None = None
    icc_profile: str | None = None
    icc_space: str | None = None
    has_thumbnail: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    exif_state: str = ABSENT
    xmp_state: str = ABSENT
    iptc_state: str = ABSENT
    icc_state: str = ABSENT
    credentials_state: str = ABSENT

    def to_json(self) -> dict[str, Any]:
        """Give plain JSON values."""
        return to_plain(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Facts":
        """Read what ``to_json`` gave; raises ValueError on a wrong type."""
        return from_plain(cls, raw)
