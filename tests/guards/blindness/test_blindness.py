"""Nobody learns before the result is public what is not theirs to know: whose a work is, what others voted.

Two ways: no canary of an author shows in any answer, however encoded; and worlds that differ only in the secret
answer byte for byte alike.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.guards.blindness.crawl import Asked, Seen, crawl
from tests.guards.blindness.findings import PANEL, Finding, canaries, differences
from tests.guards.blindness.world import SUBJECTS, Variant, World, world

AUTHORS = Variant(authors="other")
VOTES = Variant(votes="other")
SILENCE = Variant(votes=None)

Crawls = dict[tuple[Variant, str], dict[Asked, Seen]]


@pytest.fixture(scope="module")
def worlds(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Variant, World]]:
    """One world for each variant."""
    folder = tmp_path_factory.mktemp("worlds")
    with ExitStack() as opened:
        yield {
            variant: opened.enter_context(world(folder / str(number), migrated_file, variant))
            for number, variant in enumerate((Variant(), AUTHORS, VOTES, SILENCE))
        }


@pytest.fixture(scope="module")
def crawls(worlds: dict[Variant, World]) -> Crawls:
    """All that every subject can see, while the round is open, after it, and once the result is sealed."""
    seen: Crawls = {(variant, subject): {} for variant in worlds for subject in SUBJECTS}
    for variant, built in worlds.items():
        for enter, subjects in (
            (built.open_round, SUBJECTS),
            (built.close_round, PANEL),  # for everybody else this is no other state than the one before and after
            (built.seal_result, SUBJECTS),
        ):
            enter()
            # Whether the others voted at all shows on the desks, as it should; a juror must not see it.
            for subject in subjects if variant != SILENCE else {"juror"}:
                seen[variant, subject] |= crawl(built, subject, sends=subject == "juror")
    return seen


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_canary_of_an_author_shows(worlds: dict[Variant, World], crawls: Crawls, subject: str) -> None:
    found = [
        leak
        for variant in (Variant(), AUTHORS)
        for leak in canaries(worlds[variant], subject, crawls[variant, subject])
    ]

    assert not found, told(found)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_worlds_of_other_authors_look_alike(crawls: Crawls, subject: str) -> None:
    found = differences(_comparable(crawls[Variant(), subject]), _comparable(crawls[AUTHORS, subject]))

    assert not found, told(found)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_worlds_of_other_votes_look_alike(crawls: Crawls, subject: str) -> None:
    # The chair may see votes once the round is closed, and only then.
    blind_in = {"round"} if subject == "chair" else {"round", "delib", "sealed"}

    found = differences(_of(crawls[Variant(), subject], blind_in), _of(crawls[VOTES, subject], blind_in))

    assert not found, told(found)


def test_to_a_juror_a_world_where_nobody_else_voted_looks_alike(crawls: Crawls) -> None:
    found = differences(_comparable(crawls[Variant(), "juror"]), _comparable(crawls[SILENCE, "juror"]))

    assert not found, told(found)


def test_the_crawl_reaches_the_pages_that_matter(crawls: Crawls) -> None:
    juror = {(asked.state, asked.path.split("?")[0]): seen for asked, seen in crawls[Variant(), "juror"].items()}

    reached = {path for (state, path), seen in juror.items() if state == "round" and seen.status.startswith("200")}

    assert {f"/contests/blind-cup/judging/{page}" for page in ("1/", "1/room", "1/next.json", "1/marks")} <= reached
    assert any(path.endswith("-2560.jpg") for path in reached)
    assert len(crawls[Variant(), "juror"]) > 100


def _of(seen: dict[Asked, Seen], states: set[str]) -> dict[Asked, Seen]:
    return {asked: answer for asked, answer in _comparable(seen).items() if asked.state in states}


def _comparable(seen: dict[Asked, Seen]) -> dict[Asked, Seen]:
    """Leave out the proofs of one's own votes: salts, seat and order in them are drawn by chance in every world.

    Once a round is closed they also tell, as they must, how many votes the tree binds.
    """
    return {asked: answer for asked, answer in seen.items() if "/proof.json" not in asked.path}


def told(found: list[Finding]) -> str:
    return f"{len(found)} leaks\n" + "\n".join(str(leak) for leak in found[:20])
