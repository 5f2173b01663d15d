"""Nobody learns before the result is public what is not theirs to know: whose a work is, what others voted.

Two ways: no canary of an author shows in any answer, however encoded; and worlds that differ only in the secret
answer byte for byte alike.
"""

import json
from dataclasses import replace
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from contest.inspection.sizes import FULL
from contest.judging import actions
from contest.judging.jobs import handlers
from contest.judging.rules.order import desk_handle
from contest.judging.rules.settings import RoundSettings
from contest.kernel.permissions import State
from contest.platform.mail import open_mail
from tests.guards.blindness.conftest import NewWorld
from tests.guards.blindness.crawl import OFF_TABLE, Asked, Seen, crawl
from tests.guards.blindness.filling import ALONE, BLIND_KEY, fixed
from tests.guards.blindness.findings import PANEL, Finding, canaries, differences
from tests.guards.blindness.world import ON_TABLE, SUBJECTS, TELLING, Variant, World

AUTHORS = Variant(authors="other")
VOTES = Variant(votes="other")
SILENCE = Variant(votes=None)
# Jurors read titles and captions, as far as they are released; in the rounds of the other modes they read none.
WORDS = RoundSettings(shows_title=True, shows_caption=True)

Crawls = dict[tuple[Variant, str], dict[Asked, Seen]]


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def worlds(new_world: NewWorld) -> dict[Variant, World]:
    """One world for each variant."""
    return {variant: new_world(variant) for variant in (Variant(), AUTHORS, VOTES, SILENCE)}


@pytest.fixture(scope="module")
def crawls(worlds: dict[Variant, World]) -> Crawls:
    """All that every subject can see, while the round is open, after it, and once the result is sealed."""
    seen: Crawls = {(variant, subject): {} for variant in worlds for subject in (*SUBJECTS, ALONE)}
    for variant, built in worlds.items():
        for enter, subjects in (
            (partial(built.open_round, settings=WORDS), SUBJECTS),
            # For everybody else this is no other state than the one before and after.
            (built.close_round, PANEL - {ALONE}),
            (built.seal_result, SUBJECTS),
        ):
            enter()
            for subject in subjects:
                if _is_compared(variant, subject, built.state):
                    seen[variant, subject] |= crawl(
                        built, subject, sends=subject == "juror", strays=built.state is State.ROUND
                    )
            if variant.votes == "one":
                seen[variant, ALONE] |= crawl(built, ALONE, wanted=_is_at_the_desk)
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
    found = differences(crawls[Variant(), subject], crawls[AUTHORS, subject])

    assert not found, told(found)


def test_who_organizes_and_judges_learns_no_author_at_the_desk(worlds: dict[Variant, World], crawls: Crawls) -> None:
    found = [
        *differences(crawls[Variant(), ALONE], crawls[AUTHORS, ALONE]),
        *(leak for one in (Variant(), AUTHORS) for leak in canaries(worlds[one], ALONE, crawls[one, ALONE])),
    ]
    reached = {asked.path for asked, seen in crawls[Variant(), ALONE].items() if seen.status.startswith("200")}

    assert not found, told(found)
    assert {f"/contests/blind-cup/desk/{page}" for page in ("", "settings", "jury/", "jury/1/", "results")} <= reached
    assert not any("/works" in path or "/audit" in path or "/publishing" in path for path in reached)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_worlds_of_other_votes_look_alike(crawls: Crawls, subject: str) -> None:
    first = {
        asked: seen
        for asked, seen in crawls[Variant(), subject].items()
        if _is_compared(VOTES, subject, State(asked.state))
    }

    found = differences(first, crawls[VOTES, subject])

    assert not found, told(found)


def test_to_a_juror_a_world_where_nobody_else_voted_looks_alike(crawls: Crawls) -> None:
    found = differences(crawls[Variant(), "juror"], crawls[SILENCE, "juror"])

    assert not found, told(found)


