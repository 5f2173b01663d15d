"""A text that exists in Chinese and in English."""

from typing import NamedTuple


class Bilingual(NamedTuple):
    """One text in both languages; either may be empty, the other then stands in."""

    zh: str = ""
    en: str = ""

    def in_(self, language: str) -> str:
        """Give the text in ``language`` ("zh…" or anything else for English), else in the other one."""
        first, second = (self.zh, self.en) if language.lower().startswith("zh") else (self.en, self.zh)
        return first or second

    def __bool__(self) -> bool:
        """Tell whether there is any text at all."""
        return bool(self.zh or self.en)
