"""What a contest asks of each photograph: the part of its rules that inspection checks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from flask_babel import lazy_gettext
from wtforms import BooleanField, FloatField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from contest.calls.forms.fields import LINE, chosen, number_field
from contest.inspection.devices import ACTION, CAMERA, DRONE, PHONE
from contest.inspection.terms import Limits, PhotoTerms, Region
from contest.kernel.errors import Invalid
from contest.web.forms import DayField, PartForm

MIB: Final = 1024 * 1024
FORMATS: Final = [
    SelectChoice("jpeg", "JPEG"),
    SelectChoice("png", "PNG"),
    SelectChoice("tiff", "TIFF"),
    SelectChoice("webp", "WebP"),
    SelectChoice("avif", "AVIF"),
    SelectChoice("heif", "HEIC"),
]
DEVICES: Final = [
    SelectChoice(PHONE, lazy_gettext("Phones")),
    SelectChoice(CAMERA, lazy_gettext("Cameras")),
    SelectChoice(DRONE, lazy_gettext("Drones")),
    SelectChoice(ACTION, lazy_gettext("Action cameras")),
]
NO_CAMERA_DATA: Final = "C01"
_BOX: Final = ("south", "west", "north", "east")
_CIRCLE: Final = ("latitude", "longitude", "radius_km")


def _ticks(label: str, choices: list[SelectChoice], *checks: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        list(checks),
        choices=choices,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def _degrees(label: str, most: int) -> FloatField:
    message = lazy_gettext("Give degrees from %(min)s to %(max)s, with a point, such as 36.48.")
    return FloatField(
        label, [Optional(), NumberRange(min=-most, max=most, message=message)], render_kw={"inputmode": "decimal"}
    )


class TermsForm(PartForm):
    """Formats, sizes, dates, devices and the region."""

    formats = _ticks(lazy_gettext("File formats"), FORMATS, chosen)
    mib_min = number_field(lazy_gettext("Smallest file, MB"))
    mib_max = number_field(lazy_gettext("Largest file, MB"))
    long_side_min_px = number_field(lazy_gettext("Long side at least, px"))
    either = BooleanField(lazy_gettext("The smallest file or the long side is enough: one of the two must hold"))
    long_side_max_px = number_field(lazy_gettext("Long side at most, px"))
    short_side_min_px = number_field(lazy_gettext("Short side at least, px"))
    width_max_px = number_field(lazy_gettext("Width at most, px"))
    height_max_px = number_field(lazy_gettext("Height at most, px"))
    print_long_side_mm = number_field(lazy_gettext("Long side of the largest print, mm"))
    captured_from = DayField(lazy_gettext("Taken on or after"), [Optional()])
    captured_last = DayField(lazy_gettext("Taken on or before"), [Optional()])
    needs_camera_data = BooleanField(lazy_gettext("A photograph without camera data (EXIF) is refused"))
    devices = _ticks(lazy_gettext("Taken with"), DEVICES)
    region_name = StringField(lazy_gettext("Name of the region"), [LINE])
    region_latitude = _degrees(lazy_gettext("Latitude of its centre"), 90)
    region_longitude = _degrees(lazy_gettext("Longitude of its centre"), 180)
    region_radius_km = number_field(lazy_gettext("Radius, km"))
    region_south = _degrees(lazy_gettext("Southern edge"), 90)
    region_north = _degrees(lazy_gettext("Northern edge"), 90)
    region_west = _degrees(lazy_gettext("Western edge"), 180)
    region_east = _degrees(lazy_gettext("Eastern edge"), 180)
    region_outline = TextAreaField(lazy_gettext("Corners of its outline"), [Optional()], render_kw={"rows": 4})

    def terms(self, *, before: PhotoTerms) -> PhotoTerms:
        """Give what was typed.

        Args:
            before: The terms as kept, for what this form does not ask: alternatives of another kind than the one it
                knows, and how grave each finding is.

        Raises:
            Invalid: ``terms.either``, of the two that are alternatives one is not given; ``terms.region``, it has no
                name, no shape, or parts of several; ``terms.outline``, a line is no corner, or there are too few.
        """
        last, is_either = self.captured_last.data, bool(self.either.data)
        bytes_min, long_side_min_px = _bytes(self.mib_min.data), self.long_side_min_px.data
        if is_either and not (bytes_min and long_side_min_px):
            raise Invalid("terms.either")
        pair = Limits(bytes_min=bytes_min), Limits(long_side_min_px=long_side_min_px)
        other = () if before.either else before.any_of
        severities = {code: severity for code, severity in before.severities.items() if code != NO_CAMERA_DATA}
        if self.needs_camera_data.data:
            severities[NO_CAMERA_DATA] = "reject"
        return replace(
            before,
            formats=tuple(self.formats.data or ()),
            bytes_min=None if is_either else bytes_min,
            bytes_max=_bytes(self.mib_max.data),
            long_side_min_px=None if is_either else long_side_min_px,
            long_side_max_px=self.long_side_max_px.data,
            short_side_min_px=self.short_side_min_px.data,
            width_max_px=self.width_max_px.data,
            height_max_px=self.height_max_px.data,
            any_of=pair if is_either else other,
            print_long_side_mm=self.print_long_side_mm.data,
            captured_from=self.captured_from.data,
            captured_until=None if last is None else last + timedelta(days=1),
            devices=tuple(self.devices.data or ()),
            region=self._region(),
            severities=severities,
        )

    def _region(self) -> Region | None:
        name = (self.region_name.data or "").strip()
        shape = {part: self[f"region_{part}"].data for part in (*_BOX, *_CIRCLE)}
        outline = _corners(self.region_outline.data or "")
        if not name and not outline and all(value is None for value in shape.values()):
            return None
        if not name:
            raise Invalid("terms.region")
        try:
            return Region(name=name, outline=outline, **shape)
        except ValueError as incomplete:
            raise Invalid("terms.region") from incomplete


def terms_as_kept(terms: PhotoTerms) -> dict[str, Any]:
    """Give the values with which `TermsForm` opens."""
    last = terms.captured_until
    bytes_min, long_side_min_px = terms.either or (terms.bytes_min, terms.long_side_min_px)
    return {
        "formats": list(terms.formats),
        "mib_min": bytes_min and bytes_min // MIB,
        "mib_max": terms.bytes_max and terms.bytes_max // MIB,
        "long_side_min_px": long_side_min_px,
        "either": terms.either is not None,
        "long_side_max_px": terms.long_side_max_px,
        "short_side_min_px": terms.short_side_min_px,
        "width_max_px": terms.width_max_px,
        "height_max_px": terms.height_max_px,
        "print_long_side_mm": terms.print_long_side_mm,
        "captured_from": terms.captured_from,
        "captured_last": None if last is None else last - timedelta(days=1),
        "needs_camera_data": terms.severities.get(NO_CAMERA_DATA) == "reject",
        "devices": list(terms.devices),
        "region_name": terms.region.name if terms.region else "",
        "region_outline": "\n".join(f"{north}, {east}" for north, east in terms.region.outline)
        if terms.region
        else "",
        **{f"region_{part}": getattr(terms.region, part) if terms.region else None for part in (*_BOX, *_CIRCLE)},
    }


def _corners(text: str) -> tuple[tuple[float, float], ...]:
    """Read corners, one a line, latitude first, apart by a comma or a blank; raises ``terms.outline``."""
    lines = [line.replace(",", " ").replace("，", " ").split() for line in text.splitlines() if line.strip()]
    try:
        corners = tuple((float(north), float(east)) for north, east in lines)
        if corners:
            Region(name="?", outline=corners)
    except ValueError as unclear:
        raise Invalid("terms.outline") from unclear
    return corners


def _bytes(mib: int | None) -> int | None:
    return None if mib is None else mib * MIB
