"""Checks of what would tell a juror whose picture it is. Rows B01 and B02."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from contest.inspection.checks.finding import Finding, Said
from contest.inspection.checks.severities import weighed
from contest.inspection.report import Report

_HAN = re.compile(r"[\u3400-\u9fff]")
_LEAST_HAN, _LEAST_LETTERS, _LEAST_DIGITS = 2, 4, 7
_BETWEEN = r"[\W_]{0,3}"
_CARRIERS = (
    "artist",
    "copyright",
    "xp_author",
    "owner_name",
    "serial_number",
    "iptc_byline",
    "iptc_copyright",
    "xmp_creators",
    "xmp_rights",
    "latitude",
)


def identity(report: Report) -> Iterator[Said]:
    """B01: fields that name a person, a camera or a place; the finding names the fields, never their content."""
    carriers = [name for name in _CARRIERS if getattr(report.facts, name)]
    if carriers:
        yield "B01.identity_in_metadata", {"fields": ", ".join(carriers)}


def find_names(
    *,
    words: Iterable[str],
    title: str = "",
    caption: str = "",
    file_name: str = "",
    severities: Mapping[str, str] | None = None,
) -> list[Finding]:
    """B02: look for a person's name, phone or unit in texts that others will read.

    Args:
        words: What tells who it is, in every form it may be written in: the name in characters, its Latin forms
            ("Zhang Wei", "Wei Zhang"), the phone number, the unit. What is too short to tell anybody is left out:
            one character, three letters.
        title, caption: As jurors will read them.
        file_name: Renamed when stored, and many notices ask for the name in it: only a note.
        severities: The contest's departures from the defaults, as in ``PhotoTerms``.

    Returns:
        One finding for each text; the word itself is not repeated.
    """
    patterns = [pattern for word in words if (pattern := _pattern(_plain(word))) is not None]
    texts = (
        ("B02.name_in_title", title),
        ("B02.name_in_caption", caption),
        ("B02.name_in_file_name", file_name),
    )
    return weighed(
        ((code, {}) for code, text in texts if any(pattern.search(_plain(text)) for pattern in patterns)),
        chosen=severities or {},
    )


def _plain(text: str) -> str:
    """Give a text without the differences that readers do not see: width, case, accents."""
    parts = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFKC", "".join(one for one in parts if not unicodedata.combining(one))).casefold()


def _pattern(word: str) -> re.Pattern[str] | None:
    """Make the pattern that finds a word whole; between its parts there may be a little of anything."""
    if _HAN.search(word):
        letters = [one for one in word if one.isalnum()]
        return re.compile(r"\s?".join(map(re.escape, letters))) if len(letters) >= _LEAST_HAN else None
    parts = re.findall(r"[^\W_]+", word)
    joined = "".join(parts)
    if joined.isdecimal():
        enough = len(joined) >= _LEAST_DIGITS
        return re.compile(r"(?<!\d)(?:\+?86[\s-]?)?" + r"[\s-]?".join(joined) + r"(?!\d)") if enough else None
    if len(joined) < _LEAST_LETTERS:
        return None
    return re.compile(r"(?<![^\W\d_])" + _BETWEEN.join(map(re.escape, parts)) + r"(?![^\W\d_])")
