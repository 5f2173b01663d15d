"""What pages and other capabilities read of entries."""

from contest.entries.queries.facts import AuthorFacts, EntryFacts, FindingFacts, PictureFacts, UploadFacts
from contest.entries.queries.own import authors_of_unit, entries_of, entry_facts, handed_in_by, upload_facts
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
from contest.entries.queries.ties import EntryTie, tie

__all__ = [
    "PAGE_ENTRIES",
    "AuthorFacts",
    "EntryFacts",
    "EntryTie",
    "Filters",
    "FindingFacts",
    "Page",
    "PictureFacts",
    "UploadFacts",
    "authors_and_units",
    "authors_of_unit",
    "clean_entries",
    "entries_of",
    "entry_facts",
    "handed_in_by",
    "next_to_screen",
    "numbers_by_state",
    "table",
    "tie",
    "upload_facts",
    "waiting_for_a_look",
]
