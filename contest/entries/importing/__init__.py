"""Works come in from a spreadsheet and a folder: the same checks as in the portal, row by row."""

from contest.entries.importing.report import Examine, ImportReport, Reason, RefusedRow
from contest.entries.importing.rows import import_sheet

__all__ = ["Examine", "ImportReport", "Reason", "RefusedRow", "import_sheet"]
