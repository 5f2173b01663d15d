"""Countries and regions by their ISO 3166-1 codes of two letters; names in both languages from the Unicode CLDR."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale

from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid

# Territories of the CLDR that are no country or region that anybody comes from.
_UNREAL: Final = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})


@cache
def countries() -> Mapping[str, Bilingual]:
    """Give every code with its names."""
    names = [Locale.parse(locale).territories for locale in ("zh_Hans", "en")]
    return {
        code: Bilingual(*(each[code] for each in names))
        for code in sorted(set(names[0]) & set(names[1]))
        if len(code) == 2 and code.isalpha() and code not in _UNREAL  # noqa: PLR2004 - two letters are a country
    }


def country_name(code: str) -> Bilingual:
    """Name a country by its code; an unknown code stands for itself."""
    return countries().get(code, Bilingual(code, code))


def country_code(text: str) -> str:
    """Understand a country given by its code or by its name in either language; "" for an empty text.

    Raises:
        Invalid: ``country.unknown`` with what was ``given``.
    """
    given = _plain(text)
    if not given:
        return ""
    for code, name in countries().items():
        if given in {code.casefold(), _plain(name.zh), _plain(name.en)}:
            return code
    raise Invalid("country.unknown", given=text.strip())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
