"""What a picture's own metadata suggest for an untouched draft; nothing is kept until its entrant saves it."""

import re
from typing import Final

from contest.entries.forms import EntryForm
from contest.entries.queries import EntryFacts
from contest.entries.rules import CAPTION_CHARACTERS_MAX, TITLE_CHARACTERS_MAX
from contest.entries.web.words import facts_of

_HAN: Final = re.compile(r"[\u3400-\u9fff]")


def suggest(form: EntryForm, entry: EntryFacts) -> None:
    """Fill title and caption from the first picture, where the entry has neither.

    EXIF's own description is left out: cameras write their maker's name there.
    """
    if entry.number or entry.title or entry.caption or not entry.pictures:
        return
    facts = facts_of(entry.pictures[0])
    title = (facts.xmp_title or facts.xp_title or "")[:TITLE_CHARACTERS_MAX]
    (form.title_zh if _HAN.search(title) else form.title_en).data = title
    form.caption.data = (facts.iptc_caption or facts.xmp_description or "")[:CAPTION_CHARACTERS_MAX]
