"""What a contest asks of an entry, how it is numbered, and how its texts are kept; pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contest.kernel.errors import Conflict, Invalid

TITLE_CHARACTERS_MAX: Final = 120
NAME_CHARACTERS_MAX: Final = 80
PLACE_CHARACTERS_MAX: Final = 200
CAPTION_CHARACTERS_MAX: Final = 2000
REASON_CHARACTERS_MAX: Final = 500
FILE_NAME_CHARACTERS_MAX: Final = 255
# More marks on one letter than any script needs only serve to spill over the lines around it.
MARKS_PER_LETTER_MAX: Final = 4
_ZERO_WIDTH_JOINER: Final = "\u200d"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Something that an entry still needs before it can be handed in; ``code`` and ``facts`` as in an error."""

    code: str
    facts: tuple[tuple[str, int], ...] = ()

    def error(self) -> Invalid:
        """Give it as the error that refuses the submission."""
        return Invalid(self.code, **dict(self.facts))


@dataclass(frozen=True, kw_only=True)
class Window:
    """When entries are taken: from ``opens_at`` on, up to but not including ``closes_at``."""

    opens_at: datetime
    closes_at: datetime

    def check(self, at: datetime) -> None:
        """Refuse a moment outside.

        Raises:
            Conflict: ``entry.too_early`` or ``entry.closed``.
        """
        if at < self.opens_at:
            raise Conflict("entry.too_early")
        if at >= self.closes_at:
            raise Conflict("entry.closed")

    def crossed(self, begun_at: datetime, received_at: datetime) -> bool:
        """Tell whether a file was begun in time and arrived late."""
        return begun_at < self.closes_at <= received_at


def gaps(
    *,
    has_title: bool,
    has_author: bool,
    pictures: int,
    rejected: int,
    series_min: int,
    series_max: int,
) -> list[Gap]:
    """List what an entry lacks, in the order in which its page shows the fields.

    Args:
        has_title: In either language.
        has_author: Whether the author has a name in either language.
        pictures: How many it has; one is a single work, more are a series.
        rejected: How many of its findings forbid handing in and were not waived.
        series_min, series_max: How many pictures a series has, both ends included.
    """
    found = []
    if pictures == 0:
        found.append(Gap(code="entry.no_picture"))
    elif pictures > 1 and not series_min <= pictures <= series_max:
        facts = (("given", pictures), ("least", series_min), ("most", series_max))
        found.append(Gap(code="entry.series_size" if series_max > 1 else "entry.single_only", facts=facts))
    if rejected:
        found.append(Gap(code="entry.rejected_picture"))
    if not has_title:
        found.append(Gap(code="entry.no_title"))
    if not has_author:
        found.append(Gap(code="entry.no_author"))
    return found


def next_number(key: str, last: str | None) -> str:
    """Give the entry number after ``last``, such as "A-0107"; it grows past four digits rather than ending.

    Args:
        key: The category's capital letter.
        last: The highest number ever given in this category of this contest, None at the start.
    """
    return f"{key}-{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"


def check_cap(*, given: int, cap: int | None) -> None:
    """Refuse one entry more than an author may have.

    Args:
        given: How many the author has handed in already.
        cap: At most so many; None for no limit.

    Raises:
        Conflict: ``entry.cap`` with how many there are and may be.
    """
    if cap is not None and given >= cap:
        raise Conflict("entry.cap", given=given, most=cap)


def moved(order: Sequence[int], place: int, step: int) -> list[int]:
    """Give ``order`` with the item at ``place`` moved by ``step`` places, as far as the ends allow."""
    target = min(max(place + step, 0), len(order) - 1)
    rest = [item for index, item in enumerate(order) if index != place]
    return [*rest[:target], order[place], *rest[target:]]


def clean_line(text: str, *, limit: int, field: str) -> str:
    """Bring one line of text to the form in which it is kept.

    NFC, no control or invisible characters (they make two equal names differ), single spaces, at most four marks on
    a letter.

    Raises:
        Invalid: ``text.too_long`` when more than ``limit`` characters are left; nothing is cut silently.
    """
    return _within(" ".join(_visible(text).split()), limit=limit, field=field)


def clean_text(text: str, *, limit: int, field: str) -> str:
    """Bring a text of several lines to the form in which it is kept; see `clean_line`."""
    lines = [" ".join(_visible(line).split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return _within("\n".join(lines).strip("\n"), limit=limit, field=field)


def shown_file_name(given: str) -> str:
    """Keep of a file's name what can be shown: its last part, without what would turn or break a line.

    It is never used as a path.
    """
    last = _visible(given.replace("\\", "/").rpartition("/")[2])
    return " ".join(last.split())[-FILE_NAME_CHARACTERS_MAX:] or "?"


def same_name(text: str) -> str:
    """Give the form in which two names are compared: width, case and invisible characters do not count."""
    return " ".join(unicodedata.normalize("NFKC", _visible(text)).casefold().split())


def _visible(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(letter)
        if letter.isspace():
            kept.append(" ")
            marks = 0
        elif kind in {"Cc", "Cs"} or (kind == "Cf" and letter != _ZERO_WIDTH_JOINER):
            continue
        elif kind in {"Mn", "Me"}:
            marks += 1
            if marks <= MARKS_PER_LETTER_MAX:
                kept.append(letter)
        else:
            marks = 0
            kept.append(letter)
    return "".join(kept)


def _within(text: str, *, limit: int, field: str) -> str:
    if len(text) > limit:
        raise Invalid("text.too_long", field=field, given=len(text), most=limit)
    return text
