"""What an import did, and why it refused what it refused."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contest.inspection.checks.sentences import FINDING_SENTENCES
from contest.kernel.errors import ContestError
from contest.web.sentences import sentence, translate

# Brings the examination of these pictures to its end, by doing or awaiting their jobs.
Examine = Callable[[Collection[UUID]], None]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a row was refused: an error's code or a finding's, its facts, and the file that it is about, if any."""

    code: str
    facts: Mapping[str, Any]
    file: str = ""

    @classmethod
    def of(cls, error: ContestError, *, file: str = "") -> "Reason":
        """Give an error as a reason."""
        return cls(code=error.code, facts=error.facts, file=file)

    def said(self, language: str) -> str:
        """Say it in one sentence, after the file's name where it is about one."""
        if self.code in FINDING_SENTENCES:
            told = translate(FINDING_SENTENCES[self.code], language) % self.facts
        else:
            told = sentence(self.code, self.facts, language)
        return f"{self.file}: {told}" if self.file else told


@dataclass(frozen=True, kw_only=True)
class RefusedRow:
    """A row that did not become an entry; ``row`` is its number as the spreadsheet program shows it."""

    row: int
    author: str
    title: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What came of each row: added now, changed in its texts, there already, refused."""

    rows: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    refused: tuple[RefusedRow, ...]

    def to_json(self) -> dict[str, Any]:
        """Give plain JSON values, every reason in both languages."""
        return {
            "rows": self.rows,
            "added": list(self.added),
            "changed": list(self.changed),
            "unchanged": list(self.unchanged),
            "refused": [
                {
                    "row": refused.row,
                    "author": refused.author,
                    "title": refused.title,
                    "reasons": [
                        {"code": reason.code, "zh": reason.said("zh_Hans"), "en": reason.said("en")}
                        for reason in refused.reasons
                    ],
                }
                for refused in self.refused
            ],
        }
