"""What in a text could tell a juror who made the work; pure, and rather once too often: a person decides.

Names are looked for as they stand, and in Latin letters in any order and in one word as well. How a Chinese name
is spelled in pinyin is not worked out here but when a work comes in: finding B02, see `entries.names`.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Tell(StrEnum):
    """What kind of words a text holds that could tell who made the work."""

    NAME = "name"
    EMAIL = "email"
    WEB = "web"
    ACCOUNT = "account"
    PHONE = "phone"
    CREDIT = "credit"


@dataclass(frozen=True, kw_only=True)
class Told:
    """Words of a text, and what they could tell; shown to the organizer alone."""

    kind: Tell
    words: str


_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LEAST_HAN, _LEAST_LETTERS, _LEAST_DIGITS, _MOST_DIGITS = 2, 4, 7, 15
_EMAIL: Final = re.compile(r"(?<![a-z0-9._+-])[a-z0-9._+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_WEB: Final = re.compile(
    r"(?:https?://|www\.)[^\s，。；）)]+"
    r"|(?<![\w@.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\."
    r"(?:com|cn|net|org|io|me|cc|co|info|photo|photos|art|studio|top|vip|site|eu|uk|de|fr|it|jp|kr|tw|hk|ru)"
    r"(?![\w-])(?:/[^\s，。；）)]*)?"
)
_ACCOUNT: Final = re.compile(
    r"(?<![\w.])@\w{2,}"
    r"|(?:微信|微博|公众号|小红书|抖音|快手|视频号|qq|wechat|weibo|instagram|facebook|telegram)"
    r"(?:号|群|id)?\s*[:@]\s*[\w.-]+"
)
_PHONE: Final = re.compile(r"(?<![\w.])\+?\d[\d ()/.-]{5,}\d(?!\w)")
# Years, days and distances are no telephone numbers.
_NO_PHONE: Final = re.compile(r"\d{3,4} ?[-/] ?\d{3,4}|\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}(?: ?- ?\d{1,2}[-/.]\d{1,2})?")
_CREDIT: Final = re.compile(
    r"(?:摄影|拍摄|作者|图/文|图文|摄|文|图)\s*[:/]\s*\w+|\w{2,4}\s?/\s?摄|©\s*\w+|\(c\)\s*\w+"
    r"|(?:photo(?:graph|graphed|s)?|picture|image|taken|shot) by \w+"
)
_PATTERNS: Final = (
    (Tell.EMAIL, _EMAIL),
    (Tell.WEB, _WEB),
    (Tell.ACCOUNT, _ACCOUNT),
    (Tell.PHONE, _PHONE),
    (Tell.CREDIT, _CREDIT),
)


class Names:
    """The names of all who have a part in a contest, kept so that a text costs its own length and not theirs."""

    def __init__(self, names: Iterable[str]) -> None:
        self._han = defaultdict[str, set[str]](set)
        self._latin = defaultdict[str, set[tuple[str, ...]]](set)
        for name in names:
            plain = _plain(name)
            if _HAN.search(plain):
                squeezed = _squeezed(plain)
                if len(squeezed) >= _LEAST_HAN:
                    self._han[squeezed[:_LEAST_HAN]].add(squeezed)
                continue
            words = tuple(_words(plain))
            if len("".join(words)) < _LEAST_LETTERS or "".join(words).isdecimal():
                continue
            orders = [words[place:] + words[:place] for place in range(len(words))]
            for order in {*orders, words[::-1]}:
                self._latin[order[0]].add(order)
                self._latin["".join(order)].add(("".join(order),))

    def found_in(self, text: str) -> list[str]:
        """Give the names that a text holds, as they are written when all that readers do not see is left away."""
        plain = _plain(text)
        squeezed, words = _squeezed(plain), _words(plain)
        found = [
            name
            for place in range(len(squeezed) - 1)
            for name in self._han.get(squeezed[place : place + _LEAST_HAN], ())
            if squeezed.startswith(name, place)
        ]
        found += [
            " ".join(form)
            for place, word in enumerate(words)
            for form in self._latin.get(word, ())
            if tuple(words[place : place + len(form)]) == form
        ]
        return list(dict.fromkeys(found))


def told_by(text: str, names: Names) -> list[Told]:
    """List what in a text could tell who made the work, each kind of words once; empty where nothing was found."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = [Told(kind=Tell.NAME, words=name) for name in names.found_in(text)]
    for kind, pattern in _PATTERNS:
        found += [
            Told(kind=kind, words=match.group().strip())
            for match in pattern.finditer(plain)
            if kind is not Tell.PHONE or _is_phone(match.group())
        ]
    return list(dict.fromkeys(found))


def _is_phone(text: str) -> bool:
    digits = sum(one.isdigit() for one in text)
    return _LEAST_DIGITS <= digits <= _MOST_DIGITS and not _NO_PHONE.fullmatch(text.strip())


def _plain(text: str) -> str:
    """Give a text without the differences that readers do not see: width, case, accents."""
    parts = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFKC", "".join(one for one in parts if not unicodedata.combining(one))).casefold()


def _squeezed(text: str) -> str:
    return "".join(one for one in text if one.isalnum())


def _words(text: str) -> list[str]:
    """Give the words of Latin and other letters; a Chinese sentence is no word, and ends one."""
    return re.findall(r"[^\W_\u3400-\u9fff]+", text)