def test_the_crawl_reaches_the_pages_that_matter(worlds: dict[Variant, World], crawls: Crawls) -> None:
    reached = {
        (asked.state, asked.path.removeprefix("/contests/blind-cup/judging/1/"))
        for asked, seen in crawls[Variant(), "juror"].items()
        if asked.method == "GET" and seen.status.startswith("200")
    }
    handle = worlds[Variant()].handles("juror")[0]
    on_table, beside = (desk_handle(BLIND_KEY, fixed(f"entry {place}")) for place in (ON_TABLE[0], OFF_TABLE))

    assert {("round", page) for page in ("", "room", "next.json", "marks", f"works/{handle}.json")} <= reached
    assert {("round", f"pictures/{handle}/0-{side}.jpg") for side in (320, 2560, FULL)} <= reached
    assert {("delib", page) for page in ("deliberation", "deliberation/state.json", "proof.json")} <= reached
    assert ("delib", f"table/0-320.jpg?of={on_table}") in reached
    assert ("delib", f"table/0-320.jpg?of={beside}") not in reached
    asked = Asked("juror", "round", "GET", "/contests/blind-cup/judging/1/next.json")
    told = crawls[Variant(), "juror"][asked].body.decode()
    assert f"Work {TELLING}" in told
    assert f"In the words of the organizer, {TELLING}" in told
    assert {one.state for one in crawls[Variant(), "juror"]} == {"round", "delib", "sealed"}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_nothing_that_a_subject_sees_is_kept_dated_or_passed_on(crawls: Crawls, subject: str) -> None:
    for asked, seen in crawls[Variant(), subject].items():
        headers = dict(seen.headers)
        if subject in PANEL and asked.path.startswith("/contests/"):
            assert headers["Cache-Control"].startswith("private"), asked
        assert "Last-Modified" not in headers, asked
        assert headers["Referrer-Policy"] == "same-origin", asked
        assert "http" not in headers["Content-Security-Policy"], asked
        for name, value in seen.headers:
            if name == "Set-Cookie" and value.startswith("{"):
                assert json.loads(value.split("; ")[0]).keys() <= {"_user_id", "_fresh", "_flashes"}, asked


def test_letters_to_a_juror_are_the_same_in_all_worlds(new_world: NewWorld, tmp_path: Path) -> None:
    letters = set()
    for number, variant in enumerate((Variant(), AUTHORS, VOTES, SILENCE)):
        built = new_world(variant)
        built.open_round()
        services = replace(
            built.services,
            mail=open_mail(
                replace(built.services.settings, data=tmp_path / str(number), mail="folder"), clock=built.clock
            ),
        )
        with services.database.changing() as work:
            actions.remind(
                work, services.queue, round_id=built.round_id, actor_id=fixed("organizer"), at=built.clock.at
            )
        handler = handlers(services)[actions.REMINDER_JOB]
        while job := services.queue.claim([actions.REMINDER_JOB], now=built.clock.at, lease_s=60):
            handler.run(job.payload, built.clock.at)
        for file in (tmp_path / str(number)).rglob("*.eml"):
            letter = message_from_bytes(file.read_bytes(), policy=policy.default)
            if letter["To"] == "juror@example.org":
                letters.add((letter["Subject"], letter.get_content()))

    ((_subject, text),) = letters
    assert "共 8 件作品，您已评 3 件" in text


def _is_at_the_desk(rule: Rule) -> bool:
    """Tell pages of the contest's desk; of the list of people, the units are what the worlds differ in."""
    return "/desk" in rule.rule and rule.endpoint != "calls.jury"


def _is_compared(variant: Variant, subject: str, state: State) -> bool:
    """Tell whether a subject must see in a world of other votes what she sees in the first one.

    The chair may see votes once the round is closed, and only then; whether the others voted at all shows on the
    desks, as it should.
    """
    return not (variant == SILENCE and subject != "juror") and not (
        variant == VOTES and subject == "chair" and state is not State.ROUND
    )


def told(found: list[Finding]) -> str:
    return f"{len(found)} leaks\n" + "\n".join(str(leak) for leak in found[:20])
