"""What a check says about a picture: a code, how serious it is, and what the sentence needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contest.inspection.plain import from_plain, to_plain

Said = tuple[str, dict[str, Any]]
"""What a check yields: a code and its parameters; how serious that is, is for the terms to say."""

ORGANIZER_ONLY = frozenset(
    {
        "F11.turned",
        "C06.gps_differs",
        "C06.changed_before_taken",
        "C06.xmp_differs",
        "E02.panorama",
        "E02.focus_stack",
        "E02.hdr",
        "E02.composite",
        "E07.thumbnail_differs",
        "D02.same_file_other_author",
        "D02.same_pixels_other_author",
        "D04.alike_other_author",
        "D05.alike_earlier_year",
        "S02.several_cameras",
        "S02.long_span",
        "R01.same_capture",
        "R01.differs",
        "R01.nothing_to_compare",
    }
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One statement about one picture.

    Attributes:
        code: Catalogue id and a name, such as "F06.long_side_too_small"; stable once released.
        severity: "note" (for information), "flag" (the organizer decides) or "reject" (cannot be handed in).
        params: What the sentence needs, plain JSON values; numbers carry the unit their name says.
    """

    code: str
    severity: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def for_photographer(self) -> bool:
        """Tell whether the photographer may see it; the others are for the organizer alone."""
        return self.code not in ORGANIZER_ONLY

    def to_json(self) -> dict[str, Any]:
        """Give plain JSON values."""
        return to_plain(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Finding":
        """Read what ``to_json`` gave; raises ValueError on anything else."""
        return from_plain(cls, raw)
