"""A juror's pages give nothing away in any mode: yes and no, light table, chips, pairs."""

import pytest
from werkzeug.routing import Rule

from contest.judging.rules.settings import Mode, RoundSettings, TableTier
from contest.kernel.bilingual import Bilingual
from tests.guards.blindness.conftest import NewWorld
from tests.guards.blindness.crawl import Asked, Seen, crawl
from tests.guards.blindness.findings import canaries, differences
from tests.guards.blindness.test_blindness import AUTHORS, SILENCE, VOTES, told
from tests.guards.blindness.world import Variant, World

TIERS = tuple(TableTier(name=Bilingual(zh=f"{place} 档", en=f"Tier {place}")) for place in (1, 2, 3))
ROUNDS = {
    "yesno": (Mode.YESNO, RoundSettings(has_maybe=True)),
    "rank": (Mode.RANK, RoundSettings(tiers=TIERS)),
    "tokens": (Mode.TOKENS, RoundSettings(chips=8, aggregator="sum")),
    "pairs": (Mode.PAIRS, RoundSettings(aggregator="bradley_terry")),
}
Worlds = dict[Variant, World]
Crawls = dict[Variant, dict[Asked, Seen]]


@pytest.fixture(scope="module", params=ROUNDS)
def worlds(request: pytest.FixtureRequest, new_world: NewWorld) -> Worlds:
    """One world for each variant, in a round of one mode."""
    built = {variant: new_world(variant) for variant in (Variant(), AUTHORS, VOTES, SILENCE)}
    for one in built.values():
        one.open_round(*ROUNDS[request.param])
    return built


@pytest.fixture(scope="module")
def crawls(worlds: Worlds) -> Crawls:
    """All that the juror can see of judging while the round is open."""
    return {variant: crawl(built, "juror", wanted=_of_judging, sends=True) for variant, built in worlds.items()}


def _of_judging(rule: Rule) -> bool:
    return rule.endpoint.startswith("judging.")


def test_no_canary_of_an_author_shows(worlds: Worlds, crawls: Crawls) -> None:
    found = [leak for variant in (Variant(), AUTHORS) for leak in canaries(worlds[variant], "juror", crawls[variant])]

    assert not found, told(found)


@pytest.mark.parametrize("variant", [AUTHORS, VOTES, SILENCE], ids=["authors", "votes", "silence"])
def test_worlds_that_differ_in_the_secret_look_alike(crawls: Crawls, variant: Variant) -> None:
    found = differences(crawls[Variant()], crawls[variant])

    assert not found, told(found)


def test_the_crawl_reaches_the_works(worlds: Worlds, crawls: Crawls) -> None:
    seen = {asked.path.split("?")[0]: answer for asked, answer in crawls[Variant()].items()}
    handle = worlds[Variant()].handles("juror")[0]

    assert seen["/contests/blind-cup/judging/1/room"].status == "200 OK"
    assert seen[f"/contests/blind-cup/judging/1/pictures/{handle}/0-2560.jpg"].status == "200 OK"
    assert handle.encode() in seen[f"/contests/blind-cup/judging/1/works/{handle}.json"].body
