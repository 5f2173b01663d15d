"""The front door, the notice and the organizer's desk, as a browser sees them."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update

from contest.accounts.models import OutgoingLetter, Person, RoleKind
from contest.calls import queries
from contest.calls.cli import contests
from contest.calls.desk import PROVIDERS, figures
from contest.calls.models import Contest
from contest.kernel.db import Database
from contest.kernel.permissions import State
from contest.platform.models import Job, JobState
from contest.settings import Settings
from tests.makers import CLOSES, make_contest, make_entry, make_person, make_role, make_unit
from tests.visitor import SetClock, Visitor

Visitors = Callable[[], Visitor]
INPUT = re.compile(r'<(?:input|textarea|select)[^>]*\bname="([^"]+)"[^>]*>(?:([^<]*)</textarea>)?')
VALUE = re.compile(r'\bvalue="([^"]*)"')


@pytest.fixture
def boss(sqlite_database: Database) -> Person:
    with sqlite_database.changing() as work:
        person = make_person(work, email="boss@example.org", is_administrator=True)
        work.session.expunge_all()
    return person


@pytest.fixture
def cup(sqlite_database: Database, boss: Person) -> UUID:
    """An open contest "cup" that the administrator organizes, with a juror and a notice in both languages."""
    with sqlite_database.changing() as work:
        contest = make_contest(
            work,
            short_name="cup",
            cup_zh="联美杯",
            cup_en="Lianmei Cup",
            notice_zh="征集青山的照片。\n\n不接受生成的图像。",
            notice_en="Pictures of Qingshan, please.",
            hosts_zh="文化馆",
            hosts_en="Cultural Centre\nPhotographers' Association",
            licence_en="Authors keep their copyright.",
        )
        make_role(work, contest, work.session.get_one(Person, boss.id), RoleKind.ORGANIZER)
        juror = make_person(work, name_zh="韩青", name_en="Han Qing")
        make_role(work, contest, juror, RoleKind.JUROR, title_zh="编辑", title_en="Editor")
        secretary = make_person(work, name_zh="秘书", name_en="Quiet Secretary")
        make_role(work, contest, secretary, RoleKind.SECRETARY)
        return contest.id


def draft(browser: Visitor, short_name: str = "my-cup", **more: str) -> str:
    """Open a draft as the form does; give the desk's address."""
    answer = browser.post(
        "/contests/new",
        {
            "preset": "cn-district",
            "name_zh": "我的大赛",
            "name_en": "My Contest",
            "short_name": short_name,
            "language": "en",
            "zone": "Asia/Shanghai",
            "opens_on": "2026-11-20",
            "opens_clock": "00:00",
            "closes_on": "2026-12-01",
            "closes_clock": "24:00",
            **more,
        },
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def fields(page: str) -> dict[str, list[str]]:
    """Read what the settings form would send, as a browser does."""
    form = page[page.index('class="settings"') :]
    found: dict[str, list[str]] = {}
    for match in INPUT.finditer(form):
        tag, name = match[0], match[1]
        if tag.startswith("<select"):
            rest = form[match.end() :]
            chosen = re.search(r'<option selected value="([^"]*)"', rest[: rest.index("</select>")])
            found[name] = [chosen[1] if chosen else ""]
        elif 'type="checkbox"' not in tag:
            value = VALUE.search(tag)
            found.setdefault(name, []).append(
                (match[2] or "").strip() if "<textarea" in tag else value[1] if value else ""
            )
        elif "checked" in tag:
            value = VALUE.search(tag)
            found.setdefault(name, []).append(value[1] if value else "y")
    return found


def test_the_front_door_lists_what_the_reader_may_know_of(
    visitor: Visitors, boss: Person, cup: UUID, sqlite_database: Database
) -> None:
    with sqlite_database.changing() as work:
        make_contest(work, short_name="secret", name_en="Secret Draft", state=State.DRAFT)

    public = visitor().speak("en").get("/").get_data(as_text=True)
    own = visitor().sign_in(boss).speak("en").get("/").get_data(as_text=True)

    assert "Lianmei Cup Photo Contest" in public
    assert "2026-12-01 24:00 Beijing time (UTC+8)" in public
    assert "11 days 12 hours left" in public
    assert "Secret Draft" not in public
    assert "Secret Draft" in own


def test_an_archived_contest_leaves_the_lists_and_its_desk_until_it_is_restored(
    visitor: Visitors, boss: Person, cup: UUID, sqlite_database: Database
) -> None:
    with sqlite_database.changing() as work:
        work.session.execute(update(Contest).where(Contest.id == cup).values(state=State.ANNOUNCED))
    desk, reader = visitor().sign_in(boss).speak("en"), visitor().speak("en")
    page, name = "/contests/cup/desk/archive", "Lianmei Cup Photo Contest"

    refused = desk.post(page, {"reason": ""})
    desk.post(page, {"reason": "the exhibition is over"})

    assert refused.status_code == 422
    assert "Say in a few words why" in refused.get_data(as_text=True)
    assert name not in reader.get("/").get_data(as_text=True)
    assert name not in desk.get("/").get_data(as_text=True)
    assert name in reader.get("/archive").get_data(as_text=True)
    assert desk.get("/contests/cup/desk/").status_code == 403
    assert desk.post("/contests/cup/desk/units", {"unit_en": "x"}).status_code == 403
    assert "This contest is in the archive" in desk.get(page).get_data(as_text=True)
    assert visitor().get(page).status_code == 303

    desk.post(f"{page}/restore", {"reason": "a correction"})

    assert name in reader.get("/").get_data(as_text=True)
    assert name not in reader.get("/archive").get_data(as_text=True)
    assert desk.get("/contests/cup/desk/").status_code == 200


def test_an_empty_service_says_so(visitor: Visitors, boss: Person) -> None:
    assert "no contest at the moment" in visitor().speak("en").get("/").get_data(as_text=True)


def test_the_notice_is_made_from_the_settings_in_both_languages(visitor: Visitors, cup: UUID) -> None:
    english = visitor().speak("en").get("/contests/cup/").get_data(as_text=True)
    chinese = visitor().speak("zh_Hans").get("/contests/cup/").get_data(as_text=True)

    for text in (
        "Lianmei Cup", "Pictures of Qingshan, please.", "Cultural Centre", "First prize", "Landscape", "Han Qing",
        "Editor", "Authors keep their copyright.", "Long side: 1,000 pixels or more.", "Sign in to take part",
    ):  # fmt: skip
        assert text in english
    for text in (
        "联美杯",
        "征集青山的照片。",
        "不接受生成的图像。",
        "一等奖",
        "风光",
        "韩青",
        "2026-12-01 24:00 北京时间",
    ):
        assert text in chinese
    assert "Quiet Secretary" not in english


def test_the_one_button_follows_reader_and_state(
    visitor: Visitors, cup: UUID, sqlite_database: Database, clock: SetClock
) -> None:
    with sqlite_database.changing() as work:
        person = make_person(work)
        work.session.expunge_all()
    photographer, stranger = visitor().sign_in(person).speak("en"), visitor().speak("en")

    assert "Hand in works" in photographer.get("/contests/cup/").get_data(as_text=True)
    clock.at = CLOSES
    closed = stranger.get("/contests/cup/").get_data(as_text=True)
    assert "Sign in to take part" not in closed
    assert "Hand in works" not in photographer.get("/contests/cup/").get_data(as_text=True)
    with sqlite_database.changing() as work:
        work.session.get_one(queries.facts.Contest, cup).state = State.ANNOUNCED
    assert "See the awarded works" in stranger.get("/contests/cup/").get_data(as_text=True)


def test_a_draft_does_not_exist_for_others(visitor: Visitors, boss: Person, sqlite_database: Database) -> None:
    desk = draft(visitor().sign_in(boss).speak("en"))
    with sqlite_database.changing() as work:
        other = make_person(work)
        work.session.expunge_all()

    for browser in (visitor(), visitor().sign_in(other)):
        for path in ("/contests/my-cup/", desk, f"{desk}settings", f"{desk}people"):
            assert browser.get(path).status_code == 404


def test_only_an_administrator_opens_contests(visitor: Visitors, boss: Person, sqlite_database: Database) -> None:
    with sqlite_database.changing() as work:
        other = make_person(work)
        work.session.expunge_all()

    assert visitor().sign_in(other).get("/contests/new").status_code == 404
    assert visitor().get("/contests/new").status_code == 303


@pytest.mark.parametrize("preset", ["club", "cn-district", "fiap", "wpp"])
def test_every_preset_opens_as_it_is(visitor: Visitors, boss: Person, preset: str) -> None:
    browser = visitor().sign_in(boss).speak("en")
    desk = draft(browser, preset=preset)
    assert "Open the contest to entries" in browser.get(desk).get_data(as_text=True)

    assert browser.post(f"{desk}open").status_code == 303

    assert "0 works have come in" in browser.get(desk).get_data(as_text=True)
    assert visitor().get("/contests/my-cup/").status_code == 200


@pytest.mark.parametrize(
    ("given", "status", "told"),
    [
        ({"short_name": "new"}, 409, "is taken or kept for the service"),
        ({"short_name": "My Cup"}, 422, "A short name has 2 to 40 small letters"),
        ({"zone": "Mars/Olympus"}, 422, "There is no such time zone"),
        ({"closes_clock": "25:00"}, 422, "Give a time between 00:00 and 24:00"),
        ({"closes_on": "2026-11-01"}, 422, "Entries must open before they close"),
        ({"closes_on": "yesterday"}, 422, "My Contest"),
        ({"preset": "olympics"}, 422, "My Contest"),
    ],
)
def test_a_wrong_field_keeps_what_was_typed(
    visitor: Visitors, boss: Person, given: dict[str, str], status: int, told: str
) -> None:
    browser = visitor().sign_in(boss).speak("en")
    typed = {
        "preset": "club", "name_en": "My Contest", "short_name": "my-cup", "language": "en", "zone": "UTC",
        "opens_on": "2026-11-20", "opens_clock": "00:00", "closes_on": "2026-12-01", "closes_clock": "24:00",
    }  # fmt: skip

    answer = browser.post("/contests/new", typed | given)

    page = answer.get_data(as_text=True)
    assert answer.status_code in {status, 422}
    assert told in page
    assert 'value="My Contest"' in page


def test_settings_are_edited_in_a_draft(
    visitor: Visitors, boss: Person, sqlite_database: Database, clock: SetClock
) -> None:
    browser = visitor().sign_in(boss).speak("en")
    settings = draft(browser) + "settings"
    typed = fields(browser.get(settings).get_data(as_text=True))
    typed |= {
        "cup_zh": ["联美杯"],
        "hosts_en": ["Centre\r\n\r\n Association "],
        "rules-closes_on": ["2026-12-10"],
        "rules-closes_clock": ["18:30"],
        "rules-categories-1-name_zh": [""],
        "rules-categories-1-name_en": [""],
        "rules-tiers-4-name_en": ["Best of the young"],
        "rules-tiers-4-count": ["3"],
        "rules-long_side_min_px": ["2400"],
        "rules-captured_last": ["2026-11-30"],
        "rules-formats": ["jpeg", "png"],
        "rules-one_person": ["y"],
        "judging_until": ["2026-12-20"],
    }

    answer = browser.post(settings, typed)

    assert answer.status_code == 303, re.findall(r'class="bad">([^<]*)', answer.get_data(as_text=True))
    with sqlite_database.reading() as session:
        contest = queries.contest_named(session, "my-cup", clock.at)
        kept = queries.settings_of(session, contest.id, clock.at)
    assert (kept.texts.name.en, kept.texts.cup.zh) == ("My Contest", "联美杯")
    assert kept.texts.notice.zh.startswith("为展现本地风貌")
    assert kept.texts.hosts.en == "Centre\nAssociation"
    assert kept.texts.judging_until is not None
    assert f"{kept.texts.judging_until:%Y-%m-%dT%H:%M}" == "2026-12-20T16:00"
    assert f"{kept.rules.closes_at:%Y-%m-%dT%H:%M}" == "2026-12-10T10:30"
    assert [category.name.en for category in kept.rules.categories] == ["Landscape"]
    assert [(tier.name.en, tier.count) for tier in kept.rules.tiers][-1] == ("Best of the young", 3)
    assert kept.rules.terms.long_side_min_px == 2400
    assert f"{kept.rules.terms.captured_until}" == "2026-12-01"
    assert kept.rules.terms.formats == ("jpeg", "png")
    assert kept.rules.terms.severities == {"F05.too_few_bytes": "flag"}
    assert kept.rules.one_person


def test_the_second_tab_is_told_keeps_its_text_and_may_then_replace(visitor: Visitors, boss: Person) -> None:
    browser = visitor().sign_in(boss).speak("en")
    settings = draft(browser) + "settings"
    typed = fields(browser.get(settings).get_data(as_text=True))
    browser.post(settings, typed | {"name_en": ["From the first tab"]})

    told = browser.post(settings, typed | {"name_en": ["From the second tab"]})

    page = told.get_data(as_text=True)
    assert told.status_code == 409
    assert "Somebody changed these settings while you were editing" in page
    assert 'value="From the second tab"' in page
    assert browser.post(settings, fields(page)).status_code == 303
    assert "From the second tab" in browser.get("/contests/my-cup/").get_data(as_text=True)


@pytest.mark.parametrize("version", ["", "the first", "9" * 5000])
def test_settings_of_a_version_that_never_was_are_told_so(visitor: Visitors, boss: Person, version: str) -> None:
    browser = visitor().sign_in(boss).speak("en")
    settings = draft(browser) + "settings"
    typed = fields(browser.get(settings).get_data(as_text=True))

    assert browser.post(settings, typed | {"version": [version]}).status_code == 409


@pytest.mark.parametrize("name", ["judging_until", "rules-closes_on", "rules-captured_last"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "soon"])
def test_a_day_at_the_end_of_the_calendar_is_told_in_the_reader_s_language(
    visitor: Visitors, boss: Person, name: str, day: str
) -> None:
    browser = visitor().sign_in(boss).speak("en")
    settings = draft(browser) + "settings"
    typed = fields(browser.get(settings).get_data(as_text=True))

    answer = browser.speak("zh_Hans").post(settings, typed | {name: [day], "cup_en": ["A cup just typed"]})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "不是有效的日期值" in page
    assert 'value="A cup just typed"' in page


def test_a_row_that_is_none_is_left_alone(visitor: Visitors, boss: Person) -> None:
    browser = visitor().sign_in(boss).speak("en")
    settings = draft(browser) + "settings"
    typed = fields(browser.get(settings).get_data(as_text=True))

    answer = browser.post(settings, typed | {"rules-tiers-²-count": ["2"], f"rules-tiers-{'9' * 5000}-count": ["2"]})

    assert answer.status_code == 303


def test_what_nobody_types_is_left_out_of_what_is_kept(visitor: Visitors, boss: Person) -> None:
    browser = visitor().sign_in(boss).speak("en")
    settings = draft(browser) + "settings"
    typed = fields(browser.get(settings).get_data(as_text=True))

    answer = browser.post(settings, typed | {"name_en": ["Na\0me\x0b of a\x1b cup"], "notice_en": ["one\ttab\nline"]})

    assert answer.status_code == 303
    kept = fields(browser.get(settings).get_data(as_text=True))
    assert kept["name_en"] == ["Name of a cup"]
    assert kept["notice_en"] == ["one\ttab\nline"]


def test_a_wrong_setting_is_told_beside_its_field(visitor: Visitors, boss: Person) -> None:
    browser = visitor().sign_in(boss).speak("en")
    settings = draft(browser) + "settings"
    typed = fields(browser.get(settings).get_data(as_text=True))

    for change, told in (
        ({"accent": ["#ffee88"]}, "Choose a darker one"),
        ({"rules-series_max": ["2"]}, "The smaller number must come first"),
        ({"rules-tiers-0-count": [""]}, "at least 1"),
        ({"rules-formats": []}, "Choose at least one"),
        ({"rules-closes_clock": ["never"]}, "Give a time between 00:00 and 24:00"),
        ({"rules-mib_max": ["lots"]}, "a valid integer value"),
    ):
        answer = browser.post(settings, typed | change)
        assert answer.status_code == 422
        assert told in answer.get_data(as_text=True)


def test_rules_are_shown_but_not_asked_once_the_contest_is_open(
    visitor: Visitors, boss: Person, cup: UUID, sqlite_database: Database, clock: SetClock
) -> None:
    browser = visitor().sign_in(boss).speak("en")
    page = browser.get("/contests/cup/desk/settings").get_data(as_text=True)
    assert "Rules can be changed only in a draft" in page
    assert 'name="rules-' not in page

    typed = fields(page) | {"name_en": ["Renamed"], "rules-zone": ["UTC"], "rules-series_max": ["99"]}
    assert browser.post("/contests/cup/desk/settings", typed).status_code == 303

    with sqlite_database.reading() as session:
        contest = queries.contest_by_id(session, cup, clock.at)
    assert (contest.name.en, contest.zone, contest.series_max) == ("Renamed", "Asia/Shanghai", 8)


def test_the_deadline_is_moved_to_a_later_moment(
    visitor: Visitors, boss: Person, cup: UUID, sqlite_database: Database, clock: SetClock
) -> None:
    browser = visitor().sign_in(boss).speak("en")

    def move(day: str, time: str = "24:00") -> int:
        given = {"deadline-closes_on": day, "deadline-closes_clock": time}
        return browser.post("/contests/cup/desk/deadline", given).status_code

    assert [move("2026-12-01"), move("2026-11-25"), move("soon"), move("2026-12-05", "x")] == [422] * 4
    assert move("2026-12-05") == 303
    with sqlite_database.reading() as session:
        assert queries.contest_by_id(session, cup, clock.at).closes_at == CLOSES + timedelta(days=4)


def test_an_invitation_is_written_in_the_contests_language(
    visitor: Visitors, boss: Person, cup: UUID, sqlite_database: Database
) -> None:
    browser = visitor().sign_in(boss).speak("en")
    answer = browser.post(
        "/contests/cup/desk/people",
        {
            "kind": "juror",
            "email": "Maria@Example.org",
            "name_en": "Maria Lindqvist",
            "title_en": "Curator",
            "unit_id": "",
        },
    )

    assert answer.status_code == 303
    page = browser.get("/contests/cup/desk/people").get_data(as_text=True)
    assert "maria@example.org" in page
    with sqlite_database.reading() as session:
        letter = session.scalar(select(OutgoingLetter))
        assert letter is not None
        assert letter.to == "maria@example.org"
        assert "联美杯摄影大赛" in letter.subject
        assert "http://localhost/contests/cup/judging/" in letter.text


def test_a_task_that_cannot_be_given_is_told_and_no_letter_leaves(
    visitor: Visitors, boss: Person, cup: UUID, sqlite_database: Database
) -> None:
    browser = visitor().sign_in(boss).speak("en")

    def give(kind: str, email: str, unit_id: str = "") -> tuple[int, str]:
        answer = browser.post("/contests/cup/desk/people", {"kind": kind, "email": email, "unit_id": unit_id})
        told = re.findall(r'class="bad">([^<]*)', answer.get_data(as_text=True))
        return answer.status_code, told[0] if told else ""

    assert give("juror", "boss@example.org")[0] == 409
    assert "cannot judge it" in give("chair", "boss@example.org")[1]
    assert "already" in give("organizer", "boss@example.org")[1]
    assert give("delegate", "a@example.org") == (
        422,
        "A delegate speaks for a unit. Choose it; add it to the list of units first if it is missing.",
    )
    assert give("juror", "nonsense")[0] == 422
    assert give("juror", "a@example.org", "not-a-unit")[0] == 422
    with sqlite_database.reading() as session:
        assert session.scalar(select(OutgoingLetter)) is None


def test_units_are_added_and_taken_off(visitor: Visitors, boss: Person, cup: UUID, sqlite_database: Database) -> None:
    browser = visitor().sign_in(boss).speak("en")
    people = "/contests/cup/desk/people"

    assert browser.post("/contests/cup/desk/units", {"unit_zh": "青山一中", "unit_en": "School"}).status_code == 303
    assert browser.post("/contests/cup/desk/units", {"unit_zh": "青山一中", "unit_en": "School"}).status_code == 409
    assert browser.post("/contests/cup/desk/units", {"unit_zh": ""}).status_code == 422
    page = browser.get(people).get_data(as_text=True)
    assert "School" in page
    remove = re.search(r'action="(/contests/cup/desk/units/[^"]+/remove)"', page)
    assert remove is not None
    assert browser.post(remove[1]).status_code == 303
    assert "There is no unit yet" in browser.get(people).get_data(as_text=True)


def test_another_contests_people_and_units_cannot_be_touched(
    visitor: Visitors, boss: Person, cup: UUID, sqlite_database: Database
) -> None:
    with sqlite_database.changing() as work:
        other = make_contest(work)
        unit_id = make_unit(work, other).id
        role_id = make_role(work, other, make_person(work), RoleKind.JUROR).id
    browser = visitor().sign_in(boss)

    assert browser.post(f"/contests/cup/desk/units/{unit_id}/remove").status_code == 404
    assert browser.post(f"/contests/cup/desk/people/{role_id}/end").status_code == 404


def test_the_desk_says_what_is_missing_in_a_draft(visitor: Visitors, boss: Person) -> None:
    browser = visitor().sign_in(boss).speak("en")
    desk = draft(browser)
    settings = f"{desk}settings"
    typed = fields(browser.get(settings).get_data(as_text=True))
    browser.post(settings, typed | {"notice_zh": [""], "notice_en": [""]})

    assert "The notice is empty" in browser.get(desk).get_data(as_text=True)
    refused = browser.post(f"{desk}open")
    assert refused.status_code == 409
    assert "The notice is empty" in refused.get_data(as_text=True)


def test_a_chair_alone_is_a_jury(visitor: Visitors, boss: Person, sqlite_database: Database) -> None:
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="small", state=State.PRESCREEN)
        make_role(work, contest, work.session.get_one(Person, boss.id), RoleKind.ORGANIZER)
        chair = make_person(work)
        make_role(work, contest, chair, RoleKind.CHAIR)
        make_entry(work, contest)

    alone = visitor().sign_in(boss).speak("en").get("/contests/small/desk/").get_data(as_text=True)
    with sqlite_database.changing() as work:
        make_role(work, work.session.get_one(Contest, contest.id), chair, RoleKind.JUROR)
    as_both = visitor().sign_in(boss).speak("en").get("/contests/small/desk/").get_data(as_text=True)

    assert "Every work is screened; 1 juror is ready." in alone
    assert "Every work is screened; 1 juror is ready." in as_both


