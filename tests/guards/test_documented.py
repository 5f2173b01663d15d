"""What can be set, called, asked for or refused is written down; the message names the line to add."""

import re
from pathlib import Path

import pytest
from flask import Flask

from contest.cli import main
from contest.web.access import action_of

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
RAISED = re.compile(r"\b(?:Missing|Refused|Conflict|Invalid|ContestError)\(\s*\"([a-z_]+(?:\.[a-z_]+)*)\"")


def _page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text()


def test_every_environment_variable_is_in_the_settings_page() -> None:
    source = (ROOT / "contest" / "settings.py").read_text()
    variables = set(re.findall(r'"((?:CONTEST_[A-Z_]+)|HOST|PORT)"', source))

    assert variables
    assert {name for name in variables if f"`{name}`" not in _page("settings")} == set()


def test_every_command_and_option_is_in_the_commands_page() -> None:
    page = _page("commands")

    missing = [name for name in main.commands if f"`contest {name}`" not in page]
    missing += [
        f"{name} {option}"
        for name, command in main.commands.items()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and option != "--help" and f"`{option}`" not in page
    ]
    assert missing == []


def test_every_command_says_in_plain_words_what_it_does() -> None:
    assert [name for name, command in main.commands.items() if len(command.help or "") < 30] == []


def test_every_error_code_has_a_sentence_and_a_line_in_the_errors_page() -> None:
    from contest.web.sentences import SENTENCES

    raised = {code for path in (ROOT / "contest").rglob("*.py") for code in RAISED.findall(path.read_text())}

    assert raised
    assert {code for code in raised if code not in SENTENCES} == set()
    assert {code for code in SENTENCES if f"`{code}`" not in _page("errors")} == set()


def test_every_page_is_in_the_routes_page_with_its_action(app: Flask) -> None:
    page = _page("routes")

    missing = [
        f"| `{rule.rule}` | `{action_of(app, rule.endpoint)}` |"
        for rule in app.url_map.iter_rules()
        if f"| `{rule.rule}` | `{action_of(app, rule.endpoint)}` |" not in page
    ]
    assert missing == []


@pytest.mark.parametrize("person", ["photographer", "unit", "juror", "organizer", "administrator"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_person_has_a_guide_in_both_languages(person: str, language: str) -> None:
    assert len((ROOT / "docs" / "guide" / f"{person}.{language}.md").read_text()) > 600


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [name for group in project["optional-dependencies"].values() for name in group]
    page = (ROOT / "docs" / "dependencies.md").read_text()

    names = {re.split(r"[<>=;\[ ]", name)[0] for name in [*project["dependencies"], *extras]} - {"contest"}
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_no_unfinished_work_is_marked_in_the_code() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    found = [
        str(path.relative_to(ROOT))
        for folder in ("contest", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".js", ".html", ".css"}
        and "vendor" not in path.parts
        and marks.search(path.read_text())
    ]
    assert found == []


def test_every_case_of_the_acceptance_page_has_tests_that_exist() -> None:
    page = (ROOT / "docs/reference/acceptance.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z0-9, ]+) \|.*\| (.+) \|$", page, re.MULTILINE)
    shown = {case: re.findall(r"`([\w/.]+)::(\w+)`", tests) for cases, tests in rows for case in cases.split(", ")}

    assert list(shown) == [*"ABCDEFGHIJKLMNOPQ", *map(str, range(1, 21))]
    assert [case for case, tests in shown.items() if not tests] == ["18"]
    missing = {
        f"{path}::{name}"
        for tests in shown.values()
        for path, name in tests
        if not re.search(rf"^ *def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert missing == set()
