"""What pages and other capabilities read of entries."""

from contest.entries.queries.facts import AuthorFacts, EntryFacts, FindingFacts, PictureFacts, UploadFacts
from contest.entries.queries.originals import OriginalFacts, originals_of
from contest.entries.queries.own import authors_of_unit, entries_of, entry_facts, handed_in_by, upload_facts
from contest.entries.queries.pairs import (
    OPEN,
    Likeliness,
    PairFacts,
    PairFilters,
    Relation,
    archived_in,
    compared,
    next_pair,
    open_pairs,
    pair_facts,
    pairs,
)
from contest.entries.queries.table import (
    PAGE_ENTRIES,
    Filters,
    Page,
    authors_and_units,
    clean_entries,
    next_to_screen,
    numbers_by_state,
    table,
    waiting_for_a_look,
)
from contest.entries.queries.texts import TextFacts, names_of, text_of, texts
from contest.entries.queries.ties import EntryTie, tie

__all__ = [
    "OPEN",
    "PAGE_ENTRIES",
    "AuthorFacts",
    "EntryFacts",
    "EntryTie",
    "Filters",
    "FindingFacts",
    "Likeliness",
    "OriginalFacts",
    "Page",
    "PairFacts",
    "PairFilters",
    "PictureFacts",
    "Relation",
    "TextFacts",
    "UploadFacts",
    "archived_in",
    "authors_and_units",
    "authors_of_unit",
    "clean_entries",
    "compared",
    "entries_of",
    "entry_facts",
    "handed_in_by",
    "names_of",
    "next_pair",
    "next_to_screen",
    "numbers_by_state",
    "open_pairs",
    "originals_of",
    "pair_facts",
    "pairs",
    "table",
    "text_of",
    "texts",
    "tie",
    "upload_facts",
    "waiting_for_a_look",
]