def test_every_provider_counts_something_of_its_own(
    app: Flask, sqlite_database: Database, cup: UUID, clock: SetClock
) -> None:
    with sqlite_database.reading() as session:
        counted = figures(session, queries.contest_by_id(session, cup, clock.at))

    assert len(PROVIDERS) == len({provider.__module__ for provider in PROVIDERS})
    assert (counted.entries, counted.to_screen) == (0, 0)


def test_the_demonstration_is_ordered_once_and_waited_for(
    visitor: Visitors, boss: Person, sqlite_database: Database
) -> None:
    browser = visitor().sign_in(boss).speak("en")
    for _ in range(2):
        assert browser.post("/contests/demo").headers["Location"] == "/contests/demo"

    page = browser.get("/contests/demo").get_data(as_text=True)
    assert "is being built" in page
    assert "Look again" in page
    assert "calls_waiting.js" in page
    with sqlite_database.changing() as work:
        (job,) = work.session.scalars(select(Job)).all()
        assert (job.kind, job.payload) == ("demo", {})
        work.session.delete(job)
        make_contest(work, short_name="demo", state=State.ANNOUNCED)
    page = browser.get("/contests/demo").get_data(as_text=True)
    assert "The demonstration contest is there" in page
    assert "sesame" not in page


def test_the_finished_demonstration_tells_the_administrator_how_to_be_its_people(
    visitor: Visitors, boss: Person, sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.changing() as work:
        make_contest(work, short_name="demo", state=State.ANNOUNCED)
        stranger = make_person(work)
    settings.instance.mkdir(parents=True, exist_ok=True)
    (settings.instance / "demonstration.json").write_text(
        '{"password": "open-sesame", "roles": [{"role": "chair", "email": "chair@example.org", "path": "/x"}]}'
    )

    page = visitor().sign_in(boss).speak("en").get("/contests/demo").get_data(as_text=True)

    assert "open-sesame" in page
    assert "chair@example.org" in page
    assert visitor().sign_in(stranger).get("/contests/demo").status_code == 404


def test_a_demonstration_that_failed_says_so_and_can_be_tried_again(
    visitor: Visitors, boss: Person, sqlite_database: Database
) -> None:
    browser = visitor().sign_in(boss).speak("en")
    browser.post("/contests/demo")
    with sqlite_database.changing() as work:
        work.session.execute(update(Job).values(state=JobState.DEAD))

    page = browser.get("/contests/demo").get_data(as_text=True)
    assert "could not be built" in page
    assert "calls_waiting.js" not in page
    browser.post("/contests/demo")

    with sqlite_database.reading() as session:
        assert session.scalars(select(Job.state)).all() == [JobState.QUEUED]
    assert "is being built" in browser.get("/contests/demo").get_data(as_text=True)


def test_the_command_lists_contests_by_short_name(sqlite_database: Database, cup: UUID, clock: SetClock) -> None:
    parts = SimpleNamespace(database=sqlite_database, clock=clock)

    lines = CliRunner().invoke(contests, obj=parts)
    as_json = CliRunner().invoke(contests, ["--json"], obj=parts)

    assert (lines.exit_code, lines.output) == (0, "cup  open  2026-12-01T16:00Z  联美杯摄影大赛\n")
    assert [line["short_name"] for line in json.loads(as_json.output)] == ["cup"]
