"""What a preflight finding and a failed build mean, in the reader's language; speaks in pages and on the terminal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contest.web.sentences import N_, sentence, translate

# In the order in which an organizer should look at them.
FINDINGS: Final[dict[str, str]] = {
    "text_overflow": N_("A text is %(over_mm)s mm too long for its place. Shorten the caption or the title."),
    "glyph_missing": N_("No typeface here has the character “%(character)s” in “%(text)s”. Tell the designer, or write it otherwise."),
    "glyph_blank": N_("A box stands in place of a character. Tell the administrator."),
    "page_count": N_("The book has %(pages)s pages, which cannot be bound in sheets of %(multiple)s."),
    "winner_not_once": N_("A picture of work %(work)s appears %(times)s times instead of once."),
    "work_withheld": N_("Work %(work)s was withdrawn or disqualified after the result was sealed and must not be printed. Leave it out under “Works”, or seal a new result without it."),
    "consent_missing": N_("Nobody accepted the rules and the licence for work %(work)s, so it must not be printed. Record the consent that came on paper, or leave the work out, under “Works”."),
    "work_not_in_book": N_("Work %(work)s won a prize and is left out of the book by decision."),
    "name_missing": N_("The title or the author of work %(work)s, “%(text)s”, does not stand beside its picture as the result has it."),
    "tier_wrong": N_("Work %(work)s stands among another prize than it won."),
    "near_trim": N_("Something stands %(distance_mm)s mm from the trimmed edge and could be cut."),
    "picture_data": N_("The picture of work %(work)s in the file is not the one that was handed in. Build the album again."),
    "picture_count": N_("The page shows %(found)s pictures where %(planned)s were planned."),
    "aspect": N_("The picture of work %(work)s is stretched by %(percent)s %%."),
    "rgb_picture": N_("The picture of work %(work)s carries no colour space."),
    "rgb_ink": N_("A line or a text is not in printing inks."),
    "transparency": N_("Something is transparent, which PDF/X-1a forbids."),
    "version": N_("The file is of PDF version %(found)s; at most %(most)s is allowed."),
    "sheet_count": N_("The file has %(found)s pages where %(planned)s were planned."),
    "outline": N_("The file's outline is not that of the book."),
    "labels": N_("The file's page numbers are not those of the book."),
    "alt_missing": N_("Only %(found)s of %(planned)s pictures can be described to people who do not see them."),
    "output_intent": N_("The file does not say for which press it is made."),
    "identity": N_("The file lacks “%(key)s”, which print shops ask for."),
    "forbidden": N_("The file contains something that print shops refuse: %(what)s."),
    "box": N_("The page's %(box)s has the wrong size."),
    "font": N_("The typeface %(font)s is not embedded as print shops need it."),
    "ppi_very_low": N_("Work %(work)s prints at only %(ppi)s pixels per inch and will look soft. Ask the author for a larger file, under “Works”."),
    "ppi_low": N_("Work %(work)s prints at %(ppi)s pixels per inch: good enough at reading distance, but less than 300. Ask the author for a larger file if there is one, under “Works”."),
    "panel_very_soft": N_("Work %(work)s hangs at only %(ppi)s pixels per inch: pixels can be seen from where people stand. Choose a smaller panel or ask the author for a larger file."),
    "panel_soft": N_("Work %(work)s hangs at %(ppi)s pixels per inch, less than the 150 that look sharp from 1.5 m. Look at a proof, or choose a smaller panel."),
    "work_left_out": N_("Work %(work)s was withdrawn or disqualified after the result was sealed, or may not be shown; nothing was made for it."),
    "label_shortened": N_("The label of work %(work)s has no room for everything; place, second languages or unit are left out on it. Choose the larger labels."),
    "derivative_used": N_("The file of work %(work)s cannot go into a PDF as it is and was converted at full quality. Compare it with the original in the proof."),
    "ink_high": N_("Work %(work)s puts %(percent)s %% of ink on the paper, more than the %(limit)s %% it takes. Use the printer's own profile, or the edition all in printing inks, which keeps the limit."),
    "ground_ink": N_("A coloured ground has %(percent)s %% of ink, more than the %(limit)s %% the paper takes. Choose a lighter colour."),
    "gamut_lost": N_("%(percent)s %% of work %(work)s has colours that the press cannot print and that will look duller. Look at it in the proof."),
    "colours_unseen": N_("Ink and colours of %(pictures)s pictures have not been measured for this press. Build the spread proof first; it measures them."),
    "text_small": N_("A text of %(size_pt)s pt is smaller than 6 pt and hard to read in print."),
    "text_reverse_small": N_("A light text of %(size_pt)s pt on a dark ground may fill up in print; 7 pt is the least."),
    "text_rich": N_("A text of %(size_pt)s pt is printed in four inks and may blur. Choose a colour of fewer inks."),
    "text_knocks_out": N_("Black type is cut out of what is under it; a white line may show around it."),
    "stroke_thin": N_("A line of %(width_pt)s pt is thinner than 0.25 pt and may break up in print."),
    "page_blank": N_("The page is empty."),
    "layout_repeated": N_("%(pages)s pages in a row from here have the same layout."),
    "title_long": N_("The title “%(text)s” runs over %(lines)s lines."),
    "glyph_rare": N_("The rare character “%(character)s” in “%(text)s” is set in the sans-serif face, the only one that has it. Look at it in the proof."),
    "override_unknown": N_("Work %(work)s is not among the awarded works any more. What was decided for it by hand is left out."),
    "override_other_tier": N_("Works %(one)s and %(two)s won different prizes and cannot change places."),
    "override_no_page": N_("Page %(number)s of “%(tier)s” cannot be arranged by hand: there is none, or it shows one work alone."),
    "override_conflict": N_("Work %(work)s cannot go to page %(number)s of its prize: that page is locked or full, or the work is locked elsewhere."),
    "override_impossible": N_("What was decided for page %(number)s of “%(tier)s” cannot be met with the works there are, and is left out."),
    "across_impossible": N_("Work %(work)s stays on one page: across both it would be no larger, or it is a series."),
    "profile_assumed": N_("Work %(work)s does not say its colour space; it is printed as sRGB. Look at its colours in the proof."),
}  # fmt: skip

EDITIONS: Final[dict[str, str]] = {
    "press": N_("Inside for the printer (PDF/X-4, photographs in their own colours)"),
    "x1a": N_("Inside for the printer (PDF/X-1a, all in printing inks)"),
    "screen": N_("Whole book for screens (small PDF, can be read aloud)"),
    "proof": N_("Spreads to look over (as the press will show them)"),
    "cover": N_("Cover in one piece, with the spine"),
}

PRINTS: Final[dict[str, str]] = {
    "certificates": N_("Certificates"),
    "panels": N_("Exhibition panels"),
    "labels": N_("Labels"),
    "contact": N_("Contact sheets"),
}

PRINT_SIZES: Final[dict[str, str]] = {
    "A4": "A4",
    "A3": "A3",
    "10": N_("90 × 50 mm, 10 on an A4 sheet, to be cut"),
    "21": N_("63.5 × 38.1 mm, 21 on an A4 sheet, pre-cut"),
    **{size: f"{size.replace('x', ' × ')} mm" for size in ("800x1200", "600x900", "900x1200")},
    **{size: f"{size.replace('x', ' × ')} mm" for size in ("1200x800", "900x600", "1200x900")},
}

# Why a photograph's data are not those of its original.
DERIVED: Final[dict[str, str]] = {
    "edition": N_("converted for this edition"),
    "not_jpeg": N_("is not a JPEG"),
    "broken": N_("has damaged markers"),
    "coding": N_("has a coding that presses cannot read"),
    "precision": N_("has more than 8 bits a colour"),
    "components": N_("has an unusual number of colours"),
    "colour_unclear": N_("does not say which colours it holds"),
    "no_height": N_("does not say its height"),
    "profile_too_large": N_("has an oversized colour profile"),
}

COLOURS: Final[dict[str, str]] = {
    "own": N_("its own profile"),
    "srgb": N_("taken for sRGB"),
    "press": N_("printing inks"),
}


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One finding in words; ``page`` is the label of the page in the book, or "" for the whole file.

    Attributes:
        key: The finding's, by which it is accepted.
    """

    key: str
    code: str
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
            key=finding["key"],
            code=finding["code"],
            severity=finding["severity"],
            page=finding["page"],
            said=translate(FINDINGS[finding["code"]], language) % finding["facts"],
        )
        for finding in sorted(findings, key=lambda finding: list(FINDINGS).index(finding["code"]))
    ]


def failure(code: str, facts: Mapping[str, Any], language: str) -> str:
    """Say why a build came to nothing."""
    return sentence(code, facts, language)
