"""What inspection finds and asks for is written down; the message names the line to add."""

import dataclasses
import re
from pathlib import Path

from contest.inspection.checks import DEFAULTS, FIXED
from contest.inspection.checks.finding import ORGANIZER_ONLY
from contest.inspection.cli import FACTS
from contest.inspection.terms import Limits, PhotoTerms, Region

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def _page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def test_every_finding_is_in_the_findings_page_with_its_severity() -> None:
    page = _page("findings")
    weights = {code: f"{severity}, always" if code in FIXED else severity for code, severity in DEFAULTS.items()}

    lines = [
        f"| `{code}` | {weight} | {'organizer' if code in ORGANIZER_ONLY else 'both'} |"
        for code, weight in weights.items()
    ]
    assert [line for line in lines if line not in page] == []


def test_what_is_for_the_organizer_alone_is_a_finding_there_is() -> None:
    assert ORGANIZER_ONLY - set(DEFAULTS) == set()


def test_every_term_and_every_fact_is_in_the_inspection_page() -> None:
    page = _page("inspection")
    names = {one.name for kind in (PhotoTerms, Limits, Region) for one in dataclasses.fields(kind)}

    assert {name for name in (*names, *FACTS) if f"`{name}`" not in page} == set()


def test_the_terms_shown_as_an_example_can_be_read() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", _page("inspection"), re.DOTALL)

    assert len(PhotoTerms.from_toml(example).any_of) == 2


def test_every_row_of_the_catalogue_names_its_traps_and_the_tests_that_hold_them() -> None:
    page = _page("checks")
    tests = Path(__file__).parents[1]
    sources = [file.read_text(encoding="utf-8") for file in tests.rglob("test_*.py")]
    there = {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}
    rows = {row[:3]: row for row in re.findall(r"^\| (\w\d\d \|.*)$", page, re.MULTILINE)}

    assert set(rows) == {code[:3] for code in DEFAULTS}
    assert [row for row, line in rows.items() if "`test_" not in line] == []
    assert set(re.findall(r"`(test_\w+)`", page)) - there == set()
