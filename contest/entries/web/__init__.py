"""Pages of entries: a photographer's own works, uploads, previews; the organizer's table and screening."""

from contest.calls import desk
from contest.entries.web import (
    edit,
    export,
    files,
    mine,
    original_uploads,
    originals,
    pairs,
    screening,
    texts,
    uploads,
)
from contest.entries.web.blueprint import pages
from contest.entries.web.figures import figures
from contest.entries.web.relating import relate

__all__ = [
    "edit",
    "export",
    "files",
    "mine",
    "original_uploads",
    "originals",
    "pages",
    "pairs",
    "relate",
    "screening",
    "texts",
    "uploads",
]

if figures not in desk.PROVIDERS:
    desk.PROVIDERS.append(figures)
