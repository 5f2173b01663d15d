"""One person runs a whole contest and judges it: from the draft to the result she sees whose no work is."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from contest.accounts.models import RoleKind
from contest.calls.models import Category, Contest
from contest.entries.models import EntryState, ReleasedText
from contest.judging import actions
from contest.judging.rules.settings import RoundSettings
from contest.kernel.audit import AuditLine
from contest.kernel.db import Database
from contest.kernel.permissions import State
from tests.addresses import named
from tests.makers import make_author, make_contest, make_entry, make_person, make_role
from tests.visitor import Visitor

DESK = "/contests/cup/desk"
# The second title names its author.
TITLES = ("Fog on the river", "Kestrel's morning", "Late snow")


@pytest.fixture
def alone(sqlite_database: Database, visitor: Callable[[], Visitor]) -> tuple[Visitor, UUID, UUID]:
    """A draft whose organizer has taken a seat on its panel, then closed to entries, with three works handed in."""
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup", state=State.DRAFT, one_person=True, notice_en="Send pictures")
        boss = make_person(work, email="boss@example.org", name_en="The Boss")
        make_role(work, contest, boss, RoleKind.ORGANIZER)
        contest_id = contest.id
        work.session.expunge_all()
    desk = visitor().sign_in(boss).speak("en")
    joined = desk.post(f"{DESK}/people", {"kind": "chair", "email": "boss@example.org", "unit_id": ""})
    assert joined.status_code == 303, joined.get_data(as_text=True)
    desk.post(f"{DESK}/open")
    with sqlite_database.changing() as work:
        contest = work.session.get_one(Contest, contest_id)
        category_id = work.session.scalars(select(Category.id)).one()
        for place, title in enumerate(TITLES):
            author = make_author(work, contest, name_en=f"Hidden Kestrel{place}", name_zh=f"红隼{place}号")
            if place == 1:
                author.name_en = "Kestrel"
            entrant = make_person(work, name_en=f"Hidden Kestrel{place}", email=f"kestrel{place}@example.org")
            make_entry(
                work,
                contest,
                category_id=category_id,
                author=author,
                entrant=entrant,
                title_zh="",
                title_en=title,
                caption="",
                state=EntryState.SUBMITTED,
            )
        contest.closes_at, contest.grace_minutes = desk.clock.at, 0
    return desk, contest_id, boss.id


def test_one_person_runs_and_judges_a_contest_with_titles_and_sees_no_author_before_the_end(
    alone: tuple[Visitor, UUID, UUID], sqlite_database: Database, app: Flask, now: datetime
) -> None:
    desk, contest_id, boss = alone
    seen: list[str] = []
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "/desk" in rule.rule]

    def page(address: str) -> str:
        text = desk.get(address).get_data(as_text=True)
        seen.append(text)
        return text

    def walk() -> None:
        """Open every page of the desk that needs no name of a thing."""
        for rule in rules:
            if rule.arguments <= {"short_name", "number", "format"}:
                with app.test_request_context():
                    values = {"short_name": "cup", "number": 1, "format": "csv"}
                    page(app.url_map.bind("localhost").build(rule.endpoint, named(rule, values)))

    # She accepts the works and releases their titles unseen.
    assert "works without open findings can be accepted unseen" in page(f"{DESK}/")
    assert desk.post(f"{DESK}/works/accept-clean").headers["Location"] == f"{DESK}/"
    titled = RoundSettings(shows_title=True)
    with sqlite_database.changing() as work:
        actions.draft(work, contest_id=contest_id, actor_id=boss, at=now, seed="seed", settings=titled)
    assert "Release 3 texts unread" in page(f"{DESK}/jury/1/")
    assert desk.get(f"{DESK}/jury/1/texts").status_code == 404
    desk.post(f"{DESK}/jury/1/texts/unread")
    assert "Texts released: 2; left away: 1." in page(f"{DESK}/jury/1/")
    with sqlite_database.reading() as session:
        released = {(one.title_en, one.caption) for one in session.scalars(select(ReleasedText))}
        line = session.scalars(select(AuditLine).where(AuditLine.action == "text.release_unread")).one()
    assert released == {(TITLES[0], ""), (TITLES[2], ""), ("", "")}
    assert line.facts == {"round": 1, "works": 2, "left_away": 1}

    # She judges, settles and looks at her desk.
    assert desk.post(f"{DESK}/jury/1/open").status_code == 303
    told = page("/contests/cup/judging/1/next.json?count=9")
    assert {title for title in TITLES if title in told} == {TITLES[0], TITLES[2]}
    for place, one in enumerate(json.loads(told)["works"]):
        mark = {"handle": one["handle"], "score": 900 - 100 * place, "key": f"the-mark-{place}"}
        assert desk.post("/contests/cup/judging/1/cast", mark).status_code == 303
    walk()
    desk.post(f"{DESK}/jury/1/close")
    desk.post(f"{DESK}/results/draft")
    (shown,) = re.findall(r'name="seal-shown" value="([^"]+)"', page(f"{DESK}/results"))
    desk.post(f"{DESK}/results/seal", {"seal-confirmation": "cup", "seal-shown": shown})
    walk()

    assert len(seen) > 40
    assert [text[:300] for text in seen if re.search("kestrel|红隼", text, re.IGNORECASE)] == []
    desk.post(f"{DESK}/results/announce", {"announce-confirmation": "cup"})
    for name, told in (("works", "Kestrel"), ("results", "Kestrel"), ("audit", "released to the jury unread")):
        assert told in desk.get(f"{DESK}/{name}").get_data(as_text=True)
