"""A row is understood before anything is written: who, what, which category, which files."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from contest.calls.queries import CategoryFacts, ContestFacts
from contest.entries.actions import Text
from contest.entries.importing.columns import Field
from contest.entries.importing.folder import Folder
from contest.entries.importing.sheet import Row
from contest.entries.rules import gaps, same_name
from contest.kernel.bilingual import Bilingual
from contest.kernel.countries import country_code
from contest.kernel.errors import Invalid

_HAN: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What a row says, and the files that it names."""

    author: Bilingual
    country: str
    unit: Bilingual
    text: Text
    files: tuple[Path, ...]

    @property
    def source(self) -> str:
        """Name the row by author, unit and files: sorting the sheet or mending a title makes no new entry."""
        said = "\n".join(same_name(text) for text in (*self.author, *self.unit, *(file.name for file in self.files)))
        return f"sheet:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


class Planner:
    """Understands rows, and refuses what no checking of pictures could mend.

    Args:
        categories: The contest's.
        folder: Where the files are.
    """

    def __init__(self, *, contest: ContestFacts, categories: Sequence[CategoryFacts], folder: Folder) -> None:
        self._contest = contest
        self._categories = categories
        self._folder = folder
        self._rows: dict[str, int] = {}

    def plan(self, row: Row) -> Planned:
        """Understand one row.

        Raises:
            Missing: ``import.file_missing``.
            Invalid: ``import.formula`` or ``import.cell_error`` with the ``cell``; ``import.category``;
                ``country.unknown``;
                ``import.row_twice``; a name as in `Folder.files_named`; what the entry lacks, see `rules.gaps`.
        """
        for code, cell in row.flaws:
            raise Invalid(code, cell=cell)
        author = both_languages(row.text(Field.AUTHOR), row.text(Field.AUTHOR_EN))
        title = both_languages(row.text(Field.TITLE), row.text(Field.TITLE_EN))
        files = tuple(self._folder.files_named(row.text(Field.FILES)))
        for gap in gaps(
            has_title=bool(title),
            has_author=bool(author),
            pictures=len(files),
            rejected=0,
            series_min=self._contest.series_min,
            series_max=self._contest.series_max,
        ):
            raise gap.error()
        planned = Planned(
            author=author,
            country=country_code(row.text(Field.COUNTRY)),
            unit=both_languages(row.text(Field.UNIT), ""),
            text=Text(
                title=title,
                caption=row.text(Field.CAPTION),
                place=row.text(Field.PLACE),
                category_id=self._category(row.text(Field.CATEGORY)),
            ),
            files=files,
        )
        if planned.source in self._rows:
            raise Invalid("import.row_twice", row=self._rows[planned.source])
        self._rows[planned.source] = row.number
        return planned

    def _category(self, given: str) -> UUID:
        if not given and len(self._categories) == 1:
            return self._categories[0].id
        for category in self._categories:
            if same_name(given) in {same_name(name) for name in (category.key, *category.name) if name}:
                return category.id
        known = " / ".join(category.name.zh or category.name.en for category in self._categories)
        raise Invalid("import.category", given=given or "–", known=known)


def both_languages(text: str, english: str) -> Bilingual:
    """Give a text and its English version; a single text without Chinese characters is the English one."""
    if english or _HAN.search(text):
        return Bilingual(text, english)
    return Bilingual("", text)
