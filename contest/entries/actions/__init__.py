"""What is done to entries: by those who hand them in, and by the organizer who screens them."""

from contest.entries.actions.authors import AuthorGiven, author_for, author_named, author_of, unit_named
from contest.entries.actions.drafts import (
    OPEN_STATES,
    Text,
    check_open,
    create,
    discard_empty,
    reopen,
    restore,
    save,
    withdraw,
)
from contest.entries.actions.originals import ask_for_originals, decide_on_original
from contest.entries.actions.pairs import decide_pair
from contest.entries.actions.pictures import move_picture, put_in_place, remove_picture
from contest.entries.actions.roster import erase_import, rewrite
from contest.entries.actions.screening import accept, accept_clean, disqualify, refuse, requalify, waive
from contest.entries.actions.submission import Submitted, submit
from contest.entries.actions.texts import release_clean, release_text, release_unread

__all__ = [
    "OPEN_STATES",
    "AuthorGiven",
    "Submitted",
    "Text",
    "accept",
    "accept_clean",
    "ask_for_originals",
    "author_for",
    "author_named",
    "author_of",
    "check_open",
    "create",
    "decide_on_original",
    "decide_pair",
    "discard_empty",
    "disqualify",
    "erase_import",
    "move_picture",
    "put_in_place",
    "refuse",
    "release_clean",
    "release_text",
    "release_unread",
    "remove_picture",
    "reopen",
    "requalify",
    "restore",
    "rewrite",
    "save",
    "submit",
    "unit_named",
    "waive",
    "withdraw",
]
