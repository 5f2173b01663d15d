"""What a preflight finding and a failed build mean, in the reader's language; speaks in pages and on the terminal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contest.web.sentences import N_, sentence, translate

# In the order in which an organizer should look at them.
FINDINGS: Final[dict[str, str]] = {
    "text_overflow": N_("A text is %(over_mm)s mm too long for its place. Shorten the caption or the title."),
    "glyph_missing": N_("No typeface here has the character “%(character)s” in “%(text)s”. Tell the designer, or write it otherwise."),
    "page_count": N_("The book has %(pages)s pages, which cannot be bound in sheets of %(multiple)s."),
    "winner_not_once": N_("A picture of work %(number)s appears %(times)s times instead of once."),
    "near_trim": N_("Something stands %(distance_mm)s mm from the trimmed edge and could be cut."),
    "picture_data": N_("The picture of work %(work)s in the file is not the one that was handed in. Build the album again."),
    "picture_count": N_("The page shows %(found)s pictures where %(planned)s were planned."),
    "aspect": N_("The picture of work %(work)s is stretched by %(percent)s %%."),
    "rgb_picture": N_("The picture of work %(work)s carries no colour space."),
    "rgb_ink": N_("A line or a text is not in printing inks."),
    "output_intent": N_("The file does not say for which press it is made."),
    "identity": N_("The file lacks “%(key)s”, which print shops ask for."),
    "forbidden": N_("The file contains something that print shops refuse: %(what)s."),
    "box": N_("The page's %(box)s has the wrong size."),
    "font": N_("The typeface %(font)s is not embedded as print shops need it."),
    "ppi_very_low": N_("Work %(work)s prints at only %(ppi)s pixels per inch and will look soft. Ask the author for a larger file."),
    "ppi_low": N_("Work %(work)s prints at %(ppi)s pixels per inch: good enough at reading distance, but less than 300. Ask the author for a larger file if there is one."),
    "derivative_used": N_("The file of work %(work)s cannot go into a PDF as it is and was converted at full quality. Compare it with the original in the proof."),
    "override_unknown": N_("Work %(work)s is not among the awarded works any more. What was decided for it by hand is left out."),
    "override_other_tier": N_("Works %(one)s and %(two)s won different prizes and cannot change places."),
    "override_no_page": N_("Page %(number)s of “%(tier)s” cannot be arranged by hand: there is none, or it shows one work alone."),
    "override_conflict": N_("Work %(work)s cannot go to page %(number)s of its prize: that page is locked or full, or the work is locked elsewhere."),
    "override_impossible": N_("What was decided for page %(number)s of “%(tier)s” cannot be met with the works there are, and is left out."),
    "profile_assumed": N_("Work %(work)s does not say its colour space; it is printed as sRGB. Look at its colours in the proof."),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One finding in words; ``page`` is the label of the page in the book, or "" for the whole file."""

    severity: str
    page: str
    said: str


def remarks(findings: Iterable[Mapping[str, Any]], language: str) -> list[Remark]:
    """Put the findings of a build's report into words, the weightiest first.

    Raises:
        ValueError, KeyError: a finding has no sentence, or lacks a fact that its sentence names.
    """
    return [
        Remark(
            severity=finding["severity"],
            page=finding["page"],
            said=translate(FINDINGS[finding["code"]], language) % finding["facts"],
        )
        for finding in sorted(findings, key=lambda finding: list(FINDINGS).index(finding["code"]))
    ]


def failure(code: str, facts: Mapping[str, Any], language: str) -> str:
    """Say why a build came to nothing."""
    return sentence(code, facts, language)
