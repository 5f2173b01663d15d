"""Countries are understood by code and by name in either language."""

import pytest

from contest.kernel.bilingual import Bilingual
from contest.kernel.countries import countries, country_code, country_name
from contest.kernel.errors import Invalid


@pytest.mark.parametrize("given", ["FR", "fr", " France ", "法国", "\uff26\uff32"])
def test_a_country_is_understood_however_it_is_written(given: str) -> None:
    assert country_code(given) == "FR"


def test_every_name_leads_back_to_its_code() -> None:
    for code, name in countries().items():
        assert {country_code(code), country_code(name.zh), country_code(name.en)} == {code}


def test_nothing_is_no_country_and_an_unknown_word_is_refused() -> None:
    assert country_code("  ") == ""
    with pytest.raises(Invalid) as refused:
        country_code("Ruritania")
    assert (refused.value.code, refused.value.facts) == ("country.unknown", {"given": "Ruritania"})


def test_names_are_in_both_languages_and_an_unknown_code_stands_for_itself() -> None:
    assert country_name("MX") == Bilingual("墨西哥", "Mexico")
    assert country_name("??") == Bilingual("??", "??")
    assert country_name("").in_("zh") == ""
