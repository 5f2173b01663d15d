"""The packaged fonts hold what Chinese contests need; texts are cleaned and measured."""

import pytest

from contest.publishing.album.back import pinyin_key
from contest.publishing.album.fonts import clean, language_of, line_count, missing, rare, stack, width_em


def test_every_character_of_gb2312_can_be_set() -> None:
    characters = [
        bytes((high, low)).decode("gb2312", errors="ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    ]

    text = "".join(characters)

    assert len(text) == 6763
    assert missing(text, "serif") == ""
    assert missing(text, "sans") == ""


def test_what_no_font_has_is_named_once_and_in_order() -> None:
    assert missing("王\U0002ebf0😀\U0002ebf0", "serif") == "\U0002ebf0😀"


def test_a_rare_character_of_a_name_is_found_in_the_last_face() -> None:
    assert rare("王\U000212fe", "serif") == "\U000212fe"
    assert missing("王\U000212fe", "serif") == ""
    assert width_em("\U000212fe", "serif", "zh") == 1.0


def test_latin_letters_in_chinese_come_from_the_latin_face_but_quotes_do_not() -> None:
    latin, han = stack("serif", language="zh")

    assert width_em("A", "serif", "zh") == latin.advances[ord("A")]
    assert width_em("“", "serif", "zh") == han.advances[ord("“")]
    assert width_em("“", "serif", "en") == latin.advances[ord("“")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("晨\u0000雾\u200b", "晨雾"),
        ("e\u0301tude", "étude"),
        ("two\n lines\tand  more ", "two lines and more"),
        ("❤\ufe0f", "❤"),
        ("\u3000山", "\u3000山"),
    ],
)
def test_a_text_is_brought_to_what_can_be_set(given: str, expected: str) -> None:
    assert clean(given) == expected


def test_lines_are_counted_as_they_will_break() -> None:
    assert line_count("山" * 20, "serif", "zh", 10.0) == 2
    assert line_count("山" * 20 + "。", "serif", "zh", 10.0) == 3
    assert line_count("one two three", "serif", "en", 100.0) == 1
    assert line_count("", "serif", "en", 10.0) == 1


def test_a_text_is_set_by_the_rules_of_the_script_it_is_in() -> None:
    assert (language_of("晨雾 Morning"), language_of("Morning Mist")) == ("zh", "en")


def test_authors_are_ordered_by_reading_with_the_surnames_own_reading() -> None:
    names = ["赵无极", "曾祥", "单雄", "Élodie", "解珍", "欧阳明月", "尉迟恭", "Maria"]

    ordered = sorted(names, key=pinyin_key)

    assert ordered == ["Élodie", "Maria", "欧阳明月", "单雄", "解珍", "尉迟恭", "曾祥", "赵无极"]
