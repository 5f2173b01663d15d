"""docs/reference/blindness.md names for every channel what watches it: all of that is there, and nothing else is."""

import re
from pathlib import Path

from tests.guards.blindness.plants import PLANTS

ROOT = Path(__file__).parents[3]
CHANNELS = 44
ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PLANT = re.compile(r"plant ((?:`\w+`(?:, )?)+)")
SHORT = re.compile(r"\b(canary|worlds)\b")


def _rows() -> dict[int, str]:
    page = (ROOT / "docs" / "reference" / "blindness.md").read_text()
    return {int(number): watched for number, watched in ROW.findall(page)}


def test_every_channel_is_watched_by_tests_that_exist() -> None:
    rows = _rows()

    assert list(rows) == list(range(1, CHANNELS + 1))
    assert [number for number, watched in rows.items() if not (TEST.search(watched) or SHORT.search(watched))] == []
    named = {test for watched in rows.values() for test in TEST.findall(watched)}
    assert {(path, name) for path, name in named if f"def {name}(" not in (ROOT / path).read_text()} == set()


def test_every_plant_is_for_a_channel() -> None:
    told = [name for watched in _rows().values() for names in PLANT.findall(watched) for name in names.split(", ")]

    planted = {f"`{plant.name}`" for plant in PLANTS}
    assert {name for name in told if name not in planted} == set()
    assert planted - set(told) == set()
