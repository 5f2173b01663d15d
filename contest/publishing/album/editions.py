"""The editions that one plan gives, and what a printer asks of them.

Sources: ISO 15930-7 (PDF/X-4), ISO 15930-4 (PDF/X-1a:2003), ISO 14289-1 (PDF/UA-1).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from contest.kernel.errors import Invalid
from contest.publishing.album.profiles import FOGRA39, OutputProfile

Space = Literal["own", "press", "screen", "proof"]

INK_LIMITS: Final = (200, 400)
LEAVES_MM: Final = (0.03, 1.0)


class Edition(StrEnum):
    """What is made of a plan.

    The inside for the press with photographs in their own colours (PDF/X-4), the inside all in printing inks
    (PDF/X-1a:2003), the whole book for screens, the whole book as spreads to look over, and the cover in one piece.
    """

    PRESS = "press"
    X1A = "x1a"
    SCREEN = "screen"
    PROOF = "proof"
    COVER = "cover"


FOR_PRINTERS: Final = frozenset({Edition.PRESS, Edition.X1A, Edition.COVER})


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How the file of an edition is made.

    Attributes:
        version: Of PDF, such as "1.6".
        claim: The standard the file says it keeps, such as "PDF/X-4"; "" for none.
        space: In which colours photographs stand: their "own" and untouched, "press" inks, sRGB for the "screen", or
            sRGB as the press would show them, the "proof".
        ppi: At most so many pixels per inch at the placed size, where photographs are converted.
        quality: Of their JPEG, 1 to 100; ``subsampling`` of its colours, 0 for none, 2 for 4:2:0.
        is_inked: Whether type and grounds are in printing inks; else in sRGB.
        is_tagged: Whether it can be read aloud.
    """

    version: str
    claim: str
    space: Space
    ppi: float
    quality: int
    subsampling: int
    is_inked: bool
    is_tagged: bool = False


_X4: Final = Recipe(version="1.6", claim="PDF/X-4", space="own", ppi=400.0, quality=95, subsampling=0, is_inked=True)
_X1A: Final = Recipe(
    version="1.4", claim="PDF/X-1a:2003", space="press", ppi=300.0, quality=95, subsampling=0, is_inked=True
)
_RECIPES: Final = {
    Edition.PRESS: _X4,
    Edition.X1A: _X1A,
    Edition.COVER: _X4,
    Edition.SCREEN: Recipe(
        version="1.7",
        claim="PDF/UA-1",
        space="screen",
        ppi=150.0,
        quality=85,
        subsampling=2,
        is_inked=False,
        is_tagged=True,
    ),
    Edition.PROOF: Recipe(
        version="1.6", claim="", space="proof", ppi=120.0, quality=82, subsampling=2, is_inked=False
    ),
}


@dataclass(frozen=True, kw_only=True)
class Printer:
    """What the printer asks for.

    Attributes:
        profile: The output condition; FOGRA39 where the printer names none.
        ink_limit_percent: The most ink that the paper takes, cyan, magenta, yellow and black together.
        leaf_mm: Caliper of one leaf of the inside paper, of which the spine's width follows; 157 g/m² coated
            stock has about 0.13 mm.
        only_inks: Whether the cover, too, must be all in printing inks (PDF/X-1a).
    """

    profile: OutputProfile = field(default=FOGRA39)
    ink_limit_percent: int = 300
    leaf_mm: float = 0.13
    only_inks: bool = False

    def __post_init__(self) -> None:
        """Refuse what no paper has.

        Raises:
            Invalid: ``album.printer_impossible`` with the field's name.
        """
        for name, (least, most) in {"ink_limit_percent": INK_LIMITS, "leaf_mm": LEAVES_MM}.items():
            if not least <= getattr(self, name) <= most:
                raise Invalid("album.printer_impossible", field=name, least=least, most=most)


def recipe_of(edition: Edition, printer: Printer) -> Recipe:
    """Give how an edition is made for a printer."""
    return _X1A if edition is Edition.COVER and printer.only_inks else _RECIPES[edition]
