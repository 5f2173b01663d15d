"""Chinese and English are equal: every text exists in both, with the same places for facts."""

import re
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PLACES = re.compile(r"%\((\w+)\)[sd]")
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every message id of code and pages, collected anew."""
    template = tmp_path_factory.mktemp("texts") / "messages.pot"
    subprocess.run(
        [
            *[str(ROOT / ".venv" / "bin" / "pybabel"), "--quiet", "extract", "-F", "babel.cfg"],
            *["--ignore-dirs", ".*"],  # Babel passes over folders with an underscore unless told
            *["-k", "N_", "-k", "_l", "-k", "lazy_gettext", "-o", str(template), "contest", "templates"],
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with template.open("rb") as file:
        return {_id(message.id) for message in read_po(file) if message.id}


def _id(found: object) -> str:
    return str(found[0] if isinstance(found, tuple) else found)


def _catalogue(language: str) -> dict[str, str]:
    with (ROOT / "contest" / "locale" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {
            _id(message.id): str(message.string[0] if isinstance(message.string, tuple) else message.string)
            for message in read_po(file)
            if message.id and not message.fuzzy
        }


def test_every_text_is_in_the_chinese_catalogue(messages: set[str]) -> None:
    catalogue = _catalogue("zh_Hans")

    assert sorted(text for text in messages if not catalogue.get(text)) == []


def test_chinese_texts_keep_the_places_of_their_facts(messages: set[str]) -> None:
    catalogue = _catalogue("zh_Hans")

    differing = {
        text: catalogue[text]
        for text in messages & set(catalogue)
        if sorted(set(PLACES.findall(text))) != sorted(set(PLACES.findall(catalogue[text])))
    }
    assert differing == {}


def test_english_texts_are_written_in_english(messages: set[str]) -> None:
    assert sorted(text for text in messages if HAN.search(text) and text != "中文") == []


def test_chinese_sentences_use_full_width_punctuation(messages: set[str]) -> None:
    half = re.compile(r"[\u4e00-\u9fff][,;:!?](?!\w)|[\u4e00-\u9fff]\.(?:\s|$)")
    found = {text: said for text, said in _catalogue("zh_Hans").items() if text in messages and half.search(said)}

    assert found == {}
