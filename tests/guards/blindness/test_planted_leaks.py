"""The harness tested on itself: whatever is planted, it finds; where nothing is planted, it finds nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from tests.guards.blindness.crawl import crawl
from tests.guards.blindness.findings import Finding, canaries, differences
from tests.guards.blindness.plants import PLANTS
from tests.guards.blindness.scene import Plant, planted
from tests.guards.blindness.world import Variant, World, world

ENOUGH = 40
Worlds = dict[Variant, World]


@pytest.fixture(scope="module")
def worlds(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """Worlds in their round, one for each secret that a plant may give away."""
    folder = tmp_path_factory.mktemp("planted")
    variants = dict.fromkeys((Variant(), *(plant.against for plant in PLANTS)))
    with ExitStack() as opened:
        built = {
            variant: opened.enter_context(world(folder / str(number), migrated_file, variant))
            for number, variant in enumerate(variants)
        }
        for one in built.values():
            one.open_round()
        yield built


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_leak_is_found(worlds: Worlds, plant: Plant) -> None:
    assert _found(worlds, plant, is_planted=True)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_nothing_is_found_where_nothing_is_planted(worlds: Worlds, plant: Plant) -> None:
    assert _found(worlds, plant, is_planted=False) == []


def test_enough_is_planted() -> None:
    assert len({plant.name for plant in PLANTS}) == len(PLANTS) >= ENOUGH


def _found(worlds: Worlds, plant: Plant, *, is_planted: bool) -> list[Finding]:
    seen = []
    for variant in (Variant(), plant.against):
        spoiled = planted(worlds[variant], plant) if is_planted else nullcontext()
        with spoiled:
            seen.append(crawl(worlds[variant], "juror", wanted=_only(plant.endpoint)))
    return [*canaries(worlds[Variant()], "juror", seen[0]), *differences(*seen)]


def _only(endpoint: str) -> Callable[[Rule], bool]:
    return lambda rule: rule.endpoint == endpoint
