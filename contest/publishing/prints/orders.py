"""What is ordered of a print: its kind, size and language, as plain data that survives as JSON."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from contest.kernel.errors import Invalid
from contest.publishing.album.plan import Language


class Kind(StrEnum):
    """What can be printed beside the album; the first three of the result, the last of a round, without names."""

    CERTIFICATES = "certificates"
    PANELS = "panels"
    LABELS = "labels"
    CONTACT = "contact"


OF_RESULT: Final = (Kind.CERTIFICATES, Kind.PANELS, Kind.LABELS)

# Trimmed width and height in mm by the name of the size; the first is the usual one. Labels have two sizes of their
# own, named by how many an A4 sheet holds: 90 x 50 mm, and 63.5 x 38.1 mm as pre-cut sheets have them.
SIZES: Final[Mapping[Kind, Mapping[str, tuple[float, float]]]] = MappingProxyType(
    {
        Kind.CERTIFICATES: {"A4": (297.0, 210.0), "A3": (420.0, 297.0)},
        Kind.PANELS: {
            "800x1200": (800.0, 1200.0),
            "600x900": (600.0, 900.0),
            "900x1200": (900.0, 1200.0),
            "1200x800": (1200.0, 800.0),
            "900x600": (900.0, 600.0),
            "1200x900": (1200.0, 900.0),
        },
        Kind.LABELS: {"10": (210.0, 297.0), "21": (210.0, 297.0)},
        Kind.CONTACT: {"A4": (210.0, 297.0), "A3": (297.0, 420.0)},
    }
)
LANGUAGES: Final = ("both", "zh", "en")
PER_PAGE: Final = (4, 30)
BOXES: Final = (0, 8)


@dataclass(frozen=True, kw_only=True)
class PrintOrder:
    """One order.

    Attributes:
        size: A key of the kind's `SIZES`; "" becomes the usual one.
        singles: Of certificates: whether each is a file of its own, all in one ZIP.
        seal: Of certificates: SHA-256 of the kept picture of the seal that stands on them; "" for none.
        round: Of contact sheets: the round's number; 0 for anything else.
        per_page: Of contact sheets: the most works on a page, 4 to 30.
        boxes: Of contact sheets: how many boxes for marks stand beside each work, 0 to 8.
    """

    kind: Kind
    size: str = ""
    language: Language = "both"
    singles: bool = False
    seal: str = ""
    round: int = 0
    per_page: int = 12
    boxes: int = 1

    def __post_init__(self) -> None:
        """Take the usual size where none is named; refuse what cannot be printed.

        Raises:
            Invalid: ``print.size_unknown``, ``print.language_unknown``, ``print.per_page``, ``print.boxes``.
        """
        sizes = SIZES[self.kind]
        if not self.size:
            object.__setattr__(self, "size", next(iter(sizes)))
        if self.size not in sizes:
            raise Invalid("print.size_unknown", size=self.size, sizes=", ".join(sizes))
        if self.language not in LANGUAGES:
            raise Invalid("print.language_unknown")
        if not PER_PAGE[0] <= self.per_page <= PER_PAGE[1]:
            raise Invalid("print.per_page", least=PER_PAGE[0], most=PER_PAGE[1])
        if not BOXES[0] <= self.boxes <= BOXES[1]:
            raise Invalid("print.boxes", least=BOXES[0], most=BOXES[1])

    @property
    def size_mm(self) -> tuple[float, float]:
        """Give width and height of a trimmed page in mm."""
        return SIZES[self.kind][self.size]

    @property
    def suffix(self) -> str:
        """Give the ending of the file that is made."""
        return "zip" if self.singles else "pdf"

    def to_json(self) -> str:
        """Write the canonical form: sorted keys, no spaces."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """Hash the canonical form with SHA-256, hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> "PrintOrder":
        """Read what ``to_json`` wrote.

        Raises:
            Invalid: as the constructor.
            KeyError, TypeError, ValueError: the text is no order.
        """
        raw: dict[str, Any] = json.loads(text)
        return cls(**{**raw, "kind": Kind(raw["kind"])})
