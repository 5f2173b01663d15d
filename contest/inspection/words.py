"""A finding in words, without a page around it: for the command line."""

import gettext
from pathlib import Path
from typing import Final

from contest.inspection.checks import Finding
from contest.inspection.checks.sentences import FINDING_SENTENCES

LOCALE: Final = Path(__file__).parent.parent / "locale"


def told(finding: Finding, *, language: str) -> str:
    """Say a finding in one sentence, in "en" or "zh_Hans"."""
    return translate(FINDING_SENTENCES[finding.code], language=language) % finding.params


def translate(message: str, *, language: str) -> str:
    """Give a message id in a language; in English where the catalogue has none."""
    return gettext.translation("messages", LOCALE, [language], fallback=True).gettext(message)
