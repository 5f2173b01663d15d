"""The harness tested on itself: whatever is planted, it finds; where nothing is planted, it finds nothing."""

from collections.abc import Callable
from functools import cache

import pytest
from werkzeug.routing import Rule

from contest.kernel.permissions import State
from tests.guards.blindness.conftest import NewWorld
from tests.guards.blindness.crawl import Asked, Seen, crawl
from tests.guards.blindness.findings import Finding, canaries, differences
from tests.guards.blindness.plants import PLANTS
from tests.guards.blindness.scene import Plant, planted
from tests.guards.blindness.world import Variant, World

ENOUGH = 44
# A world for each secret, in its round and after it; and what the one plant's subject sees there without any plant.
Worlds = dict[tuple[Variant, State], World]
Honest = Callable[[Variant, State, str, str], dict[Asked, Seen]]


@pytest.fixture(scope="module")
def worlds(new_world: NewWorld) -> Worlds:
    """Worlds for all secrets that a plant may give away, in the states in which it may."""
    built = {}
    for variant in dict.fromkeys((Variant(), *(plant.against for plant in PLANTS))):
        for state in dict.fromkeys(plant.state for plant in PLANTS):
            one = built[variant, state] = new_world(variant)
            one.open_round()
            if state is State.DELIB:
                one.close_round()
    return built


@pytest.fixture(scope="module")
def honest(worlds: Worlds) -> Honest:
    """Ask one page of a world where nothing is planted."""

    @cache
    def ask(variant: Variant, state: State, subject: str, endpoint: str) -> dict[Asked, Seen]:
        return crawl(worlds[variant, state], subject, wanted=_only(endpoint))

    return ask


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_leak_is_found(worlds: Worlds, plant: Plant) -> None:
    seen = []
    for variant in (Variant(), plant.against):
        spoiled = worlds[variant, plant.state]
        with planted(spoiled, plant):
            seen.append(crawl(spoiled, plant.subject, wanted=_only(plant.endpoint)))

    assert _found(worlds, plant, seen)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_nothing_is_found_where_nothing_is_planted(worlds: Worlds, honest: Honest, plant: Plant) -> None:
    seen = [honest(variant, plant.state, plant.subject, plant.endpoint) for variant in (Variant(), plant.against)]

    assert _found(worlds, plant, seen) == []
    assert any(one.status.startswith("200") for one in seen[0].values())


def test_enough_is_planted() -> None:
    assert len({plant.name for plant in PLANTS}) == len(PLANTS) >= ENOUGH


def _found(worlds: Worlds, plant: Plant, seen: list[dict[Asked, Seen]]) -> list[Finding]:
    return [*canaries(worlds[Variant(), plant.state], plant.subject, seen[0]), *differences(*seen)]


def _only(endpoint: str) -> Callable[[Rule], bool]:
    return lambda rule: rule.endpoint == endpoint
